"""`!swap ID [day] [@who]`: give one shift away, once; `!swap take ID`, `!swap cancel ID`, `!swap list`."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import shifts
from helpdesk.effects import Effect
from helpdesk.model import Role

_VERBS = frozenset({"take", "cancel", "list"})


def run(call: Call) -> list[Effect]:
    words = call.invocation.words.split()
    match [words[0].lower(), *words[1:]] if words else ["list"]:
        case ["list"]:
            return shifts.offers(call)
        case ["take", word]:
            return shifts.take(call, word)
        case ["cancel", word]:
            return shifts.withdraw(call, word)
        case [verb, *_] if verb.lstrip("#").isdigit():
            return shifts.swap(call, words)
        case _:
            return [shifts.usage(call)]


COMMAND = Command("swap", run, Grammar.WORDS, role=Role.SHADOW, needs=Need.ROTA, verbs=_VERBS)
