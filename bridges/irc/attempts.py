"""Which sendings were begun and not confirmed, over restarts: what may be in a room already and has to be looked for there.

Kept only where the server keeps history, which alone can tell. The file is private (0600) and only grows by lines.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from bridges.irc.past import Mark

KEEP = 14 * 86_400.0
"""Seconds; nobody's history is looked through for what is older."""
_MOST = 20_000


def digest(text: str) -> str:
    """Stands for a line in the file, so that nothing that was said is kept there."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Attempt:
    place: str
    """The room's name in the configuration."""
    since: Mark
    """The last that was heard in the room before."""
    lines: tuple[str, ...]
    """The `digest` of each message."""
    connection: str


class Attempts:
    def __init__(self, state: Path) -> None:
        self._path = state / "irc-sendings.jsonl"
        self._open: dict[str, Attempt] = {}
        self._file: TextIO | None = None
        self._loaded = False

    def get(self, key: str) -> Attempt | None:
        self._load()
        return self._open.get(key)

    def begin(self, key: str, attempt: Attempt, *, keep: bool) -> None:
        """`keep`: also over a restart."""
        self._load()
        while len(self._open) >= _MOST:
            del self._open[next(iter(self._open))]
        self._open[key] = attempt
        if keep:
            self._write({"key": key, **_written(attempt)})

    def done(self, key: str) -> None:
        self._load()
        if self._open.pop(key, None) is not None and self._file is not None:
            self._write({"key": key})

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _load(self) -> None:
        """Read once, and write again what still counts, so that the file does not grow for ever."""
        if self._loaded:
            return
        self._loaded = True
        oldest = datetime.now(UTC).timestamp() - KEEP
        for line in _lines(self._path):
            attempt = _attempt(line)
            if attempt is None:
                self._open.pop(str(line.get("key")), None)
            elif attempt.since.at.timestamp() > oldest:
                self._open[str(line.get("key"))] = attempt
        if not self._path.exists():
            return
        draft = self._path.with_name(self._path.name + ".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(json.dumps({"key": key, **_written(a)}) + "\n" for key, a in self._open.items())
        draft.replace(self._path)

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is None:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._file = os.fdopen(descriptor, "a", encoding="utf-8")
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


def _written(attempt: Attempt) -> dict[str, Any]:
    since = attempt.since
    return {
        "place": attempt.place,
        "at": since.at.isoformat(),
        "id": since.msgid,
        "said": since.said.isoformat() if since.said else "",
        "lines": list(attempt.lines),
    }


def _attempt(line: dict[str, Any]) -> Attempt | None:
    try:
        said = datetime.fromisoformat(line["said"]) if line["said"] else None
        since = Mark(datetime.fromisoformat(line["at"]), str(line["id"]), said)
        return Attempt(str(line["place"]), since, tuple(map(str, line["lines"])), "")
    except (KeyError, TypeError, ValueError):
        return None  # the end of one, or a line that a crash cut short


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        raws: Iterable[str] = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return
    for raw in raws:
        try:
            line = json.loads(raw)
        except ValueError:
            continue
        if isinstance(line, dict) and isinstance(line.get("key"), str):
            yield line
