"""The dispatcher: what fails is set aside and the stream goes on, and nothing is ever half written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import OperationalError

from bridges.events import Checkpoint, EventId, MessageId, MessageReceived, PersonId, Position, Room, RoomId, Sender
from bridges.text import from_plain, plain
from helpdesk import hub as dispatcher
from helpdesk.config import Config
from helpdesk.deskevents import Answered, Invoked
from helpdesk.hub import DeskError, Hub, LostLeaseError
from helpdesk.live import Live
from helpdesk.metrics import Metrics
from helpdesk.model import Invocation
from helpdesk.store import events, outbox
from helpdesk.store.engine import Database
from helpdesk.store.schema import dead_letters, heard, tickets
from helpdesk.words import Words
from kb.model import NoAnswer
from tests.desk import config_for, running

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def said(words: str, number: int, *, by: str = "anna", network: str = "chat") -> MessageReceived:
    sender = Sender(PersonId(by), by, authenticated=True)
    told = MessageId(f"m{number}")
    return MessageReceived(network, EventId(told), NOW, Room(RoomId("#help"), "#help"), sender, from_plain(words), told)


class Harness:
    """A hub that is not running yet: what is emitted before `work` is one batch."""

    def __init__(self, database: Database, config: Config) -> None:
        self.database = database
        self.hub = Hub(database, config, Words("en"), Live(), Metrics(), lambda: NOW)
        self._task: asyncio.Task[None] | None = None

    async def work(self, *given: Any) -> None:
        for event in given:
            await self.hub.put(event)
        if self._task is None:
            self._task = asyncio.create_task(self.hub.run())
        async with asyncio.timeout(20):
            await self.hub.drained()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def rows(self, table: Any) -> int:
        with self.database.writing.begin() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def position(self, network: str = "chat") -> str | None:
        with self.database.writing.begin() as connection:
            return events.checkpoint(connection, network)

    def promised(self) -> list[str]:
        with self.database.writing.begin() as connection:
            return [plain(parcel.action.text) for parcel in outbox.pending(connection, ["chat", "other"], 0)]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Harness]:
    database = Database.open(f"sqlite:///{tmp_path}/desk.db")
    database.upgrade()
    found = Harness(database, config_for(tmp_path))
    yield found
    await found.stop()
    database.close()


class Poison:
    """Makes `decide` fail for events that hold a word, as often as wanted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, word: str, times: int = 99) -> None:
        self.tries = 0
        decide = dispatcher.decide

        def poisoned(event: Any, *rest: Any) -> Any:
            if word in repr(event) and self.tries < times:
                self.tries += 1
                raise RuntimeError("poison")
            return decide(event, *rest)

        monkeypatch.setattr(dispatcher, "decide", poisoned)


