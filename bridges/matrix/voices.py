"""As whom an event is sent. A plain account has one voice, its own; the words of others carry their name in the content.

The seam for what can speak as somebody else: it gives a voice for a person's words, and again for what changes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bridges.events import Attribution
from bridges.matrix.calls import redact
from bridges.matrix.client import Json, MatrixClient

REMEMBERED = 12 * 3600.0
"""Seconds a homeserver is trusted to remember a transaction id of a device's (Synapse: a day)."""


class Voice(Protocol):
    """One sender in one room. Every method raises what `MatrixClient.send` raises."""

    @property
    def user(self) -> str:
        """The account that the server will name as sender."""
        ...

    @property
    def named(self) -> bool:
        """The sender is the author: the words need no name in front and no per-message profile."""
        ...

    @property
    def session(self) -> str:
        """What the server's memory of transaction ids hangs on: the device, or the account where it has none."""
        ...

    @property
    def remembered(self) -> float:
        """Seconds the server is trusted to know a transaction id again."""
        ...

    async def put(self, room_id: str, kind: str, content: Json, transaction: str) -> str:
        """Send an event, give its id. The same transaction gives the same event."""
        ...

    async def redact(self, room_id: str, event_id: str, reason: str, transaction: str) -> str:
        """Take an event back, give the redaction's id."""
        ...


class Voices(Protocol):
    """Who can speak for the desk."""

    async def for_words(self, room_id: str, attribution: Attribution | None) -> Voice:
        """For new words. May bring the sender into the room first."""
        ...

    async def of_events(self, room_id: str, events: Sequence[str], attribution: Attribution | None) -> Voice:
        """The voice these were said with, to change them or take them back."""
        ...


@dataclass(frozen=True)
class OwnVoice:
    """The desk's own account, in the clear or encrypted as the room is. A `Voice`, and for a plain account all `Voices`."""

    client: MatrixClient
    named: bool = False
    remembered: float = REMEMBERED

    @property
    def user(self) -> str:
        return self.client.user_id

    @property
    def session(self) -> str:
        return self.client.device_id or ""

    async def put(self, room_id: str, kind: str, content: Json, transaction: str) -> str:
        return await self.client.put_event(room_id, kind, content, transaction)

    async def redact(self, room_id: str, event_id: str, reason: str, transaction: str) -> str:
        return await redact(self.client, room_id, event_id, reason, transaction)

    async def for_words(self, room_id: str, attribution: Attribution | None) -> Voice:  # noqa: ARG002
        return self

    async def of_events(self, room_id: str, events: Sequence[str], attribution: Attribution | None) -> Voice:  # noqa: ARG002
        return self
