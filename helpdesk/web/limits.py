"""Token buckets for those who ask too much at once. Time is an argument; nothing here knows HTTP."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    burst: int
    per_second: float


ADDRESS = Rate(300, 10)
"""Pages and searches from one address. A whole workshop may sit behind one."""
ADDRESS_POSTS = Rate(90, 2)
ADDRESS_VISITORS = Rate(60, 1 / 20)
"""New visitors from one address: each has limits of its own for questions and tickets."""
SESSION_POSTS = Rate(15, 0.5)
ADDRESS_FILES = Rate(60, 1)
"""Files of the relay: each is fetched from its network anew."""
FILES, FILES_ADDRESS = 32, 8
"""Files under way at once: altogether, and to one address."""
STREAMS_ADDRESS = 200
STREAMS_SESSION = 12


class Limiter:
    """How much each key has left. It remembers the `size` keys seen last."""

    def __init__(self, size: int = 20_000) -> None:
        self._size = size
        self._buckets: OrderedDict[tuple[Rate, str], tuple[float, float]] = OrderedDict()

    def take(self, rate: Rate, key: str, now: float) -> float:
        """Take one. Return 0 when it was there, else the seconds until it will be."""
        left, at = self._buckets.pop((rate, key), (float(rate.burst), now))
        left = min(float(rate.burst), left + (now - at) * rate.per_second)
        wait = 0.0 if left >= 1 else (1 - left) / rate.per_second
        self._buckets[rate, key] = (left if wait else left - 1, now)
        if len(self._buckets) > self._size:
            self._buckets.popitem(last=False)
        return wait


class Gate:
    """How many of each key are open at once."""

    def __init__(self) -> None:
        self._open: dict[str, int] = {}

    def enter(self, key: str, limit: int) -> bool:
        """Whether there was room. Whoever was let in must `leave`."""
        if self._open.get(key, 0) >= limit:
            return False
        self._open[key] = self._open.get(key, 0) + 1
        return True

    def leave(self, key: str) -> None:
        self._open[key] -= 1
        if not self._open[key]:
            del self._open[key]
