"""Thanks, and what reports count: what decisions look at, and what their effects write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from bridges.events import PersonId
from helpdesk.config import Config
from helpdesk.desk.credit import KINDS, RECENT, Credit
from helpdesk.desk.learning import cited
from helpdesk.desk.spans import span_of
from helpdesk.model import Identity, TicketStatus
from helpdesk.nouns.credit import CreditEffect, CreditView, Given, Helper, Standing, Thank, ThanksTold, Untold
from helpdesk.store.applied import Applied
from helpdesk.store.nouns import report
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema import changes, identities, members, people, tickets
from helpdesk.store.schema_sig import drafts, thanks, volunteers
from helpdesk.store.tickets import ACTIVE

GIVEN = 200
"""Thanks of one person that are looked at for having been said before."""
CHANGES = 500
"""Entries of a ticket's history that are looked at for who helped."""
LATEST = 10
"""The person's own latest tickets, among which the one they say thanks for without a number is looked for."""
_DONE = (TicketStatus.RESOLVED.value, TicketStatus.CLOSED.value)
_ANSWERS = tuple(kind for kind, credit in KINDS.items() if credit is Credit.ANSWERS)


def view(look: Look) -> CreditView:
    """For a command, a reaction, or a timer about a helper."""
    said = look.invocation
    if said is not None and said.verb.startswith("credit."):
        return _untold(look, said.number or 0)
    if look.person is None:
        return CreditView()
    if said is not None and said.verb == "me":
        sig = people_of_the_sig(look.connection, look.config)
        return CreditView(sig=sig, standing=_standing(look, look.person.id))
    if said is not None and said.verb == "report":
        span = span_of(said.words, look.config)
        found = report.report(look.connection, look.config, look.now, span, report.IN_CHAT) if span else None
        return CreditView(report=found)
    return _thanks(look, look.person.id)


# --- thanks -----------------------------------------------------------------------------------------------------------


def _thanks(look: Look, giver: int) -> CreditView:
    connection = look.connection
    ticket = look.ticket.number if look.ticket is not None else _last_answered(connection, giver)
    helpers, articles = _helped(connection, look.config, ticket) if ticket is not None else ((), ())
    sig = people_of_the_sig(connection, look.config)
    given = connection.execute(
        select(thanks).where(thanks.c.giver == giver).order_by(thanks.c.id.desc()).limit(GIVEN)
    ).all()
    numbers = {one.person for one in (*sig, *helpers)}
    waiting, told = _told(connection, numbers)
    return CreditView(
        sig,
        helpers,
        articles,
        ticket,
        tuple(Given(row.helper, row.ticket, row.article, row.at) for row in given),
        waiting,
        told,
    )


def _last_answered(connection: Connection, asker: int) -> int | None:
    """The person's latest ticket that somebody else answered."""
    mine = select(tickets.c.number).where(tickets.c.asker == asker).order_by(tickets.c.number.desc()).limit(LATEST)
    query = select(func.max(changes.c.ticket)).where(
        changes.c.ticket.in_(mine), changes.c.kind.in_(_ANSWERS), changes.c.actor != asker
    )
    found: int | None = connection.execute(query).scalar()
    return found


def _helped(connection: Connection, config: Config, ticket: int) -> tuple[tuple[Helper, ...], tuple[str, ...]]:
    """Who answered the ticket, the latest first, and what they cited."""
    asker = connection.execute(select(tickets.c.asker).where(tickets.c.number == ticket)).scalar()
    query = (
        select(changes.c.actor, changes.c.text)
        .where(changes.c.ticket == ticket, changes.c.kind.in_((*_ANSWERS, "resolved")), changes.c.actor != asker)
        .order_by(changes.c.id.desc())
        .limit(CHANGES)
    )
    rows = connection.execute(query).all()
    found = (cited(row.text, config.public_url) for row in rows)
    articles = tuple(dict.fromkeys(place[0] for place in found if place is not None))
    actors = tuple(dict.fromkeys(row.actor for row in rows))
    known = {one.person: one for one in helpers_of(connection, actors)}
    return tuple(known[actor] for actor in actors if actor in known), articles


def _told(connection: Connection, numbers: Iterable[int]) -> tuple[frozenset[int], Mapping[int, datetime]]:
    """Which helpers have thanks that they do not know of, and when the others last heard of some."""
    query = (
        select(thanks.c.helper, func.max(thanks.c.told_at).label("told_at"), func.count().label("many"))
        .add_columns(func.count(thanks.c.told_at).label("known"))
        .where(thanks.c.helper.in_(sorted(numbers)))
        .group_by(thanks.c.helper)
    )
    rows = connection.execute(query).all()
    waiting = frozenset(row.helper for row in rows if row.many > row.known)
    return waiting, {row.helper: row.told_at for row in rows if row.told_at is not None}


def _untold(look: Look, helper: int) -> CreditView:
    connection = look.connection
    known = next(iter(helpers_of(connection, (helper,))), None)
    rows = connection.execute(
        select(thanks).where(thanks.c.helper == helper, thanks.c.told_at.is_(None)).order_by(thanks.c.id)
    ).all()
    names = {one.person: one.identity.name for one in helpers_of(connection, {row.giver for row in rows}, guests=True)}
    untold = tuple(Untold(names.get(row.giver, ""), row.ticket, row.article, row.words) for row in rows)
    return CreditView(helper=known, untold=untold)


