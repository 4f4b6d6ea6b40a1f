"""What a message becomes on an IRC server that can do nothing special."""

from __future__ import annotations

from datetime import UTC, datetime

from bridges.events import SendMessage
from bridges.irc.speaking import Ears, Manner, spoken


def lines_of(action: SendMessage, ears: Ears, address: str, *, notices: bool) -> tuple[str, ...]:
    """`spoken` in the plainest manner: one line after the other."""
    units = spoken(action, ears, address, Manner(notices=notices), datetime.max.replace(tzinfo=UTC)).units
    return tuple(text for unit in units for text, _ in unit)
