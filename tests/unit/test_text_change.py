"""What is said of an edit where the network has none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.text.change import DIFF_LINES, RUN_LENGTH, WHOLE, change, line_change

LONG = " ".join(f"w{n}" for n in range(200))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("one two", "one  two "),
        ("one two", "one two."),
        ("one two!", "one two?"),
        ("one\u200b two", "one two"),
        ("ok 👍\ufe0f", "ok 👍"),
        ("a\nb", "a\n\nb."),
    ],
)
def test_nothing_to_speak_of(before: str, after: str) -> None:
    assert change(before, after) is None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("try teh door", "try the door", "s/teh/the/"),
        ("see Anna", "see anna", "s/Anna/anna/"),
        ("the cat the dog", "the cat a dog", "s/cat the/cat a/"),
        ("a a a b", "a a c b", "s/a b/c b/"),
        ("one three", "one two three", "s/one/one two/"),
        ("one two three", "one three", "s/one two/one/"),
        ("two three", "one two three", "s/two/one two/"),
        ("see /etc/hosts", "see /etc/passwd", r"s/\/etc\/hosts/\/etc\/passwd/"),
        (r"a\b c", r"a\d c", r"s/a\\b/a\\d/"),
        ("completely other words", "nothing like it was", "s/completely other words/nothing like it was/"),
        ("1 2 3 4 5 6", "a b c d e f", "* a b c d e f"),
        ("", "now there", "* now there"),
        ("gone", "", "− gone"),
        ("one\ntwo\nthree", "one\ntoo\nthree", "s/two/too/"),
        ("one\ntwo", "one\ntwo\nthree", "* three"),
        ("one\ntwo\nthree", "one\nthree", "− two"),
        ("a b\nsame\nc d", "a x\nsame\nc y", "s/b/x/\ns/d/y/"),
    ],
)
def test_how_it_is_said(before: str, after: str, said: str) -> None:
    assert change(before, after) == said


def test_of_a_long_line_only_the_surroundings_are_said() -> None:
    words = LONG.split()
    words[100:103] = [f"NEW{n}" for n in range(20)]
    said = change(LONG, " ".join(words))
    assert said is not None
    assert said.startswith("* … w96 w97 w98 w99 NEW0")
    assert said.endswith("NEW19 w103 w104 w105 w106 …")


def test_many_lines_are_said_without_comparing_each() -> None:
    said = line_change("\n".join(f"a{n}" for n in range(500)), "\n".join(f"b{n}" for n in range(500)))
    assert said is not None
    assert said.count("\n") == 499
    assert DIFF_LINES < 500


WORDS = st.lists(st.text(st.sampled_from("ab/\\."), min_size=1, max_size=3), max_size=8).map(" ".join)


@given(WORDS, WORDS)
def test_the_substitution_gives_the_new_words(before: str, after: str) -> None:
    said = change(before, after)
    if said is None:
        assert re.sub(r"[. ]+$", "", before) == re.sub(r"[. ]+$", "", after)
    elif said.startswith("s/"):
        found = re.fullmatch(r"s/((?:[^/\\]|\\.)*)/((?:[^/\\]|\\.)*)/", said)
        assert found
        old, new = (re.sub(r"\\(.)", r"\1", side) for side in found.groups())
        assert before.count(old) == 1
        assert before.replace(old, new) == after
        assert max(len(old), len(new)) <= RUN_LENGTH
    else:
        assert said in (f"* {after}", f"− {before}")


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_edited_every_said_line_is_short(before: str, after: str) -> None:
    for line in (change(before, after) or "").split("\n"):
        assert len(line) <= WHOLE + 4
