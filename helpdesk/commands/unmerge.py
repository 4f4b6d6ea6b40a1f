"""`!unmerge N`: they are two things after all."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import gather, work
from helpdesk.effects import Effect, Refuse
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    return [ticket] if isinstance(ticket, Refuse) else gather.unmerge(call, ticket)


COMMAND = Command("unmerge", run, Grammar.NUMBER, aliases=("split",), role=Role.SOLO, needs=Need.GATHER)
