"""Which articles mean what was asked. Vectors are computed in a thread of low priority; until an article has its own, it is as if
meaning were not known. Must never import an engine.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.model import Article
from kb.semantic.encoder import Encoder, ModelError, Vectors
from kb.semantic.units import Units, units_of
from kb.semantic.vectors import Rows, VectorStore

SCANNED = 20_000
"""Up to so many vectors a question is compared with all of them; beyond, with those of the best candidates."""
NEAREST = 20
BATCH = 16
"""Articles between two looks at whether anybody waits."""
NICE = 10
TELL_SECONDS = 2.0
"""Between two calls of `on_change` while there is more to compute."""
REMEMBERED = 256
"""Questions whose vectors are kept: a follow-up or another language asks for the same again."""


@dataclass(frozen=True)
class Likeness:
    """How near in meaning candidates are to a question, as cosines."""

    front: NDArray[np.float32]
    """The nearest of title and questions."""
    text: NDArray[np.float32]
    """The nearest window of text; the front's where there is no text."""
    mean: NDArray[np.float32]
    """The mean of the three nearest of all."""


class Meanings:
    """What is known of the meaning of one view's documents. Never changes."""

    def __init__(
        self, encode: Callable[[str], Vectors], rows: NDArray[np.float16], found: Sequence[Rows | None]
    ) -> None:
        """`found` has the rows of each document of a view, None where it has none yet or is not in the view."""
        self._encode = encode
        self._first = np.array([held.first if held else 0 for held in found], dtype=np.int64)
        self._fronts = np.array([held.fronts if held else 0 for held in found], dtype=np.int64)
        self._count = np.array([held.fronts + held.windows if held else 0 for held in found], dtype=np.int64)
        self._rows: NDArray[np.float16] | NDArray[np.float32] = rows
        self._scan = int(self._count.sum()) <= SCANNED
        if self._scan:
            order = _ranges(self._first, self._count)
            self._rows = rows[order].astype(np.float32)
            self._first = np.cumsum(self._count) - self._count
        self._held = np.flatnonzero(self._count)

    def encode(self, question: str) -> Vectors:
        return self._encode(question)

    def have(self, documents: NDArray[np.intp]) -> bool:
        """Whether all of these have their vectors."""
        return bool(self._count[documents].all())

    def nearest(self, question: Vectors) -> NDArray[np.intp]:
        """The documents nearest to the question, where all can be looked at; else none."""
        if not self._scan or not len(self._held):
            return np.zeros(0, np.intp)
        best = np.maximum.reduceat(self._rows @ question, self._first[self._held])
        if len(best) > NEAREST:
            return self._held[np.argpartition(-best, NEAREST)[:NEAREST]]
        return self._held

    def likeness(self, question: Vectors, documents: NDArray[np.intp]) -> Likeness:
        """Of documents that have their vectors."""
        counts, fronts = self._count[documents], self._fronts[documents]
        near = self._rows[_ranges(self._first[documents], counts)].astype(np.float32, copy=False) @ question
        table = np.full((len(documents), int(counts.max(initial=0))), -1, dtype=np.float32)
        places = np.arange(table.shape[1])
        table[places < counts[:, None]] = near
        front = np.where(places < fronts[:, None], table, -1).max(axis=1, initial=-1)
        text = np.where(places >= fronts[:, None], table, -1).max(axis=1, initial=-1)
        top = -np.partition(-table, min(2, table.shape[1] - 1), axis=1)[:, :3]
        told = np.minimum(counts, 3)
        mean = np.where(np.arange(top.shape[1]) < told[:, None], -np.sort(-top, axis=1), 0).sum(axis=1) / told
        return Likeness(front, np.where(counts > fronts, text, front), mean)


