"""People, their identities, roles and invitations."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from bridges.events import PersonId, Sender
from helpdesk.config import Config
from helpdesk.model import Identity, Person, Role
from helpdesk.store import remembered
from helpdesk.store.nouns import forms
from helpdesk.store.schema import identities, invitations, members, people, questions, tickets

# Statements on the way of every question are built once: building one costs as much as running it. All identities of the
# person come with one statement: their rights are one person's.
_EVERY = identities.alias("every")
_KNOWN = (
    select(
        identities.c.person,
        identities.c.name,
        identities.c.authenticated,
        identities.c.seen_at,
        people.c.lang,
        _EVERY.c.network,
        _EVERY.c.key,
        _EVERY.c.authenticated.label("holds"),
        members.c.role.label("role"),
    )
    .join_from(identities, people)
    .join(_EVERY, _EVERY.c.person == identities.c.person)
    .outerjoin(members, and_(members.c.network == _EVERY.c.network, members.c.key == _EVERY.c.key))
    .where(identities.c.network == bindparam("by_network"), identities.c.key == bindparam("by_key"))
)
_ROLE = select(members.c.role).where(members.c.network == bindparam("by_network"), members.c.key == bindparam("by_key"))
_FIND = select(identities.c.person).where(
    identities.c.network == bindparam("by_network"), identities.c.key == bindparam("by_key")
)
_SEEN = (
    update(identities)
    .where(identities.c.network == bindparam("by_network"), identities.c.key == bindparam("by_key"))
    .values(
        name=bindparam("to_name"),
        authenticated=bindparam("to_authenticated"),
        seen_at=bindparam("to_seen_at", type_=identities.c.seen_at.type),
    )
)
_NEW_PERSON = insert(people).returning(people.c.id)
_NEW_IDENTITY = insert(identities)
SEEN_EVERY = timedelta(days=1)
"""So exact it is known when somebody was last seen: writing it down each time would cost as much as the rest."""


def token_hash(token: str) -> str:
    """What is kept of a secret link."""
    return hashlib.sha256(token.encode()).hexdigest()


def role_of(connection: Connection, config: Config, network: str, sender: Sender) -> Role:
    """Rights follow authenticated identities only, the highest of all of the person's; the configuration's word stands
    beside `!sig`'s.
    """
    rows = connection.execute(_KNOWN, {"by_network": network, "by_key": sender.id}).all()
    return _highest(connection, config, network, sender, rows)


def _highest(connection: Connection, config: Config, network: str, sender: Sender, rows: Sequence[Any]) -> Role:
    if not sender.authenticated:
        return Role.ASKER
    if not rows:
        found = connection.execute(_ROLE, {"by_network": network, "by_key": sender.id}).scalar()
        return _own(config, network, sender.id, found)
    return max(
        _own(config, row.network, PersonId(row.key), row.role)
        for row in rows
        if row.holds or (row.network, row.key) == (network, sender.id)
    )


def _granted(connection: Connection, config: Config, network: str, sender: Sender) -> bool:
    """Whether somebody has a role by the name that this one goes by."""
    known = {"by_network": network, "by_key": sender.id}
    return (network, sender.id) in config.roles or connection.execute(_ROLE, known).scalar() is not None


def _own(config: Config, network: str, key: PersonId, granted: int | None) -> Role:
    configured = config.roles.get((network, key), Role.ASKER)
    return max(configured, Role(granted) if granted is not None else Role.ASKER)


def find(connection: Connection, network: str, key: PersonId) -> int | None:
    """The person behind an identity, if it is known."""
    found: int | None = connection.execute(_FIND, {"by_network": network, "by_key": key}).scalar()
    return found


_ACCOUNTS = (
    select(_EVERY)
    .join_from(identities, _EVERY, _EVERY.c.person == identities.c.person)
    .where(identities.c.network == bindparam("by_network"), identities.c.key == bindparam("by_key"))
    .order_by(_EVERY.c.network, _EVERY.c.key)
)


def accounts(connection: Connection, network: str, key: PersonId) -> tuple[Identity, ...]:
    """All identities of the same person."""
    found = connection.execute(_ACCOUNTS, {"by_network": network, "by_key": key})
    return tuple(Identity(row.network, PersonId(row.key), row.name, row.authenticated) for row in found)


def person_of(connection: Connection, config: Config, network: str, sender: Sender, now: datetime) -> Person:
    """The person behind an identity, made on first sight."""
    rows = connection.execute(_KNOWN, {"by_network": network, "by_key": sender.id}).all()
    identity = Identity(network, sender.id, sender.name, sender.authenticated)
    role = _highest(connection, config, network, sender, rows)
    if not rows:
        number = _meet(connection, identity, now)
        if role > Role.ASKER or (not sender.authenticated and _granted(connection, config, network, sender)):
            remembered.changed(connection)
        return Person(number, identity, role, "")
    row = rows[0]
    renamed = (row.name, row.authenticated) != (sender.name, sender.authenticated)
    if renamed or now - row.seen_at >= SEEN_EVERY:
        told = {"to_name": sender.name, "to_authenticated": sender.authenticated, "to_seen_at": now}
        connection.execute(_SEEN, {"by_network": network, "by_key": sender.id, **told})
        if renamed or role > Role.ASKER:
            remembered.changed(connection)
    return Person(row.person, identity, role, row.lang)


def _meet(connection: Connection, identity: Identity, now: datetime) -> int:
    number: int = connection.execute(_NEW_PERSON, {"lang": "", "created_at": now}).scalar_one()
    row = {
        "network": identity.network,
        "key": identity.key,
        "person": number,
        "name": identity.name,
        "authenticated": identity.authenticated,
        "seen_at": now,
    }
    connection.execute(_NEW_IDENTITY, row)
    return number


def known(connection: Connection, identity: Identity, now: datetime) -> int:
    """The person behind an identity that somebody named, made when nobody met them yet."""
    found = find(connection, identity.network, identity.key)
    if found is None:
        found = _meet(connection, identity, now)
        remembered.changed(connection)
    return found


def set_language(connection: Connection, person: int, lang: str) -> None:
    connection.execute(update(people).where(people.c.id == person).values(lang=lang))


def merge_guest(
    connection: Connection, config: Config, network: str, guest: PersonId, sender: Sender, now: datetime
) -> None:
    """What the guest asked is the account's now. A direct room of the guest's is no room of the account's."""
    was = find(connection, network, guest)
    if was is None:
        return
    person = person_of(connection, config, network, sender, now)
    mine = (tickets.c.asker == was, tickets.c.network == network, tickets.c.asker_key == guest)
    connection.execute(update(tickets).where(*mine, tickets.c.direct).values(room=""))
    connection.execute(
        update(tickets)
        .where(*mine)
        .values(asker=person.id, asker_key=sender.id, asker_name=sender.name, asker_authenticated=sender.authenticated)
    )
    asked = (questions.c.person == was, questions.c.network == network, questions.c.identity_key == guest)
    connection.execute(update(questions).where(*asked, questions.c.direct).values(room=""))
    connection.execute(
        update(questions)
        .where(*asked)
        .values(person=person.id, identity_key=sender.id, identity_name=sender.name, identity_authenticated=True)
    )
    forms.move_form(connection, was, person.id)
    connection.execute(delete(identities).where(identities.c.network == network, identities.c.key == guest))
    remembered.changed(connection)


