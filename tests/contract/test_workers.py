"""Several workers on one PostgreSQL: each network is run by one of them, any may decide, and one that dies is replaced."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridges.events import PersonId, RoomId, Sender
from bridges.web.log import Line
from helpdesk.config import Config
from helpdesk.deskevents import Invoked
from helpdesk.model import Invocation, TicketStatus
from helpdesk.store.database import SqlWebLog
from helpdesk.store.notify import News, Notices, tell
from tests.desk import Desk, config_for
from tests.servers.migrated import migrated_database

pytestmark = pytest.mark.postgres
TERM = timedelta(seconds=2)
VERA = Sender(PersonId("vera"), "vera", authenticated=True)


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Config]:
    with migrated_database() as url:
        yield config_for(tmp_path, database={"url": url})


@pytest.fixture
async def workers(config: Config) -> AsyncIterator[list[Desk]]:
    """Two desks that share everything but their memory; the first has both networks."""
    found = [await Desk(config, config.database_url(), term=TERM).open()]
    await until(lambda: all(network._running for network in found[0].networks.values()))
    found.append(await Desk(config, config.database_url(), term=TERM).open())
    yield found
    for desk in found:
        await desk.close()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another task brings about."""
    async with asyncio.timeout(15):
        while not condition():
            await asyncio.get_running_loop().run_in_executor(None, lambda: None)


async def kill(desk: Desk) -> None:
    """As if the process were gone: no lease is released, nothing is written any more."""
    for task in desk.tasks:
        task.cancel()
    await asyncio.gather(*desk.tasks, return_exceptions=True)


async def test_a_network_is_run_by_one_worker_and_what_the_other_decides_is_sent_there_at_once(
    workers: list[Desk],
) -> None:
    runs, decides = workers
    runs["chat"].say("helpdesk: my badge is broken")
    await runs.says("chat", "#1")
    await runs.says("other", "badge is broken")
    assert not any(network._running for network in decides.networks.values())
    outcome = await decides.hub.submit(Invoked("chat", VERA, Invocation("answer", 1, "Come by.")))
    assert outcome.refusal is None
    await runs.says("chat", "vera answers: Come by.")
    assert decides["chat"].sent == []


async def test_a_worker_that_dies_is_replaced_within_its_lease(workers: list[Desk]) -> None:
    runs, takes_over = workers
    runs["chat"].say("helpdesk: my badge is broken")
    await runs.says("chat", "#1")
    await runs.quiet()
    await kill(runs)
    outcome = await takes_over.hub.submit(Invoked("chat", VERA, Invocation("answer", 1, "Come by.")))
    assert outcome.refusal is None
    async with asyncio.timeout(TERM.total_seconds() * 2 + 5):
        await until(lambda: takes_over["chat"]._running)
    await takes_over.says("chat", "vera answers: Come by.")


async def test_a_worker_that_stops_in_order_is_replaced_at_once(workers: list[Desk]) -> None:
    stops, takes_over = workers
    assert stops.leases is not None
    woken = asyncio.Event()
    assert takes_over.leases is not None
    wake = takes_over.leases.wake

    def heard() -> None:
        woken.set()
        wake()

    takes_over.leases.wake = heard  # type: ignore[method-assign]
    await kill(stops)
    await stops.leases.release()
    async with asyncio.timeout(15):
        await woken.wait()
    await until(lambda: takes_over["chat"]._running and takes_over["other"]._running)


async def test_a_worker_that_lost_its_lease_writes_nothing_more(workers: list[Desk]) -> None:
    runs, _ = workers
    await runs.database.write(
        lambda c: c.exec_driver_sql(
            "UPDATE leases SET worker = 'somebody else', token = token + 1 WHERE network = 'chat'"
        )
    )
    heard = runs["chat"].say("!human the door is locked")
    await runs.hub.emit(heard)
    await runs.hub.drained()
    assert await runs.reader.queue() == ()
    runs["other"].say("!human the window is open")
    await runs.says("other", "#1")


async def test_a_question_whose_worker_died_is_answered_by_another(config: Config) -> None:
    runs = await Desk(config, config.database_url(), term=TERM).open()
    runs.asking.ask = lambda _: None  # type: ignore[method-assign]
    runs["chat"].say("helpdesk: how do I get a mailing list?")
    await until(lambda: runs["chat"]._running)
    await runs.hub.drained()
    await until(runs["chat"]._script.empty)
    await runs.hub.drained()
    helps = await Desk(config, config.database_url(), term=TERM).open()
    try:
        await helps.asking.look(timedelta(0))
        await runs.says("chat", "Ask the desk for a list.")
    finally:
        await helps.close()
        await runs.close()


async def test_pages_and_web_chats_of_other_workers_wake(workers: list[Desk]) -> None:
    runs, other = workers
    version = other.live.version
    waiting = asyncio.create_task(other.live.wait(version, 30))
    runs["chat"].say("helpdesk: my badge is broken")
    async with asyncio.timeout(15):
        assert await waiting > version
    [ticket] = await other.reader.queue()
    assert ticket.status is TicketStatus.OPEN
    mine, theirs = SqlWebLog(runs.database), SqlWebLog(other.database)
    lines: list[int] = []
    grown = asyncio.Event()

    def hear(news: News) -> None:
        if news.line:
            lines.append(news.line)
            theirs.grown(news.line)
            grown.set()

    ready = asyncio.Event()
    listening = asyncio.create_task(Notices(other.database, hear, ready.set).run())
    try:
        async with asyncio.timeout(15):
            await ready.wait()
            reading = asyncio.create_task(theirs.wait(0, 30))
            now = datetime.now(UTC)
            stored = await mine.append(Line(0, RoomId("r"), now, "desk", None, "k", "hi", "hi", None, ""))
            await grown.wait()
            await reading
        assert lines == [stored.seq]
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_a_lost_connection_is_made_again_and_what_was_missed_is_looked_for(config: Config) -> None:
    desk = Desk(config, config.database_url())
    await desk.open()
    heard: list[News] = []
    missed, came = asyncio.Semaphore(0), asyncio.Event()

    def hear(news: News) -> None:
        heard.append(news)
        came.set()

    listening = asyncio.create_task(Notices(desk.database, hear, missed.release).run())
    try:
        async with asyncio.timeout(20):
            await missed.acquire()
            await desk.database.write(
                lambda c: c.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'"
                )
            )
            await missed.acquire()
            await desk.database.write(tell, desk.database.worker, News(tickets=True))
            await desk.database.write(tell, "another", News(parcels=("chat",), scheduled=True))
            await came.wait()
        assert heard == [News(parcels=("chat",), scheduled=True)]
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await desk.close()
