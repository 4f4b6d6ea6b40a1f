"""Passages of articles as rich text, and how each network shows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.text import Break, Code, CodeBlock, Items, Plain, Quote, Text, from_passage, html, irc, plain


def test_steps_are_an_ordered_list_that_keeps_its_numbers() -> None:
    text = from_passage("Then:\n3. Three\n4. **Four**\nDone.")
    assert html(text) == 'Then:<ol start="3"><li>Three</li><li><strong>Four</strong></li></ol>Done.'
    assert plain(text) == "Then:\n3. Three\n4. Four\nDone."
    assert irc(text) == "Then:\n3. Three\n4. \x02Four\x02\nDone."


def test_points_are_a_list_without_numbers() -> None:
    assert html(from_passage("- a\n- b")) == "<ul><li>a</li><li>b</li></ul>"
    assert html(from_passage("1. a\n- b")) == "<ol><li>a</li></ol><ul><li>b</li></ul>"


def test_a_list_that_begins_anew_is_another_list() -> None:
    assert html(from_passage("1. a\n2. b\n1. c")) == "<ol><li>a</li><li>b</li></ol><ol><li>c</li></ol>"
    assert html(from_passage("1. a\n1. b")) == "<ol><li>a</li><li>b</li></ol>"


def test_code_stays_code() -> None:
    assert (
        html(from_passage("1. Run\n`make run`\n2. Wait"))
        == "<ol><li>Run<br><code>make run</code></li><li>Wait</li></ol>"
    )
    assert html(from_passage("Do\n`a *b*`\n`c <d>`")) == "Do<pre><code>a *b*\nc &lt;d&gt;</code></pre>"
    assert irc(from_passage("Say `/msg x`, then\n`a`\n`b`")) == "Say `/msg x`, then\na\nb"


def test_other_lines_are_lines() -> None:
    assert html(from_passage("one\ntwo")) == "one<br>two"
    assert from_passage("3 apples\n-5 degrees") == (Plain("3 apples"), Break(), Plain("-5 degrees"))


@pytest.mark.parametrize("span", [Quote((Plain("q"),)), CodeBlock("q"), Items(((Plain("q"),),))])
def test_on_irc_a_block_has_lines_of_its_own(span: object) -> None:
    text: Text = (Plain("a"), span, Plain("b"))  # type: ignore[assignment]
    assert len(irc(text).split("\n")) == 3


@given(st.text(alphabet=st.sampled_from("ab 12.-)*`\n[]()<>&"), max_size=200))
def test_any_passage_loses_no_letter_and_opens_no_tag(source: str) -> None:
    text = from_passage(source)
    letters = [c for c in source if c in "ab12"]
    if "](" not in source:
        assert [c for c in plain(text) if c in "ab"] == [c for c in letters if c in "ab"]
    assert all(isinstance(span, (Code, CodeBlock)) or "\n" not in getattr(span, "text", "") for span in text)
    assert "<a>" not in html(text)
