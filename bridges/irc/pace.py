"""How often a connection does what it does by the clock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between what a connection does by the clock."""

    tick: float = 1.0
    ping_every: float = 30.0
    ping_within: float = 30.0
    register_within: float = 60.0
    echo_within: float = 5.0
    join_again: float = 30.0
    rejoin: float = 5.0
    join_most: float = 600.0
    regain_every: float = 60.0
    checkpoint_every: float = 30.0
    back_off: float = 1.0
    back_off_most: float = 300.0
    typing_every: float = 3.0
