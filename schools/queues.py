"""What waits for editors in the directory: accreditation to check again, schools that lack something."""

from datetime import timedelta

from django.db.models import Q

from portal.attention import a_year_ago, queue, today
from schools.models import Accreditation, Claim, School

SOON = timedelta(days=90)


@queue("claims", "claim on a school", "claims on schools", Claim, since="made_at", rank=12)
def waiting_claims():
    return Claim.objects.waiting()


@queue(
    "unchecked-accreditations",
    "accreditation unchecked for 12 months",
    "accreditations unchecked for 12 months",
    Accreditation,
    since="checked_on",
    rank=32,
)
def unchecked_accreditations():
    """Also those never checked; how long these wait is not known."""
    return Accreditation.objects.filter(Q(checked_on__isnull=True) | Q(checked_on__lt=a_year_ago()))


@queue(
    "ending-accreditations",
    "accreditation that ends or is reviewed within 90 days",
    "accreditations that end or are reviewed within 90 days",
    Accreditation,
    rank=34,
)
def ending_accreditations():
    near = (today(), today() + SOON)
    return Accreditation.objects.filter(Q(until__range=near) | Q(next_review__range=near))


@queue("no-position", "school without a place on the map", "schools without a place on the map", School, rank=60)
def no_position():
    return School.objects.published().filter(listing__latitude__isnull=True)


@queue("no-website", "school without a website", "schools without a website", School, rank=62)
def no_website():
    return School.objects.published().filter(listing__website="")
