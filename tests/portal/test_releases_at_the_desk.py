"""Official files through the desk: handed in, read by a real worker, looked at, put on the site, taken back."""

import io
import re
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from careers.models import ReRead, Wage
from portal import uploads
from portal.jobs import app
from portal.models import ImportIssue, Release, Upload, User
from tests.careers.official import OEWS_HEADER, wage_row, write_csv
from tests.desk import said
from tests.factories import ArticleFactory, ReleaseFactory, UserFactory
from tests.portal.test_jobs import empty_queue, wait_until, working  # noqa: F401

ADD = "/admin/portal/upload/add/"
SOCS = ("29-1141", "11-9111", "43-6013")


@pytest.fixture(autouse=True)
def place(settings, tmp_path, monkeypatch):
    settings.UPLOADS = tmp_path / "uploads"
    monkeypatch.setenv("UPLOADS", str(settings.UPLOADS))  # for workers
    return settings.UPLOADS


def national(tmp_path, year=2025, median=50_000, name=None, rows=None):
    rows = rows or [wage_row(soc, f"Workers {soc}", A_MEDIAN=str(median)) for soc in SOCS]
    return write_csv(tmp_path / (name or f"national_M{year}_dl.csv"), OEWS_HEADER, rows)


def hand_in(browser, *paths, **fields):
    files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]
    return browser.post(ADD, {"command": "import_wages", "files": files, "edition": ""} | fields)


def release_page(release, what="change"):
    return reverse(f"admin:portal_release_{what}", args=[release.pk])


def do_the_job(upload):
    """As a worker would, in this transaction."""
    for release in uploads.read(upload):
        from portal.rehearsing import rehearse

        rehearse(release)
    uploads.remove_files(upload)


class TestWithAWorker:
    pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

    def test_a_file_is_read_staged_and_removed_and_put_on_the_site_by_somebody(self, editor, tmp_path, place, client):
        call_command("import_wages", str(national(tmp_path, 2024)), verbosity=0)
        response = hand_in(editor, national(tmp_path, 2025, 55_000))
        upload = Upload.objects.get()
        page = reverse("admin:portal_upload_change", args=[upload.pk])
        assert response["Location"] == page
        assert (place / upload.folder / "national_M2025_dl.csv").stat().st_mode & 0o777 in (0o600, 0o644)
        assert (place / upload.folder).stat().st_mode & 0o777 == 0o700
        waiting = editor.get(page)
        assert waiting["Refresh"] == "3"
        assert "Waits for a worker" in waiting.content.decode()
        with working():
            wait_until(lambda: "Refresh" not in editor.get(page))
        assert not (place / upload.folder).exists()
        upload.refresh_from_db()
        assert (upload.state, upload.by) == ("staged", editor.person)
        assert "3 rows read" in upload.words
        done = editor.get(page)
        assert "Refresh" not in done
        assert len(re.findall("[0-9a-f]{64}", done.content.decode())) == 1
        release = Release.objects.get(state="staged")
        shown = editor.get(release_page(release)).content.decode()
        assert "Changed rows</a>: 3" in shown
        assert "+10%" in shown
        asked = editor.get(release_page(release, "promote"))
        assert "BLS OEWS national estimates May 2024" in asked.content.decode()
        assert Wage.objects.current().filter(median=55_000).count() == 0, "a question changes nothing"
        response = editor.post(release_page(release, "promote"), {"seen": asked.context["seen"]}, follow=True)
        assert "It is on the site." in said(response)
        assert Wage.objects.current().filter(median=55_000).count() == 3
        assert LogEntry.objects.filter(object_id=str(release.pk), user=editor.person).count() == 1

    def test_a_file_that_is_no_table_is_refused_in_a_sentence(self, editor, tmp_path, place):
        page = tmp_path / "national_M2025_dl.csv"
        page.write_bytes(b"<!doctype html><html><title>Sign in</title></html>")
        hand_in(editor, page)
        upload = Upload.objects.get()
        with working():
            wait_until(lambda: Upload.objects.get().state == "refused")
        upload.refresh_from_db()
        assert "is a web page, not the table" in upload.words
        assert not Release.objects.exists()


