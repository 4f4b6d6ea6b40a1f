"""The search's query language: how it is read, and what it finds on a shelf of three articles."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.query import (
    MAX_DEPTH,
    NOTHING,
    Begins,
    Every,
    Found,
    Must,
    Never,
    Phrase,
    Query,
    Some,
    Tagged,
    Together,
    Words,
    Written,
    find,
    parse,
    respelt,
)

ARTICLES = {"a": "red apple pie", "b": "green apple", "c": "green tea pot"}


class Shelf:
    """Three articles, their words as they are; `the` is a function word."""

    def everything(self) -> set[str]:
        return set(ARTICLES)

    def words(self, said: Sequence[str]) -> Found | None:
        meant = [word.lower() for word in said if word.lower() != "the"]
        return (
            ({n for n, text in ARTICLES.items() if set(meant) & set(text.split())}, dict.fromkeys(meant, 1.0))
            if meant
            else None
        )

    def phrase(self, said: str, *, title: bool) -> Found | None:
        return {n for n, text in ARTICLES.items() if said in text and (not title or n == "a")}, {said: 1.0}

    def begins(self, said: str, *, title: bool) -> Found | None:
        return {n for n, text in ARTICLES.items() if any(w.startswith(said) for w in text.split())}, {said: 1.0}

    def tagged(self, tag: str) -> set[str]:
        return {"c"} if tag == "drinks" else set()

    def written(self, lang: str) -> set[str]:
        return {"a", "b"} if lang == "en" else {"c"} if lang == "de" else set()


def found(text: str) -> str:
    return "".join(sorted(find(parse(text), Shelf())[0]))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("one two", Words(("one", "two"))),
        ('"one two"', Phrase("one two")),
        ("„eins zwei“", Phrase("eins zwei")),
        ("«un deux»", Phrase("un deux")),
        ('"one two', Words(('"one', "two"))),
        ("+one -two", Together((Must(Words(("one",))), Never(Words(("two",)))))),
        ("e-mail c++ a+b", Words(("e-mail", "c++", "a+b"))),
        ("begin*", Begins("begin")),
        ("b*", Words(("b*",))),
        ("title:one", Phrase("one", title=True)),
        ('TITLE:"one two"', Phrase("one two", title=True)),
        ("title:reg*", Begins("reg", title=True)),
        ("tag:IRC", Tagged("irc")),
        ("-lang:pt-BR", Never(Written("pt-br"))),
        ("a AND b OR c", Some((Every((Words(("a",)), Words(("b",)))), Words(("c",))))),
        ("x a AND b", Together((Words(("x",)), Every((Words(("a",)), Words(("b",))))))),
        ("NOT one", Never(Words(("one",)))),
        ("+(one two) -(three)", Together((Must(Words(("one", "two"))), Never(Words(("three",)))))),
        ("and or not", Words(("and", "or", "not"))),
        ("foo:bar http://x.example/y", Words(("foo:bar", "http://x.example/y"))),
        ("AND OR NOT", NOTHING),
        ('- + ( ) * " AND', NOTHING),
        ("a AND OR b", Some((Words(("a",)), Words(("b",))))),
        (") a ( b", Words(("a", "b"))),
        ('tag: title:""', Words(("tag:",))),
        ("🎉 👍🏽", NOTHING),
        ("مرحبا بالعالم", Words(("مرحبا", "بالعالم"))),
        ("", NOTHING),
    ],
)
def test_it_is_read_as_it_is_meant(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("apple pot", "abc"),
        ("+apple pot", "ab"),
        ("apple -green", "a"),
        ("apple NOT green", "a"),
        ("green AND apple", "b"),
        ("red OR pot", "ac"),
        ("(red OR pot) AND green", "c"),
        ('"green apple"', "b"),
        ('"green apple" tea', "b"),
        ("te*", "c"),
        ("tag:drinks", "c"),
        ("tag:drinks apple", ""),
        ("tag:drinks OR lang:en", "abc"),
        ("(tag:drinks OR lang:en) apple", "ab"),
        ("lang:en green", "b"),
        ("lang:en -red", "b"),
        ("title:apple", "a"),
        ("title:apple green", "a"),
        ("the", ""),
        ("the apple AND the", "ab"),
        ("tag:drinks the", "c"),
        ("-apple", ""),
        ("NOT (apple)", ""),
        ("apple -the", "ab"),
        ("unknown", ""),
        ("unknown AND apple", ""),
    ],
)
def test_it_finds_what_is_meant(text: str, names: str) -> None:
    assert found(text) == names


def test_what_is_not_wanted_is_no_term() -> None:
    assert set(find(parse("apple -green"), Shelf())[1]) == {"apple"}


@pytest.mark.parametrize(
    "text", ["(" * 100_000, "((a) " * 20_000, "NOT " * 25_000, "a OR " * 20_000, "+" * 100_000, '"' * 99_999]
)
def test_long_texts_take_no_time_and_no_stack(text: str) -> None:
    assert find(parse(text), Shelf())[0] <= set(ARTICLES)


def test_brackets_deeper_than_that_are_left_out() -> None:
    assert parse("(" * (MAX_DEPTH + 5) + "a" + ")" * (MAX_DEPTH + 5)) == Words(("a",))


TYPED = [
    *[
        "apple",
        "green",
        "the",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "+",
        "-",
        "+(",
        "-(",
        "title:",
        "tag:drinks",
        "lang:en",
        "te*",
        "*",
        '"',
        "\u202e",
    ],
    '"green apple"',
    "\x00",
]


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(TYPED)).map(" ".join)
    | st.lists(st.sampled_from(TYPED)).map("".join)
)
def test_nothing_typed_is_an_error(text: str) -> None:
    assert find(parse(text), Shelf())[0] <= set(ARTICLES)


def test_spelling_is_mended_in_words_only() -> None:
    def upper(word: str) -> str:
        return word.upper()

    typed = '+mail -"two words" tag:list lang:de title:wiki begin* (a OR b)'
    assert respelt(typed, upper) == '+MAIL -"TWO WORDS" tag:list lang:de title:WIKI begin* (A OR B)'
    assert respelt("", upper) == ""


@given(st.text(max_size=80) | st.lists(st.sampled_from(TYPED)).map(" ".join))
def test_spelling_changes_nothing_when_all_is_right(text: str) -> None:
    assert respelt(text, lambda word: word) == text
