"""Which documents hold a term, in compact arrays: for each of the index's immutable segments its postings as impacts of BM25, and
over them the view that one audience has of one language. Plain arrays that never change; must never import an engine.

BM25 as in Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009). Weights of title and questions
are term frequencies in one combined field, which makes it BM25F with one saturation; idf is applied when a question is asked.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75
SCALE = 65535
"""An impact of one: impacts are kept in two bytes."""
DRIFT = 0.02
"""By how much the mean length may change before the impacts of older segments are worked out anew."""

Ints = NDArray[np.uint32]
Floats = NDArray[np.float32]


class Terms(Sequence[str]):
    """Sorted terms in one block of bytes: a hundredth of what as many strings take."""

    def __init__(self, block: bytes, ends: Ints) -> None:
        self._block = block
        self._ends = ends

    @classmethod
    def of(cls, terms: Sequence[str]) -> Terms:
        """From terms in the order of their UTF-8 bytes."""
        encoded = [term.encode() for term in terms]
        return cls(b"".join(encoded), np.cumsum([0, *map(len, encoded)], dtype=np.uint32)[1:])

    def __len__(self) -> int:
        return len(self._ends)

    def arrays(self) -> tuple[NDArray[np.uint8], Ints]:
        """What it is made of, for a file."""
        return np.frombuffer(self._block, np.uint8), self._ends

    def at(self, place: int) -> bytes:
        return self._block[self._ends[place - 1] if place else 0 : self._ends[place]]

    def __getitem__(self, place: int) -> str:  # type: ignore[override]  # slices are not needed
        return self.at(place).decode()

    def find(self, term: str) -> int:
        """Its place, or -1."""
        wanted = term.encode()
        place = bisect_left(range(len(self)), wanted, key=self.at)
        return place if place < len(self) and self.at(place) == wanted else -1

    def begin(self, prefix: str) -> Iterator[int]:
        """The places of terms that begin so."""
        wanted = prefix.encode()
        place = bisect_left(range(len(self)), wanted, key=self.at)
        while place < len(self) and self.at(place).startswith(wanted):
            yield place
            place += 1


@dataclass(frozen=True)
class Field:
    """What one segment holds in one language. A *front* is a title or a question people are known to ask."""

    terms: Terms
    starts: Ints
    """Where a term's documents begin in `documents`; one longer than the terms."""
    documents: Ints
    """Numbers in the segment, ascending for each term."""
    counts: NDArray[np.uint8]
    """How often, weighted; at most 255."""
    front_starts: Ints
    """The same for the fronts that hold the term."""
    fronts: Ints
    owners: Ints
    """The document of each front, ascending."""
    lengths: Floats
    """Weighted terms of each of the segment's documents; 0 for one in another language."""

    def __post_init__(self) -> None:
        sound = (
            len(self.starts) == len(self.front_starts) == len(self.terms) + 1
            and self.starts[-1] == len(self.documents) == len(self.counts)
            and self.front_starts[-1] == len(self.fronts)
        )
        if not sound:
            raise ValueError("the arrays of a field do not fit together")

    def save(self, name: str) -> dict[str, NDArray[Any]]:
        block, ends = self.terms.arrays()
        rest = ("starts", "documents", "counts", "front_starts", "fronts", "owners", "lengths")
        arrays: dict[str, NDArray[Any]] = {f"{name}.{part}": getattr(self, part) for part in rest}
        arrays |= {f"{name}.block": block, f"{name}.ends": ends}
        return arrays

    @classmethod
    def load(cls, name: str, arrays: Mapping[str, NDArray[Any]]) -> Field:
        rest = ("starts", "documents", "counts", "front_starts", "fronts", "owners", "lengths")
        terms = Terms(arrays[f"{name}.block"].tobytes(), arrays[f"{name}.ends"])
        return cls(terms, *(arrays[f"{name}.{part}"] for part in rest))


Held = Mapping[str, tuple[Sequence[int], Sequence[float]]]
"""Term to numbers, ascending, and how often each."""


