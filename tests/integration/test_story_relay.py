"""What linked rooms hear of each other on a real IRC server and a real homeserver: each thing in its network's own form."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.servers.community import Community, page, shared_irc
from tests.servers.people import OnIrc, OnMatrix, met
from tests.servers.synapse import MatrixPeer, Synapse, synapse

pytestmark = [pytest.mark.irc, pytest.mark.matrix]
__all__ = ["synapse"]

JOINER = "\u2060"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


async def test_two_rooms_read_one_conversation(tmp_path: Path, synapse: Synapse) -> None:
    community = Community(tmp_path, shared_irc(), matrix=synapse)
    desk = await community.settle(linked=True, relay={"edit_hold": "0s"})
    await asyncio.to_thread(desk.start)
    await community.until_present()
    async with AsyncExitStack() as people:
        mara, ivo = await met(people, community.on_matrix(), community.on_irc(room=community.help_room))
        assert isinstance(mara, OnMatrix)
        assert isinstance(ivo, OnIrc)
        matrix = mara.peer
        by_mara = f"<{mara.name[0]}{JOINER}{mara.name[1:]}>"

        # A reply to what was said on IRC calls its author; one from IRC is a reply to what was said on Matrix.
        ivo.peer.send(f"PRIVMSG {ivo.room} :does \x02anybody\x02 know the time?")
        await mara.hear("know the time?")
        assert "<strong>anybody</strong>" in mara.event["content"]["formatted_body"]
        asked = mara.event["event_id"]
        told = await matrix.reply(mara.room, asked, "ten past")
        assert await ivo.hear("ten past") == f"{by_mara} {ivo.name}: ten past"
        ivo.peer.send(f"PRIVMSG {ivo.room} :{mara.name}: thank you")
        await mara.hear("thank you")
        content = mara.event["content"]
        assert content["m.relates_to"]["m.in_reply_to"]["event_id"] == told
        assert matrix.id in content["m.mentions"]["user_ids"]

        # An edit says what it changes.
        slip = await matrix.say(mara.room, "the meeting is on tuesday")
        await ivo.hear("on tuesday")
        await matrix.edit(mara.room, slip, "the meeting is on thursday")
        assert "s/tuesday/thursday/" in await ivo.hear("thursday")

        # What a moderator takes back on Matrix is said on IRC, where lines can't be recalled.
        ivo.peer.send(f"PRIVMSG {ivo.room} :buy cheap pills")
        await mara.hear("cheap pills")
        spam = mara.event["event_id"]
        async with community.http() as http:
            await MatrixPeer(synapse, http, community.owner).redact(mara.room, spam)
        await ivo.hear("took back", ivo.name[:1])

        # A long text is its beginning and a page; its author is told once.
        long = "\n".join(f"step {n}: turn it {n} times" for n in range(1, 21))
        await matrix.say(mara.room, long)
        line = await ivo.hear("http://")
        found = re.search(r"http://\S+/r/\S+", line)
        assert found
        status, html = await page(found[0])
        assert status == 200
        assert "step 20: turn it 20 times" in html
        assert sum("step " in said for said in ivo.lines()) <= 3

        # A picture is a link that the desk serves.
        mxc = await matrix.upload(PICTURE, "image/png", "map.png")
        info = {"mimetype": "image/png", "size": len(PICTURE)}
        await matrix.say(mara.room, "map.png", msgtype="m.image", url=mxc, info=info)
        shown = await ivo.hear("map.png")
        assert "image: map.png, 2.1 kB" in shown or "image: map.png, 2 kB" in shown
        where = re.search(r"http://\S+/f/\S+", shown)
        assert where
        assert mxc not in shown
        async with aiohttp.ClientSession() as http, http.get(where[0]) as answer:
            assert (answer.status, await answer.read()) == (200, PICTURE)
            assert answer.headers["Content-Type"] == "image/png"

        # Who spoke is seen to go.
        await ivo.peer.quit()
        await mara.hear("is gone")
        assert ivo.name[1:] in mara.event["content"]["body"]
    await asyncio.to_thread(desk.stop)
    assert desk.troubles() == []
