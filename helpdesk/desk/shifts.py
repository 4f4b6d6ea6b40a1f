"""What people do to the rota: add and end shifts, go on duty and off, give one occurrence away and take it. Pure.

How their words are read stands here too: hours, a queue, a time zone and a name in any order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from helpdesk.commands.base import Call
from helpdesk.desk.rota import at, changed_voices, look_again, queue_name, when
from helpdesk.effects import Direct, Effect, InRoom, Message, Refuse, Reply, Say, Value
from helpdesk.model import Role
from helpdesk.nouns.hours import BadHoursError, Span, day, spans, zone
from helpdesk.nouns.rota import (
    AddShift,
    EndShift,
    GoOffDuty,
    GoOnDuty,
    OfferSwap,
    OnDuty,
    RotaView,
    SettleSwap,
    Shift,
    Swap,
)
from helpdesk.nouns.sig import Volunteer
from helpdesk.nouns.stretches import Occurrence, lasts, occurrences, people

MOST = 40
"""Shifts of one person."""
ON_DUTY = timedelta(hours=4)
"""How long `!duty on` lasts where nothing is said."""
LONGEST = timedelta(hours=24)
COMING = timedelta(days=60)
"""So far ahead an occurrence may be given away."""
TOLD = 3
"""How many are asked directly to take a shift over."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A shift as somebody described it."""

    spans: tuple[Span, ...]
    queue: str
    zone: str
    who: Volunteer


# --- reading ----------------------------------------------------------------------------------------------------------


def me(call: Call) -> Volunteer:
    found = people(call.view.rota).get(call.person.id)
    return found or Volunteer(call.person.id, call.person.identity, call.person.role, zone=call.config.sig.zone)


def named(rota: RotaView, name: str) -> Volunteer | Refuse:
    """Whom `@name` means: by name or id, on any network."""
    wanted = name.removeprefix("@").casefold()
    found = [
        volunteer
        for volunteer in rota.volunteers
        if any(
            wanted
            in (
                one.name.casefold(),
                one.key.casefold(),
                one.key.casefold().removeprefix("account:"),
                one.key.casefold().removeprefix("@"),
            )
            for one in (volunteer.identity, *rota.identities.get(volunteer.person, ()))
        )
    ]
    if len(found) == 1:
        return found[0]
    return Refuse("not-found", Message("rota-whom-several" if found else "rota-whom-none", {"name": name}))


def queue_here(call: Call) -> str:
    return call.settings.queue


def is_queue(call: Call, word: str) -> str | None:
    """The queue that the word names; `main` is the one there always is."""
    if word.casefold() == "main":
        return ""
    return next((name for name in call.config.queues if name.casefold() == word.casefold()), None)


def _zone(word: str) -> str:
    """The time zone that the word names, whatever its case; empty when it names none."""
    if word.upper() in ("UTC", "GMT"):
        return word.upper()
    if "/" not in word or _days(word):
        return ""
    titled = re.sub(r"[a-z]+", lambda part: part[0].capitalize(), word.lower())
    for name in (word, titled):
        try:
            zone(name)
        except BadHoursError:
            continue
        return name
    return word if re.fullmatch(r"[A-Za-z_]+(/[A-Za-z_+-]+)+", word) else ""


def _days(word: str) -> bool:
    """Whether `sat/sun` is days rather than a place."""
    try:
        return all(day(part) >= 0 for part in word.split("/"))
    except BadHoursError:
        return False


def read(call: Call, words: Sequence[str]) -> Asked | Refuse:
    """`tue 18:00-20:00 [queue] [tz] [@who]`, the last three in any order."""
    left, queue, where, who = [], queue_here(call), "", me(call)
    for word in words:
        if word.startswith("@"):
            found = named(call.view.rota, word)
            if isinstance(found, Refuse):
                return found
            who = found
        elif (of := is_queue(call, word)) is not None:
            queue = of
        elif named_zone := _zone(word):
            where = named_zone
        else:
            left.append(word)
    try:
        zone(where or who.zone)
        found_spans = spans(" ".join(left))
    except BadHoursError as error:
        return Refuse("invalid", Message("rota-hours", {"reason": str(error)}))
    if not found_spans:
        return usage(call)
    return Asked(found_spans, queue, where or who.zone, who)


def usage(call: Call) -> Refuse:
    name = Message(f"usage-{call.invocation.verb}", {"prefix": call.prefix})
    return Refuse("invalid", Message("usage", {"usage": name}))