def _ranges(first: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers from each first on, so many each."""
    ends = np.cumsum(counts)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - counts), counts))


class Meaning:
    """Keeps the vectors of articles. `want` from one thread at a time; the rest from any."""

    def __init__(self, encoder: Encoder, folder: Path, on_change: Callable[[], None]) -> None:
        """`on_change` is called, in the thread that computes, when vectors have been added. Raise OSError."""
        self.encoder = encoder
        self.trouble = ""
        """Why vectors are not computed; empty when all is well."""
        self._stuck = False
        """Nothing is computed just now."""
        self._store = VectorStore(folder, encoder.digest, encoder.size)
        self._on_change = on_change
        self._unread: dict[str, str] = {}
        """Of words that the model failed on, why; they are not tried again before a restart."""
        self._wanted: dict[str, Units] = {}
        self._keys: dict[str, tuple[str, str]] = {}
        """Of each article its digest and its words'."""
        self._work = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="meaning", daemon=True)
        self._thread.start()
        self.encode = lru_cache(maxsize=REMEMBERED)(self._encode)

    def _encode(self, question: str) -> Vectors:
        vector: Vectors = self.encoder.encode([question])[0]
        return vector

    def want(self, articles: Iterable[Article]) -> None:
        """From now on the vectors of these articles are wanted, and no others."""
        keys: dict[str, tuple[str, str]] = {}
        missing: dict[str, Units] = {}
        known = self._store.held.known
        for article in articles:
            before = self._keys.get(article.id)
            if before and before[0] == article.digest and before[1] in known:
                keys[article.id] = before
                continue
            units = units_of(article)
            keys[article.id] = article.digest, units.key
            if units.key not in known and units.key not in self._unread:
                missing[units.key] = units
        with self._work:
            self._keys, self._wanted = keys, missing
            self._work.notify_all()

    @property
    def progress(self) -> tuple[int, int]:
        """How many of the articles have their vectors, and how many there are."""
        return len(self._keys) - len(self._wanted), len(self._keys)

    def wait(self) -> None:
        """Until all have their vectors, or there is trouble."""
        with self._work:
            self._work.wait_for(lambda: not self._wanted or self._closed or self._stuck)

    def close(self) -> None:
        with self._work:
            self._closed = True
            self._work.notify_all()
        self._thread.join()

    def of(self, documents: Sequence[str]) -> Meanings:
        """What is known now, by the article of each document; empty names are none's."""
        held, keys = self._store.held, self._keys
        found = [held.known.get(keys[name][1]) if name in keys else None for name in documents]
        return Meanings(self.encode, held.rows, found)

    def _run(self) -> None:
        try:
            self._go_on()
        except BaseException as error:
            with self._work:  # whoever waits must not wait for ever
                self.trouble, self._stuck = repr(error), True
                self._work.notify_all()
            raise

    def _go_on(self) -> None:
        if hasattr(os, "setpriority"):  # only this thread's, on Linux
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        told = 0.0
        while True:
            with self._work:
                self._work.wait_for(lambda: self._closed or bool(self._wanted))
                if self._closed:
                    return
                batch = [(key, self._wanted[key]) for key, _ in zip(self._wanted, range(BATCH), strict=False)]
            try:
                self._compute(batch)
                self._stuck = False
                self.trouble = next(iter(self._unread.values()), "")
            except (OSError, ModelError) as error:
                with self._work:
                    self.trouble, self._stuck = str(error), True
                    self._work.notify_all()
                    self._work.wait(timeout=60)
                continue
            with self._work:
                for key, _ in batch:
                    self._wanted.pop(key, None)
                finished = not self._wanted
            if finished:
                with contextlib.suppress(OSError):  # then the next time
                    self._store.sweep({key for _, key in self._keys.values()})
            if finished or time.monotonic() > told + TELL_SECONDS:
                self._on_change()
                told = time.monotonic()
            with self._work:
                self._work.notify_all()

    def _compute(self, batch: Sequence[tuple[str, Units]]) -> None:
        found = []
        for key, units in batch:
            if self._closed:
                break
            try:
                vectors = self.encoder.encode([*units.fronts, *units.windows])
            except Exception as error:  # noqa: BLE001 - one text that a model can't read must not cost the others their meaning
                self._unread[key] = f"{units.fronts[0]!r} can't be read by the model: {error!r}"
                continue
            found.append((key, len(units.fronts), vectors))
        self._store.add(found)
