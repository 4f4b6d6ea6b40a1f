"""`!extend [N] [2h]`: I need longer."""

from datetime import timedelta

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import clock, expecting, tickets, work
from helpdesk.effects import Effect, Message, Record, Refuse, Reply
from helpdesk.model import ChangeKind, Role, Ticket, TicketStatus
from helpdesk.nouns.lengths import length
from helpdesk.nouns.tickets import SetTicket

LONGEST = timedelta(days=14)


def _meant(call: Call) -> Ticket | Refuse:
    """The one named, or the only one they have."""
    if call.invocation.number is not None or call.view.ticket is not None:
        return work.named(call)
    held = call.view.life.held
    if len(held) == 1:
        return held[0]
    if not held:
        return Refuse("not-found", Message("extend-none"))
    numbers = ", ".join(f"#{ticket.number}" for ticket in held)
    return Refuse("invalid", Message("extend-which", {"numbers": numbers, "prefix": call.prefix}))


def run(call: Call) -> list[Effect]:
    ticket = _meant(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    number = str(ticket.number)
    refused = tickets.not_claimable(ticket, call.person)
    lead = call.person.role >= Role.LEAD and ticket.status.active
    if refused is not None and not lead:
        return [refused]
    if ticket.claimant is None:
        return [Refuse("conflict", Message("not-claimed", {"number": number}))]
    if ticket.status is TicketStatus.WAITING or ticket.lease_until is None:
        return [Reply(Message("extend-needless", {"number": number}))]
    words = call.invocation.words.removeprefix("by ").removeprefix("for ").removeprefix("um ").strip()
    longer = length(words) if words else clock.lease(call.config, first=ticket.answered_at is None)
    if longer is None:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-extend", {"prefix": call.prefix})}))]
    until = max(ticket.lease_until, call.now + min(longer, LONGEST)) if words else ticket.lease_until + longer
    until = min(until, call.now + LONGEST)
    said = Reply(Message("extended", {"number": number, "at": expecting.moment(until, call.now)}))
    if until == ticket.lease_until:
        return [said]
    person = call.person
    audited = [call.audited("extend", f"#{number}", f"{until:%Y-%m-%d %H:%M}")] if ticket.claimant != person.id else []
    return [
        SetTicket(ticket.number, lease_until=until),
        Record(
            ticket.number,
            ChangeKind.EXTENDED,
            f"{until:%Y-%m-%d %H:%M} UTC",
            person.id,
            person.name,
            call.place.network,
        ),
        *audited,
        said,
    ]


# "Extend my account" is a question: it takes the prefix, or nothing but a number, to be a command.
COMMAND = Command("extend", run, Grammar.NUMBER_WORDS, role=Role.PAIR, needs=Need.LIFE)
