"""What leads do with the people of the SIG: let in, refuse, promote, demote, give a mentor, take out. Pure."""

from __future__ import annotations

from dataclasses import replace

from bridges.events import PersonId
from bridges.text import from_plain, shorten
from helpdesk.commands.base import Call
from helpdesk.desk import sig, work
from helpdesk.desk.mentoring import PREFIX
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, Refuse, Reply, Value
from helpdesk.model import Identity, Role
from helpdesk.nouns.sig import SetVolunteer, Volunteer

ROLES = {role.name.lower(): role for role in Role if role > Role.ASKER}
WORDS = 300
"""Characters of a reason, or of why somebody would like to join."""


def usage(call: Call) -> Refuse:
    return Refuse("invalid", Message("usage", {"usage": Message("usage-sig", {"prefix": call.prefix})}))


def role_name(role: Role) -> Message:
    return Message(f"role-{role.name.lower()}")


def lead(
    call: Call, verb: str, who: str, key: tuple[str, PersonId], about: Volunteer | None, words: str
) -> list[Effect]:
    """`!sig VERB WHO words`, said by a lead; `about` is whom it means, if they are of the SIG or want to be."""
    if about is not None and about.role > call.person.role:
        return [Refuse("forbidden", Message("sig-above", {"name": who}))]
    match verb:
        case "approve" | "add":
            return _admit(call, who, key, about, words, default="shadow" if verb == "approve" else "solo")
        case "promote" | "demote":
            return _move(call, verb, who, key, about, words)
        case "remove":
            return _remove(call, who, key, about, words)
        case "refuse":
            return _refuse(call, who, about, words)
        case _:
            return _mentor(call, who, about, words)


def _named(who: str, key: tuple[str, PersonId], about: Volunteer | None, call: Call) -> Identity:
    """The identity that was named, with the best name there is for it."""
    for one, _ in about.rights if about else ():
        if (one.network, one.key) == key:
            return one
    network, colon, name = who.partition(":")
    return Identity(*key, name if colon and network in call.config.networks else who.lstrip("@"), True)


def _admit(
    call: Call, who: str, key: tuple[str, PersonId], about: Volunteer | None, words: str, *, default: str
) -> list[Effect]:
    wanted, by = _with_mentor(words)
    role = ROLES.get(wanted.lower() or default)
    if role is None:
        return [usage(call)]
    if refused := _refused(call, who, key, about, role):
        return [refused]
    identity = _named(who, key, about, call)
    mentor = about.mentor if about else None
    if by:
        found = _find_mentor(call, by, about)
        if isinstance(found, Refuse):
            return [found]
        mentor = found.person
    known = about or Volunteer(0, identity, Role.ASKER)
    joined = replace(
        known,
        state="active",
        break_until=None,
        mentor=mentor,
        joined_at=known.joined_at or call.now,
        approved_at=call.now,
        suggested_at=None,
    )
    return [
        *sig.grants(about, identity, role, call.person.name),
        SetVolunteer(joined),
        *sig.watched(known.person, role, call.now),
        *([*_below(call, about, role)] if about else []),
        call.audited("grant", f"{key[0]}:{key[1]}", role.name.lower()),
        *(sig.tell(known, _welcome(call, role, mentor), call.config) if known.state == "pending" else []),
        Reply(Message("sig-added", {"name": who, "role": role_name(role)})),
    ]


def _welcome(call: Call, role: Role, mentor: int | None) -> Message:
    found = next((one for one in call.view.sig.volunteers if mentor is not None and one.person == mentor), None)
    name = found.identity.name if found else ""
    kind = role.name.lower() if role <= Role.SOLO else "solo"
    return Message(f"sig-welcome-{kind}", {"mentor": name or Message("sig-a-mentor"), "prefix": PREFIX})


def _with_mentor(words: str) -> tuple[str, str]:
    """`pair mentor @vera` in its two parts."""
    parts = words.split()
    lower = [part.lower().rstrip(":=") for part in parts]
    if "mentor" not in lower:
        return words, ""
    at = lower.index("mentor")
    return " ".join(parts[:at]), " ".join(parts[at + 1 : at + 2])


def _find_mentor(call: Call, who: str, about: Volunteer | None) -> Volunteer | Refuse:
    everyone = call.view.sig.volunteers
    try:
        found = sig.of(everyone, sig.resolve(who, call.place.network, call.config, everyone, by_name=True))
    except ValueError as error:
        return Refuse("invalid", Message("sig-unknown", {"reason": str(error)}))
    if found is None or not found.person:
        return Refuse("not-found", Message("sig-nobody", {"name": who}))
    if found.role < Role.SOLO or (about is not None and about.person == found.person):
        return Refuse("conflict", Message("sig-no-mentor", {"name": found.identity.name}))
    return found


