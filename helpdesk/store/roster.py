"""The people of the SIG as the rota and offers see them: everybody with a role whom the desk has seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from bridges.events import PersonId
from helpdesk.config import Config
from helpdesk.model import Identity, Role
from helpdesk.nouns.sig import Volunteer
from helpdesk.store import people
from helpdesk.store.schema import identities
from helpdesk.store.schema_sig import volunteers as profiles

Identities = Mapping[int, tuple[Identity, ...]]


def roster(connection: Connection, config: Config) -> tuple[tuple[Volunteer, ...], Identities]:
    """Everybody with a role, and under which identities they may act."""
    roles = {(one.network, one.key): role for one, role in people.all_members(connection, config)}
    found: dict[int, Role] = {}
    for row in _rows(connection, identities.c.key.in_({key for _, key in roles})):
        if role := roles.get((row.network, row.key)):
            found[row.person] = max(role, found.get(row.person, Role.ASKER))
    known: dict[int, list[Identity]] = {}
    for row in _rows(connection, identities.c.person.in_(found)):
        known.setdefault(row.person, []).append(_identity(row))
    said = {row.person: row for row in connection.execute(select(profiles).where(profiles.c.person.in_(found)))}
    listed = [_volunteer(person, said.get(person), known[person], role, config) for person, role in found.items()]
    return (
        tuple(sorted(listed, key=lambda volunteer: volunteer.person)),
        {person: tuple(owned) for person, owned in known.items()},
    )


def profile(connection: Connection, person: int) -> Row[Any] | None:
    """What the person said about themselves."""
    return connection.execute(select(profiles).where(profiles.c.person == person)).one_or_none()


def volunteer(row: Row[Any] | None, person: int, identity: Identity, role: Role, config: Config) -> Volunteer:
    """One of them, who is known by `identity` now."""
    return _volunteer(person, row, [identity], role, config)


def _rows(connection: Connection, condition: Any) -> Iterable[Row[Any]]:
    query = select(identities).where(condition, identities.c.authenticated)
    return connection.execute(query.order_by(identities.c.seen_at.desc(), identities.c.network, identities.c.key))


def _identity(row: Row[Any]) -> Identity:
    return Identity(row.network, PersonId(row.key), row.name, row.authenticated)


def _volunteer(person: int, row: Row[Any] | None, known: list[Identity], role: Role, config: Config) -> Volunteer:
    if row is None:
        return Volunteer(person, known[0], role, zone=config.sig.zone)
    wanted = next((one for one in known if (one.network, one.key) == (row.network, row.key)), known[0])
    return Volunteer(
        person,
        wanted,
        role,
        row.state,
        tuple(row.skills),
        tuple(row.languages),
        tuple(row.queues),
        row.zone or config.sig.zone,
        row.hours,
        row.quiet,
        row.cap,
        row.mentor,
        row.break_until,
        row.joined_at,
        row.approved_at,
        row.seen_at,
        row.suggested_at,
    )
