"""Questions that are watched: what decisions look at, and what their effects write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from bridges.events import MessageId, PersonId, RoomId, Sender
from helpdesk.nouns.watch import HeardOther, SettleWatched, Watched, WatchEffect, WatchQuestion, WatchView
from helpdesk.store import events, people
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema_sig import watched

OPEN, TRIED = "open", "tried"
DUE = "watch.due"

# On the way of all that is said in a watched room: built once.
_OPEN = select(watched).where(
    watched.c.network == bindparam("by_network"), watched.c.room == bindparam("by_room"), watched.c.status == OPEN
)


def view(look: Look) -> WatchView:
    """For a timer about a question; it is no ticket."""
    number = look.invocation.number if look.invocation is not None else None
    row = _row(look.connection, number) if number is not None else None
    if row is None:
        return WatchView()
    question = _watched(row)
    helped = look.connection.execute(
        select(func.max(watched.c.tried_at)).where(
            watched.c.network == question.network, watched.c.room == question.room, watched.c.status == TRIED
        )
    ).scalar()
    person = people.person_of(look.connection, look.config, question.network, question.sender, look.now)
    return WatchView(question, person, helped)


def _row(connection: Connection, number: int) -> Row[Any] | None:
    query = select(watched).where(watched.c.id == number, watched.c.status == OPEN).with_for_update()
    return connection.execute(query).one_or_none()


def waiting(connection: Connection, places: Sequence[tuple[str, RoomId]]) -> WatchView:
    """What waits for an answer in these rooms."""
    found = [
        _watched(row)
        for network, room in places
        for row in connection.execute(_OPEN, {"by_network": network, "by_room": room})
    ]
    return WatchView(open=tuple(found))


def _watched(row: Row[Any]) -> Watched:
    sender = Sender(PersonId(row.key), row.name, row.authenticated)
    return Watched(row.id, row.network, RoomId(row.room), MessageId(row.message), sender, row.text, row.at, row.other)


def apply(connection: Connection, effect: WatchEffect, now: datetime, applied: Applied) -> None:
    match effect:
        case WatchQuestion():
            row = {
                "network": effect.network,
                "room": effect.room,
                "message": effect.message,
                "key": effect.sender.id,
                "name": effect.sender.name,
                "authenticated": effect.sender.authenticated,
                "text": effect.text,
                "at": effect.at,
                "status": OPEN,
                "other": "",
            }
            number = connection.execute(insert(watched).values(**row).returning(watched.c.id)).scalar_one()
            events.schedule(connection, DUE, number, effect.due)
            applied.scheduled = True
        case HeardOther(question, other):
            connection.execute(update(watched).where(watched.c.id == question).values(other=other))
        case SettleWatched(question, tried):
            _settle(connection, question, now, tried=tried)


def _settle(connection: Connection, number: int, now: datetime, *, tried: bool) -> None:
    """Of what people said among themselves nothing is kept; only when the desk spoke up in the room."""
    row = connection.execute(select(watched.c.network, watched.c.room).where(watched.c.id == number)).one_or_none()
    if row is None:
        return
    if not tried:
        connection.execute(delete(watched).where(watched.c.id == number))
        return
    earlier = (watched.c.network == row.network, watched.c.room == row.room, watched.c.status == TRIED)
    connection.execute(delete(watched).where(*earlier))
    nobody = {"text": "", "name": "", "key": "", "message": ""}
    connection.execute(update(watched).where(watched.c.id == number).values(status=TRIED, tried_at=now, **nobody))
