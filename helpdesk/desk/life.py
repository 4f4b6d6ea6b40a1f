"""What every decision about a ticket means for its times: who waits for whom since when, how long a claim lasts, and what
is looked at again later. One place for all of them, so that no command can forget it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from bridges.events import MessageReceived
from helpdesk.config import Config
from helpdesk.desk import clock
from helpdesk.deskevents import Answered, AnyEvent
from helpdesk.effects import Assign, Effect, OpenTicket, Record, Schedule, SetStatus
from helpdesk.model import ChangeKind, Ticket, TicketKind, TicketStatus
from helpdesk.nouns.gather import Gather
from helpdesk.nouns.sig import AddDraft
from helpdesk.nouns.tickets import Keep, SetTicket
from helpdesk.view import View

OFFER = "rota.offer"
LEASE, FIRST, NEXT, RESOLVE, QUIET, TAKE = (
    "life.lease",
    "life.first",
    "life.next",
    "life.resolve",
    "life.quiet",
    "life.take",
)
"""Timers, each about a ticket."""

_WORDS = (ChangeKind.ANSWER, ChangeKind.ASK_BACK, ChangeKind.DELIVERED, ChangeKind.DECLINED)
_SAID = (ChangeKind.ASKER, *_WORDS, ChangeKind.NOTE)
_TOUCH = (OpenTicket, SetStatus, Assign, Record, AddDraft, SetTicket, Gather)
_SET = tuple(item.name for item in fields(SetTicket) if item.name != "ticket")


@dataclass(slots=True)
class _Step:
    """What a decision did to one ticket."""

    was: Ticket | None
    status: TicketStatus | None = None
    asked_back: bool = False
    claimed: bool | None = None
    """True when somebody got it, False when it was given back."""
    drafted: bool = False
    apart: bool = False
    """No incident's any more: its own times count again."""
    gathers: bool = False
    """An incident that gathered one more."""
    changes: list[ChangeKind] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)
    """What was said outright."""


def kept(event: AnyEvent, effects: Sequence[Effect], view: View, config: Config, now: datetime) -> list[Effect]:
    """The decision, with what follows from it for the tickets' times, and with the messages that said it."""
    if not any(isinstance(effect, _TOUCH) for effect in effects):
        return list(effects)
    known = {ticket.number: ticket for ticket in _tickets(view)}
    steps: dict[int, _Step] = {}
    opened: list[OpenTicket] = []

    def at(number: int) -> _Step:
        return steps.setdefault(number, _Step(known.get(number)))

    for effect in effects:
        match effect:
            case OpenTicket():
                opened.append(effect)
            case SetStatus(ticket, status, asked_back):
                at(ticket).status, at(ticket).asked_back = status, asked_back
            case Assign(ticket, claimant):
                at(ticket).claimed = claimant is not None
            case Record(ticket, kind):
                at(ticket).changes.append(kind)
            case Gather(ticket, None):
                at(ticket).apart = True
            case Gather(_, int() as incident):
                at(incident).gathers = True
            case AddDraft(ticket):
                at(ticket).drafted = True
            case SetTicket(ticket):
                values = ((name, getattr(effect, name)) for name in _SET)
                at(ticket).given |= {name: value for name, value in values if not isinstance(value, Keep)}
            case _:
                pass
    for made in opened:
        steps.pop(made.fresh.ticket, None)
    found = [_located(effect, event, view) if isinstance(effect, Record) else effect for effect in effects]
    for made in opened:
        found += _opened(made, config, now)
    for number, step in steps.items():
        found += _follows(number, step, config, now)
    return found


def _tickets(view: View) -> Iterator[Ticket]:
    """All that the decision saw."""
    seen: Iterable[Ticket | None] = (
        *view.life.listed,
        *view.life.held,
        *(incident.ticket for incident in view.gather.incidents),
        *(incident.mine for incident in view.gather.incidents),
        *view.gather.gathered,
        *view.gather.named,
        *view.gather.into,
        view.gather.other,
        *view.queue,
        view.resolved,
        *view.mine,
        view.ticket,
    )
    return (ticket for ticket in seen if ticket is not None)


def _located(record: Record, event: AnyEvent, view: View) -> Record:
    """With the message that said it: what is edited or taken back there is edited or taken back here."""
    if record.message is not None or record.kind not in _SAID or record.actor is None:
        return record
    match event:
        case MessageReceived() if view.person is not None and view.person.id == record.actor:
            return replace(record, room=event.room.id, message=event.message)
        case Answered() if view.question is not None and view.question.person == record.actor:
            origin = view.question.origin
            return replace(record, room=origin.room, message=origin.message)
        case _:
            return record


def _opened(made: OpenTicket, config: Config, now: datetime) -> list[Effect]:
    if made.held or not clock.timed(made.kind):
        return []
    number = made.fresh.ticket
    ticket = Ticket(
        number, TicketStatus.OPEN, made.topic, "", made.private, made.lang, made.asker, made.identity, made.origin,
        None, None, now, now, made.question, kind=made.kind, priority=made.priority, queue=made.queue,
        event=made.event, waits_since=now,
    )  # fmt: skip
    return [Schedule(OFFER, number, now), *_watched(ticket, config), *_resolution(ticket, config)]


