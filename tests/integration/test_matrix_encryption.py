"""Encryption on a real Synapse, with a second real client: who vouches for the desk, who gets keys, what is done without."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from Crypto.Cipher import AES
from Crypto.Hash import HMAC, SHA256
from nio.crypto.olm_machine import Olm
from nio.events.to_device import RoomKeyRequest
from structlog.testing import capture_logs
from vodozemac import Ed25519PublicKey, Ed25519Signature

from bridges.matrix.encoding import from_base58, from_base64
from bridges.matrix.network import MatrixNetwork
from tests.integration.test_matrix_network import Desk, MakeDesk, entered, make_desk, to
from tests.servers.synapse import EncryptedPeer, MatrixPeer, Synapse, own_synapse, synapse

pytestmark = [pytest.mark.matrix, pytest.mark.timeout(60)]
__all__ = ["make_desk", "own_synapse", "synapse"]

Json = dict[str, Any]


# --- an observer of its own -------------------------------------------------------------------------------------------


def verified(value: Json, user: str, public: str) -> bool:
    """Whether the object is signed by that key: written apart from the code under test."""
    signature = value.get("signatures", {}).get(user, {}).get(f"ed25519:{public}")
    if signature is None:
        return False
    bare = {k: v for k, v in value.items() if k not in {"signatures", "unsigned"}}
    message = json.dumps(bare, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    Ed25519PublicKey.from_base64(public).verify_signature(message, Ed25519Signature.from_base64(signature))
    return True


def only_key(answer: Json, usage: str, user: str) -> str | None:
    key = answer.get(f"{usage}_keys", {}).get(user)
    return next(iter(key["keys"].values())) if key else None


def signed_devices(answer: Json, user: str) -> set[str]:
    """The devices whose owner vouches for them, along the whole chain."""
    master, signing = only_key(answer, "master", user), only_key(answer, "self_signing", user)
    if master is None or signing is None or not verified(answer["self_signing_keys"][user], user, master):
        return set()
    return {device for device, keys in answer["device_keys"][user].items() if verified(keys, user, signing)}


async def shown(peer: MatrixPeer, user: str = "") -> Json:
    return await peer.call("POST", "keys/query", {"device_keys": {user or peer.id: []}})


async def until_shown(owner: MatrixPeer, wanted: Callable[[Json], bool]) -> Json:
    """What the server shows of the account's keys, once it is as wanted; a sync ends when they change."""
    since = (await owner.call("GET", "sync", timeout="0"))["next_batch"]
    while not wanted(answer := await shown(owner)):
        since = (await owner.call("GET", "sync", since=since, timeout="10000"))["next_batch"]
    return answer


async def until_signed(owner: MatrixPeer, count: int = 1) -> Json:
    return await until_shown(owner, lambda answer: len(signed_devices(answer, owner.id)) == count)


async def account_data(owner: MatrixPeer, kind: str) -> Json:
    return await owner.call("GET", f"user/{owner.id}/account_data/{kind}")


def open_secret(words: str, name: str, data: Json) -> bytes:
    """Secret storage, read apart from the code under test: HKDF (RFC 5869) by hand."""
    raw = from_base58("".join(words.split()))[2:34]
    extracted = HMAC.new(bytes(32), raw, SHA256).digest()
    aes = HMAC.new(extracted, name.encode() + b"\x01", SHA256).digest()
    mac = HMAC.new(extracted, aes + name.encode() + b"\x02", SHA256).digest()
    ciphertext = from_base64(data["ciphertext"])
    assert HMAC.new(mac, ciphertext, SHA256).digest() == from_base64(data["mac"])
    return AES.new(aes, AES.MODE_CTR, nonce=b"", initial_value=from_base64(data["iv"])).decrypt(ciphertext)


def keys_of(desk: Desk) -> Path:
    return desk.context.state / "recovery-key"


def of(desk: Desk) -> MatrixNetwork:
    assert isinstance(desk.network, MatrixNetwork)
    return desk.network


# --- the identity -----------------------------------------------------------------------------------------------------


