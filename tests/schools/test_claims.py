"""Claiming a school: who may ask, what editors see, who is told, and that an end counts at once."""

import re
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.urls import reverse

from portal import editors
from portal.models import Letter
from schools import claims
from schools.models import Claim, Membership, School
from tests.factories import ClaimFactory, MembershipFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return SchoolFactory(record__name="Example Lakes College", record__website="https://www.lakes.example.edu/home")


@pytest.fixture
def visitor():
    return signed_in(UserFactory(email="ada@lakes.example.edu", name="Ada Sample"))


def signed_in(person):
    client = Client()
    client.force_login(person)
    client.person = person
    return client


def told():
    """Who was written to, and which letter."""
    return sorted(Letter.objects.values_list("to", "kind"))


@pytest.mark.parametrize(
    ("email", "website", "matches", "words"),
    [
        ("ada@lakes.edu", "https://www.lakes.edu/", True, "a hint, and no proof"),
        ("ada@cs.lakes.edu", "https://lakes.edu/", True, "a hint, and no proof"),
        ("ada@lakes.edu.evil.com", "https://lakes.edu/", False, "evil.com"),
        ("ada@gmail.com", "https://gmail.com/", False, "gives addresses to everybody"),
        ("ada@other.edu", "https://lakes.edu/", False, "other.edu"),
        ("ada@lakes.edu", "", False, "no website"),
        ("ada@co.uk", "https://lakes.co.uk/", False, "The mail domain is co.uk"),
    ],
)
def test_a_mail_domain_is_a_hint_at_most(email, website, matches, words):
    hint = claims.domain_hint(email, website)
    assert hint.matches == matches
    assert words in hint.words


