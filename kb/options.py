"""What an operator may choose of the knowledge base. Light: the configuration reads it before anything is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Tier(StrEnum):
    """What judges the meaning of a question."""

    OFF = "off"
    """Nothing: words alone."""
    STATIC = "static"
    """The mean of the words' vectors."""
    TRANSFORMER = "transformer"
    """A sentence encoder."""
    AUTO = "auto"
    """The transformer where its package is installed, else the static vectors."""


@dataclass(frozen=True, slots=True)
class Options:
    base_url: str = ""
    """Articles are read below it."""
    tier: Tier = Tier.AUTO
    model: Path | None = None
    """A folder with another model of this tier, and the SHA-256 that its weights have."""
    model_sha256: str = ""
    model_languages: tuple[str, ...] = ("en",)
    """Those the model knows; other languages are answered by words alone."""
    answer_precision: float = 0.9
    """The share of answers that should be right."""
    suggest_precision: float = 0.4
    """The share of suggestions whose first should be right."""
