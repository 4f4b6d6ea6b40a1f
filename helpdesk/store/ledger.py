"""The relay's ledger: what was relayed, the copies it got, and what a decision about it looks at."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from bridges.events import MessageId, PersonId, RoomId
from bridges.text import Text, from_plain, plain
from helpdesk.desk.relay import REPEATED, Inquiry
from helpdesk.effects import Remember
from helpdesk.ledger import Copy, Entry, Place, Speaker, Surroundings, folded
from helpdesk.links import Links
from helpdesk.store.codec import decode, encode
from helpdesk.store.schema import breakers, copies, outbox, relayed, told_once

DISCLOSING, DISCLOSED = "disclosing", "disclosed"
"""What the people of an encrypted room are being told, and were told."""
SPEAKERS = 60
"""Lines of people of the names in question that are looked at."""
KEPT_WORDS = 2000
"""Characters of a message that the ledger keeps; a longer one is kept as its beginning."""

# Statements on the way of every line are built once: building one costs as much as running it.
_ADD = insert(relayed).returning(relayed.c.id)
_OWN = select(relayed).where(
    relayed.c.network == bindparam("by_network"),
    relayed.c.room == bindparam("by_room"),
    relayed.c.message.in_(bindparam("messages", expanding=True)),
)
_COPIED = (
    select(relayed, copies.c.message.label("copied"))
    .join_from(copies, relayed)
    .where(
        copies.c.network == bindparam("by_network"),
        copies.c.room == bindparam("by_room"),
        copies.c.message.in_(bindparam("messages", expanding=True)),
    )
)
_COPIES = (
    select(copies)
    .where(copies.c.relayed == bindparam("entry"))
    .order_by(copies.c.network, copies.c.room, copies.c.part)
)
_LIFT = delete(copies).where(
    copies.c.network == bindparam("by_network"),
    copies.c.room == bindparam("by_room"),
    copies.c.message == bindparam("by_message"),
)
_COPY = insert(copies)
_SPOKE = (
    relayed.c.network,
    relayed.c.room,
    relayed.c.person,
    relayed.c.name,
    relayed.c.message,
    relayed.c.at,
)
_NAMED = (
    select(*_SPOKE)
    .where(relayed.c.folded.in_(bindparam("names", expanding=True)), relayed.c.kind == "message")
    .order_by(relayed.c.id.desc())
    .limit(SPEAKERS)
)
_KNOWN = (
    select(*_SPOKE)
    .where(
        relayed.c.network == bindparam("by_network"),
        relayed.c.person.in_(bindparam("people", expanding=True)),
        relayed.c.kind == "message",
    )
    .order_by(relayed.c.id.desc())
    .limit(SPEAKERS * 10)
)
_SAME = (
    select(func.count())
    .select_from(relayed)
    .where(relayed.c.digest == bindparam("by_digest"), relayed.c.at > bindparam("since"))
)
_STOPPED = select(breakers.c.until).where(
    breakers.c.network == bindparam("by_network"), breakers.c.person == bindparam("by_person")
)


def look(connection: Connection, inquiry: Inquiry, links: Links, now: datetime) -> Surroundings:
    """What the relay may know around an event."""
    network = inquiry.place[0]
    around = links.around(inquiry.place)
    about, root = _found(connection, inquiry)
    same = 0
    if inquiry.digest:
        same = connection.execute(_SAME, {"by_digest": inquiry.digest, "since": now - REPEATED}).scalar_one()
    elif about is not None and about.kind == "reaction":
        same = _others(connection, about)
    stopped = False
    if inquiry.sender:
        until = connection.execute(_STOPPED, {"by_network": network, "by_person": inquiry.sender}).scalar()
        stopped = until is not None and until > now
    rows: list[Any] = []
    if inquiry.names:
        rows += connection.execute(_NAMED, {"names": list(inquiry.names)}).all()
    if inquiry.people:
        rows += connection.execute(_KNOWN, {"by_network": network, "people": list(inquiry.people)}).all()
    return Surroundings(
        about,
        root,
        _speakers(rows, around),
        same,
        stopped,
        bool(inquiry.disclosure) and _told(connection, network, inquiry.disclosure, DISCLOSED),
        tuple(secrets.token_urlsafe(18) for _ in range(inquiry.tokens)),
    )


def _found(connection: Connection, inquiry: Inquiry) -> tuple[Entry | None, Entry | None]:
    """What it is about, and its thread's root."""
    about = find(connection, inquiry.place, inquiry.about) if inquiry.about else None
    return about, find(connection, inquiry.place, inquiry.root) if inquiry.root else None