def field_of(held: Held, fronts: Sequence[tuple[int, Collection[str]]], size: int) -> Field:
    """From the postings of a segment of `size` documents, and each front's document and terms, by document."""
    names = sorted(held, key=str.encode)
    sizes = [len(held[name][0]) for name in names]
    documents = np.fromiter(chain.from_iterable(held[name][0] for name in names), np.uint32, sum(sizes))
    counts = np.fromiter(chain.from_iterable(held[name][1] for name in names), np.float32, sum(sizes))
    holders: dict[str, list[int]] = {}
    for number, (_, terms) in enumerate(fronts):
        for term in terms:
            holders.setdefault(term, []).append(number)
    front_sizes = [len(holders.get(name, ())) for name in names]
    return Field(
        Terms.of(names),
        np.cumsum([0, *sizes], dtype=np.uint32),
        documents,
        np.minimum(np.rint(counts), 255).astype(np.uint8),
        np.cumsum([0, *front_sizes], dtype=np.uint32),
        np.fromiter(chain.from_iterable(holders.get(name, ()) for name in names), np.uint32, sum(front_sizes)),
        np.array([document for document, _ in fronts], dtype=np.uint32),
        np.bincount(documents, counts, size).astype(np.float32),
    )


@dataclass(frozen=True)
class Part:
    """One segment in a view."""

    field: Field
    offset: int
    """The view's number of the segment's first document."""
    live: NDArray[np.bool_] | None
    """Which of its documents are in the view; None when all are."""
    impacts: NDArray[np.uint16]
    holders: Ints
    """How many documents of the view hold each term."""


def impacts_of(field: Field, mean: float) -> NDArray[np.uint16]:
    """What each posting adds before idf, tf / (tf + K1 · (1 - B + B · length / mean)), in units of 1 / SCALE."""
    norms = K1 * (1 - B + B * field.lengths / (mean or 1.0))
    counts = field.counts.astype(np.float32)
    return (counts / (counts + norms[field.documents]) * SCALE).astype(np.uint16)


@dataclass(frozen=True, slots=True)
class Known:
    """A term that the view holds, with where it is and how rare."""

    idf: float
    places: tuple[tuple[int, int], ...]
    """The numbers of parts, and the term's place in each."""


