"""What people ask the SIG for from its catalogue, and the form they fill in on the way. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bridges.events import RoomId, Sender

RequestState: TypeAlias = Literal["approval", "approved", "declined", "delivered"]


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, beside its ticket."""

    ticket: int
    item: str
    fields: Mapping[str, str]
    state: RequestState
    result: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody is being asked, field by field."""

    person: int
    item: str
    field: str
    """What is asked now; empty when all is there and only a yes is missing."""
    fields: Mapping[str, str]
    paused: bool
    network: str
    room: RoomId
    changed: datetime


@dataclass(frozen=True, slots=True)
class RequestView:
    form: Form | None = None
    """The person's own."""
    request: Request | None = None
    """The ticket's."""


@dataclass(frozen=True, slots=True)
class SetForm:
    """The form as it is now; None ends it."""

    person: int
    form: Form | None


@dataclass(frozen=True, slots=True)
class SetRequest:
    request: Request
    decided_by: int | None = None


RequestEffect: TypeAlias = SetForm | SetRequest


@dataclass(frozen=True, slots=True)
class FormSent:
    """A whole form from the website."""

    network: str
    sender: Sender
    item: str
    fields: Mapping[str, str]
    key: str = ""
    """Makes a repeated submission the same one."""
