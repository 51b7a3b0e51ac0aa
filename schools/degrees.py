"""Words for a degree, as people type them: "masters", "PhD", "BSN"."""

import re

from schools.levels import AwardLevel

DOCTORATES = (AwardLevel.DOCTOR_RESEARCH, AwardLevel.DOCTOR_PRACTICE, AwardLevel.DOCTOR_OTHER)
# Longer wordings first: a post-master's certificate is no master's degree. A plain "certificate" stays a word
# of the search, which finds all six kinds of them by their names.
WORDINGS: list[tuple[str, tuple[AwardLevel, ...]]] = [
    (r"post[- ]?master(?:['’]?s)?(?: certificates?)?", (AwardLevel.POSTMASTER_CERT,)),
    (r"post[- ]?bac(?:c|calaureate)?(?: certificates?)?", (AwardLevel.POSTBACC_CERT,)),
    # Two letters are a degree before "in" and at the beginning; "ms" at the end too: Mississippi is written MS there.
    (r"(?:^m\.?[as]\.?(?=\s+\w)|m\.?[as]\.?(?=\s+in\b)|(?<=\s)(?-i:ms)$)", (AwardLevel.MASTER,)),
    (r"(?:^b\.?[as]\.?(?=\s+\w)|b\.?[as]\.?(?=\s+in\b)|(?<=\s)b[as]$)", (AwardLevel.BACHELOR,)),
    (r"(?:^a\.?[as]\.?(?:s\.?)?(?=\s+in\b)|a\.?[as]\.?(?:s\.?)?(?=\s+in\b)|(?<=\s)aas$)", (AwardLevel.ASSOCIATE,)),
    (r"graduate certificates?", (AwardLevel.POSTBACC_CERT, AwardLevel.POSTMASTER_CERT)),
    (r"master(?:['’]?s)?", (AwardLevel.MASTER,)),
    (r"bachelor(?:['’]?s)?", (AwardLevel.BACHELOR,)),
    (r"associate(?:['’]?s)?", (AwardLevel.ASSOCIATE,)),
    (r"ph\.?d\.?", (AwardLevel.DOCTOR_RESEARCH,)),
    (r"doctorates?|doctoral|doctor(?:['’]?s)?", DOCTORATES),
]
# "Master's University" is a school; "master of" and "degree" only lead to the subject.
LEVEL = re.compile(
    r"(?<![\w'’-])(?:"
    + "|".join(f"({wording})" for wording, _ in WORDINGS)
    + r")(?![\w'’-])(?!\s+(?:university|college|seminary|institute)\b)"
    r"(?:\s+(?:level|degrees?|programs?)\b)?(?:\s+(?:of|in)\b)?",
    re.IGNORECASE,
)
# Each is also a synonym of its subject; here, the level it is.
ACRONYMS = {
    **dict.fromkeys(("adn", "asn"), AwardLevel.ASSOCIATE),
    **dict.fromkeys(("bha", "bsn", "bsph", "bsw"), AwardLevel.BACHELOR),
    **dict.fromkeys(("mha", "mhsa", "mph", "msn", "msw"), AwardLevel.MASTER),
    **dict.fromkeys(("dnp", "drph"), AwardLevel.DOCTOR_PRACTICE),
    "dsw": AwardLevel.DOCTOR_PRACTICE,
}


def levels_meant(text: str) -> tuple[str, list[AwardLevel]]:
    """``text`` without the words for a level, and the levels. Nothing is read into quotes."""
    if '"' in text:
        return text, []
    levels = [
        level
        for match in LEVEL.finditer(text)
        for wording, (_, meant) in zip(match.groups(), WORDINGS, strict=True)
        if wording
        for level in meant
    ]
    return (" ".join(LEVEL.sub(" ", text).split()), levels) if levels else (text, [])


def acronym_in(text: str) -> tuple[str, AwardLevel] | None:
    """The first acronym of a degree, as typed, and its level."""
    for word in re.findall(r"\w+", text):
        if level := ACRONYMS.get(word.lower()):
            return word, level
    return None
