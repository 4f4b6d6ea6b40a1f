"""The sync loop: from position to position for ever, with back-off, and the work that goes on beside it.

An answer is processed first and its position given out last. Knows nothing of what an answer says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import structlog

from bridges.events import Checkpoint, EventId, Gap, Position
from bridges.matrix.client import MatrixClient
from bridges.matrix.errors import Limited, Refused, TokenDead
from bridges.matrix.hearing import Hearing, epoch, only_typing, when
from bridges.matrix.pace import Backoff, Limiter
from bridges.matrix.rooms import Rooms
from bridges.network import Emit, Permanent, Transient

log = structlog.get_logger(__name__)


class Chore:
    """Work beside the sync loop, one at a time; its failure is raised in the loop."""

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._task: asyncio.Task[None] | None = None

    def go(self) -> None:
        """Begin it, unless it is still under way."""
        if self._task is not None:
            if not self._task.done():
                return
            self._task.result()
        self._task = asyncio.create_task(self._run())

    def nudge(self) -> None:
        """Begin it if it rests; what it failed with is left for the loop."""
        if self._task is None or (self._task.done() and self._task.exception() is None):
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            await self._work()
        except (Transient, TokenDead) as trouble:
            log.info("put off", reason=str(trouble))  # the sync loop meets the same and acts
        except Permanent as refusal:
            log.warning("refused", reason=str(refusal))

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


class SyncLoop:
    """Asks the server what is new and gives it to the hearing, until it is cancelled."""

    def __init__(
        self,
        client: MatrixClient,
        rooms: Rooms,
        hearing: Hearing,
        chores: Sequence[Chore],
        trouble: Callable[[str], None],
        limiter: Limiter,
    ) -> None:
        """`trouble` is told what keeps the loop from hearing; nothing when it hears again."""
        self._client, self._rooms, self._hearing, self._chores = client, rooms, hearing, chores
        self._trouble, self._limiter = trouble, limiter
        self.position: Position | None = None
        self.synced_at: float | None = None
        """Epoch seconds of the last answer in this life."""

    async def run(self, network: str, emit: Emit, position: Position | None) -> None:
        """Raise TokenDead or Misconfigured. `self.position` is where to go on from."""
        self.position = position
        since, _ = parse(position)
        backoff = Backoff()
        full_state = absent = True
        while True:
            begun = epoch()
            self._rooms.note_sync_begins()
            try:
                typing = self._hearing.typing_rooms()
                full = full_state and since is not None
                raw, clear = await self._client.sync_once(since, full_state=full, typing=typing)
            except Transient as error:
                absent = True
                if isinstance(error, Limited):
                    self._limiter.refused(None, error.retry_after, epoch())
                self._trouble(str(error))
                await asyncio.sleep(backoff.next(error.retry_after))
                continue
            except Refused as refusal:
                absent = True
                self._trouble(f"the homeserver refuses to sync: {refusal}")
                if since is not None and refusal.status == 400:
                    await self._report_lost_position(network, emit, since)
                    since = None
                await asyncio.sleep(backoff.next())
                continue
            await self._hearing.take(raw, clear, since, begun if absent else 0.0)
            absent = False
            since, full_state = str(raw["next_batch"]), False
            self._hearing.heard_at = self.synced_at = epoch()
            backoff.reset()
            self._trouble("")
            if only_typing(raw):
                continue  # it is nothing to come back to
            self.position = Position(f"{int(self.synced_at * 1000)} {since}")
            await emit(Checkpoint(network, self.position))
            self._rooms.note_synced()
            for chore in self._chores:
                chore.go()

    def nudge(self) -> None:
        """Let what goes on beside the loop be looked at now, not only with the next answer."""
        if self.synced_at is not None:
            for chore in self._chores:
                chore.nudge()

    async def _report_lost_position(self, network: str, emit: Emit, since: str) -> None:
        """The server does not know where we stopped: what was said since cannot be told from what was said before."""
        self._hearing.entered.clear()
        reason = "the homeserver no longer knows where the desk stopped listening"
        until = datetime.now(UTC)
        await emit(Gap(network, EventId(f"lost {since}"), when(self._hearing.heard_at), until, reason))


def parse(position: Position | None) -> tuple[str | None, float]:
    """The sync token in a position and when it was given (epoch seconds)."""
    stamp, _, token = (position or "").partition(" ")
    if not token or not stamp.isdigit():
        return None, epoch()
    return token, int(stamp) / 1000