def _watched(ticket: Ticket, config: Config) -> list[Effect]:
    """Look at it when the next step of its escalation is due."""
    due = clock.step(ticket, config, ticket.escalated + 1)
    return [] if due is None else [Schedule(FIRST if ticket.answered_at is None else NEXT, ticket.number, due)]


def _resolution(ticket: Ticket, config: Config) -> list[Effect]:
    due = clock.resolution(ticket, config)
    return [] if due is None else [Schedule(RESOLVE, ticket.number, due[0])]


def leased(ticket: Ticket, config: Config, until: datetime, now: datetime) -> list[Effect]:
    """Warn its claimant before the claim runs out; late in a short one, whatever was said in the ticket before."""
    return [Schedule(LEASE, ticket.number, until - min(clock.warning(ticket, config), (until - now) / 6))]


def _follows(number: int, step: _Step, config: Config, now: datetime) -> list[Effect]:
    was = step.was
    if was is None:
        return _unseen(number, step, now)
    if was.merged_into is not None and step.status is None:
        return []  # the one it goes on in has its times
    became = replace(was, **step.given)
    if step.status is not None:
        became = replace(became, status=step.status, asked_back=step.asked_back)
    if step.claimed is False:
        became = replace(became, claimant=None, claimant_identity=None)
    times = _times(became, was, step, config, now)
    times = {name: value for name, value in times.items() if name not in step.given and value != getattr(was, name)}
    effects: list[Effect] = [SetTicket(number, **times)] if times else []
    became = replace(became, **times)
    if became.lease_until is not None and became.lease_until != was.lease_until:
        effects += leased(became, config, became.lease_until, now)
    moved = became.queue != was.queue
    anew = was.status is not became.status or moved or step.apart
    if became.status is TicketStatus.OPEN and clock.timed(became.kind) and anew:
        effects.append(Schedule(OFFER, number, now))
    hurried = became.priority != was.priority or moved or step.apart
    if became.status.active and became.waits_since is not None and (became.waits_since != was.waits_since or hurried):
        effects += _watched(became, config)
    if became.status.active and hurried:
        effects += _resolution(became, config)
    if became.status in (TicketStatus.WAITING, TicketStatus.RESOLVED) and step.status is became.status:
        effects.append(Schedule(QUIET, number, now + config.sig.close_after))
    return effects


def _times(became: Ticket, was: Ticket, step: _Step, config: Config, now: datetime) -> dict[str, Any]:
    """What the ticket's times are now."""
    spoke = any(kind in step.changes for kind in _WORDS)
    times: dict[str, Any] = {}
    if not became.status.active or spoke:
        times["waits_since"], times["escalated"] = None, 0
    elif _asker_waits(became, was, step):
        times["waits_since"] = was.waits_since or now
    if spoke and was.answered_at is None:
        times["answered_at"] = now
    if became.done and not was.done:
        times["resolved_at"] = now
        times["solved"] = ""
    elif became.status.active and was.done:
        times["resolved_at"] = None
        times["solved"] = ""
    times["lease_until"] = _lease(became, was, step, config, now)
    return times


def _asker_waits(became: Ticket, was: Ticket, step: _Step) -> bool:
    """Whether its asker waits for a word from now on, if they did not before."""
    wrote = ChangeKind.ASKER in step.changes and not _held(was)
    return wrote or not was.status.active or _turned(became, was, step) or _more_wait(became, step)


def _turned(became: Ticket, was: Ticket, step: _Step) -> bool:
    """It waited for its asker, and is in its claimant's hands again."""
    return was.status is TicketStatus.WAITING and became.status is TicketStatus.CLAIMED and step.claimed is None


def _held(was: Ticket) -> bool:
    """Whether somebody has to agree to the request first: nobody is to be reminded of it, whatever its asker adds."""
    waits = was.waits_since is not None or was.answered_at is not None or was.claimant is not None
    return was.kind is TicketKind.REQUEST and was.status is TicketStatus.OPEN and not waits


def _more_wait(became: Ticket, step: _Step) -> bool:
    """Whether an incident that nobody has answered yet has one more asker."""
    return step.gathers and became.status in (TicketStatus.OPEN, TicketStatus.CLAIMED)


def _lease(became: Ticket, was: Ticket, step: _Step, config: Config, now: datetime) -> datetime | None:
    """When the claim runs out. It does not while the SIG waits for the asker, nor for what has a date of its own."""
    if became.status is not TicketStatus.CLAIMED or not clock.timed(became.kind):
        return None
    if step.claimed:
        length = clock.lease(config, first=True)
        return now + length if length else None
    length = clock.lease(config, first=False)
    if was.lease_until is None and was.status is not TicketStatus.CLAIMED:
        return now + length if length else None
    if step.drafted and was.lease_until is not None:
        return max(was.lease_until, now + length) if length else None
    return was.lease_until


def _unseen(number: int, step: _Step, now: datetime) -> list[Effect]:
    """Of a ticket that the decision only knew by its number: what holds whatever it was."""
    times: dict[str, Any] = {}
    effects: list[Effect] = []
    if step.status is TicketStatus.OPEN and step.claimed is False:
        times["lease_until"] = None
        effects.append(Schedule(OFFER, number, now))
    if step.status is not None and not step.status.active:
        times |= {"lease_until": None, "waits_since": None, "escalated": 0}
    times = {name: value for name, value in times.items() if name not in step.given}
    return [SetTicket(number, **times), *effects] if times else effects
