"""`!sig`: joining, what one says about oneself, and who is what. `helpdesk/desk/sig.py` has the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bridges.text import from_plain, shorten
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import profile, sig, work
from helpdesk.desk.leading import WORDS, lead, role_name, usage
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, GrantRole, InRoom, Message, Refuse, Reply, Say, Value
from helpdesk.model import Role
from helpdesk.nouns.sig import SetVolunteer, Volunteer

_MINE = frozenset({"join", "set", "me", "leave"})
_LEADS = sig.ABOUT - {"show"}
_VERBS = _MINE | sig.ABOUT | {"list"}
_AGAIN = timedelta(days=1)
"""Volunteers' rooms hear of the same person's wish to join once in that time."""


def run(call: Call) -> list[Effect]:
    verb, _, rest = call.invocation.words.strip().partition(" ")
    verb, rest = verb.lower(), rest.strip()
    if verb in _MINE:
        if not call.person.identity.authenticated:
            needed = Message("need-login", {"verb": f"sig {verb}", "role": Message("role-shadow")})
            return [Refuse("forbidden", needed)]
        match verb:
            case "join":
                return _join(call, rest)
            case "set":
                return _set(call, rest)
            case "leave":
                return _leave(call)
            case _:
                me = call.view.sig.me
                return _profile(call, me) if me else [_stranger(call)]
    if call.person.role < Role.SHADOW:
        lacking = "need-role" if call.place.sender.authenticated else "need-login"
        if verb in ("", "list") and call.place.sender.authenticated:
            return [Reply(Message("sig-invite", {"prefix": call.prefix}))]
        return [Refuse("forbidden", Message(lacking, {"verb": "sig", "role": Message("role-shadow")}))]
    if verb in ("", "list"):
        return _list(call)
    who, _, more = rest.partition(" ")
    if verb not in sig.ABOUT or not who:
        return [usage(call)]
    if verb in _LEADS and call.person.role < Role.LEAD:
        return [Refuse("forbidden", Message("need-role", {"verb": f"sig {verb}", "role": Message("role-lead")}))]
    try:
        key = sig.resolve(who, call.place.network, call.config, call.view.sig.volunteers, by_name=verb not in sig.GIVES)
    except ValueError as error:
        return [Refuse("invalid", Message("sig-unknown", {"reason": str(error)}))]
    about = sig.of(call.view.sig.volunteers, key)
    if verb == "show":
        return _profile(call, about) if about else [Refuse("not-found", Message("sig-nobody", {"name": who}))]
    return lead(call, verb, who, key, about, more.strip())


def _stranger(call: Call) -> Refuse:
    return Refuse("not-found", Message("sig-not-in", {"prefix": call.prefix}))


def _own(call: Call) -> Volunteer:
    """What is known of whoever gives the command; who only has a role has the defaults."""
    person = call.person
    return call.view.sig.me or Volunteer(person.id, person.identity, person.role)


# --- one's own --------------------------------------------------------------------------------------------------------


def _join(call: Call, words: str) -> list[Effect]:
    me = _own(call)
    try:
        told, rest = profile.read(mask(words)[0], me, call.config)
    except profile.BadProfileError as error:
        return [Refuse("invalid", error.told)]
    told = replace(told, identity=call.person.identity)
    if call.person.role > Role.ASKER:
        # Who has a role is in: it was a word about themselves, or they are back.
        told = replace(told, state="active", break_until=None, joined_at=me.joined_at or call.now)
        return [
            SetVolunteer(told),
            Reply(Message("sig-in-already", {"role": role_name(call.person.role)})),
            *_lines(told),
        ]
    fresh = me.joined_at is None or call.now - me.joined_at >= _AGAIN
    if me.state == "pending" and not fresh:
        return [SetVolunteer(told), Reply(Message("sig-pending-still")), *_lines(told)]
    told = replace(told, state="pending", joined_at=call.now if fresh else me.joined_at)
    effects: list[Effect] = [SetVolunteer(told)]
    for network, room in call.config.volunteer_rooms if fresh else ():
        args = _about(told) | {
            "words": from_plain(shorten(rest, WORDS)),
            "prefix": call.config.room(network, room).prefix,
        }
        wish = Message("sig-wants-to-join-words" if rest else "sig-wants-to-join", args)
        effects.append(Say(InRoom(network, room), wish))
    return [*effects, Reply(Message("sig-pending", {"prefix": call.prefix})), *_lines(told)]


def _about(volunteer: Volunteer) -> dict[str, Value]:
    """Somebody, and what they said about themselves."""
    return {
        "name": volunteer.identity.name,
        "who": sig.reference(volunteer.identity),
        "skills": ", ".join(volunteer.skills) or Message("sig-any"),
        "languages": ", ".join(volunteer.languages) or Message("sig-any"),
        "zone": volunteer.zone,
        "hours": volunteer.hours or Message("sig-any"),
    }


def _lines(volunteer: Volunteer) -> list[Effect]:
    return [Reply(Message("sig-profile", _about(volunteer)))]


def _set(call: Call, words: str) -> list[Effect]:
    me = _own(call)
    if call.view.sig.me is None and call.person.role is Role.ASKER:
        return [_stranger(call)]
    if not words:
        return [usage(call)]
    try:
        told = profile.step(words, me, call.config)
    except profile.BadProfileError as error:
        return [Refuse("invalid", error.told)]
    return [SetVolunteer(told), *_profile(call, told)]


def _leave(call: Call) -> list[Effect]:
    me = call.view.sig.me
    if me is None and call.person.role is Role.ASKER:
        return [_stranger(call)]
    me = me or _own(call)
    gone = replace(me, state="left", break_until=None, mentor=None)
    role = sig.configured(me, (me.identity.network, me.identity.key), call.config)
    effects: list[Effect] = [
        SetVolunteer(gone),
        *(
            GrantRole(one.network, one.key, one.name, Role.ASKER, call.person.name)
            for one, held in me.rights or ((me.identity, me.role),)
            if held > Role.ASKER
        ),
    ]
    effects.append(call.audited("leave", sig.reference(me.identity)))
    claims = call.view.sig.claims
    if me.role > Role.ASKER:
        effects += sig.hand_over(
            me, claims, "", call.config, call.now, back=call.view.sig.back, besides=work.here(call)
        )
        effects += sig.tell_rooms(Message("sig-left-told", {"name": me.identity.name}), call.config)
    left = Message("sig-left", {"count": len(claims), "prefix": call.prefix})
    still = [Reply(Message("sig-left-configured"))] if role else []
    return [*effects, Reply(left), *still]


def _profile(call: Call, about: Volunteer) -> list[Effect]:
    everyone = call.view.sig.volunteers
    mentor = next((one for one in everyone if about.mentor is not None and one.person == about.mentor), None)
    args: dict[str, Value] = _about(about) | {
        "role": role_name(about.role),
        "state": _state(about, call),
        "cap": about.cap or call.config.sig.cap,
        "quiet": about.quiet or Message("sig-none"),
        "queues": ", ".join(about.queues) or Message("sig-main-queue"),
        "mentor": mentor.identity.name if mentor else Message("sig-none"),
    }
    return [Reply(Message("sig-who", args)), *_lines(about), Reply(Message("sig-more", args))]


def _state(about: Volunteer, call: Call) -> Message:
    if about.state == "break" and not about.away(call.now):
        return Message("sig-state-active")
    if about.state == "break" and about.break_until is not None:
        return Message("sig-state-break-until", {"until": f"{about.break_until:%Y-%m-%d %H:%M}"})
    return Message(f"sig-state-{about.state}")


# --- everybody --------------------------------------------------------------------------------------------------------


def _list(call: Call) -> list[Effect]:
    away = {
        (one.network, one.key): about.state
        for about in call.view.sig.volunteers
        if about.away(call.now)
        for one, _ in about.rights
    }
    same = {
        (one.network, one.key): about.person or number
        for number, about in enumerate(call.view.sig.volunteers, 1_000_000_000)
        for one, _ in about.rights
    }
    found: dict[Role, dict[object, list[str]]] = {}
    placed: set[object] = set()
    for identity, role in call.view.members:
        key = (identity.network, identity.key)
        person: object = same.get(key, key)
        if person in placed or away.get(key) in ("left", "pending"):
            continue
        placed.add(person)
        networks = [
            one.network for about in call.view.sig.volunteers if about.person == person for one, _ in about.rights
        ]
        mark = " ☾" if away.get(key) == "break" else ""
        found.setdefault(role, {})[person] = [f"{identity.name} ({', '.join(networks or [identity.network])}){mark}"]
    lines: list[Effect] = []
    for role in reversed(Role):
        if role in found:
            names = ", ".join(name for names in found[role].values() for name in names)
            lines.append(Reply(Message("sig-members", {"role": role_name(role), "names": names})))
    pending = [one for one in call.view.sig.volunteers if one.state == "pending" and one.role is Role.ASKER]
    if pending:
        names = ", ".join(sig.reference(one.identity) for one in pending[:10])
        lines.append(Reply(Message("sig-pending-list", {"names": names, "count": len(pending), "prefix": call.prefix})))
    return lines or [Reply(Message("sig-empty", {"prefix": call.prefix}))]


COMMAND = Command("sig", run, Grammar.WORDS, needs=Need.MEMBERS | Need.SIG, verbs=_VERBS)
