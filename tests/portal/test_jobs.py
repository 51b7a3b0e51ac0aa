"""Jobs, done by real workers in processes of their own on the run's own database."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from portal.jobs import app, last_heartbeat, rescue_jobs
from portal.models import JobNote, QueueLength, SenderCount
from tests import sample_jobs

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30  # seconds


@pytest.fixture(autouse=True)
def empty_queue():
    """Procrastinate's tables are not Django's to empty."""
    yield
    if not connection.in_atomic_block:
        connection.cursor().execute(
            "TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE"
        )


def environment():
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.working",
        "WORKING_DATABASE": connection.settings_dict["NAME"],
        "PORTAL_ENV": "test",
    }


@contextmanager
def working(number=1):
    """So many workers at work."""
    workers = [
        subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, env=environment(), stderr=subprocess.PIPE)
        for _ in range(number)
    ]
    try:
        yield workers
    finally:
        for worker in workers:
            if worker.poll() is None:
                worker.terminate()
        for worker in workers:
            worker.communicate(timeout=PATIENCE)


def wait_until(true):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.05)


def marks():
    return sorted(SenderCount.objects.values_list("sender", flat=True))


def state(pk):
    return ProcrastinateJob.objects.values_list("status", flat=True).get(pk=pk)


class TestWorkers:
    pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

    def test_a_job_comes_with_its_transaction_and_is_done_once(self):
        with working(2) as workers:
            with transaction.atomic():
                sample_jobs.mark.defer(number=99)
                transaction.set_rollback(True)
            with transaction.atomic():
                jobs = [sample_jobs.mark.defer(number=number) for number in range(30)]
                marks_to_leave = ProcrastinateJob.objects.filter(task_name=sample_jobs.mark.name)
                assert marks_to_leave.count() == 30  # beside what workers do each minute
            wait_until(lambda: {state(pk) for pk in jobs} == {"succeeded"})
            beat = last_heartbeat()
            workers[0].terminate()
            assert workers[0].wait(PATIENCE) == 0
        assert marks() == [f"{number:064}" for number in range(30)]
        assert (timezone.now() - beat).total_seconds() < PATIENCE

    def test_what_a_killed_worker_had_begun_is_begun_again_and_done_once(self):
        job = sample_jobs.slow.defer(number=7, seconds=3)
        with working() as (worker,):
            wait_until(lambda: state(job) == "doing")
            time.sleep(0.5)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        assert state(job) == "doing"
        assert marks() == []
        with connection.cursor() as cursor:  # as if it had been silent for a minute
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        with working():
            rescue_jobs.defer(timestamp=0)
            wait_until(lambda: state(job) == "succeeded")
        assert marks() == [f"{7:064}"]

    def test_a_job_that_kills_every_worker_is_given_up(self):
        job = sample_jobs.slow.defer(number=7, seconds=60)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = 4 WHERE id = %s", [job])
        with working():
            rescue_jobs.defer(timestamp=0)
            wait_until(lambda: state(job) == "failed")

    def test_a_failed_job_says_why_and_can_be_tried_again_at_the_desk(self, editor):
        with working():
            job = sample_jobs.hopeless.defer(words="The file has no column UNITID: download it again.")
            other = sample_jobs.mark.defer(number=1)
            wait_until(lambda: state(job) == "failed" and state(other) == "succeeded")
        page = f"/admin/procrastinate/procrastinatejob/{job}/"
        shown = editor.get(f"{page}change/").content.decode()
        assert "The file has no column UNITID: download it again." in shown
        assert "Fail, always." in shown
        assert "Try it again" in shown
        assert (
            editor.get("/admin/procrastinate/procrastinatejob/?attention=failed-jobs").context["cl"].result_count == 1
        )
        assert editor.post(f"{page}again/").status_code == 302
        assert state(job) == "todo"
        assert editor.post(f"{page}again/").status_code == 302  # a second press changes nothing
        assert state(job) == "todo"
        assert editor.get(f"{page}again/").status_code == 405

    def test_a_worker_goes_with_its_parent(self):
        command = f'"{sys.executable}" manage.py work --with-parent "$$" & echo $!; sleep 60'
        parent = subprocess.Popen(["sh", "-c", command], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
        worker = int(parent.stdout.readline())
        wait_until(lambda: last_heartbeat() is not None)
        parent.kill()
        parent.wait()
        wait_until(lambda: not Path(f"/proc/{worker}").exists() or " Z " in Path(f"/proc/{worker}/stat").read_text())


@pytest.mark.django_db
class TestTheDesk:
    def test_a_job_that_waits_shows_itself_and_that_nobody_works(self, editor):
        sample_jobs.mark.defer(number=1)
        page = editor.get("/admin/procrastinate/procrastinatejob/").content.decode()
        assert "Leave a mark." in page
        assert "No worker has been heard at all" in page

    def test_progress_is_seen(self, editor):
        job = sample_jobs.mark.defer(number=1)
        JobNote.objects.create(job_id=job, words="Reading rows", done=2500, total=10_000, changed_at=timezone.now())
        response = editor.get(f"/admin/procrastinate/procrastinatejob/{job}/change/")
        page = response.content.decode()
        assert '<progress value="2500" max="10000">' in page
        assert "2,500 of 10,000" in page
        assert response["Refresh"] == "5", "it follows by itself, without a script"

    def test_who_may_not_see_jobs_does_not(self, client):
        from tests.factories import UserFactory

        client.force_login(UserFactory(is_staff=True))
        job = sample_jobs.mark.defer(number=1)
        assert client.get("/admin/procrastinate/procrastinatejob/").status_code == 403
        assert client.post(f"/admin/procrastinate/procrastinatejob/{job}/again/").status_code == 403

    def test_the_nightly_jobs_do_what_they_say(self):
        JobNote.objects.create(job_id=1, words="gone", changed_at=timezone.now())
        for name in ("forget_old_reports", "note_queue_lengths"):
            app.tasks[f"portal.jobs.{name}"](timestamp=0)
        assert QueueLength.objects.exists()
        assert not JobNote.objects.exists()

    def test_every_job_says_in_a_line_what_it_does(self):
        ours = [task for name, task in app.tasks.items() if ".jobs." in name]
        assert len(ours) >= 4
        for task in ours:
            line = (task.func.__doc__ or "").strip().split("\n")[0]
            assert line.endswith("."), task.name
