"""Rooms that read as one: an IRC room and a Matrix room linked by the desk."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.servers.community import Community, shared_irc
from tests.servers.people import OnIrc, OnMatrix, met, number_in, unknown
from tests.servers.synapse import Synapse, synapse

pytestmark = [pytest.mark.irc, pytest.mark.matrix]
__all__ = ["synapse"]

LINES = 15
JOINER = "\u2060"


async def test_linked_rooms_read_as_one(tmp_path: Path, synapse: Synapse) -> None:
    community = Community(tmp_path, shared_irc(), matrix=synapse)
    desk = await community.settle(linked=True)
    await asyncio.to_thread(desk.start)
    await community.until_present()
    async with AsyncExitStack() as people:
        mara, ivo, vera = await met(
            people, community.on_matrix(), community.on_irc(room=community.help_room), community.irc_volunteer("vera")
        )
        assert isinstance(mara, OnMatrix)
        assert isinstance(ivo, OnIrc)

        # In order, both ways, and each by the name of who said it.
        for number in range(LINES):
            await mara.peer.say(mara.room, f"matrix line {number};")
        for number in range(LINES):
            ivo.peer.send(f"PRIVMSG {ivo.room} :irc line {number};")
        for number in range(LINES):
            await mara.hear(f"irc line {number};")
            assert mara.event["content"]["com.beeper.per_message_profile"]["displayname"] == ivo.name
            assert mara.event["content"]["msgtype"] == "m.text"
        await ivo.hear(f"matrix line {LINES - 1};")
        attributed = f"<{mara.name[0]}{JOINER}{mara.name[1:]}> "
        relayed = [line for line in ivo.lines() if "matrix line" in line]
        assert relayed == [f"{attributed}matrix line {number};" for number in range(LINES)]
        events = await community.history("help")
        heard = [e["content"].get("body", "") for e in events if e["sender"] == mara.desk]
        said = [body.removeprefix(f"{ivo.name}: ") for body in heard if "irc line" in body]
        assert said == [f"irc line {number};" for number in range(LINES)]

        # A question is answered where it was asked, and the other room reads along.
        await ivo.say("how do I get a mailing list for my project?")
        await ivo.hear("/kb/mailing-lists/request-a-list")
        await mara.hear("/kb/mailing-lists/request-a-list")
        assert mara.count("/kb/mailing-lists/request-a-list") == 1

        # The desk's own rights are nobody's: a command that is relayed is only words.
        question = unknown()
        await ivo.say(question)
        number = number_in(await ivo.hear("Your ticket is"))
        await vera.hear(f"!claim {number} takes it")
        await mara.say(f"!claim {number}")
        await mara.hear("volunteer")
        await ivo.hear(f"{attributed}!claim {number}")
        await ivo.say("!status")
        await ivo.hear(f"#{number}: waiting for a volunteer")
        bodies = [e["content"].get("body", "") for e in await community.history("help")]
        assert sum(f"matrix line {LINES - 1};" in body for body in bodies) == 1, "no line comes back"
    await asyncio.to_thread(desk.stop)
    assert desk.troubles() == []
