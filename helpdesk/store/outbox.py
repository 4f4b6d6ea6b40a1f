"""The outbox's rows, and the anchors by which replies and reactions to what was sent find their ticket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from bridges.events import Action, MessageId, PersonId, RoomId
from helpdesk.model import Confirm
from helpdesk.store.codec import decode, encode
from helpdesk.store.schema import anchors, outbox

FEW = 8
PENDING, WAITING, FAILED = "pending", "waiting", "failed"
_ORDER = 0x6865_6C70
"""The advisory lock under which parcels are numbered, until their commit."""


_PENDING = (
    select(outbox)
    .where(
        outbox.c.status == PENDING,
        outbox.c.network.in_(bindparam("networks", expanding=True)),
        outbox.c.id > bindparam("after"),
    )
    .order_by(outbox.c.id)
    .limit(bindparam("many"))
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One action to be done, as it stands in the outbox."""

    id: int
    network: str
    lane: str
    """Parcels of a lane go out in order."""
    key: str
    action: Action
    created_at: datetime
    waits_for: PersonId | None = None
    ticket: int | None = None
    question: int | None = None
    announces: bool = False
    thread_of: int | None = None
    tracked: bool = False
    confirm: Confirm | None = None
    relayed: int | None = None
    """The entry of the relay's ledger that it belongs to."""
    held: bool = False
    """It waits from the start for a `wake` of `waits_for`."""


_KEPT = delete(outbox).where(outbox.c.id.in_(bindparam("numbers", expanding=True)))
_LIFT = delete(anchors).where(
    anchors.c.network == bindparam("by_network"),
    anchors.c.room == bindparam("by_room"),
    anchors.c.message == bindparam("by_message"),
)
_DROP = insert(anchors)
_ADD = insert(outbox).returning(outbox.c.id)
_ADD_MANY = insert(outbox)
_ANCHOR = select(anchors.c.ticket, anchors.c.question, anchors.c.announces).where(
    anchors.c.network == bindparam("by_network"),
    anchors.c.room == bindparam("by_room"),
    anchors.c.message == bindparam("by_message"),
)


@dataclass(frozen=True, slots=True)
class Anchor:
    network: str
    room: RoomId
    message: MessageId
    ticket: int | None
    question: int | None
    announces: bool


def _row_of(parcel: Parcel) -> dict[str, Any]:
    """The row of a new parcel; its id is the database's to give."""
    return {
        "network": parcel.network,
        "lane": parcel.lane,
        "key": parcel.key,
        "action": encode(parcel.action),
        "status": WAITING if parcel.held else PENDING,
        "created_at": parcel.created_at,
        "error": "",
        "waits_for": parcel.waits_for,
        "ticket": parcel.ticket,
        "question": parcel.question,
        "announces": parcel.announces,
        "thread_of": parcel.thread_of,
        "tracked": parcel.tracked,
        "confirm": encode(parcel.confirm),
        "relayed": parcel.relayed,
    }


def _parcel(row: Row[Any]) -> Parcel:
    return Parcel(
        row.id,
        row.network,
        row.lane,
        row.key,
        decode(row.action),
        row.created_at,
        PersonId(row.waits_for) if row.waits_for else None,
        row.ticket,
        row.question,
        row.announces,
        row.thread_of,
        row.tracked,
        decode(row.confirm),
        row.relayed,
    )


def add(connection: Connection, parcels: Sequence[Parcel]) -> Sequence[Parcel]:
    """In order: ids grow, and a row that is seen has none before it that is yet to come.

    A few come back with their ids, to be sent without being read first; of many nothing comes back.
    """
    if not parcels:
        return ()
    if connection.dialect.name == "postgresql":
        # Numbers are given before the commit: without this, a reader could pass over a row that commits later.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ORDER})")
    if len(parcels) <= FEW:
        written = [replace(new, id=connection.execute(_ADD, _row_of(new)).scalar_one()) for new in parcels]
        return [new for new in written if not new.held]
    connection.execute(_ADD_MANY, [_row_of(new) for new in parcels])
    return ()


def pending(connection: Connection, networks: Iterable[str], after: int, limit: int = 1000) -> Sequence[Parcel]:
    found = connection.execute(_PENDING, {"networks": list(networks), "after": after, "many": limit})
    return [_parcel(row) for row in found]


def parcel(connection: Connection, number: int) -> Parcel | None:
    """A parcel that is still promised."""
    found = connection.execute(
        select(outbox).where(outbox.c.id == number, outbox.c.status.in_((PENDING, WAITING))).with_for_update()
    ).one_or_none()
    return None if found is None else _parcel(found)


def delivered(connection: Connection, numbers: Sequence[int]) -> None:
    """A promise kept is a promise no more."""
    for start in range(0, len(numbers), 500):
        connection.execute(_KEPT, {"numbers": list(numbers[start : start + 500])})


