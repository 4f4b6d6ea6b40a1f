"""`!ask how do I …`: put a question to the desk."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import questions
from helpdesk.effects import Effect, Message, Refuse


def run(call: Call) -> list[Effect]:
    origin = questions.place_origin(call.place)
    if not call.invocation.words or origin is None:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-ask", {"prefix": call.prefix})}))]
    return questions.ask(call.invocation.words, call.person, origin, call.view, call.config, call.now)


COMMAND = Command("ask", run, Grammar.WORDS, aliases=("frage",), needs=Need.OPENING, bare=False)
