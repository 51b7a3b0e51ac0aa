"""Every list of the editors' desk: it opens, asks as much for fifty rows as for five, and stays quick when huge."""

import time

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from careers import models as careers
from portal import models as portal
from portal.admin.base import EstimatedPaginator
from schools import models as schools
from tests import factories as make
from tests import sample_jobs

pytestmark = pytest.mark.django_db


def field(n):
    return make.FieldOfStudyFactory(cip=f"51.{n:04}", plain_title=f"Plain {n}")


def occupation(n):
    return make.OccupationFactory(soc=f"11-{n:04}")


def release(n, slug="ipeds-completions"):
    return make.ReleaseFactory(source=make.SourceFactory(slug=slug), year=1990 + n, state="superseded")


def edition(n):
    return make.EditionFactory(created_by=make.UserFactory())


def file_of(n):
    return portal.ReleaseFile.objects.create(release=release(n), name=f"file{n}.csv", sha256="0" * 64, size=1)


def accreditation(n):
    program = make.ProgramFactory()
    return schools.Accreditation.objects.create(
        accreditor=make.AccreditorFactory(), school=program.school, program=program
    )


def article(n):
    found = make.ArticleFactory()
    found.draft = make.EditionFactory(article=found)
    found.save()
    return found


# How to make the n-th row of each table, with other neighbours than the row before.
ROWS = {
    Group: lambda n: Group.objects.create(name=f"Group {n}"),
    portal.User: lambda n: make.UserFactory(),
    portal.State: None,
    portal.Area: None,
    portal.ContentVersion: None,
    portal.Zip: lambda n: portal.Zip.objects.create(
        release=release(n, "census-zcta"), zip=f"{n:05}", latitude=1, longitude=1, state_id="MN"
    ),
    portal.Source: lambda n: release(n, f"source-{n}"),
    portal.Release: lambda n: release(n, f"source-{n}"),
    portal.ReleaseFile: file_of,
    portal.ImportIssue: lambda n: portal.ImportIssue.objects.create(file=file_of(n), line=n, advice="Look."),
    portal.Slug: lambda n: make.SchoolFactory(),
    portal.ProblemReport: lambda n: portal.ProblemReport.objects.create(path=f"/programs/{n}/", message="Wrong."),
    portal.SenderCount: lambda n: portal.SenderCount.objects.create(sender=f"{n:064}", hour=timezone.now()),
    portal.OutboundLink: lambda n: make.LinkUseFactory().link,
    portal.HostVisit: lambda n: portal.HostVisit.objects.create(host=f"h{n}.example", visited_at=timezone.now()),
    portal.LinkGathering: None,
    portal.QueueLength: lambda n: portal.QueueLength.objects.create(day="2026-01-01", queue=f"q{n}", count=n),
    ProcrastinateJob: lambda n: sample_jobs.mark.defer(number=n),
    portal.StarterLoad: lambda n: portal.StarterLoad.objects.create(release=release(n), sha256="0" * 64),
    schools.School: lambda n: make.SchoolFactory(),
    schools.Program: lambda n: make.ProgramFactory(field_of_study=field(n)),
    schools.Subject: lambda n: make.SubjectFactory(fields=[field(n)]),
    schools.FieldOfStudy: lambda n: make.SubjectFactory(fields=[field(n)]),
    schools.FieldRecord: lambda n: schools.FieldRecord.objects.create(
        release=release(n, "cip-codes"), cip=f"51.{n:04}", title="Field", is_current_code=True
    ),
    schools.Accreditor: lambda n: make.AccreditorFactory(),
    schools.Accreditation: accreditation,
    schools.AccreditationRecord: lambda n: make.AccreditationRecordFactory(release=release(n, "dapip-records")),
    schools.SchoolRecord: lambda n: make.SchoolFactory(),
    schools.SchoolListing: lambda n: make.SchoolFactory(),
    schools.ProgramListing: lambda n: make.ProgramFactory(),
    schools.Completions: lambda n: make.CompletionsFactory(field_of_study=field(n), release=release(n)),
    schools.DistanceOffer: lambda n: schools.DistanceOffer.objects.create(
        release=release(n, "ipeds-distance"),
        school=make.SchoolFactory(),
        field_of_study=field(n),
        level="master",
        programs=2,
        fully=1,
    ),
    schools.PublishedPrice: lambda n: make.PublishedPriceFactory(
        school=make.SchoolFactory(), release=release(n, "ipeds-prices")
    ),
    schools.SchoolOutcome: lambda n: schools.SchoolOutcome.objects.create(
        release=release(n, "scorecard-institutions"), school=make.SchoolFactory(), measure="net_price", value=1
    ),
    schools.Claim: lambda n: make.ClaimFactory(),
    schools.Membership: lambda n: make.MembershipFactory(),
    portal.Letter: lambda n: make.LetterFactory(about=make.UserFactory()),
    portal.Upload: lambda n: portal.UploadedFile.objects.create(
        upload=portal.Upload.objects.create(command="import_wages", folder=f"{n:032}"),
        name=f"{n}.csv",
        size=1,
        sha256="0" * 64,
    ),
    careers.ReRead: lambda n: careers.ReRead.objects.create(
        article=article(n), release=release(n, "oews-national"), why="It moved."
    ),
    careers.Article: article,
    careers.Edition: edition,
    careers.Certification: lambda n: make.CertificationFactory(),
    careers.License: lambda n: make.LicenseFactory(),
    careers.EmploymentSetting: lambda n: make.EmploymentSettingFactory(),
    careers.Topic: lambda n: make.TopicFactory(),
    careers.GlossaryTerm: lambda n: make.GlossaryTermFactory(),
    careers.Occupation: lambda n: make.OccupationFactory(soc=f"11-{n:04}", published_as=occupation(1000 + n)),
    careers.OccupationField: lambda n: make.OccupationFieldFactory(
        occupation=occupation(n), field_of_study=field(n), crosswalk=False
    ),
    careers.CrosswalkPair: lambda n: make.OccupationFieldFactory(occupation=occupation(n), field_of_study=field(n)),
    careers.Wage: lambda n: make.WageFactory(occupation=occupation(n), release=release(n, "oews-national")),
    careers.Projection: lambda n: make.ProjectionFactory(
        occupation=occupation(n), release=release(n, "bls-projections")
    ),
}


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def count(client, address):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return len(queries), response


