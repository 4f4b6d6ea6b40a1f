"""What the log of questions tells: what was alike is one group, what failed comes first, every question is counted once."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.desk.learning import Made
from helpdesk.desk.record import Logged, Success
from helpdesk.model import Verdict
from helpdesk.report import WORDINGS, Report, report, stems

MONDAY = datetime(2026, 1, 5, 10, tzinfo=UTC)
UNKNOWN = Logged(1, MONDAY, "chat", False, "en", "how?", Made.NO_ANSWER, True, 0.2, "off", (), "irc/nick", "")
ANSWER = replace(UNKNOWN, made=Made.ANSWER, offered=(("irc/nick", ""),), article="irc/nick", confidence=0.9)
SUGGESTED = replace(ANSWER, made=Made.SUGGESTIONS, article="")


def told(*log: Logged, success: dict[str, Success] | None = None, articles: tuple[str, ...] = ()) -> Report:
    renamed = {"irc/old": "irc/nick"}
    return report(MONDAY, log, success or {}, articles, lambda article: renamed.get(article, article))


def asked(*texts: str | None, **more) -> list[Logged]:
    return [replace(UNKNOWN, id=number, text=text, **more) for number, text in enumerate(texts)]


def test_questions_that_are_alike_are_one_group_with_examples() -> None:
    found = told(
        *asked(
            "how do I change the colour of my badge?", "Where is the printer?", "badge colours: can they be changed"
        ),
    )
    assert [(group.count, len(group.wordings)) for group in found.groups] == [(2, 2), (1, 1)]
    assert found.groups[0].wordings[0] == "how do I change the colour of my badge?"


def test_the_same_words_near_another_article_are_another_group() -> None:
    assert len(told(*asked("badge colour"), *asked("badge colour", nearest="a/b")).groups) == 2


def test_former_names_of_an_article_are_the_same_article() -> None:
    [group] = told(*asked("badge colour"), *asked("badge colour", nearest="irc/old")).groups
    assert (group.count, group.nearest) == (2, "irc/nick")


def test_words_that_are_not_kept_are_counted_apart() -> None:
    found = told(*asked(None, None, "badge colour"))
    assert [(group.count, group.wordings) for group in found.groups] == [(2, []), (1, ["badge colour"])]


def test_one_wording_is_shown_once_and_not_all_are() -> None:
    assert told(*asked(*["badge colour"] * 9)).groups[0].wordings == ["badge colour"]
    many = told(*asked(*(f"badge colour {number}" for number in range(9))))
    assert [(group.count, len(group.wordings)) for group in many.groups] == [(9, WORDINGS)]


def test_what_did_not_help_was_not_answered_either() -> None:
    [group] = told(replace(ANSWER, verdict=Verdict.NOT_HELPED), replace(ANSWER, verdict=Verdict.HELPED), ANSWER).groups
    assert (group.count, group.not_helped) == (1, 1)


def test_what_volunteers_cited_is_the_groups_answer() -> None:
    cited = [
        replace(entry, cited=article) for entry, article in zip(asked(*["x y"] * 4), ["", "a", "b", "b"], strict=True)
    ]
    assert told(*cited).groups[0].answer == "b"


def test_articles_that_fail_come_first_and_former_names_are_added() -> None:
    found = told(
        success={
            "good": Success(50, 40, 1),
            "bad": Success(50, 2, 30),
            "irc/old": Success(2, 1, 1, cited=1),
            "irc/nick": Success(3, 0, 2),
        }
    )
    assert list(found.articles) == ["bad", "irc/nick", "good"]
    assert found.articles["irc/nick"] == Success(5, 1, 3, 0, 1)


def test_articles_that_nobody_was_ever_shown() -> None:
    found = told(
        SUGGESTED, success={"cited": Success(0, cited=1)}, articles=("irc/nick", "cited", "never/b", "never/a")
    )
    assert found.never == ["never/a", "never/b"]


def test_weeks_begin_on_monday_and_count_every_question_once() -> None:
    sunday = MONDAY - timedelta(days=1)
    found = told(
        replace(UNKNOWN, at=sunday),
        replace(ANSWER, verdict=Verdict.HELPED),
        replace(SUGGESTED, verdict=Verdict.NOT_HELPED),
        UNKNOWN,
        replace(ANSWER, told=False),
        replace(UNKNOWN, made=Made.UNASKED, told=False),
    )
    before, week = found.weeks
    assert (before.begins, before.handed_over) == (date(2025, 12, 29), 1)
    assert (week.begins, week.asked) == (date(2026, 1, 5), 5)
    assert (week.answered, week.suggested, week.handed_over, week.helped, week.not_helped) == (1, 1, 3, 1, 1)
    assert week.share(week.handed_over) == 0.6


@given(st.lists(st.text("abcde ", max_size=20), max_size=30))
def test_no_question_is_lost_between_the_groups(texts: list[str]) -> None:
    found = told(*asked(*texts))
    assert sum(group.count for group in found.groups) == found.asked == len(texts)
    for group in found.groups:
        assert set(group.wordings) <= set(texts)


@pytest.mark.timeout(30)
def test_questions_that_share_one_word_and_nothing_else_take_time_in_proportion() -> None:
    """Each is a group of its own, in sight of all the others: compared with all, it would take minutes."""
    own = ["".join(letters) for letters in itertools.islice(itertools.product("bcdfghjklm", repeat=5), 20_000)]
    assert len(told(*asked(*(f"badge {word} {word[::-1]}" for word in own))).groups) > 10_000


def test_what_a_question_is_about() -> None:
    assert stems("How do I change the colours of my badges?") == stems("changing a badge's colour")
    assert stems("how do I?") == frozenset()
