"""`!approve N [other words]`: a mentor sends a pair's words, as they are or in other words."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import mentoring, sig, work
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role, Ticket
from helpdesk.nouns.sig import Draft


def read(call: Call) -> tuple[Ticket, Draft] | Refuse:
    """The ticket meant and what waits there, for somebody other than its author and than who will get it."""
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return ticket
    waiting = call.view.sig.draft
    number = str(ticket.number)
    if waiting is None or waiting.ticket != ticket.number:
        return Refuse("not-found", Message("draft-none", {"number": number}))
    if waiting.author == call.person.id:
        return Refuse("forbidden", Message("draft-own", {"number": number, "prefix": call.prefix}))
    if ticket.asker == call.person.id:
        return Refuse("forbidden", Message("draft-asker", {"number": number}))
    return ticket, waiting


def run(call: Call) -> list[Effect]:
    found = read(call)
    if isinstance(found, Refuse):
        return [found]
    ticket, waiting = found
    words, _ = mask(call.invocation.words)
    done = Message("draft-approve-thanks", {"number": str(ticket.number), "name": waiting.identity.name})
    effects = mentoring.send(
        ticket, waiting, call.person, words, call.config, call.place.network, besides=work.here(call)
    )
    seen = call.view.sig
    if not words and seen.about is not None:
        effects += sig.suggest(seen.about, seen.good + 1, 0, call.view, call.config, call.now)
    return [*effects, Reply(done)]


COMMAND = Command("approve", run, Grammar.NUMBER_WORDS, role=Role.SOLO, needs=Need.SIG)
