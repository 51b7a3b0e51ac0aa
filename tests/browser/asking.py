"""Asks lists in a process of its own, outside any transaction, and prints as JSON how many queries each answer took.
No page is answered from those that were made before.

python -m tests.browser.asking /programs/ "/programs/?q=nursing" …
"""

import json
import sys

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from careers.article_filters import ArticleFilter  # noqa: E402
from careers.filters import OccupationFilter  # noqa: E402
from portal.keeping import keep  # noqa: E402
from portal.kept_pages import kept_pages  # noqa: E402
from schools.filters import ProgramFilter, SchoolFilter  # noqa: E402


def main() -> None:
    for filters in (ProgramFilter, SchoolFilter, OccupationFilter, ArticleFilter):
        keep(filters)
    visitor, asked = Client(HTTP_HOST="127.0.0.1"), []
    for address in sys.argv[1:]:
        kept_pages.forget()
        with CaptureQueriesContext(connection) as queries:
            status = visitor.get(address).status_code
        asked.append({"address": address, "status": status, "queries": [query["sql"][:300] for query in queries]})
    json.dump(asked, sys.stdout)


if __name__ == "__main__":
    main()