@pytest.mark.django_db
class TestHandingIn:
    @pytest.mark.parametrize(
        ("name", "words"),
        [("wages.exe", "is no table"), ("wages.pdf", "is no table"), ("wages", "is no table")],
    )
    def test_other_files_are_refused_at_once(self, editor, name, words, place):
        response = editor.post(ADD, {"command": "import_wages", "files": [SimpleUploadedFile(name, b"x")]})
        assert words in response.content.decode()
        assert not Upload.objects.exists()
        assert not place.exists()

    def test_a_name_leads_out_of_no_folder(self):
        for name in (
            "../../etc/passwd.csv",
            "..\\..\\a.csv",
            "/a/b.csv",
            ".hidden.csv",
            "a\0b.csv",
            "ä" * 300 + ".csv",
        ):
            safe = uploads.safe_name(name)
            assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}", safe), safe
            assert safe.endswith(".csv")

    def test_nothing_and_nonsense_are_said(self, editor, tmp_path):
        assert "This field is required" in editor.post(ADD, {"command": "import_wages"}).content.decode()
        file = SimpleUploadedFile("a.csv", b"x")
        assert "Select a valid choice" in editor.post(ADD, {"command": "flush", "files": [file]}).content.decode()
        wrong = editor.post(ADD, {"command": "import_wages", "files": [file], "period": "lately"})
        assert "No year can be read" in wrong.content.decode()
        two = [SimpleUploadedFile("a.csv", b"x"), SimpleUploadedFile("a.csv", b"y")]
        assert "same name" in editor.post(ADD, {"command": "import_wages", "files": two}).content.decode()
        assert not Upload.objects.exists()

    def test_only_who_may_hand_in_can_send_a_large_body(self, client, editor, rf):
        large = {"CONTENT_LENGTH": str(50 << 20), "wsgi.input": io.BytesIO()}
        client.logout()
        assert client.post(ADD, **large).status_code == 413
        client.force_login(UserFactory(is_staff=True))
        assert client.post(ADD, **large).status_code == 413
        client.force_login(editor.person)
        assert client.post("/admin/portal/source/1/change/", **large).status_code == 413
        assert client.post(ADD, CONTENT_LENGTH=str(400 << 20)).status_code == 413

    def test_a_second_run_of_the_job_changes_nothing(self, editor, tmp_path):
        hand_in(editor, national(tmp_path))
        upload = Upload.objects.get()
        do_the_job(upload)
        do_the_job(Upload.objects.get())
        assert Release.objects.count() == 1
        hand_in(editor, national(tmp_path))
        do_the_job(Upload.objects.first())
        assert Upload.objects.first().state == "nothing_new"
        assert "staged already" in Upload.objects.first().words

    def test_files_that_are_gone_are_said(self, editor, tmp_path, place):
        hand_in(editor, national(tmp_path))
        upload = Upload.objects.get()
        (place / upload.folder / "national_M2025_dl.csv").unlink()
        do_the_job(upload)
        assert "hand it in again" in upload.words

    def test_the_sweep_leaves_what_waits_and_takes_what_is_old(self, editor, tmp_path, place):
        import os

        hand_in(editor, national(tmp_path))
        for name in ("0" * 32, "1" * 32):
            (place / name).mkdir()
        os.utime(place / ("0" * 32), (0, 0))
        os.utime(place / Upload.objects.get().folder, (0, 0))
        uploads.sweep()
        assert {path.name for path in place.iterdir()} == {"1" * 32, Upload.objects.get().folder}

    def test_files_wait_outside_everything_that_is_served(self):
        from portal import settings as ours

        assert not Path(ours.UPLOADS).is_relative_to(ours.STATIC_ROOT)
        assert not any(Path(ours.UPLOADS).is_relative_to(folder) for folder in ours.STATICFILES_DIRS)


