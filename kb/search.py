"""Search for people: what a query finds among the articles of one audience, what it may have been meant to say, and what somebody
who types may be typing. Everything comes from this audience's own articles; must never import an engine.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kb import query as queries
from kb.completion import Completer, Completion
from kb.index import language
from kb.lookup import Lookup, Neighbours
from kb.model import Article
from kb.postings import View
from kb.spelling import Speller
from kb.synonyms import Synonyms
from kb.translations import root


@dataclass(frozen=True, slots=True)
class Match:
    article: Article
    code: str
    """The language it was found in, as the index has it."""
    score: float
    """0 when the query says only where to look."""
    terms: frozenset[str]
    """Of the index: what it was found by."""


class Finder:
    """For one audience, as things were when it was made. Any thread may ask."""

    def __init__(
        self,
        views: Mapping[str, View],
        articles: Mapping[str, Article],
        readable: Callable[[Article], bool],
        neighbours: Neighbours,
        speller: Callable[[str], Speller],
    ) -> None:
        """`articles` are all there are; `speller` gives a language's, of what the audience may read."""
        self._views = views
        self._all = articles
        self._articles = {name: article for name, article in articles.items() if readable(article)}
        self._neighbours = neighbours
        self._speller = speller
        self._making = threading.Lock()
        self._completer: Completer | None = None

    def search(self, text: str, synonyms: Synonyms, *, lang: str = "", tag: str = "") -> list[Match]:
        """All that it finds, best first: those in `lang` before others, and of translations of each other only the first."""
        asked = queries.parse(text)
        found: list[Match] = []
        for code, lookup in self._lookups(synonyms).items():
            names, terms = queries.find(asked, lookup)
            scores = lookup.scores(terms) if names and terms else {}
            matched = frozenset(terms)
            for name in names:
                article = self._articles.get(name)
                score = scores.get(name, 0.0)
                if article and (score > 0 or not terms) and (not tag or tag.lower() in article.tags):
                    found.append(Match(article, code, score, matched))
        wanted = language(lang) if lang else ""
        found.sort(key=lambda match: (wanted not in {"", match.code}, -match.score, match.article.id))
        first: dict[str, Match] = {}
        for match in found:
            first.setdefault(root(self._all, match.article.id), match)
        return list(first.values())

    def suggest(self, text: str, synonyms: Synonyms, *, lang: str = "") -> str:
        """The query with its misspelt words mended, where that finds more; else empty."""
        lookups = self._lookups(synonyms)
        wanted = language(lang) if lang else ""
        codes = sorted(lookups, key=lambda code: (code != wanted, code != "en", code))

        def mended(word: str) -> str:
            if any(lookup.knows(word) for lookup in lookups.values()):
                return word
            near = (self._speller(code).mend(word) for code in codes)
            return next((other for other in near if other != word), word)

        other = queries.respelt(text, mended).strip()
        if other == text[: queries.MAX_QUERY].strip():
            return ""
        more = len(self.search(other, synonyms)) > len(self.search(text, synonyms))
        return other if more else ""

    def complete(self, text: str, limit: int, lang: str = "") -> list[Completion]:
        with self._making:
            if self._completer is None:
                self._completer = Completer(self._articles.values())
        return self._completer.complete(text, limit, lang)

    def _lookups(self, synonyms: Synonyms) -> dict[str, Lookup]:
        return {
            code: Lookup(view, code, self._articles, synonyms, self._neighbours) for code, view in self._views.items()
        }
