"""An asker changes what they wrote to a ticket, or takes it back: it holds for the ticket and for what volunteers' rooms show of
it, as far as their networks can. Pure.
"""

from __future__ import annotations

from bridges.events import EditMessage, MessageEdited, MessageRedacted
from bridges.text import from_plain, plain
from helpdesk.config import Config
from helpdesk.desk import questions
from helpdesk.desk.telling import gist, tell_claimant, tell_volunteers
from helpdesk.effects import Effect, Message, Record, Relay, Value
from helpdesk.model import ChangeKind, Ticket
from helpdesk.nouns.gather import Reword, Words
from helpdesk.view import View

GONE = "[…]"
"""What stands for words that were taken back."""


def edited(event: MessageEdited, view: View, config: Config) -> list[Effect]:
    """The ticket says what its asker says now; who works on it hears of it."""
    ticket, words = view.ticket, view.gather.words
    if ticket is None or words is None or not words.own or view.level != "allowed":
        return []
    text, _ = questions.prepared(plain(event.text).strip(), config)
    if not text or text == words.text:
        return []
    name = ticket.asker_identity.name
    args: dict[str, Value] = {"number": str(ticket.number), "name": name, "text": from_plain(gist(text, 1500))}
    discreet = Message("asker-edited-private", {"number": str(ticket.number)})
    # Until it was claimed nobody may have told its asker, in their encrypted room, who reads the words.
    untold = ticket.origin.encrypted and ticket.claimant is None
    return [
        Reword(ticket.number, text, words.change),
        Record(ticket.number, ChangeKind.EDITED, "", ticket.asker, name, event.network),
        *([] if untold else _announcements(ticket, words, text, config)),
        *tell_claimant(config, ticket, discreet if untold else Message("asker-edited", args), discreet),
    ]


def redacted(event: MessageRedacted, view: View, config: Config) -> list[Effect]:
    """The words are gone from the ticket, whoever took them back: the asker, or a moderator of the room."""
    ticket, words = view.ticket, view.gather.words
    if ticket is None or words is None or not words.text:
        return []
    name = ticket.asker_identity.name if words.own else event.sender.name
    number = str(ticket.number)
    gone = Message("asker-took-back", {"number": number, "name": name})
    return [
        Reword(ticket.number, "", words.change),
        Record(ticket.number, ChangeKind.EDITED, "", ticket.asker if words.own else None, name, event.network),
        *_announcements(ticket, words, GONE, config),
        *tell_volunteers(config, ticket, gone, Message("asker-took-back-private", {"number": number})),
    ]


def _announcements(ticket: Ticket, words: Words, text: str, config: Config) -> list[Effect]:
    """What the desk announced says the new words, where a network can change what was said."""
    effects: list[Effect] = []
    for network, room, message in words.announced:
        if network not in config.networks or not config.capabilities(network).edits:
            continue
        if ticket.private and not config.room(network, room).private:
            continue  # the words never stood there
        new = from_plain(f"#{ticket.number} {ticket.asker_identity.name}: {gist(text)}")
        effects.append(Relay(network, EditMessage(room, (message,), new, (), style="notice")))
    return effects
