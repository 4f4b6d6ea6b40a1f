"""`!yes [N]`: it helped."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import questions, tickets
from helpdesk.desk.verdict import hand_over, ticket_meant
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import QuestionStatus


def run(call: Call) -> list[Effect]:
    ticket = ticket_meant(call)
    if ticket is not None:
        return tickets.helped(ticket, call.config, call.place.network)
    if call.invocation.number is not None:
        return [Refuse("not-found", Message("not-yours", {"number": str(call.invocation.number)}))]
    question = call.view.question
    if question is not None and question.status is QuestionStatus.OFFERED:
        return hand_over(call, question, "because-watch")
    if question is None or question.status not in (QuestionStatus.ANSWERED, QuestionStatus.SUGGESTED):
        return [Reply(Message("verdict-nothing"))]
    if question.status is QuestionStatus.SUGGESTED and len(question.choices) == 1:
        # "Do you mean this?" Yes.
        return questions.pick(question, 1, call.view, call.config, call.prefix)
    return questions.helped(question)


COMMAND = Command(
    "yes", run, Grammar.NUMBER, aliases=("ja",), needs=Need.QUESTION | Need.MINE | Need.RESOLVED | Need.OPENING
)
