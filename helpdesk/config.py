"""The configuration: frozen, from TOML, and every error names the key and the mend. Secrets never stand in it."""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bridges.events import PersonId, RoomId
from bridges.network import Capabilities, NetworkSettings
from bridges.registry import KINDS, settings_type
from helpdesk.model import Role
from kb.options import Options, Tier


class ConfigError(Exception):
    """The configuration can't be used. The message has one line a fault, each with the key and the mend."""


def _duration(value: object) -> object:
    """`90s`, `10m`, `4h`, `2d` or a number of seconds."""
    if isinstance(value, str):
        found = re.fullmatch(r"\s*(\d+)\s*([smhd])\s*", value)
        if not found:
            raise ValueError("write a duration such as 90s, 10m, 4h or 2d")
        return timedelta(seconds=int(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]])
    return value


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


Duration = Annotated[timedelta, BeforeValidator(_duration)]


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

    remind_after: Duration = timedelta(hours=4)
    """When an unclaimed ticket is announced again; 0s: never."""
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


_DIRECT = RoomSettings()


class Config(Section):
    helpdesk: General = General()
    database: DatabaseSection = DatabaseSection()
    kb: KbSection = KbSection()
    web: WebSection = WebSection()
    limits: Limits = Limits()
    desk: DeskSection = DeskSection()
    learning: Learning = Learning()
    members: Members = Members()
    relay: RelaySection = RelaySection()
    links: tuple[Link, ...] = ()
    networks: Mapping[str, NetworkSettings] = Field(default_factory=dict)
    kinds: Mapping[str, str] = Field(default_factory=dict)
    """Which kind each network is."""
    rooms: Mapping[tuple[str, RoomId], RoomSettings] = Field(default_factory=dict)
    source: Path | None = None
    """The file it was read from."""

    @model_validator(mode="after")
    def _names_exist(self) -> Config:
        for link in self.links:
            for room in link.rooms:
                if self._split(room) not in self.rooms:
                    raise ValueError(f'links: {room!r} is no configured room; add [networks.NAME.rooms."ROOM"] for it')
            private = {self.rooms[self._split(room)].private for room in link.rooms}
            if len(private) > 1:
                raise ValueError(
                    f"links: {', '.join(link.rooms)} read as one: set private = true for all of them, or for none"
                )
        _ = self.roles
        return self

    def _split(self, reference: str) -> tuple[str, RoomId]:
        network, _, room = reference.partition(":")
        return network, RoomId(room)

    def room(self, network: str, room: RoomId) -> RoomSettings:
        """The room's settings; the defaults for rooms that are not configured, such as direct ones."""
        return self.rooms.get((network, room), _DIRECT)

    @cached_property
    def volunteer_rooms(self) -> tuple[tuple[str, RoomId], ...]:
        return tuple(place for place, settings in self.rooms.items() if settings.volunteers)

    @cached_property
    def linked(self) -> Mapping[tuple[str, RoomId], tuple[tuple[str, RoomId], ...]]:
        """For each linked room of the configuration, where to its words are brought."""
        found: dict[tuple[str, RoomId], dict[tuple[str, RoomId], None]] = {}
        for link in self.links:
            places = [self._split(room) for room in link.rooms]
            for place in places[:1] if link.one_way else places:
                found.setdefault(place, {}).update({other: None for other in places if other != place})
        return {place: tuple(others) for place, others in found.items()}

    def capabilities(self, network: str) -> Capabilities:
        """What the network can do."""
        settings = self.networks.get(network)
        return settings.capabilities if settings else Capabilities()

    def person_key(self, reference: str) -> tuple[str, PersonId]:
        """`NETWORK:NAME` as an identity. Raise ValueError with the mend."""
        network, colon, name = reference.partition(":")
        if not colon or network not in self.networks:
            known = ", ".join(self.networks) or "none"
            raise ValueError(f"{reference!r}: write NETWORK:NAME with a configured network ({known})")
        return network, self.networks[network].person(name)

    @cached_property
    def roles(self) -> Mapping[tuple[str, PersonId], Role]:
        """Who is what by configuration."""
        found = {self.person_key(name): Role.VOLUNTEER for name in self.members.volunteers}
        return found | {self.person_key(name): Role.LEAD for name in self.members.leads}

    @property
    def state(self) -> Path:
        """The state folder, absolute."""
        return self._path(self.helpdesk.state)

    @property
    def kb_folders(self) -> tuple[Path, ...]:
        return tuple(self._path(folder) for folder in self.kb.folders)

    def kb_options(self, base_url: str) -> Options:
        """How the knowledge base is opened, its articles read below `base_url`."""
        kb = self.kb
        model = None if kb.model is None else self._path(kb.model)
        return Options(
            base_url, kb.semantic, model, kb.model_sha256, kb.model_languages, kb.answer_precision, kb.suggest_precision
        )

    def _path(self, path: Path) -> Path:
        return path if path.is_absolute() else (self.source.parent if self.source else Path.cwd()) / path

    @property
    def public_url(self) -> str:
        """Ends with a slash."""
        return self.helpdesk.public_url or f"http://{self.web.host}:{self.web.port}/"

    @property
    def base_path(self) -> str:
        """The path of `public_url`, such as `/` or `/helpdesk/`."""
        return urlsplit(self.public_url).path or "/"

    def database_url(self, environ: Mapping[str, str] = os.environ) -> str:
        """The SQLAlchemy URL. Raise ConfigError when a secret's source can't be read."""
        url = self.database.url
        if self.database.url_env:
            url = environ.get(self.database.url_env, "")
            if not url:
                raise ConfigError(f"database.url_env: set the environment variable {self.database.url_env}")
        elif self.database.url_file:
            try:
                url = self._path(self.database.url_file).read_text().strip()
            except OSError as error:
                raise ConfigError(f"database.url_file: {error.strerror}: {self.database.url_file}") from error
        if not url:
            return f"sqlite:///{self.state / 'helpdesk.db'}"
        scheme, _, rest = url.partition("://")
        if scheme.partition("+")[0] not in ("postgresql", "postgres"):
            raise ConfigError("database.url: write postgresql://…, or leave it out for SQLite in the state folder")
        return f"postgresql+psycopg://{rest}"