def find(connection: Connection, place: Place, message: str) -> Entry | None:
    """The entry that the message there is, or is a copy of."""
    values = {"by_network": place[0], "by_room": place[1], "messages": [message]}
    row = connection.execute(_OWN, values).one_or_none() or connection.execute(_COPIED, values).one_or_none()
    return None if row is None else _entry(connection, row)


def entry(connection: Connection, number: int) -> Entry | None:
    row = connection.execute(select(relayed).where(relayed.c.id == number)).one_or_none()
    return None if row is None else _entry(connection, row)


def _entry(connection: Connection, row: Row[Any]) -> Entry:
    found: dict[Place, list[MessageId]] = {}
    for copy in connection.execute(_COPIES, {"entry": row.id}):
        found.setdefault((copy.network, RoomId(copy.room)), []).append(MessageId(copy.message))
    return Entry(
        row.id,
        row.network,
        RoomId(row.room),
        MessageId(row.message),
        row.kind,
        PersonId(row.person),
        row.name,
        row.at,
        decode(row.text),
        decode(row.edited),
        tuple(Copy(network, room, tuple(messages)) for (network, room), messages in found.items()),
        row.about,
    )


def _others(connection: Connection, reaction: Entry) -> int:
    """How many others reacted alike and have no reaction of their own in the linked rooms: one stands for all."""
    query = (
        select(func.count())
        .select_from(relayed)
        .where(
            relayed.c.about == reaction.about,
            relayed.c.kind == "reaction",
            relayed.c.id != reaction.id,
            relayed.c.digest == key_digest(reaction.text),
            ~select(copies.c.relayed).where(copies.c.relayed == relayed.c.id).exists(),
        )
    )
    return int(connection.execute(query).scalar_one())


def spoke(connection: Connection, network: str, person: PersonId, now: datetime) -> int:
    """How many messages of this person's were relayed in the last minute."""
    query = (
        select(func.count())
        .select_from(relayed)
        .where(
            relayed.c.network == network,
            relayed.c.person == person,
            relayed.c.kind == "message",
            relayed.c.at > now - REPEATED,
        )
    )
    return int(connection.execute(query).scalar_one())


def key_digest(text: Text) -> str:
    """By what the same reactions are found."""
    return "key:" + "".join(getattr(span, "text", "") for span in text)


def _speakers(rows: Iterable[Row[Any]], around: frozenset[Place]) -> tuple[Speaker, ...]:
    """The last words of each person in each of the rooms."""
    found: dict[tuple[str, str, str], Speaker] = {}
    for row in rows:
        if (row.network, row.room) in around:
            key = (row.network, row.room, row.person)
            speaker = Speaker(
                row.network, RoomId(row.room), PersonId(row.person), row.name, MessageId(row.message), row.at
            )
            found.setdefault(key, speaker)
    return tuple(found.values())


# --- writing ----------------------------------------------------------------------------------------------------------


def remember(connection: Connection, effect: Remember) -> int:
    """The number of the new entry."""
    row = {
        "network": effect.network,
        "room": effect.room,
        "message": effect.message,
        "kind": effect.kind,
        "person": effect.person,
        "name": effect.name,
        "folded": folded(effect.name),
        "at": effect.at,
        "text": encode(_short(effect.text)),
        "about": effect.about,
        "digest": effect.digest if effect.kind == "message" else key_digest(effect.text),
    }
    return int(connection.execute(_ADD, row).scalar_one())


