"""One thing a rule has found, and where an editor mends it."""

from dataclasses import dataclass

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Place:
    """A box of the edition's page at the desk. ``words`` name it for people, ``box`` is its id in the form."""

    words: str
    box: str


@dataclass(frozen=True)
class Finding:
    """``code`` names the rule; ``sentence`` says what is wrong and what to do."""

    severity: str
    code: str
    sentence: str
    place: Place

    def __str__(self):
        return f"{self.place.words}: {self.sentence}"

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR


def error(code: str, place: Place, sentence: str) -> Finding:
    return Finding(ERROR, code, sentence, place)


def warning(code: str, place: Place, sentence: str) -> Finding:
    return Finding(WARNING, code, sentence, place)
