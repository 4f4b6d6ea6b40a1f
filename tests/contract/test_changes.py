"""What a relay needs of a network where words can be changed: edits, reactions, what is taken back, moves, rooms kept.

`test_network.py` holds what the others must do. To bring a network under it: its harness gets the methods used here, as
`harness_matrix.py` has them, and its name stands in `CHANGING`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bridges.events import (
    Attribution,
    EditMessage,
    MessageEdited,
    MessageRedacted,
    PersonId,
    PersonMoved,
    React,
    Reacted,
    Redact,
    RoomEntered,
    RoomExited,
    RoomId,
    ToRoom,
)
from bridges.network import Permanent
from bridges.text import from_plain, plain
from tests.contract.test_network import HARNESSES, MARKS, ears, said
from tests.servers.listening import Listening

__all__ = ["ears"]
CHANGING = ("matrix", "matrix-appservice")
WHO = Attribution("bob", "elsewhere", PersonId("bob"))


@pytest.fixture(params=[pytest.param(name, marks=MARKS[name]) for name in CHANGING])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    async with HARNESSES[request.param](tmp_path) as harness:
        yield harness


async def test_changed_words_are_seen_once(world: Any, ears: Listening) -> None:
    first = await ears.network.send("k1", said("teh words", ToRoom(world.room), attribution=WHO))
    await world.seen("teh words")
    edit = EditMessage(world.room, first.messages, from_plain("the words"), from_plain("teh words"), WHO)
    receipt = await ears.network.send("k2", edit)
    assert receipt.room == world.room
    assert await ears.network.send("k2", edit) == receipt
    assert await world.becomes(first.messages[0], "the words")


async def test_what_is_taken_back_is_gone(world: Any, ears: Listening) -> None:
    first = await ears.network.send("k1", said("a slip", ToRoom(world.room)))
    reaction = await ears.network.send("k2", React(world.room, first.messages[0], "👍"))
    for number, messages in enumerate((reaction.messages, first.messages)):
        redact = Redact(world.room, messages)
        receipt = await ears.network.send(f"r{number}", redact)
        assert await ears.network.send(f"r{number}", redact) == receipt
        for message in messages:
            assert await world.is_gone(message)


async def test_peoples_changes_are_heard(world: Any, ears: Listening) -> None:
    message = await world.say("helo")
    heard = await ears.message("helo")
    await world.edit(message, "hello")
    edited = await ears.expect(MessageEdited)
    assert (edited.target, plain(edited.text), edited.sender.id) == (message, "hello", heard.sender.id)
    reaction = await world.react(message, "🎉")
    reacted = await ears.expect(Reacted)
    assert (reacted.target, reacted.key, reacted.sender.id) == (message, "🎉", heard.sender.id)
    for target in (reaction, message):
        await world.take_back(target)
        gone = await ears.expect(MessageRedacted, lambda e, target=target: e.target == target)  # type: ignore[misc]
        assert gone.room.id == world.room


async def test_own_changes_are_not_heard(world: Any, ears: Listening) -> None:
    first = await ears.network.send("k1", said("one", ToRoom(world.room)))
    await ears.network.send("k2", React(world.room, first.messages[0], "👍"))
    await ears.network.send("k3", EditMessage(world.room, first.messages, from_plain("two"), from_plain("one")))
    await ears.network.send("k4", Redact(world.room, first.messages))
    await world.say("the end")
    await ears.message("the end")
    assert not [e for e in ears.events if isinstance(e, (Reacted, MessageEdited, MessageRedacted, PersonMoved))]


async def test_who_comes_and_goes_is_heard(world: Any, ears: Listening) -> None:
    person = await world.come_and_go("bye for now")
    left = await ears.expect(PersonMoved, lambda e: e.how == "left")
    joined = await ears.expect(PersonMoved, lambda e: e.how == "joined")
    assert joined.sender.id == left.sender.id
    assert person in (None, left.sender.id)
    assert {e.room.id for e in ears.events if isinstance(e, PersonMoved)} == {world.room}


async def test_a_room_is_kept_and_left(world: Any, ears: Listening) -> None:
    other = RoomId(await world.another_room())
    ears.network.keep((other, world.room))
    await ears.expect(RoomEntered, lambda e: e.room.id == other)
    await ears.network.send("k1", said("hello there", ToRoom(other)))
    ears.network.keep(())
    await ears.expect(RoomExited)
    with pytest.raises(Permanent):
        await ears.network.send("k2", said("anyone?", ToRoom(other)))
    await ears.network.send("k3", said("still here", ToRoom(world.room)))
    await world.seen("still here")


async def test_typing_and_files_do_no_harm(world: Any, ears: Listening) -> None:
    for room in (world.room, RoomId("nowhere")):
        await ears.network.typing(room, on=True)
        await ears.network.typing(room, on=False)
    with pytest.raises(Permanent):
        await anext(ears.network.fetch("nonsense"))
