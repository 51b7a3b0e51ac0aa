"""What a list holds, in one sentence: its h1 and its title."""

from collections.abc import Callable, Sequence

from portal import formats
from portal.facets import UNKNOWN
from schools.levels import AwardLevel, Control, Delivery

TAUGHT = {Delivery.ONLINE: "online", Delivery.HYBRID: "hybrid", Delivery.CAMPUS: "on-campus"}
RUN_BY = {
    Control.PUBLIC: "public",
    Control.NONPROFIT: "private nonprofit",
    Control.FOR_PROFIT: "private for-profit",
}
MOST_NAMED = 2  # values of one facet that the sentence names; more are only counted


def in_sentence(name: str) -> str:
    """A title inside a sentence: "Health administration" as "health administration", "MBA" as it is."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _either(names: Sequence[str], counted: str) -> str:
    return " or ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} {counted}"


def _number(total: int) -> str:
    return formats.whole(total) if total else "No"


def _labels(filters, name: str) -> list[str]:
    facet = next(facet for facet in filters.facets if facet.name == name)
    return [facet.label_of(value) for value in filters.cleaned[name] if value != UNKNOWN]


def _clause(filters, name: str, known: str, counted: str, unknown: str, words: Callable[[str], str] = str) -> list[str]:
    """ "in Minnesota or Iowa", "in 5 states", "in Iowa or nobody knows where"."""
    labels = [words(label) for label in _labels(filters, name)]
    said = [known.format(_either(labels, counted))] if labels else []
    if UNKNOWN in filters.cleaned[name]:
        said.append(unknown)
    return [" or ".join(said)] if said else []


def _kinds(levels: Sequence[str], total: int) -> str:
    plurals = [AwardLevel(level).plural for level in levels]
    if len(plurals) > MOST_NAMED:
        return f"programs at {len(plurals)} levels"
    words = " and ".join(plurals) or "programs"
    if total != 1 or len(plurals) > 1:
        return words
    return words.replace("programs", "program").replace("doctorates", "doctorate")


def program_sentence(filters, total: int) -> str:
    """ "28 online master’s programs in Minnesota"."""
    asked = filters.cleaned
    taught = [TAUGHT[value] for value in asked["delivery"] if value in TAUGHT]
    run_by = [RUN_BY[value] for value in asked["control"] if value in RUN_BY]
    parts = [
        _number(total),
        " or ".join(taught) if len(taught) <= MOST_NAMED else "",
        " or ".join(run_by) if len(run_by) <= MOST_NAMED else "",
        _kinds(asked["level"], total),
        *_clause(filters, "subject", "in {}", "subjects", "", in_sentence),
        *_clause(filters, "field", "in {}", "fields", "", in_sentence),
        *_clause(filters, "occupation", "toward {}", "careers", "", in_sentence),
        *_clause(filters, "state", "in {}", "states", "in an unknown state"),
        f"within {asked['radius']} miles of {asked['near']} or online" if asked["near"] else "",
    ]
    ceilings = [int(value) for value in asked["tuition_max"] if value != UNKNOWN]
    prices = [f"up to {formats.dollars(max(ceilings))} a year"] if ceilings else []
    prices += ["without a published price"] if UNKNOWN in asked["tuition_max"] else []
    parts.append(" or ".join(prices))
    unknown = [
        "how they are taught" if UNKNOWN in asked["delivery"] else "",
        "who runs the school" if UNKNOWN in asked["control"] else "",
    ]
    if any(unknown):
        parts.append(f"({' and '.join(filter(None, unknown))} not in federal data)")
    if asked["q"]:
        parts.append(f"for “{asked['q']}”")
    if filters.is_wide_open:
        parts.append("in health administration and the fields around it")
    return " ".join(filter(None, parts))


def school_sentence(filters, total: int) -> str:
    """ "95 public schools in Minnesota"."""
    asked = filters.cleaned
    run_by = [RUN_BY[value] for value in asked["control"] if value in RUN_BY]
    parts = [
        _number(total),
        " or ".join(run_by) if len(run_by) <= MOST_NAMED else "",
        "school" if total == 1 else "schools",
        *_clause(filters, "state", "in {}", "states", "in an unknown state"),
        {("yes",): "with programs here", ("no",): "without programs here"}.get(tuple(asked["programs"]), ""),
        "(who runs them not in federal data)" if UNKNOWN in asked["control"] else "",
        f"for “{asked['q']}”" if asked["q"] else "",
    ]
    return " ".join(filter(None, parts))
