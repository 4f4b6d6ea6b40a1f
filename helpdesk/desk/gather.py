"""Tickets that are one thing. What is decided about one reaches the askers of all that was merged into it or that an incident
gathers, each where they asked; and what the asker of a merged ticket does reaches the one it goes on in. Pure.

The rules of tickets know nothing of this: `together` reads what they decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bridges.text import Text, from_plain
from helpdesk.commands.base import Call
from helpdesk.config import Config
from helpdesk.desk import tickets, work
from helpdesk.desk.telling import announce, tell_asker, tell_volunteers, to_asker
from helpdesk.effects import (
    Assign,
    Direct,
    Effect,
    InRoom,
    Message,
    Record,
    Refuse,
    Reply,
    Say,
    Schedule,
    SetStatus,
    Value,
)
from helpdesk.model import ChangeKind, Person, Role, Ticket, TicketKind, TicketStatus
from helpdesk.nouns.gather import Gather
from helpdesk.nouns.tickets import KEEP, SetTicket
from helpdesk.view import View

_TOLD = (ChangeKind.ANSWER, ChangeKind.ASK_BACK, ChangeKind.RESOLVED)
"""What an asker was told, which their own ticket's history holds."""


def together(effects: Sequence[Effect], view: View, config: Config) -> list[Effect]:
    """What was decided, for all whom it concerns."""
    own = [
        one for one in (view.ticket, *view.mine, view.resolved, *view.queue[:1], *view.privacy.open) if one is not None
    ]
    into = {one.number: one for one in view.gather.into}
    merged = {
        one.number: (one, into[one.merged_into])
        for one in own
        if one.merged_into in into and one.status is not TicketStatus.MERGED
    }
    gathered = {one.number: (one, into[one.incident]) for one in own if one.incident in into}
    done = list(effects)
    if merged:
        leaving = {e.ticket for e in done if isinstance(e, SetStatus) and e.status is TicketStatus.CANCELLED}
        done = [passed for effect in done for passed in _passed_on(effect, merged, leaving)]
    if gathered:
        done = [_with_incident(effect, gathered) for effect in done]
        done += _apart(done, gathered, config)
    own += [main for _, main in merged.values()]
    done = [told for effect in done for told in _shared(effect, own, view.gather.gathered, config)]
    return [*done, *_others(done, own, view.gather.gathered, config)]


# --- what the asker of a merged ticket does ---------------------------------------------------------------------------


def _passed_on(effect: Effect, merged: dict[int, tuple[Ticket, Ticket]], leaving: set[int]) -> Iterator[Effect]:
    """To the ticket it goes on in. Who takes theirs back leaves it to the others."""
    number = effect.about if isinstance(effect, Schedule) else getattr(effect, "ticket", None)
    if not isinstance(number, int) or number not in merged:
        yield effect
        return
    ticket, into = merged[number]
    match effect:
        case Say() if _for_volunteers(effect, ticket):
            there = _in_thread(effect, ticket, into)
            # What is taken back is this one: the other goes on.
            yield replace(there, message=effect.message) if number in leaving else there
        case Say():
            yield effect
        case _ if number in leaving:
            yield effect
            if isinstance(effect, SetStatus):
                yield SetTicket(number, merged_into=None)
        case Record() if ticket.private and not into.private:
            yield effect  # read by those only who may read the ticket it was said to
        case Record() | SetStatus() | Assign() | SetTicket():
            yield replace(effect, ticket=into.number)
        case Schedule():
            yield replace(effect, about=into.number)
        case _:
            yield effect


def _for_volunteers(say: Say, ticket: Ticket) -> bool:
    claimant = ticket.claimant_identity
    if isinstance(say.to, InRoom):
        return say.to.thread_of == ticket.number
    return claimant is not None and say.to == Direct(claimant.network, claimant.key)


def _in_thread(say: Say, ticket: Ticket, into: Ticket) -> Say:
    to = replace(say.to, thread_of=into.number) if isinstance(say.to, InRoom) else say.to
    return replace(say, to=to, ticket=into.number, message=numbered(say.message, ticket.number, into.number))


def numbered(message: Message | Text, old: int, new: int, prefix: str | None = None) -> Message | Text:
    """The same words about the other number."""
    if not isinstance(message, Message):
        return message
    args: dict[str, Value] = {}
    for name, value in message.args.items():
        if isinstance(value, Message):
            inner = numbered(value, old, new, prefix)
            assert isinstance(inner, Message)
            args[name] = inner
        elif name == "number" and value == str(old):
            args[name] = str(new)
        elif name == "prefix" and prefix is not None:
            args[name] = prefix
        else:
            args[name] = value
    return Message(message.id, args)


