"""What a network can express comes back from it as it went out."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bridges.text import Break, Text, from_html, from_irc, from_plain, html, irc, plain
from bridges.text.lines import Run, lines
from bridges.text.mirc import _LEVELS, _tree
from tests.fuzz.trees import ANY, MATRIX, PLAIN, RUNS


@settings(max_examples=50)
@given(MATRIX)
def test_matrix_html_keeps_everything(text: Text) -> None:
    assert from_html(html(text)) == text


def _normal(run: Run) -> Run:
    """Code has its backticks on IRC, and who can't see the words can't see their colour."""
    if run.spoiler or (run.colour and run.colour == run.background):
        run = run._replace(spoiler=True, colour="", background="")
    bare = not run.code or "`" in run.words or not run.words.strip()
    return run._replace(code=False, words=run.words if bare else f"`{run.words}`")


@given(RUNS)
def test_irc_keeps_styles_colours_and_spoilers(runs: list[Run]) -> None:
    """https://modern.ircdocs.horse/formatting"""
    text = _tree(runs, _LEVELS)
    (line,) = lines(text)
    assert from_irc(irc(text)) == _tree([_normal(run) for run in line], _LEVELS)


@given(st.text(st.sampled_from("ab1, \x02\x03\x04\x0f\x11\x16\x1d\x1e\x1f0139Ff"), max_size=60))
def test_any_codes_have_one_normal_form(line: str) -> None:
    """Code becomes backticks and colours those of the palette, once; after that nothing changes any more."""
    once = from_irc(irc(from_irc(line)))
    assert from_irc(irc(once)) == once
    assert plain(once).replace("`", "") == plain(from_irc(line)).replace("`", "")


@settings(max_examples=50)
@given(ANY)
def test_each_line_of_irc_stands_for_itself(text: Text) -> None:
    said = irc(text).split("\n")
    assert len(said) == len(lines(text))
    assert [plain(from_irc(line)).replace("`", "") for line in said] == [
        line.replace("`", "") for line in plain(text).split("\n")
    ]


@given(PLAIN)
def test_plain_words_stay_as_they_are(words: str) -> None:
    text = from_plain(words)
    assert plain(text) == words
    assert from_plain(plain(text)) == text
    assert "\n" not in "".join(getattr(span, "text", "") for span in text)
    assert sum(isinstance(span, Break) for span in text) == words.count("\n")
