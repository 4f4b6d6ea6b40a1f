"""A real Synapse for tests, and people who talk to it: `MatrixPeer` (plain HTTP) and `EncryptedPeer` (nio).

Synapse lives in an environment of its own, `.venv-synapse`. One server is shared by a whole test run; a test that kills
or limits its server makes one of its own. Everything is synchronised by Matrix's own tokens, nothing sleeps.
"""

from __future__ import annotations

import asyncio
import atexit
import base64
import hashlib
import hmac
import itertools
import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PYTHON = REPOSITORY / ".venv-synapse" / "bin" / "python"
PASSWORD = "correct horse"
SERVER_NAME = "localhost"

_numbers = itertools.count(1)
Json = dict[str, Any]


def unique(word: str) -> str:
    """A name nobody else in this test run uses."""
    return f"{word}-{os.getpid()}-{next(_numbers)}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_PLENTY = {"per_second": 10_000, "burst_count": 10_000}


class Synapse:
    """A homeserver on a free port of 127.0.0.1. It can be killed and started again on the same port and data."""

    def __init__(self, **settings: Any) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="synapse-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._secret = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        self.configure(**settings)

    def configure(self, **settings: Any) -> None:
        """Write the configuration, changed by `settings`; it counts from the next start."""
        seed = base64.b64encode(hashlib.sha256(self._secret.encode()).digest()).decode().rstrip("=")
        (self.folder / "signing.key").write_text(f"ed25519 a_test {seed}\n")
        handler = {"class": "logging.FileHandler", "filename": str(self.folder / "log"), "level": "WARNING"}
        log = {"version": 1, "handlers": {"file": handler}, "root": {"handlers": ["file"], "level": "WARNING"}}
        (self.folder / "log.yaml").write_text(json.dumps(log))
        configuration = {
            "server_name": SERVER_NAME,
            "pid_file": str(self.folder / "pid"),
            "public_baseurl": self.url + "/",
            "listeners": [
                {
                    "port": self.port,
                    "bind_addresses": ["127.0.0.1"],
                    "type": "http",
                    "tls": False,
                    "resources": [{"names": ["client"]}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "synapse.db")}},
            "log_config": str(self.folder / "log.yaml"),
            "media_store_path": str(self.folder / "media"),
            "signing_key_path": str(self.folder / "signing.key"),
            "registration_shared_secret": self._secret,
            "macaroon_secret_key": self._secret,
            "form_secret": self._secret,
            "report_stats": False,
            "trusted_key_servers": [],
            "presence": {"enabled": False},
            "bcrypt_rounds": 4,
            "rc_message": _PLENTY,
            "rc_registration": _PLENTY,
            "rc_room_creation": _PLENTY,
            "rc_joins_per_room": _PLENTY,
            "rc_joins": {"local": _PLENTY, "remote": _PLENTY},
            "rc_invites": {"per_room": _PLENTY, "per_user": _PLENTY, "per_issuer": _PLENTY},
            "rc_login": {"address": _PLENTY, "account": _PLENTY, "failed_attempts": _PLENTY},
            **settings,
        }
        (self.folder / "homeserver.yaml").write_text(json.dumps(configuration))

    def serve(self, *registrations: Path) -> None:
        """Name the registrations of application services; they count from the next start."""
        self.configure(app_service_config_files=[str(path) for path in registrations])

    def start(self, timeout: float = 60) -> None:
        """Start it and wait until it says that it is ready (the sd_notify protocol)."""
        notify = self.folder / "notify"
        notify.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
            ready.bind(str(notify))
            ready.settimeout(timeout)
            with (self.folder / "out").open("ab") as out:
                self._process = subprocess.Popen(
                    [str(PYTHON), "-m", "synapse.app.homeserver", "-c", str(self.folder / "homeserver.yaml")],
                    cwd=self.folder,
                    env={**os.environ, "NOTIFY_SOCKET": str(notify)},
                    stdout=out,
                    stderr=out,
                )
            try:
                while b"READY=1" not in ready.recv(1024):
                    pass
            except TimeoutError:
                self.kill()
                raise RuntimeError(f"Synapse did not start: {(self.folder / 'out').read_text()[-2000:]}") from None

    def kill(self) -> None:
        """As a crash: no goodbye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def stop(self) -> None:
        """For good; its data goes too."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        self.kill()
        self.start()

    async def register(self, name: str, *, admin: bool = False) -> Json:
        """An account with `PASSWORD`: its `user_id`, `device_id` and `access_token`."""
        url = f"{self.url}/_synapse/admin/v1/register"
        async with aiohttp.ClientSession() as http:
            async with http.get(url) as answer:
                nonce = (await answer.json())["nonce"]
            words = (nonce, name, PASSWORD, "admin" if admin else "notadmin")
            mac = hmac.new(self._secret.encode(), "\0".join(words).encode(), hashlib.sha1).hexdigest()
            body = {"nonce": nonce, "username": name, "password": PASSWORD, "admin": admin, "mac": mac}
            async with http.post(url, json=body) as answer:
                value: Json = await answer.json()
                assert answer.status == 200, value
                return value

    @asynccontextmanager
    async def peer(self, name: str = "anna") -> AsyncIterator[MatrixPeer]:
        """A new person; the account's name is made unique."""
        account = await self.register(unique(name))
        async with aiohttp.ClientSession() as http:
            yield MatrixPeer(self, http, account)

    @asynccontextmanager
    async def encrypted_peer(self, store: Path, name: str = "berta") -> AsyncIterator[EncryptedPeer]:
        """A new person whose client encrypts; its keys are kept in `store`."""
        account = await self.register(unique(name))
        peer = EncryptedPeer(self, account, store)
        try:
            yield peer
        finally:
            await peer.close()


