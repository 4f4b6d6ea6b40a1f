"""The articles as the website shows them: topics, who may read what, rendered pages. All work off the event loop."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from kb.answer import KnowledgeBase
from kb.model import Article, Audience, Citation, Section, Status
from kb.render import article_html
from kb.translations import stale

RESULTS = 20
COMPLETIONS = 7
NAMES = {
    "ar": "العربية", "ca": "Català", "cs": "Čeština", "da": "Dansk", "de": "Deutsch", "el": "Ελληνικά", "en": "English",
    "es": "Español", "eu": "Euskara", "fi": "Suomi", "fr": "Français", "he": "עברית", "hu": "Magyar", "it": "Italiano",
    "ja": "日本語", "ko": "한국어", "nl": "Nederlands", "no": "Norsk", "pl": "Polski", "pt": "Português", "ro": "Română",
    "ru": "Русский", "sv": "Svenska", "tr": "Türkçe", "uk": "Українська", "zh": "中文",
}  # fmt: skip
"""What speakers call their languages."""
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
    translations: tuple[Translation, ...]
    """Into other languages, those the reader may read."""
    source: Translation | None
    """What it was translated from, when that has changed since."""


@dataclass(frozen=True, slots=True)
class Translation:
    lang: str
    name: str
    """Of the language, in it."""
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    citation: Citation
    url: str
    excerpt: str
    """Safe HTML."""
    lang: str


@dataclass(frozen=True, slots=True)
class Completed:
    url: str
    title: str
    """Safe HTML, with what was typed marked; so is the question."""
    question: str
    """Empty when the title is what fits."""
    lang: str


def _translated(topic: str) -> bool:
    """A folder of translations, such as `de/accounts`."""
    first, _, rest = topic.partition("/")
    return bool(rest) and len(first) == 2


def _place(topic: str) -> tuple[bool, bool, str]:
    """By name, translations after the others, and what has no topic last."""
    return not topic, _translated(topic), topic


def topic_title(topic: str) -> str:
    """`mailing-lists` as `Mailing lists`; short names such as `irc` and `sig` are abbreviations."""
    if _translated(topic):
        return f"{topic_title(topic[3:])} ({topic[:2]})"
    name = topic.rpartition("/")[2].replace("-", " ").replace("_", " ")
    return name.upper() if len(name) <= 3 else name[:1].upper() + name[1:]


def language_name(lang: str) -> str:
    """`Português (BR)` for `pt-BR`; the code where we know no better."""
    base, _, region = lang.partition("-")
    name = NAMES.get(base.lower(), base)
    return f"{name} ({region})" if region else name


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
            for topic, articles in sorted(shelves.items(), key=lambda shelf: _place(shelf[0]))
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
        body = _ALIGNED.sub(r'<\1 class="\2">', article_html(article, self._address))
        others = {
            other.id: Translation(lang, language_name(lang), other.title, self._address(other.id, ""))
            for lang, other in self._kb.translations(article.id, _audience(volunteer=volunteer)).items()
            if other.id != article.id
        }
        behind = article.translation_of in others and stale(article, self._kb.library.articles)
        return Page(
            article,
            body,
            contents if len(contents) > 1 else (),
            tuple(others.values()),
            others[article.translation_of] if behind else None,
        )

    async def search(self, query: str, *, volunteer: bool, lang: str) -> tuple[Sequence[Found], str]:
        """What fits the query, best first, those in `lang` before others; and what may have been meant, or nothing."""
        return await asyncio.to_thread(self._search, query, _audience(volunteer=volunteer), lang)

    def _search(self, query: str, audience: Audience, lang: str) -> tuple[Sequence[Found], str]:
        hits = self._kb.search(query, limit=RESULTS, audience=audience, lang=lang)
        found = tuple(
            Found(hit.citation, self._address(hit.citation.article, hit.citation.anchor), hit.excerpt, hit.lang)
            for hit in hits
        )
        return found, self._kb.suggest(query, audience=audience, lang=lang)

    async def complete(self, text: str, *, volunteer: bool, lang: str) -> Sequence[Completed]:
        """What somebody who has typed this may be looking for."""
        return await asyncio.to_thread(self._complete, text, _audience(volunteer=volunteer), lang)

    def _complete(self, text: str, audience: Audience, lang: str) -> Sequence[Completed]:
        found: list[Completed] = []
        for hit in self._kb.complete(text, limit=COMPLETIONS, audience=audience, lang=lang):
            title = html.escape(hit.citation.title)
            titled = re.sub("</?mark>", "", hit.excerpt) == title
            url = self._address(hit.citation.article, "")
            found.append(Completed(url, hit.excerpt if titled else title, "" if titled else hit.excerpt, hit.lang))
        return found

    def _address(self, article_id: str, anchor: str) -> str:
        return f"{self._url}/{quote(article_id)}{'#' if anchor else ''}{quote(anchor)}"
