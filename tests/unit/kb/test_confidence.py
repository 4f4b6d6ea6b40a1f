from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.confidence import BINS, Calibration, Model, Observation, calibration_error, fit
from kb.ranking import FEATURES


def asked(count: int, *, seed: int = 1, shift: float = 0.0) -> list[Observation]:
    """Questions whose first article is right with a probability that two features tell."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        score, odds = chance.uniform(0, 10), chance.uniform(-2, 4)
        p = 1 / (1 + math.exp(-(0.6 * score + 0.8 * odds - 4 + shift)))
        found.append(Observation({"score": score, "odds": odds}, chance.random() < p, "off"))
    return found


def error(held: Calibration, observed: list[Observation]) -> float:
    sure = np.array([held.confidence(one.tier, one.features) for one in observed])
    return calibration_error(sure, np.array([one.right for one in observed], dtype=float))


def test_what_is_fitted_keeps_its_word_on_what_it_has_not_seen() -> None:
    held = fit(asked(3000))
    assert error(held, asked(3000, seed=2)) < 0.05
    model = held.models["off"]
    assert model.coefficients["score"] == pytest.approx(0.6, abs=0.1)
    assert model.coefficients["odds"] == pytest.approx(0.8, abs=0.15)


def test_a_community_that_differs_draws_the_default_towards_itself_the_more_it_has_seen() -> None:
    default = fit(asked(3000))
    theirs = asked(2000, seed=3, shift=-2.5)
    before = error(default, theirs)
    few, many = fit(theirs[:60], default), fit(theirs, default)
    assert error(many, theirs) < error(few, theirs) < before
    assert error(many, theirs) < 0.06


def test_no_observation_changes_nothing_and_other_tiers_stay() -> None:
    default = Calibration.default()
    assert fit([], default) == default
    assert fit(asked(100), default).models["static"] == default.models["static"]


def test_the_default_knows_every_tier() -> None:
    models = Calibration.default().models
    assert models.keys() == {"off", "static", "transformer"}
    assert models["off"].coefficients.keys() < models["static"].coefficients.keys() == set(FEATURES)


@pytest.mark.parametrize("tier", ["off", "static", "transformer"])
def test_the_more_precision_is_wanted_the_more_it_takes_to_answer(tier: str) -> None:
    default = Calibration.default()
    steps = [default.cutoffs(tier, wanted, 0.4) for wanted in (0.5, 0.7, 0.8, 0.9, 0.95)]
    assert steps == sorted(steps)
    assert all(suggest <= answer for answer, suggest in steps)
    assert steps[0][0] < steps[-1][0]
    assert default.cutoffs(tier, 1.0, 1.0)[0] > 0.9
    assert default.cutoffs("unheard of", 0.5, 0.5) == (1.0, 1.0)


def test_answers_from_the_cutoff_on_are_as_precise_as_wanted() -> None:
    held, seen = fit(asked(5000)), asked(5000, seed=4)
    least, _ = held.cutoffs("off", 0.9, 0.4)
    given_ = [one for one in seen if held.confidence("off", one.features) >= least]
    assert sum(one.right for one in given_) / len(given_) == pytest.approx(0.9, abs=0.03)


def test_nothing_found_is_no_confidence() -> None:
    assert Calibration.default().confidence("off", {}) == 0


def test_saved_is_loaded(tmp_path: Path) -> None:
    held = fit(asked(500))
    held.save(tmp_path / "kb" / "calibration.json")
    again = Calibration.load(tmp_path / "kb" / "calibration.json")
    for one in asked(50, seed=5):
        assert again.confidence("off", one.features) == pytest.approx(held.confidence("off", one.features), abs=0.01)
    assert [path.name for path in (tmp_path / "kb").iterdir()] == ["calibration.json"]


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "3", '{"version": 99, "tiers": {}}', '{"version": 1, "tiers": {"off": {}}}',
        '{"version": 1, "tiers": {"off": {"intercept": 0, "coefficients": {"evil": 1}, "scales": {"evil": 1}, "spread": []}}}',
        '{"version": 1, "tiers": {"off": {"intercept": "x", "coefficients": {}, "scales": {}, "spread": []}}}',
    ],
)  # fmt: skip
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "calibration.json").write_text(text)
    with pytest.raises(ValueError, match=r"."):
        Calibration.load(tmp_path / "calibration.json")


def test_the_error_of_calibration_is_the_mean_gap() -> None:
    sure = np.array([0.95, 0.95, 0.15, 0.15])
    assert calibration_error(sure, np.array([1.0, 1, 0, 0])) == pytest.approx(0.10)
    assert calibration_error(sure, np.array([0.0, 0, 1, 1])) == pytest.approx(0.90)
    assert calibration_error(np.zeros(0), np.zeros(0)) == 0


@given(st.dictionaries(st.sampled_from(FEATURES), st.floats(-1e6, 1e6), min_size=1))
def test_confidence_is_a_probability_whatever_the_features(features: dict[str, float]) -> None:
    for tier in ("off", "static", "transformer"):
        assert 0 <= Calibration.default().confidence(tier, features) <= 1


def test_shares_and_intercept_are_the_log_odds() -> None:
    model = Model(-1.0, {"score": 0.5}, {"score": 1.0}, ((0.0, 0.0),) * BINS)
    held = Calibration({"off": model})
    shares = held.shares("off", {"score": 4.0})
    assert shares == {"score": 2.0}
    assert held.confidence("off", {"score": 4.0}) == pytest.approx(1 / (1 + math.exp(-1)))
