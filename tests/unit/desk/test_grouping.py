"""Whether two people ask for the same thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.desk.grouping import groups, nearness

FLOOR = 0.45


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We need a mailing list for the Berlin group", "a mailing list for berlin, please"),
        ("The wiki is very slow today", "wiki slow"),
        ("I can't log in to the wiki", "logging in to the wiki fails"),
        ("Wir brauchen eine Mailingliste für unser Projekt", "bitte eine Mailing-Liste für das Projekt"),
        ("Der Videoraum hat keinen Ton", "kein Ton im Videoraum!"),
        ("better microphones in video rooms", "could we have a better microphone for the video room?"),
    ],
)
def test_the_same_in_other_words_is_alike(one: str, other: str) -> None:
    assert nearness(one, other) >= FLOOR


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We need a mailing list", "We need a projector"),
        ("how do I reset my password?", "how do I join the video call?"),
        ("Wir brauchen eine Mailingliste", "Wir brauchen einen Beamer"),
        ("the wiki is down", "the build is broken"),
        ("", "the wiki"),
    ],
)
def test_words_that_say_nothing_make_nothing_alike(one: str, other: str) -> None:
    assert nearness(one, other) < FLOOR


def test_a_text_is_wholly_like_itself() -> None:
    assert nearness("The Wiki is slow!", "the wiki is slow") == 1


@given(st.text(max_size=60), st.text(max_size=60))
def test_nearness_is_a_part_of_one_whoever_is_compared_with_whom(one: str, other: str) -> None:
    assert 0 <= nearness(one, other) <= 1
    assert nearness(one, other) == pytest.approx(nearness(other, one))


def test_groups_are_by_what_is_meant_and_the_largest_comes_first() -> None:
    texts = [
        "a projector for meet-ups",
        "a mailing list for the Berlin group",
        "could Berlin have a mailing list?",
        "something else entirely",
        "mailing list, berlin",
    ]
    assert groups(texts, FLOOR) == [(1, 2, 4), (0,), (3,)]


@given(st.lists(st.text(max_size=20), max_size=8))
def test_each_text_is_in_one_group(texts: list[str]) -> None:
    assert sorted(at for group in groups(texts, FLOOR) for at in group) == list(range(len(texts)))
