"""A community for the desk to live in: rooms and accounts on real servers, its configuration, and its people.

The servers are shared by a test run; each community has rooms, accounts and a desk of its own there.
"""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp

from helpdesk import control
from tests.servers import synapse as matrix
from tests.servers.irc import InspIRCd, IrcPeer, NgIRCd
from tests.servers.irc import unique as nick
from tests.servers.people import Browsing, OnEncryptedMatrix, OnIrc, OnMatrix, OnTheWeb, WebVolunteer, browsing
from tests.servers.service import Helpdesk
from tests.servers.synapse import PASSWORD, SERVER_NAME, Json, MatrixPeer, Synapse

VOLUNTEERS = ("vera", "victor")
ACCOUNT_CAPS = ("account-tag", "server-time", "message-tags")


@cache
def shared_irc() -> InspIRCd:
    """The rich server with accounts, of this test run."""
    server = InspIRCd(services=True)
    atexit.register(server.stop)
    server.start()
    return server


@cache
def shared_plain() -> NgIRCd:
    """The plain server, of this test run."""
    server = NgIRCd()
    atexit.register(server.stop)
    server.start()
    return server


@dataclass
class Community:
    """Made by `settle`. Networks are called `irc`, `plain` and `matrix`; what is None does not exist."""

    folder: Path
    irc: InspIRCd | None = None
    plain: NgIRCd | None = None
    matrix: Synapse | None = None
    irc_port: int = 0
    """Where the desk finds the rich server, when that is not its own port."""
    by_token: bool = False
    """The desk's Matrix account logs in by an access token."""
    desk_nick: str = field(default_factory=lambda: nick("desk"))
    help_room: str = field(default_factory=lambda: nick("#help"))
    sig_room: str = field(default_factory=lambda: nick("#sig"))
    irc_volunteers: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    """Names of people whose accounts on the rich server are leads' (`account` has them)."""
    accounts: dict[str, str] = field(default_factory=dict)
    desk_account: Json = field(default_factory=dict)
    owner: Json = field(default_factory=dict)
    matrix_volunteers: dict[str, Json] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    """`help` and `sig` to the alias in the configuration."""
    room_ids: dict[str, str] = field(default_factory=dict)

    async def settle(self, *, linked: bool = False, **more: Any) -> Helpdesk:
        """Make accounts and rooms, and the desk that is configured for them; it is not started yet.

        `linked`: the rooms for questions read as one. `more`: other tables of the configuration.
        """
        networks: dict[str, Any] = {}
        volunteers: list[str] = []
        limits = {"questions_per_person": 100, "questions_per_room": 1000, "open_tickets_per_room": 1000}
        if self.irc is not None:
            self.irc_volunteers = tuple(self.irc.register_account(nick(name)) for name in VOLUNTEERS)
            volunteers += [f"irc:{name}" for name in self.irc_volunteers]
            rooms: dict[str, Any] = {self.help_room: {}, self.sig_room: {"volunteers": True}}
            networks["irc"] = self._irc(self.irc_port or self.irc.port, rooms)
        if self.plain is not None:
            networks["plain"] = self._irc(self.plain.port, {self.help_room: {}})
        if self.matrix is not None:
            networks["matrix"] = await self._settle_matrix(self.matrix)
            volunteers += [f"matrix:{account['user_id']}" for account in self.matrix_volunteers.values()]
        tables = {
            "networks": networks,
            "members": {"leads": [f"irc:{self.account(name)}" for name in self.leads], "volunteers": volunteers},
            "limits": limits,
            "desk": {"gap_notice": "0s"},
        }
        if linked:
            tables["links"] = [
                {"rooms": [f"{'irc' if self.irc else 'plain'}:{self.help_room}", f"matrix:{self.aliases['help']}"]}
            ]
        return Helpdesk(self.folder, **(tables | more))

    def _irc(self, port: int, rooms: dict[str, Any]) -> dict[str, Any]:
        link = {"host": "127.0.0.1", "port": port, "tls": False, "nick": self.desk_nick}
        return {"kind": "irc", **link, "flood_rate": 50, "flood_burst": 50, "rooms": rooms}

    async def _settle_matrix(self, server: Synapse) -> dict[str, Any]:
        self.desk_account = await server.register(matrix.unique("desk"))
        self.owner = await server.register(matrix.unique("owner"))
        for name in VOLUNTEERS:
            self.matrix_volunteers[name] = await server.register(matrix.unique(name))
        async with self.http() as http:
            owner = MatrixPeer(server, http, self.owner)
            for name in ("help", "sig"):
                local = matrix.unique(name)
                self.aliases[name] = f"#{local}:{SERVER_NAME}"
                self.room_ids[name] = await owner.create_room(alias=local)
        secret = "access_token_file" if self.by_token else "password_file"
        (self.folder / secret).write_text(self.desk_account["access_token"] if self.by_token else PASSWORD)
        rooms = {self.aliases["help"]: {}, self.aliases["sig"]: {"volunteers": True, "private": True}}
        account = {"homeserver": server.url, "user": self.desk_account["user_id"], secret: secret}
        return {"kind": "matrix", **account, "encrypt_direct": False, "rooms": rooms}

    # --- when the desk is there ---------------------------------------------------------------------------------------

    async def until_present(self) -> None:
        """Until the desk has entered all its rooms, as somebody there sees it."""
        for server, rooms in ((self.irc, (self.help_room, self.sig_room)), (self.plain, (self.help_room,))):
            if server is not None:
                peer = await IrcPeer.connect(server, nick("watch"))
                for room in rooms:
                    peer.send(f"JOIN {room}")
                    await peer.expect(rf" 353 .* {room} :.*\b{self.desk_nick}\b|:{self.desk_nick}!\S+ JOIN :?{room}\b")
                await peer.quit()
        if self.matrix is not None:
            async with self.http() as http:
                owner = MatrixPeer(self.matrix, http, self.owner)
                for room in self.room_ids.values():
                    if (await owner.members(room)).get(self.desk_id) != "join":
                        await owner.expect(
                            lambda e, room=room: (  # type: ignore[misc]
                                e["room_id"] == room
                                and e["type"] == "m.room.member"
                                and e["state_key"] == self.desk_id
                                and e["content"]["membership"] == "join"
                            )
                        )

    def http(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    async def history(self, room: str) -> list[Json]:
        """What was said in the `help` or `sig` room on Matrix, oldest first."""
        assert self.matrix is not None
        async with self.http() as http:
            return await MatrixPeer(self.matrix, http, self.owner).history(self.room_ids[room], 500)

    @property
    def desk_id(self) -> str:
        return str(self.desk_account["user_id"])

    # --- people -------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def on_irc(self, *, account: str = "", room: str = "", name: str = "") -> AsyncIterator[OnIrc]:
        """Somebody on the rich server: in `room`, or only in a query."""
        assert self.irc is not None
        peer = await IrcPeer.connect(
            self.irc, name or account or nick("anna"), account=account, caps=ACCOUNT_CAPS if account else ()
        )
        if room:
            await peer.join(room)
        yield OnIrc(peer, self.desk_nick, room)
        if not peer._task.done():
            await peer.quit()

    @asynccontextmanager
    async def on_plain(self, *, name: str = "") -> AsyncIterator[OnIrc]:
        assert self.plain is not None
        peer = await IrcPeer.connect(self.plain, name or nick("gast"))
        await peer.join(self.help_room)
        yield OnIrc(peer, self.desk_nick, self.help_room)
        if not peer._task.done():
            await peer.quit()

    @asynccontextmanager
    async def on_matrix(self, room: str = "help", *, account: Json | None = None) -> AsyncIterator[OnMatrix]:
        """Somebody in the `help` or `sig` room, who looks at what is said there from now on."""
        assert self.matrix is not None
        account = account or await self.matrix.register(matrix.unique("anna"))
        async with self.http() as http:
            peer = MatrixPeer(self.matrix, http, account)
            await peer.join(self.room_ids[room])
            await peer._sync()
            peer.waiting.clear()
            yield OnMatrix(peer, self.desk_id, self.room_ids[room])

    @asynccontextmanager
    async def on_matrix_directly(self) -> AsyncIterator[OnMatrix]:
        assert self.matrix is not None
        async with self.matrix.peer("anna") as peer:
            room = await peer.create_room(public=False, direct=True, invite=(self.desk_id,))
            yield OnMatrix(peer, self.desk_id, room, direct=True)

    @asynccontextmanager
    async def on_encrypted_matrix(self) -> AsyncIterator[OnEncryptedMatrix]:
        assert self.matrix is not None
        async with self.matrix.encrypted_peer(self.folder / matrix.unique("keys")) as peer:
            room = await peer.create_room(invite=(self.desk_id,), direct=True)
            await peer.until_member(room, self.desk_id)
            yield OnEncryptedMatrix(peer, self.desk_id, room)

    def account(self, name: str) -> str:
        """An account on the rich server, made when it is first asked for."""
        assert self.irc is not None
        if name not in self.accounts:
            self.accounts[name] = self.irc.register_account(nick(name))
        return self.accounts[name]

    @asynccontextmanager
    async def irc_volunteer(self, name: str) -> AsyncIterator[OnIrc]:
        account = self.irc_volunteers[VOLUNTEERS.index(name)]
        async with self.on_irc(account=account, room=self.sig_room) as volunteer:
            yield volunteer

    @asynccontextmanager
    async def matrix_volunteer(self, name: str) -> AsyncIterator[OnMatrix]:
        async with self.on_matrix("sig", account=self.matrix_volunteers[name]) as volunteer:
            yield volunteer

    @asynccontextmanager
    async def on_the_web(self, desk: Helpdesk) -> AsyncIterator[OnTheWeb]:
        async with browsing(desk.url) as browser:
            yield OnTheWeb(browser)

    @asynccontextmanager
    async def web_volunteer(self, desk: Helpdesk, name: str) -> AsyncIterator[WebVolunteer]:
        invited = await asyncio.to_thread(control.call, desk.state / control.NAME, "invite", role="solo", hours=1)
        async with browsing(desk.url) as browser:
            volunteer = WebVolunteer(browser, name)
            await volunteer.join(invited["url"])
            yield volunteer


async def page(url: str) -> tuple[int, str]:
    """A page of the website, as somebody new sees it."""
    someone = Browsing(url)
    try:
        return await someone.get(url)
    finally:
        await someone.close()
