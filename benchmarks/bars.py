"""What the directory has promised to be, as ratios within one run: measured, target, kept or not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.clock import Clock


@dataclass
class Run:
    """All that one run has measured; a part that was not measured is missing."""

    clocks: Mapping[int, Clock]
    memory: dict[str, float] | None = None
    freshness: dict[str, Any] | None = None
    weight: dict[str, Any] | None = None

    def ratio(self, size: int, name: str, other: str) -> float | None:
        clock = self.clocks.get(size)
        return clock.ratio(name, other) if clock and clock.has(name, other) else None

    def growth(self, name: str) -> float | None:
        if not {3_000, 300_000} <= set(self.clocks):
            return None
        return self.clocks[300_000].p95(name) / self.clocks[3_000].p95(name)


@dataclass
class Bar:
    words: str
    target: float
    measured: Callable[[Run], float | None]
    unit: str = "×"
    at_least: bool = False

    def line(self, run: Run) -> str:
        value = self.measured(run)
        sign = "≥" if self.at_least else "≤"
        target = f"{sign} {self.target:g} {self.unit}"
        if value is None:
            return f"{self.words:<86}{'–':>12}{target:>12}  not measured"
        kept = value >= self.target if self.at_least else value <= self.target
        said = f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:,.0f}"
        return f"{self.words:<86}{f'{said} {self.unit}':>12}{target:>12}  {'kept' if kept else 'NOT kept'}"


def times(size: int, name: str, other: str) -> Callable[[Run], float | None]:
    return lambda run: run.ratio(size, name, other)


def told(part: str, name: str, scale: float = 1) -> Callable[[Run], float | None]:
    def measured(run: Run) -> float | None:
        found = getattr(run, part)
        return None if found is None else found[name] / scale

    return measured


BARS = (
    Bar("data layer beside C4n, 30,000", 0.2, times(30_000, "index", "C4n")),
    Bar("data layer beside C4n, 300,000", 0.05, times(300_000, "index", "C4n")),
    Bar("page beside its template alone, 30,000", 1.5, times(30_000, "page", "template")),
    Bar("page beside the cheapest Django view, 30,000", 4, times(30_000, "page", "hello")),
    Bar("page beside its template alone, 300,000", 2, times(300_000, "page", "template")),
    Bar("the same for whoever asks first, 30,000", 1.5, times(30_000, "first page", "template")),
    Bar("… 300,000", 2, times(300_000, "first page", "template")),
    Bar("… beside the cheapest Django view, 30,000", 4, times(30_000, "first page", "hello")),
    Bar(
        "page with a COUNT per option beside ours, 30,000",
        100,
        times(30_000, "page, COUNT per option", "page"),
        "×",
        True,
    ),
    Bar(
        "page with a GROUP BY per facet beside ours, 30,000",
        15,
        times(30_000, "page, GROUP BY per facet", "page"),
        "×",
        True,
    ),
    Bar("Datasette's page beside ours, 30,000", 60, times(30_000, "Datasette", "page"), "×", True),
    Bar("Datasette's page beside ours, 300,000", 300, times(300_000, "Datasette", "page"), "×", True),
    Bar("data layer beside tantivy in process, 30,000", 0.6, times(30_000, "index", "tantivy")),
    Bar("data layer beside tantivy in process, 300,000", 0.6, times(300_000, "index", "tantivy")),
    Bar("“not modified” (304) beside the cheapest Django view, 30,000", 2, times(30_000, "unchanged", "hello")),
    Bar("p95 of the page at 300,000 beside 3,000", 3, lambda run: run.growth("page")),
    Bar("the same for whoever asks first", 3, lambda run: run.growth("first page")),
    Bar("memory of the index at 300,000, by its own account", 30, told("memory", "own"), "MB"),
    Bar("memory of a process that holds it, as the kernel counts", 30, told("memory", "held"), "MB"),
    Bar("memory while the next one is made and swapped in, at most", 60, told("memory", "swap_peak"), "MB"),
    Bar("from a raw SQL change until the page is right", 1, told("freshness", "right_after"), "s"),
    Bar("pages that were wrong after that change", 0, told("freshness", "wrong"), "pages"),
    Bar("HTML of a result page, raw", 100, told("weight", "page", 1000), "KB"),
    Bar("HTML of a result page, gzip", 15, told("weight", "page_gzip", 1000), "KB"),
    Bar("HTML of a result page, brotli", 15, told("weight", "page_brotli", 1000), "KB"),
    Bar("all CSS and JS, raw", 110, told("weight", "assets", 1000), "KB"),
    Bar("all CSS and JS, compressed", 35, told("weight", "assets_brotli", 1000), "KB"),
)
ELSEWHERE = (
    "Held by the tests: one SQL query a page, two with a new search; an ETag is never stale; no page mixes two states.",
    "Checked by hand: Lighthouse.",
)
