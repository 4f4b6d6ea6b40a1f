"""A network that lives in memory: scripted by tests, and shipped so that others can test against it.

It behaves as the contract says: `send` is idempotent by key, people can be away or gone, and failures can be scripted.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bridges.events import (
    Action,
    Checkpoint,
    EditMessage,
    Event,
    EventId,
    MessageId,
    MessageReceived,
    PersonId,
    Position,
    React,
    Receipt,
    Redact,
    Room,
    RoomId,
    Sender,
    SendMessage,
    SetVoice,
    Style,
    ToPerson,
    ToRoom,
    Typing,
)
from bridges.network import (
    Away,
    Capabilities,
    Context,
    Emit,
    Finding,
    Gone,
    Health,
    NetworkSettings,
    Permanent,
    Transient,
)
from bridges.text import from_plain, plain, take_address

if TYPE_CHECKING:
    from collections.abc import Iterator


class MemorySettings(NetworkSettings):
    """No setting of its own."""

    capabilities = Capabilities(threads=True, reactions=True, replies=True, edits=True, voice=True, typing=True)

    def person(self, name: str) -> PersonId:
        return PersonId(name)

    def room(self, name: str) -> RoomId:
        if not name.startswith("#"):
            raise ValueError(f"{name!r} is not a room; write it with its mark, as #help")
        return RoomId(name)


@dataclass(frozen=True, slots=True)
class Sent:
    """An action the network took, with the ids it gave."""

    key: str
    action: Action
    receipt: Receipt

    @property
    def text(self) -> str:
        match self.action:
            case SendMessage(text=text) | EditMessage(text=text):
                return plain(text)
            case React(key=key):
                return key
            case Redact(reason=reason):
                return reason
            case SetVoice(person=person, on=on):
                return f"{'+' if on else '-'}v {person}"


@dataclass
class MemoryNetwork:
    """Say something with `say`, read what the desk did in `sent`, wait for it with `next_sent`."""

    name: str
    desk_name: str = "helpdesk"
    capabilities: Capabilities = MemorySettings.capabilities
    sent: list[Sent] = field(default_factory=list)
    away: set[PersonId] = field(default_factory=set)
    gone: set[PersonId] = field(default_factory=set)
    elsewhere: set[tuple[PersonId, RoomId]] = field(default_factory=set)
    """Who is on the network and not in a room where they might be looked for."""
    failures: deque[Exception] = field(default_factory=deque)
    """Raised by the next sends, one each."""
    kind: str = "memory"

    def __post_init__(self) -> None:
        self._numbers: Iterator[int] = itertools.count(1)
        self._script: asyncio.Queue[Event] = asyncio.Queue()
        self._by_key: dict[str, Receipt] = {}
        self._arrived: asyncio.Queue[Sent] = asyncio.Queue()
        self._running = False
        self.kept: tuple[RoomId, ...] = ()
        self.typed: list[tuple[RoomId, bool]] = []
        self.files: dict[str, bytes] = {}

    async def run(self, emit: Emit, position: Position | None) -> None:  # noqa: ARG002 - it remembers nothing to resume
        self._running = True
        try:
            while True:
                event = await self._script.get()
                await emit(event)
                if self._script.empty():
                    await emit(Checkpoint(self.name, Position(str(next(self._numbers)))))
        finally:
            self._running = False

    async def send(self, key: str, action: Action) -> Receipt:
        if not self._running:
            raise Transient("not connected")
        if self.failures:
            raise self.failures.popleft()
        if known := self._by_key.get(key):
            return known
        receipt = Receipt(self._room_of(action), (MessageId(f"sent-{next(self._numbers)}"),))
        self._by_key[key] = receipt
        sent = Sent(key, action, receipt)
        self.sent.append(sent)
        self._arrived.put_nowait(sent)
        return receipt

    def _room_of(self, action: Action) -> RoomId:
        if not isinstance(action, SendMessage):
            return action.room
        listener = action.to.person if isinstance(action.to, ToPerson) else None
        if isinstance(action.to, ToRoom) and action.to.room.startswith("direct:"):
            listener = PersonId(action.to.room.removeprefix("direct:"))
        elif isinstance(action.to, ToRoom) and action.must_reach and action.addressed is not None:
            listener = action.addressed.id
            if (listener, action.to.room) in self.elsewhere:
                raise Away(f"{listener} is not in {action.to.room}")
        if listener in self.gone:
            raise Gone(f"{listener} left")
        if listener in self.away:
            raise Away(f"{listener} is away")
        return RoomId(f"direct:{action.to.person}") if isinstance(action.to, ToPerson) else action.to.room

    def reachable(self, person: PersonId) -> bool:
        return person not in self.away and person not in self.gone

    def keep(self, rooms: Sequence[RoomId]) -> None:
        self.kept = tuple(rooms)

    async def typing(self, room: RoomId, *, on: bool) -> None:
        self.typed.append((room, on))

    async def fetch(self, reference: str) -> AsyncIterator[bytes]:
        """What a test put into `files`."""
        if reference not in self.files:
            raise Permanent(f"there is no file {reference}")
        yield self.files[reference]

    def health(self) -> Health:
        return Health(self._running, "in memory" if self._running else "not running")

    async def probe(self) -> Sequence[Finding]:
        return (Finding("in memory", ok=True),)

    # --- the script ---------------------------------------------------------------------------------------------------

    def restarted(self, number: int) -> None:
        """Number what follows from there on: ids of an earlier run are not used again."""
        self._numbers = itertools.count(number)

    def emit(self, event: Event) -> None:
        """Let the network report any event."""
        self._script.put_nowait(event)

    def say(
        self,
        words: str,
        *,
        by: str = "anna",
        room: str = "#help",
        direct: bool = False,
        authenticated: bool = True,
        style: Style = "text",
        thread: MessageId | None = None,
        reply_to: MessageId | None = None,
        encrypted: bool = False,
    ) -> MessageReceived:
        """Somebody says something; in a direct room the room is theirs."""
        number = next(self._numbers)
        place = (
            Room(RoomId(f"direct:{by}"), by, direct=True) if direct else Room(RoomId(room), room, encrypted=encrypted)
        )
        addressed, text = take_address(from_plain(words), [self.desk_name])
        event = MessageReceived(
            self.name,
            EventId(f"heard-{number}"),
            datetime.now(UTC),
            place,
            Sender(PersonId(by), by, authenticated),
            text,
            MessageId(f"heard-{number}"),
            addressed=addressed,
            style=style,
            reply_to=reply_to,
            thread=thread,
        )
        self.emit(event)
        return event

    def types(self, *, on: bool = True, by: str = "anna", room: str = "", lasts: float = 30) -> None:
        """Somebody writes, in their direct chat unless a room is named."""
        place = Room(RoomId(room), room) if room else Room(RoomId(f"direct:{by}"), by, direct=True)
        self.emit(Typing(self.name, place, Sender(PersonId(by), by, authenticated=True), on, lasts if on else 0.0))

    async def next_sent(self, timeout: float = 5) -> Sent:
        """The next thing the desk does here that has not been asked for yet."""
        async with asyncio.timeout(timeout):
            return await self._arrived.get()


def create(name: str, settings: NetworkSettings, context: Context) -> MemoryNetwork:  # noqa: ARG001 - the factory's form
    """Make the network."""
    return MemoryNetwork(name, context.desk_name)
