"""`!move N queue`: other people know more about it."""

from dataclasses import replace

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import requests, tickets, work
from helpdesk.desk.queues import QueueNames
from helpdesk.desk.telling import announce, tell_asker, tell_volunteers
from helpdesk.effects import Assign, Effect, Message, Record, Refuse, Reply, SetStatus
from helpdesk.model import ChangeKind, Role, TicketStatus
from helpdesk.nouns.tickets import SetTicket


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    names = QueueNames(call.config)
    words = call.invocation.words.removeprefix("to ").strip()
    queue = names.find(words) if words else None
    if queue is None:
        known = ", ".join(names.known)
        return [Refuse("not-found", Message("no-such-queue", {"name": words[:60], "known": known}))]
    if not ticket.status.active:
        return [tickets.closed(ticket)]
    refused = tickets.not_claimable(ticket, call.person)
    if refused is not None and call.person.role < Role.LEAD:
        return [refused]
    number, title = str(ticket.number), names.title(queue)
    moved = Message("moved", {"number": number, "queue": title})
    if queue == ticket.queue:
        return [Reply(moved)]
    given_back: list[Effect] = []
    if ticket.claimant is not None:
        given_back = [Assign(ticket.number, None), SetStatus(ticket.number, TicketStatus.OPEN)]
    there = replace(ticket, queue=queue, claimant=None, claimant_identity=None, status=TicketStatus.OPEN)
    rooms = call.config.rooms_of(queue)
    left = [place for place in call.config.rooms_of(ticket.queue) if place not in rooms]
    held = requests.ungranted(ticket, call.view) is not None  # it is announced once somebody agreed
    # Whoever asked where it is encrypted was told of other readers: the words come to those with the claim.
    announced = (
        announce(call.config, there, discreet=ticket.origin.encrypted) if (left or not rooms) and not held else []
    )
    return [
        *given_back,
        SetTicket(ticket.number, queue=queue),
        Record(ticket.number, ChangeKind.MOVED, title, call.person.id, call.person.name, call.place.network),
        *([*tell_volunteers(call.config, ticket, moved, moved, besides=work.here(call))] if left else []),
        *announced,
        tell_asker(ticket, Message("asker-moved", {"number": number, "queue": title})),
        Reply(moved),
    ]


COMMAND = Command("move", run, Grammar.NUMBER_WORDS, role=Role.PAIR, needs=Need.REQUEST, bare=False)
