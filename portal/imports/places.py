"""Where ZIP codes are (Census ZCTA gazetteer). Source: https://www.census.gov/geographies/reference-files/time-series/geo/gazetteer-files.html"""

from collections.abc import Iterator
from typing import Any

from portal.imports import cells
from portal.imports.importer import Importer, Period, Row, SourceFacts, year_in
from portal.imports.tables import Layout
from portal.models import State, Zip

COLUMNS = {"GEOID": "zip", "INTPTLAT": "latitude", "INTPTLONG": "longitude"}
OPTIONAL = {"STATE": "state"}  # not in the gazetteer; found by point in polygon


class Places(Importer):
    """The middle of each ZIP code area: tabs and padding until 2024, ``|`` from 2025 on."""

    source = SourceFacts(
        "census-zcta",
        "ZIP code areas",
        "US Census Bureau",
        "https://www.census.gov/geographies/reference-files/time-series/geo/gazetteer-files.html",
    )
    model = Zip
    layouts = [Layout(COLUMNS, OPTIONAL)]
    named_by = ("zip",)

    @classmethod
    def suggest(cls, name: str) -> Period | None:
        year = year_in(name, r"^(20\d\d)_gaz_zcta") or year_in(name, r"^zcta_centroids_(20\d\d)")
        return Period(str(year), year) if year else None

    @classmethod
    def period_name(cls, year: int) -> str:
        return str(year)

    def prepare(self) -> None:
        self.states = set(State.objects.values_list("code", flat=True))

    def facts(self, row: Row) -> Iterator[tuple[Any, ...]]:
        zip_code = row.read("zip", cells.zip_code)
        if len(zip_code) != 5:
            raise row.refuse("zip", "This must be a ZIP code area of 5 digits.")
        latitude = row.read("latitude", cells.decimal, {}, -90, 90)
        longitude = row.read("longitude", cells.decimal, {}, -180, 180)
        state = row["state"] or None
        if state and state not in self.states:
            raise row.refuse("state", "This is no state or territory we know.")
        yield zip_code, float(latitude), float(longitude), state