async def test_a_new_account_gets_an_identity_that_vouches_for_the_desk(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("desk") as owner:
        with capture_logs() as logs:
            desk = await make_desk(synapse, user=owner.id)
            answer = await until_signed(owner)
        device = of(desk)._life.client.device_id
        assert signed_devices(answer, owner.id) == {device}
        assert verified(answer["user_signing_keys"][owner.id], owner.id, only_key(answer, "master", owner.id))

        file = keys_of(desk)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        words = file.read_text().strip()
        assert "cross-sign" not in of(desk).health().detail
        told = [line for line in logs if line.get("file") == str(file)]
        assert len(told) == 1
        assert words not in str(logs)

        key_id = (await account_data(owner, "m.secret_storage.default_key"))["key"]
        for usage in ("master", "self_signing", "user_signing"):
            name = f"m.cross_signing.{usage}"
            seed = from_base64(
                open_secret(words, name, (await account_data(owner, name))["encrypted"][key_id]).decode()
            )
            from bridges.matrix.crosssigning import SigningKey

            assert SigningKey(seed).public == only_key(answer, usage, owner.id)


async def test_after_a_restart_nothing_is_uploaded_anew_and_a_new_session_is_signed(
    synapse: Synapse, make_desk: MakeDesk
) -> None:
    async with synapse.peer("desk") as owner:
        desk = await make_desk(synapse, user=owner.id)
        before = await until_signed(owner)
        secrets = [
            await account_data(owner, f"m.cross_signing.{u}") for u in ("master", "self_signing", "user_signing")
        ]
        await desk.stop()
        await desk.again()
        await until_settled(desk)
        after = await shown(owner)
        assert after == before
        assert secrets == [
            await account_data(owner, f"m.cross_signing.{u}") for u in ("master", "self_signing", "user_signing")
        ]

        await desk.stop()
        (desk.context.state / "login.json").unlink()
        await desk.again()
        answer = await until_signed(owner, 2)
        assert answer["master_keys"] == before["master_keys"]
        assert answer["self_signing_keys"] == before["self_signing_keys"]


async def until_settled(desk: Desk) -> Any:
    """Until the desk knows how its identity stands. It tends to its keys after each sync; what it says makes one."""
    network = of(desk)
    from bridges.events import Checkpoint

    seen = 0
    while network._life is None or network._life.client.crypto.identity.standing is None:
        checkpoints = [e for e in desk.events if isinstance(e, Checkpoint)]
        if len(checkpoints) == seen and network._life is not None:
            await network._life.client.crypto.tend()
        seen = len(checkpoints)
        await desk.expect(Checkpoint)
    return network._life.client.crypto.identity.standing


async def test_an_identity_that_the_desk_cannot_open_is_left_alone(
    synapse: Synapse, make_desk: MakeDesk, tmp_path: Path
) -> None:
    async with synapse.peer("desk") as owner:
        first = await make_desk(synapse, user=owner.id)
        before = await until_signed(owner)
        secret = await account_data(owner, "m.cross_signing.master")
        await first.stop()

        # Another desk on the account: it has no recovery key, then a wrong one, then the right one.
        second = await make_desk(synapse, user=owner.id)
        standing = await until_settled(second)
        assert not standing.ok
        assert "no recovery key" in standing.what
        assert "reset-identity" in standing.mend
        assert not keys_of(second).exists()
        health = of(second).health()
        assert health.ok
        assert "no recovery key" in health.detail
        assert "recovery_key_file" in health.mend
        assert any(not f.ok and "no recovery key" in f.what for f in await second.network.probe())
        await second.stop()

        wrong = tmp_path / "wrong"
        wrong.write_text("EsTj 3yST y93F SLpB jJsz eAXc 2XzA ygD3 w69H fGaN TKBj jXEd\n")
        second.settings = second.settings.model_copy(update={"recovery_key_file": wrong})
        await second.again()
        assert "does not open it" in (await until_settled(second)).what
        assert any(not f.ok and "does not open it" in f.what for f in await second.network.probe())
        await second.stop()
        after = await shown(owner)
        assert (after["master_keys"], after["self_signing_keys"]) == (
            before["master_keys"],
            before["self_signing_keys"],
        )
        assert signed_devices(after, owner.id) == signed_devices(before, owner.id)
        assert await account_data(owner, "m.cross_signing.master") == secret

        second.settings = second.settings.model_copy(update={"recovery_key_file": keys_of(first)})
        await second.again()
        await until_signed(owner, 2)
        assert all(f.ok for f in await second.network.probe())
        assert not of(second).health().mend


async def test_what_was_stored_but_not_published_is_taken_up(synapse: Synapse, make_desk: MakeDesk) -> None:
    """A crash between the two: the keys that the account data keeps are the identity."""
    from bridges.matrix.client import MatrixClient
    from bridges.matrix.crosssigning import Identity
    from bridges.matrix.identity import store
    from bridges.matrix.secretstorage import RecoveryKey

    async with synapse.peer("desk") as owner:
        desk = await make_desk(synapse, user=owner.id, run=False)
        client = MatrixClient(desk.settings)
        client.user_id, client.access_token = owner.id, owner.token
        key, identity = RecoveryKey(b"\x07" * 32), Identity.from_seeds(owner.id, bytes(range(96)))
        await store(client, key, identity)
        await client.close()
        keys_of(desk).write_text(key.text)
        desk.start()
        answer = await until_signed(owner)
        assert only_key(answer, "master", owner.id) == identity.master.public


async def test_an_operator_replaces_the_identity_on_purpose(synapse: Synapse, make_desk: MakeDesk) -> None:
    from bridges.matrix.reset import reset_identity

    async with synapse.peer("desk") as owner:
        desk = await make_desk(synapse, user=owner.id)
        before = await until_signed(owner)
        await desk.stop()
        keys_of(desk).unlink()
        said: list[str] = []
        await reset_identity(desk.settings, desk.context.state, said.append)
        assert str(keys_of(desk)) in said[0]
        after = await shown(owner)
        assert after["master_keys"] != before["master_keys"]
        assert signed_devices(after, owner.id) == set()
        await desk.again()
        await until_signed(owner)


# --- who gets keys ----------------------------------------------------------------------------------------------------


async def meet(berta: EncryptedPeer, desk: Desk, **rotation: int) -> str:
    """An encrypted room with both."""
    content = {"algorithm": "m.megolm.v1.aes-sha2", **rotation}
    state = [{"type": "m.room.encryption", "state_key": "", "content": content}]
    made = await berta.client.room_create(invite=(desk.id,), initial_state=state)
    await berta.until(lambda: made.room_id in berta.client.rooms)
    await entered(desk, made.room_id)
    await berta.until_member(made.room_id, desk.id)
    return str(made.room_id)


async def shut_out_unsigned(berta: EncryptedPeer, user: str) -> set[str]:
    """As careful clients do (MSC4153): no keys for devices that their owner does not vouch for. Those shut out."""
    answer = await berta.call("POST", "keys/query", {"device_keys": {user: []}})
    signed = signed_devices(answer, user)
    out = set()
    for device in list(berta.client.device_store.active_user_devices(user)):
        if device.id in signed:
            berta.client.unblacklist_device(device)
        else:
            berta.client.blacklist_device(device)
            out.add(device.id)
    return out


async def test_a_client_that_shuts_out_unsigned_sessions_is_heard(
    synapse: Synapse, make_desk: MakeDesk, tmp_path: Path
) -> None:
    async with synapse.peer("desk") as owner, synapse.encrypted_peer(tmp_path / "keys") as berta:
        desk = await make_desk(synapse, user=owner.id, invites="all")
        await until_signed(owner)
        room = await meet(berta, desk)
        assert await shut_out_unsigned(berta, desk.id) == set()
        await berta.say(room, "for verified eyes")
        assert (await desk.message("for verified eyes")).room.encrypted


async def test_who_is_shut_out_is_told_so_and_others_speak_on(
    synapse: Synapse, make_desk: MakeDesk, tmp_path: Path
) -> None:
    async with (
        synapse.encrypted_peer(tmp_path / "berta") as berta,
        synapse.encrypted_peer(tmp_path / "carla", "carla") as carla,
    ):
        await carla.cross_sign()
        await berta.tick()
        desk = await make_desk(synapse, invites="all", encrypt_to="cross-signed")
        room = await meet(berta, desk)
        await berta.client.room_invite(room, carla.id)
        await carla.join_first_invite()
        await berta.until_member(room, carla.id)
        await berta.say(room, "ready?")
        await desk.message("ready?")
        await desk.network.send("k", to(room, "for verified eyes"))
        await carla.expect_text("for verified eyes")
        await berta.until(lambda: any(e["type"] == "m.room_key.withheld" for e in berta.to_device))
        withheld = next(e for e in berta.to_device if e["type"] == "m.room_key.withheld")
        assert withheld["content"]["code"] == "m.unverified"
        assert withheld["content"]["room_id"] == room
        sealed = next(e for _, e in berta.waiting if e["type"] == "m.room.encrypted" and e["sender"] == desk.id)
        assert sealed["content"]["session_id"] == withheld["content"]["session_id"]
        # Once her account vouches for her session, she is let in, with a key that the old words do not have.
        await berta.cross_sign()
        await berta.say(room, "and now?")
        await desk.message("and now?")
        await desk.network.send("k2", to(room, "for yours too"))
        await berta.expect_text("for yours too")


async def test_a_room_s_own_rotation_is_kept(synapse: Synapse, make_desk: MakeDesk, tmp_path: Path) -> None:
    async with synapse.encrypted_peer(tmp_path / "keys") as berta:
        desk = await make_desk(synapse, invites="all")
        room = await meet(berta, desk, rotation_period_msgs=2)
        await berta.say(room, "go on")
        await desk.message("go on")
        for number in range(5):
            await desk.network.send(f"k{number}", to(room, f"line {number}"))
        for number in range(5):
            await berta.expect_text(f"line {number}")
        assert [
            sessions(await raw_history(berta, room), desk.id).count(s)
            for s in dict.fromkeys(sessions(await raw_history(berta, room), desk.id))
        ] == [2, 2, 1]


def sessions(events: list[Json], sender: str) -> list[str]:
    return [e["content"]["session_id"] for e in events if e["type"] == "m.room.encrypted" and e["sender"] == sender]


async def raw_history(peer: EncryptedPeer, room: str) -> list[Json]:
    answer = await peer.call("GET", f"rooms/{room}/messages?dir=b&limit=100")
    chunk: list[Json] = answer["chunk"]
    return chunk[::-1]


async def test_who_leaves_or_loses_a_session_cannot_read_on(
    synapse: Synapse, make_desk: MakeDesk, tmp_path: Path
) -> None:
    async with (
        synapse.encrypted_peer(tmp_path / "berta") as berta,
        synapse.encrypted_peer(tmp_path / "carla", "carla") as carla,
    ):
        await carla.tick()
        desk = await make_desk(synapse, invites="all")
        room = await meet(berta, desk)
        await berta.client.room_invite(room, carla.id)
        await carla.join_first_invite()
        await berta.until_member(room, carla.id)
        await berta.say(room, "all here")
        await desk.message("all here")
        await desk.network.send("k1", to(room, "to three"))
        await carla.expect_text("to three")
        await berta.client.room_kick(room, carla.id)
        await berta.say(room, "she is gone")
        await desk.message("she is gone")
        await desk.network.send("k2", to(room, "to two"))
        await berta.expect_text("to two")

        # A session of berta's is logged out.
        login = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": berta.id},
            "password": "correct horse",
        }
        other = await berta.call("POST", "login", login)
        phone = EncryptedPeer(synapse, other, tmp_path / "phone")
        await phone.tick()
        await phone.until(lambda: room in phone.client.rooms)
        await berta.say(room, "two sessions")
        await desk.message("two sessions")
        await desk.network.send("k3", to(room, "to both"))
        await phone.expect_text("to both")
        await phone.call("POST", "logout")
        await phone.close()
        await berta.say(room, "one session")
        await desk.message("one session")
        await desk.network.send("k4", to(room, "to one"))
        await berta.expect_text("to one")
        used = sessions(await raw_history(berta, room), desk.id)
        assert len(used) == 4
        assert len(set(used)) == 4
        for key in used[1:]:
            assert (
                carla.client.olm.inbound_group_store.get(
                    room, of(desk)._life.client.olm.account.identity_keys["curve25519"], key
                )
                is None
            )


