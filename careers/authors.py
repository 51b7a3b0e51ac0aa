"""Authors write drafts and hand them in; what readers see is an editor's to decide."""

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from careers.models import (
    ArticleLink,
    Attribute,
    Cell,
    Citation,
    DegreeOption,
    EditionCertification,
    EditionLicense,
    EditionOccupation,
    EditionSetting,
    Pathway,
    Section,
)
from portal.editors import group_of

NAME = "Authors"
PARTS = (
    ArticleLink, Attribute, Cell, Citation, DegreeOption, EditionCertification, EditionLicense, EditionOccupation,
    EditionSetting, Pathway, Section,
)  # fmt: skip


@group_of(NAME)
def what_authors_may() -> QuerySet[Permission]:
    """Begin articles, write drafts with everything in them, look at the rest of what articles stand on."""
    parts = [model._meta.model_name for model in PARTS]
    mine = Q(content_type__app_label="careers") & (
        Q(codename__in=["add_article", "change_edition"]) | Q(content_type__model__in=parts)
    )
    look = Q(content_type__app_label__in=["careers", "schools"], codename__startswith="view_")
    return Permission.objects.filter(mine | look)


def may_edit(user, edition) -> bool:
    """Whether this draft is this person's to change now: an author's no more once it is handed in."""
    if edition.article.draft_id != edition.pk:
        return False
    written = edition.stage in (edition.Stage.WRITING, edition.Stage.RETURNED)
    return written or user.has_perm("careers.publish_article")
