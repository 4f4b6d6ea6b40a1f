"""What a command is made of: its names, its grammar, who may give it, what it looks at, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, Flag, auto
from typing import TypeAlias

from bridges.events import MessageId, Room, RoomId, Sender
from helpdesk.config import Config
from helpdesk.effects import Audited, Effect
from helpdesk.model import Invocation, Person, Role
from helpdesk.sections import RoomSettings
from helpdesk.view import View


class Grammar(Enum):
    """All commands are `!verb`, `!verb N`, `!verb words` or `!verb N words`."""

    NOTHING = auto()
    NUMBER = auto()
    WORDS = auto()
    NUMBER_WORDS = auto()


class Need(Flag):
    """What the view must hold besides the person and the ticket that was named."""

    NOTHING = 0
    QUESTION = auto()
    """The person's last question here."""
    ROOT = auto()
    """Where its answer was said."""
    MINE = auto()
    RESOLVED = auto()
    """The person's own ticket that was closed as solved last."""
    QUEUE = auto()
    NEXT = auto()
    """Of the queue only the ticket this person would get next, locked."""
    HISTORY = auto()
    """Of the named ticket."""
    MEMBERS = auto()
    COUNTS = auto()
    """How much this person has asked and written lately."""
    OPENING = auto()
    """The counts and the fresh number that opening a ticket takes."""
    LIFE = auto()
    GATHER = auto()
    SIG = auto()
    ROTA = auto()
    CREDIT = auto()
    PRIVACY = auto()
    COMMUNITY = auto()
    REQUEST = auto()
    WATCH = auto()
    """What a noun's view holds: `store/nouns` loads it."""
    MODERATION = auto()
    """The rules, the audit log's end, and who has lately gone by the command's second word."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command was given: a room of a network, or the web's pages and the socket, which have no room."""

    network: str
    sender: Sender
    room: Room | None = None
    message: MessageId | None = None
    thread: MessageId | None = None

    @property
    def room_id(self) -> RoomId | None:
        return self.room.id if self.room else None


@dataclass(frozen=True, slots=True)
class Call:
    """A command being given."""

    invocation: Invocation
    place: Place
    person: Person
    view: View
    config: Config
    now: datetime

    @property
    def settings(self) -> RoomSettings:
        """Of the room the command was given in."""
        if self.place.room is None:
            return RoomSettings(private=True)
        return self.config.room(self.place.network, self.place.room.id)

    @property
    def discreet(self) -> bool:
        """Whether what is said here is read by volunteers only, or by this person only."""
        return self.place.room is None or self.place.room.direct or self.settings.private

    @property
    def prefix(self) -> str:
        return self.settings.prefix

    def audited(self, action: str, about: str, detail: str = "") -> Audited:
        """That this person did this here, for the audit log."""
        who = self.person.identity
        return Audited(action, about, detail, self.place.network, self.place.room_id or "", who.key, who.name)


Run: TypeAlias = Callable[[Call], list[Effect]]


@dataclass(frozen=True, slots=True)
class Command:
    """Its help is the message `help-NAME`, its usage `usage-NAME`, in `helpdesk/locale/`."""

    name: str
    run: Run
    grammar: Grammar = Grammar.NOTHING
    aliases: tuple[str, ...] = ()
    role: Role = Role.ASKER
    needs: Need = Need.NOTHING
    bare: bool = True
    """May be given without the prefix when the desk was spoken to and nothing else was said."""
    verbs: frozenset[str] = frozenset()
    """Words that, right behind the name, make it this command without the prefix, whatever follows them."""
