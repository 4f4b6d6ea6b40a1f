"""nio's Olm machine, mended where it falls short of the specification and of what today's clients do.

Client-Server API v1.15, "End-to-End Encryption". Works on nio's state only; what has to be sent it queues.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from nio.crypto.device import OlmDevice
from nio.crypto.olm_machine import Olm
from nio.event_builders import ToDeviceMessage
from nio.events.room_events import MegolmEvent
from nio.exceptions import EncryptionError

RESHARED = 3
"""How often one device is given one key again when it asks: a session that breaks each time is not mended by that."""
WAITING = 50
"""Requests of our own sessions that are not verified which are kept until they are."""


class DeskOlm(Olm):
    """The keys of the desk's device."""

    def __init__(self, user_id: str, device_id: str, store: Any) -> None:
        super().__init__(user_id, device_id, store)
        self._reshared: Counter[tuple[str, str, str]] = Counter()
        self._asked: dict[str, set[str]] = {}
        """Session to the accounts that were asked for its key."""

    # --- trust: judged anew in every life, and kept in no file of nio's --------------------------------------------------

    def is_device_verified(self, device: OlmDevice) -> bool:
        return device.verified

    def is_device_blacklisted(self, device: OlmDevice) -> bool:
        return device.blacklisted

    def is_device_ignored(self, device: OlmDevice) -> bool:
        """It gets keys though nobody verified it."""
        return not device.verified and not device.blacklisted

    # --- keys that others ask for -------------------------------------------------------------------------------------

    def _collect_single_key_share(self, event: Any) -> bool:
        """Our own verified devices get every key; another's gets a key again that it was given before, and no other."""
        if (event.sender, event.requesting_device_id) == (self.user_id, self.device_id):
            return True
        if event.sender == self.user_id:
            while len(self.key_request_from_untrusted) > WAITING:
                self.key_request_from_untrusted.pop(next(iter(self.key_request_from_untrusted)))
            return bool(super()._collect_single_key_share(event))
        self._give_again(event)
        return True

    def _give_again(self, event: Any) -> None:
        shared = self.outbound_group_sessions.get(event.room_id)
        whose = (event.sender, event.requesting_device_id)
        device = self.device_store[event.sender].get(event.requesting_device_id)
        if shared is None or shared.id != event.session_id or whose not in shared.users_shared_with or device is None:
            return
        key = self.inbound_group_store.get(event.room_id, event.sender_key, event.session_id)
        session = self.session_store.get(device.curve25519)
        if device.deleted or device.blacklisted or key is None or session is None:
            return
        self._reshared[(*whose, event.session_id)] += 1
        if self._reshared[(*whose, event.session_id)] <= RESHARED:
            message = self._encrypt_forwarding_key(event.room_id, key, session, device)
            self.outgoing_to_device_messages.append(message)

    def answer_requests(self) -> None:
        """Answer what waited for a secure channel to the asking device."""
        self.collect_key_requests()  # type: ignore[no-untyped-call]

    # --- keys that come -----------------------------------------------------------------------------------------------

    def _handle_room_key_event(self, sender: str, sender_key: str, payload: dict[Any, Any]) -> Any:
        event = super()._handle_room_key_event(sender, sender_key, payload)
        session_id = payload.get("content", {}).get("session_id")
        if self.outgoing_key_requests.get(session_id) is not None:
            self.forget_request(session_id, sender)
        return event

    def _handle_forwarded_room_key_event(self, sender: str, sender_key: str, payload: dict[Any, Any]) -> Any:
        session_id = payload.get("content", {}).get("session_id")
        request = self.outgoing_key_requests.get(session_id)
        event = super()._handle_forwarded_room_key_event(sender, sender_key, payload)
        if request is not None and session_id not in self.outgoing_key_requests:
            self._cancel(request, {sender})  # nio tells our own account only
        return event

    def forget_request(self, session_id: str, *asked: str) -> None:
        """The key is there, or nobody waits for it any more: the others need not look for it."""
        request = self.outgoing_key_requests.pop(session_id, None)
        if request is not None:
            self.store.remove_outgoing_key_request(request)
            self._cancel(request, {self.user_id, *asked, *self._asked.pop(session_id, ())})

    def _cancel(self, request: Any, users: set[str]) -> None:
        content = {
            "action": "request_cancellation",
            "request_id": request.request_id,
            "requesting_device_id": self.device_id,
        }
        for user in sorted(users):
            self.outgoing_to_device_messages.append(ToDeviceMessage("m.room_key_request", user, "*", content))

    def ask_for_key(self, event: MegolmEvent) -> None:
        """Ask the device that sent the message for its key, and our own other sessions; once for each key."""
        session_id = event.session_id
        if not session_id or session_id in self.outgoing_key_requests or session_id in self._asked:
            return
        request = event.as_key_request(event.sender, self.device_id, session_id, event.device_id or "*")
        queued = self.outgoing_to_device_messages
        queued.append(request)
        if any(True for _ in self.device_store.active_user_devices(self.user_id)):
            queued.append(ToDeviceMessage(request.type, self.user_id, "*", request.content))
        self._asked[session_id] = {event.sender}

    def _should_accept_forward(self, sender: str, sender_key: str, event: Any) -> bool:
        """A key that we asked for: from a verified device of ours, or from the very device that made it."""
        if super()._should_accept_forward(sender, sender_key, event):
            return True
        request = self.outgoing_key_requests.get(event.session_id)
        content = event.source.get("content", {})
        return (
            request is not None
            and (request.room_id, request.algorithm) == (event.room_id, event.algorithm)
            and content.get("sender_key") == sender_key
            and not content.get("forwarding_curve25519_key_chain")
            and self.device_store.device_from_sender_key(sender, sender_key) is not None
        )

    def decrypt_megolm_event(self, event: MegolmEvent, room_id: str | None = None) -> Any:
        """Refuse what names a device and was encrypted by another one. Raise EncryptionError."""
        device: OlmDevice | None = self.device_store[event.sender].get(event.device_id)
        if device is not None and device.curve25519 != event.sender_key:
            raise EncryptionError(f"the event of {event.sender} was not encrypted by the device that it names")
        return super().decrypt_megolm_event(event, room_id)

    # --- what is broken -----------------------------------------------------------------------------------------------

    def check_if_wedged(self, event: MegolmEvent) -> None:
        """A key is missing. nio would ask for it at every attempt; asking is the encryption's business, once."""
        if event.device_id not in self.device_store[event.sender]:
            self.users_for_key_query.add(event.sender)

    def _mark_device_for_unwedging(self, sender: str, sender_key: str) -> None:
        if self.device_store.device_from_sender_key(sender, sender_key) is None:
            self.users_for_key_query.add(sender)
        super()._mark_device_for_unwedging(sender, sender_key)  # type: ignore[no-untyped-call]

    def mend_session(self, sender: str, sender_key: str) -> None:
        """The other side could not reach us: begin a new Olm session, at most once an hour for a device."""
        self._mark_device_for_unwedging(sender, sender_key)

    # --- the rest -----------------------------------------------------------------------------------------------------

    def handle_key_verification(self, event: Any) -> None:
        """See `crypto.Encryption`: nobody is there to compare emoji."""

    def fallback_key(self) -> dict[str, Any]:
        """A new key for those who find all one-time keys taken: the `fallback_keys` of `/keys/upload`."""
        account: Any = self.account._account  # noqa: SLF001 - nio has no fallback keys
        account.generate_fallback_key()
        made = {}
        for name, key in account.fallback_key.items():
            body: dict[str, Any] = {"key": key.to_base64(), "fallback": True}
            signature = self.sign_json(body)
            made[f"signed_curve25519:{name}"] = {
                **body,
                "signatures": {self.user_id: {f"ed25519:{self.device_id}": signature}},
            }
        return made

    def withhold(self, device: OlmDevice, code: str, reason: str, **session: str) -> None:
        """Tell a device that it gets no key, and why (`m.room_key.withheld`)."""
        content = {
            "algorithm": self._megolm_algorithm,
            "sender_key": self.account.identity_keys["curve25519"],
            "code": code,
            "reason": reason,
            **session,
        }
        self.outgoing_to_device_messages.append(
            ToDeviceMessage("m.room_key.withheld", device.user_id, device.device_id, content)
        )

    def complete(self, room_id: str, source: Mapping[str, Any]) -> dict[str, Any]:
        """The event with `sender_key` and `device_id`, which newer clients leave out (MSC3700) and nio insists on."""
        content = source.get("content")
        if not isinstance(content, Mapping) or {"sender_key", "device_id"} <= set(content):
            return dict(source)
        session_id = content.get("session_id")
        makers = self.inbound_group_store[room_id]
        found = [maker for maker, sessions in makers.items() if session_id in sessions]
        sender_key = content.get("sender_key", found[0] if len(found) == 1 else "")
        device = self.device_store.device_from_sender_key(str(source.get("sender")), sender_key)
        filled = {"sender_key": sender_key, "device_id": device.id if device is not None else "", **content}
        return {**source, "content": filled}
