"""`!resolve N [how]`: it is done."""

from helpdesk.commands.base import Call, Command, Grammar
from helpdesk.desk import tickets, work
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    refused = tickets.not_claimable(ticket, call.person)
    if refused is not None:
        return [refused]
    return [
        *tickets.resolve(
            ticket, call.person, mask(call.invocation.words)[0], call.config, call.place.network, work.here(call)
        ),
        Reply(Message("resolved", {"number": str(ticket.number)})),
    ]


COMMAND = Command("resolve", run, Grammar.NUMBER_WORDS, aliases=("done",), role=Role.SOLO)
