"""Texts in the normal form of each network: what its parser makes of what its renderer writes, said as strategies."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from bridges.text import (
    BLOCKS,
    Break,
    Code,
    CodeBlock,
    Coloured,
    Items,
    Link,
    Plain,
    Quote,
    Span,
    Spoiler,
    Styled,
    Text,
)
from bridges.text.colours import PALETTE
from bridges.text.lines import Run
from bridges.text.spans import joined

WORD = st.text(st.sampled_from("ab01,.<>&\"'`*_/\\é漢😀#:;()[]-"), min_size=1, max_size=6)
WORDS = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
STYLES = st.sampled_from(("bold", "italic", "underline", "strike"))
COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
URLS = WORD.map(lambda word: f"https://a.example/?q={word}")


def _inline(children: st.SearchStrategy[Text]) -> st.SearchStrategy[Span]:
    return st.one_of(
        st.builds(Styled, STYLES, children),
        st.builds(Coloured, children, COLOURS, COLOURS | st.just("")),
        st.builds(Coloured, children, st.just(""), COLOURS),
        st.builds(Spoiler, children, st.just("") | WORDS),
    )


def _line(leaf: st.SearchStrategy[Span]) -> st.SearchStrategy[Text]:
    return st.lists(leaf, min_size=1, max_size=4).map(joined)


_LEAF = st.one_of(WORDS.map(Plain), WORDS.map(Code), st.builds(Link, URLS, WORDS.map(lambda words: (Plain(words),))))
_INLINE = _line(st.recursive(_LEAF, lambda inner: _inline(_line(inner)), max_leaves=8))
_BLOCK_CODE = st.lists(WORDS, min_size=1, max_size=3).map(lambda lines: CodeBlock("\n".join(lines)))


def _with_breaks(parts: list[Text | Span]) -> Text:
    """Lines and blocks below one another: a break between two lines, none beside a block."""
    spans: list[Span] = []
    for before, part in pairwise([None, *parts]):
        if isinstance(part, BLOCKS):
            spans.append(part)
            continue
        if before is not None and not isinstance(before, BLOCKS):
            spans.append(Break())
        assert isinstance(part, tuple)
        spans.extend(part)
    return tuple(spans)


def _pages(inner: st.SearchStrategy[Text]) -> st.SearchStrategy[Text]:
    blocks = st.one_of(
        inner.map(Quote),
        _BLOCK_CODE,
        st.lists(inner, min_size=1, max_size=3).map(lambda items: Items(tuple(items))),
        st.builds(
            Items,
            st.lists(inner, min_size=1, max_size=3).map(tuple),
            ordered=st.just(value=True),
            start=st.integers(0, 999_999_999),
        ),
    )
    return st.lists(_INLINE | blocks, min_size=1, max_size=4).map(_with_breaks)


MATRIX = st.recursive(_INLINE, _pages, max_leaves=6)
"""What Matrix HTML can say."""

ANY = MATRIX

RUNS = st.lists(
    st.builds(
        Run,
        WORDS | st.sampled_from((" ", " a", "b ")),
        st.frozensets(STYLES),
        st.sampled_from(("", *PALETTE)),
        st.sampled_from(("", *PALETTE)),
        st.booleans(),
        st.booleans(),
    ),
    max_size=6,
)
"""Evenly formatted pieces of one line of IRC."""

PLAIN = st.lists(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=8), max_size=5).map(
    "\n".join
)
