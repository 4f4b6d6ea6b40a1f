"""What is known of an asker: what the desk offered them, what they said of it, what they asked before. Pure.

What was asked in private elsewhere is not even counted where it may not be read.
"""

from __future__ import annotations

from bridges.text import from_plain
from helpdesk.commands.base import Call
from helpdesk.desk import questions, work
from helpdesk.effects import Effect, Message, Reply
from helpdesk.model import Ticket
from helpdesk.nouns.gather import Context

SHOWN = 3
"""Other tickets."""


def past(call: Call, context: Context) -> tuple[Ticket, ...]:
    """Their other tickets that may be read where the command was given, newest first."""
    return tuple(one for one in context.past if work.may_read(call, one))[:SHOWN]


def offered(context: Context) -> Message:
    question = context.question
    if question is None:
        return Message("context-straight")
    if not question.citations:
        return Message("context-offered-none")
    titles = "; ".join(questions.name_of(citation) for citation in question.citations)
    verdict = Message(f"context-verdict-{context.verdict or 'none'}")
    return Message("context-offered", {"titles": from_plain(titles), "verdict": verdict})


def brief(call: Call, ticket: Ticket) -> list[Effect]:
    """A line or two for whoever begins to work on it, where they are told its words; nothing when there is nothing to tell."""
    context = call.view.gather.context
    if context is None:
        return []
    private = ticket.private and not call.discreet
    told: list[Effect] = []
    if context.question is not None and context.question.citations:
        told.append(Reply(offered(context), private=private, ticket=ticket.number))
    if before := past(call, context):
        args = {
            "numbers": ", ".join(f"#{one.number}" for one in before),
            "number": str(ticket.number),
            "prefix": call.prefix,
        }
        told.append(Reply(Message("context-before", args), private=private, ticket=ticket.number))
    return told
