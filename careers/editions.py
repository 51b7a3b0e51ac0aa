"""What one does with the editions of an article: draft, hand in, return, schedule, publish, bring an old one back.

A draft is a copy of everything in an edition, made by one statement per table;
publishing moves the article's pointer, and the edition that was live stays as
history. Who does it is always said; ``by=None`` is the portal itself: its starter catalogue, or a day that came.
Each verb locks the article and raises ValidationError, in words for the
editor, when the article is no longer as the caller saw it.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from careers.figures import tokens_in
from careers.lint import lint
from careers.models import (
    Article,
    ArticleChange,
    ArticleLink,
    Attribute,
    Cell,
    Citation,
    DegreeOption,
    Edition,
    EditionCertification,
    EditionLicense,
    EditionOccupation,
    EditionSetting,
    Pathway,
    Section,
)
from portal.models import User

Stage = Edition.Stage
NOT_OUT = (Stage.WRITING, Stage.IN_REVIEW, Stage.RETURNED, Stage.SCHEDULED)
# Verb: the stages it starts from, and the one it leads to. What is not here cannot be done.
TRANSITIONS: dict[str, tuple[Collection[str], str]] = {
    "hand in": ((Stage.WRITING, Stage.RETURNED), Stage.IN_REVIEW),
    "take back": ((Stage.IN_REVIEW, Stage.SCHEDULED), Stage.WRITING),
    "return": ((Stage.IN_REVIEW, Stage.SCHEDULED), Stage.RETURNED),
    "schedule": (NOT_OUT, Stage.SCHEDULED),
    "publish": (NOT_OUT, Stage.PUBLISHED),
}

# What hangs from an edition and from nothing else in it. Pathways and attributes come before what joins them.
PLAIN = (
    EditionOccupation, Section, Pathway, Attribute, EditionCertification, EditionLicense, EditionSetting, ArticleLink,
    Citation,
)  # fmt: skip


@contextmanager
def _locked(article: Article, verb: str, by: User | None) -> Iterator[Article]:
    """The article's row as it is now, nobody else's until the end, and again as the caller's object afterwards."""
    said = {"verb": verb, "user": by.pk} if by else {"verb": verb, "source": "portal"}
    with transaction.atomic(), pghistory.context(**said):
        now = Article.objects.select_for_update(of=["self"]).get(pk=article.pk)
        if (now.draft_id, now.live_id) != (article.draft_id, article.live_id):
            raise ValidationError("Somebody else changed this article meanwhile. Open it again and look.")
        yield now
        article.refresh_from_db()


def start_draft(article: Article, *, by: User | None) -> Edition:
    """A draft to work on: a copy of what is live."""
    with _locked(article, "start a draft", by) as now:
        if now.draft_id:
            raise ValidationError("There is a draft already. Go on with that one, or discard it first.")
        if not now.live_id:
            raise ValidationError("Nothing of this article is live yet, so there is nothing to copy.")
        return _draft_from(now, now.live, by)


def restore(article: Article, edition: Edition, *, by: User | None) -> Edition:
    """A draft that is a copy of an earlier edition; publishing it brings that wording back."""
    with _locked(article, "restore an edition", by) as now:
        if edition.article_id != now.pk:
            raise ValidationError("This edition belongs to another article.")
        if now.draft_id:
            raise ValidationError("There is a draft already. Publish or discard it first.")
        return _draft_from(now, edition, by)


def discard_draft(article: Article, *, by: User | None) -> None:
    """Throw the draft away. What is live stays as it is."""
    with _locked(article, "discard a draft", by) as now:
        if not now.draft_id:
            raise ValidationError("There is no draft to discard.")
        draft, now.draft = now.draft, None
        now.save(update_fields=["draft", "changed_at"])
        draft.delete()


class NotReady(ValidationError):
    """The linter finds errors; the messages say which."""


def may(verb: str, edition: Edition | None) -> bool:
    """Whether this can be done with a draft as far as it has come."""
    return edition is not None and edition.stage in TRANSITIONS[verb][0]


def hand_in(article: Article, *, by: User | None) -> None:
    """Ask for review. An author's last word until somebody returns it or it is taken back."""
    with _moved(article, "hand in", by):
        pass


def take_back(article: Article, *, by: User | None) -> None:
    """Go on writing what waits for review or for its day."""
    with _moved(article, "take back", by):
        pass


