"""What an asker may expect: how many wait before them, when the SIG is usually awake, how long it usually takes. Pure.

Only numbers and times: they tell nothing of what others asked in private.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bridges.text import from_plain
from helpdesk.config import Config
from helpdesk.effects import Message, Value
from helpdesk.model import Ticket, TicketStatus
from helpdesk.nouns.life import MANY, LifeView

DAY = timedelta(days=1)


def opening(life: LifeView, queue: str, config: Config, now: datetime) -> list[Message]:
    """For a ticket that is being opened in this queue."""
    before = life.waiting.get(queue, 0)
    found = [_place(before + 1)] if before else []
    return [*found, *_when(life, queue, config, now), *_welcome(queue, config)]


def waiting(ticket: Ticket, life: LifeView, config: Config, now: datetime) -> list[Message]:
    """For a ticket whose asker waits for a volunteer."""
    if ticket.waits_since is None or not ticket.status.active:
        return []
    before = place(ticket, life)
    found = [before] if before is not None else []
    return [*found, *_when(life, ticket.queue, config, now)]


def place(ticket: Ticket, life: LifeView) -> Message | None:
    """How many come before it, while it waits for a volunteer."""
    found = life.places.get(ticket.number) if ticket.status is TicketStatus.OPEN else None
    return None if found is None or ticket.waits_since is None else _place(found)


def _place(place: int) -> Message:
    if place > MANY:
        return Message("place-many", {"count": MANY})
    return Message("place-next") if place == 1 else Message("place", {"before": place - 1})


def _when(life: LifeView, queue: str, config: Config, now: datetime) -> list[Message]:
    usual = life.usual.get(queue)
    hours = config.queue_hours(queue)
    found: list[Message] = []
    if queue in life.duty:
        comes = life.duty[queue]
        found += [Message("nobody-on-duty-until", {"at": moment(comes, now)})] if comes is not None else []
    elif hours.spans and not hours.open(now) and (opens := hours.next_open(now)) is not None:
        found.append(Message("nobody-until", {"at": moment(opens, now)}))
    if usual is not None:
        found.append(Message("usual", {"length": length(usual)}))
    return found


def _welcome(queue: str, config: Config) -> list[Message]:
    settings = config.queues.get(queue)
    if settings is None or not settings.welcome:
        return []
    return [Message("welcome", {"text": from_plain(settings.welcome)})]


def in_a_row(messages: list[Message]) -> Message | None:
    """Several in one line."""
    if not messages:
        return None
    first, *rest = messages
    for message in rest:
        first = Message("and", {"one": first, "other": message})
    return first


def moment(at: datetime, now: datetime) -> Value:
    """A time of today or this night as such; a later one with its weekday."""
    at = at.astimezone(UTC)
    if at - now < DAY:
        return f"{at:%H:%M} UTC"
    return Message(f"moment-{at.weekday()}", {"at": f"{at:%H:%M} UTC"})


def length(span: timedelta) -> Message:
    """About how long that is."""
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 90:
        return Message("length-minutes", {"count": minutes if minutes < 10 else round(minutes, -1)})
    if minutes < 48 * 60:
        return Message("length-hours", {"count": round(minutes / 60)})
    return Message("length-days", {"count": round(minutes / 60 / 24)})
