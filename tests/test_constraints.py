"""What must never be false, attacked by raw SQL: one attack for every constraint of every table.

A constraint without an attack fails the suite, so a new one is covered from its first day.
"""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from careers.models import (
    ArticleChange,
    ArticleLink,
    Attribute,
    Cell,
    CrosswalkPair,
    DegreeOption,
    EditionCertification,
    EditionOccupation,
    EligibilityGroup,
    EligibilityRoute,
    ReRead,
)
from portal.models import (
    AffectedPage,
    Area,
    HostVisit,
    JobNote,
    LinkGathering,
    ProblemReport,
    QueueLength,
    ReleaseFile,
    SenderCount,
    Slug,
    StarterLoad,
    State,
    Upload,
    UploadedFile,
    Zip,
)
from schools.models import Accreditation, DistanceOffer, FieldRecord, SchoolOutcome, SubjectField, SubjectSynonym
from tests import factories

pytestmark = pytest.mark.django_db

# Constraint: the SET clause that breaks it on an ordinary row.
ATTACKS = {
    "Source": {"source_slug_shaped": "slug = 'Not A Slug'", "source_url_web_address": "url = 'javascript:alert(1)'"},
    "Release": {
        "release_current_was_promoted": "promoted_at = NULL",
        "release_year_plausible": "year = 24",
        "release_state_known": "state = 'live'",
    },
    "Upload": {
        "upload_ended_or_waiting": "ended_at = now()",
        "upload_folder_shaped": "folder = '../../etc'",
    },
    "UploadedFile": {"uploaded_file_sha256_hex": "sha256 = 'ABC'"},
    "AffectedPage": {"affected_page_path_shaped": "path = 'https://evil.example/'"},
    "ReRead": {"reread_says_why": "why = ''"},
    "ReleaseFile": {"release_file_sha256_hex": "sha256 = 'ABC'"},
    "StarterLoad": {"starter_load_sha256_hex": "sha256 = 'ABC'"},
    "State": {"state_code_two_letters": "code = 'm1'"},
    "Area": {"area_state_matches_kind": "kind = 'nation'"},
    "Zip": {
        "zip_five_digits": "zip = '5545'",
        "zip_latitude_on_earth": "latitude = 91",
        "zip_longitude_on_earth": "longitude = -181",
    },
    "Slug": {"slug_registry_shaped": "slug = 'a--b'"},
    "ProblemReport": {
        "report_path_on_this_site": "path = 'https://evil.example/'",
        "report_message_fits": "message = repeat('x', 2001)",
        "report_message_clean": "message = E'a\\x07'",
        "report_state_known": "state = 'lost', answer = 'Found.', closed_at = now()",
        "report_closed_says_what_was_done": "state = 'answered', closed_at = now()",
        "report_closed_at_some_time": "state = 'answered', answer = 'Found.'",
        "report_reply_clean": "reply = E'a\\x07'",
    },
    "JobNote": {"job_note_done_of_total": "done = 2, total = 1"},
    "SenderCount": {"sender_is_a_hash": "sender = '203.0.113.9'"},
    "OutboundLink": {
        "link_url_plain": "url = 'https://a.example/b c'",
        "link_state_known": "state = 'dead', tried_at = now()",
        "link_failures_have_a_beginning": "failures = 1",
        "link_broken_failed_often": "state = 'broken', tried_at = now(), failures = 2, failing_since = now()",
        "link_moved_says_where": "state = 'moved', tried_at = now()",
        "link_state_comes_from_a_check": "state = 'fine'",
    },
    "LinkUse": {"link_use_page_on_this_site": "page = 'https://evil.example/'"},
    "LinkGathering": {"link_gathering_single_row": "id = 2"},
    "ContentVersion": {"content_version_single_row": "id = 2"},
    "FieldOfStudy": {
        "field_cip_shaped": "cip = '51.071'",
        "field_slug_shaped": "slug = '-a'",
        "field_plain_title_clean": "plain_title = E'a\\x07'",
        "field_search_words_clean": "search_words = E'a\\x07'",
    },
    "Claim": {
        "claim_state_known": "state = 'maybe', decided_at = now()",
        "claim_decided_at_some_time": "state = 'approved'",
        "claim_declined_says_why": "state = 'declined', decided_at = now()",
        "claim_has_a_role": "role = ''",
        "claim_role_clean": "role = E'a\\x07'",
        "claim_words_clean": "words = E'a\\x07'",
        "claim_reason_clean": "reason = E'a\\x07'",
        "claim_evidence_web_address": "evidence = 'javascript:alert(1)'",
    },
    "Membership": {
        "membership_ends_later": "ended_at = since - interval '1 day'",
        "membership_ended_by_at_its_end": "ended_by_id = user_id",
    },
    "Letter": {
        "letter_sent_keeps_no_text": "sent_at = now()",
        "letter_waiting_has_its_text": "text = ''",
        "letter_subject_is_one_line": "subject = E'a\\nBcc: b'",
        "letter_subject_clean": "subject = U&'a\\202E'",
    },
    "FieldRecord": {"field_record_cip_shaped": "cip = '5107'"},
    "Subject": {"subject_slug_shaped": "slug = 'ä'", "subject_has_a_name": "name = ''"},
    "SubjectSynonym": {"synonym_clean": "text = U&'a\\202E'"},
    "School": {
        "school_slug_shaped": "slug = 'a_b'",
        "school_website_web_address": "website_override = 'https://user@evil.example'",
        "school_name_clean": "name_override = E'a\\x01'",
        "school_unitid_six_digits": "unitid = '12345'",
        "school_outside_ipeds_has_a_name": "unitid = NULL",
    },
    "Program": {
        "program_slug_shaped": "slug = 'A'",
        "program_name_unknown_is_null": "name = ''",
        "program_origin_known": "origin = 'rumor'",
        "program_level_known": "level = 'masters'",
        "program_delivery_known": "delivery = '{pigeon}'",
        "program_federal_is_unconfirmed": "origin = 'federal', confirmed_on = '2026-01-01'",
        "program_name_clean": "name = U&'a\\202E'",
        "program_url_web_address": "url = 'ftp://example.org/'",
        "program_length_plausible": "length_months = 121",
        "program_credits_positive": "credits = 0",
        "program_tuition_plausible": "tuition_per_year = 1000001",
        "program_tuition_out_plausible": "tuition_per_year_out_of_state = 1000001",
        "program_tuition_per_credit_plausible": "tuition_per_credit = 100001",
        "program_tuition_total_plausible": "tuition_total = 1000001",
        "program_gpa_plausible": "entry_gpa = 5",
        "program_deadline_not_after_start": "application_deadline = '2027-02-01', next_start = '2027-01-31'",
    },
    "Accreditor": {
        "accreditor_slug_shaped": "slug = ''",
        "accreditor_url_web_address": "url = '//evil.example'",
        "accreditor_slug_not_reserved": "slug = 'unknown'",
        "accreditor_kind_known": "kind = 'friendly'",
    },
    "Accreditation": {
        "accreditation_url_web_address": "url = 'http://localhost/'",
        "accreditation_ends_after_it_begins": "since = '2026-01-02', until = '2026-01-01'",
        "accreditation_confirmed_was_checked": "status = 'denied', url = 'https://a.example', checked_on = NULL",
        "accreditation_confirmed_has_its_entry": "status = 'denied', url = '', checked_on = '2026-01-01'",
        "accreditation_status_known": "status = 'Accredited', url = 'https://a.example', checked_on = '2026-01-01'",
    },
    "AccreditationRecord": {
        "accreditation_record_status_known": "status = 'Accredited'",
        "accreditation_record_codes_are_digits": "location = 'AB1'",
        "accreditation_record_ends_after_it_begins": "since = '2020-01-02', ended_on = '2020-01-01'",
        "accreditation_record_action_named": "action = '', action_on = '2020-01-01'",
    },
    "SchoolRecord": {
        "record_zip_shaped": "zip = '5545'",
        "record_opeid_eight_digits": "opeid = '232500'",
        "record_only_merged_has_successor": "successor_unitid = '900001'",
        "record_control_known": "control = '1'",
        "record_status_known": "status = 'A'",
        "record_position_whole": "latitude = 45, longitude = NULL",
        "record_latitude_on_earth": "latitude = 91, longitude = 0",
        "record_longitude_on_earth": "latitude = 0, longitude = 181",
    },
    "Completions": {
        "completions_level_known": "level = '7'",
        "completions_major_first_or_second": "major = 3",
        "completions_missing_awards_explained": "awards = NULL",
    },
    "PublishedPrice": {
        "price_tuition_plausible": "tuition = 1000001",
        "price_fees_plausible": "fees = 1000001",
        "price_per_credit_plausible": "per_credit = 100001",
        "price_missing_tuition_explained": "tuition = NULL",
        "price_missing_fees_explained": "fees = NULL",
        "price_missing_per_credit_explained": "per_credit = NULL",
        "price_kind_known": "residency = 'on_mars'",
    },
    "SchoolOutcome": {"outcome_value_or_reason": "value = NULL"},
    "DistanceOffer": {
        "distance_fully_not_above_programs": "fully = programs + 1",
        "distance_level_known": "level = 'x'",
    },
    "ArticleChange": {
        "article_change_says_what": "what = ''",
        "article_change_what_clean": "what = E'a\\x07'",
        "article_change_why_clean": "why = E'a\\x07'",
    },
    "Certification": {
        "certification_slug_shaped": "slug = 'A B'",
        "certification_url_web_address": "url = 'data:text/html,x'",
        "certification_name_clean": "name = E'a\\x02'",
        "certification_names_its_body": "body = ''",
        "certification_confirmed_was_checked": "checked_on = NULL",
    },
    "License": {
        "license_slug_shaped": "slug = 'A B'",
        "license_url_web_address": "url = 'data:text/html,x'",
        "license_name_clean": "name = E'a\\x02'",
        "license_names_its_body": "body = ''",
        "license_confirmed_was_checked": "status = 'active', checked_on = NULL",
    },
    "EligibilityGroup": {"eligibility_group_of_one": "certification_id = NULL"},
    "EmploymentSetting": {
        "setting_slug_shaped": "slug = 'A'",
        "setting_name_clean": "name = E'a\\x02'",
        "setting_has_a_name": "name = ''",
    },
    "Topic": {
        "topic_slug_shaped": "slug = 'A'",
        "topic_name_clean": "name = E'a\\x02'",
        "topic_has_a_name": "name = ''",
    },
    "GlossaryTerm": {
        "glossary_slug_shaped": "slug = 'A'",
        "glossary_url_web_address": "url = 'ftp://x'",
        "glossary_term_clean": "term = E'a\\x02'",
        "glossary_definition_clean": "definition = E'a\\x02'",
        "glossary_term_is_whole": "source = ''",
        "glossary_definition_fits": "definition = repeat('a', 401)",
    },
    "RelatedExclusion": {"related_exclusion_of_another": "other_id = article_id"},
    "Occupation": {
        "occupation_soc_shaped": "soc = '11-911'",
        "occupation_slug_shaped": "slug = 'A'",
        "occupation_title_clean": "title = E'a\\x03'",
        "occupation_not_its_own_group": "published_as_id = id",
    },
    "Wage": {
        **{
            f"wage_missing_{name}_explained": f"{name} = NULL"
            for name in ("employment", "mean", "p10", "p25", "median", "p75", "p90")
        },
        # Everything between the two is unknown, so that no neighbor's rule answers first.
        **{
            f"wage_{low}_not_above_{high}": ", ".join(
                [f"{low} = 2, {high} = 1", f"""reasons = '{{"{'": 0, "'.join(others)}": 0}}'"""]
                + [f"{other} = NULL" for other in others]
            )
            for index, low in enumerate(("p10", "p25", "median", "p75", "p90"))
            for high in ("p10", "p25", "median", "p75", "p90")[index + 1 :]
            for others in [[name for name in ("p10", "p25", "median", "p75", "p90") if name not in (low, high)]]
        },
    },
    "Projection": {
        "projection_looks_ahead": "base_year = target_year",
        **{
            f"projection_missing_{name}_explained": f"{name} = NULL"
            for name in ("employment_base", "employment_target", "change", "percent", "openings")
        },
    },
    "Article": {
        "article_slug_shaped": "slug = 'A'",
        "article_published_has_live_edition": "live_id = NULL",
        "article_draft_is_not_live": "draft_id = live_id",
    },
    "Edition": {
        "edition_has_a_title": "title = ''",
        "edition_title_clean": "title = U&'a\\202E'",
        "edition_what_changed_clean": "what_changed = E'a\\x07'",
        "edition_why_changed_clean": "why_changed = E'a\\x07'",
        "edition_stage_known": "stage = 'lost'",
        "edition_scheduled_has_a_moment": "stage = 'scheduled'",
        "edition_returned_says_why": "stage = 'returned'",
    },
    "Section": {"section_anchor_shaped": "anchor = 'A'", "section_has_a_heading": "heading = ''"},
    "Pathway": {"pathway_levels_known": "levels = '{kindergarten}'"},
    "Cell": {"cell_says_something": "text = '', figure = ''"},
    "ArticleLink": {
        "article_link_url_web_address": "article_id = NULL, url = 'mailto:x@example.org', label = 'x'",
        "article_link_leads_to_one_thing": "url = 'https://example.org/', label = 'x'",
    },
    "Citation": {"citation_url_web_address": "url = 'example.org'"},
}

