"""What people ask the SIG for from its catalogue, and the form they fill in on the way. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bridges.events import RoomId, Sender
from helpdesk.model import Identity

RequestState: TypeAlias = Literal["approval", "approved", "declined", "delivered"]

FORM = 0
"""As a question's number: what the desk said belongs to a form, and a reply to it is an answer to the form."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, beside its ticket."""

    ticket: int
    item: str
    fields: Mapping[str, str]
    state: RequestState
    result: str = ""
    """Of a secret one nothing but its mask."""


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody is being asked, field by field. It is the person's, wherever they go on with it."""

    person: int
    item: str
    field: str
    """What is asked now; empty when all is there and only a yes is missing."""
    fields: Mapping[str, str]
    """Answers so far, by field; empty ones were skipped."""
    paused: bool
    network: str
    room: RoomId
    """Where it is filled in; empty: in the person's direct chat there."""
    changed: datetime


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who may say yes to a request."""

    identity: Identity
    """Where they are told."""
    person: int | None = None
    quiet_until: datetime | None = None
    """They must not be paged before."""


@dataclass(frozen=True, slots=True)
class RequestView:
    form: Form | None = None
    """The person's own."""
    request: Request | None = None
    """The ticket's."""
    mine: tuple[Request, ...] = ()
    """What the person asked for lately, latest first."""
    approvers: tuple[Approver, ...] = ()
    """Who may say yes to the ticket's request, or to the one that the form would make."""
    identities: frozenset[tuple[str, str]] = frozenset()
    """By which networks and ids the person is known for sure."""


@dataclass(frozen=True, slots=True)
class SetForm:
    """The form as it is now; None ends it."""

    person: int
    form: Form | None


@dataclass(frozen=True, slots=True)
class SetRequest:
    request: Request
    decided_by: int | None = None
    """Who granted or declined it, when that is what happens."""


RequestEffect: TypeAlias = SetForm | SetRequest


@dataclass(frozen=True, slots=True)
class FormSent:
    """A whole form from the website."""

    network: str
    sender: Sender
    item: str
    fields: Mapping[str, str]
    room: RoomId
    """The visitor's chat, where the answer comes."""
    key: str = ""
    """Makes a repeated submission the same one."""
    token: str = ""
    """The address of the ticket's private page is made of it, so that the website can lead there: 128 bits or more."""
