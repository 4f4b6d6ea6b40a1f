"""What a person's yes, no or call for a human is about: the ticket that was answered last, or the last question."""

from __future__ import annotations

from helpdesk.commands.base import Call
from helpdesk.desk import incidents, tickets
from helpdesk.effects import Effect, Judge, Message, Reply
from helpdesk.model import Question, QuestionStatus, Ticket, Verdict

_OFFERED = (QuestionStatus.ANSWERED, QuestionStatus.SUGGESTED, QuestionStatus.HELPED)


def ticket_meant(call: Call) -> Ticket | None:
    """The ticket that is named, replied or reacted to; else the person's own that was answered or closed as solved, unless they asked
    on since.
    """
    view = call.view
    if view.anchored or call.invocation.number is not None:
        return view.ticket if view.ticket is not None and tickets.owned_by(view.ticket, call.person) else None
    waiting = next((t for t in view.mine if tickets.answered(t)), view.resolved)
    question = view.question
    if waiting is None or question is None or question.ticket == waiting.number:
        return waiting
    return waiting if waiting.changed_at > question.asked_at else None


def hand_over(call: Call, question: Question, because: str) -> list[Effect]:
    """A ticket for the question, unless it has one. What was offered is judged even when no ticket may be opened."""
    if question.ticket is not None and question.status is QuestionStatus.HANDED_OVER:
        if alone := incidents.apart(question, call.view, call.config):
            return alone
        told = Message("has-ticket", {"number": str(question.ticket), "prefix": call.prefix})
        return [Reply(told, ticket=question.ticket)]
    verdict = Verdict.NOT_HELPED if because == "because-no" else Verdict.HUMAN
    judged: list[Effect] = [Judge(question.id, verdict)] if question.status in _OFFERED else []
    return judged + tickets.from_question(question, call.view, call.config, call.now, because)
