"""`!next`: give me the one that has waited longest."""

from helpdesk.commands.base import Call, Command, Need
from helpdesk.commands.claim import take
from helpdesk.effects import Effect, Message, Reply
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    for ticket in call.view.queue:
        if ticket.claimant is None and ticket.asker != call.person.id:
            return take(call, ticket)
    return [Reply(Message("next-none"))]


COMMAND = Command("next", run, role=Role.VOLUNTEER, needs=Need.QUEUE)
