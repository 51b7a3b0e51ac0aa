"""The nearest known word for one that nothing here contains.

A word is known when search would find something by it: as it stands, by its stem,
or as the beginning of the last word. Known words are never touched, nor is anything
in quotes, with a digit, or with a sign that is looked for as it stands.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from threading import Lock

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from portal.memory import remembered
from schools.known import WORD, folded, known, words_of
from schools.search import CHUNK, GLUE, LITERAL, SHORT_FOR, SHORTEST_BEGINNING

# Letters a word needs before one, two or three slips are forgiven: below that another word is meant as likely.
SLIPS = ((11, 3), (7, 2), (4, 1))
RARE = 8  # letters
LONGEST_WORD = 40  # letters; what is longer is no word of ours
SHORTEST_MEANT = 4  # letters: what is shorter is an acronym, and "CRNA" no slip for CRA
SHORTEST_HALF = 3  # letters of either word in "socialwork"


_stemmer = snowballstemmer.stemmer("english")  # Snowball's, as the database's dictionary portal_stem
_one_at_a_time = Lock()  # it keeps the word it works on


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    with _one_at_a_time:
        return _stemmer.stemWord(word)


class Vocabulary:
    """Words with the number of programs behind each. A word without any is a rare name, and has to be written nearly
    in full: "finance" is no slip for the Fiance Academy."""

    def __init__(self, texts: Iterable[tuple[str, int]]):
        counts: Counter[str] = Counter()
        for text, number in texts:
            for word in words_of(text):
                counts[word] += number
        self.counts = counts
        self.words = sorted(counts)
        self.stems = {stem(word) for word in self.words}

    def begins(self, beginning: str) -> bool:
        position = bisect_left(self.words, beginning)
        return position < len(self.words) and self.words[position].startswith(beginning)

    def knows(self, word: str, is_last: bool = False) -> bool:
        """Whether a search for this word, folded, finds something. The last word may be unfinished."""
        return (
            word in self.counts
            or word in GLUE
            or word in SHORT_FOR
            or (is_last and len(word) >= SHORTEST_BEGINNING and self.begins(word))
            or stem(word) in self.stems
        )

    def nearest(self, word: str) -> str:
        """The known word with the fewest slips between; of equals the one that begins alike, then the most frequent."""
        slips = next((slips for letters, slips in SLIPS if len(word) >= letters), 0)
        if not slips or len(word) > LONGEST_WORD:
            return ""
        near = process.extract(word, self.words, scorer=OSA.distance, score_cutoff=slips, limit=None)
        near = [(distance, one[0] != word[0], -self.counts[one], one) for one, distance, _ in near
                if one.isalpha() and len(one) >= SHORTEST_MEANT]  # fmt: skip
        near = [found for found in near if (found[0] == 1 or not found[1]) and (found[2] or len(word) >= RARE)]
        return min(near)[-1] if near else self.halves(word)

    def halves(self, word: str) -> str:
        """Two known words written as one, "socialwork"; empty when it is not that."""
        cuts = range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)
        pairs = [(word[:cut], word[cut:]) for cut in cuts]
        pairs = [pair for pair in pairs if pair[0] in self.counts and pair[1] in self.counts]
        return " ".join(max(pairs, key=lambda pair: min(self.counts[one] for one in pair))) if pairs else ""

    def corrected(self, text: str) -> str:
        """``text`` with every unknown word replaced; empty when there is nothing to correct, or no way to."""
        chunks = list(CHUNK.finditer(text))
        parts, reached, is_changed = [], 0, False
        for chunk in chunks:
            if chunk[2] is None or any(sign in chunk[2] for sign in LITERAL):
                continue
            for found in WORD.finditer(text, *chunk.span(2)):
                word = folded(found[0])
                if not word.isalpha() or self.knows(word, is_last=found.end() == len(text)):
                    continue
                if not (better := self.nearest(word)):
                    return ""
                parts += [text[reached : found.start()], _written_as(found[0], better)]
                reached, is_changed = found.end(), True
        return "".join(parts) + text[reached:] if is_changed else ""


def _written_as(typed: str, word: str) -> str:
    if typed.istitle():
        return word.title()
    return word.upper() if typed.isupper() else word


def vocabulary(version: int) -> Vocabulary:
    """The words of the public listing as of this ContentVersion, kept in this process."""
    return remembered("vocabulary", version, lambda: Vocabulary(known(version).texts()))


def exactly(text: str) -> str:
    """``text`` so that it is searched for as it stands: in quotes."""
    return '"{}"'.format(text.replace('"', " ").strip())
