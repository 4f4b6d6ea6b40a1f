"""A question's way through real servers and back, in turn with the barest bot that could answer there.

The helpdesk and each rival are processes of their own, so that neither waits for the other's or the asker's Python.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from tests.bench.figures import head, show, show_ratio, show_value
from tests.servers.irc import InspIRCd, IrcPeer
from tests.servers.service import Helpdesk
from tests.servers.synapse import MatrixPeer, Synapse

ROUNDS = 200
IRC_ROUNDS = 50
BREATH = 0.2
"""Seconds between two rounds on IRC: the flood control's tokens come back, and so does TCP's delayed ACK (40 ms), which a
question within a millisecond of the last answer would wait for and a person's never does."""
WARM = 5
QUESTION = "how do I get a mailing list for my project?"
UNLIMITED = {"questions_per_person": 10**6, "questions_per_room": 10**6}


@contextlib.contextmanager
def _helpdesk(folder: Path, **networks: Any) -> Iterator[Helpdesk]:
    service = Helpdesk(folder, limits=UNLIMITED, networks=networks)
    service.start()
    try:
        yield service
    finally:
        service.stop()


@contextlib.contextmanager
def _rival(module: str, *arguments: str) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", f"tests.bench.{module}", *arguments], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield
    finally:
        process.kill()
        process.communicate()


def _irc(server: InspIRCd, room: str) -> dict[str, Any]:
    table = {"kind": "irc", "host": "127.0.0.1", "port": server.port, "tls": False, "rooms": {room: {}}}
    return table | {"flood_burst": 100, "flood_rate": 100}


def _matrix(server: Synapse, folder: Path, desk: dict[str, Any], room: str) -> dict[str, Any]:
    token = folder / f"token-{desk['device_id']}"
    token.write_text(desk["access_token"])
    return {
        "kind": "matrix",
        "homeserver": server.url,
        "user": desk["user_id"],
        "access_token_file": str(token),
        "rooms": {room: {}},
    }


async def _matrix_round(peer: MatrixPeer, room: str, words: str, wanted: str) -> float:
    started = time.perf_counter()
    await peer.say(room, words)
    await peer.expect_text(wanted)
    return time.perf_counter() - started


async def matrix(server: Synapse, folder: Path) -> None:
    """Question and echo in turn, in rooms of their own on one Synapse."""
    head("Through a local Synapse, in turn with a bare nio echo bot")
    desk, echo = await server.register("benchdesk"), await server.register("benchecho")
    async with server.peer("benchanna") as anna:
        asked = await anna.create_room(alias="benchhelp")
        echoed = await anna.create_room()
        await _join(server, echo, echoed)
        settings = _matrix(server, folder, desk, "#benchhelp:localhost")
        rival = ("matrix_echo", server.url, echo["user_id"], echo["device_id"], echo["access_token"])
        with _helpdesk(folder / "matrix", matrix=settings), _rival(*rival):
            await anna.expect(lambda e: e["type"] == "m.room.member" and e["state_key"] == desk["user_id"])
            ours, theirs = [], []
            for number in range(ROUNDS + WARM):
                ours.append(await _matrix_round(anna, asked, f"!ask {QUESTION}", "!yes"))
                words = f"{QUESTION} {number}"
                theirs.append(await _matrix_round(anna, echoed, words, f"echo {words}"))
        _compare("the echo bot", ours, theirs, "target ≤ 1.15")


async def _join(server: Synapse, account: dict[str, Any], room: str) -> None:
    headers = {"Authorization": f"Bearer {account['access_token']}"}
    url = f"{server.url}/_matrix/client/v3/join/{room}"
    async with aiohttp.ClientSession(headers=headers) as http, http.post(url, json={}) as answer:
        assert answer.status == 200, await answer.text()


def _compare(rival: str, ours: list[float], theirs: list[float], target: str = "") -> None:
    show("the helpdesk, question to cited answer", ours[WARM:])
    show(rival, theirs[WARM:])
    show_ratio("ratio", ours[WARM:], theirs[WARM:], target)


async def _irc_round(peer: IrcPeer, room: str, words: str, wanted: str) -> float:
    started = time.perf_counter()
    peer.send(f"PRIVMSG {room} :{words}")
    await peer.expect(rf"PRIVMSG {room} :.*{wanted}")
    return time.perf_counter() - started


async def irc(server: InspIRCd, folder: Path) -> None:
    """The same through InspIRCd."""
    head("Through a local InspIRCd, in turn with a bare socket echo")
    anna = await IrcPeer.connect(server, "benchanna")
    await anna.join("#bench")
    await anna.join("#echo")
    with (
        _helpdesk(folder / "irc", libera=_irc(server, "#bench")),
        _rival("irc_echo", str(server.port), "echo", "#echo"),
    ):
        await anna.expect(r"JOIN :?#bench")
        ours, theirs = [], []
        for number in range(IRC_ROUNDS + WARM):
            ours.append(await _irc_round(anna, "#bench", f"!ask {QUESTION}", "!yes"))
            await asyncio.sleep(BREATH)
            words = f"{QUESTION} {number}"
            theirs.append(await _irc_round(anna, "#echo", words, f"echo {re.escape(words)}"))
            await asyncio.sleep(BREATH)
    await anna.quit()
    _compare("the socket echo", ours, theirs)


async def memory(matrix_server: Synapse, irc_server: InspIRCd, folder: Path) -> None:
    """Resident memory of the service with all three networks on and some questions answered."""
    head("Memory")
    desk = await matrix_server.register("benchmemory")
    anna = await IrcPeer.connect(irc_server, "benchmem")
    await anna.join("#memory")
    networks = {
        "libera": _irc(irc_server, "#memory"),
        "matrix": _matrix(matrix_server, folder, desk, "#none:localhost"),
    }
    with _helpdesk(folder / "memory", **networks) as service:
        await anna.expect(r"JOIN :?#memory")
        for _ in range(20):
            await _irc_round(anna, "#memory", f"!ask {QUESTION}", "!yes")
        resident = psutil.Process(service.pid).memory_info().rss / 2**20
    await anna.quit()
    show_value("resident, Matrix + IRC + web, lexical answers", f"{resident:.0f} MB", "target ≤ 160 MB")
