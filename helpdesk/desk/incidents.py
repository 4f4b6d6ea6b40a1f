"""What is broken for many: an incident gathers their tickets, answers them together, and is what the desk says meanwhile to
whoever asks the same. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bridges.events import RoomId
from bridges.text import from_plain, shorten
from helpdesk.commands.base import Call
from helpdesk.config import Config
from helpdesk.desk import gather, tickets, work
from helpdesk.desk.likeness import covered, likeness, troubled
from helpdesk.desk.secrets import mask
from helpdesk.desk.telling import asker_place, gist, page, tell_asker, tell_volunteers
from helpdesk.effects import (
    Assign,
    Direct,
    Effect,
    InRoom,
    Message,
    OpenTicket,
    Record,
    Refuse,
    Reply,
    Say,
    SetQuestion,
    SetStatus,
    Value,
)
from helpdesk.model import ChangeKind, Origin, Question, QuestionStatus, Role, Ticket, TicketKind, TicketStatus
from helpdesk.nouns.gather import Gather, Incident
from helpdesk.nouns.tickets import SetTicket
from helpdesk.view import View
from kb.model import Answer, NoAnswer, Outcome, Suggestions

TITLE = 120
NOTICE = 400
"""Characters of what the desk says meanwhile."""
TITLE_COVERED = 0.8
"""So much of an incident's title must stand in a question that is about it."""
LIKE, ALIKE = 0.6, 0.85
"""Or so alike it must be to what another of its askers wrote: where it says that something does not work, and else."""
LIKE_BY_ARTICLE = 0.4
"""Or so alike, where the same article is nearest and it says that something does not work."""


# --- what volunteers do -----------------------------------------------------------------------------------------------


def begin(call: Call, title: str) -> list[Effect]:
    """A new one, in the hands of whoever began it."""
    fresh = call.view.fresh
    title = shorten(mask(title)[0], TITLE)
    if fresh is None:
        raise ValueError("a ticket needs a fresh number")
    person, place, config = call.person, call.place, call.config
    origin = Origin(place.network, place.room.id if place.room else RoomId(""), place.room is None, False)
    number = str(fresh.ticket)
    queue = config.queue_for(origin.network, origin.room, "") if place.room else ""
    effects: list[Effect] = [
        OpenTicket(
            fresh,
            person.id,
            person.identity,
            origin,
            "",
            title,
            False,
            person.lang or config.helpdesk.language,
            None,
            kind=TicketKind.INCIDENT,
            title=title,
            queue=queue,
        ),
        Record(fresh.ticket, ChangeKind.OPENED, title, person.id, person.name, place.network),
        Assign(fresh.ticket, person),
        SetStatus(fresh.ticket, TicketStatus.CLAIMED),
        SetTicket(fresh.ticket, waits_since=None),
    ]
    for network, room in config.rooms_of(queue):
        prefix = config.room(network, room).prefix
        said = Message(
            "incident-opened", {"number": number, "title": from_plain(title), "name": person.name, "prefix": prefix}
        )
        effects.append(Say(InRoom(network, room), said, ticket=fresh.ticket, announces=True))
    if call.person.role >= Role.LEAD:
        effects.append(call.audited("incident", f"#{number}", title))
    return [*effects, Reply(Message("incident-yours", {"number": number, "prefix": call.prefix}))]


def make(call: Call, ticket: Ticket, title: str) -> list[Effect]:
    """The ticket is one. Of what was asked in private a new one is made, which says nothing of it."""
    number = str(ticket.number)
    title = shorten(mask(title)[0], TITLE)
    if ticket.kind is TicketKind.INCIDENT:
        if not title:
            return [Reply(line(Incident(ticket, count=_count(call, ticket))))]
        return [SetTicket(ticket.number, title=title), Reply(Message("incident-titled", {"number": number}))]
    if not ticket.status.active:
        return [tickets.closed(ticket)]
    if ticket.private:
        if not title:
            return [Refuse("invalid", Message("incident-needs-title", {"number": number, "prefix": call.prefix}))]
        return [Refuse("forbidden", Message("incident-private", {"number": number, "prefix": call.prefix}))]
    if ticket.incident is not None:
        args = {"number": number, "incident": str(ticket.incident)}
        return [Refuse("conflict", Message("incident-gathered-already", args))]
    title = title or gist(ticket.text, TITLE)
    person = call.person
    args = {"number": number, "name": person.name}
    made = Message("incident-made-elsewhere", args)
    audited = [call.audited("incident", f"#{number}", title)] if person.role >= Role.LEAD else []
    return [
        SetTicket(ticket.number, kind=TicketKind.INCIDENT, title=title),
        Record(ticket.number, ChangeKind.GATHERED, title, person.id, person.name, call.place.network),
        *tell_volunteers(call.config, ticket, made, made, besides=work.here(call)),
        *audited,
        Reply(Message("incident-made", {"number": number, "prefix": call.prefix})),
    ]


