"""From terms to ranked articles, and how sure we may be: BM25 over postings, features, confidence. Knows views of the index as
plain arrays; must never import an engine or read a file.
"""

from __future__ import annotations

import heapq
import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from kb.model import Article

K1 = 1.2
B = 0.75
"""Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009). Weights of title and questions are
term frequencies in one combined field, which makes it BM25F with one saturation."""


@dataclass(frozen=True)
class Postings:
    """One field of the index: which documents hold a term, and how often."""

    documents: tuple[str, ...] = ()
    """The key of each document number."""
    terms: Mapping[str, tuple[array[int], array[float]]] = field(default_factory=dict)
    """Document numbers, ascending, and weighted term frequencies."""
    norms: array[float] = field(default_factory=lambda: array("f"))
    """K1 · (1 - B + B · length / mean length) of each document."""

    def idf(self, term: str) -> float:
        """Never negative; a term of no document is as rare as can be."""
        found = self.terms.get(term)
        have = len(found[0]) if found else 0
        return math.log(1 + (len(self.documents) - have + 0.5) / (have + 0.5))

    def scores(self, weights: Mapping[str, float]) -> dict[int, float]:
        """BM25 of every document that holds one of the terms; a term's weight scales what it gives."""
        scores: dict[int, float] = {}
        norms, get = self.norms, scores.get
        for term, weight in weights.items():
            found = self.terms.get(term)
            if found is None:
                continue
            gain = self.idf(term) * (K1 + 1) * weight
            for number, frequency in zip(*found, strict=True):
                scores[number] = get(number, 0.0) + gain * frequency / (frequency + norms[number])
        return scores


def postings(documents: Sequence[str], frequencies: Mapping[str, tuple[array[int], array[float]]]) -> Postings:
    """With the norms worked out from the frequencies."""
    lengths = array("d", bytes(8 * len(documents)))
    for numbers, counts in frequencies.values():
        for number, count in zip(numbers, counts, strict=True):
            lengths[number] += count
    mean = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
    norms = array("f", (K1 * (1 - B + B * length / mean) for length in lengths))
    return Postings(tuple(documents), frequencies, norms)


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
    anchor: str
    """The section that fits best."""
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    candidates: tuple[Candidate, ...] = ()
    """Best first."""
    confidence: float = 0.0
    """How likely the first is right, 0 to 1."""
    features: tuple[float, ...] = ()
    """In the order of FEATURES; empty when nothing was found."""
    terms: frozenset[str] = frozenset()
    """What the question was reduced to."""


LIGHT_WEIGHT = 0.6
QUESTION_BONUS = 1.0
RERANKED = 10
MAX_TERMS = 60
"""Of a longer question only its first words count."""

HEADING_FIT = 1.0
TEXT_FIT = 0.5
LEAD = 0.35
LEAD_NAMED = 0.1
"""What a section has to be ahead of the top, as a share of what was asked, to be cited instead of it: little when its heading
names what was asked, much otherwise, since the summary was written to answer."""

# margin: how far the first is ahead, scaled by its likeness: being alone with a chance word is no merit.
FEATURES = ("score", "share", "margin", "coverage", "known", "length", "question", "front")
# Fitted by tests/bench/fit_confidence.py on stackfaq-holes, clinc150 and hint3-curekart. Right at 90 % of the unanswerable
# turned away, by coefficients from the other two sets: 60 %, 70 %, 59 %; AUROC 83, 90, 87.
COEFFICIENTS = (1.062, 0.302, 3.338, 0.453, -0.364, 0.543, 2.381, 0.235)
INTERCEPT = -5.439


def confidence(features: Sequence[float]) -> float:
    """A logistic function of the features."""
    z = INTERCEPT + sum(c * x for c, x in zip(COEFFICIENTS, features, strict=True))
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


