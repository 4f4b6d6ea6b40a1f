"""Links between rooms that were made by command."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from bridges.events import RoomId
from helpdesk.ledger import Place
from helpdesk.links import Pair
from helpdesk.store.schema import counters, links

CHANGES = "links"
"""The counter that grows with each change, so that whoever holds the links knows when to read them again."""


def load(connection: Connection) -> Sequence[Pair]:
    return [
        Pair((row.from_network, RoomId(row.from_room)), (row.to_network, RoomId(row.to_room)), row.both, row.by, row.at)
        for row in connection.execute(select(links).order_by(links.c.id))
    ]


def version(connection: Connection) -> int:
    found: int | None = connection.execute(select(counters.c.value).where(counters.c.name == CHANGES)).scalar()
    return found or 0


def link(connection: Connection, source: Place, target: Place, by: str, now: datetime, *, both: bool) -> None:
    """A link that exists is made anew, with its direction."""
    unlink(connection, source, target)
    connection.execute(
        insert(links).values(
            from_network=source[0],
            from_room=source[1],
            to_network=target[0],
            to_room=target[1],
            both=both,
            by=by,
            at=now,
        )
    )
    _grow(connection)


def unlink(connection: Connection, one: Place, other: Place) -> None:
    def of(source: Place, target: Place) -> object:
        return and_(
            links.c.from_network == source[0],
            links.c.from_room == source[1],
            links.c.to_network == target[0],
            links.c.to_room == target[1],
        )

    connection.execute(delete(links).where(or_(of(one, other), of(other, one))))  # type: ignore[arg-type]
    _grow(connection)


def _grow(connection: Connection) -> None:
    changed = connection.execute(
        update(counters).where(counters.c.name == CHANGES).values(value=counters.c.value + 1)
    ).rowcount
    if not changed:
        connection.execute(insert(counters).values(name=CHANGES, value=1))
