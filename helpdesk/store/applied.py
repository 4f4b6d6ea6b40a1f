"""What the effects of one event came to, for the batch and for whoever is told after the commit."""

from __future__ import annotations

from dataclasses import dataclass, field

from helpdesk.effects import Remember
from helpdesk.ledger import Place
from helpdesk.model import Outcome
from helpdesk.store.outbox import Parcel
from kb.model import Audience


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that waits for the knowledge base."""

    id: int
    text: str
    lang: str
    audience: Audience
    previous: str = ""
    search: bool = False
    """Words to look up rather than a question to answer."""
    place: Place | None = None
    """Where the answer goes, for whoever waits for it to see that it comes."""


@dataclass(slots=True)
class Applied:
    """What one event came to: rows still to be written with the batch, and who must be told after the commit."""

    parcels: list[Parcel] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    tickets: set[int] = field(default_factory=set)
    woken: set[str] = field(default_factory=set)
    """Networks where held parcels may go out again."""
    scheduled: bool = False
    entry: int | None = None
    """The ledger's number of what is being relayed."""
    remembered: list[tuple[int, Remember]] = field(default_factory=list)
    """Entries still to be written with the batch."""
    forgotten: set[int] = field(default_factory=set)
    """Entries that were taken back: of what the batch has for them until then nothing goes out."""
    linked: bool = False
    looped: list[str] = field(default_factory=list)
    """Networks where the circuit breaker held somebody back."""
    learned: list[str] = field(default_factory=list)
    """What came of questions, by the names the metrics count them under."""
    outcome: Outcome = field(default_factory=Outcome)
