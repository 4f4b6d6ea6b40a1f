"""What is done when words for an asker arrived, wait for them, or never will arrive."""

from __future__ import annotations

from bridges.text import shorten
from helpdesk.config import Config
from helpdesk.desk.telling import announce, tell_volunteers
from helpdesk.deskevents import Delivery
from helpdesk.effects import Effect, Message, ReactTo, Record, Wake, told
from helpdesk.model import ChangeKind, Ticket
from helpdesk.view import View

SENT = "✅"


def _disclosed(ticket: Ticket, config: Config) -> list[Effect]:
    """The asker in an encrypted room knows who will read their words: those who wait to read them may."""
    if not ticket.origin.encrypted:
        return []
    return [
        Wake(network, told(ticket.number)) for network in sorted({place[0] for place in config.rooms_of(ticket.queue)})
    ]


def delivery(event: Delivery, view: View, config: Config) -> list[Effect]:
    """Mark the volunteer's words as sent, or tell the volunteers why they are not."""
    ticket = view.ticket
    if ticket is None:
        return []
    if event.result == "delivered":
        confirm = event.confirm
        mark: list[Effect] = [ReactTo(confirm.network, confirm.room, confirm.message, SENT)] if confirm else []
        return [*mark, *_disclosed(ticket, config)]
    if ticket.origin.encrypted and ticket.claimant is None:
        # Who can't be told who reads their words gets none of them read; people hear of the ticket all the same.
        return announce(config, ticket, discreet=True)
    args = {"number": str(ticket.number), "name": ticket.asker_identity.name}
    if event.result == "held":
        discreet = Message("held-private", {"number": args["number"]})
        return tell_volunteers(config, ticket, Message("held", args), discreet)
    failed = Message("undeliverable", args | {"reason": shorten(event.reason, 200)})
    return [
        Record(ticket.number, ChangeKind.UNDELIVERED, event.reason, network=ticket.origin.network),
        *tell_volunteers(config, ticket, failed, Message("undeliverable-private", args)),
    ]
