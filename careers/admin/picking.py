"""Finding a figure to put into a text: what it is called, what it says today, and the token that stands for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.db.models import Q
from django.utils.html import strip_tags

from careers.figures import ALL_LEVELS, DIRECTORY, JOBS, KINDS, NATION, OUTLOOK, STATISTICS, WAGE
from careers.footnotes import DIRECTORY_WORDS, JOBS_WORDS, WAGE_WORDS, Figures
from careers.footnotes import OUTLOOK as OUTLOOK_WORDS
from careers.models import Occupation
from portal.models import Area
from schools.levels import AwardLevel
from schools.models import Subject

MOST = 12


def _outlook(kind: str) -> str:
    """What an outlook is called without the years, which a release brings."""
    return OUTLOOK_WORDS[kind][2].partition(", {")[0].replace(" in {base}", "")


def statistics() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every statistic by what it is about, for a select."""
    outlook = [(kind, _outlook(kind)) for kind in OUTLOOK]
    return [
        ("Of an occupation", [*WAGE_WORDS.items(), (JOBS, JOBS_WORDS), *outlook]),
        ("Of a subject in the directory", list(DIRECTORY_WORDS.items())),
    ]


class PickForm(forms.Form):
    """What is looked for. Everything is optional; what is not chosen is the median wage in the United States."""

    q = forms.CharField(label="Occupation or subject", required=False, max_length=100, strip=True)
    statistic = forms.ChoiceField(choices=statistics, required=False, initial="median")
    area = forms.ChoiceField(label="Where", required=False, initial=NATION)
    level = forms.ChoiceField(label="Award level", required=False, choices=[(ALL_LEVELS, "All"), *AwardLevel.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = Area.objects.order_by("name").exclude(code=NATION).values_list("code", "name")
        self.fields["area"].choices = [(NATION, "United States"), *places]


@dataclass
class Pick:
    """One figure: its token, what it is, and what it says today or why it says nothing."""

    token: str
    words: str
    today: str


def picks(q: str, statistic: str, area: str, level: str) -> list[Pick]:
    """Figures whose occupation or subject has these words or this code; published occupations first."""
    tokens = list(_tokens(q, statistic or "median", area or NATION, level or ALL_LEVELS))
    figures = Figures(tokens)
    found = []
    for written in tokens:
        figure = figures.figure(figures.token(written))
        if figure:
            place = f", {figure.place}" if figure.place else ""
            words = f"{figure.statistic}: {figure.about}{place}"
            period = f" ({figure.period})" if figure.period else ""
            found.append(Pick(written, words, strip_tags(figure.html()) + period))
    return found


def _tokens(q: str, statistic: str, area: str, level: str) -> Iterator[str]:
    if statistic in DIRECTORY:
        subjects = Subject.objects.all()
        for word in q.split():
            subjects = subjects.filter(Q(name__icontains=word) | Q(slug__icontains=word))
        for slug in subjects.values_list("slug", flat=True)[:MOST]:
            yield f"{statistic} {slug} {level}"
        return
    occupations = Occupation.objects.all()
    for word in q.split():
        occupations = occupations.filter(
            Q(title__icontains=word) | Q(plain_title__icontains=word) | Q(soc__startswith=word)
        )
    for soc in occupations.order_by("published_at", "title").values_list("soc", flat=True)[:MOST]:
        if statistic in STATISTICS:
            yield f"{WAGE} {soc} {statistic} {area}"
        elif statistic == JOBS:
            yield f"{JOBS} {soc} {area}"
        else:
            yield f"{statistic} {soc}"


def grammar() -> list[tuple[str, str]]:
    """Each kind of token by its example, and what it stands for; for the explanation beside the boxes."""
    words = {WAGE: f"A yearly wage: {', '.join(STATISTICS)}; US or a state’s postal code", JOBS: JOBS_WORDS}
    words |= {kind: _outlook(kind) for kind in OUTLOOK}
    words |= DIRECTORY_WORDS
    return [(example, words[kind]) for kind, example in KINDS.items()]
