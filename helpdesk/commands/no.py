"""`!no [N]`: it did not help; people take over."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import tickets
from helpdesk.desk.verdict import hand_over, ticket_meant
from helpdesk.effects import Effect, Message, Refuse, Reply, SetQuestion
from helpdesk.model import QuestionStatus


def run(call: Call) -> list[Effect]:
    ticket = ticket_meant(call)
    if ticket is not None:
        return tickets.not_helped(ticket, call.config, call.place.network)
    if call.invocation.number is not None:
        return [Refuse("not-found", Message("not-yours", {"number": str(call.invocation.number)}))]
    question = call.view.question
    if question is not None and question.status is QuestionStatus.OFFERED:
        return [SetQuestion(question.id, QuestionStatus.DROPPED), Reply(Message("watch-peace"), lang=question.lang)]
    if question is None or question.status in (QuestionStatus.DROPPED, QuestionStatus.REFUSED):
        return [Reply(Message("verdict-nothing"))]
    return hand_over(call, question, "because-no")


COMMAND = Command(
    "no", run, Grammar.NUMBER, aliases=("nein",), needs=Need.QUESTION | Need.MINE | Need.RESOLVED | Need.OPENING
)
