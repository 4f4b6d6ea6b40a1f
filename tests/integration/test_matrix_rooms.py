"""Which rooms the Matrix network is in, on a real Synapse: upgraded, knocked at, kept, spaces, and what is allowed there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bridges.events import (
    EditMessage,
    MessageId,
    PersonMoved,
    PolicyChanged,
    React,
    Redact,
    RoomEntered,
    RoomExited,
    RoomId,
)
from bridges.matrix.network import MatrixNetwork
from bridges.network import Permanent, Transient
from bridges.text import from_plain
from tests.integration.test_matrix_network import Desk, MakeDesk, entered, make_desk, to
from tests.servers.synapse import SERVER_NAME, Json, MatrixPeer, Synapse, own_synapse, synapse, unique

pytestmark = [pytest.mark.matrix, pytest.mark.timeout(180)]
__all__ = ["make_desk", "own_synapse", "synapse"]


@pytest.fixture
async def anna(synapse: Synapse) -> AsyncIterator[MatrixPeer]:
    async with synapse.peer("anna") as peer:
        yield peer


async def joins(peer: MatrixPeer, desk: Desk, room: str, membership: str = "join") -> Json:
    return await peer.expect(
        lambda e: (
            e["room_id"] == room
            and e["type"] == "m.room.member"
            and e["state_key"] == desk.id
            and e["content"]["membership"] == membership
        ),
        timeout=60,
    )


async def until(desk: Desk, ready: Any) -> None:
    """Until it holds, looked at whenever the desk has heard something; each answer of the server is something."""
    while not ready():
        await desk.until_ready()


# --- upgrades ---------------------------------------------------------------------------------------------------------


async def test_a_room_configured_by_id_keeps_it_through_upgrades(
    synapse: Synapse, make_desk: MakeDesk, anna: MatrixPeer
) -> None:
    room = await anna.create_room(room_version="10")
    assert ":" in room
    desk = await make_desk(synapse, rooms=(room,))
    await entered(desk, room)
    second = (await anna.call("POST", f"rooms/{room}/upgrade", {"new_version": "11"}))["replacement_room"]
    await joins(anna, desk, second)
    third = (await anna.call("POST", f"rooms/{second}/upgrade", {"new_version": "12"}))["replacement_room"]
    assert ":" not in third
    await joins(anna, desk, third)
    await anna.say(third, "moved twice")
    assert (await desk.message("moved twice")).room.id == room
    assert (await desk.network.send("k1", to(room, "so did I"))).room == room
    assert (await anna.expect_text("so did I"))["room_id"] == third

    await desk.stop()
    await desk.again()
    await anna.say(third, "after a restart")
    assert (await desk.message("after a restart")).room.id == room
    assert not [e for e in desk.events if isinstance(e, RoomExited)]
    assert desk.network.health().ok


async def test_an_address_is_followed_also_where_it_stays_behind(
    synapse: Synapse, make_desk: MakeDesk, anna: MatrixPeer
) -> None:
    local = unique("behind")
    alias = f"#{local}:{SERVER_NAME}"
    room = await anna.create_room(alias=local)
    desk = await make_desk(synapse, rooms=(alias,))
    await entered(desk, alias)
    new = await anna.create_room(creation_content={"predecessor": {"room_id": room}})
    await anna.set_state(room, "m.room.tombstone", {"body": "moved", "replacement_room": new})
    await joins(anna, desk, new)
    await anna.say(new, "here now")
    assert (await desk.message("here now")).room.id == alias


async def test_a_room_cannot_pass_itself_off_as_another(
    synapse: Synapse, make_desk: MakeDesk, anna: MatrixPeer
) -> None:
    async with synapse.peer("mallory") as mallory:
        secret = await anna.create_room()
        desk = await make_desk(synapse, rooms=(secret,), invites="all")
        await entered(desk, secret)
        trap = await mallory.create_room(invite=(desk.id,))
        await entered(desk, trap)
        await mallory.set_state(trap, "m.room.tombstone", {"body": "moved", "replacement_room": secret})
        await mallory.say(trap, "is it done?")
        await desk.message("is it done?")
        await anna.say(secret, "between us")
        assert (await desk.message("between us")).room.id == secret
        await desk.network.send("k", to(trap, "still apart"))
        assert (await mallory.expect_text("still apart"))["room_id"] == trap


# --- getting in -------------------------------------------------------------------------------------------------------


async def closed_room(peer: MatrixPeer) -> str:
    rule = {"type": "m.room.join_rules", "content": {"join_rule": "knock"}}
    return await peer.create_room(public=False, initial_state=[rule])


async def test_the_desk_knocks_and_enters_when_it_is_let_in(
    synapse: Synapse, make_desk: MakeDesk, anna: MatrixPeer
) -> None:
    room = await closed_room(anna)
    desk = await make_desk(synapse, rooms=(room,), knock="let me in, please")
    knock = await joins(anna, desk, room, "knock")
    assert knock["content"]["reason"] == "let me in, please"
    await until(desk, lambda: desk.network.health().mend)
    assert "accept the request" in desk.network.health().mend
    with pytest.raises(Permanent, match="asked to be let into"):
        await desk.network.send("k1", to(room, "hello?"))
    await desk.stop()
    await desk.again()
    await anna.invite(room, desk.id)
    await entered(desk, room)
    await desk.network.send("k2", to(room, "thank you"))
    await anna.expect_text("thank you")
    events = await anna.history(room)
    assert sum(e["type"] == "m.room.member" and e["content"]["membership"] == "knock" for e in events) == 1


async def test_where_it_was_turned_away_it_does_not_knock_again(
    synapse: Synapse, make_desk: MakeDesk, anna: MatrixPeer
) -> None:
    room, open_room = await closed_room(anna), RoomId(await anna.create_room())
    desk = await make_desk(synapse, rooms=(room, open_room))
    await joins(anna, desk, room, "knock")
    await anna.kick(room, desk.id, "not you")
    await until(desk, lambda: "not you" in desk.network.health().detail)
    assert not [e for e in desk.events if isinstance(e, RoomExited)]
    await desk.stop()
    await desk.again()
    for number in range(50):  # each round trip is a sync, after which the desk tries its rooms
        if "cannot enter" in desk.network.health().detail:
            break
        await anna.say(open_room, f"and now? {number}")
        await desk.message(f"and now? {number}")
    assert "cannot enter" in desk.network.health().detail
    events = await anna.history(room)
    assert sum(e["type"] == "m.room.member" and e["content"]["membership"] == "knock" for e in events) == 1


async def test_kept_rooms_are_entered_and_left(synapse: Synapse, make_desk: MakeDesk, anna: MatrixPeer) -> None:
    local = unique("kept")
    alias = RoomId(f"#{local}:{SERVER_NAME}")
    by_alias, by_id = await anna.create_room(alias=local), RoomId(await anna.create_room())
    configured = RoomId(await anna.create_room())
    desk = await make_desk(synapse, run=False, rooms=(configured,))
    desk.network.keep((alias, configured))
    desk.start()
    await entered(desk, alias)
    desk.network.keep((alias, by_id, configured))
    await entered(desk, by_id)
    await anna.say(by_alias, "heard here")
    assert (await desk.message("heard here")).room.id == alias

    await desk.stop()
    await desk.again()
    await desk.network.send("k1", to(alias, "kept over a restart"))
    desk.network.keep((by_id,))
    exited = await desk.expect(RoomExited)
    assert exited.room.id in {alias, by_alias}
    assert (await anna.members(by_alias))[desk.id] == "leave"
    await desk.network.send("k2", to(by_id, "still in"))
    await desk.network.send("k3", to(configured, "here too"))
    with pytest.raises(Permanent):
        await desk.network.send("k4", to(alias, "gone"))
    desk.network.keep((by_id, RoomId("nonsense")))
    assert "nonsense" in desk.network.health().detail


async def test_a_space_is_no_room_to_speak_in(synapse: Synapse, make_desk: MakeDesk, anna: MatrixPeer) -> None:
    space = await anna.create_room(creation_content={"type": "m.space"})
    desk = await make_desk(synapse, rooms=(space,))
    await joins(anna, desk, space)
    await until(desk, lambda: "is a space" in desk.network.health().detail)
    assert "name the rooms in it" in desk.network.health().mend
    with pytest.raises(Permanent, match="space"):
        await desk.network.send("k", to(space, "hello?"))
    assert not [e for e in desk.events if isinstance(e, RoomEntered)]


# --- power ------------------------------------------------------------------------------------------------------------


async def test_what_the_room_does_not_allow_is_not_tried(
    synapse: Synapse, make_desk: MakeDesk, anna: MatrixPeer
) -> None:
    levels = {"events_default": 0, "events": {"m.room.message": 10, "m.reaction": 20, "m.room.redaction": 30}}
    room = await anna.create_room(power_level_content_override=levels)
    desk = await make_desk(synapse, rooms=(room,))
    await entered(desk, room)
    health = desk.network.health()
    assert health.ok
    assert room in health.mend
    said = MessageId(await anna.say(room, "hi"))
    await desk.message("hi")
    here = RoomId(room)
    assert isinstance(desk.network, MatrixNetwork)
    life = desk.network._life
    assert life is not None
    tried: list[str] = []

    async def api(method: str, path: str, *more: Any, **named: Any) -> Any:
        tried.append(f"{method} {path}")
        raise AssertionError("nothing is to be asked of the server")

    asked, life.client.api = life.client.api, api  # type: ignore[method-assign]
    with pytest.raises(Permanent, match=r"right to send.*level 10, and it has 0"):
        await desk.network.send("k1", to(room, "muted"))
    with pytest.raises(Permanent, match="react"):
        await desk.network.send("k2", React(here, said, "x"))
    with pytest.raises(Permanent, match="speak"):
        await desk.network.send("k3", EditMessage(here, (said,), from_plain("b"), from_plain("a")))
    life.client.api = asked  # type: ignore[method-assign]
    with pytest.raises(Permanent, match="remove messages"):
        await desk.network.send("k4", Redact(here, (said,)))
    levels["users"] = {anna.id: 100, desk.id: 50}  # type: ignore[dict-item]
    if ":" not in room:  # version 12: creators are not named
        del levels["users"][anna.id]  # type: ignore[attr-defined]
    await anna.set_state(room, "m.room.power_levels", levels)
    await until(desk, lambda: not desk.network.health().mend)
    await desk.network.send("k5", to(room, "free"))
    await anna.expect_text("free")
    await desk.network.send("k6", Redact(here, (said,), "rude", moderator="mod"))
    redaction = await anna.expect(lambda e: e["type"] == "m.room.redaction")
    assert redaction["content"]["redacts"] == said
    assert redaction["content"]["reason"] == "mod: rude"


async def test_a_creator_of_version_12_may_do_all(synapse: Synapse, make_desk: MakeDesk, anna: MatrixPeer) -> None:
    user = (await synapse.register(unique("desk")))["user_id"]
    room = await anna.create_room(
        room_version="12",
        creation_content={"additional_creators": [user]},
        power_level_content_override={"events_default": 100},
    )
    assert ":" not in room
    desk = await make_desk(synapse, user=user, rooms=(room,))
    await entered(desk, room)
    assert desk.network.health().mend == ""
    await desk.network.send("k", to(room, "as a founder"))
    await anna.expect_text("as a founder")


# --- state that speaks ------------------------------------------------------------------------------------------------


async def test_rules_of_a_policy_room(synapse: Synapse, make_desk: MakeDesk, anna: MatrixPeer) -> None:
    rule = {"entity": "@spam*:x.org", "recommendation": "m.ban", "reason": "spam"}
    before = {"type": "m.policy.rule.user", "state_key": "one", "content": rule}
    room = await anna.create_room(initial_state=[before])
    desk = await make_desk(synapse, rooms=(room,))
    first = await desk.expect(PolicyChanged)
    assert (first.room.id, first.kind, first.entity, first.recommendation) == (room, "user", "@spam*:x.org", "m.ban")
    server = {"entity": "evil.org", "recommendation": "m.ban"}
    await anna.call("PUT", f"rooms/{room}/state/m.policy.rule.server/two", server)
    second = await desk.expect(PolicyChanged, lambda e: e.kind == "server")
    assert (second.entity, second.sender.id) == ("evil.org", anna.id)
    await anna.call("PUT", f"rooms/{room}/state/m.policy.rule.user/one", {})
    withdrawn = await desk.expect(PolicyChanged, lambda e: not e.entity)
    assert withdrawn.rule == first.rule
    await desk.stop()
    seen = len(desk.events)
    await desk.again()
    again = [e for e in desk.events[seen:] if isinstance(e, PolicyChanged)]
    assert {e.id for e in again} == {second.id, withdrawn.id}


async def test_comings_goings_and_names(synapse: Synapse, make_desk: MakeDesk, anna: MatrixPeer) -> None:
    async with synapse.peer("carl") as carl:
        room = await anna.create_room()
        desk = await make_desk(synapse, rooms=(room,))
        await entered(desk, room)
        await carl.join(room)
        await carl.call("PUT", f"profile/{carl.id}/displayname", {"displayname": "Carl the Great"})
        await desk.expect(PersonMoved, lambda e: e.how == "renamed")
        await anna.kick(room, carl.id, "too great")
        await desk.expect(PersonMoved, lambda e: e.how == "removed")
        await carl.join(room)
        await carl.leave(room)
        await desk.expect(PersonMoved, lambda e: e.how == "left")
        moves = [e for e in desk.events if isinstance(e, PersonMoved)]
        assert [(e.how, e.sender.id) for e in moves] == [
            (how, carl.id) for how in ("joined", "renamed", "removed", "joined", "left")
        ]
        old = carl.id[1:].partition(":")[0]
        assert (moves[1].was, moves[1].sender.name) == (old, "Carl the Great")
        assert (moves[2].reason, moves[2].sender.name) == ("too great", "Carl the Great")
        assert all(e.room.id == room for e in moves)


# --- limits -----------------------------------------------------------------------------------------------------------


async def test_a_server_that_wants_quiet_is_left_in_peace(own_synapse: Synapse, make_desk: MakeDesk) -> None:
    own_synapse.configure(rc_message={"per_second": 0.05, "burst_count": 3})
    own_synapse.start()
    async with own_synapse.peer("anna") as anna:
        rooms = [await anna.create_room() for _ in range(3)]
        desk = await make_desk(own_synapse, rooms=tuple(rooms))
        for room in rooms:
            await entered(desk, room)
        assert isinstance(desk.network, MatrixNetwork)
        assert desk.network._life is not None
        client = desk.network._life.client
        puts: list[str] = []
        put = client.put_event

        async def counted(room_id: str, *more: Any) -> str:
            puts.append(room_id)
            return await put(room_id, *more)

        client.put_event = counted  # type: ignore[method-assign]
        waits: list[float] = []
        for number in range(12):
            try:
                await desk.network.send(f"k{number}", to(rooms[number % 3], f"line {number}"))
            except Transient as held:
                waits.append(held.retry_after or 0)
        assert len(waits) >= 8
        assert all(0 < wait < 60 for wait in waits)
        # Two refusals tell that it is the account's limit; nothing more is asked then.
        assert len(puts) == 12 - len(waits) + 2
