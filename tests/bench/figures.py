"""Figures and how they are printed: percentiles of many, and ratios of two that were measured in turn."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, round(share * len(ranked)) - 1))]


def show(what: str, seconds: Sequence[float], target: str = "") -> None:
    """p50 and p99 in milliseconds."""
    p50, p99 = percentile(seconds, 0.5) * 1e3, percentile(seconds, 0.99) * 1e3
    print(f"  {what:<52} p50 {p50:8.2f} ms   p99 {p99:8.2f} ms   n {len(seconds):<5} {target}", flush=True)


def show_ratio(what: str, ours: Sequence[float], theirs: Sequence[float], target: str = "") -> None:
    """The ratio of the medians, and the median of the ratios pair by pair."""
    medians = statistics.median(ours) / statistics.median(theirs)
    pairs = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(f"  {what:<52} of medians {medians:5.2f}   pair by pair {pairs:5.2f}          {target}", flush=True)


def show_value(what: str, value: str, target: str = "") -> None:
    print(f"  {what:<52} {value:<38} {target}", flush=True)


def head(title: str) -> None:
    print(f"\n{title}", flush=True)
