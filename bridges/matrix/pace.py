"""How long to wait before trying again: full jitter, so that many desks do not return to a server at once."""

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
