"""The relay's ledger as it is read again: what was said, by whom, and the ids its copies got in the linked rooms. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bridges.events import MessageId, PersonId, RoomId
from bridges.text import Text

Place: TypeAlias = tuple[str, RoomId]
"""A network and a room of it."""

COPY = "copy:"
"""What begins the name of something that waits for a copy."""


def copy_of(entry: int, place: Place) -> PersonId:
    """Whom a reaction waits for, so to speak, while what it is about is still on its way there."""
    return PersonId(f"{COPY}{entry}:{place[0]}:{place[1]}")


_JOINERS = dict.fromkeys((0x2060, 0x200B, 0x200D, 0xFEFF))


def folded(name: str) -> str:
    """Names that fold alike are called alike, whatever their case and without what keeps them from pinging."""
    return name.translate(_JOINERS).casefold().strip()


@dataclass(frozen=True, slots=True)
class Copy:
    """What a message became in another room; a long one may be several there."""

    network: str
    room: RoomId
    messages: tuple[MessageId, ...]

    @property
    def place(self) -> Place:
        return self.network, self.room


@dataclass(frozen=True, slots=True)
class Entry:
    """A message, or a reaction, that was relayed."""

    id: int
    network: str
    room: RoomId
    message: MessageId
    kind: Literal["message", "reaction", "redacted"]
    person: PersonId
    name: str
    at: datetime
    text: Text
    """As it was told last; of a reaction its emoji."""
    edited: Text | None = None
    """Newer words, which wait to be told where messages can't be changed."""
    copies: tuple[Copy, ...] = ()
    about: int | None = None
    """The entry that was reacted to."""
    mark: str = ""
    """What stands beside the author's name where somebody else is called the same."""

    @property
    def place(self) -> Place:
        return self.network, self.room

    def ids_in(self, place: Place) -> tuple[MessageId, ...]:
        """What it is called there; nothing where it is not, or not yet."""
        if place == self.place:
            return (self.message,)
        return next((copy.messages for copy in self.copies if copy.place == place), ())


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said something in a linked room lately, and their last message."""

    network: str
    room: RoomId
    person: PersonId
    name: str
    message: MessageId
    at: datetime

    @property
    def place(self) -> Place:
        return self.network, self.room


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the relay may know of what is said around an event."""

    about: Entry | None = None
    """What is replied to, edited, taken back or reacted to."""
    root: Entry | None = None
    """Where its thread begins."""
    speakers: tuple[Speaker, ...] = ()
    """The people of the names and ids in question, latest words first."""
    same: int = 0
    """How often the same words, or the same reaction, were relayed lately by others."""
    stopped: bool = False
    """The circuit breaker holds back what this person says."""
    disclosed: bool = False
    """The people of this encrypted room were told where else their words are read."""
    tokens: tuple[str, ...] = ()
    """Chance, drawn before the decision: for the addresses of pages."""
