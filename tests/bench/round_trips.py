"""A question's way through real servers and back, in turn with the barest bot that could answer there."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil

from helpdesk.app import Service
from helpdesk.config import build
from tests.bench.figures import head, show, show_ratio, show_value
from tests.servers.irc import InspIRCd, IrcPeer
from tests.servers.synapse import MatrixPeer, Synapse

ROUNDS = 150
QUESTION = "how do I get a mailing list for my project?"


@contextlib.asynccontextmanager
async def _service(folder: Path, networks: dict[str, Any]) -> AsyncIterator[Service]:
    limits = {"questions_per_person": 10**6, "questions_per_room": 10**6}
    config = build({"helpdesk": {"state": str(folder)}, "web": {"port": 0}, "limits": limits, "networks": networks})
    service, stop = Service(config), asyncio.Event()
    ready = asyncio.Event()
    task = asyncio.create_task(service.run(stop, lambda _: ready.set()))
    try:
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({waiting, task}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield service
    finally:
        stop.set()
        await task


@contextlib.asynccontextmanager
async def _matrix_echo(server: Synapse, account: dict[str, Any]) -> AsyncIterator[None]:
    """The barest bot on matrix-nio: sync, answer, nothing stored."""
    from nio.client.async_client import AsyncClient
    from nio.events.room_events import RoomMessageText

    client = AsyncClient(server.url, account["user_id"])
    client.access_token, client.user_id, client.device_id = (
        account["access_token"],
        account["user_id"],
        account["device_id"],
    )
    since = (await client.sync(timeout=0, full_state=True)).next_batch

    async def run(since: str) -> None:
        while True:
            response = await client.sync(timeout=30_000, since=since)
            since = response.next_batch
            for room, data in response.rooms.join.items():
                for event in data.timeline.events:
                    if isinstance(event, RoomMessageText) and event.sender != client.user_id:
                        content = {"msgtype": "m.notice", "body": f"echo {event.body}"}
                        await client.room_send(room, "m.room.message", content)

    task = asyncio.create_task(run(since))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await client.close()


async def _matrix_round(peer: MatrixPeer, room: str, words: str, wanted: str) -> float:
    started = time.perf_counter()
    await peer.say(room, words)
    await peer.expect_text(wanted)
    return time.perf_counter() - started


async def matrix(server: Synapse, folder: Path) -> None:
    """Question and echo in turn, in rooms of their own on one Synapse."""
    head("Through a local Synapse, in turn with a bare nio echo bot")
    desk, echo = await server.register("benchdesk"), await server.register("benchecho")
    (folder / "token").write_text(desk["access_token"])
    async with server.peer("benchanna") as anna:
        asked = await anna.create_room(alias="benchhelp")
        echoed = await anna.create_room()
        await anna.invite(echoed, echo["user_id"])
        await _join(server, echo, echoed)
        settings = {
            "kind": "matrix",
            "homeserver": server.url,
            "user": desk["user_id"],
            "access_token_file": str(folder / "token"),
            "rooms": {"#benchhelp:localhost": {}},
        }
        async with _service(folder / "matrix", {"matrix": settings}), _matrix_echo(server, echo):
            await anna.expect(lambda e: e["type"] == "m.room.member" and e["state_key"] == desk["user_id"])
            ours, theirs = [], []
            for number in range(ROUNDS + 5):
                one = await _matrix_round(anna, asked, f"!ask {QUESTION}", "!yes")
                other = await _matrix_round(anna, echoed, f"{QUESTION} {number}", f"echo {QUESTION} {number}")
                if number >= 5:
                    ours.append(one)
                    theirs.append(other)
        show("the helpdesk, question to cited answer", ours)
        show("the echo bot", theirs)
        show_ratio("ratio", ours, theirs, "target ≤ 1.15")


async def _join(server: Synapse, account: dict[str, Any], room: str) -> None:
    import aiohttp

    headers = {"Authorization": f"Bearer {account['access_token']}"}
    url = f"{server.url}/_matrix/client/v3/join/{room}"
    async with aiohttp.ClientSession(headers=headers) as http, http.post(url, json={}) as answer:
        assert answer.status == 200, await answer.text()


async def _irc_echo(server: InspIRCd) -> IrcPeer:
    """The barest bot on a socket."""
    bot = await IrcPeer.connect(server, "benchecho")
    await bot.join("#echo")
    return bot


async def _answering(bot: IrcPeer) -> None:
    while True:
        line = await bot.expect(r"PRIVMSG #echo ", timeout=600)
        bot.send("PRIVMSG #echo :echo " + line.split(" :", 1)[1])


async def irc(server: InspIRCd, folder: Path) -> None:
    """The same through InspIRCd."""
    head("Through a local InspIRCd, in turn with a bare socket echo")
    settings = {"kind": "irc", "host": "127.0.0.1", "port": server.port, "tls": False, "rooms": {"#bench": {}}}
    settings |= {"flood_burst": 100, "flood_rate": 100}
    anna = await IrcPeer.connect(server, "benchanna")
    await anna.join("#bench")
    await anna.join("#echo")
    bot = await _irc_echo(server)
    answering = asyncio.create_task(_answering(bot))
    try:
        async with _service(folder / "irc", {"libera": settings}):
            await anna.expect(r"JOIN :?#bench")
            ours, theirs = [], []
            for number in range(ROUNDS + 5):
                started = time.perf_counter()
                anna.send(f"PRIVMSG #bench :!ask {QUESTION}")
                await anna.expect(r"PRIVMSG #bench :.*/kb/")
                one = time.perf_counter() - started
                started = time.perf_counter()
                anna.send(f"PRIVMSG #echo :{QUESTION} {number}")
                await anna.expect(rf"PRIVMSG #echo :echo .* {number}$")
                if number >= 5:
                    ours.append(one)
                    theirs.append(time.perf_counter() - started)
        show("the helpdesk, question to cited answer", ours)
        show("the socket echo", theirs)
        show_ratio("ratio", ours, theirs)
    finally:
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
        await anna.quit()
        await bot.quit()


async def memory(matrix_server: Synapse, irc_server: InspIRCd, folder: Path) -> None:
    """Resident memory of the service as a process of its own, with all three networks on and a question answered."""
    import sys

    head("Memory")
    desk = await matrix_server.register("benchmemory")
    (folder / "memory-token").write_text(desk["access_token"])
    config = folder / "memory.toml"
    config.write_text(
        f"""
[helpdesk]
state = "memory"
[web]
port = {_free_port()}
[networks.libera]
kind = "irc"
host = "127.0.0.1"
port = {irc_server.port}
tls = false
[networks.libera.rooms."#memory"]
[networks.matrix]
kind = "matrix"
homeserver = "{matrix_server.url}"
user = "{desk["user_id"]}"
access_token_file = "memory-token"
"""
    )
    anna = await IrcPeer.connect(irc_server, "benchmem")
    await anna.join("#memory")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "helpdesk", "--config", str(config), "run", stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await anna.expect(r"JOIN :?#memory")
        for _ in range(5):
            anna.send(f"PRIVMSG #memory :!ask {QUESTION}")
            await anna.expect(r"PRIVMSG #memory :.*/kb/")
        resident = psutil.Process(process.pid).memory_info().rss / 2**20
    finally:
        process.terminate()
        await process.wait()
        await anna.quit()
    show_value("resident, Matrix + IRC + web, lexical answers", f"{resident:.0f} MB", "target ≤ 160 MB")


def _free_port() -> int:
    from tests.servers.irc import free_port

    return free_port()
