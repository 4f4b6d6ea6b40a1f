"""Canned replies and articles cited: words that are written already, found by a short name and filled in. Pure.

A canned reply is an article for volunteers with the tag `reply`; with the tag `asks` it asks the asker something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from helpdesk.commands.base import Call
from helpdesk.effects import Message, Refuse, Value
from helpdesk.model import Ticket
from kb.markup import PLACEHOLDER
from kb.model import Article, Audience, Status

TAG, ASKS = "reply", "asks"
_ADDRESS = re.compile(r"https?://\S+")


def canned(articles: Mapping[str, Article], lang: str) -> dict[str, Article]:
    """By name, each in this language if it is written in it, else as it was written first."""
    found: dict[str, Article] = {}
    for article in sorted(articles.values(), key=lambda one: (one.lang == lang, not one.translation_of, one.id)):
        if TAG in article.tags and article.audience is Audience.VOLUNTEERS and article.status is Status.PUBLISHED:
            found[name_of(article)] = article
    return dict(sorted(found.items()))


def name_of(article: Article) -> str:
    """By which it is called: the last part of its id."""
    return article.id.rpartition("/")[2].lower()


def asks(article: Article) -> bool:
    return ASKS in article.tags


def filled(article: Article, call: Call, ticket: Ticket, rest: str) -> str | Refuse:
    """The reply with its places filled. What can't be filled is never sent; nor is anything left over."""
    text = " ".join(article.sections[0].text.split())
    values = {"name": ticket.asker_identity.name, "number": str(ticket.number), "volunteer": call.person.name}
    wanted = dict.fromkeys(PLACEHOLDER.findall(text))
    args: dict[str, Value] = {"name": name_of(article), "number": str(ticket.number), "prefix": call.prefix}
    if "link" in wanted:
        link = _ADDRESS.fullmatch(rest)
        about = None if link else article_called(rest, call.view.articles, ticket.lang)
        if link:
            values["link"] = link[0]
        elif isinstance(about, Article):
            values["link"] = address(about, call.config.public_url)
        else:
            return Refuse("invalid", Message("reply-wants-link", args))
    elif rest:
        text = f"{text} {rest}"
    for name in wanted:
        if name not in values:
            return Refuse("invalid", Message("reply-unfilled", {**args, "place": f"{{{name}}}"}))
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def near(name: str, names: Iterable[str]) -> list[str]:
    """What may have been meant."""
    listed = list(names)
    begun = [one for one in listed if len(name) > 1 and (one.startswith(name) or f"-{name}" in one)]
    return list(dict.fromkeys([*begun, *get_close_matches(name, listed, n=3, cutoff=0.6)]))[:3]


# --- articles ---------------------------------------------------------------------------------------------------------


def told_anywhere(article: Article) -> bool:
    return article.audience is Audience.PUBLIC and article.status is Status.PUBLISHED


def article_called(said: str, articles: Mapping[str, Article], lang: str) -> Article | list[str]:
    """The article that is meant, in the asker's language if it is written in it; else the names that may be meant."""
    said = said.strip().strip("/").removesuffix(".md").lower()
    said = said.rpartition("/kb/")[2].removeprefix("kb:")
    public = {article.id.lower(): article for article in articles.values() if told_anywhere(article)}
    found = public.get(said)
    if found is None:
        last = [article for article in public.values() if name_of(article) == said]
        originals = [article for article in last if not article.translation_of] or last
        if len(originals) != 1:
            names = [article.id for article in originals]
            return names[:3] or [public[one].id for one in _near_articles(said, public)]
        found = originals[0]
    written = (one for one in public.values() if one.translation_of == found.id and one.lang == lang)
    return next(written, found) if found.lang != lang else found


def _near_articles(said: str, public: Mapping[str, Article]) -> list[str]:
    by_name = {name_of(article): article.id.lower() for article in public.values() if not article.translation_of}
    by_title = {article.title.lower(): article.id.lower() for article in public.values() if not article.translation_of}
    found = [by_name[name] for name in near(said, by_name)]
    found += [by_title[title] for title in get_close_matches(said, by_title, n=3, cutoff=0.6)]
    found += get_close_matches(said, list(by_name.values()), n=3, cutoff=0.6)
    return list(dict.fromkeys(found))[:3]


def address(article: Article, public_url: str) -> str:
    return f"{public_url}kb/{article.id}"
