"""`!pick N`, or just `N`: choose one of the desk's suggestions."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import questions
from helpdesk.effects import Effect


def run(call: Call) -> list[Effect]:
    return questions.pick(call.view.question, call.invocation.number, call.view, call.config, call.prefix)


# Without its prefix it may be what a volunteer waits to hear: then it goes to the ticket.
COMMAND = Command("pick", run, Grammar.NUMBER, needs=Need.QUESTION | Need.MINE | Need.COUNTS)
