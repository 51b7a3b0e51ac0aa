"""What visitors ask of the program list: the same requests in every run, and nearly the same at every size.

None to five facets, half with a keyword, some near a ZIP code, some with another order, some deep pages.
"""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

SEED = "one fine day"
NUMBER = 240
FACETS = ("subject", "level", "delivery", "state", "tuition_max", "control", "field", "occupation")
KEYWORDS = (
    "health administration", "nursing", "public health", "social work", "health informatics", "healthcare management",
    "mha", "medical office", "long term care", "community college", "state university", "chicago", "houston",
    "business", "counseling", "health information", "gerontology", "bsn", "registered nurse", "hospital",
    "health policy", "practitioner", "clinical", "technical college", "msw", "emergency", "medical assistant",
    "informatics", "master", "certificate", "bachelor of science", "institute", "quality", "portland", "phoenix",
    "administration", "leadership", "rehabilitation", "insurance coding", "school of nursing",
)  # fmt: skip
ZIPS = ("55455", "10001", "60601", "90012", "77002", "30303", "98101", "02115", "80202", "63103", "27601", "87102")
RADII = (10, 25, 50, 100, 250)
ABOUT = {"subject", "field", "occupation"}  # three ways to say what it is about: nobody asks for two of them at once
HOW_MANY = (0.14, 0.36, 0.62, 0.82, 0.94)  # below these: no facet, one, two, three, four; else five

Numbers = Mapping[str, Mapping[str, int]]


def draw(*what: object) -> float:
    """Between 0 and 1, not 0: always the same for the same words."""
    digest = hashlib.blake2s("\0".join(map(str, (SEED, *what))).encode(), digest_size=8).digest()
    return (int.from_bytes(digest) + 1) / (2**64 + 1)


def pick(options: Mapping[str, float], *what: object) -> str:
    """One of the options, by weight. An option less or more elsewhere does not change who wins here."""
    return min(options, key=lambda option: -math.log(draw(*what, option)) / options[option])


def choices(numbers: Mapping[str, int]) -> dict[str, float]:
    """What can be chosen, and how likely: people ask more for what there is more of, and never for nothing."""
    return {option: number**0.6 for option, number in numbers.items() if number}


def one(at: int, numbers: Callable[[str], Numbers]) -> str:
    """The query string of request ``at``. ``numbers`` gives those beside the options at any query string."""
    pairs: list[tuple[str, str]] = []
    if draw(at, "search") < 0.5:
        pairs.append(("q", pick(dict.fromkeys(KEYWORDS, 1.0), at, "q")))
    if draw(at, "place") < 0.12:
        pairs.append(("near", pick(dict.fromkeys(ZIPS, 1.0), at, "zip")))
        pairs.append(("radius", pick({str(miles): 1.0 for miles in RADII}, at, "radius")))
    often = draw(at, "facets")
    free = dict.fromkeys(FACETS, 1.0)
    for turn in range(sum(often >= limit for limit in HOW_MANY)):
        here = numbers(urlencode(pairs))
        free = {name: 1.0 for name in free if choices(here[name])}
        if not free:
            break
        name = pick(free, at, "facet", turn)
        for taken in ABOUT if name in ABOUT else {name}:
            free.pop(taken, None)
        options = choices(here[name])
        for _ in range(1 + (draw(at, name, "more") < 0.3) + (draw(at, name, "many") < 0.1)):
            if options:
                value = pick(options, at, name)
                del options[value]
                pairs.append((name, value))
    if draw(at, "sort") < 0.1:
        pairs.append(("sort", pick({"name": 1.0, "tuition": 1.0, "graduates": 0.5}, at, "by")))
    if draw(at, "deep") < 0.12:
        pairs.append(("page", str(2 + int(1000 ** draw(at, "page")))))
    return urlencode(pairs)


def make(numbers: Callable[[str], Numbers], number: int = NUMBER) -> Sequence[str]:
    """So many different query strings."""
    made: dict[str, None] = {}
    at = 0
    while len(made) < number:
        made[one(at, numbers)] = None
        at += 1
    return list(made)
