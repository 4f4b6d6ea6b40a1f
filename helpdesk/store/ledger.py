"""The relay's ledger: what was relayed, the copies it got, and who speaks in linked rooms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bridges.events import MessageId, PersonId, RoomId
from bridges.text import LENGTH_LIMIT, Text, from_plain, plain
from helpdesk.desk.relay import REPEATED
from helpdesk.effects import Remember
from helpdesk.ledger import COPY, Copy, Entry, Place, Speaker, folded
from helpdesk.store import pages
from helpdesk.store.codec import decode, encode
from helpdesk.store.people import token_hash
from helpdesk.store.schema import breakers, copies, counters, outbox, relayed, speakers, told_once

DISCLOSING, DISCLOSED = "disclosing", "disclosed"
"""What the people of an encrypted room are being told, and were told."""
KEPT_WORDS = LENGTH_LIMIT
"""Characters of a message that the ledger keeps; a longer one is kept as its beginning."""
NAMESAKES = 2000
"""People of the names in question who are looked at, latest words first: guests of one name may be ever so many."""
KEYS = 50
"""Different reactions to one message that are counted."""
_COUNTER = "relayed"

# Statements on the way of every line are built once: building one costs as much as running it.
_ADD = insert(relayed)
_OWN = select(relayed).where(
    relayed.c.network == bindparam("by_network"),
    relayed.c.room == bindparam("by_room"),
    relayed.c.message == bindparam("by_message"),
)
_COPIED = (
    select(relayed)
    .join_from(copies, relayed)
    .where(
        copies.c.network == bindparam("by_network"),
        copies.c.room == bindparam("by_room"),
        copies.c.message == bindparam("by_message"),
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
_KINDS = select(relayed.c.id, relayed.c.kind).where(relayed.c.id.in_(bindparam("numbers", expanding=True)))
_NAMED = (
    select(speakers)
    .where(speakers.c.folded.in_(bindparam("names", expanding=True)))
    .order_by(speakers.c.at.desc())
    .limit(NAMESAKES)
)
_PEOPLE = select(speakers).where(
    speakers.c.network == bindparam("by_network"), speakers.c.person.in_(bindparam("people", expanding=True))
)
_SAME = (
    select(relayed.c.digest, func.count().label("times"))
    .where(relayed.c.digest.in_(bindparam("digests", expanding=True)), relayed.c.at > bindparam("since"))
    .group_by(relayed.c.digest)
)
_SHOW = update(relayed).where(relayed.c.id == bindparam("number")).values(pages=bindparam("with_page"))
_STOPPED = select(breakers.c.network, breakers.c.person).where(breakers.c.until > bindparam("now"))
_TAKE = (
    update(counters)
    .where(counters.c.name == _COUNTER)
    .values(value=counters.c.value + bindparam("many"))
    .returning(counters.c.value)
)


# --- reading ----------------------------------------------------------------------------------------------------------


def find(connection: Connection, place: Place, message: str) -> Entry | None:
    """The entry that the message there is, or is a copy of."""
    values = {"by_network": place[0], "by_room": place[1], "by_message": message}
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
        row.mark,
    )


def others(connection: Connection, reaction: Entry) -> int:
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
    return "key:" + plain(text)


def named(connection: Connection, names: Iterable[str]) -> Sequence[Speaker]:
    """Who goes by these folded names in any linked room."""
    wanted = list(names)
    return [_speaker(row) for row in connection.execute(_NAMED, {"names": wanted})] if wanted else []


def people(connection: Connection, network: str, persons: Iterable[str]) -> Sequence[Speaker]:
    wanted = list(persons)
    if not wanted:
        return []
    return [_speaker(row) for row in connection.execute(_PEOPLE, {"by_network": network, "people": wanted})]


def _speaker(row: Row[Any]) -> Speaker:
    return Speaker(row.network, RoomId(row.room), PersonId(row.person), row.name, MessageId(row.message), row.at)


def same(connection: Connection, digests: Iterable[str], now: datetime) -> dict[str, int]:
    """How often these words were relayed in the last minute."""
    wanted = list(digests)
    if not wanted:
        return {}
    return {row.digest: row.times for row in connection.execute(_SAME, {"digests": wanted, "since": now - REPEATED})}


def stopped(connection: Connection, now: datetime) -> set[tuple[str, str]]:
    """Network and id of everybody whom the circuit breaker holds back."""
    return {(row.network, row.person) for row in connection.execute(_STOPPED, {"now": now})}


# --- writing ----------------------------------------------------------------------------------------------------------


def take_numbers(connection: Connection, many: int) -> int:
    """The first of so many numbers for new entries, which are ours when the transaction commits."""
    last = connection.execute(_TAKE, {"many": many}).scalar()
    if last is None:
        first = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
        connection.execute(first(counters).values(name=_COUNTER, value=0).on_conflict_do_nothing())
        last = connection.execute(_TAKE, {"many": many}).scalar_one()
    return int(last) - many + 1


def add(connection: Connection, found: Sequence[tuple[int, Remember]]) -> None:
    """New entries, under the numbers taken for them, and what their authors said last."""
    if not found:
        return
    connection.execute(_ADD, [_row(number, effect) for number, effect in found])
    last = {(e.network, e.room, e.person): e for _, e in found if e.kind == "message"}
    if not last:
        return
    first: Any = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    statement = first(speakers)
    fresh = {name: getattr(statement.excluded, name) for name in ("name", "folded", "message", "at")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["network", "room", "person"], set_=fresh),
        [
            {
                "network": effect.network,
                "room": effect.room,
                "person": effect.person,
                "name": effect.name,
                "folded": folded(effect.name),
                "message": effect.message,
                "at": effect.at,
            }
            for effect in last.values()
        ],
    )


def _row(number: int, effect: Remember) -> dict[str, Any]:
    return {
        "id": number,
        "network": effect.network,
        "room": effect.room,
        "message": effect.message,
        "kind": effect.kind,
        "person": effect.person,
        "name": effect.name,
        "at": effect.at,
        "text": encode(_short(effect.text)),
        "about": effect.about,
        "mark": effect.mark,
        "pages": [token_hash(token) for token in effect.pages],
        "digest": effect.digest if effect.kind == "message" else key_digest(effect.text),
    }


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
    alive = {row.id: row.kind for row in connection.execute(_KINDS, {"numbers": sorted({one[0] for one in found})})}
    # The same copy may be reported twice, when a crash made us send it again under its key.
    fresh = {(row["network"], row["room"], row["message"]): row for row in rows if row["relayed"] in alive}
    if fresh:
        keys = [{"by_network": network, "by_room": room, "by_message": message} for network, room, message in fresh]
        connection.execute(_LIFT, keys)
        connection.execute(_COPY, list(fresh.values()))
    return sorted(number for number, kind in alive.items() if kind == "redacted")


def change_copies(connection: Connection, number: int, copy: Copy, known: Sequence[MessageId]) -> None:
    """After an edit the message has these ids there: in place of those `known`, or besides them where the change was said."""
    where = (copies.c.relayed == number, copies.c.network == copy.network, copies.c.room == copy.room)
    kept = copy.messages if set(copy.messages) & set(known) else (*known, *copy.messages)
    if tuple(known) == tuple(kept):
        return
    connection.execute(delete(copies).where(*where))
    add_copies(connection, [(number, copy.network, copy.room, kept)])


def set_text(connection: Connection, number: int, text: Text, *, waiting: bool) -> None:
    """Words that wait are kept whole, since they are still to be said."""
    for page in _pages(connection, number):
        pages.reword(connection, page, number, text)
    values = {"edited": encode(text)} if waiting else {"text": encode(_short(text)), "edited": None}
    connection.execute(update(relayed).where(relayed.c.id == number).values(values))


def show_on(connection: Connection, numbers: Iterable[int], token: str) -> None:
    """These entries are shown on the page of this address too."""
    wanted, page = list(numbers), token_hash(token)
    for start in range(0, len(wanted), 500):
        some = relayed.c.id.in_(wanted[start : start + 500])
        found = connection.execute(select(relayed.c.id, relayed.c.pages).where(some)).all()
        if found:
            rows = [{"number": row.id, "with_page": [*row.pages, page]} for row in found]
            connection.execute(_SHOW, rows)


def _pages(connection: Connection, number: int) -> Sequence[str]:
    return connection.execute(select(relayed.c.pages).where(relayed.c.id == number)).scalar() or ()


def forget(connection: Connection, number: int, now: datetime) -> None:
    """The words go, and so do the pages that show them; that they were relayed stays known."""
    for page in _pages(connection, number):
        pages.take_back(connection, page, number, now)
    connection.execute(
        update(relayed).where(relayed.c.id == number).values(kind="redacted", text=[], edited=None, digest="")
    )


def forget_copies(connection: Connection, number: int, places: Iterable[Place]) -> None:
    """What was taken back in these rooms only is nothing there any more."""
    for network, room in places:
        where = (copies.c.relayed == number, copies.c.network == network, copies.c.room == room)
        connection.execute(delete(copies).where(*where))


def count(connection: Connection, number: int, key: str, by: int) -> None:
    counts = connection.execute(select(relayed.c.reactions).where(relayed.c.id == number)).scalar()
    if counts is None:
        return
    counts = dict(counts)
    if key not in counts and len(counts) >= KEYS:
        return
    counts[key] = counts.get(key, 0) + by
    if counts[key] <= 0:
        del counts[key]
    connection.execute(update(relayed).where(relayed.c.id == number).values(reactions=counts))


def trip(connection: Connection, network: str, person: PersonId, until: datetime) -> None:
    connection.execute(delete(breakers).where(breakers.c.network == network, breakers.c.person == person))
    connection.execute(insert(breakers).values(network=network, person=person, until=until))


def tell_once(connection: Connection, network: str, person: str, what: str, now: datetime) -> bool:
    """Whether they have not been told before."""
    if told(connection, network, person, what):
        return False
    connection.execute(insert(told_once).values(network=network, person=person, what=what, at=now))
    return True


def untell(connection: Connection, network: str, person: str, what: str) -> None:
    """They were not told after all."""
    connection.execute(
        delete(told_once).where(told_once.c.network == network, told_once.c.person == person, told_once.c.what == what)
    )


def told(connection: Connection, network: str, person: str, what: str) -> bool:
    query = select(told_once.c.at).where(
        told_once.c.network == network, told_once.c.person == person, told_once.c.what == what
    )
    return connection.execute(query).scalar() is not None


def sweep(connection: Connection, before: datetime, now: datetime, limit: int = 500) -> bool:
    """Forget a portion of what is older. Whether there may be more."""
    old = connection.execute(
        select(relayed.c.id)
        .where(relayed.c.at < before, ~select(outbox.c.id).where(outbox.c.relayed == relayed.c.id).exists())
        .limit(limit)
    ).scalars()
    numbers = list(old)
    connection.execute(delete(breakers).where(breakers.c.until < now))
    connection.execute(delete(speakers).where(speakers.c.at < before))
    told = told_once.c.at < before, ~told_once.c.what.in_((DISCLOSING, DISCLOSED))
    connection.execute(delete(told_once).where(*told))
    waits = outbox.c.status == "waiting", outbox.c.waits_for.startswith(COPY)
    connection.execute(delete(outbox).where(*waits, outbox.c.created_at < before))
    if numbers:
        connection.execute(delete(copies).where(copies.c.relayed.in_(numbers)))
        connection.execute(delete(relayed).where(relayed.c.id.in_(numbers)))
    return len(numbers) == limit
