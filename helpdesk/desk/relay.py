"""What linked rooms hear of each other: words, replies, edits, reactions, what is taken back. Pure.

A relayed line has its true author's rights, which is none of the desk's: it leaves as an action, and is never heard again.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from bridges.events import (
    Attachment,
    Attribution,
    MessageEdited,
    MessageReceived,
    MessageRedacted,
    PersonId,
    PersonMoved,
    Reacted,
    Replying,
    RoomEntered,
    RoomSplit,
    Sender,
    SendMessage,
    ToRoom,
)
from bridges.text import Break, Link, Plain, Text, from_plain, one_line, plain, shorten
from helpdesk.addresses import file_url, page_url
from helpdesk.config import Config
from helpdesk.desk.names import called, calling, digest, essence, find
from helpdesk.desk.secrets import mask
from helpdesk.deskevents import Backlog, Unrelayed
from helpdesk.effects import (
    Collapse,
    Disclose,
    Effect,
    InRoom,
    MakePage,
    Message,
    Relay,
    Remember,
    Say,
    SayOnce,
    TellOnce,
    Trip,
    Value,
)
from helpdesk.ledger import Place, folded
from helpdesk.links import Links
from helpdesk.model import Said
from helpdesk.view import View

EDIT, EDIT_ALL = "relay-edit", "relay-edit-all"
"""Timers that tell an edit: where messages can't be changed, or everywhere since some copy was not out yet."""
LINE = 400
"""Bytes of a short line, more or less: by it is guessed how many lines a text will be."""
QUOTED = 60
"""Characters of older words that a reply repeats."""
ESSENTIAL_REPEATS, REPEATS = 2, 10
"""How often the same words may come in `REPEATED` before it is a loop: where a relay's name stood before them, and without."""
LOOKED_UP = 200
"""People of a netsplit who are looked up."""
BELIEVED = timedelta(seconds=10)
"""How long a message may have been on its way, by what its server says."""
REPEATED = timedelta(minutes=1)
STOPPED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What the ledger is asked before a decision."""

    place: Place
    about: str = ""
    """The message it is about."""
    root: str = ""
    """Where its thread begins."""
    names: tuple[str, ...] = ()
    """Folded."""
    people: tuple[str, ...] = ()
    digest: str = ""
    tokens: int = 0
    sender: str = ""
    disclosure: str = ""
    """Whom its people are told by, of an encrypted room."""


def disclosure(place: Place, places: Iterable[Place]) -> PersonId:
    """By what it is known that the people of a room were told where their words go. Other rooms, another word."""
    listed = " ".join(sorted(f"{network}:{room}" for network, room in places))
    return PersonId(f"disclosed:{place[1]}:{hashlib.sha256(listed.encode()).hexdigest()[:16]}")


def inquiry(event: object, links: Links, config: Config) -> Inquiry | None:
    """What must be looked up for an event of a linked room; None for what the relay has no business with."""
    match event:
        case MessageReceived(style="text" | "emote") if not is_bot(event.network, event.sender, config):
            names = tuple(dict.fromkeys(folded(name) for name in (event.sender.name, called(event.text)) if name))
            here = (event.network, event.room.id)
            return Inquiry(
                here,
                event.reply_to or "",
                event.thread or "",
                names,
                digest=digest(event.text),
                tokens=len(event.attachments) + (_lines(event.text) > config.relay.lines),
                sender=event.sender.id,
                disclosure=disclosure(here, links.from_(here)) if event.room.encrypted else "",
            )
        case MessageEdited() | MessageRedacted():
            return Inquiry((event.network, event.room.id), event.target, tokens=1)
        case Reacted() if not is_bot(event.network, event.sender, config):
            return Inquiry((event.network, event.room.id), event.target)
        case PersonMoved() if config.relay.moves == "active":
            return Inquiry((event.network, event.room.id), people=(event.sender.id,))
        case PersonMoved() if config.relay.moves == "all":
            return Inquiry((event.network, event.room.id))
        case RoomSplit() if config.relay.moves != "off":
            return Inquiry((event.network, event.room.id), people=tuple(one.id for one in event.people[:LOOKED_UP]))
        case _:
            return None


def is_bot(network: str, sender: Sender, config: Config) -> bool:
    """Whether it is a relay bot that the operator named: what it says was said elsewhere already."""
    names = [name for where, _, name in (bot.partition(":") for bot in config.relay.bots) if where == network]
    said = (sender.name.casefold(), sender.id.casefold(), sender.mask.casefold())
    return any(fnmatchcase(known, name.casefold()) for name in names for known in said if known)


def message(event: MessageReceived, view: View, config: Config, now: datetime) -> list[Effect]:
    """To the rooms linked with this one. A machine's notices stay where they are: two bridges would loop."""
    here = (event.network, event.room.id)
    places = view.links.from_(here)
    if (
        not places
        or event.relayed
        or event.room.direct
        or event.style == "notice"
        or is_bot(event.network, event.sender, config)
    ):
        return []
    if view.level == "word":
        return [TellOnce(event.network, event.sender.id, "word", Message("relay-word"))]
    if view.level != "allowed" or view.near.stopped:
        return []
    if _loops(event, view):
        return _stop(event, config, now)
    words = hidden(event.text)
    tokens = list(view.near.tokens)
    files, pages = _files(event, tokens, config, now)
    text = (*words, *((Break(), *files) if words and files else files))
    if not text:
        return []
    rest, shown = "", view.near.tokens
    effects: list[Effect] = [*pages]
    long = _lines(words) > config.relay.lines and any(config.capabilities(network).short_lines for network, _ in places)
    if long and tokens and config.web.enabled:
        rest = page_url(config, tokens[0])
        said = Said(event.sender.name, event.at, text, event.network)
        effects.append(MakePage(tokens[0], "text", event.room.name, now + config.relay.keep_pages, (said,)))
    author = attribution(event.network, event.sender, view)
    effects.append(_remember(event, text, author, shown, _known_at(event, config, now)))
    if rest:
        effects.append(
            TellOnce(
                event.network,
                event.sender.id,
                "long",
                Message("relay-long", {"lines": config.relay.lines, "url": rest}),
            )
        )
    waits_for = None
    if event.room.encrypted and not view.near.disclosed:
        waits_for = disclosure(here, places)
        effects.append(_disclose(here, places))
    for place in places:
        action = _carried(event, text, place, view, config, now)
        lines = config.relay.lines if rest else 0
        action = replace(action, attribution=author, lines=lines, rest=rest, said_at=event.at)
        effects.append(Relay(place[0], action, waits_for=waits_for))
    return effects