def apply(connection: Connection, effect: CreditEffect, now: datetime, applied: Applied) -> None:
    del applied
    match effect:
        case Thank():
            connection.execute(
                insert(thanks).values(
                    at=now,
                    giver=effect.giver,
                    helper=effect.helper,
                    ticket=effect.ticket,
                    article=effect.article,
                    words=effect.words,
                )
            )
        case ThanksTold(helper):
            untold = (thanks.c.helper == helper, thanks.c.told_at.is_(None))
            connection.execute(update(thanks).where(*untold).values(told_at=now))


# --- people -----------------------------------------------------------------------------------------------------------

_PERSON = (
    select(
        identities.c.person,
        identities.c.network,
        identities.c.key,
        identities.c.name,
        identities.c.authenticated,
        identities.c.seen_at,
        people.c.lang,
        volunteers.c.network.label("told_network"),
        volunteers.c.key.label("told_key"),
        volunteers.c.quiet,
        volunteers.c.zone,
    )
    .join_from(identities, people)
    .outerjoin(volunteers, volunteers.c.person == identities.c.person)
    .order_by(identities.c.seen_at.desc(), identities.c.network, identities.c.key)
)


_BY_KEY = _PERSON.where(
    identities.c.network == bindparam("by_network"), identities.c.key.in_(bindparam("keys", expanding=True))
)
_BY_PERSON = _PERSON.where(identities.c.person.in_(bindparam("persons", expanding=True)))
_GRANTED = select(members.c.network, members.c.key)
_ACTIVE = select(volunteers.c.person).where(volunteers.c.state.in_(("active", "break")))


def people_of_the_sig(connection: Connection, config: Config) -> tuple[Helper, ...]:
    """Everybody with a role whom the desk has met, by each name they have."""
    # Each by an index: asked for in one, the database reads everybody whom the desk ever met.
    keys: dict[str, set[str]] = {}
    for network, key in (*connection.execute(_GRANTED), *config.roles):
        keys.setdefault(network, set()).add(key)
    rows: list[Row[Any]] = []
    for network, theirs in keys.items():
        rows += connection.execute(_BY_KEY, {"by_network": network, "keys": sorted(theirs)})
    active = connection.execute(_ACTIVE).scalars().all()
    rows += connection.execute(_BY_PERSON, {"persons": active}) if active else ()
    found = {(row.network, row.key): row for row in rows}
    latest = sorted(sorted(found.items()), key=lambda item: item[1].seen_at, reverse=True)
    return tuple(_helper(row) for _, row in latest)


def helpers_of(connection: Connection, numbers: Iterable[int], *, guests: bool = False) -> tuple[Helper, ...]:
    """These people, each where they want to be told, else as they were last seen."""
    found: dict[int, Helper] = {}
    for row in connection.execute(_BY_PERSON, {"persons": sorted(numbers)}):
        if not row.authenticated and not guests:
            continue
        wanted = (row.told_network, row.told_key) == (row.network, row.key)
        if row.person not in found or wanted:
            found[row.person] = _helper(row)
    return tuple(found.values())


def _helper(row: Any) -> Helper:
    identity = Identity(row.network, PersonId(row.key), row.name, row.authenticated)
    return Helper(row.person, identity, row.lang, row.quiet or "", row.zone or "UTC")


# --- what somebody did ------------------------------------------------------------------------------------------------


def _standing(look: Look, person: int) -> Standing:
    connection, since = look.connection, look.now - RECENT
    solved = (tickets.c.claimant == person, tickets.c.status.in_(_DONE))
    ended = func.coalesce(tickets.c.resolved_at, tickets.c.changed_at)
    approved = (drafts.c.mentor == person, drafts.c.status == "sent")
    cap = connection.execute(select(volunteers.c.cap).where(volunteers.c.person == person)).scalar()

    def count(table: Any, *where: Any) -> int:
        return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())

    return Standing(
        _changes(connection, person),
        _changes(connection, person, since),
        count(tickets, *solved),
        count(tickets, *solved, tickets.c.changed_at >= since, ended >= since),
        count(thanks, thanks.c.helper == person),
        count(thanks, thanks.c.helper == person, thanks.c.at >= since),
        count(drafts, *approved),
        count(drafts, *approved, drafts.c.decided_at >= since),
        count(tickets, tickets.c.claimant == person, tickets.c.status.in_(ACTIVE)),
        cap or look.config.sig.cap,
        count(tickets, tickets.c.asker == person),
    )


_DID = (
    select(changes.c.kind, func.count().label("times"))
    .where(
        changes.c.actor == bindparam("by_person"),
        changes.c.kind.in_(KINDS),
        changes.c.at >= bindparam("since", type_=changes.c.at.type),
    )
    .group_by(changes.c.kind)
)
_ASKED = select(tickets.c.number).where(tickets.c.asker == bindparam("by_person"))
_DID_TO_OWN = (
    select(changes.c.kind, func.count().label("times"))
    .where(
        changes.c.ticket.in_(_ASKED),
        # Their tickets are few, what they did may be much: not by the index of who did it.
        changes.c.actor + 0 == bindparam("by_person"),
        changes.c.kind.in_(KINDS),
        changes.c.at >= bindparam("since", type_=changes.c.at.type),
    )
    .group_by(changes.c.kind)
)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def _changes(connection: Connection, person: int, since: datetime = _EVER) -> Mapping[str, int]:
    """How often they did what to others' tickets."""
    given = {"by_person": person, "since": since}
    own = {row.kind: row.times for row in connection.execute(_DID_TO_OWN, given)}
    found = {row.kind: row.times - own.get(row.kind, 0) for row in connection.execute(_DID, given)}
    return {kind: times for kind, times in found.items() if times}
