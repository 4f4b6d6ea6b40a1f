"""`!claim N`: I take it."""

from bridges.text import one_line, shorten
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import context, requests, telling, tickets, work
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role, Ticket, TicketKind


def take(call: Call, ticket: Ticket) -> list[Effect]:
    number = str(ticket.number)
    refused = tickets.not_claimable(ticket, call.person)
    if refused is not None:
        return [refused]
    if ticket.claimant == call.person.id:
        return [Reply(Message("claimed-already", {"number": number})), *work.text_for_claimant(call, ticket)]
    if ticket.kind is TicketKind.TASK:
        readable = work.may_read(call, ticket)
        about = shorten(one_line(ticket.text), 300) if readable else telling.topic_name(ticket.topic)
        told = Message("claimed-task", {"number": number, "text": about, "prefix": call.prefix})
        return [*tickets.claim(ticket, call.person, call.config, call.place.network, work.here(call)), Reply(told)]
    # A page shows the words and has buttons for what comes next; a room has to be told.
    claimed = (
        Message("claimed", {"number": number, "prefix": call.prefix})
        if call.place.room
        else Message("claimed-here", {"number": number})
    )
    words = work.text_for_claimant(call, ticket) if call.place.room else []
    return [
        *tickets.claim(ticket, call.person, call.config, call.place.network, work.here(call)),
        Reply(claimed),
        *words,
        *(context.brief(call, ticket) if call.place.room else ()),
        *requests.handout(ticket, call.view, call.config, call.prefix),
    ]


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    return [ticket] if isinstance(ticket, Refuse) else take(call, ticket)


COMMAND = Command("claim", run, Grammar.NUMBER, role=Role.PAIR, needs=Need.GATHER)
