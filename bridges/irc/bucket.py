"""A token bucket: how fast lines may go out so that the server never calls it a flood.

Pure: the time is an argument (seconds on any steady clock).
"""

from __future__ import annotations


class Bucket:
    """Holds at most `burst` tokens and gains `rate` a second. A line costs one."""

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self._tokens = float(burst)
        self._filled_at = now

    def _fill(self, now: float) -> None:
        passed = max(0.0, now - self._filled_at)
        self._tokens = min(float(self.burst), self._tokens + passed * self.rate)
        self._filled_at = max(now, self._filled_at)

    def wait(self, now: float) -> float:
        """Seconds until a line may go; 0 when it may go now."""
        self._fill(now)
        return 0.0 if self._tokens >= 1.0 - 1e-9 else (1.0 - self._tokens) / self.rate

    def spend(self, now: float) -> None:
        """Take a token. What can't wait (a PONG) may run into debt, of one burst at most."""
        self._fill(now)
        self._tokens = max(-float(self.burst), self._tokens - 1.0)
