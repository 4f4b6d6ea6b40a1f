"""`!mod` through the whole desk: what a lead says in a room becomes a rule, a line of the log, and a word to them."""

from __future__ import annotations

from pathlib import Path

from bridges.events import PersonId, Sender
from helpdesk.store import moderation
from tests.desk import config_for, running


async def test_a_lead_bans_whom_they_met_by_name(tmp_path: Path) -> None:
    config = config_for(tmp_path)
    async with running(config, f"sqlite:///{tmp_path}/desk.db") as desk:
        desk["chat"].say("helpdesk: how do I get a mailing list?", by="eve")
        await desk.says("chat", "Ask the desk for a list.")
        desk["chat"].say("!mod ban EVE for 2h flood", by="lea")
        await desk.says("chat", "chat:id:eve is banned until")
        desk["chat"].say("!mod list", by="lea")
        listed = await desk.says("chat", "#1 ban chat:id:eve until")
        assert listed.receipt.room == "direct:lea"

        book = await desk.database.read(moderation.rulebook, config)
        eve = Sender(PersonId("eve"), "eve", authenticated=True)
        now = desk.clock()
        assert book.judge(eve, "chat", "hello", now).level == "banned"
        assert book.judge(eve, "other", "hello", now).level == "allowed"

        desk["chat"].say("!mod lift 1", by="lea")
        await desk.says("chat", "Lifted: ban chat:id:eve")
        book = await desk.database.read(moderation.rulebook, config)
        assert book.empty
        told = [(entry.action, entry.about, entry.actor) for entry in await desk.database.read(moderation.entries)]
        assert told == [("lift", "chat:id:eve", "lea"), ("ban", "chat:id:eve", "lea")]


async def test_others_may_not(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        desk["chat"].say("!mod ban @anna:example.org", by="vera")
        await desk.says("chat", "role of a lead")
        assert await desk.database.read(moderation.load) == ()
