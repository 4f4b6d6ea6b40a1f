"""The scripted server itself, against the client as it stands: what other tests build on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridges.events import RoomId, SendMessage, ToRoom
from bridges.irc.network import IrcNetwork
from bridges.irc.settings import IrcSettings
from bridges.network import Context
from bridges.text import from_plain
from tests.servers.listening import Listening
from tests.servers.scripted_irc import ScriptedIrc


@pytest.fixture
async def server():
    async with ScriptedIrc() as server:
        yield server


async def test_a_desk_registers_joins_hears_and_speaks(server: ScriptedIrc, tmp_path: Path) -> None:
    settings = IrcSettings(host="localhost", port=server.port, tls=False, nick="desk", rooms=("#help",))
    network = IrcNetwork("irc", settings, Context(tmp_path, "helpdesk"))
    desk = Listening(network)
    desk.start()
    try:
        server.members["#help"] = ("anna",)
        client = await server.accept()
        await client.registered()
        await client.expect("^JOIN #help")
        client.send("@msgid=x;account=anna :anna!a@host PRIVMSG #help :hello")
        assert (await desk.message("hello")).sender.name == "anna"
        receipt = await network.send("k1", SendMessage(ToRoom(RoomId("#help")), from_plain("hi"), "text"))
        assert receipt.messages == ("m1",)
        await client.expect("PRIVMSG #help :?hi")
        assert await client.synced() == []
    finally:
        await desk.stop()
