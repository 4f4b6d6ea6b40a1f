"""mIRC codes, as https://modern.ircdocs.horse/formatting has them."""

from __future__ import annotations

import pytest

from bridges.text import (
    Break,
    Code,
    CodeBlock,
    Coloured,
    Items,
    Link,
    Plain,
    Quote,
    Spoiler,
    Styled,
    Text,
    from_irc,
    irc,
    plain,
)
from bridges.text.colours import PALETTE, code_of, colour_named, hue_of

A = (Plain("a"),)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("\x02a\x02b", (Styled("bold", A), Plain("b"))),
        ("\x1da", (Styled("italic", A),)),
        ("\x1fa", (Styled("underline", A),)),
        ("\x1ea", (Styled("strike", A),)),
        ("\x11a\x11 b", (Code("a"), Plain(" b"))),
        ("\x02\x1fa\x0fb", (Styled("bold", (Styled("underline", A),)), Plain("b"))),
        ("\x034a", (Coloured(A, "#ff0000"),)),
        ("\x0304a\x03b", (Coloured(A, "#ff0000"), Plain("b"))),
        ("\x0304,02a", (Coloured(A, "#ff0000", "#00007f"),)),
        ("\x034,a", (Coloured((Plain(",a"),), "#ff0000"),)),
        ("\x03041", (Coloured((Plain("1"),), "#ff0000"),)),
        ("\x0304,02\x0303a", (Coloured(A, "#009300", "#00007f"),)),
        ("\x0398a", (Coloured(A, "#ffffff"),)),
        ("\x0304\x0399a", A),
        ("\x0304,02\x0399,99a", A),
        ("\x0399,04a", (Coloured(A, "", "#ff0000"),)),
        ("\x03,4a", (Plain(",4a"),)),
        ("\x04ABCDEFa", (Coloured(A, "#abcdef"),)),
        ("\x04ABCDEF,012345a\x04b", (Coloured(A, "#abcdef", "#012345"), Plain("b"))),
        ("\x04ABCDa", (Plain("ABCDa"),)),
        ("\x16a", (Coloured(A, "#ffffff", "#000000"),)),
        ("\x0304,02\x16a", (Coloured(A, "#00007f", "#ff0000"),)),
        ("\x0304,02\x16\x16a", (Coloured(A, "#ff0000", "#00007f"),)),
        ("\x0301,01a\x03b", (Spoiler(A), Plain("b"))),
        ("\x0301,1\x02a", (Spoiler((Styled("bold", A),)),)),
        ("\x04101010,101010a", (Spoiler(A),)),
        ("\x01a\x07\x00", A),
        ("a\nb", (Plain("a b"),)),
    ],
)
def test_codes_are_read(line: str, text: Text) -> None:
    assert from_irc(line) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ((Styled("bold", (Plain("a"), Break(), Plain("b"))), Plain("c")), "\x02a\x02\n\x02b\x02c"),
        ((Styled("bold", (Plain("a"), Styled("italic", (Plain("b"),)))),), "\x02a\x1db\x02\x1d"),
        ((Coloured((Plain("1"),), "#ff0000"), Plain("2")), "\x0304\x02\x021\x03\x02\x022"),
        ((Coloured((Plain(",1"),), "#ff0000"),), "\x0304\x02\x02,1\x03"),
        ((Coloured(A, "#fe0101"),), "\x0304a\x03"),
        ((Coloured(A, "", "#ff0000"),), "\x0399,04a\x03"),
        ((Coloured(A, "#ff0000", "#00007f"), Coloured(A, "#ff0000")), "\x0304,02a\x03\x0304a\x03"),
        ((Coloured((*A, Spoiler(A, "end"), *A), "#ff0000"),), "\x0304a(end) \x0301,01a\x03\x0304a\x03"),
        ((Plain("say "), Code("x y"), Plain("!")), "say `x y`!"),
        ((Code("a`b"), Plain(" "), Code(" ")), "a`b  "),
        ((Link("https://a.example", (Styled("bold", A),)),), "\x02a\x02 (https://a.example)"),
        ((Link("https://a.example", (Plain("https://a.example"),)),), "https://a.example"),
        ((Plain("x"), Quote((*A, Break(), Quote(A))), Plain("y")), "x\n> a\n> > a\ny"),
        ((Items((A, (*A, Items((A, A), ordered=True, start=9)))), Plain("y")), "- a\n- a\n  9. a\n  10. a\ny"),
        ((Plain("x"), Break(), CodeBlock("a\n\nb")), "x\na\n\nb"),
    ],
)
def test_codes_are_written(text: Text, line: str) -> None:
    assert irc(text) == line


def test_plain_words_show_lists_in_lists_and_quotes() -> None:
    text = (Quote((Items(((Plain("a"), Items((A,))), A)), Plain("b"))), Plain("c"))
    assert plain(text) == "> - a\n>   - a\n> - a\n> b\nc"


def test_links_in_links_cost_no_more_than_their_length() -> None:
    text: Text = A
    for _ in range(200):
        text = (Link("https://a.example", text),)
    assert plain(text).count("https://a.example") == 200


def test_the_palette_has_every_colour_and_the_nearest_is_found() -> None:
    assert len(PALETTE) == 99
    assert [code_of(PALETTE[code]) for code in range(16)] == list(range(16))
    assert all(PALETTE[code_of(colour)] == colour for colour in PALETTE)
    assert code_of("#fe0000") == 4


@pytest.mark.parametrize(
    ("source", "colour"),
    [
        ("#ABCDEF", "#abcdef"),
        ("#f80", "#ff8800"),
        ("Red", "#ff0000"),
        ("url(x)", ""),
        ("#12345", ""),
        ("", ""),
        (" teal ", "#008080"),
    ],
)
def test_only_colours_are_colours(source: str, colour: str) -> None:
    assert colour_named(source) == colour


def test_hues() -> None:
    colours = ("red", "#ffa500", "yellow", "green", "teal", "blue", "purple", "#ff69b4", "#808080", "#ff0010")
    assert [hue_of(colour_named(colour)) for colour in colours] == [
        "red",
        "orange",
        "yellow",
        "green",
        "cyan",
        "blue",
        "pink",
        "pink",
        None,
        "red",
    ]
