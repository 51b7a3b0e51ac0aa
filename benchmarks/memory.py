"""What the index costs a process in memory: by its own account, and as the kernel sees it.

Run as a process of its own (``python -m benchmarks.memory``) with the environment of a
size. Prints one line of JSON, in MB and seconds: of the index alone, and ("kept") with what
pages remember beside it.
"""

import gc
import json
import sys
import time
from pathlib import Path

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def resident(what: str = "VmRSS") -> float:
    """MB of this process in memory: now, or at most since :func:`start_peak` (VmHWM)."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1000


def start_peak() -> None:
    CLEAR.write_text("5")


def measure() -> dict[str, float]:
    import django

    django.setup()
    from django.http import QueryDict

    from benchmarks.rows import statement_patience
    from portal.keeping import built, keep
    from portal.memory import forget, one_state
    from schools.filters import ProgramFilter

    statement_patience()
    with one_state():  # a page by SQL has all code and connections in memory
        filters = ProgramFilter(QueryDict("level=master"), ProgramFilter.whole_list(), "/programs/")
        list(filters.ordered(filters.matching())[:20])
        assert filters.counts.total
    forget()
    gc.collect()
    before = resident()
    began = time.monotonic()
    with one_state():
        index = built(ProgramFilter)
    seconds = time.monotonic() - began
    gc.collect()
    held = resident() - before
    start_peak()
    with one_state():
        another = built(ProgramFilter)  # while the first one still answers
    swap_peak = resident("VmHWM") - before
    own = index.nbytes / 1e6
    del index, another
    gc.collect()
    began = time.monotonic()
    keep(ProgramFilter)
    kept_seconds = time.monotonic() - began
    gc.collect()
    kept = resident() - before
    start_peak()
    keep(ProgramFilter)
    kept_peak = resident("VmHWM") - before
    return {
        "own": own,
        "held": held,
        "swap_peak": swap_peak,
        "seconds": seconds,
        "kept": kept,
        "kept_peak": kept_peak,
        "kept_seconds": kept_seconds,
    }


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
