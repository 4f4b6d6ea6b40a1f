"""Two linked rooms, on IRC and on Matrix, that people talk in while what is between them is killed and comes back.

Who is killed when is drawn from a seed. Nothing here sleeps: a death lasts until so many more lines were said elsewhere, and
the next begins when the desk is back in its room on IRC and so many more lines were said.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import aiohttp

from tests.servers.gate import Gate
from tests.servers.irc import InspIRCd
from tests.servers.service import Helpdesk
from tests.servers.synapse import SERVER_NAME, Json, MatrixPeer, Synapse, unique

ROOM = "#storm"
DESK = "desk"
SIDES = ("irc", "matrix")
Kind = Literal["link", "irc", "synapse", "service"]
KINDS: tuple[Kind, ...] = ("link", "irc", "synapse", "service")
SLACK = 20
"""Lines that one side may be ahead of the other: so each goes on for a while when the other can't."""
ABSENCE = 12
"""Lines that are said on each side at most while the desk is not in the room on IRC."""
PATIENCE = 1800.0 if os.environ.get("HELPDESK_SOAK") else 300.0
"""Seconds within which all must have been said."""
NUMBER = re.compile(r"\b([im]-[a-z]+-\d{4})\b")


class Ear(asyncio.Protocol):
    """Somebody on IRC whose every line is kept, also those that came right before the server died."""

    def __init__(self, nick: str, on_line: Callable[[str], None]) -> None:
        self.nick = nick
        self.heard: list[str] = []
        self._on_line = on_line
        self._buffer = b""
        self._news = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self.gone = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\r\n")
        for raw in lines:
            line = raw.decode("utf-8", "replace")
            if line.startswith("PING"):
                self.send(line.replace("PING", "PONG", 1))
            self.heard.append(line)
            self._on_line(line)
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()
        self._news.set()

    def send(self, line: str) -> None:
        assert self._transport is not None
        self._transport.write(f"{line}\r\n".encode())

    async def until(self, pattern: str, after: int = 0) -> str | None:
        """The first line from the one numbered `after` on that matches; None when the server went away before."""
        while True:
            for line in self.heard[after:]:
                if re.search(pattern, line):
                    return line
            after = len(self.heard)
            if self.gone.is_set():
                return None
            self._news.clear()
            await self._news.wait()

    @classmethod
    async def enter(cls, server: InspIRCd, nick: str, on_line: Callable[[str], None] = lambda _: None) -> Ear:
        """In the room when it returns, with tags and echoes."""
        loop = asyncio.get_running_loop()
        _, ear = await loop.create_connection(lambda: cls(nick, on_line), "127.0.0.1", server.port)
        ear.send(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}")
        ear.send("CAP REQ :message-tags server-time echo-message batch account-tag\r\nCAP END")
        assert await ear.until(r" (376|422) ")
        ear.send(f"JOIN {ROOM}")
        assert await ear.until(r" 366 ")
        return ear

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def tags_of(line: str) -> dict[str, str]:
    """A line's message tags (https://ircv3.net/specs/extensions/message-tags), without escapes: none are met here."""
    if not line.startswith("@"):
        return {}
    return dict(tag.partition("=")[::2] for tag in line[1:].partition(" ")[0].split(";"))


@dataclass(frozen=True)
class OnIrc:
    """A line of a person's, as the server showed it to everybody."""

    number: str
    msgid: str
    at: datetime
    presence: int
    """Which of the desk's stays in the room it fell into; 0: the desk was not there."""


@dataclass
class Death:
    kind: Kind
    at: int = 0
    """How many of the desk's lines the watcher heard before it."""
    pending: frozenset[str] = frozenset()
    """Lines promised to IRC and not known to have arrived, right after it."""


