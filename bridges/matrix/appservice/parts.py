"""What a transaction means to the desk: its events in runs that can be taken like an answer to a sync. Pure.

A transaction (Application Service API v1.15, "Pushing events") is a flat list over all rooms that the desk's account or a
ghost is in, with what the ghosts said themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """Events of rooms that the desk is in."""

    timeline: dict[str, list[Json]] = field(default_factory=dict)
    state: dict[str, list[Json]] = field(default_factory=dict)
    """What ghosts did: it changes the room, and is nothing to report."""

    def __bool__(self) -> bool:
        return bool(self.timeline or self.state)


@dataclass(frozen=True, slots=True)
class Came:
    """The desk is in the room from this event on; what the room is like has to be asked for."""

    room_id: str
    event: Json


@dataclass(frozen=True, slots=True)
class Went:
    """The desk is out, or an invitation was withdrawn."""

    room_id: str
    event: Json


@dataclass(frozen=True, slots=True)
class Invited:
    room_id: str
    event: Json


@dataclass(frozen=True, slots=True)
class GhostInvited:
    """Somebody else than the desk wants a ghost in a room."""

    room_id: str
    ghost: str


Part: TypeAlias = Said | Came | Went | Invited | GhostInvited


def parts(
    events: Sequence[Json], user: str, is_ghost: Callable[[str], bool], is_in: Callable[[str], bool]
) -> Iterator[Part]:
    """In order. `is_in` is asked when a part is wanted: the parts before it have to be taken by then."""
    run = Said()
    for event in events:
        room_id, member = event.get("room_id"), _membership(event)
        if not isinstance(room_id, str):
            continue
        who = event.get("state_key")
        own = _own(event, room_id, member, user)
        if own is not None:
            if run:
                yield run
                run = Said()
            if not (isinstance(own, Came) and is_in(room_id)):
                yield own
                continue
        if member == "invite" and is_ghost(str(who)) and event.get("sender") != user:
            yield GhostInvited(room_id, str(who))
        if not is_in(room_id):
            continue
        by_ghost = is_ghost(str(who if member else event.get("sender")))
        if not by_ghost:
            run.timeline.setdefault(room_id, []).append(event)
        elif "state_key" in event:
            run.state.setdefault(room_id, []).append(event)
    if run:
        yield run


def _own(event: Json, room_id: str, member: str, user: str) -> Came | Went | Invited | None:
    if event.get("state_key") != user:
        return None
    if member == "join":
        return Came(room_id, event)
    if member == "invite":
        return Invited(room_id, event)
    return Went(room_id, event) if member in {"leave", "ban"} else None


def _membership(event: Json) -> str:
    """Of a member event; empty for all others."""
    content = event.get("content")
    if event.get("type") != "m.room.member" or not isinstance(content, Mapping):
        return ""
    return str(content.get("membership") or "")


# --- in the form of an answer to a sync -------------------------------------------------------------------------------


def said(part: Said) -> Json:
    joined = {
        room_id: {
            "state": {"events": part.state.get(room_id, [])},
            "timeline": {"events": part.timeline.get(room_id, [])},
        }
        for room_id in {**part.state, **part.timeline}
    }
    # Whoever comes into a room may have changed their devices since the desk last saw them (`device_lists` of a sync).
    came = [
        str(event.get("state_key"))
        for events in part.timeline.values()
        for event in events
        if _membership(event) == "join"
    ]
    return answer(join=joined, changed=came)


def came(room_id: str, state: Sequence[Json], timeline: Sequence[Json]) -> Json:
    return answer(join={room_id: {"state": {"events": list(state)}, "timeline": {"events": list(timeline)}}})


def went(part: Went) -> Json:
    return answer(leave={part.room_id: {"state": {"events": []}, "timeline": {"events": [part.event]}}})


def invited(part: Invited) -> Json:
    unsigned = part.event.get("unsigned")
    shown = unsigned.get("invite_room_state") if isinstance(unsigned, Mapping) else None
    events = [event for event in shown if isinstance(event, dict)] if isinstance(shown, list) else []
    return answer(invite={part.room_id: {"invite_state": {"events": [*events, part.event]}}})


def answer(
    *,
    join: Mapping[str, Json] | None = None,
    leave: Mapping[str, Json] | None = None,
    invite: Mapping[str, Json] | None = None,
    changed: Sequence[str] = (),
) -> Json:
    """The form of Client-Server API v1.15, `GET /sync`."""
    empty: Json = {"ephemeral": {"events": []}, "account_data": {"events": []}}
    return {
        "next_batch": "transaction",
        "rooms": {
            "join": {room_id: {**empty, **data} for room_id, data in (join or {}).items()},
            "leave": dict(leave or {}),
            "invite": dict(invite or {}),
        },
        "device_lists": {"changed": list(changed), "left": []},
        "to_device": {"events": []},
        "presence": {"events": []},
        "account_data": {"events": []},
    }
