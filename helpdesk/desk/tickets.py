"""The ticket's rules: opened, claimed, answered, asked back, resolved, and who is told of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bridges.events import RoomId
from bridges.text import Text, from_plain, shorten
from helpdesk.config import Config
from helpdesk.desk import expecting
from helpdesk.desk.telling import announce, asker_place, gist, page, tell_asker, tell_claimant, tell_volunteers
from helpdesk.effects import (
    Assign,
    Direct,
    Effect,
    Message,
    OpenTicket,
    Record,
    Refuse,
    Reply,
    Say,
    SetQuestion,
    SetStatus,
)
from helpdesk.model import (
    ChangeKind,
    Confirm,
    Identity,
    Origin,
    Person,
    Question,
    QuestionStatus,
    Role,
    Ticket,
    TicketKind,
    TicketStatus,
)
from helpdesk.nouns.tickets import SetTicket
from helpdesk.view import View
from kb.model import Audience

_WAITED_FOR = (TicketKind.QUESTION, TicketKind.REQUEST)
BEFORE = 100
"""Characters that volunteers read of what a question goes on from."""


# --- opening ----------------------------------------------------------------------------------------------------------


WORDS_PER_QUESTION = 3
"""A conversation has more words than questions, and still a bound: all volunteers' rooms hear them."""


