"""What pairs write goes to a mentor before it goes to the asker: offered, sent as it is or in other words, sent back. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bridges.events import RoomId
from bridges.text import Text, from_plain
from helpdesk.config import Config
from helpdesk.desk import tickets
from helpdesk.desk.telling import gist, tell_volunteers
from helpdesk.effects import Direct, Effect, InRoom, Message, Record, Reply, Say, Schedule, Value
from helpdesk.model import ChangeKind, Confirm, Person, Role, Ticket
from helpdesk.nouns.sig import AddDraft, Draft, SettleDraft, Volunteer
from helpdesk.nouns.tickets import SetTicket
from helpdesk.sections import RoomSettings
from helpdesk.view import View

DRAFT = "sig.draft"
AT_ONCE = 3
"""So many are asked directly at a time, never everybody."""
SHOWN = 1500
PREFIX = RoomSettings().prefix
"""Of commands where somebody is told directly."""


def needed(person: Person) -> bool:
    """Whether a mentor reads this person's words first."""
    return person.role is Role.PAIR


def draft(
    ticket: Ticket,
    person: Person,
    words: str,
    view: View,
    config: Config,
    now: datetime,
    network: str,
    prefix: str,
    *,
    ask_back: bool,
    confirm: Confirm | None = None,
    besides: tuple[str, RoomId] | None = None,
) -> list[Effect]:
    """A pair's words wait for a mentor. The claim does not run out meanwhile."""
    kind = ChangeKind.ASK_BACK if ask_back else ChangeKind.ANSWER
    number = str(ticket.number)
    args: dict[str, Value] = {
        "number": number,
        "name": person.name,
        "text": from_plain(gist(words, SHOWN)),
        "prefix": PREFIX,
    }
    offer = Message("draft-waits", args)
    mentor = mentor_of(ticket, person.id, view.sig.volunteers, now)
    effects: list[Effect] = []
    if ticket.claimant is None:
        effects += tickets.claim(ticket, person, config, network, besides)
    effects += [
        AddDraft(ticket.number, person.id, person.identity, kind, words, confirm),
        Record(ticket.number, ChangeKind.DRAFT, words, person.id, person.name, network),
        SetTicket(ticket.number, lease_until=None),
        *_offer(config, ticket, "draft-waits", args),
    ]
    if mentor is not None:
        effects += _directly(mentor, offer, ticket, config)
    if config.sig.mentor_within:
        due = config.queue_hours(ticket.queue).after(now, config.sig.mentor_within)
        effects.append(Schedule(DRAFT, ticket.number, due))
    waits = Message("draft-kept-any", {"number": number, "prefix": prefix})
    if mentor is not None:
        waits = Message("draft-kept", {"number": number, "mentor": mentor.identity.name, "prefix": prefix})
    return [*effects, Reply(waits, ticket=ticket.number)]


def _offer(config: Config, ticket: Ticket, message: str, args: Mapping[str, Value]) -> list[Effect]:
    """In the ticket's thread in each volunteers' room; the words of a private one only where volunteers alone read."""
    effects: list[Effect] = []
    for network, room in config.rooms_of(ticket.queue):
        settings = config.room(network, room)
        said = message if not ticket.private or settings.private else f"{message}-private"
        told = Message(said, {**args, "prefix": settings.prefix})
        effects.append(Say(InRoom(network, room, thread_of=ticket.number), told, ticket=ticket.number))
    return effects


def mentor_of(ticket: Ticket, author: int, everyone: Sequence[Volunteer], now: datetime) -> Volunteer | None:
    """The author's own mentor, where they can be asked now."""
    pair = next((one for one in everyone if one.person == author), None)
    if pair is None or pair.mentor is None:
        return None
    mentor = next((one for one in everyone if one.person == pair.mentor), None)
    fits = mentor is not None and mentor.role >= Role.SOLO and mentor.person not in (author, ticket.asker)
    return mentor if mentor is not None and fits and not mentor.away(now) and not mentor.quiet_at(now) else None


def _directly(volunteer: Volunteer, message: Message, ticket: Ticket, config: Config) -> list[Effect]:
    to = volunteer.identity
    return [Say(Direct(to.network, to.key), message, ticket=ticket.number)] if to.network in config.networks else []


