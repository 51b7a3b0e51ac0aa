"""How long the embedded PostgreSQL takes to be there: the first time, and later."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONNECT = """
import time
from pathlib import Path
import portal.embedded_db as db
began = time.perf_counter()
db.ensure_running()
print(time.perf_counter() - began)
"""


def start(home: Path) -> float:
    """Seconds until the server of a copy of the project answers, in a process of its own that then ends."""
    environment = os.environ | {"PYTHONPATH": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", CONNECT], cwd=home, env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def measure(times: int = 5) -> None:
    first, later = [], []
    for _ in range(times):
        home = Path(tempfile.mkdtemp(prefix="portal-bench-"))
        try:
            package = home / "portal"
            package.mkdir()
            (package / "__init__.py").touch()
            shutil.copytree(ROOT / "portal" / "embedded_db", package / "embedded_db")
            first.append(start(home))
            later.append(start(home))
        finally:
            time.sleep(0.2)
            shutil.rmtree(home, ignore_errors=True)
    print(f"\nembedded PostgreSQL: first start {statistics.median(first):.2f} s,", end=" ")
    print(f"later {statistics.median(later):.2f} s")
