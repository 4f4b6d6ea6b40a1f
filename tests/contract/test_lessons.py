"""The log of questions keeps its word on SQLite and on PostgreSQL alike: written once, changed by what came, forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

from helpdesk.desk.learning import HandedOver, Made, Offered, OpenedAgain, Picked, Solved, VolunteerSaid
from helpdesk.desk.record import Logged, Success
from helpdesk.effects import Judge
from helpdesk.model import Verdict
from helpdesk.sections import Learning
from helpdesk.store import learning
from helpdesk.store.engine import Database
from helpdesk.store.schema import lessons
from tests.desk import config_for
from tests.servers.migrated import migrated_database, ready

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
HOUR = datetime(2026, 1, 2, 3, tzinfo=UTC)
ANSWER = Offered(
    1,
    NOW,
    "chat",
    False,
    "en",
    "how?",
    Made.ANSWER,
    True,
    0.9,
    "static",
    {"top": 1.5},
    (("a/b", 3.25), ("c/d", 1.0)),
    (("a/b", "how"),),
    "a/b",
)
SUGGESTIONS = replace(ANSWER, made=Made.SUGGESTIONS, offered=(("a/b", "how"), ("c/d", "")))
NO_ANSWER = replace(ANSWER, made=Made.NO_ANSWER, offered=())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """To a database with all migrations."""
    if request.param == "sqlite":
        yield from _migrated(f"sqlite:///{tmp_path}/desk.db")
        return
    with migrated_database() as given:
        yield from _migrated(config_for(tmp_path, database={"url": given}).database_url())


def _migrated(url: str) -> Iterator[Connection]:
    ready(url)
    database = Database.open(url)
    try:
        database.upgrade()
        with database.writing.begin() as connection:
            yield connection
    finally:
        database.close()


def learn(connection: Connection, *told: learning.Lesson) -> Logged:
    """The last of the log."""
    for lesson in told:
        learning.learn(connection, lesson)
    return learning.logged(connection, HOUR)[-1]


def test_an_answer_comes_back_as_it_was_offered(connection: Connection) -> None:
    found = learn(connection, ANSWER)
    assert (found.at, found.network, found.lang, found.text) == (HOUR, "chat", "en", "how?")
    assert (found.made, found.told, found.confidence, found.tier) == (Made.ANSWER, True, 0.9, "static")
    assert (found.offered, found.nearest, found.article) == ((("a/b", "how"),), "a/b", "a/b")
    assert (found.verdict, found.handed_over, found.answered, found.cited) == (None, False, False, "")
    assert found.features == {}, "the evidence is read where it is wanted"
    learn(connection, Judge(1, Verdict.HELPED))
    [judged] = learning.judged(connection)
    assert (judged.features, judged.candidates) == ({"top": 1.5}, (("a/b", 3.25), ("c/d", 1.0)))


def test_a_question_that_is_answered_twice_is_logged_once(connection: Connection) -> None:
    learn(connection, ANSWER, NO_ANSWER)
    assert [found.made for found in learning.logged(connection, HOUR)] == [Made.ANSWER]


def test_questions_that_were_never_asked_of_it_are_each_logged(connection: Connection) -> None:
    unasked = replace(NO_ANSWER, question=None, made=Made.UNASKED)
    learn(connection, unasked, unasked)
    assert len(learning.logged(connection, HOUR)) == 2


def test_a_verdict_finds_its_question_only(connection: Connection) -> None:
    learn(connection, ANSWER, replace(ANSWER, question=2), Judge(1, Verdict.NOT_HELPED), Judge(9, Verdict.HELPED))
    assert [found.verdict for found in learning.logged(connection, HOUR)] == [Verdict.NOT_HELPED, None]


def test_of_suggestions_the_one_that_was_picked_is_judged(connection: Connection) -> None:
    assert learn(connection, SUGGESTIONS).article == ""
    found = learn(connection, Picked(1, ("c/d", "")), Judge(1, Verdict.NOT_HELPED))
    assert (found.article, found.picked, found.verdict) == ("c/d", 2, Verdict.NOT_HELPED)
    found = learn(connection, Picked(1, ("a/b", "how")))
    assert (found.article, found.picked, found.verdict) == ("a/b", 1, None)
    assert learn(connection, Picked(1, ("x/y", ""))).article == "a/b", "that was never offered"


def test_what_was_not_told_is_no_articles_doing(connection: Connection) -> None:
    assert learn(connection, replace(ANSWER, told=False, ticket=7)).article == ""
    assert learning.success(connection, HOUR) == {}


def test_a_volunteers_words_answer_the_tickets_last_question(connection: Connection) -> None:
    learn(connection, NO_ANSWER, HandedOver(1, 7), VolunteerSaid(7, None))
    learn(connection, replace(NO_ANSWER, question=2), HandedOver(2, 7), VolunteerSaid(7, ("c/d", "x")))
    first, second = learning.logged(connection, HOUR)
    assert (first.handed_over, first.answered, first.cited) == (True, True, "")
    assert (second.answered, second.cited) == (True, "c/d")
    found = learn(connection, Solved(7))
    assert (found.solved, found.opened_again) == (True, False)
    found = learn(connection, OpenedAgain(7), VolunteerSaid(7, None))
    assert (found.solved, found.opened_again, found.cited) == (False, True, "c/d")


def test_words_that_close_a_ticket_answer_nothing_unless_they_cite(connection: Connection) -> None:
    found = learn(connection, replace(NO_ANSWER, ticket=7), VolunteerSaid(7, None, closing=True))
    assert (found.answered, found.cited) == (False, "")
    assert learn(connection, VolunteerSaid(7, ("c/d", ""), closing=True)).cited == "c/d"


def test_how_articles_did(connection: Connection) -> None:
    for number, verdict in enumerate((Verdict.HELPED, Verdict.HELPED, Verdict.NOT_HELPED, Verdict.HUMAN, None)):
        learn(connection, replace(ANSWER, question=number), *([Judge(number, verdict)] if verdict else []))
    learn(connection, replace(NO_ANSWER, question=10, ticket=7), VolunteerSaid(7, ("a/b", "")))
    learn(connection, replace(NO_ANSWER, question=11, ticket=8), VolunteerSaid(8, ("c/d", "")))
    learn(connection, replace(ANSWER, question=12, at=NOW - timedelta(days=9)))
    assert learning.success(connection, HOUR) == {"a/b": Success(5, 2, 1, 1, 1), "c/d": Success(0, cited=1)}


def test_the_log_is_read_in_pages(connection: Connection) -> None:
    learn(connection, *(replace(ANSWER, question=number) for number in range(5)))
    first = learning.logged(connection, HOUR, limit=3)
    rest = learning.logged(connection, HOUR, after=first[-1].id, limit=3)
    assert [len(first), len(rest)] == [3, 2]
    assert len({found.id for found in (*first, *rest)}) == 5
    found = learning.every(lambda after: learning.logged(connection, HOUR, after=after, limit=2))
    assert [entry.id for entry in found] == [entry.id for entry in (*first, *rest)]


# --- forgetting -------------------------------------------------------------------------------------------------------


def swept(connection: Connection, **keeping: timedelta) -> list[tuple[str | None, int | None, int | None]]:
    """Words, question and ticket of what is left, after all that may go has gone."""
    while learning.sweep(connection, NOW, Learning(**keeping)):
        pass
    rows = connection.execute(select(lessons.c.text, lessons.c.question, lessons.c.ticket).order_by(lessons.c.id))
    return [(row[0], row[1], row[2]) for row in rows]


def aged(connection: Connection, *days: int) -> None:
    for number, age in enumerate(days, 1):
        learn(connection, replace(ANSWER, question=number, ticket=number, at=NOW + timedelta(hours=1)))
        connection.execute(
            update(lessons).where(lessons.c.question == number).values(at=NOW - timedelta(days=age, hours=1))
        )


def test_words_and_links_go_first_and_then_the_row(connection: Connection) -> None:
    aged(connection, 800, 100, 50)
    assert swept(connection) == [(None, None, None), ("how?", 3, 3)]
    [kept, _] = learning.logged(connection, NOW - timedelta(days=999))
    assert (kept.made, kept.article) == (Made.ANSWER, "a/b")


def test_an_entry_is_found_while_something_may_still_come_of_it(connection: Connection) -> None:
    aged(connection, 31, 29)
    assert swept(connection, keep_text=timedelta(days=1)) == [(None, None, None), (None, 2, 2)]


def test_nothing_is_kept_where_nothing_is_wanted(connection: Connection) -> None:
    aged(connection, 1, 0)
    assert swept(connection, keep=timedelta(0)) == []


def test_it_forgets_in_batches(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "BATCH", 2)
    aged(connection, *[800] * 5)
    left = []
    more = True
    while more:
        more = learning.sweep(connection, NOW, Learning())
        left.append(connection.execute(select(func.count()).select_from(lessons)).scalar_one())
    assert left == [3, 1, 0]