# --- keys that are missing --------------------------------------------------------------------------------------------


async def sealed_from(berta: EncryptedPeer, desk: Desk, room: str, words: str) -> Any:
    """Berta says something and gives the desk no key; the desk's device as she knows it."""
    device = next(iter(berta.client.device_store.active_user_devices(desk.id)))
    berta.client.blacklist_device(device)
    await berta.say(room, words)
    berta.client.unblacklist_device(device)
    return device


async def test_a_missing_key_is_asked_for_and_its_message_is_heard_once(
    synapse: Synapse, make_desk: MakeDesk, tmp_path: Path
) -> None:
    async with synapse.encrypted_peer(tmp_path / "keys") as berta:
        desk = await make_desk(synapse, invites="all")
        room = await meet(berta, desk)
        await sealed_from(berta, desk, room, "sealed")
        asked = lambda: [e for e in berta.to_device if e["type"] == "m.room_key_request"]  # noqa: E731
        await berta.until(lambda: bool(asked()))
        request = RoomKeyRequest.from_dict(asked()[0])
        assert request.room_id == room
        # The desk starts again before the answer comes.
        await desk.stop()
        olm: Olm = berta.client.olm
        await berta.client.keys_claim({desk.id: [request.requesting_device_id]})
        device = olm.device_store[desk.id][request.requesting_device_id]
        key = olm.inbound_group_store.get(room, request.sender_key, request.session_id)
        await berta.client.to_device(
            olm._encrypt_forwarding_key(room, key, olm.session_store.get(device.curve25519), device)
        )
        await desk.again()
        await desk.message("sealed")
        await berta.until(lambda: any(e["content"]["action"] == "request_cancellation" for e in asked()))
        await berta.say(room, "open")
        await desk.message("open")
        assert desk.messages() == ["sealed", "open"]
        assert [e["content"]["action"] for e in asked()] == ["request", "request_cancellation"]


