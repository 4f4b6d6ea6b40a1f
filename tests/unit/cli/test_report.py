"""`kb report` reads the log of questions, marks the volunteers' articles, and shows no words that were asked in private."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from helpdesk.desk.learning import HandedOver, VolunteerSaid
from helpdesk.effects import Judge
from helpdesk.model import Verdict
from helpdesk.store.engine import Database
from tests.unit.cli.learning import ANSWER, NOW, UNKNOWN, learn


@pytest.fixture
def log(database: Database) -> None:
    learn(
        database,
        ANSWER,
        replace(ANSWER, question=2),
        Judge(1, Verdict.HELPED),
        Judge(2, Verdict.NOT_HELPED),
        replace(UNKNOWN, question=3, text="who has the key of the cellar?", nearest="events/keys"),
        HandedOver(3, 7),
        VolunteerSaid(7, ("old/keys", "")),
        replace(UNKNOWN, question=4, text="the cellar's key please", nearest="old/keys"),
        replace(UNKNOWN, question=5, text=None, private=True, nearest=""),
        replace(UNKNOWN, question=6, text="long ago", at=NOW - timedelta(days=60)),
    )


def test_the_report_for_programs(run, log: None) -> None:
    result = run("kb", "report", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["days"], found["asked"]) == (30, 5)
    first = found["unanswered"][0]
    assert first["wordings"] == ["who has the key of the cellar?", "the cellar's key please"]
    assert (first["count"], first["nearest"], first["nearest_audience"]) == (2, "events/keys", "volunteers")
    assert (first["cited"], first["cited_audience"]) == ("events/keys", "volunteers")
    assert [(group["count"], group["not_helped"], group["wordings"]) for group in found["unanswered"][1:]] == [
        (1, 0, []),
        (1, 1, ["is there a beamer?"]),
    ]
    [projector] = [row for row in found["articles"] if row["article"] == "events/projector"]
    assert (projector["offered"], projector["helped"], projector["not_helped"], projector["success"]) == (2, 1, 1, 0.5)
    assert projector["interval"] == [0.095, 0.905]
    assert found["never_offered"] == [{"article": "events/alarm", "audience": "volunteers"}]
    assert sum(week["asked"] for week in found["weeks"]) == 5
    assert all(sum(week[key] for key in ("answered", "suggested", "handed_over")) == 1 for week in found["weeks"])


def test_the_report_for_people(run, log: None) -> None:
    shown = run("kb", "report").stdout
    assert "who has the key of the cellar?" in shown
    assert "events/keys (volunteers)" in shown
    assert "events/alarm (volunteers)" in shown
    assert "(words not kept)" in shown
    assert "9% to 91%" in shown
    assert "long ago" not in shown
    assert "long ago" in run("kb", "report", "--days", "90").stdout
    assert "… and 2 more: --limit" in run("kb", "report", "--limit", "1").stdout


def test_a_report_of_nothing(run, database: Database) -> None:
    assert "Nobody asked anything in the last 7 days" in run("kb", "report", "--days", "7").stdout
    assert json.loads(run("kb", "report", "--json").stdout)["unanswered"] == []


def test_no_database_yet(run) -> None:
    result = run("kb", "report", "--state", "nowhere")
    assert result.exit_code == 1
    assert "no database yet" in result.stderr