def _refused(call: Call, who: str, key: tuple[str, PersonId], about: Volunteer | None, role: Role) -> Refuse | None:
    """Nobody gives more than they have, and what the configuration says is changed there."""
    if role > call.person.role:
        return Refuse("forbidden", Message("sig-too-high", {"role": role_name(role)}))
    if sig.configured(about, key, call.config) > role:
        return Refuse("conflict", Message("sig-configured", {"name": who}))
    return None


def _below(call: Call, about: Volunteer, role: Role) -> list[Effect]:
    """Who may work on tickets no more hands them over."""
    claims = call.view.sig.claims
    if role >= Role.PAIR or about.role < Role.PAIR:
        return []
    return sig.hand_over(about, claims, "", call.config, call.now, back=call.view.sig.back, besides=work.here(call))


def _move(
    call: Call, verb: str, who: str, key: tuple[str, PersonId], about: Volunteer | None, words: str
) -> list[Effect]:
    if about is None or about.role is Role.ASKER:
        return [Refuse("not-found", Message("sig-nobody", {"name": who}))]
    up = verb == "promote"
    ladder = (Role.SHADOW, Role.PAIR, Role.SOLO)
    if words:
        role = ROLES.get(words.split(maxsplit=1)[0].lower())
    elif up:
        role = next((step for step in ladder if step > about.role), None)
    else:
        role = next((step for step in reversed((*ladder, Role.LEAD)) if step < about.role), None)
    if role is None or (role > about.role) is not up or role is about.role:
        named: dict[str, Value] = {"name": who, "role": role_name(about.role), "prefix": call.prefix}
        return [Refuse("invalid", Message(f"sig-cannot-{verb}", named))]
    if refused := _refused(call, who, key, about, role):
        return [refused]
    return [
        *sig.grants(about, _named(who, key, about, call), role, call.person.name),
        SetVolunteer(replace(about, suggested_at=None, approved_at=about.approved_at or call.now)),
        *(sig.watched(about.person, role, call.now) if up else []),
        *_below(call, about, role),
        call.audited("grant", f"{key[0]}:{key[1]}", role.name.lower()),
        *sig.tell(about, Message("sig-promoted" if up else "sig-demoted", {"role": role_name(role)}), call.config),
        Reply(Message("sig-added", {"name": who, "role": role_name(role)})),
    ]


def _remove(call: Call, who: str, key: tuple[str, PersonId], about: Volunteer | None, why: str) -> list[Effect]:
    if sig.configured(about, key, call.config) > Role.ASKER:
        return [Refuse("conflict", Message("sig-configured", {"name": who}))]
    effects = sig.grants(about, _named(who, key, about, call), Role.ASKER, call.person.name)
    if about is not None:
        effects.append(SetVolunteer(replace(about, state="left", mentor=None, break_until=None)))
        effects += sig.hand_over(
            about, call.view.sig.claims, "", call.config, call.now, back=call.view.sig.back, besides=work.here(call)
        )
        if about.role > Role.ASKER:
            effects += sig.tell(about, Message("sig-removed-told"), call.config)
    return [
        *effects,
        call.audited("grant", f"{key[0]}:{key[1]}", "asker" + (f" · {shorten(why, WORDS)}" if why else "")),
        Reply(Message("sig-removed", {"name": who})),
    ]


def _refuse(call: Call, who: str, about: Volunteer | None, why: str) -> list[Effect]:
    if about is None or about.state != "pending":
        return [Refuse("not-found", Message("sig-not-pending", {"name": who}))]
    why = shorten(mask(why)[0], WORDS)
    told = Message("sig-refused-why", {"why": from_plain(why)}) if why else Message("sig-refused")
    return [
        SetVolunteer(replace(about, state="left")),
        call.audited("refuse", sig.reference(about.identity), why),
        *sig.tell(about, told, call.config),
        Reply(Message("sig-refused-done", {"name": about.identity.name})),
    ]


def _mentor(call: Call, who: str, about: Volunteer | None, words: str) -> list[Effect]:
    if about is None or about.role is Role.ASKER or not about.person:
        return [Refuse("not-found", Message("sig-nobody", {"name": who}))]
    if not words:
        return [usage(call)]
    mentor: Volunteer | None = None
    if words.lower() not in ("none", "-", "nobody"):
        found = _find_mentor(call, words.split(maxsplit=1)[0], about)
        if isinstance(found, Refuse):
            return [found]
        mentor = found
    effects: list[Effect] = [
        SetVolunteer(replace(about, mentor=mentor.person if mentor else None)),
        call.audited("mentor", sig.reference(about.identity), sig.reference(mentor.identity) if mentor else ""),
    ]
    if mentor is None:
        return [*effects, Reply(Message("sig-mentor-none", {"name": about.identity.name}))]
    args: dict[str, Value] = {"name": about.identity.name, "mentor": mentor.identity.name, "prefix": PREFIX}
    return [
        *effects,
        *sig.tell(about, Message("sig-mentor-told", args), call.config),
        *sig.tell(mentor, Message("sig-mentee-told", args), call.config),
        Reply(Message("sig-mentor", args)),
    ]
