"""Who is told of a ticket, where, and how much: the asker, the volunteers' rooms, its claimant. Pure.

What was asked in private is told in full only where volunteers alone read.
"""

from __future__ import annotations

from collections.abc import Iterable

from bridges.events import RoomId
from bridges.text import Text, defuse, one_line, shorten
from helpdesk.config import Config
from helpdesk.effects import Direct, Effect, InRoom, Message, Say, Value
from helpdesk.model import Confirm, Identity, Origin, Ticket, TicketKind

GIST = 200
"""Characters of a question that an announcement shows."""


def gist(text: str, limit: int = GIST) -> str:
    """The question in a line, harmless to a whole room."""
    return defuse(shorten(one_line(text), limit))


def topic_name(topic: str) -> Value:
    return topic.replace("/", " / ").replace("-", " ") if topic else Message("topic-general")


def page(config: Config, token: str) -> str:
    """The asker's private page."""
    return f"{config.public_url}t/{token}"


def to_asker(ticket: Ticket) -> InRoom | Direct:
    """Where the asker hears of the ticket: where they asked, and only if they are there."""
    origin = ticket.origin
    listener = ticket.asker_identity.key
    if origin.direct and not origin.room:
        return Direct(origin.network, listener)
    if origin.direct:
        return InRoom(origin.network, origin.room, must_reach=True, listener=listener)
    return InRoom(
        origin.network,
        origin.room,
        addressed=ticket.asker_identity.sender,
        must_reach=True,
        listener=listener,
        reply_to=origin.message,
        thread=origin.thread,
    )


def asker_place(origin: Origin, identity: Identity) -> InRoom | Direct:
    """Where it was asked. A guest's direct room is gone once they logged in: then wherever they read directly."""
    if origin.direct and not origin.room:
        return Direct(origin.network, identity.key)
    return InRoom(
        origin.network,
        origin.room,
        addressed=None if origin.direct else identity.sender,
        reply_to=None if origin.direct else origin.message,
        thread=origin.thread,
    )


def tell_asker(
    ticket: Ticket, message: Message | Text, *, tracked: bool = False, confirm: Confirm | None = None
) -> Say:
    return Say(to_asker(ticket), message, ticket.lang, ticket=ticket.number, tracked=tracked, confirm=confirm)


def unasked(effects: Iterable[Effect], ticket: Ticket | None) -> list[Effect]:
    """Without what would be said to the asker of a task: nobody asked for it, and nobody waits for words about it."""
    if ticket is None or ticket.kind is not TicketKind.TASK:
        return list(effects)
    nobody = to_asker(ticket)
    return [effect for effect in effects if not (isinstance(effect, Say) and effect.to == nobody)]


def tell_volunteers(
    config: Config,
    ticket: Ticket,
    message: Message,
    discreet: Message | None = None,
    *,
    besides: tuple[str, RoomId] | None = None,
) -> list[Effect]:
    """Into the ticket's thread in each volunteers' room but `besides`.

    `discreet` stands in for `message` where a private ticket's words must not be read; without it nothing is said there.
    """
    effects: list[Effect] = []
    for network, room in config.rooms_of(ticket.queue):
        readable = not ticket.private or config.room(network, room).private
        said = message if readable else discreet
        if said is not None and (network, room) != besides:
            effects.append(Say(InRoom(network, room, thread_of=ticket.number), said, ticket=ticket.number))
    return effects


def tell_claimant(config: Config, ticket: Ticket, message: Message, discreet: Message) -> list[Effect]:
    """Tell the volunteers' rooms; where its claimant reads in none that may hold a private ticket's words, directly too."""
    effects = tell_volunteers(config, ticket, message, discreet)
    claimant = ticket.claimant_identity
    if not ticket.private or claimant is None or claimant.network not in config.networks:
        return effects
    reads = any(config.room(*place).private for place in config.rooms_of(ticket.queue) if place[0] == claimant.network)
    if not reads:
        effects.append(Say(Direct(claimant.network, claimant.key), message, ticket=ticket.number))
    return effects


def tell_directly(config: Config, who: Identity, message: Message, ticket: Ticket) -> list[Effect]:
    """Tell one of the SIG in a direct message; the operator, who is on no network, not at all."""
    if who.network not in config.networks:
        return []
    return [Say(Direct(who.network, who.key), message, ticket=ticket.number)]


def announce(config: Config, ticket: Ticket, message: str = "announce", *, discreet: bool = False) -> list[Effect]:
    """Where each volunteers' room hears of the ticket, and its thread begins.

    Words from an encrypted room wait until their asker was told who will read them; `discreet` says none of them.
    """
    effects: list[Effect] = []
    for network, room in config.rooms_of(ticket.queue):
        settings = config.room(network, room)
        readable = (not ticket.private or settings.private) and not discreet
        args: dict[str, Value] = {
            "number": str(ticket.number),
            "topic": topic_name(ticket.topic),
            "network": ticket.origin.network,
            "prefix": settings.prefix,
        }
        if readable:
            args |= {"name": ticket.asker_identity.name, "text": gist(ticket.text)}
        said = Message(message if readable else f"{message}-private", args)
        place = InRoom(network, room) if message == "announce" else InRoom(network, room, thread_of=ticket.number)
        wait = ticket.origin.encrypted and message == "announce" and not discreet
        effects.append(Say(place, said, ticket=ticket.number, announces=message == "announce", once_told=wait))
    return effects
