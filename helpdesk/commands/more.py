"""`!more`: the next portion of the answer."""

from helpdesk.commands.base import Call, Command, Need
from helpdesk.desk import questions
from helpdesk.effects import Effect, Message, Reply


def run(call: Call) -> list[Effect]:
    if call.view.question is None:
        return [Reply(Message("more-nothing"))]
    return questions.more(call.view.question, call.view, call.config)


COMMAND = Command("more", run, aliases=("mehr",), needs=Need.QUESTION | Need.ROOT)