def _others(
    effects: Sequence[Effect], own: Sequence[Ticket], gathered: Sequence[Ticket], config: Config
) -> Iterator[Effect]:
    """One of several askers says that it is solved: the others are told, and may say that it is not."""
    solved = {one.ticket for one in effects if isinstance(one, SetTicket) and one.solved == "confirmed"}
    over = {one.ticket for one in effects if isinstance(one, SetStatus) and one.status is TicketStatus.RESOLVED}
    said = {one.actor for one in effects if isinstance(one, Record) and one.kind is ChangeKind.RESOLVED}
    for main in {one.number: one for one in own if one.number in solved & over}.values():
        for one in (main, *(one for one in gathered if one.merged_into == main.number)):
            if one.asker not in said and not nobodys(one):
                said.add(one.asker)
                prefix = config.room(one.origin.network, one.origin.room).prefix
                yield tell_asker(one, Message("asker-solved", {"number": str(one.number), "prefix": prefix}))


# --- what the asker of a gathered ticket does -------------------------------------------------------------------------


def _with_incident(effect: Effect, gathered: dict[int, tuple[Ticket, Ticket]]) -> Effect:
    """Volunteers hear of it where they hear of its incident."""
    if isinstance(effect, Say) and isinstance(effect.to, InRoom) and effect.to.thread_of in gathered:
        return replace(effect, to=replace(effect.to, thread_of=gathered[effect.to.thread_of][1].number))
    return effect


def _apart(effects: Sequence[Effect], gathered: dict[int, tuple[Ticket, Ticket]], config: Config) -> Iterator[Effect]:
    """Whom it did not help has something else: their ticket stands by itself again."""
    for effect in effects:
        if isinstance(effect, Record) and effect.ticket in gathered:
            no = effect.kind is ChangeKind.ASKER and effect.text == "👎"
            if no or effect.kind is ChangeKind.REOPENED:
                yield from alone(gathered[effect.ticket][0], config)


def alone(ticket: Ticket, config: Config) -> list[Effect]:
    """No incident's any more: people look for who takes it."""
    return [
        Gather(ticket.number, None),
        Record(ticket.number, ChangeKind.GATHERED, f"#{ticket.incident} −"),
        *announce(config, ticket),
    ]


# --- what volunteers and timers do ------------------------------------------------------------------------------------


def _shared(effect: Effect, own: Sequence[Ticket], gathered: Sequence[Ticket], config: Config) -> Iterator[Effect]:
    main = next((one for one in own if one.number == getattr(effect, "ticket", None)), None)
    if main is None and isinstance(effect, Schedule):
        main = next((one for one in own if one.number == effect.about), None)
    if main is None or main.merged_into is not None:
        yield effect
        return
    theirs = [one for one in gathered if _belongs(one, main, gathered)]
    reached = [one for one in theirs if one.status is TicketStatus.MERGED or one.status.active]
    own_life = [one for one in reached if one.incident == main.number and one.status is not TicketStatus.MERGED]
    match effect:
        case Say() if effect.to == to_asker(main):
            yield from _told(effect, main, reached, config)
        case Record(kind=kind) if kind in _TOLD:
            yield effect
            yield from (replace(effect, ticket=one.number, actor=None) for one in reached)
        case SetStatus(status=TicketStatus.CANCELLED):
            yield effect
            for one in theirs:
                yield from _freed(one, main, config)
        case SetStatus(status=TicketStatus.CLOSED):
            yield effect
            # Who came after the last word has heard none yet.
            for one in own_life:
                if one.status in (TicketStatus.OPEN, TicketStatus.CLAIMED):
                    yield from alone(one, config)
        case SetStatus(status=TicketStatus.WAITING | TicketStatus.RESOLVED):
            yield effect
            yield from (replace(effect, ticket=one.number) for one in own_life)
        case SetStatus(status=TicketStatus.OPEN | TicketStatus.CLAIMED) if main.done:
            yield effect
            again = [one for one in theirs if one.incident == main.number and one.done and one.solved != "confirmed"]
            yield from (SetStatus(one.number, TicketStatus.OPEN) for one in again)
        case SetTicket():
            yield effect
            yield from _times(effect, own_life)
        case Schedule(kind=kind):
            yield effect
            if kind.startswith("life."):
                yield from (replace(effect, about=one.number) for one in own_life)
        case _:
            yield effect


