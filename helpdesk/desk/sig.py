"""The people of the SIG: whom a command means, who may change whose role, what is handed over, who may be ready for more. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bridges.events import PersonId, RoomId
from helpdesk.config import Config
from helpdesk.desk import mentoring, tickets
from helpdesk.desk.handing import given_back
from helpdesk.desk.mentoring import PREFIX
from helpdesk.deskevents import TimerDue
from helpdesk.effects import Direct, Effect, GrantRole, InRoom, Message, Say, Schedule, Value
from helpdesk.model import Identity, Invocation, Person, Role, Ticket
from helpdesk.nouns.life import Back
from helpdesk.nouns.sig import SetVolunteer, Volunteer
from helpdesk.view import View

BACK = "sig.back"
READY = "sig.ready"
GONE = "rota.gone"
WEEK = timedelta(days=7)
"""How often it is looked whether somebody is ready for more, and how long a shadow looks on at least."""
ABOUT = frozenset({"show", "approve", "refuse", "add", "remove", "promote", "demote", "mentor"})
"""Of `!sig`: what has a person behind it."""
_CODE = re.compile(r"[A-HJ-NP-Z2-9]{10}")


def code_of(words: str) -> str:
    """The one-time code that the words are, however it was typed; empty when they are none."""
    code = re.sub(r"[\s-]", "", words[:40]).upper()
    return code if _CODE.fullmatch(code) else ""


def reference(identity: Identity) -> str:
    """How a person is written so that nobody else is meant: `NETWORK:NAME`."""
    return f"{identity.network}:{identity.key.removeprefix('account:')}"


def named(
    invocation: Invocation, network: str, config: Config, everyone: Sequence[Volunteer]
) -> tuple[str, PersonId] | None:
    """Whom `!sig VERB WHO` means, if that can be told."""
    verb, who, *_ = (*invocation.words.split(maxsplit=2), "", "")
    if verb.lower() not in ABOUT or not who:
        return None
    try:
        return resolve(who, network, config, everyone, by_name=verb.lower() not in GIVES)
    except ValueError:
        return None


GIVES = frozenset({"approve", "add", "promote"})
"""What gives a right: there a name that anybody can take means nobody."""


def resolve(
    who: str, network: str, config: Config, everyone: Sequence[Volunteer], *, by_name: bool
) -> tuple[str, PersonId]:
    """The identity that was named: `NETWORK:NAME`, the name of an account on this network, or, where it gives no right, the
    name that one person of the SIG goes by. Raise ValueError with the mend.
    """
    who = who.rstrip(",;")
    written = {reference(right): (right.network, right.key) for one in everyone for right, _ in one.rights}
    if who in written:
        return written[who]
    whole = who if who.partition(":")[0] in config.networks else f"{network}:{who}"
    plain = who.lstrip("@")
    tries = [whole] if ":" in plain else [whole, f"{network}:{plain}"]
    keys: list[tuple[str, PersonId]] = []
    error: ValueError | None = None
    for one in tries:
        try:
            keys.append(config.person_key(one))
        except ValueError as found:
            error = error or found
    known = {(right.network, right.key) for one in everyone for right, _ in one.rights}
    exact = next((key for key in keys if key in known), None)
    if exact is not None:
        return exact
    if by_name:
        called = {one.person: one for one in everyone if any(_called(right, plain) for right, _ in one.rights)}
        if len(called) == 1:
            [found_one] = called.values()
            return found_one.identity.network, found_one.identity.key
    if keys:
        return keys[-1]
    raise error or ValueError(who)


def _called(identity: Identity, name: str) -> bool:
    return name.lower() in (identity.name.lower(), identity.key.removeprefix("account:").lower())


def of(everyone: Sequence[Volunteer], key: tuple[str, PersonId]) -> Volunteer | None:
    """The volunteer with this identity."""
    return next((one for one in everyone if any((right.network, right.key) == key for right, _ in one.rights)), None)


def configured(volunteer: Volunteer | None, key: tuple[str, PersonId], config: Config) -> Role:
    """The highest role of the person that the configuration gives."""
    keys = [(right.network, right.key) for right, _ in volunteer.rights] if volunteer else []
    return max(config.roles.get(one, Role.ASKER) for one in (*keys, key))


def grants(volunteer: Volunteer | None, identity: Identity, role: Role, by: str) -> list[Effect]:
    """The person has this role from now on, whichever of their identities had another."""
    granted: list[Effect] = [GrantRole(identity.network, identity.key, identity.name, role, by)]
    for other, held in volunteer.rights if volunteer else ():
        if held > role and (other.network, other.key) != (identity.network, identity.key):
            granted.append(GrantRole(other.network, other.key, other.name, role, by))
    return granted


def watched(person: int, role: Role, now: datetime) -> list[Effect]:
    """Look in a week whether they are ready for more."""
    return [Schedule(READY, person, now + WEEK)] if person and role in (Role.SHADOW, Role.PAIR) else []


def invited(person: Person | None, role: Role, now: datetime) -> list[Effect]:
    """Somebody came by the operator's invitation: in since now."""
    if person is None:
        return []
    here = Volunteer(person.id, person.identity, role, joined_at=now, approved_at=now)
    return [SetVolunteer(here), *watched(person.id, role, now)]


