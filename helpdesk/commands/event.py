"""`!event`: what the community does together: `!event new …`, and `!event VERB N …` for one that there is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bridges.text import from_plain, one_line
from helpdesk.addresses import page_url
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import checklist, community, digest, eventwords
from helpdesk.desk.eventwords import When, WhenError
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, InRoom, MakePage, Message, OpenTicket, Refuse, Reply, Say, Value
from helpdesk.model import Origin, Role, Said
from helpdesk.nouns.community import (
    AHEAD,
    IN_ROOMS,
    NOWHERE,
    CommunityEvent,
    EventRoom,
    SetEvent,
    WriteDraft,
    named,
    of_number,
    only,
)
from helpdesk.nouns.hours import BadHoursError, zone

NOTES = 20_000
"""Characters of notes that are kept of one event."""
KEEP_PAGE = timedelta(days=30)
LISTED = 8
_EXAMPLES = {
    "dates": "2027-02-06 10:00 to 18:00 Europe/Brussels",
    "kind": "meet-up",
    "place": "Town library, room 2",
    "people": "40",
}
_FIELDS = {
    "title": "title", "name": "title", "titel": "title", "kind": "kind", "art": "kind", "place": "place", "where": "place",
    "ort": "place", "online": "online", "dates": "dates", "date": "dates", "when": "dates", "time": "dates", "datum": "dates",
    "zone": "zone", "people": "people", "expected": "people", "leute": "people", "contact": "contact", "kontakt": "contact",
    "tag": "tag",
}  # fmt: skip
_NO = frozenset({"no", "off", "false", "nein", "0"})


def run(call: Call) -> list[Effect]:
    words = call.invocation.words
    first, _, rest = words.strip().partition(" ")
    verb = _VERBS.get(first.lower())
    if not first or first.lower() in ("list", "liste"):
        return _list(call)
    if verb is _new:
        return _new(call, call.view.community.event, rest.strip())
    said = words.split()
    meant = named(said, (*call.view.community.events, *filter(None, (call.view.community.event,))))
    head, tail = said[:2], words.split(maxsplit=2)[2:]
    name = next((word.lower() for word in head if word.lower() in _VERBS), "")
    if meant is None:
        ours = [word for word in head if word.lower() not in _VERBS]
        meant = only(call.view.community.events) if name and len(said) == 1 else None
        if meant is None:
            which = ours[0] if ours else ""
            return [Refuse("not-found", Message("event-none", {"which": one_line(which, 40), "prefix": call.prefix}))]
    elif len(said) > 1 and not name:
        return [_usage(call)]
    return (_VERBS[name] if name else _show)(call, meant, tail[0].strip() if tail else "")


def _usage(call: Call) -> Refuse:
    return Refuse("invalid", Message("usage", {"usage": Message("usage-event", {"prefix": call.prefix})}))


def _may(call: Call, event: CommunityEvent) -> Refuse | None:
    """Leads may all; who made the event or is its contact may with it."""
    own = call.person.id in (event.made_by, event.contact_person) and call.person.role >= Role.SOLO
    if own or call.person.role >= Role.LEAD:
        return None
    return Refuse("forbidden", Message("event-not-yours", {"number": str(event.id), "contact": event.contact}))


def _origin(call: Call) -> Origin:
    place = call.place
    if place.room is None:
        return Origin(place.network, NOWHERE, direct=True, encrypted=False)
    return Origin(place.network, place.room.id, place.room.direct, place.room.encrypted)


# --- seen -------------------------------------------------------------------------------------------------------------


def _list(call: Call) -> list[Effect]:
    ahead = [event for event in call.view.community.events if event.status in AHEAD]
    if not ahead:
        return [Reply(Message("event-list-empty", {"prefix": call.prefix}))]
    lines: list[Effect] = [
        Reply(Message(f"event-line-{event.status}", community.args_of(event))) for event in ahead[:LISTED]
    ]
    more = len(ahead) - LISTED
    return [*lines, *([Reply(Message("event-list-more", {"count": more}))] if more > 0 else [])]


def _show(call: Call, event: CommunityEvent, rest: str) -> list[Effect]:
    del rest
    args = community.args_of(event)
    about: dict[str, Value] = {"kind": event.kind or Message("event-no-kind"), "contact": event.contact}
    state = Message(f"event-state-{event.status}")
    found: list[Effect] = [Reply(Message("event-about", args | about | {"state": state}))]
    if call.person.role < Role.SHADOW:
        return found
    tasks = [ticket for ticket in call.view.community.tickets if checklist.task(ticket)]
    todo = checklist.todo(tasks)
    late = [ticket for ticket in todo if ticket.due_at is not None and ticket.due_at < call.now]
    for name, some in (("event-late", late), ("event-open", [ticket for ticket in todo if ticket not in late])):
        if some:
            row = community.joined([community.task_text(ticket, event.zone) for ticket in some])
            found.append(Reply(Message(name, {"tasks": row})))
    if tasks:
        found.append(Reply(Message("event-done", {"done": len(tasks) - len(todo), "count": len(tasks)})))
    return found + _lacks(call, event)


def _lacks(call: Call, event: CommunityEvent) -> list[Effect]:
    """Ask for what nobody said yet."""
    lacking = community.missing(event) if event.status in AHEAD else []
    if not lacking:
        return []
    args: dict[str, Value] = {
        "first": Message(f"event-field-{lacking[0]}"),
        "others": len(lacking) - 1,
        "prefix": call.prefix,
        "number": str(event.id),
        "field": lacking[0],
        "example": _EXAMPLES[lacking[0]],
        "kinds": ", ".join(sorted(checklist.kinds(call.view.articles))),
    }
    return [Reply(Message("event-missing-kind" if lacking[0] == "kind" else "event-missing", args))]


def _roster(call: Call, event: CommunityEvent, rest: str) -> list[Effect]:
    del rest
    there = [one for one in call.view.community.on_site if one.event == event.id]
    args: dict[str, Value] = {"title": one_line(event.title), "prefix": call.prefix, "number": str(event.id)}
    if not there:
        return [Reply(Message("event-roster-empty", args))]
    names = ", ".join(f"{one.identity.name}{f' ({one.place})' if one.place else ''}" for one in there)
    return [Reply(Message("event-roster", args | {"names": names}))]


# --- made and changed -------------------------------------------------------------------------------------------------


def _new(call: Call, event: CommunityEvent | None, rest: str) -> list[Effect]:
    del event
    if call.person.role < Role.SOLO:
        return [Refuse("forbidden", Message("need-role", {"verb": "event new", "role": Message("role-solo")}))]
    kinds = checklist.kinds(call.view.articles)
    try:
        said = eventwords.describe(mask(rest)[0], call.config.sig.zone, kinds)
    except WhenError as error:
        return [_bad_dates(error)]
    if not said.title:
        return [_usage(call)]
    if said.when is not None and said.when.ends <= call.now:
        return [Refuse("invalid", Message("event-past"))]
    seen = call.view.community
    taken = {event.tag for event in seen.events} | call.config.queues.keys()
    contact = seen.called[0] if seen.called else None
    made = CommunityEvent(
        seen.next,
        "planned",
        said.title,
        said.kind,
        said.place,
        bool(said.online),
        said.when.zone if said.when else call.config.sig.zone,
        said.when.starts if said.when else None,
        said.when.ends if said.when else None,
        said.expected,
        said.contact or call.person.name,
        eventwords.tag_for(said.title, said.when.starts.year if said.when else None, taken, said.kind),
        call.person.id,
        contact[0] if contact else (None if said.contact else call.person.id),
    )
    effects = community.made(made, call.person, _origin(call), call.view, call.config, call.now)
    count = sum(isinstance(effect, OpenTicket) for effect in effects)
    args = community.args_of(made) | {"tasks": count, "prefix": call.prefix, "name": call.person.name}
    here = (call.place.network, call.place.room_id)
    return [
        *effects,
        call.audited("event new", str(made.id), made.title),
        *community.tell_rooms(call.config, made, Message("event-told", args), besides=here),
        Reply(Message("event-made", args)),
        *_lacks(call, made),
    ]


def _bad_dates(error: WhenError) -> Refuse:
    return Refuse("invalid", Message(error.id, {"said": one_line(error.about, 60)}))


def _set(call: Call, event: CommunityEvent, rest: str) -> list[Effect]:
    refused = _may(call, event)
    if refused is not None:
        return [refused]
    if event.status == "cancelled":
        return [Refuse("conflict", Message("event-closed", {"number": str(event.id)}))]
    name, _, value = rest.partition(" ")
    field = _FIELDS.get(name.lower().rstrip(":="))
    value = one_line(mask(value.strip(" =:"))[0])
    if field is None or not value:
        return [_usage(call)]
    try:
        now_ = _with(call, event, field, value)
    except WhenError as error:
        return [_bad_dates(error)]
    if isinstance(now_, Refuse):
        return [now_]
    effects = community.changed(event, now_, call.person, _origin(call), call.view, call.config, call.now)
    count = sum(isinstance(effect, OpenTicket) for effect in effects)
    args = community.args_of(now_) | {"field": field, "value": value, "tasks": count}
    told: list[Effect] = []
    if field == "dates" and now_.starts != event.starts:
        here = (call.place.network, call.place.room_id)
        told = community.tell_rooms(call.config, now_, Message("event-moved", args), besides=here)
    return [
        *effects,
        call.audited(f"event set {field}", str(event.id), value),
        *told,
        Reply(Message("event-set", args)),
        *_lacks(call, now_),
    ]


def _with(call: Call, event: CommunityEvent, field: str, value: str) -> CommunityEvent | Refuse:
    """The event with this value. Raise WhenError for dates that are none."""
    match field:
        case "title":
            return replace(event, title=value[: eventwords.TITLE])
        case "place":
            return replace(event, place=value[: eventwords.PLACE], online=False)
        case "online":
            off = value.lower() in _NO
            where = event.place if off or value.lower() in ("yes", "ja", "on", "true") else value[: eventwords.PLACE]
            return replace(event, online=not off, place=where)
        case "kind":
            kinds = checklist.kinds(call.view.articles)
            kind = eventwords.kind_of(value, kinds)
            known = ", ".join(sorted(kinds))
            return replace(event, kind=kind) if kind else Refuse("invalid", Message("event-kinds", {"kinds": known}))
        case "dates":
            when = eventwords.when(value, event.zone)
            if when is None:
                raise WhenError("event-bad-date", value)
            if when.ends <= call.now:
                return Refuse("invalid", Message("event-past"))
            return community.redated(event, when, call.now)
        case "zone":
            return _in_zone(call, event, value)
        case "people":
            number = of_number(value.split(maxsplit=1)[0])
            return replace(event, expected=number) if number is not None else _usage(call)
        case "contact":
            called = call.view.community.called
            return replace(event, contact=value[:80], contact_person=called[0][0] if called else None)
        case _:
            tag = eventwords.slug(value)[:40]
            taken = {other.tag for other in call.view.community.events if other.id != event.id}
            if not tag or tag in taken or tag in call.config.queues or tag in eventwords.RESERVED:
                return Refuse("conflict", Message("event-tag-taken", {"tag": value}))
            return replace(event, tag=tag)


def _in_zone(call: Call, event: CommunityEvent, value: str) -> CommunityEvent:
    """The same time on the wall, in another zone."""
    try:
        zone(value)
    except BadHoursError as error:
        raise WhenError("event-bad-zone", value) from error
    was = checklist.when_of(event)
    if was is None:
        return replace(event, zone=value)
    starts, ends = (eventwords.at(eventwords.wall(moment, was.zone), value) for moment in (was.starts, was.ends))
    return community.redated(event, When(starts, ends, value), call.now)


def _cancel(call: Call, event: CommunityEvent, rest: str) -> list[Effect]:
    refused = _may(call, event)
    if refused is not None:
        return [refused]
    if event.status in ("cancelled", "over"):
        return [Refuse("conflict", Message("event-closed", {"number": str(event.id)}))]
    why = one_line(mask(rest)[0], 300)
    args = community.args_of(event) | {"name": call.person.name, "why": why}
    here = (call.place.network, call.place.room_id)
    said = Message("event-cancelled-why" if why else "event-cancelled", args)
    rooms = [
        Say(InRoom(room.network, room.room), said)
        for room in event.rooms
        if not room.volunteers and event.status in IN_ROOMS and (room.network, room.room) != here
    ]
    return [
        *community.cancelled(event, call.person, why, call.view, call.place.network),
        call.audited("event cancel", str(event.id), why),
        *community.tell_rooms(call.config, event, said, besides=here),
        *rooms,
        Reply(said),
    ]


def _room(call: Call, event: CommunityEvent, rest: str) -> list[Effect]:
    refused = _may(call, event)
    if refused is not None:
        return [refused]
    words = rest.split()
    flags = {word.lower() for word in words}
    off, helpers = bool(flags & {"off", "aus"}), bool(flags & {"volunteers", "helpers", "desk"})
    names = [word for word in words if word.lower() not in ("off", "aus", "volunteers", "helpers", "desk")]
    if len(names) > 1:
        return [_usage(call)]
    if names:
        network, colon, name = names[0].partition(":")
        settings = call.config.networks.get(network)
        if not colon or settings is None:
            known = ", ".join(call.config.networks)
            return [Refuse("invalid", Message("event-room-unknown", {"room": names[0], "networks": known}))]
        try:
            place = (network, settings.room(name))
        except ValueError as error:
            return [Refuse("invalid", Message("bridge-unknown", {"reason": str(error)}))]
    elif call.place.room is None or call.place.room.direct:
        return [Refuse("invalid", Message("event-room-where", {"prefix": call.prefix, "number": str(event.id)}))]
    else:
        place = (call.place.network, call.place.room.id)
    args: dict[str, Value] = {"room": f"{place[0]}:{place[1]}", "number": str(event.id), "title": one_line(event.title)}
    others = tuple(room for room in event.rooms if (room.network, room.room) != place)
    if off:
        return [
            SetEvent(replace(event, rooms=others)),
            call.audited("event room off", str(event.id), str(args["room"])),
            Reply(Message("event-room-off", args)),
        ]
    if call.config.rooms.get(place) is not None and call.config.room(*place).volunteers:
        return [Refuse("conflict", Message("event-room-volunteers", args))]
    given = replace(event, rooms=(*others, EventRoom(*place, volunteers=helpers)))
    return [
        SetEvent(given),
        call.audited("event room", str(event.id), str(args["room"])),
        Reply(Message("event-room-helpers" if helpers else "event-room", args)),
    ]


def _start(call: Call, event: CommunityEvent, rest: str) -> list[Effect]:
    del rest
    refused = _may(call, event)
    if refused is not None:
        return [refused]
    if event.status not in ("planned", "near"):
        return [Refuse("conflict", Message("event-not-startable", {"number": str(event.id)}))]
    return [
        *community.started(replace(event, starts=call.now if event.ends else None), call.config, call.now),
        call.audited("event start", str(event.id)),
        Reply(Message("event-begun", community.args_of(event))),
    ]


def _end(call: Call, event: CommunityEvent, rest: str) -> list[Effect]:
    del rest
    refused = _may(call, event)
    if refused is not None:
        return [refused]
    if event.status not in IN_ROOMS:
        return [Refuse("conflict", Message("event-not-running", {"number": str(event.id)}))]
    return [
        *community.ended(event, call.view, call.config, call.now),
        call.audited("event end", str(event.id)),
        Reply(Message("event-over", {"number": str(event.id), "prefix": call.prefix})),
    ]


# --- afterwards -------------------------------------------------------------------------------------------------------


def _digest(call: Call, event: CommunityEvent, rest: str) -> list[Effect]:
    del rest
    if call.person.role < Role.SHADOW:
        return [Refuse("forbidden", Message("need-role", {"verb": "event digest", "role": Message("role-shadow")}))]
    return [Reply(digest.told(event, call.view.community, call.config))]


def _note(call: Call, event: CommunityEvent, rest: str) -> list[Effect]:
    if call.person.role < Role.SHADOW:
        return [Refuse("forbidden", Message("need-role", {"verb": "event note", "role": Message("role-shadow")}))]
    words = one_line(mask(rest)[0], 1000)
    if not words:
        return [_usage(call)]
    notes = digest.note(event, words)
    if len(notes) > NOTES:
        return [Refuse("limit", Message("event-notes-full", {"number": str(event.id), "prefix": call.prefix}))]
    count = len(notes.splitlines())
    return [
        SetEvent(replace(event, notes=notes)),
        Reply(Message("event-noted", {"title": event.title, "count": count})),
    ]


def _notes(call: Call, event: CommunityEvent, rest: str) -> list[Effect]:
    """The draft of an article: a file where there is a folder for it, else a page."""
    del rest
    if call.person.role < Role.PAIR:
        return [Refuse("forbidden", Message("need-role", {"verb": "event notes", "role": Message("role-pair")}))]
    text = digest.article(event, call.view.community, call.config)
    path = call.view.community.draft
    if path:
        return [WriteDraft(path, text), Reply(Message("event-draft", {"path": path}))]
    fresh = call.view.fresh
    if fresh is None or not call.config.web.enabled:
        return [Refuse("conflict", Message("event-draft-nowhere"))]
    said = Said(event.title, call.now, from_plain(text))
    return [
        MakePage(fresh.token, "text", event.title, call.now + KEEP_PAGE, (said,)),
        Reply(Message("event-draft-page", {"url": page_url(call.config, fresh.token)}), private=True),
    ]


_Handler = Callable[[Call, CommunityEvent, str], list[Effect]]
_VERBS: dict[str, _Handler] = {
    "new": _new, "neu": _new, "show": _show, "set": _set, "cancel": _cancel, "room": _room, "start": _start, "end": _end,
    "roster": _roster, "digest": _digest, "note": _note, "notes": _notes,
}  # fmt: skip

COMMAND = Command(
    "event",
    run,
    Grammar.WORDS,
    aliases=("events",),
    needs=Need.COMMUNITY | Need.OPENING,
    verbs=frozenset({"new", "list"}),
)
