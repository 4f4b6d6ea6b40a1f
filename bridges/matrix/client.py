"""The wire to a homeserver: nio for sync state and encryption, plain requests for the rest, errors as exceptions.

Owns the HTTP session, the access token and the device's keys. Knows nothing of the desk's events. Importing this module
imports nio (0.8 s): only `network.create` does.
"""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from nio import responses
from nio.client.async_client import AsyncClient, AsyncClientConfig

from bridges.matrix import crypto
from bridges.matrix.errors import Refused, error_for
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.vault import Login, keys_file
from bridges.network import Misconfigured, Transient

REQUEST_TIMEOUT = 60.0
SYNC_TIMEOUT = 30.0
"""Seconds a sync waits for something to happen."""
FULL_SYNC_TIMEOUT = 300.0

Json: TypeAlias = dict[str, Any]


@lru_cache(maxsize=8)
def _filter(timeline: int, typing: tuple[str, ...] = ()) -> str:
    nothing = {"not_types": ["*"]}
    ephemeral = {"types": ["m.typing"], "rooms": list(typing)} if typing else nothing
    wanted = {
        "presence": nothing,
        "account_data": {"types": ["m.direct"]},
        "room": {"timeline": {"limit": timeline}, "ephemeral": ephemeral, "account_data": nothing},
    }
    return json.dumps(wanted, separators=(",", ":"))