@pytest.mark.django_db
class TestDeciding:
    @pytest.fixture
    def staged(self, tmp_path):
        call_command("import_wages", str(national(tmp_path, 2024)), verbosity=0)
        call_command("import_wages", str(national(tmp_path, 2025, 55_000)), "--stage", verbosity=0)
        return Release.objects.get(state="staged")

    def seen(self, release):
        current = Release.objects.current().filter(source=release.source).first()
        return {"seen": str(current.pk) if current else "none"}

    def test_who_may_only_look_cannot_decide(self, client, staged):
        from django.contrib.auth.models import Permission

        person = UserFactory(is_staff=True)
        person.user_permissions.add(Permission.objects.get(codename="view_release"))
        client.force_login(User.objects.get(pk=person.pk))
        shown = client.get(release_page(staged)).content.decode()
        assert "Put it on the site" not in shown
        for verb in ("promote", "take_back", "throw_away", "rehearse"):
            assert client.post(release_page(staged, verb), self.seen(staged)).status_code == 403
        assert client.get(release_page(staged, "rows")).status_code == 200
        staged.refresh_from_db()
        assert staged.state == "staged"

    def test_two_tabs_do_not_decide_on_what_neither_has_seen(self, editor, staged, tmp_path):
        opened = editor.get(release_page(staged, "promote")).context["seen"]
        call_command("import_wages", str(national(tmp_path, 2024, 51_000)), verbosity=0)
        response = editor.post(release_page(staged, "promote"), {"seen": opened}, follow=True)
        assert "another release became current" in said(response)
        staged.refresh_from_db()
        assert staged.state == "staged"
        assert "Another release has become current since" in editor.get(release_page(staged)).content.decode()

    def test_promote_take_back_and_again(self, editor, staged):
        editor.post(release_page(staged, "promote"), self.seen(staged))
        again = editor.post(release_page(staged, "promote"), self.seen(staged), follow=True)
        assert "Nothing to do" in said(again)
        back = editor.post(release_page(staged, "take_back"), self.seen(staged), follow=True)
        assert "Current again: BLS OEWS national estimates May 2024" in said(back)
        editor.post(release_page(staged, "promote"), self.seen(staged))
        staged.refresh_from_db()
        assert staged.state == "current"

    def test_an_older_one_is_said_to_be_kept_only(self, editor, staged):
        older = ReleaseFactory(source=staged.source, year=1999, period="May 1999", state="staged", promoted_at=None)
        page = editor.get(release_page(older, "promote")).content.decode()
        assert "is kept beside it, for comparison; no page changes" in page
        assert "Keep it" in page
        assert "all at once" not in page
        assert "all at once" in editor.get(release_page(staged, "promote")).content.decode()

    def test_only_a_staged_one_is_thrown_away(self, editor, staged):
        current = Release.objects.current().get(source=staged.source)
        assert "history stays" in said(
            editor.post(release_page(current, "throw_away"), self.seen(current), follow=True)
        )
        response = editor.post(release_page(staged, "throw_away"), self.seen(staged), follow=True)
        assert "Thrown away" in said(response)
        assert not Release.objects.filter(pk=staged.pk).exists()
        assert Wage.objects.count() == 3

    def test_rows_are_leafed_through_with_before_and_after(self, editor, staged):
        shown = editor.get(release_page(staged, "rows")).content.decode()
        assert "<td>median</td><td>50,000</td><td>55,000</td>" in shown
        other = Release.objects.current().get(source=staged.source)
        turned = editor.get(release_page(other, "rows"), {"with": staged.pk, "kind": "changed"}).content.decode()
        assert "<td>median</td><td>55,000</td><td>50,000</td>" in turned
        elsewhere = ReleaseFactory()
        assert editor.get(release_page(staged, "rows"), {"with": elsewhere.pk}).status_code == 404
        for query in ({"with": "x"}, {"with": "9" * 30}):
            assert editor.get(release_page(staged, "rows"), query).status_code == 404
        for query in ({"p": "x"}, {"p": "-1"}, {"p": "9" * 12}, {"kind": "x"}):
            assert editor.get(release_page(staged, "rows"), query).status_code == 200

    def test_affected_pages_are_listed(self, editor, staged):
        from portal.models import AffectedPage

        AffectedPage.objects.create(release=staged, kind="article", path="/careers/a/", name="A", how="changes")
        shown = editor.get(release_page(staged)).content.decode()
        assert "1 article pages" in shown
        listed = editor.get(release_page(staged, "pages"), {"kind": "article"}).content.decode()
        assert '<a href="/careers/a/">A</a>' in listed

    def test_the_command_promotes_too(self, staged):
        with pytest.raises(CommandError, match=f"Waiting: {staged.pk}"):
            call_command("promote_release", "0")
        call_command("promote_release", str(staged.pk), stdout=io.StringIO())
        staged.refresh_from_db()
        assert staged.state == "current"


@pytest.mark.django_db
def test_a_passage_is_ticked_off(editor):
    entry = ReRead.objects.create(article=ArticleFactory(), release=ReleaseFactory(), why="It moved.")
    page = "/admin/careers/reread/"
    assert editor.get(f"{page}?state=waiting").context["cl"].result_count == 1
    editor.post(page, {"action": "tick_off", "_selected_action": [entry.pk]})
    entry.refresh_from_db()
    assert entry.done_by == editor.person
    assert editor.get(f"{page}?state=waiting").context["cl"].result_count == 0


@pytest.mark.django_db
def test_an_unknown_identifier_comes_with_what_is_most_likely_meant(editor, tmp_path):
    from tests.careers.official import MINNESOTA, STATE_HEADER

    call_command("import_wages", str(national(tmp_path)), verbosity=0)
    rows = [wage_row("29-1141", area=MINNESOTA), wage_row("29-1149", area=MINNESOTA)]
    call_command("import_wages", str(write_csv(tmp_path / "state_M2025_dl.csv", STATE_HEADER, rows)), verbosity=0)
    issue = ImportIssue.objects.get()
    assert (issue.kind, issue.value, issue.suggestion) == ("unmatched", "29-1149", "29-1141, of the same group")
    listed = editor.get("/admin/portal/importissue/?kind__exact=unmatched")
    assert "29-1141, of the same group" in listed.content.decode()


@pytest.mark.django_db
def test_the_jobs_are_declared():
    assert {"portal.jobs.read_upload", "portal.jobs.rehearse_release"} <= set(app.tasks)


@pytest.mark.django_db
def test_every_reader_of_files_can_be_chosen():
    known = uploads.commands()
    assert {"import_wages", "import_completions", "import_places", "import_accreditation"} <= set(known)
