"""Datasette and tantivy, in an environment of their own under ``var/``: the portal itself needs neither."""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "var" / "bench"
VENV = HOME / "venv"
LOCK = Path(__file__).with_name("requirements.txt")
STAMP = VENV / "installed"


def install(say=print) -> bool:
    """Whether the rivals are there, installed now if need be. Says why when they are not."""
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return True
    say("Installing Datasette and tantivy into var/bench/venv …")
    HOME.mkdir(parents=True, exist_ok=True)
    pip = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", LOCK]
    for command in ([sys.executable, "-m", "venv", "--clear", VENV], pip):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        if done.returncode:
            say(f"Datasette and tantivy are left out, because they cannot be installed: {done.stderr.strip()[-300:]}")
            return False
    STAMP.write_text(wanted)
    return True


def make_importable() -> None:
    """Lets this process import tantivy; the portal's own packages come first."""
    folder = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    sys.path.append(str(VENV / "lib" / folder / "site-packages"))
