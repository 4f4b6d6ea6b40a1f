"""What the log of questions holds, as it is read again: an entry, and how an article did. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from helpdesk.desk.learning import Made, Place
from helpdesk.model import Verdict


@dataclass(frozen=True, slots=True)
class Logged:
    """A question, what was offered, and what came of it so far."""

    id: int
    at: datetime
    """To the hour."""
    network: str
    private: bool
    lang: str
    text: str | None
    """Anonymised; None where the words are not kept, or not any more."""
    made: Made
    told: bool
    confidence: float
    tier: str
    offered: tuple[Place, ...]
    nearest: str
    """The first article, offered or not; empty where there was none."""
    article: str
    """What the verdict is about: the article that answered, or was picked."""
    picked: int = 0
    """The number of the suggestion, from 1."""
    verdict: Verdict | None = None
    handed_over: bool = False
    answered: bool = False
    """By a volunteer."""
    cited: str = ""
    """The article that a volunteer named."""
    solved: bool = False
    opened_again: bool = False
    features: Mapping[str, float] = field(default_factory=dict)
    candidates: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Success:
    """How often an article was what people got, and what they said."""

    offered: int
    """As the answer, or picked among suggestions."""
    helped: int = 0
    not_helped: int = 0
    human: int = 0
    """They asked for a person after it."""
    cited: int = 0
    """By volunteers, in answering tickets."""

    def __add__(self, other: Success) -> Success:
        return Success(
            self.offered + other.offered,
            self.helped + other.helped,
            self.not_helped + other.not_helped,
            self.human + other.human,
            self.cited + other.cited,
        )

    @property
    def judged(self) -> int:
        return self.helped + self.not_helped

    @property
    def share(self) -> float | None:
        """Of those who said yes or no, who said yes."""
        return self.helped / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.helped, self.judged)


def wilson(right: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95% interval of a share: Wilson, Probable inference, the law of succession, and statistical inference (1927)."""
    if not of:
        return 0.0, 1.0
    share = right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)