def _short(text: Text) -> Text:
    """Long words are kept as far as replies and edits need them."""
    words = plain(text)
    return text if len(words) <= KEPT_WORDS else from_plain(words[:KEPT_WORDS])


def add_copies(connection: Connection, found: Sequence[tuple[int, str, RoomId, Sequence[MessageId]]]) -> list[int]:
    """Entry, network, room and ids of what went out. Returns those of them that were taken back meanwhile."""
    rows = [
        {"relayed": number, "network": network, "room": room, "message": message, "part": part}
        for number, network, room, messages in found
        for part, message in enumerate(messages)
    ]
    if not rows:
        return []
    numbers = {number for number, *_ in found}
    alive = {
        row.id: row.kind
        for row in connection.execute(select(relayed.c.id, relayed.c.kind).where(relayed.c.id.in_(numbers)))
    }
    # The same copy may be reported twice, when a crash made us send it again under its key.
    fresh = {(row["network"], row["room"], row["message"]): row for row in rows if row["relayed"] in alive}
    if fresh:
        keys = [{"by_network": network, "by_room": room, "by_message": message} for network, room, message in fresh]
        connection.execute(_LIFT, keys)
        connection.execute(_COPY, list(fresh.values()))
    return sorted(number for number, kind in alive.items() if kind == "redacted")


def set_text(connection: Connection, number: int, text: Text, *, waiting: bool) -> None:
    values = {"edited": encode(_short(text))} if waiting else {"text": encode(_short(text)), "edited": None}
    connection.execute(update(relayed).where(relayed.c.id == number).values(values))


def forget(connection: Connection, number: int) -> None:
    """The words go, and what of it was not sent yet."""
    connection.execute(
        update(relayed).where(relayed.c.id == number).values(kind="redacted", text=[], edited=None, digest="")
    )


def count(connection: Connection, number: int, key: str, by: int) -> None:
    counts = connection.execute(select(relayed.c.reactions).where(relayed.c.id == number)).scalar()
    if counts is None:
        return
    counts = dict(counts)
    counts[key] = counts.get(key, 0) + by
    if counts[key] <= 0:
        del counts[key]
    connection.execute(update(relayed).where(relayed.c.id == number).values(reactions=counts))


def trip(connection: Connection, network: str, person: PersonId, until: datetime) -> None:
    connection.execute(delete(breakers).where(breakers.c.network == network, breakers.c.person == person))
    connection.execute(insert(breakers).values(network=network, person=person, until=until))


def tell_once(connection: Connection, network: str, person: PersonId, what: str, now: datetime) -> bool:
    """Whether they have not been told before."""
    if _told(connection, network, person, what):
        return False
    connection.execute(insert(told_once).values(network=network, person=person, what=what, at=now))
    return True


def _told(connection: Connection, network: str, person: str, what: str) -> bool:
    query = select(told_once.c.at).where(
        told_once.c.network == network, told_once.c.person == person, told_once.c.what == what
    )
    return connection.execute(query).scalar() is not None


def sweep(connection: Connection, before: datetime, now: datetime, limit: int = 500) -> bool:
    """Forget a portion of what is older. Whether there may be more."""
    old = connection.execute(
        select(relayed.c.id)
        .where(
            relayed.c.at < before,
            ~select(outbox.c.id).where(outbox.c.relayed == relayed.c.id, outbox.c.status == "pending").exists(),
        )
        .limit(limit)
    ).scalars()
    numbers = list(old)
    connection.execute(delete(breakers).where(breakers.c.until < now))
    if numbers:
        connection.execute(delete(copies).where(copies.c.relayed.in_(numbers)))
        connection.execute(delete(relayed).where(relayed.c.id.in_(numbers)))
    return len(numbers) == limit
