"""An answer in two lines: never cut inside a word, an address or code; the source and the hints always stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.events import RoomId, SendMessage, ToRoom
from bridges.irc.brief import WIDTH, brief
from bridges.irc.protocol import Prefix, ServerLimits
from bridges.irc.speaking import Ears
from bridges.text import Break, Link, Plain, Text, from_passage
from tests.unit.irc.saying import lines_of

URL = "https://help.example.org/kb/irc/register-a-nick#steps"
HINTS = "Did that help? !yes · !no (a person takes over) · !more"


def answer(words: str, title: str = "Register a nick", url: str = URL, hints: str = HINTS) -> Text:
    return (*from_passage(words), Plain(" → "), Link(url, (Plain(title),)), Break(), Plain(hints))


def said(text: Text, address: str = "anna", width: int = 500) -> tuple[str, ...]:
    lines = brief(text, address, width, 2)
    assert len(lines) <= 2
    assert all(len(line.encode()) <= min(width, WIDTH) for line in lines)
    return lines


def test_a_short_answer_is_one_line_and_its_hints_another() -> None:
    assert said(answer("Say `/msg NickServ REGISTER`.")) == (
        f"anna: Say `/msg NickServ REGISTER`. → Register a nick ({URL})",
        HINTS,
    )


def test_steps_run_together_on_the_first_line() -> None:
    assert said(answer("Do this:\n1. one\n2. two"))[0] == (
        f"anna: Do this: · 1. one · 2. two → Register a nick ({URL})"
    )


def test_what_is_longer_than_a_line_goes_on_in_the_second() -> None:
    words = " ".join(f"word{number}" for number in range(55))
    lines = said(answer(words))
    assert " ".join(lines) == f"anna: {words} → Register a nick ({URL}) · {HINTS}"
    assert all(re.fullmatch(r"\S.*\S", line) for line in lines)


def test_what_is_longer_than_two_lines_ends_early_and_keeps_source_and_hints() -> None:
    words = " ".join(f"слово{number}" for number in range(70))
    both = " ".join(said(answer(words)))
    kept = both.partition(" …")[0].removeprefix("anna: ")
    assert words.startswith(kept + " ")
    assert len(kept) > 200
    assert both.endswith(f" … → Register a nick ({URL}) · {HINTS}")


def test_a_long_name_goes_before_any_of_the_answer_does() -> None:
    words = " ".join(f"word{number}" for number in range(60))
    both = " ".join(said(answer(words, title="A name " * 40)))
    assert words in both
    assert URL in both
    assert "A name" not in both


def test_of_things_to_choose_from_the_names_are_enough_when_room_is_scarce() -> None:
    names = [f"The name of article number {number}, at some length" for number in (1, 2, 3)]
    choices = [
        (Plain(f"{n}) "), Link(f"{URL}-{n}-{'x' * 200}", (Plain(name),)), Break()) for n, name in enumerate(names, 1)
    ]
    both = " ".join(
        said((Plain("Do you mean:"), Break(), *(s for c in choices for s in c), Plain("Say !pick 1, 2 or 3.")))
    )
    assert all(name in both for name in names)
    assert "https" not in both
    assert both.endswith("Say !pick 1, 2 or 3.")


def test_scripts_without_spaces_are_cut_between_characters() -> None:
    both = " ".join(said(answer("日本語の答え" * 80)))
    assert "日本語の答え" * 10 in both
    assert URL in both


def test_an_address_longer_than_all_room_is_cut_rather_than_the_bound_broken() -> None:
    assert len(said(answer("word", url="https://x.example/" + "y" * 2000))) == 2


def test_the_bound_holds_on_servers_with_little_room_too() -> None:
    lines = lines_of(
        SendMessage(ToRoom(RoomId("#help")), answer("word " * 60), lines=2),
        Ears(ServerLimits(hostlen=250), Prefix("desk"), "helpdesk", "#help"),
        "anna",
        notices=False,
    )
    assert len(lines) <= 2
    front = f":helpdesk!{'u' * 11}@{'h' * 250} PRIVMSG #help :"
    assert all(len((front + line + "\r\n").encode()) <= 512 for line in lines)


WORDS = st.lists(
    st.sampled_from(["word", "wörter", "слово", "`a b  c`", "日本", "x" * 60, "1.", "\n", "\n2. step"]), max_size=90
)


@given(WORDS, st.sampled_from(["", "anna", "a-very-long-nick-of-thirty-chars"]), st.integers(150, 500))
def test_whatever_is_said_every_piece_of_it_is_whole(pieces: list[str], address: str, width: int) -> None:
    words = " ".join(pieces).strip()
    lines = said(answer(words), address, width)
    known = {*" ".join(pieces).replace("`", " ` ").split(), "…", "·", "→", "-", f"({URL})", f"{address}:", "1.", "2."}
    known |= {*["Register", "a", "nick"], *HINTS.split()}
    for line in lines:
        assert line.count("`") % 2 == 0
        assert "`a b  c`" in line or "`" not in line
        for word in line.replace("`", " ` ").split():
            assert word in known or re.fullmatch(r"\d+\.", word) or not word.isascii(), line
    assert URL in " ".join(lines)


@given(st.text(max_size=2000), st.text(max_size=200), st.integers(20, 600))
def test_any_text_keeps_the_bounds(words: str, title: str, width: int) -> None:
    for line in said(answer(words, title), "anna", width):
        assert not any(c in line for c in "\r\n\0\x01")


def test_between_lines_there_is_no_mark_for_another_line() -> None:
    for count in range(60, 72):
        first, second = said((Plain("x" * count + " " + "word " * 60), Break(), Plain("y" * 50 + " word" * 40)))
        assert not first.endswith("·")
        assert not second.startswith("·")


@pytest.mark.parametrize("text", [(), (Plain(" "),), (Break(), Break())])
def test_nothing_is_nothing(text: Text) -> None:
    assert said(text) == ()
