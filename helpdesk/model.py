"""What the desk speaks of: people, tickets, questions, changes, and the events that do not come from a network. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Literal, TypeAlias

from bridges.events import MessageId, PersonId, RoomId, Sender
from bridges.text import Text
from kb.model import Audience, Citation


class Role(IntEnum):
    """Higher may do what lower may. From SHADOW on one is of the SIG: a volunteer."""

    ASKER = 0
    SHADOW = 1
    """Sees the queue and learns."""
    PAIR = 2
    """Works on tickets; a mentor reads the answers first."""
    SOLO = 3
    """Works on tickets."""
    LEAD = 4
    """Runs the SIG."""
    STAFF = 5
    """The second line: may do what needs the organisation's own rights."""


class TicketStatus(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"
    """Claimed, and the asker was asked back."""
    RESOLVED = "resolved"
    """Said to be done; the asker may still say no."""
    CLOSED = "closed"
    """Resolved, and quiet since."""
    CANCELLED = "cancelled"
    MERGED = "merged"
    """Goes on in another ticket."""

    @property
    def active(self) -> bool:
        return self in (TicketStatus.OPEN, TicketStatus.CLAIMED, TicketStatus.WAITING)


class TicketKind(StrEnum):
    QUESTION = "question"
    REQUEST = "request"
    """For something of the catalogue."""
    INCIDENT = "incident"
    """What is broken for many: gathers their tickets."""
    TASK = "task"
    """Of a community event."""


class Priority(IntEnum):
    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3


@dataclass(frozen=True, slots=True)
class Identity:
    """How a person is known to one network."""

    network: str
    key: PersonId
    name: str
    authenticated: bool

    @property
    def sender(self) -> Sender:
        return Sender(self.key, self.name, self.authenticated)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, through the identity they use now."""

    id: int
    identity: Identity
    role: Role
    lang: str

    @property
    def name(self) -> str:
        return self.identity.name


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was said."""

    network: str
    room: RoomId
    direct: bool
    encrypted: bool
    message: MessageId | None = None
    thread: MessageId | None = None


Solved: TypeAlias = Literal["", "confirmed", "assumed", "denied"]
"""What the asker said of a resolved ticket: that it is solved, nothing, or that it is not."""


@dataclass(frozen=True, slots=True)
class Ticket:
    number: int
    status: TicketStatus
    topic: str
    """What may be told anywhere: an article's topic, never the asker's words."""
    text: str
    """The asker's words, secrets masked."""
    private: bool
    lang: str
    asker: int
    asker_identity: Identity
    origin: Origin
    claimant: int | None
    claimant_identity: Identity | None
    opened_at: datetime
    changed_at: datetime
    question: int | None
    asked_back: bool = False
    """The asker's next words belong here: a volunteer asked them something."""
    kind: TicketKind = TicketKind.QUESTION
    title: str = ""
    """Of an incident, a request or a task: what may be told anywhere, unless it is private."""
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    queue: str = ""
    """Whose it is; empty: the one queue there always is."""
    event: int | None = None
    """The community event it belongs to."""
    incident: int | None = None
    """The incident that gathers it."""
    merged_into: int | None = None
    notice: str = ""
    """Of an incident: what the desk says meanwhile to whoever asks the same."""
    due_at: datetime | None = None
    lease_until: datetime | None = None
    """When the claim is given back unless its claimant acts."""
    waits_since: datetime | None = None
    """Since when the asker waits for a word; None while the SIG waits for theirs."""
    answered_at: datetime | None = None
    """When they got the first one."""
    resolved_at: datetime | None = None
    solved: Solved = ""
    escalated: int = 0
    """How far up it was passed since the asker waits for a word: 1 its claimant or who is on duty was reminded, 2 it was
    offered and announced again, 3 leads were told, 4 the second line, more: announced again since.
    """

    @property
    def done(self) -> bool:
        """Resolved, and perhaps closed since."""
        return self.status in (TicketStatus.RESOLVED, TicketStatus.CLOSED)


class QuestionStatus(StrEnum):
    ASKING = "asking"
    """Waits for the knowledge base."""
    ANSWERED = "answered"
    SUGGESTED = "suggested"
    HANDED_OVER = "handed-over"
    """Became a ticket."""
    HELPED = "helped"
    """The asker said yes."""
    DROPPED = "dropped"
    REFUSED = "refused"
    """Over the limit: counted, and neither kept nor put."""
    SEARCHING = "searching"
    """Words to look up, not a question; waits for the knowledge base."""
    SEARCHED = "searched"
    WATCHING = "watching"
    """Put to nobody, and answered by nobody: waits for the knowledge base."""
    OFFERED = "offered"
    """The desk offered to bring it to the volunteers."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the desk's suggestions, and what is said when it is picked."""

    citation: Citation
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    id: int
    person: int
    identity: Identity
    origin: Origin
    text: str
    lang: str
    asked_at: datetime
    status: QuestionStatus
    citations: tuple[Citation, ...] = ()
    """What was offered: one for an answer, several for suggestions."""
    parts: tuple[str, ...] = ()
    """The answer's portions, for `!more`."""
    told: int = 0
    """How many of `parts` were said."""
    topic: str = ""
    ticket: int | None = None
    previous: str = ""
    """What the same person asked before, for the knowledge base to read this one with if it goes on from there."""
    read_as: str = ""
    """How the knowledge base understood it, where that differs from `text`."""
    audience: Audience = Audience.PUBLIC
    """Whose articles it was answered from."""
    choices: tuple[Choice, ...] = ()
    """What was suggested; still there after one was picked, since it may have been the wrong one."""


class Verdict(StrEnum):
    """What the asker said of what the knowledge base offered."""

    HELPED = "helped"
    NOT_HELPED = "not-helped"
    HUMAN = "human"
    """They wanted a person: it may have been right all the same."""


class ChangeKind(StrEnum):
    """An entry of a ticket's history. The first group is the conversation, which the asker may read."""

    OPENED = "opened"
    ASKER = "asker"
    ANSWER = "answer"
    ASK_BACK = "ask-back"
    DECLINED = "declined"
    """An approver did not agree to a request."""
    DELIVERED = "delivered"
    """What was requested."""

    GRANTED = "granted"
    """An approver agreed to a request."""
    CLAIMED = "claimed"
    RELEASED = "released"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    CONFIRMED = "confirmed"
    """The asker said of a ticket that was closed already that it is solved."""
    LAPSED = "lapsed"
    """The claim ran out, and the ticket was given back."""
    EXTENDED = "extended"
    WANTED = "wanted"
    """Somebody asked its claimant for it."""
    HANDED_OVER = "handed-over"
    MOVED = "moved"
    """To another queue."""
    PRIORITY = "priority"
    TAGS = "tags"
    KIND = "kind"
    ESCALATED = "escalated"
    """The asker waits too long for a word: somebody else was told."""
    OVERDUE = "overdue"
    """It is not resolved in the time the SIG means to take: its leads were told."""
    NOTE = "note"
    DRAFT = "draft"
    """A pair's words to the asker, before a mentor has read them."""
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    UNDELIVERED = "undelivered"
    MERGED = "merged"
    UNMERGED = "unmerged"
    LINKED = "linked"
    """Said to be about the same as another one."""
    GATHERED = "gathered"
    """By an incident, or let go by it."""
    EDITED = "edited"
    """The asker changed their words, or took them back."""


CONVERSATION = (
    ChangeKind.OPENED,
    ChangeKind.ASKER,
    ChangeKind.ANSWER,
    ChangeKind.ASK_BACK,
    ChangeKind.DECLINED,
    ChangeKind.DELIVERED,
)


@dataclass(frozen=True, slots=True)
class Change:
    ticket: int
    at: datetime
    kind: ChangeKind
    text: str
    actor: int | None
    actor_name: str
    network: str
    id: int = 0
    room: RoomId | None = None
    message: MessageId | None = None
    """The message that said it, where it was said in a room."""


RuleKind: TypeAlias = Literal["ban", "mute", "word", "rate"]
Level: TypeAlias = Literal["allowed", "rate", "word", "muted", "banned"]
"""From which on nothing is relayed (rate), no question heard (muted), nothing heard at all (banned)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of moderation; `helpdesk.desk.moderation` says what its pattern means."""

    id: int
    kind: RuleKind
    pattern: str
    network: str
    """Where it holds; empty: on every network."""
    reason: str
    source: str
    """The policy room and its rule; empty for what leads made."""
    by: str
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What somebody with rights did."""

    id: int
    at: datetime
    actor: str
    """Their id; empty for the operator."""
    actor_name: str
    network: str
    room: str
    action: str
    about: str
    detail: str


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said, as a page of the relay shows it."""

    author: str
    at: datetime
    text: Text
    network: str = ""
    """Where they said it."""
    entry: int | None = None
    """The ledger's number of it, on a page that shows several."""


PageKind: TypeAlias = Literal["text", "lines", "file", "export", "expired"]
"""Of an `expired` page nothing is kept but that it was there."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the relay: the whole of a long text, the lines that were collapsed, or a file."""

    kind: PageKind
    title: str
    """The room it was said in."""
    created_at: datetime
    expires_at: datetime
    lines: tuple[Said, ...] = ()
    """Who said what: one for a text, the author and the caption for a file."""
    network: str = ""
    """Whose `Network.fetch` opens `reference`."""
    reference: str = ""
    type: str = ""
    """The file's media type, as its sender says."""
    name: str = ""
    """The file's name, as its sender says."""
    size: int | None = None
    """Bytes, as its sender says."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """The volunteer's message that is marked ✅ when its words have reached the asker."""

    network: str
    room: RoomId
    message: MessageId


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command as it was understood: `!verb N words`."""

    verb: str
    """The command's own name, never an alias."""
    number: int | None = None
    words: str = ""


Refusal: TypeAlias = Literal["conflict", "forbidden", "not-found", "invalid", "limit"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a submitted event, after the commit."""

    refusal: Refusal | None = None
    """None: it was done. `conflict`: somebody else has the claim (409)."""
    said: tuple[Text, ...] = ()
    """The desk's words to whoever submitted it, in their language."""
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Fresh:
    """Chance and counters, drawn before the decision so that the decision is pure."""

    ticket: int
    token: str
    """URL-safe, 128 bits or more; only its hash is stored."""

    def further(self, count: int) -> Fresh:
        """For another ticket that the same decision opens: `count` numbers on, its page behind the same secret."""
        return Fresh(self.ticket + count, f"{self.token}.{count}")


@dataclass(frozen=True, slots=True)
class Counts:
    questions_person: int = 0
    questions_room: int = 0
    tickets_person: int = 0
    tickets_room: int = 0
    words_person: int = 0
    """To tickets, opening them included, in `limits.window`."""
