"""How a question is read: a follow-up with the question before it, a long message by the sentences that ask, a misspelt word as
the one that was meant. Pure text in, text out; must never import an engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

FOLLOWS = re.compile(
    r"\W*(?:(?:ok(?:ay)?|alright|thanks|and|but|so|or|also|then|now|und|aber|oder|also|dann|danke)\W+){0,3}?"
    r"(?:(?:and|but|or|und|oder|aber)\b|(?:what|how) about\b|what if\b|same for\b|was ist mit\b|wie (?:ist|sieht) es\b)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|that|this|them|those|these|instead|das|dies\w{0,2}|dort|damit|ihn|stattdessen)\b",
    re.IGNORECASE,
)
SHORT = 8
"""Words: a longer question stands by itself, unless it begins as a follow-up."""
LONG = 18
"""Words from which on a message is also read by the sentences that ask."""
MAX_ASKING = 3
MAX_BEFORE = 40
"""Words of the question before."""

_URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://\S+", re.IGNORECASE)
_LOG_LINE = re.compile(
    r"^\s*(?:"
    r"(?:\[?\d{4}-\d\d-\d\d|\[?\d\d:\d\d(?::\d\d)?\b|\[\s*\d+\.\d+\]|>|\$ |# |at [\w.$]+\(|Traceback|File \"|\*\*\*|-!-|==)"
    r"|.{0,40}\b(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|TRACE|CRITICAL)\b"
    r")"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n")
_ASKS = re.compile(
    r"^\W*(?:(?:so|and|but|now|also|please|hi|hello|hey|und|aber|also|bitte|hallo)\W+){0,2}"
    r"(?:how|what|where|when|why|who|which|can|could|is|are|do|does|did|should|would|will|may|any(?:one|body)?|need|"
    r"wie|was|wo|wann|warum|wer|welche[rsnm]?|kann|könn\w+|gibt|ist|sind|darf|muss|soll\w*|weiß)\b",
    re.IGNORECASE,
)


def without_addresses(text: str) -> str:
    """URLs as the words in them that may mean something."""

    def words(match: re.Match[str]) -> str:
        path = re.sub(r"[?#].*$", "", match[0].split("://", 1)[1])
        return " ".join(part for part in re.split(r"[/_=&%+-]+", path)[:6] if len(part) < 30)

    return _URL.sub(words, text)


def _said(text: str) -> list[str]:
    """The lines that a person wrote, not a machine, unless there are no others."""
    lines = [line for line in text.split("\n") if line.strip()]
    said = [line for line in lines if not _LOG_LINE.match(line)]
    return said or lines


def essence(text: str) -> str:
    """Of a long message the sentences that ask; empty when that is all of it, or nothing asks."""
    if len(text.split()) < LONG:
        return ""
    sentences = [said.strip() for line in _said(text) for said in _SENTENCE_END.split(line) if said.strip()]
    asking = [s for s in sentences if s.endswith("?") or _ASKS.match(s)]
    found = " ".join(asking[:MAX_ASKING])
    return found if found and len(found) < len(text) * 0.8 else ""


def spoken(text: str) -> str:
    """A long message without what machines wrote; empty when that is all of it."""
    if len(text.split()) < LONG:
        return ""
    found = "\n".join(_said(text))
    return found if len(found) < len(text) * 0.9 else ""


def follows(question: str) -> bool:
    """Whether it begins, or is short and points back, as only what continues a talk does."""
    return begins(question) or (len(question.split()) <= SHORT and bool(_POINTS_BACK.search(question)))


def begins(question: str) -> bool:
    """Whether it begins as only what continues a talk does."""
    return bool(FOLLOWS.match(question))


def together(question: str, before: str) -> str:
    """A follow-up with what it follows, which is cut short: the new words count most."""
    return f"{question} {' '.join(before.split()[:MAX_BEFORE])}"


def readings(question: str) -> Iterator[str]:
    """The question, and what else it may be read as when it is long."""
    plain = without_addresses(question)
    yield plain
    for other in dict.fromkeys((essence(plain), spoken(plain))):
        if other:
            yield other


def respelt(question: str, mended: Callable[[str], str]) -> str:
    """The question with each word as `mended` has it, which leaves those it knows."""
    return re.sub(r"[^\W\d_]{4,40}", lambda match: mended(match[0]), question)


def with_synonyms(
    question: str,
    same: Callable[[Sequence[str]], Iterator[tuple[int, int, tuple[tuple[str, ...], ...]]]],
    knows: Callable[[str], bool],
) -> str:
    """The question, and after words that no article knows the first words of the same meaning that one knows. `same` tells where
    in a list of words something stands that has synonyms: begin, end, and these.
    """
    words = re.findall(r"\S+", question)
    bare = [re.sub(r"^\W+|\W+$", "", word).casefold() for word in words]
    after: dict[int, str] = {}
    for begin, end, others in same(bare):
        if not all(knows(word) for word in bare[begin:end]):
            found = (" ".join(other) for other in others if all(knows(word) for word in other))
            if alike := next(found, ""):
                after[end - 1] = alike
    return (
        " ".join(f"{word} {after[at]}" if at in after else word for at, word in enumerate(words)) if after else question
    )
