"""Accounts: signing up, confirming an address, signing in, forgetting a password, and the second factor of staff."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import editors
from portal.admin.page_states import OPENED
from portal.models import Letter, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
NEW = "another horse, another battery"


@pytest.fixture(autouse=True)
def door(settings):
    settings.SIGN_UP_OPEN = True
    settings.SITE_URL = "https://portal.example"
    cache.clear()


@pytest.fixture
def person():
    return somebody()


def somebody(**facts):
    user = UserFactory(password=PASSWORD, **facts)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def hidden(page):
    return dict(re.findall(r'<input type="hidden" name="(opened)" value="([^"]*)"', page))


def sign_up(client, email, seconds=5, **more):
    form = hidden(client.get(reverse("account_signup")).content.decode())
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
        sent = form | {"email": email, "name": "Some Body", "password1": PASSWORD, "website": ""} | more
        return client.post(reverse("account_signup"), sent)


def sign_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def link_in(letter):
    return re.search(r"https://portal\.example(/\S+)", letter.text)[1]


def test_signing_up_looks_the_same_whether_or_not_there_is_an_account(client, person):
    """AU-1: only the letter says it, and only its owner reads that."""
    answers = [sign_up(Client(), email) for email in ("new@school.example", person.email)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, reverse("account_email_verification_sent"))
    ] * 2
    letters = {letter.to: letter for letter in Letter.objects.all()}
    assert letters["new@school.example"].kind == "email_confirmation_signup"
    assert letters[person.email].kind == "account_already_exists"
    assert User.objects.count() == 2
    assert User.objects.get(email="new@school.example").name == "Some Body"


def test_an_address_is_confirmed_by_a_button_and_not_by_looking_at_the_link(client):
    """AU-3: scanners of mail follow links."""
    sign_up(client, "new@school.example")
    link = link_in(Letter.objects.get())
    address = EmailAddress.objects.get()
    for _ in range(2):
        page = Client().get(link)
        assert "Is new@school.example yours?" in page.content.decode()
        address.refresh_from_db()
        assert not address.verified
    sign_in(client, "new@school.example")
    assert not is_signed_in(client), "not before the address is confirmed"
    assert Client().post(link).status_code == 302
    address.refresh_from_db()
    assert address.verified
    assert "This link works no more" in Client().get(link).content.decode()
    other = Client()
    sign_in(other, "New@School.example")
    assert is_signed_in(other)


def test_a_link_is_dead_after_a_day_and_names_the_configured_site(client):
    sign_up(client, "new@school.example")
    letter = Letter.objects.get()
    assert "testserver" not in letter.text
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=5)):
        assert "This link works no more" in Client().get(link_in(letter)).content.decode()
        Client().post(link_in(letter))
    assert not EmailAddress.objects.get().verified


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"website": "https://spam.example"}, "marked to be left empty"),
        ({"seconds": 0}, "quicker than anybody types"),
        ({"opened": "made-up"}, "quicker than anybody types"),
        ({"name": "Buy at https://spam.example"}, "without a web address"),
        ({"password1": "password1234"}, "too common"),
        ({"password1": "short"}, "at least 12"),
    ],
)
def test_what_is_wrong_with_a_sign_up_is_said_and_nothing_else_is_lost(client, facts, words):
    answer = sign_up(client, "new@school.example", **facts)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert 'value="new@school.example"' in page
    assert not User.objects.exists()
    assert not Letter.objects.exists()


def test_nobody_signs_up_while_the_door_is_closed(client, settings):
    settings.SIGN_UP_OPEN = False
    assert "cannot sign up here yet" in client.get(reverse("account_signup")).content.decode()
    client.post(reverse("account_signup"), {"email": "new@school.example", "password1": PASSWORD})
    assert not User.objects.exists()


def test_an_address_is_not_buried_in_letters_by_strangers(client, person):
    """AU-14: three in six hours, whichever form causes them."""
    for _ in range(3):
        sign_up(Client(), person.email)
        Client().post(reverse("account_reset_password"), {"email": person.email})
    assert Letter.objects.filter(to=person.email).count() == 3


def test_a_guessed_password_is_refused_for_a_while_the_right_one_too(client, person):
    """AU-2: counted in the database, for the account."""
    for attempt in range(10):
        assert sign_in(client, person.email, f"wrong {attempt} password").status_code == 200
    refused = Client()
    answer = sign_in(refused, person.email)
    assert not is_signed_in(refused)
    assert "Too many failed" in answer.content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        later = Client()
        sign_in(later, person.email)
        assert is_signed_in(later)


def test_a_forgotten_password_is_chosen_anew_once_and_told_by_mail(client, person):
    signed_in = Client()
    sign_in(signed_in, person.email)
    assert is_signed_in(signed_in)
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in (person.email, "nobody@school.example")
    ]
    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1
    assert Letter.objects.get(to="nobody@school.example").kind == "unknown_account"
    link = link_in(Letter.objects.get(to=person.email))
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert Letter.objects.filter(to=person.email, kind="password_reset").count() == 1
    again = Client().get(link, follow=True).content.decode()
    assert "password1" not in again, "used up"
    assert signed_in.get(reverse("account_email")).status_code == 302, "other sessions have ended"


@pytest.mark.parametrize("onward", ["//evil.example", "https:evil.example", "/\\evil.example", "https://evil.example"])
def test_signing_in_leads_nowhere_else(client, person, onward):
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD, "next": onward})
    assert answer["Location"] == reverse("schools:workspace")


# The second factor of staff ---------------------------------------------------------------------------


def code_for(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


@pytest.fixture
def staff(settings):
    settings.STAFF_SECOND_FACTOR = True
    user = somebody(is_staff=True, email="editor@example.com")
    user.groups.add(editors.group())
    return user


def test_staff_reach_the_desk_only_with_a_second_factor(client, staff):
    """AU-10: a password leads to the page where one is added, and no further."""
    at_the_door = client.get("/admin/", follow=True)
    assert at_the_door.redirect_chain[-1][0] == f"{reverse('account_login')}?next=%2Fadmin%2F"
    sign_in(client, staff.email)
    turned_away = client.get("/admin/", follow=True)
    assert turned_away.redirect_chain[-1][0] == reverse("mfa_index")
    assert "The desk asks for a second factor" in turned_away.content.decode()
    assert client.get(reverse("admin:portal_source_changelist")).status_code == 302

    secret = generate_totp_secret()
    TOTP.activate(staff, secret)
    assert secret not in str(Authenticator.objects.get().data), "a copy of the database opens nothing"
    asked = client.get("/admin/", follow=True)
    assert asked.redirect_chain[-1][0].startswith(reverse("mfa_reauthenticate"))

    fresh = Client()
    answer = sign_in(fresh, staff.email)
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert fresh.get("/admin/").status_code == 302
    code = code_for(secret)
    assert fresh.post(reverse("mfa_authenticate"), {"code": code})["Location"] == "/admin/"
    assert fresh.get("/admin/").status_code == 200
    other = Client()
    sign_in(other, staff.email)
    assert "Location" not in other.post(reverse("mfa_authenticate"), {"code": code}), "no code works twice"


def test_who_is_no_staff_is_not_asked_to_become_it(client, staff):
    person = somebody()
    sign_in(client, person.email)
    assert client.get("/admin/", follow=True).status_code == 403


def test_the_session_that_ended_while_typing_asks_for_the_code_too(client, staff):
    secret = generate_totp_secret()
    TOTP.activate(staff, secret)
    page = {"name": "Typed for an hour"}
    asked = client.post(reverse("admin:schools_subject_add"), page | {OPENED: "x"})
    assert asked.status_code == 403
    assert "Code of your app" in asked.content.decode()
    assert "Typed for an hour" in asked.content.decode()
    who = {"sign-in-username": staff.email, "sign-in-password": PASSWORD}
    wrong = client.post(reverse("admin:schools_subject_add"), page | who | {OPENED: "x", "sign-in-code": "000000"})
    assert wrong.status_code == 403
    assert not is_signed_in(client)
    client.post(reverse("admin:schools_subject_add"), page | who | {OPENED: "x", "sign-in-code": code_for(secret)})
    assert is_signed_in(client)
    assert client.get("/admin/").status_code == 200


def test_how_long_signing_in_takes_says_nothing_of_who_has_an_account(person):
    """AU-1: the password is hashed for addresses without an account as well."""

    def seconds(email):
        started = time.perf_counter()
        sign_in(Client(), email, "a wrong password here")
        return time.perf_counter() - started

    known, unknown = (min(seconds(email) for _ in range(4)) for email in (person.email, "nobody@school.example"))
    assert abs(known - unknown) < 0.05


@pytest.mark.parametrize("where", ["/admin/login/", "on the spot"])
def test_guesses_at_the_desks_doors_are_counted_too(client, settings, where):
    """AU-2: also where a session ended while somebody typed."""
    settings.STAFF_SECOND_FACTOR = False
    staff = somebody(is_staff=True, is_superuser=True)
    address, begins = (where, "") if where.startswith("/") else (reverse("admin:schools_subject_add"), "sign-in-")

    def guess(password):
        return client.post(address, {OPENED: "x", f"{begins}username": staff.email, f"{begins}password": password})

    for attempt in range(10):
        assert not is_signed_in(client)
        guess(f"wrong {attempt} password")
    assert "Too many failed" in guess(PASSWORD).content.decode()
    assert not is_signed_in(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        guess(PASSWORD)
        assert "_auth_user_id" in client.session