def too_much(view: View, config: Config) -> Message | None:
    """Why this person may write no more to tickets for now, if so."""
    if view.counts.words_person < config.limits.questions_per_person * WORDS_PER_QUESTION:
        return None
    return Message("limit-words", {"minutes": max(1, int(config.limits.window.total_seconds() // 60))})


def opening_refused(view: View, config: Config, prefix: str) -> Message | None:
    """Why no ticket may be opened now, if so."""
    limits = config.limits
    if view.counts.tickets_person >= limits.open_tickets_per_person:
        return Message("limit-tickets-person", {"count": limits.open_tickets_per_person, "prefix": prefix})
    if view.counts.tickets_room >= limits.open_tickets_per_room:
        return Message("limit-tickets-room")
    return too_much(view, config)


def open_ticket(
    view: View,
    config: Config,
    now: datetime,
    *,
    asker: int,
    identity: Identity,
    origin: Origin,
    text: str,
    lang: str,
    topic: str = "",
    question: int | None = None,
    because: str,
    kind: TicketKind = TicketKind.QUESTION,
    title: str = "",
    tags: tuple[str, ...] = (),
    queue: str | None = None,
    event: int | None = None,
    held: bool = False,
) -> list[Effect]:
    """Open a ticket, tell the asker its number and what happens next, and announce it. `because` is a message id.

    Without a `queue` it is that of the room or the topic. One that is `held` is announced when somebody agrees to it.
    """
    prefix = config.room(origin.network, origin.room).prefix
    refused = opening_refused(view, config, prefix)
    if refused is not None:
        return [Say(asker_place(origin, identity), refused, lang)]
    fresh = view.fresh
    if fresh is None:
        raise ValueError("a ticket needs a fresh number")
    private = origin.direct or origin.encrypted
    number = str(fresh.ticket)
    queue = config.queue_for(origin.network, origin.room, topic) if queue is None else queue
    if event is None and queue in config.occasions:
        event, tags = config.occasions[queue], (queue, *tags)
    ticket = Ticket(
        fresh.ticket,
        TicketStatus.OPEN,
        topic,
        text,
        private,
        lang,
        asker,
        identity,
        origin,
        None,
        None,
        now,
        now,
        question,
        kind=kind,
        title=title,
        tags=tags,
        queue=queue,
        event=event,
        waits_since=now,
    )
    effects: list[Effect] = [
        OpenTicket(
            fresh,
            asker,
            identity,
            origin,
            topic,
            text,
            private,
            lang,
            question,
            kind=kind,
            title=title,
            tags=tags,
            queue=queue,
            event=event,
            held=held,
        ),
        Record(
            fresh.ticket, ChangeKind.OPENED, text, asker, identity.name, origin.network, origin.room, origin.message
        ),
    ]
    if question is not None:
        effects.append(SetQuestion(question, QuestionStatus.HANDED_OVER, ticket=fresh.ticket))
    link = Message("ticket-link", {"number": number, "url": page(config, fresh.token)})
    opened = Message("ticket-opened", {"because": Message(because), "number": number, "prefix": prefix})
    expects = (
        expecting.in_a_row(expecting.opening(view.life, ticket.queue, config, now)) if kind in _WAITED_FOR else None
    )
    if expects is not None:
        opened = Message("ticket-opened-and", {"opened": opened, "expects": expects})
    effects.append(Say(asker_place(origin, identity), opened, lang, ticket=fresh.ticket))
    if origin.encrypted:
        effects.append(tell_asker(ticket, Message("ticket-encrypted", {"prefix": prefix}), tracked=True))
    if origin.direct:
        effects.append(Say(asker_place(origin, identity), link, lang, ticket=fresh.ticket))
    elif not identity.authenticated:
        effects.append(Say(Direct(origin.network, identity.key), link, lang, ticket=fresh.ticket))
    return effects if held else effects + announce(config, ticket)


# --- the volunteer's side ---------------------------------------------------------------------------------------------


def not_claimable(ticket: Ticket, person: Person) -> Refuse | None:
    """Why this person can't work on the ticket now, if so."""
    if not ticket.status.active:
        return closed(ticket)
    if ticket.claimant is not None and ticket.claimant != person.id and ticket.claimant_identity is not None:
        return Refuse(
            "conflict",
            Message("claimed-by-other", {"number": str(ticket.number), "name": ticket.claimant_identity.name}),
        )
    return None


def closed(ticket: Ticket) -> Refuse:
    """What can't be done to a ticket that is closed, or goes on in another one."""
    if ticket.status is TicketStatus.MERGED and ticket.merged_into is not None:
        args = {"number": str(ticket.number), "into": str(ticket.merged_into)}
        return Refuse("conflict", Message("ticket-merged", args))
    status = Message(f"status-{ticket.status}", {"into": str(ticket.merged_into or "")})
    return Refuse("conflict", Message("ticket-closed", {"number": str(ticket.number), "status": status}))


def claim(
    ticket: Ticket, person: Person, config: Config, network: str, besides: tuple[str, RoomId] | None
) -> list[Effect]:
    """Give the ticket to this person, who was found to be free to have it."""
    return [
        *_take(ticket, person, config, network, besides),
        tell_asker(ticket, Message("asker-claimed", {"number": str(ticket.number), "name": person.name})),
    ]


def _take(
    ticket: Ticket, person: Person, config: Config, network: str, besides: tuple[str, RoomId] | None
) -> list[Effect]:
    taken = Message("claimed-elsewhere", {"number": str(ticket.number), "name": person.name})
    return [
        Assign(ticket.number, person),
        SetStatus(ticket.number, TicketStatus.CLAIMED),
        Record(ticket.number, ChangeKind.CLAIMED, "", person.id, person.name, network),
        *tell_volunteers(config, ticket, taken, taken, besides=besides),
    ]


def release(
    ticket: Ticket, person: Person, why: str, config: Config, network: str, besides: tuple[str, RoomId] | None
) -> list[Effect]:
    released = Message("released", {"number": str(ticket.number), "name": person.name})
    return [
        Assign(ticket.number, None),
        SetStatus(ticket.number, TicketStatus.OPEN),
        Record(ticket.number, ChangeKind.RELEASED, why, person.id, person.name, network),
        *tell_volunteers(config, ticket, released, released, besides=besides),
    ]


def answer(
    ticket: Ticket,
    person: Person,
    text: Text,
    words: str,
    config: Config,
    network: str,
    *,
    ask_back: bool,
    confirm: Confirm | None = None,
    besides: tuple[str, RoomId] | None = None,
) -> list[Effect]:
    """A volunteer's words to the asker: an answer, or a question back. Whoever speaks first has the ticket."""
    kind = ChangeKind.ASK_BACK if ask_back else ChangeKind.ANSWER
    message = Message(
        "asker-ask-back" if ask_back else "asker-answer",
        {"number": str(ticket.number), "name": person.name, "text": text, "prefix": _prefix(ticket, config)},
    )
    return [
        *(_take(ticket, person, config, network, besides) if ticket.claimant is None else ()),
        SetStatus(ticket.number, TicketStatus.WAITING, asked_back=ask_back),
        Record(ticket.number, kind, words, person.id, person.name, network),
        tell_asker(ticket, message, tracked=True, confirm=confirm),
    ]


def not_lost(refused: Refuse, ticket: Ticket, person: Person, words: str, network: str) -> list[Effect]:
    """Words to the asker that somebody else's claim came before: they stay, as a note for whoever has it."""
    if not words or refused.refusal != "conflict" or not ticket.status.active:
        return [refused]
    kept = Message("kept-as-note", {"refused": refused.message, "number": str(ticket.number)})
    return [note(ticket, person, words, network), Refuse("conflict", kept)]


def note(ticket: Ticket, person: Person, words: str, network: str) -> Record:
    return Record(ticket.number, ChangeKind.NOTE, words, person.id, person.name, network)


def resolve(
    ticket: Ticket, person: Person, words: str, config: Config, network: str, besides: tuple[str, RoomId] | None
) -> list[Effect]:
    number = str(ticket.number)
    resolved = Message("resolved-elsewhere", {"number": number, "name": person.name})
    return [
        SetStatus(ticket.number, TicketStatus.RESOLVED),
        Record(ticket.number, ChangeKind.RESOLVED, words, person.id, person.name, network),
        *tell_volunteers(config, ticket, resolved, resolved, besides=besides),
        tell_asker(ticket, Message("asker-resolved", {"number": number, "prefix": _prefix(ticket, config)})),
    ]


def reopen(
    ticket: Ticket,
    person: Person | None,
    config: Config,
    network: str,
    name: str = "",
    *,
    besides: tuple[str, RoomId] | None = None,
) -> list[Effect]:
    """Open it again, in the hands of its claimant if it has one; without a person, by its asker."""
    name = person.name if person else name
    number = str(ticket.number)
    back = Message("reopened", {"number": number, "name": name})
    discreet = back if person else Message("reopened-private", {"number": number})
    status = TicketStatus.CLAIMED if ticket.claimant is not None else TicketStatus.OPEN
    return [
        SetStatus(ticket.number, status),
        Record(ticket.number, ChangeKind.REOPENED, "", person.id if person else None, name, network),
        *tell_volunteers(config, ticket, back, discreet, besides=besides),
    ]


# --- the asker's side -------------------------------------------------------------------------------------------------


def asker_wrote(ticket: Ticket, words: str, config: Config, network: str) -> list[Effect]:
    """More from the asker: to whoever works on it. Words to a closed ticket open it again."""
    name = ticket.asker_identity.name
    number = str(ticket.number)
    effects: list[Effect] = [Record(ticket.number, ChangeKind.ASKER, words, ticket.asker, name, network)]
    if ticket.status is TicketStatus.MERGED and ticket.merged_into is not None:
        # It is read where the ticket goes on.
        ticket = replace(ticket, number=ticket.merged_into)
        effects = [Record(ticket.number, ChangeKind.ASKER, words, ticket.asker, name, network)]
        number = str(ticket.number)
    elif not ticket.status.active:
        effects += reopen(ticket, None, config, network, name)
    elif ticket.status is TicketStatus.WAITING:
        effects.append(SetStatus(ticket.number, TicketStatus.CLAIMED))
    wrote = Message("asker-wrote", {"number": number, "name": name, "text": from_plain(gist(words, 1500))})
    return effects + tell_claimant(config, ticket, wrote, Message("asker-wrote-private", {"number": number}))


def not_helped(ticket: Ticket, config: Config, network: str) -> list[Effect]:
    """The asker said no to a volunteer's answer, or to the ticket being resolved, however long ago that was."""
    if ticket.status in (TicketStatus.CANCELLED, TicketStatus.MERGED):
        return [closed(ticket)]
    number = str(ticket.number)
    said = Message("asker-said-no", {"number": number, "name": ticket.asker_identity.name})
    discreet = Message("asker-said-no-private", {"number": number})
    return [
        *asker_wrote_back(ticket, config, network),
        *([SetTicket(ticket.number, solved="denied")] if ticket.done else []),
        *tell_claimant(config, ticket, said, discreet),
        Reply(Message("no-noted", {"number": number}), ticket=ticket.number, lang=ticket.lang),
    ]


def asker_wrote_back(ticket: Ticket, config: Config, network: str) -> list[Effect]:
    name = ticket.asker_identity.name
    if not ticket.status.active:
        return reopen(ticket, None, config, network, name)
    status = TicketStatus.CLAIMED if ticket.claimant is not None else TicketStatus.OPEN
    return [
        SetStatus(ticket.number, status),
        Record(ticket.number, ChangeKind.ASKER, "👎", ticket.asker, name, network),
    ]


def helped(ticket: Ticket, config: Config, network: str) -> list[Effect]:
    """The asker says that it is solved; of a closed one too, whatever they said before."""
    number = str(ticket.number)
    if ticket.status in (TicketStatus.CANCELLED, TicketStatus.MERGED):
        return [closed(ticket)]
    if ticket.done and ticket.solved == "confirmed":
        return [Reply(Message("yes-ticket", {"number": number}), ticket=ticket.number, lang=ticket.lang)]
    name = ticket.asker_identity.name
    said = Message("asker-said-yes", {"number": number, "name": name})
    resolved: list[Effect] = [
        SetStatus(ticket.number, TicketStatus.RESOLVED),
        Record(ticket.number, ChangeKind.RESOLVED, "", ticket.asker, name, network),
    ]
    if ticket.done:
        resolved = [Record(ticket.number, ChangeKind.CONFIRMED, "", ticket.asker, name, network)]
    return [
        *resolved,
        SetTicket(ticket.number, solved="confirmed"),
        *tell_volunteers(config, ticket, said, Message("asker-said-yes-private", {"number": number})),
        Reply(Message("yes-ticket", {"number": number}), ticket=ticket.number, lang=ticket.lang),
    ]


def cancel(ticket: Ticket, config: Config, network: str) -> list[Effect]:
    said = Message("cancelled-elsewhere", {"number": str(ticket.number)})
    return [
        SetStatus(ticket.number, TicketStatus.CANCELLED),
        Record(ticket.number, ChangeKind.CANCELLED, "", ticket.asker, ticket.asker_identity.name, network),
        *tell_volunteers(config, ticket, said, said),
    ]


def answered(ticket: Ticket) -> bool:
    """Whether a yes or a no is what the ticket waits for."""
    return ticket.status is TicketStatus.WAITING and not ticket.asked_back


def owned_by(ticket: Ticket, person: Person | None) -> bool:
    return person is not None and ticket.asker == person.id and ticket.kind is not TicketKind.TASK


def volunteer(person: Person | None) -> bool:
    return person is not None and person.role >= Role.SHADOW


def from_question(question: Question, view: View, config: Config, now: datetime, because: str) -> list[Effect]:
    """Hand a question over to people, wherever and by whomever it was asked. Its tags are the nearest article's."""
    nearest = view.articles.get(question.citations[0].article) if question.citations else None
    public = nearest is not None and nearest.audience is Audience.PUBLIC and question.audience is Audience.PUBLIC
    return open_ticket(
        view,
        config,
        now,
        asker=question.person,
        identity=question.identity,
        origin=question.origin,
        text=for_people(question),
        lang=question.lang,
        topic=question.topic,
        question=question.id,
        because=because,
        tags=nearest.tags if nearest is not None and public else (),
    )


def for_people(question: Question) -> str:
    """The question's words; where it was read as going on from another one, with that in front: alone it says nothing."""
    before = " ".join(question.previous.split())
    read_as = " ".join(question.read_as.split()).casefold()
    if not before or before[:BEFORE].casefold() not in read_as:
        return question.text
    return f"{shorten(before, BEFORE)} … {question.text}"


def _prefix(ticket: Ticket, config: Config) -> str:
    return config.room(ticket.origin.network, ticket.origin.room).prefix