def send_back(article: Article, because: str, *, by: User | None) -> None:
    """Return the draft to its author with what is to be done. Raises ValidationError without words."""
    if not because.strip():
        raise ValidationError("Say what the author should change.")
    with _moved(article, "return", by) as draft:
        draft.returned_because = because.strip()


def schedule(article: Article, moment: datetime, *, by: User | None) -> None:
    """Publish the draft by itself at a moment to come; it has to be ready for that now, and again then."""
    if moment <= timezone.now():
        raise ValidationError("Choose a moment to come, or publish it now.")
    with _moved(article, "schedule", by) as draft:
        ready_to_publish(draft)
        _says_what_changed(article, draft)
        draft.publish_at = moment


def publish(article: Article, *, by: User | None, together: Collection[str] = ()) -> Edition:
    """Make the draft what everybody reads, from now on. The edition before it becomes history.

    A line in the log of changes says what is different, in the words of the edition. ``together`` are the
    addresses of articles that are published in the same transaction, so that they may lead to each other.
    Raises ValidationError when the linter finds an error or somebody else was quicker.
    """
    with _locked(article, "publish", by) as now:
        if not now.draft_id:
            raise ValidationError("There is no draft to publish. It may be live already.")
        draft = now.draft
        ready_to_publish(draft, together)
        _says_what_changed(now, draft)
        _move(draft, "publish", by)
        draft.save(update_fields=STEPS)
        if now.live_id:  # the first publication has a line of its own: the article's date
            ArticleChange.objects.create(
                article=now,
                edition=draft,
                made_on=timezone.localdate(),
                what=draft.what_changed,
                why=draft.why_changed,
            )
        now.live, now.draft = draft, None
        now.published_at = now.published_at or timezone.now()
        now.save(update_fields=["live", "draft", "published_at", "changed_at"])
        return draft


def take_down(article: Article, *, by: User | None, due: datetime | None = None) -> None:
    """Off the site from now on; its address says so. Raises ValidationError when it is not to end by ``due``."""
    with _locked(article, "take down", by) as now:
        if due and not (now.published_at and now.unpublish_at and now.unpublish_at <= due):
            raise ValidationError("This article does not end now.")
        _show(now, None, due)


def put_back(article: Article, *, by: User | None) -> None:
    """On the site again, with what was live before.

    Raises ValidationError when nothing ever was, and when the linter finds an error: the world went on while it
    was away. Links to articles that are away too are left, or of two that lead to each other neither could return.
    """
    with _locked(article, "put back", by) as now:
        if not now.live_id:
            raise ValidationError("There is nothing to show yet: publish a draft first.")
        ready_to_publish(now.live, Article.objects.filter(live__isnull=False).values_list("slug", flat=True))
        _show(now, timezone.now())


def _show(article: Article, since: datetime | None, at: datetime | None = None) -> None:
    article.published_at = since
    if article.unpublish_at and article.unpublish_at <= (at or timezone.now()):
        article.unpublish_at = None  # its time is over; it is not to end again at once
    article.save(update_fields=["published_at", "unpublish_at", "changed_at"])


def publish_due(moment: datetime | None = None) -> list[str]:
    """Publish what is scheduled until now and take down what ends; gives back what was done, in words.

    Once, however many call it, and late if nobody called it in time. What the linter would no longer let
    through goes back to its author with the reasons.
    """
    moment, done = moment or timezone.now(), []
    due = Article.objects.filter(draft__stage=Stage.SCHEDULED, draft__publish_at__lte=moment)
    for article in due.order_by("draft__publish_at"):
        person = article.draft.stage_by
        try:
            publish(article, by=person)
            done.append(f"Published “{article.live}”.")
        except (ValidationError, IntegrityError) as error:
            reasons = " ".join(getattr(error, "messages", [str(error)]))
            with suppress(ValidationError):  # somebody was quicker, and it is no longer ours to do
                send_back(article, f"It could not be published on its day. {reasons}", by=person)
                done.append(f"Returned “{article.draft}”.")
    for article in Article.objects.filter(published_at__isnull=False, unpublish_at__lte=moment):
        with suppress(ValidationError):  # somebody was quicker
            take_down(article, by=None, due=moment)
            done.append(f"Took “{article}” off the site.")
    return done


# Steps --------------------------------------------------------------------------------------------

STEPS = ["stage", "stage_since", "stage_by", "returned_because", "publish_at", "changed_at"]


