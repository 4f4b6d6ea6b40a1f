"""What is known of how a ticket gets on: its place in the queue, how long such things take. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class LifeView:
    place: int | None = None
    """How many wait before it, and itself: 1 is next."""
    usual: timedelta | None = None
    """How long the first word usually takes: the median of late."""
