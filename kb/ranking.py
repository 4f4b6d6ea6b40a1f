"""Which articles fit a question: BM25 and the likeness to titles and known questions choose candidates, likeness in meaning orders
them anew where it is known, and features of the result are what `kb.confidence` judges. Must never import an engine.

Weights and coefficients were fitted by tests/bench/fit_answers.py, one set for all; docs/measurements.md has what they give.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.model import Article
from kb.postings import K1, Known, View
from kb.semantic.meaning import Meanings


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text as the index has it."""

    term: str
    start: int
    end: int
    """Where it stands in the text."""
    parts: tuple[str, ...] = ()
    """The terms a compound is made of."""

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.term, *self.parts)


class Analyse(Protocol):
    """A text and its language's tag to tokens."""

    def __call__(self, text: str, tag: str = ..., /) -> Iterable[Token]: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    article: str
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    candidates: tuple[Candidate, ...] = ()
    """Best first."""
    tier: str = "off"
    """What judged the meaning."""
    features: Mapping[str, float] = field(default_factory=dict)
    """By the names in FEATURES; empty when nothing was found, or nothing but words that say little."""
    terms: frozenset[str] = frozenset()
    """What the question was reduced to."""
    matched: frozenset[str] = frozenset()
    """Those of them that the first article holds."""
    parts: NDArray[np.float32] | None = None
    """What each candidate's score is made of, in the order of WEIGHTS; without the last three where meaning is not known."""


LIGHT_WEIGHT = 0.6
CANDIDATES = 50
MAX_TERMS = 60
"""Of a longer question only its first words count."""

HEADING_FIT = 1.0
TEXT_FIT = 0.5
LEAD = 0.35
LEAD_NAMED = 0.1
"""What a section has to be ahead of the top, as a share of what was asked, to be cited instead of it: little when its heading
names what was asked, much otherwise, since the summary was written to answer."""

WEIGHTS: Mapping[str, tuple[float, float, float, float, float]] = {
    "off": (7.5, 9.0, 0.0, 0.0, 0.0),
    "static": (4.0, 2.8, 5.2, 4.6, 5.3),
    "transformer": (2.3, 1.7, 5.2, 5.1, 6.5),
}
"""For each tier: words (BM25 as a share of what it could be), likeness to the nearest front in words, and in meaning the nearest
front, the nearest window, the mean of the three nearest."""

FEATURES = ("score", "odds", "lead", "words", "likeness", "coverage", "known", "length", "meaning", "standing")
"""score: the first's. odds: of the first against all other candidates, logarithmic. lead: over the mean of the next nine. words,
likeness: its parts of the score. coverage: share of the question's terms, by rarity, that the first holds; known: that any article
holds. length: of the question, logarithmic. meaning: mean cosine of its three nearest. standing: how far the best cosine is above the
next nine."""


