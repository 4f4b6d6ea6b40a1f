"""What every network must be able to do, what it may be able to do, and the errors it may raise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from bridges.events import Action, Event, PersonId, Position, Receipt, RoomId
    from bridges.web.log import WebLog

Emit: TypeAlias = "Callable[[Event], Awaitable[None]]"
"""Takes an event into the desk's inbox. Waits while the inbox is full, and never for the desk's decision."""


class NetworkError(Exception):
    """A network could not do what was asked."""


class Transient(NetworkError):
    """It may work later: try again, after `retry_after` seconds where the network said so."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Permanent(NetworkError):
    """It will never work: tell whoever waits for it."""


class Away(NetworkError):
    """The person is not here now, and can be told when they are seen again."""


class Gone(Permanent):
    """The guest left; nobody will ever answer to this id again."""


class Misconfigured(NetworkError):
    """The operator must act: this network stops, the others go on. `mend` says what to do."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Capabilities:
    threads: bool = False
    reactions: bool = False
    replies: bool = False
    formatting: bool = False
    encryption: bool = False
    edits: bool = False
    """A message can be given other words; elsewhere the change is said."""
    voice: bool = False
    """Who is on duty can be shown by their standing in a room (IRC: +v)."""
    typing: bool = False
    """Who is writing is told (`Typing`)."""
    short_lines: bool = False
    """Room for one or two lines at a time (IRC): say the short form and leave the rest to `!more`."""


@dataclass(frozen=True, slots=True)
class Health:
    ok: bool
    detail: str
    """One line for people, such as `registered as helpdesk, in #help and #sig`."""
    mend: str = ""
    """What the operator should do; empty when all is well or time will mend it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of `helpdesk check`."""

    what: str
    ok: bool
    mend: str = ""
    untried: bool = False
    """Only the first run will tell whether it is well."""


class Network(Protocol):
    """One configured network.

    `run` reports events until it is cancelled; it reconnects by itself, for ever, and raises only `Misconfigured` (or a
    bug). After each complete portion it emits a `Checkpoint`. It must not wait for what the desk makes of an event.

    `send` returns when the network has the message, and is idempotent by `key` as far as the network allows. It may be
    called at any time after `run` started, for several rooms at once but for one room in order; it raises `Transient`
    while there is no connection. It must not queue beyond one action for each call: the outbox does that.
    """

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    async def run(self, emit: Emit, position: Position | None) -> None:
        """Report what happens, from `position` on where the network can."""
        ...

    async def send(self, key: str, action: Action) -> Receipt:
        """Raise `Transient`, `Permanent`, `Away`, `Gone` or `Misconfigured`."""
        ...

    def reachable(self, person: PersonId) -> bool:
        """Whether a message to the person would not raise `Away` or `Gone` now."""
        ...

    def keep(self, rooms: Sequence[RoomId]) -> None:
        """Be in these rooms too, besides the configured ones, and in no others that were kept before.

        May be called before `run` and at any time later. What can't be entered shows in `health`.
        """
        ...

    async def typing(self, room: RoomId, *, on: bool) -> None:
        """Show that the desk is about to answer, where the network can. Never raises; lost when it fails."""
        ...

    def fetch(self, reference: str) -> AsyncIterator[bytes]:
        """The bytes of an attachment, in the clear. Raise `Transient` or `Permanent` before the first of them."""
        ...

    def health(self) -> Health: ...

    async def probe(self) -> Sequence[Finding]:
        """Try the configuration without disturbing a running service: no JOIN, another nick, no sync."""
        ...


class NetworkSettings(BaseModel):
    """What every network's table in the configuration has. `rooms` is filled from the room tables below it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    capabilities: ClassVar[Capabilities] = Capabilities()
    """What networks of this kind can do, known before any of them runs."""

    rooms: tuple[str, ...] = ()

    def person(self, name: str) -> PersonId:
        """The id of an authenticated person whom the operator named in the configuration.

        Raises ValueError, with the mend, when the name has not the network's form.
        """
        raise NotImplementedError

    def room(self, name: str) -> RoomId:
        """The id of a room that somebody named. Raise ValueError, with the mend, when it has not the network's form."""
        raise ValueError(f"{name!r}: rooms of this network can't be linked")


@dataclass(frozen=True, slots=True)
class Context:
    """What a network is given to live in."""

    state: Path
    """A folder of the network's own: keys, tokens, marks. Exists, mode 0700."""
    desk_name: str
    """What people call the desk, as in `helpdesk: how do I …`."""
    web_log: WebLog | None = None
    """Where the web chat keeps its lines."""
    censor: Callable[[str], str] = str
    """Blanks out passwords and tokens in what a network stores by itself."""
    typing_in: frozenset[str] = frozenset()
    """The rooms, besides direct chats, of which `Typing` is wanted."""