async def test_an_event_that_fails_is_tried_once_more_alone_then_set_aside(
    desk: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = Poison(monkeypatch, "poisoned")
    await desk.work(
        said("!human one", 1), said("!human poisoned", 2), said("!human two", 3), Checkpoint("chat", Position("p"))
    )
    assert poison.tries == 2
    assert desk.rows(dead_letters) == 1
    assert desk.rows(tickets) == 2
    assert desk.rows(heard) == 3
    assert desk.position() == "p"
    await desk.work(said("!human poisoned", 2))
    assert poison.tries == 2


async def test_an_event_that_fails_once_is_done_all_the_same(desk: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    Poison(monkeypatch, "poisoned", times=1)
    await desk.work(said("!human poisoned", 1), said("!human two", 2))
    assert desk.rows(tickets) == 2
    assert desk.rows(dead_letters) == 0


async def test_whoever_submitted_what_failed_is_told(desk: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    Poison(monkeypatch, "poisoned")
    sender = Sender(PersonId("vera"), "vera", authenticated=True)
    submitted = asyncio.create_task(
        desk.hub.submit(Invoked("chat", sender, Invocation("note", 1, "poisoned"), key="k"))
    )
    await desk.work()
    with pytest.raises(DeskError, match="set aside"):
        await submitted


async def test_a_checkpoint_waits_for_the_event_that_failed(desk: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between the batch and the second try must not lose the event: its network tells it again."""
    seen: list[str | None] = []
    decide = dispatcher.decide

    def poisoned(event: Any, *rest: Any) -> Any:
        if "poisoned" in repr(event):
            seen.append(desk.position() if seen else None)
            if len(seen) == 1:
                raise RuntimeError("poison")
        return decide(event, *rest)

    monkeypatch.setattr(dispatcher, "decide", poisoned)
    position = Harness.position
    monkeypatch.setattr(Harness, "position", lambda self, network="chat": _peek(self.database, network))
    await desk.work(
        said("!human poisoned", 1),
        Checkpoint("chat", Position("p")),
        said("hello", 1, network="other"),
        Checkpoint("other", Position("q")),
    )
    assert seen == [None, None]
    assert position(desk) == "p"
    assert position(desk, "other") == "q"


def _peek(database: Database, network: str) -> str | None:
    """What is committed, from beside the writer."""
    with database.reading.begin() as connection:
        return events.checkpoint(connection, network)


async def test_what_is_killed_in_the_middle_is_not_half_written(desk: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    remember = events.remember
    failures = iter([OperationalError("COMMIT", {}, Exception("the disk is away"))])

    def killed(connection: Connection, *rest: Any) -> None:
        assert connection.execute(select(func.count()).select_from(tickets)).scalar_one() == 1
        error = next(failures, None)
        if error is not None:
            raise error
        remember(connection, *rest)

    monkeypatch.setattr(events, "remember", killed)
    await desk.work(said("!human one", 1), Checkpoint("chat", Position("p")))
    assert desk.rows(tickets) == 1
    assert desk.rows(heard) == 1
    assert desk.position() == "p"
    assert len(desk.promised()) == 3  # the asker, and two volunteers’ rooms


async def test_an_event_heard_twice_is_done_once_and_known_for_good(desk: Harness) -> None:
    await desk.work(said("!human one", 1), said("!human one", 1))
    await desk.work(said("!human one", 1))
    assert desk.rows(tickets) == 1


async def test_an_event_no_database_takes_does_not_stop_the_stream(desk: Harness) -> None:
    broken = MessageReceived(
        "chat",
        EventId("\ud800"),
        NOW,
        Room(RoomId("#help"), "#help"),
        Sender(PersonId("anna"), "anna", authenticated=True),
        from_plain("!human one"),
        MessageId("m1"),
    )
    await desk.work(broken, said("!human two", 2))
    assert desk.rows(dead_letters) == 1
    assert desk.rows(tickets) == 1


async def test_a_lost_lease_drops_what_its_network_said_and_nothing_else(desk: Harness) -> None:
    def guard(_: Connection, networks: set[str]) -> None:
        if "other" in networks:
            raise LostLeaseError({"other"})

    desk.hub.guard = guard
    sender = Sender(PersonId("vera"), "vera", authenticated=True)
    submitted = asyncio.create_task(desk.hub.submit(Invoked("other", sender, Invocation("whoami"))))
    await desk.work(
        said("!human one", 1),
        said("!human two", 2, network="other"),
        Checkpoint("chat", Position("p")),
        Checkpoint("other", Position("q")),
        Answered(7, NoAnswer(0.0)),
    )
    assert (await submitted).refusal is None
    assert desk.rows(tickets) == 1
    assert desk.position() == "p"
    assert desk.position("other") is None


async def test_questions_without_a_result_are_asked_again_at_the_start(tmp_path: Path) -> None:
    url, config = f"sqlite:///{tmp_path}/desk.db", config_for(tmp_path)
    database = Database.open(url)
    database.upgrade()
    stopped = Harness(database, config)
    await stopped.work(said("!ask how do I get a mailing list?", 1))
    await stopped.stop()
    database.close()
    async with running(config, url) as desk:
        await desk.says("chat", "Ask the desk for a list.")


async def test_a_flood_of_questions_is_refused_and_then_not_even_that(desk: Harness) -> None:
    limit = desk.hub.config.limits.questions_per_person
    for number in range(limit * 3):
        await desk.work(said(f"!ask question {number}", number))
    refusals = [words for words in desk.promised() if "a lot of questions" in words]
    assert len(refusals) == limit
