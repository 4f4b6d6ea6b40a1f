"""The composition root: builds every part from the configuration, runs them together, and ends them in order."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bridges.network import Context, Network
from bridges.registry import factory
from helpdesk.asking import Asking
from helpdesk.config import Config
from helpdesk.control import NAME as SOCKET
from helpdesk.control import serve_control
from helpdesk.desk.secrets import mask
from helpdesk.hub import Hub
from helpdesk.leases import Leases
from helpdesk.links import Links
from helpdesk.live import Live
from helpdesk.metrics import Metrics
from helpdesk.outbox import Outbox
from helpdesk.pulse import NetworkState
from helpdesk.services import PartHealth, Services
from helpdesk.settled import Settled
from helpdesk.store import events, outbox, tickets
from helpdesk.store.applied import Asked
from helpdesk.store.database import Reader, SqlWebLog
from helpdesk.store.engine import Database
from helpdesk.store.notify import News, Notices
from helpdesk.store.outbox import Parcel
from helpdesk.store.standing import joined
from helpdesk.supervisor import Supervisor
from helpdesk.timers import Timers
from helpdesk.words import Words
from kb import language
from kb.answer import KnowledgeBase
from kb.library import starter_folder

GAUGES = 10.0
"""Seconds between two looks at what the gauges show."""
FAREWELL = 3.0
"""Seconds that words already promised get when the service stops; the rest goes out at the next start."""

log = structlog.get_logger(__name__)


class AlreadyRunning(Exception):
    """Another service runs on this state folder."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@contextlib.contextmanager
def locked(state: Path) -> Iterator[None]:
    """The state folder is ours alone. Raise AlreadyRunning."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (state / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(str(state)) from error
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _with_port(config: Config) -> Config:
    """Port 0 becomes a free one, so that the articles' addresses are right from the first answer on."""
    if config.web.port:
        return config
    with socket.socket() as probe:
        probe.bind((config.web.host, 0))
        port = probe.getsockname()[1]
    return config.model_copy(update={"web": config.web.model_copy(update={"port": port})})


