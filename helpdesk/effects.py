"""What a decision may lead to. Effects are data: the store makes rows of them, in the transaction of the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bridges.events import Action, Attachment, MessageId, PersonId, RoomId, Sender
from bridges.text import Text
from helpdesk.ledger import Place
from helpdesk.model import (
    ChangeKind,
    Choice,
    Confirm,
    Fresh,
    Identity,
    Origin,
    PageKind,
    Person,
    Priority,
    QuestionStatus,
    Refusal,
    Role,
    RuleKind,
    Said,
    TicketKind,
    TicketStatus,
    Verdict,
)
from helpdesk.nouns.community import CommunityEffect
from helpdesk.nouns.credit import CreditEffect
from helpdesk.nouns.gather import GatherEffect
from helpdesk.nouns.privacy import PrivacyEffect
from helpdesk.nouns.requests import RequestEffect
from helpdesk.nouns.rota import RotaEffect
from helpdesk.nouns.sig import SigEffect
from helpdesk.nouns.tickets import TicketEffect
from helpdesk.nouns.watch import WatchEffect
from kb.model import Audience, Citation

Value: TypeAlias = "str | int | Text | Message"


@dataclass(frozen=True, slots=True)
class Message:
    """Words of the desk by their id in the locale files; rendered in the listener's language when the row is written."""

    id: str
    args: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InRoom:
    network: str
    room: RoomId
    addressed: Sender | None = None
    must_reach: bool = False
    listener: PersonId | None = None
    """Who must be reached, and is waited for while away."""
    reply_to: MessageId | None = None
    thread: MessageId | None = None
    thread_of: int | None = None
    """Into the thread that announced this ticket here, once it is known; where there are no threads, into the room."""


@dataclass(frozen=True, slots=True)
class Direct:
    network: str
    person: PersonId


@dataclass(frozen=True, slots=True)
class Say:
    """Words of the desk."""

    to: InRoom | Direct
    message: Message | Text
    lang: str = ""
    """The listener's language; empty for the room's."""
    ticket: int | None = None
    question: int | None = None
    announces: bool = False
    """This message is where the ticket's thread begins."""
    tracked: bool = False
    """Report delivery back to the desk: words that the asker was promised."""
    confirm: Confirm | None = None
    linked: bool = True
    """Rooms linked with it hear it too."""
    once_told: bool = False
    """Held until the ticket's asker was told who may read this: `Wake` with `told(ticket)`."""


def told(ticket: int) -> PersonId:
    """Whom words wait for that may be said once the asker was told who reads them."""
    return PersonId(f"told:{ticket}")


@dataclass(frozen=True, slots=True)
class Reply:
    """Words to whoever gave the command, where they gave it (or in the outcome of a submission)."""

    message: Message
    private: bool = False
    """By direct message even when the command was given in a room."""
    ticket: int | None = None
    """What is said in reply to these words belongs to this ticket."""
    lang: str = ""
    """The language of what they are about; empty for the person's, or the room's."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The command was understood and not done."""

    refusal: Refusal
    message: Message


@dataclass(frozen=True, slots=True)
class Remember:
    """The event is relayed: an entry of the ledger, which the `Relay`s that follow belong to."""

    kind: Literal["message", "reaction"]
    network: str
    room: RoomId
    message: MessageId
    person: PersonId
    name: str
    at: datetime
    text: Text
    digest: str = ""
    about: int | None = None
    """The entry that was reacted to."""
    mark: str = ""
    pages: tuple[str, ...] = ()
    """Tokens of the pages that show it: they end when it is taken back."""


@dataclass(frozen=True, slots=True)
class Relay:
    """To a room linked with where it was said. Belongs to `entry`, or to the one just remembered."""

    network: str
    action: Action
    entry: int | None = None
    waits_for: PersonId | None = None
    """Held until the people of the room were told (`Disclose`)."""


@dataclass(frozen=True, slots=True)
class Disclose:
    """Tell the people of an encrypted room where else their words are read, once; what waits for `key` follows."""

    network: str
    room: RoomId
    key: PersonId
    message: Message


@dataclass(frozen=True, slots=True)
class Edited:
    """An entry has other words: `waiting` to be told, or told."""

    entry: int
    text: Text
    waiting: bool


@dataclass(frozen=True, slots=True)
class Forget:
    """What an entry said is taken back: its words go, and so do copies that are not out yet."""

    entry: int


@dataclass(frozen=True, slots=True)
class ForgetCopies:
    """What an entry said was taken back in these rooms only: no edit and no reaction brings it back there."""

    entry: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """One more, or one fewer, of this reaction."""

    entry: int
    key: str
    by: int


@dataclass(frozen=True, slots=True)
class MakePage:
    """A page that only those find who were told its address, for a while."""

    token: str
    kind: PageKind
    title: str
    expires_at: datetime
    lines: tuple[Said, ...]
    network: str = ""
    file: Attachment | None = None
    """That network's."""


@dataclass(frozen=True, slots=True)
class Collapse:
    """These parcels become one message, in the place of the last of them."""

    parcels: tuple[int, ...]
    room: RoomId
    network: str
    message: Message


