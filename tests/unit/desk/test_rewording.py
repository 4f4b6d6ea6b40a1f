"""What an asker changes or takes back holds for the ticket and what rooms show of it."""

from __future__ import annotations

from pathlib import Path

from bridges.events import EditMessage, EventId, MessageEdited, MessageId, MessageReceived, MessageRedacted, Sender
from bridges.text import from_plain, plain
from helpdesk.model import ChangeKind
from tests.desk import Desk, config_for, running


def edit(desk: Desk, of: MessageReceived, words: str, *, by: Sender | None = None) -> None:
    sender = by or of.sender
    event = EventId(f"edit-{of.message}-{words}-{sender.name}")
    desk["chat"].emit(MessageEdited("chat", event, desk.clock(), of.room, sender, of.message, from_plain(words)))


def redact(desk: Desk, of: MessageReceived, *, by: Sender | None = None) -> None:
    event = EventId(f"redact-{of.message}")
    desk["chat"].emit(MessageRedacted("chat", event, desk.clock(), of.room, by or of.sender, of.message))


async def all_words(desk: Desk, number: int) -> str:
    await desk.quiet()
    ticket = await desk.reader.ticket(number)
    assert ticket is not None
    return "\n".join((ticket.text, *(change.text for change in await desk.reader.history(number))))


async def test_an_edit_and_a_redaction_reach_the_ticket(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        chat = desk["chat"]
        asked = chat.say("helpdesk: my badge is borken")
        await desk.says("chat", "Your ticket is #1")
        announced = await desk.says("chat", "anna on chat asks: my badge is borken")
        await desk.says("other", "my badge is borken")
        edit(desk, asked, "my badge is stolen", by=Sender(chat.say("x", by="eve").sender.id, "eve", authenticated=True))
        edit(desk, asked, "my badge is broken")
        await desk.says("chat", "#1, anna changed what they wrote: my badge is broken")
        await desk.says("other", "#1, anna changed what they wrote: my badge is broken")
        changed = await desk.says("chat", "#1 anna: my badge is broken")
        assert isinstance(changed.action, EditMessage)
        assert changed.action.targets == announced.receipt.messages[:1]
        words = await all_words(desk, 1)
        assert "my badge is broken" in words
        assert "borken" not in words
        assert "stolen" not in words
        assert [c.kind for c in await desk.reader.history(1)] == [ChangeKind.OPENED, ChangeKind.EDITED]
        more = chat.say("!add my number is 0815")
        await desk.says("chat", "anna writes: my number is 0815")
        redact(desk, more)
        await desk.says("chat", "anna took back words of #1")
        assert "0815" not in await all_words(desk, 1)
        assert not await desk.reader.find("0815")
        redact(desk, asked)
        await desk.says("chat", "#1 anna: […]")
        assert "badge" not in await all_words(desk, 1)
        await desk.says("other", "anna took back words of #1")


async def test_a_private_tickets_words_stay_private_when_they_change(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        chat = desk["chat"]
        asked = chat.say("my badge says Anna Secret", direct=True)
        await desk.says("chat", "Your ticket is #1")
        await desk.says("chat", "asked in private")
        await desk.says("other", "Anna Secret")
        edit(desk, asked, "my badge says Anna Public")
        await desk.says("chat", "The asker of #1 changed what they wrote.")
        await desk.says("other", "anna changed what they wrote: my badge says Anna Public")
        redact(desk, asked)
        await desk.says("chat", "Words of #1 were taken back")
        await desk.quiet()
        public = [plain(sent.action.text) for sent in chat.sent if getattr(sent.receipt, "room", "") == "#sig"]  # type: ignore[union-attr]
        assert not any("Anna" in text for text in public)


async def test_other_messages_are_nobodys(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        said = desk["chat"].say("hello all")
        edit(desk, said, "hello everybody")
        redact(desk, said)
        await desk.quiet()
        assert not desk["chat"].sent
        assert MessageId(said.message) == said.message
