"""The articles the portal starts with, from ``careers/starter/articles``.

A file is read once: an article that is there, or ever was, is not touched, so
an editor's word is never overwritten and a removed article does not return.
"""

import logging
import tomllib
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from careers import curated
from careers.editions import publish
from careers.models import (
    Article,
    ArticleLink,
    ArticleTopic,
    Attribute,
    Cell,
    Certification,
    Citation,
    DegreeOption,
    Edition,
    EditionCertification,
    EditionLicense,
    EditionOccupation,
    EditionSetting,
    EmploymentSetting,
    License,
    Occupation,
    Pathway,
    Section,
    Topic,
)
from portal.models import Slug
from schools.models import FieldOfStudy, Subject

log = logging.getLogger(__name__)


class ArticleFileError(Exception):
    """An article file that cannot be loaded; the message says which and what to mend."""


def load_articles(folder: Path = curated.ARTICLES) -> int:
    """Create and publish the articles that were never here, and the certifications they name; how many are new.

    All of them or, when a file is wrong, none. Raises ArticleFileError.
    """
    files = []
    for path in sorted(folder.glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ArticleFileError(f"{path.name} is not TOML: {error}.") from error
        files.append((path.name, content))
    with transaction.atomic():
        curated.load_records()
        slugs = [content["slug"] for _, content in files]
        taken = set(Slug.objects.filter(kind=Slug.Kind.ARTICLE, slug__in=slugs).values_list("slug", flat=True))
        new = [(name, content) for name, content in files if content["slug"] not in taken]
        # All of them first, because they link to each other.
        for _, content in new:
            Article.objects.create(
                slug=content["slug"], reviewed_on=content["reviewed_on"], review_by=content["review_by"]
            )
        for name, content in new:
            try:
                _write(content)
            except KeyError as error:
                raise ArticleFileError(f"{name}: {error.args[0]}") from error
            except ValidationError as error:
                raise ArticleFileError(f"{name}: {' '.join(error.messages)}") from error
        together = {content["slug"] for _, content in new}
        for name, content in new:
            try:
                publish(Article.objects.get(slug=content["slug"]), by=None, together=together)
            except ValidationError as error:
                raise ArticleFileError(f"{name}: {' '.join(error.messages)}") from error
    return len(new)


def _plain(text: str) -> str:
    """Text that is not Markdown, with the apostrophes a reader sees everywhere else."""
    return " ".join(text.split()).replace("'", "’")


def _by(queryset, key: str, wanted: set[str], what: str) -> dict[str, Any]:
    """Rows by their code. Raises KeyError naming the codes that are not there."""
    found = {getattr(row, key): row for row in queryset.filter(**{f"{key}__in": wanted})}
    if missing := sorted(wanted - set(found)):
        raise KeyError(f"no {what} {', '.join(missing)} here. Load it first, or correct the file.")
    return found


def _write(content: dict[str, Any]) -> None:
    """One article's first edition, as a draft."""
    pathways, options = content.get("pathways", []), content.get("degree_options", [])
    codes = {*content["occupations"], *(p["occupation"] for p in pathways if p.get("occupation"))}
    occupations = _by(Occupation.objects, "soc", codes, "occupation")
    certifications = _by(Certification.objects, "slug", set(content.get("certifications", [])), "certification")
    licenses = _by(License.objects, "slug", set(content.get("licenses", [])), "license")
    settings = _by(EmploymentSetting.objects, "slug", set(content.get("settings", [])), "employment setting")
    topics = _by(Topic.objects, "slug", set(content.get("topics", [])), "topic")
    cips = {cip for pathway in pathways for cip in pathway.get("fields", [])}
    fields = _by(FieldOfStudy.objects.filter(edition=curated.EDITION), "cip", cips, "field of study")
    subjects = _by(Subject.objects, "slug", {option["subject"] for option in options}, "subject")

    article = Article.objects.get(slug=content["slug"])
    edition = Edition.objects.create(
        article=article,
        title=_plain(content["title"]),
        summary=_plain(content["summary"]),
        author=_plain(content["author"]),
    )
    for place, soc in enumerate(content["occupations"]):
        EditionOccupation.objects.create(edition=edition, occupation=occupations[soc], position=place)
    for place, slug in enumerate(content.get("certifications", [])):
        EditionCertification.objects.create(edition=edition, certification=certifications[slug], position=place)
    for place, slug in enumerate(content.get("licenses", [])):
        EditionLicense.objects.create(edition=edition, license=licenses[slug], position=place)
    for place, slug in enumerate(content.get("settings", [])):
        EditionSetting.objects.create(edition=edition, setting=settings[slug], position=place)
    ArticleTopic.objects.bulk_create(ArticleTopic(article=article, topic=topic) for topic in topics.values())
    for place, section in enumerate(content["sections"]):
        Section.objects.create(
            edition=edition,
            heading=_plain(section["heading"]),
            anchor=section["anchor"],
            body=section["body"].strip() + "\n",
            position=place,
        )
    columns = {}
    for place, entry in enumerate(pathways):
        columns[entry["key"]] = pathway = Pathway.objects.create(
            edition=edition,
            name=_plain(entry["name"]),
            occupation=occupations.get(entry.get("occupation", "")),
            scope=_plain(entry.get("scope", "")),
            levels=entry.get("levels", []),
            position=place,
        )
        pathway.fields_of_study.set(fields[cip] for cip in entry.get("fields", []))
    for place, entry in enumerate(content.get("attributes", [])):
        row = Attribute.objects.create(
            edition=edition, label=_plain(entry["label"]), kind=entry["kind"], position=place
        )
        for key, cell in entry["cells"].items():
            Cell.objects.create(
                pathway=_column(columns, key),
                attribute=row,
                text=_plain(cell.get("text", "")),
                figure=cell.get("figure", ""),
                note=_plain(cell.get("note", "")),
            )
    for place, entry in enumerate(options):
        DegreeOption.objects.create(
            edition=edition,
            label=_plain(entry["label"]),
            subject=subjects[entry["subject"]],
            level=entry.get("level", ""),
            pathway=_column(columns, entry["pathway"]) if entry.get("pathway") else None,
            position=place,
        )
    for place, entry in enumerate(content.get("links", [])):
        _link(edition, place, entry)
    for place, entry in enumerate(content["citations"]):
        Citation.objects.create(
            edition=edition,
            title=_plain(entry["title"]),
            publisher=_plain(entry["publisher"]),
            url=entry["url"],
            accessed_on=entry["accessed_on"],
            position=place,
        )
    article.draft = edition
    article.save(update_fields=["draft", "changed_at"])


def _column(columns: dict[str, Pathway], key: str) -> Pathway:
    if key not in columns:
        raise KeyError(f"no pathway has the key {key}. Correct the file.")
    return columns[key]


def _link(edition: Edition, place: int, entry: dict[str, str]) -> None:
    """A link of the editor's choice; one that leads to something nobody has here is left out, and logged."""
    link = ArticleLink(edition=edition, kind=entry["kind"], label=_plain(entry.get("label", "")), position=place)
    if slug := entry.get("article"):
        target = Slug.objects.filter(kind=Slug.Kind.ARTICLE, slug=slug).values("target")
        link.article = Article.objects.filter(pk__in=target).first()
    elif soc := entry.get("occupation"):
        link.occupation = Occupation.objects.filter(soc=soc).first()
    else:
        link.url = entry["url"]
    if not (link.article or link.occupation or link.url):
        log.warning("%s links to %s, which is not here.", edition.article.slug, slug or entry.get("occupation"))
        return
    link.save()
