"""What College Scorecard says of a school, with who is counted, and what in it is a caution.

The words follow the Scorecard's data dictionary (https://collegescorecard.ed.gov/data/). Every figure is the
whole school's, all fields together, and never one program's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html

from portal import formats
from portal.models import Release
from portal.reasons import Reason
from schools.levels import AwardLevel
from schools.models import SchoolOutcome
from schools.page_parts import Rows

Measure = SchoolOutcome.Measure

UNITS = {
    Measure.UNDERGRADUATES: "number",
    Measure.GRADUATE_STUDENTS: "number",
    Measure.ADMISSION_RATE: "share",
    Measure.COMPLETION_RATE_4YR: "share",
    Measure.COMPLETION_RATE_LT4: "share",
    Measure.NET_PRICE: "money",
    Measure.PROGRAM_TUITION: "money",
    Measure.MEDIAN_DEBT: "money",
    Measure.MEDIAN_EARNINGS_6: "money",
    Measure.MEDIAN_EARNINGS_10: "money",
}
EARNED = (
    "Half of the former students earned more, half less, in a year. Counted are those who had federal aid, worked and "
    "were not enrolled {} years after they entered, in all fields, whether or not they finished."
)
FINISHED = (
    "Of undergraduates who began there full time and for the first time, in all fields. Half as long again as "
    "normal is {}."
)
WHO_IS_COUNTED = {
    Measure.UNDERGRADUATES: "Those who seek a degree or certificate.",
    Measure.ADMISSION_RATE: "Of those who applied as undergraduates.",
    Measure.COMPLETION_RATE_4YR: FINISHED.format("six years for a bachelor’s degree"),
    Measure.COMPLETION_RATE_LT4: FINISHED.format("three years for a two-year program"),
    Measure.NET_PRICE: "What full-time undergraduates in their first year, with federal aid, paid for a year after "
    "grants: tuition, fees, books and living. At public schools, those who pay the in-state price.",
    Measure.PROGRAM_TUITION: "College Scorecard has it for schools that charge by the program, not by the year. It "
    "does not say for which program.",
    Measure.MEDIAN_DEBT: "Federal loans at this school of students who finished, in all fields.",
    Measure.MEDIAN_EARNINGS_6: EARNED.format("six"),
    Measure.MEDIAN_EARNINGS_10: EARNED.format("ten"),
}
COMPLETION_RATES = (Measure.COMPLETION_RATE_4YR, Measure.COMPLETION_RATE_LT4)
# Flags: 1 is yes. They are said as cautions, not as figures.
FLAGS = (Measure.HCM2, Measure.OPERATING, Measure.DISTANCE_ONLY)

# What College Scorecard says of all health programs (CIP 51) of a school at a level: 2 where one of them is taught
# fully online. A hint about the school, never the mode of one program.
HEALTH_AT = {
    AwardLevel.CERT_LT_12W: Measure.HEALTH_CERT_UNDER_1Y,
    AwardLevel.CERT_12W_1Y: Measure.HEALTH_CERT_UNDER_1Y,
    AwardLevel.CERT_1_2Y: Measure.HEALTH_CERT_1_2Y,
    AwardLevel.ASSOCIATE: Measure.HEALTH_ASSOCIATE,
    AwardLevel.CERT_2_4Y: Measure.HEALTH_CERT_2_4Y,
    AwardLevel.BACHELOR: Measure.HEALTH_BACHELOR,
}
HEALTH_FAMILY, ONE_IS_ONLINE = "51.", 2


def figures(outcomes: Iterable[SchoolOutcome], measures: Iterable[str], release: Release | None) -> Rows:
    """Name and figure of each measure, with who is counted; a missing one says why.

    A school has one completion rate or the other, by the length of its programs: where one is known, the
    other asks nothing.
    """
    known = {one.measure: one for one in outcomes if one.reason != Reason.NOT_APPLICABLE}
    if any(measure in known and known[measure].value is not None for measure in COMPLETION_RATES):
        known = {name: one for name, one in known.items() if name not in COMPLETION_RATES or one.value is not None}
    return [(Measure(name).label, _figure(known[name], UNITS[name], release)) for name in measures if name in known]


def _figure(outcome: SchoolOutcome, unit: str, release: Release | None) -> Any:
    figure = formats.as_data(outcome.value, unit=unit, release=release, reason=outcome.reason)
    who = WHO_IS_COUNTED.get(outcome.measure)
    return format_html('{}<span class="hint">{}</span>', figure, who) if who else figure


@dataclass(frozen=True)
class Caution:
    """Something to know before applying, in words, with the record it stands in."""

    title: str
    text: str
    source: str
    url: str
    kind: str = "warn"


def cautions(outcomes: Iterable[SchoolOutcome], unitid: str | None, release: Release | None) -> list[Caution]:
    """What the flags say, worst first; an unknown flag says nothing."""
    flags = {one.measure: int(one.value) for one in outcomes if one.measure in FLAGS and one.value is not None}
    record = f"https://collegescorecard.ed.gov/school/?{unitid}" if unitid else "https://collegescorecard.ed.gov/"
    scorecard = f"Source: {release}." if release else "Source: College Scorecard."
    found = []
    if flags.get(Measure.OPERATING) == 0:
        words = (
            "The US Department of Education no longer counts this school as operating. Ask the school whether it still "
            "teaches before you apply or pay anything."
        )
        found.append(Caution("Not operating, says College Scorecard", words, scorecard, record))
    if flags.get(Measure.HCM2) == 1:
        words = (
            "The US Department of Education has this school on heightened cash monitoring, level 2: it pays students’ "
            "federal aid from its own money first and is paid back after the Department has seen documents. Reasons "
            "range from late reports to serious findings, and the list changes through the year. Ask the school for "
            "its reason."
        )
        found.append(
            Caution(
                "On heightened cash monitoring 2",
                words,
                scorecard,
                "https://studentaid.gov/data-center/school/hcm",
            )
        )
    if flags.get(Measure.DISTANCE_ONLY) == 1:
        words = "College Scorecard lists this school as teaching only at a distance: no classes on a campus."
        found.append(Caution("Teaches only at a distance", words, scorecard, record, kind=""))
    return found
