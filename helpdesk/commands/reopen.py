"""`!reopen N`: it is not done after all."""

from helpdesk.commands.base import Call, Command, Grammar
from helpdesk.desk import tickets, work
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role, TicketStatus


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    number = str(ticket.number)
    if ticket.status is TicketStatus.MERGED:
        return [tickets.closed(ticket)]
    if ticket.status.active:
        return [Refuse("conflict", Message("not-closed", {"number": number}))]
    back = Message("reopened-thanks", {"number": number, "prefix": call.prefix})
    if ticket.claimant_identity is not None:
        back = Message("reopened-with", {"number": number, "name": ticket.claimant_identity.name})
    return [
        *tickets.reopen(ticket, call.person, call.config, call.place.network, besides=work.here(call)),
        Reply(back),
    ]


COMMAND = Command("reopen", run, Grammar.NUMBER, role=Role.SOLO)
