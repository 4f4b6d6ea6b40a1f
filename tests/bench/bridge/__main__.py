"""`make bench-bridge`: bridges beside each other, on the same InspIRCd and Synapse, in turn.

A line's time is from its being sent by one person's client to its being seen by another's. `--json FILE` keeps every time.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.bridge.bridges import (
    HEISENBRIDGE,
    Bridge,
    Place,
    bare,
    heisenbridge,
    memory,
    plain,
    processor,
    registration,
)
from tests.bench.figures import percentile
from tests.servers.irc import InspIRCd, IrcPeer
from tests.servers.synapse import SERVER_NAME, MatrixPeer, Synapse

ROUNDS, BURSTS, BURST, PEOPLE = 100, 3, 120, 4
PATIENCE = 300.0
WARM = 5


@dataclass
class Times:
    """Seconds a line, and lines a second of each burst."""

    to_matrix: list[float] = field(default_factory=list)
    to_irc: list[float] = field(default_factory=list)
    burst_to_matrix: list[float] = field(default_factory=list)
    burst_to_irc: list[float] = field(default_factory=list)
    resident: float = 0.0
    """MB, after all of it."""
    processor: float = 0.0
    """Seconds a line, said one at a time, the way to Matrix and the way to IRC together."""


@dataclass
class Side:
    """A bridge under test, and the people around it."""

    bridge: Bridge
    place: Place
    listener: MatrixPeer
    talkers: Sequence[MatrixPeer]
    on_irc: Sequence[IrcPeer]
    pid: int
    times: Times = field(default_factory=Times)


_numbers = itertools.count(1)


def line() -> str:
    return f"line {next(_numbers):06} of the measurement"


def body(event: dict[str, Any]) -> str:
    return str(event.get("content", {}).get("body", ""))


async def one_to_matrix(side: Side) -> float:
    words = line()
    started = time.perf_counter()
    side.on_irc[0].send(f"PRIVMSG {side.place.channel} :{words}")
    await side.listener.expect_text(words, PATIENCE)
    return time.perf_counter() - started


async def one_to_irc(side: Side) -> float:
    words = line()
    started = time.perf_counter()
    said = asyncio.create_task(side.talkers[0].say(side.place.room, words))
    await side.on_irc[0].expect(rf"PRIVMSG {side.place.channel} :.*{words}", PATIENCE)
    took = time.perf_counter() - started
    await said
    return took


async def many_to_matrix(side: Side, count: int) -> float:
    """Lines a second, said by several people in turn so that no two of one person are merged."""
    wanted = {line() for _ in range(count)}
    started = time.perf_counter()
    for words, peer in zip(sorted(wanted), itertools.cycle(side.on_irc), strict=False):
        peer.send(f"PRIVMSG {side.place.channel} :{words}")
        await peer.synced()
    async with asyncio.timeout(PATIENCE):
        while wanted:
            await side.listener._sync()
            said, side.listener.waiting = side.listener.waiting, []
            wanted -= {words for event in said for words in re.findall(r"line \d{6} of the measurement", body(event))}
    return count / (time.perf_counter() - started)


async def many_to_irc(side: Side, count: int) -> float:
    """Lines a second, several people on Matrix at once, each when the line before was taken."""
    lines = [line() for _ in range(count)]
    waiting = iter(lines)

    async def talk(peer: MatrixPeer) -> None:
        for words in waiting:
            await peer.say(side.place.room, words)

    missing = set(lines)
    started = time.perf_counter()
    talking = asyncio.gather(*map(talk, side.talkers))
    while missing:
        heard = await side.on_irc[0].expect(rf"PRIVMSG {side.place.channel} :.*line \d+ of the", PATIENCE)
        missing -= set(re.findall(r"line \d{6} of the measurement", heard))
    took = time.perf_counter() - started
    await talking
    return count / took


async def settle(
    stack: AsyncExitStack, folder: Path, irc: InspIRCd, synapse: Synapse, http: aiohttp.ClientSession, bridge: Bridge
) -> Side:
    """The bridge running, and its people in their rooms."""
    name = re.sub(r"[^a-z]", "", bridge.name)
    channel = f"#{name}"
    account = await synapse.register(f"{name}owner")
    owner = MatrixPeer(synapse, http, account)
    room = await owner.create_room(alias=name)
    talkers = [MatrixPeer(synapse, http, await synapse.register(f"{name}talker{n}")) for n in range(PEOPLE)]
    listener = MatrixPeer(synapse, http, await synapse.register(f"{name}listener"))
    for peer in (*talkers, listener):
        await peer.join(room)
    on_irc = await asyncio.gather(*(IrcPeer.connect(irc, f"{name}{n}") for n in range(PEOPLE)))
    for peer in on_irc:
        await peer.join(channel)
    place = Place(folder, irc, synapse, owner, account, name, room, f"#{name}:{SERVER_NAME}", channel)
    pid = await stack.enter_async_context(bridge.run(place))
    await on_irc[0].expect(rf":(?!{name}\d!)\S+ JOIN :?{channel}")
    await listener._sync()
    listener.waiting.clear()
    return Side(bridge, place, listener, talkers, on_irc, pid)


async def measure(sides: Sequence[Side], rounds: int, bursts: int) -> None:
    for number in range(WARM + rounds):
        for side in sides:
            began = processor(side.pid)
            to_matrix, to_irc = await one_to_matrix(side), await one_to_irc(side)
            if number >= WARM:
                side.times.to_matrix.append(to_matrix)
                side.times.to_irc.append(to_irc)
                side.times.processor += (processor(side.pid) - began) / (2 * rounds)
    for _ in range(bursts):
        for side in sides:
            side.times.burst_to_matrix.append(await many_to_matrix(side, BURST))
            side.times.burst_to_irc.append(await many_to_irc(side, min(BURST, side.bridge.burst)))
    for side in sides:
        side.times.resident = memory(side.pid)


def table(sides: Sequence[Side]) -> str:
    ways = ("IRC → Matrix", "Matrix → IRC")
    figures = (*(f"{way} ms" for way in ways), *(f"{way} lines/s" for way in ways), "CPU ms a line", "resident MB")
    head = ("bridge", *figures)
    rows = [head, tuple("---" for _ in head)]
    for side in sides:
        times = side.times
        both = [
            f"{percentile(t, 0.5) * 1e3:.1f} / {percentile(t, 0.99) * 1e3:.1f}" for t in (times.to_matrix, times.to_irc)
        ]
        many = [f"{statistics.median(t):.1f}" if t else "–" for t in (times.burst_to_matrix, times.burst_to_irc)]
        rows.append((side.bridge.name, *both, *many, f"{times.processor * 1e3:.1f}", f"{times.resident:.0f}"))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def ratios(ours: Side, theirs: Side) -> str:
    """Ours to theirs: of the medians, and the median pair by pair. For times less is better, for lines a second more."""
    parts = []
    for what in ("to_matrix", "to_irc", "burst_to_matrix", "burst_to_irc"):
        a, b = getattr(ours.times, what), getattr(theirs.times, what)
        if not a:
            continue
        pairs = statistics.median(x / y for x, y in zip(a, b, strict=True))
        parts.append(f"{what.replace('_', ' ')} {statistics.median(a) / statistics.median(b):.2f} ({pairs:.2f})")
    return f"{ours.bridge.name} / {theirs.bridge.name}: {', '.join(parts)}"


async def main(rounds: int, bursts: int, only: Sequence[str], file: Path | None) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        known = {word: registration(folder, word) for word in ("heisen", "unhurried")}
        found = [Bridge("ours", plain), Bridge("bare loop", bare)]
        if HEISENBRIDGE.exists():
            found += [
                Bridge("heisenbridge without its pauses", heisenbridge(known["unhurried"], unhurried=True)),
                Bridge("heisenbridge", heisenbridge(known["heisen"], unhurried=False), burst=10),
            ]
        bridges = [bridge for bridge in found if not only or bridge.name in only]
        synapse = Synapse(app_service_config_files=[str(one.file) for one in known.values()])
        try:
            synapse.start()
            with InspIRCd() as irc:
                async with aiohttp.ClientSession() as http, AsyncExitStack() as stack:
                    sides = [await settle(stack, folder, irc, synapse, http, bridge) for bridge in bridges]
                    await measure(sides, rounds, bursts)
                    print(f"p50 / p99 of {rounds} lines each way; bursts of {BURST} lines, the median of {bursts}\n")
                    print(table(sides))
                    print()
                    for theirs in sides[1:]:
                        print(ratios(sides[0], theirs))
        finally:
            synapse.stop()
        if file is not None:
            file.write_text(json.dumps({side.bridge.name: vars(side.times) for side in sides}, indent=1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--bursts", type=int, default=BURSTS)
    parser.add_argument("--only", action="append", default=[], help="a bridge's name; may be given several times")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    asyncio.run(main(given.rounds, given.bursts, given.only, given.json))
