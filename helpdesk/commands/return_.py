"""`!return N why`: a mentor gives a pair's words back to their author."""

from helpdesk.commands.approve import read
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import mentoring
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    found = read(call)
    if isinstance(found, Refuse):
        return [found]
    ticket, waiting = found
    if not call.invocation.words:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-return", {"prefix": call.prefix})}))]
    why, _ = mask(call.invocation.words)
    done = Message("draft-return-thanks", {"number": str(ticket.number), "name": waiting.identity.name})
    return [
        *mentoring.give_back(ticket, waiting, call.person, why, call.config, call.now, call.place.network),
        Reply(done),
    ]


COMMAND = Command("return", run, Grammar.NUMBER_WORDS, role=Role.SOLO, needs=Need.SIG)