def grant(connection: Connection, network: str, key: PersonId, name: str, role: Role, by: str, now: datetime) -> None:
    """Make somebody a member, or no longer one."""
    connection.execute(delete(members).where(members.c.network == network, members.c.key == key))
    if role > Role.ASKER:
        connection.execute(
            insert(members).values(network=network, key=key, name=name, role=role, granted_by=by, granted_at=now)
        )
    remembered.changed(connection)


def all_members(connection: Connection, config: Config) -> Sequence[tuple[Identity, Role]]:
    """Everyone with a role, from the configuration and from `!sig`, by role and name."""
    found: dict[tuple[str, PersonId], tuple[str, Role]] = {}
    for row in connection.execute(select(members)):
        found[row.network, PersonId(row.key)] = (row.name, Role(row.role))
    for (network, key), role in config.roles.items():
        name, held = found.get((network, key), (key.rpartition("account:")[2], Role.ASKER))
        found[network, key] = (name, max(role, held))
    listed = [(Identity(network, key, name, True), role) for (network, key), (name, role) in found.items()]
    return sorted(listed, key=lambda member: (-member[1], member[0].name.lower()))


# --- invitations ------------------------------------------------------------------------------------------------------


def add_invitation(connection: Connection, token: str, role: Role, expires: datetime) -> None:
    connection.execute(insert(invitations).values(token_hash=token_hash(token), role=role, expires_at=expires))


def invitation(connection: Connection, token: str, now: datetime) -> Role | None:
    found = connection.execute(
        select(invitations.c.role).where(
            invitations.c.token_hash == token_hash(token),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
    ).scalar()
    return None if found is None else Role(found)


def redeem(connection: Connection, token: str, now: datetime) -> Role | None:
    """Exactly one caller gets the role: the update's own condition decides."""
    found = connection.execute(
        update(invitations)
        .where(
            invitations.c.token_hash == token_hash(token),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(invitations.c.role)
    ).scalar()
    return None if found is None else Role(found)
