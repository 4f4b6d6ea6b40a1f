"""The articles: all topics, one topic, one article."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web
from markupsafe import Markup

from helpdesk.model import Role
from helpdesk.web.library import topic_title
from helpdesk.web.site import SITE


async def topics(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    volunteer = (await site.visitor(request)).role >= Role.SHADOW
    return await site.render(request, "kb.html", topic=None, topics=await site.library.topics(volunteer=volunteer))


async def article(request: web.Request) -> web.StreamResponse:
    """An article, or the topic of that name; an id that an article had before leads to where it is now."""
    site = request.app[SITE]
    volunteer = (await site.visitor(request)).role >= Role.SHADOW
    wanted = request.match_info["id"].rstrip("/")
    page = await site.library.page(wanted, volunteer=volunteer)
    if page is None:
        topic = await site.library.topic(wanted, volunteer=volunteer)
        if topic is None:
            raise web.HTTPNotFound
        return await site.render(request, "kb.html", topic=topic, topics=[topic])
    path = "kb/" + quote(page.article.id)
    if page.article.id != wanted:
        raise web.HTTPMovedPermanently(site.url("/" + path))
    return await site.render(
        request,
        "article.html",
        article=page.article,
        topic_title=topic_title(page.article.topic),
        body=Markup(page.html),  # noqa: S704 - kb.render cleans by an allow-list
        contents=page.contents,
        translations=page.translations,
        source=page.source,
        canonical=site.services.config.public_url + path,
    )


ROUTES = [web.get("/kb", topics), web.get("/kb/{id:.+}", article)]
