"""What the stories share: one town for the whole run, and people who go home after each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from tests.servers.community import Community, shared_irc, shared_plain
from tests.servers.synapse import need_synapse
from tests.servers.synapse import shared as shared_matrix
from tests.servers.town import Town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    need_synapse()
    community = Community(tmp_path_factory.mktemp("town"), shared_irc(), shared_plain(), shared_matrix())
    desk = asyncio.run(community.settle())
    desk.start()
    try:
        asyncio.run(community.until_present())
        yield Town(community, desk)
    finally:
        desk.stop()
    assert desk.troubles() == []


@pytest.fixture
async def people(town: Town) -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack
