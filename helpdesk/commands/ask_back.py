"""`!ask-back N words`: ask the asker something. Their next words come to the ticket."""

from helpdesk.commands.answer import tell
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.effects import Effect
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    return tell(call, ask_back=True)


COMMAND = Command("ask-back", run, Grammar.NUMBER_WORDS, aliases=("askback",), role=Role.PAIR, needs=Need.SIG)
