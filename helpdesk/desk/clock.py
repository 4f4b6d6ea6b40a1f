"""By when something is due: leases, targets by priority and in the SIG's hours. Pure arithmetic."""

from __future__ import annotations

from datetime import datetime, timedelta

from helpdesk.config import Config
from helpdesk.model import Priority, Ticket, TicketKind

_FACTORS = {Priority.LOW: 2.0, Priority.NORMAL: 1.0, Priority.HIGH: 0.5, Priority.URGENT: 0.1}
SECOND_LINE = 4
"""The last step of an escalation; then it is only said again."""


def timed(kind: TicketKind) -> bool:
    """Whether somebody waits for a word: a task has a date of its own, and an incident answers through its tickets."""
    return kind in (TicketKind.QUESTION, TicketKind.REQUEST)


def _target(ticket: Ticket, config: Config, usual: timedelta) -> timedelta:
    """For this priority; faster for what is asked at a community event, while it is on."""
    running = ticket.event is not None and config.occasions.get(ticket.queue) == ticket.event
    return usual * _FACTORS[ticket.priority] * (config.events.faster if running else 1.0)


def _later(ticket: Ticket, config: Config, since: datetime, length: timedelta) -> datetime:
    """When so much time of the queue's hours has passed."""
    return config.queue_hours(ticket.queue).after(since, length)


def step(ticket: Ticket, config: Config, number: int) -> datetime | None:
    """When this step of the escalation is due while the asker waits; None while they don't, or without a target.

    1 is the reminder, 2 the target itself; leads follow after another half of it, the second line after a whole one.
    """
    usual = config.times.first if ticket.answered_at is None else config.times.next
    if ticket.waits_since is None or not usual or ticket.kind is TicketKind.TASK:
        return None
    parts = config.times.warn if number <= 1 else 1 + (number - 2) / 2 if number <= SECOND_LINE else float(number - 2)
    return _later(ticket, config, ticket.waits_since, _target(ticket, config, usual) * parts)


def resolution(ticket: Ticket, config: Config) -> tuple[datetime, datetime] | None:
    """When to remind of it, and when it should be resolved; None without a target."""
    if not config.times.resolve or not timed(ticket.kind):
        return None
    target = _target(ticket, config, config.times.resolve)
    return (
        _later(ticket, config, ticket.opened_at, target * config.times.warn),
        _later(ticket, config, ticket.opened_at, target),
    )


def lease(config: Config, *, first: bool) -> timedelta:
    """How long a claim lasts: to a first word of its claimant, or between words. 0: for ever."""
    return config.sig.first_reply if first else config.sig.next_reply


def warning(ticket: Ticket, config: Config) -> timedelta:
    """How long before its end the claimant is told."""
    return lease(config, first=ticket.answered_at is None) / 6
