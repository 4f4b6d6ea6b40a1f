"""Loads what a decision looks at, in the transaction that will write what it decides. Tickets are locked on the way."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from bridges.events import (
    MessageEdited,
    MessageReceived,
    MessageRedacted,
    PersonMoved,
    PersonSeen,
    Reacted,
    RoomEntered,
    RoomId,
    RoomSplit,
    SendMessage,
)
from bridges.text import plain
from helpdesk.commands.base import Need
from helpdesk.commands.registry import COMMANDS
from helpdesk.config import Config
from helpdesk.desk import relay
from helpdesk.desk.audience import may_hear
from helpdesk.desk.intake import Heard
from helpdesk.desk.watch import on
from helpdesk.deskevents import (
    Answered,
    AnyEvent,
    AskerWrote,
    Backlog,
    Delivery,
    Invoked,
    RoleGranted,
    Searched,
    TimerDue,
)
from helpdesk.model import Counts, Fresh, Identity, Invocation, Level, Person, Question, Role, Rule, Said, Ticket
from helpdesk.nouns.gather import GatherView
from helpdesk.nouns.requests import FORM, FormSent, RequestView
from helpdesk.nouns.rota import RotaView
from helpdesk.store import moderation, outbox, people, questions, tickets
from helpdesk.store.nearby import Nearby
from helpdesk.store.nouns import forms, gather, requests, rota, sig, watch
from helpdesk.store.nouns import registry as nouns
from helpdesk.store.nouns.look import Look
from helpdesk.store.standing import Standing
from helpdesk.view import View
from kb.model import Answer, Article, Outcome, Suggestions

_EMPTY = View()


def looks_nothing_up(event: AnyEvent, heard: Heard, standing: Standing, config: Config) -> bool:
    """Whether the event is decided with what the batch knows: the talk among people, which is nearly all that is heard."""
    match event:
        case MessageReceived():
            talk = not heard.concerns and event.thread is None and event.reply_to is None
            return talk and not _watched(event, heard, standing, config)
        case PersonMoved() | RoomSplit():
            return not standing.links.from_((event.network, event.room.id))
        case _:
            return False


def _watched(
    event: MessageReceived | MessageRedacted, heard: Heard, standing: Standing, config: Config
) -> list[tuple[str, RoomId]]:
    """Where questions may wait that it is about: its room, and those that its words are brought to."""
    here = (event.network, event.room.id)
    beyond = standing.links.from_(here)
    if isinstance(event, MessageReceived) and not heard.watched and not beyond:
        return []
    own = heard.watched or (isinstance(event, MessageRedacted) and on(config.room(*here)))
    return [*([here] if own else []), *(place for place in beyond if on(config.room(*place)))]


def glance(event: AnyEvent, now: datetime, standing: Standing, nearby: Nearby) -> View:
    """What is decided by the relay's knowledge alone."""
    level, rule = _judged(event, now, standing, nearby)
    return View(links=standing.links, near=nearby.look(event), level=level, rule=rule)


def view(
    connection: Connection,
    event: AnyEvent,
    heard: Heard,
    config: Config,
    now: datetime,
    standing: Standing,
    nearby: Nearby,
    articles: Mapping[str, Article] = MappingProxyType({}),
) -> View:
    """Everything `decide` may look at for this event."""
    level, rule = _judged(event, now, standing, nearby)
    found = _EMPTY if level == "banned" else _view(connection, event, heard, config, now)
    found = gather.beside(connection, found, event, heard)
    if isinstance(event, AskerWrote) and found.ticket is not None:
        asker = found.ticket.asker_identity
        verdict = standing.rules.judge(asker.sender, asker.network, "", now)
        level, rule = verdict.level, verdict.rule
    if isinstance(event, (MessageReceived, MessageRedacted)) and (places := _watched(event, heard, standing, config)):
        found = replace(found, watch=watch.waiting(connection, places))
    if (waiting := found.watch.question) is not None:
        verdict = standing.rules.judge(waiting.sender, waiting.network, waiting.text, now)
        level, rule = verdict.level, verdict.rule
    return replace(found, links=standing.links, near=nearby.look(event), level=level, rule=rule, articles=articles)


