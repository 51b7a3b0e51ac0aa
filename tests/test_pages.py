"""Every address of the portal × every visitor × every method.

An address that is missing here fails the suite: add it to PUBLIC with an example, or to the
admin's table with what editors may do.
"""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from portal import editors
from portal.middleware import HEADERS
from portal.models import ProblemReport
from tests.factories import (
    ArticleFactory,
    CertificationFactory,
    EmploymentSettingFactory,
    LicenseFactory,
    OccupationFactory,
    OccupationFieldFactory,
    ProgramFactory,
    SchoolFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

# name of the address: (arguments of an example, status of GET)
PUBLIC = {
    "home": ([], 200),
    "search": ([], 200),
    "search_suggestions": ([], 200),
    "about": ([], 200),
    "how_we_check": ([], 200),
    "privacy": ([], 200),
    "accessibility": ([], 200),
    "contact": ([], 200),
    "careers:article_list": ([], 200),
    "careers:article_detail": (["an-article"], 200),
    "careers:occupation_list": ([], 200),
    "careers:occupation_detail": (["an-occupation"], 200),
    "careers:certification_list": ([], 200),
    "careers:certification_detail": (["a-certification"], 200),
    "careers:license_list": ([], 200),
    "careers:license_detail": (["a-license"], 200),
    "careers:setting_list": ([], 200),
    "careers:setting_detail": (["some-places"], 200),
    "careers:glossary": ([], 200),
    "schools:program_list": ([], 200),
    "schools:school_programs": (["a-school"], 301),
    "schools:program_detail": (["a-school", "a-program"], 200),
    "schools:school_list": ([], 200),
    "schools:school_detail": (["a-school"], 200),
    "schools:for_schools": ([], 200),
    "healthz": ([], 200),
    "readyz": ([], 200),
    "robots": ([], 200),
    "sitemap": ([], 200),
    "article_feed": ([], 200),
    "security_txt": ([], 200),
    "change_password": ([], 302),
}
# Where anybody acts without an account: what these answer is for whoever asked, and no cache keeps it.
OPEN = {
    "report": ([], 200),
    "report_sent": (["0" * 32], 200),
}
# Pages that read the shortlist cookie, so that no cache may hold them; and the methods each answers.
ON_THIS_DEVICE = {"schools:shortlist": "GET, HEAD, POST", "schools:compare": "GET, HEAD"}
# Pages behind a signed link: no cache may hold them, and without the right signature they are not there.
BY_LINK = {"careers:preview": (["nonsense"], 404)}
# Accounts: arguments, and the statuses of a GET by (nobody, somebody who signed in, a superuser).
ACCOUNTS = {
    "account_change_password": ([], (302, 200, 200)),
    "account_confirm_email": (["x"], (200, 200, 200)),
    "account_confirm_login_code": ([], (302, 302, 302)),
    "account_email": ([], (302, 200, 200)),
    "account_email_verification_sent": ([], (200, 200, 200)),
    "account_inactive": ([], (200, 200, 200)),
    "account_login": ([], (200, 302, 302)),
    "account_logout": ([], (302, 200, 200)),
    "account_reauthenticate": ([], (302, 200, 200)),
    "account_reset_password": ([], (200, 200, 200)),
    "account_reset_password_done": ([], (200, 200, 200)),
    "account_reset_password_from_key": (["x", "y"], (200, 200, 200)),
    "account_reset_password_from_key_done": ([], (200, 200, 200)),
    "account_set_password": ([], (302, 302, 302)),
    "account_signup": ([], (200, 302, 302)),
    "mfa_activate_totp": ([], (302, 302, 302)),
    "mfa_add_webauthn": ([], (302, 302, 302)),
    "mfa_authenticate": ([], (302, 302, 302)),
    "mfa_deactivate_totp": ([], (302, 404, 404)),
    "mfa_download_recovery_codes": ([], (302, 404, 404)),
    "mfa_edit_webauthn": ([0], (302, 302, 302)),
    "mfa_generate_recovery_codes": ([], (302, 302, 302)),
    "mfa_index": ([], (302, 200, 200)),
    "mfa_list_webauthn": ([], (302, 200, 200)),
    "mfa_login_webauthn": ([], (302, 302, 302)),
    "mfa_reauthenticate": ([], (302, 302, 302)),
    "mfa_reauthenticate_webauthn": ([], (302, 302, 302)),
    "mfa_remove_webauthn": ([0], (302, 302, 302)),
    "mfa_view_recovery_codes": ([], (302, 404, 404)),
    "usersessions_list": ([], (302, 200, 200)),
    "schools:workspace": ([], (302, 200, 200)),
    "schools:find_school": ([], (302, 200, 200)),
    "schools:claim_school": (["a-school"], (302, 200, 200)),
    "schools:withdraw_claim": ([0], (405, 405, 405)),
    "schools:leave_school": ([0], (405, 405, 405)),
}
PAGED = ["careers:article_list", "careers:occupation_list", "schools:program_list", "schools:school_list", "search"]
NOT_HERE = {
    "careers:certification_detail": ["a-draft"],
    "careers:license_detail": ["a-draft"],
    "careers:setting_detail": ["a-draft"],
    "careers:article_detail": ["a-draft"],
    "careers:occupation_detail": ["a-draft"],
    "schools:school_detail": ["a-draft"],
    "schools:school_programs": ["a-draft"],
    "schools:program_detail": ["a-school", "a-draft"],
}

# What may be done to the rows of a model at the editors' desk: (list, add, change, delete), each the
# statuses of a GET by (nobody, an editor, a superuser). The row asked for does not exist: "elsewhere"
# is where the admin sends somebody who may ask, "no" is a refusal.
LOGIN, YES, NO, ELSEWHERE = 302, 200, 403, 302
EDITORS, SUPERUSERS, NOBODY = (LOGIN, YES, YES), (LOGIN, NO, YES), (LOGIN, NO, NO)
ROW = {EDITORS: (LOGIN, ELSEWHERE, ELSEWHERE), SUPERUSERS: (LOGIN, NO, ELSEWHERE), NOBODY: NOBODY}
ADMIN = {
    "accounts": (
        (SUPERUSERS, SUPERUSERS, SUPERUSERS, SUPERUSERS),
        ["auth_group", "portal_user"],
    ),
    "words that may go": (
        (EDITORS, EDITORS, EDITORS, EDITORS),
        [
            "schools_accreditor",
            "schools_accreditation",
            "schools_subject",
            "careers_certification",
            "careers_license",
            "careers_employmentsetting",
            "careers_topic",
            "careers_glossaryterm",
        ],
    ),
    "words that stay, because addresses and history hang from them": (
        (EDITORS, EDITORS, EDITORS, NOBODY),
        ["schools_school", "schools_program", "careers_article", "portal_upload"],
    ),
    "rows that come from elsewhere and carry a few words of ours": (
        (EDITORS, NOBODY, EDITORS, NOBODY),
        [
            "portal_problemreport",
            "portal_source",
            "schools_fieldofstudy",
            "careers_edition",
            "careers_occupation",
            "careers_occupationfield",
        ],
    ),
    "facts, to look at": (
        (EDITORS, NOBODY, EDITORS, NOBODY),
        [
            "portal_release",
            "portal_releasefile",
            "portal_importissue",
            "careers_reread",
            "portal_state",
            "portal_area",
            "portal_zip",
            "portal_slug",
            "portal_contentversion",
            "portal_starterload",
            "procrastinate_procrastinatejob",
            "portal_sendercount",
            "portal_queuelength",
            "portal_outboundlink",
            "portal_linkgathering",
            "portal_letter",
            "schools_claim",
            "schools_membership",
            "portal_hostvisit",
            "schools_fieldrecord",
            "schools_schoolrecord",
            "schools_completions",
            "schools_accreditationrecord",
            "schools_distanceoffer",
            "schools_publishedprice",
            "schools_schooloutcome",
            "schools_schoollisting",
            "schools_programlisting",
            "careers_wage",
            "careers_projection",
            "careers_crosswalkpair",
        ],
    ),
}
# The rest of the admin: arguments, and the statuses of a GET by (nobody, an editor, a superuser).
ADMIN_PAGES = {
    "index": ([], (302, 200, 200)),
    "login": ([], (200, 302, 302)),
    "logout": ([], (302, 405, 405)),
    "password_change": ([], (302, 200, 200)),
    "password_change_done": ([], (302, 200, 200)),
    "autocomplete": ([], (302, 403, 403)),
    "jsi18n": ([], (302, 200, 200)),
    "view_on_site": (["0", "0"], (302, 404, 404)),
    "app_list": (["schools"], (302, 200, 200)),
    "auth_user_password_change": ([0], (302, 403, 404)),
    "procrastinate_procrastinatejob_again": (["0"], (302, 405, 405)),
    "portal_release_promote": (["0"], (302, 404, 404)),
    "portal_release_take_back": (["0"], (302, 404, 404)),
    "portal_release_throw_away": (["0"], (302, 404, 404)),
    "portal_release_rehearse": (["0"], (302, 405, 405)),
    "portal_release_rows": (["0"], (302, 404, 404)),
    "portal_release_pages": (["0"], (302, 404, 404)),
    "portal_outboundlink_again": (["0"], (302, 405, 405)),
    "portal_outboundlink_fine": (["0"], (302, 405, 405)),
    "portal_outboundlink_take_back": (["0"], (302, 405, 405)),
    "careers_article_start_draft": (["0"], (302, 405, 405)),
    "schools_claim_approve": (["0"], (302, 405, 405)),
    "schools_claim_decline": (["0"], (302, 405, 405)),
    "schools_membership_end": (["0"], (302, 405, 405)),
    "careers_article_review": (["0"], (302, 404, 404)),
    "careers_article_hand_in": (["0"], (302, 405, 405)),
    "careers_article_take_back": (["0"], (302, 405, 405)),
    "careers_article_send_back": (["0"], (302, 405, 405)),
    "careers_article_schedule": (["0"], (302, 405, 405)),
    "careers_article_publish": (["0"], (302, 405, 405)),
    "careers_article_take_down": (["0"], (302, 405, 405)),
    "careers_article_put_back": (["0"], (302, 405, 405)),
    "careers_edition_figures": ([], (302, 200, 200)),
    "careers_edition_restore": (["0"], (302, 405, 405)),
}
ACTIONS = ["changelist", "add", "change", "delete"]


def names(patterns=None, namespace=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:  # two of the admin's have none: a redirect of old addresses, and its own 404
                yield namespace + pattern.name
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern.url_patterns, namespace + inner)


def test_every_address_stands_in_a_table():
    listed = set(PUBLIC) | set(ON_THIS_DEVICE) | set(OPEN) | set(BY_LINK) | set(ACCOUNTS)
    listed |= {f"admin:{name}" for name in ADMIN_PAGES}
    for _, models in ADMIN.values():
        listed |= {f"admin:{model}_{action}" for model in models for action in [*ACTIONS, "history"]}
    assert set(names()) == listed


def test_every_model_at_the_desk_stands_in_the_table():
    registered = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert registered == {model for _, models in ADMIN.values() for model in models}


@pytest.fixture
def world():
    """One published thing of each kind, and beside each an unpublished one that nobody may meet."""
    school = SchoolFactory(slug="a-school")
    ProgramFactory(school=school, slug="a-program")
    ProgramFactory(school=school, slug="a-draft", published_at=None, name="Canary program")
    ProgramFactory(school=SchoolFactory(slug="a-draft", published_at=None, name_override="Canary school"))
    OccupationFieldFactory(occupation=OccupationFactory(slug="an-occupation"))
    OccupationFactory(soc="29-9021", slug="a-draft", title="Canary occupation", published_at=None)
    live = ArticleFactory(slug="an-article").live
    live.edition_certifications.create(certification=CertificationFactory(slug="a-certification"))
    live.edition_licenses.create(license=LicenseFactory(slug="a-license"))
    live.edition_settings.create(setting=EmploymentSettingFactory(slug="some-places"))
    hidden = ArticleFactory(slug="a-draft", published_at=None, edition__title="Canary article").live
    hidden.edition_certifications.create(certification=CertificationFactory(slug="a-draft", name="Canary certified"))
    hidden.edition_licenses.create(license=LicenseFactory(slug="a-draft", name="Canary license"))
    hidden.edition_settings.create(setting=EmploymentSettingFactory(slug="a-draft", name="canary places"))
    ProblemReport.objects.create(message="Canary report", token="0" * 32)


@pytest.fixture
def visitors(world):
    """Nobody in particular, an editor, a superuser."""
    found = [Client(), Client(), Client()]
    person = UserFactory(is_staff=True)
    person.groups.add(editors.group())
    found[1].force_login(person)
    found[2].force_login(UserFactory(is_staff=True, is_superuser=True))
    return found


def address(name):
    return reverse(name, args=(PUBLIC | OPEN | BY_LINK).get(name, [[]])[0])


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_is_the_same_for_everybody_and_only_looked_at(name, visitors):
    url, status = address(name), PUBLIC[name][1]
    answers = [visitor.get(url) for visitor in visitors]
    answers.append(Client(headers={"HX-Request": "true", "Cookie": "shortlist=1.2"}).get(url))
    assert [answer.status_code for answer in answers] == [status] * 4
    assert len({answer.content for answer in answers}) == 1, "the same bytes for everybody"
    for answer in answers:
        assert not answer.cookies
        assert "cookie" not in answer.get("Vary", "").lower()
        assert answer["Cache-Control"] in ("public, max-age=0, s-maxage=30, stale-while-revalidate=30", "no-store")
        assert b"Canary" not in answer.content, "what is not published shows nowhere"
        assert {header: answer[header] for header in HEADERS} == HEADERS
    head = visitors[0].head(url)
    assert (head.status_code, head.content) == (status, b"")
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"):
        refused = visitors[2].generic(method, url)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("name", OPEN)
def test_a_page_where_anybody_acts_takes_a_form_from_this_site_and_is_kept_by_nobody(name, visitors):
    url, status = address(name), OPEN[name][1]
    for visitor in visitors:
        answer = visitor.get(url)
        assert answer.status_code == status
        assert answer["Cache-Control"] == "private, no-store"
        assert b"Canary" not in answer.content
        assert {header: answer[header] for header in HEADERS} == HEADERS
        assert not answer.cookies
    assert visitors[0].post(url, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"):
        refused = visitors[2].generic(method, url)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("name", ON_THIS_DEVICE)
def test_a_page_of_this_device_is_the_same_for_everybody_with_the_same_shortlist(name, visitors):
    url = reverse(name)
    answers = [visitor.get(url) for visitor in visitors]
    answers.append(Client(headers={"HX-Request": "true"}).get(url))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        assert not answer.cookies
        assert answer["Cache-Control"] == "private, no-store"
        assert {header: answer[header] for header in HEADERS} == HEADERS
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"):
        refused = visitors[2].generic(method, url)
        assert (refused.status_code, refused["Allow"]) == (405, ON_THIS_DEVICE[name])


@pytest.mark.parametrize("name", BY_LINK)
def test_a_page_behind_a_link_is_not_there_without_it_and_kept_by_nobody(name, visitors):
    for visitor in visitors:
        answer = visitor.get(address(name))
        assert answer.status_code == BY_LINK[name][1]
        assert answer["Cache-Control"] == "private, no-store"
        assert not answer.cookies
        assert b"Canary" not in answer.content
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"):
        refused = visitors[2].generic(method, address(name))
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_page_of_an_account_is_its_owners_and_kept_by_nobody(name, visitors):
    arguments, statuses = ACCOUNTS[name]
    for visitor, status in zip(visitors, statuses, strict=True):
        answer = visitor.get(reverse(name, args=arguments))
        assert answer.status_code == status
        assert "no-store" in answer["Cache-Control"]
        assert {header: answer[header] for header in HEADERS} == HEADERS
        assert b"Canary" not in answer.content


@pytest.mark.parametrize("name", NOT_HERE)
def test_what_is_not_published_is_not_there_for_anybody(name, visitors):
    for visitor in visitors:
        answer = visitor.get(reverse(name, args=NOT_HERE[name]))
        assert answer.status_code in (404, 410)
        assert b"Canary" not in answer.content


@pytest.mark.parametrize("junk", ["%00", "%ff", "%ed%a0%80", "%1b", "%7f"])
@pytest.mark.parametrize("name", [*PUBLIC, *OPEN, *ON_THIS_DEVICE, *BY_LINK])
def test_junk_bytes_are_a_bad_request(name, junk, client, world):
    """IN-1: in the path, in a value, in a name."""
    url = address(name)
    for broken in (
        f"{url}{junk}",
        f"{url}?q={junk}",
        f"{url}?page={junk}",
        f"{url}?{junk}=1",
        f"{url}?a=b&state=a{junk}b",
    ):
        answer = client.get(broken)
        assert answer.status_code == 400, broken
        assert {header: answer[header] for header in HEADERS} == HEADERS


@pytest.mark.parametrize("page", ["abc", "0", "-1", "1e3", "٣", str(10**23), "", "1&page=2", "%20", "1.5", "NaN"])
@pytest.mark.parametrize("name", PAGED)
def test_any_page_number_is_some_page(name, page, client, world):
    """IN-2: the nearest page there is, never an error."""
    answer = client.get(f"{address(name)}?page={page}")
    assert answer.status_code in (200, 301, 302)


@pytest.mark.parametrize(
    "value", [str(2**31), str(2**63), "9" * 200, "-9999999999", "NaN", "Infinity", "1e400", "0x10", "%E2%80%AE"]
)
@pytest.mark.parametrize("name", PAGED)
def test_nonsense_in_any_filter_is_dropped(name, value, client, world):
    """IN-3, IN-5, IN-9: no value and no name is an error."""
    known = ["q", "subject", "field", "occupation", "level", "delivery", "state", "control", "tuition_max", "near"]
    query = "&".join(f"{key}={value}" for key in [*known, "radius", "sort", "schools", "unheard_of"])
    assert client.get(f"{address(name)}?{query}").status_code == 200
    assert client.get(f"{address(name)}?sort=school__rep__email&fields=&order_by=password").status_code == 200


@pytest.mark.parametrize("name", PAGED)
def test_a_very_long_address_is_refused_at_once(name, client, world):
    """IN-4: ten thousand parameters, a long search; nothing behind the gate reads them."""
    for query in ("a=b&" * 10_000, "q=" + "x" * 50_000, "&" * 5_000):
        assert client.get(f"{address(name)}?{query}").status_code == 414
    assert client.get(f"/{'x' * 2_000}/").status_code == 414
    assert client.get(f"{address(name)}?q={'long ' * 400}").status_code == 200


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_a_page_of_the_desk_is_for_whom_it_says(name, visitors):
    args, expected = ADMIN_PAGES[name]
    url = reverse(
        f"admin:{name}",
        kwargs={"app_label": args[0]} if name == "app_list" else None,
        args=None if name == "app_list" else args,
    )
    private(visitors, url, expected)


@pytest.mark.parametrize(
    ("rights", "model"), [(rights, model) for rights, models in ADMIN.values() for model in models]
)
def test_the_rows_of_a_model_are_for_whom_the_table_says(rights, model, visitors):
    for action, right in zip(ACTIONS, rights, strict=True):
        about_a_row = action in ("change", "delete")
        url = reverse(f"admin:{model}_{action}", args=["0"] if about_a_row else [])
        private(visitors, url, ROW[right] if about_a_row else right)
    private(visitors, reverse(f"admin:{model}_history", args=["0"]), (LOGIN, ELSEWHERE, ELSEWHERE))


def private(visitors, url, expected):
    answers = [visitor.get(url) for visitor in visitors]
    assert tuple(answer.status_code for answer in answers) == expected, url
    for answer in answers:
        assert answer["Cache-Control"] == "private, no-store"
        assert {header: answer[header] for header in HEADERS} == HEADERS
        assert b"style=" not in answer.content
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "BREW"):
        refused = visitors[2].generic(method, url)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, POST")


def test_the_desk_ignores_a_post_without_its_token(world):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert strict.post(reverse("admin:schools_school_add"), {"slug": "taken"}).status_code == 403
