"""For which stretch of time and which queue a report is wanted: `month events`, `90d`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from helpdesk.config import Config
from helpdesk.nouns.lengths import length

SPANS = {
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "quarter": timedelta(days=91),
    "year": timedelta(days=365),
}
_SAME = {"woche": "week", "monat": "month", "quartal": "quarter", "jahr": "year"}
USUAL = "month"


@dataclass(frozen=True, slots=True)
class Span:
    name: str
    """As it is written: `month`, `90d`."""
    length: timedelta
    queue: str | None = None
    """None: all of them; empty: the one there always is."""


def span_of(words: str, config: Config) -> Span | None:
    """What was meant; None when it can't be read."""
    name, found, queue = USUAL, SPANS[USUAL], None
    for word in words.lower().split():
        word = _SAME.get(word, word)  # noqa: PLW2901
        measured = SPANS.get(word) or length(word)
        if measured is not None and measured >= timedelta(days=1):
            name, found = word, measured
        elif word in {known.lower() for known in config.queues}:
            queue = next(known for known in config.queues if known.lower() == word)
        elif word in ("all", "alle"):
            queue = None
        elif word in ("main", "-"):
            queue = ""
        else:
            return None
    return Span(name, found, queue)
