"""The people of the SIG: what they said about themselves, and what pairs write before a mentor has read it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from helpdesk.model import ChangeKind, Confirm, Identity, Role, Ticket
from helpdesk.nouns.hours import Hours
from helpdesk.nouns.life import Back

VolunteerState: TypeAlias = Literal["pending", "active", "break", "left"]
"""`pending`: asked to join, and no lead has said yes."""


@dataclass(frozen=True, slots=True)
class Volunteer:
    """A person of the SIG. Who was only given a role, and never said anything about themselves, has the defaults."""

    person: int
    identity: Identity
    """Where they are told of their work."""
    role: Role
    state: VolunteerState = "active"
    skills: tuple[str, ...] = ()
    """Topics, and tags; empty: anything."""
    languages: tuple[str, ...] = ()
    """Empty: any."""
    queues: tuple[str, ...] = ()
    """Empty: the one there always is."""
    zone: str = "UTC"
    hours: str = ""
    """When they are there, as they wrote it; empty: as the rota says, else always."""
    quiet: str = ""
    """When they must not be paged, as they wrote it."""
    cap: int | None = None
    """How many tickets at once; None: `sig.cap`."""
    mentor: int | None = None
    break_until: datetime | None = None
    joined_at: datetime | None = None
    approved_at: datetime | None = None
    seen_at: datetime | None = None
    suggested_at: datetime | None = None
    """When leads were last told that they may be ready for more."""
    rights: tuple[tuple[Identity, Role], ...] = ()
    """All identities of the person, each with the role that it has by itself."""

    def there(self, at: datetime) -> bool:
        """Whether it is one of the hours they said; who said none always is."""
        return Hours.of(self.hours, self.zone).open(at)

    def quiet_at(self, at: datetime) -> bool:
        """Whether they must not be paged then."""
        return bool(self.quiet) and Hours.of(self.quiet, self.zone).open(at)

    def away(self, at: datetime) -> bool:
        """On a break, gone, or not here yet."""
        if self.state == "break":
            return self.break_until is None or at < self.break_until
        return self.state != "active"


DraftStatus: TypeAlias = Literal["waiting", "sent", "edited", "returned", "withdrawn"]
"""`sent`: as it was; `edited`: in the mentor's words."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A pair's words to an asker."""

    id: int
    ticket: int
    author: int
    identity: Identity
    kind: ChangeKind
    """`ANSWER` or `ASK_BACK`."""
    text: str
    status: DraftStatus
    at: datetime
    mentor: int | None = None
    why: str = ""
    """What the mentor said when they sent it back."""
    confirm: Confirm | None = None


@dataclass(frozen=True, slots=True)
class Joining:
    """Two identities on the way to be one person. It takes a word from both, each having seen who the other is."""

    code: str
    """The hash of the one-time code."""
    person: int
    maker: Identity
    """For whom the code was made."""
    taker: Identity | None
    """Who said it on the other side; nobody else can any more."""
    maker_agrees: bool
    taker_agrees: bool


@dataclass(frozen=True, slots=True)
class SigView:
    """What the SIG's commands look at."""

    me: Volunteer | None = None
    """Whoever gives the command, or whom the timer is about, if they are of the SIG or want to be."""
    about: Volunteer | None = None
    """Whom the command names, if they are of the SIG or want to be."""
    volunteers: tuple[Volunteer, ...] = ()
    draft: Draft | None = None
    """The named ticket's draft that waits for a mentor."""
    drafts: tuple[Draft, ...] = ()
    """All that wait, oldest first, each with its ticket in `tickets`."""
    tickets: tuple[Ticket, ...] = ()
    claims: tuple[Ticket, ...] = ()
    back: Mapping[int, Back] = field(default_factory=dict)
    """Of the claims by number."""
    """The tickets that whoever the command is about (`about`, else `me`) works on, locked."""
    good: int = 0
    """How many tickets that person, or the draft's author, answered well: sent as it was, or confirmed by the asker."""
    notes: int = 0
    """How many notes they wrote."""
    identities: tuple[Identity, ...] = ()
    """The person's own."""
    code: str = ""
    """A one-time code, drawn by chance."""
    joining: Joining | None = None
    """What this identity takes part in."""
    offered: Joining | None = None
    """What the code that was said belongs to."""
    tries: int = 0
    """Codes this identity asked for or got wrong within `TRIES_WITHIN`."""


TRIES = 8
TRIES_WITHIN = timedelta(hours=1)
CODE_LIVES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SetVolunteer:
    """Write what is known of a person of the SIG; the role is none of it (`GrantRole`). Person 0 is found by the identity."""

    volunteer: Volunteer


@dataclass(frozen=True, slots=True)
class AddDraft:
    """Takes the place of what the same author has waiting there."""

    ticket: int
    author: int
    identity: Identity
    kind: ChangeKind
    text: str
    confirm: Confirm | None = None


@dataclass(frozen=True, slots=True)
class SettleDraft:
    draft: int
    status: DraftStatus
    mentor: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class MakeCode:
    """A code that this identity asked for; their older ones are void."""

    code: str
    person: int
    identity: Identity
    expires: datetime


@dataclass(frozen=True, slots=True)
class SetJoining:
    joining: Joining


@dataclass(frozen=True, slots=True)
class DropJoining:
    code: str
    """Its hash."""


@dataclass(frozen=True, slots=True)
class CountTry:
    """The identity got a code wrong."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class JoinPeople:
    """All that is `other`'s is the person's of `kept` from now on; they are one."""

    kept: Identity
    other: Identity


@dataclass(frozen=True, slots=True)
class PartIdentity:
    """The identity is a person of its own again, with what it asked, and with what it works on if it may by itself."""

    person: int
    identity: Identity
    remaining: Identity
    configured: Role = Role.ASKER
    """What the configuration says of the identity."""


SigEffect: TypeAlias = (
    SetVolunteer | AddDraft | SettleDraft | MakeCode | SetJoining | DropJoining | CountTry | JoinPeople | PartIdentity
)
