"""`!status [N]`: how my tickets are, and what I may expect."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import expecting, requests, tickets, work
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Ticket


def line(ticket: Ticket, state: Message | None = None) -> Message:
    """How it is; of a request, `state` may say it better."""
    if state is not None:
        return Message("status-line", {"number": str(ticket.number), "state": state})
    name = ticket.claimant_identity.name if ticket.claimant_identity else ""
    state = Message(
        f"state-{ticket.status}" if not ticket.asked_back else "state-asked-back",
        {"name": name, "into": str(ticket.merged_into or "")},
    )
    return Message("status-line", {"number": str(ticket.number), "state": state})


def _line(call: Call, ticket: Ticket, state: Message | None) -> Reply:
    return Reply(line(ticket, state), private=not work.may_name(call, ticket))


def _expected(call: Call, ticket: Ticket) -> list[Reply]:
    expects = expecting.in_a_row(expecting.waiting(ticket, call.view.life, call.config, call.now))
    return [Reply(expects, private=not work.may_name(call, ticket))] if expects is not None else []


def run(call: Call) -> list[Effect]:
    if call.invocation.number is not None:
        ticket = call.view.ticket
        if ticket is None or not tickets.owned_by(ticket, call.person):
            return [Refuse("not-found", Message("not-yours", {"number": str(call.invocation.number)}))]
        asked = call.view.request.request
        state = requests.state(asked) if asked is not None else None
        return [_line(call, ticket, state), *(_expected(call, ticket) if state is None else [])]
    mine = call.view.mine
    states = {request.ticket: requests.state(request) for request in call.view.request.mine}
    if not mine:
        return [Reply(Message("status-none"))]
    if len(mine) == 1:
        state = states.get(mine[0].number)
        return [_line(call, mine[0], state), *(_expected(call, mine[0]) if state is None else [])]
    return [_line(call, ticket, states.get(ticket.number)) for ticket in mine]


COMMAND = Command("status", run, Grammar.NUMBER, needs=Need.MINE | Need.LIFE | Need.REQUEST)