def _belongs(one: Ticket, main: Ticket, gathered: Sequence[Ticket]) -> bool:
    if main.number in (one.merged_into, one.incident if one.merged_into is None else None):
        return True
    return any(one.merged_into == other.number and other.incident == main.number for other in gathered)


def nobodys(ticket: Ticket) -> bool:
    """An incident that a volunteer began: no asker waits for a word about it."""
    return ticket.kind is TicketKind.INCIDENT and bool(ticket.title) and ticket.title == ticket.text


def _told(say: Say, main: Ticket, reached: Sequence[Ticket], config: Config) -> Iterator[Effect]:
    """The same words to each asker, once, in their language and about their number."""
    told: set[int] = set()
    if not nobodys(main):
        told.add(main.asker)
        yield say
    for one in reached:
        if one.asker in told or (main.private and not one.private):
            continue
        told.add(one.asker)
        prefix = config.room(one.origin.network, one.origin.room).prefix
        message = numbered(say.message, main.number, one.number, prefix)
        yield replace(say, to=to_asker(one), message=message, lang=one.lang, ticket=one.number, confirm=None)


def _times(effect: SetTicket, own_life: Sequence[Ticket]) -> Iterator[Effect]:
    """When they heard a word, and when it was over: as of the incident."""
    same = {
        name: value
        for name in ("answered_at", "waits_since", "resolved_at")
        if (value := getattr(effect, name)) is not KEEP
    }
    if not same:
        return
    for one in own_life:
        kept = {name: value for name, value in same.items() if name != "answered_at" or one.answered_at is None}
        if kept:
            yield replace(SetTicket(one.number), **kept)


def _freed(one: Ticket, main: Ticket, config: Config) -> Iterator[Effect]:
    """Its asker still waits, though that of the ticket it went into does not."""
    if one.status is TicketStatus.MERGED and one.merged_into == main.number:
        yield from _restored(one, main)
        still = Message("merged-freed", {"number": str(one.number), "into": str(main.number)})
        yield from tell_volunteers(config, one, still, still)
    elif one.incident == main.number and one.status.active:
        yield from alone(one, config)


def _restored(ticket: Ticket, into: Ticket) -> Iterator[Effect]:
    claimant = None
    if into.claimant is not None and into.claimant_identity is not None and into.status.active:
        claimant = Person(into.claimant, into.claimant_identity, Role.SOLO, "")
    yield SetTicket(ticket.number, merged_into=None)
    yield Assign(ticket.number, claimant)
    yield SetStatus(ticket.number, TicketStatus.CLAIMED if claimant else TicketStatus.OPEN)
    yield Record(ticket.number, ChangeKind.UNMERGED, f"#{into.number}")


# --- merging ----------------------------------------------------------------------------------------------------------


def merge(call: Call, ticket: Ticket, into: Ticket) -> list[Effect]:
    """The ticket goes on in the other one; its asker keeps their number."""
    refused = _not_mergeable(call, ticket, into)
    if refused is not None:
        return [refused]
    person, config, network = call.person, call.config, call.place.network
    args = {"number": str(ticket.number), "into": str(into.number), "name": person.name}
    merged = Message("merged-elsewhere", args)
    effects: list[Effect] = [
        SetTicket(ticket.number, merged_into=into.number, incident=None, lease_until=None),
        SetStatus(ticket.number, TicketStatus.MERGED),
        Assign(ticket.number, None),
        Record(ticket.number, ChangeKind.MERGED, f"#{into.number}", person.id, person.name, network),
        Record(into.number, ChangeKind.MERGED, f"#{ticket.number}", person.id, person.name, network),
    ]
    flattened = [one for one in call.view.gather.gathered if one.merged_into == ticket.number]
    effects += [SetTicket(one.number, merged_into=into.number) for one in flattened]
    if into.claimant is None and ticket.claimant is not None and ticket.claimant == person.id:
        effects += tickets.claim(into, person, config, network, work.here(call))
    effects += tell_volunteers(config, ticket, merged, merged, besides=work.here(call))
    prefix = config.room(ticket.origin.network, ticket.origin.room).prefix
    if ticket.asker != into.asker:
        effects.append(tell_asker(ticket, Message("asker-merged", {"number": str(ticket.number), "prefix": prefix})))
        effects += _answer_so_far(call, ticket, into, prefix)
    if person.role >= Role.LEAD:
        effects.append(call.audited("merge", f"#{ticket.number}", f"#{into.number}"))
    return [*effects, Reply(Message("merged", {**args, "prefix": call.prefix}))]


