"""`!release N [why]`: somebody else may have it. The notes stay."""

from helpdesk.commands.base import Call, Command, Grammar
from helpdesk.desk import tickets, work
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    number = str(ticket.number)
    if not ticket.status.active:
        return [tickets.closed(ticket)]
    if ticket.claimant is None:
        return [Refuse("conflict", Message("not-claimed", {"number": number}))]
    if ticket.claimant != call.person.id and call.person.role < Role.LEAD:
        return [
            tickets.not_claimable(ticket, call.person) or Refuse("conflict", Message("not-claimed", {"number": number}))
        ]
    return [
        *tickets.release(
            ticket, call.person, mask(call.invocation.words)[0], call.config, call.place.network, work.here(call)
        ),
        Reply(Message("release-thanks", {"number": number})),
    ]


COMMAND = Command("release", run, Grammar.NUMBER_WORDS, role=Role.PAIR)
