"""A website over doubles, and a client that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from helpdesk.web.server import make_app
from kb.answer import KnowledgeBase
from kb.options import Options, Tier
from tests.unit.web.fakes import World, write_articles
from tests.unit.web.fakes import world as make_world


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    base = KnowledgeBase.open([write_articles(tmp_path / "articles")], tmp_path, Options(tier=Tier.OFF))
    yield base
    base.close()


@pytest.fixture
def world(kb: KnowledgeBase) -> World:
    return make_world(kb)


@pytest.fixture
async def client(world: World) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(make_app(world.services))) as client:
        yield client
