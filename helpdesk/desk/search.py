"""A search's rules: put to the knowledge base as a question is, and told in a few lines. It never becomes a ticket. Pure."""

from __future__ import annotations

from datetime import datetime

from bridges.text import one_line, shorten
from helpdesk.config import Config
from helpdesk.desk import questions
from helpdesk.desk.audience import may_hear
from helpdesk.desk.telling import asker_place
from helpdesk.deskevents import Searched
from helpdesk.effects import Effect, Message, Say, SetQuestion, Value
from helpdesk.model import Origin, Person, QuestionStatus
from helpdesk.view import View
from kb.model import Citation

HITS = 3
ECHO = 60
"""Characters of what was searched for that are said again."""


def search(text: str, person: Person, origin: Origin, view: View, config: Config, now: datetime) -> list[Effect]:
    """Look words up, within the limits of questions."""
    return questions.ask(text, person, origin, view, config, now, search=True)


def searched(event: Searched, view: View, config: Config) -> list[Effect]:
    """The knowledge base is done."""
    question = view.question
    if question is None or question.status is not QuestionStatus.SEARCHING:
        return []
    told = may_hear(question, view.person, config)
    citations = tuple(hit.citation for hit in event.hits[:HITS]) if told else ()
    prefix = config.room(question.origin.network, question.origin.room).prefix
    args: dict[str, Value] = {"query": shorten(one_line(question.text), ECHO)}
    if citations:
        message = Message(f"search-{len(citations)}", args | _hits(citations))
    elif event.broken:
        message = Message("search-broken")
    elif event.near and told:
        message = Message("search-none-near", args | {"near": shorten(one_line(event.near), ECHO), "prefix": prefix})
    else:
        message = Message("search-none", args)
    return [
        Say(asker_place(question.origin, question.identity), message, question.lang, question=question.id),
        SetQuestion(question.id, QuestionStatus.SEARCHED, citations=citations),
    ]


def _hits(citations: tuple[Citation, ...]) -> dict[str, Value]:
    return {
        f"hit{number}": Message("search-hit", {"title": questions.name_of(citation), "url": citation.url})
        for number, citation in enumerate(citations, 1)
    }
