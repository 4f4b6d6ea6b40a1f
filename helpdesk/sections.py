"""The tables of the configuration, each a frozen model: their defaults, their bounds, and what each setting means."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bridges.durations import Duration
from kb.options import Tier


def _public_url(value: str) -> str:
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("write the whole address people use, such as https://help.example.org/ or …/helpdesk/")
    return value.rstrip("/") + "/"


def _network_or_host(value: str) -> str:
    ipaddress.ip_network(value, strict=False)
    return value


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class General(Section):
    """`[helpdesk]`"""

    name: str = Field("helpdesk", min_length=1, max_length=30, pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")
    """What people call the desk in a room: `helpdesk: …`."""
    state: Path = Path("state")
    """The folder for everything the service keeps; relative to the configuration file."""
    public_url: Annotated[str, AfterValidator(_public_url)] = ""
    """Where people reach the website, with its sub-path; empty: the address it listens on."""
    language: str = "en"
    """The language of rooms and of people whose own is not known."""
    log_format: Literal["text", "json"] = "text"
    """How the log looks, on standard error: for people, or for machines."""


class DatabaseSection(Section):
    """`[database]`: SQLite in the state folder unless a URL is given."""

    url: str = ""
    """`postgresql://user@host/name`; a password comes from `url_env` or `url_file`, or ~/.pgpass."""
    url_env: str = ""
    """The environment variable that holds the URL, instead of `url`."""
    url_file: Path | None = None
    """The file that holds the URL, instead of `url`."""


class KbSection(Section):
    """`[kb]`"""

    folders: tuple[Path, ...] = ()
    """Folders of articles, relative to the configuration file; later ones win nothing: ids must differ."""
    starter: bool = True
    """Whether the articles that come with the program are served too."""
    semantic: Tier = Tier.AUTO
    """What judges the meaning of a question beside its words: nothing, word vectors (`static`), or a sentence encoder
    (`transformer`), which `auto` takes where its package is installed."""
    model: Path | None = None
    """A folder with another model of that kind: `model.safetensors`, `tokenizer.json`, for a transformer `config.json`."""
    model_sha256: str = Field("", pattern=r"^([0-9A-Fa-f]{64})?$")
    """The SHA-256 of that model's `model.safetensors`, from whoever published it; another file is not used."""
    model_languages: tuple[str, ...] = ("en",)
    """The languages the model knows. Articles in others are found by words alone."""
    answer_precision: float = Field(0.9, ge=0, le=1)
    """The share of the desk's answers that should be right; the higher, the more it hands over."""
    suggest_precision: float = Field(0.4, ge=0, le=1)
    """The share of its suggestions whose first should be right."""


class WebSection(Section):
    """`[web]`"""

    enabled: bool = True
    """Whether there is a website: chat, queue, articles, API."""
    host: str = "127.0.0.1"
    """The address it listens on. Keep the loopback one behind a proxy; `0.0.0.0` is every address of the machine."""
    port: int = Field(8080, ge=0, le=65535)
    """0 takes any free one."""
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network_or_host)], ...] = ()
    """Addresses whose X-Forwarded-For and -Proto are believed."""
    metrics: bool = True
    """Whether GET /metrics answers."""


class Limits(Section):
    """`[limits]`"""

    window: Duration = timedelta(minutes=10)
    """The time in which questions are counted."""
    questions_per_person: int = Field(8, ge=1)
    """In `window`. Words to tickets: three times as many."""
    questions_per_room: int = Field(60, ge=1)
    """In `window`."""
    open_tickets_per_person: int = Field(3, ge=1)
    """How many tickets one person may have open at once."""
    open_tickets_per_room: int = Field(100, ge=1)
    """How many tickets from one room may be open at once."""
    question_length: int = Field(2000, ge=50)
    """Characters of a question that are kept."""


class DeskSection(Section):
    """`[desk]`"""

    follow_up: Duration = timedelta(minutes=10)
    """How long after a question the same person's next one there may be read together with it; 0s: never."""
    gap_notice: Duration = timedelta(0)
    """How long the desk must have been deaf before it says so in the room."""


