"""Where the directory holds web addresses. Only what readers are sent to: an unlisted school's address leads nobody."""

from collections.abc import Iterator

from portal.links.gathering import Use, holds_addresses
from schools.models import Accreditation, Accreditor, Program, SchoolListing


@holds_addresses("Schools", "schools.School.website_override", "schools.SchoolRecord.website")
def school_websites() -> Iterator[Use]:
    """As the page prints them: an editor's over the federal record's, and none without http."""
    listings = SchoolListing.objects.filter(website__regex="^https?://").select_related("school")
    for listing in listings.only("website", "name", "school__slug").iterator():
        page = listing.get_absolute_url()
        yield Use(listing.website, "schools.school", listing.school_id, "website", listing.name, page=page)


@holds_addresses("Programs", "schools.Program.url")
def program_pages() -> Iterator[Use]:
    programs = Program.objects.published().exclude(url="").select_related("school", "field_of_study")
    for program in programs:
        page = program.get_absolute_url()
        yield Use(program.url, "schools.program", program.pk, "web address", program.title, page=page)


@holds_addresses("Accreditation", "schools.Accreditor.url")
def accreditors() -> Iterator[Use]:
    for body in Accreditor.objects.exclude(url=""):
        yield Use(body.url, "schools.accreditor", body.pk, "its own site", body.name)


@holds_addresses("Accreditation", "schools.Accreditation.url")
def accreditations() -> Iterator[Use]:
    entries = Accreditation.objects.exclude(url="").select_related("accreditor", "school__listing")
    for entry in entries:
        title = f"{entry.school}: {entry}"
        yield Use(entry.url, "schools.accreditation", entry.pk, "the body’s own entry", title)
