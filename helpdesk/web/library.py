"""The articles as the website shows them: topics, who may read what, rendered pages. All work off the event loop."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from kb.answer import KnowledgeBase
from kb.model import Article, Audience, Citation, Section, Status
from kb.render import article_html

RESULTS = 20
_ALIGNED = re.compile(r'<(t[dh]) style="text-align: (left|right|center);">')
"""The policy of our pages allows no style attributes."""


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    """The folder; empty for articles at the top."""
    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Page:
    article: Article
    html: str
    """Safe."""
    contents: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Found:
    citation: Citation
    url: str
    excerpt: str
    """Safe HTML."""


def topic_title(topic: str) -> str:
    """`mailing-lists` as `Mailing lists`; short names such as `irc` and `sig` are abbreviations."""
    name = topic.rpartition("/")[2].replace("-", " ").replace("_", " ")
    return name.upper() if len(name) <= 3 else name[:1].upper() + name[1:]


def _audience(*, volunteer: bool) -> Audience:
    return Audience.VOLUNTEERS if volunteer else Audience.PUBLIC


class Library:
    def __init__(self, kb: KnowledgeBase, url: str) -> None:
        """`url` is where this site has its articles, such as `/kb`."""
        self._kb = kb
        self._url = url

    async def topics(self, *, volunteer: bool) -> Sequence[Topic]:
        """All topics with what may be read, by name."""
        return await asyncio.to_thread(self._topics, volunteer=volunteer)

    def _topics(self, *, volunteer: bool) -> Sequence[Topic]:
        shelves: dict[str, list[Article]] = {}
        for article in self._kb.articles(_audience(volunteer=volunteer)):
            shelves.setdefault(article.topic, []).append(article)
        return tuple(
            Topic(topic, topic_title(topic), tuple(sorted(articles, key=lambda article: article.title.casefold())))
            for topic, articles in sorted(shelves.items(), key=lambda shelf: (not shelf[0], shelf[0]))
        )

    async def topic(self, topic: str, *, volunteer: bool) -> Topic | None:
        return next((known for known in await self.topics(volunteer=volunteer) if known.id == topic), None)

    async def page(self, article_id: str, *, volunteer: bool) -> Page | None:
        """The article by its id, or by one it had before: then `page.article.id` is another."""
        return await asyncio.to_thread(self._page, article_id, volunteer=volunteer)

    def _page(self, article_id: str, *, volunteer: bool) -> Page | None:
        article = self._kb.article(article_id)
        if article is None or article.status is not Status.PUBLISHED:
            return None
        if article.audience is Audience.VOLUNTEERS and not volunteer:
            return None
        contents = tuple(section for section in article.sections if section.anchor and section.level <= 4)
        html = _ALIGNED.sub(r'<\1 class="\2">', article_html(article, self._address))
        return Page(article, html, contents if len(contents) > 1 else ())

    async def search(self, query: str, *, volunteer: bool) -> Sequence[Found]:
        """What fits the words, best first."""
        audience = _audience(volunteer=volunteer)
        hits = await asyncio.to_thread(self._kb.search, query, limit=RESULTS, audience=audience)
        return tuple(
            Found(hit.citation, self._address(hit.citation.article, hit.citation.anchor), hit.excerpt) for hit in hits
        )

    def _address(self, article_id: str, anchor: str) -> str:
        return f"{self._url}/{quote(article_id)}{'#' if anchor else ''}{quote(anchor)}"