def _fault(error: Mapping[str, Any], prefix: str = "") -> str:
    key = prefix + ".".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "no such setting; remove it or mend its spelling (docs/configuration.md lists them all)"
    return f"{key}: {message}" if key else message


def _anchored(settings: NetworkSettings, folder: Path) -> NetworkSettings:
    """The settings with paths that are relative to the configuration file, wherever the service is started."""
    found: dict[str, object] = {}
    for name, value in settings:
        if isinstance(value, Path):
            found[name] = folder / value
        elif isinstance(value, dict):
            found[name] = {key: folder / item if isinstance(item, Path) else item for key, item in value.items()}
    return settings.model_copy(update=found) if found else settings


def build(data: Mapping[str, Any], source: Path | None = None) -> Config:
    """A configuration from parsed TOML. Raise ConfigError with all faults at once."""
    faults: list[str] = []
    networks: dict[str, NetworkSettings] = {}
    kinds: dict[str, str] = {}
    rooms: dict[tuple[str, RoomId], RoomSettings] = {}
    tables = data.get("networks", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise ConfigError("networks: write one table a network, such as [networks.libera]")
    for name, given in tables.items():
        table = dict(given)
        where = f"networks.{name}."
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            faults.append(f"networks.{name}: a network's name is lower case letters, digits and hyphens")
        kind = table.pop("kind", None)
        if kind not in KINDS:
            faults.append(f"{where}kind: write one of {', '.join(sorted(set(KINDS) - {'memory'}))}")
            continue
        room_tables = table.pop("rooms", {})
        for room, settings in room_tables.items() if isinstance(room_tables, dict) else ():
            try:
                rooms[name, RoomId(room)] = RoomSettings.model_validate(settings)
            except ValidationError as error:
                faults += [_fault(fault, f'{where}rooms."{room}".') for fault in error.errors()]
        if not isinstance(room_tables, dict):
            faults.append(f'{where}rooms: write one table a room, such as [networks.{name}.rooms."#help"]')
            room_tables = {}
        try:
            settings = settings_type(kind).model_validate(table | {"rooms": tuple(room_tables)})
            networks[name] = _anchored(settings, source.parent) if source else settings
            kinds[name] = kind
        except ValidationError as error:
            faults += [_fault(fault, where) for fault in error.errors()]
    web = data.get("web", {})
    if not (isinstance(web, dict) and web.get("enabled") is False) and "web" not in kinds.values():
        networks.setdefault("web", settings_type("web")())
        kinds.setdefault("web", "web")
    rest = {key: value for key, value in data.items() if key != "networks"}
    for reserved in {"kinds", "rooms", "source"} & rest.keys():
        faults.append(f"{reserved}: no such setting; remove it")
        del rest[reserved]
    try:
        config = Config.model_validate(rest | {"networks": networks, "kinds": kinds, "rooms": rooms, "source": source})
    except ValidationError as error:
        faults += [_fault(fault) for fault in error.errors()]
    if faults:
        raise ConfigError("\n".join(faults))
    return config


def load(path: Path) -> Config:
    """Read the file. Raise ConfigError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file; `helpdesk init` writes one") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    return build(data, path.resolve())
