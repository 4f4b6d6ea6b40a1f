from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import reading
from kb.spelling import Speller

LONG = (
    "Hi all, I have been using the community for three years now and I love it. Yesterday I got a new laptop. "
    "How do I move my IRC certificate to it? Thanks a lot for any help, you are the best."
)
LOG = """my client says this when I connect
2026-11-24 12:00:01 INFO connecting to irc.example.org port 6697 with tls enabled and a timeout of thirty
2026-11-24 12:00:02 ERROR certificate verify failed: self signed certificate in certificate chain number 1
[  12.345] net: giving up after three attempts
what can I do"""


def test_of_a_long_message_the_sentences_that_ask_are_read_too() -> None:
    assert "How do I move my IRC certificate to it?" in list(reading.readings(LONG))


def test_what_a_machine_wrote_is_left_out_of_one_reading() -> None:
    asked = list(reading.readings(LOG))
    assert asked[0] == LOG
    assert any("what can I do" in read and "ERROR" not in read for read in asked)


def test_versions_and_files_end_no_sentence() -> None:
    text = "I have looked for this in many places and asked my friends about it. How do I make Element 1.11.5 show rooms? Thanks!"
    assert "How do I make Element 1.11.5 show rooms?" in list(reading.readings(text))


def test_a_short_question_is_read_as_it_is() -> None:
    assert list(reading.readings("how do I register my nick?")) == ["how do I register my nick?"]


def test_an_address_is_read_by_its_words() -> None:
    read = next(reading.readings("https://wiki.example.org/mailing-lists/moderate?id=deadbeef#x does not open"))
    assert "mailing lists moderate" in read
    assert "deadbeef" not in read


@pytest.mark.parametrize(
    "question",
    [
        "and on Android?", "what about Matrix?", "ok, and on my phone?", "how about the web client", "but it says no",
        "und auf dem Handy?", "was ist mit Matrix?", "does that work on windows too", "where do I find it?", "same for lists?",
    ],
)  # fmt: skip
def test_what_goes_on_with_a_talk(question: str) -> None:
    assert reading.follows(question)


@pytest.mark.parametrize(
    "question",
    [
        "how do I register my nick?",
        "mailing list",
        "android app for matrix",
        "",
        "!!!",
        LONG,
        "wie registriere ich mich",
    ],
)
def test_what_stands_by_itself(question: str) -> None:
    assert not reading.follows(question)


@given(st.text(max_size=3000))
def test_any_text_is_read(text: str) -> None:
    assert list(reading.readings(text))
    reading.follows(text)
    reading.respelt(text, str.upper)


@pytest.mark.parametrize("piece", ["a", "? ", "how ", "http://x/", "://", "and ", "\n2026-", "\t", "[", "ERROR "])
def test_reading_takes_linear_time(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * size)[: size * 2]
        began = time.process_time()
        list(reading.readings(text))
        reading.follows(text)
        return time.process_time() - began

    seconds(500)
    assert seconds(20_000) < 40 * max(seconds(2_000), 0.002)


WORDS = ["nickname", "register", "matrix", "matrix", "mailing", "moderate", "list", "password"]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("nikname", "nickname"), ("nicknname", "nickname"), ("nickmane", "nickmane"), ("ncikname", "nickname"),
        ("registr", "register"), ("passwrod", "password"), ("Matrx", "matrix"), ("matrix", "matrix"), ("lst", "lst"),
        ("pizza", "pizza"), ("x" * 100, "x" * 100),
    ],
)  # fmt: skip
def test_a_slip_is_mended(slip: str, meant: str) -> None:
    assert Speller(WORDS).mend(slip) == meant


def test_the_words_that_occur_often_win() -> None:
    assert Speller(["lists", "lists", "listx"]).mend("listz") == "lists"