# Unique constraints are attacked by inserting the ordinary row again; some need a change to the copy so
# that only this one is broken.
COPIES = {
    "user_email_unique_in_any_case": {"email": "upper(email)"},
    "release_once_per_source": {"state": "'superseded'"},
    "release_one_current_per_source": {"revision": "revision + 1"},
    "field_code_once_per_edition": {"slug": "slug || '-2'"},
    "field_slug_once_per_edition": {"cip": "'51.9999'"},
    "synonym_once_per_subject": {"text": "upper(text)"},
    "program_slug_once_per_school": {"name": "'Another'"},
    "program_one_federal_per_field_and_level": {"slug": "slug || '-2'"},
    "program_same_name_level_delivery_once": {"slug": "slug || '-2'", "name": "upper(name)"},
    "slug_never_reused": {"is_current": "false"},
    "slug_one_current_per_target": {"slug": "slug || '-2'"},
    "section_anchor_once": {"position": "position + 1"},
    "section_position_once": {"anchor": "anchor || '-2'"},
    "pathway_name_once": {"position": "position + 1"},
    "pathway_position_once": {"name": "name || '2'"},
    "attribute_label_once": {"position": "position + 1"},
    "attribute_position_once": {"label": "label || '2'"},
    "degree_option_once": {"position": "position + 1"},
    "degree_option_position_once": {"level": "'bachelor'"},
    "edition_occupation_once": {"position": "position + 1"},
    "edition_certification_once": {"position": "position + 1"},
    "edition_license_once": {"position": "position + 1"},
    "edition_setting_once": {"position": "position + 1"},
    "setting_name_once": {"slug": "slug || '-2'", "name": "upper(name)"},
    "glossary_term_once": {"slug": "slug || '-2'", "term": "upper(term)"},
}
# The second of two that share every column but one needs another row to point at.
ANOTHER = {
    "edition_occupation_position_once": ("occupation_id", lambda: factories.OccupationFactory(soc="29-1141").pk),
    "edition_license_position_once": ("license_id", lambda: factories.LicenseFactory().pk),
    "edition_setting_position_once": ("setting_id", lambda: factories.EmploymentSettingFactory().pk),
    "edition_certification_position_once": ("certification_id", lambda: factories.CertificationFactory().pk),
}