def _answer_so_far(call: Call, ticket: Ticket, into: Ticket, prefix: str) -> list[Effect]:
    """What the other asker was told already, unless it was told in private."""
    said = call.view.gather.answer
    if not said or into.private or into.claimant_identity is None or not tickets.answered(into):
        return []
    args: dict[str, Value] = {
        "number": str(ticket.number),
        "name": into.claimant_identity.name,
        "text": from_plain(said),
        "prefix": prefix,
    }
    return [
        Record(
            ticket.number, ChangeKind.ANSWER, said, None, into.claimant_identity.name, into.claimant_identity.network
        ),
        tell_asker(ticket, Message("asker-answer", args), tracked=True),
    ]


def _not_mergeable(call: Call, ticket: Ticket, into: Ticket) -> Refuse | None:
    args: dict[str, Value] = {"number": str(ticket.number), "into": str(into.number), "prefix": call.prefix}
    if ticket.number == into.number:
        return Refuse("invalid", Message("merge-itself", args))
    if ticket.kind is TicketKind.INCIDENT:
        return Refuse("invalid", Message("merge-incident", args))
    if TicketKind.TASK in (ticket.kind, into.kind):
        return Refuse("invalid", Message("merge-task", args))
    if not into.status.active:
        return tickets.closed(into)
    if into.private and not ticket.private:
        return Refuse("forbidden", Message("merge-private", args))
    refused = tickets.not_claimable(ticket, call.person)
    return refused if not ticket.status.active or call.person.role < Role.LEAD else None


def unmerge(call: Call, ticket: Ticket) -> list[Effect]:
    """It stands by itself again: open, or with whoever has the one it was part of."""
    into = call.view.gather.other
    number = str(ticket.number)
    if ticket.status is not TicketStatus.MERGED or into is None:
        return [Refuse("conflict", Message("not-merged", {"number": number}))]
    person, network = call.person, call.place.network
    apart = Message("unmerged", {"number": number, "into": str(into.number), "name": person.name})
    restored = [
        replace(effect, actor=person.id, actor_name=person.name, network=network)
        if isinstance(effect, Record)
        else effect
        for effect in _restored(ticket, into)
    ]
    audited = [call.audited("unmerge", f"#{number}", f"#{into.number}")] if person.role >= Role.LEAD else []
    return [
        *restored,
        Record(into.number, ChangeKind.UNMERGED, f"#{number}", person.id, person.name, network),
        *tell_volunteers(call.config, ticket, apart, apart, besides=work.here(call)),
        *audited,
        Reply(apart),
    ]


def link(call: Call, ticket: Ticket, other: Ticket) -> list[Effect]:
    """They are about the same, and each goes its own way."""
    person, network = call.person, call.place.network
    args = {"number": str(ticket.number), "into": str(other.number), "prefix": call.prefix}
    if ticket.number == other.number:
        return [Refuse("invalid", Message("merge-itself", args))]
    return [
        Record(ticket.number, ChangeKind.LINKED, f"#{other.number}", person.id, person.name, network),
        Record(other.number, ChangeKind.LINKED, f"#{ticket.number}", person.id, person.name, network),
        Reply(Message("linked", args)),
    ]


def second(call: Call) -> Ticket | Refuse:
    """The other ticket that a command names: `N into M`, `N of M`, `N M`."""
    other = call.view.gather.other
    if other is not None:
        return other
    digits = "".join(letter if letter.isdigit() else " " for letter in call.invocation.words).split()
    # In the ticket's own thread "merge 12" leaves out the first number, and what is meant is a guess: ask.
    if digits and digits[0] == str(call.invocation.number):
        return Refuse("invalid", Message("merge-itself", {"number": digits[0], "into": digits[0]}))
    if digits:
        return Refuse("not-found", Message("no-such-ticket", {"number": digits[0][:9]}))
    usage = Message(f"usage-{call.invocation.verb}", {"prefix": call.prefix})
    return Refuse("invalid", Message("usage", {"usage": usage}))
