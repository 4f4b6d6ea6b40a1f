"""Linked rooms where IRC is as plain as it gets: ngIRCd knows no tags, echoes or accounts, and lines of 512 bytes (RFC 2812)."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.servers.community import Community, page, shared_plain
from tests.servers.people import OnIrc, OnMatrix, met
from tests.servers.synapse import MatrixPeer, Synapse, synapse

pytestmark = [pytest.mark.irc, pytest.mark.matrix]
__all__ = ["synapse"]

JOINER = "\u2060"
LINES = 12
LONG = " ".join(f"wört{number}" for number in range(80))
"""Two lines' worth, of letters that are two bytes."""


def relayed(ivo: OnIrc, mara: OnMatrix) -> list[str]:
    """What mara said as IRC shows it, without her name."""
    front = f"<{mara.name[0]}{JOINER}{mara.name[1:]}> "
    return [line.removeprefix(front) for line in ivo.lines() if line.startswith(front)]


async def test_a_plain_server_reads_long_words_and_changes_as_lines(tmp_path: Path, synapse: Synapse) -> None:
    community = Community(tmp_path, plain=shared_plain(), matrix=synapse)
    desk = await community.settle(linked=True, relay={"edit_hold": "0s"})
    await asyncio.to_thread(desk.start)
    await community.until_present()
    async with AsyncExitStack() as people:
        mara, ivo = await met(people, community.on_matrix(), community.on_plain())
        assert isinstance(mara, OnMatrix)
        assert isinstance(ivo, OnIrc)

        # What fits two lines comes whole, cut between words.
        await mara.peer.say(mara.room, f"{LONG} end-of-long")
        await ivo.hear("end-of-long")
        assert " ".join(relayed(ivo, mara)) == f"{LONG} end-of-long"
        assert len(relayed(ivo, mara)) == 2

        # What does not fit comes as its beginning, with a page for the rest; the author is told, once and directly.
        await mara.peer.say(mara.room, "\n".join(f"verse {number}" for number in range(LINES)))
        link = re.search(r"http://\S+", await ivo.hear("http://"))
        assert link
        assert [line for line in relayed(ivo, mara) if line.startswith("verse")][:2] == ["verse 0", "verse 1"]
        assert ivo.count(f"verse {LINES - 1}") == 0
        status, shown = await page(link[0])
        assert status == 200
        assert all(f"verse {number}" in shown for number in range(LINES))
        direct = await mara.peer.expect_invite()
        await mara.peer.join(direct)
        assert link[0] in await mara.hear("first 3 lines")
        assert mara.event["room_id"] == direct

        # An edit is said as what it changed, a reaction not at all.
        first = await mara.peer.say(mara.room, "meet at teh door at five")
        await ivo.hear("meet at teh door")
        await mara.peer.edit(mara.room, first, "meet at the door at five")
        assert "s/teh/the/" in await ivo.hear("the")
        await mara.peer.react(mara.room, first, "👍")

        # What its author takes back goes quietly; a moderator's doing is said.
        rude = await mara.peer.say(mara.room, "a rude remark")
        await ivo.hear("a rude remark")
        await mara.peer.redact(mara.room, first)
        async with community.http() as http:
            await MatrixPeer(synapse, http, community.owner).redact(mara.room, rude)
        await ivo.hear("took back a message")
        assert ivo.count("took back") == 1
        assert ivo.count("👍") == 0

        # The other way: mIRC's codes are formatting, and a nick in front is a reply.
        ivo.peer.send(f"PRIVMSG {ivo.room} :\x02bold\x02 words")
        await mara.hear("bold words")
        assert "<strong>bold</strong>" in mara.event["content"]["formatted_body"]
        assert all(len(line.encode()) <= 510 for line in ivo.peer.heard)
    await asyncio.to_thread(desk.stop)
    assert desk.troubles() == []
