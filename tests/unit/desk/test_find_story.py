"""`!find` through the desk: what is found where."""

from __future__ import annotations

from pathlib import Path

from tests.desk import config_for, running


async def test_volunteers_find_tickets_and_private_ones_only_where_they_may_be_read(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        chat, other = desk["chat"], desk["other"]
        chat.say("helpdesk: the badge printer is dead")
        await desk.says("chat", "Your ticket is #1")
        chat.say("my badge says Anna Secret", direct=True)
        await desk.says("chat", "Your ticket is #2")
        chat.say("!find badge", by="vera", room="#sig")
        found = await desk.says("chat", "#1 (collaboration) waiting for a volunteer: the badge printer is dead")
        assert "#2" not in found.text
        chat.say("!find secret", by="vera", room="#sig")
        await desk.says("chat", "No ticket holds “secret”")
        chat.say("!find secret", by="vera", direct=True)
        hidden = await desk.says("chat", "No ticket holds “secret”")
        assert hidden.receipt.room == "direct:vera"
        other.say("!find secret", by="olga", room="#team")
        await desk.says("other", "#2 (collaboration) waiting for a volunteer: my badge says Anna Secret")
        chat.say("!claim 2", by="vera", room="#sig")
        await desk.says("chat", "vera is looking at #2")
        chat.say("!find secret claimant:me", by="vera", direct=True)
        await desk.says("chat", "#2", "vera is looking at it: my badge says Anna Secret")
        chat.say("!find badge printer status:open asker:anna", by="vera", room="#sig")
        await desk.says("chat", "#1", "the badge printer is dead")
        chat.say("!find wiki", by="bert")
        await desk.says("chat", "Found for “wiki”", "The wiki")
        chat.say("!find", by="vera", room="#sig")
        await desk.says("chat", "!find WORDS")