@dataclass(frozen=True, slots=True)
class TellOnce:
    """A direct message about something that a person is told the first time only."""

    network: str
    person: PersonId
    what: str
    message: Message


@dataclass(frozen=True, slots=True)
class SayOnce:
    """Words of the desk about a room, said the first time only."""

    network: str
    room: RoomId
    what: str
    says: tuple[Say, ...]


@dataclass(frozen=True, slots=True)
class Trip:
    """The circuit breaker: what this person says is not relayed until then."""

    network: str
    person: PersonId
    until: datetime


@dataclass(frozen=True, slots=True)
class LinkRooms:
    source: Place
    target: Place
    both: bool
    by: str


@dataclass(frozen=True, slots=True)
class UnlinkRooms:
    """In either direction."""

    one: Place
    other: Place


@dataclass(frozen=True, slots=True)
class ReactTo:
    network: str
    room: RoomId
    target: MessageId
    key: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Put a question to the knowledge base; a refused one is only counted."""

    person: Person
    origin: Origin
    text: str
    lang: str
    asked_at: datetime
    refused: bool = False
    audience: Audience = Audience.PUBLIC
    previous: str = ""
    search: bool = False
    """Words to look up rather than a question to answer."""
    unasked: bool = False
    """It was not put to the desk: people left it unanswered."""


@dataclass(frozen=True, slots=True)
class SetQuestion:
    question: int
    status: QuestionStatus
    citations: tuple[Citation, ...] | None = None
    parts: tuple[str, ...] | None = None
    told: int | None = None
    topic: str | None = None
    ticket: int | None = None
    choices: tuple[Choice, ...] | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """In which language the question is, and how it was read."""

    question: int
    lang: str
    read_as: str


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """The person speaks this language."""

    person: int
    lang: str


@dataclass(frozen=True, slots=True)
class Judge:
    """The asker said what they think of what was offered."""

    question: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class OpenTicket:
    fresh: Fresh
    asker: int
    identity: Identity
    origin: Origin
    topic: str
    text: str
    private: bool
    lang: str
    question: int | None
    kind: TicketKind = TicketKind.QUESTION
    title: str = ""
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    queue: str = ""
    event: int | None = None
    due_at: datetime | None = None
    held: bool = False
    """Nobody is to work on it yet: somebody has to agree first."""


@dataclass(frozen=True, slots=True)
class Assign:
    """Set or take away the claim."""

    ticket: int
    claimant: Person | None


@dataclass(frozen=True, slots=True)
class SetStatus:
    ticket: int
    status: TicketStatus
    asked_back: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """An entry of the ticket's history."""

    ticket: int
    kind: ChangeKind
    text: str = ""
    actor: int | None = None
    actor_name: str = ""
    network: str = ""
    room: RoomId | None = None
    message: MessageId | None = None
    """The message that said it, where it was said in a room."""


@dataclass(frozen=True, slots=True)
class Schedule:
    kind: str
    about: int
    due: datetime


@dataclass(frozen=True, slots=True)
class GrantRole:
    network: str
    person: PersonId
    name: str
    role: Role
    by: str


@dataclass(frozen=True, slots=True)
class Wake:
    """The person can be reached again: what waits for them goes out."""

    network: str
    person: PersonId


@dataclass(frozen=True, slots=True)
class MergeGuest:
    """The guest turned out to be this person: what was the guest's is theirs."""

    network: str
    guest: PersonId
    sender: Sender


@dataclass(frozen=True, slots=True)
class AddRule:
    """A rule of moderation. Of one `source` there is one rule: it takes the place of what was there."""

    kind: RuleKind
    pattern: str
    network: str = ""
    """Empty: on every network."""
    reason: str = ""
    source: str = ""
    """The policy room and its rule; empty for what leads made."""
    by: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LiftRule:
    """Take back the rule of this number, or of this source."""

    rule: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Audited:
    """An entry of the audit log: who did what to whom or what."""

    action: str
    """Such as `ban`, `lift`, `link`, `grant`."""
    about: str
    detail: str = ""
    network: str = ""
    """Where it was done."""
    room: str = ""
    actor: str = ""
    """Who did it, as their network knows them."""
    actor_name: str = ""


NounEffect: TypeAlias = (
    TicketEffect
    | GatherEffect
    | SigEffect
    | RotaEffect
    | CreditEffect
    | PrivacyEffect
    | CommunityEffect
    | RequestEffect
    | WatchEffect
)
"""Effects that stand with their noun, in `helpdesk/nouns`; `store/nouns` makes rows of them."""

Effect: TypeAlias = (
    NounEffect
    | Say
    | Reply
    | Refuse
    | Remember
    | Relay
    | Disclose
    | Edited
    | Forget
    | ForgetCopies
    | Count
    | MakePage
    | Collapse
    | TellOnce
    | SayOnce
    | Trip
    | LinkRooms
    | UnlinkRooms
    | ReactTo
    | Ask
    | SetQuestion
    | Understood
    | SetLanguage
    | Judge
    | OpenTicket
    | Assign
    | SetStatus
    | Record
    | Schedule
    | GrantRole
    | Wake
    | MergeGuest
    | AddRule
    | LiftRule
    | Audited
)
