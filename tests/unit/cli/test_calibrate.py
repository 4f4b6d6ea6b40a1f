"""`kb calibrate` learns from enough outcomes, writes only what proves better, and says what it did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from helpdesk.effects import Judge
from helpdesk.model import Verdict
from helpdesk.store.engine import Database
from kb.answer import KnowledgeBase
from kb.confidence import Calibration
from kb.options import Options, Tier
from tests.unit.cli.learning import ANSWER, learn
from tests.unit.test_calibration import middling


def outcomes(database: Database, right: int, wrong: int, features: Mapping[str, float] | None = None) -> None:
    """So many answers that helped and did not, of which the program thought that half would, or what it thinks of these."""
    for number in range(right + wrong):
        verdict = Verdict.HELPED if number < right else Verdict.NOT_HELPED
        learn(
            database,
            replace(ANSWER, question=100 + number, features=features or middling()),
            Judge(100 + number, verdict),
        )


def calibration(here: Path) -> Path:
    return here / "state" / "kb" / "calibration.json"


def test_too_little_to_learn_from(run, here: Path, database: Database) -> None:
    outcomes(database, 30, 19)
    result = run("kb", "calibrate")
    assert result.exit_code == 1
    assert "30 right and 19 wrong answers are known, and it takes 50" in result.stderr
    found = json.loads(run("kb", "calibrate", "--json").stdout)
    assert found == {"written": False, "observations": 49, "right": 30, "needed": 50}
    assert not calibration(here).exists()


def test_outcomes_of_one_kind_teach_nothing(run, here: Path, database: Database) -> None:
    outcomes(database, 60, 0)
    assert run("kb", "calibrate").exit_code == 1
    assert not calibration(here).exists()


def test_the_calibration_is_learned_and_written(run, here: Path, database: Database) -> None:
    outcomes(database, 70, 10)
    tried = json.loads(run("kb", "calibrate", "--dry-run", "--json").stdout)
    assert (tried["written"], tried["better"], tried["observations"], tried["right"]) == (False, True, 80, 70)
    assert not calibration(here).exists()
    assert "Nothing was written (--dry-run)" in run("kb", "calibrate", "--dry-run").stdout
    result = run("kb", "calibrate")
    assert result.exit_code == 0
    assert f"{tried['ece_after']:.3f}" in result.stdout
    assert str(calibration(here)) in result.stdout
    before, after = (
        one.confidence("off", middling()) for one in (Calibration.default(), Calibration.load(calibration(here)))
    )
    assert abs(after - 70 / 80) < abs(before - 70 / 80)


def test_what_proves_no_better_is_not_written(run, here: Path, database: Database) -> None:
    outcomes(database, 40, 40)
    result = run("kb", "calibrate")
    assert result.exit_code == 0
    assert "no better: nothing was written" in result.stdout
    assert not calibration(here).exists()


def test_no_database_yet(run) -> None:
    result = run("kb", "calibrate", "--state", "nowhere")
    assert result.exit_code == 1
    assert "no database yet" in result.stderr


def test_a_folder_that_cant_be_written(run, here: Path, database: Database) -> None:
    outcomes(database, 70, 10)
    (here / "state" / "kb").write_text("in the way")
    result = run("kb", "calibrate")
    assert result.exit_code == 1
    assert str(calibration(here)) in result.stderr
    assert "run it as the user the service runs as" in result.stderr


def test_a_knowledge_base_that_is_open_takes_it_up(run, here: Path, database: Database) -> None:
    base = KnowledgeBase.open([here / "articles"], here / "state" / "kb", Options(tier=Tier.OFF))
    try:
        asked = base.answer("where do I find the projector?")
        assert asked.evidence.features
        outcomes(database, 10, 90, asked.evidence.features)
        assert run("kb", "calibrate").exit_code == 0
        again = base.answer("where do I find the projector?")
        assert again.evidence.features == asked.evidence.features
        assert abs(again.confidence - 0.1) < abs(asked.confidence - 0.1)
    finally:
        base.close()
