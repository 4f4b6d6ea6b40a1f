"""Thanks on their way through hub, store and outbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridges.events import EventId, PersonId, Reacted, Room, RoomId, Sender
from helpdesk.store.nouns import report
from tests.desk import Desk, config_for, running


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 4, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


async def answered(desk: Desk, number: int, by: str = "anna") -> str:
    """A ticket that vera answered; the message of the answer."""
    chat = desk["chat"]
    chat.say("helpdesk: my badge is broken", by=by)
    await desk.says("chat", f"#{number}", "asks: my badge is broken")
    chat.say(f"!answer {number} Come by.", by="vera", room="#sig")
    answer = await desk.says("chat", "vera answers: Come by.")
    await desk.quiet()
    return answer.receipt.messages[0]


async def test_a_thumb_and_a_word_reach_the_helper_once_a_day(tmp_path: Path) -> None:
    clock = Clock()
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db", clock=clock) as desk:
        chat = desk["chat"]
        message = await answered(desk, 1)
        anna = Sender(PersonId("anna"), "anna", authenticated=True)
        room = Room(RoomId("#help"), "#help")
        chat.emit(Reacted("chat", EventId("thumb"), clock.at, room, anna, message, "👍"))
        told = await desk.says("chat", "Thanks came for you: anna (#1)")
        assert told.receipt.room == "direct:vera"
        chat.say("!thanks 1")
        await desk.says("chat", "You have said thanks for that")
        await answered(desk, 2, "bert")
        chat.say("!thanks so quick!", by="bert")
        await desk.says("chat", "Your thanks go to vera")
        chat.say("!thanks @vera", by="carl")
        await desk.says("chat", "Your thanks go to vera")
        await desk.quiet()
        assert not any("bert" in sent.text and "Thanks came" in sent.text for sent in chat.sent)
        clock.at += timedelta(hours=25)
        desk.timers.wake()
        await desk.says("chat", "Thanks came for you: bert (#2) “so quick!” · carl")
        chat.say("!me", by="vera", direct=True)
        mine = await desk.says("chat", "2 answers")
        assert "1 solved" in mine.text
        assert "3 × thanks" in mine.text
        assert "You have 1 of 5 tickets" in mine.text


async def test_nothing_is_read_for_a_report_that_is_not_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may take a second of the hub's only writer: that is for leads, not for whoever says the word."""
    made: list[object] = []
    make = report.report
    monkeypatch.setattr(report, "report", lambda *given: made.append(given) or make(*given))
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        for name in ("anna", "vera"):
            desk["chat"].say("!report year", by=name, direct=True)
            await desk.says("chat", "it takes the role of a lead")
        assert made == []
        desk["chat"].say("!report year", by="lea", direct=True)
        await desk.says("chat", "year: ")
        assert len(made) == 1
