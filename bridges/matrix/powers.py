"""Who may send what into a room, from its state. Pure.

Client-Server API v1.15, `m.room.power_levels`; room version 12 (MSC4289): creators stand above all levels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

_OLD = frozenset(map(str, range(1, 12)))
"""Versions in which a creator has no power of its own."""


@dataclass(frozen=True, slots=True)
class Powers:
    """What a room's state says of power; before any of it is known, everybody may do everything."""

    create: Mapping[str, Any] | None = None
    """Content of `m.room.create`."""
    creator: str = ""
    """Its sender."""
    levels: Mapping[str, Any] | None = None
    """Content of `m.room.power_levels`."""

    def after(self, event: Mapping[str, Any]) -> Powers:
        """With what a state event changes."""
        content = event.get("content")
        if not isinstance(content, Mapping) or event.get("state_key") != "":
            return self
        match event.get("type"):
            case "m.room.create":
                return replace(self, create=content, creator=str(event.get("sender", "")))
            case "m.room.power_levels":
                return replace(self, levels=content)
            case _:
                return self

    def of(self, user: str) -> float:
        """The user's level; infinite for a creator where the room's version sets them above all."""
        if self.create is not None:
            version = str(self.create.get("room_version", "1"))
            more = self.create.get("additional_creators")
            creators = {self.creator, *(more if isinstance(more, list) else ())}
            # Unstable versions have names of their own: these go by their levels.
            if version.isdigit() and version not in _OLD and user in creators:
                return math.inf
            if self.levels is None and user == self.creator:
                return 100
        levels = self.levels or {}
        return _level(_in(levels, "users").get(user), _level(levels.get("users_default"), 0))

    def needed(self, kind: str) -> int:
        """The level that sending an event of this type takes; `m.room.create` tells nothing of it."""
        levels = self.levels or {}
        return _level(_in(levels, "events").get(kind), _level(levels.get("events_default"), 0))

    def may_send(self, user: str, kind: str) -> bool:
        return self.of(user) >= self.needed(kind)

    def may_redact_others(self, user: str) -> bool:
        return self.of(user) >= max(_level((self.levels or {}).get("redact"), 50), self.needed("m.room.redaction"))


def _in(levels: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = levels.get(name)
    return value if isinstance(value, Mapping) else {}


def _level(value: object, default: int) -> int:
    """Rooms before version 10 also allow integers as strings."""
    if isinstance(value, bool):
        return default
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        try:
            return int(value[:20])
        except ValueError:
            return default
    return default
