"""Figures: all of them tokens, each one known, each comparison true today."""

import html
import re
from collections.abc import Iterator

from careers.figures import TOKEN, UnknownToken, parse

from .findings import Finding, error, warning
from .reading import Known, Text, Words, short, token_of

IN_WORDS = (
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundred|thousand|million|billion)[\s-]+)+"
)
AMOUNT = r"\d[\d,]*(?:\.\d+)?(?:\s?(?:k|thousand|million|billion)\b)?"
BARE = r"(?:\d{1,3}(?:,\d{3})+|\d+k|\d{5,})\b"  # what may be money without a sign
MONEY = re.compile(
    rf"(?:\$|\bUSD\s?)\s?{AMOUNT}|\b{AMOUNT}\s?(?:dollars|USD)\b|\b{IN_WORDS}dollars\b"
    r"|\b(?:five|six|seven)[\s-]figures?\b"
    rf"|\b{BARE}\s*(?:an?|per|each|every|/)\s*(?:year|month|week|term|semester|credit)\b"
    r"|\b\d[\d,]*(?:\.\d+)?\s*(?:an|per|each|every|/)\s*(?:hour|hr)\b"
    # After a word of pay, unless a noun says what is counted: “pays for 3,000 hours”.
    r"|\b(?:earn\w*|pays?|paid|salar\w+|wages?|makes?|made|median|mean|average|tuition)\s+(?:\w+\s+){0,4}?"
    rf"{BARE}(?!\s+(?!(?:in|at|on|or|and|to|for|as|when|after|before|if|with|by)\b)\w)",
    re.I,
)
PERCENT = re.compile(
    rf"\d[\d.,]*[\s-]?(?:%|percent(?:age points?)?\b|per\s+cent\b)|\b{IN_WORDS}(?:percent|per\s+cent)\b", re.I
)
OURS = "programs?|schools?|graduates|degrees awarded|awards|jobs|openings"  # what the portal itself counts
PEOPLE = "positions|vacancies|workers|employees|people|nurses|managers|professionals|specialists|students"
COUNT = re.compile(
    rf"(?:\b\d{{1,3}}(?:,\d{{3}})+|\b\d[\d.]*\s?(?:k|thousand|million)|\bhalf a million)\s+(?:\w+\s+){{0,3}}"
    rf"(?:{OURS}|{PEOPLE})\b|\b\d{{3,}}\s+(?:{OURS})\b",
    re.I,
)
# “Employers with 100 employees must report” is a rule, and no statistic; a person can tell.
SMALL_COUNT = re.compile(rf"(?<![\d,])\d{{3}}\s+(?:{PEOPLE})\b", re.I)


def as_read(text: str) -> str:
    """A text without its tokens and its markup: “$**98,000**” is read as $98,000."""
    return re.sub(r"[*_`\\]", "", html.unescape(TOKEN.sub(" ", text)))


def typed_figures(words: Words, known: Known) -> Iterator[Finding]:
    """Money, percentages and counts that somebody typed: they will be wrong after the next release.

    A source's own title is a quotation, so that one is left to the editor.
    """
    for citation in words.citations:
        if match := MONEY.search(citation.title) or PERCENT.search(citation.title):
            place = words.at("citations", citation, "title", f"Source “{citation.title}”")
            yield warning("typed-figure", place, f"“{match[0].strip()}” stands in the title of a source. Leave it only "
                          "if the source itself is called so.")  # fmt: skip
    for text in words.texts:
        left = as_read(text.text)
        for match in SMALL_COUNT.finditer(left):
            yield warning("typed-figure", text.place, f"“{match[0]}” is a count typed by hand. Leave it only if it is "
                          "a rule or an example, which no new figures change.")  # fmt: skip
        for kind, shape in (("money", MONEY), ("a percentage", PERCENT), ("a count", COUNT)):
            for match in shape.finditer(left):
                advice = "Use the cell’s figure, or leave it out"
                if text.is_prose:
                    advice = "Put a figure token in its place, or lead to the page that says it"
                yield error(
                    "typed-figure", text.place, f"“{match[0].strip(' ,.')}” is {kind} typed by hand. {advice}."
                )  # fmt: skip


def unknown_tokens(words: Words, known: Known) -> Iterator[Finding]:
    """Tokens that stand for no figure."""
    for place, written in words.tokens:
        try:
            token = parse(written)
        except UnknownToken as problem:
            yield error("unknown-token", place, str(problem))
            continue
        if token.kind in ("programs", "graduates", "tuition"):
            if token.about not in known.subjects:
                yield error("unknown-token", place, f"“{token}”: {token.about} is no subject of the directory.")
        elif token.about not in known.socs:
            yield error("unknown-token", place, f"“{token}”: no occupation here has the SOC code {token.about}.")
        if token.area and token.area not in known.areas:
            yield error("unknown-token", place, f"“{token}”: {token.area} is no place we have figures for.")
    for text in words.texts:
        for rest in TOKEN.sub("", text.text).split("[[")[1:]:
            yield error(
                "unknown-token", text.place, f"“[[{rest.strip()[:40]}” is never closed. End the figure with ]]."
            )
    for cell in words.cells:
        if "[" in cell.figure or "]" in cell.figure:
            yield error("unknown-token", words.cell_at(cell, "figure"), "Write the figure here without brackets.")


