"""A question's rules: put to the knowledge base, answered with its source, or handed over to people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bridges.events import MessageId, MessageReceived
from bridges.text import Text, from_passage
from helpdesk.commands.base import Place
from helpdesk.config import Config
from helpdesk.desk import incidents, language, telling, tickets
from helpdesk.desk.audience import audience, may_hear
from helpdesk.desk.secrets import mask
from helpdesk.deskevents import Answered
from helpdesk.effects import Ask, Direct, Effect, InRoom, Judge, Message, Refuse, Reply, Say, SetQuestion, Understood
from helpdesk.model import Choice, Origin, Person, Question, QuestionStatus, Ticket, TicketStatus, Verdict
from helpdesk.sections import Limits
from helpdesk.view import View
from kb.model import Answer, Audience, Citation, NoAnswer, Suggestions

AT_ONCE = 12
"""Portions that a thread takes at once: some screens."""
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


def ask(
    text: str, person: Person, origin: Origin, view: View, config: Config, now: datetime, *, search: bool = False
) -> list[Effect]:
    """Put a question to the knowledge base, or words to look up, within the limits."""
    limits = config.limits
    refused = _over(view, limits)
    if refused is not None:
        # Twice the limit of questions is no mistake any more, and refusing each would be a flood of our own.
        loud = (
            view.counts.questions_person < limits.questions_per_person * 2
            and view.counts.questions_room < limits.questions_per_room * 2
        )
        counted = Ask(person, origin, "", "", now, refused=True, search=search)
        return [counted, Refuse("limit", refused)] if loud else []
    masked, warning = prepared(text, config)
    return [
        Ask(
            person,
            origin,
            masked,
            language.expected(person, origin, config),
            now,
            audience=audience(person, origin, config),
            previous="" if search else _previous(origin, view, config, now),
            search=search,
        ),
        *warning,
    ]


def _previous(origin: Origin, view: View, config: Config, now: datetime) -> str:
    """What the question may go on from: the one whose answer it replies to, else the last one there if it is not long ago.

    As it was understood, so that a third question goes on from a second that went on from the first.
    """
    last = view.question
    if last is None or not config.desk.follow_up:
        return ""
    near = last.origin.thread == origin.thread and now - last.asked_at <= config.desk.follow_up
    replied_to = view.anchored and view.ticket is None
    if not near and not replied_to:
        return ""
    return (last.read_as or last.text)[: config.limits.question_length]


def _over(view: View, limits: Limits) -> Message | None:
    if view.counts.questions_person >= limits.questions_per_person:
        minutes = max(1, int(limits.window.total_seconds() // 60))
        return Message("limit-questions-person", {"minutes": minutes})
    if view.counts.questions_room >= limits.questions_per_room:
        return Message("limit-questions-room")
    return None


def _place(question: Question) -> InRoom | Direct:
    return telling.asker_place(question.origin, question.identity)


def _topic(question: Question, citation: Citation) -> str:
    """What may be told anywhere. Where the volunteers' articles were looked at, even a topic may be one of theirs."""
    return citation.article.rpartition("/")[0] if question.audience is Audience.PUBLIC else ""


def answered(event: Answered, view: View, config: Config, now: datetime) -> list[Effect]:
    """The knowledge base is done. Whoever asked for a human meanwhile has a ticket already."""
    question = view.question
    if question is None or question.status is not QuestionStatus.ASKING:
        return []
    evidence = event.outcome.evidence
    read_as = evidence.read_as if evidence.read_as != question.text else ""
    heard = replace(question, lang=language.spoken(evidence.lang) or question.lang, read_as=read_as)
    effects = _outcome(event, heard, view, config, now)
    if heard != question:
        effects.append(Understood(heard.id, heard.lang, heard.read_as))
    return effects + language.remember(heard, evidence.lang, view.person, view.before)


def _outcome(event: Answered, question: Question, view: View, config: Config, now: datetime) -> list[Effect]:
    outcome = event.outcome
    if not may_hear(question, view.person, config):
        outcome = NoAnswer(0.0)
    if meanwhile := incidents.meanwhile(question, outcome, view, config, now):
        return meanwhile
    match outcome:
        case Answer() as found:
            return offer(question, found.citation, found.parts, config, found.evidence.lang, found.lang)
        case Suggestions() as found:
            return suggest(question, found, config)
        case NoAnswer(confidence, nearest):
            talking = _talking(question, view)
            if talking is not None:
                return _go_on(question, talking, config)
            near = nearest[:1] if confidence >= TOPIC_FLOOR else ()
            topic = _topic(question, near[0]) if near else ""
            unknown = replace(question, topic=topic, citations=near)
            effects = tickets.from_question(unknown, view, config, now, "because-unknown")
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
        *tickets.asker_wrote(ticket, tickets.for_people(question), config, question.origin.network),
        Say(_place(question), passed, question.lang, ticket=ticket.number),
    ]