def add_anchors(connection: Connection, found: Iterable[Anchor]) -> None:
    rows = [
        {
            "network": anchor.network,
            "room": anchor.room,
            "message": anchor.message,
            "ticket": anchor.ticket,
            "question": anchor.question,
            "announces": anchor.announces,
        }
        for anchor in found
    ]
    if not rows:
        return
    # The same message may be reported twice, when a crash made us send it again under its key.
    connection.execute(
        _LIFT, [{"by_network": row["network"], "by_room": row["room"], "by_message": row["message"]} for row in rows]
    )
    connection.execute(_DROP, rows)


def anchor(connection: Connection, network: str, room: RoomId, message: MessageId) -> Anchor | None:
    """What the desk's message was about."""
    here = {"by_network": network, "by_room": room, "by_message": message}
    row = connection.execute(_ANCHOR, here).one_or_none()
    if row is None:
        return None
    return Anchor(network, room, message, row.ticket, row.question, row.announces)


def thread_root(connection: Connection, network: str, room: RoomId, ticket: int) -> MessageId | None:
    """The message that announced the ticket in this room."""
    found = connection.execute(
        select(anchors.c.message)
        .where(anchors.c.ticket == ticket, anchors.c.network == network, anchors.c.room == room, anchors.c.announces)
        .order_by(anchors.c.message)
        .limit(1)
    ).scalar()
    return None if found is None else MessageId(found)


def question_root(connection: Connection, network: str, room: RoomId, question: int) -> MessageId | None:
    """The message that answered the question in this room."""
    found = connection.execute(
        select(anchors.c.message)
        .where(
            anchors.c.question == question, anchors.c.network == network, anchors.c.room == room, anchors.c.announces
        )
        .order_by(anchors.c.message)
        .limit(1)
    ).scalar()
    return None if found is None else MessageId(found)


def promised(connection: Connection, numbers: Sequence[int]) -> Sequence[Parcel]:
    """Which of these are still to go, in order."""
    found: list[Parcel] = []
    for start in range(0, len(numbers), 500):
        some = outbox.c.id.in_(numbers[start : start + 500]), outbox.c.status == PENDING
        found += [_parcel(row) for row in connection.execute(select(outbox).where(*some).order_by(outbox.c.id))]
    return found


def become(connection: Connection, numbers: Sequence[int], key: str, action: Action) -> None:
    """All of these parcels become one, which goes in the place of the last."""
    *rest, last = numbers
    delivered(connection, rest)
    connection.execute(update(outbox).where(outbox.c.id == last).values(key=key, action=encode(action), relayed=None))


def withdraw(connection: Connection, entry: int) -> None:
    """What of an entry of the relay has not gone out: one that is on its way this moment still arrives."""
    connection.execute(delete(outbox).where(outbox.c.relayed == entry, outbox.c.status.in_((PENDING, WAITING))))


_FOR_COPIES = select(outbox).where(
    outbox.c.waits_for.in_(bindparam("waited", expanding=True)), outbox.c.status == WAITING
)


def copied(connection: Connection, found: Mapping[PersonId, MessageId]) -> set[str]:
    """Reactions that waited for these copies get their targets and go out, on the networks that are returned."""
    networks: set[str] = set()
    for row in connection.execute(_FOR_COPIES, {"waited": list(found)}).all():
        action = replace(decode(row.action), target=found[row.waits_for])
        fresh = {"action": encode(action), "status": PENDING, "waits_for": None}
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(fresh))
        networks.add(row.network)
    return networks


def hold(connection: Connection, number: int, waits_for: PersonId) -> None:
    connection.execute(update(outbox).where(outbox.c.id == number).values(status=WAITING, waits_for=waits_for))


def fail(connection: Connection, number: int, error: str) -> None:
    connection.execute(update(outbox).where(outbox.c.id == number).values(status=FAILED, error=error[:500]))


def wake(connection: Connection, network: str, person: PersonId) -> bool:
    """What waited for this person goes out again. Whether anything did."""
    found = connection.execute(
        update(outbox)
        .where(outbox.c.network == network, outbox.c.waits_for == person, outbox.c.status == WAITING)
        .values(status=PENDING)
    )
    return found.rowcount > 0


def wake_everywhere(connection: Connection, waits_for: PersonId) -> set[str]:
    """What waited for this goes out, on whatever network: these are returned."""
    waiting = outbox.c.waits_for == waits_for, outbox.c.status == WAITING
    networks = set(connection.execute(select(outbox.c.network).where(*waiting).distinct()).scalars())
    if networks:
        connection.execute(update(outbox).where(*waiting).values(status=PENDING, waits_for=None))
    return networks


def sizes(connection: Connection) -> dict[tuple[str, str], int]:
    """How many parcels there are by network and status."""
    query = select(outbox.c.network, outbox.c.status, func.count()).group_by(outbox.c.network, outbox.c.status)
    return {(network, status): count for network, status, count in connection.execute(query)}


def oldest(connection: Connection) -> dict[str, datetime]:
    """When the first of each network's pending parcels was promised."""
    query = select(outbox.c.network, func.min(outbox.c.created_at)).where(outbox.c.status == PENDING)
    return {row[0]: row[1] for row in connection.execute(query.group_by(outbox.c.network))}