def day_in(word: str, where: str, now: datetime) -> date | None:
    """The day that `2026-12-01`, `tue` or `tomorrow` means there; None when it means none."""
    today = now.astimezone(zone(where)).date()
    if word.casefold() in ("today", "heute"):
        return today
    if word.casefold() in ("tomorrow", "morgen"):
        return today + timedelta(days=1)
    try:
        return date.fromisoformat(word)
    except ValueError:
        pass
    try:
        return today + timedelta(days=(day(word) - today.weekday()) % 7)
    except BadHoursError:
        return None


# --- shifts -----------------------------------------------------------------------------------------------------------


def add(call: Call, words: Sequence[str]) -> list[Effect]:
    asked = read(call, words)
    if isinstance(asked, Refuse):
        return [asked]
    rota, who = call.view.rota, asked.who
    if who.person != call.person.id and call.person.role < Role.LEAD:
        return [Refuse("forbidden", Message("need-role", {"verb": "duty add @", "role": Message("role-lead")}))]
    if who.role < Role.PAIR:
        return [Refuse("invalid", Message("rota-shadow", {"name": who.identity.name}))]
    mine = [shift for shift in rota.shifts if shift.person == who.person and shift.until is None]
    fresh = [
        span for span in asked.spans if (span, asked.queue, asked.zone) not in {(s.span, s.queue, s.zone) for s in mine}
    ]
    if not fresh:
        return [Refuse("conflict", Message("rota-have", {"id": str(mine[0].id), "prefix": call.prefix}))]
    if len(mine) + len(fresh) > MOST:
        return [Refuse("limit", Message("rota-most", {"count": MOST}))]
    made = [
        Shift(rota.next_shift + number, who.person, asked.queue, span, asked.zone, call.now)
        for number, span in enumerate(fresh)
    ]
    after = replace(rota, shifts=(*rota.shifts, *made))
    numbers = ", ".join(str(shift.id) for shift in made)
    whose: dict[str, Value] = {
        "name": who.identity.name,
        "ids": numbers,
        "count": len(made),
        "prefix": call.prefix,
        "zone": asked.zone,
    }
    effects: list[Effect] = [AddShift(s.id, s.person, s.queue, s.span, s.zone) for s in made]
    if who.person != call.person.id:
        effects.append(call.audited("duty add", who.identity.name, numbers))
        effects.append(_tell(who, Message("rota-added-for-you", {**whose, "by": call.person.name})))
    mine_too = who.person == call.person.id
    effects.append(Reply(Message("rota-added" if mine_too else "rota-added-for", whose)))
    return [
        *effects,
        *changed_voices(rota, after, [who.person], call.config, call.now),
        *look_again(after, call.config, call.now),
    ]


def remove(call: Call, word: str) -> list[Effect]:
    rota = call.view.rota
    number = word.lstrip("#")
    shift = next((one for one in rota.shifts if str(one.id) == number and one.until is None), None)
    if shift is None:
        return [Refuse("not-found", Message("rota-no-shift", {"id": number, "prefix": call.prefix}))]
    if shift.person != call.person.id and call.person.role < Role.LEAD:
        return [Refuse("forbidden", Message("rota-not-yours", {"id": number}))]
    after = replace(rota, shifts=tuple(one for one in rota.shifts if one is not shift))
    effects: list[Effect] = [EndShift(shift.id), Reply(Message("rota-removed", {"id": number}))]
    if shift.person != call.person.id:
        owner = people(rota).get(shift.person)
        effects.append(call.audited("duty remove", owner.identity.name if owner else "", number))
        if owner is not None:
            effects.append(_tell(owner, Message("rota-removed-for-you", {"id": number, "by": call.person.name})))
    return [
        *effects,
        *changed_voices(rota, after, [shift.person], call.config, call.now),
        *look_again(after, call.config, call.now),
    ]


def _tell(volunteer: Volunteer, message: Message) -> Say:
    return Say(Direct(volunteer.identity.network, volunteer.identity.key), message)


# --- on duty beside the rota ------------------------------------------------------------------------------------------


def go_on(call: Call, length: timedelta | None) -> list[Effect]:
    rota, mine = call.view.rota, me(call)
    until = call.now + min(length or ON_DUTY, LONGEST)
    queue = queue_here(call)
    here = OnDuty(0, mine.person, queue, None, call.person.identity, call.now, until)
    others = tuple(one for one in rota.duty if one.person != mine.person or one.event is not None)
    after = replace(rota, duty=(*others, here))
    return [
        GoOnDuty(mine.person, call.person.identity, queue, until),
        Reply(Message("rota-on", {"until": at(until, mine.zone), "prefix": call.prefix})),
        *changed_voices(rota, after, [mine.person], call.config, call.now),
        *look_again(after, call.config, call.now),
    ]


