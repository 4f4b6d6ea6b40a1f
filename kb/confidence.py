"""How likely the first article is right: a logistic function of the ranking's features, calibrated so that of the answers given at
0.8 four in five are right. What an operator wants, a precision, becomes the least confidence that reaches it. Must never import an
engine.

Logistic regression with a Gaussian prior (ridge), fitted by Newton's method: Hastie, Tibshirani and Friedman, The Elements of
Statistical Learning (2009), 4.4. Calibration error: Guo et al., On Calibration of Modern Neural Networks (2017).
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.ranking import FEATURES

VERSION = 1
BINS = 50
"""Of the confidence, for the precision that a cut-off gives."""
ECE_BINS = 10
PRIOR_STRENGTH = 30.0
"""How many observations the prior's coefficients weigh as much as."""
UNKNOWN_RIDGE = 0.01
"""Without a prior, of what was observed: more fits the sets better and others worse."""
PRIOR_SPREAD = 200.0
"""How many observations the prior's record of precision weighs as much as."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Observation:
    """What became of one question."""

    features: Mapping[str, float]
    right: bool
    """The first article answered it."""
    tier: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Model:
    """Of one tier."""

    intercept: float
    coefficients: Mapping[str, float]
    scales: Mapping[str, float]
    """How much each feature varies; what the ridge is measured in."""
    spread: tuple[tuple[float, float], ...]
    """For each fiftieth of the confidence: how many questions had it, and of how many the first article was right."""


@dataclass(frozen=True)
class Calibration:
    """By tier. `Calibration.default()` comes with the program."""

    models: Mapping[str, Model]

    @classmethod
    def default(cls) -> Calibration:
        return _default()

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Raise OSError, or ValueError when the file is of another form or version."""
        return _parse(path.read_text("utf-8"))

    def save(self, path: Path) -> None:
        """In one step: whoever reads meanwhile has the old one or the new one. Raise OSError."""
        content = {
            "version": VERSION,
            "tiers": {
                tier: {
                    "intercept": round(model.intercept, 4),
                    "coefficients": {name: round(value, 4) for name, value in model.coefficients.items()},
                    "scales": {name: round(value, 4) for name, value in model.scales.items()},
                    "spread": [[round(count, 2), round(right, 2)] for count, right in model.spread],
                }
                for tier, model in self.models.items()
            },
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(content, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def confidence(self, tier: str, features: Mapping[str, float]) -> float:
        """0 to 1; 0 where nothing was found."""
        model = self.models.get(tier)
        if not features or model is None:
            return 0.0
        z = model.intercept + sum(c * features.get(name, 0.0) for name, c in model.coefficients.items())
        return float(1 / (1 + np.exp(-np.clip(z, -30, 30))))

    def shares(self, tier: str, features: Mapping[str, float]) -> dict[str, float]:
        """What each feature adds to the log-odds."""
        model = self.models.get(tier)
        return {name: c * features.get(name, 0.0) for name, c in model.coefficients.items()} if model else {}

    def cutoffs(self, tier: str, answer: float, suggest: float) -> tuple[float, float]:
        """The least confidence to answer with, so that this share of the answers is right; and to suggest with, so that for
        this share of the suggestions the first is right. The second is never above the first; 1 is out of reach for what
        the record has never seen.
        """
        model = self.models.get(tier)
        if model is None:
            return 1.0, 1.0
        above = _least(model.spread, answer, BINS)
        below = min(_least(model.spread, suggest, above), above)
        return above / BINS, below / BINS


def _least(spread: Sequence[tuple[float, float]], wanted: float, end: int) -> int:
    """The first bin from which on, up to `end`, at least the wanted share is right."""
    count = right = 0.0
    best = end
    for place in range(end - 1, -1, -1):
        count += spread[place][0]
        right += spread[place][1]
        if count and right / count >= wanted:
            best = place
    return best


def _parse(text: str) -> Calibration:
    try:
        content = json.loads(text)
        if content["version"] != VERSION:
            raise ValueError(f"it is of version {content['version']}, not {VERSION}")
        models = {}
        for tier, held in content["tiers"].items():
            spread = tuple((float(count), float(right)) for count, right in held["spread"])
            coefficients = {str(name): float(value) for name, value in held["coefficients"].items()}
            scales = {str(name): float(value) for name, value in held["scales"].items()}
            figures = (float(held["intercept"]), *coefficients.values(), *scales.values(), *chain.from_iterable(spread))
            if not all(map(math.isfinite, figures)):
                raise ValueError("a figure in it is none")
            if len(spread) != BINS or not coefficients.keys() <= set(FEATURES) or scales.keys() != coefficients.keys():
                raise ValueError("its features are not those of this version")
            models[str(tier)] = Model(float(held["intercept"]), coefficients, scales, spread)
    except (KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError(f"it has another form: {error!r}") from error
    return Calibration(models)


@cache
def _default() -> Calibration:
    return _parse((files("kb") / "calibration.json").read_text("utf-8"))


def calibration_error(sure: Floats, right: Floats, weights: Floats | None = None) -> float:
    """Expected calibration error over ten bins of equal width; 0 without observations."""
    held = np.ones_like(sure) if weights is None else weights
    bins = np.minimum((sure * ECE_BINS).astype(int), ECE_BINS - 1)
    error = 0.0
    for number in range(ECE_BINS):
        inside = bins == number
        if held[inside].sum() > 0:
            gap = abs(_mean(sure[inside], held[inside]) - _mean(right[inside], held[inside]))
            error += gap * float(held[inside].sum() / held.sum())
    return error


def _mean(values: Floats, weights: Floats) -> float:
    return float((values * weights).sum() / weights.sum()) if weights.sum() > 0 else 0.0


def fit(observations: Iterable[Observation], prior: Calibration | None = None) -> Calibration:
    """Coefficients and precision of each tier that was observed, drawn towards the prior's; other tiers as they were. Without
    a prior, from nothing: then every tier wants hundreds of observations of both kinds.
    """
    by_tier: dict[str, list[Observation]] = {}
    for one in observations:
        if one.features:
            by_tier.setdefault(one.tier, []).append(one)
    models = dict(prior.models) if prior else {}
    for tier, held in by_tier.items():
        models[tier] = _fitted(held, models.get(tier))
    return Calibration(models)


def _fitted(observations: Sequence[Observation], prior: Model | None) -> Model:
    names = [name for name in FEATURES if any(name in one.features for one in observations)]
    if prior is not None:
        names = list(prior.coefficients)
    table = np.array([[one.features.get(name, 0.0) for name in names] for one in observations])
    right = np.array([one.right for one in observations], dtype=float)
    weights = np.array([one.weight for one in observations], dtype=float)
    if prior is None:
        middle = np.average(table, axis=0, weights=weights)
        scales = np.sqrt(np.average((table - middle) ** 2, axis=0, weights=weights)) + 1e-6
        start = np.zeros(len(names) + 1)
        strength = UNKNOWN_RIDGE * weights.sum()
    else:
        scales = np.array([prior.scales[name] for name in names])
        start = np.array([prior.intercept, *(prior.coefficients[name] for name in names)])
        strength = PRIOR_STRENGTH
    ridge = strength * np.concatenate([[0.0 if prior is None else 0.1], scales**2])
    beta = _newton(np.column_stack([np.ones(len(table)), table]), right, weights, start, ridge)
    model = Model(
        float(beta[0]),
        dict(zip(names, map(float, beta[1:]), strict=True)),
        dict(zip(names, map(float, scales), strict=True)),
        (),
    )
    return replace(model, spread=_spread(model, observations, prior))


def _newton(table: Floats, right: Floats, weights: Floats, start: Floats, ridge: Floats) -> Floats:
    """The coefficients that maximise the likelihood less the ridge's cost of leaving `start`. A step that overshoots, as from a
    start that is sure and wrong, is halved: the undamped method diverges there.
    """

    def cost(beta: Floats) -> float:
        z = table @ beta
        return float((weights * (np.logaddexp(0, z) - right * z)).sum() + 0.5 * (ridge * (beta - start) ** 2).sum())

    beta, least = start.copy(), cost(start)
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(table @ beta, -30, 30)))
        slope = table.T @ (weights * (right - p)) - ridge * (beta - start)
        curve = (table * (weights * p * (1 - p))[:, None]).T @ table + np.diag(ridge + 1e-9)
        step = np.linalg.solve(curve, slope)
        while float(np.abs(step).max()) >= 1e-7 and cost(beta + step) > least:
            step = step / 2
        if float(np.abs(step).max()) < 1e-7:
            break
        beta = beta + step
        least = cost(beta)
    return beta


def _spread(model: Model, observations: Sequence[Observation], prior: Model | None) -> tuple[tuple[float, float], ...]:
    """The record of precision: the prior's, weighed as PRIOR_SPREAD observations, and what was observed."""
    found = np.zeros((BINS, 2))
    if prior is not None:
        found = np.array(prior.spread)
        found *= min(1.0, PRIOR_SPREAD / max(1.0, float(found[:, 0].sum())))
    one_tier = Calibration({"": model})
    for one in observations:
        place = min(BINS - 1, int(one_tier.confidence("", one.features) * BINS))
        found[place] += (one.weight, one.weight * one.right)
    return tuple((float(count), float(right)) for count, right in found)
