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
from tests.servers.storm import DESK, KINDS, NUMBER, ROOM, Ear, Kind, Storm, gaps, shown, storming
from tests.servers.synapse import Json, Synapse, own_synapse

pytestmark = [pytest.mark.irc, pytest.mark.matrix, pytest.mark.slow]
__all__ = ["own_synapse"]

SOAK = bool(os.environ.get("HELPDESK_SOAK"))
LINES = int(os.environ.get("STORM_LINES", "2000" if SOAK else "200"))
DEATHS = 10 if SOAK else 1
"""How often each kind of death happens."""
JOINER = "\u2060"
SECOND = timedelta(seconds=1)


def order(chance: random.Random) -> list[Kind]:
    """Every kind in every round, in another order each time."""
    return [kind for _ in range(DEATHS) for kind in chance.sample(KINDS, len(KINDS))]


class Extras:
    """Edits and reactions among the lines: every tenth is edited by its author, every fifteenth is reacted to."""

    def __init__(self, storm: Storm) -> None:
        self.storm = storm
        self.edited: set[str] = set()
        self.reacted: set[str] = set()
        self.reacted_on_irc = 0

    async def on_matrix(self, number: str, event: str) -> None:
        count, storm = int(number[-4:]), self.storm
        author, other = storm.talkers if "mara" in number else storm.talkers[::-1]
        if count % 10 == 0:
            content = {"msgtype": "m.text", "body": f"{number} is {mended(number)} line"}
            relation = {"rel_type": "m.replace", "event_id": event}
            fallback = {**content, "body": f"* {content['body']}", "m.new_content": content, "m.relates_to": relation}
            await storm.put(author, "m.room.message", fallback)
            self.edited.add(number)
        if count % 15 == 0:
            relation = {"rel_type": "m.annotation", "event_id": event, "key": "👍"}
            await storm.put(other, "m.reaction", {"m.relates_to": relation})
            self.reacted.add(number)

    async def on_irc(self, ear: Ear, msgid: str) -> None:
        """https://ircv3.net/specs/client-tags/react"""
        self.reacted_on_irc += 1
        if self.reacted_on_irc % 15 == 0:
            ear.send(f"@+draft/react=👍;+draft/reply={msgid} TAGMSG {ROOM}")


def mended(number: str) -> str:
    return f"the-{number.replace('-', '')}"


@pytest.mark.timeout(3600 if SOAK else 400)
async def test_nothing_is_lost_in_a_storm(tmp_path: Path, own_synapse: Synapse) -> None:
    seed = int(os.environ.get("STORM_SEED", random.SystemRandom().randrange(2**31) if SOAK else 4))
    print(f"STORM_SEED={seed}")
    with InspIRCd() as irc:
        async with storming(tmp_path / "desk", irc, own_synapse, seed, backlog=10_000, edit_hold="1s") as storm:
            extras = Extras(storm)
            await storm.rage(LINES, order(storm.chance), extras.on_matrix, extras.on_irc)
            await matrix_to_irc(storm)
            await followed(storm, extras)
            await taken_back(storm)
            await irc_to_matrix(storm)
            await asyncio.to_thread(storm.desk.stop)
            assert storm.desk.troubles() == []


async def matrix_to_irc(storm: Storm) -> None:
    assert len(storm.accepted) == LINES
    missing = set(storm.accepted)

    def all_there() -> bool:
        missing.difference_update(n for words in storm.arrived if "is teh line" in words for n in NUMBER.findall(words))
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


async def followed(storm: Storm, extras: Extras) -> None:
    """Each edit is told on IRC in the words of its author, after the line; a reaction makes no line."""
    untold = set(extras.edited)

    def all_told() -> bool:
        untold.difference_update(n for n in tuple(untold) if any(mended(n) in words for words in storm.arrived))
        return not untold

    try:
        async with asyncio.timeout(60):
            await storm.until(all_told)
    except TimeoutError:
        raise AssertionError(f"{len(untold)} of {len(extras.edited)} edits were never told: {shown(untold)}") from None
    for number in extras.edited:
        line = next(i for i, words in enumerate(storm.arrived) if f"{number} is teh line" in words)
        told = [i for i, words in enumerate(storm.arrived) if mended(number) in words]
        assert line < told[0], f"the edit of {number} came before it"
        assert all(number[2:3] in storm.arrived[i] for i in told)
    assert not [words for words in storm.arrived if "👍" in words]
    tags = [line for line in storm.heard_on_irc if " TAGMSG " in line and f":{DESK}" in line]
    print(
        f"edits: {len(extras.edited)} told; reactions on Matrix: {len(extras.reacted)}, of them shown on IRC {len(tags)}"
    )


async def taken_back(storm: Storm) -> None:
    """What a moderator takes back is said on IRC, where it can't be taken back; what its author does is not."""
    mara = storm.talkers[0]
    events = {}
    for word in ("rude", "shy"):
        events[word] = await storm.put(mara, "m.room.message", {"msgtype": "m.text", "body": f"a {word} remark"})
        await storm.until(lambda word=word: any(f"a {word} remark" in words for words in storm.arrived))
    await storm.settled()
    before = len(storm.arrived)
    await storm.put(mara, events["shy"], {}, path="redact")
    await storm.put(storm.owner, events["rude"], {"reason": "rude"}, path="redact")
    moderator = str(storm.owner["user_id"])[1:].partition(":")[0]

    def said() -> list[str]:
        return [words.replace(JOINER, "") for words in storm.arrived[before:]]

    try:
        async with asyncio.timeout(60):
            await storm.until(lambda: any(moderator in words for words in said()))
    except TimeoutError:
        raise AssertionError(f"nobody was told that {moderator} took words back; said: {said()}") from None
    assert len(said()) == 1, said()


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
    reactions = sum(e["sender"] == desk and e["type"] == "m.reaction" for e in history)
    print(f"reactions that came from IRC: {reactions}")
    unheard = [line for line in lost if line.presence]
    print(
        f"irc → matrix: {len(storm.said)} lines, {len(counts)} arrived, {len(lost) - len(unheard)} said while the desk was "
        f"away, {len(unheard)} on their way to it at a death; {len(said_gaps)} gap notices for {storm.stays} stays"
    )
    assert len(said_gaps) >= sum(d.kind != "synapse" for d in storm.deaths)