def go_off(call: Call) -> list[Effect]:
    rota, mine = call.view.rota, me(call)
    was_on = any(one.person == mine.person and one.event is None and lasts(one, call.now) for one in rota.duty)
    now_on = next(
        (one for one in occurrences(rota, call.now, call.now + timedelta(seconds=1)) if one.person == mine.person), None
    )
    after = replace(rota, duty=tuple(one for one in rota.duty if one.person != mine.person or one.event is not None))
    if not was_on and now_on is not None:
        # What the rota says is not ended by a word: somebody else has to know.
        return [Refuse("conflict", Message("rota-off-shift", {"id": str(now_on.shift), "prefix": call.prefix}))]
    return [
        GoOffDuty(mine.person),
        Reply(Message("rota-off" if was_on else "rota-off-already")),
        *changed_voices(rota, after, [mine.person], call.config, call.now),
    ]


# --- swaps ------------------------------------------------------------------------------------------------------------


def swap(call: Call, words: Sequence[str]) -> list[Effect]:
    """`!swap ID [date] [@who]`: offer the next occurrence, or that day's."""
    rota = call.view.rota
    number, *rest = words
    shift = next((one for one in rota.shifts if str(one.id) == number.lstrip("#") and one.until is None), None)
    if shift is None:
        return [Refuse("not-found", Message("rota-no-shift", {"id": number.lstrip("#"), "prefix": call.prefix}))]
    wanted: Volunteer | None = None
    on: date | None = None
    for word in rest:
        if word.startswith("@"):
            found = named(rota, word)
            if isinstance(found, Refuse):
                return [found]
            wanted = found
        elif (on := day_in(word, shift.zone, call.now)) is None:
            return [Refuse("invalid", Message("rota-which-day", {"word": word}))]
    if wanted is not None and (wanted.person == call.person.id or wanted.role < Role.PAIR):
        return [Refuse("invalid", Message("rota-not-them", {"name": wanted.identity.name}))]
    one = _occurrence(call, shift, on)
    if isinstance(one, Refuse):
        return [one]
    offered = OfferSwap(
        rota.next_swap, shift.id, one.starts, one.ends, one.person, wanted.person if wanted is not None else None
    )
    args = {"id": str(offered.id), "prefix": call.prefix, "name": call.person.name}
    told = [wanted] if wanted is not None else _who_fit(rota, one, call.now)
    mine = when(one.starts, one.ends, me(call).zone)
    effects: list[Effect] = [offered]
    effects += [_tell(who, Message("swap-ask", {**args, "when": when(one.starts, one.ends, who.zone)})) for who in told]
    if wanted is None:
        said = Message("swap-room", {**args, "when": when(one.starts, one.ends, call.config.sig.zone)})
        effects += _in_rooms(call, one.queue, said)
    if one.person != call.person.id:
        effects.append(call.audited("swap", str(shift.id), one.starts.isoformat()))
    asked = Message("swap-offered", {**args, "when": mine})
    return [
        *effects,
        Reply(Message("swap-offered-to", {**args, "when": mine, "to": wanted.identity.name}) if wanted else asked),
    ]


def _occurrence(call: Call, shift: Shift, on: date | None) -> Occurrence | Refuse:
    """Which one is meant: theirs, not begun, and not offered yet. Leads may offer anybody's."""
    where = zone(shift.zone)
    lead = call.person.role >= Role.LEAD
    coming = [
        one
        for one in occurrences(call.view.rota, call.now, call.now + COMING)
        if one.shift == shift.id and (on is None or one.starts.astimezone(where).date() == on)
    ]
    theirs = [one for one in coming if one.person == call.person.id or lead]
    free = [one for one in theirs if one.offered is None]
    if free:
        return free[0]
    if theirs and theirs[0].offered is not None:
        return Refuse("conflict", Message("swap-already", {"id": str(theirs[0].offered.id), "prefix": call.prefix}))
    if coming:
        return Refuse("forbidden", Message("rota-not-yours", {"id": str(shift.id)}))
    return Refuse("not-found", Message("swap-no-such-day", {"id": str(shift.id), "prefix": call.prefix}))


