"""What a network says (events) and what it is asked to do (actions): frozen, and free of any network's own types.

Ids are opaque: only the network that made one may look inside it. A `RoomId` is stable for as long as the room is the
same room to its people (a room named in the configuration keeps that name as its id, whatever the network calls it
underneath). This module imports no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NewType, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from bridges.text import Text

PersonId = NewType("PersonId", str)
RoomId = NewType("RoomId", str)
MessageId = NewType("MessageId", str)
EventId = NewType("EventId", str)
Position = NewType("Position", str)

Style: TypeAlias = Literal["text", "notice", "emote"]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who said it. Rights follow `id`, and only when `authenticated`; `name` is for the eye.

    An unauthenticated sender is a *guest*: its id stands for one uninterrupted presence and is never used again.
    """

    id: PersonId
    name: str
    authenticated: bool
    mask: str = ""
    """Where the network has one, the address they speak from (IRC: `nick!user@host`): for moderation, never for rights."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message. Only `Network.fetch` of the same network can open `reference`."""

    kind: Literal["image", "video", "audio", "voice", "file", "sticker"]
    name: str
    reference: str
    type: str = ""
    """Media type as the sender says it, such as `image/png`; empty when not told."""
    size: int | None = None
    """Bytes, as the sender says."""
    seconds: float | None = None
    """How long it plays."""


@dataclass(frozen=True, slots=True)
class Room:
    id: RoomId
    name: str
    direct: bool = False
    """One person and the desk, nobody else."""
    encrypted: bool = False


# --- events -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """Somebody said something. The desk's own words are never reported."""

    network: str
    id: EventId
    """The same when the network delivers the message again: a replay is recognised by it."""
    at: datetime
    """When it was said (UTC), which for a message caught up with is not when it was heard."""
    room: Room
    sender: Sender
    text: Text
    """What was said, without the desk's name where `addressed` took it from the front, and without reply fallbacks."""
    message: MessageId
    """What an answer may refer to."""
    addressed: bool = False
    """The desk was spoken to: its name or a pill in front, or a mention meant for it."""
    style: Style = "text"
    """A notice is a machine's word: never answered."""
    reply_to: MessageId | None = None
    thread: MessageId | None = None
    """The thread's root, where the network has threads."""
    attachments: tuple[Attachment, ...] = ()
    """Files; `text` is then their caption, and may be empty."""
    late: bool = False
    """Said while the desk was away, and caught up with now."""
    relayed: bool = False
    """The network says that a relay said it for somebody (RELAYMSG): it is never relayed again."""


@dataclass(frozen=True, slots=True)
class MessageEdited:
    network: str
    id: EventId
    at: datetime
    room: Room
    sender: Sender
    target: MessageId
    text: Text


@dataclass(frozen=True, slots=True)
class MessageRedacted:
    network: str
    id: EventId
    at: datetime
    room: Room
    sender: Sender
    target: MessageId


@dataclass(frozen=True, slots=True)
class Reacted:
    network: str
    id: EventId
    at: datetime
    room: Room
    sender: Sender
    target: MessageId
    key: str
    """The emoji."""


@dataclass(frozen=True, slots=True)
class PersonMoved:
    """Somebody came into a room, left it, or goes by another name there. Never the desk itself, and never while it enters."""

    network: str
    id: EventId
    at: datetime
    room: Room
    sender: Sender
    """With the new name."""
    how: Literal["joined", "left", "quit", "removed", "renamed"]
    reason: str = ""
    was: str = ""
    """The old name of who was renamed."""


@dataclass(frozen=True, slots=True)
class RoomSplit:
    """Servers lost sight of each other and took these people out of the room, or brought them back: one event for all."""

    network: str
    id: EventId
    at: datetime
    room: Room
    people: tuple[Sender, ...]
    servers: str
    back: bool = False


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """A rule of a policy room (MSC2313) that the configuration subscribes to."""

    network: str
    id: EventId
    at: datetime
    room: Room
    sender: Sender
    rule: str
    """Its state key: a rule said again under the same one replaces it."""
    kind: Literal["user", "room", "server"]
    entity: str
    """A glob; empty: the rule is withdrawn."""
    recommendation: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """An authenticated person can be reached now (joined, logged in, was found present)."""

    network: str
    at: datetime
    sender: Sender


@dataclass(frozen=True, slots=True)
class PersonIdentified:
    """A guest logged in without its presence being interrupted: the guest was this person."""

    network: str
    at: datetime
    guest: PersonId
    sender: Sender


