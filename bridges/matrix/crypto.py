"""End-to-end encryption around nio: who gets the keys of a room, what is done for those that are missing, our identity.

Client-Server API v1.15, "End-to-End Encryption" and "Key management"; MSC4153 for devices without their owner's signature.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from nio import responses
from nio.crypto.device import TrustState
from nio.event_builders import ToDeviceMessage
from nio.events.room_events import Event, MegolmEvent
from nio.exceptions import EncryptionError, LocalProtocolError

from bridges.matrix.crosssigning import Json, PublicIdentity
from bridges.matrix.errors import Refused
from bridges.matrix.identity import OwnIdentity
from bridges.matrix.olm import DeskOlm
from bridges.matrix.settings import MatrixSettings
from bridges.network import NetworkError, Permanent, Transient

if TYPE_CHECKING:
    from bridges.matrix.client import MatrixClient

log = structlog.get_logger(__name__)

USERS_AT_ONCE = 250
"""Accounts whose devices are asked for in one request."""
ASK_AGAIN = 300.0
"""Seconds until a server that did not tell its users' devices is asked again."""
SENT_AT_ONCE = 20
DECLINED = 20
"""Verification requests that one sync may bring; more are not answered."""
_DECLINED_REASON = "This is a helpdesk: nobody is here to compare emoji. Its session is signed by its own account."
_NO_DEVICE = (
    "the room is encrypted, and the desk's access token belongs to no device, so that it has no keys: "
    "configure the account's password, or a token from an ordinary login"
)


@dataclass(frozen=True, slots=True)
class Rotation:
    """When a room wants a new key (`m.room.encryption`), within bounds that keep a room from exhausting us."""

    age: timedelta = timedelta(days=7)
    messages: int = 100

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Rotation:
        millis = _count(content.get("rotation_period_ms"), 7 * 86_400_000, 10**12)
        messages = _count(content.get("rotation_period_msgs"), 100, 2**53)
        return cls(max(timedelta(milliseconds=millis), timedelta(hours=1)), min(messages, 10_000))


def _count(value: Any, default: int, most: int) -> int:
    return value if type(value) is int and 0 < value <= most else default


@dataclass(frozen=True, slots=True)
class Withheld:
    """Somebody's device says that we do not get a key (`m.room_key.withheld`)."""

    sender: str
    code: str
    room: str = ""
    """Empty together with `session`: no key of that device's (m.no_olm)."""
    session: str = ""


