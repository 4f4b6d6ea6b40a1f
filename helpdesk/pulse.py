"""How each network has been since the service started: since when, how often it came back, when it was last heard.

What is not looked at is not seen: a network counts as back when it was seen down before. The service looks every few
seconds, at all that a network says of its rooms and gaps, and whenever somebody asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NetworkState:
    """A line of `helpdesk networks`."""

    name: str
    kind: str
    ok: bool
    detail: str
    mend: str
    rooms: Sequence[str]
    since: datetime | None
    """Since when it is so; None: it was not looked at yet."""
    reconnects: int
    """How often it was seen to come back."""
    restarts: int
    """How often its task failed and was started again."""
    last_event: datetime | None
    """When it last reported anything; None: nothing since the start."""
    waiting: int
    """Actions promised and not yet done."""
    lag: float
    """Seconds that the first of them has waited."""


@dataclass(slots=True)
class Beat:
    """What is known of one network."""

    ok: bool | None = None
    was_ok: bool = False
    since: datetime | None = None
    reconnects: int = 0
    restarts: int = 0
    last_event: datetime | None = None


class Pulse:
    """One for all networks of a service. Kept in memory: it begins anew with each start."""

    def __init__(self) -> None:
        self._beats: dict[str, Beat] = {}

    def of(self, network: str) -> Beat:
        return self._beats.setdefault(network, Beat())

    def look(self, network: str, now: datetime, *, ok: bool) -> None:
        """It is well, or it is not."""
        beat = self.of(network)
        if beat.ok is ok:
            return
        if ok and beat.was_ok:
            beat.reconnects += 1
        beat.ok, beat.since, beat.was_ok = ok, now, beat.was_ok or ok

    def heard(self, network: str, now: datetime) -> None:
        self.of(network).last_event = now

    def restarted(self, network: str) -> None:
        self.of(network).restarts += 1
