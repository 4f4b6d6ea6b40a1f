"""The people of the SIG as they are now: whoever has a role, asked for one, or had one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from bridges.events import PersonId
from helpdesk.config import Config
from helpdesk.model import Identity, Role
from helpdesk.nouns.sig import Volunteer, VolunteerState
from helpdesk.store.remembered import remembered
from helpdesk.store.schema import identities, members
from helpdesk.store.schema_sig import volunteers


def all_volunteers(connection: Connection, config: Config) -> tuple[Volunteer, ...]:
    """By role, highest first, and name. Who has a role and was never seen has the person 0."""
    return remembered(connection, "volunteers", config.roles, lambda: _load(connection, config))


def _load(connection: Connection, config: Config) -> tuple[Volunteer, ...]:
    granted = {(row.network, PersonId(row.key)): row for row in connection.execute(select(members))}
    rows = {row.person: row for row in connection.execute(select(volunteers))}
    keys = [*granted, *(key for key in config.roles if key not in granted)]
    held = _people(connection, keys)
    everyone = sorted({*rows, *held.values()})
    found: dict[int, list[tuple[Identity, Role]]] = {}
    query = (
        select(identities)
        .where(identities.c.person.in_(everyone), identities.c.authenticated)
        .order_by(identities.c.seen_at.desc(), identities.c.network, identities.c.key)
    )
    for row in connection.execute(query) if everyone else ():
        identity = Identity(row.network, PersonId(row.key), row.name, True)
        found.setdefault(row.person, []).append((identity, _right(config, granted, identity)))
    listed = [volunteer_of(person, mine, rows.get(person)) for person, mine in found.items()]
    listed = [one for one in listed if one.role > Role.ASKER or one.joined_at is not None]
    for network, key in keys:
        if (network, key) not in held:
            given = granted.get((network, key))
            identity = Identity(network, key, given.name if given else key.rpartition("account:")[2], True)
            role = _right(config, granted, identity)
            listed.append(Volunteer(0, identity, role, rights=((identity, role),)))
    return tuple(sorted(listed, key=lambda one: (-one.role, one.identity.name.lower(), one.person)))


def _people(connection: Connection, keys: Sequence[tuple[str, PersonId]]) -> dict[tuple[str, PersonId], int]:
    # One network at a time, by the index: for pairs SQLite reads everybody whom the desk ever met.
    by_network: dict[str, set[str]] = {}
    for network, key in keys:
        by_network.setdefault(network, set()).add(key)
    found: dict[tuple[str, PersonId], int] = {}
    for network, theirs in by_network.items():
        query = select(identities).where(identities.c.network == network, identities.c.key.in_(sorted(theirs)))
        found |= {(network, PersonId(row.key)): row.person for row in connection.execute(query)}
    return found


def _right(config: Config, granted: dict[tuple[str, PersonId], Row[Any]], identity: Identity) -> Role:
    """The identity's role by itself."""
    key = (identity.network, identity.key)
    row = granted.get(key)
    return max(config.roles.get(key, Role.ASKER), Role(row.role) if row else Role.ASKER)


def volunteer_of(person: int, rights: Sequence[tuple[Identity, Role]], row: Row[Any] | None) -> Volunteer:
    """The person by what they may as whom, and what they said about themselves."""
    role = max(role for _, role in rights)
    # Where they are told of their work: where they said so, else where they have their rights, else where they were last.
    best = max(rights, key=lambda one: one[1])[0]
    if row is None:
        return Volunteer(person, best, role, rights=tuple(rights))
    # Without a role nobody is there, whatever they once said.
    state: VolunteerState = row.state if role > Role.ASKER or row.state == "pending" else "left"
    chosen = next((one for one, _ in rights if (one.network, one.key) == (row.network, row.key)), best)
    return Volunteer(
        person,
        chosen,
        role,
        state,
        tuple(row.skills),
        tuple(row.languages),
        tuple(row.queues),
        row.zone,
        row.hours,
        row.quiet,
        row.cap,
        row.mentor,
        row.break_until,
        row.joined_at,
        row.approved_at,
        row.seen_at,
        row.suggested_at,
        tuple(rights),
    )