def _who_fit(rota: RotaView, one: Occurrence, now: datetime) -> list[Volunteer]:
    """Who said that they are there then, are not on duty at that time, and may be told now."""
    busy = {other.person for other in occurrences(rota, one.starts, one.ends)}
    found = [
        volunteer
        for volunteer in rota.volunteers
        if volunteer.role >= Role.PAIR
        and volunteer.hours
        and one.queue in (volunteer.queues or ("",))
        and volunteer.person not in busy
        and not volunteer.away(one.starts)
        and not volunteer.quiet_at(now)
        and volunteer.there(one.starts)
    ]
    shifts = {volunteer.person: sum(s.person == volunteer.person for s in rota.shifts) for volunteer in found}
    return sorted(found, key=lambda volunteer: (shifts[volunteer.person], volunteer.person))[:TOLD]


def _in_rooms(call: Call, queue: str, message: Message) -> list[Effect]:
    here = (call.place.network, call.place.room_id)
    return [Say(InRoom(*place), message) for place in call.config.rooms_of(queue) if place != here]


def _found(call: Call, word: str) -> Swap | Refuse:
    number = word.lstrip("#")
    found = next((one for one in call.view.rota.swaps if str(one.id) == number), None)
    if found is None or found.ends <= call.now:
        return Refuse("not-found", Message("swap-none", {"id": number, "prefix": call.prefix}))
    return found


def take(call: Call, word: str) -> list[Effect]:
    found, rota = _found(call, word), call.view.rota
    if isinstance(found, Refuse):
        return [found]
    shift = next((one for one in rota.shifts if one.id == found.shift), None)
    args: dict[str, Value] = {"id": str(found.id), "prefix": call.prefix, "name": call.person.name}
    if found.status == "taken" or shift is None:
        taker = people(rota).get(found.taker or 0)
        return [Refuse("conflict", Message("swap-taken-by", {**args, "name": taker.identity.name if taker else ""}))]
    if found.giver == call.person.id:
        return [Refuse("invalid", Message("swap-own", args))]
    if found.wanted not in (None, call.person.id) and call.person.role < Role.LEAD:
        asked = people(rota).get(found.wanted or 0)
        return [Refuse("forbidden", Message("swap-asked", {**args, "name": asked.identity.name if asked else ""}))]
    if call.person.role < Role.PAIR:
        return [Refuse("forbidden", Message("rota-shadow", args))]
    settled = replace(found, status="taken", taker=call.person.id)
    after = replace(rota, swaps=tuple(settled if one is found else one for one in rota.swaps))
    effects: list[Effect] = [
        SettleSwap(found.id, "taken", call.person.id),
        Reply(Message("swap-taken", {**args, "when": when(found.starts, found.ends, me(call).zone)})),
    ]
    giver = people(rota).get(found.giver)
    if giver is not None:
        args["when"] = when(found.starts, found.ends, giver.zone)
        effects.append(_tell(giver, Message("swap-taken-yours", args)))
    effects += _in_rooms(
        call,
        shift.queue,
        Message("swap-taken-room", {**args, "when": when(found.starts, found.ends, call.config.sig.zone)}),
    )
    both = (call.person.id, found.giver)
    return [
        *effects,
        *changed_voices(rota, after, both, call.config, call.now),
        *look_again(after, call.config, call.now),
    ]


def withdraw(call: Call, word: str) -> list[Effect]:
    found = _found(call, word)
    if isinstance(found, Refuse):
        return [found]
    args = {"id": str(found.id), "prefix": call.prefix}
    if found.giver != call.person.id and call.person.role < Role.LEAD:
        return [Refuse("forbidden", Message("swap-not-yours", args))]
    if found.status == "taken":
        taker = people(call.view.rota).get(found.taker or 0)
        return [Refuse("conflict", Message("swap-taken-by", {**args, "name": taker.identity.name if taker else ""}))]
    effects: list[Effect] = [SettleSwap(found.id, "withdrawn"), Reply(Message("swap-withdrawn", args))]
    return [*effects, *([call.audited("swap cancel", str(found.id))] if found.giver != call.person.id else [])]


def offers(call: Call) -> list[Effect]:
    """What is offered and nobody took yet."""
    rota, where = call.view.rota, me(call).zone
    shifts = {shift.id: shift for shift in rota.shifts}
    lines: list[Effect] = []
    for one in sorted(rota.swaps, key=lambda swap: swap.starts):
        if one.status != "open" or one.ends <= call.now or one.shift not in shifts:
            continue
        giver = people(rota).get(one.giver)
        args: dict[str, Value] = {
            "id": str(one.id),
            "when": when(one.starts, one.ends, where),
            "prefix": call.prefix,
            "name": giver.identity.name if giver else Message("rota-somebody"),
            "queue": queue_name(call.config, shifts[one.shift].queue),
        }
        lines.append(Reply(Message("swap-line", args)))
    return lines[:8] or [Reply(Message("swap-list-none"))]
