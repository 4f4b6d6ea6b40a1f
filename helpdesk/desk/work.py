"""What a volunteer's commands share: finding the ticket meant, and showing it without telling more than may be told."""

from __future__ import annotations

from datetime import datetime

from bridges.events import RoomId
from bridges.text import from_plain
from helpdesk.commands.base import Call
from helpdesk.desk import expecting
from helpdesk.desk.telling import gist, topic_name
from helpdesk.effects import Message, Refuse, Reply, Value
from helpdesk.model import Role, Ticket


def named(call: Call) -> Ticket | Refuse:
    """The ticket of the number given, or of the thread the command stands in."""
    if call.view.ticket is not None:
        return call.view.ticket
    number = call.invocation.number
    if number is None:
        usage = Message(f"usage-{call.invocation.verb}", {"prefix": call.prefix})
        return Refuse("invalid", Message("usage", {"usage": usage}))
    return Refuse("not-found", Message("no-such-ticket", {"number": str(number)}))


def here(call: Call) -> tuple[str, RoomId] | None:
    """The room the command was given in."""
    return (call.place.network, call.place.room.id) if call.place.room else None


def involved(call: Call, ticket: Ticket) -> bool:
    """Whether the person may know what was asked in private."""
    return ticket.claimant == call.person.id or call.person.role >= Role.LEAD


def may_read(call: Call, ticket: Ticket) -> bool:
    """Whether the asker's words may be shown where the command was given."""
    if not ticket.private or call.settings.private:
        return True
    return call.discreet and involved(call, ticket)


def may_name(call: Call, ticket: Ticket) -> bool:
    """Whether it may be said at all, where the command was given, that there is this ticket: whoever asked in private said so
    to the desk and its volunteers, and in the room where they asked.
    """
    there = (ticket.origin.network, ticket.origin.room) == (call.place.network, call.place.room_id)
    return not ticket.private or call.discreet or call.settings.volunteers or there


def _mark(what: str, value: str, usual: str) -> Value:
    """What is as usual is not worth a word."""
    return "" if value == usual else Message(f"mark-{what}-{value}")


def state(ticket: Ticket) -> Message:
    name = ticket.claimant_identity.name if ticket.claimant_identity else ""
    return Message(
        f"state-{ticket.status}" if not ticket.asked_back else "state-asked-back",
        {"name": name, "into": str(ticket.merged_into or "")},
    )


def line(ticket: Ticket, *, whole: bool, now: datetime | None = None) -> Message:
    """The ticket in a line, with the asker's name and words or without, and with its age where the time is said."""
    args: dict[str, Value] = {
        "number": str(ticket.number),
        "priority": _mark("priority", ticket.priority.name.lower(), "normal"),
        "kind": _mark("kind", ticket.kind, "question"),
        "age": "" if now is None else Message("mark-age", {"length": expecting.length(now - ticket.opened_at)}),
        "topic": topic_name(ticket.topic),
        "network": ticket.origin.network,
        "state": state(ticket),
    }
    if not whole:
        return Message("ticket-line-private", args)
    return Message("ticket-line", args | {"text": gist(ticket.text, 120), "name": ticket.asker_identity.name})


def text_for_claimant(call: Call, ticket: Ticket) -> list[Reply]:
    """The asker's words to the one who works on it: here if only they or other volunteers read here, else directly."""
    words = Message(
        "ticket-text",
        {
            "number": str(ticket.number),
            "name": ticket.asker_identity.name,
            "network": ticket.origin.network,
            "text": from_plain(ticket.text),
        },
    )
    if ticket.private and not call.discreet:
        return [
            Reply(Message("text-sent-directly", {"number": str(ticket.number)})),
            Reply(words, private=True, ticket=ticket.number),
        ]
    return [Reply(words, ticket=ticket.number)]
