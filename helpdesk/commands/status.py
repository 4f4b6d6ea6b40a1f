"""`!status [N]`: how my tickets are."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import tickets
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Ticket


def line(ticket: Ticket) -> Message:
    name = ticket.claimant_identity.name if ticket.claimant_identity else ""
    state = Message(f"state-{ticket.status}" if not ticket.asked_back else "state-asked-back", {"name": name})
    return Message("status-line", {"number": str(ticket.number), "state": state})


def run(call: Call) -> list[Effect]:
    if call.invocation.number is not None:
        ticket = call.view.ticket
        if ticket is None or not tickets.owned_by(ticket, call.person):
            return [Refuse("not-found", Message("not-yours", {"number": str(call.invocation.number)}))]
        return [Reply(line(ticket))]
    if not call.view.mine:
        return [Reply(Message("status-none"))]
    return [Reply(line(ticket)) for ticket in call.view.mine]


COMMAND = Command("status", run, Grammar.NUMBER, needs=Need.MINE)