class MatrixClient(AsyncClient):
    """nio's client without its loops: every failure is an exception of `bridges.network` or `errors`."""

    def __init__(self, settings: MatrixSettings, keys: Path | None = None) -> None:
        """Raise Misconfigured when the private authority's file cannot be used."""
        super().__init__(
            settings.homeserver,
            settings.user,
            store_path=str(keys) if keys else "",
            config=AsyncClientConfig(
                encryption_enabled=keys is not None,
                max_limit_exceeded=0,
                max_timeouts=0,
                request_timeout=REQUEST_TIMEOUT,
            ),
        )
        self.trusted: ssl.SSLContext | bool = True if settings.ca_file is None else _trusting(settings.ca_file)
        if settings.ca_file is not None:
            nio: Any = self  # its annotation is narrower than what it hands to aiohttp
            nio.ssl = self.trusted
        self._keys = keys
        self.crypto = crypto.make(self, settings, keys or Path())

    # --- requests -----------------------------------------------------------------------------------------------------

    def session(self) -> ClientSession:
        """The one HTTP session."""
        if self.client_session is None:
            # nio's own session breaks on a connection that dies while it is made.
            self.client_session = ClientSession(timeout=ClientTimeout(total=REQUEST_TIMEOUT))
        return self.client_session

    async def send(
        self,
        method: str,
        path: str,
        data: Any = None,
        headers: dict[str, str] | None = None,
        *more: Any,
    ) -> ClientResponse:
        """Every request passes here, nio's own too. Raise Transient, Refused, TokenDead or Misconfigured."""
        trace, timeout = (*more, None, None)[:2]
        self.session()
        try:
            answer: ClientResponse = await super().send(method, path, data, headers, trace, timeout or REQUEST_TIMEOUT)
            raw = await answer.read()
        except TimeoutError:
            raise Transient(f"{self.homeserver} did not answer in time") from None
        except (ClientError, OSError) as error:
            raise Transient(f"cannot reach {self.homeserver}: {error}") from error
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        if answer.status >= 400:
            known = body if isinstance(body, dict) else {}
            raise error_for(answer.status, known, answer.headers.get("Retry-After"), datetime.now(UTC))
        if not isinstance(body, dict):
            raise Transient(f"{self.homeserver} answered something that is not Matrix")
        return answer

    async def api(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        *,
        timeout: float | None = None,
    ) -> Json:
        """A request below `/_matrix/client/`, answered by a JSON object."""
        headers = {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body)
        url = f"/_matrix/client/{path}" + (f"?{urlencode(query)}" if query else "")
        answer = await self.send(method, url, data, headers, None, timeout)
        value: Json = await answer.json(content_type=None)
        return value

    # --- login --------------------------------------------------------------------------------------------------------

    def use(self, login: Login) -> None:
        """Take up a login: its token and, where keys are kept, those of its device (a token may have none)."""
        if self.store is not None and login.device != self.device_id:
            self.close_store()
        self.user_id, self.device_id, self.access_token = login.user, login.device, login.token
        if self._keys is not None and self.store is None and login.device:
            file = keys_file(self._keys, login.user, login.device)
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
            self.config = replace(self.config, store_name=file.name)
            self.restore_login(login.user, login.device, login.token)
            _write_once(self.store)
            self.crypto.load()

    async def who_am_i(self) -> Json:
        return await self.api("GET", "v3/account/whoami")

    async def log_in(self, password: str, device_name: str, device: str | None) -> Login:
        """Log in with the password, as a known device again where one is given."""
        body: Json = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self.user},
            "password": password,
            "initial_device_display_name": device_name,
        }
        if device:
            body["device_id"] = device
        self.access_token = ""
        answer = await self.api("POST", "v3/login", body)
        return Login(answer["user_id"], answer["device_id"], answer["access_token"])

    def close_store(self) -> None:
        if self.store is not None:
            self.store.database.close()
        self.store = None
        self.olm = None

    async def close(self) -> None:
        if self.client_session is not None:
            await self.client_session.close()
            self.client_session = None
        self.close_store()

    # --- sync ---------------------------------------------------------------------------------------------------------

    async def sync_once(
        self, since: str | None, *, full_state: bool, typing: tuple[str, ...] = ()
    ) -> tuple[Json, dict[str, Json]]:
        """One sync, taken into nio's state: the answer as it came, and the decrypted events of its timelines by id.

        It tells who is writing in the rooms of `typing`.
        """
        now = full_state or since is None
        query = {"timeout": "0" if now else str(int(SYNC_TIMEOUT * 1000))}
        query["filter"] = _filter(1) if since is None else _filter(50, typing)
        if since is not None:
            query["since"] = since
        if full_state:
            query["full_state"] = "true"
        wait = FULL_SYNC_TIMEOUT if now else SYNC_TIMEOUT + 15
        raw = await self.api("GET", "v3/sync", query=query, timeout=wait)
        return raw, await self.take(raw)

    async def take(self, raw: Json) -> dict[str, Json]:
        """Take an answer to a sync, or what has its form, into nio's state; give the decrypted events by id."""
        # nio takes events apart while it reads them: it gets a copy.
        response = responses.SyncResponse.from_dict(json.loads(json.dumps(raw)))
        if not isinstance(response, responses.SyncResponse):
            raise Transient(f"{self.homeserver} answered a sync that cannot be understood: {response}")
        self.next_batch = ""  # nio ignores an answer it has seen; we decide that
        await self.receive_response(response)
        self.crypto.note_sync(raw)
        return {
            event.event_id: event.source
            for info in response.rooms.join.values()
            for event in info.timeline.events
            if getattr(event, "decrypted", False)
        }

    def decrypt_source(self, room_id: str, source: Mapping[str, Any]) -> Json | None:
        """The event with its content in the clear; None while its key is missing."""
        return self.crypto.decrypt(room_id, source)

    # --- rooms --------------------------------------------------------------------------------------------------------

    async def put_event(self, room_id: str, kind: str, content: Json, transaction: str) -> str:
        """Send an event, encrypted where the room is. The same transaction id gives the same event."""
        room = self.rooms.get(room_id)
        if room is not None and room.encrypted and kind != "m.reaction":
            async with self.crypto.ready(room_id):
                kind, content = self.encrypt(room_id, kind, content)
        path = f"v3/rooms/{_q(room_id)}/send/{_q(kind)}/{_q(transaction)}"
        answer = await self.api("PUT", path, content)
        return str(answer["event_id"])

    async def display_name(self) -> str:
        """What the account calls itself; empty when it has no name."""
        try:
            profile = await self.api("GET", f"v3/profile/{_q(self.user_id)}/displayname")
        except Refused:
            return ""
        return str(profile.get("displayname") or "")

    async def resolve(self, alias: str) -> str:
        return str((await self.api("GET", f"v3/directory/room/{_q(alias)}"))["room_id"])

    async def enter(self, room: str, via: str = "") -> str:
        """Join a room by alias or id, accepting an invitation where there is one; already being there is fine."""
        answer = await self.api("POST", f"v3/join/{_q(room)}", {}, {"server_name": via} if via else None)
        return str(answer["room_id"])

    async def invite(self, room_id: str, person: str) -> None:
        await self.api("POST", f"v3/rooms/{_q(room_id)}/invite", {"user_id": person})

    async def create_room(self, body: Mapping[str, Any]) -> str:
        return str((await self.api("POST", "v3/createRoom", body))["room_id"])

    async def direct_rooms(self) -> dict[str, list[str]]:
        """The account's `m.direct`: person to rooms."""
        try:
            content = await self.api("GET", self._direct_path)
        except Refused as refusal:
            if refusal.status == 404:
                return {}
            raise
        return {person: list(rooms) for person, rooms in content.items() if isinstance(rooms, list)}

    async def set_direct_rooms(self, rooms: Mapping[str, list[str]]) -> None:
        await self.api("PUT", self._direct_path, rooms)

    @property
    def _direct_path(self) -> str:
        return f"v3/user/{_q(self.user_id)}/account_data/m.direct"

    async def page(self, room_id: str, start: str | None, to: str | None, limit: int = 100) -> Json:
        """Events before `start` (or the newest), newest first, at most back to `to`."""
        query = {"dir": "b", "limit": str(limit)}
        query |= {"from": start} if start else {}
        query |= {"to": to} if to else {}
        return await self.api("GET", f"v3/rooms/{_q(room_id)}/messages", query=query)


def _write_once(store: Any) -> None:
    """Let nio write that a room is encrypted once: it does so at every sync, on the event loop, and mostly nothing new."""
    written: set[str] = set()
    save, forget = store.save_encrypted_rooms, store.delete_encrypted_room

    def save_new(rooms: set[str]) -> None:
        if new := set(rooms) - written:
            save(new)
            written.update(new)

    def forget_one(room: str) -> None:
        written.discard(room)
        forget(room)

    store.save_encrypted_rooms, store.delete_encrypted_room = save_new, forget_one


def _trusting(ca_file: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        mend = f"put the authority's certificate in PEM form into {ca_file}, or remove ca_file"
        raise Misconfigured(f"cannot use {ca_file}: {error}", mend) from None


def _q(part: str) -> str:
    return quote(part, safe="")