class MatrixError(Exception):
    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.code = body.get("errcode")


class MatrixPeer:
    """A person with a plain client. What arrives is kept until `expect` finds it."""

    def __init__(self, server: Synapse, http: aiohttp.ClientSession, account: Json) -> None:
        self.server = server
        self.id: str = account["user_id"]
        self.token: str = account["access_token"]
        self.device: str = account["device_id"]
        self._http = http
        self._since: str | None = None
        self.waiting: list[Json] = []
        """Events, each with its `room_id`, that no `expect` has taken; invitations among them as stripped events."""

    async def call(self, method: str, path: str, body: Json | None = None, **query: str) -> Json:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.server.url}/_matrix/client/v3/{path}"
        async with self._http.request(method, url, json=body, headers=headers, params=query) as answer:
            value: Json = await answer.json()
            if answer.status >= 400:
                raise MatrixError(answer.status, value)
            return value

    # --- rooms --------------------------------------------------------------------------------------------------------

    async def create_room(
        self,
        *,
        alias: str | None = None,
        public: bool = True,
        invite: tuple[str, ...] = (),
        direct: bool = False,
        encrypted: bool = False,
        **more: Any,
    ) -> str:
        encryption = {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        body: Json = {
            "preset": "public_chat" if public else "trusted_private_chat" if direct else "private_chat",
            "invite": list(invite),
            "is_direct": direct,
            "initial_state": [encryption] if encrypted else [],
            **more,
        }
        if alias is not None:
            body["room_alias_name"] = alias
        return str((await self.call("POST", "createRoom", body))["room_id"])

    async def join(self, room: str) -> str:
        return str((await self.call("POST", f"join/{quote(room, safe='')}", {}))["room_id"])

    async def invite(self, room: str, user: str) -> None:
        await self.call("POST", f"rooms/{quote(room)}/invite", {"user_id": user})

    async def leave(self, room: str) -> None:
        await self.call("POST", f"rooms/{quote(room)}/leave", {})

    async def kick(self, room: str, user: str, reason: str = "") -> None:
        await self.call("POST", f"rooms/{quote(room)}/kick", {"user_id": user, "reason": reason})

    async def ban(self, room: str, user: str, reason: str = "") -> None:
        await self.call("POST", f"rooms/{quote(room)}/ban", {"user_id": user, "reason": reason})

    async def set_state(self, room: str, kind: str, content: Json) -> None:
        await self.call("PUT", f"rooms/{quote(room)}/state/{kind}", content)

    async def members(self, room: str) -> dict[str, str]:
        """User to membership."""
        chunk = (await self.call("GET", f"rooms/{quote(room)}/members"))["chunk"]
        return {event["state_key"]: event["content"]["membership"] for event in chunk}

    async def history(self, room: str, limit: int = 100) -> list[Json]:
        """The room's last events, oldest first."""
        answer = await self.call("GET", f"rooms/{quote(room)}/messages", dir="b", limit=str(limit))
        events: list[Json] = answer["chunk"]
        return events[::-1]

    # --- speaking -----------------------------------------------------------------------------------------------------

    async def send(self, room: str, kind: str, content: Json) -> str:
        path = f"rooms/{quote(room)}/send/{kind}/{uuid.uuid4().hex}"
        return str((await self.call("PUT", path, content))["event_id"])

    async def say(self, room: str, body: str, *, msgtype: str = "m.text", **content: Any) -> str:
        return await self.send(room, "m.room.message", {"msgtype": msgtype, "body": body, **content})

    async def reply(self, room: str, to: str, body: str) -> str:
        return await self.say(room, body, **{"m.relates_to": {"m.in_reply_to": {"event_id": to}}})

    async def thread(self, room: str, root: str, body: str, *, reply_to: str | None = None) -> str:
        relation = {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": reply_to is None,
            "m.in_reply_to": {"event_id": reply_to or root},
        }
        return await self.say(room, body, **{"m.relates_to": relation})

    async def react(self, room: str, target: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        return await self.send(room, "m.reaction", {"m.relates_to": relation})

    async def edit(self, room: str, target: str, body: str) -> str:
        new = {"msgtype": "m.text", "body": body}
        return await self.say(
            room, f"* {body}", **{"m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": target}}
        )

    async def redact(self, room: str, target: str) -> None:
        await self.call("PUT", f"rooms/{quote(room)}/redact/{target}/{uuid.uuid4().hex}", {})

    async def upload(self, data: bytes, kind: str, name: str) -> str:
        """The file's mxc address."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        url = f"{self.server.url}/_matrix/media/v3/upload"
        async with self._http.post(url, data=data, headers=headers, params={"filename": name}) as answer:
            return str((await answer.json())["content_uri"])

    # --- listening ----------------------------------------------------------------------------------------------------

    async def expect(self, wanted: Callable[[Json], bool], timeout: float = 20) -> Json:
        """The first event that is `wanted`, from all that this person may see since the account was made."""
        async with asyncio.timeout(timeout):
            while True:
                for event in self.waiting:
                    if wanted(event):
                        self.waiting.remove(event)
                        return event
                await self._sync()

    async def expect_text(self, part: str, timeout: float = 20) -> Json:
        """The first message whose body holds `part`, by somebody else."""
        return await self.expect(
            lambda e: e["sender"] != self.id and part in str(e.get("content", {}).get("body", "")), timeout
        )

    async def expect_invite(self, timeout: float = 20) -> str:
        """The room of the first invitation."""
        event = await self.expect(
            lambda e: (
                e["type"] == "m.room.member" and e["state_key"] == self.id and e["content"]["membership"] == "invite"
            ),
            timeout,
        )
        return str(event["room_id"])

    async def _sync(self) -> None:
        query = {"timeout": "10000", "filter": '{"room":{"timeline":{"limit":200}},"presence":{"not_types":["*"]}}'}
        if self._since:
            query["since"] = self._since
        answer = await self.call("GET", "sync", **query)
        self._since = answer["next_batch"]
        rooms = answer.get("rooms", {})
        for room, data in rooms.get("invite", {}).items():
            self.waiting += [{**event, "room_id": room} for event in data["invite_state"]["events"]]
        for room, data in itertools.chain(rooms.get("join", {}).items(), rooms.get("leave", {}).items()):
            self.waiting += [{**event, "room_id": room} for event in data["timeline"]["events"]]


class EncryptedPeer:
    """A person whose client has keys: nio, driven by hand."""

    def __init__(self, server: Synapse, account: Json, store: Path) -> None:
        from nio.client.async_client import AsyncClient, AsyncClientConfig

        store.mkdir(parents=True, exist_ok=True)
        self.server = server
        self.id: str = account["user_id"]
        self.to_device: list[Json] = []
        """What came to this device, as it came."""
        self.client = AsyncClient(
            server.url, self.id, store_path=str(store), config=AsyncClientConfig(encryption_enabled=True)
        )
        self.client.restore_login(self.id, account["device_id"], account["access_token"])
        self.waiting: list[tuple[str, Json]] = []

    async def close(self) -> None:
        await self.client.close()
        self.client.store.database.close()

    async def tick(self, wait: int = 0) -> None:
        """One sync, with what keys need around it."""
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        answer = await self.client.sync(timeout=wait)
        assert hasattr(answer, "rooms"), answer
        self.to_device += [event.source for event in answer.to_device_events]
        for room, info in answer.rooms.join.items():
            self.waiting += [(room, event.source) for event in info.timeline.events]
        self.invited = list(answer.rooms.invite)
        if self.client.should_query_keys:
            await self.client.keys_query()
        if self.client.should_claim_keys:
            await self.client.keys_claim(self.client.get_users_for_key_claiming())
        await self.client.send_to_device_messages()

    async def cross_sign(self) -> None:
        """Give the account an identity that signs this client's device."""
        from bridges.matrix.crosssigning import Identity

        if self.client.should_upload_keys:
            await self.client.keys_upload()
        identity = Identity.from_seeds(self.id, secrets.token_bytes(96))
        await self.call("POST", "keys/device_signing/upload", identity.published())
        mine = (await self.call("POST", "keys/query", {"device_keys": {self.id: []}}))["device_keys"][self.id]
        signed = {self.id: {device: identity.signed_device(keys) for device, keys in mine.items()}}
        assert not (await self.call("POST", "keys/signatures/upload", signed)).get("failures")

    async def call(self, method: str, path: str, body: Json | None = None) -> Json:
        """A plain request as this person."""
        headers = {"Authorization": f"Bearer {self.client.access_token}"}
        url = f"{self.server.url}/_matrix/client/v3/{path}"
        async with aiohttp.ClientSession() as http, http.request(method, url, json=body, headers=headers) as answer:
            value: Json = await answer.json()
            if answer.status >= 400:
                raise MatrixError(answer.status, value)
            return value

    async def until(self, ready: Callable[[], bool], timeout: float = 20) -> None:
        async with asyncio.timeout(timeout):
            while not ready():
                await self.tick(2000)

    async def create_room(self, *, invite: tuple[str, ...] = (), direct: bool = False) -> str:
        encryption = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        answer = await self.client.room_create(invite=invite, is_direct=direct, initial_state=[encryption])
        await self.until(lambda: answer.room_id in self.client.rooms)
        return str(answer.room_id)

    async def join_first_invite(self, timeout: float = 20) -> str:
        await self.until(lambda: bool(self.client.invited_rooms), timeout)
        room = next(iter(self.client.invited_rooms))
        await self.client.join(room)
        await self.until(lambda: room in self.client.rooms, timeout)
        return str(room)

    async def until_member(self, room: str, user: str) -> None:
        """Until the user is in the room as this client sees it, and its devices are known."""

        def known() -> bool:
            users = self.client.rooms[room].users
            return user in users and not users[user].invited and not self.client.should_query_keys

        await self.until(known)

    async def say(self, room: str, body: str, **content: Any) -> str:
        answer = await self.client.room_send(
            room,
            "m.room.message",
            {"msgtype": "m.text", "body": body, **content},
            ignore_unverified_devices=True,
        )
        return str(answer.event_id)

    async def expect_text(self, part: str, timeout: float = 20) -> Json:
        """The first decrypted message by somebody else that holds `part`."""
        async with asyncio.timeout(timeout):
            while True:
                for room, event in self.waiting:
                    if event["sender"] != self.id and part in str(event.get("content", {}).get("body", "")):
                        self.waiting.remove((room, event))
                        return {**event, "room_id": room}
                await self.tick(2000)


@cache
def shared() -> Synapse:
    """The one server of this test run."""
    server = Synapse()
    atexit.register(server.stop)
    server.start()
    return server


def need_synapse() -> None:
    """Skip, with the reason, where Synapse is not installed."""
    if not PYTHON.exists():
        pytest.skip("there is no Synapse: `make test` installs it into .venv-synapse")


@pytest.fixture
def synapse() -> Synapse:
    """The shared server. Take unique names from `unique` or `peer`."""
    need_synapse()
    return shared()


@pytest.fixture
def own_synapse() -> Iterator[Synapse]:
    """A server that this test may kill and configure; it is not started yet."""
    need_synapse()
    server = Synapse()
    yield server
    server.stop()
