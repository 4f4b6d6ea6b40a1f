"""`!queue [NAME]`: what waits, in the queues one serves, in one, or in `all`."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import work
from helpdesk.desk.queues import QueueNames
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role

SHOWN = 5


def run(call: Call) -> list[Effect]:
    life = call.view.life
    names = QueueNames(call.config)
    if not life.queues:
        known = ", ".join(names.known)
        return [Refuse("not-found", Message("no-such-queue", {"name": call.invocation.words, "known": known}))]
    waiting = [ticket for ticket in life.listed if work.may_name(call, ticket)]
    if not waiting:
        return [Reply(Message("queue-empty"))]
    unclaimed = sum(ticket.claimant is None for ticket in waiting)
    head = Message("queue-head", {"count": len(waiting), "unclaimed": unclaimed, "prefix": call.prefix})
    lines = [Reply(work.line(t, whole=work.may_read(call, t), now=call.now)) for t in waiting[:SHOWN]]
    rest = len(waiting) - SHOWN
    tail = [Reply(Message("queue-rest", {"count": rest, "url": f"{call.config.public_url}desk"}))] if rest > 0 else []
    return [Reply(head), *lines, *tail]


COMMAND = Command("queue", run, Grammar.WORDS, aliases=("q",), role=Role.SHADOW, needs=Need.LIFE)
