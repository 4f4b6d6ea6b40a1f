"""`!next`: give me the one that fits me best and has waited longest; `!next anyway` with my hands full."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.commands.claim import take
from helpdesk.desk.routing import cap
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role

_ANYWAY = ("anyway", "trotzdem")


def run(call: Call) -> list[Effect]:
    waiting, known = call.view.queue, call.view.rota
    words = call.invocation.words.lower()
    if words and words not in _ANYWAY:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-next", {"prefix": call.prefix})}))]
    if not waiting:
        return [Reply(Message("next-none"))]
    if known.me is not None and len(known.held) >= cap(known.me, call.config) and not words:
        mine = ", ".join(f"#{number}" for number in known.held[:8])
        return [Refuse("limit", Message("next-full", {"mine": mine, "count": len(known.held), "prefix": call.prefix}))]
    return take(call, waiting[0])


COMMAND = Command("next", run, Grammar.WORDS, role=Role.PAIR, needs=Need.NEXT, verbs=frozenset(_ANYWAY))
