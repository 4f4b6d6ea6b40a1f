"""Community events, loans and needs: what decisions look at, and what their effects write."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bridges.events import PersonId, RoomId
from helpdesk.config import Config
from helpdesk.desk.eventwords import contact_of
from helpdesk.desk.loanwords import borrower_of, loan_of
from helpdesk.model import ChangeKind, Identity, QuestionStatus, Role
from helpdesk.nouns.community import (
    AHEAD,
    IN_ROOMS,
    CommunityEffect,
    CommunityEvent,
    CommunityView,
    EventRoom,
    Figures,
    Loan,
    OnSite,
    SetEvent,
    SetLoan,
    SetWish,
    Wish,
    WriteDraft,
    named,
    of_number,
    only,
)
from helpdesk.store import people, tickets
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema import changes, counters, identities, questions
from helpdesk.store.schema_sig import community_events, duty, forms, loans, needs

CHANGES = "event-rooms"
"""The counter that grows when what the events' rooms mean has changed, so that whoever holds it reads it again."""
OVER = 20
"""Events that are over and still found by their tag."""
MOST = 500
"""Tickets, loans or needs that are looked at for one command."""


def view(look: Look) -> CommunityView:
    """For a command, or for a timer of this noun, which is about an event, or about a loan."""
    invocation = look.invocation
    if invocation is None:
        return CommunityView()
    match invocation.verb:
        case "event" | "here":
            return _of_event(look, invocation.words, here=invocation.verb == "here")
        case "loan":
            return _of_loan(look, invocation.words)
        case "need":
            return _of_need(look)
        case "needs":
            return _of_needs(look, invocation.words)
        case "community.loan":
            return _loan_due(look, invocation.number or 0)
        case verb if verb.startswith("community."):
            return _about(look, _event(look.connection, invocation.number or 0), CommunityView())
        case _:
            return CommunityView()


# --- events -----------------------------------------------------------------------------------------------------------


def _of_event(look: Look, words: str, *, here: bool) -> CommunityView:
    connection = look.connection
    events = all_events(connection)
    said = words.split()
    number = next((found for word in said[:2] if (found := of_number(word)) is not None), None)
    known = named(said, events)
    if known is None and number is None and len(said) == 1:
        known = only(events)
    number = number if known is None else known.id
    meant = None if number is None else _event(connection, number)
    contact = contact_of(words)
    view = CommunityView(
        events=events,
        called=_called(look, contact) if contact else (),
        next=next_number(connection, "event"),
        on_site=on_site(connection, look.now, None if meant is None or here else meant.id),
    )
    return _about(look, meant, view)


def _about(look: Look, event: CommunityEvent | None, known: CommunityView) -> CommunityView:
    """What there is about one event."""
    if event is None:
        return known
    connection = look.connection
    found = tickets.of_event(connection, event.id, MOST)
    lent = tuple(_loan(row) for row in connection.execute(select(loans).where(loans.c.event == event.id).limit(MOST)))
    wanted = [event.contact_person, *(person for loan in lent for person in (loan.lender, loan.borrower_person))]
    return CommunityView(
        event,
        known.events,
        found,
        _answers(connection, [ticket.number for ticket in found if not ticket.private]),
        known.on_site or on_site(connection, look.now, event.id),
        _figures(connection, event),
        lent,
        people=_people(connection, look.config, wanted),
        called=known.called,
        leads=_leads(look),
        next=known.next,
        draft=_free(look.config, event),
    )


def all_events(connection: Connection) -> tuple[CommunityEvent, ...]:
    ahead = select(community_events).where(community_events.c.status.in_(AHEAD))
    over = select(community_events).where(community_events.c.status == "over")
    return (
        *_events(connection.execute(ahead.order_by(community_events.c.starts_at, community_events.c.id))),
        *_events(connection.execute(over.order_by(community_events.c.id.desc()).limit(OVER))),
    )


