"""A whole desk in memory networks, for tests that care about what the desk does and not about any wire."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bridges.memory import MemoryNetwork, Sent
from helpdesk.asking import Answerer, Asking
from helpdesk.config import Config, build
from helpdesk.hub import Hub
from helpdesk.leases import Leases
from helpdesk.links import Links
from helpdesk.live import Live
from helpdesk.metrics import Metrics
from helpdesk.outbox import Outbox
from helpdesk.settled import Settled
from helpdesk.store.applied import Asked
from helpdesk.store.database import Reader
from helpdesk.store.engine import Database
from helpdesk.store.notify import News, Notices
from helpdesk.store.outbox import Parcel
from helpdesk.store.standing import joined
from helpdesk.supervisor import Supervisor
from helpdesk.timers import Timers
from helpdesk.words import Words
from kb.model import Answer, Audience, Citation, Evidence, Hit, NoAnswer, Outcome, Suggestions
from tests.servers.migrated import ready

LIST = Citation(
    "mailing-lists/request-a-list", "", "Request a mailing list", "Request a mailing list", "http://kb/list"
)
WIKI = Citation("collaboration/wiki", "", "The wiki", "The wiki", "http://kb/wiki")


@dataclass
class ScriptedKb:
    """Knows about mailing lists, is unsure about the wiki, and about nothing else. Reads `and …` with what went before,
    and knows German by its umlauts.
    """

    asked: list[tuple[str, Audience]] = field(default_factory=list)
    looked_up: list[tuple[str, Audience]] = field(default_factory=list)

    def answer(
        self, question: str, *, lang: str | None = None, audience: Audience = Audience.PUBLIC, previous: str = ""
    ) -> Outcome:
        self.asked.append((question, audience))
        read_as = f"{previous} {question}" if question.startswith("and ") and previous else ""
        spoken = "de" if any(letter in "äöüß" for letter in question) else "en" if " the " in question else ""
        evidence = Evidence(lang=spoken, read_as=read_as)
        words = read_as or question
        if "mailing list" in words or "Mailingliste" in words:
            parts = ("Ask the desk for a list.", "1. Choose a name.", "2. Wait a day.")
            return Answer(LIST, parts, 0.9, evidence=evidence)
        if "wiki" in words:
            parts = ("Ask the desk for a list.", "Then wait.")
            return Suggestions((WIKI, LIST), 0.4, (("Read and write in the wiki.",), parts), evidence)
        return NoAnswer(0.2, (WIKI,), evidence)

    def search(
        self, query: str, *, limit: int = 10, audience: Audience = Audience.PUBLIC, lang: str | None = None
    ) -> list[Hit]:
        self.looked_up.append((query, audience))
        hits = (Hit(citation, 1.0, "", "", ()) for citation in (LIST, WIKI) if query in citation.title.lower())
        return list(hits)[:limit]

    def suggest(self, query: str, *, audience: Audience = Audience.PUBLIC, lang: str | None = None) -> str:
        return "mailing" if query == "mialing" and audience is Audience.PUBLIC else ""


def config_for(state: Path, **tables: Any) -> Config:
    """Two memory networks: `chat` with a public and a volunteers' room, `other` with a volunteers' room that is private."""
    given: dict[str, Any] = {
        "helpdesk": {"state": str(state), "public_url": "http://help.example/"},
        "web": {"enabled": False},
        "networks": {
            "chat": {"kind": "memory", "rooms": {"#help": {}, "#sig": {"volunteers": True}}},
            "other": {"kind": "memory", "rooms": {"#help": {}, "#team": {"volunteers": True, "private": True}}},
        },
        "members": {"volunteers": ["chat:vera", "chat:victor", "other:olga"], "leads": ["chat:lea"]},
    }
    for name, table in tables.items():
        given[name] = {**given.get(name, {}), **table} if isinstance(table, Mapping) else table
    return build(given)


@dataclass
class Desk:
    """A running desk; `close` and `open` again to see what a restart remembers."""

    config: Config
    url: str
    kb: Answerer = field(default_factory=ScriptedKb)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    term: timedelta | None = None
    """One of several workers on PostgreSQL, whose leases last this long."""

    async def open(self) -> Desk:
        self._passed: dict[str, list[Sent]] = {}
        ready(self.url)
        self.database = Database.open(self.url)
        self.database.upgrade()
        self.metrics = Metrics()
        self.live = Live()
        self.hub = Hub(self.database, self.config, Words("en"), self.live, self.metrics, self.clock)
        self.outbox = Outbox(self.database, self.hub, self.metrics, self.clock)
        self.asking = Asking(self.database, self.hub, self.kb, self.metrics, self.clock)
        self.timers = Timers(self.database, self.hub, self.clock)
        self.leases = None
        if self.term is not None:
            self.leases = Leases(self.database, self.clock, term=self.term, renew=self.term.total_seconds() / 4)
            self.hub.guard = self.leases.guard
        self.supervisor = Supervisor(self.hub, self.outbox, self.metrics, self.leases)
        self.hub.listener = self
        self.reader = Reader(self.database, self.config)
        self.networks = {
            name: MemoryNetwork(name, capabilities=self.config.capabilities(name)) for name in self.config.networks
        }
        self.asking.networks = self.networks
        self.linked(await self.database.read(joined, self.config))
        self.tasks = [
            asyncio.create_task(work)
            for work in (
                self.hub.run(),
                self.outbox.run(),
                self.asking.run(),
                self.timers.run(),
                *(self.supervisor.run(network) for network in self.networks.values()),
                *((Notices(self.database, self.told, self.missed).run(),) if self.leases else ()),
            )
        ]
        return self

    async def close(self) -> None:
        for task in reversed(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.database.close()

    def __getitem__(self, name: str) -> MemoryNetwork:
        return self.networks[name]

    async def says(self, network: str, *parts: str) -> Sent:
        """The next message with all of these words. Rooms are served side by side, so others may come before it."""
        passed = self._passed.setdefault(network, [])
        for sent in passed:
            if all(part in sent.text for part in parts):
                passed.remove(sent)
                return sent
        while True:
            try:
                sent = await self[network].next_sent()
            except TimeoutError:
                for task in self.tasks:
                    if task.done():
                        task.result()
                raise AssertionError(f"waited for {parts} on {network}; so far: {[s.text for s in passed]}") from None
            if all(part in sent.text for part in parts):
                return sent
            passed.append(sent)

    async def quiet(self) -> None:
        """All that was decided is out, and nothing waits."""
        await self.hub.drained()
        await self.outbox.drained()
        await self.hub.drained()

    # --- helpdesk.hub.Listener ----------------------------------------------------------------------------------------

    def asked(self, questions: Sequence[Asked]) -> None:
        self.asking.ask(questions)

    def parcels(self, networks: set[str], woken: set[str], new: Sequence[Parcel] = ()) -> None:
        if woken:
            self.outbox.reload(woken)
        self.outbox.offer(new)

    def scheduled(self) -> None:
        self.timers.wake()

    def settled(self, settled: Sequence[Settled]) -> None:
        self.outbox.settled(settled)

    def linked(self, links: Links) -> None:
        for network in self.networks.values():
            network.keep(links.kept(network.name))

    # --- helpdesk.store.notify ----------------------------------------------------------------------------------------

    def told(self, news: News) -> None:
        self.parcels(set(news.parcels), set(news.woken))
        if news.tickets:
            self.live.touch()
        if news.released and self.leases is not None:
            self.leases.wake()

    def missed(self) -> None:
        self.outbox.reload(set(self.networks))
        if self.leases is not None:
            self.leases.wake()


@contextlib.asynccontextmanager
async def running(config: Config, url: str, **more: Any) -> AsyncIterator[Desk]:
    """A desk for the length of a block."""
    desk = Desk(config, url, **more)
    await desk.open()
    try:
        yield desk
    finally:
        await desk.close()
