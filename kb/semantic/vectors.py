"""Vectors by the digest of the words they stand for, in the state folder: computed once, whatever else changes. A cache: what is
wrong with it is computed anew. Must never import an engine.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.semantic.encoder import Vectors


@dataclass(frozen=True, slots=True)
class Rows:
    """Where an article's vectors are: those of its fronts first, then those of its windows."""

    first: int
    fronts: int
    windows: int


@dataclass(frozen=True)
class Held:
    """What is kept; replaced as a whole."""

    known: Mapping[str, Rows]
    """By the digest of the words."""
    rows: NDArray[np.float16]


class VectorStore:
    """Two files: vectors in two bytes a number, one a row, and a line of JSON for each article. Several processes may append;
    one thread of a process at a time.
    """

    def __init__(self, folder: Path, digest: str, size: int) -> None:
        """`digest` is the encoder's, `size` how many numbers a vector has. Raise OSError when the folder can't be used."""
        folder.mkdir(parents=True, exist_ok=True)
        self._size = size
        self._numbers = folder / f"{digest[:16]}.f2"
        self._names = folder / f"{digest[:16]}.jsonl"
        self._lock = folder / "lock"
        self.held = Held({}, np.zeros((0, size), np.float16))
        for other in folder.iterdir():
            if other not in (self._numbers, self._names, self._lock):
                other.unlink()  # of another model
        self._read()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _read(self) -> None:
        self._numbers.touch()
        self._names.touch()
        count = self._numbers.stat().st_size // (2 * self._size)
        kept: NDArray[np.float16] = np.zeros((0, self._size), np.float16)
        if count:
            kept = np.memmap(self._numbers, np.float16, "r", shape=(count, self._size))
        known: dict[str, Rows] = {}
        for line in self._names.read_text("utf-8", "replace").splitlines():
            try:
                key, first, fronts, windows = json.loads(line)
                rows = Rows(int(first), int(fronts), int(windows))
            except (ValueError, TypeError):
                continue  # a line that was cut off when the power failed
            if rows.first >= 0 and rows.first + rows.fronts + rows.windows <= count:
                known[str(key)] = rows
        self.held = Held(known, kept)

    def add(self, found: Sequence[tuple[str, int, Vectors]]) -> None:
        """Keep vectors: each a digest, how many of the rows are of fronts, and the rows. Raise OSError."""
        with self._alone():
            with self._numbers.open("ab") as file:
                first = file.tell() // (2 * self._size)
                file.truncate(first * 2 * self._size)  # what was cut off
                file.seek(0, 2)
                for _, _, vectors in found:
                    file.write(vectors.astype(np.float16).tobytes())
            with self._names.open("a", encoding="utf-8") as names:
                for key, fronts, vectors in found:
                    names.write(json.dumps([key, first, fronts, len(vectors) - fronts]) + "\n")
                    first += len(vectors)
            self._read()

    def sweep(self, wanted: Collection[str]) -> None:
        """Forget what is not wanted, when that is most of what is kept. Raise OSError."""
        with self._alone():
            self._read()
            kept = {key: rows for key, rows in self.held.known.items() if key in wanted}
            used = sum(rows.fronts + rows.windows for rows in kept.values())
            all_rows = self.held.rows
            if len(all_rows) < 1000 or used * 2 > len(all_rows):
                return
            pieces = [all_rows[rows.first : rows.first + rows.fronts + rows.windows] for rows in kept.values()]
            numbers = np.concatenate(pieces) if pieces else all_rows[:0]
            self._names.write_text("", "utf-8")
            new = self._numbers.with_suffix(".new")
            new.write_bytes(numbers.tobytes())
            new.replace(self._numbers)
            first, lines = 0, []
            for key, rows in kept.items():
                lines.append(json.dumps([key, first, rows.fronts, rows.windows]))
                first += rows.fronts + rows.windows
            self._names.write_text("".join(line + "\n" for line in lines), "utf-8")
            self._read()
