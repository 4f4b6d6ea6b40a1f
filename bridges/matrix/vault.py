"""What a Matrix network keeps in its state folder besides nio's key store: the login, the room book, open sendings.

Files are private (0600) and replaced whole, so that a crash leaves the old one or the new one. Never talks to a server.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO


def write_private(path: Path, text: str) -> None:
    """Replace a file whole; nobody else may read it."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _read(path: Path) -> dict[str, Any]:
    """A JSON object; empty when the file is missing or was damaged, since all of it can be had again."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Login:
    """A device of the account's and its access token."""

    user: str
    device: str
    token: str

    @classmethod
    def load(cls, state: Path) -> Login | None:
        kept = _read(state / "login.json")
        try:
            return cls(str(kept["user"]), str(kept["device"]), str(kept["token"]))
        except KeyError:
            return None

    def save(self, state: Path) -> None:
        write_private(state / "login.json", json.dumps(asdict(self)))


def keys_file(state: Path, user: str, device: str) -> Path:
    """Where nio keeps the encryption keys of a device."""
    return state / f"keys-{user.replace('/', '_')}-{device}.db"


@dataclass
class Book:
    """Rooms as the desk knows them, over restarts."""

    state: Path
    aliases: dict[str, str] = field(default_factory=dict)
    """Configured alias to room id."""
    direct: dict[str, str] = field(default_factory=dict)
    """Room id to the person it is a direct chat with."""
    invites: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Room id to an invitation that waits: `by`, `direct`."""
    unread: list[dict[str, Any]] = field(default_factory=list)
    """Messages whose key has not come: `room`, `source`, `since` (epoch seconds), `told`."""
    withheld: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Keys that we were told we do not get: `sender room session` to `code`, `at` (epoch seconds)."""
    followed: dict[str, str] = field(default_factory=dict)
    """Room id to the id of the room that replaced it."""
    servers: dict[str, list[str]] = field(default_factory=dict)
    """Room id to servers that are in the room."""
    knocks: dict[str, float] = field(default_factory=dict)
    """Room id to when it was knocked at (epoch seconds)."""
    kept: list[str] = field(default_factory=list)
    """Rooms kept besides the configured ones, by name."""
    leaving: list[str] = field(default_factory=list)
    """Rooms that are not kept any more, and perhaps not left yet."""

    @classmethod
    def load(cls, state: Path) -> Book:
        kept = _read(state / "rooms.json")
        return cls(
            state,
            dict(kept.get("aliases", {})),
            dict(kept.get("direct", {})),
            dict(kept.get("invites", {})),
            list(kept.get("unread", [])),
            dict(kept.get("withheld", {})),
            dict(kept.get("followed", {})),
            dict(kept.get("servers", {})),
            dict(kept.get("knocks", {})),
            list(kept.get("kept", [])),
            list(kept.get("leaving", [])),
        )

    def save(self) -> None:
        kept = {
            "aliases": self.aliases,
            "direct": self.direct,
            "invites": self.invites,
            "unread": self.unread,
            "withheld": self.withheld,
            "followed": self.followed,
            "servers": self.servers,
            "knocks": self.knocks,
            "kept": self.kept,
            "leaving": self.leaving,
        }
        write_private(self.state / "rooms.json", json.dumps(kept))


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sending that was begun and of which the outcome is not known."""

    at: float
    """Epoch seconds."""
    device: str


class Attempts:
    """Which sendings were begun and not confirmed, over restarts.

    A homeserver remembers transaction ids for a day and for one device only. What was begun longer ago or by another
    device may be in the room already, and has to be looked for there.
    """

    KEEP = 14 * 86_400

    def __init__(self, state: Path, now: float) -> None:
        self._path = state / "sendings.jsonl"
        self._open: dict[str, Attempt] = {}
        self._file: TextIO | None = None
        for line in self._lines():
            if "at" in line and now - float(line["at"]) < self.KEEP:
                self._open.setdefault(str(line["key"]), Attempt(float(line["at"]), str(line.get("device", ""))))
            elif "key" in line:
                self._open.pop(str(line["key"]), None)
        kept = ({"key": key, "at": a.at, "device": a.device} for key, a in self._open.items())
        write_private(self._path, "".join(json.dumps(line) + "\n" for line in kept))

    def _lines(self) -> list[Mapping[str, Any]]:
        lines: list[Mapping[str, Any]] = []
        try:
            text = self._path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return lines
        for row in text.splitlines():
            try:
                value = json.loads(row)
            except ValueError:
                continue  # the last line of a crash
            if isinstance(value, dict) and "key" in value:
                lines.append(value)
        return lines

    def earlier(self, key: str) -> Attempt | None:
        return self._open.get(key)

    def begin(self, key: str, at: float, device: str) -> None:
        """Remember, before the first packet leaves, that this was tried; the first attempt counts."""
        if key not in self._open:
            self._open[key] = Attempt(at, device)
            self._write({"key": key, "at": at, "device": device})

    def done(self, key: str) -> None:
        if self._open.pop(key, None) is not None:
            self._write({"key": key})

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._file is None:
            self._file = self._path.open("a", encoding="utf-8")
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
