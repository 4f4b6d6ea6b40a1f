"""Tickets that are one thing: merged, linked, gathered by an incident. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bridges.events import MessageId, RoomId
from helpdesk.model import Question, Ticket


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident that is not over, and what a question is compared with."""

    ticket: Ticket
    texts: tuple[str, ...] = ()
    """What its askers wrote. Compared, and never shown."""
    articles: tuple[str, ...] = ()
    """The articles that were nearest to that."""
    count: int = 0
    """Tickets it gathers."""
    mine: Ticket | None = None
    """The person's own ticket that it gathers."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A ticket that was searched for."""

    ticket: Ticket
    snippet: str
    """Where the words stand."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the asker said to a ticket, in a message that is changed or taken back now."""

    text: str
    own: bool
    """Whether it is they who do it."""
    change: int | None = None
    """The entry of the history; None for the question itself."""
    announced: tuple[tuple[str, RoomId, MessageId], ...] = ()
    """Where the desk announced the ticket: network, room, message."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of an asker, for whoever works on their ticket."""

    question: Question | None = None
    """What the desk offered."""
    verdict: str = ""
    """What they said of it: a `Verdict`."""
    past: tuple[Ticket, ...] = ()
    """Their other tickets, newest first."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that came with a question which is no ticket yet."""

    name: str
    type: str
    url: str


@dataclass(frozen=True, slots=True)
class GatherView:
    tokens: tuple[str, ...] = ()
    """Chance, drawn before the decision: for the addresses of files."""
    files: tuple[Sent, ...] = ()
    """What came with `View.question` and belongs to no ticket yet."""
    last: Question | None = None
    """What files without a word in a direct chat come after: the person's last question there."""
    context: Context | None = None
    words: Words | None = None
    found: tuple[Hit, ...] = ()
    """What a search found that may be shown where volunteers only read, or this person alone."""
    found_anywhere: tuple[Hit, ...] = ()
    """What of it may be shown in any room."""
    other: Ticket | None = None
    """The second ticket that a command names, or the one this one was merged into; locked. Of a merged one, what it went into."""
    named: tuple[Ticket, ...] = ()
    """All tickets whose numbers a command says besides the first; locked."""
    gathered: tuple[Ticket, ...] = ()
    """What was merged into one of the tickets in view, or what an incident among them gathers."""
    into: tuple[Ticket, ...] = ()
    """Where the tickets in view go on, and the incidents that gather them; locked."""
    incidents: tuple[Incident, ...] = ()
    """That are not over."""
    answer: str = ""
    """What was told to the asker of `other` last."""


@dataclass(frozen=True, slots=True)
class Gather:
    """The ticket is one of this incident's, or of none any more."""

    ticket: int
    incident: int | None


@dataclass(frozen=True, slots=True)
class Reword:
    """The asker's words are these now; empty where they were taken back. What they were is kept nowhere."""

    ticket: int
    text: str
    change: int | None = None
    """The entry of the history; None for the question itself."""


@dataclass(frozen=True, slots=True)
class Attach:
    """A file that came with words to a ticket, or with a question; its page is made beside it."""

    ticket: int | None
    token: str
    name: str
    type: str
    size: int | None
    url: str
    question: int | None = None
    """Without a ticket; None for the question that is put by the same decision."""


@dataclass(frozen=True, slots=True)
class BringFiles:
    """The question became a ticket: its files are the ticket's."""

    question: int
    ticket: int


GatherEffect: TypeAlias = Gather | Reword | Attach | BringFiles