def _judged(event: AnyEvent, now: datetime, standing: Standing, nearby: Nearby) -> tuple[Level, Rule | None]:
    """What the list of moderation says of what was said, and why."""
    rules = standing.rules
    if rules.empty or not isinstance(event, (MessageReceived, MessageEdited, Reacted, PersonMoved, Invoked, FormSent)):
        return "allowed", None
    match event:
        case MessageReceived() | MessageEdited():
            text = f"{event.sender.name}\n{plain(event.text)}"
        case Reacted():
            text = f"{event.sender.name}\n{event.key}"
        case PersonMoved():
            text = f"{event.sender.name}\n{event.reason}"
        case _:
            text = ""
    spoke = 1 + nearby.spoke(event.network, event.sender.id) if rules.counts else 0
    verdict = rules.judge(event.sender, event.network, text, now, spoke)
    return verdict.level, verdict.rule


def _view(connection: Connection, event: AnyEvent, heard: Heard, config: Config, now: datetime) -> View:
    match event:
        case MessageReceived():
            return _message(connection, event, heard, config, now)
        case MessageEdited() | MessageRedacted():
            return gather.words(connection, event)
        case Reacted():
            return _reaction(connection, event, config, now)
        case Answered(question=number, outcome=outcome):
            return _answered(connection, number, config, now, outcome)
        case Searched(question=number):
            question = questions.question(connection, number)
            return View(question=question, person=_asker(connection, question, config, now) if question else None)
        case Invoked():
            person = people.person_of(connection, config, event.network, event.sender, now)
            if event.operator:
                person = Person(person.id, person.identity, Role.LEAD, person.lang)
            return _command(connection, event.invocation, person, None, config, now, event.network, None)
        case RoleGranted(network=network, sender=sender) if sender.authenticated:
            return View(person=people.person_of(connection, config, network, sender, now))
        case PersonSeen():
            return _seen(connection, event, config, now)
        case RoomEntered() if config.room(event.network, event.room.id).voice:
            return View(rota=rota.rota(connection, config, now))
        case TimerDue(kind=relay.EDIT | relay.EDIT_ALL):
            return _EMPTY
        case TimerDue() if needs := nouns.timer(event):
            number = event.about if nouns.about_ticket(event) else 0
            ticket = tickets.ticket(connection, number, lock=True) if number else None
            look = Look(connection, config, now, ticket=ticket, invocation=Invocation(event.kind, event.about))
            return View(ticket=ticket, **nouns.parts(needs, look))
        case FormSent():
            person = people.person_of(connection, config, event.network, event.sender, now)
            return View(
                person=person,
                counts=_counts(connection, person.id, event.network, event.room, config, now),
                fresh=_fresh(connection),
                request=RequestView(approvers=requests.approvers(connection, config, event.item, now)),
            )
        case Backlog(parcels=numbers):
            return View(waiting=tuple(_said(parcel) for parcel in outbox.promised(connection, numbers)))
        case AskerWrote(ticket=number) | Delivery(ticket=number) | TimerDue(about=number):
            return View(ticket=tickets.ticket(connection, number, lock=True))
        case _:
            return _EMPTY


def _said(parcel: outbox.Parcel) -> Said:
    """What a relayed message says, for a page."""
    action = parcel.action
    assert isinstance(action, SendMessage)
    author = action.attribution
    name, origin = (author.name, author.origin) if author is not None else ("", "")
    return Said(name, action.said_at or parcel.created_at, action.text, origin, parcel.relayed)


