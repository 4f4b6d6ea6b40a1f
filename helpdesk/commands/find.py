"""`!find words`: the tickets that hold them. Whoever is no volunteer finds articles, as by `!search`."""

from bridges.text import from_plain, shorten
from helpdesk.commands import search
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk.telling import gist, topic_name
from helpdesk.desk.work import state
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role
from helpdesk.nouns.gather import Hit

SHOWN = 5
ECHO = 60


def _line(hit: Hit) -> Reply:
    args = {
        "number": str(hit.ticket.number),
        "topic": topic_name(hit.ticket.topic),
        "state": state(hit.ticket),
        "text": from_plain(gist(hit.snippet)),
    }
    return Reply(Message("find-line", args))


def run(call: Call) -> list[Effect]:
    if call.person.role < Role.SHADOW:
        return search.run(call)
    query = call.invocation.words
    if not query:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-find", {"prefix": call.prefix})}))]
    found = call.view.gather.found if call.discreet else call.view.gather.found_anywhere
    if not found:
        return [Reply(Message("find-none", {"query": from_plain(shorten(query, ECHO))}))]
    more = [Reply(Message("find-more"))] if len(found) > SHOWN else []
    return [*(_line(hit) for hit in found[:SHOWN]), *more]


COMMAND = Command("find", run, Grammar.WORDS, needs=Need.GATHER | Need.COUNTS, bare=False)
