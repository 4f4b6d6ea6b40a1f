"""The relay's pages: who may read them, what of a stranger's file reaches a browser, and how it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientPayloadError
from aiohttp.test_utils import TestClient, TestServer

from bridges.memory import MemoryNetwork
from bridges.network import Permanent, Transient
from bridges.text import Link, Plain, from_markup, from_plain
from helpdesk.addresses import file_url, page_url
from helpdesk.config import build
from helpdesk.model import Page, Said
from helpdesk.web import limits
from helpdesk.web.pages.relayed import SHOWN
from helpdesk.web.server import make_app
from kb.answer import KnowledgeBase
from tests.unit.web.fakes import NOW, World
from tests.unit.web.fakes import world as make_world

TOKEN = "a-token-that-nobody-guesses-0123"
LATER = NOW + timedelta(days=7)
LONG = Said("anna<b>", NOW, from_markup("**First** line\n`code`"), "irc")


class Source(MemoryNetwork):
    """A network that gives `chunks`, then fails with `failure`, and waits for `gate` before the last chunk."""

    def __init__(self) -> None:
        super().__init__("chat")
        self.chunks: list[bytes] = [b"hello"]
        self.failure: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.asked: list[str] = []
        self.open = 0

    async def fetch(self, reference: str) -> AsyncIterator[bytes]:
        self.asked.append(reference)
        self.open += 1
        try:
            for number, chunk in enumerate(self.chunks):
                if self.gate is not None and number == len(self.chunks) - 1:
                    await self.gate.wait()
                yield chunk
            if self.failure is not None:
                raise self.failure
        finally:
            self.open -= 1


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def world(kb: KnowledgeBase, source: Source) -> World:
    made = make_world(kb, {"relay": {"file_limit": 1}})
    made.services.networks["chat"] = source  # type: ignore[index]
    return made


def put(world: World, *lines: Said, **changes: Any) -> None:
    given: dict[str, Any] = {"kind": "text", "title": "#help", "created_at": NOW, "expires_at": LATER} | changes
    world.reader.pages[TOKEN] = Page(lines=lines or (LONG,), **given)


def put_file(world: World, name: str = "cat.png", media: str = "image/png", **changes: Any) -> None:
    put(world, kind="file", network="chat", reference="ref-1", name=name, type=media, **changes)


async def said(client: TestClient, path: str, status: int, **more: Any) -> tuple[str, Any]:
    async with client.get(path, **more) as answer:
        assert answer.status == status
        return await answer.text(), answer.headers


# --- long texts -------------------------------------------------------------------------------------------------------


async def test_a_long_text_is_shown_whole(client: TestClient, world: World) -> None:
    put(world)
    page, headers = await said(client, f"/r/{TOKEN}", 200)
    assert "<strong>First</strong> line<br><code>code</code>" in page
    assert "anna&lt;b&gt;" in page
    assert "#help" in page
    assert NOW.strftime("%Y-%m-%d %H:%M UTC") in page
    assert LATER.strftime("%Y-%m-%d %H:%M UTC") in page
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"


async def test_collapsed_lines_are_a_transcript(client: TestClient, world: World) -> None:
    put(world, LONG, Said("bert", NOW, from_plain("<script>alert(1)</script>"), "irc"), kind="lines")
    page, _ = await said(client, f"/r/{TOKEN}", 200)
    assert page.index("First") < page.index("bert") < page.index("&lt;script&gt;alert(1)")
    assert "2 lines" in page
    assert "<script>alert" not in page


async def test_links_in_it_tell_nobody_where_they_stood(client: TestClient, world: World) -> None:
    put(world, Said("anna", NOW, (Link("https://elsewhere.example/", (Plain("there"),)),)))
    page, _ = await said(client, f"/r/{TOKEN}", 200)
    assert '<meta name="referrer" content="no-referrer">' in page
    assert 'href="https://elsewhere.example/"' in page


@pytest.mark.parametrize("path", ["/r/{}", "/f/{}/cat.png"])
async def test_what_nobody_was_told_is_not_there(client: TestClient, world: World, path: str) -> None:
    await said(client, path.format("unknown"), 404)
    put(world)
    await said(client, f"/f/{TOKEN}/cat.png", 404)
    put_file(world)
    await said(client, f"/r/{TOKEN}", 404)


@pytest.mark.parametrize("path", [f"/r/{TOKEN}", f"/f/{TOKEN}/x"])
@pytest.mark.parametrize("changes", [{"expires_at": NOW}, {"kind": "expired", "lines": ()}])
async def test_what_has_expired_says_so(client: TestClient, world: World, path: str, changes: dict[str, Any]) -> None:
    given = {"kind": "file" if path.startswith("/f") else "text"} | changes
    given.pop("lines", None)
    put(world, **given)
    page, _ = await said(client, path, 410)
    assert "is gone now" in page
    assert "First" not in page


async def test_robots_are_kept_out(client: TestClient) -> None:
    page, _ = await said(client, "/robots.txt", 200)
    assert "Disallow: /r/\nDisallow: /f/\n" in page


# --- files ------------------------------------------------------------------------------------------------------------


async def test_a_file_comes_through_the_desk(client: TestClient, world: World, source: Source) -> None:
    put_file(world)
    source.chunks = [b"one", b"two"]
    async with client.get(f"/f/{TOKEN}/cat.png") as answer:
        assert await answer.read() == b"onetwo"
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Disposition"] == "inline; filename*=UTF-8''cat.png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["Cache-Control"] == "no-store"
        # A sandboxed player has no origin: without this it plays nothing.
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert source.asked == ["ref-1"]
    assert source.open == 0


@pytest.mark.parametrize(
    ("media", "told", "how"),
    [
        ("image/png", "image/png", "inline"),
        ("IMAGE/JPEG; q=1", "image/jpeg", "inline"),
        ("audio/ogg", "audio/ogg", "inline"),
        ("text/plain; charset=utf-7", "text/plain; charset=utf-8", "inline"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("text/html", "application/octet-stream", "attachment"),
        ("application/pdf", "application/octet-stream", "attachment"),
        ("", "application/octet-stream", "attachment"),
        ("image/png\r\nSet-Cookie: x=y", "application/octet-stream", "attachment"),
    ],
)
async def test_only_harmless_kinds_are_shown(client: TestClient, world: World, media: str, told: str, how: str) -> None:
    put_file(world, media=media)
    _, headers = await said(client, f"/f/{TOKEN}/x", 200)
    assert headers["Content-Type"] == told
    assert headers["Content-Disposition"].startswith(f"{how};")
    assert "Set-Cookie" not in headers


def test_nothing_that_runs_is_shown() -> None:
    assert not [kind for kind in SHOWN if "svg" in kind or "html" in kind or "xml" in kind or "script" in kind]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../../etc/passwd", "..-..-etc-passwd"),
        ('a"; filename="b.exe', "a%22%3B%20filename%3D%22b.exe"),
        ("a\r\nSet-Cookie: x", "a%20Set-Cookie%3A%20x"),
        ("Käse 🧀.png", "K%C3%A4se%20%F0%9F%A7%80.png"),
        ("", "file"),
    ],
)
async def test_a_name_stays_a_name(client: TestClient, world: World, name: str, told: str) -> None:
    put_file(world, name=name)
    _, headers = await said(client, f"/f/{TOKEN}/x", 200)
    assert headers["Content-Disposition"] == f"inline; filename*=UTF-8''{told}"


async def test_a_head_asks_no_network(client: TestClient, world: World, source: Source) -> None:
    put_file(world)
    async with client.head(f"/f/{TOKEN}/cat.png") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "image/png"
        assert await answer.read() == b""
    assert source.asked == []


async def test_an_empty_file_is_a_file(client: TestClient, world: World, source: Source) -> None:
    put_file(world)
    source.chunks = []
    assert (await said(client, f"/f/{TOKEN}/x", 200))[0] == ""


@pytest.mark.parametrize(
    ("failure", "status", "words", "wait"),
    [
        (Transient("away", retry_after=7.2), 503, "can’t be fetched right now", "8"),
        (Transient("away"), 503, "can’t be fetched right now", "60"),
        (ConnectionResetError("https://secret.example/?token=x"), 503, "can’t be fetched right now", "60"),
        (Permanent("https://secret.example/?token=x"), 410, "no longer there", None),
        (RuntimeError("https://secret.example/?token=x"), 500, "Something broke", None),
    ],
)
async def test_a_file_that_can_not_be_had_says_why(
    client: TestClient, world: World, source: Source, failure: Exception, status: int, words: str, wait: str | None
) -> None:
    put_file(world)
    source.chunks, source.failure = [], failure
    page, headers = await said(client, f"/f/{TOKEN}/x", status)
    assert words in page
    assert headers.get("Retry-After") == wait
    assert headers["Content-Type"].startswith("text/html")
    assert "secret" not in page


async def test_a_file_of_a_network_that_is_gone_is_gone(client: TestClient, world: World) -> None:
    put(world, kind="file", network="other", reference="x")
    await said(client, f"/f/{TOKEN}/x", 410)


async def test_a_file_that_breaks_off_is_not_taken_for_whole(client: TestClient, world: World, source: Source) -> None:
    put_file(world)
    source.failure = Transient("away")
    async with client.get(f"/f/{TOKEN}/x") as answer:
        with pytest.raises(ClientPayloadError):
            await answer.read()
    assert source.open == 0


async def test_a_large_file_stays_where_it_is(client: TestClient, world: World, source: Source) -> None:
    put_file(world, size=1_000_001)
    page, _ = await said(client, f"/f/{TOKEN}/x", 413)
    assert "larger than what is passed on" in page
    assert source.asked == []
    put_file(world, size=1_000_000)
    source.chunks = [b"x" * 500_000] * 2
    await said(client, f"/f/{TOKEN}/x", 200)


async def test_a_file_that_lied_about_its_size_is_cut(client: TestClient, world: World, source: Source) -> None:
    put_file(world, size=5)
    source.chunks = [b"x" * 1_000_001]
    await said(client, f"/f/{TOKEN}/x", 413)
    source.chunks = [b"x" * 500_001] * 2
    async with client.get(f"/f/{TOKEN}/x") as answer:
        with pytest.raises(ClientPayloadError):
            await answer.read()


async def test_one_address_fetches_only_so_many_at_once(client: TestClient, world: World, source: Source) -> None:
    put_file(world)
    source.chunks, source.gate = [b"one", b"two"], asyncio.Event()
    open_now = [await client.get(f"/f/{TOKEN}/x") for _ in range(limits.FILES_ADDRESS)]
    _, headers = await said(client, f"/f/{TOKEN}/x", 503)
    assert headers["Retry-After"] == "10"
    source.gate.set()
    assert [await answer.read() for answer in open_now] == [b"onetwo"] * limits.FILES_ADDRESS
    await said(client, f"/f/{TOKEN}/x", 200)
    assert source.open == 0


async def test_one_address_fetches_only_so_fast(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ADDRESS_FILES", limits.Rate(2, 0.001))
    put_file(world)
    for status in (200, 200, 429):
        await said(client, f"/f/{TOKEN}/x", status)


# --- addresses --------------------------------------------------------------------------------------------------------


async def test_addresses_lead_to_the_pages(kb: KnowledgeBase, source: Source) -> None:
    world = make_world(kb, {"helpdesk": {"public_url": "https://help.example/desk/"}})
    world.services.networks["chat"] = source  # type: ignore[index]
    config = world.services.config
    put_file(world)
    address = file_url(config, TOKEN, "a/b c?#ü.png")
    assert address == f"https://help.example/desk/f/{TOKEN}/a-b%20c%3F%23%C3%BC.png"
    assert file_url(config, TOKEN, "\r\n").endswith("/file")
    async with TestClient(TestServer(make_app(world.services))) as client:
        await said(client, address.removeprefix("https://help.example"), 200)
        put(world)
        await said(client, page_url(config, TOKEN).removeprefix("https://help.example"), 200)


def test_an_address_needs_no_website() -> None:
    assert page_url(build({}), "t").endswith("/r/t")
