"""What the log of questions teaches about the knowledge base's confidence: which outcomes say that it was right, and whether
learning from them makes it more honest. It reads and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from helpdesk.desk.learning import Made
from helpdesk.desk.record import Logged
from helpdesk.model import Verdict
from kb.confidence import Calibration, Observation, calibration_error, fit

LEAST = 50
"""Observations below which nothing is learned."""
HINT = 0.25
"""The weight of a ticket that was answered without a citation: an article might still have fitted."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Refit:
    calibration: Calibration
    before: float
    """Expected calibration error of the program's own calibration on these outcomes, 0 to 1."""
    after: float
    """Of the new one, on outcomes it was not fitted on: five-fold cross-validation."""

    @property
    def better(self) -> bool:
        return self.after < self.before


def observation(entry: Logged, current: Callable[[str], str | None]) -> Observation | None:
    """What one entry says of the first article; None where it says nothing. `current` is an article's id today, None for what
    is no article (any more).
    """
    if not entry.features:
        return None
    first = entry.offered[0][0] if entry.offered else entry.nearest
    cited = current(entry.cited) if entry.cited else None
    weight = 1.0
    if cited is not None:
        # Who knows the answer has said where it stands: that is worth more than a thumb.
        right = cited == (current(first) or first)
    elif entry.told and entry.verdict is Verdict.NOT_HELPED:
        right = False
    elif entry.told and entry.verdict is Verdict.HELPED:
        if entry.made is Made.SUGGESTIONS and not entry.picked:
            return None
        right = entry.picked <= 1
    elif entry.made is Made.NO_ANSWER and entry.answered and not entry.cited:
        right, weight = False, HINT
    else:
        return None
    return Observation(entry.features, right, entry.tier, weight)


def observations(entries: Iterable[Logged], current: Callable[[str], str | None]) -> Sequence[Observation]:
    """Those of one make: features of an older version, which mean something else, are left out. Entries oldest first."""
    found = [taught for entry in entries if (taught := observation(entry, current)) is not None]
    newest: Mapping[str, frozenset[str]] = {taught.tier: frozenset(taught.features) for taught in found}
    return [taught for taught in found if frozenset(taught.features) == newest[taught.tier]]


def enough(observed: Sequence[Observation]) -> bool:
    """Whether there are enough to learn from, of both kinds."""
    return len(observed) >= LEAST and len({taught.right for taught in observed}) == 2


def refit(observed: Sequence[Observation], own: Calibration) -> Refit:
    """Drawn towards the program's own calibration, and always from it: learning twice from one log changes nothing."""
    before = _error(observed, [own.confidence(taught.tier, taught.features) for taught in observed])
    unseen = [0.0] * len(observed)
    for fold in range(FOLDS):
        rest = fit([taught for place, taught in enumerate(observed) if place % FOLDS != fold], own)
        for place in range(fold, len(observed), FOLDS):
            unseen[place] = rest.confidence(observed[place].tier, observed[place].features)
    return Refit(fit(observed, own), before, _error(observed, unseen))


def _error(observed: Sequence[Observation], sure: Sequence[float]) -> float:
    right = np.array([taught.right for taught in observed], dtype=float)
    weights = np.array([taught.weight for taught in observed], dtype=float)
    return calibration_error(np.array(sure), right, weights)
