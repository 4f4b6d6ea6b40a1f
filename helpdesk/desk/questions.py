"""A question's rules: put to the knowledge base, answered with its source, or handed over to people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bridges.events import MessageReceived
from bridges.text import from_markup
from helpdesk.commands.base import Place
from helpdesk.config import Config, Limits
from helpdesk.desk import telling, tickets
from helpdesk.desk.secrets import mask
from helpdesk.effects import Ask, Direct, Effect, InRoom, Message, Refuse, Reply, Say, SetQuestion
from helpdesk.model import Answered, Origin, Person, Question, QuestionStatus, Ticket, TicketStatus, View
from kb.model import Answer, Citation, NoAnswer, Suggestions

TOPIC_FLOOR = 0.15
"""Below this confidence the nearest article says nothing about what the question is about."""


def origin_of(event: MessageReceived) -> Origin:
    room = event.room
    return Origin(event.network, room.id, room.direct, room.encrypted, event.message, event.thread)


def place_origin(place: Place) -> Origin | None:
    """Where a command's question would be answered; None for pages without a room."""
    if place.room is None:
        return None
    return Origin(place.network, place.room.id, place.room.direct, place.room.encrypted, place.message, place.thread)


def prepared(text: str, config: Config) -> tuple[str, list[Effect]]:
    """The question as it may be stored, and the warning that goes with it if it held a secret."""
    masked, found = mask(text)
    masked = masked[: config.limits.question_length]
    return masked, [Reply(Message("secret-masked"), private=True)] if found else []


def ask(text: str, person: Person, origin: Origin, view: View, config: Config, now: datetime) -> list[Effect]:
    """Put a question to the knowledge base, within the limits."""
    limits = config.limits
    refused = _over(view, limits)
    if refused is not None:
        # Twice the limit of questions is no mistake any more, and refusing each would be a flood of our own.
        loud = (
            view.counts.questions_person < limits.questions_per_person * 2
            and view.counts.questions_room < limits.questions_per_room * 2
        )
        counted = Ask(person, origin, "", "", now, refused=True)
        return [counted, Refuse("limit", refused)] if loud else []
    masked, warning = prepared(text, config)
    lang = config.room(origin.network, origin.room).language or person.lang or config.helpdesk.language
    return [Ask(person, origin, masked, lang, now), *warning]


