"""How it is built: headings in order, anchors of its own, tables with headings, ways in that the text explains."""

import re
from collections.abc import Iterator

from .findings import Finding, error
from .reading import HEADING, TITLE, Known, Words

# Places of the article page that are not sections; a section's address must differ from them.
PAGE_ANCHORS = {
    *("main", "at-a-glance", "programs-here", "on-this-page", "side-by-side", "spread", "certifications"),
    *("degrees", "popular-schools", "related", "sources", "theme", "save", "save-status", "licenses"),
    *("employment-settings", "terms", "changes", "state"),
}


def headings(words: Words, known: Known) -> Iterator[Finding]:
    """A section's own heading is the second level of the page; in its text the third follows, and nothing else."""
    if not words.sections:
        yield error("sections", TITLE, "There is no text yet. Add at least one section.")
    for section, text in zip(words.sections, words.bodies, strict=True):
        if not section.heading.strip():
            yield error("heading", words.at("sections", section, "heading", "A section"), "Write its heading.")
        if not section.body.strip():
            yield error("empty-section", text.place, "The section is empty. Write it or remove it.")
        for signs, said in HEADING.findall(text.text):
            if not said.strip():
                yield error("heading", text.place, "A heading in the text is empty. Write it or remove it.")
            elif len(signs) != 3:
                yield error("heading", text.place, f"“{said}” is no third-level heading. Begin it with ###.")


# Parts of the page that are made for what stands in them: a footnote, a term, an occupation's programs here.
MADE_ANCHORS = re.compile(r"note-\d+(-mark)?|term-.+|.+-here")


def is_anchor_of(words: Words, anchor: str) -> bool:
    """Whether the page of the article has a part of this name."""
    own = {section.anchor for section in words.sections}
    return anchor in own or anchor in PAGE_ANCHORS or bool(MADE_ANCHORS.fullmatch(anchor))


# Signs that Markdown elsewhere knows, and the page prints as they stand: code, pictures, underlined headings.
UNREAD = (
    (
        re.compile(r"^\s*(?:```|~~~)", re.M),
        "Code is shown with its signs. Write a paragraph or a list.",
    ),
    (re.compile(r"!\[[^\]]*\]\("), "A picture is shown as a link behind an exclamation mark. Take it out."),
    (re.compile(r"^(?![|\s>*+-]).*\S.*\n {0,3}(?:=+|-{3,})[ \t]*$", re.M), "Underline no heading. Begin it with ###."),
)


def unread_signs(words: Words, known: Known) -> Iterator[Finding]:
    for text in words.bodies:
        for shape, advice in UNREAD:
            if shape.search(text.text):
                yield error("unread-signs", text.place, advice)


def anchors(words: Words, known: Known) -> Iterator[Finding]:
    for section in words.sections:
        if section.anchor in PAGE_ANCHORS or MADE_ANCHORS.fullmatch(section.anchor):
            yield error(
                "anchor",
                words.at("sections", section, "anchor", f"Section “{section.heading}”"),
                f"Give the section {section.anchor} another anchor: the page has a part of its own by that name.",
            )


def tables(words: Words, known: Known) -> Iterator[Finding]:
    """Every table has a first row of headings, none of them empty but perhaps the first."""
    for text in words.bodies:
        lines = text.text.split("\n")
        for at, line in enumerate(lines):
            first = not (at and _is_row(lines[at - 1]))
            if not (_is_row(line) and first):
                continue
            ruled = at + 1 < len(lines) and re.fullmatch(r"\s*\|?(\s*:?-+:?\s*\|)+\s*:?-*:?\s*", lines[at + 1])
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not ruled:
                yield error("table-header", text.place, f"The table that begins “{line.strip()[:40]}” has no row of "
                            "headings. Put one above it, then a line of |---|.")  # fmt: skip
            elif not all(cells[1:]):
                yield error("table-header", text.place, "A column of a table has no heading. Name it.")


def _is_row(line: str) -> bool:
    return line.strip().startswith("|") and line.count("|") > 1


def pathways_explained(words: Words, known: Known) -> Iterator[Finding]:
    """Whoever reads of a way in in the table finds it in the text."""
    said = re.sub(r"[^a-z0-9]+", " ", words.all_prose.lower())
    for pathway in words.pathways:
        names = {re.sub(r"\([^)]*\)", " ", pathway.name), *re.findall(r"\(([^)]*)\)", pathway.name)}
        if pathway.occupation:
            names |= {pathway.occupation.title, pathway.occupation.plain_title}
        bare = {" ".join(re.sub(r"[^a-z0-9]+", " ", name.lower()).split()) for name in names} - {""}
        if not any(f" {name}" in f" {said}" for name in bare):
            yield error(
                "pathway-missing",
                words.at("pathways", pathway, "name", f"Pathway “{pathway.name}”"),
                "The table compares it and the text never names it. Explain it in a section.",
            )


RULES = (headings, unread_signs, anchors, tables, pathways_explained)
