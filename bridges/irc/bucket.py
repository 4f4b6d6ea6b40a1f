"""A token bucket: how fast lines may go out so that the server never calls it a flood, and what it learns when one does.

Pure: the time is an argument (seconds on any steady clock).
"""

from __future__ import annotations

_SLOWEST = 1 / 16
_DOUBLES_IN = 600.0
"""Seconds without a complaint after which the pace is twice what it was."""


class Bucket:
    """Holds at most `burst` tokens and gains `rate` a second. A line costs one.

    Each complaint of the server halves both; while there are none they slowly go back to what was configured.
    """

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self._pace = 1.0
        self._tokens = float(burst)
        self._filled_at = now

    @property
    def pace(self) -> float:
        """What the server has left of the configured speed, up to 1."""
        return self._pace

    @property
    def _most(self) -> float:
        return max(1.0, self.burst * self._pace)

    def _fill(self, now: float) -> None:
        passed = max(0.0, now - self._filled_at)
        self._tokens = min(self._most, self._tokens + passed * self.rate * self._pace)
        if self._pace < 1.0:
            self._pace = min(1.0, self._pace * 2.0 ** (min(passed, 86_400.0) / _DOUBLES_IN))
        self._filled_at = max(now, self._filled_at)

    def wait(self, now: float) -> float:
        """Seconds until a line may go; 0 when it may go now."""
        self._fill(now)
        return 0.0 if self._tokens >= 1.0 - 1e-9 else (1.0 - self._tokens) / (self.rate * self._pace)

    def spend(self, now: float, lines: int = 1) -> None:
        """Take a token a line. What can't wait (a PONG) may run into debt, of one burst at most."""
        self._fill(now)
        self._tokens = max(-float(self.burst), self._tokens - lines)

    def slow_down(self, now: float) -> None:
        """The server complained of a flood."""
        self._fill(now)
        self._pace = max(_SLOWEST, self._pace / 2)
        self._tokens = min(self._tokens, 0.0)

    def reconnected(self, now: float) -> None:
        """The server counts anew; what was learned of it stays."""
        self._fill(now)
        self._tokens = self._most
