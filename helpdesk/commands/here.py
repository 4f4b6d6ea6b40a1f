"""`!here [event] [place]`: on duty at an event; `!here off`."""

from datetime import timedelta

from bridges.text import one_line
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.effects import Effect, Message, Refuse, Reply, Value
from helpdesk.model import Role
from helpdesk.nouns.community import IN_ROOMS, CommunityEvent, SetOnSite, named

_OFF = frozenset({"off", "leave", "bye", "aus", "weg"})
LONGER = timedelta(hours=1)
"""How long after the end of the event somebody is there at most."""


def run(call: Call) -> list[Effect]:
    words = call.invocation.words.split()
    seen = call.view.community
    if words and words[0].lower() in _OFF:
        if not any(one.person == call.person.id for one in seen.on_site):
            return [Refuse("not-found", Message("here-not"))]
        return [SetOnSite(call.person.id, call.person.identity), Reply(Message("here-off"))]
    on = [event for event in seen.events if event.status in IN_ROOMS]
    event = named(words[:1], on)
    place = " ".join(words[1:] if event is not None else words)
    if event is None:
        event = _meant(call, on)
    if event is None:
        tags = ", ".join(found.tag for found in on)
        which = Message("here-which", {"tags": tags, "prefix": call.prefix}) if on else Message("here-none")
        return [Refuse("not-found", which)]
    until = None if event.ends is None else event.ends + LONGER
    args: dict[str, Value] = {"title": one_line(event.title), "place": one_line(place, 60), "prefix": call.prefix}
    return [
        SetOnSite(call.person.id, call.person.identity, event, one_line(place, 60), until),
        Reply(Message("here-on-at" if place else "here-on", args)),
    ]


def _meant(call: Call, on: list[CommunityEvent]) -> CommunityEvent | None:
    """The only one that is on, or the one whose room this is."""
    here = (call.place.network, call.place.room_id)
    ours = [event for event in on if any((room.network, room.room) == here for room in event.rooms)]
    found = ours or on
    return found[0] if len(found) == 1 else None


COMMAND = Command("here", run, Grammar.WORDS, aliases=("hier",), role=Role.SHADOW, needs=Need.COMMUNITY, bare=False)
