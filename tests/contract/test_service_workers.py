"""Two whole services on one PostgreSQL: what one decides, the other, which runs the network, says at once."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from typing import cast

import pytest

from bridges.events import PersonId, Sender
from bridges.memory import MemoryNetwork
from helpdesk.app import Service
from helpdesk.config import Config, build
from helpdesk.deskevents import Invoked
from helpdesk.model import Invocation
from tests.servers.migrated import migrated_database

pytestmark = pytest.mark.postgres


def config(state: Path, url: str) -> Config:
    return build(
        {
            "helpdesk": {"state": str(state), "public_url": "http://help.example/"},
            "web": {"enabled": False},
            "kb": {"folders": [str(state / "articles")], "starter": False},
            "database": {"url": url},
            "networks": {"chat": {"kind": "memory", "rooms": {"#help": {}, "#sig": {"volunteers": True}}}},
            "members": {"volunteers": ["chat:vera"]},
        }
    )


async def started(state: Path, url: str, stop: asyncio.Event) -> tuple[Service, asyncio.Task[int]]:
    (state / "articles").mkdir(parents=True)
    service, ready = Service(config(state, url)), asyncio.Event()
    running = asyncio.create_task(service.run(stop, lambda _: ready.set()))
    waiting = asyncio.create_task(ready.wait())
    async with asyncio.timeout(60):
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    assert ready.is_set(), running
    return service, running


async def said(network: MemoryNetwork, words: str) -> str:
    while words not in (sent := await network.next_sent(20)).text:
        pass
    return sent.text


async def test_a_service_that_stops_hands_its_network_over_and_the_story_goes_on(tmp_path: Path) -> None:
    vera = Sender(PersonId("vera"), "vera", authenticated=True)
    with migrated_database() as url:
        stops = [asyncio.Event(), asyncio.Event()]
        first, first_run = await started(tmp_path / "one", url, stops[0])
        chat = cast("MemoryNetwork", first.networks["chat"])
        chat.say("helpdesk: my badge is broken")
        await said(chat, "#1")
        second, second_run = await started(tmp_path / "two", url, stops[1])
        try:
            live = second.services.live
            version = live.version
            answer = Invoked("chat", vera, Invocation("answer", 1, "Come by."))
            assert (await second.services.hub.submit(answer)).refusal is None
            await said(chat, "vera answers: Come by.")
            chat.say("!no")
            await said(chat, "stays open")
            assert await live.wait(version + 1, 20) > version
            stops[0].set()
            assert await first_run == 0
            again = cast("MemoryNetwork", second.networks["chat"])
            again._numbers = itertools.count(1000)  # what is said now is no replay
            again.say("!status")
            await said(again, "#1: vera is looking at it")
        finally:
            for stop in stops:
                stop.set()
            await asyncio.gather(first_run, second_run)