def _message(connection: Connection, event: MessageReceived, heard: Heard, config: Config, now: datetime) -> View:
    anchor = None
    for message in (event.thread, event.reply_to):
        if message is not None and anchor is None:
            anchor = outbox.anchor(connection, event.network, event.room.id, message)
    if anchor is None and not heard.concerns:
        return _EMPTY
    person = people.person_of(connection, config, event.network, event.sender, now)
    if heard.command is not None:
        found = _command(connection, heard.command, person, anchor, config, now, event.network, event.room.id)
        may_answer = heard.bare or heard.command.verb in _ANSWERS
        return _with_form(connection, found, person, event, config, now) if may_answer else found
    anchored = tickets.ticket(connection, anchor.ticket, lock=True) if anchor and anchor.ticket else None
    question = _question(connection, anchor, person, event.network, event.room.id) if heard.question else None
    look = Look(connection, config, now, person, anchored, network=event.network, room=event.room.id)
    found = View(
        person=person,
        ticket=anchored,
        sig=sig.in_thread(look),
        question=question,
        anchored=anchored is not None or _about(anchor, question),
        mine=tickets.mine(connection, person.id, lock=True) if heard.concerns else (),
        counts=_counts(connection, person.id, event.network, event.room.id, config, now),
    )
    fills_in = heard.concerns or (anchor is not None and anchor.question == FORM)
    return _with_form(connection, found, person, event, config, now) if fills_in else found


_ANSWERS = frozenset({"yes", "no", "cancel"})
"""Commands that, prefix and all, may be said to a form."""


def _with_form(
    connection: Connection, found: View, person: Person, event: MessageReceived, config: Config, now: datetime
) -> View:
    """What a form takes: the form, and once all is answered what opening its ticket takes."""
    form = forms.form(connection, person.id)
    if form is None:
        return found
    request = replace(found.request, form=form)
    if form.field:
        return replace(found, request=request)
    return replace(
        found,
        request=replace(request, approvers=requests.approvers(connection, config, form.item, now)),
        counts=_counts(connection, person.id, event.network, event.room.id, config, now),
        fresh=found.fresh or _fresh(connection),
    )


def _command(
    connection: Connection,
    invocation: Invocation,
    person: Person,
    anchor: outbox.Anchor | None,
    config: Config,
    now: datetime,
    network: str,
    room: RoomId | None,
) -> View:
    wanted = COMMANDS[invocation.verb]
    # Who may not give the command is told so: nothing is read, or locked, for it.
    needs = wanted.needs if person.role >= wanted.role else Need.NOTHING
    if Need.OPENING in needs:
        needs |= Need.LIFE
    ticket: Ticket | None = None
    question: Question | None = None
    if invocation.number is not None and invocation.verb != "pick":
        ticket = tickets.ticket(connection, invocation.number, lock=True)
    elif anchor is not None and anchor.ticket is not None:
        ticket = tickets.ticket(connection, anchor.ticket, lock=True)
    anchored = anchor is not None and ticket is not None and invocation.number is None
    if Need.QUESTION in needs:
        question = _question(connection, anchor, person, network, room)
    root = None
    if Need.ROOT in needs and question is not None and room is not None:
        root = outbox.question_root(connection, network, room, question.id)
    opening = Need.OPENING in needs
    counted = (opening or Need.COUNTS in needs) and room is not None
    found = View(
        person=person,
        ticket=ticket,
        question=question,
        root=root,
        mine=tickets.mine(connection, person.id, lock=True) if Need.MINE in needs else (),
        resolved=tickets.last_resolved(connection, person.id) if Need.RESOLVED in needs else None,
        queue=tickets.queue(connection) if Need.QUEUE in needs else (),
        history=tickets.history(connection, ticket.number, 20) if Need.HISTORY in needs and ticket else (),
        members=tuple(people.all_members(connection, config)) if Need.MEMBERS in needs else (),
        counts=_counts(connection, person.id, network, room, config, now) if counted and room is not None else Counts(),
        fresh=_fresh(connection) if opening else None,
        anchored=anchored or _about(anchor, question),
        **(_moderation(connection, invocation, config, now) if Need.MODERATION in needs else {}),
        **nouns.parts(needs, Look(connection, config, now, person, ticket, invocation, network, room)),
    )
    if Need.NEXT in needs and person.role >= Role.PAIR:
        here = config.room(network, room) if room is not None else None
        queue = here.queue if here is not None and here.volunteers else ""
        first, known = rota.next_ticket(connection, config, person, queue, now)
        asker = gather.context(connection, first[0]) if first else None
        found = replace(found, queue=first, rota=known, gather=replace(found.gather, context=asker))
    if person.role >= Role.PAIR:
        back = rota.back(connection, config, person.id, person.identity, person.role, now)
        found = replace(found, rota=replace(found.rota, back=back)) if back else found
    return found