def test_every_table_people_see_is_on_the_desk():
    """History tables, join rows and children of an edition are reached through their parents."""
    inline = {
        careers.ArticleChange, careers.ArticleLink, careers.ArticleTopic, careers.Attribute, careers.Cell,
        careers.Citation, careers.DegreeOption, careers.EditionCertification, careers.EditionLicense,
        careers.EditionOccupation, careers.EditionSetting, careers.EligibilityGroup, careers.EligibilityRoute,
        careers.RelatedExclusion,
        careers.Pathway, careers.Section, schools.SubjectField, schools.SubjectSynonym, portal.LinkUse, portal.JobNote,
        portal.UploadedFile, portal.StagedFrom, portal.Rehearsal, portal.AffectedPage,
    }  # fmt: skip
    ours = {
        getattr(module, name) for module in (portal, schools, careers) for name in module.__all__
        if hasattr(getattr(module, name), "_meta") and not getattr(module, name)._meta.abstract
    }  # fmt: skip
    assert set(admin.site._registry) - {Group, ProcrastinateJob} == ours - inline
    assert set(ROWS) == set(admin.site._registry)


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_a_list_asks_the_same_number_of_questions_for_five_rows_and_for_fifty(chief, model):
    make_row = ROWS[model]
    count(chief, list_of(model))
    if make_row is None:
        return
    for n in range(5):
        make_row(n)
    few, _ = count(chief, list_of(model))
    for n in range(5, 45):
        make_row(n)
    many, response = count(chief, list_of(model))
    assert len(response.context["cl"].result_list) >= 40
    assert many == few <= 16


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_a_list_answers_any_search(chief, model):
    if admin.site._registry[model].search_fields:
        for text in ("51.07", "900001", "MN 29-1141", "%00", "100%_A\\B", "' OR 1=1 --", "a" * 300):
            assert chief.get(list_of(model), {"q": text}).status_code in (200, 400)


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_every_filter_option_answers(chief, model):
    if ROWS[model]:
        ROWS[model](1)
    response = chief.get(list_of(model))
    for spec in response.context["cl"].filter_specs:
        for choice in list(spec.choices(response.context["cl"]))[:4]:
            assert chief.get(list_of(model) + choice["query_string"]).status_code == 200


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_each_admin_suggests_and_shows_its_rows(chief, model):
    """The page of one row opens, and keeps its number of questions within reason."""
    if ROWS[model]:
        ROWS[model](1)
    row = model.objects.order_by("pk").last()
    number, _ = count(chief, reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk]))
    assert number <= 40


