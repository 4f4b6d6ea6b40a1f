"""How long to wait before trying again: full jitter, so that many desks do not return to a server at once.

And what a homeserver's limits mean for whoever has not met them yet.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bridges.network import Transient

T = TypeVar("T")


class Backoff:
    """Waits that grow from `base` to `cap` seconds, each drawn from the whole interval below it."""

    def __init__(self, base: float = 0.5, cap: float = 60.0) -> None:
        self.base = base
        self.cap = cap
        self._tries = 0

    def reset(self) -> None:
        self._tries = 0

    def next(self, least: float | None = None) -> float:
        """Seconds to wait now; at least what the server asked for."""
        self._tries = min(self._tries + 1, 30)
        ceiling = min(self.cap, self.base * 2**self._tries)
        return (least or 0.0) + random.uniform(0, ceiling)


class Limiter:
    """Which rooms may be written to at a time, from the refusals so far. Times are epoch seconds. Pure.

    A refusal (429) does not say whether it is the room's limit or the account's. It holds the room it came for; when
    another room is refused while the first is held or shortly after, or a request that has no room, all are held.
    """

    NEAR = 5.0
    """Seconds after its end in which a hold still counts as the same trouble."""
    UNSAID = 5.0
    """Seconds to wait where the server gave none."""

    def __init__(self) -> None:
        self._rooms: dict[str, float] = {}
        self._all = 0.0

    def wait(self, room: str, now: float) -> float:
        """Seconds until the room may be written to; 0 when it may be now."""
        return max(0.0, max(self._rooms.get(room, 0.0), self._all) - now)

    def refused(self, room: str | None, retry_after: float | None, now: float) -> None:
        """The server refused something for a room, or for none."""
        until = now + (self.UNSAID if retry_after is None else retry_after)
        self._rooms = {held: end for held, end in self._rooms.items() if end + self.NEAR > now}
        if room is None or any(held != room for held in self._rooms):
            self._all = max(self._all, until)
        if room is not None:
            self._rooms[room] = max(self._rooms.get(room, 0.0), until)

    def passed(self, room: str) -> None:
        """The server took something for the room."""
        self._rooms.pop(room, None)


async def patiently(
    work: Callable[[], Awaitable[T]], trouble: Callable[[str], None], backoff: Backoff | None = None
) -> T:
    """Do it, again and again while it raises Transient, telling `trouble` what is wrong."""
    backoff = backoff or Backoff()
    while True:
        try:
            return await work()
        except Transient as error:
            trouble(str(error))
            await asyncio.sleep(backoff.next(error.retry_after))
