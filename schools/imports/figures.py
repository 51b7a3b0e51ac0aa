"""College Scorecard, institutions: cost, completion, earnings of whole schools. Source: https://collegescorecard.ed.gov/data/"""

import calendar
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import connection

from portal.imports import cells
from portal.imports.importer import Importer, Period, Row, SourceFacts, academic_year, year_in
from portal.imports.staging import TABLE
from portal.imports.tables import Layout
from portal.reasons import Reason
from schools.models import SchoolOutcome

from .known import Schools

MEASURE = SchoolOutcome.Measure
EARNINGS = {"MD_EARN_WNE_P10": MEASURE.MEDIAN_EARNINGS_10, "MD_EARN_WNE_P6": MEASURE.MEDIAN_EARNINGS_6}
# Measure: lowest and highest plausible value. A net price may be negative: more aid than cost.
MEASURES = {
    "ADM_RATE": (MEASURE.ADMISSION_RATE, 0, 1),
    "UGDS": (MEASURE.UNDERGRADUATES, 0, 10_000_000),
    "GRADS": (MEASURE.GRADUATE_STUDENTS, 0, 10_000_000),
    "C150_4": (MEASURE.COMPLETION_RATE_4YR, 0, 1),
    "C150_L4": (MEASURE.COMPLETION_RATE_LT4, 0, 1),
    "MD_EARN_WNE_P10": (MEASURE.MEDIAN_EARNINGS_10, 0, 10_000_000),
    "MD_EARN_WNE_P6": (MEASURE.MEDIAN_EARNINGS_6, 0, 10_000_000),
    "GRAD_DEBT_MDN": (MEASURE.MEDIAN_DEBT, 0, 10_000_000),
    "TUITIONFEE_PROG": (MEASURE.PROGRAM_TUITION, 0, 1_000_000),
    "DISTANCEONLY": (MEASURE.DISTANCE_ONLY, 0, 1),
    "HCM2": (MEASURE.HCM2, 0, 1),
    "CURROPER": (MEASURE.OPERATING, 0, 1),
    # 0: not offered in the health professions (CIP 51), 1: offered, 2: at least one of them fully online.
    "CIP51CERT1": (MEASURE.HEALTH_CERT_UNDER_1Y, 0, 2),
    "CIP51CERT2": (MEASURE.HEALTH_CERT_1_2Y, 0, 2),
    "CIP51ASSOC": (MEASURE.HEALTH_ASSOCIATE, 0, 2),
    "CIP51CERT4": (MEASURE.HEALTH_CERT_2_4Y, 0, 2),
    "CIP51BACHL": (MEASURE.HEALTH_BACHELOR, 0, 2),
}
NET_PRICE = (-1_000_000, 1_000_000)
NET_PRICE_COLUMNS = {"1": "NPT4_PUB", "2": "NPT4_PRIV", "3": "NPT4_PRIV"}  # by CONTROL

# Not in every edition of the file.
SOMETIMES = {"TUITIONFEE_PROG", "CIP51CERT1", "CIP51CERT2", "CIP51ASSOC", "CIP51CERT4", "CIP51BACHL"}
WHOLE_FILE = {"UNITID": "unitid", "CONTROL": "control", "NPT4_PUB": "NPT4_PUB", "NPT4_PRIV": "NPT4_PRIV"} | {
    official: official for official in MEASURES if official not in SOMETIMES
}
WHOLE_COUNTRY = 500  # schools; a column that is blank for all of so many was left out by the agency
EARNINGS_ONLY = {"UNITID": "unitid"} | {official: official for official in EARNINGS}


class Figures(Importer):
    """Whole-school figures. A second file of the same release may bring the earnings that the first leaves blank."""

    source = SourceFacts(
        "scorecard-institutions",
        "College Scorecard",
        "US Department of Education",
        "https://collegescorecard.ed.gov/data/",
        credit="US Department of Education, College Scorecard.",
    )
    model = SchoolOutcome
    layouts = [Layout(WHOLE_FILE, {official: official for official in SOMETIMES}), Layout(EARNINGS_ONLY)]
    gives_way = "value"

    @classmethod
    def suggest(cls, name: str) -> Period | None:
        """MERGED2023_24_PP is the year 2023–24; Most-Recent-Cohorts-Institution_05192025 was released in May 2025."""
        year = year_in(name, r"^merged(20\d\d)_\d\d")
        if year:
            return Period(academic_year(year + 1), year + 1)
        stamp = re.search(r"^most-recent-cohorts-institution_(\d\d)\d\d(20\d\d)", name, re.IGNORECASE)
        if stamp and 1 <= int(stamp[1]) <= 12:
            return Period(f"release of {calendar.month_name[int(stamp[1])]} {stamp[2]}", int(stamp[2]))
        return None

    def prepare(self) -> None:
        self.schools = Schools()

    def before_storing(self) -> None:
        """A figure that the release has of no school at all is not one that schools kept back."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                UPDATE {TABLE} SET reason = %s WHERE reason = %s AND measure IN (
                    SELECT measure FROM {TABLE} GROUP BY measure HAVING count(value) = 0 AND count(*) >= %s
                )
                """,
                [Reason.NOT_RELEASED.value, Reason.NOT_REPORTED.value, WHOLE_COUNTRY],
            )

    def facts(self, row: Row) -> Iterator[tuple[Any, ...]]:
        school = self.schools.of(row)
        found = [
            (measure, row.read(official, cells.decimal, cells.SCORECARD_MISSING, low, high))
            for official, (measure, low, high) in MEASURES.items()
            if row.has(official)
        ]
        if row.has("control"):
            column = NET_PRICE_COLUMNS.get(row["control"])
            if column is None:
                raise row.refuse("control", "This must be 1, 2 or 3: without it the net price cannot be read.")
            found.append((MEASURE.NET_PRICE, row.read(column, cells.decimal, cells.SCORECARD_MISSING, *NET_PRICE)))
        for measure, value in found:
            if measure == MEASURE.PROGRAM_TUITION and isinstance(value, Reason):
                continue  # the school charges by the year, and nothing is missing
            yield school, measure.value, *_value_or_reason(value)


def _value_or_reason(value: Decimal | Reason) -> tuple[Decimal | None, str]:
    if isinstance(value, Reason):
        return None, value.value
    return round(value, 4), ""
