"""`!answer N words`: tell the asker. Claims the ticket if nobody has it."""

from bridges.text import from_plain
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import mentoring, tickets, work
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role, TicketKind


def tell(call: Call, *, ask_back: bool) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    if ticket.kind is TicketKind.TASK:
        told = Message("task-has-no-asker", {"number": str(ticket.number), "prefix": call.prefix})
        return [Refuse("invalid", told)]
    refused = tickets.not_claimable(ticket, call.person)
    if refused is not None and call.place.room is not None:
        return tickets.not_lost(refused, ticket, call.person, mask(call.invocation.words)[0], call.place.network)
    if refused is not None:
        return [refused]  # a page keeps what was written
    if not call.invocation.words:
        usage = Message(f"usage-{call.invocation.verb}", {"prefix": call.prefix})
        return [Refuse("invalid", Message("usage", {"usage": usage}))]
    words, masked = mask(call.invocation.words)
    warning = [Reply(Message("secret-masked-volunteer"))] if masked else []
    if mentoring.needed(call.person):
        drafted = mentoring.draft(
            ticket,
            call.person,
            words,
            call.view,
            call.config,
            call.now,
            call.place.network,
            call.prefix,
            ask_back=ask_back,
            besides=work.here(call),
        )
        return [*drafted, *warning]
    number = str(ticket.number)
    said = Message("answer-underway", {"number": number, "name": ticket.asker_identity.name})
    if ticket.kind is TicketKind.INCIDENT:
        said = Message("answer-underway-all", {"number": number})
    elif ticket.private and not call.discreet:
        said = Message("answer-underway-private", {"number": number})
    effects = tickets.answer(
        ticket,
        call.person,
        from_plain(words),
        words,
        call.config,
        call.place.network,
        ask_back=ask_back,
        besides=work.here(call),
    )
    return [*effects, Reply(said), *warning]


def run(call: Call) -> list[Effect]:
    return tell(call, ask_back=False)


COMMAND = Command("answer", run, Grammar.NUMBER_WORDS, aliases=("a",), role=Role.PAIR, needs=Need.SIG)
