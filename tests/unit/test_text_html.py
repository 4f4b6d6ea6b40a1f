"""Matrix HTML: the allow-list of the Client-Server API v1.15, "m.room.message msgtypes", and what our pages show."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import FrameType
from typing import get_args

import pytest

from bridges.events import PersonId
from bridges.text import (
    Break,
    Code,
    CodeBlock,
    Coloured,
    Items,
    Link,
    Mention,
    Plain,
    Quote,
    Spoiler,
    Styled,
    Text,
    from_html,
    html,
    irc,
    plain,
    transform,
    walk,
    web,
)
from bridges.text.colours import Hue
from bridges.text.hypertext import DEPTH, NESTED_BLOCKS

A, B = (Plain("a"),), (Plain("b"),)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('<span data-mx-color="#FF0000">a</span>', (Coloured(A, "#ff0000"),)),
        ('<font color="red" data-mx-bg-color="#000000">a</font>', (Coloured(A, "#ff0000", "#000000"),)),
        ('<span data-mx-color="url(x)">a</span>', A),
        ("<span data-mx-spoiler>a</span>", (Spoiler(A),)),
        ('<span data-mx-spoiler="the &quot;end&quot;">a</span>', (Spoiler(A, 'the "end"'),)),
        ('<span data-mx-color="#010203" data-mx-spoiler>a</span>', (Spoiler((Coloured(A, "#010203"),)),)),
        ('<ol start="7"><li>a</li><li>b</li></ol>', (Items((A, B), ordered=True, start=7),)),
        ('<ol start="99999999999"><li>a</ol>', (Items((A,), ordered=True),)),
        ("<ul><li>a<ul><li>b</li></ul></li><li>b</ul>", (Items(((*A, Items((B,))), B)),)),
        ("<ul>\n<li>a\n<li><p>b</p>\n</ul>", (Items((A, B)),)),
        ("<ul><li></li><li>a</li></ul>", (Items(((), A)),)),
        ("<li>a</li>", (Items((A,)),)),
        ("<h2>a</h2>b", (Styled("bold", A), Break(), *B)),
        ("a<hr>b", (*A, Break(), Plain("———"), Break(), *B)),
        ("x<sup>2</sup>, H<sub>2</sub>O", (Plain("x^2, H2O"),)),
        ("<pre><code class='language-py'>a\n  b\n</code></pre>b", (CodeBlock("a\n  b"), *B)),
        ("<code>a<br>b</code>", (CodeBlock("a\nb"),)),
        ("<code>a  b</code>", (Code("a b"),)),
        (
            "<table><caption>x</caption><tr><th>a<th>b</tr><tr><td>a</td><td></td><td>b</td></tr></table>b",
            (Plain("x"), Break(), Plain("a | b"), Break(), Plain("a |  | b"), Break(), *B),
        ),
        ('<img src="mxc://x/y" alt=":cat:" data-mx-emoticon> a', (Plain(":cat: a"),)),
        ("<details><summary>a</summary>b</details>", (Styled("bold", A), Break(), *B)),
        ("<p>a</p>\n<p>b</p>", (*A, Break(), *B)),
        ("<p>a<p>b", (*A, Break(), *B)),
        ("<p>a</p><blockquote><p>b</p></blockquote><p>a</p>", (*A, Quote(B), *A)),
        ("a <b> b</b> <i>b</i> <br> a", (Plain("a "), Styled("bold", B), Plain(" "), Styled("italic", B), Break(), *A)),
        ("<mx-reply><b>x</b></mx-reply>a", A),
        ("<a href='javascript:x'>a</a><b></b>", A),
        (
            '<a href="https://a.example">a<a href="https://b.example">b</a>',
            (Link("https://a.example", (Plain("ab"),)),),
        ),
    ],
)
def test_tags_are_read(source: str, text: Text) -> None:
    assert from_html(source) == text


def test_what_is_nested_too_deep_keeps_its_words() -> None:
    text = from_html("<blockquote>" * 100 + "a" + "</blockquote>" * 100 + "<b>" * 100 + "b")
    assert sum(isinstance(span, Quote) for span in walk(text)) == NESTED_BLOCKS
    assert sum(isinstance(span, Styled) for span in walk(text)) == DEPTH - 1
    assert plain(text) == "> " * NESTED_BLOCKS + "a\nb"


def _calls(source: str) -> int:
    """How many functions are called for it: the work, whatever the machine is doing meanwhile."""
    count = 0

    def called(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        text = from_html(source)
        plain(text), irc(text), html(text), web(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "piece",
    ["<a ", "<b>", "<li>", "<ul><li>", "<p>", "<blockquote>a", "<td>", "</b>", "&#", "<!--", "a<br>", "<a href=x>",
     "<span data-mx-spoiler>a", "<span a=1 b=2 c=3>", "<mx-reply>", "<table><tr>", "<pre>a\n", "<x>a", "<code>a", "<img alt=a>"],
)  # fmt: skip
def test_twice_the_length_is_twice_the_work(piece: str) -> None:
    # Past what may be nested, so that only the length grows.
    once, twice = (_calls(piece * (times // len(piece))) for times in (6_000, 12_000))
    assert twice < 2.2 * once + 2_000


def test_a_mention_is_a_pill_where_the_caller_knows_an_address() -> None:
    text = (Mention(PersonId("@a:b"), "<A>"), Mention(PersonId("account:b"), "B"))
    assert html(text) == "<strong>&lt;A&gt;</strong><strong>B</strong>"
    pilled = html(text, pill=lambda person, _: f"https://matrix.to/#/{person}" if person.startswith("@") else None)
    assert pilled == '<a href="https://matrix.to/#/@a:b">&lt;A&gt;</a><strong>B</strong>'


def test_our_pages_need_no_style_of_their_own() -> None:
    text = (Coloured(A, "#cc0000", "#000000"), Coloured(A, "#888888"), Spoiler(A, "<end>"), Spoiler(B))
    assert web(text) == (
        '<span class="hue-red">a</span>a<details class="spoiler"><summary>&lt;end&gt;</summary>a</details>'
        '<details class="spoiler"><summary>Spoiler</summary>b</details>'
    )
    assert "style" not in web(text)


def test_every_hue_has_a_rule() -> None:
    sheet = (Path(__file__).parents[2] / "helpdesk/web/static/style.css").read_text()
    assert {f"hue-{hue}" for hue in get_args(Hue)} == set(re.findall(r"\.(hue-\w+)", sheet))
    assert ".spoiler" in sheet


def test_what_stands_for_a_span_is_asked_from_the_outside_in() -> None:
    text = (Quote((Link("https://a.example", A), *A)), Items((A, (Spoiler(A),))))
    asked = transform(text, lambda span: B if isinstance(span, Link) else (*A, *A) if isinstance(span, Plain) else None)
    assert asked == (Quote((*B, *A, *A)), Items(((*A, *A), (Spoiler((*A, *A)),))))
    assert [type(span).__name__ for span in walk(text)] == [
        "Quote", "Link", "Plain", "Plain", "Items", "Plain", "Spoiler", "Plain",
    ]  # fmt: skip
