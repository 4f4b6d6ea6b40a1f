"""What a reader may be typing: titles and known questions that hold the words so far, the last of them perhaps unfinished. Made
from the articles one audience may read and nothing else; must never import an engine.
"""

from __future__ import annotations

import html
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kb import words
from kb.model import Article
from kb.synonyms import spoken

MAX_TYPED = 8
"""Words looked at; the last ones."""
MAX_RANGE = 1000
"""Words that one typed beginning may stand for."""
TITLE = 0.5
"""What a title is worth against a question, in words that fit."""
LAST = "\U0010ffff"
"""No word goes on with it."""
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
    """Immutable, so any thread may ask. Making one takes some 50 µs an article."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles = sorted(articles, key=lambda article: article.id)
        self._texts: list[str] = []
        """The titles and questions, here called fronts."""
        owners = array("I")
        base = array("f")
        held: dict[str, array[int]] = {}
        for number, article in enumerate(self._articles):
            for place, text in enumerate((article.title, *article.questions)):
                for word in _words(text):
                    held.setdefault(word, array("I")).append(len(self._texts))
                self._texts.append(text)
                owners.append(number)
                base.append((0.0 if place else TITLE) - len(text) / 1000)
        self._words = sorted(held)
        self._held = [np.frombuffer(held[word], np.uint32) for word in self._words]
        """The fronts that hold a word."""
        self._owners = np.frombuffer(owners, np.uint32)
        self._base = np.frombuffer(base, np.float32)
        """What a front's score begins with: titles before questions, short ones before long ones."""
        self._langs = np.array([article.lang.partition("-")[0] for article in self._articles])

    def complete(self, text: str, limit: int, lang: str = "") -> list[Completion]:
        """Best first, one an article: each word so far begins a word of its title or questions. Those in `lang` come first."""
        typed = tuple(dict.fromkeys(spoken(text)[-MAX_TYPED:]))
        if not typed or len(text.strip()) < SHORTEST or limit < 1:
            return []
        scores = self._base.copy()
        found = np.zeros(len(scores), dtype=np.bool_)
        common = np.ones(len(self._articles), dtype=np.bool_)
        for word in typed:
            fronts = self._beginning(word)
            found |= fronts
            scores += fronts
            if word not in words.ENGLISH_FUNCTION_WORDS or word == typed[-1]:
                common &= np.bincount(self._owners[fronts], minlength=len(common)) > 0
        if lang:
            scores[(self._langs != lang.partition("-")[0])[self._owners]] -= len(typed) + 2
        fits = np.flatnonzero(found & common[self._owners])
        best: dict[int, Completion] = {}
        for front in fits[np.argsort(-scores[fits], kind="stable")].tolist():
            number = int(self._owners[front])
            if number not in best:
                said = self._texts[front]
                best[number] = Completion(self._articles[number], said, _marked(said, typed), float(scores[front]))
            if len(best) == limit:
                break
        return list(best.values())

    def _beginning(self, typed: str) -> NDArray[np.bool_]:
        """Which fronts hold a word that begins so."""
        place = bisect_left(self._words, typed)
        end = bisect_left(self._words, typed + LAST, place)
        found = np.zeros(len(self._texts), dtype=np.bool_)
        for run in self._held[place : min(end, place + MAX_RANGE)]:
            found[run] = True
        return found


def _marked(text: str, typed: Sequence[str]) -> str:
    pieces: list[str] = []
    last = 0
    for word in words.words(text):
        if any(form.startswith(tuple(typed)) for form in (word.whole, *word.parts)):
            pieces += [html.escape(text[last : word.start]), f"<mark>{html.escape(text[word.start : word.end])}</mark>"]
            last = word.end
    return "".join([*pieces, html.escape(text[last:])])