def entered(event: RoomEntered, view: View) -> list[Effect]:
    """The people of an encrypted room hear where their words go as soon as the desk is there, before anybody speaks."""
    here = (event.network, event.room.id)
    places = view.links.from_(here)
    if not event.room.encrypted or not places:
        return []
    return [_disclose(here, places)]


def _disclose(here: Place, places: Iterable[Place]) -> Disclose:
    named = ", ".join(f"{network}:{room}" for network, room in places)
    return Disclose(here[0], here[1], disclosure(here, places), Message("relay-encrypted", {"rooms": named}))


def _known_at(event: MessageReceived, config: Config, now: datetime) -> datetime:
    """When it was said, as far as that can be believed: the time is the sender's server's to say, and what was said while
    the desk listened was said just now. Else old times would escape every rate, and times to come be kept for ever.
    """
    oldest = config.relay.remember / 2 if event.late else BELIEVED
    return event.at if now - oldest <= event.at <= now else (now - oldest if event.late and event.at < now else now)


def _remember(
    event: MessageReceived, text: Text, author: Attribution, pages: tuple[str, ...], at: datetime
) -> Remember:
    sender = event.sender
    return Remember(
        "message",
        event.network,
        event.room.id,
        event.message,
        sender.id,
        sender.name,
        at,
        text,
        digest(event.text),
        mark=author.mark,
        pages=pages,
    )


def _carried(
    event: MessageReceived, text: Text, place: Place, view: View, config: Config, now: datetime
) -> SendMessage:
    """The words as they read in that room, and what they answer there."""
    near = view.near
    short = config.capabilities(place[0]).short_lines
    action = SendMessage(ToRoom(place[1]), text, style="emote" if event.style == "emote" else "text")
    root = near.root.ids_in(place) if near.root is not None else ()
    if root and config.capabilities(place[0]).threads:
        action = replace(action, thread=root[0])
    name = called(text)
    speaker = find(name, near.speakers, place) if name else None
    about = near.about or (near.root if short else None)
    if about is not None:
        ids = about.ids_in(place)
        recent = now - about.at <= config.relay.recent
        named = bool(name) and folded(name) == folded(about.name)
        words = shorten(one_line(plain(about.text)), QUOTED)
        replying = None if named else Replying(about.name, words, recent, here=about.place == place)
        action = replace(action, reply_to=ids[0] if ids else None, replying=replying)
    elif speaker is not None and speaker.place == place and now - speaker.at <= config.relay.recent:
        action = replace(action, reply_to=speaker.message)
    if speaker is not None and speaker.network != event.network:
        action = replace(action, text=calling(text, speaker))
    return action


