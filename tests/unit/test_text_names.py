"""Names of people as a relay shows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.text import from_irc, plain
from bridges.text.colours import PALETTE, parts
from bridges.text.names import JOINER, NAME_LIMIT, READABLE, colour_of, dyed, fit_name, unpinging


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("anna", f"a{JOINER}nna"),
        ("e\u0301mile", f"e\u0301{JOINER}mile"),
        ("👩\u200d🚒 Kim", f"👩\u200d🚒{JOINER} Kim"),
        ("👋🏽x", f"👋🏽{JOINER}x"),
        ("🇩🇪🇫🇷", f"🇩🇪{JOINER}🇫🇷"),
        ("x", f"x{JOINER}"),
        ("", f"?{JOINER}"),
    ],
)
def test_the_joiner_stands_behind_what_people_see_as_the_first_letter(name: str, shown: str) -> None:
    assert unpinging(name) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("anna> hi\n<bob", "anna› hi ‹bob"),
        ("\x02\x0304an\u202ena\u200b", "04anna"),
        ("\u200b\u2060\ufeff", "?"),
        ("\u3164", "?"),
        ("a" + "\u0316" * 50 + "b", "a" + "\u0316" * 4 + "b"),
        ("x" * 100, "x" * (NAME_LIMIT - 1) + "…"),
        ("a  \t b", "a b"),
    ],
)
def test_a_name_holds_nothing_that_does_not_show(name: str, shown: str) -> None:
    assert fit_name(name) == shown


@given(st.text(max_size=60))
def test_any_name_is_one_short_line_and_can_be_shown_again(name: str) -> None:
    shown = fit_name(name)
    assert 0 < len(shown) <= NAME_LIMIT
    assert not set("<>\n\r\x00\x02\x03") & set(shown)
    assert fit_name(shown) == shown
    assert fit_name(unpinging(name)) == shown


def _light(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in parts(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_persons_colour_is_stable_and_readable_on_white_and_black() -> None:
    assert [colour_of(f"@{name}:example.org") for name in ("anna", "bob", "kim")] == [13, 4, 10]
    assert {colour_of(f"account:{n}") for n in range(100)} == set(READABLE)
    for code in READABLE:
        light = _light(PALETTE[code]) + 0.05
        assert min(1.05 / light, light / 0.05) >= 2.5


@pytest.mark.parametrize("name", ["anna", "1st", ",x"])
def test_a_dyed_name_says_what_the_name_says(name: str) -> None:
    assert plain(from_irc(f"{dyed(name, 'x')}1")) == f"{name}1"
