"""The index in memory: what is in its segments, and from these the view each audience and language may be answered from. Plain
arrays that never change; must never import an engine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.model import Audience
from kb.postings import DRIFT, Field, View, impacts_of, view_of


@dataclass(frozen=True)
class Segment:
    """What one of the index's immutable segments holds."""

    ids: tuple[str, ...]
    """The article of each document."""
    public: NDArray[np.bool_]
    fields: Mapping[str, Field]
    """By language."""

    def save(self, path: Path) -> None:
        arrays: dict[str, NDArray[Any]] = {
            "ids": np.frombuffer(json.dumps([self.ids, sorted(self.fields)]).encode(), np.uint8),
            "public": self.public,
        }
        for code, held in self.fields.items():
            arrays |= held.save(code)
        with path.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> Segment:
        """Raise OSError, ValueError or KeyError when the file is not what was saved."""
        with np.load(path, allow_pickle=False) as arrays:
            ids, codes = json.loads(arrays["ids"].tobytes())
            return cls(tuple(ids), arrays["public"], {code: Field.load(code, arrays) for code in codes})


@dataclass(frozen=True)
class Live:
    """A segment, and which of its documents were not deleted since."""

    key: str
    segment: Segment
    kept: NDArray[np.bool_]


@dataclass(frozen=True)
class Snapshot:
    """Everything a question needs, in memory and unchanging. Nothing of an article for volunteers, not even how often its
    words occur, is in the view of the public.
    """

    views: Mapping[Audience, Mapping[str, View]] = field(default_factory=dict)
    """For each audience and language."""
    ids: tuple[str, ...] = ()
    """The article of each of the index's document numbers."""
    entries: Mapping[str, str] = field(default_factory=dict)
    """Id to digest of the articles inside."""


class Snapshots:
    """Makes one snapshot after the other, and keeps what they share."""

    def __init__(self) -> None:
        self._impacts: dict[tuple[str, str], tuple[float, NDArray[np.uint16]]] = {}

    def take(self, live: Sequence[Live], entries: Mapping[str, str]) -> Snapshot:
        ids = tuple(name for one in live for name in one.segment.ids)
        codes = sorted({code for one in live for code in one.segment.fields})
        public: dict[str, View] = {}
        everything: dict[str, View] = {}
        held: dict[tuple[str, str], tuple[float, NDArray[np.uint16]]] = {}
        for code in codes:
            seen = [one.kept & one.segment.public for one in live]
            mean = _mean(live, code, seen) or _mean(live, code, [one.kept for one in live])
            for one in live:
                if code in one.segment.fields:
                    held[one.key, code] = self._impact(one, code, mean)
            mine = _view(live, ids, code, held, seen)
            private = any((one.kept & ~one.segment.public).any() for one in live)
            theirs = _view(live, ids, code, held, [one.kept for one in live]) if private else mine
            if mine.size:
                public[code] = mine
            if theirs.size:
                everything[code] = theirs
        self._impacts = held
        return Snapshot({Audience.PUBLIC: public, Audience.VOLUNTEERS: everything}, ids, dict(entries))

    def _impact(self, one: Live, code: str, mean: float) -> tuple[float, NDArray[np.uint16]]:
        """What was worked out before is near enough while the mean length has hardly changed."""
        before = self._impacts.get((one.key, code))
        if before is not None and abs(before[0] - mean) <= DRIFT * mean:
            return before
        return mean, impacts_of(one.segment.fields[code], mean)


def _mean(live: Sequence[Live], code: str, kept: Sequence[NDArray[np.bool_]]) -> float:
    """Terms of a document on average: of the public's, so that no other shows in their ranking."""
    lengths = [
        one.segment.fields[code].lengths[k] for one, k in zip(live, kept, strict=True) if code in one.segment.fields
    ]
    count = sum(int(np.count_nonzero(held)) for held in lengths)
    return float(sum(held.sum(dtype=np.float64) for held in lengths)) / count if count else 0.0


def _view(
    live: Sequence[Live],
    ids: Sequence[str],
    code: str,
    impacts: Mapping[tuple[str, str], tuple[float, NDArray[np.uint16]]],
    kept: Sequence[NDArray[np.bool_]],
) -> View:
    offset = 0
    parts = []
    for one, marks in zip(live, kept, strict=True):
        if code in one.segment.fields:
            parts.append((offset, one.segment.fields[code], marks, impacts[one.key, code][1]))
        offset += len(marks)
    return view_of(parts, ids)