def attribution(network: str, sender: Sender, view: View) -> Attribution:
    """Whose words they are; with the network's name where somebody elsewhere is called the same."""
    own = folded(sender.name)
    shared = any(one.network != network and folded(one.name) == own for one in view.near.speakers)
    return Attribution(sender.name, network, sender.id, mark=network if shared else "", guest=not sender.authenticated)


def hidden(text: Text) -> Text:
    """The words without the secrets that people paste."""
    masked, found = mask(plain(text))
    return from_plain(masked) if found else text


def _lines(text: Text) -> int:
    """How many short lines the text takes, more or less."""
    return sum(max(1, math.ceil(len(line.encode()) / LINE)) for line in plain(text).split("\n") if line.strip())


def _files(event: MessageReceived, tokens: list[str], config: Config, now: datetime) -> tuple[Text, list[Effect]]:
    """A line for each file: what it is, and where it can be fetched for a while."""
    spans: list[Plain | Link | Break] = []
    pages: list[Effect] = []
    for number, file in enumerate(event.attachments):
        label = _described(file)
        if number:
            spans.append(Break())
        if not tokens or not config.web.enabled:
            spans.append(Plain(f"[{label}]"))
            continue
        token = tokens.pop()
        said = Said(event.sender.name, event.at, hidden(event.text), event.network)
        expires = now + config.relay.keep_files
        pages.append(MakePage(token, "file", event.room.name, expires, (said,), event.network, file))
        url = file_url(config, token, file.name or file.kind)
        spans += [Plain(f"[{label}] "), Link(url, (Plain(url),))]
    return tuple(spans), pages


def _described(file: Attachment) -> str:
    name = shorten(one_line(file.name, 200), 80)
    size = "" if file.size is None else f", {_size(file.size)}"
    length = "" if file.seconds is None else f", {int(file.seconds) // 60}:{int(file.seconds) % 60:02}"
    return (f"{file.kind}: {name}" if name else file.kind) + size + length


def _size(size: int) -> str:
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _loops(event: MessageReceived, view: View) -> bool:
    quoted = essence(event.text)[1]
    return view.near.same >= (ESSENTIAL_REPEATS if quoted else REPEATS)


def _stop(event: MessageReceived, config: Config, now: datetime) -> list[Effect]:
    """Nothing of who goes round in circles for a while, and the volunteers are told."""
    name = shorten(one_line(event.sender.name, 100), 60)
    args = {"name": name, "network": event.network, "room": event.room.name, "minutes": str(STOPPED // REPEATED)}
    return [
        Trip(event.network, event.sender.id, now + STOPPED),
        *(
            Say(InRoom(network, room), Message("relay-loop", args), linked=False)
            for network, room in config.volunteer_rooms
        ),
    ]


def backlog(event: Backlog, view: View, config: Config, now: datetime) -> list[Effect]:
    """Too much waits for a room of short lines: it becomes one line, with a link to all of it."""
    network, room = event.place
    if len(view.waiting) != len(event.parcels) or not event.parcels or not config.web.enabled:
        return []
    token = view.near.tokens[0]
    said = view.waiting
    args: dict[str, Value] = {
        "count": len(said),
        "since": f"{said[0].at:%H:%M}",
        "until": f"{said[-1].at:%H:%M}",
        "url": page_url(config, token),
    }
    return [
        MakePage(token, "lines", str(room), now + config.relay.keep_pages, said),
        Collapse(event.parcels, room, network, Message("relay-backlog", args)),
    ]


def unrelayed(event: Unrelayed, config: Config, now: datetime) -> list[Effect]:
    """The volunteers hear that words don't reach a room, and why: once an hour, not once a line."""
    network, room = event.place
    message = Message(
        "relay-undelivered", {"room": f"{network}:{room}", "reason": shorten(one_line(event.reason), 200)}
    )
    says = tuple(Say(InRoom(*place), message, linked=False) for place in config.volunteer_rooms)
    return [SayOnce(network, room, f"undelivered {now:%Y-%m-%d %H}", says)]