@dataclass
class Encryption:
    """The keys of one login. Without a device (a token of an application service) it does nothing."""

    client: MatrixClient
    settings: MatrixSettings
    identity: OwnIdentity
    network: str = "NETWORK"
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _rotations: dict[str, Rotation] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)
    """Accounts whose devices changed since the last query began."""
    _silent: dict[str, float] = field(default_factory=dict)
    """Accounts whose server did not answer, and when (of the loop) it is asked again."""
    _no_fallback: bool = False
    _declined: list[tuple[str, str]] = field(default_factory=list)
    """Room and event of verification requests that wait for our refusal."""

    def load(self) -> None:
        """Take nio's machine's place, once its store is open."""
        client = self.client
        assert client.store is not None
        client.olm = olm = DeskOlm(client.user_id, str(client.device_id), client.store)
        for device in olm.device_store:
            device.trust_state = self._unjudged

    @property
    def _unjudged(self) -> TrustState:
        """What a device is before it was found to be vouched for."""
        return TrustState.blacklisted if self.settings.encrypt_to == "cross-signed" else TrustState.unset

    @property
    def olm(self) -> DeskOlm | None:
        olm = self.client.olm
        return olm if isinstance(olm, DeskOlm) else None

    # --- what a sync tells --------------------------------------------------------------------------------------------

    def note_sync(self, raw: Json) -> None:
        """What nio overlooks in an answer to a sync."""
        olm = self.olm
        for room_id, data in raw.get("rooms", {}).get("join", {}).items():
            for event in [*data.get("state", {}).get("events", []), *data.get("timeline", {}).get("events", [])]:
                if event.get("type") == "m.room.encryption" and event.get("state_key") == "":
                    self._rotations[room_id] = Rotation.of(event.get("content") or {})
        if olm is None:
            return
        counts = raw.get("device_one_time_keys_count")
        if isinstance(counts, Mapping):
            # nio overlooks a count of zero, and would then never upload again.
            olm.uploaded_key_count = int(counts.get("signed_curve25519", 0))
        unused = raw.get("device_unused_fallback_key_types")
        if isinstance(unused, list):
            self._no_fallback = "signed_curve25519" not in unused
        self._changed.update(raw.get("device_lists", {}).get("changed", []))
        if self.client.user_id in self._changed:
            olm.users_for_key_query.add(self.client.user_id)
        for event in _to_device(raw, "m.key.verification.request", "m.key.verification.start")[:DECLINED]:
            self._decline_device(event)

    def withheld(self, raw: Json) -> Iterator[Withheld]:
        """What devices say of keys that they do not give us. Where no secure channel stood, a new one is begun."""
        for event in _to_device(raw, "m.room_key.withheld"):
            content, sender = event["content"], str(event.get("sender"))
            code = str(content.get("code", ""))[:50]
            if code == "m.no_olm":
                if self.olm is not None:
                    self.olm.mend_session(sender, str(content.get("sender_key", "")))
                yield Withheld(sender, code)
            else:
                yield Withheld(sender, code, str(content.get("room_id", "")), str(content.get("session_id", "")))

    # --- verification -------------------------------------------------------------------------------------------------

    def _decline_device(self, event: Json) -> None:
        content, olm = event["content"], self.olm
        transaction, device = content.get("transaction_id"), content.get("from_device")
        if olm is None or not isinstance(transaction, str) or not isinstance(device, str) or len(transaction) > 255:
            return
        answer = {"transaction_id": transaction, "code": "m.user", "reason": _DECLINED_REASON}
        message = ToDeviceMessage("m.key.verification.cancel", str(event.get("sender")), device, answer)
        if message not in olm.outgoing_to_device_messages:
            olm.outgoing_to_device_messages.append(message)

    def is_verification(self, room_id: str, source: Json, *, fresh: bool) -> bool:
        """Whether an event of a room asks somebody to verify. One that asks us and is `fresh` will be declined."""
        content = source.get("content") or {}
        if source.get("type") != "m.room.message" or content.get("msgtype") != "m.key.verification.request":
            return False
        if fresh and content.get("to") == self.client.user_id and len(self._declined) < DECLINED:
            self._declined.append((room_id, str(source.get("event_id"))))
        return True

    async def _decline_in_rooms(self) -> None:
        while self._declined:
            room_id, event_id = self._declined[0]
            content = {
                "code": "m.user",
                "reason": _DECLINED_REASON,
                "m.relates_to": {"rel_type": "m.reference", "event_id": event_id},
            }
            try:
                await self.client.put_event(room_id, "m.key.verification.cancel", content, f"decline-{event_id}")
            except Permanent as refusal:
                log.info("could not decline a verification", room=room_id, reason=str(refusal))
            self._declined.pop(0)

    # --- between syncs ------------------------------------------------------------------------------------------------

    async def tend(self) -> None:
        """What encryption needs between syncs: keys uploaded, our identity, devices asked for, broken sessions mended."""
        olm = self.olm
        if olm is None:
            return
        async with self._lock:
            await self._upload(olm)
            keys = olm.account.identity_keys
            ours = {"ed25519": keys["ed25519"], "curve25519": keys["curve25519"]}
            before = self.identity.standing
            await self.identity.settle(ours, self.network)
            if self.identity.standing is not before:
                olm.users_for_key_query.add(self.client.user_id)  # judge our other sessions by it
            self._ask_silent_again(olm)
            await self._query(olm)
            if self.client.should_claim_keys:
                await self.client.keys_claim(self.client.get_users_for_key_claiming())
                olm.answer_requests()
            await self._send_queued(olm)
        await self._decline_in_rooms()

    async def _upload(self, olm: DeskOlm) -> None:
        if self.client.should_upload_keys:
            try:
                await self.client.keys_upload()
            except Refused:
                # The server has other keys under these ids: give new ones next time.
                olm.mark_keys_as_published()
                olm.save_account()
        if self._no_fallback:
            await self.client.api("POST", "v3/keys/upload", {"fallback_keys": olm.fallback_key()})
            olm.mark_keys_as_published()
            olm.save_account()
            self._no_fallback = False

    def _ask_silent_again(self, olm: DeskOlm) -> None:
        now = asyncio.get_running_loop().time()
        for user in [user for user, due in self._silent.items() if due <= now]:
            del self._silent[user]
            olm.users_for_key_query.add(user)

    async def _send_queued(self, olm: DeskOlm) -> None:
        """All that waits to be sent to devices. What fails for a moment waits on; what is refused is dropped."""
        trouble: NetworkError | None = None
        while olm.outgoing_to_device_messages and trouble is None:
            some = list(olm.outgoing_to_device_messages[:SENT_AT_ONCE])
            done = await asyncio.gather(*(self.client.to_device(m) for m in some), return_exceptions=True)
            for message, result in zip(some, done, strict=True):
                if isinstance(result, Permanent):
                    log.warning("a message to a device was refused", user=message.recipient, reason=str(result))
                    olm.outgoing_to_device_messages.remove(message)
                elif isinstance(result, NetworkError):
                    trouble = result
                elif isinstance(result, BaseException):
                    raise result
        if trouble is not None:
            raise trouble

    # --- devices ------------------------------------------------------------------------------------------------------

    async def _query(self, olm: DeskOlm) -> None:
        """Learn the devices of those whose devices are not known or changed."""
        while olm.users_for_key_query:
            users = sorted(olm.users_for_key_query)[:USERS_AT_ONCE]
            self._changed.clear()
            raw = await self.client.api(
                "POST", "v3/keys/query", {"timeout": 10_000, "device_keys": {user: [] for user in users}}
            )
            # nio takes what it reads apart: it gets a copy.
            response = responses.KeysQueryResponse.from_dict(json.loads(json.dumps(raw)))
            if not isinstance(response, responses.KeysQueryResponse):
                raise Transient(f"{self.client.homeserver} answered a query for keys that cannot be understood")
            await self.client.receive_response(response)
            again = asyncio.get_running_loop().time() + ASK_AGAIN
            for user in users:
                if user in olm.users_for_key_query:
                    # Their server did not answer. Nobody else shall wait for it.
                    olm.users_for_key_query.discard(user)
                    self._silent[user] = again
                self._judge(olm, user, raw)
            olm.users_for_key_query.update(self._changed & set(users))

    def _judge(self, olm: DeskOlm, user: str, raw: Json) -> None:
        """Decide which devices of an account get keys, and which of our own are trusted."""
        own = user == self.client.user_id
        if own:
            self.identity.note_shown(raw)
        careful = self.settings.encrypt_to == "cross-signed"
        public = PublicIdentity.of(user, raw) if careful or own else None
        payloads = (raw.get("device_keys") or {}).get(user) or {}
        trusted = own and public is not None and public == self.identity.public
        for device in list(olm.device_store.active_user_devices(user)):
            payload = payloads.get(device.id)
            signed = (
                public is not None
                and isinstance(payload, Mapping)
                and payload.get("keys", {}).get(f"ed25519:{device.id}") == device.ed25519
                and public.vouches_for(device.id, payload)
            )
            verified = trusted and signed
            state = self._unjudged if careful and not signed else TrustState.verified if verified else TrustState.unset
            if state != device.trust_state:
                device.trust_state = state
                self.client._invalidate_outbound_sessions(device)  # noqa: SLF001 - nio judges by its own files only
            if verified:
                self._share_with_verified(olm, user, device.id)

    def _share_with_verified(self, olm: DeskOlm, user: str, device: str) -> None:
        """Give a session of our own what it asked for before it was trusted."""
        for request in olm.get_active_key_requests(user, device):
            try:
                olm.continue_key_share(request)
            except LocalProtocolError:
                continue

    # --- speaking -----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def ready(self, room_id: str) -> AsyncIterator[None]:
        """Everyone in the room who shall have its key has been given it when the body runs."""
        client, olm, room = self.client, self.olm, self.client.rooms[room_id]
        if olm is None:
            raise Permanent(_NO_DEVICE)
        async with self._lock:
            if not room.members_synced:
                await client.joined_members(room_id)
            await self._query(olm)
            self._limit(olm, room_id)
            if olm.should_share_group_session(room_id):
                await client.share_group_session(room_id, ignore_unverified_devices=True)
                self._limit(olm, room_id)
                self._all_have_key(olm, room_id)
                self._say_who_has_not(olm, room_id)
            yield

    def _limit(self, olm: DeskOlm, room_id: str) -> None:
        session = olm.outbound_group_sessions.get(room_id)
        if session is not None:
            rotation = self._rotations.get(room_id, Rotation())
            session.max_age, session.max_messages = rotation.age, rotation.messages

    def _devices(self, olm: DeskOlm, room_id: str) -> Iterator[Any]:
        for user in self.client.rooms[room_id].users:
            for device in olm.device_store.active_user_devices(user):
                if (user, device.id) != (olm.user_id, olm.device_id):
                    yield device

    def _all_have_key(self, olm: DeskOlm, room_id: str) -> None:
        """nio forgets a failed delivery of the key and calls the session shared: the person could never read it."""
        session = olm.outbound_group_sessions[room_id]
        for device in self._devices(olm, room_id):
            known = (device.user_id, device.id) in session.users_shared_with | session.users_ignored
            if not known and olm.session_store.get(device.curve25519) is not None:
                self.client.invalidate_outbound_session(room_id)
                raise Transient(f"the key of the room could not be given to {device.user_id}")

    def _say_who_has_not(self, olm: DeskOlm, room_id: str) -> None:
        session = olm.outbound_group_sessions[room_id]
        for device in self._devices(olm, room_id):
            if device.blacklisted:
                olm.withhold(
                    device,
                    "m.unverified",
                    "The desk sends keys only to sessions that their owner has verified.",
                    room_id=room_id,
                    session_id=session.id,
                )
            elif olm.session_store.get(device.curve25519) is None:
                olm.withhold(device, "m.no_olm", "The desk could not set up a secure channel to this session.")

    # --- reading ------------------------------------------------------------------------------------------------------

    def decrypt(self, room_id: str, source: Mapping[str, Any]) -> Json | None:
        """The event with its content in the clear; None while its key is missing."""
        event = self._sealed(room_id, source)
        if event is None:
            return None
        try:
            clear = self.client.decrypt_event(event)
        except EncryptionError:
            return None
        value: Json = clear.source
        return value

    def _sealed(self, room_id: str, source: Mapping[str, Any]) -> MegolmEvent | None:
        if self.olm is None:
            return None
        event = Event.parse_encrypted_event(self.olm.complete(room_id, source))
        if not isinstance(event, MegolmEvent):
            return None
        event.room_id = room_id
        return event

    def ask_for_key(self, room_id: str, source: Mapping[str, Any]) -> None:
        """Ask for the key of a message that cannot be read."""
        event = self._sealed(room_id, source)
        if self.olm is not None and event is not None:
            self.olm.ask_for_key(event)

    def give_up_on(self, sessions: Iterable[str]) -> None:
        """Nobody waits for these keys any more."""
        if self.olm is not None:
            for session in sessions:
                self.olm.forget_request(session)


def make(client: MatrixClient, settings: MatrixSettings, state: Path) -> Encryption:
    """The encryption of a client; `state` is the network's folder, which is called as the network is."""
    return Encryption(client, settings, OwnIdentity(client, settings, state), state.name)


def _to_device(raw: Json, *kinds: str) -> list[Json]:
    events = raw.get("to_device", {}).get("events", [])
    return [e for e in events if e.get("type") in kinds and isinstance(e.get("content"), dict)]