def ordinary(model: str):
    """A valid row of this model, with whatever it needs around it."""
    made = {
        "State": lambda: State.objects.get(code="MN"),
        "Area": lambda: Area.objects.get(code="MN"),
        "ContentVersion": lambda: apps.get_model("portal.ContentVersion").objects.get(),
        "ReleaseFile": lambda: ReleaseFile.objects.create(
            release=factories.ReleaseFactory(), name="a.csv", sha256="0" * 64, size=1
        ),
        "Upload": lambda: Upload.objects.create(command="import_wages", folder="0" * 32),
        "UploadedFile": lambda: UploadedFile.objects.create(
            upload=ordinary("Upload"), name="a.csv", sha256="0" * 64, size=1
        ),
        "AffectedPage": lambda: AffectedPage.objects.create(
            release=factories.ReleaseFactory(), kind="article", path="/careers/a/", name="A", how="changes"
        ),
        "ReRead": lambda: ReRead.objects.create(
            article=factories.ArticleFactory(), release=factories.ReleaseFactory(), why="It moved."
        ),
        "StarterLoad": lambda: StarterLoad.objects.create(sha256="0" * 64),
        "Zip": lambda: Zip.objects.create(
            release=factories.ReleaseFactory(), zip="55455", latitude=44.97, longitude=-93.23
        ),
        "ProblemReport": lambda: ProblemReport.objects.create(path="/programs/", message="Wrong."),
        "JobNote": lambda: JobNote.objects.create(job_id=1, words="Reading", changed_at=timezone.now()),
        "QueueLength": lambda: QueueLength.objects.create(day="2026-11-25", queue="drafts", count=1),
        "SenderCount": lambda: SenderCount.objects.create(sender="0" * 64, hour=timezone.now()),
        "LinkGathering": lambda: LinkGathering.objects.get(),
        "HostVisit": lambda: HostVisit.objects.create(host="a.example", visited_at=timezone.now()),
        "Slug": lambda: Slug.objects.get(kind="school", target=factories.SchoolFactory().pk),
        "FieldRecord": lambda: FieldRecord.objects.create(
            release=factories.ReleaseFactory(), cip="51.0701", title="A", is_current_code=True
        ),
        "SubjectField": lambda: SubjectField.objects.create(
            subject=factories.SubjectFactory(), field_of_study=factories.FieldOfStudyFactory()
        ),
        "SubjectSynonym": lambda: SubjectSynonym.objects.create(subject=factories.SubjectFactory(), text="Mha"),
        "SchoolRecord": lambda: factories.SchoolFactory().records.get(),
        "SchoolOutcome": lambda: SchoolOutcome.objects.create(
            release=factories.ReleaseFactory(), school=factories.SchoolFactory(), measure="hcm2", value=1
        ),
        "DistanceOffer": lambda: DistanceOffer.objects.create(
            release=factories.ReleaseFactory(),
            school=factories.SchoolFactory(),
            field_of_study=factories.FieldOfStudyFactory(),
            level="master",
            programs=2,
            fully=1,
        ),
        "Accreditation": lambda: Accreditation.objects.create(
            accreditor=factories.AccreditorFactory(), school=factories.SchoolFactory()
        ),
        "CrosswalkPair": lambda: CrosswalkPair.objects.create(
            release=factories.ReleaseFactory(),
            occupation=factories.OccupationFactory(),
            field_of_study=factories.FieldOfStudyFactory(),
        ),
        "ArticleChange": lambda: ArticleChange.objects.create(
            article=factories.ArticleFactory(), made_on="2026-11-25", what="Other words."
        ),
        "EligibilityGroup": lambda: EligibilityGroup.objects.create(
            certification=factories.CertificationFactory(), label="Experience"
        ),
        "EligibilityRoute": lambda: EligibilityRoute.objects.create(group=ordinary("EligibilityGroup"), text="A year"),
        "EditionOccupation": lambda: EditionOccupation.objects.create(
            edition=factories.EditionFactory(), occupation=factories.OccupationFactory()
        ),
        "EditionCertification": lambda: EditionCertification.objects.create(
            edition=factories.EditionFactory(), certification=factories.CertificationFactory()
        ),
        "EditionLicense": lambda: factories.EditionFactory().edition_licenses.create(
            license=factories.LicenseFactory()
        ),
        "EditionSetting": lambda: factories.EditionFactory().edition_settings.create(
            setting=factories.EmploymentSettingFactory()
        ),
        "ArticleTopic": lambda: factories.ArticleFactory().article_topics.create(topic=factories.TopicFactory()),
        "RelatedExclusion": lambda: factories.ArticleFactory().exclusions.create(other=factories.ArticleFactory()),
        "Attribute": lambda: Attribute.objects.create(edition=factories.EditionFactory(), label="Pay"),
        "Cell": lambda: cell_of_one_edition(),
        "DegreeOption": lambda: DegreeOption.objects.create(
            edition=factories.EditionFactory(), subject=factories.SubjectFactory(), label="A degree"
        ),
        "ArticleLink": lambda: ArticleLink.objects.create(
            edition=factories.EditionFactory(), article=factories.ArticleFactory()
        ),
    }
    return made.get(model, lambda: getattr(factories, f"{model}Factory")())()