def _count(call: Call, incident: Ticket) -> int:
    return sum(one.incident == incident.number for one in call.view.gather.gathered)


def add(call: Call, incident: Ticket, those: Sequence[Ticket]) -> list[Effect]:
    """It gathers these too. Their askers hear of it, and nobody else works on them any more."""
    refused = _not_one(incident)
    if refused is not None:
        return [refused]
    if not incident.status.active:
        return [tickets.closed(incident)]
    person, network, config = call.person, call.place.network, call.config
    effects: list[Effect] = []
    added: list[str] = []
    for ticket in those:
        number = str(ticket.number)
        if ticket.kind is TicketKind.INCIDENT or ticket.number == incident.number:
            return [Refuse("invalid", Message("merge-incident", {"number": number, "into": str(incident.number)}))]
        if ticket.kind is TicketKind.TASK:
            return [Refuse("invalid", Message("merge-task", {"number": number, "into": str(incident.number)}))]
        if not ticket.status.active:
            return [tickets.closed(ticket)]
        if ticket.incident == incident.number:
            continue
        added.append(f"#{number}")
        effects += [
            Gather(ticket.number, incident.number),
            *([Assign(ticket.number, None)] if ticket.claimant is not None else []),
            SetStatus(ticket.number, TicketStatus.OPEN),
            SetTicket(ticket.number, lease_until=None),
            Record(ticket.number, ChangeKind.GATHERED, f"#{incident.number}", person.id, person.name, network),
            tell_asker(ticket, notice("incident-asker", incident, ticket.number, config, ticket.origin)),
        ]
    if not added:
        return [Reply(Message("incident-nothing-added", {"number": str(incident.number)}))]
    numbers = ", ".join(added)
    args = {"number": str(incident.number), "numbers": numbers, "name": person.name}
    told = Message("incident-added-elsewhere", args)
    return [
        *effects,
        Record(incident.number, ChangeKind.GATHERED, numbers, person.id, person.name, network),
        *tell_volunteers(config, incident, told, told, besides=work.here(call)),
        Reply(Message("incident-added", args)),
    ]


def remove(call: Call, incident: Ticket, those: Sequence[Ticket]) -> list[Effect]:
    """These are something else after all."""
    refused = _not_one(incident)
    if refused is not None:
        return [refused]
    effects: list[Effect] = []
    for ticket in those:
        if ticket.incident != incident.number:
            args = {"number": str(ticket.number), "incident": str(incident.number)}
            return [Refuse("conflict", Message("incident-not-gathered", args))]
        if ticket.status.active:
            effects += gather.alone(ticket, call.config)
        else:
            effects.append(Gather(ticket.number, None))
    numbers = ", ".join(f"#{ticket.number}" for ticket in those)
    gone = Message("incident-removed", {"number": str(incident.number), "numbers": numbers})
    person = call.person
    note = Record(incident.number, ChangeKind.GATHERED, f"{numbers} −", person.id, person.name, call.place.network)
    return [*effects, note, Reply(gone)]


def says(call: Call, incident: Ticket, words: str) -> list[Effect]:
    """What the desk says meanwhile to whoever asks the same."""
    refused = _not_one(incident)
    if refused is not None:
        return [refused]
    line_, masked = mask(" ".join(words.split()))
    person = call.person
    said = shorten(line_, NOTICE)
    args: dict[str, Value] = {"number": str(incident.number), "text": from_plain(said)}
    told = Message("incident-says-elsewhere", {**args, "name": person.name})
    return [
        SetTicket(incident.number, notice=said),
        Record(incident.number, ChangeKind.NOTE, said, person.id, person.name, call.place.network),
        *tell_volunteers(call.config, incident, told, told, besides=work.here(call)),
        Reply(Message("incident-says", args)),
        *([Reply(Message("secret-masked-volunteer"))] if masked else []),
    ]


def _not_one(ticket: Ticket) -> Refuse | None:
    if ticket.kind is TicketKind.INCIDENT:
        return None
    return Refuse("invalid", Message("incident-is-none", {"number": str(ticket.number)}))


def line(incident: Incident) -> Message:
    ticket = incident.ticket
    args: dict[str, Value] = {
        "number": str(ticket.number),
        "title": from_plain(ticket.title),
        "count": incident.count,
        "notice": from_plain(ticket.notice),
    }
    return Message("incident-line" if ticket.notice else "incident-line-silent", args)


# --- what the desk does meanwhile -------------------------------------------------------------------------------------


def about(question: Question, outcome: Outcome, incidents: Sequence[Incident]) -> Incident | None:
    """The incident that the question is about, if it is about one."""
    nearest = _nearest(outcome)
    found = [(score, one) for one in incidents if (score := _alike(question.text, nearest, one)) > 0]
    return max(found, key=lambda pair: (pair[0], pair[1].ticket.number))[1] if found else None


