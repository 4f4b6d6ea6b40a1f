"""Vectors by the digest of the words they stand for, in the state folder: computed once, whatever else changes. A cache: what is
wrong with it is computed anew. Must never import an engine.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import time
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.semantic.encoder import Vectors

ABANDONED = 30 * 24 * 3600.0
"""Seconds after which another model's vectors go: somebody may only be trying this one."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Where an article's vectors are: those of its fronts first, then those of its windows."""

    first: int
    fronts: int
    windows: int

    @property
    def run(self) -> slice:
        return slice(self.first, self.first + self.fronts + self.windows)


@dataclass(frozen=True)
class Held:
    """What is kept; replaced as a whole."""

    known: Mapping[str, Rows]
    """By the digest of the words."""
    rows: NDArray[np.float16]


class VectorStore:
    """Two files: vectors in two bytes a number, one a row, and a line of JSON for each article, with a checksum of its rows.
    Several processes may append; one thread of a process at a time.
    """

    def __init__(self, folder: Path, digest: str, size: int) -> None:
        """`digest` is the encoder's, `size` how many numbers a vector has. Raise OSError when the folder can't be used."""
        folder.mkdir(parents=True, exist_ok=True)
        self._size = size
        self._numbers = folder / f"{digest[:16]}.f2"
        self._names = folder / f"{digest[:16]}.jsonl"
        self._lock = folder / "lock"
        self.held = Held({}, np.zeros((0, size), np.float16))
        with self._alone():
            for other in folder.iterdir():
                if other not in (self._numbers, self._names, self._lock) and (
                    time.time() - other.stat().st_mtime > ABANDONED
                ):
                    other.unlink()
            self._mend()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _mend(self) -> None:
        """Read both files; what a crash left half done leaves them, so that nothing is ever taken for something else."""
        self._numbers.touch()
        self._names.touch()
        with self._numbers.open("ab") as file:
            file.truncate(file.tell() // (2 * self._size) * (2 * self._size))
        rows = self._rows()
        lines = self._names.read_text("utf-8", "replace").splitlines()
        known = {found[0]: found[1] for line in lines if (found := _entry(line, rows))}
        if len(known) != len(lines):
            _replace(self._names, "".join(_line(key, held, rows) for key, held in known.items()))
        self.held = Held(known, rows)

    def _rows(self) -> NDArray[np.float16]:
        count = self._numbers.stat().st_size // (2 * self._size)
        if not count:
            return np.zeros((0, self._size), np.float16)
        return np.memmap(self._numbers, np.float16, "r", shape=(count, self._size))

    def add(self, found: Sequence[tuple[str, int, Vectors]]) -> None:
        """Keep vectors: each a digest, how many of the rows are of fronts, and the rows. Raise OSError."""
        with self._alone():
            first = self._numbers.stat().st_size // (2 * self._size)
            new: dict[str, Rows] = {}
            with self._numbers.open("ab") as file:
                for key, fronts, vectors in found:
                    file.write(vectors.astype(np.float16).tobytes())
                    new[key] = Rows(first, fronts, len(vectors) - fronts)
                    first += len(vectors)
            rows = self._rows()
            with self._names.open("a", encoding="utf-8") as names:
                names.write("".join(_line(key, held, rows) for key, held in new.items()))
            self.held = Held({**self.held.known, **new}, rows)

    def sweep(self, wanted: Collection[str]) -> None:
        """Forget what is not wanted, when that is most of what is kept. Raise OSError; then all is as it was."""
        with self._alone():
            self._mend()
            kept = {key: held for key, held in self.held.known.items() if key in wanted}
            used = sum(held.fronts + held.windows for held in kept.values())
            if len(self.held.rows) < 1000 or used * 2 > len(self.held.rows):
                return
            pieces = [self.held.rows[held.run] for held in kept.values()]
            numbers = np.concatenate(pieces) if pieces else self.held.rows[:0]
            new = self._numbers.with_suffix(".new")
            new.write_bytes(numbers.tobytes())
            first, lines = 0, []
            for key, held in kept.items():
                lines.append(_line(key, Rows(first, held.fronts, held.windows), numbers))
                first += held.fronts + held.windows
            _replace(self._names, "")  # between the two files' changes nothing may be known
            new.replace(self._numbers)
            _replace(self._names, "".join(lines))
            self._mend()


def _line(key: str, held: Rows, rows: NDArray[np.float16]) -> str:
    return json.dumps([key, held.first, held.fronts, held.windows, zlib.crc32(rows[held.run].tobytes())]) + "\n"


def _entry(line: str, rows: NDArray[np.float16]) -> tuple[str, Rows] | None:
    """What a line says, when it is whole and so are its rows."""
    try:
        key, first, fronts, windows, checksum = json.loads(line)
        held = Rows(int(first), int(fronts), int(windows))
    except (ValueError, TypeError):
        return None
    if min(held.first, held.fronts, held.windows) < 0 or held.run.stop > len(rows):
        return None
    return (str(key), held) if zlib.crc32(rows[held.run].tobytes()) == checksum else None


def _replace(path: Path, content: str) -> None:
    new = path.with_suffix(".names")
    new.write_text(content, "utf-8")
    new.replace(path)
