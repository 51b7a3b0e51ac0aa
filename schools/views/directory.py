"""The directory: programs, schools, and what their addresses once were."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from rapidfuzz import fuzz, process

from portal.errors import error_page
from portal.listing import ListingView
from portal.models import ContentVersion, Release, Slug
from schools.cards import cards, facts_of, rows_by_id
from schools.filters import ProgramFilter, SchoolFilter
from schools.known import known
from schools.matching import reasons_for, reasons_for_schools
from schools.models import Completions, Program, ProgramListing, School
from schools.page_parts import current_releases
from schools.program_page import ProgramPage, similar_programs
from schools.school_page import SchoolPage

MOST_NOTES = 1_000  # reasons kept of one search


class ProgramList(ListingView):
    """Every public program, flat: one row of the listing is one published program."""

    filterset_class = ProgramFilter
    template_name = "schools/directory/program_list.html"
    noun, nouns = "program", "programs"
    reads_more = False  # what cards say besides the rows is kept in memory

    def prepare(self, rows):
        return rows.defer("search")

    def fetched(self, filters, ids):
        return rows_by_id(filters.index, ids)

    def more(self, filters, page):
        facts = facts_of(filters.version)
        return {
            "cards": cards(
                page.object_list,
                facts,
                miles=filters.miles_to(page.object_list),
                reasons=self.reasons(filters, page),
                with_earnings=filters.sort_in_force == "earnings",
            ),
            "awards_release": facts.awards,
            "price_release": facts.prices,
            "subjects": facts.core_subjects if filters.is_wide_open and page.number == 1 else [],
        }

    def reasons(self, filters, page):
        """Why each is here, where the words of a search do not stand on its card."""
        text = filters.cleaned["q"]
        if not text:
            return {}
        if filters.index is None:
            return reasons_for(page.object_list, text, filters.version)
        notes = filters.hits.notes  # of one search, so for as long as the index keeps it
        if new := [shown.row for shown in page.object_list if shown.pk not in notes]:
            if len(notes) > MOST_NOTES:
                notes.clear()
            found = reasons_for(new, text, filters.version)
            notes.update((row.pk, found.get(row.pk, "")) for row in new)
        return notes


class SchoolList(ListingView):
    """Every public school, also closed ones; the most programs first."""

    filterset_class = SchoolFilter
    template_name = "schools/directory/school_list.html"
    noun, nouns = "school", "schools"

    def prepare(self, rows):
        return rows.select_related("school").defer("search")

    def more(self, filters, page):
        releases, text = current_releases(), filters.cleaned["q"]
        why = reasons_for_schools(page.object_list, text, filters.version) if text else {}
        for row in page.object_list:
            row.why = why.get(row.pk, "")
        return {
            "awards_release": releases.get("ipeds-completions"),
            "record_release": releases.get("ipeds-institutions"),
        }


def program_detail(request: HttpRequest, school_slug: str, program_slug: str) -> HttpResponse:
    try:
        program = program_at(school_slug, program_slug)
    except Http404:
        return program_mistyped(request, school_slug, program_slug)
    if not hasattr(program, "listing"):
        return program_gone(request, program)
    if request.path != program.listing.get_absolute_url():
        return redirect(program.listing, permanent=True)
    page = ProgramPage(program)
    context = {
        "page": page,
        "program": program,
        "listing": page.listing,
        "canonical_url": page.canonical_url,
    }
    return render(request, "schools/directory/program_detail.html", context)


def school_programs(request: HttpRequest, school_slug: str) -> HttpResponse:
    """The programs of a school stand on the page of the school."""
    school = school_at(school_slug)
    if not hasattr(school, "listing"):
        return school_gone(request, school)
    return redirect(school, permanent=True)


def school_detail(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        school = school_at(slug)
    except Http404:
        return school_mistyped(request, slug)
    if not hasattr(school, "listing"):
        return school_gone(request, school)
    if request.path != school.get_absolute_url():
        return redirect(school, permanent=True)
    page = SchoolPage(school)
    context = {"page": page, "school": school, "listing": page.listing, "canonical_url": page.canonical_url}
    return render(request, "schools/directory/school_detail.html", context)


def for_schools(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/for_schools.html")


# Addresses, present and past -----------------------------------------------------------------------


def target_of(kind: str, slug: str, scope: int = 0) -> int:
    """What this address leads to, or once led to, in any letter case. Raises Http404."""
    target = Slug.objects.filter(kind=kind, scope=scope, slug=slug.lower()).values_list("target", flat=True).first()
    if target is None:
        raise Http404
    return target


def school_at(slug: str) -> School:
    """The school that has or had this address, public or not. Raises Http404."""
    schools = School.objects.select_related(
        "listing__record__release__source", "listing__successor__listing__school", "listing__parent__listing__school"
    )
    school = schools.filter(slug=slug).first() or schools.filter(pk=target_of(Slug.Kind.SCHOOL, slug)).first()
    if school is None:
        raise Http404
    return school


def program_at(school_slug: str, program_slug: str) -> Program:
    """The program that has or had this address, public or not; school and program may be renamed. Raises Http404."""
    programs = Program.objects.select_related("listing", "school__listing", "field_of_study")
    program = programs.filter(school__slug=school_slug, slug=program_slug).first()
    if program is None:
        school = target_of(Slug.Kind.SCHOOL, school_slug)
        program = programs.filter(pk=target_of(Slug.Kind.PROGRAM, program_slug, scope=school)).first()
    if program is None:
        raise Http404
    return program


LIKELY = 5  # pages that are offered where an address is mistyped
ALIKE = 70  # of 100, how like the address of a page has to be


def program_mistyped(request: HttpRequest, school_slug: str, program_slug: str) -> HttpResponse:
    """404 with the school's programs whose addresses are most like this one, and the school."""
    try:
        school = school_at(school_slug)
    except Http404:
        return school_mistyped(request, school_slug)
    if not hasattr(school, "listing"):
        raise Http404
    titles = dict(ProgramListing.objects.published().filter(school=school).values_list("slug", "title"))
    likely = [
        (f"/programs/{school.slug}/{slug}/", f"{titles[slug]}, {school.listing.name}")
        for slug in most_alike(program_slug, titles)
    ]
    likely.append((school.get_absolute_url(), f"All programs of {school.listing.name}"))
    return error_page(request, 404, likely=likely)


