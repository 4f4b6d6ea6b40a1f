"""What is said when the desk was deaf, or was put out of a room."""

from __future__ import annotations

from bridges.events import Gap, RoomExited
from bridges.text import shorten
from helpdesk.config import Config
from helpdesk.effects import Effect, InRoom, Message, Say
from helpdesk.view import View


def gap(event: Gap, view: View, config: Config) -> list[Effect]:
    """Say in each room that could not be heard how long that was, and in linked ones that it did not arrive there.

    A blink is not worth a line, and what exactly broke is for the operator: a room hears the plain beginning of it.
    """
    length = event.until - event.since
    if length < config.desk.gap_notice:
        return []
    rooms = (
        [event.room.id]
        if event.room is not None
        else [room for network, room in config.rooms if network == event.network]
    )
    reason = shorten(event.reason.partition(": ")[0], 120)
    args = {"since": f"{event.since:%H:%M:%S}", "until": f"{event.until:%H:%M:%S}", "reason": reason}
    said: list[Effect] = [Say(InRoom(event.network, room), Message("gap", args), linked=False) for room in rooms]
    told = {(event.network, room) for room in rooms}
    for room in rooms:
        elsewhere = Message("gap-elsewhere", args | {"room": f"{event.network}:{room}"})
        for place in view.links.from_((event.network, room)):
            if place not in told:
                told.add(place)
                said.append(Say(InRoom(*place), elsewhere, linked=False))
    return said


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