def _over(view: View, limits: Limits) -> Message | None:
    if view.counts.questions_person >= limits.questions_per_person:
        minutes = max(1, int(limits.window.total_seconds() // 60))
        return Message("limit-questions-person", {"minutes": minutes})
    if view.counts.questions_room >= limits.questions_per_room:
        return Message("limit-questions-room")
    return None


def _place(question: Question) -> InRoom | Direct:
    return telling.asker_place(question.origin, question.identity)


def _topic(citation: Citation | None) -> str:
    return citation.article.rpartition("/")[0] if citation else ""


def answered(event: Answered, view: View, config: Config, now: datetime) -> list[Effect]:
    """The knowledge base is done. Whoever asked for a human meanwhile has a ticket already."""
    question = view.question
    if question is None or question.status is not QuestionStatus.ASKING:
        return []
    match event.outcome:
        case Answer() as found:
            return offer(question, found.citation, found.parts, config)
        case Suggestions() as found:
            return suggest(question, found, config)
        case NoAnswer(confidence, nearest):
            talking = _talking(question, view)
            if talking is not None:
                return _go_on(question, talking, config)
            topic = _topic(nearest[0]) if nearest and confidence >= TOPIC_FLOOR else ""
            effects = tickets.from_question(_with_topic(question, topic), view, config, now, "because-unknown")
            return effects if _opened(effects) else [SetQuestion(question.id, QuestionStatus.DROPPED), *effects]


def _talking(question: Question, view: View) -> Ticket | None:
    """The ticket that a volunteer answered in this direct chat: what no article answers there goes on with it."""
    here = (question.origin.network, question.origin.room)
    if not question.origin.direct:
        return None
    return next(
        (t for t in view.mine if t.status is TicketStatus.WAITING and (t.origin.network, t.origin.room) == here), None
    )


def _go_on(question: Question, ticket: Ticket, config: Config) -> list[Effect]:
    passed = Message("passed-on", {"number": str(ticket.number)})
    return [
        SetQuestion(question.id, QuestionStatus.HANDED_OVER, ticket=ticket.number),
        *tickets.asker_wrote(ticket, question.text, config, question.origin.network),
        Say(_place(question), passed, question.lang, ticket=ticket.number),
    ]


def _opened(effects: list[Effect]) -> bool:
    return any(isinstance(effect, SetQuestion) for effect in effects)


def _with_topic(question: Question, topic: str) -> Question:
    return replace(question, topic=topic)


def offer(question: Question, citation: Citation, parts: tuple[str, ...], config: Config) -> list[Effect]:
    """Say the first portion of an answer, with its source and what can be said next."""
    prefix = config.room(question.origin.network, question.origin.room).prefix
    message = Message(
        "answer-more" if len(parts) > 1 else "answer",
        {"text": from_markup(parts[0]), "url": citation.url, "title": citation.title, "prefix": prefix},
    )
    return [
        Say(_place(question), message, question.lang, question=question.id),
        SetQuestion(
            question.id, QuestionStatus.ANSWERED, citations=(citation,), parts=parts, told=1, topic=_topic(citation)
        ),
    ]


def name_of(citation: Citation) -> str:
    """The article and, below its top, the section: a heading such as `Set it up` says nothing by itself."""
    top = not citation.heading or citation.heading == citation.title
    return citation.title if top else f"{citation.title} – {citation.heading}"


def suggest(question: Question, found: Suggestions, config: Config) -> list[Effect]:
    """Several may be meant: let the asker pick."""
    prefix = config.room(question.origin.network, question.origin.room).prefix
    shown = [
        Message("suggestion", {"number": str(number), "title": name_of(citation), "url": citation.url})
        for number, citation in enumerate(found.citations, 1)
    ]
    listed = {f"choice{number}": line for number, line in enumerate(shown, 1)}
    message = Message(f"suggestions-{len(shown)}", {"prefix": prefix, **listed})
    return [
        Say(_place(question), message, question.lang, question=question.id),
        SetQuestion(
            question.id,
            QuestionStatus.SUGGESTED,
            citations=found.citations,
            parts=tuple(parts[0] for parts in found.parts),
            topic=_topic(found.citations[0]),
        ),
    ]


def more(question: Question, config: Config) -> list[Effect]:
    """The next portion. Of suggestions one is picked first."""
    if question.status is QuestionStatus.SUGGESTED:
        return [Reply(Message("pick-range", {"count": str(len(question.citations))}))]
    citation = question.citations[0] if question.citations else None
    if citation is None or question.told >= len(question.parts):
        url = citation.url if citation else ""
        return [Reply(Message("more-end", {"url": url}) if url else Message("more-nothing"))]
    prefix = config.room(question.origin.network, question.origin.room).prefix
    last = question.told + 1 >= len(question.parts)
    message = Message(
        "more-last" if last else "more",
        {"text": from_markup(question.parts[question.told]), "url": citation.url, "prefix": prefix},
    )
    return [
        Say(_place(question), message, question.lang, question=question.id),
        SetQuestion(question.id, question.status, told=question.told + 1),
    ]


def helped(question: Question) -> list[Effect]:
    return [SetQuestion(question.id, QuestionStatus.HELPED), Reply(Message("yes-question"))]


def picked(question: Question, number: int, config: Config) -> list[Effect]:
    """The asker chose one of the suggestions: answer with it."""
    parts = question.parts[number - 1 : number] or (question.citations[number - 1].title,)
    return offer(question, question.citations[number - 1], parts, config)