def test_the_way_from_the_empty_workspace_to_a_claim(visitor, school):
    home = visitor.get(reverse("schools:workspace")).content.decode()
    assert "Three steps" in home
    found = visitor.get(reverse("schools:find_school"), {"q": "example lakes"}).content.decode()
    assert "Example Lakes College" in found
    assert "lakes.example.edu" in found
    assert "Somebody speaks for it already" not in found
    address = reverse("schools:claim_school", args=[school.slug])
    assert f'href="{address}"' in found
    answer = visitor.post(
        address, {"role": "Registrar", "evidence": "https://www.lakes.example.edu/people", "words": "a\r\nb"}
    )
    assert answer["Location"] == reverse("schools:workspace")
    claim = Claim.objects.get()
    assert (claim.user, claim.school, claim.state, claim.words) == (visitor.person, school, "waiting", "a\nb")
    assert told() == [("ada@lakes.example.edu", "claim_made")]
    home = visitor.get(reverse("schools:workspace")).content.decode()
    assert "Waiting for an editor" in home
    visitor.post(reverse("schools:withdraw_claim", args=[claim.pk]))
    claim.refresh_from_db()
    assert claim.state == "withdrawn"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"role": ""}, "Enter what you are at this school."),
        ({"role": "Dean", "evidence": "javascript:alert(1)"}, "Enter a web address"),
        ({"role": "x" * 81}, "at most 80"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(visitor, school, sent, words):
    answer = visitor.post(reverse("schools:claim_school", args=[school.slug]), {"words": "I typed this."} | sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "I typed this." in answer.content.decode()
    assert not Claim.objects.exists()


def test_mass_assignment_has_no_effect(visitor, school):
    editor = UserFactory(is_staff=True)
    sent = {
        "role": "Dean",
        "state": "approved",
        "decided_by": editor.pk,
        "user": editor.pk,
        "school": SchoolFactory().pk,
    }
    visitor.post(reverse("schools:claim_school", args=[school.slug]), sent)
    claim = Claim.objects.get()
    assert (claim.state, claim.user, claim.school, claim.decided_by) == ("waiting", visitor.person, school, None)
    assert not Membership.objects.exists()


def test_a_school_that_is_not_shown_is_claimed_by_nobody(visitor):
    hidden = SchoolFactory(published_at=None)
    assert visitor.get(reverse("schools:claim_school", args=[hidden.slug])).status_code == 404
    assert visitor.post(reverse("schools:claim_school", args=[hidden.slug]), {"role": "Dean"}).status_code == 404


def test_what_belongs_to_others_is_not_there(visitor):
    """AZ-2: ids of others answer as ids that do not exist, and nothing changes."""
    claim, membership = ClaimFactory(), MembershipFactory()
    for name, pk in (("withdraw_claim", claim.pk), ("leave_school", membership.pk)):
        assert visitor.post(reverse(f"schools:{name}", args=[pk])).status_code == 404
        assert visitor.post(reverse(f"schools:{name}", args=[pk + 1000])).status_code == 404
    claim.refresh_from_db()
    membership.refresh_from_db()
    assert (claim.state, membership.ended_at) == ("waiting", None)


def test_a_claim_on_a_claimed_school_is_told_to_those_who_speak_for_it(visitor, school):
    """WF-7: and gives nothing by itself."""
    there = MembershipFactory(school=school, user__email="ben@lakes.example.edu")
    MembershipFactory(user__email="elsewhere@example.edu")
    page = visitor.get(reverse("schools:claim_school", args=[school.slug])).content.decode()
    assert "1 person speaks for it already" in page
    assert "ben@lakes.example.edu" not in page
    claims.make(visitor.person, school, role="Dean")
    assert told() == [("ada@lakes.example.edu", "claim_made"), (there.user.email, "claim_by_another")]
    assert not claims.represents(visitor.person, school)


def test_nobody_claims_twice_or_everything(visitor, school):
    claims.make(visitor.person, school, role="Dean")
    with pytest.raises(ValidationError, match="waiting for an editor already"):
        claims.make(visitor.person, school, role="Dean")
    for _ in range(4):
        claims.make(visitor.person, SchoolFactory(), role="Dean")
    with pytest.raises(ValidationError, match="5 of your claims are waiting"):
        claims.make(visitor.person, SchoolFactory(), role="Dean")


class TestDeciding:
    @pytest.fixture
    def claim(self, visitor, school):
        return ClaimFactory(user=visitor.person, school=school)

    def decide(self, editor, claim, verb, **sent):
        return editor.post(reverse(f"admin:schools_claim_{verb}", args=[claim.pk]), sent, follow=True)

    def test_an_editor_sees_what_there_is_to_look_at_and_approves(self, editor, visitor, school, claim):
        other = MembershipFactory(school=school, user__email="ben@lakes.example.edu")
        page = editor.get(reverse("admin:schools_claim_change", args=[claim.pk])).content.decode()
        for words in ("a hint, and no proof", "ben@lakes.example.edu", "https://www.lakes.example.edu/home", "Approve"):
            assert words in page
        first_page = re.sub(r"<[^>]+>", " ", editor.get("/admin/").content.decode())
        assert "1 claim on a school" in " ".join(first_page.split())
        self.decide(editor, claim, "approve")
        assert claims.represents(visitor.person, school)
        claim.refresh_from_db()
        assert (claim.state, claim.decided_by) == ("approved", editor.person)
        assert told() == [("ada@lakes.example.edu", "claim_approved"), (other.user.email, "member_added")]
        assert "Example Lakes College" in visitor.get(reverse("schools:workspace")).content.decode()
        again = self.decide(editor, claim, "approve").content.decode()
        assert "It is decided already: approved by Editor One." in again
        assert Membership.objects.filter(user=visitor.person).count() == 1

    def test_declining_needs_a_reason_which_the_claimant_reads_word_for_word(self, editor, visitor, claim):
        assert "Say why" in self.decide(editor, claim, "decline", because="  ").content.decode()
        claim.refresh_from_db()
        assert claim.state == "waiting"
        self.decide(editor, claim, "decline", because="Your <name> is not on the page.\r\nSend another.")
        claim.refresh_from_db()
        assert (claim.state, claim.reason) == ("declined", "Your <name> is not on the page.\nSend another.")
        assert "Your <name> is not on the page." in Letter.objects.get(kind="claim_declined").text
        assert "Your &lt;name&gt; is not on the page." in visitor.get(reverse("schools:workspace")).content.decode()

    def test_nobody_decides_on_a_claim_of_their_own(self, editor, school):
        own = ClaimFactory(user=editor.person, school=school)
        assert "your own claim" in self.decide(editor, own, "approve").content.decode()
        assert "your own claim" in self.decide(editor, own, "decline", because="No.").content.decode()
        own.refresh_from_db()
        assert own.state == "waiting"
        assert not Membership.objects.exists()

    def test_an_author_and_a_representative_decide_nothing(self, claim, visitor):
        author = UserFactory(is_staff=True)
        author.groups.add(editors.group("Authors"))
        for client in (signed_in(author), visitor, Client()):
            for verb in ("approve", "decline"):
                answer = client.post(reverse(f"admin:schools_claim_{verb}", args=[claim.pk]), {"because": "No."})
                assert answer.status_code in (302, 403)
        claim.refresh_from_db()
        assert claim.state == "waiting"

    def test_the_next_claim_follows(self, editor, claim):
        following = ClaimFactory()
        answer = self.decide(editor, claim, "approve")
        assert answer.redirect_chain[-1][0] == reverse("admin:schools_claim_change", args=[following.pk])


class TestEnding:
    def test_whoever_is_removed_may_nothing_with_the_next_request(self, editor, visitor, school):
        """AZ-5: rights are asked each time."""
        membership = MembershipFactory(user=visitor.person, school=school)
        other = MembershipFactory(school=school, user__email="ben@lakes.example.edu")
        assert claims.represents(visitor.person, school)
        page = editor.get(reverse("admin:schools_membership_change", args=[membership.pk])).content.decode()
        assert "speak for the school no more" in page
        editor.post(reverse("admin:schools_membership_end", args=[membership.pk]))
        assert not claims.represents(visitor.person, school)
        assert visitor.post(reverse("schools:leave_school", args=[membership.pk])).status_code == 404
        assert told() == [("ada@lakes.example.edu", "member_removed"), (other.user.email, "colleague_removed")]
        assert "Three steps" in visitor.get(reverse("schools:workspace")).content.decode()

    def test_somebody_gives_it_up(self, visitor, school):
        membership = MembershipFactory(user=visitor.person, school=school)
        visitor.post(reverse("schools:leave_school", args=[membership.pk]))
        membership.refresh_from_db()
        assert (membership.ended_by, claims.represents(visitor.person, school)) == (visitor.person, False)
        assert "You have given up" in Letter.objects.get().text

    def test_who_may_not_sign_in_or_whose_school_is_gone_speaks_for_nobody(self, visitor, school):
        MembershipFactory(user=visitor.person, school=school)
        School.objects.filter(pk=school.pk).update(published_at=None)
        assert not claims.represents(visitor.person, school)
        School.objects.filter(pk=school.pk).update(published_at=school.published_at)
        visitor.person.is_active = False
        visitor.person.save()
        assert not claims.represents(visitor.person, school)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_twenty_decisions_at_once_have_one_outcome_and_one_letter():
    school = SchoolFactory()
    claim = ClaimFactory(school=school)
    people = [UserFactory(is_staff=True, name=f"Editor {number}") for number in range(4)]
    start, outcomes = threading.Barrier(20), []

    def decide(number):
        start.wait()
        by = people[number % 4]
        try:
            if number % 3 == 0:
                claims.approve(Claim.objects.get(pk=claim.pk), by=by)
            elif number % 3 == 1:
                claims.decline(Claim.objects.get(pk=claim.pk), "No.", by=by)
            else:
                claims.withdraw(Claim.objects.get(pk=claim.pk), by=claim.user)
            outcomes.append("done")
        except ValidationError as error:
            outcomes.append(error.messages[0])
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=decide, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("done") == 1
    assert all(words.startswith("It is decided already: ") for words in outcomes if words != "done")
    claim.refresh_from_db()
    assert Membership.objects.count() == (claim.state == "approved")
    assert Letter.objects.count() == (claim.state != "withdrawn")