@dataclass(frozen=True, slots=True)
class GuestGone:
    """The guest's presence ended; its id stands for nobody from now on."""

    network: str
    at: datetime
    guest: PersonId


@dataclass(frozen=True, slots=True)
class RoomEntered:
    """The desk is in the room, confirmed by the network."""

    network: str
    at: datetime
    room: Room


@dataclass(frozen=True, slots=True)
class RoomExited:
    """The desk is no longer in the room (kicked, banned, the room closed)."""

    network: str
    at: datetime
    room: Room
    reason: str


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody begins to write, goes on writing, or stops. Reported of direct chats and of `Context.typing_in` only.

    It says nothing of what is written, and nothing follows when it is lost.
    """

    network: str
    room: Room
    sender: Sender
    on: bool
    lasts: float = 0.0
    """Seconds after which it is over unless it is said again."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The desk could not hear this room (or, without a room, any room of the network) in this interval."""

    network: str
    id: EventId
    since: datetime
    until: datetime
    reason: str
    room: Room | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All before this has been reported. Handed back to `Network.run` after a restart."""

    network: str
    position: Position


Event: TypeAlias = (
    MessageReceived
    | MessageEdited
    | MessageRedacted
    | Reacted
    | PersonMoved
    | RoomSplit
    | PolicyChanged
    | PersonSeen
    | PersonIdentified
    | GuestGone
    | RoomEntered
    | RoomExited
    | Typing
    | Gap
    | Checkpoint
)


# --- actions ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToRoom:
    room: RoomId


@dataclass(frozen=True, slots=True)
class ToPerson:
    """A direct message. The network finds or makes the room; a person who is away raises `Away`."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose words these are, when they are not the desk's own (a relay)."""

    name: str
    origin: str
    """The network they were said on."""
    person: PersonId = PersonId("")
    """The author's id there: who has the same is the same, whatever their name is now."""
    mark: str = ""
    """What tells two of one name apart, such as the network's name; empty when there is only one."""
    guest: bool = False
    """The author has no account there: `person` stands for this presence only, and later they are known by `name`."""


@dataclass(frozen=True, slots=True)
class Replying:
    """To which words an answer is, for networks that have no replies of their own."""

    name: str
    """Who said them."""
    words: str
    """How they began, on one line."""
    recent: bool
    """Everybody still has them before their eyes: the name is enough."""
    here: bool = False
    """They were said in the room where this goes to: calling the name there is meant."""


@dataclass(frozen=True, slots=True)
class SendMessage:
    to: ToRoom | ToPerson
    text: Text
    style: Style = "notice"
    addressed: Sender | None = None
    """Say it to this person: `nick: …`, a pill. Their name is looked up when it is sent, since names change."""
    must_reach: bool = False
    """Raise `Away` rather than say it to a room where `addressed` is not."""
    reply_to: MessageId | None = None
    thread: MessageId | None = None
    attribution: Attribution | None = None
    lines: int = 0
    """Where the length of a line is limited, at most this many: what does not fit is shortened. 0: as many as it takes."""
    rest: str = ""
    """The address of the whole text, said where `lines` cut it short."""
    replying: Replying | None = None
    said_at: datetime | None = None
    """When it was said, where that is so long ago that it must be told."""


@dataclass(frozen=True, slots=True)
class EditMessage:
    """Other words for a message of the desk's (a relay). Where messages can't be changed, the change is said."""

    room: RoomId
    targets: tuple[MessageId, ...]
    """All ids the message got there, in order."""
    text: Text
    before: Text
    """The words as they were said there last."""
    attribution: Attribution | None = None
    style: Style = "text"
    lines: int = 0
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Redact:
    """Take a message or a reaction of the desk's back. Where that can't be done, it is said if a moderator did it."""

    room: RoomId
    targets: tuple[MessageId, ...]
    reason: str = ""
    moderator: str = ""
    """Who took it back, when that was not the author."""
    author: str = ""
    """Whose words they were."""


@dataclass(frozen=True, slots=True)
class React:
    """A receipt without messages says that the network has no reactions, and nobody saw it."""

    room: RoomId
    target: MessageId
    key: str
    attribution: Attribution | None = None


@dataclass(frozen=True, slots=True)
class SetVoice:
    """Show in the room that the person is on duty, or no longer: until said otherwise, whenever they are there.

    Where the desk may not, nothing happens. Only for networks with the capability.
    """

    room: RoomId
    person: PersonId
    on: bool


Action: TypeAlias = SendMessage | EditMessage | Redact | React | SetVoice


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network has it. `messages` are the ids it got there, in order; one action may be several lines."""

    room: RoomId
    messages: tuple[MessageId, ...]
