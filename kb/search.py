"""Search for people: what a query finds among the articles of one audience, what it may have been meant to say, and what somebody
who types may be typing. Everything comes from this audience's own articles; must never import an engine.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Mapping

from kb import markup
from kb import query as queries
from kb.completion import Completer
from kb.index import language, tokens
from kb.lookup import Lookup, Neighbours
from kb.model import Article, Citation, Hit, Section
from kb.ranking import Ranker
from kb.render import excerpt_html
from kb.spelling import Speller
from kb.synonyms import Synonyms
from kb.translations import root

MAX_EXCERPT_SOURCE = 20_000


class Finder:
    """For one audience, as things were when it was made. Any thread may ask."""

    def __init__(
        self,
        rankers: Mapping[str, Ranker],
        articles: Mapping[str, Article],
        readable: Callable[[Article], bool],
        neighbours: Neighbours,
        speller: Callable[[str], Speller],
        cite: Callable[[Article, Section], Citation],
    ) -> None:
        """`rankers` are the audience's by language, `articles` all there are; `speller` gives a language's, of what the audience
        may read.
        """
        self._rankers = rankers
        self._all = articles
        self._articles = {name: article for name, article in articles.items() if readable(article)}
        self._neighbours = neighbours
        self._speller = speller
        self._cite = cite
        self._making = threading.Lock()
        self._completer: Completer | None = None

    def search(self, text: str, synonyms: Synonyms, limit: int, *, lang: str = "", tag: str = "") -> list[Hit]:
        """The best first: those in `lang` before others, and of translations of each other only the first."""
        wanted = language(lang) if lang else ""
        ranked: list[tuple[bool, float, str, str]] = []
        terms: dict[str, frozenset[str]] = {}
        for code, (names, scores, matched) in self._found(text, synonyms).items():
            terms[code] = matched
            after = wanted not in {"", code}
            ranked += ((after, -scores.get(name, 0.0), name, code) for name in names)
        if tag:
            ranked = [entry for entry in ranked if tag.lower() in self._articles[entry[2]].tags]
        first: dict[str, tuple[float, str, str]] = {}
        # Of each group of translations there is one in a language, so that many more are enough.
        for _, score, name, code in heapq.nsmallest(limit * max(1, len(self._rankers)), ranked):
            first.setdefault(root(self._all, name), (-score, name, code))
        return [
            self._hit(self._articles[name], code, score, terms[code])
            for score, name, code in list(first.values())[:limit]
        ]

    def _hit(self, article: Article, code: str, score: float, terms: frozenset[str]) -> Hit:
        anchor = self._rankers[code].holding_section(article, terms)
        section = article.section(anchor) or article.sections[0]
        said = section.text if section.anchor else f"{markup.plain_inline(article.summary)} {section.text}"
        text = " ".join(said[:MAX_EXCERPT_SOURCE].split())
        excerpt = excerpt_html(text, list(tokens(text, article.lang)), terms)
        return Hit(self._cite(article, section), score, excerpt, article.summary, article.tags, article.lang)

    def _found(self, text: str, synonyms: Synonyms) -> dict[str, tuple[set[str], Mapping[str, float], frozenset[str]]]:
        """For each language what is found, with its scores, and the terms it was found by."""
        asked = queries.parse(text)
        found: dict[str, tuple[set[str], Mapping[str, float], frozenset[str]]] = {}
        for code, lookup in self._lookups(synonyms).items():
            names, terms = queries.find(asked, lookup)
            names &= self._articles.keys()
            found[code] = names, lookup.scores(terms) if names else {}, frozenset(terms)
        return found

    def _count(self, text: str, synonyms: Synonyms) -> int:
        return sum(len(names) for names, _, _ in self._found(text, synonyms).values())

    def suggest(self, text: str, synonyms: Synonyms, *, lang: str = "") -> str:
        """The query with its misspelt words mended, where that finds something, and no less; else empty."""
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
        after = self._count(other, synonyms)
        return other if after and after >= self._count(text, synonyms) else ""

    def complete(self, text: str, limit: int, lang: str = "") -> list[Hit]:
        """`excerpt` is the title or the question that fits."""
        with self._making:
            if self._completer is None:
                self._completer = Completer(self._articles.values())
        return [
            Hit(self._cite(a, a.sections[0]), one.score, one.marked, a.summary, a.tags, a.lang)
            for one in self._completer.complete(text, limit, lang)
            for a in (one.article,)
        ]

    def _lookups(self, synonyms: Synonyms) -> dict[str, Lookup]:
        return {
            code: Lookup(ranker.view, code, self._articles, synonyms, self._neighbours)
            for code, ranker in self._rankers.items()
        }
