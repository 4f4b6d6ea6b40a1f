"""What a volunteer is told of an asker."""

from __future__ import annotations

from pathlib import Path

from tests.desk import config_for, running


async def test_what_was_offered_and_asked_before_but_nothing_private_in_a_room(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        chat = desk["chat"]
        chat.say("helpdesk: the printer is on fire")
        await desk.says("chat", "Your ticket is #1")
        chat.say("my badge says Anna Secret", direct=True)
        await desk.says("chat", "Your ticket is #2")
        chat.say("helpdesk: how do I get a mailing list?")
        await desk.says("chat", "Ask the desk for a list.")
        chat.say("!no")
        await desk.says("chat", "Sorry", "#3")
        chat.say("!context 3", by="vera", room="#sig")
        shown = await desk.says("chat", "#3: anna on chat (memory), logged in", "did not help")
        assert "The desk offered: Request a mailing list." in shown.text
        assert "Before: #1" in shown.text
        assert "#2" not in shown.text
        assert "Secret" not in shown.text
        chat.say("!context 2", by="vera", room="#sig")
        await desk.says("chat", "asked in private")
        chat.say("!human the door is locked", by="bert")
        await desk.says("chat", "#4")
        desk["other"].say("!context 4", by="olga", room="#team")
        await desk.says("other", "a person straight away")
        desk["other"].say("!context 3", by="olga", room="#team")
        await desk.says("other", "Before: #2", "Anna Secret")


async def test_it_comes_with_the_claim_where_the_words_are_told(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        chat = desk["chat"]
        chat.say("helpdesk: the printer is on fire")
        await desk.says("chat", "Your ticket is #1")
        chat.say("how do I get a mailing list called Anna Secret?", direct=True)
        await desk.says("chat", "Ask the desk for a list.")
        chat.say("!no", direct=True)
        await desk.says("chat", "Sorry", "#2")
        chat.say("!claim 1", by="vera", room="#sig")
        await desk.says("chat", "the printer is on fire")
        await desk.quiet()
        assert not any("asked before" in sent.text for sent in chat.sent), "the other one was asked in private"
        chat.say("!next", by="victor", room="#sig")
        shown = await desk.says("chat", "The desk offered: Request a mailing list. They said it did not help.")
        assert "direct" in str(shown.receipt.room)
        assert "They asked before: #1" in shown.text
        chat.say("!release 2", by="victor", room="#sig")
        await desk.says("chat", "Thank you for what you did on #2")
        desk["other"].say("!claim 1", by="olga", room="#team")
        await desk.says("other", "vera has #1")
        desk["other"].say("!claim 2", by="olga", room="#team")
        await desk.says("other", "The desk offered: Request a mailing list", "They asked before: #1")
        chat.say("!human the door is locked", by="bert")
        await desk.says("chat", "#3")
        chat.say("!claim 3", by="victor", room="#sig")
        claimed = await desk.says("chat", "the door is locked")
        assert "desk offered" not in claimed.text
