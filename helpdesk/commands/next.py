"""`!next`: give me the one that has waited longest."""

from helpdesk.commands.base import Call, Command, Need
from helpdesk.commands.claim import take
from helpdesk.effects import Effect, Message, Reply
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    waiting = call.view.queue
    return take(call, waiting[0]) if waiting else [Reply(Message("next-none"))]


COMMAND = Command("next", run, role=Role.PAIR, needs=Need.NEXT)
