"""`!cancel [N]`: I no longer need it."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import tickets
from helpdesk.effects import Effect, Message, Refuse, Reply


def run(call: Call) -> list[Effect]:
    number = call.invocation.number
    if number is None:
        if not call.view.mine:
            return [Reply(Message("status-none"))]
        if len(call.view.mine) > 1:
            numbers = ", ".join(f"#{ticket.number}" for ticket in call.view.mine)
            return [Refuse("invalid", Message("cancel-which", {"numbers": numbers, "prefix": call.prefix}))]
        ticket = call.view.mine[0]
    else:
        found = call.view.ticket
        if found is None or not tickets.owned_by(found, call.person):
            return [Refuse("not-found", Message("not-yours", {"number": str(number)}))]
        ticket = found
    if not ticket.status.active:
        return [tickets.closed(ticket)]
    return [
        *tickets.cancel(ticket, call.config, call.place.network),
        Reply(Message("cancelled", {"number": str(ticket.number)})),
    ]


COMMAND = Command("cancel", run, Grammar.NUMBER, needs=Need.MINE)