def _move(draft: Edition, verb: str, by: User | None) -> None:
    """Raises ValidationError, saying where the draft is, when this cannot be done from there."""
    if not may(verb, draft):
        where = draft.get_stage_display().lower()
        raise ValidationError(f"This cannot be done now: the draft is “{where}”. Look again.")
    draft.stage, draft.stage_since, draft.stage_by = TRANSITIONS[verb][1], timezone.now(), by
    draft.returned_because, draft.publish_at = "", None


@contextmanager
def _moved(article: Article, verb: str, by: User | None) -> Iterator[Edition]:
    """The draft, one step further; the caller adds what belongs to the step."""
    with _locked(article, verb, by) as now:
        if not now.draft_id:
            raise ValidationError("There is no draft any more. It may be live already.")
        draft = now.draft
        _move(draft, verb, by)
        yield draft
        draft.save(update_fields=STEPS)


def _says_what_changed(article: Article, draft: Edition) -> None:
    if article.live_id and not draft.what_changed.strip():
        raise ValidationError("Say in one sentence what is different now: readers see it in the page’s log of changes.")


def ready_to_publish(edition: Edition, together: Collection[str] = ()) -> None:
    """Raise NotReady saying everything that keeps this edition from a reader: the errors of ``careers.lint``."""
    problems = [str(finding) for finding in lint(edition, together) if finding.is_error]
    if problems:
        raise NotReady(problems)


def tokens_of(edition: Edition) -> set[str]:
    """Every figure an edition shows, as written."""
    texts = list(edition.sections.values_list("body", flat=True))
    cells = Cell.objects.filter(pathway__edition=edition).values_list("text", "note", "figure")
    written = {figure for *_, figure in cells if figure}
    return written | {token for text in [*texts, *(t for cell in cells for t in cell[:2])] for token in tokens_in(text)}


# The copy -----------------------------------------------------------------------------------------


def _draft_from(article: Article, edition: Edition, by: User | None) -> Edition:
    draft = Edition.objects.create(
        article=article, title=edition.title, summary=edition.summary, author=edition.author, created_by=by
    )
    with connection.cursor() as cursor:
        for statement in _copies():
            cursor.execute(statement, {"old": edition.pk, "new": draft.pk})
    article.draft = draft
    article.save(update_fields=["draft", "changed_at"])
    return draft


def _columns(model, *, without: tuple[str, ...]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields if field.column not in ("id", *without)]


def _copies() -> Iterator[str]:
    """One INSERT … SELECT for each table. A copied pathway or attribute is found again by its name, unique there."""
    for model in PLAIN:
        columns = ", ".join(_columns(model, without=("edition_id",)))
        table = model._meta.db_table
        yield (
            f"INSERT INTO {table} (edition_id, {columns})"
            f" SELECT %(new)s, {columns} FROM {table} WHERE edition_id = %(old)s"
        )
    pathway, attribute = Pathway._meta.db_table, Attribute._meta.db_table
    twin = (
        f"LEFT JOIN {pathway} old_p ON old_p.id = t.pathway_id"
        f" LEFT JOIN {pathway} new_p ON new_p.edition_id = %(new)s AND new_p.name = old_p.name"
    )
    through = Pathway.fields_of_study.through._meta.db_table
    yield (
        f"INSERT INTO {through} (pathway_id, fieldofstudy_id)"
        f" SELECT new_p.id, t.fieldofstudy_id FROM {through} t {twin} WHERE old_p.edition_id = %(old)s"
    )
    table, cells = Cell._meta.db_table, _columns(Cell, without=("pathway_id", "attribute_id"))
    yield (
        f"INSERT INTO {table} (pathway_id, attribute_id, {', '.join(cells)})"
        f" SELECT new_p.id, new_a.id, {', '.join(f't.{column}' for column in cells)} FROM {table} t {twin}"
        f" JOIN {attribute} old_a ON old_a.id = t.attribute_id"
        f" JOIN {attribute} new_a ON new_a.edition_id = %(new)s AND new_a.label = old_a.label"
        " WHERE old_p.edition_id = %(old)s"
    )
    options = _columns(DegreeOption, without=("edition_id", "pathway_id"))
    yield (
        f"INSERT INTO {DegreeOption._meta.db_table} (edition_id, pathway_id, {', '.join(options)})"
        f" SELECT %(new)s, new_p.id, {', '.join(f't.{column}' for column in options)}"
        f" FROM {DegreeOption._meta.db_table} t {twin} WHERE t.edition_id = %(old)s"
    )
