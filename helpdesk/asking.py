"""Puts questions to the knowledge base, off the loop and outside any transaction. Results enter the hub as events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from bridges.events import RoomId
from bridges.network import Network
from helpdesk.desk.search import HITS
from helpdesk.deskevents import Answered, Searched
from helpdesk.hub import Hub
from helpdesk.metrics import Metrics
from helpdesk.model import QuestionStatus
from helpdesk.store import questions
from helpdesk.store.applied import Asked
from helpdesk.store.engine import Database
from kb.model import Audience, Hit, NoAnswer, Outcome

ABANDONED = timedelta(minutes=1)
"""After this long without a result, whoever asked the knowledge base is gone."""

log = structlog.get_logger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


async def _typing(network: Network, room: RoomId, written: asyncio.Event) -> None:
    await network.typing(room, on=True)
    await written.wait()
    await network.typing(room, on=False)


class Answerer(Protocol):
    """What asking needs of a knowledge base."""

    def answer(
        self, question: str, *, lang: str | None = None, audience: Audience = Audience.PUBLIC, previous: str = ""
    ) -> Outcome: ...

    def search(
        self, query: str, *, limit: int = 10, audience: Audience = Audience.PUBLIC, lang: str | None = None
    ) -> list[Hit]: ...

    def suggest(self, query: str, *, audience: Audience = Audience.PUBLIC, lang: str | None = None) -> str: ...


class Asking:
    """Two questions at a time: one slow search does not hold up the next question."""

    WORKERS = 2

    def __init__(
        self, database: Database, hub: Hub, kb: Answerer, metrics: Metrics, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        self.database = database
        self.hub = hub
        self.kb = kb
        self.metrics = metrics
        self.clock = clock
        self.networks: Mapping[str, Network] = {}
        """Where whoever asked is shown that an answer is being written."""
        self._typing: set[asyncio.Task[None]] = set()
        self._waiting: asyncio.Queue[Asked] = asyncio.Queue()
        self._ours: set[int] = set()
        """Waiting here, or being looked up."""

    def ask(self, questions: Sequence[Asked]) -> None:
        for question in questions:
            if question.id not in self._ours:
                self._ours.add(question.id)
                self._waiting.put_nowait(question)

    async def run(self) -> None:
        """Until cancelled. Questions that an earlier run left without a result come first."""
        await self.look(timedelta(0))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch())
            for _ in range(self.WORKERS):
                group.create_task(self._work())

    async def look(self, age: timedelta) -> None:
        """Take on what was asked that long ago and has no result: whoever had it stopped in between."""
        left = await self.database.read_surely(questions.unanswered, self.clock() - age)
        self.ask(
            [
                Asked(
                    question.id,
                    question.text,
                    question.lang,
                    question.audience,
                    question.previous,
                    question.status is QuestionStatus.SEARCHING,
                )
                for question in left
            ]
        )

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(ABANDONED.total_seconds() / 2)
            await self.look(ABANDONED)

    async def _work(self) -> None:
        while True:
            asked = await self._waiting.get()
            started = time.perf_counter()
            written = self._type(asked)
            done = await asyncio.to_thread(self._done, asked)
            self.metrics.asking.observe(time.perf_counter() - started)
            made = "search" if isinstance(done, Searched) else type(done.outcome).__name__.lower()
            self.metrics.questions.labels(made).inc()
            await self.hub.put(done)
            written.set()
            self._ours.discard(asked.id)

    def _type(self, asked: Asked) -> asyncio.Event:
        """Show that an answer is being written, until the event is set. Nobody waits for it: it is a courtesy."""
        written = asyncio.Event()
        network = self.networks.get(asked.place[0]) if asked.place is not None else None
        if network is not None and asked.place is not None:
            task = asyncio.create_task(_typing(network, asked.place[1], written))
            self._typing.add(task)
            task.add_done_callback(self._typing.discard)
        return written

    def _done(self, asked: Asked) -> Answered | Searched:
        return self._looked_up(asked) if asked.search else self._answered(asked)

    def _answered(self, asked: Asked) -> Answered:
        try:
            outcome = self.kb.answer(
                asked.text, lang=asked.lang or None, audience=asked.audience, previous=asked.previous
            )
        except Exception:
            # A fault in the search must not cost the asker their question: people take it.
            log.exception("the knowledge base failed", question=asked.id)
            outcome = NoAnswer(0.0)
        return Answered(asked.id, outcome)

    def _looked_up(self, asked: Asked) -> Searched:
        try:
            hits = self.kb.search(asked.text, limit=HITS, audience=asked.audience, lang=asked.lang or None)
            near = ""
            if not hits:
                near = self.kb.suggest(asked.text, audience=asked.audience, lang=asked.lang or None)
        except Exception:
            log.exception("the knowledge base failed", search=asked.id)
            return Searched(asked.id, (), broken=True)
        return Searched(asked.id, tuple(hits), near)
