"""Actions and rich text as JSON and back: every frozen dataclass by its name, tuples as lists."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from bridges import events, text
from helpdesk.model import Choice, Confirm
from kb.model import Citation

_TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        events.SendMessage,
        events.EditMessage,
        events.Redact,
        events.React,
        events.SetVoice,
        events.ToRoom,
        events.ToPerson,
        events.Sender,
        events.Attribution,
        events.Replying,
        text.Plain,
        text.Styled,
        text.Code,
        text.CodeBlock,
        text.Link,
        text.Mention,
        text.Break,
        text.Coloured,
        text.Spoiler,
        text.Quote,
        text.Items,
        Confirm,
        Citation,
        Choice,
    )
}
_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in _TYPES.values()}


def encode(value: Any) -> Any:
    """What `json` can write. Raise KeyError for a type that has no place in the store."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    if isinstance(value, datetime):
        return {"$": "at", "iso": value.isoformat()}
    kind = type(value)
    return {"$": kind.__name__} | {name: encode(getattr(value, name)) for name in _FIELDS[kind]}


def decode(value: Any) -> Any:
    """The inverse of `encode`. Raise KeyError for a type that is not known (any more)."""
    if isinstance(value, list):
        return tuple(decode(item) for item in value)
    if isinstance(value, dict) and value["$"] == "at":
        return datetime.fromisoformat(value["iso"])
    if isinstance(value, dict):
        return _TYPES[value["$"]](**{name: decode(item) for name, item in value.items() if name != "$"})
    return value