def _opened(effects: list[Effect]) -> bool:
    return any(isinstance(effect, SetQuestion) for effect in effects)


def offer(
    question: Question, citation: Citation, parts: tuple[str, ...], config: Config, asked: str = "", written: str = ""
) -> list[Effect]:
    """Say the first portion of an answer, with its source and what can be said next. `asked` and `written` are the
    languages of the question and of the article, where they are known.
    """
    message = Message(
        "answer-more" if len(parts) > 1 else "answer",
        {
            "text": from_passage(parts[0]),
            "url": citation.url,
            "title": citation.title,
            "prefix": _prefix(question, config),
        },
    )
    message = language.elsewhere(message, asked, written)
    return [
        Say(_place(question), message, question.lang, question=question.id, announces=True),
        SetQuestion(
            question.id,
            QuestionStatus.ANSWERED,
            citations=(citation,),
            parts=parts,
            told=1,
            topic=_topic(question, citation),
        ),
    ]


def name_of(citation: Citation) -> str:
    """The article and, below its top, the section: a heading such as `Set it up` says nothing by itself."""
    top = not citation.heading or citation.heading == citation.title
    return citation.title if top else f"{citation.title} – {citation.heading}"


def suggest(question: Question, found: Suggestions, config: Config) -> list[Effect]:
    """Several may be meant: let the asker pick."""
    choices = tuple(
        Choice(citation, (found.parts[at] if at < len(found.parts) else ()) or (citation.title,))
        for at, citation in enumerate(found.citations)
    )
    shown = [
        Message("suggestion", {"number": str(number), "title": name_of(choice.citation), "url": choice.citation.url})
        for number, choice in enumerate(choices, 1)
    ]
    listed = {f"choice{number}": line for number, line in enumerate(shown, 1)}
    message = Message(f"suggestions-{len(shown)}", {"prefix": _prefix(question, config), **listed})
    return [
        Say(_place(question), message, question.lang, question=question.id),
        SetQuestion(
            question.id,
            QuestionStatus.SUGGESTED,
            citations=found.citations,
            topic=_topic(question, found.citations[0]),
            choices=choices,
        ),
    ]


def more(question: Question, view: View, config: Config) -> list[Effect]:
    """The next portion; where there are threads, all that is left into the one below the answer. Of suggestions one is
    picked first.
    """
    if question.status is QuestionStatus.SUGGESTED:
        return [Reply(_range(question), lang=question.lang)]
    citation = question.citations[0] if question.citations else None
    left = question.parts[question.told :]
    if citation is None or not may_hear(question, view.person, config):
        return [Reply(Message("more-nothing"), lang=question.lang)]
    if not left:
        return [Reply(Message("more-end", {"url": citation.url}), lang=question.lang)]
    place, count = _place(question), 1
    thread = question.origin.thread or view.root
    if isinstance(place, InRoom) and thread and _folds(question, config):
        place, count = _into(place, thread), AT_ONCE
    said = left[:count]
    message = Message(
        "more-last" if len(said) == len(left) else "more",
        {"text": _passage(said), "url": citation.url, "prefix": _prefix(question, config)},
    )
    return [
        Say(place, message, question.lang, question=question.id),
        SetQuestion(question.id, question.status, told=question.told + len(said)),
    ]


def _folds(question: Question, config: Config) -> bool:
    """Whether the rest of an answer goes into a thread. Alone with the desk nobody is spared anything by it."""
    return config.capabilities(question.origin.network).threads and not question.origin.direct


def _into(place: InRoom, thread: MessageId) -> InRoom:
    return replace(place, thread=thread, reply_to=None)


def _passage(parts: Sequence[str]) -> Text:
    return from_passage("\n".join(parts))


def _prefix(question: Question, config: Config) -> str:
    return config.room(question.origin.network, question.origin.room).prefix


def _range(question: Question) -> Message:
    return Message("pick-range", {"count": str(len(question.choices))})


def helped(question: Question) -> list[Effect]:
    return [
        Judge(question.id, Verdict.HELPED),
        SetQuestion(question.id, QuestionStatus.HELPED),
        Reply(Message("yes-question"), lang=question.lang),
    ]


def pick(question: Question | None, number: int | None, view: View, config: Config, prefix: str) -> list[Effect]:
    """The asker chose one of the suggestions: answer with it. They may choose again while no person has taken over."""
    if question is None or not question.choices or not may_hear(question, view.person, config):
        return [Refuse("not-found", Message("pick-nothing", {"prefix": prefix}))]
    if question.status is QuestionStatus.HANDED_OVER and question.ticket is not None:
        told = Message("has-ticket", {"number": str(question.ticket), "prefix": prefix})
        return [Reply(told, ticket=question.ticket, lang=question.lang)]
    if number is None or not 1 <= number <= len(question.choices):
        return [Refuse("invalid", _range(question))]
    choice = question.choices[number - 1]
    return offer(question, choice.citation, choice.parts, config)