class View:
    """What one audience may be answered from in one language. Documents are numbered over all segments."""

    def __init__(self, parts: Sequence[Part], ids: Sequence[str], size: int) -> None:
        self.parts = tuple(parts)
        self.ids = ids
        """The article of each document number, those that are not in the view included."""
        self.size = size
        """How many documents are in it."""
        self.rarest = self._idf(0)
        """The idf of a term of no document."""
        self._firsts, self._owners, self._lengths = self._fronts()

    def _idf(self, holders: int) -> float:
        return math.log(1 + (self.size - holders + 0.5) / (holders + 0.5))

    def _fronts(self) -> tuple[Ints, Ints, Floats]:
        """Over all parts: each part's first front, the fronts' documents, and the root of each one's sum of idf."""
        owners = [part.field.owners + np.uint32(part.offset) for part in self.parts]
        firsts = np.cumsum([0, *map(len, owners)], dtype=np.uint32)
        lengths = np.zeros(int(firsts[-1]), dtype=np.float32)
        for first, part, holders in zip(firsts, self.parts, self._all_holders(), strict=False):
            rarity = np.log(1 + (self.size - holders + 0.5) / (holders + 0.5))
            spread = np.repeat(rarity, np.diff(part.field.front_starts))
            count = len(part.field.owners)
            lengths[first : first + count] = np.bincount(part.field.fronts, spread, count)
        return firsts, np.concatenate(owners) if owners else np.zeros(0, np.uint32), np.sqrt(lengths)

    def _all_holders(self) -> list[NDArray[np.float64]]:
        """For each part how many documents of the whole view hold each of its terms."""
        found = [part.holders.astype(np.float64) for part in self.parts]
        for number, part in enumerate(self.parts):
            for other, larger in enumerate(self.parts):
                # Each pair once, by looking up the terms of the smaller in the larger.
                if (len(part.field.terms), number) < (len(larger.field.terms), other):
                    for place, term in enumerate(part.field.terms):
                        twin = larger.field.terms.find(term)
                        if twin >= 0:
                            found[number][place] += larger.holders[twin]
                            found[other][twin] += part.holders[place]
        return found

    def known(self, term: str) -> Known | None:
        """None when no document of the view holds it."""
        places: list[tuple[int, int]] = []
        holders = 0
        for number, part in enumerate(self.parts):
            place = part.field.terms.find(term)
            if place >= 0 and part.holders[place]:
                places.append((number, place))
                holders += int(part.holders[place])
        return Known(self._idf(holders), tuple(places)) if places else None

    def idf(self, term: str) -> float:
        """Never negative; a term of no document is as rare as can be."""
        known = self.known(term)
        return known.idf if known else self.rarest

    def __contains__(self, term: str) -> bool:
        return self.known(term) is not None

    @property
    def shown(self) -> list[str]:
        """The article of each document number; empty for those that are not in the view."""
        found = [""] * len(self.ids)
        for part in self.parts:
            for inside in np.flatnonzero(part.field.lengths > 0 if part.live is None else part.live).tolist():
                found[part.offset + inside] = self.ids[part.offset + inside]
        return found

    def shows(self, number: int) -> bool:
        """Whether the document with this number is in the view."""
        for part in self.parts:
            inside = number - part.offset
            if 0 <= inside < len(part.field.lengths):
                return bool(part.field.lengths[inside] > 0 and (part.live is None or part.live[inside]))
        return False

    def beginning(self, prefix: str) -> set[str]:
        """The view's terms that begin so."""
        return {
            part.field.terms[place]
            for part in self.parts
            for place in part.field.terms.begin(prefix)
            if part.holders[place]
        }

    def terms(self) -> set[str]:
        """All of them; takes a moment in a large view."""
        return self.beginning("")

    def holding(self, known: Known) -> Ints:
        """The documents that hold it, ascending."""
        found = []
        for number, place in known.places:
            part = self.parts[number]
            documents = part.field.documents[part.field.starts[place] : part.field.starts[place + 1]]
            found.append((documents if part.live is None else documents[part.live[documents]]) + np.uint32(part.offset))
        return np.concatenate(found)

    def scores(self, asked: Iterable[tuple[Known, float]]) -> Floats:
        """BM25 of every document, the terms weighted; 0 for those that hold none or are not in the view."""
        found = np.zeros(len(self.ids), dtype=np.float32)
        for known, weight in asked:
            gain = np.float32(known.idf * (K1 + 1) * weight / SCALE)
            for number, place in known.places:
                part = self.parts[number]
                run = slice(part.field.starts[place], part.field.starts[place + 1])
                inside = found[part.offset : part.offset + len(part.field.lengths)]
                inside[part.field.documents[run]] += part.impacts[run] * gain
        for part in self.parts:
            if part.live is not None:
                found[part.offset : part.offset + len(part.live)][~part.live] = 0
        return found

    def likeness(self, asked: Iterable[tuple[Known, float]], length: float) -> Floats:
        """For each document the cosine between the question and the likest of its fronts, terms weighted by their rarity.
        `length` is the root of what the question's terms weigh together.
        """
        shared = np.zeros(len(self._owners), dtype=np.float32)
        for known, weight in asked:
            gain = np.float32(known.idf * weight)
            for number, place in known.places:
                part = self.parts[number]
                run = part.field.fronts[part.field.front_starts[place] : part.field.front_starts[place + 1]]
                shared[self._firsts[number] :][run] += gain
        found = np.zeros(len(self.ids), dtype=np.float32)
        hit = np.flatnonzero(shared > 0)  # of marks, not of numbers: ten times as fast
        np.maximum.at(found, self._owners[hit], shared[hit] / (self._lengths[hit] * np.float32(length)))
        for part in self.parts:
            if part.live is not None:
                found[part.offset : part.offset + len(part.live)][~part.live] = 0
        return found


def view_of(segments: Iterable[tuple[int, Field, NDArray[np.bool_], NDArray[np.uint16]]], ids: Sequence[str]) -> View:
    """The view of the documents that are marked: of each segment its first document's number, what it holds, the marks and the
    impacts. `ids` has the articles of all documents.
    """
    parts: list[Part] = []
    size = 0
    for offset, field, marks, impacts in segments:
        live = marks & (field.lengths > 0)
        whole = bool((live | (field.lengths == 0)).all())
        if whole:
            holders = np.diff(field.starts)
        else:
            sums = np.concatenate([[0], np.cumsum(live[field.documents], dtype=np.uint32)])
            holders = (sums[field.starts[1:]] - sums[field.starts[:-1]]).astype(np.uint32)
        parts.append(Part(field, offset, None if whole else live, impacts, holders))
        size += int(live.sum())
    return View(parts, ids, size)
