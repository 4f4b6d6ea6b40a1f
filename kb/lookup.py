"""A shelf for `kb.query`: what one audience may read in one language, looked up in its own view of the index, so that nothing of
an article it may not read is found, counted or expanded to. Must never import an engine; places of words are asked of the index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

import numpy as np

from kb.index import analyse, language, stem, tokens
from kb.model import Article
from kb.postings import View
from kb.query import Found
from kb.ranking import Token
from kb.synonyms import Synonyms, spoken

SYNONYM = 0.5
"""What a synonym counts against the word that was typed."""
BEGUN = 0.7
MAX_BEGUN = 50
"""Terms of a beginning that articles are ranked by; the shortest are taken."""
SHORTEST_STEM = 4
MAX_ENDING = 4

Neighbours = Callable[[str, Sequence[str]], set[str] | None]
"""A language and terms to the articles that hold them side by side; None when the index can't be asked just now."""


@lru_cache(maxsize=20_000)
def title_terms(title: str, code: str) -> tuple[str, ...]:
    return tuple(analyse(title, code))


class Lookup:
    def __init__(
        self, view: View, code: str, articles: Mapping[str, Article], synonyms: Synonyms, neighbours: Neighbours
    ) -> None:
        """`articles` are those the audience may read, of whatever language."""
        self._view = view
        self._code = code
        self._articles = articles
        self._synonyms = synonyms
        self._neighbours = neighbours

    @cached_property
    def _mine(self) -> Mapping[str, Article]:
        return {name: self._articles[name] for name in self._view.shown if name in self._articles}

    def everything(self) -> set[str]:
        return set(self._mine)

    def words(self, said: Sequence[str]) -> Found | None:
        names: set[str] = set()
        terms: dict[str, float] = {}
        heard = False
        text = " ".join(said)
        for token in tokens(text, self._code):
            heard = True
            names |= self._token(token)
            terms |= dict.fromkeys(token.forms, 1.0)
        for _, _, others in self._synonyms.read(spoken(text), self._code):
            heard = True
            for other in others:
                names |= self._side_by_side(other)
                terms |= {term: SYNONYM for term in other if term not in terms}
        return (names, terms) if heard else None

    def phrase(self, said: str, *, title: bool) -> Found | None:
        terms = analyse(said, self._code)
        if not terms:
            return None
        if title:
            names = {name for name in self._holding_all(terms) if _follow(terms, self._title(name))}
        else:
            names = self._side_by_side(terms)
        return names, dict.fromkeys(terms, 1.0)

    def begins(self, said: str, *, title: bool) -> Found | None:
        begun = self._begun(said)
        names = self._holding_any(begun)
        if title:
            names = {name for name in names if begun.intersection(self._title(name))}
        return names, dict.fromkeys(sorted(begun, key=lambda term: (len(term), term))[:MAX_BEGUN], BEGUN)

    def tagged(self, tag: str) -> set[str]:
        return {name for name, article in self._mine.items() if tag in article.tags}

    def written(self, lang: str) -> set[str]:
        """`pt` finds what is in `pt-BR` too."""
        return {
            name
            for name, article in self._mine.items()
            if article.lang.lower() == lang or article.lang.lower().startswith(f"{lang}-")
        }

    def scores(self, terms: Mapping[str, float]) -> dict[str, float]:
        """BM25 of the articles that hold some of the terms."""
        known = [(held, weight) for term, weight in terms.items() if (held := self._view.known(term))]
        scores = self._view.scores(known)
        return {self._view.ids[number]: float(scores[number]) for number in np.flatnonzero(scores).tolist()}

    def knows(self, word: str) -> bool:
        """Whether some article holds the word or one that means the same, or it says nothing."""
        term = stem(word.casefold(), self._code)
        return not term or any(other in self._view for other in (term, *self._synonyms.expand(term, self._code)))

    def _title(self, name: str) -> tuple[str, ...]:
        article = self._articles.get(name)
        return title_terms(article.title, language(article.lang)) if article else ()

    def _token(self, token: Token) -> set[str]:
        """`wi-fi` is found as `wifi` and as `wi` with `fi`."""
        names = self._holding_any([token.term])
        return names | self._holding_all(token.parts) if token.parts else names

    def _side_by_side(self, terms: Sequence[str]) -> set[str]:
        held = self._holding_all(terms)
        if len(terms) < 2 or not held:
            return held
        found = self._neighbours(self._code, terms)
        return held if found is None else held & found

    def _begun(self, beginning: str) -> set[str]:
        """Terms are stems: `registr` begins what is held as `regist`."""
        found = self._view.beginning(beginning)
        shortest = max(SHORTEST_STEM, len(beginning) - MAX_ENDING)
        shorter = (beginning[:length] for length in range(shortest, len(beginning)))
        return found | {term for term in shorter if term in self._view}

    def _holding_all(self, terms: Sequence[str]) -> set[str]:
        held = [self._holding_any([term]) for term in dict.fromkeys(terms)]
        return set[str].intersection(*held) if held else set()

    def _holding_any(self, terms: Iterable[str]) -> set[str]:
        known = [held for term in terms if (held := self._view.known(term))]
        return {self._view.ids[number] for held in known for number in self._view.holding(held).tolist()}


def _follow(terms: Sequence[str], within: Sequence[str]) -> bool:
    """Whether they stand there one after the other."""
    size = len(terms)
    return any(tuple(terms) == tuple(within[at : at + size]) for at in range(len(within) - size + 1))
