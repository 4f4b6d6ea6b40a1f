"""The inbox that survives: transactions are written down before the homeserver is told that the desk has them.

An append log in the network's state folder, in files of a few megabytes. A line is a record:

    <number> <CRC-32 of the rest, hex> <transaction id as JSON> <events as a JSON array>

Numbers grow by one and are never used again. A line that a crash cut short was never answered for, so that the homeserver
sends it again: opening the log cuts it off. Blocking; the listener calls it from a thread of its own.
"""

from __future__ import annotations

import json
import os
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import structlog

log = structlog.get_logger(__name__)

Json: TypeAlias = dict[str, Any]

SEGMENT = 4_000_000
"""Bytes after which another file is begun."""
KEPT = 5_000
"""Records behind the reading that stay: each is at least one event in the desk's inbox, which holds fewer before it
commits them."""
REMEMBERED = 5_000
"""Transactions whose repetition is recognised. A homeserver repeats only the last."""


class JournalFull(OSError):
    """More waits to be read than may be kept."""


@dataclass(frozen=True, slots=True)
class Record:
    number: int
    transaction: str
    events: list[Json]


class Journal:
    """One folder's log. One writer, and one reader beside it."""

    def __init__(self, folder: Path, limit: int = 1_000_000_000) -> None:
        """Open it, mending what a crash left. `limit` is in bytes. Raise OSError."""
        self._folder = folder
        self._limit = limit
        folder.mkdir(mode=0o700, exist_ok=True)
        self._known: OrderedDict[str, frozenset[str]] = OrderedDict()
        """Transaction id to the ids of its events: a homeserver set up anew counts from 1 again."""
        self.last = 0
        """The number of the newest record; 0 when there never was one."""
        self.damaged = 0
        """Records in the middle of the log that can't be read."""
        self._segments = sorted(folder.glob("*.log"), key=_first)
        self._size = 0
        for path in self._segments:
            self._open(path, newest=path == self._segments[-1])
        self._file: int | None = None
        self._good = 0
        """Bytes of the newest file that are whole records."""
        self._done = 0
        self._torn = False
        """A half-written line could not be taken out."""

    def _open(self, path: Path, *, newest: bool) -> None:
        self.last = max(self.last, _first(path) - 1)
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        end = 0
        lines = data[:whole].splitlines(keepends=True)
        for position, line in enumerate(lines):
            record = parse(line)
            if record is None:
                if newest and position == len(lines) - 1:
                    break  # the last write's disk blocks came in another order
                self.damaged += 1
                log.error("a record of the Matrix journal is damaged", file=str(path), after=self.last)
            else:
                self.last = max(self.last, record.number)
                self._remember(record.transaction, record.events)
            end += len(line)
        if newest and end < len(data):
            os.truncate(path, end)
        self._size += end

    # --- writing ------------------------------------------------------------------------------------------------------

    def append(self, transaction: str, events: Sequence[Json]) -> bool:
        """Write a transaction down, for good when this returns. False when it is known already.

        Raise OSError where it can't be kept; nothing of it is then in the log.
        """
        ids = _ids(events)
        if self._known.get(transaction) == ids:
            return False
        if self._size > self._limit:
            raise JournalFull(f"{self._size} bytes of Matrix events wait to be read")
        line = _line(self.last + 1, transaction, events)
        descriptor = self._writable()
        if self._torn:
            line = b"\n" + line
        try:
            _write_all(descriptor, line)
            os.fdatasync(descriptor)
        except OSError:
            self._forget_partly(descriptor)
            raise
        self._torn = False
        self._good += len(line)
        self._size += len(line)
        self.last += 1
        self._remember(transaction, events)
        return True

    def _writable(self) -> int:
        if self._file is not None and self._good >= SEGMENT:
            self.close()
            self._begin(self.last + 1)
            self._trim()
        elif self._file is None and self._segments:
            path = self._segments[-1]
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND)
            self._good = os.fstat(self._file).st_size
        elif self._file is None:
            self._begin(self.last + 1)
        assert self._file is not None
        return self._file

    def _begin(self, number: int) -> None:
        path = self._folder / f"{number:012}.log"
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._good = os.fstat(self._file).st_size
        if path not in self._segments:
            self._segments.append(path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)  # the file's name, too, must survive
        finally:
            os.close(folder)

    def _forget_partly(self, descriptor: int) -> None:
        """Take a half-written line out, or at least write nothing behind it."""
        try:
            os.ftruncate(descriptor, self._good)
        except OSError:
            self._torn = True

    def _remember(self, transaction: str, events: Sequence[Json]) -> None:
        self._known[transaction] = _ids(events)
        self._known.move_to_end(transaction)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    # --- reading ------------------------------------------------------------------------------------------------------

    def reader(self, after: int) -> Reader:
        """Reads on from a number."""
        return Reader(self, after)

    def segment_of(self, number: int) -> Path:
        """The file that holds a record, or would."""
        segments = tuple(self._segments)
        return next((path for path in reversed(segments) if _first(path) <= number), segments[0])

    def segment_after(self, path: Path) -> Path | None:
        return next((other for other in tuple(self._segments) if _first(other) > _first(path)), None)

    def done(self, number: int) -> None:
        """All up to this number has been reported: files of which all records are more than `KEPT` below it may go."""
        self._done = number

    def _trim(self) -> None:
        while len(self._segments) > 1 and _first(self._segments[1]) <= self._done - KEPT:
            path = self._segments.pop(0)
            self._size -= path.stat().st_size
            path.unlink()


class Reader:
    """A place in the log. Only for the loop's thread: it looks at files, and at what the writer has finished."""

    def __init__(self, journal: Journal, after: int) -> None:
        self._journal = journal
        self._after = after
        self._path: Path | None = None
        self._offset = 0

    def next(self) -> Record | None:
        """The next record; None when there is no newer one yet."""
        while self._after < self._journal.last:
            if self._path is None:
                self._path = self._journal.segment_of(self._after + 1)
                self._offset = 0
            with self._path.open("rb") as file:
                file.seek(self._offset)
                while line := file.readline():
                    record = parse(line)
                    if record is not None and record.number > self._journal.last:
                        return None
                    self._offset += len(line)
                    if record is not None and record.number > self._after:
                        self._after = record.number
                        return record
            following = self._journal.segment_after(self._path)
            if following is None:
                return None
            self._path, self._offset = following, 0
        return None


def _first(path: Path) -> int:
    """The number that the file's first record has."""
    return int(path.stem)


def _line(number: int, transaction: str, events: Sequence[Json]) -> bytes:
    rest = f"{json.dumps(transaction)} {json.dumps(events, separators=(',', ':'))}".encode()
    return b"%d %08x %b\n" % (number, zlib.crc32(b"%d " % number + rest), rest)


def parse(line: bytes) -> Record | None:
    """The record of a line; None where it is damaged or cut short."""
    if not line.endswith(b"\n"):
        return None
    number, _, checked = line[:-1].partition(b" ")
    checksum, _, rest = checked.partition(b" ")
    try:
        if int(checksum, 16) != zlib.crc32(number + b" " + rest):
            return None
        transaction, end = json.JSONDecoder().raw_decode(rest.decode())
        return Record(int(number), str(transaction), json.loads(rest.decode()[end:]))
    except ValueError:
        return None


def _ids(events: Sequence[Json]) -> frozenset[str]:
    return frozenset(str(event.get("event_id")) for event in events)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
