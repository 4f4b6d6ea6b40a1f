"""`!duplicate N of M`: note on both that they are about the same. Each goes its own way."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import gather, work
from helpdesk.effects import Effect, Refuse
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    other = gather.second(call)
    return [other] if isinstance(other, Refuse) else gather.link(call, ticket, other)


COMMAND = Command("duplicate", run, Grammar.NUMBER_WORDS, aliases=("dup",), role=Role.PAIR, needs=Need.GATHER)
