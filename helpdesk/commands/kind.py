"""`!kind N request`: a question, a request or an incident."""

from difflib import get_close_matches

from helpdesk.commands.base import Call, Command, Grammar
from helpdesk.desk import work
from helpdesk.effects import Effect, Message, Record, Refuse, Reply
from helpdesk.model import ChangeKind, Role, TicketKind
from helpdesk.nouns.tickets import SetTicket

WORDS = {kind.value: kind for kind in TicketKind if kind is not TicketKind.TASK}
"""Nobody waits for a task: what somebody asked never becomes one, or they would hear nothing any more."""
WORDS |= {
    "frage": TicketKind.QUESTION,
    "anfrage": TicketKind.REQUEST,
    "störung": TicketKind.INCIDENT,
}


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    near = get_close_matches(call.invocation.words.strip(" .!").casefold(), WORDS, n=1, cutoff=0.7)
    if not near:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-kind", {"prefix": call.prefix})}))]
    kind = WORDS[near[0]]
    said = Message("kinded", {"number": str(ticket.number), "kind": Message(f"kind-{kind}")})
    if kind is ticket.kind:
        return [Reply(said)]
    if kind is TicketKind.INCIDENT:
        return [Refuse("invalid", Message("kind-incident-how", {"number": str(ticket.number), "prefix": call.prefix}))]
    if ticket.kind is TicketKind.INCIDENT and any(one.incident == ticket.number for one in call.view.gather.gathered):
        # They would wait for the answer of an incident that is none.
        return [Refuse("invalid", Message("kind-gathers", {"number": str(ticket.number), "prefix": call.prefix}))]
    return [
        SetTicket(ticket.number, kind=kind),
        Record(ticket.number, ChangeKind.KIND, kind.value, call.person.id, call.person.name, call.place.network),
        Reply(said),
    ]


COMMAND = Command("kind", run, Grammar.NUMBER_WORDS, role=Role.PAIR)
