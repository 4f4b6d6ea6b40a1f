"""Search on the website: the query language, what is offered while one types, languages, and that no page or API tells visitors
of what is for volunteers.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.model import Role
from helpdesk.web import limits
from helpdesk.web.library import Library, language_name
from helpdesk.web.server import make_app
from kb.answer import KnowledgeBase
from kb.options import Options, Tier
from kb.translations import content_digest
from tests.unit.web.fakes import World, fields, write_articles
from tests.unit.web.fakes import world as make_world

GERMAN = """---
title: Eine Mailingliste beantragen
summary: Einen Eintrag mit dem Namen der Liste anlegen.
questions: [wie bekomme ich eine mailingliste]
lang: de
translation_of: mailing-lists/request-a-list
translated_digest: "{digest}"
---
Jedes Projekt darf eine haben; sie heißt in Debatten auch Verteiler.
"""
SECRET = """---
title: Le zèbre et la mailing list
summary: The quagga list.
questions: [what about quaggas]
lang: fr
tags: [quagga]
audience: volunteers
redirect_from: [old/striped]
translation_of: mailing-lists/request-a-list
---
The quagga. `</mark><script>alert(1)</script>`
"""
SECRETS = re.compile(r"quagga|zèbre|z%C3%A8bre|on.duty|twice a day", re.IGNORECASE)


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    folder = write_articles(tmp_path / "articles")
    base = KnowledgeBase.open([folder], tmp_path, Options(tier=Tier.OFF))
    source = base.article("mailing-lists/request-a-list")
    assert source is not None
    (folder / "mailing-lists" / "liste.md").write_text(GERMAN.replace("{digest}", content_digest(source)))
    (folder / "sig" / "quagga.md").write_text(SECRET)
    base.refresh()
    yield base
    base.close()


@pytest.fixture
def world(kb: KnowledgeBase) -> World:
    return make_world(kb)


@pytest.fixture
async def client(world: World) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(make_app(world.services))) as client:
        yield client


async def page(client: TestClient, path: str, lang: str = "en") -> str:
    async with client.get(path, headers={"Accept-Language": lang}) as answer:
        assert answer.status == 200, path
        return await answer.text()


async def options(client: TestClient, typed: str, lang: str = "en") -> list[str]:
    """The addresses that are offered."""
    said = json.loads(await page(client, f"/search/suggest?q={quote(typed)}", lang))
    return re.findall(r'href="([^"]*)"', said["options"])


async def join(client: TestClient, world: World) -> None:
    world.reader.invitations["invite"] = Role.SOLO
    hidden = fields(await page(client, "/join/invite"))
    answer = await client.post("/join/invite", data={**hidden, "name": "Mira"}, allow_redirects=False)
    assert answer.status == 303


def hits(html: str) -> list[str]:
    return re.findall(r'<h2><a href="([^"#]*)', html)


ENGLISH = "/kb/mailing-lists/request-a-list"
DEUTSCH = "/kb/mailing-lists/liste"


async def test_the_page_understands_the_query_language_and_says_it(client: TestClient) -> None:
    assert hits(await page(client, "/search?q=" + quote('"two owners" -lang:de'))) == [ENGLISH]
    assert hits(await page(client, "/search?q=" + quote("title:owners"))) == []
    html = await page(client, "/search")
    assert "<details" in html
    assert "title:bridge" in html


async def test_a_misspelt_word_is_offered_as_it_was_meant(client: TestClient) -> None:
    html = await page(client, "/search?q=" + quote("+mailng -zzz&"))
    assert 'href="/search?q=%2Bmailing+-zzz%26"' in html
    assert "+mailing -zzz&amp;</a>" in html
    assert "Did you mean" not in await page(client, "/search?q=mailing")


async def test_the_visitor_s_language_comes_first_and_others_say_theirs(client: TestClient) -> None:
    assert hits(await page(client, "/search?q=liste+list", "de")) == [DEUTSCH]
    assert hits(await page(client, "/search?q=liste+list", "en")) == [ENGLISH]
    html = await page(client, "/search?q=Verteiler", "en")
    assert hits(html) == [DEUTSCH]
    assert re.search(r'class="badge"[^>]*>Deutsch<', html)
    assert "Deutsch" not in await page(client, "/search?q=Verteiler", "de")


async def test_what_fits_is_offered_while_one_types(client: TestClient) -> None:
    assert await options(client, "mail") == [ENGLISH, DEUTSCH]
    assert await options(client, "mail", "de") == [DEUTSCH, ENGLISH]
    assert await options(client, "how do i get a mai") == [ENGLISH]
    said = json.loads(await page(client, "/search/suggest?q=how+do+i+get"))
    assert "<small>how do i <mark>get</mark> a mailing list</small>" in said["options"].replace(
        "<mark>how</mark>", "how"
    ).replace("<mark>do</mark>", "do").replace("<mark>i</mark>", "i")
    assert said["said"].startswith("One article")
    for nothing in ("", "m", "zz", "%00", "%F0%9F%8E%89"):
        assert json.loads(await page(client, f"/search/suggest?q={nothing}"))["options"].strip() == ""


async def test_what_is_offered_is_kept_for_its_reader_only(client: TestClient) -> None:
    async with client.get("/search/suggest?q=mail") as answer:
        assert answer.headers["Cache-Control"] == "private, max-age=60"
        assert answer.headers["Vary"] == "Accept-Language, Cookie"
        assert answer.content_type == "application/json"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_whoever_types_too_fast_is_slowed_down(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ADDRESS", limits.Rate(3, 0.001))
    statuses = [(await client.get("/search/suggest?q=mail")).status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    answer = await client.get("/search/suggest?q=mail", headers={"Accept": "application/json"})
    assert int(answer.headers["Retry-After"]) > 0


async def test_an_article_leads_to_its_translations(client: TestClient, kb: KnowledgeBase) -> None:
    html = await page(client, ENGLISH)
    assert f'<link rel="alternate" hreflang="de" href="{DEUTSCH}">' in html
    assert re.search(rf'<a href="{DEUTSCH}" hreflang="de" lang="de"[^>]*>Deutsch</a>', html)
    html = await page(client, DEUTSCH)
    assert re.search(rf'<a href="{ENGLISH}" hreflang="en"[^>]*>English</a>', html)
    assert "out of date" not in html


async def test_a_stale_translation_says_so_where_its_source_may_be_read(client: TestClient, kb: KnowledgeBase) -> None:
    source = kb.library.articles["mailing-lists/request-a-list"]
    text = source.path.read_text()
    source.path.write_text(text + "\nNew.\n")
    kb.refresh()
    assert "out of date" in await page(client, DEUTSCH)
    assert "out of date" not in await page(client, ENGLISH)
    source.path.write_text(text.replace("---\n\nEvery", "audience: volunteers\n---\n\nEvery"))
    kb.refresh()
    html = await page(client, DEUTSCH)
    assert "out of date" not in html
    assert ENGLISH not in html


async def test_each_section_can_be_marked_as_the_one_that_was_cited(client: TestClient) -> None:
    assert re.search(r'<section>\s*<h2 id="steps">', await page(client, ENGLISH))


@pytest.mark.parametrize(("lang", "name"), [("de", "Deutsch"), ("pt-BR", "Português (BR)"), ("tlh", "tlh")])
def test_languages_are_called_as_their_speakers_do(lang: str, name: str) -> None:
    assert language_name(lang) == name


# What is for volunteers

QUERIES = (
    "quagga", "quag*", "quagg", "qagga", "zèbre", "tag:quagga", "lang:fr", "title:quagga", "list", "mailing", "-list OR list",
    "NOT zzz", "duty", "on du", "be", "what about", "lang:fr OR lang:de",
)  # fmt: skip


def paths(app: web.Application) -> set[str]:
    """Every page and API there is that takes GET, filled in."""
    ids = [
        "old/striped",
        "sig/quagga",
        "sig/on-duty",
        "sig",
        "mailing-lists/request-a-list",
        "mailing-lists",
        "nothing",
    ]
    found: set[str] = set()
    for route in app.router.routes():
        resource = route.resource
        if route.method != "GET" or resource is None:
            continue
        for article in ids:
            found.add(re.sub(r"\{[^}]*\}", article, resource.canonical))
    return found


async def test_no_page_tells_visitors_of_what_is_for_volunteers(client: TestClient) -> None:
    asked = {f"{path}?q={quote(query)}" for path in ("/search", "/search/suggest") for query in QUERIES}
    app = client.app
    assert app is not None
    assert {"/", "/kb", "/search", "/search/suggest", "/robots.txt", "/kb/sig/quagga"} <= paths(app)
    for path in sorted(paths(app) | asked):
        async with client.get(path, allow_redirects=False) as answer:
            told = await answer.text() if answer.content_type != "text/event-stream" else ""
            told = told.replace(path, "").replace(quote(path), "")
            for query in QUERIES:  # what they typed is theirs
                told = told.replace(f'value="{query}"', "").replace(f"“{query}”", "")
            assert not SECRETS.search(told), path
            assert not SECRETS.search(str(answer.headers)), path


async def test_volunteers_are_told(client: TestClient, world: World) -> None:
    await join(client, world)
    assert "/kb/sig/quagga" in hits(await page(client, "/search?q=quagga"))
    assert await options(client, "zèb") == ["/kb/sig/quagga"]
    assert 'hreflang="fr"' in await page(client, ENGLISH)
    assert "<script>alert" not in await page(client, "/search?q=quagga")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from((*QUERIES, "AND", "OR", "(", ")", "-")), max_size=5).map(" ".join),
    st.sampled_from(["en", "fr"]),
)
def test_nothing_the_library_gives_to_visitors_is_the_volunteers(kb: KnowledgeBase, query: str, lang: str) -> None:
    from kb.model import Audience

    library = Library(kb, "/kb")
    found, meant = library._search(query, Audience.PUBLIC, lang)
    told = (found, library._complete(query, Audience.PUBLIC, lang), library._topics(volunteer=False))
    assert not SECRETS.search(repr(told))
    assert set(re.findall(r"\w+", meant)) <= set(re.findall(r"\w+", query)) | {"list", "mailing"}
