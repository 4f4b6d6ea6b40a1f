"""Thanks and credit, and the numbers leads look at. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class CreditView:
    thanks: int = 0
    """That `me` got."""


@dataclass(frozen=True, slots=True)
class Thank:
    """Thanks to a helper, for a ticket or an article."""

    giver: int
    helper: int | None
    ticket: int | None = None
    article: str = ""
    words: str = ""


CreditEffect: TypeAlias = Thank
