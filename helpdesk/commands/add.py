"""`!add [N] words`: more for my ticket, where there is nothing to reply to."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import questions, tickets
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Ticket, TicketStatus


def _meant(call: Call) -> Ticket | Refuse:
    number = call.invocation.number
    found = call.view.ticket
    if number is not None or found is not None:
        if found is None or not tickets.owned_by(found, call.person):
            return Refuse("not-found", Message("not-yours", {"number": str(number or "")}))
        return tickets.closed(found) if found.status is TicketStatus.CANCELLED else found
    if len(call.view.mine) == 1:
        return call.view.mine[0]
    if not call.view.mine:
        return Refuse("not-found", Message("status-none"))
    numbers = ", ".join(f"#{ticket.number}" for ticket in call.view.mine)
    return Refuse("invalid", Message("add-which", {"numbers": numbers, "prefix": call.prefix}))


def run(call: Call) -> list[Effect]:
    if not call.invocation.words:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-add", {"prefix": call.prefix})}))]
    ticket = _meant(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    refused = tickets.too_much(call.view, call.config)
    if refused is not None:
        return [Refuse("limit", refused)]
    words, warning = questions.prepared(call.invocation.words, call.config)
    return [
        *tickets.asker_wrote(ticket, words, call.config, call.place.network),
        Reply(Message("passed-on", {"number": str(ticket.number)}), ticket=ticket.number),
        *warning,
    ]


# "Add 5 people to the list" is a question: it takes the prefix to be a command.
COMMAND = Command("add", run, Grammar.NUMBER_WORDS, needs=Need.MINE | Need.COUNTS, bare=False)