class Ranker:
    """Ranks the articles of one language for one audience. Cheap to make; remembers analysed titles and questions.

    Thread-safe: what it remembers is the same whoever works it out.
    """

    def __init__(
        self,
        view: Postings,
        articles: Mapping[str, Article],
        analyse: Analyse,
        lang: str,
        light: AbstractSet[str] = frozenset(),
    ) -> None:
        self._view = view
        self._articles = articles
        self._analyse = analyse
        self._lang = lang
        self._light = light
        self._asked: dict[str, tuple[tuple[frozenset[str], float], ...]] = {}
        self._parts: dict[str, tuple[tuple[frozenset[str], frozenset[str]], ...]] = {}

    def rank(self, question: str) -> Ranking:
        tokens = list({t.term: t for t in islice(self._analyse(question, self._lang), MAX_TERMS)}.values())
        if not tokens:
            return Ranking()
        view = self._view
        known = {t.term: tuple(form for form in t.forms if form in view.terms) for t in tokens}
        weights = {form: self._weight(form) for forms in known.values() for form in forms}
        terms = frozenset(form for t in tokens for form in (known[t.term] or (t.term,)))
        sections: dict[str, tuple[float, int]] = {}
        for number, score in view.scores(weights).items():
            article = view.documents[number].partition("#")[0]
            if article in self._articles and score > sections.get(article, (0.0, 0))[0]:
                sections[article] = score, number
        if not sections:
            return Ranking(terms=terms)
        best = heapq.nlargest(RERANKED, sections, key=lambda article: (sections[article][0], article))
        likeness = {article: self._likeness(terms, article) for article in best}
        found = [
            Candidate(
                article,
                view.documents[sections[article][1]].partition("#")[2],
                self._final(sections[article][0], likeness[article]),
            )
            for article in best
        ]
        found.sort(key=lambda candidate: (-candidate.score, candidate.article))
        features = self._features(tokens, known, found, sections[found[0].article], likeness[found[0].article])
        sure = confidence(features) if terms - self._light else 0.0  # "how do I get it" asks for nothing one could know
        return Ranking(tuple(found), sure, features, terms)

    def best_section(self, article_id: str, terms: AbstractSet[str]) -> str:
        """The anchor of the section that says most of what was asked; the top's when none says clearly more.

        A term in a heading counts whole, in a text half. The questions people are known to ask are the article's as a whole
        and speak for none of its sections.
        """
        article = self._articles[article_id]
        title, _ = self._fronts(article_id)[0]
        wanted = {term: self._importance(term) for term in terms}
        whole = sum(wanted.values())
        best, most, top = "", 0.0, 0.0
        for section, (heading, text) in zip(article.sections, self._sections(article), strict=True):
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

    def _sections(self, article: Article) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
        """The terms of each section's headings and of its text; the summary belongs to the top."""
        if article.id not in self._parts:
            self._parts[article.id] = tuple(
                (
                    self._terms(" ".join(section.path)),
                    self._terms(section.text if section.anchor else f"{article.summary} {section.text}"),
                )
                for section in article.sections
            )
        return self._parts[article.id]

    def _terms(self, text: str) -> frozenset[str]:
        return frozenset(form for token in self._analyse(text, self._lang) for form in token.forms)

    @staticmethod
    def _final(score: float, likeness: float) -> float:
        return score * (1 + QUESTION_BONUS * likeness)

    def _weight(self, term: str) -> float:
        return LIGHT_WEIGHT if term in self._light else 1.0

    def _importance(self, term: str) -> float:
        return self._view.idf(term) * self._weight(term)

    def _fronts(self, article: str) -> tuple[tuple[frozenset[str], float], ...]:
        """The terms of the title and of each question people are known to ask, each with its terms' importance."""
        if article not in self._asked:
            of = self._articles[article]
            fronts = map(self._terms, (of.title, *of.questions))
            self._asked[article] = tuple((front, sum(map(self._importance, front))) for front in fronts)
        return self._asked[article]

    def _likeness(self, terms: AbstractSet[str], article: str) -> float:
        """Cosine between the question and the likest of the article's own, terms weighted by their rarity."""
        importance = {term: self._importance(term) for term in terms}
        own = sum(importance.values())
        likest = 0.0
        for front, all_of_it in self._fronts(article):
            if shared := sum(importance[term] for term in terms & front):
                likest = max(likest, shared / math.sqrt(own * all_of_it))
        return likest

    def _features(
        self,
        tokens: Sequence[Token],
        known: Mapping[str, tuple[str, ...]],
        found: Sequence[Candidate],
        top: tuple[float, int],
        likeness: float,
    ) -> tuple[float, ...]:
        view = self._view
        score, number = top
        importance = {t.term: max(map(self._importance, known[t.term] or (t.term,))) for t in tokens}
        whole = sum(importance.values()) or 1.0
        possible = sum((K1 + 1) * self._importance(form) for forms in known.values() for form in forms) or 1.0
        front = frozenset().union(*(terms for terms, _ in self._fronts(found[0].article)))
        inside = {form for forms in known.values() for form in forms if _holds(view, form, number)}
        second = found[1].score if len(found) > 1 else 0.0
        return (
            math.log1p(score),
            score / possible,
            (found[0].score - second) / found[0].score * likeness,
            sum(w for term, w in importance.items() if inside.intersection(known[term])) / whole,
            sum(w for term, w in importance.items() if known[term]) / whole,
            math.log(len(tokens)),
            likeness,
            sum(w for term, w in importance.items() if front.intersection((term, *known[term]))) / whole,
        )


def _holds(view: Postings, term: str, number: int) -> bool:
    numbers = view.terms[term][0]
    place = bisect_left(numbers, number)
    return place < len(numbers) and numbers[place] == number
