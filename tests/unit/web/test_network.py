"""The web chat as a network: what is said is kept, reported once, and streamed without a gap."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bridges.events import (
    Attribution,
    Checkpoint,
    Event,
    MessageReceived,
    PersonId,
    Position,
    React,
    Reacted,
    RoomId,
    SendMessage,
    ToPerson,
    ToRoom,
)
from bridges.network import Context, Permanent
from bridges.text import from_markup, from_plain, plain
from bridges.web.log import MemoryWebLog
from bridges.web.network import MESSAGE_LIMIT, NothingSaid, WebNetwork, create
from bridges.web.settings import WebSettings


@pytest.fixture
def log() -> MemoryWebLog:
    return MemoryWebLog()


@pytest.fixture
def network(log: MemoryWebLog, tmp_path: Path) -> WebNetwork:
    return create("web", WebSettings(), Context(tmp_path, "helpdesk", log))


async def heard(network: WebNetwork, position: Position | None, count: int) -> list[Event]:
    """The first `count` events from `position` on, after the checkpoint that opens every run."""
    events: list[Event] = []
    enough = asyncio.Event()

    async def emit(event: Event) -> None:
        events.append(event)
        if len(events) > count:
            enough.set()

    reading = asyncio.create_task(network.run(emit, position))
    try:
        async with asyncio.timeout(5):
            await enough.wait()
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    assert events[0] == Checkpoint("web", position or Position("0"))
    return events[1:]


async def test_what_a_visitor_says_is_reported_as_a_direct_message_to_the_desk(network: WebNetwork) -> None:
    _, session = await network.open_session("Anna")
    line = await network.receive(session, "  how do I get a list?\x00  ", "k1")
    message, checkpoint = await heard(network, None, 2)
    assert isinstance(message, MessageReceived)
    assert (plain(message.text), message.sender.name) == ("how do I get a list?", "Anna")
    assert (message.sender.id, message.sender.authenticated) == (session.person, True)
    assert (message.room.id, message.room.direct, message.addressed) == (session.room, True, True)
    assert message.message == line.message == f"w{line.seq}"
    assert checkpoint == Checkpoint("web", Position(str(line.seq)))


async def test_after_a_restart_only_what_was_not_reported_is(network: WebNetwork) -> None:
    _, session = await network.open_session("Anna")
    first = await network.receive(session, "one", "k1")
    await network.receive(session, "two", "k2")
    message, _ = await heard(network, Position(str(first.seq)), 2)
    assert isinstance(message, MessageReceived)
    assert plain(message.text) == "two"


async def test_the_desk_does_not_hear_itself(network: WebNetwork) -> None:
    _, session = await network.open_session("Anna")
    receipt = await network.send("1", SendMessage(ToRoom(session.room), from_plain("hello")))
    (only,) = await heard(network, None, 1)
    assert only == Checkpoint("web", Position(receipt.messages[0].removeprefix("w")))


async def test_the_same_key_is_the_same_line_and_keys_of_others_do_not_meet(network: WebNetwork) -> None:
    _, anna = await network.open_session("Anna")
    _, ben = await network.open_session("Ben")
    first = await network.receive(anna, "hello", "k")
    assert await network.receive(anna, "hello", "k") == first
    other = await network.receive(ben, "mine", "k")
    assert other.plain == "mine"
    action = SendMessage(ToPerson(anna.person), from_plain("yes"))
    receipt = await network.send("k", action)
    assert await network.send("k", action) == receipt
    assert [line.plain for line in await network.conversation(anna)] == ["hello", "yes"]


async def test_a_reaction_is_reported_with_its_target(network: WebNetwork) -> None:
    _, session = await network.open_session("Anna")
    receipt = await network.send("1", SendMessage(ToRoom(session.room), from_plain("an answer")))
    await network.react(session, receipt.messages[0], "👍", "k")
    event = (await heard(network, Position(receipt.messages[0][1:]), 1))[0]
    assert isinstance(event, Reacted)
    assert (event.target, event.key) == (receipt.messages[0], "👍")


async def test_the_desks_reaction_stands_in_the_room(network: WebNetwork) -> None:
    _, session = await network.open_session("Anna")
    line = await network.receive(session, "thanks", "k")
    await network.send("1", React(session.room, line.message, "✅"))
    last = (await network.conversation(session))[-1]
    assert (last.side, last.reaction, last.reply_to) == ("desk", "✅", line.message)


async def test_nobody_is_told_in_a_room_that_does_not_exist(network: WebNetwork) -> None:
    for target in (ToPerson(PersonId("session:unknown")), ToRoom(RoomId("chat:unknown")), ToRoom(RoomId("#help"))):
        with pytest.raises(Permanent):
            await network.send("1", SendMessage(target, from_plain("hello")))


async def test_words_are_bounded_and_can_not_be_empty(network: WebNetwork) -> None:
    _, session = await network.open_session("Anna")
    line = await network.receive(session, "x" * (MESSAGE_LIMIT + 100), "k1")
    assert len(line.plain) == MESSAGE_LIMIT
    with pytest.raises(NothingSaid):
        await network.receive(session, " \x00\n ", "k2")


async def test_markup_is_the_desks_and_tags_are_nobodys(network: WebNetwork) -> None:
    _, session = await network.open_session("Anna")
    line = await network.receive(session, "<img src=x onerror=alert(1)> **hi**", "k1")
    assert line.html == "&lt;img src=x onerror=alert(1)&gt; **hi**"
    await network.send("1", SendMessage(ToRoom(session.room), from_markup("see **this**")))
    await network.send(
        "2", SendMessage(ToRoom(session.room), from_plain("hi"), attribution=Attribution("<b>Mira", "libera"))
    )
    said = [line.html for line in await network.conversation(session)][1:]
    assert said == ["see <strong>this</strong>", "<strong>&lt;b&gt;Mira</strong> (libera): hi"]


async def test_bare_addresses_lead_somewhere_and_nothing_else_does(network: WebNetwork) -> None:
    _, session = await network.open_session("Anna")
    words = from_plain("see https://example.org/a?b=1&c=2, not javascript:alert(1)")
    await network.send("1", SendMessage(ToRoom(session.room), words))
    (line,) = await network.conversation(session)
    address = "https://example.org/a?b=1&amp;c=2"
    assert line.html == f'see <a href="{address}">{address}</a>, not javascript:alert(1)'
    assert line.plain == plain(words)


async def test_only_the_hash_of_a_token_is_kept_and_only_the_token_opens_the_session(
    network: WebNetwork, log: MemoryWebLog
) -> None:
    token, session = await network.open_session("")
    assert await network.session(token) == session
    assert await network.session(session.token_hash) is None
    assert await network.session("") is None
    assert token not in repr(session)
    assert session.name


async def test_a_stream_brings_every_line_once_across_reconnects(network: WebNetwork) -> None:
    _, anna = await network.open_session("Anna")
    _, ben = await network.open_session("Ben")
    total = 1_200
    for number in range(600):
        await network.receive(anna, f"line {number}", f"k{number}")
        await network.receive(ben, "noise", f"k{number}")
    seen: list[str] = []
    after = 0

    async def read(until: int) -> None:
        nonlocal after
        async for line in network.stream(anna, after):
            seen.append(line.plain)
            after = line.seq
            if len(seen) == until:
                return

    async with asyncio.timeout(20):
        await read(10)
        await read(590)
        reading = asyncio.create_task(read(total))
        for number in range(600, total):
            await network.receive(anna, f"line {number}", f"k{number}")
        await reading
    assert seen == [f"line {number}" for number in range(total)]


async def test_a_secret_is_blanked_out_before_it_is_stored(log: MemoryWebLog, tmp_path: Path) -> None:
    censored = Context(tmp_path, "helpdesk", log, censor=lambda text: text.replace("hunter22", "▇▇▇"))
    network = create("web", WebSettings(), censored)
    _, session = await network.open_session("anna")
    line = await network.receive(session, "my password is hunter22", "k1")
    assert "hunter22" not in f"{line.plain}{line.html}"
    assert "▇▇▇" in line.plain
