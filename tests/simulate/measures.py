"""What a simulated year came to: how long people waited, who worked how much, and what must never be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from helpdesk.model import ChangeKind, TicketStatus
from helpdesk.store import events
from helpdesk.store.schema import changes, outbox, tickets, timers
from tests.simulate.people import marks

ACTIVE = tuple(status for status in TicketStatus if status.active)
LATE = timedelta(minutes=1)


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank; 0 of nothing."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, round(share * len(ranked)) - 1))] if ranked else 0.0


def gini(values: Sequence[float]) -> float:
    """0: all have the same; towards 1: one has all."""
    ranked, total = sorted(values), sum(values)
    if not total:
        return 0.0
    weighted = sum((2 * place - len(ranked) - 1) * value for place, value in enumerate(ranked, 1))
    return weighted / (len(ranked) * total)


@dataclass
class Troubles:
    """What must never be; each with examples."""

    lost: set[int] = field(default_factory=set)
    """Active tickets that nobody holds, and no timer will bring up again."""
    stale: set[int] = field(default_factory=set)
    """Claims past their lease."""
    late: set[int] = field(default_factory=set)
    """Timers that should have fired."""
    nowhere: set[int] = field(default_factory=set)
    """Timers about tickets that there are not."""
    dead: int = 0
    """Events that could not be handled."""
    twice: set[str] = field(default_factory=set)
    """Answers that were delivered twice."""
    undelivered: set[str] = field(default_factory=set)
    """Answers that neither arrived, nor wait, nor were said to be undeliverable."""

    @property
    def any(self) -> bool:
        return bool(self.lost or self.stale or self.late or self.nowhere or self.dead or self.twice or self.undelivered)


def look(connection: Connection, now: datetime, found: Troubles) -> None:
    """Add what is wrong at this moment."""
    pending = connection.execute(select(timers)).all()
    timed = {row.about for row in pending if about_ticket(row.kind)}
    open_ones = connection.execute(select(tickets).where(tickets.c.status.in_(ACTIVE))).all()
    for row in open_ones:
        if row.claimant is None and row.number not in timed:
            found.lost.add(row.number)
        if row.status != TicketStatus.OPEN and row.claimant is None:
            found.lost.add(row.number)
        if row.claimant is not None and row.lease_until is not None and row.lease_until < now - LATE:
            found.stale.add(row.number)
    found.late |= {row.id for row in pending if row.due_at < now - LATE}
    if timed:
        known = set(connection.execute(select(tickets.c.number)).scalars())
        found.nowhere |= {row.id for row in pending if about_ticket(row.kind) and row.about not in known}
    found.dead = events.buried(connection)


def about_ticket(kind: str) -> bool:
    """Whether such a timer is about a ticket."""
    return kind in ("remind", "rota.offer", "sig.draft") or kind.startswith("life.")


@dataclass
class Report:
    """Hours, where it is times."""

    tickets: int
    by_status: Counter[str]
    first: list[float]
    resolution: list[float]
    answered_24: float
    answered_72: float
    never_answered: int
    answers: int
    by_person: Counter[str]


def report(connection: Connection) -> Report:
    """By the tickets' histories alone."""
    opened: dict[int, datetime] = {}
    first: dict[int, float] = {}
    resolved: dict[int, float] = {}
    by_person: Counter[str] = Counter()
    answers = 0
    for row in connection.execute(select(changes).order_by(changes.c.id)):
        since = (row.at - opened[row.ticket]).total_seconds() / 3600 if row.ticket in opened else 0.0
        if row.kind == ChangeKind.OPENED:
            opened[row.ticket] = row.at
        elif row.kind in (ChangeKind.ANSWER, ChangeKind.ASK_BACK):
            first.setdefault(row.ticket, since)
            by_person[row.actor_name] += 1
            answers += row.kind == ChangeKind.ANSWER
        elif row.kind == ChangeKind.RESOLVED:
            resolved[row.ticket] = since
    status = Counter(connection.execute(select(tickets.c.status)).scalars())

    def within(hours: float) -> float:
        return sum(wait <= hours for wait in first.values()) / max(1, len(opened))

    return Report(
        len(opened),
        status,
        list(first.values()),
        list(resolved.values()),
        within(24),
        within(72),
        len(opened) - len(first),
        answers,
        by_person,
    )


def vanished(connection: Connection, delivered: Container[str]) -> set[str]:
    """Words of volunteers to askers that neither arrived, nor wait to, nor were said to be undeliverable."""
    waiting = {mark for action in connection.execute(select(outbox.c.action)).scalars() for mark in marks(str(action))}
    failed = set(connection.execute(select(changes.c.ticket).where(changes.c.kind == ChangeKind.UNDELIVERED)).scalars())
    told = select(changes.c.ticket, changes.c.text).where(
        changes.c.kind.in_((ChangeKind.ANSWER, ChangeKind.ASK_BACK)), changes.c.ticket.not_in(failed)
    )
    return {
        mark
        for row in connection.execute(told)
        for mark in marks(row.text)
        if mark not in delivered and mark not in waiting
    }
