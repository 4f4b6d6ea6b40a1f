"""`!priority N high`: how much it hurries."""

from difflib import get_close_matches

from helpdesk.commands.base import Call, Command, Grammar
from helpdesk.desk import tickets, work
from helpdesk.desk.telling import tell_volunteers
from helpdesk.effects import Effect, Message, Record, Refuse, Reply
from helpdesk.model import ChangeKind, Priority, Role
from helpdesk.nouns.tickets import SetTicket

WORDS = {priority.name.lower(): priority for priority in Priority}
WORDS |= {"niedrig": Priority.LOW, "hoch": Priority.HIGH, "dringend": Priority.URGENT, "medium": Priority.NORMAL}


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    if not ticket.status.active:
        return [tickets.closed(ticket)]
    near = get_close_matches(call.invocation.words.strip(" .!").casefold(), WORDS, n=1, cutoff=0.7)
    if not near:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-priority", {"prefix": call.prefix})}))]
    priority = WORDS[near[0]]
    name, number = priority.name.lower(), str(ticket.number)
    said = Message("prioritised", {"number": number, "priority": Message(f"priority-{name}")})
    if priority is ticket.priority:
        return [Reply(said)]
    loud = (
        tell_volunteers(call.config, ticket, said, said, besides=work.here(call)) if priority > ticket.priority else []
    )
    return [
        SetTicket(ticket.number, priority=priority),
        Record(ticket.number, ChangeKind.PRIORITY, name, call.person.id, call.person.name, call.place.network),
        *loud,
        Reply(said),
    ]


COMMAND = Command("priority", run, Grammar.NUMBER_WORDS, aliases=("prio",), role=Role.PAIR)