class Learning(Section):
    """`[learning]`: the log of questions, what was offered and what came of it. Nobody's name stands in it."""

    enabled: bool = True
    """Whether it is written. What it holds is kept as long as the other settings say, even when it is not."""
    keep: Duration = timedelta(days=730)
    """How long an entry is kept; 0s: nothing is."""
    keep_text: Duration = timedelta(days=90)
    """How long the question's words, masked, are kept, and for 30 days at least the link to question and ticket; what was
    offered and its outcome stay. 0s: no words are kept."""
    keep_private_text: bool = False
    """Whether the words of what was asked in private (directly, encrypted, or where only volunteers read) are kept too."""


class RoomSettings(Section):
    """`[networks.NAME.rooms."ROOM"]`"""

    volunteers: bool = False
    """Tickets are announced and worked here."""
    private: bool = False
    """Only volunteers can read here: what was asked in private may be shown."""
    policy: bool = False
    """A policy room (MSC2313) whose ban list counts here too."""
    prefix: str = Field("!", min_length=1, max_length=3, pattern=r"^[^\sA-Za-z0-9/]+$")
    """What stands before a command, where `!` is another bot's."""
    language: str = ""
    """The room's language; empty: `helpdesk.language`."""
    queue: str = ""
    """Whose tickets are asked or, with `volunteers`, worked here; empty: the one queue there always is."""
    watch: Literal["off", "suggest", "on"] = "off"
    """Questions to nobody in particular that people leave unanswered: let be, offered a ticket, or answered where the desk
    is sure and offered a ticket where it is not."""
    voice: bool = False
    """Whether who is on duty gets voice (+v) here; on IRC, where the desk is a channel operator."""


class Link(Section):
    """`[[links]]`: rooms that read as one."""

    rooms: tuple[str, ...] = Field(min_length=2)
    """`NETWORK:ROOM`"""
    one_way: bool = False
    """Whether only what is said in the first room is brought to the others."""


class RelaySection(Section):
    """`[relay]`: how words are brought from a room to those linked with it."""

    lines: int = Field(3, ge=1, le=50)
    """Lines of one message that are said where lines are short; beyond, the first ones and a link to the whole."""
    edits: bool = True
    """Whether an edit is told where messages can't be changed."""
    edit_hold: Duration = timedelta(seconds=10)
    """How long an edit waits there for the next one, so that only what came of it is told."""
    recent: Duration = timedelta(minutes=5)
    """A reply to words younger than this calls the author's name; to older ones it quotes them."""
    moves: Literal["off", "active", "all"] = "active"
    """Who comes, leaves or changes names is told: never, of those who spoke lately, or of all."""
    active: Duration = timedelta(minutes=30)
    """What `lately` is."""
    late: Duration = timedelta(minutes=1)
    """Words older than this, said while the desk was away, bear the time they were said at."""
    backlog: int = Field(40, ge=5, le=10_000)
    """Relayed messages that may wait for one room of short lines; beyond, they become one line with a link to them."""
    keep_pages: Duration = timedelta(days=30)
    """How long the page of a long text can be read."""
    keep_files: Duration = timedelta(days=7)
    """How long the link to a file works."""
    file_limit: int = Field(50, ge=1, le=10_000)
    """Megabytes of a file that the link passes on; a larger one stays where it is."""
    remember: Duration = timedelta(days=7)
    """How long replies, edits and reactions find the message they are about."""
    bots: tuple[str, ...] = ()
    """Other relay bots, `NETWORK:NAME` (on IRC a nick or mask, `*` stands for anything): theirs is not relayed again."""


class Members(Section):
    """`[members]`: people by `NETWORK:NAME`, who are what they are whatever `!sig` says."""

    leads: tuple[str, ...] = ()
    """They may do all that volunteers may, and make others volunteers."""
    volunteers: tuple[str, ...] = ()
    """They work on tickets."""
