"""`!queue [NAME]`: what waits, in the queues one serves, in one, or in `all`."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import work
from helpdesk.desk.queues import QueueNames
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role
from helpdesk.nouns.life import LISTED


def run(call: Call) -> list[Effect]:
    life = call.view.life
    names = QueueNames(call.config)
    if not life.queues:
        known = ", ".join(names.known)
        return [Refuse("not-found", Message("no-such-queue", {"name": call.invocation.words, "known": known}))]
    waiting = [ticket for ticket in life.listed if work.may_name(call, ticket)]
    if not waiting:
        return [Reply(Message("queue-empty"))]
    count = len(waiting) + life.further
    unclaimed = sum(ticket.claimant is None for ticket in waiting) + life.further_unclaimed
    head = Message("queue-head", {"count": count, "unclaimed": unclaimed, "prefix": call.prefix})
    lines = [Reply(work.line(t, whole=work.may_read(call, t), now=call.now)) for t in waiting[:LISTED]]
    rest = count - LISTED
    tail = [Reply(Message("queue-rest", {"count": rest, "url": f"{call.config.public_url}desk"}))] if rest > 0 else []
    return [Reply(head), *lines, *tail]


COMMAND = Command("queue", run, Grammar.WORDS, aliases=("q",), role=Role.SHADOW, needs=Need.LIFE)
