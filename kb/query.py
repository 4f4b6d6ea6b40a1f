"""The search's query language: words, `"a phrase"`, `+must`, `-not`, `begin*`, `AND`, `OR`, `NOT`, brackets, `title:`, `tag:` and
`lang:`. Text in, a tree out, and what a tree finds on a shelf. Pure: nothing typed is an error, and whatever can't be meant as an
operator is words. Must never import an engine. docs/articles.md says it for readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from kb.synonyms import spoken

MAX_QUERY = 300
"""Characters looked at."""
MAX_DEPTH = 12
"""Brackets in brackets; deeper ones are left out."""


@dataclass(frozen=True, slots=True)
class Words:
    """Any of them, or what means the same."""

    said: tuple[str, ...]
    """As they were typed."""


@dataclass(frozen=True, slots=True)
class Phrase:
    said: str
    title: bool = False
    """Looked for in titles only."""


@dataclass(frozen=True, slots=True)
class Begins:
    said: str
    title: bool = False


@dataclass(frozen=True, slots=True)
class Tagged:
    tag: str


@dataclass(frozen=True, slots=True)
class Written:
    """In a language."""

    lang: str


@dataclass(frozen=True, slots=True)
class Must:
    part: Query


@dataclass(frozen=True, slots=True)
class Never:
    part: Query


@dataclass(frozen=True, slots=True)
class Every:
    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """What stands side by side: all that must be, none that must not, and the rest as well as may be."""

    parts: tuple[Query, ...]


Query: TypeAlias = Words | Phrase | Begins | Tagged | Written | Must | Never | Every | Some | Together
NOTHING = Together(())

Found: TypeAlias = tuple[set[str], Mapping[str, float]]
"""The ids of articles, and the terms they were found by with what each counts."""


class Shelf(Protocol):
    """The articles of one language that one audience may read."""

    def everything(self) -> set[str]: ...

    def words(self, said: Sequence[str]) -> Found | None:
        """Of any of the words or their synonyms; None when all are function words."""

    def phrase(self, said: str, *, title: bool) -> Found | None: ...

    def begins(self, said: str, *, title: bool) -> Found | None: ...

    def tagged(self, tag: str) -> set[str]: ...

    def written(self, lang: str) -> set[str]: ...


# What was typed

_LEXEME = re.compile(
    r"""
    (?P<space>\s+)
    | (?P<bracket>[+-]?\(|\))
    | (?P<sign>[+-](?=[^\s()+-]))?
      (?:(?P<field>title|tag|lang):)?
      (?: "(?P<plain>[^"]*)" | “(?P<curly>[^”]*)” | „(?P<low>[^“”]*)[“”] | «(?P<angle>[^»]*)» | (?P<word>[^\s()]+) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OPERATORS = {"AND", "OR", "NOT"}


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One thing typed, and where its words stand in the text."""

    kind: str
    """`(`, `)`, `AND`, `OR`, `NOT`, `phrase` or `word`."""
    text: str = ""
    sign: str = ""
    field: str = ""
    start: int = 0
    end: int = 0


def lexemes(text: str) -> Iterator[Lexeme]:
    at = 0
    while at < len(text):
        match = _LEXEME.match(text, at)
        if match is None:
            at += 1  # a sign or field name before a bracket
            continue
        at = match.end()
        if match["space"]:
            continue
        if match["bracket"]:
            yield Lexeme(match["bracket"][-1], sign=match["bracket"][:-1])
            continue
        sign, field = match["sign"] or "", (match["field"] or "").lower()
        for name in ("plain", "curly", "low", "angle"):
            if match[name] is not None:
                yield Lexeme("phrase", match[name], sign, field, *match.span(name))
                break
        else:
            if match["word"] in _OPERATORS and not sign and not field:
                yield Lexeme(match["word"])
            else:
                yield Lexeme("word", match["word"], sign, field, *match.span("word"))


def parse(text: str) -> Query:
    """Never fails, whatever the text. Looks at MAX_QUERY characters."""
    return _Parser(list(lexemes(text[:MAX_QUERY]))).all()


class _Parser:
    def __init__(self, typed: Sequence[Lexeme]) -> None:
        self._typed = typed
        self._at = 0

    def all(self) -> Query:
        parts: list[Query] = []
        while self._at < len(self._typed):
            parts += self._together(0)
            self._at += 1  # a bracket that closes nothing
        return _joined(parts)

    def _peek(self) -> str:
        return self._typed[self._at].kind if self._at < len(self._typed) else ""

    def _together(self, depth: int) -> list[Query]:
        parts: list[Query] = []
        while self._peek() not in {"", ")"}:
            part = self._either(depth)
            if part is not None:
                parts.append(part)
        return parts

    def _either(self, depth: int) -> Query | None:
        return self._chain("OR", lambda: self._chain("AND", lambda: self._one(depth), Every), Some)

    def _chain(
        self, operator: str, operand: Callable[[], Query | None], made: Callable[[tuple[Query, ...]], Query]
    ) -> Query | None:
        parts = [operand()]
        while self._peek() == operator:
            self._at += 1
            parts.append(operand())
        held = tuple(part for part in parts if part is not None)
        return held[0] if len(held) == 1 else made(held) if held else None

    def _one(self, depth: int) -> Query | None:
        """None for an operator without an operand."""
        kind = self._peek()
        if kind in {"", ")"}:
            return None
        typed = self._typed[self._at]
        if kind in {"AND", "OR"}:
            if self._at == 0 or self._typed[self._at - 1].kind in {"(", "NOT"}:
                self._at += 1  # an operator where none can be
            return None
        self._at += 1
        part: Query | None
        if kind == "NOT":
            part = self._one(depth)
            return None if part is None else Never(part)
        if kind == "(":
            if depth >= MAX_DEPTH:
                return None
            parts = self._together(depth + 1)
            self._at += 1
            part = _joined(parts) if parts else None
        else:
            part = _leaf(typed)
        if part is None:
            return None
        return Must(part) if typed.sign == "+" else Never(part) if typed.sign == "-" else part


def _leaf(typed: Lexeme) -> Query | None:
    text, title = typed.text.strip(), typed.field == "title"
    said = spoken(text)
    if typed.field == "tag":
        return Tagged(text.lower()) if text else None
    if typed.field == "lang":
        return Written(text.lower()) if text else None
    if not said:
        return None
    if typed.kind == "phrase":
        return Phrase(text, title)
    if text.endswith("*") and len(text.rstrip("*")) > 1:
        return Begins(said[-1], title)
    return Phrase(text, title) if title else Words((text,))


def _joined(parts: Sequence[Query]) -> Query:
    """Words side by side are read as one, for the sake of synonyms of several words."""
    held: list[Query] = []
    for part in parts:
        last = held[-1] if held else None
        if isinstance(part, Words) and isinstance(last, Words):
            held[-1] = Words((*last.said, *part.said))
        else:
            held.append(part)
    return held[0] if len(held) == 1 else Together(tuple(held))


# What it finds


def find(query: Query, shelf: Shelf) -> Found:
    """Nothing for a query that only says what is not wanted: there would be nothing to rank by."""
    found = _find(Together((query,)), shelf)
    return found or (set(), {})


def _find(query: Query, shelf: Shelf) -> Found | None:
    """None when it says nothing, as function words do."""
    match query:
        case Words(said):
            return shelf.words(said)
        case Phrase(text, title):
            return shelf.phrase(text, title=title)
        case Begins(text, title):
            return shelf.begins(text, title=title)
        case Tagged(tag):
            return shelf.tagged(tag), {}
        case Written(lang):
            return shelf.written(lang), {}
        case Must(part):
            return _find(part, shelf)
        case Never(part):
            found = _find(part, shelf)
            return None if found is None else (shelf.everything() - found[0], {})
        case Every(parts):
            return _within(parts, (), parts, shelf)
        case Some(parts):
            return _union([found for part in parts if (found := _find(part, shelf)) is not None])
        case Together(parts):
            needed = [part for part in parts if _selects(part)]
            wished = [part for part in parts if not _selects(part) and not isinstance(part, Never)]
            return _within(needed, wished, parts, shelf)


def _within(needed: Sequence[Query], wished: Sequence[Query], parts: Sequence[Query], shelf: Shelf) -> Found | None:
    """What all the needed find and, when these only say where to look, any of the wished; without what must not be."""
    kept = [found for p in needed if not isinstance(p, Never) and (found := _find(p, shelf)) is not None]
    more = _union([found for part in wished if (found := _find(part, shelf)) is not None])
    wanted = [names for names, _ in kept]
    if more is not None and all(map(_narrows, needed)):
        wanted.append(more[0])
    if not wanted:
        return None
    names = set[str].intersection(*wanted)
    for part in parts:
        if isinstance(part, Never) and (found := _find(part.part, shelf)) is not None:
            names -= found[0]
    return names, _terms([*kept, *([more] if more else [])])


def _selects(query: Query) -> bool:
    """Whether a reader who writes this wants nothing else: a phrase, a tag, a language, a title."""
    match query:
        case Phrase() | Tagged() | Written() | Must() | Begins(title=True):
            return True
        case Every(parts) | Some(parts) | Together(parts):
            return all(_selects(part) or isinstance(part, Never) for part in parts) and any(map(_selects, parts))
        case _:
            return False


def _narrows(query: Query) -> bool:
    """Whether it says where to look, and not for what."""
    match query:
        case Tagged() | Written():
            return True
        case Must(part) | Never(part):
            return _narrows(part)
        case Every(parts) | Some(parts) | Together(parts):
            return all(map(_narrows, parts))
        case _:
            return False


def _union(found: Sequence[Found]) -> Found | None:
    return (set[str]().union(*(names for names, _ in found)), _terms(found)) if found else None


def _terms(found: Sequence[Found]) -> dict[str, float]:
    terms: dict[str, float] = {}
    for _, each in found:
        for term, weight in each.items():
            terms[term] = max(weight, terms.get(term, 0.0))
    return terms


# Spelling


def respelt(text: str, mended: Callable[[str], str]) -> str:
    """The query with each word of it as `mended` has it; operators, tags and languages stay."""
    text = text[:MAX_QUERY]
    pieces: list[str] = []
    last = 0
    for typed in lexemes(text):
        if typed.kind in {"word", "phrase"} and typed.field in {"", "title"} and not typed.text.endswith("*"):
            for word in re.finditer(r"[^\W\d_]+", typed.text):
                pieces += [text[last : typed.start + word.start()], mended(word[0])]
                last = typed.start + word.end()
    return "".join([*pieces, text[last:]])
