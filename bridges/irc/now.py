"""The connection of this moment, for those who speak through whichever there is."""

from __future__ import annotations

from dataclasses import dataclass, field

from bridges.irc.client import Connection
from bridges.irc.delivery import Lost
from bridges.irc.marks import Marks


@dataclass
class Now:
    """`connection` is its name: no other has the same."""

    link: Connection | None = None
    connection: str = ""
    trouble: Lost = field(default_factory=lambda: Lost("not connected yet"))
    marks: Marks = field(default_factory=lambda: Marks(None))

    @property
    def ready(self) -> Connection | None:
        return self.link if self.link is not None and self.link.session.registered else None