def in_rooms(connection: Connection) -> tuple[CommunityEvent, ...]:
    """Events that have their rooms now."""
    query = select(community_events).where(community_events.c.status.in_(IN_ROOMS)).order_by(community_events.c.id)
    return tuple(_events(connection.execute(query)))


def _event(connection: Connection, number: int) -> CommunityEvent | None:
    query = select(community_events).where(community_events.c.id == number).with_for_update()
    return next(iter(_events(connection.execute(query))), None)


def _events(rows: Iterable[Row[Any]]) -> list[CommunityEvent]:
    return [
        CommunityEvent(
            row.id,
            row.status,
            row.title,
            row.kind,
            row.place,
            row.online,
            row.zone,
            row.starts_at,
            row.ends_at,
            row.expected,
            row.contact,
            row.tag,
            row.made_by,
            row.contact_person,
            tuple(EventRoom(room["network"], RoomId(room["room"]), room["volunteers"]) for room in row.rooms),
            row.notes,
        )
        for row in rows
    ]


def on_site(connection: Connection, now: datetime, event: int | None) -> tuple[OnSite, ...]:
    """Who helps there now; without an event, at any."""
    there = duty.c.event.is_not(None) if event is None else duty.c.event == event
    query = select(duty).where(there, or_(duty.c.until.is_(None), duty.c.until > now)).order_by(duty.c.since, duty.c.id)
    return tuple(
        OnSite(
            row.person,
            Identity(row.network, PersonId(row.key), row.name, authenticated=True),
            row.event,
            row.place,
            row.since,
            row.until,
        )
        for row in connection.execute(query)
    )


def _answers(connection: Connection, numbers: Sequence[int]) -> tuple[tuple[int, str], ...]:
    if not numbers:
        return ()
    query = (
        select(changes.c.ticket, changes.c.text)
        .where(changes.c.ticket.in_(numbers), changes.c.kind == ChangeKind.ANSWER)
        .order_by(changes.c.id)
    )
    return tuple((row.ticket, row.text) for row in connection.execute(query))


def _figures(connection: Connection, event: CommunityEvent) -> Figures:
    """What was asked where those who came were."""
    if event.starts is None or event.ends is None:
        return Figures()
    asked = answered = 0
    for room in event.rooms:
        there = and_(
            questions.c.network == room.network,
            questions.c.room == room.room,
            questions.c.asked_at >= event.starts - timedelta(days=1),
            questions.c.asked_at <= event.ends + timedelta(days=1),
            questions.c.status.not_in((QuestionStatus.REFUSED, QuestionStatus.SEARCHING, QuestionStatus.SEARCHED)),
        )
        rows = connection.execute(
            select(questions.c.status, func.count()).where(there).group_by(questions.c.status)
        ).all()
        asked += sum(row[1] for row in rows)
        answered += sum(row[1] for row in rows if row[0] in (QuestionStatus.ANSWERED, QuestionStatus.HELPED))
    return Figures(asked, answered)


def _free(config: Config, event: CommunityEvent) -> str:
    """A path for an article of the event in the first folder of articles that can be written to; empty: there is none."""
    folder = next((folder for folder in config.kb_folders if os.access(folder, os.W_OK)), None)
    if folder is None:
        return ""
    names = (f"{event.tag}{'' if count == 1 else f'-{count}'}.md" for count in range(1, 100))
    paths = (folder / "events" / name for name in names)
    return str(next((path for path in paths if not path.exists()), ""))


# --- loans and needs --------------------------------------------------------------------------------------------------


def _of_loan(look: Look, words: str) -> CommunityView:
    connection = look.connection
    open_loans = select(loans).where(loans.c.returned_at.is_(None)).order_by(loans.c.due_at, loans.c.id).limit(MOST)
    lent = tuple(_loan(row) for row in connection.execute(open_loans))
    number, name = loan_of(words), borrower_of(words)
    return CommunityView(
        events=all_events(connection),
        loans=lent,
        loan=None if number is None else _one_loan(connection, number),
        people=_people(connection, look.config, [loan.lender for loan in lent]),
        called=_called(look, name) if name else (),
        next=next_number(connection, "loan"),
    )