def school_mistyped(request: HttpRequest, slug: str) -> HttpResponse:
    """404 with the schools whose addresses are most like this one."""
    schools = {school.slug: school for school in known(ContentVersion.now()).schools.values()}
    likely = [(schools[one].url, f"{schools[one].name}, {schools[one].place}") for one in most_alike(slug, schools)]
    return error_page(request, 404, likely=likely)


def most_alike(slug: str, slugs: Iterable[str]) -> list[str]:
    found = process.extract(slug.lower(), list(slugs), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=LIKELY)
    return [one for one, *_ in found]


# What is no longer listed --------------------------------------------------------------------------


def was_public(row: Program | School) -> bool:
    """Whether strangers could once see it. A draft that nobody saw is no loss, and stays a secret."""
    return type(row).objects.once_public().filter(pk=row.pk).exists()


def program_gone(request: HttpRequest, program: Program) -> HttpResponse:
    """410 with similar programs and the last year on record; 404 for what never was public."""
    if not was_public(program):
        raise Http404
    promoted = (Release.State.CURRENT, Release.State.SUPERSEDED)
    last = (
        Completions.objects.filter(
            school=program.school_id,
            field_of_study=program.field_of_study_id,
            level=program.level,
            release__state__in=promoted,
        )
        .select_related("release__source")
        .order_by("-release__year", "-release__revision")
        .first()
    )
    listing = getattr(program.school, "listing", None)
    similar = similar_programs(program.field_of_study_id, program.level, listing.state_id if listing else None)
    alternatives = [(row.get_absolute_url(), f"{row.title}, {row.school_name} ({row.place})") for row in similar]
    if listing:
        alternatives.append((program.school.get_absolute_url(), f"All programs of {listing.name}"))
    seen = f" Federal data last listed it for {last.release.period}." if last else ""
    at = f" at {listing.name}" if listing else ""
    return error_page(
        request,
        410,
        gone_title=program.title + at,
        gone_reason=f"It was here once.{seen} The school may have ended it, renamed it or moved it to another field.",
        alternatives=alternatives,
    )


def school_gone(request: HttpRequest, school: School) -> HttpResponse:
    if not was_public(school):
        raise Http404
    return error_page(
        request,
        410,
        gone_title="This school",
        gone_reason="It was here once and has been taken off the list of schools.",
        alternatives=[
            (reverse("schools:school_list"), "All schools"),
            (reverse("schools:program_list"), "All programs"),
        ],
    )
