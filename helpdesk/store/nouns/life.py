"""How tickets get on: what decisions look at, and what changes of a ticket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from bridges.events import PersonId, Sender
from helpdesk.desk import life
from helpdesk.desk.queues import QueueNames, and_events, served
from helpdesk.model import Change, ChangeKind, Identity, Person, Role, Ticket, TicketKind, TicketStatus
from helpdesk.nouns.life import TOLD_AGAIN, Back, LifeView, Wanted
from helpdesk.nouns.tickets import Keep, SetTicket
from helpdesk.store import people
from helpdesk.store import tickets as store
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema import changes, identities, tickets
from helpdesk.store.schema_sig import volunteers

LATE = timedelta(days=30)
"""What is older tells nothing of how long things take now."""
_RECENT = 20
_ENDS_WISH = frozenset(
    {
        ChangeKind.CLAIMED,
        ChangeKind.RELEASED,
        ChangeKind.LAPSED,
        ChangeKind.HANDED_OVER,
        ChangeKind.RESOLVED,
        ChangeKind.CLOSED,
        ChangeKind.CANCELLED,
        ChangeKind.REOPENED,
        ChangeKind.MOVED,
    }
)
_GIVEN_BACK = select(changes.c.id).where(
    changes.c.ticket == bindparam("by_number"),
    changes.c.kind.in_((ChangeKind.LAPSED, ChangeKind.RELEASED)),
    changes.c.at > bindparam("after", type_=changes.c.at.type),
)
_HELD = (
    select(tickets)
    .where(tickets.c.claimant == bindparam("by_person"), tickets.c.status == TicketStatus.CLAIMED)
    .order_by(tickets.c.number)
    .limit(20)
    .with_for_update()
)
_QUEUES = select(volunteers.c.queues).where(volunteers.c.person == bindparam("by_person"))
_SEEN = select(identities.c.key, identities.c.name).where(
    identities.c.network == bindparam("on_network"), identities.c.key.in_(bindparam("keys", expanding=True))
)
_KEY = select(identities.c.key).where(
    identities.c.person == bindparam("by_person"), identities.c.network == bindparam("by_network")
)


def view(look: Look) -> LifeView:
    """For a command, or for a timer about `look.ticket`. Without either: for a ticket that is being opened."""
    verb = look.invocation.verb if look.invocation is not None else ""
    load = _LOADERS.get(verb)
    if load is not None:
        return load(look)
    if "." in verb:  # another timer
        return LifeView()
    return _expecting(look)


def _expecting(look: Look) -> LifeView:
    """What an asker may expect."""
    names = ("", *look.config.queues)
    lately = ((name, store.usual(look.connection, name, look.now - LATE)) for name in names)
    return LifeView(
        waiting={name: store.unclaimed(look.connection, name) for name in names},
        usual={name: found for name, found in lately if found is not None},
    )


def prospects(connection: Connection, ticket: Ticket, now: datetime) -> LifeView:
    """The same for one ticket, as its page shows it."""
    usual = store.usual(connection, ticket.queue, now - LATE)
    places = {ticket.number: store.place(connection, ticket)} if ticket.status is TicketStatus.OPEN else {}
    return LifeView(usual={ticket.queue: usual} if usual is not None else {}, places=places)


def _status(look: Look) -> LifeView:
    """How this person's tickets get on."""
    found = _expecting(look)
    mine = store.mine(look.connection, look.person.id) if look.person is not None else ()
    places = {t.number: store.place(look.connection, t) for t in mine if t.status is TicketStatus.OPEN}
    return LifeView(waiting=found.waiting, usual=found.usual, places=places)


def given_back(connection: Connection, ticket: Ticket, now: datetime) -> Back:
    """What its asker is told when it is given back now."""
    lately = connection.execute(_GIVEN_BACK.limit(1), {"by_number": ticket.number, "after": now - TOLD_AGAIN})
    return Back(store.place(connection, ticket), lately.first() is not None)


def _back(look: Look) -> Back | None:
    ticket = look.ticket
    return None if ticket is None or ticket.claimant is None else given_back(look.connection, ticket, look.now)


def _leased(look: Look) -> LifeView:
    return LifeView(back=_back(look))


def _releasing(look: Look) -> LifeView:
    return LifeView(wanted=_wanted(look), back=_back(look))


def _wanting(look: Look) -> LifeView:
    return LifeView(wanted=_wanted(look))


