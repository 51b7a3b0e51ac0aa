"""The folder of the starter catalogue: packed tables and a manifest with their checksums."""

import hashlib
import json
import lzma
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

FORMAT = 1
MANIFEST = "manifest.json"
FOLDER = Path(settings.ROOT) / "starter"


class CatalogueError(Exception):
    """The folder is not a whole starter catalogue; the message says what is wrong, in one sentence."""


@dataclass(frozen=True)
class Packed:
    """One table of the catalogue, as CSV that PostgreSQL's COPY reads and writes: an unquoted empty value is null."""

    name: str
    rows: int
    sha256: str
    data: bytes

    def text(self) -> bytes:
        """The CSV, unpacked. Raises CatalogueError when the bytes are damaged."""
        if not self.name.endswith(".xz"):
            return self.data
        try:
            return lzma.decompress(self.data)
        except (lzma.LZMAError, EOFError) as error:
            raise CatalogueError(f"{self.name} of the starter catalogue is damaged.") from error


def pack(table: str, csv: bytes, *, rows: int, plain: bool) -> Packed:
    """The same CSV always gives the same bytes. Small tables stay plain, so that a change can be read in a diff."""
    data = csv if plain else lzma.compress(csv, preset=6 | lzma.PRESET_EXTREME)
    return Packed(
        name=f"{table}.csv" if plain else f"{table}.csv.xz",
        rows=rows,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
    )


def save(folder: Path, tables: Iterable[Packed]) -> None:
    """Write all tables and the manifest; remove tables of an earlier catalogue that are no longer in it."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = {}
    for table in tables:
        listed[table.name] = {"rows": table.rows, "sha256": table.sha256}
        path = folder / table.name
        if not path.exists() or path.read_bytes() != table.data:
            path.write_bytes(table.data)
    for path in [*folder.glob("*.csv"), *folder.glob("*.csv.xz")]:
        if path.name not in listed:
            path.unlink()
    manifest = {"format": FORMAT, "files": dict(sorted(listed.items()))}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")


def read(folder: Path) -> dict[str, Packed]:
    """The tables by name, each checked against the manifest.

    Raises CatalogueError when a file is missing or changed, or of a format this code does not know.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        if manifest["format"] != FORMAT:
            raise CatalogueError(f"The starter catalogue is of format {manifest['format']}, not {FORMAT}.")
        tables = {}
        for name, about in manifest["files"].items():
            data = (folder / name).read_bytes()
            if hashlib.sha256(data).hexdigest() != about["sha256"]:
                raise CatalogueError(f"{name} of the starter catalogue is not the file its manifest describes.")
            tables[name.split(".")[0]] = Packed(name=name, rows=about["rows"], sha256=about["sha256"], data=data)
    except FileNotFoundError as error:
        raise CatalogueError(f"{Path(error.filename).name} of the starter catalogue is missing.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise CatalogueError("The manifest of the starter catalogue cannot be read.") from error
    return tables


def fingerprint(paths: Iterable[Path]) -> str:
    """One sha256 over the names and contents of these files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
