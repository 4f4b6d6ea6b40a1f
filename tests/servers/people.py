"""Askers and volunteers on every network, alike: they `say` something and wait until they `hear` the desk.

What a person heard is kept until it is waited for, in whatever order rooms were served. Nothing here sleeps.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from html import unescape
from typing import Protocol

import aiohttp

from tests.servers.irc import IrcPeer
from tests.servers.synapse import EncryptedPeer, Json, MatrixPeer

PATIENCE = 20.0
_FORM = re.compile(r'name="form" value="([^"]+)"')
_CODES = re.compile(r"[\x02\x0f\x11\x16\x1d-\x1f]|\x03\d{0,2}")
_TAG = re.compile(r"<[^>]+>")
_secrets = itertools.count(1)


class Person(Protocol):
    name: str

    async def say(self, words: str) -> None:
        """To the desk, where this person talks to it."""
        ...

    async def hear(self, *parts: str, timeout: float = PATIENCE) -> str:
        """The first message of the desk that holds all parts and was not waited for yet."""
        ...

    def count(self, part: str) -> int:
        """How many messages of the desk this person has had that hold it."""
        ...


@dataclass
class OnIrc:
    """In a room, where the desk is called by its name, or in a query with it."""

    peer: IrcPeer
    desk: str
    room: str = ""
    """Empty: directly."""
    _taken: set[int] = field(default_factory=set)

    @property
    def name(self) -> str:
        return self.peer.nick

    async def say(self, words: str) -> None:
        if not self.room:
            await self.peer.say(self.desk, words)
        elif words.startswith("!"):
            await self.peer.say(self.room, words)
        else:
            await self.peer.say(self.room, f"{self.desk}: {words}")

    async def hear(self, *parts: str, timeout: float = PATIENCE) -> str:
        try:
            async with asyncio.timeout(timeout), self.peer._news:
                while True:
                    for number, words in self._said():
                        if number not in self._taken and all(part in words for part in parts):
                            self._taken.add(number)
                            return words
                    await self.peer._news.wait()
        except TimeoutError:
            heard = [words for _, words in self._said()][-8:]
            raise AssertionError(f"{self.name} never heard {parts} from the desk; last: {heard}") from None

    def _said(self) -> list[tuple[int, str]]:
        """The desk's lines, in this room or to this person, without formatting."""
        found = (
            (number, re.match(rf"(?:@\S+ )?:{re.escape(self.desk)}!\S+ (?:PRIVMSG|NOTICE) \S+ :(.*)", line))
            for number, line in enumerate(self.peer.heard)
        )
        return [(number, _CODES.sub("", match[1])) for number, match in found if match]

    def count(self, part: str) -> int:
        return sum(part in words for _, words in self._said())

    def lines(self) -> list[str]:
        return [words for _, words in self._said()]


def _body(event: Json) -> str:
    return str(event.get("content", {}).get("body", ""))


@dataclass
class OnMatrix:
    """In a room or a direct chat. `event` is the last message waited for."""

    peer: MatrixPeer
    desk: str
    room: str
    direct: bool = False
    event: Json = field(default_factory=dict)
    heard: list[Json] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.peer.id[1:].partition(":")[0]

    async def say(self, words: str) -> None:
        spoken = words if self.direct or words.startswith("!") else f"helpdesk: {words}"
        await self.peer.say(self.room, spoken)

    async def hear(self, *parts: str, timeout: float = PATIENCE) -> str:
        def wanted(event: Json) -> bool:
            return event["sender"] == self.desk and all(part in _body(event) for part in parts)

        try:
            self.event = await self.peer.expect(wanted, timeout)
        except TimeoutError:
            last = [_body(event) for event in self.peer.waiting if event["sender"] == self.desk][-8:]
            raise AssertionError(f"{self.name} never heard {parts} from the desk; last: {last}") from None
        self.heard.append(self.event)
        return _body(self.event)

    def count(self, part: str) -> int:
        return sum(part in _body(e) for e in (*self.heard, *self.peer.waiting) if e["sender"] == self.desk)

    async def hear_directly(self, *parts: str) -> str:
        """The same in the direct chat the desk opens with this person; `event` and its room are there afterwards."""
        room = await self.peer.expect_invite()
        await self.peer.join(room)
        return await self.hear(*parts)

    async def sees_reaction(self, target: str, key: str) -> None:
        await self.peer.expect(
            lambda e: (
                e["sender"] == self.desk
                and e["type"] == "m.reaction"
                and e["content"]["m.relates_to"]["event_id"] == target
                and e["content"]["m.relates_to"]["key"] == key
            )
        )


@dataclass
class OnEncryptedMatrix:
    peer: EncryptedPeer
    desk: str
    room: str
    heard: list[Json] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.peer.id[1:].partition(":")[0]

    async def say(self, words: str) -> None:
        await self.peer.say(self.room, words)

    async def hear(self, *parts: str, timeout: float = PATIENCE) -> str:
        try:
            async with asyncio.timeout(timeout):
                while True:
                    for room, event in self.peer.waiting:
                        if event["sender"] == self.desk and all(part in _body(event) for part in parts):
                            self.peer.waiting.remove((room, event))
                            self.heard.append(event)
                            return _body(event)
                    await self.peer.tick(2000)
        except TimeoutError:
            last = [_body(event) for _, event in self.peer.waiting][-8:]
            raise AssertionError(f"{self.name} never heard {parts} from the desk; last: {last}") from None

    def count(self, part: str) -> int:
        waiting = [event for _, event in self.peer.waiting if event["sender"] == self.desk]
        return sum(part in _body(event) for event in (*self.heard, *waiting))


