"""Who came, left or changed names, as linked rooms hear of it: nobody, who spoke lately, or all. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bridges.events import PersonMoved, RoomSplit
from bridges.text import one_line, shorten
from helpdesk.config import Config
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, InRoom, Message, Say, Value
from helpdesk.ledger import Place
from helpdesk.view import View

OLD = timedelta(minutes=5)
"""Who came or went longer ago is no news."""
NAMED = 5
"""People of a netsplit who are called by name."""


def moved(event: PersonMoved, view: View, config: Config, now: datetime) -> list[Effect]:
    """One person."""
    here = (event.network, event.room.id)
    if view.level in ("word", "muted", "banned") or config.relay.moves == "off" or now - event.at > OLD:
        return []
    if config.relay.moves == "active" and not _active(event.sender.id, view, config, now):
        return []
    args = {
        "name": _name(event.sender.name),
        "network": event.network,
        "reason": shorten(one_line(mask(event.reason)[0]), 100),
    }
    args["was"] = _name(event.was)
    kind = f"relay-{event.how}" + ("-why" if args["reason"] and event.how in ("left", "quit", "removed") else "")
    return _say(here, Message(kind, args), view)


def split(event: RoomSplit, view: View, config: Config, now: datetime) -> list[Effect]:
    """All of a netsplit in one line."""
    here = (event.network, event.room.id)
    people = event.people
    if config.relay.moves == "active":
        people = tuple(one for one in people if _active(one.id, view, config, now))
    if config.relay.moves == "off" or not people:
        return []
    names = ", ".join(_name(one.name) for one in people[:NAMED])
    args: dict[str, Value] = {
        "names": names,
        "more": max(0, len(event.people) - len(people[:NAMED])),
        "servers": shorten(one_line(event.servers), 80),
        "network": event.network,
    }
    return _say(here, Message("relay-back" if event.back else "relay-split", args), view)


def _active(person: str, view: View, config: Config, now: datetime) -> bool:
    return any(one.person == person and now - one.at <= config.relay.active for one in view.near.speakers)


def _name(name: str) -> str:
    """As it may stand in a line of the desk's: it calls nobody."""
    name = shorten(one_line(name, 100), 40)
    return f"{name[:1]}\u2060{name[1:]}"


def _say(here: Place, message: Message, view: View) -> list[Effect]:
    return [Say(InRoom(network, room), message, linked=False) for network, room in view.links.from_(here)]
