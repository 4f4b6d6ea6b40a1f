"""`!merge N into M`: they are one thing. Both askers hear what is answered."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import gather, incidents, requests, work
from helpdesk.effects import Effect, Refuse
from helpdesk.model import Role, TicketKind


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    if refused := requests.ungranted(ticket, call.view):
        return [refused]
    into = gather.second(call)
    if isinstance(into, Refuse):
        return [into]
    if into.kind is TicketKind.INCIDENT and ticket.kind is not TicketKind.INCIDENT:
        return incidents.add(call, into, (ticket,))
    return gather.merge(call, ticket, into)


COMMAND = Command("merge", run, Grammar.NUMBER_WORDS, role=Role.SOLO, needs=Need.GATHER | Need.REQUEST)
