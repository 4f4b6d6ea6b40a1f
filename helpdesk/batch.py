"""A batch of events on its way through one transaction: what it holds, by what replays are known, and what it came to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bridges.events import (
    Checkpoint,
    Gap,
    MessageEdited,
    MessageReceived,
    MessageRedacted,
    PersonMoved,
    PolicyChanged,
    React,
    Reacted,
    RoomSplit,
)
from helpdesk.deskevents import (
    Answered,
    AnyEvent,
    AskerWrote,
    Backlog,
    Delivery,
    Invoked,
    RoleGranted,
    Searched,
    TimerDue,
    Unrelayed,
)
from helpdesk.model import Outcome
from helpdesk.nouns.requests import FormSent
from helpdesk.settled import Following, Settled
from helpdesk.store.applied import Applied
from helpdesk.store.outbox import Parcel
from helpdesk.store.standing import NOTHING_STANDS, Standing

PAGES = "pages"
"""The network name under which submissions' keys are remembered."""


@dataclass(slots=True)
class Entry:
    """Something that waits to be decided."""

    event: AnyEvent | Settled
    done: asyncio.Future[Outcome] | None = None


@dataclass(slots=True)
class Committed:
    """What a batch came to."""

    applied: list[tuple[Entry, Applied]] = field(default_factory=list)
    failed: list[tuple[Entry, str]] = field(default_factory=list)
    """With the traceback."""
    replayed: list[Entry] = field(default_factory=list)
    networks: set[str] = field(default_factory=set)
    """With new parcels."""
    parcels: Sequence[Parcel] = ()
    """The new parcels, where they are few."""
    settled: list[Settled] = field(default_factory=list)
    standing: Standing = NOTHING_STANDS
    woken: set[str] = field(default_factory=set)
    """Networks where held parcels may go out."""
    withheld: list[Entry] = field(default_factory=list)
    """Checkpoints of networks with a failed event: stored once it was tried again, lest a crash loses it."""


def event_id(event: AnyEvent | Settled) -> tuple[str, str] | None:
    """By what a replay is recognised; None for what can be repeated without harm."""
    if isinstance(event, (Invoked, AskerWrote, FormSent)):
        return (PAGES, event.key) if event.key else None
    if isinstance(
        event,
        (MessageReceived, MessageEdited, MessageRedacted, Reacted, PersonMoved, RoomSplit, PolicyChanged, Gap),
    ):
        return event.network, event.id
    return None


def heard_on(event: AnyEvent | Settled) -> str | None:
    """The network that reported the event; None for what comes from the service itself."""
    own = (
        Settled,
        Answered,
        Searched,
        TimerDue,
        Delivery,
        Invoked,
        AskerWrote,
        RoleGranted,
        Backlog,
        Unrelayed,
        FormSent,
    )
    if isinstance(event, own):
        return None
    return event.network


def new_parcels(committed: Committed) -> list[Parcel]:
    """What the batch's events promise, without what a later one of them took back."""
    parcels: list[Parcel] = []
    for _, applied in committed.applied:
        if applied.forgotten:
            parcels = [parcel for parcel in parcels if parcel.relayed not in applied.forgotten]
        parcels += applied.parcels
    return parcels


def awake(parcel: Parcel, following: Following) -> Parcel:
    if not parcel.held or parcel.waits_for is None:
        return parcel
    copy = following.copies.get(parcel.waits_for)
    if copy is not None and isinstance(parcel.action, React):
        return replace(parcel, held=False, waits_for=None, action=replace(parcel.action, target=copy))
    return replace(parcel, held=False, waits_for=None) if parcel.waits_for in following.disclosed else parcel


def looks(event: AnyEvent | Settled) -> bool:
    """Whether it may read or write by itself, before the batch does."""
    return event.tracked if isinstance(event, Settled) else not isinstance(event, Checkpoint)


def by_network(ids: Sequence[tuple[str, str] | None]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for identity in ids:
        if identity is not None:
            found.setdefault(identity[0], []).append(identity[1])
    return found
