"""What hangs from an edition and is printed as it stands, read together: one query, however much of it there is."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from careers.models import (
    ArticleChange,
    ArticleTopic,
    Certification,
    Citation,
    DegreeOption,
    Edition,
    EditionCertification,
    EditionLicense,
    EditionSetting,
    EligibilityRoute,
    EmploymentSetting,
    GlossaryTerm,
    License,
    Section,
)
from schools.models import Subject

ANY = -1  # stands for the edition in the statement
TERM = ("term", "slug", "spellings", "definition")
CREDENTIAL = ("name", "acronym", "slug", "body", "summary", "renewal", "url", "status", "checked_on")


@dataclass
class Requirement:
    """A certification or license with its conditions: every group, and in each any one of the routes."""

    credential: Certification | License
    groups: list[tuple[str, list[str]]] = field(default_factory=list)


@dataclass
class Option:
    """A degree option: subject and level of the directory, and the way in it serves ("" for an adjacent field)."""

    label: str
    subject: str
    level: str
    pathway: str


@dataclass
class Parts:
    """Rows of models that were not asked for one by one: they are read, and never saved."""

    sections: list[Section]
    options: list[Option]
    citations: list[Citation]
    certifications: list[Requirement]
    licenses: list[Requirement]
    settings: list[EmploymentSetting]
    topics: list[tuple[str, str]]  # slug and name
    changes: list[ArticleChange]
    terms: list[GlossaryTerm]  # all there are
    subjects: dict[str, str]  # all there are, slug to name


@cache
def _statement() -> tuple[str, tuple[Any, ...], list[str]]:
    """The query as SQL, made once: Django would take longer to write it than PostgreSQL to answer it."""
    rows = Edition.objects.filter(pk=ANY).values(
        its_sections=_rows(Section.objects, "anchor", "heading", "body"),
        its_options=_rows(
            DegreeOption.objects, "label", "level", subject="subject__slug", pathway="pathway__name"
        ),
        its_citations=_rows(Citation.objects, "title", "publisher", "url", "accessed_on"),
        its_certifications=_requirements(EditionCertification.objects, "certification"),
        its_licenses=_requirements(EditionLicense.objects, "license"),
        its_settings=_rows(EditionSetting.objects, name="setting__name", slug="setting__slug"),
        its_topics=_rows(
            ArticleTopic.objects.order_by("topic__position", "topic__name"),
            outer="article", slug="topic__slug", name="topic__name",
        ),
        # Terms and subjects belong to no edition: they ride along so that a page asks once.
        its_subjects=ArraySubquery(Subject.objects.order_by().values(json=JSONObject(slug="slug", name="name"))),
        its_terms=ArraySubquery(GlossaryTerm.objects.values(json=JSONObject(**{name: name for name in TERM}))),
        its_changes=_rows(ArticleChange.objects.order_by("-made_on", "-pk"), "made_on", "what", "why", outer="article"),
    )  # fmt: skip
    sql, params = rows.query.sql_with_params()
    return sql, params, list(rows.query.annotation_select)


def parts_of(edition: Edition) -> Parts:
    """Everything of this edition, and the topics and changes of its article. Raises Edition.DoesNotExist."""
    sql, params, names = _statement()
    with connection.cursor() as cursor:
        cursor.execute(sql, [edition.pk if param == ANY else param for param in params])
        found = cursor.fetchone()
    if found is None:
        raise Edition.DoesNotExist
    row = {name: [_read(one) for one in each] for name, each in zip(names, found, strict=True)}
    return Parts(
        sections=[Section(**one) for one in row["its_sections"]],
        options=[
            Option(one["label"], one["subject"], one["level"], one["pathway"] or "") for one in row["its_options"]
        ],
        citations=[Citation(**_dated(one, "accessed_on")) for one in row["its_citations"]],
        certifications=[_requirement(Certification, one) for one in row["its_certifications"]],
        licenses=[_requirement(License, one) for one in row["its_licenses"]],
        settings=[EmploymentSetting(**one) for one in row["its_settings"]],
        topics=[(one["slug"], one["name"]) for one in row["its_topics"]],
        subjects={one["slug"]: one["name"] for one in row["its_subjects"]},
        terms=[GlossaryTerm(**one) for one in row["its_terms"]],
        changes=[ArticleChange(**_dated(one, "made_on")) for one in row["its_changes"]],
    )


def _read(one: Any) -> dict[str, Any]:
    """An element of an array of JSON, which the driver leaves as text where it does not know the type."""
    return json.loads(one) if isinstance(one, str) else one


def _rows(rows: Any, *names: str, outer: str = "edition", **renamed: str) -> ArraySubquery:
    """The rows of an edition (or, with ``outer``, of its article) as JSON, in their order."""
    found: QuerySet = rows.filter(**{outer: OuterRef("pk" if outer == "edition" else outer)})
    if not found.query.order_by:
        found = found.order_by("position")
    return ArraySubquery(found.values(json=JSONObject(**{name: name for name in names}, **renamed)))


def _requirements(rows: Any, name: str) -> ArraySubquery:
    routes = EligibilityRoute.objects.filter(**{f"group__{name}": OuterRef(name)})
    routes = routes.order_by("group__position", "position")
    routes = routes.values(json=JSONObject(group="group_id", label="group__label", text="text"))
    found = rows.filter(edition=OuterRef("pk")).order_by("position").annotate(routes=ArraySubquery(routes))
    fields = {one: f"{name}__{one}" for one in CREDENTIAL}
    return ArraySubquery(found.values(json=JSONObject(**fields, routes="routes")))


def _requirement(model: Callable[..., Certification | License], row: dict[str, Any]) -> Requirement:
    groups: dict[int, tuple[str, list[str]]] = {}
    for route in row.pop("routes") or ():
        groups.setdefault(route["group"], (route["label"], []))[1].append(route["text"])
    return Requirement(model(**_dated(row, "checked_on")), list(groups.values()))


def _dated(row: dict[str, Any], name: str) -> dict[str, Any]:
    """JSON has no dates."""
    return row | {name: date.fromisoformat(row[name]) if row[name] else None}
