"""Everything a person may name who searches: subjects, fields, schools, places. In memory, from the public listing.

Spelling, suggestions and reasons read it, so none of them asks the database for what
it has said already. Four statements fill it; it is kept while nothing public changes.
About 6,000 schools, with what spelling and suggestions make of their names, are some 15 MB in each process.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q

from portal.memory import remembered
from portal.models import State
from schools.levels import AwardLevel, Delivery
from schools.models import ProgramListing, SchoolListing, Subject

WORD = re.compile(r"[^\W_]+")
BETWEEN_ALIASES = re.compile(r"[\n,;|]")  # schools separate the names they are also known by as they like


def folded(text: str) -> str:
    """As the database compares words: in small letters, without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))


def words_of(text: str) -> list[str]:
    return WORD.findall(folded(text))


@dataclass(slots=True)
class KnownSubject:
    slug: str
    name: str
    synonyms: list[str]
    fields: list[int]  # ids of fields of study
    levels: Counter[str] = field(default_factory=Counter)  # programs by level

    @property
    def programs(self) -> int:
        return self.levels.total()


@dataclass(slots=True)
class KnownField:
    cip: str
    name: str
    title: str  # as the federal list has it
    words: list[str]  # what else people type who look for it
    levels: Counter[str] = field(default_factory=Counter)  # programs by level

    @property
    def programs(self) -> int:
        return self.levels.total()


@dataclass(slots=True)
class KnownSchool:
    slug: str
    name: str
    aliases: str
    city: str
    state: str  # two letters; empty where not known
    programs: int

    @property
    def url(self) -> str:
        return f"/schools/{self.slug}/"

    @property
    def place(self) -> str:
        return ", ".join(filter(None, (self.city, self.state)))

    @property
    def other_names(self) -> list[str]:
        return [name.strip() for name in BETWEEN_ALIASES.split(self.aliases) if name.strip()]


class Known:
    """What the public listing names. ``programs`` are numbers of public programs, everywhere."""

    def __init__(self) -> None:
        rows = ProgramListing.objects.published().order_by()
        rows = rows.values_list(
            "field_of_study",
            "field_of_study__cip",
            "field_of_study__plain_title",
            "field_of_study__title",
            "field_of_study__search_words",
            "level",
            "title",
        ).annotate(number=Count("pk"), online=Count("pk", filter=Q(delivery__contains=[Delivery.ONLINE])))
        self.titles: dict[str, int] = defaultdict(int)
        self.fields: dict[int, KnownField] = {}
        self.taught_online = 0
        for key, cip, plain, official, words, level, title, number, online in rows:
            self.titles[title] += number
            one = self.fields.setdefault(key, KnownField(cip, plain or official, official, words.splitlines()))
            one.levels[level] += number
            self.taught_online += online

        subjects = Subject.objects.values_list("slug", "name").annotate(
            words=ArrayAgg("synonyms__text", distinct=True, filter=Q(synonyms__isnull=False), default=[]),
            fields=ArrayAgg("fields_of_study", distinct=True, filter=Q(fields_of_study__isnull=False), default=[]),
        )
        self.subjects = [KnownSubject(*subject) for subject in subjects]
        for subject in self.subjects:
            for one in subject.fields:
                subject.levels += self.fields[one].levels if one in self.fields else Counter()

        self.states = dict(State.objects.values_list("code", "name"))
        self.schools: dict[int, KnownSchool] = {}
        schools = SchoolListing.objects.published().order_by()
        for key, slug, name, aliases, city, state, programs in schools.values_list(
            "pk", "school__slug", "name", "aliases", "city", "state", "programs"
        ):
            self.schools[key] = KnownSchool(slug, name, aliases, city, state or "", programs)

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """(city, state) to the number of programs there. The city "" is the whole state."""
        numbers: dict[tuple[str, str], int] = defaultdict(int)
        for school in self.schools.values():
            numbers["", school.state] += school.programs
            if school.city:
                numbers[school.city, school.state] += school.programs
        return numbers

    @cached_property
    def cities(self) -> set[tuple[str, str]]:
        """Cities with a school, in small letters, each with its state."""
        return {(city.lower(), state) for city, state in self.places if city}

    @cached_property
    def subjects_of(self) -> dict[int, list[KnownSubject]]:
        """The subjects of a field of study, by its id."""
        subjects: dict[int, list[KnownSubject]] = defaultdict(list)
        for subject in self.subjects:
            for one in subject.fields:
                subjects[one].append(subject)
        return subjects

    def texts(self) -> Iterator[tuple[str, int]]:
        """Every text that search looks into, and how much stands behind it."""
        yield from self.titles.items()
        for subject in self.subjects:
            yield subject.name, subject.programs
            yield from ((synonym, subject.programs) for synonym in subject.synonyms)
        for one in self.fields.values():
            yield one.title, one.programs
            yield from ((words, one.programs) for words in one.words)
        for (city, state), programs in self.places.items():
            yield city or self.states.get(state, ""), programs
        yield from ((f"{school.name} {school.aliases}", school.programs) for school in self.schools.values())
        yield from ((name, 0) for name in self.states.values())
        yield from ((level.label, 1) for level in AwardLevel)

    @cached_property
    def _schools_by_slug(self) -> dict[str, KnownSchool]:
        return {school.slug: school for school in self.schools.values()}

    def school_at(self, slug: str) -> KnownSchool | None:
        return self._schools_by_slug.get(slug)

    @cached_property
    def _schools_by_name(self) -> dict[str, list[KnownSchool]]:
        named: dict[str, list[KnownSchool]] = defaultdict(list)
        for school in self.schools.values():
            for name in {" ".join(words_of(one)) for one in (school.name, *school.other_names)} - {""}:
                named[name].append(school)
        return named

    def schools_named(self, text: str) -> list[KnownSchool]:
        """The schools that have exactly this name or alias; signs, accents and letter case do not matter."""
        return self._schools_by_name.get(" ".join(words_of(text)), [])


def known(version: int) -> Known:
    """As of this ContentVersion, kept in this process."""
    return remembered("known", version, Known)
