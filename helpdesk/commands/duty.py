"""`!duty`: my shifts; add, remove, on, off, gaps, calendar."""

from datetime import timedelta

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import rota, shifts
from helpdesk.effects import Effect, Message, Refuse, Reply, Value
from helpdesk.model import Role
from helpdesk.nouns.lengths import length
from helpdesk.nouns.rota import LinkCalendar
from helpdesk.nouns.stretches import occurrences, on_duty

_VERBS = frozenset({"add", "remove", "on", "off", "gaps", "calendar", "list"})
_AHEAD = timedelta(days=7)
_FURTHEST = timedelta(days=60)


def run(call: Call) -> list[Effect]:
    words = call.invocation.words.split()
    if not words:
        return _mine(call)
    verb, rest = words[0].lower(), words[1:]
    if verb in ("add", "remove", "on", "off") and call.person.role < Role.PAIR:
        return [Refuse("forbidden", Message("rota-shadow", {"name": call.person.name}))]
    match verb:
        case "add" if rest:
            return shifts.add(call, rest)
        case "remove" if len(rest) == 1:
            return shifts.remove(call, rest[0])
        case "on":
            return _on(call, " ".join(rest))
        case "off" if not rest:
            return shifts.go_off(call)
        case "gaps":
            return _gaps(call, rest)
        case "calendar":
            return _calendar(call)
        case "list":
            return _mine(call)
        case _:
            return [shifts.usage(call)]


def _mine(call: Call) -> list[Effect]:
    known, now = call.view.rota, call.now
    me = shifts.me(call)
    mine = [shift for shift in known.shifts if shift.person == me.person and shift.until is None]
    lines: list[Effect] = []
    for shift in sorted(mine, key=lambda one: (one.span, one.id)):
        args: dict[str, Value] = {"id": str(shift.id), "when": rota.weekly(shift, now)}
        queue: dict[str, Value] = {"queue": rota.queue_name(call.config, shift.queue)}
        lines.append(
            Reply(Message("rota-line-queue", {**args, **queue}) if shift.queue else Message("rota-line", args))
        )
    ids = {shift.id for shift in mine}
    for one in occurrences(known, now, now + timedelta(days=28)):
        when: dict[str, Value] = {"id": str(one.shift), "when": rota.when(one.starts, one.ends, me.zone)}
        if one.person == me.person and one.shift not in ids:
            lines.append(Reply(Message("rota-line-taken", when)))
        elif one.shift in ids and one.person != me.person:
            lines.append(Reply(Message("rota-line-given", when)))
    lines += [
        Reply(Message("rota-line-now", {"until": rota.at(duty.until, me.zone)}))
        for duty in on_duty(known, now)
        if duty.person == me.person and duty.until is not None
    ]
    return lines[:12] or [Reply(Message("rota-line-none", {"prefix": call.prefix}))]


def _on(call: Call, words: str) -> list[Effect]:
    asked = length(words.removeprefix("for ")) if words else None
    return [shifts.usage(call)] if words and asked is None else shifts.go_on(call, asked)


def _gaps(call: Call, words: list[str]) -> list[Effect]:
    queue, ahead = shifts.queue_here(call), _AHEAD
    for word in words:
        if (of := shifts.is_queue(call, word)) is not None:
            queue = of
        elif (asked := length(word)) is not None:
            ahead = min(asked, _FURTHEST)
        else:
            return [shifts.usage(call)]
    known = call.view.rota
    if queue not in rota.queues(known):
        return [Reply(Message("rota-empty", {"prefix": call.prefix}))]
    found = rota.gaps_ahead(known, call.config, call.now, call.now + ahead, queue)
    args = {"queue": rota.queue_name(call.config, queue), "count": max(1, ahead.days)}
    if not found:
        return [Reply(Message("rota-gaps-none", args))]
    where = shifts.me(call).zone
    named = rota.listed([rota.when(starts, ends, where) for starts, ends in found])
    return [Reply(Message("rota-gaps", {**args, "gaps": named}))]


def _calendar(call: Call) -> list[Effect]:
    """The link is a secret: it is told directly, wherever it was asked for."""
    token = call.view.rota.token
    if not call.config.web.enabled or not token:
        return [Refuse("conflict", Message("rota-no-calendar"))]
    url = f"{call.config.public_url}duty/{token}.ics"
    told = Reply(Message("rota-calendar", {"url": url}), private=True)
    here = [] if call.place.room is None or call.place.room.direct else [Reply(Message("rota-calendar-sent"))]
    return [LinkCalendar(call.person.id, token), *here, told]


COMMAND = Command("duty", run, Grammar.WORDS, role=Role.SHADOW, needs=Need.ROTA, verbs=_VERBS)