def figures_missing(words: Words, known: Known) -> Iterator[Finding]:
    """A figure in the text that nobody has today: its sentence says nothing then."""
    for text in words.texts:
        for written in TOKEN.findall(text.text):
            token = token_of(written)
            figure = known.figures.figure(token) if known.figures and token else None
            if figure is not None and figure.value is None and (not token.area or token.area in known.areas):
                yield warning(
                    "figure-missing", text.place, f"“{token}” has no figure today: the page says “{figure.reason}”. "
                    "Word the sentence so that it holds without it, or choose another.",
                )  # fmt: skip


def scopes_said(words: Words, known: Known) -> Iterator[Finding]:
    """A pathway that is narrower than its occupation says whom the wage covers."""
    shown = {cell.pathway_id for cell in words.cells if cell.figure}
    for pathway in words.pathways:
        occupation = pathway.occupation
        if pathway.pk not in shown or occupation is None or pathway.scope:
            continue
        if _bare(pathway.name) not in {_bare(occupation.title), _bare(occupation.plain_title or occupation.title)}:
            yield error(
                "scope-missing",
                words.at("pathways", pathway, "scope", f"Pathway “{pathway.name}”"),
                f"Its figures cover all of “{occupation.title}”. Say so in the scope: “all …, not only …”.",
            )


def _bare(name: str) -> str:
    """A name without case, brackets and plural."""
    name = re.sub(r"\([^)]*\)", "", name.lower())
    return " ".join(re.sub(r"s$", "", word) for word in re.findall(r"[a-z]+", name))


STATES_A_FIGURE = re.compile(
    r"\b(?:median|mean|average|rose|fell|grew|rise|fall|increased?|decreased?|declined?|percent|projected)\b|%", re.I
)


def years_too_old(words: Words, known: Known) -> Iterator[Finding]:
    """A year before the current wage release, in a sentence about pay, jobs or outlook.

    An error beside a figure or what is said of one; else a warning, for laws and events have years too.
    """
    if known.newest_year is None:
        return
    about = re.compile(r"\b(?:wages?|pay|paid|salar\w+|earn\w*|growth|grow|outlook|jobs|openings|tuition)\b", re.I)
    for text in words.texts:
        for sentence in Text(text.place, text.text).sentences:
            has_figure = bool(TOKEN.search(sentence))
            if not (about.search(sentence) or has_figure):
                continue
            left = re.sub(r"\bO\\?\*NET\b.*", "", TOKEN.sub(" ", sentence))
            for year in re.findall(r"\b((?:19|20)\d\d)\b", left):
                if int(year) < known.newest_year:
                    found = error if has_figure or STATES_A_FIGURE.search(left) else warning
                    yield found(
                        "old-year", text.place, f"{year} is before the current figures ({known.newest_year}). Take "
                        f"the year out: each figure’s footnote says when it is from. (“{short(sentence)}”)",
                    )  # fmt: skip


FASTER = re.compile(
    r"\b(faster|higher|more|above|quicker|slower|lower|less|below) (?:than )?(?:the )?(?:national )?average", re.I
)
MUCH = re.compile(
    r"\b(?:much|significantly|considerably|far|well)\s+(?:faster|higher|more|above|slower|lower|less|below)", re.I
)
EVERYONE = "00-0000"
# Points of growth apart from all occupations, from which the agency itself says "much faster" in its handbook.
MUCH_APART = 4


def comparisons_hold(words: Words, known: Known) -> Iterator[Finding]:
    """“Faster than average” says what today's figures say, and stands beside the figure it is about."""
    for text in words.bodies:
        for sentence in text.sentences:
            said = FASTER.search(sentence)
            if not said:
                continue
            tokens = filter(None, map(token_of, TOKEN.findall(sentence)))
            grows = [token.about for token in tokens if token.kind == "growth" and token.about != EVERYONE]
            if not grows or EVERYONE not in known.growth:
                yield warning(
                    "comparison-untied",
                    text.place,
                    f"“{said[0]}” stands beside no growth figure, so nothing checks it. (“{short(sentence)}”)",
                )
            for soc in grows:
                apart = known.growth.get(soc, known.growth[EVERYONE]) - known.growth[EVERYONE]
                up = said[1].lower() in ("faster", "higher", "more", "above", "quicker")
                if (apart > 0) != up or apart == 0:
                    yield error(
                        "comparison-wrong", text.place, f"“{said[0]}” is not so any more. (“{short(sentence)}”)"
                    )
                elif (much := MUCH.search(sentence)) and abs(apart) < MUCH_APART:
                    yield error(
                        "comparison-wrong",
                        text.place,
                        f"It is {abs(apart)} points from the average: not “{much[0]}”.",
                    )


RULES = (comparisons_hold, typed_figures, unknown_tokens, figures_missing, scopes_said, years_too_old)
