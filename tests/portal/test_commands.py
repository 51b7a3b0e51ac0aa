"""The commands an operator types: an editor's account, and bringing everything up to date."""

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command, get_commands
from django.db import OperationalError, connection

from portal import editors
from portal.management.commands import create_editor, migrate
from portal.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse staple"


@pytest.fixture
def answers(monkeypatch):
    """What the operator types, in order."""

    def type_in(email, *passwords):
        passwords = iter(passwords)
        monkeypatch.setattr("builtins.input", lambda prompt: email)
        monkeypatch.setattr(create_editor, "getpass", lambda prompt: next(passwords))

    return type_in


def test_an_editor_can_sign_in_and_edit_but_not_manage_people(answers, client):
    answers(" New.Editor@Example.org ", PASSWORD, PASSWORD)
    call_command("create_editor")
    person = authenticate(username="new.editor@example.org", password=PASSWORD)
    assert person.is_staff
    assert not person.is_superuser
    assert person.has_perm("schools.change_program")
    assert person.has_perm("careers.add_article")
    assert not person.has_perm("portal.view_user")
    assert not person.has_perm("portal.change_user")
    assert not person.has_perm("auth.change_group")


def test_an_author_is_an_author_and_no_editor(answers):
    answers("new.author@example.org", PASSWORD, PASSWORD)
    call_command("create_editor", group="Authors")
    person = authenticate(username="new.author@example.org", password=PASSWORD)
    assert person.has_perm("careers.change_edition")
    assert not person.has_perm("careers.publish_article")


@pytest.mark.parametrize(
    ("email", "passwords", "words"),
    [
        ("not an address", [], "valid email"),
        ("", [], "blank"),
        ("editor@example.org", ["short"], "too short"),
        ("editor@example.org", ["password1234"], "too common"),
        ("somebody.long@example.org", ["somebody.long"], "too similar"),
        ("editor@example.org", [PASSWORD, "another password"], "differ"),
    ],
)
def test_nothing_is_created_from_a_bad_answer(answers, email, passwords, words):
    answers(email, *passwords)
    with pytest.raises(CommandError, match=words):
        call_command("create_editor")
    assert not User.objects.exists()


def test_an_address_is_used_once(answers):
    answers("editor@example.org", PASSWORD, PASSWORD)
    call_command("create_editor")
    answers("EDITOR@example.org", PASSWORD, PASSWORD)
    with pytest.raises(CommandError, match="has an account"):
        call_command("create_editor")


def test_the_rights_of_editors_follow_the_models(answers):
    assert editors.group().permissions.filter(codename="add_article").exists()
    editors.group().permissions.clear()
    assert editors.group().permissions.filter(codename="add_article").exists()


def test_a_migration_waits_a_little_for_a_lock_and_never_makes_others_queue(monkeypatch):
    """Another session holds the table; migrate tries again, then says so."""
    tried = []

    def locked(self, *args, **options):
        tried.append(connection.cursor().execute("SHOW lock_timeout").fetchone()[0])
        error = OperationalError("canceling statement due to lock timeout")
        error.__cause__ = type("LockNotAvailable", (Exception,), {"sqlstate": "55P03"})()
        raise error

    monkeypatch.setattr("django.core.management.commands.migrate.Command.handle", locked)
    monkeypatch.setattr(migrate.time, "sleep", lambda seconds: None)
    with pytest.raises(OperationalError):
        call_command("migrate", verbosity=0, stderr=open("/dev/null", "w"))  # noqa: SIM115
    assert tried == ["4s"] * migrate.TRIES


def test_other_troubles_of_a_migration_are_not_tried_again(monkeypatch):
    tried = []

    def broken(self, *args, **options):
        tried.append(1)
        raise OperationalError("disk full")

    monkeypatch.setattr("django.core.management.commands.migrate.Command.handle", broken)
    with pytest.raises(OperationalError):
        call_command("migrate", verbosity=0)
    assert len(tried) == 1


def test_static_files_are_collected_only_when_they_changed(monkeypatch, settings, tmp_path, capsys):
    settings.STATIC_ROOT = tmp_path / "static"
    collected = []
    real = call_command

    def watch(name, *args, **options):
        if name == "collectstatic":
            collected.append(name)
        return real(name, *args, **options) if name != "load_starter" else None

    monkeypatch.setattr("portal.management.commands.prepare.call_command", watch)
    call_command("prepare")
    call_command("prepare")
    assert collected == ["collectstatic"]
    assert (settings.STATIC_ROOT / "css" / "tokens.css").exists()


def test_the_starter_is_part_of_it():
    assert "load_starter" in get_commands()
