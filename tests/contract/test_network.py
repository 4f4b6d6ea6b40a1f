"""What every network must do, on the real thing: `bridges/network.py` says it, this proves it.

To bring a network under it: a `harness_<kind>.py` like its neighbours, and a line in `HARNESSES`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from bridges.events import (
    Attribution,
    Checkpoint,
    EditMessage,
    GuestGone,
    MessageReceived,
    PersonId,
    PersonMoved,
    React,
    Receipt,
    Redact,
    RoomEntered,
    RoomExited,
    RoomId,
    SendMessage,
    SetVoice,
    ToPerson,
    ToRoom,
    Typing,
)
from bridges.network import Away, Gone, Network, Permanent, Transient
from bridges.registry import KINDS
from bridges.text import Plain, Text, from_plain, plain
from tests.contract.harness_appservice import open_appservice
from tests.contract.harness_irc import open_inspircd, open_ngircd
from tests.contract.harness_matrix import open_matrix
from tests.contract.harness_memory import open_memory
from tests.contract.harness_web import open_web
from tests.servers.listening import Listening

HARNESSES: dict[str, Callable[[Path], AbstractAsyncContextManager[Any]]] = {
    "memory": open_memory,
    "web": open_web,
    "irc-inspircd": open_inspircd,
    "irc-ngircd": open_ngircd,
    "matrix": open_matrix,
    "matrix-appservice": open_appservice,
}
MARKS = {
    "irc-inspircd": pytest.mark.irc,
    "irc-ngircd": pytest.mark.irc,
    "matrix": pytest.mark.matrix,
    "matrix-appservice": pytest.mark.matrix,
}


def test_every_kind_of_network_is_held_to_the_contract() -> None:
    assert {name.partition("-")[0] for name in HARNESSES} == set(KINDS)


@pytest.fixture(params=[pytest.param(name, marks=MARKS.get(name, ())) for name in HARNESSES])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    async with HARNESSES[request.param](tmp_path) as harness:
        yield harness


@pytest.fixture
async def ears(world: Any) -> AsyncIterator[Listening]:
    listening = Listening(world.network())
    listening.start()
    if world.kind not in {"memory", "web"}:  # these have nothing to become ready for
        await listening.expect(RoomEntered, lambda e: e.room.id == world.room)
    yield listening
    await listening.stop()


def said(words: str | Text, to: ToRoom | ToPerson, **more: Any) -> SendMessage:
    return SendMessage(to, from_plain(words) if isinstance(words, str) else words, **more)


async def test_words_are_heard_with_who_where_and_an_id(world: Any, ears: Listening) -> None:
    await world.say("the first words")
    await world.say("the second words")
    first, second = await ears.message("the first words"), await ears.message("the second words")
    assert first.network == second.network == ears.network.name
    assert first.room.id == second.room.id == world.room
    assert first.sender.id == second.sender.id
    assert world.person in (None, first.sender.id)
    assert len({first.id, second.id}) == len({first.message, second.message}) == 2
    assert first.at.utcoffset() is not None
    assert first.style == "text"
    assert ears.network.reachable(first.sender.id)


async def test_the_desk_knows_when_it_is_spoken_to(world: Any, ears: Listening) -> None:
    await world.say("helpdesk: how do I join?")
    heard = await ears.message("how do I join?")
    assert heard.addressed
    if world.kind != "web":  # there every room is the visitor's own, and no name is needed
        await world.say("helpdesk is great")
        assert not (await ears.message("helpdesk is great")).addressed


async def test_a_checkpoint_follows_what_was_heard(world: Any, ears: Listening) -> None:
    await world.say("before the checkpoint")
    heard = await ears.message("before the checkpoint")
    at = ears.events.index(heard)
    await ears.expect(Checkpoint, lambda e: any(e is later for later in ears.events[at:]))


async def test_own_words_are_not_reported(world: Any, ears: Listening) -> None:
    await ears.network.send("k1", said("words of the desk", ToRoom(world.room)))
    await world.seen("words of the desk")
    await world.say("words of a person")
    await ears.message("words of a person")
    assert "words of the desk" not in ears.messages()


async def test_a_send_repeated_under_its_key_is_said_once(world: Any, ears: Listening) -> None:
    action = said("only once", ToRoom(world.room))
    receipt = await ears.network.send("k1", action)
    assert receipt.room == world.room
    assert receipt.messages
    assert await ears.network.send("k1", action) == receipt
    await ears.network.send("k2", said("the end", ToRoom(world.room)))
    await world.seen("the end")
    assert await world.count("only once") == 1


async def test_sends_to_a_room_arrive_in_order(world: Any, ears: Listening) -> None:
    sends = (ears.network.send(f"k{n}", said(f"line {n:02}", ToRoom(world.room))) for n in range(8))
    receipts = await asyncio.gather(*sends)
    for n in range(8):
        await world.seen(f"line {n:02}")
    assert len({receipt.messages for receipt in receipts}) == 8


async def test_who_writes_is_told_where_it_is_wanted(world: Any, ears: Listening) -> None:
    if not ears.network.capabilities.typing or not hasattr(world, "types"):
        return
    await world.say("first some words")
    heard = await ears.message("first some words")
    if not await world.types(on=True):
        return  # this server passes nothing of it on
    begun = await ears.expect(Typing, lambda e: e.on)
    assert (begun.room.id, begun.sender.id) == (world.room, heard.sender.id)
    assert begun.lasts > 0
    await world.types(on=False)
    ended = await ears.expect(Typing, lambda e: not e.on)
    assert ended.sender.id == heard.sender.id


async def test_direct_messages_both_ways(world: Any, ears: Listening) -> None:
    await world.say_direct("in private")
    heard = await ears.message("in private")
    assert heard.room.direct
    assert heard.addressed or world.kind == "memory"
    receipt = await ears.network.send("k1", said("privately answered", ToPerson(heard.sender.id)))
    await world.seen_direct("privately answered")
    await ears.network.send("k2", said("and once more", ToRoom(receipt.room)))
    await world.seen_direct("and once more")


async def test_who_is_there_is_reached(world: Any, ears: Listening) -> None:
    await world.say("I am here")
    sender = (await ears.message("I am here")).sender
    await ears.network.send("k1", said("so you are", ToRoom(world.room), addressed=sender, must_reach=True))
    await world.seen("so you are")


async def test_nobody_is_not_reached(world: Any, ears: Listening) -> None:
    with pytest.raises((Permanent, Away)) as raised:
        await ears.network.send("k1", said("hello?", ToPerson(PersonId("nobody"))))
    if isinstance(raised.value, (Away, Gone)):
        assert not ears.network.reachable(PersonId("nobody"))


async def test_a_room_that_is_not_ours_is_refused(world: Any, ears: Listening) -> None:
    if world.kind == "memory":
        return  # every room is its own
    with pytest.raises(Permanent):
        await ears.network.send("k1", said("hello?", ToRoom(RoomId("#nowhere:at-all"))))


async def test_notices_are_told_apart(world: Any, ears: Listening) -> None:
    if world.kind == "web":
        return  # a page has none
    await world.say("a machine speaks", notice=True)
    assert (await ears.message("a machine speaks")).style == "notice"


HOSTILE = [
    "a\r\nQUIT :gone\x00",
    "\x01VERSION\x01",
    "@room @everyone <b>bold</b> <script>x</script>",
    "\u202eevil\x1b[2J",
]


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_text_does_no_harm(words: str, world: Any, ears: Listening) -> None:
    """Text that no parser of ours has made, as a bug elsewhere might bring it."""
    await ears.network.send("k1", said((Plain(words),), ToRoom(world.room)))
    relay = said((Plain(words),), ToRoom(world.room), attribution=Attribution(words, "irc"))
    await ears.network.send("k2", relay)
    await ears.network.send("k3", said("still here", ToRoom(world.room)))
    await world.seen("still here")


async def test_control_characters_are_not_heard(world: Any, ears: Listening) -> None:
    await world.say("a\x1bb\u202ec heard")
    heard = await ears.expect(MessageReceived, lambda e: plain(e.text).endswith("heard"))
    assert plain(heard.text) == "abc heard"


async def test_reactions_work_or_are_refused(world: Any, ears: Listening) -> None:
    receipt = await ears.network.send("k1", said("what do you think", ToRoom(world.room)))
    react = React(world.room, receipt.messages[0], "✅")
    if ears.network.capabilities.reactions:
        assert (await ears.network.send("k2", react)).room == world.room
    else:
        with contextlib.suppress(Permanent):
            assert (await ears.network.send("k2", react)).messages == ()


async def test_voice_is_a_wish_or_is_refused(world: Any, ears: Listening) -> None:
    """Where the desk is no operator, or the person is not there, nothing happens and nothing breaks."""
    wishes = [SetVoice(world.room, PersonId("account:nobody"), on) for on in (True, False)]
    for number, wish in enumerate(wishes):
        if ears.network.capabilities.voice:
            receipt = await ears.network.send(f"k{number}", wish)
            assert (receipt.room, await ears.network.send(f"k{number}", wish)) == (world.room, receipt)
        else:
            with pytest.raises(Permanent):
                await ears.network.send(f"k{number}", wish)
    await ears.network.send("k3", said("still here", ToRoom(world.room)))
    await world.seen("still here")


async def test_an_edit_shows_what_changed(world: Any, ears: Listening) -> None:
    if world.kind in {"memory", "web"}:
        return  # nothing reads these from outside
    before, after = from_plain("I read teh manual today"), from_plain("I read the manual today")
    receipt = await ears.network.send("k1", said(before, ToRoom(world.room), style="text"))
    edit = EditMessage(world.room, receipt.messages, after, before)
    changed = await ears.network.send("k2", edit)
    assert await ears.network.send("k2", edit) == changed
    await world.seen("the")


async def test_what_is_taken_back_by_its_author_is_no_fault(world: Any, ears: Listening) -> None:
    if world.kind == "web":
        return  # its lines stay as they were said
    receipt = await ears.network.send("k1", said("not so", ToRoom(world.room)))
    redact = Redact(world.room, receipt.messages)
    assert (await ears.network.send("k2", redact)).room == world.room
    await ears.network.send("k3", said("still here", ToRoom(world.room)))
    await world.seen("still here")


async def test_who_comes_and_goes_is_told(world: Any, ears: Listening) -> None:
    if world.kind != "irc":
        return
    name = await world.come()
    joined = await ears.expect(PersonMoved, lambda e: e.how == "joined" and e.sender.name == name)
    assert joined.room.id == world.room
    await world.go()
    gone = await ears.expect(PersonMoved, lambda e: e.how == "quit" and e.sender.name == name)
    assert gone.sender.id == joined.sender.id


async def test_rooms_are_kept_and_left(world: Any, ears: Listening) -> None:
    if world.kind != "irc":
        return  # a Matrix room has to be made first, and elsewhere every room is its own
    other = RoomId("#other")
    ears.network.keep([other])
    await ears.expect(RoomEntered, lambda e: e.room.id == other)
    assert (await ears.network.send("k1", said("here too", ToRoom(other)))).room == other
    ears.network.keep([])
    await ears.expect(RoomExited, lambda e: e.room.id == other)
    with pytest.raises(Permanent):
        await ears.network.send("k2", said("not here", ToRoom(other)))
    assert ears.network.health().ok


async def test_it_knows_how_it_is_and_can_be_tried_meanwhile(world: Any, ears: Listening) -> None:
    health = ears.network.health()
    assert health.ok, health
    assert "\n" not in health.detail
    findings = await world.network().probe()
    assert findings
    assert all(finding.ok for finding in findings), findings
    await world.say("undisturbed")
    await ears.message("undisturbed")


async def _again(network: Network, ears: Listening, key: str, action: SendMessage) -> Receipt:
    """As the outbox does: once more whenever something was heard, until the network has it."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(Transient):
                return await network.send(key, action)
            await ears.until_ready()


async def test_a_cut_is_survived(world: Any, ears: Listening) -> None:
    await world.say("before the cut")
    heard = await ears.message("before the cut")
    await world.cut()
    action = said("said at a bad time", ToRoom(world.room))
    with contextlib.suppress(Transient):
        await ears.network.send("k1", action)
    await world.mend()
    await _again(ears.network, ears, "k1", action)
    assert await world.count("said at a bad time") == 1
    await world.say("after the cut")
    await ears.message("after the cut")
    assert ears.messages().count("before the cut") == 1
    if heard.sender.id.startswith("guest:"):
        await ears.expect(GuestGone, lambda e: e.guest == heard.sender.id)


async def test_stopped_and_started_it_goes_on(world: Any, ears: Listening) -> None:
    await world.say("in the first run")
    heard = await ears.message("in the first run")
    await ears.expect(Checkpoint, lambda e: ears.events.index(e) > ears.events.index(heard))
    await ears.stop()
    ears.start()
    if world.kind not in {"memory", "web"}:
        await ears.until_ready()
    await world.say("in the second run")
    await ears.message("in the second run")
    ids = [e.id for e in ears.events if isinstance(e, MessageReceived)]
    assert len(set(ids)) == len(set(ears.messages()))
