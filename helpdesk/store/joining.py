"""Making one person of two, and two of one: every row that names a person, in whatever table it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, UniqueConstraint, and_, delete, insert, select, update

from helpdesk.model import Identity, Role
from helpdesk.store import remembered
from helpdesk.store.schema import identities, members, metadata, people, questions, tickets, timers
from helpdesk.store.schema_sig import drafts, duty, link_codes, needs, volunteers

PERSON_TIMERS = ("sig.back", "sig.ready", "rota.gone", "request.forget", "credit.tell")
"""Timers that are about a person."""


def mentions() -> list[tuple[Table, Column[Any]]]:
    """Every column that names a person, as the tables say it."""
    return [
        (table, column)
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.column.table is people for key in column.foreign_keys)
    ]


def _alone(table: Table, column: Column[Any]) -> list[list[Column[Any]]]:
    """Keys of the table that hold this column, without it: what one person has once."""
    keys = [list(table.primary_key.columns)]
    keys += [list(found.columns) for found in table.constraints if isinstance(found, UniqueConstraint)]
    keys += [list(index.columns) for index in table.indexes if index.unique]
    return [[other for other in key if other is not column] for key in keys if column in key]


def join(connection: Connection, kept: int, other: int) -> None:
    """All that is the other's is this person's; the other is no more. What both have once, the kept one's stays."""
    if kept == other:
        return
    _one_volunteer(connection, kept, other)
    for table, column in mentions():
        for rest in _alone(table, column):
            twin = table.alias()
            same = and_(twin.c[column.name] == kept, *(twin.c[part.name] == part for part in rest))
            connection.execute(delete(table).where(column == other, select(twin).where(same).exists()))
        connection.execute(update(table).where(column == other).values({column: kept}))
    connection.execute(
        update(volunteers).where(volunteers.c.person == kept, volunteers.c.mentor == kept).values(mentor=None)
    )
    about = (timers.c.about == other, timers.c.kind.in_(PERSON_TIMERS))
    connection.execute(update(timers).where(*about).values(about=kept))
    spoken = select(people.c.id, people.c.lang).where(people.c.id.in_((kept, other)))
    langs = {row.id: row.lang for row in connection.execute(spoken)}
    if not langs[kept] and langs[other]:
        connection.execute(update(people).where(people.c.id == kept).values(lang=langs[other]))
    connection.execute(delete(people).where(people.c.id == other))
    remembered.changed(connection)


_LISTS = ("skills", "languages", "queues")
_WORDS = ("hours", "quiet")
_VALUES = ("cap", "mentor", "approved_at")


def _one_volunteer(connection: Connection, kept: int, other: int) -> None:
    """What both said about themselves: all topics of both, else the kept one's word, where they said one."""
    rows = {
        row.person: row for row in connection.execute(select(volunteers).where(volunteers.c.person.in_((kept, other))))
    }
    if len(rows) < 2:
        return
    mine, theirs = rows[kept], rows[other]
    values: dict[str, Any] = {}
    for name in _LISTS:
        first, second = getattr(mine, name), getattr(theirs, name)
        # Empty stands for any: two who do different things do both.
        values[name] = [*first, *(one for one in second if one not in first)] if first and second else first or second
    for name in (*_WORDS, *_VALUES):
        values[name] = getattr(mine, name) or getattr(theirs, name)
    if not mine.hours and not mine.quiet and mine.zone == "UTC":
        values["zone"] = theirs.zone
    order = ("break", "active", "pending", "left")
    first = mine if order.index(mine.state) <= order.index(theirs.state) else theirs
    values |= {"state": first.state, "break_until": first.break_until}
    values["joined_at"] = min(mine.joined_at, theirs.joined_at)
    connection.execute(update(volunteers).where(volunteers.c.person == kept).values(values))


def part(
    connection: Connection,
    person: int,
    identity: Identity,
    remaining: Identity,
    now: datetime,
    configured: Role = Role.ASKER,
) -> int:
    """The identity is a new person with what it asked, and what it works on if it may by itself; else that stays, and is
    told to `remaining` from now on.
    """
    lang = connection.execute(select(people.c.lang).where(people.c.id == person)).scalar_one()
    new: int = connection.execute(insert(people).values(lang=lang, created_at=now).returning(people.c.id)).scalar_one()
    network, key = identity.network, identity.key
    connection.execute(
        update(identities).where(identities.c.network == network, identities.c.key == key).values(person=new)
    )
    for table, owner, keyed in (
        (tickets, tickets.c.asker, tickets.c.asker_key),
        (questions, questions.c.person, questions.c.identity_key),
        (needs, needs.c.person, needs.c.key),
        (link_codes, link_codes.c.person, link_codes.c.key),
    ):
        own = (owner == person, table.c.network == network, keyed == key)
        connection.execute(update(table).where(*own).values({owner: new}))
    granted = select(members.c.role).where(members.c.network == network, members.c.key == key)
    works = max(configured, Role(connection.execute(granted).scalar() or Role.ASKER)) >= Role.PAIR
    work: tuple[tuple[Table, Column[Any], str], ...] = (
        (tickets, tickets.c.claimant, "claimant_"),
        (drafts, drafts.c.author, "author_"),
    )
    for table, owner, start in work if works else ():
        own = (owner == person, table.c[f"{start}network"] == network, table.c[f"{start}key"] == key)
        connection.execute(update(table).where(*own).values({owner: new}))
    for table, owner, start in (
        *work,
        (volunteers, volunteers.c.person, ""),
        (duty, duty.c.person, ""),
    ):
        where, keyed = table.c[f"{start}network"], table.c[f"{start}key"]
        told: dict[Any, Any] = {where: remaining.network, keyed: remaining.key}
        told[table.c[f"{start}name"]] = remaining.name
        connection.execute(update(table).where(owner == person, where == network, keyed == key).values(told))
    # What they said about themselves goes for both; only who has a role of their own is a volunteer by it.
    row = connection.execute(select(volunteers).where(volunteers.c.person == person)).mappings().one_or_none()
    if row is not None:
        copy = {**row, "person": new, "network": network, "key": key, "name": identity.name}
        connection.execute(insert(volunteers).values(copy))
    remembered.changed(connection)
    return new
