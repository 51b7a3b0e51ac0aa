"""How it reads: sentences a tired reader follows, links that say where they lead, a summary that fits."""

import re
from collections.abc import Iterator

from careers.figures import TOKEN
from careers.markdown import is_good_address, links_in

from .findings import Finding, error, warning
from .reading import AUTHOR, LINK, SUMMARY, TITLE, Known, Words, plain

HARDEST = 10.0  # school grade; Flesch-Kincaid
LEAST_WORDS = 100  # of prose; below, a grade says nothing
SUMMARY_LENGTH = (60, 300)  # characters
EMPTY_WORDS = {
    "here",
    "click here",
    "details",
    "find out more",
    "read on",
    "see here",
    "source",
    "website",
    "this",
    "this link",
    "link",
    "more",
    "read more",
    "learn more",
    "this page",
    "page",
}
NAME = re.compile(r"\b(?:[A-Z][a-z]*[A-Z]+\w*|[A-Z]{2,})\b")  # acronyms are read letter by letter, and known


def grade(text: str) -> float | None:
    """The school grade a text asks for, by the Flesch-Kincaid formula; null for less than LEAST_WORDS words.

    Syllables are counted as groups of vowels, less a silent e. Figures and acronyms count as one, since their
    length makes no sentence harder.
    """
    text = plain(text)
    sentences = [part for part in re.split(r"[.!?:]+(?=\s|$)|\n\s*\n|\n", text) if re.search(r"[A-Za-z]{2}", part)]
    words = re.findall(r"[A-Za-z][A-Za-z’'-]*", text)
    if len(words) < LEAST_WORDS:
        return None
    syllables = sum(1 if NAME.fullmatch(word) else syllables_in(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def syllables_in(word: str) -> int:
    word = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = len(word) > 3 and bool(re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiouscxzghl]es$", word))
    return max(1, groups - silent)


def reading_grade(words: Words, known: Known) -> Iterator[Finding]:
    """Prose that asks for more than ten years of school: as a whole, else where one section does."""
    whole = grade(words.all_prose)
    if whole is not None and whole > HARDEST:
        place = words.bodies[0].place if words.bodies else TITLE
        yield warning("reading-grade", place, f"The text as a whole reads at grade {whole:.1f}. Aim for 10: "
                      "shorter sentences, plainer words.")  # fmt: skip
    for text in words.bodies:
        own = grade(text.text)
        if own is not None and own > HARDEST + 2:
            yield warning("reading-grade", text.place, f"This section reads at grade {own:.1f}. Aim for 10.")


def link_words(words: Words, known: Known) -> Iterator[Finding]:
    """A link's own words say where it leads, also to somebody who hears only the links of a page."""
    for text in words.bodies:
        for said, address in links_in(text.text):
            bare = " ".join(re.sub(r"[^\w\s:/.]|\.$", " ", said).split()).strip(".:/").lower()
            if not bare:
                yield error("link-text", text.place, f"A link to {address} has no words. Name what it leads to.")
            elif bare in EMPTY_WORDS or bare.startswith(("http:", "https:", "www.")):
                yield error("link-text", text.place, f"The link “{said}” does not say where it leads. Name it.")
        for match in LINK.finditer(TOKEN.sub("figure", text.text)):
            if match[2] and not is_good_address(match[2].strip("<>")):
                yield error("link-address", text.place, f"“{match[2]}” is no address a reader can follow. Begin "
                            "it with https://, with / for a page of this site, or # for a part of this.")  # fmt: skip
        left = re.sub(r"\[[^\[\]]*\]\([^)]*\)", "", text.text)
        for address in re.findall(r"<?https?://[^\s>)]+", left):
            yield error("link-text", text.place, f"{address} stands bare in the text. Make it a link with words.")


def needed_words(words: Words, known: Known) -> Iterator[Finding]:
    """Title, author, and a summary that search engines show whole."""
    edition, (least, most) = words.edition, SUMMARY_LENGTH
    if not edition.title.strip():
        yield error("title", TITLE, "Write the title.")
    if not edition.author.strip():
        yield error("author", AUTHOR, "Write the author.")
    length = len(edition.summary.strip())
    if not length:
        yield error("summary", SUMMARY, "Write the summary.")
    elif length < least:
        yield error("summary", SUMMARY, f"{length} characters are too few. Write {least} to {most}.")
    elif length > most:
        yield error("summary", SUMMARY, f"{length} characters are too many. Write {least} to {most}.")


RULES = (reading_grade, link_words, needed_words)
