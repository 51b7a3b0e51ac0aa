"""Seconds, collected by contender and request; ratios of medians over the requests both have answered."""

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

Seconds = dict[str, dict[int, list[float]]]


class Clock:
    def __init__(self, seconds: Seconds | None = None):
        self.seconds: Seconds = seconds or defaultdict(lambda: defaultdict(list))

    def add(self, name: str, request: int, seconds: float) -> None:
        self.seconds[name][request].append(seconds)

    def has(self, *names: str) -> bool:
        return all(name in self.seconds for name in names)

    def requests(self, *names: str) -> list[int]:
        """Those that all of these have answered."""
        return sorted(set.intersection(*(set(self.seconds[name]) for name in names)))

    def of(self, name: str, requests: Sequence[int] | None = None) -> list[float]:
        chosen = self.seconds[name] if requests is None else requests
        return sorted(second for request in chosen for second in self.seconds[name][request])

    def p50(self, name: str, requests: Sequence[int] | None = None) -> float:
        return statistics.median(self.of(name, requests))

    def p95(self, name: str) -> float:
        seconds = self.of(name)
        return seconds[min(math.ceil(len(seconds) * 0.95), len(seconds)) - 1]

    def ratio(self, name: str, other: str) -> float:
        """How many times ``other`` this one takes."""
        both = self.requests(name, other)
        return self.p50(name, both) / self.p50(other, both)

    def plain(self) -> dict[str, Any]:
        return {name: dict(times) for name, times in self.seconds.items()}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Clock":
        return cls({name: {int(at): times for at, times in one.items()} for name, one in plain.items()})
