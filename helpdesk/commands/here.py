"""`!here [event] [place]`: on duty at an event; `!here off`."""

from datetime import timedelta

from bridges.text import one_line
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.effects import Effect, Message, Refuse, Reply, Value
from helpdesk.model import Role
from helpdesk.nouns.community import IN_ROOMS, CommunityEvent, named
from helpdesk.nouns.rota import GoOffDuty, GoOnDuty, LookAgain

_OFF = frozenset({"off", "leave", "bye", "aus", "weg"})
LONGER = timedelta(hours=1)
"""How long after the end of the event somebody is there at most."""


def run(call: Call) -> list[Effect]:
    words = call.invocation.words.split()
    seen = call.view.community
    if words and words[0].lower() in _OFF:
        left = _left(call)
        if not left:
            return [Refuse("not-found", Message("here-not"))]
        return [*left, LookAgain(call.now), Reply(Message("here-off"))]
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
        *_left(call),
        GoOnDuty(call.person.id, call.person.identity, event.tag, until, event.id, one_line(place, 60)),
        LookAgain(call.now),
        Reply(Message("here-on-at" if place else "here-on", args)),
    ]


def _left(call: Call) -> list[Effect]:
    """One is in one place only."""
    there = {one.event for one in call.view.community.on_site if one.person == call.person.id}
    return [GoOffDuty(call.person.id, event) for event in sorted(there)]


def _meant(call: Call, on: list[CommunityEvent]) -> CommunityEvent | None:
    """The only one that is on, or the one whose room this is."""
    here = (call.place.network, call.place.room_id)
    ours = [event for event in on if any((room.network, room.room) == here for room in event.rooms)]
    found = ours or on
    return found[0] if len(found) == 1 else None


COMMAND = Command("here", run, Grammar.WORDS, aliases=("hier",), role=Role.SHADOW, needs=Need.COMMUNITY, bare=False)