async def test_a_key_that_nobody_asked_for_or_that_another_forwards_is_not_taken(
    synapse: Synapse, make_desk: MakeDesk, tmp_path: Path
) -> None:
    async with (
        synapse.encrypted_peer(tmp_path / "berta") as berta,
        synapse.encrypted_peer(tmp_path / "carla", "carla") as carla,
    ):
        await carla.tick()
        desk = await make_desk(synapse, invites="all")
        room = await meet(berta, desk)
        await berta.client.room_invite(room, carla.id)
        await carla.join_first_invite()
        await berta.until_member(room, carla.id)
        await carla.until_member(room, desk.id)
        await sealed_from(berta, desk, room, "sealed")
        await carla.expect_text("sealed")
        await berta.until(lambda: any(e["type"] == "m.room_key_request" for e in berta.to_device))
        request = RoomKeyRequest.from_dict(next(e for e in berta.to_device if e["type"] == "m.room_key_request"))
        olm: Olm = carla.client.olm
        await carla.client.keys_claim({desk.id: [request.requesting_device_id]})
        device = olm.device_store[desk.id][request.requesting_device_id]
        key = olm.inbound_group_store.get(room, request.sender_key, request.session_id)
        await carla.client.to_device(
            olm._encrypt_forwarding_key(room, key, olm.session_store.get(device.curve25519), device)
        )
        await carla.say(room, "hers")
        await desk.message("hers")
        assert desk.messages() == ["hers"]


