"""What is said when the desk was deaf, or was put out of a room."""

from __future__ import annotations

from bridges.events import Gap, RoomExited
from bridges.text import shorten
from helpdesk.config import Config
from helpdesk.effects import Effect, InRoom, Message, Say
from helpdesk.model import View


def gap(event: Gap, config: Config) -> list[Effect]:
    """Say in each room that could not be heard how long that was; a blink is not worth a line."""
    length = event.until - event.since
    if length < config.desk.gap_notice:
        return []
    rooms = (
        [event.room.id]
        if event.room is not None
        else [room for network, room in config.rooms if network == event.network]
    )
    message = Message(
        "gap",
        {"since": f"{event.since:%H:%M:%S}", "until": f"{event.until:%H:%M:%S}", "reason": shorten(event.reason, 120)},
    )
    return [Say(InRoom(event.network, room), message) for room in rooms]


def exited(event: RoomExited, view: View, config: Config) -> list[Effect]:
    """Tell the volunteers, in the rooms that are left. Who put it out of a chat of their own is nobody's business."""
    here = (event.network, event.room.id)
    if here not in config.rooms and not view.links.hears(here):
        return []
    message = Message(
        "room-exited", {"room": event.room.name, "network": event.network, "reason": shorten(event.reason, 120)}
    )
    return [
        Say(InRoom(network, room), message)
        for network, room in config.volunteer_rooms
        if (network, room) != (event.network, event.room.id)
    ]
