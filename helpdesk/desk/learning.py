"""What the desk may learn from a decision: what was offered to a question, and what came of it. For the log of questions.

It is told without anybody's id, name, nick or room. Pure: it reads the effects of a decision and adds none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import unquote

from helpdesk.config import Config
from helpdesk.desk.anonymous import anonymised
from helpdesk.deskevents import Answered, AnyEvent
from helpdesk.effects import Effect, Judge, OpenTicket, Record, SetQuestion, SetStatus
from helpdesk.model import ChangeKind, Origin, Question, QuestionStatus, TicketKind, TicketStatus
from helpdesk.view import View
from kb.model import Answer, Citation, NoAnswer, Suggestions
from kb.model import Outcome as KbOutcome

CANDIDATES = 10
"""Of the articles considered so many are kept."""

Place: TypeAlias = tuple[str, str]
"""An article's id and a section's anchor in it."""


class Made(StrEnum):
    """What the knowledge base made of a question."""

    ANSWER = "answer"
    SUGGESTIONS = "suggestions"
    NO_ANSWER = "no-answer"
    UNASKED = "unasked"
    """It was not asked: the person wanted a person at once."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A question, and what the knowledge base made of it."""

    question: int | None
    at: datetime
    network: str
    private: bool
    lang: str
    text: str | None
    """Anonymised; None where the words may not be kept."""
    made: Made
    told: bool = False
    """Whether the asker saw it: they may have asked for a person meanwhile."""
    confidence: float = 0.0
    tier: str = ""
    features: Mapping[str, float] = field(default_factory=dict)
    candidates: tuple[tuple[str, float], ...] = ()
    offered: tuple[Place, ...] = ()
    """One for an answer, several for suggestions."""
    nearest: str = ""
    """The first article, offered or not."""
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """One of the suggestions was chosen."""

    question: int
    place: Place


@dataclass(frozen=True, slots=True)
class HandedOver:
    """People took the question on."""

    question: int
    ticket: int


@dataclass(frozen=True, slots=True)
class VolunteerSaid:
    """A volunteer's words to the asker, and the article they name."""

    ticket: int
    cited: Place | None
    closing: bool = False
    """Words that came with closing the ticket: they answer nothing by themselves."""


@dataclass(frozen=True, slots=True)
class Solved:
    ticket: int


@dataclass(frozen=True, slots=True)
class OpenedAgain:
    ticket: int


Lesson: TypeAlias = Offered | Picked | Judge | HandedOver | VolunteerSaid | Solved | OpenedAgain


def lessons(event: AnyEvent, view: View, effects: Sequence[Effect], config: Config, now: datetime) -> Iterator[Lesson]:
    """In the order they happened."""
    if isinstance(event, Answered) and view.question is not None:
        yield _offered(event.outcome, view.question, effects, config)
    for effect in effects:
        match effect:
            case Judge():
                yield effect
            case SetQuestion(question, QuestionStatus.HANDED_OVER, ticket=int() as ticket):
                yield HandedOver(question, ticket)
            case SetQuestion(question, QuestionStatus.ANSWERED, (citation,)) if not isinstance(event, Answered):
                yield Picked(question, _place(citation))
            case OpenTicket(question=None, kind=TicketKind.QUESTION):
                yield _unasked(effect, config, now)
            case Record(ticket, ChangeKind.ANSWER, words):
                yield VolunteerSaid(ticket, cited(words, config.public_url))
            case Record(ticket, ChangeKind.RESOLVED, words) if words:
                yield VolunteerSaid(ticket, cited(words, config.public_url), closing=True)
            case Record(ticket, ChangeKind.REOPENED):
                yield OpenedAgain(ticket)
            case SetStatus(ticket, TicketStatus.RESOLVED):
                yield Solved(ticket)
            case _:
                pass


def counted(lesson: Lesson) -> str:
    """The name under which the metrics count it; empty where they count it already."""
    match lesson:
        case Judge(_, verdict):
            return verdict.value
        case Picked():
            return "picked"
        case HandedOver():
            return "handed-over"
        case VolunteerSaid(cited=(_, _)):
            return "cited"
        case OpenedAgain():
            return "opened-again"
        case _:
            return ""


def _offered(outcome: KbOutcome, question: Question, effects: Sequence[Effect], config: Config) -> Offered:
    said = {effect.status for effect in effects if isinstance(effect, SetQuestion) and effect.question == question.id}
    evidence = outcome.evidence
    candidates = tuple((article, score) for article, score in evidence.candidates if math.isfinite(score))[:CANDIDATES]
    offered: tuple[Citation, ...] = ()
    near: tuple[Citation, ...] = ()
    match outcome:
        case Answer(citation):
            made, told = Made.ANSWER, QuestionStatus.ANSWERED in said
            offered = near = (citation,)
        case Suggestions(citations):
            made, told = Made.SUGGESTIONS, QuestionStatus.SUGGESTED in said
            offered = near = citations
        case NoAnswer(nearest=nearest):
            made, told, near = Made.NO_ANSWER, bool(said), nearest
    private = _private(question.origin, config)
    return Offered(
        question.id,
        question.asked_at,
        question.origin.network,
        private,
        evidence.lang or question.lang,
        _words(question.text, private=private, config=config),
        made,
        told,
        outcome.confidence if math.isfinite(outcome.confidence) else 0.0,
        evidence.tier,
        {name: value for name, value in evidence.features.items() if math.isfinite(value)},
        candidates,
        tuple(_place(citation) for citation in offered),
        near[0].article if near else candidates[0][0] if candidates else "",
        question.ticket,
    )


def _unasked(opened: OpenTicket, config: Config, now: datetime) -> Offered:
    private = _private(opened.origin, config)
    words = _words(opened.text, private=private, config=config)
    return Offered(
        None, now, opened.origin.network, private, opened.lang, words, Made.UNASKED, ticket=opened.fresh.ticket
    )


def _private(origin: Origin, config: Config) -> bool:
    return origin.direct or origin.encrypted or config.room(origin.network, origin.room).private


def _words(text: str, *, private: bool, config: Config) -> str | None:
    keeping = config.learning
    if not keeping.keep_text or (private and not keeping.keep_private_text):
        return None
    return anonymised(text)


def _place(citation: Citation) -> Place:
    return citation.article, citation.anchor


# --- what a volunteer cites -------------------------------------------------------------------------------------------


_ARTICLE = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)*")


@lru_cache(maxsize=8)
def _link(public_url: str) -> re.Pattern[str]:
    address = re.escape(public_url.partition("://")[2])
    return re.compile(
        rf"(?:(?<!\w)kb:|https?://{address}kb/)(?P<article>[\w.%/-]{{1,400}})(?:#(?P<anchor>[\w.%-]{{0,400}}))?",
        re.IGNORECASE,
    )


def cited(words: str, public_url: str) -> Place | None:
    """The first article that the words link, by its page's address or as `kb:ID`."""
    for found in _link(public_url).finditer(words):
        article = unquote(found["article"]).rstrip("./")
        anchor = unquote(found["anchor"] or "").rstrip(".")
        if _ARTICLE.fullmatch(article):
            return article, anchor if _ARTICLE.fullmatch(anchor) else ""
    return None
