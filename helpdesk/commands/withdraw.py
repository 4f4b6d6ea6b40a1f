"""`!withdraw N`: take back my words that still wait for a mentor."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import mentoring, work
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    waiting = call.view.sig.draft
    number = str(ticket.number)
    if waiting is None or waiting.author != call.person.id:
        return [Refuse("not-found", Message("draft-none-own", {"number": number}))]
    return [
        *mentoring.withdraw(ticket, waiting, call.person, call.config, call.now, call.place.network),
        Reply(Message("draft-withdrawn", {"number": number})),
    ]


COMMAND = Command("withdraw", run, Grammar.NUMBER, role=Role.PAIR, needs=Need.SIG)