def _wanted(look: Look) -> Wanted | None:
    ticket = look.ticket
    if ticket is None or ticket.claimant is None:
        return None
    wish = _wish(store.history(look.connection, ticket.number, _RECENT), ticket)
    if wish is None or wish.actor is None:
        return None
    key = look.connection.execute(_KEY, {"by_person": wish.actor, "by_network": wish.network}).scalar()
    if key is None:
        return None
    sender = Sender(PersonId(key), wish.actor_name, authenticated=True)
    who = people.person_of(look.connection, look.config, wish.network, sender, look.now)
    return Wanted(who, wish.at) if who.role >= Role.PAIR else None


def _wish(history: Sequence[Change], ticket: Ticket) -> Change | None:
    """The latest one, unless the ticket has changed hands or its claimant has done something since."""
    for change in reversed(history):
        if change.kind is ChangeKind.WANTED:
            return change
        if change.kind in _ENDS_WISH or change.actor == ticket.claimant:
            return None
    return None


def _named(look: Look) -> LifeView:
    """Who of the SIG is meant by the command's first word."""
    assert look.invocation is not None
    first = next(iter(look.invocation.words.split()), "").lstrip("@").rstrip(":,")
    if not first:
        return LifeView()
    wanted = first.casefold()
    members = [one for one in people.all_members(look.connection, look.config) if one[1] >= Role.PAIR]
    by_now = {
        (network, row.key): row.name
        for network in {identity.network for identity, _ in members}
        for row in look.connection.execute(
            _SEEN, {"on_network": network, "keys": [one.key for one, _ in members if one.network == network]}
        )
    }
    found: dict[int, Person] = {}
    for listed, role in members:
        # The name they go by now, where they were seen.
        identity = replace(listed, name=by_now.get((listed.network, listed.key), listed.name))
        if wanted not in _names(identity):
            continue
        known = people.find(look.connection, identity.network, identity.key)
        if known is None:
            person = people.person_of(look.connection, look.config, identity.network, identity.sender, look.now)
        else:
            person = Person(known, identity, role, "")
        found.setdefault(person.id, person)
    return LifeView(named=tuple(found.values()))


def _names(identity: Identity) -> set[str]:
    bare = identity.key.rpartition("account:")[2]
    names = {identity.name, bare, bare.lstrip("@")}
    return {name.casefold() for name in names | {f"{identity.network}:{name}" for name in names}}


def _held(look: Look) -> LifeView:
    assert look.person is not None
    rows = look.connection.execute(_HELD, {"by_person": look.person.id})
    return LifeView(held=tuple(store.read(row) for row in rows))


def _listed(look: Look) -> LifeView:
    """What waits in the queues that are named, or in those that this person serves."""
    assert look.invocation is not None
    own = look.connection.execute(_QUEUES, {"by_person": look.person.id}).scalar() if look.person else None
    room = look.config.room(look.network, look.room).queue if look.room is not None else ""
    names = QueueNames(look.config)
    words = look.invocation.words
    if not words:
        queues = and_events(served(tuple(own or ()), room), look.config)
    elif names.all(words):
        queues = store.queues(look.connection) or ("",)
    else:
        found = names.find(words)
        if found is None:
            return LifeView(queues=())
        queues = (found,)
    # Whoever asked comes before what is to be done by a date.
    listed = sorted(store.waiting(look.connection, queues), key=lambda one: one.kind is TicketKind.TASK)
    return LifeView(listed=tuple(listed), queues=queues)


def _history(look: Look) -> LifeView:
    if look.ticket is None or look.invocation is None or not look.invocation.words:
        return LifeView()
    return LifeView(changes=store.history(look.connection, look.ticket.number))


def _resolving(look: Look) -> LifeView:
    if look.ticket is None:
        return LifeView()
    history = store.history(look.connection, look.ticket.number)
    return LifeView(overdue=any(change.kind is ChangeKind.OVERDUE for change in history))


_LOADERS: dict[str, Callable[[Look], LifeView]] = {
    "status": _status,
    "take": _wanting,
    "release": _releasing,
    "handover": _named,
    "extend": _held,
    "queue": _listed,
    "show": _history,
    life.LEASE: _leased,
    life.TAKE: _wanting,
    life.RESOLVE: _resolving,
}

_SET = tuple(field.name for field in fields(SetTicket) if field.name != "ticket")
_TIMES = frozenset({"due_at", "lease_until", "waits_since", "answered_at", "resolved_at", "escalated"})
"""What the desk keeps of a ticket by the way: it is no change that anybody made."""


def apply(connection: Connection, effect: SetTicket, now: datetime, applied: Applied) -> None:
    values = {name: value for name in _SET if not isinstance(value := getattr(effect, name), Keep)}
    if "tags" in values:
        values["tags"] = list(values["tags"])
    if values.keys() - _TIMES:
        values["changed_at"] = now
    applied.tickets.add(effect.ticket)
    if not values:
        return
    connection.execute(update(tickets).where(tickets.c.number == effect.ticket).values(**values))
