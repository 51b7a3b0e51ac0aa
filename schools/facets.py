"""The facets of the program list and the school list: what can be chosen, and by which column it is counted."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.facets import UNKNOWN, CeilingFacet, Facet, MappedFacet, Option, SetFacet
from portal.models import State
from portal.reasons import Reason
from schools.levels import AwardLevel, Control, Delivery
from schools.models import Accreditation, Accreditor, FieldOfStudy, ProgramListing, SubjectField

CEILINGS = (5_000, 10_000, 20_000, 30_000, 40_000, 50_000)  # dollars a year
INSTITUTIONAL = Accreditor.Kind.INSTITUTIONAL
NOT_FEDERAL = Reason.NOT_IN_FEDERAL_DATA.label
CONTROL = Facet("control", "Type of school", [Option(value, label) for value, label in Control.choices])


def program_facets() -> list[Facet]:
    """The facets of /programs/, in the order of the form."""
    rows = ProgramListing.objects.published()
    used = Exists(rows.filter(field_of_study=OuterRef("pk")).order_by())
    fields = list(FieldOfStudy.objects.annotate(used=used).filter(Q(used=True) | Q(subjects__isnull=False)).distinct())
    return [
        subject_facet(),
        Facet("level", "Degree or certificate", [Option(value, label) for value, label in AwardLevel.choices]),
        SetFacet(
            "delivery",
            "How it is taught",
            [Option(value, label) for value, label in Delivery.choices],
            unknown=NOT_FEDERAL,
            note="A program taught in several ways is counted in each.",
        ),
        state_facet(rows),
        CeilingFacet(
            "tuition_max",
            "Tuition a year",
            (),
            column="tuition",
            ceilings=CEILINGS,
            words="Up to ${:,}",
            unknown="Not published or not known",
            note="As printed on each card: in state, full time; the program’s own price, "
            "else what the school publishes for this level.",
        ),
        CONTROL,
        field_facet(fields),
        occupation_facet([field.pk for field in fields if field.used]),
        accreditor_facet(),
    ]


def state_facet(rows: QuerySet) -> Facet:
    used = Exists(rows.filter(state=OuterRef("pk")).order_by())
    return Facet(
        "state",
        "State",
        [Option(state.code, state.name, rare=not state.used) for state in State.objects.annotate(used=used)],
        unknown="Not known",
    )


def subject_facet() -> Facet:
    keys: dict[str, set[int]] = {}
    options: dict[str, Option] = {}
    rows = SubjectField.objects.order_by("subject__position", "subject__name")
    for slug, name, field in rows.values_list("subject__slug", "subject__name", "field_of_study"):
        keys.setdefault(slug, set()).add(field)
        options.setdefault(slug, Option(slug, name))
    return MappedFacet("subject", "Subject", list(options.values()), column="field_of_study", keys=keys)


def field_facet(fields: list[FieldOfStudy]) -> Facet:
    keys: dict[str, set[int]] = {}
    for field in fields:
        keys.setdefault(field.cip, set()).add(field.pk)
    used = {field.cip for field in fields if field.used}
    names = {field.cip: field.name for field in fields}
    options = [
        Option(cip, names[cip], rare=cip not in used) for cip in sorted(keys, key=lambda cip: names[cip].lower())
    ]
    return MappedFacet(
        "field",
        "Field of study",
        options,
        column="field_of_study",
        keys=keys,
        note="The federal code the school reports the program under.",
    )


def occupation_facet(fields: list[int]) -> Facet:
    """Occupations these fields lead to, by the curated crosswalk. Occupations live upstairs: asked by name only."""
    occupations = FieldOfStudy._meta.get_field("occupations").related_model.objects.published()
    pairs = FieldOfStudy._meta.get_field("pairs").related_model.objects.shown()
    pairs = pairs.filter(occupation__in=occupations, field_of_study__in=fields)
    keys: dict[str, set[int]] = {}
    options: dict[str, Option] = {}
    for slug, plain, title, field in pairs.order_by("occupation__title").values_list(
        "occupation__slug", "occupation__plain_title", "occupation__title", "field_of_study"
    ):
        keys.setdefault(slug, set()).add(field)
        options.setdefault(slug, Option(slug, plain or title))
    return MappedFacet("occupation", "Career it leads to", list(options.values()), column="field_of_study", keys=keys)


PROGRAM, SCHOOL = "program", "school"  # vouched for by anybody: no body has one of these for its slug


@dataclasses.dataclass
class MarkedSetFacet(SetFacet):
    """A set of marks, each of which stands for some options: a body, and all bodies of its kind.

    A mark that stands for none, such as one whose last day is past, is as if it were not there.
    """

    stands_for: Mapping[str, Collection[str]] = dataclasses.field(default_factory=dict)

    def carried(self, key: Any) -> Iterable[str]:
        return {value for mark in key or () for value in self.stands_for.get(mark, ())} or (UNKNOWN,)

    def condition(self, values: Collection[str]) -> Q:
        marks = [mark for mark, options in self.stands_for.items() if not set(options).isdisjoint(values)]
        condition = Q(**{f"{self.column}__overlap": marks})
        if UNKNOWN not in values:
            return condition
        return condition | ~Q(**{f"{self.column}__overlap": list(self.stands_for)})


def accreditor_facet() -> Facet:
    """Bodies for programs also where they have none yet, bodies for whole schools where they have.

    The marks in the listing are those of today: the midnight after a last day begins a new version.
    """
    # Those that accredit before those that certify.
    bodies = sorted(Accreditor.objects.order_by("acronym", "name"), key=lambda body: body.kind, reverse=True)
    by_id = {body.pk: body for body in bodies}
    words = Accreditation.objects.standing().order_by("accreditor", "until").distinct("accreditor", "until")
    stands_for = {}
    for body, until in words.values_list("accreditor", "until"):
        slug, whole = by_id[body].slug, by_id[body].kind == INSTITUTIONAL
        stands_for[f"{slug}:{until}" if until else slug] = (slug, SCHOOL if whole else PROGRAM)
    used = {slug for slug, _ in stands_for.values()}
    options = [Option(PROGRAM, "Program: any body")]
    options += [Option(body.slug, f"Program: {called(body)}") for body in bodies if body.kind != INSTITUTIONAL]
    options += [Option(SCHOOL, "School: any agency")]
    options += [
        Option(body.slug, f"School: {called(body)}", rare=body.slug not in used)
        for body in bodies
        if body.kind == INSTITUTIONAL
    ]
    return MarkedSetFacet(
        "accreditor",
        "Accreditation",
        options,
        column="accreditors",
        unknown="Not confirmed",
        note="As an editor found it at the body’s own list. “Program” is this very program, “School” the school as a "
        "whole. Not confirmed: not found there yet, which does not mean that there is none.",
        stands_for=stands_for,
    )


def called(body: Accreditor) -> str:
    """ "CAHME", and of a body that does not accredit what it does instead."""
    return f"certified by {body}" if body.kind == Accreditor.Kind.CERTIFYING else str(body)


class OfferFacet(Facet):
    """Whether a school has programs here."""

    def carried(self, key: Any):
        return ("yes",) if key else ("no",)

    def condition(self, values):
        return Q(programs__gte=0) if len(set(values)) > 1 else Q(programs__gt=0) if "yes" in values else Q(programs=0)
