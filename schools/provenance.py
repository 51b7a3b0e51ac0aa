"""Where the facts of a program's page come from, and whether its school has confirmed them."""

from typing import Any

from portal import formats
from portal.models import Release
from portal.reasons import Reason
from schools.models import Program
from schools.page_parts import Rows


def confirmation(program: Program) -> str:
    if program.confirmed_on:
        return f"confirmed by the school on {formats.day(program.confirmed_on)}"
    return "not yet confirmed by the school"


def where_from(program: Program, release: Release | None) -> str:
    """Under the slip of a program that its school has not confirmed."""
    source = (
        "As listed by the school" if program.origin == Program.Origin.SCHOOL else f"From {release or 'federal data'}"
    )
    return f"{source}. Not yet confirmed by the school."


def provenance(program: Program, releases: dict[str, Release], price: Any, awards: Any, outcomes: Any) -> Rows:
    """Each group of facts and its source; ``price``, ``awards`` and ``outcomes`` are empty where there is none."""
    is_own = program.origin == Program.Origin.SCHOOL
    school, federal = f"the school, {confirmation(program)}", releases.get("ipeds-completions")
    listed = school if is_own else federal and f"{federal}, {confirmation(program)}"
    sources = [
        ("Program, field and level", listed, Reason.NOT_IN_FEDERAL_DATA),
        ("Graduates", awards, Reason.NOT_IN_FEDERAL_DATA),
        ("Price", price, Reason.NOT_IN_FEDERAL_DATA),
        ("Length, admission, dates", is_own and school, Reason.NOT_ASKED),
        ("School, place, website", releases.get("ipeds-institutions"), Reason.NOT_IN_FEDERAL_DATA),
        ("Students of the school", outcomes, Reason.NOT_IN_FEDERAL_DATA),
    ]
    return [
        (facts, f"From {source}" if source else formats.as_data(None, reason=reason))
        for facts, source, reason in sources
    ]
