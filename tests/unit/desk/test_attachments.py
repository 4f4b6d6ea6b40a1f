"""Files that come with an asker's words to a ticket."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from bridges.events import Attachment, EventId, MessageId
from bridges.text import from_plain
from helpdesk.store.schema_sig import attachments
from tests.desk import config_for, running

SHOT = Attachment("image", "shot.png", "memory:1", "image/png", 2000)


async def test_a_file_becomes_a_link_where_the_words_are(tmp_path: Path) -> None:
    config = config_for(tmp_path, web={"enabled": True})
    async with running(config, f"sqlite:///{tmp_path}/desk.db") as desk:
        chat = desk["chat"]
        heard = chat.say("!human my badge is broken", direct=True)
        await desk.says("chat", "Your ticket is #1")
        await desk.says("chat", "asked in private")
        for number, words in enumerate(("!add it looks so", "")):
            event = EventId(f"file-{number}")
            said = replace(heard, id=event, message=MessageId(event), text=from_plain(words), attachments=(SHOT,))
            chat.emit(said)
            await desk.says("chat", "Passed on to the volunteers of #1")
            await desk.says("other", "#1, anna writes: [image: shot.png] http://help.example/f/")
        await desk.quiet()
        assert not any("/f/" in sent.text for sent in chat.sent)
        kept = [change.text for change in await desk.reader.history(1) if change.kind == "asker"]
        assert [text.partition("] ")[0] for text in kept] == ["it looks so", "[image: shot.png", "[image: shot.png"]
        token = kept[1].split("/f/")[1].split("/")[0]
        page = await desk.reader.page(token)
        assert page is not None
        assert (page.name, page.reference, page.network) == ("shot.png", "memory:1", "chat")
        rows = await desk.database.read(lambda c: c.execute(select(attachments.c.name, attachments.c.ticket)).all())
        assert [tuple(row) for row in rows] == [("shot.png", 1), ("shot.png", 1)]


async def test_what_came_with_a_question_goes_along_when_it_becomes_a_ticket(tmp_path: Path) -> None:
    config = config_for(tmp_path, web={"enabled": True})
    async with running(config, f"sqlite:///{tmp_path}/desk.db") as desk:
        chat = desk["chat"]
        heard = chat.say("hello", direct=True)
        await desk.quiet()
        log = replace(SHOT, kind="file", name="log.txt", type="text/plain")
        first = EventId("asked")
        words = from_plain("how do I get a mailing list?")
        chat.emit(replace(heard, id=first, message=MessageId(first), text=words, attachments=(SHOT,)))
        await desk.says("chat", "Ask the desk for a list")
        second = EventId("more")
        chat.emit(replace(heard, id=second, message=MessageId(second), text=(), attachments=(log,)))
        await desk.says("chat", "I keep that with your question")
        chat.say("!human", direct=True)
        await desk.says("chat", "Your ticket is #1")
        await desk.quiet()
        [kept] = [change.text for change in await desk.reader.history(1) if change.kind == "asker"]
        assert [line.partition("] ")[0] for line in kept.splitlines()] == ["[image: shot.png", "[file: log.txt"]
        token = kept.split("/f/")[1].split("/")[0]
        page = await desk.reader.page(token)
        assert page is not None
        assert page.name == "shot.png"
        rows = await desk.database.read(lambda c: c.execute(select(attachments.c.name, attachments.c.ticket)).all())
        assert [tuple(row) for row in rows] == [("shot.png", 1), ("log.txt", 1)]
