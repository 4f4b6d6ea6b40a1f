"""The Matrix network on a real Synapse, with real people and, where keys matter, a second real client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from nio.crypto.attachments import encrypt_attachment
from nio.event_builders import ToDeviceMessage

from bridges.events import (
    Attribution,
    EditMessage,
    Gap,
    MessageEdited,
    MessageId,
    MessageReceived,
    MessageRedacted,
    PersonId,
    PersonSeen,
    Position,
    React,
    Reacted,
    Redact,
    RoomEntered,
    RoomExited,
    RoomId,
    Sender,
    SendMessage,
    ToPerson,
    ToRoom,
)
from bridges.matrix.network import MatrixNetwork, create
from bridges.matrix.settings import MatrixSettings
from bridges.network import Away, Context, Misconfigured, Permanent, Transient
from bridges.text import Plain, from_markup, from_plain, plain
from tests.servers.listening import Listening
from tests.servers.synapse import PASSWORD, SERVER_NAME, MatrixPeer, Synapse, own_synapse, synapse, unique

pytestmark = [pytest.mark.matrix, pytest.mark.timeout(180)]
__all__ = ["own_synapse", "synapse"]


class Desk(Listening):
    """The desk's network with an account and a state folder of its own."""

    def __init__(self, server: Synapse, user: str, folder: Path, **settings: Any) -> None:
        secret = folder / "password"
        secret.write_text(PASSWORD)
        state = folder / "state"
        state.mkdir(mode=0o700, exist_ok=True)
        if not {"access_token_file", "access_token_env"} & set(settings):
            settings = {"password_file": secret, **settings}
        self.id = user
        self.settings = MatrixSettings(homeserver=server.url, user=user, **settings)
        self.context = Context(state, "helpdesk")
        super().__init__(self.fresh())

    def fresh(self) -> MatrixNetwork:
        return create("matrix", self.settings, self.context)

    async def again(self) -> None:
        """A new process, as it were: another network object on the same state."""
        self.network = self.fresh()
        self.start()
        await self.until_ready()


MakeDesk = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def make_desk(tmp_path: Path) -> AsyncIterator[MakeDesk]:
    async with AsyncExitStack() as stack:

        async def make(server: Synapse, *, user: str = "", run: bool = True, **settings: Any) -> Desk:
            user = user or (await server.register(unique("desk")))["user_id"]
            folder = tmp_path / unique("desk")
            folder.mkdir()
            desk = Desk(server, user, folder, **settings)
            stack.push_async_callback(desk.stop)
            if run:
                desk.start()
                await desk.until_ready()
            return desk

        yield make


def to(room: str, words: str, **more: Any) -> SendMessage:
    return SendMessage(ToRoom(RoomId(room)), from_plain(words), **more)


async def entered(desk: Desk, room: str) -> None:
    await desk.expect(RoomEntered, lambda e: e.room.id == room)