def _alike(text: str, nearest: str, incident: Incident) -> float:
    by_title = covered(incident.ticket.title, text)
    by_text = max((likeness(text, other) for other in incident.texts), default=0.0)
    if by_title >= TITLE_COVERED or by_text >= (LIKE if troubled(text) else ALIKE):
        return max(by_title, by_text)
    alike = max(by_title, by_text)
    same_article = nearest in incident.articles
    return alike if nearest and same_article and alike >= LIKE_BY_ARTICLE and troubled(text) else 0.0


def _nearest(outcome: Outcome) -> str:
    match outcome:
        case Answer(citation):
            return citation.article
        case Suggestions(citations):
            return citations[0].article if citations else ""
        case NoAnswer(nearest=nearest):
            return nearest[0].article if nearest else ""


def meanwhile(question: Question, outcome: Outcome, view: View, config: Config, now: datetime) -> list[Effect]:
    """Say what is known of the incident, and note the question down with it; nothing where it is about none."""
    incident = about(question, outcome, view.gather.incidents)
    if incident is None:
        return []
    place, origin = asker_place(question.origin, question.identity), question.origin
    main, prefix = incident.ticket, config.room(question.origin.network, question.origin.room).prefix
    if incident.mine is not None:
        known = notice("incident-again", main, incident.mine.number, config, origin)
        return [
            Say(place, known, question.lang, ticket=incident.mine.number),
            SetQuestion(question.id, QuestionStatus.HANDED_OVER, ticket=incident.mine.number),
        ]
    if tickets.opening_refused(view, config, prefix) is not None or view.fresh is None:
        only = notice("incident-notice-only", main, 0, config, origin)
        return [Say(place, only, question.lang), SetQuestion(question.id, QuestionStatus.DROPPED)]
    fresh, identity = view.fresh, question.identity
    private = origin.direct or origin.encrypted
    number = str(fresh.ticket)
    ticket = Ticket(
        fresh.ticket,
        TicketStatus.OPEN,
        main.topic,
        tickets.for_people(question),
        private,
        question.lang,
        question.person,
        identity,
        origin,
        None,
        None,
        now,
        now,
        question.id,
        queue=main.queue,
        incident=main.number,
    )
    effects: list[Effect] = [
        OpenTicket(
            fresh,
            ticket.asker,
            identity,
            origin,
            ticket.topic,
            ticket.text,
            private,
            ticket.lang,
            question.id,
            queue=main.queue,
        ),
        Record(fresh.ticket, ChangeKind.OPENED, ticket.text, ticket.asker, identity.name, origin.network),
        Gather(fresh.ticket, main.number),
        SetQuestion(question.id, QuestionStatus.HANDED_OVER, ticket=fresh.ticket),
        Say(place, notice("incident-notice", main, fresh.ticket, config, origin), question.lang, ticket=fresh.ticket),
    ]
    link = Message("ticket-link", {"number": number, "url": page(config, fresh.token)})
    if origin.direct:
        effects.append(Say(place, link, question.lang, ticket=fresh.ticket))
    elif not identity.authenticated:
        effects.append(Say(Direct(origin.network, identity.key), link, question.lang, ticket=fresh.ticket))
    if origin.encrypted:
        # Nobody reads the words but who looks the ticket up, and that is said.
        effects.append(tell_asker(ticket, Message("ticket-encrypted", {"prefix": prefix}), tracked=True))
    joined: dict[str, Value] = {"number": number, "incident": str(main.number)}
    words = {**joined, "name": identity.name, "text": gist(ticket.text)}
    discreet = Message("incident-joined-private", joined)
    open_ = Message("incident-joined", words) if not origin.encrypted else discreet
    for effect in tell_volunteers(config, ticket, open_, discreet):
        assert isinstance(effect, Say)
        assert isinstance(effect.to, InRoom)
        effects.append(
            Say(InRoom(effect.to.network, effect.to.room, thread_of=main.number), effect.message, ticket=fresh.ticket)
        )
    return effects


def notice(kind: str, incident: Ticket, number: int, config: Config, origin: Origin) -> Message:
    """What the asker is told of the incident."""
    return Message(
        kind if incident.notice else f"{kind}-silent",
        {
            "number": str(number),
            "title": from_plain(incident.title),
            "notice": from_plain(incident.notice),
            "prefix": config.room(origin.network, origin.room).prefix,
        },
    )


def apart(question: Question, view: View, config: Config) -> list[Effect]:
    """Theirs is something else: a person looks at it by itself. Nothing where no incident has it."""
    ticket = next((one for one in view.mine if one.number == question.ticket), None)
    if ticket is None or ticket.incident is None:
        return []
    told = Message("incident-apart", {"number": str(ticket.number)})
    return [*gather.alone(ticket, config), Reply(told, ticket=ticket.number, lang=ticket.lang)]
