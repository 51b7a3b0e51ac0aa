"""What pages weigh on the way to a browser, in bytes."""

import gzip
import re
from typing import Any

import brotli

from benchmarks.field import Client, environment_of
from benchmarks.pages import server

PAGES = (
    "/programs/",
    "/programs/?q=health+administration",
    "/programs/?near=55455&radius=100",
    "/programs/?state=CA&state=NY&level=master&level=bachelor&tuition_max=30000",
    "/programs/?sort=earnings&page=3",
)
OTHERS = (
    "/",
    "/search/?q=nursing",
    "/schools/",
    "/occupations/",
    "/careers/",
)  # for the styles and scripts they ask for
ASSET = re.compile(rb'(?:href|src)="(/static/[^"]+\.(?:css|js))"')
AS_A_PROXY_DOES = {"gzip": lambda body: gzip.compress(body, 6), "brotli": lambda body: brotli.compress(body, quality=5)}


def measure(size: int) -> dict[str, Any]:
    """The heaviest result page, raw and compressed; all styles and scripts of public pages together."""
    told: dict[str, Any] = {"page": 0, "page_gzip": 0, "page_brotli": 0, "assets": 0, "assets_brotli": 0}
    assets: set[bytes] = set()
    with server(**environment_of(size)) as port:
        client = Client(port)
        for path in PAGES:
            body = client.get(path)[1]
            assets.update(ASSET.findall(body))
            told["page"] = max(told["page"], len(body))
            for name, compress in AS_A_PROXY_DOES.items():
                told[f"page_{name}"] = max(told[f"page_{name}"], len(compress(body)))
        for path in OTHERS:
            assets.update(ASSET.findall(client.get(path)[1]))
        for path in sorted(asset.decode() for asset in assets):
            told["assets"] += len(client.get(path)[1])
            told["assets_brotli"] += len(client.get(path, **{"Accept-Encoding": "br"})[1])
    return told | {"files": len(assets)}