def words_of(page: str) -> str:
    """A page as text: its links' addresses behind them."""
    linked = re.sub(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', r"\2 (\1)", page, flags=re.DOTALL)
    return " ".join(unescape(_TAG.sub(" ", linked)).split())


class Browsing:
    """Somebody with a browser that keeps cookies and knows no scripts."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def get(self, path: str) -> tuple[int, str]:
        async with self.http.get(self.url + path if path.startswith("/") else path) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, *, page: str = "", **fields: str) -> tuple[int, str]:
        """Submit the form of `page` (else of `path`)."""
        _, html = await self.get(page or path)
        token = _FORM.search(html)
        assert token, html
        headers = {"Origin": self.url}
        data = {"form": token[1], **fields}
        async with self.http.post(self.url + path, data=data, headers=headers) as answer:
            return answer.status, await answer.text()

    async def close(self) -> None:
        await self.http.close()


@dataclass
class OnTheWeb:
    """An asker on the website. Lines arrive by its stream, which goes on from the last one after a break."""

    browsing: Browsing
    name: str = "visitor"
    heard: list[str] = field(default_factory=list)
    last: int = 0
    _taken: set[int] = field(default_factory=set)
    _token: str = ""

    async def say(self, words: str) -> None:
        self._token = self._token or await self._form()
        headers = {"Origin": self.browsing.url, "Accept": "application/json"}
        data = {"form": self._token, "key": f"{words}-{len(self.heard)}", "text": words}
        async with self.browsing.http.post(f"{self.browsing.url}/chat", data=data, headers=headers) as answer:
            assert answer.status == 200, await answer.text()

    async def _form(self) -> str:
        _, page = await self.browsing.get("/")
        found = _FORM.search(page)
        assert found, page
        return found[1]

    async def hear(self, *parts: str, timeout: float = PATIENCE) -> str:
        try:
            async with asyncio.timeout(timeout):
                while True:
                    for number, words in enumerate(self.heard):
                        if number not in self._taken and all(part in words for part in parts):
                            self._taken.add(number)
                            return words
                    await self._listen()
        except TimeoutError:
            raise AssertionError(f"{self.name} never saw {parts}; last: {self.heard[-8:]}") from None

    async def _listen(self) -> None:
        """Until one line more of the desk is there, or the stream ends."""
        query = {"after": str(self.last)}
        with suppress(aiohttp.ClientError):
            async with self.browsing.http.get(f"{self.browsing.url}/chat/stream", params=query) as answer:
                async for raw in answer.content:
                    if not raw.startswith(b"data: "):
                        continue
                    line = json.loads(raw[6:])
                    self.last = line["seq"]
                    if line["side"] == "desk":
                        self.heard.append(words_of(line["item"]))
                        return

    def count(self, part: str) -> int:
        return sum(part in words for words in self.heard)


@dataclass
class WebVolunteer:
    """A volunteer on the desk's pages: says `!claim 3` and presses the button of that name."""

    browsing: Browsing
    name: str
    page: str = ""
    """The words of the page the last command led to."""

    async def join(self, invitation: str) -> None:
        path = invitation.removeprefix(self.browsing.url)
        status, _ = await self.browsing.post(path, name=self.name)
        assert status == 200

    async def say(self, words: str) -> None:
        found = re.fullmatch(r"!(\S+) (\d+) ?(.*)", words)
        assert found, words
        verb, number, rest = found.groups()
        fields = {"verb": verb, "key": words, "words": rest}
        _, page = await self.browsing.post(f"/desk/{number}", **fields)
        self.page = words_of(page)

    async def hear(self, *parts: str, timeout: float = PATIENCE) -> str:
        """What stands on the page now, or in the queue; pages do not come by themselves."""
        if all(part in self.page for part in parts):
            return self.page
        async with self.browsing.http.get(f"{self.browsing.url}/desk/stream", params={"after": ""}) as answer:
            async with asyncio.timeout(timeout):
                async for raw in answer.content:
                    if raw.startswith(b"event: changed"):
                        for path in ("/desk", "/desk?closed=1"):
                            words = words_of((await self.browsing.get(path))[1])
                            if all(part in words for part in parts):
                                return words
        raise AssertionError(f"{self.name} never saw {parts}; the page: {self.page[:2000]}")

    def count(self, part: str) -> int:
        return self.page.count(part)


@asynccontextmanager
async def browsing(url: str) -> AsyncIterator[Browsing]:
    someone = Browsing(url)
    try:
        yield someone
    finally:
        await someone.close()


async def met(people: AsyncExitStack, *arriving: AbstractAsyncContextManager[Person]) -> list[Person]:
    """All of them, arriving at the same time: a server takes a second to let somebody in."""
    return await asyncio.gather(*(people.enter_async_context(one) for one in arriving))


def unknown() -> str:
    """A question that no article answers, unlike any other."""
    return f"my badge beeps at the violet door {next(_secrets)}z, whom do I see?"


def number_in(words: str) -> int:
    found = re.search(r"#(\d+)", words)
    assert found, words
    return int(found[1])


async def opened(asker: Person, question: str) -> int:
    """Ask what the desk can't answer; the ticket's number."""
    await asker.say(question)
    said = await asker.hear("Your ticket is")
    assert "!status" in said
    assert "!cancel" in said
    return number_in(said)
