"""`!ask how do I …`: put a question to the desk."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import questions, smalltalk
from helpdesk.effects import Effect, Message, Refuse


def run(call: Call) -> list[Effect]:
    origin = questions.place_origin(call.place)
    if not call.invocation.words or origin is None:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-ask", {"prefix": call.prefix})}))]
    talk = smalltalk.heard(call.invocation.words)
    if talk is not None:
        return smalltalk.reply(talk, call.prefix)
    return questions.ask(call.invocation.words, call.person, origin, call.view, call.config, call.now)


COMMAND = Command("ask", run, Grammar.WORDS, aliases=("frage",), needs=Need.QUESTION | Need.COUNTS, bare=False)
