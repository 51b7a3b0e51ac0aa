"""What people search for, and what should come first: the shipped directory against ``data/relevance.csv``.

A line is a search; its result is right when title (in any case) and school hold the given parts, and level and
state begin with what is
given. The level ``none`` asks for an empty list. The mean of one divided
by the place of the first right result (MRR) is printed by

    bin/test tests/schools/test_relevance.py -s
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path
from statistics import mean

import pytest
from django.db import transaction
from django.http import QueryDict
from django.utils.http import urlencode

from careers.catalogue import loading
from schools.filters import ProgramFilter, SchoolFilter

pytestmark = pytest.mark.django_db  # with the tests that leave the database as the migrations made it

DATA = Path(__file__).parent / "data" / "relevance.csv"
LISTS = {"programs": ProgramFilter, "schools": SchoolFilter}
DEPTH = 10  # results that somebody looks at
FLOOR, FLOOR_OF_A_KIND = 0.95, 0.85


@pytest.fixture(scope="module")
def starter(django_db_setup, django_db_blocker):
    """The catalogue that the repository ships, without the articles; gone again after the last test of this file."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(loading, "load_articles", lambda: 0)
        loading.load_catalogue()
        yield
        transaction.set_rollback(True)


def is_right(row, wanted):
    school = getattr(row, "school_name", None) or getattr(row, "name", "")
    return (
        wanted["title"].lower() in getattr(row, "title", "").lower()
        and wanted["school"] in school
        and getattr(row, "level", "").startswith(wanted["level"])
        and (row.state_id or "").startswith(wanted["state"])
    )


def place(wanted):
    """1 divided by the place of the first right result, and the best result as words; 0 where none is right."""
    filters_class = LISTS[wanted["list"]]
    filters = filters_class(QueryDict(urlencode({"q": wanted["q"]})), filters_class.whole_list())
    rows = list(filters.ordered(filters.matching()).defer("search")[:DEPTH])
    if wanted["level"] == "none":
        return float(not rows), str(rows[0]) if rows else ""
    places = [number for number, row in enumerate(rows, 1) if is_right(row, wanted)]
    return 1 / places[0] if places else 0.0, str(rows[0]) if rows else "nothing"


def test_what_is_meant_comes_first(starter):
    with DATA.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) >= 60
    merits, report = defaultdict(list), [""]
    for wanted in lines:
        merit, first = place(wanted)
        merits[wanted["kind"]].append(merit)
        if merit < 1:
            report.append(f"{merit:.2f}  {wanted['list']}: {wanted['q']!r} gives {first}")
    report += [f"{kind:12}{mean(found):.3f} of {len(found)}" for kind, found in merits.items()]
    total = mean(merit for found in merits.values() for merit in found)
    report.append(f"MRR {total:.3f} of {len(lines)} searches\n")
    sys.stdout.write("\n".join(report))
    assert total >= FLOOR
    assert all(mean(found) >= FLOOR_OF_A_KIND for found in merits.values())
