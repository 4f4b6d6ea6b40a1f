"""What a reader may be typing: titles and known questions that hold the words so far, the last of them perhaps unfinished. Made
from the articles one audience may read and nothing else; must never import an engine.
"""

from __future__ import annotations

import heapq
import html
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb import words
from kb.model import Article
from kb.synonyms import spoken

MAX_TYPED = 8
"""Words looked at; the last ones."""
MAX_RANGE = 1000
"""Words that one typed beginning may stand for."""
SHORTEST = 2
"""Characters: a single letter says nothing."""


@dataclass(frozen=True, slots=True)
class Completion:
    article: Article
    text: str
    """The title, or the question that fits better."""
    marked: str
    """The same as safe HTML, the words so far in `<mark>`."""
    score: float


@lru_cache(maxsize=100_000)
def _words(text: str) -> tuple[str, ...]:
    """Kept, so that one saved article does not read all the others anew."""
    return tuple(dict.fromkeys((*spoken(text), *(part for word in words.words(text) for part in word.parts))))


class Completer:
    """Immutable, so any thread may ask. Making one takes 20 µs an article."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles = tuple(articles)
        self._fronts: list[tuple[int, str, bool]] = []
        """The article's number, the text, and whether it is the title."""
        self._held: dict[str, array[int]] = {}
        """The fronts that hold a word."""
        for number, article in enumerate(self._articles):
            for place, text in enumerate((article.title, *article.questions)):
                for word in _words(text):
                    self._held.setdefault(word, array("I")).append(len(self._fronts))
                self._fronts.append((number, text, not place))
        self._sorted = sorted(self._held)

    def complete(self, text: str, limit: int, lang: str = "") -> list[Completion]:
        """Best first, one an article: each word so far begins a word of its title or questions. Those in `lang` come first."""
        typed = spoken(text)[-MAX_TYPED:]
        if not typed or len(text.strip()) < SHORTEST or limit < 1:
            return []
        counts: dict[int, int] = {}
        common: set[int] | None = None
        for word in dict.fromkeys(typed):
            fronts = self._beginning(word)
            owners = {self._fronts[front][0] for front in fronts}
            if word in words.ENGLISH_FUNCTION_WORDS and word != typed[-1]:
                owners |= common or set()
                common = common if common is not None else None
            else:
                common = owners if common is None else common & owners
            for front in fronts:
                counts[front] = counts.get(front, 0) + 1
        if not common:
            return []
        best: dict[int, tuple[float, int]] = {}
        for front, count in counts.items():
            number, said, title = self._fronts[front]
            if number in common:
                score = count + 0.5 * title + 0.4 * (_words(said)[:1] == typed[:1]) - len(said) / 1000
                if score > best.get(number, (0.0, 0))[0]:
                    best[number] = score, front
        chosen = heapq.nsmallest(
            limit,
            best.items(),
            key=lambda entry: (self._other(entry[0], lang), -entry[1][0], self._articles[entry[0]].id),
        )
        return [
            Completion(self._articles[number], self._fronts[front][1], _marked(self._fronts[front][1], typed), score)
            for number, (score, front) in chosen
        ]

    def _other(self, number: int, lang: str) -> bool:
        return bool(lang) and self._articles[number].lang.partition("-")[0] != lang.partition("-")[0]

    def _beginning(self, typed: str) -> set[int]:
        place = bisect_left(self._sorted, typed)
        fronts: set[int] = set()
        for word in self._sorted[place : place + MAX_RANGE]:
            if not word.startswith(typed):
                break
            fronts.update(self._held[word])
        return fronts


def _marked(text: str, typed: Sequence[str]) -> str:
    pieces: list[str] = []
    last = 0
    for word in words.words(text):
        if any(form.startswith(tuple(typed)) for form in (word.whole, *word.parts)):
            pieces += [html.escape(text[last : word.start]), f"<mark>{html.escape(text[word.start : word.end])}</mark>"]
            last = word.end
    return "".join([*pieces, html.escape(text[last:])])
