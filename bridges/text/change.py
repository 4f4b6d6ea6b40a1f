"""What an edit changed, for networks that can't edit. Pure, and linear in the length.

The notation is the one people use on IRC themselves: `s/teh/the/`, or a `*` before the corrected words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from bridges.text.harmless import LENGTH_LIMIT, shorten

RUN_WORDS = 4
"""Words on either side of a substitution, before those that make it unique."""
RUN_LENGTH = 60
"""Characters on either side of a substitution."""
WHOLE = 300
"""Characters of a line that is said whole; of a longer one only the surroundings of what changed."""
AROUND = 4
"""Words before and behind what changed in a long line."""
DIFF_LINES = 60
"""Lines that are compared one by one; more are said as they are now."""
GONE = "−"
"""Stands before a line that is gone."""

_ENDING = re.compile(r"[\s.,;:!?…]+\Z")
_ESCAPED = re.compile(r"[\\/]")


def change(before: str, after: str) -> str | None:
    """How to say that one became the other: `s/old/new/`, else `* the corrected line`; None when nothing to speak of did.

    White space, invisible characters and the punctuation at the end are nothing to speak of. `old` is whole words and
    stands once in `before`: putting `new` there gives `after`, with white space as single spaces (`/` and `\\` are
    escaped by `\\`). Texts of several lines are told by `line_change`.
    """
    before, after = _visible(before[:LENGTH_LIMIT]), _visible(after[:LENGTH_LIMIT])
    if "\n" in before.strip() or "\n" in after.strip():
        return line_change(before, after)
    return _change(before.split(), after.split())


def line_change(before: str, after: str) -> str | None:
    """The changed lines only, each as `change` tells it; a line that is gone as `− its words`. None when there is none."""
    old, new = (_lines(text) for text in (before, after))
    told = [words for words in _line_changes(old, new) if words]
    return "\n".join(told) or None


def _lines(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in _visible(text[:LENGTH_LIMIT]).split("\n"))
    return [line for line in lines if line]


def _line_changes(old: Sequence[str], new: Sequence[str]) -> Iterator[str | None]:
    front, end = _alike(old, new)
    old, new = old[front : len(old) - end], new[front : len(new) - end]
    if max(len(old), len(new)) > DIFF_LINES:
        yield from (_corrected(line) for line in new)
        return
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for left, right in zip(old[a:b], new[c:d], strict=False):
            yield _change(left.split(), right.split())
        yield from (_corrected(line) for line in new[c + (b - a) : d])
        yield from (f"{GONE} {shorten(line, WHOLE)}" for line in old[a + (d - c) : b])


def _change(old: list[str], new: list[str]) -> str | None:
    if _essence(old) == _essence(new):
        return None
    front, end = _alike(old, new)
    if not new:
        return f"{GONE} {shorten(' '.join(old), WHOLE)}"
    return _substitution(old, new, front, end) or _corrected(" ".join(new), new, front, end)


def _substitution(old: list[str], new: list[str], front: int, end: int) -> str:
    """`s/old/new/` for the run of words between the equal ones; empty when it would be long or ambiguous.

    Words around are taken in until what is to be replaced is there and stands only once.
    """
    if max(len(old), len(new)) - front - end > RUN_WORDS or not old:
        return ""
    text = " ".join(old)
    for more in range(RUN_LENGTH):
        for before, behind in ((more, 0), (0, more), (more, more)):
            first, last = max(0, front - before), max(0, end - behind)
            left, right = " ".join(old[first : len(old) - last]), " ".join(new[first : len(new) - last])
            if left and right and max(len(left), len(right)) <= RUN_LENGTH and _once(left, text):
                return f"s/{_ESCAPED.sub(_escape, left)}/{_ESCAPED.sub(_escape, right)}/"
        if more >= max(front, end):
            break
    return ""


def _once(words: str, text: str) -> bool:
    first = text.find(words)
    return text.find(words, first + 1) < 0


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _corrected(line: str, new: Sequence[str] = (), front: int = 0, end: int = 0) -> str:
    if len(line) <= WHOLE or not new:
        return f"* {line}"
    first, last = max(0, front - AROUND), min(len(new), len(new) - end + AROUND)
    part = " ".join(new[first:last])
    return f"* {'… ' if first else ''}{part}{' …' if last < len(new) else ''}"


def _alike(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many at the front and at the end are the same, none counted twice."""
    most = min(len(old), len(new))
    front = next((n for n in range(most) if old[n] != new[n]), most)
    end = next((n for n in range(most - front) if old[-1 - n] != new[-1 - n]), most - front)
    return front, end


def _essence(words: Sequence[str]) -> str:
    return _ENDING.sub("", " ".join(words))


def _visible(text: str) -> str:
    """Without what shows nowhere: format characters, and what a client adds behind an emoji."""
    if text.isascii():
        return text
    return "".join(c for c in text if unicodedata.category(c) != "Cf" and not 0xFE00 <= ord(c) <= 0xFE0F)
