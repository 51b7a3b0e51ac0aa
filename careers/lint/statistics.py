"""What wages are called: a mean is no median, a percentile says so, in sentences, headings and tables."""

import re
from collections.abc import Collection, Iterator

from careers.figures import TOKEN
from careers.models import Attribute

from .findings import Finding, Place, error
from .reading import HEADING, SUMMARY, TITLE, Known, Text, Words, short, token_of

AVERAGE = re.compile(r"(?<![-\w])averag(?:es?|ed|ing)\b(?!-)|\bmean\b(?!s|ing)", re.I)
# "Faster than average" is BLS's own phrase for growth and says nothing of the wage beside it.
COMPARES = re.compile(r"\b(?:than|as) (?:fast as )?(?:the )?(?:national )?average\b|\bthe average for all \w+", re.I)
MEDIAN = re.compile(
    r"\bmedian\b|\bmidpoint\b|\b50th percentile\b|\bhalf\b(?:\W+\w+){0,4}?\W+(?:earns?|makes?|(?:are|is) paid)\b", re.I
)
NAMED = re.compile(f"{AVERAGE.pattern}|{MEDIAN.pattern}", re.I)
# “This is no average”, “higher than the median”: words that set a statistic apart from the figure beside them.
APART = re.compile(
    r"\b(?:not|no|never|unlike|than|nor|above|below|from|with|instead of|rather than)\s+(?:\w+\s+){0,2}?"
    r"(?:averages?|mean|median)\b(?!\s+(?:of|is|was)\s*\[\[)",
    re.I,
)
# Where both words stand in a sentence, and above what it is about, only one that speaks of pay calls the wage so:
# “On average they work three shifts, and the median is …”, “An average day”.
PAY = r"(?:pay|wages?|salar\w+|earn\w*|paid|income|compensation)"
AVERAGE_PAY = re.compile(
    rf"(?<!-)\baverage\b(?!-)(?:\W+\w+){{0,3}}?\W+{PAY}\b|\b{PAY}\b(?:\W+\w+){{0,3}}?\W+(?<!-)average\b(?!-)", re.I
)
MEDIAN_PAY = re.compile(AVERAGE_PAY.pattern.replace("average", "median"), re.I)
NO_AVERAGE = "The figure is a median, the words call it an average. Write median."
NO_MEDIAN = "The figure is a mean, the words call it a median. Write mean, or use the median."


def statistic_beside(text: str) -> str:
    """What is wrong with the words around the wages in a text; empty when they agree."""
    wages = [
        token.statistic for written in TOKEN.findall(text) if (token := token_of(written)) and token.kind == "wage"
    ]
    said = TOKEN.sub(" ", APART.sub(" ", COMPARES.sub(" ", text)))
    averages, medians = AVERAGE.findall(said), MEDIAN.findall(said)
    if "median" in wages and "mean" not in wages and averages and (not medians or AVERAGE_PAY.search(said)):
        return NO_AVERAGE
    if "mean" in wages and "median" not in wages and medians and (not averages or MEDIAN_PAY.search(said)):
        return NO_MEDIAN
    if averages and medians:  # both are named and both are shown: in the same order?
        named = ["mean" if AVERAGE.fullmatch(word) else "median" for word in NAMED.findall(said)]
        shown = [statistic for statistic in wages if statistic in ("mean", "median")]
        if len(named) == len(shown) and named != shown:
            return NO_AVERAGE
    return next(filter(None, (percentile_unnamed(said, statistic) for statistic in wages)), "")


def percentile_unnamed(said: str, statistic: str) -> str:
    if statistic.startswith("p") and not re.search(r"percentile|percent|in (?:ten|four)|tenth|quarter|\d", said, re.I):
        return f"The figure is the {statistic[1:]}th percentile, and nothing beside it says so."
    return ""


def statistics_named(words: Words, known: Known) -> Iterator[Finding]:
    """A mean is not called median, a median not average; beside each figure the words name what it is."""
    shown: set[str] = set()
    for section, text in zip(words.sections, words.bodies, strict=True):
        for sentence in text.sentences:
            if wrong := statistic_beside(sentence):
                yield error("statistic-name", text.place, f"{wrong} (“{short(sentence)}”)")
        heading = words.at("sections", section, "heading", f"Heading “{section.heading}”")
        for place, said, under in parts_under(heading, section.heading, text):
            wages = wages_in(under)
            shown.update(wages)
            if wrong := misnamed(said, wages):
                yield error("statistic-name", place, f"{wrong} (“{said}”)")
    yield from _statistics_of_the_table(words)
    shown |= {token.statistic for cell in words.cells if (token := token_of(cell.figure)) and token.kind == "wage"}
    for place, said in ((TITLE, words.edition.title), (SUMMARY, words.edition.summary)):
        if wrong := misnamed(said, shown):
            yield error("statistic-name", place, f"{wrong} (“{short(said)}”)")


def parts_under(place: Place, heading: str, text: Text) -> Iterator[tuple[Place, str, str]]:
    """Each heading of a section, its own first, with the text down to the next; the section's own has it all."""
    yield place, heading, text.text
    inner = list(HEADING.finditer(text.text))
    ends = [*(one.start() for one in inner[1:]), len(text.text)]
    for one, end in zip(inner, ends, strict=False):  # no heading, and one end
        yield text.place, one[2], text.text[one.end() : end]


def wages_in(text: str) -> list[str]:
    """The statistics of the wages in a text, in their order."""
    tokens = filter(None, map(token_of, TOKEN.findall(text)))
    return [token.statistic for token in tokens if token.kind == "wage"]


def misnamed(heading: str, wages: Collection[str]) -> str:
    """What is wrong with a heading over wages of these statistics."""
    said = APART.sub(" ", COMPARES.sub(" ", heading))
    if AVERAGE_PAY.search(said) and "median" in wages and "mean" not in wages:
        return NO_AVERAGE
    if MEDIAN_PAY.search(said) and "mean" in wages and "median" not in wages:
        return NO_MEDIAN
    return ""


def _statistics_of_the_table(words: Words) -> Iterator[Finding]:
    """The label of a row names the statistic of its wages, and neither column nor cell says otherwise."""
    for row in words.attributes:
        place = words.at("attributes", row, "label", f"Table row “{row.label}”")
        is_wage = row.kind == Attribute.Kind.WAGE
        if is_wage and AVERAGE.search(row.label) and not re.search(r"\bmean\b", row.label, re.I):
            yield error("statistic-name", place, "“Average” names no statistic. Write Median, or Mean where it is one.")
            continue
        cells = [(cell, token) for cell in words.cells if cell.attribute_id == row.pk
                 and (token := token_of(cell.figure)) and token.kind == "wage"]  # fmt: skip
        for statistic in sorted({token.statistic for _, token in cells}):
            if wrong := _beside(row.label, statistic) or (is_wage and percentile_unnamed(row.label, statistic)):
                yield error("statistic-name", place, wrong)
        for cell, token in cells:
            for name in ("text", "note"):
                if wrong := _beside(getattr(cell, name), token.statistic):
                    yield error("statistic-name", words.cell_at(cell, name), wrong)
            if wrong := _beside(cell.pathway.name, token.statistic):
                column = f"Pathway “{cell.pathway.name}”"
                yield error("statistic-name", words.at("pathways", cell.pathway, "name", column), wrong)


def _beside(label: str, statistic: str) -> str:
    """What is wrong with a label that stands beside one wage of this statistic."""
    return statistic_beside(f"{label} [[wage 00-0000 {statistic} US]]") if statistic in ("mean", "median") else ""


RULES = (statistics_named,)