def test_relations_to_long_tables_are_typed_not_chosen_from_a_list():
    """A select box never holds more than a few dozen rows."""
    short = {"portal.Source", "portal.Release", "portal.State", "portal.Area", "schools.Subject", "careers.Pathway"}
    for model_admin in admin.site._registry.values():
        for part in [model_admin, *(inline(model_admin.model, admin.site) for inline in model_admin.inlines)]:
            if model_admin.model in (Group, portal.User) or hasattr(part, "codes"):
                continue
            shown = {name for name in _shown(part) if name not in part.readonly_fields}
            for field_ in part.model._meta.get_fields():
                if field_.name in shown and (field_.many_to_one or field_.many_to_many):
                    if field_.related_model._meta.label in short or not model_admin_can_change(part):
                        continue
                    assert field_.name in part.autocomplete_fields, (part, field_.name)


def _shown(part):
    if part.fieldsets:
        return [name for _, options in part.fieldsets for name in options["fields"]]
    return list(part.fields or [])


def model_admin_can_change(part):
    from portal.admin.base import ReadOnly

    return not isinstance(part, ReadOnly)


@pytest.fixture
def huge(db):
    """20,000 schools with 60,000 programs and as many completions, by bulk SQL."""
    source = make.SourceFactory(slug="ipeds-completions")
    current = make.ReleaseFactory(source=source)
    fields = [field(n) for n in range(3)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.relisting = 'later'")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO schools_school (unitid, slug, name_override, aliases, website_override, city_override, note,"
            " published_at) SELECT (100000 + n)::text, 'school-' || n, 'Example ' || n, '', '', '', '', now()"
            " FROM generate_series(1, 20000) n"
        )
        cursor.execute(
            "INSERT INTO schools_program (school_id, field_of_study_id, level, slug, origin, published_at, delivery,"
            " description, entry_degree, entry_test, entry_notes, url, not_published)"
            " SELECT s.id, f, 'master', 'program-' || f, 'federal', now(), '{}', '', '', '', '', '', '{}'"
            " FROM schools_school s, unnest(%s::bigint[]) f",
            [[f.pk for f in fields]],
        )
        cursor.execute(
            "INSERT INTO schools_completions (release_id, school_id, field_of_study_id, level, major, awards, reasons)"
            " SELECT %s, s.id, f, 'master', 1, 5, '{}' FROM schools_school s, unnest(%s::bigint[]) f",
            [current.pk, [f.pk for f in fields]],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE schools_school, schools_program, schools_completions")


@pytest.mark.parametrize(
    ("model", "query"),
    [
        (schools.Program, {}),
        (schools.Program, {"q": "school-777"}),
        (schools.Program, {"q": "100777"}),
        (schools.Program, {"shown": "yes", "origin__exact": "federal"}),
        (schools.Program, {"p": "900"}),
        (schools.School, {"q": "Example 777"}),
        (schools.Completions, {}),
        (schools.Completions, {"q": "100777 51.00"}),
        (schools.Completions, {"level__exact": "master", "release": "current"}),
    ],
    ids=str,
)
def test_lists_of_sixty_thousand_rows_stay_quick_and_ask_no_more(chief, huge, model, query):
    began = time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        response = chief.get(list_of(model), query)
    assert response.status_code == 200
    assert response.context["cl"].result_list
    assert len(queries) <= 16
    # No measurement: some tenths of a second when nothing else runs; a list that reads every row is far beyond this.
    assert time.monotonic() - began < 30


def test_a_long_unfiltered_list_is_estimated_and_a_filtered_one_counted(huge):
    everything = schools.Program.objects.all()
    with CaptureQueriesContext(connection) as queries:
        assert EstimatedPaginator(everything, 50).count == pytest.approx(60_000, rel=0.05)
    assert "COUNT" not in queries[0]["sql"]
    some = everything.filter(school__slug="school-7")
    assert EstimatedPaginator(some, 50).count == some.count() == 3


def test_the_index_is_grouped_by_what_editors_do(chief):
    names = [section["name"] for section in chief.get(reverse("admin:index")).context["app_list"]]
    assert names[:4] == ["Articles", "Occupations", "Directory", "Readers"]
    assert names[-1] == "People"


def test_nothing_is_deleted_in_bulk(chief):
    school = make.SchoolFactory()
    chief.post(list_of(schools.School), {"action": "delete_selected", "_selected_action": [school.pk], "post": "yes"})
    assert schools.School.objects.filter(pk=school.pk).exists()
