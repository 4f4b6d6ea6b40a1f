"""Community events, what is lent for them, and what people say they need. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bridges.events import RoomId
from helpdesk.model import Identity, Ticket

NOWHERE = RoomId("")
"""The room of what was said on the web's pages or through the socket."""

EventStatus: TypeAlias = Literal["planned", "near", "running", "over", "cancelled"]
"""`near`: it begins within a day; its rooms belong to it from then on, until it is over."""
AHEAD: tuple[EventStatus, ...] = ("planned", "near", "running")
IN_ROOMS: tuple[EventStatus, ...] = ("near", "running")


@dataclass(frozen=True, slots=True)
class EventRoom:
    """A room of the event: for those who come, or for those who help there."""

    network: str
    room: RoomId
    volunteers: bool = False


@dataclass(frozen=True, slots=True)
class CommunityEvent:
    """A meet-up, a brown bag, a booth: what a community does together."""

    id: int
    status: EventStatus
    title: str
    kind: str
    """The name of its template; empty while nobody said it."""
    place: str
    online: bool
    zone: str
    starts: datetime | None
    ends: datetime | None
    expected: int | None
    contact: str
    tag: str
    """By which its tickets are known, such as `berlin-2026`; its queue is named so too."""
    made_by: int | None = None
    contact_person: int | None = None
    """The contact, where the desk knows them."""
    rooms: tuple[EventRoom, ...] = ()
    notes: str = ""
    """One a line."""


@dataclass(frozen=True, slots=True)
class OnSite:
    """Somebody who helps there now (`!here`)."""

    person: int
    identity: Identity
    event: int
    place: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Loan:
    id: int
    what: str
    borrower: str
    borrower_person: int | None
    lender: int
    event: int | None
    ticket: int | None
    lent: datetime
    due: datetime
    returned: datetime | None = None


NeedStatus: TypeAlias = Literal["open", "answered", "taken"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody said they need from the SIG (`!need`)."""

    id: int
    person: int
    identity: Identity
    room: RoomId
    direct: bool
    private: bool
    """Said where not everybody reads: its words are for leads alone."""
    lang: str
    text: str
    at: datetime
    status: NeedStatus = "open"
    answer: str = ""
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What was asked in an event's rooms while it ran."""

    asked: int = 0
    answered: int = 0
    """By the desk alone."""


@dataclass(frozen=True, slots=True)
class CommunityView:
    event: CommunityEvent | None = None
    """The one that is meant."""
    events: tuple[CommunityEvent, ...] = ()
    """Those ahead and running, by their beginning, then the latest that are over."""
    tickets: tuple[Ticket, ...] = ()
    """Of the event that is meant, its tasks included."""
    answers: tuple[tuple[int, str], ...] = ()
    """What volunteers answered in these tickets, oldest first, for its digest."""
    on_site: tuple[OnSite, ...] = ()
    figures: Figures = field(default_factory=Figures)
    loans: tuple[Loan, ...] = ()
    """That are not back; of the event that is meant, all."""
    loan: Loan | None = None
    """The one that is meant."""
    wishes: tuple[Wish, ...] = ()
    """Open ones, oldest first."""
    wish: Wish | None = None
    """The one that is meant, whatever became of it."""
    filling: frozenset[int] = frozenset()
    """Who of them fills in a form now."""
    wishes_person: int = 0
    """How many this person has said in a day."""
    people: tuple[tuple[int, Identity], ...] = ()
    """Who these are, where the desk knows how to reach them: contact, lenders, borrowers."""
    called: tuple[tuple[int, Identity], ...] = ()
    """Whom the command may name: people of that name."""
    leads: tuple[Identity, ...] = ()
    next: int = 0
    """The number that a new event, loan or need gets."""
    draft: str = ""
    """Where an article of the event can be written: a path that is free."""


def of_number(word: str) -> int | None:
    """`12` or `#12`."""
    digits = word.strip().lstrip("#").rstrip(":,.")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None


def named(words: Iterable[str], events: Iterable[CommunityEvent]) -> CommunityEvent | None:
    """The event whose number or tag one of the first two words is."""
    known = tuple(events)
    for word in list(words)[:2]:
        number = of_number(word)
        for event in known:
            if event.id == number or event.tag.casefold() == word.casefold().lstrip("#").rstrip(":,."):
                return event
    return None


def only(events: Iterable[CommunityEvent]) -> CommunityEvent | None:
    """The one that is meant where none is named: the only one that is on, or the only one ahead."""
    known = tuple(events)
    for wanted in (IN_ROOMS, AHEAD):
        found = [event for event in known if event.status in wanted]
        if found:
            return found[0] if len(found) == 1 else None
    return None


@dataclass(frozen=True, slots=True)
class SetEvent:
    """The event as it is now; new if there was none of its number."""

    event: CommunityEvent


@dataclass(frozen=True, slots=True)
class SetLoan:
    loan: Loan


@dataclass(frozen=True, slots=True)
class SetWish:
    wish: Wish


@dataclass(frozen=True, slots=True)
class WriteDraft:
    """An article's file, where none is yet."""

    path: str
    text: str


CommunityEffect: TypeAlias = SetEvent | SetLoan | SetWish | WriteDraft
