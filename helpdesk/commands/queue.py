"""`!queue`: what waits."""

from helpdesk.commands.base import Call, Command, Need
from helpdesk.desk import work
from helpdesk.effects import Effect, Message, Reply
from helpdesk.model import Role

SHOWN = 5


def run(call: Call) -> list[Effect]:
    waiting = call.view.queue
    if not waiting:
        return [Reply(Message("queue-empty"))]
    unclaimed = sum(ticket.claimant is None for ticket in waiting)
    head = Message("queue-head", {"count": len(waiting), "unclaimed": unclaimed, "prefix": call.prefix})
    lines = [Reply(work.line(ticket, whole=work.may_read(call, ticket))) for ticket in waiting[:SHOWN]]
    rest = len(waiting) - SHOWN
    tail = [Reply(Message("queue-rest", {"count": rest, "url": f"{call.config.public_url}desk"}))] if rest > 0 else []
    return [Reply(head), *lines, *tail]


COMMAND = Command("queue", run, aliases=("q",), role=Role.SHADOW, needs=Need.QUEUE)