class Service:
    """The helpdesk. `run` it once."""

    def __init__(self, config: Config, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.config = _with_port(config)
        self.clock = clock
        self.services: Services
        self.networks: dict[str, Network] = {}

    @property
    def url(self) -> str:
        """Where the website listens, with its path."""
        return f"http://{self.config.web.host}:{self.config.web.port}{self.config.base_path}"

    async def run(self, stop: asyncio.Event, ready: Callable[[Service], None] | None = None) -> int:
        """Run until `stop` is set; then end in order and return 0. Raise AlreadyRunning, StoreError or OSError."""
        with locked(self.config.state):
            async with self._built() as parts:
                await parts.run(stop, ready)
        return 0

    @contextlib.asynccontextmanager
    async def _built(self) -> AsyncIterator[_Parts]:
        config = self.config
        database = await asyncio.to_thread(Database.open, config.database_url())
        try:
            for revision in await asyncio.to_thread(database.upgrade):
                log.info("database migrated", revision=revision)
            kb = await asyncio.to_thread(self._knowledge)
            try:
                yield _Parts(self, database, kb)
            finally:
                await asyncio.to_thread(kb.close)
        finally:
            await asyncio.to_thread(database.close)

    def _knowledge(self) -> KnowledgeBase:
        config = self.config
        folders = [*([starter_folder()] if config.kb.starter else []), *config.kb_folders]
        return KnowledgeBase.open(folders, config.state / "kb", config.kb_options(f"{config.public_url}kb/"))


class _Parts:
    """All that runs, built and wired."""

    def __init__(self, service: Service, database: Database, kb: KnowledgeBase) -> None:
        config, clock = service.config, service.clock
        self.service = service
        self.config = config
        self.clock = clock
        self.database = database
        self.kb = kb
        self.metrics = Metrics()
        words = Words(config.helpdesk.language)
        live = self.live = Live()
        self.hub = Hub(database, config, words, live, self.metrics, clock)
        self.outbox = Outbox(database, self.hub, self.metrics, clock)
        self.asking = Asking(database, self.hub, kb, self.metrics, clock)
        self.timers = Timers(database, self.hub, clock)
        self.leases = None if database.sqlite else Leases(database, clock)
        if self.leases is not None:
            self.hub.guard = self.leases.guard
        self.hub.listener = self
        self.hub.shelf = lambda: kb.library.articles
        self.supervisor = Supervisor(self.hub, self.outbox, self.metrics, self.leases)
        self.web_log = SqlWebLog(database)
        service.networks = {name: self._network(name) for name in config.networks}
        self.asking.networks = service.networks
        self._buried = 0
        service.services = Services(
            config,
            kb,
            self.hub,
            Reader(database, config),
            service.networks,
            words,
            live,
            self.health,
            self.states,
            self.metrics.text,
            clock,
        )

    def _network(self, name: str) -> Network:
        state = self.config.state / "networks" / name
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        typing_in = frozenset(room for network, room in self.config.volunteer_rooms if network == name)
        context = Context(state, self.config.helpdesk.name, self.web_log, lambda text: mask(text)[0], typing_in)
        return factory(self.config.kinds[name])(name, self.config.networks[name], context)

    # --- what follows a commit (helpdesk.hub.Listener) ----------------------------------------------------------------

    def asked(self, questions: Sequence[Asked]) -> None:
        self.asking.ask(questions)

    def parcels(self, networks: set[str], woken: set[str], new: Sequence[Parcel] = ()) -> None:
        if woken:
            self.outbox.reload(woken)
        if networks:
            self.outbox.offer(new)

    def scheduled(self) -> None:
        self.timers.wake()

    def settled(self, settled: Sequence[Settled]) -> None:
        self.outbox.settled(settled)

    def linked(self, links: Links) -> None:
        """Networks are in the rooms that only a command named."""
        for network in self.service.networks.values():
            network.keep(links.kept(network.name))

    # --- what other workers committed (helpdesk.store.notify) ---------------------------------------------------------

    def _heard(self, news: News) -> None:
        self.parcels(set(news.parcels), set(news.woken))
        if news.tickets:
            self.live.touch()
        if news.scheduled:
            self.timers.wake()
        if news.line:
            self.web_log.grown(news.line)
        if news.linked:
            self.hub.look()
        if news.released and self.leases is not None:
            self.leases.wake()

    def _missed(self) -> None:
        """Notices were not heard for a while: anything may wait."""
        self.outbox.reload(set(self.service.networks))
        self.hub.look()
        self.live.touch()
        self.timers.wake()
        self.web_log.grown()
        if self.leases is not None:
            self.leases.wake()

    # --- running ------------------------------------------------------------------------------------------------------

    async def run(self, stop: asyncio.Event, ready: Callable[[Service], None] | None) -> None:
        """Start from the inside out, stop from the outside in."""
        self.linked(await self.database.read_surely(joined, self.config))
        core = [
            asyncio.create_task(work, name=name)
            for name, work in (
                ("hub", self.hub.run()),
                ("outbox", self.outbox.run()),
                ("asking", self.asking.run()),
                ("timers", self.timers.run()),
                ("articles", self._watch()),
                ("gauges", self._gauges()),
            )
        ]
        if not self.database.sqlite:
            listening = Notices(self.database, self._heard, self._missed).run()
            core.append(asyncio.create_task(listening, name="notices"))
        networks = [
            asyncio.create_task(self.supervisor.run(network), name=f"network {network.name}")
            for network in self.service.networks.values()
        ]
        try:
            async with self._doors():
                log.info("ready", url=self.service.url if self.config.web.enabled else "")
                if ready is not None:
                    ready(self.service)
                await self._until(stop, core)
        finally:
            await _cancel([task for task in core if task.get_name() not in ("hub", "outbox")])
            await self._farewell()
            await _cancel(networks)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL):
                    await self.hub.drained()
            await _cancel(core)
            if self.leases is not None:
                await self.leases.release()
            log.info("stopped")

    async def _until(self, stop: asyncio.Event, core: list[asyncio.Task[None]]) -> None:
        """Wait for the end that was asked for; a core part that ends by itself is a fault that ends the service."""
        stopping = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait({stopping, *core}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                task.result()
        finally:
            stopping.cancel()

    @contextlib.asynccontextmanager
    async def _doors(self) -> AsyncIterator[None]:
        """The website and the operator's socket."""
        async with contextlib.AsyncExitStack() as doors:
            if self.config.web.enabled:
                from helpdesk.web.server import make_app, serve

                site = await serve(make_app(self.service.services), self.config.web.host, self.config.web.port)
                doors.push_async_callback(site.close)
            control = await serve_control(self.service.services, self.config.state / SOCKET, self.service.url)
            doors.push_async_callback(control.stop)
            yield

    async def _farewell(self) -> None:
        """Let what was decided last still go out, where the networks take it at once."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await self.hub.drained()
                await self.outbox.drained()

    async def _watch(self) -> None:
        await asyncio.to_thread(language.load)  # a second now, or for whoever asks first
        await self.kb.watch()

    async def _gauges(self) -> None:
        while True:
            sizes = await self.database.read_surely(outbox.sizes)
            active = await self.database.read_surely(tickets.active_counts)
            self._buried = await self.database.read_surely(events.buried)
            self.metrics.outbox.clear()
            for (name, status), count in sizes.items():
                self.metrics.outbox.labels(name, status).set(count)
            self.metrics.tickets.clear()
            for status, count in active.items():
                self.metrics.tickets.labels(status).set(count)
            self.metrics.articles.set(len(self.kb.articles()))
            for network in self.service.networks.values():
                self.metrics.up.labels(network.name).set(self.supervisor.health(network).ok)
            await asyncio.sleep(GAUGES)

    # --- health -------------------------------------------------------------------------------------------------------

    def health(self) -> Sequence[PartHealth]:
        """Every configured part."""
        parts = []
        for network in self.service.networks.values():
            state = self.supervisor.health(network)
            parts.append(PartHealth(f"network {network.name}", state.ok, state.detail, state.mend))
        trouble = self.hub.trouble
        parts.append(
            PartHealth(
                "database",
                not trouble,
                trouble or self.database.url.get_backend_name(),
                "look at [database] in the configuration, and at the disk" if trouble else "",
            )
        )
        served = len(self.kb.articles())
        found = self.kb.problems()
        problems = sum(problem.severity == "error" for problem in found)
        model = next((problem.message for problem in found if problem.code == "meaning"), "")
        meaning = model or f"meaning: {self.kb.health().meaning}"
        parts.append(
            PartHealth(
                "articles",
                served > 0,
                f"{served} served" + (f", {problems} with errors" if problems else "") + f"; {meaning}",
                "run `helpdesk kb lint`" if problems else "" if served else "add articles, or set kb.starter = true",
            )
        )
        detail = f"{self._buried} events set aside" if self._buried else "nothing set aside"
        parts.append(PartHealth("desk", ok=True, detail=detail, mend="look at the log" if self._buried else ""))
        return parts

    async def states(self) -> Sequence[NetworkState]:
        """Every network, with how it has been since the start."""
        sizes = await self.database.read(outbox.sizes)
        oldest = await self.database.read(outbox.oldest)
        return [self._state(network, sizes, oldest) for network in self.service.networks.values()]

    def _state(
        self, network: Network, sizes: Mapping[tuple[str, str], int], oldest: Mapping[str, datetime]
    ) -> NetworkState:
        name = network.name
        health = self.supervisor.health(network)
        beat = self.supervisor.pulse.of(name)
        waits_since = oldest.get(name)
        return NetworkState(
            name,
            network.kind,
            health.ok,
            health.detail,
            health.mend,
            [room for at, room in self.config.rooms if at == name],
            beat.since,
            beat.reconnects,
            beat.restarts,
            beat.last_event,
            sizes.get((name, outbox.PENDING), 0),
            (self.clock() - waits_since).total_seconds() if waits_since else 0.0,
        )


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
