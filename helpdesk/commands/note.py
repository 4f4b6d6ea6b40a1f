"""`!note N words`: for the other volunteers, never for the asker."""

from helpdesk.commands.base import Call, Command, Grammar
from helpdesk.desk import tickets, work
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    if not call.invocation.words:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-note", {"prefix": call.prefix})}))]
    words, _ = mask(call.invocation.words)
    return [
        tickets.note(ticket, call.person, words, call.place.network),
        Reply(Message("noted", {"number": str(ticket.number)})),
    ]


COMMAND = Command("note", run, Grammar.NUMBER_WORDS, role=Role.SHADOW)
