"""Values out of JSON that strangers wrote, with the type that was expected or something harmless. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Content: TypeAlias = Mapping[str, Any]


def mapping(value: object) -> Content:
    return value if isinstance(value, Mapping) else {}


def string(value: object) -> str:
    return value if isinstance(value, str) else ""


def sequence(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def count(value: object) -> int | None:
    """A whole number from 0 to 2^53, which JSON can carry safely."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and isinstance(value, int) and 0 <= value < 2**53 else None
