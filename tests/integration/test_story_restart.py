"""The service, an IRC server or the homeserver ends in the middle of the story, and nothing heard or promised is lost."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.servers.community import Community, page, shared_irc
from tests.servers.gate import Gate
from tests.servers.irc import InspIRCd
from tests.servers.people import OnIrc, OnMatrix, met, number_in, opened, unknown
from tests.servers.service import Helpdesk
from tests.servers.synapse import MatrixPeer, Synapse, own_synapse, synapse

pytestmark = [pytest.mark.irc, pytest.mark.matrix]
__all__ = ["own_synapse", "synapse"]

KNOWN = "how do I get a mailing list for my project?"
SOURCE = "/kb/mailing-lists/request-a-list"
ANSWER = "The caretaker has the spare key."
LONG = 60.0
"""Seconds: a connection that was lost is tried again after a while that grows."""

Begin = Callable[[Community], Awaitable[Helpdesk]]


@pytest.fixture
async def begin() -> AsyncIterator[Begin]:
    """Settle a community and start its service; it is ended after the test, whatever became of it."""
    running: list[Helpdesk] = []

    async def start(community: Community) -> Helpdesk:
        desk = await community.settle()
        running.append(desk)
        await asyncio.to_thread(desk.start)
        await community.until_present()
        return desk

    yield start
    for desk in running:
        await asyncio.to_thread(desk.kill)


@pytest.fixture
def own_irc() -> Iterator[InspIRCd]:
    """A server that this test may kill."""
    with InspIRCd(services=True) as server:
        yield server


async def confirmed(desk: Helpdesk, person: OnIrc) -> None:
    """Until all that was said on IRC is known to have arrived: what is not would be said again. Each look is a round trip."""

    def waiting() -> int:
        with contextlib.closing(sqlite3.connect(f"file:{desk.state / 'helpdesk.db'}?mode=ro", uri=True)) as database:
            (count,) = database.execute(
                "SELECT count(*) FROM outbox WHERE network = 'irc' AND status = 'pending'"
            ).fetchone()
            return int(count)

    while await asyncio.to_thread(waiting):
        await person.say("!whoami")
        await person.hear(f"You are {person.name}")


async def written(community: Community, room: str, part: str) -> int:
    """How often the desk wrote it in a Matrix room."""
    assert community.matrix is not None
    events = await community.history(room)
    return sum(e["sender"] == community.desk_id and part in str(e["content"].get("body", "")) for e in events)


@pytest.mark.parametrize("crash", [False, True], ids=["graceful", "killed"])
async def test_the_service_restarts_between_all_that_happens(
    tmp_path: Path, synapse: Synapse, begin: Begin, *, crash: bool
) -> None:
    community = Community(tmp_path, shared_irc(), matrix=synapse)
    desk = await begin(community)
    async with AsyncExitStack() as people:
        account = community.account("asker")
        on_irc = community.on_irc(account=account, room=community.help_room)
        anna, berta, vera, victor = await met(
            people, on_irc, community.on_matrix(), community.matrix_volunteer("vera"), community.irc_volunteer("victor")
        )

        number = await opened(anna, unknown())
        await vera.hear(f"!claim {number} takes it")

        # Between question and ticket: asked, and the service ends at whatever point it has reached. What is said on
        # Matrix while it is away is heard when it is back.
        question = unknown()
        await berta.say(question)
        await asyncio.to_thread(desk.kill if crash else desk.stop)
        await berta.say(KNOWN)
        await vera.say(f"!claim {number}")
        await asyncio.to_thread(desk.start)
        other = number_in(await berta.hear("Your ticket is", timeout=LONG))
        await berta.hear(SOURCE)
        await vera.hear(f"#{other}", question)
        await vera.hear(f"#{number} is yours")
        await anna.hear(f"{vera.name} is looking at #{number}", timeout=LONG)
        await victor.hear("I couldn’t hear this room", "the desk was not running", timeout=LONG)

        # Between claim and answer.
        await confirmed(desk, victor)
        await asyncio.to_thread(desk.restart, crash=crash)
        await vera.say(f"!answer {other} {ANSWER}")
        assert ANSWER in await berta.hear(f"#{other}, {vera.name} answers:", timeout=LONG)
        await community.until_present()
        await anna.peer.quit()
        await vera.say(f"!answer {number} {ANSWER}")
        await vera.hear(f"The answer to #{number} waits")

        # Between answer decided and delivered.
        await asyncio.to_thread(desk.restart, crash=crash)
        await community.until_present()
        (back,) = await met(people, community.on_irc(account=account, room=community.help_room))
        assert ANSWER in await back.hear(f"#{number}, {vera.name} answers:", timeout=LONG)
        await back.say("!yes")
        await vera.hear(f"#{number} is solved")

        # On Matrix everything stands once.
        for room, said in (
            ("help", f"Your ticket is #{other}"),
            ("help", SOURCE),
            ("help", ANSWER),
            ("sig", f"!claim {number} takes it"),
            ("sig", f"!claim {other} takes it"),
            ("sig", f"#{number} is yours"),
            ("sig", f"#{number} are on their way"),
        ):
            assert await written(community, room, said) == 1, said
        # On IRC too: everything here was confirmed before the service ended.
        assert anna.count("Your ticket is") == 1
        assert anna.count("is looking at") == 1
        assert back.count(ANSWER) == 1
    await asyncio.to_thread(desk.stop)
    assert desk.troubles() == []


async def test_many_questions_in_flight_survive_a_kill(tmp_path: Path, synapse: Synapse, begin: Begin) -> None:
    """Killed while it is answering: every question is answered once on Matrix."""
    community = Community(tmp_path, matrix=synapse)
    desk = await begin(community)
    async with AsyncExitStack() as people:
        askers = await met(people, *(community.on_matrix() for _ in range(4)))
        for anna in askers:
            await anna.say(KNOWN)
            await anna.say(unknown())
        await askers[0].hear(SOURCE)
        await asyncio.to_thread(desk.restart, crash=True)
        numbers = set()
        for place, anna in enumerate(askers):
            if place:
                await anna.hear(f"{anna.name}:", SOURCE, timeout=LONG)
            numbers.add(number_in(await anna.hear(f"{anna.name}:", "Your ticket is", timeout=LONG)))
        assert len(numbers) == len(askers)
        (vera,) = await met(people, community.matrix_volunteer("vera"))
        await vera.say("!queue")
        await vera.hear(f"{len(askers)} tickets wait")
        assert await written(community, "help", SOURCE) == len(askers)
        assert await written(community, "help", "Your ticket is") == len(askers)
        assert await written(community, "sig", "takes it") == len(askers)


async def test_the_irc_server_dies_in_the_middle(
    tmp_path: Path, synapse: Synapse, own_irc: InspIRCd, begin: Begin
) -> None:
    gate = Gate(own_irc.port)
    await gate.open()
    community = Community(tmp_path, own_irc, matrix=synapse, irc_port=gate.port)
    desk = await begin(community)
    async with AsyncExitStack() as people:
        account = community.account("asker")
        anna, berta, vera = await met(
            people,
            community.on_irc(account=account, room=community.help_room),
            community.on_matrix(),
            community.matrix_volunteer("vera"),
        )
        number = await opened(anna, unknown())
        await vera.say(f"!claim {number}")
        await vera.hear(f"#{number} is yours")
        await anna.hear(f"{vera.name} is looking at #{number}")

        own_irc.kill()
        await gate.shut()
        await berta.say(KNOWN)
        await berta.hear(SOURCE)
        await vera.say(f"!answer {number} {ANSWER}")
        await vera.hear(f"#{number} are on their way")
        status, told = await page(f"{desk.url}/healthz")
        assert status == 503
        assert "network irc" in told

        own_irc.start()
        own_irc.register_account(account)
        (back,) = await met(people, community.on_irc(account=account, room=community.help_room))
        assert isinstance(back, OnIrc)
        await gate.open()
        assert ANSWER in await back.hear(f"#{number}, {vera.name} answers:", timeout=LONG)
        await back.hear("I couldn’t hear this room from", "the connection was lost")
        await back.say("!yes")
        await back.hear(f"#{number} is closed")
        await vera.hear(f"#{number} is solved")
        assert back.count(ANSWER) == 1
        assert await written(community, "sig", f"#{number} are on their way") == 1
        status, _ = await page(f"{desk.url}/healthz")
        assert status == 200
    await gate.shut()


async def test_the_homeserver_dies_in_the_middle(tmp_path: Path, own_synapse: Synapse, begin: Begin) -> None:
    await asyncio.to_thread(own_synapse.start)
    community = Community(tmp_path, shared_irc(), matrix=own_synapse)
    await begin(community)
    async with AsyncExitStack() as people:
        anna, berta, vera = await met(
            people,
            community.on_matrix(),
            community.on_irc(room=community.help_room),
            community.irc_volunteer("vera"),
        )
        assert isinstance(anna, OnMatrix)
        number = await opened(anna, unknown())
        await vera.hear(f"!claim {number} takes it")
        own_synapse.kill()
        await vera.say(f"!answer {number} {ANSWER}")
        await vera.hear(f"#{number} are on their way")
        await berta.say(KNOWN)
        await berta.hear(SOURCE)
        second = await opened(berta, unknown())
        await asyncio.to_thread(own_synapse.start)
        assert ANSWER in await anna.hear(f"#{number}, {vera.name} answers:", timeout=LONG)
        await anna.say("!yes")
        await anna.hear(f"#{number} is closed")
        await vera.hear(f"#{number} is solved")
        volunteer = await people.enter_async_context(community.matrix_volunteer("victor"))
        await volunteer.say(f"!claim {second}")
        await volunteer.hear(f"#{second} is yours")
        for room, said in (
            ("help", ANSWER),
            ("help", f"Your ticket is #{number}"),
            ("sig", f"!claim {second} takes it"),
        ):
            assert await written(community, room, said) == 1, said


async def test_an_unknown_token_stops_matrix_alone(tmp_path: Path, synapse: Synapse, begin: Begin) -> None:
    community = Community(tmp_path, shared_irc(), matrix=synapse, by_token=True)
    desk = await begin(community)
    status, _ = await page(f"{desk.url}/healthz")
    assert status == 200
    async with AsyncExitStack() as people:
        (anna,) = await met(people, community.on_irc(room=community.help_room))
        async with community.http() as http:
            await MatrixPeer(synapse, http, community.desk_account).call("POST", "logout", {})
        stopped = await asyncio.to_thread(desk.logged, "network stopped", LONG, network="matrix")
        assert "access token" in stopped["mend"]
        status, told = await page(f"{desk.url}/healthz")
        assert status == 503
        assert "network matrix" in told
        assert "put the new access token where the configuration says" in told
        await anna.say(KNOWN)
        await anna.hear(SOURCE)
        await asyncio.to_thread(desk.stop)
