"""State events that say something to the desk: people's comings and goings, and the rules of policy rooms. Pure.

Client-Server API v1.15, `m.room.member` and "Moderation policy lists" (MSC2313), whose older names are still in use.
"""

from __future__ import annotations

import re
from typing import Literal

from bridges.events import EventId, PersonId, PersonMoved, PolicyChanged, Room, Sender
from bridges.matrix.translate import said_at
from bridges.matrix.values import Content, mapping, string
from bridges.text import one_line

_POLICY = re.compile(r"(?:m\.policy\.rule|m\.room\.rule|org\.matrix\.mjolnir\.rule)\.(user|room|server)")
_BAN = {"m.ban", "org.matrix.mjolnir.ban"}
_ENTITY = 1_000


def moved(network: str, source: Content, room: Room, name: str) -> PersonMoved | None:
    """What a change of membership says; None where nobody sees a change (invitations, new pictures).

    `name` is what the person is called in the room now, or was when they left.
    """
    who, event_id = string(source.get("state_key")), source.get("event_id")
    content = mapping(source.get("content"))
    before = mapping(mapping(source.get("unsigned")).get("prev_content"))
    now, then = string(content.get("membership")), string(before.get("membership"))
    if not who or not isinstance(event_id, str):
        return None
    how: Literal["joined", "left", "removed", "renamed"]
    was = ""
    if now == "join" and then == "join":
        was = _name(before, who)
        name = _name(content, who)
        if was == name:
            return None
        how = "renamed"
    elif now == "join":
        how = "joined"
    elif now in {"leave", "ban"} and then == "join":
        how = "left" if source.get("sender") == who else "removed"
        name = _name(before, who)
    else:
        return None
    sender = Sender(PersonId(who), one_line(name, 100) or who, authenticated=True)
    reason = one_line(string(content.get("reason")), 300)
    return PersonMoved(network, EventId(event_id), said_at(source), room, sender, how, reason, was)


def _name(content: Content, who: str) -> str:
    return one_line(string(content.get("displayname")), 100) or who.removeprefix("@").partition(":")[0]


def policy(network: str, source: Content, room: Room, name: str) -> PolicyChanged | None:
    """The rule that a state event sets or withdraws; None for other events. `name` is the sender's."""
    found = _POLICY.fullmatch(string(source.get("type")))
    state_key, event_id, sender = source.get("state_key"), source.get("event_id"), source.get("sender")
    if found is None or not isinstance(state_key, str) or not isinstance(event_id, str) or not isinstance(sender, str):
        return None
    kind: Literal["user", "room", "server"] = (
        "user" if found[1] == "user" else "room" if found[1] == "room" else "server"
    )
    content = mapping(source.get("content"))
    entity = one_line(string(content.get("entity")), _ENTITY)
    recommendation = string(content.get("recommendation"))
    # Two rules of one key are two rules where their types differ.
    return PolicyChanged(
        network,
        EventId(event_id),
        said_at(source),
        room,
        Sender(PersonId(sender), one_line(name, 100) or sender, authenticated=True),
        f"{source['type']} {state_key}",
        kind,
        entity,
        "" if not entity else "m.ban" if recommendation in _BAN else one_line(recommendation, 100),
        one_line(string(content.get("reason")), 300) if entity else "",
    )


def is_policy(source: Content) -> bool:
    return _POLICY.fullmatch(string(source.get("type"))) is not None
