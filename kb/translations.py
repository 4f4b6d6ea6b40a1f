"""Articles that say the same in several languages: which belong together, and which is behind its source. Pure; must never import
an engine. `translation_of` may name any article of a group: all that are linked so are translations of each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from kb.model import Article

DIGITS = 12
_LONGEST_CHAIN = 10


def content_digest(article: Article) -> str:
    """Of what a translator translates: title, summary and text. Tags, questions and dates may change without it."""
    content = f"{article.title}\0{article.summary}\0{article.markdown.strip()}"
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def root(articles: Mapping[str, Article], article_id: str) -> str:
    """The id of the article that the others of its group were translated from; its own when it is none's translation."""
    seen = [article_id]
    while (article := articles.get(seen[-1])) is not None and article.translation_of and len(seen) < _LONGEST_CHAIN:
        if article.translation_of in seen:
            return min(seen[seen.index(article.translation_of) :])  # a circle: lint says so
        seen.append(article.translation_of)
    return seen[-1]


def _anybody(_: Article) -> bool:
    return True


def translations(
    articles: Mapping[str, Article], article_id: str, readable: Callable[[Article], bool] = _anybody
) -> dict[str, Article]:
    """The article and its translations by language, those that may be read. Of two in one language the first by id counts, or
    the article itself.
    """
    group = root(articles, article_id)
    names = sorted(
        (n for n in articles if n == group or articles[n].translation_of), key=lambda n: (n != article_id, n)
    )
    found: dict[str, Article] = {}
    for name in names:
        if readable(articles[name]) and (name == group or root(articles, name) == group):
            found.setdefault(articles[name].lang, articles[name])
    return dict(sorted(found.items()))


def stale(article: Article, articles: Mapping[str, Article]) -> bool:
    """Whether its source has changed since it was translated, or nobody can tell."""
    source = articles.get(article.translation_of)
    return source is not None and article.translated_digest != content_digest(source)
