"""What is said in rooms: questions, commands, words in a ticket's thread, and what linked rooms hear of it."""

from __future__ import annotations

from datetime import datetime

from bridges.events import MessageReceived, Reacted
from bridges.text import from_plain
from helpdesk.commands.base import Call, Place
from helpdesk.commands.registry import COMMANDS
from helpdesk.config import Config
from helpdesk.desk import credit, form_words, mentoring, questions, relay, routing, smalltalk, telling, tickets, watch
from helpdesk.desk.intake import Heard, sign
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Confirm, Invocation, QuestionStatus, Role, Ticket, TicketKind, TicketStatus
from helpdesk.view import View

NOTE_PREFIX = "//"
_OFFERED = (QuestionStatus.ANSWERED, QuestionStatus.SUGGESTED, QuestionStatus.OFFERED)
_ASKS = frozenset({"ask", "human", "search"})
"""Commands that are a question."""
_AT_WORK = frozenset({"next", "claim", "take", "answer", "ask-back", "resolve"})
"""Whoever says one of these has something to do."""
_MAY_BE_WORDS = frozenset({"yes", "no", "pick"})
"""Commands that, without their prefix, may answer a volunteer's question."""


def message(event: MessageReceived, heard: Heard, view: View, config: Config, now: datetime) -> list[Effect]:
    """Somebody said something."""
    if relay.is_bot(event.network, event.sender, config):
        return []  # whoever said it first did not say it to the desk
    if view.level == "banned":
        return []
    if view.level == "muted" and (heard.command is None or heard.command.verb in _ASKS):
        return []
    # Whom a lead mutes is nobody's business in the linked rooms.
    for_leads = heard.command is not None and COMMANDS[heard.command.verb].role is Role.LEAD
    passed_on = [] if for_leads else relay.message(event, view, config, now)
    watched = watch.heard(event, heard, view, config, now) if heard.watched or view.watch.open else []
    return [*passed_on, *telling.unasked(_desk(event, heard, view, config, now), view.ticket), *watched]


def _desk(event: MessageReceived, heard: Heard, view: View, config: Config, now: datetime) -> list[Effect]:
    place = Place(event.network, event.sender, event.room, event.message, event.thread)
    filled = form_words.answer(place, heard, view, config, now)
    if filled is not None:
        return filled
    if heard.command is not None:
        if heard.bare and heard.command.verb in _MAY_BE_WORDS:
            asked_back = _waits_for_words(event, view)
            if asked_back is not None:
                return _from_asker(heard.words, asked_back.number, view, config, event.network)
        return command(heard.command, place, view, config, now)
    if heard.mistake is not None:
        return [Refuse("invalid", heard.mistake)]
    if view.ticket is not None and view.anchored and heard.words:
        return _in_thread(event, heard, view, config, now) or _question(event, heard, view, config, now)
    return _question(event, heard, view, config, now)


def _question(event: MessageReceived, heard: Heard, view: View, config: Config, now: datetime) -> list[Effect]:
    asked_back = next((t for t in view.mine if _asked_back(t, event)), None)
    if heard.smalltalk is not None:
        if heard.smalltalk.kind == "assent" and asked_back is not None:
            return _from_asker(heard.words, asked_back.number, view, config, event.network)
        return smalltalk.reply(heard.smalltalk, config.room(event.network, event.room.id).prefix)
    if not heard.question or view.person is None:
        return []
    if asked_back is not None:
        return _from_asker(heard.question, asked_back.number, view, config, event.network)
    return questions.ask(heard.question, view.person, questions.origin_of(event), view, config, now)


def _asked_back(ticket: Ticket, event: MessageReceived) -> bool:
    """Whether a volunteer's question to the asker waits for an answer here: where it was asked, or directly."""
    here = (ticket.origin.network, ticket.origin.room) == (event.network, event.room.id) or event.room.direct
    return ticket.status is TicketStatus.WAITING and ticket.asked_back and here


def _waits_for_words(event: MessageReceived, view: View) -> Ticket | None:
    """The ticket whose volunteer waits for words here, unless the person has asked the desk something since."""
    if view.anchored:
        about = view.ticket
        waits = about is not None and about.status is TicketStatus.WAITING and about.asked_back
        return about if about is not None and waits and tickets.owned_by(about, view.person) else None
    ticket = next((t for t in view.mine if _asked_back(t, event)), None)
    if ticket is None:
        return None
    return ticket if view.question is None or view.question.asked_at <= ticket.changed_at else None


