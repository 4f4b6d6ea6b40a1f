"""What follows a relayed message: edits, reactions, and what is taken back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bridges.events import (
    Attribution,
    EditMessage,
    MessageEdited,
    MessageId,
    MessageRedacted,
    React,
    Reacted,
    Redact,
)
from bridges.text import Plain, Text, plain
from helpdesk.config import Config
from helpdesk.desk.relay import EDIT, EDIT_ALL, attribution, hidden
from helpdesk.effects import (
    Count,
    Edited,
    Effect,
    Forget,
    ForgetCopies,
    Relay,
    Remember,
    Schedule,
)
from helpdesk.ledger import Entry, Place, copy_of
from helpdesk.view import View

SOON = timedelta(seconds=1)
"""After which an edit looks again for copies that are not out yet, and then ever more rarely."""


def edited(event: MessageEdited, view: View, config: Config, now: datetime) -> list[Effect]:
    """At once where messages can be changed; elsewhere it waits a little for what comes of it."""
    entry = view.near.about
    if entry is None or entry.kind != "message" or entry.place != (event.network, event.room.id):
        return []
    if view.level != "allowed":
        return []
    text = hidden(event.text)
    if entry.person != event.sender.id or not text or text == (entry.edited or entry.text):
        return []
    places = view.links.from_(entry.place)
    pending = [place for place in places if not entry.ids_in(place)]
    native = [place for place in places if entry.ids_in(place) and config.capabilities(place[0]).edits]
    effects: list[Effect] = [_change(entry, text, place, config) for place in native]
    waits = bool(pending) or (config.relay.edits and len(native) < len(places))
    effects.append(Edited(entry.id, text, waiting=waits))
    if waits and entry.edited is None:
        effects.append(Schedule(EDIT_ALL if pending else EDIT, entry.id, now + config.relay.edit_hold))
    return effects


def tell_edit(kind: str, entry: Entry | None, view: View, config: Config, now: datetime) -> list[Effect]:
    """The edit has waited long enough."""
    if entry is None or entry.edited is None or entry.kind != "message":
        return []
    places = view.links.from_(entry.place)
    if any(not entry.ids_in(place) for place in places) and now - entry.at < config.relay.remember / 7:
        return [Schedule(EDIT_ALL, entry.id, now + max(config.relay.edit_hold, SOON, (now - entry.at) / 4))]
    effects: list[Effect] = []
    for place in places:
        native = config.capabilities(place[0]).edits
        if entry.ids_in(place) and (kind == EDIT_ALL if native else config.relay.edits):
            effects.append(_change(entry, entry.edited, place, config))
    return [*effects, Edited(entry.id, entry.edited, waiting=False)]


def _change(entry: Entry, text: Text, place: Place, config: Config) -> Relay:
    author = Attribution(entry.name, entry.network, entry.person, entry.mark)
    lines = config.relay.lines if config.capabilities(place[0]).short_lines else 0
    return Relay(place[0], EditMessage(place[1], entry.ids_in(place), text, entry.text, author, lines=lines), entry.id)


def redacted(event: MessageRedacted, view: View) -> list[Effect]:
    """What is taken back is taken back in all rooms; where a moderator did it to a copy, in all that hear this room."""
    entry, here = view.near.about, (event.network, event.room.id)
    if entry is None or entry.kind == "redacted":
        return []
    if entry.kind == "reaction":
        taken = [Count(entry.about, plain(entry.text), -1)] if entry.about is not None else []
        if view.near.same:  # the desk's own reaction stands for others' too
            return [*taken, Forget(entry.id)]
        return [*taken, *_withdrawn(entry, here, Redact(event.room.id, ())), Forget(entry.id)]
    own = (entry.network, entry.person) == (event.network, event.sender.id)
    action = Redact(event.room.id, (), moderator="" if own else event.sender.name, author=entry.name)
    reached = (here, *view.links.from_(here))
    if here == entry.place or entry.place in reached:
        return [*_withdrawn(entry, here, action), Forget(entry.id)]
    # Against the direction of a link nobody takes anything back: where it was said it stays, and goes on being edited.
    return [
        *_withdrawn(entry, here, action, reached),
        ForgetCopies(entry.id, reached),
    ]


def _withdrawn(entry: Entry, here: Place, action: Redact, among: Sequence[Place] | None = None) -> Iterator[Effect]:
    origin: Sequence[Place] = () if entry.kind == "reaction" else (entry.place,)
    for place in (*origin, *(copy.place for copy in entry.copies)):
        if place != here and (among is None or place in among):
            taking_back = replace(action, room=place[1], targets=entry.ids_in(place))
            # What is taken back in some rooms only goes on when the author takes back the rest.
            yield Relay(place[0], taking_back, entry.id if among is None else None)


def reacted(event: Reacted, view: View, now: datetime) -> list[Effect]:
    """The same emoji on what the words became elsewhere. Where there are no reactions they are counted, and not said."""
    entry, here = view.near.about, (event.network, event.room.id)
    if entry is None or entry.kind != "message" or view.level != "allowed":
        return []
    places = view.links.from_(here)
    if not places:
        return []
    sender = event.sender
    remember = Remember(
        "reaction",
        event.network,
        event.room.id,
        MessageId(event.id),
        sender.id,
        sender.name,
        now,
        (Plain(event.key),),
        about=entry.id,
    )
    author = attribution(event.network, sender, view)
    return [
        remember,
        *(_reaction(entry, place, React(place[1], MessageId(""), event.key, author)) for place in places),
        Count(entry.id, event.key, 1),
    ]


def _reaction(entry: Entry, place: Place, action: React) -> Relay:
    """What is reacted to may still be on its way there: then the reaction waits for it."""
    if ids := entry.ids_in(place):
        return Relay(place[0], replace(action, target=ids[0]))
    return Relay(place[0], action, waits_for=copy_of(entry.id, place))