async def test_why_a_key_does_not_come_is_said(synapse: Synapse, make_desk: MakeDesk, tmp_path: Path) -> None:
    async with synapse.encrypted_peer(tmp_path / "keys") as berta:
        desk = await make_desk(synapse, run=False, invites="all")
        of(desk).unread_grace = 0.0
        desk.start()
        await desk.until_ready()
        room = await meet(berta, desk)
        device = next(iter(berta.client.device_store.active_user_devices(desk.id)))
        berta.client.blacklist_device(device)
        await berta.client.share_group_session(room, ignore_unverified_devices=True)
        content = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "room_id": room,
            "session_id": berta.client.olm.outbound_group_sessions[room].id,
            "sender_key": berta.client.olm.account.identity_keys["curve25519"],
            "code": "m.unverified",
        }
        from nio.event_builders import ToDeviceMessage

        await berta.client.to_device(ToDeviceMessage("m.room_key.withheld", desk.id, device.id, content))
        await berta.say(room, "sealed")
        notice = await berta.expect_text("I cannot read this encrypted message")
        assert "verified sessions only" in notice["content"]["body"]


async def test_who_could_not_reach_the_desk_securely_gets_a_new_channel(
    synapse: Synapse, make_desk: MakeDesk, tmp_path: Path
) -> None:
    async with synapse.encrypted_peer(tmp_path / "keys") as berta:
        desk = await make_desk(synapse, invites="all")
        room = await meet(berta, desk)
        device = await sealed_from(berta, desk, room, "sealed")
        await berta.until(lambda: any(e["type"] == "m.room_key_request" for e in berta.to_device))
        content = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "sender_key": berta.client.olm.account.identity_keys["curve25519"],
            "code": "m.no_olm",
        }
        from nio.event_builders import ToDeviceMessage

        await berta.client.to_device(ToDeviceMessage("m.room_key.withheld", desk.id, device.id, content))
        await berta.until(lambda: any(e["type"] == "m.dummy" for e in berta.to_device))


