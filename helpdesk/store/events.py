"""What was heard and how far, timers, dead letters, and the sweeping of what is no longer needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bridges.events import Position
from helpdesk.deskevents import TimerDue
from helpdesk.store.notify import News, tell
from helpdesk.store.outbox import FAILED
from helpdesk.store.schema import checkpoints, dead_letters, heard, invitations, leases, outbox, timers

KEEP_HEARD = timedelta(days=30)
KEEP_FAILED = timedelta(days=30)


_HEARD = select(heard.c.event).where(
    heard.c.network == bindparam("by_network"), heard.c.event.in_(bindparam("events", expanding=True))
)
_MOVED = (
    update(checkpoints)
    .where(checkpoints.c.network == bindparam("by_network"))
    .values(position=bindparam("to_position"))
)
_SCHEDULE = insert(timers)
_DUE = (
    select(timers.c.id, timers.c.kind, timers.c.about)
    .where(timers.c.due_at <= bindparam("until", type_=timers.c.due_at.type))
    .order_by(timers.c.due_at, timers.c.id)
    .limit(bindparam("at_most"))
)
_NEXT = select(timers.c.due_at).order_by(timers.c.due_at).limit(1)
_TAKE = delete(timers).where(
    timers.c.id == bindparam("by_id"),
    timers.c.kind == bindparam("by_kind"),
    timers.c.about == bindparam("by_about"),
    timers.c.due_at <= bindparam("until", type_=timers.c.due_at.type),
)
_REMEMBER = insert(heard)


def known(connection: Connection, ids: Mapping[str, Sequence[str]]) -> set[tuple[str, str]]:
    """Which of these events, by network, were handled before."""
    found: set[tuple[str, str]] = set()
    for network, events in ids.items():
        rows = connection.execute(_HEARD, {"by_network": network, "events": list(events)})
        found.update((network, event) for event in rows.scalars())
    return found


def remember(connection: Connection, ids: Iterable[tuple[str, str]], now: datetime) -> None:
    rows = [{"network": network, "event": event, "at": now} for network, event in ids]
    if rows:
        connection.execute(_REMEMBER, rows)


def set_checkpoint(connection: Connection, network: str, position: Position) -> None:
    changed = connection.execute(_MOVED, {"by_network": network, "to_position": position}).rowcount
    if not changed:
        connection.execute(insert(checkpoints).values(network=network, position=position))


def checkpoint(connection: Connection, network: str) -> Position | None:
    found = connection.execute(select(checkpoints.c.position).where(checkpoints.c.network == network)).scalar()
    return None if found is None else Position(found)


# --- timers -----------------------------------------------------------------------------------------------------------


def schedule(connection: Connection, kind: str, about: int, due: datetime) -> None:
    connection.execute(_SCHEDULE, {"kind": kind, "about": about, "due_at": due})


def due_timers(connection: Connection, now: datetime, limit: int = 200) -> Sequence[tuple[int, str, int]]:
    """(id, kind, what it is about) of what is due, oldest first."""
    found = connection.execute(_DUE, {"until": now, "at_most": limit})
    return [(row.id, row.kind, row.about) for row in found]


def next_timer(connection: Connection) -> datetime | None:
    return connection.execute(_NEXT).scalar()


def take_timer(connection: Connection, timer: TimerDue, now: datetime) -> bool:
    """Whether the timer was still there: it fires once. SQLite may give its id to a later one, which is another's or not due."""
    same = {"by_id": timer.timer, "by_kind": timer.kind, "by_about": timer.about, "until": now}
    return connection.execute(_TAKE, same).rowcount > 0


# --- dead letters -----------------------------------------------------------------------------------------------------


def bury(connection: Connection, network: str, event: str, traceback: str, now: datetime) -> None:
    """Set an event aside that the desk could not handle."""
    connection.execute(insert(dead_letters).values(network=network, event=event, traceback=traceback, at=now))


def buried(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(dead_letters)).scalar_one()


def sweep(connection: Connection, now: datetime) -> None:
    """Forget replays that can't come any more, words nobody will get, and links that have run out."""
    connection.execute(delete(heard).where(heard.c.at < now - KEEP_HEARD))
    connection.execute(delete(outbox).where(outbox.c.status == FAILED, outbox.c.created_at < now - KEEP_FAILED))
    connection.execute(delete(invitations).where(invitations.c.expires_at < now - KEEP_FAILED))


# --- leases -----------------------------------------------------------------------------------------------------------


def lease(connection: Connection, network: str, worker: str, now: datetime, until: datetime) -> int | None:
    """Take or renew the lease on a network. Its fencing token, or None while another worker holds it."""
    row = connection.execute(select(leases).where(leases.c.network == network).with_for_update()).one_or_none()
    if row is None:
        connection.execute(insert(leases).values(network=network, worker=worker, token=1, until=until))
        return 1
    if row.worker != worker and row.until > now:
        return None
    token: int = row.token if row.worker == worker else row.token + 1
    connection.execute(
        update(leases).where(leases.c.network == network).values(worker=worker, token=token, until=until)
    )
    return token


def holds(connection: Connection, network: str, worker: str, token: int) -> bool:
    """Whether this worker still holds the lease, locked until the transaction ends."""
    row = connection.execute(
        select(leases.c.worker, leases.c.token).where(leases.c.network == network).with_for_update()
    ).one_or_none()
    return row is not None and (row.worker, row.token) == (worker, token)


def release(connection: Connection, worker: str, now: datetime) -> None:
    """Let go of all leases, so that another worker need not wait for them to run out."""
    connection.execute(update(leases).where(leases.c.worker == worker).values(until=now))
    tell(connection, worker, News(released=True))