def hand_over(
    volunteer: Volunteer,
    claims: Sequence[Ticket],
    why: str,
    config: Config,
    now: datetime,
    *,
    back: Mapping[int, Back],
    besides: tuple[str, RoomId] | None = None,
) -> list[Effect]:
    """All that somebody works on is open again, with their notes, and the rota hears that they are gone."""
    person = Person(volunteer.person, volunteer.identity, volunteer.role, "")
    released: list[Effect] = []
    for ticket in claims:
        released += tickets.release(ticket, person, why, config, volunteer.identity.network, besides)
        released += given_back(ticket, person.name, back.get(ticket.number))
    return [*released, Schedule(GONE, volunteer.person, now)]


def tell(volunteer: Volunteer, message: Message, config: Config) -> list[Effect]:
    """A word to somebody of the SIG, directly."""
    to = volunteer.identity
    return [Say(Direct(to.network, to.key), message)] if to.network in config.networks else []


def tell_rooms(message: Message, config: Config) -> list[Effect]:
    return [Say(InRoom(network, room), message) for network, room in config.volunteer_rooms]


def tell_leads(message: Message, view: View, config: Config, now: datetime) -> list[Effect]:
    """The leads that are here and may be told now, directly; all who are here when none may; else the volunteers' rooms."""
    here = [one for one in view.sig.volunteers if one.role >= Role.LEAD and not one.away(now)]
    awake = [one for one in here if not one.quiet_at(now)] or here
    return [say for lead in awake for say in tell(lead, message, config)] or tell_rooms(message, config)


def ready_for(volunteer: Volunteer, good: int, notes: int, config: Config, now: datetime) -> Role | None:
    """The role that somebody may be ready for."""
    if volunteer.away(now) or volunteer.suggested_at is not None:
        return None
    if volunteer.role is Role.PAIR and good >= config.sig.promote_after:
        return Role.SOLO
    since = volunteer.approved_at or volunteer.joined_at
    if (
        volunteer.role is Role.SHADOW
        and since is not None
        and now - since >= WEEK
        and notes >= config.sig.promote_after
    ):
        return Role.PAIR
    return None


def suggest(volunteer: Volunteer, good: int, notes: int, view: View, config: Config, now: datetime) -> list[Effect]:
    """Tell the leads, once, that somebody may be ready for more. People decide it."""
    role = ready_for(volunteer, good, notes, config, now)
    if role is None:
        return []
    args: dict[str, Value] = {
        "name": volunteer.identity.name,
        "who": reference(volunteer.identity),
        "count": good if role is Role.SOLO else notes,
        "prefix": PREFIX,
    }
    said = Message(f"ready-{role.name.lower()}", args)
    return [*tell_leads(said, view, config, now), SetVolunteer(replace(volunteer, suggested_at=now))]


def due(event: TimerDue, view: View, config: Config, now: datetime) -> list[Effect]:
    """What is due of the SIG's people."""
    if event.kind == mentoring.DRAFT:
        return mentoring.waited(view, config, now)
    me = view.sig.me
    if me is None:
        return []
    if event.kind == BACK:
        over = me.state == "break" and me.break_until is not None and me.break_until <= now
        return back(me, config) if over else []
    if event.kind == READY:
        if me.role not in (Role.SHADOW, Role.PAIR) or me.state == "left":
            return []
        return [*suggest(me, view.sig.good, view.sig.notes, view, config, now), *watched(me.person, me.role, now)]
    raise ValueError(f"there is no timer {event.kind!r}")


def back(volunteer: Volunteer, config: Config) -> list[Effect]:
    """The break is over."""
    here = replace(volunteer, state="active", break_until=None)
    return [SetVolunteer(here), *tell(volunteer, Message("break-over"), config)]