async def test_own_sessions_get_keys_once_they_are_signed(
    synapse: Synapse, make_desk: MakeDesk, tmp_path: Path
) -> None:
    async with synapse.peer("desk") as owner, synapse.encrypted_peer(tmp_path / "berta") as berta:
        desk = await make_desk(synapse, user=owner.id, invites="all")
        await until_signed(owner)
        room = await meet(berta, desk)
        await berta.say(room, "before the phone")
        await desk.message("before the phone")
        # The account's owner logs in elsewhere, and asks for the key of what was said before.
        login = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": owner.id},
            "password": "correct horse",
        }
        phone = EncryptedPeer(synapse, await owner.call("POST", "login", login), tmp_path / "phone")
        try:
            await phone.tick()
            await phone.until(lambda: room in phone.client.rooms and not phone.client.should_query_keys)
            sealed = next(e for e in await raw_history(berta, room) if e["type"] == "m.room.encrypted")
            from nio.events.room_events import Event

            event = Event.parse_encrypted_event(sealed)
            event.room_id = room
            await phone.client.request_room_key(event)
            await berta.say(room, "after it asked")
            await desk.message("after it asked")
            life = of(desk)._life
            await life.client.crypto.tend()
            assert not life.client.olm.outgoing_to_device_messages
            assert phone.client.olm.inbound_group_store.get(room, event.sender_key, event.session_id) is None

            # The account's identity comes to vouch for the phone: it gets what it asked for.
            from bridges.matrix.crosssigning import Identity

            secrets = {}
            words = keys_of(desk).read_text().strip()
            key_id = (await account_data(owner, "m.secret_storage.default_key"))["key"]
            for usage in ("master", "self_signing", "user_signing"):
                data = (await account_data(owner, f"m.cross_signing.{usage}"))["encrypted"][key_id]
                secrets[usage] = open_secret(words, f"m.cross_signing.{usage}", data).decode()
            identity = Identity.from_secrets(owner.id, secrets)
            mine = (await shown(owner))["device_keys"][owner.id][phone.client.device_id]
            await phone.call(
                "POST",
                "keys/signatures/upload",
                {owner.id: {phone.client.device_id: identity.signed_device(mine)}},
            )
            # It takes forwarded keys from verified sessions only.
            for device in list(phone.client.device_store.active_user_devices(owner.id)):
                phone.client.verify_device(device)
            await phone.until(
                lambda: phone.client.olm.inbound_group_store.get(room, event.sender_key, event.session_id) is not None
            )
        finally:
            await phone.close()


