"""What the desk hears that comes from no network: results, timers, pages, the outbox. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bridges.events import Event, Sender
from helpdesk.ledger import Place
from helpdesk.model import Confirm, Invocation, Role
from helpdesk.nouns.requests import FormSent
from kb.model import Hit
from kb.model import Outcome as KbOutcome


@dataclass(frozen=True, slots=True)
class Answered:
    """The knowledge base is done with a question."""

    question: int
    outcome: KbOutcome


@dataclass(frozen=True, slots=True)
class Searched:
    """The knowledge base has looked words up."""

    question: int
    hits: tuple[Hit, ...]
    near: str = ""
    """Words that are spelled nearly so and would find something, where nothing was found."""
    broken: bool = False
    """It could not look."""


@dataclass(frozen=True, slots=True)
class TimerDue:
    timer: int
    kind: str
    about: int
    """A ticket's number, or an entry of the relay's ledger: the kind tells."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of words for an asker: `held` until they are seen again, or `undeliverable` for ever."""

    outbox: int
    ticket: int
    result: Literal["delivered", "held", "undeliverable"]
    reason: str = ""
    confirm: Confirm | None = None


@dataclass(frozen=True, slots=True)
class Invoked:
    """A command from the web's pages, the API or the CLI. Its replies come back in the `Outcome`."""

    network: str
    sender: Sender
    invocation: Invocation
    key: str = ""
    """Makes a repeated submission the same one, where given."""
    operator: bool = False
    """From the service's own socket: the operator may do what a lead may."""


@dataclass(frozen=True, slots=True)
class AskerWrote:
    """The asker wrote, cancelled, or said whether it is solved, on the ticket's private page, by the link only they have."""

    ticket: int
    text: str
    cancel: bool = False
    key: str = ""
    solved: bool | None = None
    """Yes or no to "did that solve it?"."""


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """A single-use link was redeemed by this person."""

    network: str
    sender: Sender
    role: Role


@dataclass(frozen=True, slots=True)
class Unrelayed:
    """A line for a linked room can never arrive there."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """So much relayed waits for one room of short lines that it becomes a page. The outbox says it, of its own parcels."""

    place: Place
    parcels: tuple[int, ...]
    """In order."""


DeskEvent: TypeAlias = (
    Answered | Searched | TimerDue | Delivery | Invoked | AskerWrote | RoleGranted | Backlog | Unrelayed | FormSent
)
AnyEvent: TypeAlias = Event | DeskEvent