def cell_of_one_edition():
    pathway = factories.PathwayFactory()
    attribute = Attribute.objects.create(edition=pathway.edition, label="Pay")
    return Cell.objects.create(pathway=pathway, attribute=attribute, text="A lot")


def our_models():
    return [
        model
        for label in ("portal", "schools", "careers")
        for model in apps.get_app_config(label).get_models()
        if not model.__name__.endswith("Event")
    ]


def constraints():
    return [
        pytest.param(model, constraint, id=constraint.name)
        for model in our_models()
        for constraint in model._meta.constraints
    ]


@pytest.mark.parametrize(("model", "constraint"), constraints())
def test_the_database_refuses_what_must_never_be_false(model, constraint):
    row = ordinary(model.__name__)
    if constraint.name == "program_one_federal_per_field_and_level":
        model.objects.filter(pk=row.pk).update(origin="federal")
    if constraint.name == "eligibility_group_license_position_once":
        row = factories.LicenseFactory().groups.create(label="Exam")
    attack = ATTACKS.get(model.__name__, {}).get(constraint.name)
    if attack:
        sql = f'UPDATE {model._meta.db_table} SET {attack} WHERE "{model._meta.pk.column}" = %s'
    else:
        assert not hasattr(constraint, "condition") or hasattr(constraint, "fields"), "write an attack for it"
        changed = dict(COPIES.get(constraint.name, {}))
        if constraint.name in ANOTHER:
            column, other = ANOTHER[constraint.name]
            changed[column] = str(other())
        columns = [field.column for field in model._meta.local_concrete_fields if not field.primary_key]
        values = [changed.get(column, f'"{column}"') for column in columns]
        quoted = ", ".join(f'"{column}"' for column in columns)
        sql = (
            f"INSERT INTO {model._meta.db_table} ({quoted}) SELECT {', '.join(values)} "
            f'FROM {model._meta.db_table} WHERE "{model._meta.pk.column}" = %s'
        )
    assert constraint.name in refused(sql, [row.pk])


