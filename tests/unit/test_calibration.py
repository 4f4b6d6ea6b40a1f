"""Which outcomes say that the first article was right, and that learning from them makes the confidence more honest."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from helpdesk.calibration import HINT, LEAST, enough, observation, observations, refit
from helpdesk.desk.learning import Made
from helpdesk.desk.record import Logged
from helpdesk.model import Verdict
from kb.confidence import Calibration, Observation

ANSWER = Logged(
    1,
    datetime(2026, 1, 5, 10, tzinfo=UTC),
    "chat",
    False,
    "en",
    None,
    Made.ANSWER,
    True,
    0.9,
    "off",
    (("irc/nick", ""),),
    "irc/nick",
    "irc/nick",
    features={"score": 1.0},
)
SUGGESTED = replace(ANSWER, made=Made.SUGGESTIONS, article="", offered=(("irc/nick", ""), ("irc/join", "")))
UNKNOWN = replace(ANSWER, made=Made.NO_ANSWER, offered=(), article="", handed_over=True)
HELPED, NOT_HELPED = Verdict.HELPED, Verdict.NOT_HELPED


def current(article: str) -> str | None:
    renamed = {"irc/nick": "irc/nick", "irc/join": "irc/join", "irc/old-nick": "irc/nick"}
    return renamed.get(article)


@pytest.mark.parametrize(
    ("entry", "taught"),
    [
        (replace(ANSWER, verdict=HELPED), (True, 1.0)),
        (replace(ANSWER, verdict=NOT_HELPED), (False, 1.0)),
        (ANSWER, None),
        (replace(ANSWER, verdict=Verdict.HUMAN, handed_over=True), None),
        (replace(ANSWER, told=False, handed_over=True), None),
        (replace(ANSWER, verdict=HELPED, features={}), None),
        # A volunteer knows better than a thumb.
        (replace(ANSWER, verdict=NOT_HELPED, answered=True, cited="irc/nick"), (True, 1.0)),
        (replace(ANSWER, verdict=NOT_HELPED, answered=True, cited="irc/join"), (False, 1.0)),
        (replace(ANSWER, verdict=NOT_HELPED, answered=True, cited="no/such"), (False, 1.0)),
        (replace(ANSWER, told=False, answered=True, cited="irc/nick"), (True, 1.0)),
        (replace(SUGGESTED, picked=1, verdict=HELPED), (True, 1.0)),
        (replace(SUGGESTED, picked=2, verdict=HELPED), (False, 1.0)),
        (replace(SUGGESTED, picked=1, verdict=NOT_HELPED), (False, 1.0)),
        (replace(SUGGESTED, verdict=NOT_HELPED), (False, 1.0)),
        (replace(SUGGESTED, verdict=HELPED), None),
        (replace(SUGGESTED, picked=1), None),
        (UNKNOWN, None),
        (replace(UNKNOWN, answered=True), (False, HINT)),
        (replace(UNKNOWN, answered=True, cited="irc/old-nick"), (True, 1.0)),
        (replace(UNKNOWN, answered=True, cited="irc/join"), (False, 1.0)),
        (replace(UNKNOWN, answered=True, cited="no/such"), None),
        (replace(UNKNOWN, nearest="irc/old-nick", answered=True, cited="irc/nick"), (True, 1.0)),
    ],
)
def test_what_an_outcome_says(entry: Logged, taught: tuple[bool, float] | None) -> None:
    found = observation(entry, current)
    assert (None if found is None else (found.right, found.weight)) == taught


def test_features_of_an_older_version_are_left_out() -> None:
    old = replace(ANSWER, verdict=HELPED, features={"margin": 1.0})
    other = replace(ANSWER, verdict=HELPED, tier="static", features={"score": 1.0, "meaning": 0.5})
    new = replace(ANSWER, verdict=HELPED)
    assert [o.tier for o in observations([old, other, old, new], current)] == ["static", "off"]


def test_what_is_enough() -> None:
    right, wrong = Observation({"score": 1.0}, True, "off"), Observation({"score": 1.0}, False, "off")
    assert not enough([right] * (LEAST - 2) + [wrong])
    assert enough([right] * (LEAST - 1) + [wrong])
    assert not enough([right] * 500), "nothing that was wrong"


def middling(spread: float = 0.0, chance: random.Random | None = None) -> dict[str, float]:
    """Features by which the program's own calibration is right half the time, more or less."""
    own = Calibration.default().models["off"]
    z = -own.intercept / sum(own.coefficients[name] * scale for name, scale in own.scales.items())
    return {name: scale * (z + (chance.gauss(0, spread) if chance else 0)) for name, scale in own.scales.items()}


def outcomes(count: int, share: float, seed: int) -> list[Observation]:
    """Of a community where this share of answers helps, whatever the program thinks of them."""
    chance = random.Random(seed)
    return [Observation(middling(0.5, chance), chance.random() < share, "off") for _ in range(count)]


def test_a_community_that_is_unlike_the_defaults_is_learned() -> None:
    observed = outcomes(400, 0.9, seed=7)
    found = refit(observed, Calibration.default())
    assert found.before > 0.15
    assert found.after < found.before / 2
    assert found.better
    other = outcomes(400, 0.9, seed=8)
    again = refit(other, found.calibration)
    assert again.before < found.before / 2, "what was learned holds for outcomes that nobody saw"


def test_few_outcomes_move_it_little() -> None:
    own = Calibration.default()
    few, many = (refit(outcomes(count, 0.95, seed=7), own).calibration for count in (LEAST, 2000))
    before, after_few, after_many = (one.confidence("off", middling()) for one in (own, few, many))
    assert before < after_few < after_many


def test_learning_says_the_same_each_time() -> None:
    observed = outcomes(100, 0.8, seed=7)
    assert refit(observed, Calibration.default()) == refit(observed, Calibration.default())
