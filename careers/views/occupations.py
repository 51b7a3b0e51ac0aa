"""The occupations of the field: what they pay, where they are going, and which programs lead there."""

from django.conf import settings
from django.db.models import Count, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from careers.filters import OccupationFilter
from careers.models import Occupation, OccupationField
from careers.pay import STATE_ORDERS, Pay, pay_by_state, read_pay
from careers.templatetags.careers import typeset
from portal.formats import as_data, whole
from portal.listing import ListingView
from portal.models import Release, Slug
from portal.reasons import Reason
from schools.levels import AwardLevel
from schools.models import FieldOfStudy, ProgramListing

SCHOOLS_SHOWN = 10
ROW = ("school_id", "field_of_study_id", "level")  # what one row of the completions file is about


class OccupationList(ListingView):
    """Published occupations that a field of study leads to, by the curated crosswalk."""

    filterset_class = OccupationFilter
    template_name = "careers/occupations/occupation_list.html"
    noun, nouns = "occupation", "occupations"

    def prepare(self, rows):
        return rows.select_related("published_as")

    def more(self, filters, page):
        pay = read_pay(page.object_list)
        return {
            "cards": [(occupation, pay[occupation.pk]) for occupation in page],
            "any_pay": next(iter(pay.values()), None),  # each of them knows how all occupations do
            "releases": list(dict.fromkeys(release for one in pay.values() for release in one.releases)),
        }


def occupation_detail(request, slug):
    occupation = Occupation.objects.published().select_related("published_as").filter(slug=slug).first()
    if occupation is None:
        return redirect(_moved(slug), permanent=True)
    pay = read_pay([occupation])[occupation.pk]
    order = request.GET.get("sort")
    order = order if order in STATE_ORDERS else "state"
    states = pay_by_state(pay, order)
    ways = WaysIn(occupation)
    awards = Release.objects.current().filter(source__slug="ipeds-completions").select_related("source").first()
    context = {
        "occupation": occupation,
        "pay": pay,
        "glance": at_a_glance(pay),
        "states": [(row, ways.in_state(row.area.state_id)) for row in states],
        "orders": STATE_ORDERS,
        "order": order,
        "ways": ways,
        "schools": schools_with_most_graduates(ways.fields),
        "awards_release": awards,
        "releases": list(
            dict.fromkeys(filter(None, [*pay.releases, *(row.wage.release for row in states if row.wage), awards]))
        ),
        "json_ld": in_schema_org(occupation, pay),
        "canonical_url": settings.SITE_URL + occupation.get_absolute_url(),
        "noindex": order != "state",
    }
    return render(request, "careers/occupations/occupation_detail.html", context)


def _moved(slug: str) -> Occupation:
    """The published occupation that has or had this address, in any letter case. Raises Http404."""
    past = Slug.objects.filter(kind=Slug.Kind.OCCUPATION, slug=slug.lower())
    return get_object_or_404(Occupation.objects.published(), pk__in=past.values("target"))


class WaysIn:
    """The fields of study that lead to an occupation, and their public programs, counted; two queries."""

    def __init__(self, occupation: Occupation):
        self.occupation = occupation
        pairs = OccupationField.objects.shown().filter(occupation=occupation)
        self.fields = list(FieldOfStudy.objects.filter(pairs__in=pairs).order_by("cip"))
        rows = ProgramListing.objects.published().filter(field_of_study__in=self.fields).order_by()
        self.counts = rows.values_list("field_of_study", "level", "state").annotate(Count("pk"))
        self.counts = list(self.counts)

    def address(self, **query) -> str:
        return f"{reverse('schools:program_list')}?{urlencode({'occupation': self.occupation.slug, **query})}"

    @property
    def total(self) -> int:
        return sum(count for *_, count in self.counts)

    @property
    def all_url(self) -> str:
        return self.address()

    def by_field(self) -> list[tuple[FieldOfStudy, int, str]]:
        """Field, public programs, address of their list; most programs first. Fields without programs are left out."""
        found = [
            (field, sum(n for pk, _, _, n in self.counts if pk == field.pk), self.address(field=field.cip))
            for field in self.fields
        ]
        return sorted((row for row in found if row[1]), key=lambda row: -row[1])

    def by_level(self) -> list[tuple[str, str]]:
        """ "28 master’s programs" and the address of their list, in the order of levels; none without programs."""
        totals = dict.fromkeys(AwardLevel, 0)
        for _, level, _, count in self.counts:
            totals[AwardLevel(level)] += count
        return [(in_words(level, n), self.address(level=level.value)) for level, n in totals.items() if n]

    def in_state(self, code: str) -> tuple[int, str]:
        """Public programs in a state, and the address of their list."""
        return sum(n for *_, state, n in self.counts if state == code), self.address(state=code)