def refused(sql, params=()):
    """What the database says when it refuses this, at once or at commit."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        commit(sql, params)
    return str(caught.value)


def commit(sql, params=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM careers_citation",
        "UPDATE careers_edition SET summary = ' '",
        "UPDATE careers_edition SET author = ''",
    ],
)
def test_a_published_article_cannot_lose_its_source_summary_or_author(sql):
    factories.ArticleFactory()
    assert "needs a live edition" in refused(sql)


def test_an_unpublished_article_may_be_incomplete():
    factories.ArticleFactory(published_at=None)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM careers_citation")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_article_cannot_go_live_with_the_edition_of_another():
    mine, other = factories.ArticleFactory(), factories.ArticleFactory(published_at=None)
    sql = "UPDATE careers_article SET live_id = NULL WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [other.pk])
    assert "of its own" in refused("UPDATE careers_article SET live_id = %s WHERE id = %s", [other.live_id, mine.pk])


def test_an_accreditation_cannot_name_a_program_of_another_school():
    accreditation, program = ordinary("Accreditation"), factories.ProgramFactory()
    sql = "UPDATE schools_accreditation SET program_id = %s WHERE id = %s"
    assert "another school" in refused(sql, [program.pk, accreditation.pk])


def test_a_cell_cannot_join_two_editions():
    cell, stranger = cell_of_one_edition(), ordinary("Attribute")
    assert "two editions" in refused("UPDATE careers_cell SET attribute_id = %s WHERE id = %s", [stranger.pk, cell.pk])


def test_a_degree_option_cannot_name_a_pathway_of_another_edition():
    option, stranger = ordinary("DegreeOption"), factories.PathwayFactory()
    sql = "UPDATE careers_degreeoption SET pathway_id = %s WHERE id = %s"
    assert "another edition" in refused(sql, [stranger.pk, option.pk])


def test_a_school_with_programs_cannot_be_deleted():
    program = factories.ProgramFactory()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM schools_schoollisting")
        cursor.execute("DELETE FROM schools_schoolrecord")
    assert '"schools_program"' in refused("DELETE FROM schools_school WHERE id = %s", [program.school_id])


def test_an_address_once_used_by_one_school_is_never_given_to_another():
    first, second = factories.SchoolFactory(slug="first-example"), factories.SchoolFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE schools_school SET slug = 'renamed-example' WHERE id = %s", [first.pk])
    assert "slug_never_reused" in refused("UPDATE schools_school SET slug = 'first-example' WHERE id = %s", [second.pk])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE schools_school SET slug = 'first-example' WHERE id = %s", [first.pk])
    assert Slug.objects.get(kind="school", target=first.pk, is_current=True).slug == "first-example"
    assert Slug.objects.filter(kind="school", target=first.pk).count() == 2