def _loan_due(look: Look, number: int) -> CommunityView:
    loan = _one_loan(look.connection, number)
    if loan is None:
        return CommunityView()
    return CommunityView(
        loan=loan,
        people=_people(look.connection, look.config, [loan.lender, loan.borrower_person]),
        leads=_leads(look),
    )


def _one_loan(connection: Connection, number: int) -> Loan | None:
    row = connection.execute(select(loans).where(loans.c.id == number).with_for_update()).one_or_none()
    return None if row is None else _loan(row)


def _loan(row: Row[Any]) -> Loan:
    return Loan(
        row.id,
        row.what,
        row.borrower,
        row.borrower_person,
        row.lender,
        row.event,
        row.ticket,
        row.lent_at,
        row.due_at,
        row.returned_at,
    )


def _of_need(look: Look) -> CommunityView:
    assert look.person is not None
    mine = and_(needs.c.person == look.person.id, needs.c.at > look.now - timedelta(days=1))
    said = look.connection.execute(select(func.count()).select_from(needs).where(mine)).scalar_one()
    return CommunityView(wishes_person=said, next=next_number(look.connection, "need"))


def _of_needs(look: Look, words: str) -> CommunityView:
    connection = look.connection
    number = next((found for word in words.split()[:2] if (found := of_number(word)) is not None), None)
    query = select(needs).where(needs.c.status == "open").order_by(needs.c.id.desc()).limit(MOST)
    wishes = tuple(_wish(row) for row in reversed(connection.execute(query).all()))
    meant = None
    if number is not None:
        row = connection.execute(select(needs).where(needs.c.id == number)).one_or_none()
        meant = None if row is None else _wish(row)
    filling: frozenset[int] = frozenset()
    if words.split()[:1] == ["request"]:
        people_of = {one.person for one in (*wishes, *([meant] if meant is not None else []))}
        busy = select(forms.c.person).where(forms.c.person.in_(people_of))
        filling = frozenset(connection.execute(busy).scalars())
    return CommunityView(wishes=wishes, wish=meant, filling=filling)


def _wish(row: Row[Any]) -> Wish:
    key = PersonId(row.key)
    return Wish(
        row.id,
        row.person,
        Identity(row.network, key, row.name, authenticated=not key.startswith("guest:")),
        RoomId(row.room),
        row.direct,
        row.private,
        row.lang,
        row.text,
        row.at,
        row.status,
        row.answer,
        row.ticket,
    )


# --- people -----------------------------------------------------------------------------------------------------------


def _people(connection: Connection, config: Config, wanted: Iterable[int | None]) -> tuple[tuple[int, Identity], ...]:
    """How these are reached: by the identity they used last."""
    numbers = sorted({number for number in wanted if number is not None})
    if not numbers:
        return ()
    query = select(identities).where(identities.c.person.in_(numbers)).order_by(identities.c.seen_at)
    found = {
        row.person: Identity(row.network, PersonId(row.key), row.name, row.authenticated)
        for row in connection.execute(query)
        if row.authenticated and row.network in config.networks
    }
    return tuple(sorted(found.items(), key=lambda one: one[0]))


