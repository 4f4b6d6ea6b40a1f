"""A claimed ticket goes from one volunteer to another, or back into the queue. Pure."""

from __future__ import annotations

from bridges.events import RoomId
from helpdesk.config import Config
from helpdesk.desk.telling import tell_asker, tell_directly, tell_volunteers
from helpdesk.effects import Assign, Effect, Message, Record, SetStatus
from helpdesk.model import ChangeKind, Person, Ticket, TicketKind, TicketStatus
from helpdesk.nouns.life import MANY, Back


def hand(
    ticket: Ticket,
    to: Person,
    config: Config,
    network: str,
    besides: tuple[str, RoomId] | None = None,
    *,
    by: Person | None = None,
    why: str = "",
) -> list[Effect]:
    """Make it theirs. `by` gave it to them; without, they took it, and who had it is told so, kindly."""
    number, had = str(ticket.number), ticket.claimant_identity
    theirs = Message("claimed-elsewhere", {"number": number, "name": to.name})
    effects: list[Effect] = [Assign(ticket.number, to)]
    if ticket.status is not TicketStatus.WAITING:
        effects.append(SetStatus(ticket.number, TicketStatus.CLAIMED))
    if by is None:
        effects.append(Record(ticket.number, ChangeKind.CLAIMED, why, to.id, to.name, network))
    else:
        words = f"{to.name}: {why}" if why else to.name
        effects.append(Record(ticket.number, ChangeKind.HANDED_OVER, words, by.id, by.name, network))
    effects += tell_volunteers(config, ticket, theirs, theirs, besides=besides)
    if had is not None and by is None and ticket.claimant != to.id:
        effects += tell_directly(config, had, Message("taken-from-you", {"number": number, "name": to.name}), ticket)
    if ticket.status is not TicketStatus.WAITING:
        effects.append(tell_asker(ticket, Message("asker-claimed", {"number": number, "name": to.name})))
    return effects


def given_back(ticket: Ticket, name: str, back: Back | None) -> list[Effect]:
    """The asker hears that they wait again, and where in the queue; not more than once in TOLD_AGAIN."""
    if ticket.kind is TicketKind.TASK or (back is not None and back.lately):
        return []
    number = str(ticket.number)
    if back is None or back.place > MANY:
        return [tell_asker(ticket, Message("asker-given-back", {"number": number, "name": name}))]
    placed = {"number": number, "name": name, "place": str(back.place)}
    return [tell_asker(ticket, Message("asker-given-back-place", placed))]
