"""From terms to ranked articles, and how sure we may be: BM25 over postings, features, confidence. Knows views of the index as
plain arrays; must never import an engine or read a file.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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