def send(
    ticket: Ticket,
    waiting: Draft,
    mentor: Person,
    words: str,
    config: Config,
    network: str,
    *,
    besides: tuple[str, RoomId] | None = None,
) -> list[Effect]:
    """The mentor sends it, as it is or in `words` of theirs. Its author is who wrote first; both have done something."""
    author = Person(waiting.author, waiting.identity, Role.PAIR, "")
    text: Text = from_plain(words or waiting.text)
    number = str(ticket.number)
    args: dict[str, Value] = {"number": number, "name": author.name, "mentor": mentor.name}
    told = Message("draft-sent-edited" if words else "draft-sent", args | {"text": text})
    room = Message("draft-approved", args)
    return [
        SettleDraft(waiting.id, "edited" if words else "sent", mentor.id),
        Record(ticket.number, ChangeKind.APPROVED, "", mentor.id, mentor.name, network),
        *tickets.answer(
            ticket,
            author,
            text,
            words or waiting.text,
            config,
            waiting.identity.network,
            ask_back=waiting.kind is ChangeKind.ASK_BACK,
            confirm=waiting.confirm,
        ),
        *tell_volunteers(config, ticket, room, room, besides=besides),
        *_author(waiting, told, config),
    ]


def _author(waiting: Draft, message: Message, config: Config) -> list[Effect]:
    to = waiting.identity
    if to.network not in config.networks:
        return []
    return [Say(Direct(to.network, to.key), message, ticket=waiting.ticket)]


def give_back(
    ticket: Ticket, waiting: Draft, mentor: Person, why: str, config: Config, now: datetime, network: str
) -> list[Effect]:
    """Back to its author, with a reason; the ticket stays theirs."""
    args: dict[str, Value] = {
        "number": str(ticket.number),
        "mentor": mentor.name,
        "why": from_plain(why),
        "text": from_plain(gist(waiting.text, SHOWN)),
        "prefix": PREFIX,
    }
    return [
        SettleDraft(waiting.id, "returned", mentor.id, why),
        Record(ticket.number, ChangeKind.RETURNED, why, mentor.id, mentor.name, network),
        *lease(ticket, config, now),
        *_author(waiting, Message("draft-returned", args), config),
    ]


def withdraw(
    ticket: Ticket, waiting: Draft, person: Person, config: Config, now: datetime, network: str
) -> list[Effect]:
    return [
        SettleDraft(waiting.id, "withdrawn"),
        Record(ticket.number, ChangeKind.WITHDRAWN, "", person.id, person.name, network),
        *lease(ticket, config, now),
    ]


def lease(ticket: Ticket, config: Config, now: datetime) -> list[Effect]:
    """The claim's time runs again."""
    length = config.sig.first_reply if ticket.answered_at is None else config.sig.next_reply
    return [SetTicket(ticket.number, lease_until=now + length)] if length else []


def waited(view: View, config: Config, now: datetime) -> list[Effect]:
    """A draft waited long: others are asked, some at a time and those who are there first; at last the leads."""
    ticket, waiting, within = view.ticket, view.sig.draft, config.sig.mentor_within
    if ticket is None or waiting is None or not within:
        return []
    hours = config.queue_hours(ticket.queue)
    if now < hours.after(waiting.at, within):
        return []  # it took the place of an earlier one, and has a timer of its own
    round_ = max(1, int(hours.between(waiting.at, now) / within))
    others = [
        one
        for one in view.sig.volunteers
        if one.role >= Role.SOLO
        and one.person not in (waiting.author, ticket.asker)
        and not one.away(now)
        and not one.quiet_at(now)
    ]
    others.sort(key=lambda one: (one.role >= Role.LEAD, not one.there(now), one.person))
    asked = others[(round_ - 1) * AT_ONCE : round_ * AT_ONCE]
    name, text = waiting.identity.name, from_plain(gist(waiting.text, SHOWN))
    args: dict[str, Value] = {"number": str(ticket.number), "name": name, "text": text, "prefix": PREFIX}
    offer = Message("draft-still-waits", args)
    effects = _offer(config, ticket, "draft-still-waits", args)
    for one in asked:
        effects += _directly(one, offer, ticket, config)
    if asked:
        effects.append(Schedule(DRAFT, ticket.number, hours.after(now, within)))
    return effects