async def test_room_by_alias_keeps_its_name_both_ways(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        local = unique("help")
        alias = f"#{local}:{SERVER_NAME}"
        room = await anna.create_room(alias=local)
        desk = await make_desk(synapse, rooms=(alias,))
        await entered(desk, alias)
        said = await anna.say(room, "helpdesk: how do I get a list?")
        heard = await desk.message("how do I get a list?")
        assert heard.room.id == alias
        assert not heard.room.direct
        assert heard.addressed
        assert heard.style == "text"
        assert heard.message == said
        assert heard.sender == Sender(PersonId(anna.id), anna.id[1:].partition(":")[0], authenticated=True)

        sender = Sender(PersonId(anna.id), "old name", authenticated=True)
        receipt = await desk.network.send(
            "k1",
            SendMessage(
                ToRoom(RoomId(alias)), from_markup("See **this** @room"), addressed=sender, reply_to=MessageId(said)
            ),
        )
        assert receipt.room == alias
        answer = await anna.expect_text("See this")
        assert answer["event_id"] == receipt.messages[0]
        content = answer["content"]
        assert content["msgtype"] == "m.notice"
        assert content["m.mentions"] == {"user_ids": [anna.id]}
        assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": said}}
        assert f'<a href="https://matrix.to/#/{anna.id}">' in content["formatted_body"]
        assert "@room" not in content["body"]
        health = desk.network.health()
        assert health.ok
        assert alias in health.detail


async def test_threads_replies_reactions_edits_redactions_and_notices(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        root = await anna.say(room, "root")
        in_thread = await anna.thread(room, root, "in the thread")
        real_reply = await anna.thread(room, root, "a true reply", reply_to=in_thread)
        await anna.reply(room, root, "> <@x:y> root\n\nreplied")
        await anna.react(room, root, "👍")
        await anna.edit(room, root, "root, corrected")
        await anna.say(room, "beep", msgtype="m.notice")
        await anna.say(room, "waves", msgtype="m.emote")
        await anna.redact(room, in_thread)

        falling_back = await desk.message("in the thread")
        assert (falling_back.thread, falling_back.reply_to) == (root, None)
        true_reply = await desk.message("a true reply")
        assert (true_reply.thread, true_reply.reply_to) == (root, in_thread)
        replied = await desk.message("replied")
        assert (replied.thread, replied.reply_to) == (None, root)
        reacted = await desk.expect(Reacted)
        assert (reacted.target, reacted.key) == (root, "👍")
        edited = await desk.expect(MessageEdited)
        assert (edited.target, plain(edited.text)) == (root, "root, corrected")
        assert (await desk.message("beep")).style == "notice"
        assert (await desk.message("waves")).style == "emote"
        assert (await desk.expect(MessageRedacted)).target == in_thread

        await desk.network.send("t1", to(room, "answer in thread", thread=MessageId(root), style="text"))
        answer = await anna.expect_text("answer in thread")
        assert answer["content"]["m.relates_to"] == {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": real_reply},
        }
        react = React(RoomId(room), MessageId(root), "✅")
        first = await desk.network.send("r1", react)
        assert len(first.messages) == 1
        assert (await desk.network.send("r2", react)).messages == ()  # the same reaction again counts as done
        relayed = to(room, "said on IRC", attribution=Attribution("bob", "irc"), style="text")
        await desk.network.send("a1", relayed)
        content = (await anna.expect_text("said on IRC"))["content"]
        assert content["body"] == "bob: said on IRC"
        assert content["com.beeper.per_message_profile"] == {
            "id": "irc/bob",
            "displayname": "bob",
            "has_fallback": True,
        }


async def test_old_messages_are_not_answered_at_the_first_start(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        user = (await synapse.register(unique("desk")))["user_id"]
        room = await anna.create_room()
        await anna.say(room, "long ago")
        desk = await make_desk(synapse, user=user, rooms=(room,))
        await entered(desk, room)
        await anna.say(room, "now")
        await desk.message("now")
        assert desk.messages() == ["now"]


async def test_resending_with_the_same_key_says_it_once(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        first = await desk.network.send("same", to(room, "once"))
        assert await desk.network.send("same", to(room, "once")) == first
        await desk.stop()
        await desk.again()
        assert await desk.network.send("same", to(room, "once")) == first
        bodies = [e["content"].get("body") for e in await anna.history(room)]
        assert bodies.count("once") == 1


async def test_a_resend_older_than_the_servers_memory_is_found(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        first = await desk.network.send("old", to(room, "said before the crash"))
        await desk.stop()
        # As a crash leaves it: begun by another device (whose transactions the server will not compare), not confirmed.
        assert desk.position is not None
        line = f'{{"key": "old", "at": {int(desk.position.split()[0]) / 1000}, "device": "GONE"}}\n'
        with (desk.context.state / "sendings.jsonl").open("a") as file:
            file.write(line)
        login = desk.context.state / "login.json"
        login.unlink()
        await desk.again()
        assert await desk.network.send("old", to(room, "said before the crash")) == first
        bodies = [e["content"].get("body") for e in await anna.history(room)]
        assert bodies.count("said before the crash") == 1


async def test_what_was_said_while_away_arrives_exactly_once(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        await anna.say(room, "before")
        await desk.message("before")
        await desk.stop()
        wanted = ["before"]
        for number in range(130):  # more than a timeline holds
            wanted.append(f"missed {number}")
            await anna.say(room, wanted[-1])
        await desk.again()
        await anna.say(room, "after")
        await desk.message("after")
        assert desk.messages() == [*wanted, "after"]
        assert not [e for e in desk.events if isinstance(e, Gap)]


async def test_more_than_the_bound_is_said_as_a_gap(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(synapse, rooms=(room,), catch_up=10)
        await entered(desk, room)
        await desk.stop()
        for number in range(75):
            await anna.say(room, f"missed {number}")
        await desk.again()
        gap = await desk.expect(Gap)
        assert gap.room is not None
        assert gap.room.id == room
        assert gap.since <= gap.until
        assert "10" in gap.reason
        await desk.message("missed 74")
        assert desk.messages() == [f"missed {n}" for n in range(15, 75)]


async def test_direct_message_is_made_once_and_used_again(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        desk = await make_desk(synapse, encrypt_direct=False)
        person = ToPerson(PersonId(anna.id))
        one, two = await asyncio.gather(
            desk.network.send("d1", SendMessage(person, from_plain("hello"))),
            desk.network.send("d2", SendMessage(person, from_plain("hello again"))),
        )
        assert one.room == two.room
        room = await anna.expect_invite()
        await anna.join(room)
        assert await desk.expect(PersonSeen, lambda e: e.sender.id == anna.id)
        await anna.expect_text("hello again")
        await anna.say(room, "thanks")
        heard = await desk.message("thanks")
        assert heard.addressed
        assert heard.room.direct
        assert heard.room.id == one.room

        await desk.stop()
        await desk.again()
        assert (await desk.network.send("d3", SendMessage(person, from_plain("still here")))).room == one.room
        await anna.expect_text("still here")

        await anna.leave(room)
        await desk.network.send("d4", SendMessage(person, from_plain("come back")))
        assert await anna.expect_invite() == room


async def test_invitations_by_policy(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        desk = await make_desk(synapse)
        group = await anna.create_room(public=False, invite=(desk.id,))
        direct = await anna.create_room(public=False, direct=True, invite=(desk.id,))
        await anna.say(direct, "said before the desk was in")
        heard = await desk.message("said before the desk was in")
        assert heard.room.direct
        assert (await anna.members(group))[desk.id] == "invite"

        open_desk = await make_desk(synapse, invites="all")
        await anna.invite(group, open_desk.id)
        await entered(open_desk, group)

        closed = await make_desk(synapse, invites="none", rooms=(group,))
        other = await anna.create_room(public=False, direct=True, invite=(closed.id,))
        await anna.invite(group, closed.id)
        await entered(closed, group)
        assert (await anna.members(other))[closed.id] == "invite"


async def test_a_third_person_ends_the_privacy_of_a_direct_room(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna, synapse.peer("carl") as carl:
        desk = await make_desk(synapse)
        room = await anna.create_room(public=False, direct=True, invite=(desk.id,))
        await entered(desk, room)
        await anna.invite(room, carl.id)
        await carl.join(room)
        await carl.say(room, "three of us")
        assert not (await desk.message("three of us")).room.direct


async def test_kicked_is_noticed_and_said(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        await anna.ban(room, desk.id, "too loud")
        exited = await desk.expect(RoomExited)
        assert exited.room.id == room
        assert "too loud" in exited.reason
        health = desk.network.health()
        assert not health.ok
        assert room in health.mend
        with pytest.raises(Permanent, match="banned"):
            await desk.network.send("k", to(room, "anyone?"))


async def test_refusals_say_how_to_mend_them(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room(power_level_content_override={"events_default": 50})
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        with pytest.raises(Permanent, match="right to send"):
            await desk.network.send("k1", to(room, "muted"))
        with pytest.raises(Permanent, match="invite"):
            await desk.network.send("k2", to("!nowhere", "hello?"))
        with pytest.raises(Permanent, match="cannot be written to"):
            await desk.network.send("k3", SendMessage(ToPerson(PersonId("nonsense")), from_plain("hello?")))
        absent = Sender(PersonId(f"@nobody:{SERVER_NAME}"), "nobody", authenticated=True)
        with pytest.raises(Away):
            await desk.network.send("k4", to(room, "psst", addressed=absent, must_reach=True))


async def test_dead_token_stops_the_network(synapse: Synapse, make_desk: MakeDesk, tmp_path: Path) -> None:
    account = await synapse.register(unique("desk"))
    token = tmp_path / "token"
    token.write_text(account["access_token"])
    desk = await make_desk(synapse, user=account["user_id"], access_token_file=token)
    async with synapse.peer("x") as other:
        other.token = account["access_token"]
        await other.call("POST", "logout", {})
    error = await desk.ended()
    assert isinstance(error, Misconfigured)
    assert "access token" in error.mend
    with pytest.raises(Transient):
        await desk.network.send("k", to("!r", "x"))


async def test_dead_token_is_renewed_with_the_password_on_the_same_device(
    synapse: Synapse, make_desk: MakeDesk
) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        login = desk.context.state / "login.json"
        assert login.stat().st_mode & 0o077 == 0
        before = login.read_text()
        token = before.split('"token": "')[1].split('"')[0]
        own, anna.token = anna.token, token
        await anna.call("POST", "logout", {})
        anna.token = own
        await anna.say(room, "are you there?")
        await desk.message("are you there?")
        assert login.read_text() != before


async def test_wrong_password_is_a_misconfiguration(synapse: Synapse, make_desk: MakeDesk) -> None:
    desk = await make_desk(synapse, run=False)
    assert desk.settings.password_file is not None
    desk.settings.password_file.write_text("wrong")
    desk.start()
    error = await desk.ended()
    assert isinstance(error, Misconfigured)
    assert "secret" in error.mend


async def test_probe_disturbs_nothing(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        local = unique("probe")
        await anna.create_room(alias=local)
        rooms = (f"#{local}:{SERVER_NAME}", f"#nothing:{SERVER_NAME}")
        desk = await make_desk(synapse, run=False, rooms=rooms)
        findings = await desk.network.probe()
        assert [f.ok for f in findings] == [True, True, True, False]
        assert "leads nowhere" in findings[-1].mend
        assert list(desk.context.state.iterdir()) == []
        desk.start()
        await desk.until_ready()
        findings = await desk.fresh().probe()
        assert findings[1].what == f"logged in as {desk.id}"
        nobody = MatrixSettings(homeserver="http://127.0.0.1:9", user="@a:b", password_env="HOME")
        assert not (await create("m", nobody, desk.context).probe())[0].ok


async def test_synapse_killed_and_started_again(own_synapse: Synapse, make_desk: MakeDesk) -> None:
    own_synapse.start()
    async with own_synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(own_synapse, rooms=(room,))
        await entered(desk, room)
        await anna.say(room, "before")
        await desk.message("before")
        hasty = [asyncio.create_task(desk.network.send(f"h{n}", to(room, f"hasty {n}."))) for n in range(12)]
        await asyncio.wait(hasty, return_when=asyncio.FIRST_COMPLETED)
        own_synapse.kill()
        results = await asyncio.gather(*hasty, return_exceptions=True)
        assert any(isinstance(result, Transient) for result in results)
        with pytest.raises(Transient):
            await desk.network.send("k", to(room, "promised"))
        own_synapse.start()
        await anna.say(room, "after")
        await desk.message("after", timeout=90)
        await desk.network.send("k", to(room, "promised"))
        await desk.network.send("k", to(room, "promised"))
        for n in range(12):
            await desk.network.send(f"h{n}", to(room, f"hasty {n}."))
        bodies = [e["content"].get("body") for e in await anna.history(room)]
        assert bodies.count("promised") == 1
        assert [bodies.count(f"hasty {n}.") for n in range(12)] == [1] * 12
        assert desk.messages() == ["before", "after"]


async def test_too_fast_is_transient_with_the_servers_wait(own_synapse: Synapse, make_desk: MakeDesk) -> None:
    own_synapse.configure(rc_message={"per_second": 0.5, "burst_count": 2})
    own_synapse.start()
    async with own_synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(own_synapse, rooms=(room,))
        await entered(desk, room)

        async def hurry() -> None:
            for number in range(30):
                await desk.network.send(f"k{number}", to(room, f"line {number}"))

        with pytest.raises(Transient) as caught:
            await hurry()
        assert caught.value.retry_after is not None
        assert 0 < caught.value.retry_after < 30


async def test_encrypted_room_both_ways(synapse: Synapse, make_desk: MakeDesk, tmp_path: Path) -> None:
    async with synapse.encrypted_peer(tmp_path / "keys") as berta:
        desk = await make_desk(synapse, invites="all")
        room = await berta.create_room(invite=(desk.id,))
        await entered(desk, room)
        await berta.until_member(room, desk.id)
        await berta.say(room, "helpdesk: a secret question")
        heard = await desk.message("a secret question")
        assert heard.room.encrypted
        assert heard.addressed
        first = await desk.network.send("e1", to(room, "a secret answer", thread=heard.message))
        answer = await berta.expect_text("a secret answer")
        assert answer["content"]["m.relates_to"]["event_id"] == heard.message
        assert await desk.network.send("e1", to(room, "a secret answer", thread=heard.message)) == first

        await desk.stop()
        await berta.say(room, "while you were away")
        await desk.again()
        await desk.message("while you were away")
        await desk.network.send("e2", to(room, "I am back"))
        await berta.expect_text("I am back")
        assert desk.messages().count("a secret question") == 1


async def test_encrypted_direct_message_both_ways(synapse: Synapse, make_desk: MakeDesk, tmp_path: Path) -> None:
    async with synapse.encrypted_peer(tmp_path / "keys") as berta:
        await berta.tick()  # her keys are there before she is written to
        desk = await make_desk(synapse)
        receipt = await desk.network.send("d1", SendMessage(ToPerson(PersonId(berta.id)), from_plain("only for you")))
        room = await berta.join_first_invite()
        assert room == receipt.room
        await berta.expect_text("only for you")
        await berta.until_member(room, desk.id)
        await berta.say(room, "only for the desk")
        heard = await desk.message("only for the desk")
        assert heard.room.direct
        assert heard.room.encrypted


async def test_unreadable_is_said_once_and_read_when_its_key_comes(
    synapse: Synapse, make_desk: MakeDesk, tmp_path: Path
) -> None:
    async with synapse.encrypted_peer(tmp_path / "keys") as berta:
        desk = await make_desk(synapse, run=False, invites="all")
        network = desk.network
        assert isinstance(network, MatrixNetwork)
        network.unread_grace = 0.0
        desk.start()
        await desk.until_ready()
        room = await berta.create_room(invite=(desk.id,))
        await entered(desk, room)
        await berta.until_member(room, desk.id)
        # Her client does not give the desk the key, and does so later.
        olm = berta.client.olm
        device = next(iter(berta.client.device_store.active_user_devices(desk.id)))
        berta.client.blacklist_device(device)
        await berta.client.share_group_session(room, ignore_unverified_devices=True)
        session = olm.outbound_group_sessions[room]
        key = {"algorithm": "m.megolm.v1.aes-sha2", "room_id": room, "session_id": session.id}
        key["session_key"] = session.session_key
        await berta.say(room, "sealed")
        await berta.say(room, "sealed too")
        notice = await berta.expect_text("I cannot read this encrypted message")
        assert notice["content"]["msgtype"] == "m.notice"
        assert desk.messages() == []
        berta.client.unblacklist_device(device)
        await berta.client.keys_claim({desk.id: [device.id]})
        sealed = olm._olm_encrypt(olm.session_store.get(device.curve25519), device, "m.room_key", key)
        await berta.client.to_device(ToDeviceMessage("m.room.encrypted", desk.id, device.id, sealed))
        await desk.message("sealed")
        await desk.message("sealed too")
        await berta.say(room, "open")
        await desk.message("open")
        assert not [e for _, e in berta.waiting if "cannot read" in str(e.get("content", {}).get("body"))]


async def test_a_message_received_knows_its_time_and_room_name(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room(name="The Help Room")
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        said = await anna.say(room, "hi")
        heard = await desk.expect(MessageReceived)
        event = next(e for e in await anna.history(room) if e["event_id"] == said)
        assert heard.room.name == "The Help Room"
        assert heard.at.timestamp() == pytest.approx(event["origin_server_ts"] / 1000, abs=0.01)


async def test_an_upgraded_room_keeps_its_name(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        local = unique("upgraded")
        alias = f"#{local}:{SERVER_NAME}"
        room = await anna.create_room(alias=local, room_version="11")
        desk = await make_desk(synapse, rooms=(alias,))
        await entered(desk, alias)
        new = (await anna.call("POST", f"rooms/{room}/upgrade", {"new_version": "12"}))["replacement_room"]
        await anna.expect(
            lambda e: e["type"] == "m.room.member" and e["state_key"] == desk.id and e["room_id"] == new, timeout=60
        )
        await anna.say(new, "same room, new rooms")
        assert (await desk.message("same room, new rooms")).room.id == alias
        receipt = await desk.network.send("k", to(alias, "here I am"))
        assert (await anna.expect_text("here I am"))["room_id"] == new
        assert receipt.room == alias


async def test_a_direct_room_is_found_again_when_nothing_was_written_down(
    synapse: Synapse, make_desk: MakeDesk
) -> None:
    async with synapse.peer("anna") as anna, synapse.peer("clerk") as clerk:
        desk = await make_desk(synapse, encrypt_direct=False)
        person = ToPerson(PersonId(anna.id))
        receipt = await desk.network.send("d1", SendMessage(person, from_plain("hello")))
        await desk.stop()
        # As a crash between making the room and noting it leaves things.
        (desk.context.state / "rooms.json").unlink()
        token = (desk.context.state / "login.json").read_text().split('"token": "')[1].split('"')[0]
        clerk.token = token
        await clerk.call("PUT", f"user/{desk.id}/account_data/m.direct", {})
        await desk.again()
        assert (await desk.network.send("d2", SendMessage(person, from_plain("me again")))).room == receipt.room


async def test_a_room_that_does_not_exist_is_shown_with_its_mend(synapse: Synapse, make_desk: MakeDesk) -> None:
    alias = f"#{unique('nowhere')}:{SERVER_NAME}"
    desk = await make_desk(synapse, rooms=(alias,))
    health = desk.network.health()
    assert not health.ok
    assert "leads nowhere" in health.mend
    with pytest.raises(Permanent, match="leads nowhere"):
        await desk.network.send("k", to(alias, "hello?"))


async def test_a_position_the_server_does_not_know_becomes_a_gap(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        await desk.stop()
        desk.position = Position("1700000000000 not-a-token")
        await desk.again()
        gap = await desk.expect(Gap)
        assert gap.room is None
        assert gap.since.year == 2023
        await anna.say(room, "hello")
        await desk.message("hello")


async def test_a_message_that_cannot_be_read_leaves_a_gap_and_keeps_no_other_from_being_heard(
    synapse: Synapse, make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bridges.matrix import hearing

    reads = hearing.incoming

    def stumbles(*args: Any, **more: Any) -> Any:
        if "stumble" in str(args[1]):
            raise ValueError("a defect of ours")
        return reads(*args, **more)

    monkeypatch.setattr(hearing, "incoming", stumbles)
    async with synapse.peer("anna") as anna:
        local = unique("help")
        room = await anna.create_room(alias=local)
        desk = await make_desk(synapse, rooms=(f"#{local}:{SERVER_NAME}",))
        await entered(desk, f"#{local}:{SERVER_NAME}")
        bad = await anna.say(room, "stumble")
        await anna.say(room, "after it")
        await desk.message("after it")
        gap = await desk.expect(Gap)
        assert gap.id == f"unread {bad}"
        assert "stumble" not in desk.messages()


# --- edits, taking back, files ----------------------------------------------------------------------------------------


async def test_edits_reactions_and_taking_them_back(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room()
        here = RoomId(room)
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        assert desk.network.capabilities.edits
        who = Attribution("bob", "irc", PersonId("account:bob"))
        question = await anna.say(room, "a question")
        receipt = await desk.network.send(
            "k1", to(room, "teh answer", style="text", attribution=who, reply_to=MessageId(question))
        )
        said = await anna.expect_text("teh answer")
        assert said["content"]["m.mentions"] == {"user_ids": [anna.id]}
        edit = EditMessage(here, receipt.messages, from_plain("the answer"), from_plain("teh answer"), who)
        assert (await desk.network.send("k2", edit)).messages == receipt.messages
        assert (await desk.network.send("k2", edit)).messages == receipt.messages
        edited = await anna.expect_text("* bob: the answer")
        assert edited["content"]["m.new_content"]["body"] == "bob: the answer"
        shown = await anna.call("GET", f"rooms/{room}/event/{receipt.messages[0]}")
        replacement = shown["unsigned"]["m.relations"]["m.replace"]
        assert replacement["event_id"] == edited["event_id"]

        reaction = await desk.network.send("k3", React(here, MessageId(question), "✅"))
        await desk.network.send("k4", Redact(here, reaction.messages))
        await desk.network.send("k5", Redact(here, receipt.messages, "oops"))
        await desk.network.send("k5", Redact(here, receipt.messages, "oops"))
        await desk.network.send("k6", to(room, "the end"))
        await anna.expect_text("the end")
        events = {e["event_id"]: e for e in await anna.history(room)}
        for gone in (reaction.messages[0], receipt.messages[0], edited["event_id"]):
            assert events[gone]["content"] == {}
        assert sum(e["type"] == "m.room.redaction" for e in events.values()) == 3
        assert events[question]["content"]

        mine = await anna.react(room, question, "👍")
        await desk.expect(Reacted, lambda e: e.id == mine)
        await anna.redact(room, mine)
        assert (await desk.expect(MessageRedacted, lambda e: e.target == mine)).sender.id == anna.id
        await desk.network.send("k7", Redact(here, (MessageId("$nothing"),)))


async def test_a_long_text_that_is_cut_short_leaves_no_rest(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        text = (Plain("word " * 10_000),)
        receipt = await desk.network.send("k1", SendMessage(ToRoom(RoomId(room)), text))
        assert len(receipt.messages) == 2
        edit = EditMessage(RoomId(room), receipt.messages, from_plain("short"), text)
        assert (await desk.network.send("k2", edit)).messages == receipt.messages[:1]
        await anna.expect_text("* short")
        await anna.expect(lambda e: e["type"] == "m.room.redaction")
        events = {e["event_id"]: e for e in await anna.history(room)}
        assert events[receipt.messages[1]]["content"] == {}


async def test_edit_and_taking_back_in_an_encrypted_room(synapse: Synapse, make_desk: MakeDesk, tmp_path: Path) -> None:
    async with synapse.encrypted_peer(tmp_path / "keys") as berta:
        desk = await make_desk(synapse, invites="all")
        room = await berta.create_room(invite=(desk.id,))
        await entered(desk, room)
        await berta.until_member(room, desk.id)
        receipt = await desk.network.send("e1", to(room, "frist"))
        await berta.expect_text("frist")
        edit = EditMessage(RoomId(room), receipt.messages, from_plain("first"), from_plain("frist"))
        await desk.network.send("e2", edit)
        edited = (await berta.expect_text("* first"))["content"]
        assert edited["m.new_content"]["body"] == "first"
        assert edited["m.relates_to"] == {"rel_type": "m.replace", "event_id": receipt.messages[0]}
        await desk.network.send("e3", Redact(RoomId(room), receipt.messages))

        hers = await berta.say(room, "helo")
        await desk.message("helo")
        new = {"m.new_content": {"msgtype": "m.text", "body": "hello"}}
        await berta.say(room, "* hello", **new, **{"m.relates_to": {"rel_type": "m.replace", "event_id": hers}})
        heard = await desk.expect(MessageEdited)
        assert (heard.target, plain(heard.text)) == (hers, "hello")


async def upload(peer: MatrixPeer, data: bytes, kind: str = "application/octet-stream") -> str:
    headers = {"Authorization": f"Bearer {peer.token}", "Content-Type": kind}
    url = f"{peer.server.url}/_matrix/media/v3/upload"
    async with peer._http.post(url, data=data, headers=headers) as answer:
        return str((await answer.json())["content_uri"])


async def test_files_are_heard_and_fetched(own_synapse: Synapse, make_desk: MakeDesk) -> None:
    own_synapse.configure(
        listeners=[
            {
                "port": own_synapse.port,
                "bind_addresses": ["127.0.0.1"],
                "type": "http",
                "tls": False,
                "resources": [{"names": ["client", "media"]}],
            }
        ]
    )
    own_synapse.start()
    async with own_synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(own_synapse, rooms=(room,))
        await entered(desk, room)
        data = bytes(range(256)) * 1_000
        info = {"mimetype": "image/png", "size": len(data)}
        url = await upload(anna, data)
        await anna.say(room, "look", msgtype="m.image", filename="cat.png", url=url, info=info)
        (image,) = (await desk.message("look")).attachments
        assert (image.kind, image.name, image.type, image.size) == ("image", "cat.png", "image/png", len(data))
        assert b"".join([piece async for piece in desk.network.fetch(image.reference)]) == data

        sealed, keys = encrypt_attachment(data)
        file = {**keys, "url": await upload(anna, sealed)}
        voice = {"org.matrix.msc3245.voice": {}, "info": {"duration": 4200}}
        await anna.say(room, "Voice message.ogg", msgtype="m.audio", file=file, **voice)
        heard = await desk.expect(MessageReceived, lambda e: any(a.kind == "voice" for a in e.attachments))
        (spoken,) = heard.attachments
        assert (heard.text, spoken.seconds) == ((), 4.2)
        assert b"".join([piece async for piece in desk.network.fetch(spoken.reference)]) == data

        for wrong in ("nonsense", '{"url": "mxc://localhost/nothing"}'):
            with pytest.raises(Permanent):
                await anext(desk.network.fetch(wrong))
        await desk.stop()
        with pytest.raises(Transient):
            await anext(desk.network.fetch(image.reference))


async def test_what_was_missed_is_told_from_what_is_heard_now(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        await anna.say(room, "in time")
        assert not (await desk.message("in time")).late
        await desk.stop()
        await anna.say(room, "too early")
        await desk.again()
        assert (await desk.message("too early")).late
        await anna.say(room, "in time again")
        assert not (await desk.message("in time again")).late


async def test_reading_and_typing_are_seen(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("anna") as anna:
        room = await anna.create_room()
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        said = await anna.say(room, "read me")
        await desk.message("read me")

        async def ephemeral(kind: str) -> Any:
            since: dict[str, str] = {}
            async with asyncio.timeout(20):
                while True:
                    answer = await anna.call("GET", "sync", timeout="5000", **since)
                    since = {"since": answer["next_batch"]}
                    data = answer.get("rooms", {}).get("join", {}).get(room, {})
                    for event in data.get("ephemeral", {}).get("events", []):
                        if event["type"] == kind and desk.id in str(event["content"]):
                            return event["content"]

        assert desk.id in (await ephemeral("m.receipt"))[said]["m.read"]
        await desk.network.typing(RoomId(room), on=True)
        assert desk.id in (await ephemeral("m.typing"))["user_ids"]
        await desk.network.typing(RoomId(room), on=False)
        await desk.network.typing(RoomId("!nowhere"), on=True)
