"""A ticket's whole life through hub, store, timers and outbox, with the clock in the test's hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bridges.events import PersonId, SendMessage, ToRoom
from bridges.memory import Sent
from helpdesk.model import ChangeKind, TicketStatus
from helpdesk.store import events
from tests.desk import Desk, config_for, running

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Clock:
    now: datetime = datetime(2026, 1, 5, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def pass_on(desk: Desk, clock: Clock, length: timedelta) -> None:
    """So much time goes by."""
    await desk.quiet()
    clock.now += length
    desk.timers.wake()
    while await desk.database.read(events.due_timers, clock.now):
        await desk.quiet()
    await desk.quiet()


def room(sent: Sent) -> str:
    assert isinstance(sent.action, SendMessage)
    assert isinstance(sent.action.to, ToRoom)
    return sent.action.to.room


def life(tmp_path: Path, clock: Clock, **tables: Any) -> Any:
    return running(config_for(tmp_path, **tables), f"sqlite:///{tmp_path}/desk.db", clock=clock)


async def kinds(desk: Desk, number: int = 1) -> list[ChangeKind]:
    return [change.kind for change in await desk.reader.history(number)]


async def test_a_claim_that_nobody_acts_on_comes_back_and_the_next_one_is_answered_and_closed(tmp_path: Path) -> None:
    clock = Clock()
    async with life(tmp_path, clock) as desk:
        chat, other = desk["chat"], desk["other"]
        chat.say("helpdesk: my badge is broken")
        await desk.says("chat", "I don’t know", "#1")
        chat.say("!claim 1", by="vera", room="#sig")
        await desk.says("chat", "#1 is yours")
        await pass_on(desk, clock, 25 * MINUTE)
        await desk.says("chat", "Are you still on #1? In 5 minutes")
        chat.say("!extend 20m", by="vera", room="#sig")
        await desk.says("chat", "#1 is yours until 12:45 UTC")
        await pass_on(desk, clock, 10 * MINUTE)
        assert ChangeKind.LAPSED not in await kinds(desk)
        await pass_on(desk, clock, 15 * MINUTE)
        await desk.says("chat", "#1 is open again: vera didn’t get to it")
        await desk.says("other", "#1 is open again: vera didn’t get to it")
        await desk.says("chat", "vera had to give #1 back; it is in the queue again, place 1")
        await desk.says("chat", "No harm done")
        chat.say("!status")
        await desk.says("chat", "#1: waiting for a volunteer", "You are next")
        other.say("!answer 1 Come by on Monday.", by="olga", room="#team")
        await desk.says("chat", "olga answers")
        chat.say("!answer 1 Come by on Tuesday.", by="victor", room="#sig")
        await desk.says("chat", "olga has #1", "kept your words as a note")
        await pass_on(desk, clock, 8 * DAY)
        await desk.says("chat", "Did that solve it? !yes 1 · !no 1")
        found = await desk.reader.ticket(1)
        assert found is not None
        assert (found.status, found.solved) == (TicketStatus.CLOSED, "assumed")
        chat.say("!no")
        await desk.says("chat", "ticket #1 stays open")
        chat.say("!yes 1")
        await desk.says("chat", "Glad it helped! Ticket #1")
        found = await desk.reader.ticket(1)
        assert found is not None
        assert (found.status, found.solved) == (TicketStatus.RESOLVED, "confirmed")
        assert await kinds(desk) == [
            ChangeKind.OPENED,
            ChangeKind.CLAIMED,
            ChangeKind.EXTENDED,
            ChangeKind.LAPSED,
            ChangeKind.CLAIMED,
            ChangeKind.ANSWER,
            ChangeKind.NOTE,
            ChangeKind.CLOSED,
            ChangeKind.REOPENED,
            ChangeKind.RESOLVED,
        ]
        chat.say("!show 1 history", by="vera", direct=True)
        await desk.says("chat", "olga (other), answer: Come by on Monday.", "vera (chat), claim ran out")


async def test_a_restart_loses_no_timer_and_a_missing_word_is_passed_on(tmp_path: Path) -> None:
    clock = Clock()
    second_line = {"second_line": ["other:#team"]}
    async with life(tmp_path, clock, sig=second_line) as desk:
        desk["chat"].say("helpdesk: my badge is broken")
        await desk.says("chat", "I don’t know", "#1")
        await desk.quiet()
        await desk.close()
        clock.now += 4 * HOUR
        await desk.open()
        for _ in range(2):
            await pass_on(desk, clock, 10 * MINUTE)
        await desk.says("chat", "#1", "still waits")
        await pass_on(desk, clock, 4 * HOUR)
        await pass_on(desk, clock, 20 * MINUTE)
        await desk.says("other", "#1", "with nobody yet", "waits for a word since 2026-01-05 12:00")
        assert ChangeKind.ESCALATED in await kinds(desk)


async def test_a_ticket_goes_from_hand_to_hand(tmp_path: Path) -> None:
    clock = Clock()
    async with life(tmp_path, clock) as desk:
        chat, other = desk["chat"], desk["other"]
        chat.say("helpdesk: my badge is broken")
        await desk.says("chat", "I don’t know", "#1")
        chat.say("!claim 1", by="vera", room="#sig")
        await desk.says("chat", "#1 is yours")
        chat.say("!take 1", by="victor", room="#sig")
        await desk.says("chat", "I’ve asked")
        await desk.says("chat", "victor would go on with #1")
        await pass_on(desk, clock, 10 * MINUTE)
        await desk.says("chat", "#1 is with victor now")
        await desk.says("chat", "victor goes on with #1")
        chat.say("!handover 1 @Olga it is the blue one", by="victor", room="#sig")
        await desk.says("other", "victor hands #1 over to you: it is the blue one")
        other.say("!take 1", by="olga", room="#team")
        await desk.says("other", "yours already")
        chat.say("!take 1", by="vera", room="#sig")
        await desk.says("chat", "I’ve asked")
        other.say("!note 1 nearly there", by="olga", room="#team")
        await desk.says("other", "Noted")
        await pass_on(desk, clock, 10 * MINUTE)
        found = await desk.reader.ticket(1)
        assert found is not None
        assert found.claimant_identity is not None
        assert found.claimant_identity.name == "olga", "she went on with it"
        chat.say("!take 1", by="lea", room="#sig")
        await desk.says("chat", "#1 is yours now; olga knows")


async def test_queues_have_rooms_words_and_lists_of_their_own(tmp_path: Path) -> None:
    rooms = {
        "#help": {},
        "#booth": {"queue": "events"},
        "#sig": {"volunteers": True},
        "#crew": {"volunteers": True, "queue": "events"},
    }
    tables = {
        "queues": {"events": {"title": "Events team", "welcome": "Ask us at the booth."}},
        "networks": {"chat": {"kind": "memory", "rooms": rooms}},
    }
    async with life(tmp_path, Clock(), **tables) as desk:
        chat = desk["chat"]
        chat.say("!human where is the projector", room="#booth", by="bert")
        await desk.says("chat", "#1", "Ask us at the booth.")
        assert room(await desk.says("chat", "bert on chat asks")) == "#crew"
        chat.say("!human my badge", by="carl")
        await desk.says("chat", "#2")
        assert room(await desk.says("chat", "carl on chat asks")) == "#sig"
        chat.say("!queue", room="#sig", by="vera")
        await desk.says("chat", "One ticket waits", "#2")
        chat.say("!queue events", room="#sig", by="vera")
        await desk.says("chat", "One ticket waits", "#1")
        chat.say("!queue all", room="#sig", by="vera")
        await desk.says("chat", "2 tickets wait")
        chat.say("!move 2 evnts", room="#sig", by="vera")
        await desk.says("chat", "#2 is with Events team now")
        assert room(await desk.says("chat", "carl on chat asks")) == "#crew"
        chat.say("!prio 2 urgent", room="#sig", by="vera")
        await desk.says("chat", "#2 has urgent priority")
        chat.say("!status", by="bert")
        await desk.says("chat", "#1: waiting", "One ticket is before yours")


async def test_the_asker_hears_once_an_hour_that_a_ticket_was_given_back(tmp_path: Path) -> None:
    clock = Clock()
    async with life(tmp_path, clock) as desk:
        chat = desk["chat"]
        chat.say("helpdesk: my badge is broken")
        await desk.says("chat", "I don’t know", "#1")
        for who, words, passes in (("vera", "!release 1", 0), ("victor", "!release 1", 90), ("vera", "!break 1d", 10)):
            clock.now += passes * MINUTE
            chat.say("!claim 1", by=who, room="#sig")
            await desk.says("chat", "#1 is yours")
            chat.say(words, by=who, room="#sig")
            await desk.says("other", f"{who} gave #1 back")
        await desk.quiet()
        told = [sent.text for sent in chat.sent if "had to give #1 back" in sent.text]
        assert [text.partition(" ")[0] for text in told] == ["vera", "victor"]


async def test_who_has_a_ticket_is_seen_writing_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    clock = Clock()
    async with life(tmp_path, clock) as desk:
        chat = desk["chat"]
        chat.say("helpdesk: my badge is broken")
        await desk.says("chat", "I don’t know", "#1")
        chat.say("!claim 1", by="vera", room="#sig")
        await desk.says("chat", "#1 is yours")
        await desk.quiet()
        version = desk.live.version
        assert not desk.live.shows("chat", PersonId("vera"))
        chat.types(by="vera", room="#sig")
        assert await desk.live.wait(version, 5) != version
        assert desk.live.shows("chat", PersonId("vera"))
        version = desk.live.version
        chat.types(by="anna")
        chat.say("!show 1", by="victor", room="#sig")
        await desk.says("chat", "vera is writing.")
        await desk.quiet()
        assert desk.live.version == version, "whom nobody looks at wakes nobody"
        chat.say("!answer 1 Come by on Monday.", by="vera", room="#sig")
        await desk.says("chat", "vera answers")
        assert not desk.live.shows("chat", PersonId("vera"))
        chat.types(by="vera", room="#sig", lasts=0)
        await desk.quiet()
        chat.say("!show 1", by="victor", room="#sig")
        await desk.says("chat", "Come by on Monday")
        assert not any(sent.text == "vera is writing." for sent in chat.sent[-3:])
