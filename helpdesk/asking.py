"""Puts questions to the knowledge base, off the loop and outside any transaction. Results enter the hub as events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from helpdesk.hub import Hub
from helpdesk.metrics import Metrics
from helpdesk.model import Answered
from helpdesk.store import tickets
from helpdesk.store.apply import Asked
from helpdesk.store.engine import Database
from kb.model import Audience, NoAnswer, Outcome

ABANDONED = timedelta(minutes=1)
"""After this long without a result, whoever asked the knowledge base is gone."""

log = structlog.get_logger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Answerer(Protocol):
    """What asking needs of a knowledge base."""

    def answer(
        self, question: str, *, lang: str | None = None, audience: Audience = Audience.PUBLIC, previous: str = ""
    ) -> Outcome: ...


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
        left = await self.database.read_surely(tickets.unanswered, self.clock() - age)
        self.ask([Asked(question.id, question.text, question.lang, Audience.PUBLIC) for question in left])

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(ABANDONED.total_seconds() / 2)
            await self.look(ABANDONED)

    async def _work(self) -> None:
        while True:
            question = await self._waiting.get()
            started = time.perf_counter()
            try:
                outcome = await asyncio.to_thread(self._answer, question)
            except Exception:
                # A fault in the search must not cost the asker their question: people take it.
                log.exception("the knowledge base failed", question=question.id)
                outcome = NoAnswer(0.0)
            self.metrics.asking.observe(time.perf_counter() - started)
            self.metrics.questions.labels(type(outcome).__name__.lower()).inc()
            await self.hub.put(Answered(question.id, outcome))
            self._ours.discard(question.id)

    def _answer(self, question: Asked) -> Outcome:
        return self.kb.answer(question.text, lang=question.lang or None, audience=question.audience)
