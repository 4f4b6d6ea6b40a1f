"""`!drafts [N]`: pairs' words that wait for a mentor; with a number, the words themselves."""

from bridges.text import from_plain
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import work
from helpdesk.desk.telling import gist
from helpdesk.effects import Effect, Message, Refuse, Reply, Value
from helpdesk.model import Role, Ticket
from helpdesk.nouns.sig import Draft

SHOWN = 5


def run(call: Call) -> list[Effect]:
    seen = call.view.sig
    if call.invocation.number is not None or call.view.anchored:
        ticket = work.named(call)
        if isinstance(ticket, Refuse):
            return [ticket]
        if seen.draft is None or not _may_see(call, seen.draft):
            return [Refuse("not-found", Message("draft-none", {"number": str(ticket.number)}))]
        args = _args(call, seen.draft) | {"text": from_plain(seen.draft.text), "asked": from_plain(ticket.text)}
        hidden = ticket.private and not call.discreet
        told = [Reply(Message("text-sent-directly", {"number": str(ticket.number)}))] if hidden else []
        return [*told, Reply(Message("draft-whole", args), private=hidden, ticket=ticket.number)]
    by_number = {ticket.number: ticket for ticket in seen.tickets}
    waiting = [(draft, by_number[draft.ticket]) for draft in seen.drafts if draft.ticket in by_number]
    waiting = [(draft, ticket) for draft, ticket in waiting if _may_see(call, draft) and work.may_name(call, ticket)]
    if not waiting:
        return [Reply(Message("drafts-none"))]
    lines = [Reply(_line(call, draft, ticket)) for draft, ticket in waiting[:SHOWN]]
    rest = len(waiting) - SHOWN
    tail = [Reply(Message("drafts-rest", {"count": rest}))] if rest > 0 else []
    return [*lines, *tail]


def _may_see(call: Call, draft: Draft) -> bool:
    """Mentors see all, a pair its own."""
    return call.person.role >= Role.SOLO or draft.author == call.person.id


def _args(call: Call, draft: Draft) -> dict[str, Value]:
    return {"number": str(draft.ticket), "name": draft.identity.name, "prefix": call.prefix}


def _line(call: Call, draft: Draft, ticket: Ticket) -> Message:
    args = _args(call, draft)
    if ticket.private and not call.discreet:
        return Message("draft-line-private", args)
    return Message("draft-line", args | {"text": gist(draft.text, 160)})


COMMAND = Command("drafts", run, Grammar.NUMBER, role=Role.PAIR, needs=Need.SIG)
