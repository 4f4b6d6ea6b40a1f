"""Matrix as an application service, on a real Synapse that knows its registration."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bridges.events import (
    Attribution,
    Checkpoint,
    EditMessage,
    Event,
    MessageReceived,
    PersonId,
    React,
    Redact,
    RoomEntered,
    RoomId,
    SendMessage,
    ToRoom,
)
from bridges.matrix.appservice.book import GhostBook
from bridges.matrix.appservice.login import registration_of
from bridges.matrix.network import create
from bridges.matrix.settings import MatrixSettings
from bridges.network import Context, Misconfigured, Permanent, Transient
from bridges.text import Mention, from_plain, plain
from tests.servers.bridged import registered
from tests.servers.listening import Listening
from tests.servers.synapse import PYTHON, SERVER_NAME, Json, MatrixPeer, Synapse

pytestmark = [pytest.mark.matrix, pytest.mark.timeout(180)]

ANNA = Attribution("anna", "libera", PersonId("account:anna"))
BOB = Attribution("bob", "libera", PersonId("guest:7f:1"), guest=True)
ANNAS = f"@irc_libera_account=3aanna:{SERVER_NAME}"


@dataclass
class World:
    """One homeserver for all tests here; every test has a room of its own."""

    server: Synapse
    settings: MatrixSettings
    folder: Path
    desk: Listening


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if not PYTHON.exists():
        pytest.skip("there is no Synapse: `make test` installs it into .venv-synapse")
    folder = tmp_path_factory.mktemp("appservice")
    synapse = Synapse()
    settings = registered(synapse, folder, invites="all", encrypt_direct=False)
    synapse.start()
    yield synapse, settings, folder
    synapse.stop()


@pytest.fixture
async def world(server: Any, tmp_path: Path) -> AsyncIterator[World]:
    synapse, settings, _ = server
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    desk = Listening(create("matrix", settings, Context(state, "helpdesk")))
    desk.start()
    await desk.until_ready()
    yield World(synapse, settings, state, desk)
    await desk.stop()


async def room_with(world: World, person: MatrixPeer, **how: Any) -> str:
    """A room that the desk has entered."""
    room = await person.create_room(invite=(world.settings.user,), **how)
    await world.desk.expect(RoomEntered, lambda e: e.room.id == room)
    return room


def say(room: str, words: str, by: Attribution | None = ANNA, **more: Any) -> SendMessage:
    return SendMessage(ToRoom(RoomId(room)), from_plain(words), "text", attribution=by, **more)


async def from_(person: MatrixPeer, sender: str, wanted: str) -> Json:
    return await person.expect(
        lambda e: e["sender"] == sender and wanted in json.dumps(e.get("content", {}), ensure_ascii=False)
    )


async def test_relayed_words_are_said_by_the_authors_ghost(world: World) -> None:
    async with world.server.peer("mira") as mira:
        room = await room_with(world, mira, public=False)  # where only who is invited may enter
        receipt = await world.desk.network.send("k1", say(room, "hello there"))
        joined = await mira.expect(
            lambda e: (
                e["type"] == "m.room.member" and e.get("state_key") == ANNAS and e["content"]["membership"] == "join"
            )
        )
        assert joined["content"]["displayname"] == "anna (libera)"
        heard = await from_(mira, ANNAS, "hello there")
        assert receipt.messages == (heard["event_id"],)
        assert heard["content"]["body"] == "hello there"
        assert "com.beeper.per_message_profile" not in heard["content"]

        again = await world.desk.network.send("k1", say(room, "hello there"))
        assert again == receipt
        await world.desk.network.send("k2", say(room, "me too", BOB))
        await from_(mira, f"@irc_libera_-_bob:{SERVER_NAME}", "me too")
        await world.desk.network.send("k3", say(room, "I am the desk", None))
        await from_(mira, world.settings.user, "I am the desk")
        assert sum("hello there" in json.dumps(e["content"]) for e in await mira.history(room)) == 1

        await mira.say(room, "fine")
        await world.desk.message("fine")
        assert world.desk.messages() == ["fine"], "what ghosts say is never reported"


async def test_a_ghost_changes_its_name_edits_reacts_and_takes_back(world: World) -> None:
    async with world.server.peer("mira") as mira:
        room = await room_with(world, mira)
        receipt = await world.desk.network.send("k1", say(room, "teh words"))
        said = receipt.messages[0]
        await from_(mira, ANNAS, "teh words")
        renamed = Attribution("Anna_", "libera", ANNA.person)
        edit = EditMessage(RoomId(room), (said,), from_plain("the words"), from_plain("teh words"), renamed)
        await world.desk.network.send("k2", edit)
        edited = await from_(mira, ANNAS, "the words")
        assert edited["content"]["m.relates_to"] == {"rel_type": "m.replace", "event_id": said}
        await world.desk.network.send("k3", React(RoomId(room), said, "👍", renamed))
        await world.desk.network.send("k4", React(RoomId(room), said, "👍", BOB))
        for reacting in (ANNAS, f"@irc_libera_-_bob:{SERVER_NAME}"):
            assert (await from_(mira, reacting, "👍"))["type"] == "m.reaction"
        profile = await mira.expect(
            lambda e: e.get("state_key") == ANNAS and e["content"].get("displayname") == "Anna_ (libera)"
        )
        assert profile["content"]["membership"] == "join"
        await world.desk.network.send("k5", Redact(RoomId(room), (said,)))
        gone = await mira.expect(lambda e: e["type"] == "m.room.redaction" and said in json.dumps(e))
        assert gone["sender"] == ANNAS


async def test_a_pill_of_a_ghost_is_the_plain_nick(world: World) -> None:
    async with world.server.peer("mira") as mira:
        room = await room_with(world, mira)
        await world.desk.network.send("k1", say(room, "hello"))
        pill = f'<a href="https://matrix.to/#/{ANNAS}">anna (libera)</a>: hi'
        await mira.say(room, "anna (libera): hi", format="org.matrix.custom.html", formatted_body=pill)
        heard = await world.desk.expect(MessageReceived, lambda e: plain(e.text).endswith("hi"))
        assert heard.text[0] == Mention(PersonId(ANNAS), "anna")


async def test_in_encrypted_rooms_the_desk_speaks_for_people(world: World, tmp_path: Path) -> None:
    async with world.server.encrypted_peer(tmp_path / "keys") as berta:
        room = await berta.create_room(invite=(world.settings.user,))
        await berta.until_member(room, world.settings.user)
        await berta.say(room, "a secret")
        heard = await world.desk.message("a secret")
        assert heard.room.encrypted
        await world.desk.network.send("k1", say(room, "said on IRC"))
        answer = await berta.expect_text("said on IRC")
        assert answer["sender"] == world.settings.user
        assert answer["content"]["com.beeper.per_message_profile"]["displayname"] == "anna"
        await berta.say(room, "and another")
        await world.desk.message("and another")


async def test_silent_ghosts_leave_and_come_back(world: World) -> None:
    async with world.server.peer("mira") as mira:
        room = await room_with(world, mira)
        await world.desk.network.send("k1", say(room, "hello"))
        ghosts = world.desk.network._loop._ghosts  # type: ignore[attr-defined]
        now = ghosts.now()
        await ghosts.leave_idle(now + timedelta(hours=47).total_seconds())
        assert (await mira.members(room))[ANNAS] == "join"
        await ghosts.leave_idle(now + timedelta(hours=49).total_seconds())
        assert (await mira.members(room))[ANNAS] == "leave"
        await world.desk.network.send("k2", say(room, "back again"))
        await from_(mira, ANNAS, "back again")


async def test_the_banned_are_not_spoken_for(world: World) -> None:
    async with world.server.peer("mira") as mira:
        room = await room_with(world, mira)
        await world.desk.network.send("k1", say(room, "hello"))
        await mira.kick(room, ANNAS)
        await world.desk.network.send("k2", say(room, "a kick is no ban"))
        await from_(mira, ANNAS, "a kick is no ban")
        await mira.ban(room, ANNAS)
        with pytest.raises(Permanent, match="banned"):
            await world.desk.network.send("k3", say(room, "let me in"))
        assert "let me in" not in json.dumps(await mira.history(room))


async def test_where_ghosts_may_not_speak_the_desk_does(world: World) -> None:
    async with world.server.peer("mira") as mira:
        levels = {"events_default": 50, "users": {world.settings.user: 50}}
        room = await room_with(world, mira, power_level_content_override=levels)
        await world.desk.network.send("k1", say(room, "moderated"))
        heard = await from_(mira, world.settings.user, "moderated")
        assert heard["content"]["com.beeper.per_message_profile"]["displayname"] == "anna"


async def test_a_private_chat_with_a_ghost_is_turned_down(world: World) -> None:
    async with world.server.peer("mira") as mira:
        room = await room_with(world, mira)
        await world.desk.network.send("k1", say(room, "hello"))
        alone = await mira.create_room(public=False, direct=True, invite=(ANNAS,))
        answer = await mira.expect(
            lambda e: e["room_id"] == alone and e.get("state_key") == ANNAS and e["content"]["membership"] == "leave"
        )
        assert answer["content"]["reason"] == world.settings.ghost_unreachable


async def test_what_was_said_while_the_desk_was_away_comes_when_it_is_back(world: World) -> None:
    async with world.server.peer("mira") as mira:
        room = await room_with(world, mira)
        await world.desk.network.send("k1", say(room, "hello"))
        await world.desk.stop()
        for n in range(30):
            await mira.say(room, f"missed {n}")
        world.desk.start()
        await world.desk.message("missed 29")
        assert world.desk.messages() == [f"missed {n}" for n in range(30)]
        await world.desk.network.send("k2", say(room, "still anna"))
        await from_(mira, ANNAS, "still anna")


async def test_the_first_words_of_private_chats_are_heard(world: World) -> None:
    """Said before or while the desk enters, where no transaction tells of them."""
    async with world.server.peer("mira") as mira:
        wanted = [f"private {n}" for n in range(6)]
        for words in wanted:
            room = await mira.create_room(public=False, direct=True, invite=(world.settings.user,))
            await mira.say(room, words)
            assert (await world.desk.message(words)).room.direct
        assert world.desk.messages() == wanted


class Dead(BaseException):
    """The process is killed here."""


async def test_killed_between_answer_and_report_nothing_is_lost(world: World) -> None:
    """The homeserver has its 200, the desk's store has nothing: the journal is all there is."""
    async with world.server.peer("mira") as mira:
        room = await room_with(world, mira)
        desk = world.desk
        await mira.say(room, "before")
        heard = await desk.message("before")
        await desk.expect(Checkpoint, lambda e: desk.events.index(e) > desk.events.index(heard))
        real = desk._emit

        async def dying(event: Event) -> None:
            if isinstance(event, MessageReceived):
                raise Dead
            await real(event)

        await desk.stop()
        position, network = desk.position, desk.network
        dead = asyncio.create_task(network.run(dying, position))
        await mira.say(room, "in the journal only")
        with pytest.raises(Dead):
            await dead
        desk.start()
        await desk.message("in the journal only")
        await mira.say(room, "after")
        await desk.message("after")
        assert desk.messages() == ["before", "in the journal only", "after"]