def _seen(connection: Connection, event: PersonSeen, config: Config, now: datetime) -> View:
    """Of those who come, few are of the SIG."""
    role = people.role_of(connection, config, event.network, event.sender)
    if role < Role.PAIR or (person := people.find(connection, event.network, event.sender.id)) is None:
        return _EMPTY
    identity = Identity(event.network, event.sender.id, event.sender.name, event.sender.authenticated)
    return View(rota=RotaView(back=rota.back(connection, config, person, identity, role, now)))


def _moderation(connection: Connection, invocation: Invocation, config: Config, now: datetime) -> dict[str, Any]:
    name = invocation.words.split()[1:2]
    return {
        "rules": moderation.load(connection, config),
        "audit": tuple(moderation.entries(connection)),
        "called": moderation.called(connection, name[0], now) if name else (),
    }


def _question(
    connection: Connection, anchor: outbox.Anchor | None, person: Person, network: str, room: RoomId | None
) -> Question | None:
    """The person's own question that the desk's message was about; without such a message their last one there."""
    if anchor is not None and anchor.question is not None:
        found = questions.question(connection, anchor.question)
        return found if found is not None and found.person == person.id else None
    return None if room is None else questions.last_question(connection, person.id, network, room)


def _about(anchor: outbox.Anchor | None, question: Question | None) -> bool:
    return anchor is not None and question is not None and anchor.question == question.id


def _reaction(connection: Connection, event: Reacted, config: Config, now: datetime) -> View:
    anchor = outbox.anchor(connection, event.network, event.room.id, event.target)
    if anchor is None:
        return _EMPTY
    known = people.find(connection, event.network, event.sender.id)
    if known is None:
        return _EMPTY
    person = people.person_of(connection, config, event.network, event.sender, now)
    question = questions.question(connection, anchor.question) if anchor.question is not None else None
    ticket = tickets.ticket(connection, anchor.ticket, lock=True) if anchor.ticket is not None else None
    thanked = Look(connection, config, now, person, ticket, None, event.network, event.room.id)
    return View(
        person=person,
        ticket=ticket,
        question=question if question is not None and question.person == person.id else None,
        **nouns.parts(Need.CREDIT, thanked),
        counts=_counts(connection, person.id, event.network, event.room.id, config, now),
        fresh=_fresh(connection) if question is not None else None,
        anchored=True,
        **nouns.parts(Need.LIFE if question is not None else Need.NOTHING, Look(connection, config, now, person)),
    )


def _answered(connection: Connection, number: int, config: Config, now: datetime, outcome: Outcome) -> View:
    question = questions.question(connection, number)
    if question is None:
        return _EMPTY
    incidents = gather.compared(connection, question.person)
    found = View(
        person=_asker(connection, question, config, now),
        question=question,
        before=questions.before(connection, question) if outcome.evidence.lang else None,
        gather=GatherView(incidents=incidents),
    )
    if not incidents and isinstance(outcome, (Answer, Suggestions)) and may_hear(question, found.person, config):
        return found
    origin = question.origin
    return replace(
        found,
        mine=tickets.mine(connection, question.person, lock=True),
        counts=_counts(connection, question.person, origin.network, origin.room, config, now),
        fresh=_fresh(connection),
        **nouns.parts(Need.LIFE, Look(connection, config, now)),
    )


def _asker(connection: Connection, question: Question, config: Config, now: datetime) -> Person:
    """Who asked it, with the rights they have now."""
    return people.person_of(connection, config, question.origin.network, question.identity.sender, now)


def _counts(connection: Connection, person: int, network: str, room: RoomId, config: Config, now: datetime) -> Counts:
    return Counts(*tickets.counts(connection, person, network, room, now - config.limits.window))


def _fresh(connection: Connection) -> Fresh:
    return Fresh(tickets.next_number(connection), secrets.token_urlsafe(18))