def in_words(level: AwardLevel, count: int) -> str:
    """ "28 master’s programs", "1 bachelor’s program"."""
    words = level.plural
    if count == 1:
        words = words.replace("programs", "program").replace("doctorates", "doctorate")
    return f"{whole(count)} {words}"


def schools_with_most_graduates(fields) -> list[dict]:
    """Schools by the awards of their public programs in these fields, in the current year.

    Several programs of one field and level share the awards of the federal row, so each
    row is counted once. Schools without known graduates are left out.
    """
    rows = ProgramListing.objects.published().filter(field_of_study__in=fields, graduates__gt=0)
    once = rows.order_by(*ROW, "pk").distinct(*ROW)
    schools = ProgramListing.objects.published().filter(pk__in=once.values("pk")).order_by()
    schools = schools.values("school_slug", "school_name", "city", "state_id")
    return list(
        schools.annotate(awards=Sum("graduates")).order_by("-awards", "school_name", "school_slug")[:SCHOOLS_SHOWN]
    )


def at_a_glance(pay: Pay) -> list[tuple]:
    """Label and value of each line of the slip; a value is markup or words."""
    outlook = pay.projection
    education = typeset(outlook.entry_education) if outlook else ""
    education = education or as_data(None, reason=Reason.NOT_IN_FEDERAL_DATA)
    growth = pay.growth.html
    if pay.growth.value is not None:
        growth = format_html("{}, {}", growth, pay.span)
        if pay.everyones_growth.value is not None:
            growth = format_html('{}<span class="hint">All occupations: {}</span>', growth, pay.everyones_growth.html)
    median = pay.median.html if pay.median.value is None else format_html("{} a year", pay.median.html)
    openings = pay.openings.html if pay.openings.value is None else format_html("{} a year", pay.openings.html)
    rows = [
        ("Median pay", median),
        ("Jobs", pay.jobs.html),
        ("Job growth", growth),
        ("Openings", openings),
        ("Typical entry education", education),
    ]
    if outlook and outlook.work_experience not in ("", "None"):
        rows.append(("Experience before", typeset(outlook.work_experience)))
    if outlook and outlook.training not in ("", "None"):
        rows.append(("Training on the job", typeset(outlook.training)))
    return rows


def in_schema_org(occupation: Occupation, pay: Pay) -> dict:
    """The occupation as schema.org says it. MonetaryAmountDistribution has no mean, and a floor is not a percentile.

    Figures of a wider group are not this occupation's salary, so they are left out.
    """
    url = settings.SITE_URL + occupation.get_absolute_url()
    data = {
        "@context": "https://schema.org",
        "@type": "Occupation",
        "name": occupation.name,
        "occupationalCategory": f"{occupation.soc}.00",
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "url": url,
    }
    if occupation.definition:
        data["description"] = occupation.definition
    salary = {}
    if pay.wage and not pay.wage_group:
        names = {"p10": "percentile10", "p25": "percentile25", "median": "median", "p75": "percentile75"}
        for name, property_name in {**names, "p90": "percentile90"}.items():
            value = getattr(pay.wage, name)
            if value is not None and not pay.wage.is_top_coded(name):
                salary[property_name] = value
    if pay.wage:
        data["occupationLocation"] = {"@type": "Country", "name": "United States"}
    if salary:
        kind = {"@type": "MonetaryAmountDistribution", "name": "base", "currency": "USD", "duration": "P1Y"}
        data["estimatedSalary"] = [kind | salary]
    if pay.projection and not pay.outlook_group:
        asked = {
            "educationRequirements": pay.projection.entry_education,
            "experienceRequirements": pay.projection.work_experience,
        }
        data |= {name: typeset(words) for name, words in asked.items() if words not in ("", "None")}
    return data
