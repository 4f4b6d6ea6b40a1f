"""`!search words`: the articles that hold them."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import questions
from helpdesk.desk.search import search
from helpdesk.effects import Effect, Message, Refuse


def run(call: Call) -> list[Effect]:
    origin = questions.place_origin(call.place)
    if not call.invocation.words or origin is None:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-search", {"prefix": call.prefix})}))]
    return search(call.invocation.words, call.person, origin, call.view, call.config, call.now)


COMMAND = Command("search", run, Grammar.WORDS, aliases=("suche",), needs=Need.COUNTS, bare=False)
