"""What is said in one of two linked rooms arrives in the other while links, servers and the service itself are killed.

Matrix → IRC: all that Synapse took, in order per sender, and twice only what was unconfirmed at a death. IRC → Matrix: all that
the desk took, once; what it did not take was the last before a death or said while it was away, and a gap notice covers it.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.servers.irc import InspIRCd
from tests.servers.storm import KINDS, NUMBER, Kind, Storm, gaps, shown, storming
from tests.servers.synapse import Json, Synapse, own_synapse

pytestmark = [pytest.mark.irc, pytest.mark.matrix, pytest.mark.slow]
__all__ = ["own_synapse"]

SOAK = bool(os.environ.get("HELPDESK_SOAK"))
LINES = 2000 if SOAK else 200
DEATHS = 10 if SOAK else 1
"""How often each kind of death happens."""
SECOND = timedelta(seconds=1)


def order(chance: random.Random) -> list[Kind]:
    """Every kind in every round, in another order each time."""
    return [kind for _ in range(DEATHS) for kind in chance.sample(KINDS, len(KINDS))]


async def nothing(*_: object) -> None:
    pass


@pytest.mark.timeout(3600 if SOAK else 400)
async def test_nothing_is_lost_in_a_storm(tmp_path: Path, own_synapse: Synapse) -> None:
    seed = int(os.environ.get("STORM_SEED", random.SystemRandom().randrange(2**31) if SOAK else 4))
    print(f"STORM_SEED={seed}")
    with InspIRCd() as irc:
        async with storming(tmp_path / "desk", irc, own_synapse, seed, backlog=10_000) as storm:
            await storm.rage(LINES, order(storm.chance), nothing, nothing)
            await matrix_to_irc(storm)
            await irc_to_matrix(storm)
            await asyncio.to_thread(storm.desk.stop)
            assert storm.desk.troubles() == []


async def matrix_to_irc(storm: Storm) -> None:
    assert len(storm.accepted) == LINES
    missing = set(storm.accepted)

    def all_there() -> bool:
        missing.difference_update(n for words in storm.arrived for n in NUMBER.findall(words))
        return not missing

    try:
        async with asyncio.timeout(60):
            await storm.until(all_there)
    except TimeoutError:
        raise AssertionError(f"{len(missing)} of {LINES} lines never arrived on IRC: {shown(missing)}") from None

    places: dict[str, list[int]] = {}
    for place, words in enumerate(storm.arrived):
        for number in NUMBER.findall(words)[:1]:
            if "is teh line" in words:
                places.setdefault(number, []).append(place)
    for name in ("mara", "mia"):
        firsts = sorted((found[0], number) for number, found in places.items() if number.startswith(f"m-{name}-"))
        numbers = [number for _, number in firsts]
        assert numbers == sorted(numbers), f"{name}'s lines are out of order on IRC"
    repeated = {number: found for number, found in places.items() if len(found) > 1}
    for number, found in repeated.items():
        for first, again in itertools.pairwise(found):
            excuses = [d for d in storm.deaths if first < d.at <= again and number in d.pending]
            assert excuses, f"{number} came twice, and was confirmed: {found}; {storm.deaths}"
    print(
        f"matrix → irc: {LINES} lines, {sum(len(f) - 1 for f in repeated.values())} repeated: {shown(list(repeated))}"
    )


def bodies(history: list[Json], desk: str) -> list[str]:
    return [
        str(e["content"].get("body", ""))
        for e in history
        if e["sender"] == desk and e["type"] == "m.room.message" and "m.new_content" not in e["content"]
    ]


async def irc_to_matrix(storm: Storm) -> None:
    await storm.last_word()
    history = await storm.history()
    desk = next(e["sender"] for e in history if e["sender"].startswith("@desk"))
    counts = Counter(number for body in bodies(history, desk) for number in NUMBER.findall(body)[:1])
    counts = Counter({number: count for number, count in counts.items() if number.startswith("i-")})
    twice = {number for number, count in counts.items() if count > 1}
    assert not twice, f"came twice on Matrix: {shown(twice)}"

    committed = await asyncio.to_thread(storm.committed)
    taken = {line.number for line in storm.said.values() if line.msgid in committed}
    assert taken <= set(counts), f"taken by the desk and never on Matrix: {shown(taken - set(counts))}"
    assert set(counts) <= set(storm.said)

    lost = [line for line in storm.said.values() if line.number not in counts]
    said_gaps = gaps(storm.arrived, next(iter(storm.said.values())).at)
    untold = {
        line.number for line in lost if not any(begin - SECOND <= line.at <= end + SECOND for begin, end in said_gaps)
    }
    assert not untold, f"lost, and no gap notice tells it: {shown(untold)}; notices: {said_gaps}"

    # While the desk was there, only the last before it went may be lost.
    for stay in range(1, storm.stays + 1):
        here = [line.number in counts for line in storm.said.values() if line.presence == stay]
        assert here == sorted(here, reverse=True), f"lost in the middle of stay {stay}"
    unheard = [line for line in lost if line.presence]
    print(
        f"irc → matrix: {len(storm.said)} lines, {len(counts)} arrived, {len(lost) - len(unheard)} said while the desk was "
        f"away, {len(unheard)} on their way to it at a death; {len(said_gaps)} gap notices for {storm.stays} stays"
    )
    assert len(said_gaps) >= sum(d.kind != "synapse" for d in storm.deaths)
