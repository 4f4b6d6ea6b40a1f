"""A real netsplit between two linked InspIRCd servers: what the IRC network makes of it.

A split is told by QUITs whose reason is two server names (RFC 2812 section 3.1.7; InspIRCd puts `Quit: ` before what people say).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridges.events import Event, GuestGone, MessageReceived, PersonMoved, RoomEntered, RoomSplit
from bridges.irc.client import Pace
from bridges.irc.network import IrcNetwork
from bridges.irc.settings import IrcSettings
from bridges.network import Context
from bridges.text import plain
from tests.servers.irc import InspIRCd, IrcPeer
from tests.servers.linked import Linked
from tests.servers.listening import Listening

pytestmark = pytest.mark.irc

ROOMS = ("#help", "#sig")
NAMES = ("berta", "carla", "dora")


@pytest.fixture
async def linked() -> AsyncIterator[Linked]:
    async with Linked() as network:
        yield network


@pytest.fixture
async def ears(linked: Linked, tmp_path: Path) -> AsyncIterator[Listening]:
    settings = IrcSettings(
        host="localhost", port=linked.hub.port, tls=False, nick="desk", rooms=ROOMS, flood_rate=50, flood_burst=50
    )
    network = Listening(IrcNetwork("irc", settings, Context(tmp_path, "helpdesk"), Pace(tick=0.02, back_off=0.05)))
    network.start()
    await asyncio.gather(*(network.expect(RoomEntered, lambda e, room=room: e.room.id == room) for room in ROOMS))
    yield network
    await network.stop()


async def arrive(server: InspIRCd, *names: str) -> list[IrcPeer]:
    """In both rooms."""

    async def one(name: str) -> IrcPeer:
        peer = await IrcPeer.connect(server, name)
        for room in ROOMS:
            await peer.join(room)
        return peer

    return list(await asyncio.gather(*map(one, names)))


async def heard(ears: Listening, peers: list[IrcPeer], words: str) -> list[MessageReceived]:
    """Each says it in the first room; what the desk hears of it."""
    said = []
    for peer in peers:
        await peer.say(ROOMS[0], f"{words} {peer.nick}")
        said.append(await ears.message(f"{words} {peer.nick}"))
    return said


def moved(ears: Listening) -> list[PersonMoved]:
    return [e for e in ears.events if isinstance(e, PersonMoved) and e.sender.name in NAMES and e.how != "joined"]


def of_split(e: RoomSplit, room: str, *, back: bool) -> bool:
    return e.room.id == room and e.back is back


async def both(ears: Listening, *, back: bool) -> list[RoomSplit]:
    return [await ears.expect(RoomSplit, lambda e, room=room: of_split(e, room, back=back)) for room in ROOMS]


async def test_a_split_and_its_healing_are_one_event_a_room(linked: Linked, ears: Listening) -> None:
    (anna,) = await arrive(linked.hub, "anna")
    others = await arrive(linked.leaf, *NAMES)
    before = await heard(ears, others, "before")
    guests = {said.sender.id for said in before}

    await linked.cut()
    for split in await both(ears, back=False):
        assert {person.name for person in split.people} == set(NAMES), split
        assert set(split.servers.split()) == {"hub.test.example", "leaf.test.example"}
    for guest in guests:
        await ears.expect(GuestGone, lambda e, guest=guest: e.guest == guest)
    await heard(ears, [anna], "alone")

    await linked.mend()
    for split in await both(ears, back=True):
        assert {person.name for person in split.people} == set(NAMES), split
    after = await heard(ears, others, "after")
    await heard(ears, [anna], "again")
    assert guests.isdisjoint(said.sender.id for said in after), "nobody saw who had the nick meanwhile"

    splits = [e for e in ears.events if isinstance(e, RoomSplit)]
    assert len(splits) == 2 * len(ROOMS), splits
    assert moved(ears) == [], "a split is nobody's leaving"
    assert joined_after_the_first_time(ears.events) == []


def joined_after_the_first_time(events: list[Event]) -> list[PersonMoved]:
    """Those who were brought back did not come in."""
    first = next(i for i, e in enumerate(events) if isinstance(e, RoomSplit))
    return [e for e in events[first:] if isinstance(e, PersonMoved) and e.sender.name in NAMES]


async def test_a_killed_server_is_a_split_and_a_liar_is_none(linked: Linked, ears: Listening) -> None:
    (anna, liar) = await arrive(linked.hub, "anna", "liar")
    await arrive(linked.leaf, *NAMES)
    await heard(ears, [anna, liar], "before")
    liar.send("QUIT :hub.test.example leaf.test.example")
    quits = await ears.expect(PersonMoved, lambda e: e.sender.name == "liar" and e.how == "quit")
    assert "leaf.test.example" in quits.reason

    linked.leaf.kill()
    for split in await both(ears, back=False):
        assert {person.name for person in split.people} == set(NAMES), split
    await heard(ears, [anna], "after")
    assert moved(ears) == []

    # They come back on the server that is still there, by themselves: people again, not a healed split of others.
    await linked.restart_leaf()
    (berta,) = await arrive(linked.leaf, "berta")
    await heard(ears, [berta], "back")
    assert [plain(e.text) for e in ears.events if isinstance(e, MessageReceived)].count("back berta") == 1
    splits = [e for e in ears.events if isinstance(e, RoomSplit)]
    assert len([e for e in splits if not e.back]) == len(ROOMS), splits