def _called(look: Look, name: str) -> tuple[tuple[int, Identity], ...]:
    """Whom a name means: a person of a network by what they are there, or somebody of the SIG by their name."""
    connection, config = look.connection, look.config
    name = name.removeprefix("@")
    network, colon, rest = name.partition(":")
    wanted = {(network, rest)} if colon and network in config.networks else {(look.network, name)}
    keys: set[tuple[str, PersonId]] = set()
    for network_name, person in wanted:
        if network_name in config.networks:
            keys.add((network_name, config.networks[network_name].person(person)))
    for identity, _ in people.all_members(connection, config):
        if identity.name.casefold() == name.casefold():
            keys.add((identity.network, identity.key))
    found: dict[int, Identity] = {}
    for network_name, key in sorted(keys):
        row = connection.execute(
            select(identities).where(identities.c.network == network_name, identities.c.key == key)
        ).one_or_none()
        if row is not None and row.authenticated:
            found.setdefault(row.person, Identity(row.network, PersonId(row.key), row.name, authenticated=True))
    return tuple(found.items())


def _leads(look: Look) -> tuple[Identity, ...]:
    members = people.all_members(look.connection, look.config)
    return tuple(
        identity for identity, role in members if role >= Role.LEAD and identity.network in look.config.networks
    )


def next_number(connection: Connection, name: str) -> int:
    """The number the next one gets. Held until the transaction ends."""
    query = select(counters.c.value).where(counters.c.name == name).with_for_update()
    value = connection.execute(query).scalar()
    if value is None:
        first = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
        connection.execute(first(counters).values(name=name, value=0).on_conflict_do_nothing())
        value = connection.execute(query).scalar_one()
    return int(value) + 1


# --- what is written --------------------------------------------------------------------------------------------------


def apply(connection: Connection, effect: CommunityEffect, now: datetime, applied: Applied) -> None:
    match effect:
        case SetEvent(event):
            _set_event(connection, event, now)
            grow(connection)
            applied.linked = True
        case SetLoan(loan):
            values = {
                "event": loan.event,
                "ticket": loan.ticket,
                "what": loan.what,
                "borrower": loan.borrower,
                "borrower_person": loan.borrower_person,
                "lender": loan.lender,
                "lent_at": loan.lent,
                "due_at": loan.due,
                "returned_at": loan.returned,
            }
            _put(connection, loans, "loan", loan.id, values)
        case SetWish(wish):
            values = {
                "person": wish.person,
                "network": wish.identity.network,
                "room": wish.room,
                "key": wish.identity.key,
                "name": wish.identity.name,
                "direct": wish.direct,
                "private": wish.private,
                "lang": wish.lang,
                "text": wish.text,
                "at": wish.at,
                "status": wish.status,
                "answer": wish.answer,
                "ticket": wish.ticket,
            }
            _put(connection, needs, "need", wish.id, values)
        case WriteDraft(path, text):
            _write(Path(path), text)


def _set_event(connection: Connection, event: CommunityEvent, now: datetime) -> None:
    values = {
        "status": event.status,
        "title": event.title,
        "kind": event.kind,
        "place": event.place,
        "online": event.online,
        "zone": event.zone,
        "starts_at": event.starts,
        "ends_at": event.ends,
        "expected": event.expected,
        "contact": event.contact,
        "contact_person": event.contact_person,
        "tag": event.tag,
        "rooms": [{"network": r.network, "room": r.room, "volunteers": r.volunteers} for r in event.rooms],
        "notes": event.notes,
        "made_by": event.made_by,
    }
    _put(connection, community_events, "event", event.id, values, {"made_at": now})


def _put(
    connection: Connection,
    table: Table,
    counter: str,
    number: int,
    values: Mapping[str, Any],
    first: Mapping[str, Any] | None = None,
) -> None:
    """Write a row under its own number; a new one takes the number that was next."""
    if connection.execute(update(table).where(table.c.id == number).values(**values)).rowcount:
        return
    connection.execute(insert(table).values(id=number, **values, **(first or {})))
    next_number(connection, counter)
    higher = counters.c.name == counter, counters.c.value < number
    connection.execute(update(counters).where(*higher).values(value=number))


def grow(connection: Connection) -> None:
    next_number(connection, CHANGES)
    connection.execute(update(counters).where(counters.c.name == CHANGES).values(value=counters.c.value + 1))


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and never over what is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.rename(path)