class Ranker:
    """Ranks the articles of one language for one audience. Thread-safe, and cheap to make: it remembers analysed sections, which
    are the same whoever works them out.
    """

    def __init__(
        self,
        view: View,
        analyse: Analyse,
        lang: str,
        light: AbstractSet[str] = frozenset(),
        meanings: Meanings | None = None,
        tier: str = "off",
    ) -> None:
        self.view = view
        self._analyse = analyse
        self._lang = lang
        self._light = light
        self._meanings = meanings
        self._tier = tier if meanings else "off"
        self._sections: dict[str, tuple[str, tuple[tuple[frozenset[str], frozenset[str]], ...]]] = {}

    def rank(self, question: str) -> Ranking:
        tokens = list({t.term: t for t in islice(self._analyse(question, self._lang), MAX_TERMS)}.values())
        if not tokens and not self._meanings:
            return Ranking()
        known = {form: held for t in tokens for form in t.forms if (held := self.view.known(form))}
        asked = [_Asked(self._importance(t, known), [form for form in t.forms if form in known]) for t in tokens]
        terms = frozenset(form for t in tokens for form in t.forms if form in known or form == t.term)
        whole = sum(one.importance for one in asked) or 1.0
        weighed = [(held, self._weight(form)) for form, held in known.items()]
        possible = sum((K1 + 1) * held.idf * weight for held, weight in weighed) or 1.0
        words = self.view.scores(weighed) / np.float32(possible)
        likeness = self.view.likeness(weighed, math.sqrt(whole))
        vector = self._meanings.encode(question) if self._meanings else None
        chosen = _best(words + likeness, CANDIDATES)
        tier = "off"
        near = None
        if self._meanings is not None and vector is not None and vector.any():
            wider = np.union1d(chosen, self._meanings.nearest(vector))
            if self._meanings.have(wider):
                chosen, tier = wider, self._tier
                near = self._meanings.likeness(vector, chosen)
        if not len(chosen):
            return Ranking(terms=terms)
        parts = [words[chosen], likeness[chosen]] + ([near.front, near.text, near.mean] if near else [])
        table = np.column_stack(parts)
        scores = table @ np.array(WEIGHTS[tier][: len(parts)], dtype=np.float32)
        order = np.lexsort((chosen, -scores))
        chosen, scores = chosen[order], scores[order]
        first = chosen[0]
        inside = {form for form, held in known.items() if _holds(self.view, held, int(first))}
        features: dict[str, float] = {}
        if near or inside - self._light:  # that an article holds "get" or "use" says nothing
            features = {
                "score": float(scores[0]),
                "odds": _odds(_padded(scores)),
                "lead": _lead(_padded(scores)),
                "words": float(words[first]),
                "likeness": float(likeness[first]),
                "coverage": sum(one.importance for one in asked if inside.intersection(one.known)) / whole,
                "known": sum(one.importance for one in asked if one.known) / whole,
                "length": math.log(max(1, len(tokens))),
            }
            if near:
                cosines = -np.sort(-np.maximum(near.front, near.text))
                features["meaning"] = float(near.mean[order][0])
                features["standing"] = _lead(_padded(cosines))
        found = tuple(Candidate(self.view.ids[n], float(s)) for n, s in zip(chosen, scores, strict=True))
        return Ranking(found, tier, features, terms, frozenset(inside), table[order])

    def knows(self, word: str) -> bool:
        """Whether an article holds it, or it is a function word."""
        return all(any(form in self.view for form in token.forms) for token in self._analyse(word, self._lang))

    def telling(self, text: str) -> set[str]:
        """The terms of a text that some article holds and that say what it is about."""
        forms = {form for token in self._analyse(text, self._lang) for form in token.forms}
        return {form for form in forms - self._light if form in self.view}

    def best_section(self, article: Article, terms: AbstractSet[str]) -> str:
        """The anchor of the section that says most of what was asked; the top's when none says clearly more.

        A term in a heading counts whole, in a text half. The questions people are known to ask are the article's as a whole
        and speak for none of its sections.
        """
        title = self._terms(article.title)
        wanted = {term: self._weight(term) * self.view.idf(term) for term in terms}
        whole = sum(wanted.values())
        best, most, top = "", 0.0, 0.0
        for section, (heading, text) in zip(article.sections, self._parts(article), strict=True):
            fit = sum(
                weight * (HEADING_FIT if term in heading or term in title else TEXT_FIT)
                for term, weight in wanted.items()
                if term in heading or term in title or term in text
            )
            named = bool((heading & terms) - title)
            if not section.anchor:
                top = most = fit
            elif fit > most and fit - top > whole * (LEAD_NAMED if named else LEAD):
                best, most = section.anchor, fit
        return best

    def holding_section(self, article: Article, terms: AbstractSet[str]) -> str:
        """The anchor of the first section with the most of these terms: what somebody who searches wants to see."""
        parts = self._parts(article)
        best = max(range(len(parts)), key=lambda place: (len(terms & (parts[place][0] | parts[place][1])), -place))
        return article.sections[best].anchor

    def _parts(self, article: Article) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
        """The terms of each section's headings and of its text; the summary belongs to the top."""
        held = self._sections.get(article.id)
        if held is None or held[0] != article.digest:
            found = tuple(
                (
                    self._terms(" ".join(section.path)),
                    self._terms(section.text if section.anchor else f"{article.summary} {section.text}"),
                )
                for section in article.sections
            )
            held = self._sections[article.id] = article.digest, found
        return held[1]

    def _terms(self, text: str) -> frozenset[str]:
        return frozenset(form for token in self._analyse(text, self._lang) for form in token.forms)

    def _weight(self, term: str) -> float:
        return LIGHT_WEIGHT if term in self._light else 1.0

    def _importance(self, token: Token, known: Mapping[str, Known]) -> float:
        forms = [form for form in token.forms if form in known] or [token.term]
        return max(self._weight(form) * (known[form].idf if form in known else self.view.rarest) for form in forms)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A word of the question."""

    importance: float
    known: Sequence[str]
    """Its forms that the view holds."""


def _best(scores: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """The documents with the highest scores above 0, in no order."""
    found = np.flatnonzero(scores > 0)
    if len(found) <= count:
        return found
    return found[np.argpartition(-scores[found], count)[:count]]


def _padded(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """At least ten: being alone with a chance word is no merit."""
    return scores if len(scores) >= 10 else np.concatenate([scores, np.zeros(10 - len(scores), np.float32)])


def _odds(scores: NDArray[np.float32]) -> float:
    """log(p / (1 - p)) of the first by the softmax of all scores, at most 8."""
    return min(8.0, -float(np.log(np.exp(scores[1:] - scores[0]).sum())))


def _lead(scores: NDArray[np.float32]) -> float:
    """Of the first over the mean of the next nine."""
    return float(scores[0] - scores[1:10].mean())


def _holds(view: View, known: Known, document: int) -> bool:
    for number, place in known.places:
        part = view.parts[number]
        inside = document - part.offset
        if 0 <= inside < len(part.field.lengths):
            run = part.field.documents[part.field.starts[place] : part.field.starts[place + 1]]
            at = int(np.searchsorted(run, inside))
            return at < len(run) and int(run[at]) == inside
    return False
