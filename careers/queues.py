"""What waits for editors among articles and certifications."""

from django.db.models import Q

from careers.models import Article, Certification, Edition, License, ReRead
from portal.attention import a_year_ago, queue, today


@queue("drafts", "draft not yet published", "drafts not yet published", Article, since="draft__created_at", rank=20)
def drafts():
    return Article.objects.filter(draft__isnull=False)


@queue(
    "in-review",
    "draft waiting for review",
    "drafts waiting for review",
    Article,
    since="draft__stage_since",
    rank=19,
)
def in_review():
    return Article.objects.filter(draft__stage=Edition.Stage.IN_REVIEW)


@queue(
    "returned",
    "draft returned to its author",
    "drafts returned to their authors",
    Article,
    since="draft__stage_since",
    rank=21,
)
def returned():
    """By an editor, or because it could not be published on its day."""
    return Article.objects.filter(draft__stage=Edition.Stage.RETURNED)


@queue(
    "past-review",
    "article past its review date",
    "articles past their review date",
    Article,
    since="review_by",
    rank=22,
)
def past_review():
    return Article.objects.published().filter(review_by__lt=today())


@queue(
    "read-again",
    "passage to read again since a release",
    "passages to read again since a release",
    ReRead,
    since="created_at",
    rank=23,
)
def read_again():
    return ReRead.objects.waiting()


@queue(
    "no-review-date",
    "article that nobody has promised to review",
    "articles that nobody has promised to review",
    Article,
    since="published_at",
    rank=24,
)
def no_review_date():
    return Article.objects.published().filter(Q(review_by__isnull=True) | Q(reviewed_on__isnull=True))


@queue(
    "unchecked-certifications",
    "certification unchecked for 12 months",
    "certifications unchecked for 12 months",
    Certification,
    since="checked_on",
    rank=30,
)
def unchecked_certifications():
    """Also those never checked; how long these wait is not known."""
    return Certification.objects.filter(Q(checked_on__isnull=True) | Q(checked_on__lt=a_year_ago())).exclude(
        status=Certification.Status.RETIRED
    )


@queue(
    "retired-certifications",
    "certification no longer awarded that guides name",
    "certifications no longer awarded that guides name",
    Certification,
    since="checked_on",
    rank=29,
)
def retired_certifications():
    return Certification.objects.published().filter(status=Certification.Status.RETIRED)


@queue(
    "retired-licenses",
    "license no longer given that guides name",
    "licenses no longer given that guides name",
    License,
    since="checked_on",
    rank=28,
)
def retired_licenses():
    return License.objects.published().filter(status=License.Status.RETIRED)


@queue(
    "unchecked-licenses",
    "license unchecked for 12 months",
    "licenses unchecked for 12 months",
    License,
    since="checked_on",
    rank=31,
)
def unchecked_licenses():
    """Also those never checked; how long these wait is not known."""
    return License.objects.filter(Q(checked_on__isnull=True) | Q(checked_on__lt=a_year_ago())).exclude(
        status=License.Status.RETIRED
    )
