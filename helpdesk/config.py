"""The configuration: frozen, from TOML, and every error names the key and the mend. Secrets never stand in it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, model_validator

from bridges.events import PersonId, RoomId
from bridges.network import Capabilities, NetworkSettings
from bridges.registry import KINDS, settings_type
from helpdesk import catalogue
from helpdesk.model import Role
from helpdesk.nouns.community import CommunityEvent
from helpdesk.nouns.hours import Hours
from helpdesk.sections import (
    DatabaseSection,
    DeskSection,
    General,
    KbSection,
    Learning,
    Limits,
    Link,
    Members,
    RelaySection,
    RoomSettings,
    Section,
    WebSection,
)
from helpdesk.sig_sections import Events, Queue, RequestItem, Retention, Sig, Times, Watch
from kb.options import Options


class ConfigError(Exception):
    """The configuration can't be used. The message has one line a fault, each with the key and the mend."""


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
    sig: Sig = Sig()
    times: Times = Times()
    events: Events = Events()
    watch: Watch = Watch()
    retention: Retention = Retention()
    queues: Mapping[str, Queue] = Field(default_factory=dict)
    requests: Mapping[str, RequestItem] = Field(default_factory=dict)
    links: tuple[Link, ...] = ()
    networks: Mapping[str, NetworkSettings] = Field(default_factory=dict)
    kinds: Mapping[str, str] = Field(default_factory=dict)
    """Which kind each network is."""
    rooms: Mapping[tuple[str, RoomId], RoomSettings] = Field(default_factory=dict)
    occasions: Mapping[str, int] = Field(default_factory=dict)
    """Queues of community events that are on, and the events' numbers: `with_events`."""
    source: Path | None = None
    """The file it was read from."""

    @model_validator(mode="after")
    def _names_exist(self) -> Config:
        for link in self.links:
            for room in link.rooms:
                if link.rooms.count(room) > 1:
                    raise ValueError(f"links: {room!r} is named twice in one link; name each room once")
                if self._split(room) not in self.rooms:
                    raise ValueError(f'links: {room!r} is no configured room; add [networks.NAME.rooms."ROOM"] for it')
            private = {self.rooms[self._split(room)].private for room in link.rooms}
            if len(private) > 1:
                raise ValueError(
                    f"links: {', '.join(link.rooms)} read as one: set private = true for all of them, or for none"
                )
        for bot in self.relay.bots:
            network, _, name = bot.partition(":")
            if network not in self.networks or not name:
                known = ", ".join(self.networks) or "none"
                raise ValueError(f"relay.bots: {bot!r}: write NETWORK:NAME with a configured network ({known})")
        for (network, room), settings in self.rooms.items():
            if settings.queue and settings.queue not in self.queues:
                known = ", ".join(self.queues) or "none"
                raise ValueError(
                    f'networks.{network}.rooms."{room}".queue: there is no [queues.{settings.queue}] (there is: {known})'
                )
        for reference in self.sig.second_line:
            network, _, name = reference.partition(":")
            if network not in self.networks or not name:
                known = ", ".join(self.networks) or "none"
                raise ValueError(
                    f"sig.second_line: {reference!r}: write NETWORK:ROOM or NETWORK:NAME with a configured network ({known})"
                )
            if (network, RoomId(name)) not in self.rooms:
                self.person_key(reference)  # in the form of the network's own addresses, whatever the network is
        for name, item in self.requests.items():
            if item.queue and item.queue not in self.queues:
                raise ValueError(f"requests.{name}.queue: there is no [queues.{item.queue}]; add it, or leave this out")
            if fault := catalogue.fault(name, item):
                raise ValueError(fault)
            for approver in item.approvers:
                if approver not in ("lead", "staff"):
                    try:
                        self.person_key(approver)
                    except ValueError as error:
                        raise ValueError(f"requests.{name}.approvers: {error}; or `lead`, or `staff`") from error
        _ = self.roles
        return self

    @cached_property
    def catalogue(self) -> Mapping[str, RequestItem]:
        """What can be asked for, by name: what comes with the program, as the configuration changes it and adds to it."""
        return catalogue.items(self.requests)

    def _split(self, reference: str) -> tuple[str, RoomId]:
        network, _, room = reference.partition(":")
        return network, RoomId(room)

    def room(self, network: str, room: RoomId) -> RoomSettings:
        """The room's settings; the defaults for rooms that are not configured, such as direct ones."""
        return self.rooms.get((network, room), _DIRECT)

    def with_events(self, events: Iterable[CommunityEvent]) -> Config:
        """The configuration while these events are on: each has a queue of its own, and its rooms are that queue's."""
        rooms, queues, occasions = dict(self.rooms), dict(self.queues), dict[str, int]()
        for event in events:
            occasions[event.tag] = event.id
            queues[event.tag] = Queue(title=event.title, hours="daily 0-24", zone=event.zone)
            for room in event.rooms:
                settings = self.room(room.network, room.room)
                if room.network in self.networks and not settings.volunteers:
                    given = {"queue": event.tag, "volunteers": room.volunteers}
                    rooms[room.network, room.room] = settings.model_copy(update=given)
        if not occasions:
            return self
        return Config.model_construct(**{**dict(self), "rooms": rooms, "queues": queues, "occasions": occasions})

    @cached_property
    def volunteer_rooms(self) -> tuple[tuple[str, RoomId], ...]:
        return tuple(place for place, settings in self.rooms.items() if settings.volunteers)

    def rooms_of(self, queue: str) -> tuple[tuple[str, RoomId], ...]:
        """The volunteers' rooms where this queue's tickets are worked; those of the one there always is for one without."""
        return self._rooms_of_queues.get(queue) or self._rooms_of_queues.get("") or self.volunteer_rooms

    @cached_property
    def _rooms_of_queues(self) -> Mapping[str, tuple[tuple[str, RoomId], ...]]:
        found: dict[str, list[tuple[str, RoomId]]] = {}
        for place in self.volunteer_rooms:
            found.setdefault(self.rooms[place].queue, []).append(place)
        return {queue: tuple(places) for queue, places in found.items()}

    def queue_for(self, network: str, room: RoomId, topic: str) -> str:
        """Whose a ticket is that was asked there: the room's queue, else that of the topic."""
        own = self.room(network, room).queue
        if own:
            return own
        topics = [topic.casefold(), topic.casefold().partition("/")[0]]
        return next((name for name, queue in self.queues.items() if {*topics} & {*map(str.casefold, queue.topics)}), "")

    def queue_hours(self, queue: str) -> Hours:
        """When a queue's people are usually there, as far as the configuration says."""
        found = self.queues.get(queue)
        if found is not None and found.hours:
            return Hours.of(found.hours, found.zone)
        return Hours.of(self.sig.hours, self.sig.zone)

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
        found = {self.person_key(name): Role.SOLO for name in self.members.volunteers}
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
    key = ".".join((*filter(None, (prefix.removesuffix("."),)), *(str(part) for part in error["loc"])))
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "no such setting; remove it or mend its spelling (docs/configuration.md lists them all)"
    if error["type"] == "too_short" and key.startswith("links."):
        key, message = "links", "name two rooms or more, as NETWORK:ROOM"
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
    for reserved in {"kinds", "rooms", "occasions", "source"} & rest.keys():
        faults.append(f"{reserved}: no such setting; remove it")
        del rest[reserved]
    broken = not tables.keys() <= networks.keys()
    try:
        config = Config.model_validate(rest | {"networks": networks, "kinds": kinds, "rooms": rooms, "source": source})
    except ValidationError as error:
        # What names a network can't be judged while one of the networks is faulty: it would be a second, false error.
        faults += [_fault(fault) for fault in error.errors() if fault["loc"] or not broken]
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
