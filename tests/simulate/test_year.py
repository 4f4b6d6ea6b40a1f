"""A tenth of a simulated year loses nothing; the whole of it is `make soak`'s."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.simulate.community import Size
from tests.simulate.year import Year, live

SOAK = bool(os.environ.get("HELPDESK_SOAK"))
SIZE = Size(tickets=50_000, volunteers=60, seed=2) if SOAK else Size(tickets=60, days=6, volunteers=8, incidents=60)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder: Path = tmp_path_factory.mktemp("year")
    return live(folder, SIZE)


pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600 if SOAK else 600)]


def test_no_ticket_is_lost(year: Year) -> None:
    assert year.report.tickets > SIZE.tickets * 0.6
    assert year.troubles.lost == set()


def test_no_claim_outlives_its_lease(year: Year) -> None:
    assert year.troubles.stale == set()


def test_every_timer_fires_and_is_about_something(year: Year) -> None:
    assert year.timers > 0
    assert year.troubles.late == set()
    assert year.troubles.nowhere == set()


def test_nothing_is_set_aside(year: Year) -> None:
    assert year.troubles.dead == 0


def test_every_answer_arrives_once_or_is_known_not_to(year: Year) -> None:
    assert year.report.answers > year.report.tickets * 0.5
    assert year.troubles.twice == set()
    assert year.troubles.undelivered == set()


def test_most_are_answered_within_three_days(year: Year) -> None:
    assert year.report.answered_72 > 0.8