async def test_a_ghosts_words_whose_answer_was_lost_are_said_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The homeserver dies after it took the words, and remembers no transaction of a service's."""
    async with world.server.peer("mira") as mira:
        room = await room_with(world, mira)
        await world.desk.network.send("k1", say(room, "hello"))
        real = GhostBook.note_sent

        def lost(*_: Any) -> None:
            raise Transient("the answer is lost")

        monkeypatch.setattr(GhostBook, "note_sent", lost)
        with pytest.raises(Transient):
            await world.desk.network.send("k2", say(room, "only once"))
        monkeypatch.setattr(GhostBook, "note_sent", real)
        said = await from_(mira, ANNAS, "only once")
        await asyncio.to_thread(world.server.restart)
        receipt = await world.desk.network.send("k2", say(room, "only once"))
        assert receipt.messages == (said["event_id"],)
        assert sum("only once" in json.dumps(e["content"]) for e in await mira.history(room)) == 1
        await mira.say(room, "heard after the restart")
        await world.desk.message("heard after the restart")


async def test_a_repeated_transaction_is_taken_once_and_strangers_are_refused(world: World) -> None:
    async with world.server.peer("mira") as mira:
        room = await room_with(world, mira)
        url = f"{world.settings.appservice_url}/_matrix/app/v1"
        token = registration_of(world.settings).hs_token
        event = {
            "type": "m.room.message",
            "room_id": room,
            "sender": mira.id,
            "event_id": "$by-hand",
            "origin_server_ts": 1,
            "content": {"msgtype": "m.text", "body": "once"},
        }
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as http:
            for _ in range(2):
                async with http.put(f"{url}/transactions/by-hand", json={"events": [event]}) as answer:
                    assert (answer.status, await answer.json()) == (200, {})
            async with http.get(f"{url}/users/{ANNAS}x") as answer:
                assert answer.status == 404
            async with http.put(f"{url}/transactions/x", data=b"{") as answer:
                assert answer.status == 400
        async with aiohttp.ClientSession() as http:
            for query, status in (({}, 401), ({"access_token": "guess"}, 403), ({"access_token": token}, 200)):
                old = f"{world.settings.appservice_url}/transactions/by-hand"
                async with http.put(old, params=query, json={"events": [event]}) as answer:
                    assert answer.status == status
        await mira.say(room, "the end")
        await world.desk.message("the end")
        assert world.desk.messages() == ["once", "the end"]


async def test_the_check_tells_what_the_homeserver_knows(server: Any, tmp_path: Path) -> None:
    synapse, settings, _ = server
    network = create("matrix", settings, Context(tmp_path, "helpdesk"))
    findings = await network.probe()
    assert all(found.ok for found in findings), findings
    assert any("reaches the desk" in found.what for found in findings)
    text = settings.appservice_file.read_text()
    other = tmp_path / "other.yaml"
    other.write_text(text.replace(registration_of(settings).as_token, "unknown"))
    settings = settings.model_copy(update={"appservice_file": other})
    faults = [
        found for found in await create("matrix", settings, Context(tmp_path, "helpdesk")).probe() if not found.ok
    ]
    assert "app_service_config_files" in faults[0].mend
    assert synapse.port


async def test_a_port_in_use_is_said(world: World, tmp_path: Path) -> None:
    second = Listening(create("matrix", world.settings, Context(tmp_path, "helpdesk")))
    second.start()
    failure = await second.ended()
    assert isinstance(failure, Misconfigured)
    assert "appservice_port" in failure.mend