async def test_who_finds_no_one_time_key_left_takes_the_fallback_key(synapse: Synapse, make_desk: MakeDesk) -> None:
    async with synapse.peer("desk") as owner, synapse.peer("eva") as eva:
        desk = await make_desk(synapse, user=owner.id)
        await until_signed(owner)
        client = of(desk)._life.client
        await desk.stop()
        claimed = []
        while not (claimed and claimed[-1].get("fallback")):
            body = {"one_time_keys": {owner.id: {client.device_id: "signed_curve25519"}}}
            answer = (await eva.call("POST", "keys/claim", body))["one_time_keys"]
            claimed.append(next(iter(answer[owner.id][client.device_id].values())))
            assert len(claimed) < 200
        device = (await shown(eva, owner.id))["device_keys"][owner.id][client.device_id]
        public = device["keys"][f"ed25519:{client.device_id}"]
        last = claimed[-1]
        bare = {k: v for k, v in last.items() if k != "signatures"}
        message = json.dumps(bare, separators=(",", ":"), sort_keys=True).encode()
        signature = last["signatures"][owner.id][f"ed25519:{client.device_id}"]
        Ed25519PublicKey.from_base64(public).verify_signature(message, Ed25519Signature.from_base64(signature))


# --- verification -----------------------------------------------------------------------------------------------------


async def test_a_request_to_verify_is_declined_and_never_taken_for_a_question(
    synapse: Synapse, make_desk: MakeDesk, tmp_path: Path
) -> None:
    async with synapse.encrypted_peer(tmp_path / "keys") as berta:
        desk = await make_desk(synapse, invites="all")
        room = await meet(berta, desk)
        from nio.event_builders import ToDeviceMessage

        device = next(iter(berta.client.device_store.active_user_devices(desk.id)))
        request = {
            "from_device": berta.client.device_id,
            "methods": ["m.sas.v1"],
            "timestamp": 1,
            "transaction_id": "t1",
        }
        await berta.client.to_device(ToDeviceMessage("m.key.verification.request", desk.id, device.id, request))
        await berta.until(lambda: any(e["type"] == "m.key.verification.cancel" for e in berta.to_device))
        cancel = next(e["content"] for e in berta.to_device if e["type"] == "m.key.verification.cancel")
        assert (cancel["transaction_id"], cancel["code"]) == ("t1", "m.user")
        assert "helpdesk" in cancel["reason"]

        asked = await berta.say(
            room,
            "berta asks to verify",
            msgtype="m.key.verification.request",
            to=desk.id,
            methods=["m.sas.v1"],
            from_device=berta.client.device_id,
        )
        found: list[Json] = []
        await berta.until(
            lambda: bool(
                found.extend(
                    e for _, e in berta.waiting if e["type"] == "m.key.verification.cancel" and e["sender"] == desk.id
                )
                or found
            )
        )
        assert found[0]["content"]["m.relates_to"] == {"rel_type": "m.reference", "event_id": asked}
        await berta.say(room, "a question")
        await desk.message("a question")
        assert desk.messages() == ["a question"]


async def test_an_event_without_the_deprecated_fields_is_read(
    synapse: Synapse, make_desk: MakeDesk, tmp_path: Path
) -> None:
    """MSC3700: a client may leave `sender_key` and `device_id` out."""
    async with synapse.encrypted_peer(tmp_path / "keys") as berta:
        desk = await make_desk(synapse, invites="all")
        room = await meet(berta, desk)
        await berta.client.joined_members(room)
        await berta.client.share_group_session(room, ignore_unverified_devices=True)
        words = {"msgtype": "m.text", "body": "newer"}
        _, content = berta.client.encrypt(room, "m.room.message", words)
        bare = {k: v for k, v in content.items() if k not in {"sender_key", "device_id"}}
        await berta.call("PUT", f"rooms/{room}/send/m.room.encrypted/newer", bare)
        await desk.message("newer")


async def test_a_key_store_that_is_lost_makes_a_new_session_and_the_old_identity_signs_it(
    synapse: Synapse, make_desk: MakeDesk
) -> None:
    async with synapse.peer("desk") as owner:
        desk = await make_desk(synapse, user=owner.id)
        before = await until_signed(owner)
        await desk.stop()
        kept = keys_of(desk).read_text()
        shutil.rmtree(desk.context.state)
        desk.context.state.mkdir(mode=0o700)
        keys_of(desk).write_text(kept)
        desk.position = None
        await desk.again()
        after = await until_signed(owner, 2)
        assert after["master_keys"] == before["master_keys"]
