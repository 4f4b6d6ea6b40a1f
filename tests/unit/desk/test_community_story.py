"""A community event from its making to its digest, through hub, store and outbox, on networks in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridges.events import RoomId
from helpdesk.model import TicketKind, TicketStatus
from kb.library import Library, starter_folder
from tests.desk import Desk, config_for, running

BEGIN = datetime(2027, 1, 2, 12, tzinfo=UTC)
NEW = "!event new Berlin meetup · c-base · 2027-02-06 10:00 to 18:00 Europe/Berlin · 40 people · contact lea"


class Clock:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def library() -> Library:
    return Library([starter_folder()])


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock, library: Library) -> AsyncIterator[Desk]:
    articles = tmp_path / "articles"
    articles.mkdir()
    config = config_for(tmp_path, kb={"folders": [str(articles)]})
    async with running(config, f"sqlite:///{tmp_path}/desk.db", clock=clock) as found:
        found.hub.shelf = lambda: library.articles
        # Who speaks is known: reminders find them.
        found["chat"].say("!event", by="lea", room="#sig")
        await found.says("chat", "No events are planned")
        yield found


async def until(desk: Desk, clock: Clock, moment: datetime) -> None:
    """The clock goes on to then, and what is due by then happens."""
    clock.now = moment
    desk.timers.wake()


async def test_an_event_becomes_tasks_that_are_worked_with_the_usual_commands(desk: Desk, clock: Clock) -> None:
    chat = desk["chat"]
    chat.say(NEW, by="vera", room="#sig")
    await desk.says("chat", "Event #1 is noted", "2027-02-06 10:00 – 18:00 Europe/Berlin", "14 tasks", "berlin-2027")
    await desk.says("other", "vera made event #1", "14 tasks")
    tasks = await desk.reader.queue()
    assert {(task.kind, task.queue, task.event, task.private) for task in tasks} == {
        (TicketKind.TASK, "berlin-2027", 1, False)
    }
    network = next(task for task in tasks if task.title == "Network")
    assert network.due_at == datetime(2027, 1, 23, 9, tzinfo=UTC)
    chat.say(f"!claim {network.number}", by="victor", room="#sig")
    await desk.says("chat", f"#{network.number}")
    chat.say(f"!resolve {network.number} they have a guest network", by="victor", room="#sig")
    await desk.quiet()
    done = await desk.reader.ticket(network.number)
    assert done is not None
    assert done.status is TicketStatus.RESOLVED
    chat.say("!event 1", by="victor", room="#sig")
    await desk.says("chat", "Berlin meetup", "To do: ", "1 of 14 done")
    # Who made the event asked for nothing: nobody tells them, and what they ask themselves is no event's.
    assert not [sent for sent in chat.sent if "your ticket" in sent.text.lower() and "vera" in sent.text]
    chat.say("!status", by="vera")
    await desk.says("chat", "no open ticket")


async def test_tasks_are_called_to_mind_before_they_are_due_and_move_with_the_event(desk: Desk, clock: Clock) -> None:
    chat = desk["chat"]
    chat.say(NEW, by="vera", room="#sig")
    await desk.says("chat", "Event #1 is noted")
    tasks = {task.title: task for task in await desk.reader.queue()}
    chat.say(f"!claim {tasks['Network'].number}", by="victor", room="#sig")
    await desk.says("chat", "is yours")
    chat.say("!event set 1 dates 2027-03-06 10:00 to 18:00", by="vera", room="#sig")
    await desk.says("chat", "dates is now 2027-03-06")
    await desk.says("other", "was moved", "2027-03-06 10:00")
    moved = await desk.reader.ticket(tasks["Network"].number)
    assert moved is not None
    assert moved.due_at == datetime(2027, 2, 20, 9, tzinfo=UTC)
    await until(desk, clock, datetime(2027, 2, 18, 9, tzinfo=UTC))
    mine = await desk.says("chat", "You have for #1", "Network")
    assert "Sign-up" not in mine.text
    await desk.says("chat", "nobody has taken", "Overdue", "Sign-up page")


async def test_while_it_is_on_its_room_is_the_events(desk: Desk, clock: Clock) -> None:
    chat, other = desk["chat"], desk["other"]
    chat.say(NEW, by="vera", room="#sig")
    await desk.says("chat", "Event #1 is noted")
    chat.say("!event room 1 other:#hall", by="lea", room="#sig")
    await desk.says("chat", "other:#hall is a room of #1")
    assert other.kept == ()
    await until(desk, clock, datetime(2027, 2, 5, 9, tzinfo=UTC))
    while other.kept != (RoomId("#hall"),):
        await desk.hub.drained()
        await desk.database.read(lambda connection: None)
    await until(desk, clock, datetime(2027, 2, 6, 9, tzinfo=UTC))
    await desk.says("other", "Berlin meetup begins!", "helpdesk: ")
    await desk.says("chat", "Berlin meetup begins", "!here berlin-2027")
    other.say("helpdesk: the beamer shows nothing", by="gina", room="#hall")
    await desk.says("other", "so I’ve asked the volunteers")
    await desk.says("chat", "beamer")
    ticket = (await desk.reader.queue())[-1]
    asked = next(t for t in await desk.reader.queue() if t.kind is TicketKind.QUESTION)
    assert (asked.queue, asked.event, asked.tags[0]) == ("berlin-2027", 1, "berlin-2027"), ticket
    chat.say("!queue", by="victor", room="#sig")
    listed = await desk.says("chat", "15 tickets wait")
    assert "beamer" in listed.text.splitlines()[1]  # whoever asked comes before what is to be done
    chat.say("!here hall 2", by="victor", room="#sig")
    await desk.says("chat", "on duty at Berlin meetup, hall 2")
    chat.say("!event roster", by="lea", room="#sig")
    await desk.says("chat", "At Berlin meetup now: victor (hall 2)")
    chat.say(f"!answer {asked.number} Press the blue button twice", by="victor", room="#sig")
    await desk.says("other", "Press the blue button twice")
    chat.say("!event note 1 People want badges", by="vera", room="#sig")
    await desk.says("chat", "Noted for Berlin meetup (1)")
    await until(desk, clock, datetime(2027, 2, 6, 17, tzinfo=UTC))
    await desk.says("chat", "Berlin meetup is over")
    other.say("helpdesk: who tidies up?", by="gina", room="#hall")
    await desk.says("other", "so I’ve asked the volunteers")
    assert next(t for t in await desk.reader.queue() if "tidies" in t.text).event is None
    chat.say("!queue", by="victor", room="#sig")
    await desk.says("chat", "tidies", "beamer")
    await until(desk, clock, datetime(2027, 2, 7, 17, tzinfo=UTC))
    told = await desk.says("chat", "afterwards", "1 went to people", "One note was taken")
    assert "#hall" not in told.text
    assert "beamer shows nothing" in told.text
    chat.say("!event notes 1", by="vera", room="#sig")
    written = await desk.says("chat", "draft", "berlin-2027.md")
    text = Path(written.text.rpartition(" ")[2]).read_text()
    assert "status: draft" in text
    assert "- People want badges" in text
    assert "### the beamer shows nothing" in text
    assert "Press the blue button twice" in text


async def test_an_event_that_is_cancelled_takes_its_tasks_along(desk: Desk, clock: Clock) -> None:
    chat = desk["chat"]
    chat.say(NEW, by="vera", room="#sig")
    await desk.says("chat", "Event #1 is noted")
    chat.say("!event cancel 1 the roof leaks", by="victor", room="#sig")
    await desk.says("chat", "lea’s and the leads’ to change")
    chat.say("!event cancel 1 the roof leaks", by="lea", room="#sig")
    await desk.says("chat", "lea cancelled event #1", "the roof leaks")
    assert await desk.reader.queue() == ()
    before = len(chat.sent)
    await until(desk, clock, datetime(2027, 2, 6, 12, tzinfo=UTC))
    chat.say("!event", by="lea", room="#sig")
    await desk.says("chat", "No events are planned")
    await desk.quiet()
    assert len(chat.sent) == before + 1


async def test_what_is_lent_is_asked_back(desk: Desk, clock: Clock) -> None:
    chat = desk["chat"]
    chat.say("!status", by="ben")
    await desk.says("chat", "no open ticket")
    chat.say("!loan projector to ben until 2027-01-10", by="vera", room="#sig")
    await desk.says("chat", "#1 projector: with ben until 2027-01-10", "remind you both")
    await until(desk, clock, datetime(2027, 1, 8, 21, tzinfo=UTC))
    await desk.says("chat", "Lent by you", "projector")
    await desk.says("chat", "You have something of ours", "projector")
    await until(desk, clock, datetime(2027, 1, 10, 21, tzinfo=UTC))
    await desk.says("chat", "You have something of ours", "was due back 2027-01-10")
    chat.say("!loan list", by="victor", room="#sig")
    await desk.says("chat", "was due back 2027-01-10")
    chat.say("!loan return 1", by="victor", room="#sig")
    await desk.says("chat", "projector is back from ben")
    before = len(chat.sent)
    await until(desk, clock, datetime(2027, 1, 18, tzinfo=UTC))
    chat.say("!loan list", by="victor", room="#sig")
    await desk.says("chat", "Nothing is lent")
    await desk.quiet()
    assert len(chat.sent) == before + 1


async def test_what_people_need_is_grouped_and_answered_to_all_of_them(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("!need a mailing list for the Berlin group", by="anna")
    await desk.says("chat", "need 1")
    chat.say("!need could berlin have a mailing list?", by="bert")
    await desk.says("chat", "need 2")
    chat.say("!need a mailing list for berlin, my boss must not know", by="carl", direct=True)
    await desk.says("chat", "need 3")
    chat.say("!need somebody to talk to about burn-out", by="dora", direct=True)
    await desk.says("chat", "need 4")
    chat.say("!needs", by="victor", room="#sig")
    await desk.says("chat", "lead")
    chat.say("!needs", by="lea", room="#sig")
    told = await desk.says("chat", "3 people", "mailing list for the Berlin group")
    assert "one person, said in private" in told.text
    assert "burn-out" not in told.text
    chat.say("!needs answer 1 You can have one: say !human", by="lea", room="#sig")
    await desk.says("chat", "3 in all")
    await desk.says("chat", "anna, bert needed", "You can have one")
    await desk.says("chat", "You needed: “a mailing list for berlin, my boss", "You can have one")
    chat.say("!need a mailing list for hamburg", by="emil")
    await desk.says("chat", "need 5")
    chat.say("!needs request 5 mailing-list", by="lea", room="#sig")
    await desk.says("chat", "You needed: “a mailing list for hamburg", "I ask you directly")
    first = await desk.says("chat", "(1/")
    assert first.receipt.room == "direct:emil"
    chat.say("hamburg", by="emil", direct=True)
    await desk.says("chat", "(2/")
    chat.say("!needs task 4 find a contact", by="lea", direct=True)
    await desk.says("chat", "Need 4 is #1 now")
    announced = await desk.says("chat", "#1", "!claim")
    assert "burn-out" not in announced.text
    await desk.says("chat", "You needed: “somebody to talk to", "We have taken it on (#1)")
    chat.say("!need a video room in French", by="emil")  # who is filling in a form already
    await desk.says("chat", "need 6")
    chat.say("!needs request 6 video-room", by="lea", room="#sig")
    await desk.says("chat", "You can ask for that (Video room): say !request video-room")


async def test_the_numbers_go_on_after_a_restart_and_no_timer_is_lost(
    tmp_path: Path, clock: Clock, library: Library
) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    config = config_for(tmp_path)
    async with running(config, url, clock=clock) as desk:
        desk.hub.shelf = lambda: library.articles
        desk["chat"].say(NEW, by="vera", room="#sig")
        await desk.says("chat", "Event #1 is noted")
        desk["chat"].say("!event room 1 other:#hall", by="vera", room="#sig")
        await desk.says("chat", "is a room of #1")
    clock.now = datetime(2027, 2, 6, 12, tzinfo=UTC)
    async with running(config, url, clock=clock) as desk:
        await desk.says("other", "Berlin meetup begins!")
        desk["other"].say("helpdesk: no sound", by="gina", room="#hall")
        await desk.says("chat", "no sound")
        asked = next(t for t in await desk.reader.queue() if t.kind is TicketKind.QUESTION)
        assert asked.event == 1
    async with running(config, url, clock=clock) as desk:
        assert desk["other"].kept == (RoomId("#hall"),)
        desk.hub.shelf = lambda: library.articles
        desk["chat"].say("!event new Docs sprint · online · 2027-03-01 10:00 · 8 people", by="vera", room="#sig")
        await desk.says("chat", "Event #2 is noted")
    assert clock.now - BEGIN > timedelta(days=30)