def _from_asker(words: str, number: int, view: View, config: Config, network: str) -> list[Effect]:
    ticket = next((t for t in (view.ticket, *view.mine) if t is not None and t.number == number), None)
    if ticket is None:
        return []
    refused = tickets.too_much(view, config)
    if refused is not None:
        return [Refuse("limit", refused)]
    masked, warning = questions.prepared(words, config)
    return [
        *tickets.asker_wrote(ticket, masked, config, network),
        Reply(Message("passed-on", {"number": str(number)}), ticket=number, lang=ticket.lang),
        *warning,
    ]


def _in_thread(event: MessageReceived, heard: Heard, view: View, config: Config, now: datetime) -> list[Effect]:
    """Words in a ticket's thread or in reply to the desk's words about it; nothing when they are not for the ticket."""
    ticket, person = view.ticket, view.person
    if ticket is None or person is None:
        return []
    if event.style == "notice":
        return []
    # What the claimant was told directly can be answered there.
    works_here = event.room.direct and ticket.claimant == person.id and not tickets.owned_by(ticket, person)
    if not config.room(event.network, event.room.id).volunteers and not works_here:
        if not tickets.owned_by(ticket, person) or ticket.status is TicketStatus.CANCELLED:
            return []
        said = smalltalk.heard(heard.words)
        if said is not None and not ticket.asked_back:
            # Being kind opens nothing again, and nor does a laugh.
            return smalltalk.reply(said, config.room(event.network, event.room.id).prefix) if heard.smalltalk else []
        return _from_asker(heard.question or heard.words, ticket.number, view, config, event.network)
    if not tickets.volunteer(person):
        return []
    words, masked = mask(heard.words)
    for_us = heard.words.startswith(NOTE_PREFIX) or ticket.kind is TicketKind.TASK
    if for_us or ticket.claimant != person.id or not ticket.status.active:
        return [tickets.note(ticket, person, words.removeprefix(NOTE_PREFIX).strip(), event.network)]
    confirm = Confirm(event.network, event.room.id, event.message)
    warning = [Reply(Message("secret-masked-volunteer"))] if masked else []
    if mentoring.needed(person):
        prefix = config.room(event.network, event.room.id).prefix
        drafted = mentoring.draft(
            ticket, person, words, view, config, now, event.network, prefix, ask_back=False, confirm=confirm
        )
        return [*drafted, *warning]
    text = from_plain(words) if masked else event.text
    answer = tickets.answer(ticket, person, text, words, config, event.network, ask_back=False, confirm=confirm)
    return [*answer, *warning]


def command(invocation: Invocation, place: Place, view: View, config: Config, now: datetime) -> list[Effect]:
    """Give a command, if this person may."""
    if view.person is None:
        return []
    wanted = COMMANDS[invocation.verb]
    if view.person.role < wanted.role:
        lacking = "need-role" if place.sender.authenticated else "need-login"
        role = Message(f"role-{wanted.role.name.lower()}")
        return [Refuse("forbidden", Message(lacking, {"verb": wanted.name, "role": role}))]
    done = telling.unasked(wanted.run(Call(invocation, place, view.person, view, config, now)), view.ticket)
    return [*done, *routing.came_back(view, config, now, busy=wanted.name in _AT_WORK)]


def reaction(event: Reacted, view: View, config: Config, now: datetime) -> list[Effect]:
    """A thumb on the desk's words is a yes or a no, a keycap a choice, from the person they were said to."""
    given = sign(event.key)
    person = view.person
    if given is None or person is None or not view.anchored:
        return []
    ticket, question = view.ticket, view.question
    mine = question is not None and question.person == person.id
    place = Place(event.network, event.sender, event.room, event.target)
    if given.verb == "pick":
        # A number on words that offer nothing is a decoration.
        offers = mine and question is not None and bool(question.choices)
        return command(given, place, view, config, now) if offers else []
    # A thumb on "your ticket is #7" says that it was read, not that it is solved.
    about_ticket = ticket is not None and tickets.owned_by(ticket, person) and (tickets.answered(ticket) or ticket.done)
    about_question = mine and question is not None and question.status in _OFFERED
    if not about_ticket and not about_question:
        return []
    return [*command(given, place, view, config, now), *credit.thumb(given, view, config, now)]
