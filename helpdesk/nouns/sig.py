"""The people of the SIG: what they said about themselves, and what pairs write before a mentor has read it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from helpdesk.model import ChangeKind, Confirm, Identity, Role
from helpdesk.nouns.hours import Hours

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


DraftStatus: TypeAlias = Literal["waiting", "sent", "returned", "withdrawn"]


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
class SigView:
    """What the SIG's commands look at."""

    me: Volunteer | None = None
    """Whoever gives the command, if they are of the SIG or want to be."""
    about: Volunteer | None = None
    """Whom the command names."""
    volunteers: tuple[Volunteer, ...] = ()
    draft: Draft | None = None
    """The named ticket's draft that waits for a mentor."""
    drafts: tuple[Draft, ...] = ()
    """All that wait."""
    claims: tuple[int, ...] = ()
    """Numbers of the tickets that `me` has."""


@dataclass(frozen=True, slots=True)
class SetVolunteer:
    """Write what is known of a person of the SIG; the role is none of it (`GrantRole`)."""

    volunteer: Volunteer


@dataclass(frozen=True, slots=True)
class AddDraft:
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


SigEffect: TypeAlias = SetVolunteer | AddDraft | SettleDraft
