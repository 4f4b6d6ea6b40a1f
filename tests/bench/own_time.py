"""The desk's own share: from an event to the action that follows, and relayed events a second, on networks in memory."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from kb.answer import KnowledgeBase
from kb.library import starter_folder
from kb.options import Options, Tier
from tests.bench.figures import head, show, show_value
from tests.desk import Desk, config_for, running

ROUNDS = 400
LINES = 5000
UNLIMITED = {"questions_per_person": 10**6, "questions_per_room": 10**6, "open_tickets_per_person": 10**6}


async def _rounds(desk: Desk, words: str, count: int) -> list[float]:
    """One at a time, each when the one before is settled."""
    network, times = desk["chat"], []
    for _ in range(count):
        await desk.quiet()
        started = time.perf_counter()
        network.say(words)
        await network.next_sent()
        times.append(time.perf_counter() - started)
    return times


async def _desk(folder: Path) -> None:
    kb = await asyncio.to_thread(
        KnowledgeBase.open, [starter_folder()], folder / "kb", Options("http://help/kb/", Tier.OFF)
    )
    config = config_for(folder, limits=UNLIMITED)
    async with running(config, f"sqlite:///{folder}/own.db", kb=kb) as desk:
        await _rounds(desk, "!status", 50)
        show("a command (!status)", await _rounds(desk, "!status", ROUNDS), "target ≤ 5 / 20 ms")
        question = "helpdesk: how do I get a mailing list for my project?"
        await _rounds(desk, question, 20)
        show("a question answered from 80+ articles", await _rounds(desk, question, ROUNDS), "target ≤ 5 / 20 ms")
    await asyncio.to_thread(kb.close)


async def _relay(folder: Path) -> None:
    config = config_for(folder, links=[{"rooms": ["chat:#help", "other:#help"]}])
    async with running(config, f"sqlite:///{folder}/relay.db") as desk:
        await _warm(desk)
        started, cpu = time.perf_counter(), time.process_time()
        for number in range(LINES):
            desk["chat"].say(f"line {number}", by=f"person{number % 40}")
        for _ in range(LINES):
            await desk["other"].next_sent(60)
        await desk.quiet()
        wall, used = time.perf_counter() - started, time.process_time() - cpu
        order = [sent.text for sent in desk["other"].sent][-LINES:]
        assert order == [f"line {number}" for number in range(LINES)]
        show_value(
            "relayed, heard to confirmed",
            f"{LINES / wall:,.0f} events/s, {LINES / used:,.0f} per CPU second",
            "target ≥ 1,000/s on a core",
        )


async def _warm(desk: Desk) -> None:
    desk["chat"].say("warm", by="person0")
    await desk["other"].next_sent()


async def measure(folder: Path) -> None:
    head("The desk's own time (durable SQLite, networks in memory)")
    await _desk(folder)
    await _relay(folder)
