"""The rules of moderation, with a version that tells every worker when they changed, and the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bridges.events import PersonId
from helpdesk.config import Config
from helpdesk.desk.moderation import Rulebook, policy_room
from helpdesk.effects import AddRule, Audited, LiftRule
from helpdesk.ledger import folded
from helpdesk.model import AuditEntry, Identity, Rule
from helpdesk.store.schema import audit, counters, identities, rules, speakers

COUNTER = "rules"
SEEN_LATELY = timedelta(days=7)
_VERSION = select(counters.c.value).where(counters.c.name == COUNTER)


# --- rules ------------------------------------------------------------------------------------------------------------


def version(connection: Connection) -> int:
    """Grows with every change of the rules, in the transaction that makes it."""
    return int(connection.execute(_VERSION).scalar() or 0)


def rulebook(
    connection: Connection,
    cached: tuple[int, Rulebook] | None,
    config: Config | None = None,
) -> tuple[int, Rulebook]:
    """The rules as they stand, with their version: `cached` itself while nothing changed, at one small read.

    Of `config` it takes whom no list may ban, and which policy rooms are still subscribed to.
    """
    now = version(connection)
    if cached is not None and cached[0] == now:
        return cached
    return now, Rulebook(load(connection, config), config.roles if config else None)


def load(connection: Connection, config: Config | None = None) -> tuple[Rule, ...]:
    """Every rule, oldest first; those that are over too, until they are swept. Given the configuration, without those of
    policy rooms that it does not subscribe to any more.
    """
    every = (_rule(row) for row in connection.execute(select(rules).order_by(rules.c.id)))
    return tuple(
        rule for rule in every if config is None or not rule.source or config.room(*policy_room(rule.source)).policy
    )


def rule(connection: Connection, number: int) -> Rule | None:
    row = connection.execute(select(rules).where(rules.c.id == number)).one_or_none()
    return None if row is None else _rule(row)


def add(connection: Connection, effect: AddRule, now: datetime) -> int:
    """Write it and return its number. It replaces the rule of its source, its twin, or the rate that held there.

    What a policy room changes is written into the audit log here, and what it only says again changes nothing: a list of
    thousands is said anew at every start.
    """
    lead = rules.c.source == ""
    if effect.source:
        same = rules.c.source == effect.source
        known = connection.execute(
            select(rules.c.id, rules.c.kind, rules.c.pattern, rules.c.reason).where(same)
        ).first()
        if known is not None and known[1:] == (effect.kind, effect.pattern, effect.reason):
            return int(known[0])
        record(connection, _policy("policy", effect.pattern, effect.reason, effect.source, effect.by), now)
    elif effect.kind == "rate":
        same = lead & (rules.c.kind == "rate") & (rules.c.network == effect.network)
    else:
        same = (
            lead
            & (rules.c.kind == effect.kind)
            & (rules.c.network == effect.network)
            & (rules.c.pattern == effect.pattern)
        )
    _changed(connection)
    connection.execute(delete(rules).where(same))
    made = connection.execute(
        insert(rules)
        .values(
            kind=effect.kind,
            pattern=effect.pattern,
            network=effect.network,
            reason=effect.reason,
            source=effect.source,
            by=effect.by,
            at=now,
            until=effect.until,
        )
        .returning(rules.c.id)
    )
    return int(made.scalar_one())


def lift(connection: Connection, effect: LiftRule, now: datetime) -> bool:
    """Whether there was such a rule. What a policy room takes back is written into the audit log here."""
    which = rules.c.source == effect.source if effect.source else rules.c.id == effect.rule
    gone = connection.execute(delete(rules).where(which).returning(rules.c.pattern, rules.c.source, rules.c.by)).all()
    if not gone:
        return False
    _changed(connection)
    if effect.source:
        for row in gone:
            record(connection, _policy("policy-lift", row.pattern, "", row.source, row.by), now)
    return True


def _policy(action: str, pattern: str, reason: str, source: str, by: str) -> Audited:
    network, room = policy_room(source)
    return Audited(action, pattern, reason, network, room, by, by)


def sweep(connection: Connection, now: datetime) -> int:
    """Forget rules that are over, and return how many. They held no more, so no worker need read the list again."""
    return connection.execute(delete(rules).where(rules.c.until <= now)).rowcount


def _changed(connection: Connection) -> None:
    """Also holds the counter's row until the commit, so that two changes never end as the same version."""
    first = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    connection.execute(first(counters).values(name=COUNTER, value=0).on_conflict_do_nothing())
    connection.execute(update(counters).where(counters.c.name == COUNTER).values(value=counters.c.value + 1))


def _rule(row: Row[tuple[object, ...]]) -> Rule:
    return Rule(row.id, row.kind, row.pattern, row.network, row.reason, row.source, row.by, row.at, row.until)


# --- who is meant -----------------------------------------------------------------------------------------------------


def called(connection: Connection, name: str, now: datetime, limit: int = 10) -> tuple[Identity, ...]:
    """People who were called so lately, in linked rooms or by the desk, by network; at most `limit`."""
    lately = now - SEEN_LATELY
    found: dict[tuple[str, PersonId], Identity] = {}
    same = speakers.c.folded == folded(name), speakers.c.at > lately
    said = select(speakers.c.network, speakers.c.person, speakers.c.name).where(*same).distinct()
    for row in connection.execute(said.limit(limit)):
        key = PersonId(row.person)
        found[row.network, key] = Identity(row.network, key, row.name, authenticated=not key.startswith("guest:"))
    known = select(identities).where(func.lower(identities.c.name) == name.lower(), identities.c.seen_at > lately)
    for row in connection.execute(known.limit(limit)):
        key = PersonId(row.key)
        found.setdefault((row.network, key), Identity(row.network, key, row.name, row.authenticated))
    return tuple(sorted(found.values(), key=lambda one: (one.network, one.key)))[:limit]


# --- the audit log ----------------------------------------------------------------------------------------------------


def record(connection: Connection, effect: Audited, now: datetime) -> None:
    connection.execute(
        insert(audit).values(
            at=now,
            actor=effect.actor,
            actor_name=effect.actor_name,
            network=effect.network,
            room=effect.room,
            action=effect.action,
            about=effect.about,
            detail=effect.detail,
        )
    )


def entries(connection: Connection, limit: int = 20) -> Sequence[AuditEntry]:
    """The latest, newest first."""
    return [
        AuditEntry(
            row.id,
            row.at,
            row.actor,
            row.actor_name,
            row.network,
            row.room,
            row.action,
            row.about,
            row.detail,
        )
        for row in connection.execute(select(audit).order_by(audit.c.id.desc()).limit(limit))
    ]
