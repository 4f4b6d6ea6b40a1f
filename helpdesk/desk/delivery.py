"""What is done when words for an asker arrived, wait for them, or never will arrive."""

from __future__ import annotations

from bridges.text import shorten
from helpdesk.config import Config
from helpdesk.desk.telling import tell_volunteers
from helpdesk.effects import Effect, Message, ReactTo, Record
from helpdesk.model import ChangeKind, Delivery, View

SENT = "✅"


def delivery(event: Delivery, view: View, config: Config) -> list[Effect]:
    """Mark the volunteer's words as sent, or tell the volunteers why they are not."""
    ticket = view.ticket
    if ticket is None:
        return []
    if event.result == "delivered":
        confirm = event.confirm
        return [ReactTo(confirm.network, confirm.room, confirm.message, SENT)] if confirm else []
    args = {"number": str(ticket.number), "name": ticket.asker_identity.name}
    if event.result == "held":
        discreet = Message("held-private", {"number": args["number"]})
        return tell_volunteers(config, ticket, Message("held", args), discreet)
    failed = Message("undeliverable", args | {"reason": shorten(event.reason, 200)})
    return [
        Record(ticket.number, ChangeKind.UNDELIVERED, event.reason, network=ticket.origin.network),
        *tell_volunteers(config, ticket, failed, Message("undeliverable-private", args)),
    ]