@dataclass
class Storm:
    """`people` is how many speak on each side. Start it with `storming`; then `rage`."""

    folder: Path
    irc: InspIRCd
    synapse: Synapse
    desk: Helpdesk
    gate: Gate
    room: str
    owner: Json
    chance: random.Random
    http: aiohttp.ClientSession
    stack: AsyncExitStack
    talkers: list[Json] = field(default_factory=list)
    accepted: dict[str, str] = field(default_factory=dict)
    """Lines that Synapse took: number to event id."""
    said: dict[str, OnIrc] = field(default_factory=dict)
    arrived: list[str] = field(default_factory=list)
    """What the desk said in the room on IRC, in order."""
    deaths: list[Death] = field(default_factory=list)
    stays: int = 0
    present: bool = False
    lines: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIDES, 0))
    """Lines that were said on each side."""
    total: int = 0
    _unheard: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIDES, 0))
    """Lines that were said on each side since the desk went."""
    _ears: list[Ear] = field(default_factory=list)
    _irc_up: asyncio.Event = field(default_factory=asyncio.Event)
    _synapse_up: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    # --- what is seen on IRC ------------------------------------------------------------------------------------------

    def _watched(self, line: str) -> None:
        """The watcher's stream is the truth of what was said, and of when the desk was there to hear it."""
        found = re.match(rf"(?:@\S+ )?:([^!\s]+)!\S+ (\S+)(?: :?{ROOM})?(?: :(.*))?", line)
        if not found:
            return
        nick, command, words = found[1], found[2], found[3] or ""
        if nick.startswith(DESK):
            if command == "JOIN":
                self.stays += 1
                self.present = True
                self._unheard = dict.fromkeys(SIDES, 0)
            elif command in {"QUIT", "PART"}:
                self.present = False
            elif command in {"PRIVMSG", "NOTICE"}:
                self.arrived.append(words)
        elif command == "PRIVMSG" and (number := NUMBER.search(words)):
            tags = tags_of(line)
            at = datetime.fromisoformat(tags["time"])
            self.said[number[1]] = OnIrc(number[1], tags["msgid"], at, self.stays if self.present else 0)
        self._tell()

    def _tell(self) -> None:
        self._news.set()

    async def until(self, ready: Callable[[], bool]) -> None:
        """Looked at whenever a line was said or heard."""
        while not ready():
            self._news.clear()
            await self._news.wait()

    async def _people_come(self) -> None:
        """The watcher first, so that it misses nothing; the desk has no way in yet."""
        self.present = False
        watcher = await Ear.enter(self.irc, "watcher", self._watched)
        talkers = await asyncio.gather(*(Ear.enter(self.irc, nick) for nick in ("ivo", "ida")))
        self._ears = [watcher, *talkers]
        self._irc_up.set()

    def _people_go(self) -> None:
        for ear in self._ears:
            ear.close()

    # --- speaking -----------------------------------------------------------------------------------------------------

    async def _pace(self, side: str) -> None:
        other = SIDES[1 - SIDES.index(side)]
        await self.until(
            lambda: self.lines[side] < self.lines[other] + SLACK and (self.present or self._unheard[side] < ABSENCE)
        )

    def _count(self, side: str) -> None:
        self.lines[side] += 1
        if not self.present:
            self._unheard[side] += 1
        self._tell()

    async def put(self, who: Json, kind: str, content: Json, *, path: str = "send") -> str:
        """Said until Synapse has it, under one transaction id."""
        url = f"{self.synapse.url}/_matrix/client/v3/rooms/{quote(self.room)}/{path}/{kind}/{unique('t')}"
        headers = {"Authorization": f"Bearer {who['access_token']}"}
        while True:
            await self._synapse_up.wait()
            with suppress(aiohttp.ClientError):
                async with self.http.put(url, json=content, headers=headers) as answer:
                    if answer.status == 200:
                        return str((await answer.json())["event_id"])
                    assert answer.status >= 500, await answer.text()
            await asyncio.sleep(0)

    async def _matrix_talker(self, who: Json, name: str, also: Callable[[str, str], Awaitable[None]]) -> None:
        for count in range(1, self.total // 2 + 1):
            await self._pace("matrix")
            number = f"m-{name}-{count:04}"
            event = await self.put(who, "m.room.message", {"msgtype": "m.text", "body": f"{number} is teh line"})
            self.accepted[number] = event
            self._count("matrix")
            await also(number, event)

    async def _irc_talker(self, place: int, name: str, also: Callable[[Ear, str], Awaitable[None]]) -> None:
        for count in range(1, self.total // 2 + 1):
            await self._pace("irc")
            await self._irc_up.wait()
            ear, number = self._ears[place], f"i-{name}-{count:04}"
            after = len(ear.heard)
            ear.send(f"PRIVMSG {ROOM} :{number} is a line")
            echo = await ear.until(rf"PRIVMSG {ROOM} :{number}", after)  # or the server died: then it may not be said
            self._count("irc")
            if echo is not None:
                await also(ear, tags_of(echo)["msgid"])

    # --- dying --------------------------------------------------------------------------------------------------------

    def _database(self) -> contextlib.closing[sqlite3.Connection]:
        file = self.desk.state / "helpdesk.db"
        return contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=20))

    def pending(self) -> frozenset[str]:
        with self._database() as database:
            rows = database.execute("SELECT action FROM outbox WHERE network = 'irc' AND status = 'pending'").fetchall()
        return frozenset(number for (action,) in rows for number in NUMBER.findall(action))

    def committed(self) -> set[str]:
        """The msgids of IRC's lines that the desk took."""
        with self._database() as database:
            return {event for (event,) in database.execute("SELECT event FROM heard WHERE network = 'irc'")}

    @property
    def heard_on_irc(self) -> list[str]:
        """The watcher's lines, tags and all, since the server started."""
        return self._ears[0].heard

    async def settled(self) -> None:
        """Until nothing is promised that is not known to have arrived. Each look is a round trip to the server."""
        while await asyncio.to_thread(self._open):
            ear, token = self._ears[1], unique("sync")
            ear.send(f"PING {token}")
            await ear.until(rf"PONG .*{token}")

    def _open(self) -> int:
        with self._database() as database:
            return int(database.execute("SELECT count(*) FROM outbox WHERE status = 'pending'").fetchone()[0])

    async def _more(self, side: str, count: int) -> None:
        """Until so many more lines were said there, or all that can be while the other side is silent."""
        wanted, other = min(self.lines[side] + count, self.total), SIDES[1 - SIDES.index(side)]
        await self.until(lambda: self.lines[side] >= min(wanted, self.lines[other] + SLACK))

    async def die(self, kind: Kind) -> None:
        """Kill it, let the others talk, bring it back."""
        death = Death(kind)
        self.deaths.append(death)
        match kind:
            case "link":
                await self.gate.shut()
                death.pending = await asyncio.to_thread(self.pending)
                await self.until(lambda: not self.present)
                death.at = len(self.arrived)
                await asyncio.gather(*(self._more(side, 6) for side in SIDES))
                await self.gate.open()
            case "irc":
                self._irc_up.clear()
                self.irc.kill()
                await asyncio.gather(self.gate.shut(), *(ear.gone.wait() for ear in self._ears))
                death.pending = await asyncio.to_thread(self.pending)
                self.present, death.at = False, len(self.arrived)
                await self._more("matrix", 6)
                await asyncio.to_thread(self.irc.start)
                await self._people_come()
                await self.gate.open()
            case "synapse":
                self._synapse_up.clear()
                self.synapse.kill()
                await self._more("irc", 6)
                await asyncio.to_thread(self.synapse.start)
                self._synapse_up.set()
            case "service":
                await asyncio.to_thread(self.desk.kill)
                death.pending = await asyncio.to_thread(self.pending)
                await self.until(lambda: not self.present)
                death.at = len(self.arrived)
                await asyncio.gather(*(self._more(side, 6) for side in SIDES))
                await asyncio.to_thread(self.desk.start)

    async def _deaths(self, kinds: list[Kind]) -> None:
        often = self.total // (len(kinds) + 1)
        for kind in kinds:
            await self.until(lambda: self.present)
            wait = self.chance.randint(often // 2, often - 2 * ABSENCE // 3)
            await asyncio.gather(*(self._more(side, wait) for side in SIDES))
            await self.die(kind)

    # --- the whole ----------------------------------------------------------------------------------------------------

    async def rage(
        self,
        total: int,
        kinds: list[Kind],
        also_matrix: Callable[[str, str], Awaitable[None]],
        also_irc: Callable[[Ear, str], Awaitable[None]],
    ) -> None:
        """`total` lines on each side while these die one after the other. `also_…` is called after each line."""
        self.total = total
        self.stack.callback(self._people_go)
        await self._people_come()
        await self.gate.open()
        await asyncio.to_thread(self.desk.start)
        await self.until(lambda: self.present)
        await self._desk_on_matrix()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._talk_and_die(kinds, also_matrix, also_irc)
                await self.until(lambda: self.present)
        except TimeoutError:
            state = f"lines {self.lines}, the desk is {'' if self.present else 'not '}there, deaths {self.deaths}"
            raise AssertionError(f"the storm does not end: {state}; log: {self.desk.log[-8:]}") from None

    async def _talk_and_die(
        self,
        kinds: list[Kind],
        also_matrix: Callable[[str, str], Awaitable[None]],
        also_irc: Callable[[Ear, str], Awaitable[None]],
    ) -> None:
        async with asyncio.TaskGroup() as group:
            for name, who in zip(("mara", "mia"), self.talkers, strict=True):
                group.create_task(self._matrix_talker(who, name, also_matrix))
            for place, name in enumerate(("ivo", "ida"), 1):
                group.create_task(self._irc_talker(place, name, also_irc))
            group.create_task(self._deaths(kinds))

    async def _desk_on_matrix(self) -> None:
        owner = MatrixPeer(self.synapse, self.http, self.owner)
        await owner.expect(lambda e: e["type"] == "m.room.member" and e["state_key"].startswith("@desk"), 60)

    async def last_word(self) -> None:
        """Said on IRC after everything, and heard on Matrix: so is all that was to come before it."""
        owner = MatrixPeer(self.synapse, self.http, self.owner)
        await owner._sync()
        self._ears[1].send(f"PRIVMSG {ROOM} :that is all")
        await owner.expect_text("that is all", 120)

    async def history(self) -> list[Json]:
        """All events of the room on Matrix, oldest first."""
        owner = MatrixPeer(self.synapse, self.http, self.owner)
        events: list[Json] = []
        query = {"dir": "b", "limit": "500"}
        while True:
            answer = await owner.call("GET", f"rooms/{quote(self.room)}/messages", **query)
            events += answer["chunk"]
            if "end" not in answer or not answer["chunk"]:
                return events[::-1]
            query["from"] = answer["end"]


@asynccontextmanager
async def storming(folder: Path, irc: InspIRCd, synapse: Synapse, seed: int, **relay: Any) -> AsyncIterator[Storm]:
    """`irc` is up. Synapse is started, rooms and accounts are made, the desk is configured and not started."""
    await asyncio.to_thread(synapse.start)
    async with AsyncExitStack() as stack:
        gate = Gate(irc.port)
        await gate.open()
        port = gate.port
        await gate.shut()
        stack.push_async_callback(gate.shut)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        account, owner, *talkers = [await synapse.register(unique(name)) for name in ("desk", "owner", "mara", "mia")]
        peer = MatrixPeer(synapse, http, owner)
        room = await peer.create_room(alias="storm")
        for talker in talkers:
            await MatrixPeer(synapse, http, talker).join(room)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "token").write_text(account["access_token"])
        alias = f"#storm:{SERVER_NAME}"
        pace = {"flood_rate": 100, "flood_burst": 100}
        networks = {
            "irc": {"kind": "irc", "host": "127.0.0.1", "port": port, "tls": False, "nick": DESK, **pace}
            | {"rooms": {ROOM: {}}},
            "matrix": {"kind": "matrix", "homeserver": synapse.url, "user": account["user_id"]}
            | {"access_token_file": "token", "catch_up": 5000, "rooms": {alias: {}}},
        }
        tables = {"networks": networks, "links": [{"rooms": [f"irc:{ROOM}", f"matrix:{alias}"]}]}
        desk = Helpdesk(
            folder, kb={"starter": False, "semantic": "off"}, desk={"gap_notice": "0s"}, relay=relay, **tables
        )
        stack.callback(desk.kill)
        storm = Storm(folder, irc, synapse, desk, gate, room, owner, random.Random(seed), http, stack, talkers)
        storm._synapse_up.set()
        yield storm


GAP = re.compile(r"from (\d\d:\d\d:\d\d) to (\d\d:\d\d:\d\d) UTC")


def gaps(said: list[str], day: datetime) -> list[tuple[datetime, datetime]]:
    """The intervals that the desk said it was deaf in; they are told to the second."""
    found = []
    for since, until in (match.groups() for words in said if (match := GAP.search(words))):
        begin, end = (
            datetime.combine(day.astimezone(UTC), datetime.strptime(t, "%H:%M:%S").time(), UTC) for t in (since, until)
        )
        found.append((begin, end))
    return found


def shown(numbers: object) -> str:
    return json.dumps(sorted(numbers)[:20] if isinstance(numbers, (set, frozenset)) else numbers)
