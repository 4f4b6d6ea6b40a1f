"""The bridges that are measured, each between a channel and a Matrix room of its own on the same two servers."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from tests.servers.irc import InspIRCd, free_port
from tests.servers.service import Helpdesk
from tests.servers.synapse import REPOSITORY, SERVER_NAME, Json, MatrixPeer, Synapse

HEISENBRIDGE = REPOSITORY / ".venv-heisenbridge" / "bin" / "python"


@dataclass(frozen=True)
class Registration:
    """How an application service and the homeserver know each other."""

    file: Path
    port: int
    content: dict[str, Any]


def registration(folder: Path, name: str) -> Registration:
    """For one heisenbridge; its people on Matrix are `@NAME_…`."""
    port = free_port()
    content = {
        "id": name,
        "url": f"http://127.0.0.1:{port}",
        "as_token": secrets.token_hex(32),
        "hs_token": secrets.token_hex(32),
        "rate_limited": False,
        "sender_localpart": name,
        "namespaces": {
            "users": [{"regex": f"@{name}_.*", "exclusive": True}],
            "aliases": [],
            "rooms": [],
        },
    }
    file = folder / f"{name}.yaml"
    file.write_text(json.dumps(content))
    return Registration(file, port, content)


@dataclass
class Place:
    """What a bridge is given: the servers, a room on each side, and the person who owns the room on Matrix."""

    folder: Path
    irc: InspIRCd
    synapse: Synapse
    owner: MatrixPeer
    owner_account: Json
    name: str
    room: str
    alias: str
    channel: str


@dataclass(frozen=True)
class Bridge:
    """`run` yields its process's id when both rooms are linked."""

    name: str
    run: Callable[[Place], AbstractAsyncContextManager[int]]
    burst: int = 200
    """Lines of a burst from Matrix: few where the bridge makes pauses on IRC."""


@asynccontextmanager
async def plain(place: Place) -> AsyncIterator[int]:
    """The helpdesk as an ordinary account."""
    desk = await place.synapse.register(f"{place.name}desk")
    folder = place.folder / place.name
    folder.mkdir()
    (folder / "token").write_text(desk["access_token"])
    irc = {"kind": "irc", "host": "127.0.0.1", "port": place.irc.port, "tls": False, "nick": f"{place.name}desk"}
    irc |= {"flood_rate": 100, "flood_burst": 100, "rooms": {place.channel: {}}}
    matrix = {"kind": "matrix", "homeserver": place.synapse.url, "user": desk["user_id"]}
    matrix |= {"access_token_file": "token", "rooms": {place.alias: {}}}
    service = Helpdesk(
        folder,
        networks={"irc": irc, "matrix": matrix},
        links=[{"rooms": [f"irc:{place.channel}", f"matrix:{place.alias}"]}],
        kb={"starter": False, "semantic": "off"},
        relay={"backlog": 10_000},
    )
    service.start()
    try:
        await joined(place, desk["user_id"])
        yield service.pid
    finally:
        service.stop()


async def joined(place: Place, user: str) -> None:
    if (await place.owner.members(place.room)).get(user) != "join":
        await place.owner.expect(
            lambda e: (
                e["room_id"] == place.room
                and e["type"] == "m.room.member"
                and e["state_key"] == user
                and e["content"]["membership"] == "join"
            ),
            60,
        )


@asynccontextmanager
async def bare(place: Place) -> AsyncIterator[int]:
    """nio and a socket."""
    account = await place.synapse.register(f"{place.name}bot")
    headers = {"Authorization": f"Bearer {account['access_token']}"}
    url = f"{place.synapse.url}/_matrix/client/v3/join/{place.room}"
    async with aiohttp.ClientSession(headers=headers) as http, http.post(url, json={}) as answer:
        assert answer.status == 200, await answer.text()
    who = (account["user_id"], account["device_id"], account["access_token"])
    arguments = (place.synapse.url, *who, place.room, str(place.irc.port), f"{place.name}bot", place.channel)
    command = [sys.executable, "-m", "tests.bench.bridge.bare", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process.pid
    finally:
        process.kill()
        process.communicate()


def heisenbridge(known: Registration, *, unhurried: bool) -> Callable[[Place], AbstractAsyncContextManager[int]]:
    """Plumbed by its commands, as its manual says."""

    @asynccontextmanager
    async def run(place: Place) -> AsyncIterator[int]:
        module = [str(Path(__file__).with_name("unhurried.py"))] if unhurried else ["-m", "heisenbridge"]
        owner = place.owner
        command = [str(HEISENBRIDGE), *module, "-c", str(known.file), "-o", owner.id, place.synapse.url]
        with (place.folder / f"{place.name}.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
            try:
                await _plumb(place, f"@{known.content['sender_localpart']}:{SERVER_NAME}")
                yield process.pid
            finally:
                process.kill()
                process.wait()

    return run


async def _plumb(place: Place, bot: str) -> None:
    owner = place.owner

    async def told(words: str) -> None:
        await owner.expect(lambda e: e["sender"] == bot and words in str(e.get("content", {}).get("body", "")), 60)

    control = await owner.expect(
        lambda e: e["type"] == "m.room.member" and e["sender"] == bot and e["content"]["membership"] == "invite", 60
    )
    await owner.join(control["room_id"])
    for command, answer in (
        (f"ADDNETWORK {place.name}", "Network added"),
        (f"ADDSERVER {place.name} 127.0.0.1 {place.irc.port}", "Server added"),
        (f"OPEN {place.name}", "invited"),
    ):
        await owner.say(control["room_id"], command)
        await told(answer)
    network = await owner.expect(lambda e: e["type"] == "m.room.name" and e["content"]["name"] == place.name, 60)
    await owner.join(network["room_id"])
    for command, answer in (
        (f"NICK {place.name}", "Nickname set"),
        ("CONNECT", "Capabilities negotiated"),
        (f"PLUMB {place.room} {place.channel}", "to unplumb just kick me out"),
    ):
        await owner.say(network["room_id"], command)
        await told(answer)


def memory(pid: int) -> float:
    """Resident, in MB."""
    return float(psutil.Process(pid).memory_info().rss) / 2**20


def processor(pid: int) -> float:
    """Seconds of processor time so far."""
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)
