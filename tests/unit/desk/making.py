"""People, tickets and calls for tests of the pure rules: everything has a sensible default and no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bridges.events import EventId as _EventId
from bridges.events import MessageId, MessageReceived, PersonId, Room, RoomId
from bridges.text import from_plain, plain
from helpdesk.commands.base import Place
from helpdesk.config import Config
from helpdesk.desk.decide import decide
from helpdesk.desk.intake import read
from helpdesk.desk.talk import command
from helpdesk.effects import Direct, Effect, InRoom, Message, Refuse, Reply, Say
from helpdesk.model import (
    Fresh,
    Identity,
    Invocation,
    Origin,
    Person,
    Question,
    QuestionStatus,
    Role,
    Ticket,
    TicketStatus,
)
from helpdesk.view import View
from helpdesk.words import Words
from tests.desk import LIST, config_for

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CONFIG: Config = config_for(Path("state"))
FRESH = Fresh(7, "secret-token")
E = TypeVar("E")


def person(name: str, number: int, role: Role = Role.ASKER, *, network: str = "chat", guest: bool = False) -> Person:
    return Person(number, Identity(network, PersonId(name), name, not guest), role, "")


ANNA = person("anna", 1)
GUEST = person("gast", 2, guest=True)
BERT = person("bert", 3)
VERA = person("vera", 11, Role.SOLO)
VICTOR = person("victor", 12, Role.SOLO)
OLGA = person("olga", 13, Role.SOLO, network="other")
LEA = person("lea", 14, Role.LEAD)

PUBLIC = Origin("chat", RoomId("#help"), False, False, MessageId("q1"))
DIRECT = Origin("chat", RoomId("direct:anna"), True, False, MessageId("q1"))
ENCRYPTED = Origin("chat", RoomId("#vault"), False, True, MessageId("q1"))


def ticket(
    status: TicketStatus = TicketStatus.OPEN,
    by: Person | None = None,
    *,
    number: int = 7,
    origin: Origin = PUBLIC,
    asker: Person = ANNA,
    **more: Any,
) -> Ticket:
    """Held by `by`, who defaults to vera where somebody must hold it."""
    if by is None and status not in (TicketStatus.OPEN, TicketStatus.CANCELLED):
        by = VERA
    made = Ticket(
        number,
        status,
        "wiki",
        "the badge of mine",
        origin.direct or origin.encrypted,
        "en",
        asker.id,
        asker.identity,
        origin,
        by.id if by else None,
        by.identity if by else None,
        NOW,
        NOW,
        None,
    )
    return replace(made, **more)


def question(status: QuestionStatus = QuestionStatus.ANSWERED, *, origin: Origin = PUBLIC, **more: Any) -> Question:
    made = Question(1, ANNA.id, ANNA.identity, origin, "how?", "en", NOW, status, (LIST,), ("one", "two"), 1, "lists")
    return replace(made, **more)


def place(who: Person, room: str = "#help") -> Place:
    direct = room.startswith("direct")
    name = f"direct:{who.name}" if direct else room
    return Place(who.identity.network, who.identity.sender, Room(RoomId(name), name, direct), MessageId("c1"))


def give(
    who: Person, verb: str, room: str = "#help", *, number: int | None = None, words: str = "", **view: Any
) -> list[Effect]:
    """The person gives the command there; the rest is what the desk knows."""
    seen = View(person=who, **view)
    return command(Invocation(verb, number, words), place(who, room), seen, CONFIG, NOW)


def said(
    words: str, who: Person = ANNA, room: str = "#help", *, addressed: bool = False, thread: str = "", **more: Any
) -> MessageReceived:
    where = place(who, room)
    assert where.room is not None
    made = MessageReceived(
        where.network,
        _EventId("e1"),
        NOW,
        where.room,
        where.sender,
        from_plain(words),
        MessageId("w1"),
        addressed=addressed,
        thread=MessageId(thread) if thread else None,
    )
    return replace(made, **more)


def hear(event: MessageReceived, config: Config = CONFIG, **view: Any) -> list[Effect]:
    """What follows from the words."""
    return decide(event, read(event, config), View(**view), config, NOW)


def of(kind: type[E], effects: Sequence[Effect]) -> list[E]:
    return [effect for effect in effects if isinstance(effect, kind)]


def one(kind: type[E], effects: Sequence[Effect]) -> E:
    [found] = of(kind, effects)
    return found


def words(effect: Say | Reply | Refuse) -> str:
    message = effect.message
    return plain(Words("en").text(message) if isinstance(message, Message) else message)


def replies(effects: Sequence[Effect], *, private: bool | None = None) -> str:
    """What the person is told where they gave the command, as one text."""
    found = [e for e in effects if isinstance(e, (Reply, Refuse))]
    if private is not None:
        found = [e for e in found if getattr(e, "private", False) is private]
    return "\n".join(words(e) for e in found)


def told(effects: Sequence[Effect], room: str) -> str:
    """What is said in a room, or `direct:NAME`."""
    return "\n".join(words(say) for say in of(Say, effects) if _where(say.to) == room)


def _where(to: InRoom | Direct) -> str:
    return to.room if isinstance(to, InRoom) else f"direct:{to.person}"


def refusal(effects: Sequence[Effect]) -> str:
    """Why it was not done; nothing else may have followed."""
    [found] = effects
    assert isinstance(found, Refuse)
    return found.refusal
