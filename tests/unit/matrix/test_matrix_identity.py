"""What the homeserver may ask for before it takes an identity, and the parts of encryption that need no server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from bridges.matrix.client import MatrixClient
from bridges.matrix.crosssigning import Identity
from bridges.matrix.crypto import Rotation, Withheld
from bridges.matrix.errors import AuthNeeded
from bridges.matrix.identity import FILE, publish, recovery_key
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.unread import Unread
from bridges.matrix.vault import Book
from bridges.network import Misconfigured

WORDS = "EsTj 3yST y93F SLpB jJsz eAXc 2XzA ygD3 w69H fGaN TKBj jXEd"
IDENTITY = Identity.from_seeds("@a:b", bytes(range(96)))


class Guarded:
    """A homeserver that wants a proof first."""

    def __init__(self, flows: list[list[str]], **params: Any) -> None:
        self.flows = [{"stages": flow} for flow in flows]
        self.params = params
        self.bodies: list[dict[str, Any]] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        if "auth" in body:
            return web.json_response({})
        return web.json_response({"flows": self.flows, "session": "s1", "params": self.params}, status=401)

    @asynccontextmanager
    async def client(self, **secret: Any) -> AsyncIterator[tuple[MatrixClient, MatrixSettings]]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        settings = MatrixSettings(homeserver=f"http://{host}:{port}", user="@a:b", **secret)
        client = MatrixClient(settings)
        client.user_id, client.access_token = "@a:b", "t"
        try:
            yield client, settings
        finally:
            await client.close()
            await runner.cleanup()


async def test_the_password_is_given_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "sesame")
    server = Guarded([["m.login.sso"], ["m.login.password"]])
    async with server.client(password_env="PASSWORD") as (client, settings):
        await publish(client, settings, IDENTITY)
    first, second = server.bodies
    assert first == IDENTITY.published()
    assert second["auth"]["password"] == "sesame"
    assert second["auth"]["session"] == "s1"
    assert second["master_key"] == first["master_key"]


@pytest.mark.parametrize("secret", [{"access_token_env": "X"}, {"password_env": "X"}])
async def test_what_the_desk_cannot_prove_is_said_with_the_place(
    secret: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", "sesame")
    server = Guarded([["m.oauth"]], **{"m.oauth": {"url": "https://account.example.org/reset"}})
    async with server.client(**secret) as (client, settings):
        with pytest.raises(AuthNeeded, match=r"it wants m\.oauth") as caught:
            await publish(client, settings, IDENTITY)
    assert caught.value.url == "https://account.example.org/reset"
    assert len(server.bodies) == 1


@pytest.mark.parametrize("body", [{"flows": []}, {"flows": [1, {}, {"stages": 5}], "params": [3]}, {"flows": [{}]}])
def test_a_challenge_that_makes_no_sense_is_one(body: dict[str, Any]) -> None:
    wanted = AuthNeeded(body)
    assert not wanted.takes_password
    assert wanted.url == ""


def settings(**more: Any) -> MatrixSettings:
    return MatrixSettings(homeserver="https://b", user="@a:b", password_env="X", **more)


def test_the_recovery_key_comes_from_where_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert recovery_key(settings(), tmp_path) is None
    (tmp_path / FILE).write_text(WORDS)
    made = recovery_key(settings(), tmp_path)
    assert made is not None
    assert made.text == WORDS
    monkeypatch.setenv("KEY", WORDS.replace("jXEd", "jXEe"))
    with pytest.raises(Misconfigured, match="KEY holds no recovery key") as caught:
        recovery_key(settings(recovery_key_env="KEY"), tmp_path)
    assert "jXEe" not in str(caught.value) + caught.value.mend
    with pytest.raises(Misconfigured, match="cannot read the recovery key"):
        recovery_key(settings(recovery_key_file=tmp_path / "nowhere"), tmp_path)
    with pytest.raises(ValidationError, match="not both"):
        settings(recovery_key_env="KEY", recovery_key_file=tmp_path)


@pytest.mark.parametrize(
    ("content", "age", "messages"),
    [
        ({}, timedelta(days=7), 100),
        ({"rotation_period_ms": 7_200_000, "rotation_period_msgs": 5}, timedelta(hours=2), 5),
        ({"rotation_period_ms": 1, "rotation_period_msgs": 10**9}, timedelta(hours=1), 10_000),
        ({"rotation_period_ms": True, "rotation_period_msgs": "3"}, timedelta(days=7), 100),
        ({"rotation_period_ms": -1, "rotation_period_msgs": 0}, timedelta(days=7), 100),
        ({"rotation_period_ms": 10**30}, timedelta(days=7), 100),
        ({"rotation_period_ms": 1.5}, timedelta(days=7), 100),
    ],
)
def test_a_room_asks_for_new_keys_within_bounds(content: dict[str, Any], age: timedelta, messages: int) -> None:
    assert Rotation.of(content) == Rotation(age, messages)


async def test_why_a_key_was_withheld_outlasts_a_restart(tmp_path: Path) -> None:
    client = MatrixClient(settings())
    said = []

    async def put_event(room_id: str, kind: str, content: dict[str, Any], transaction: str) -> str:
        said.append(content["body"])
        return "$x"

    client.put_event = put_event  # type: ignore[method-assign]
    source = {"event_id": "$1", "sender": "@x:y", "content": {"session_id": "s"}}
    book = Book(tmp_path)
    before = Unread(client, book, "Unreadable.", {"m.unverified": "Because."}, 0.0)
    before.note_withheld(Withheld("@x:y", "m.unverified", "!r", "s"), 10.0)
    before.note_withheld(Withheld("@other:y", "m.blacklisted", "!r", "s"), 11.0)
    before.note("!r", source, 12.0)
    before.note("!q", {**source, "event_id": "$2"}, 12.0)
    client.rooms = dict.fromkeys(("!r", "!q"))  # type: ignore[assignment]
    after = Unread(client, Book.load(tmp_path), "Unreadable.", {"m.unverified": "Because."}, 0.0)
    await after.tell(13.0)
    assert said == ["Unreadable. Because.", "Unreadable."]


def test_reasons_are_kept_within_a_bound(tmp_path: Path) -> None:
    unread = Unread(MatrixClient(settings()), Book(tmp_path), "", {}, 0.0)
    for number in range(501):
        unread.note_withheld(Withheld("@x:y", "m.unverified", "!r", str(number)), 1.0)
    assert len(unread.book.withheld) == 500
    unread.note_withheld(Withheld("@x:y", "m.unverified", "!r", "new"), 8 * 86_400.0)
    assert list(unread.book.withheld) == ["@x:y !r new"]
