"""Two hubs on one database, in two processes: whatever two people do at the same instant, one of them was first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

from bridges.events import PersonId, Sender
from helpdesk.model import ChangeKind, Invocation
from helpdesk.store import people
from helpdesk.store.engine import Database
from helpdesk.store.schema import changes
from helpdesk.store.schema import tickets as ticket_rows
from tests.desk import config_for
from tests.servers.migrated import migrated_database, ready
from tests.simulate.fill import fill
from tests.simulate.races import race

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SOAK = bool(os.environ.get("HELPDESK_SOAK"))
RACES = 10_000 if SOAK else 1000
NEXTS = RACES // 10
BOTH = ("vera", "victor")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600 if SOAK else 300)]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with two tickets for each race."""
    if request.param == "sqlite":
        yield filled(f"sqlite:///{tmp_path}/desk.db", tmp_path)
        return
    with migrated_database() as given:
        # Who wins is not decided on the disk.
        url = config_for(tmp_path, database={"url": given}).database_url()
        yield filled(f"{url}{'&' if '?' in url else '?'}options=-csynchronous_commit%3Doff", tmp_path)


def filled(url: str, folder: Path) -> str:
    ready(url)
    database = Database.open(url)
    database.create()
    config = config_for(folder)
    with database.writing.begin() as connection:
        fill(connection, 2 * RACES, 2 * RACES, NOW, past=False)
        connection.execute(update(ticket_rows).values(status="open", claimant=None, claimant_key=None))
        for name in BOTH:
            people.person_of(connection, config, "chat", Sender(PersonId(name), name, authenticated=True), NOW)
    database.close()
    return url


def claims(url: str) -> dict[int, int]:
    """How often each ticket was claimed."""
    ready(url)
    database = Database.open(url)

    def counted(connection: Connection) -> dict[int, int]:
        query = select(changes.c.ticket, func.count()).where(changes.c.kind == ChangeKind.CLAIMED)
        return {row[0]: row[1] for row in connection.execute(query.group_by(changes.c.ticket))}

    with database.reading.begin() as connection:
        found = counted(connection)
    database.close()
    return found


def test_of_two_who_claim_at_once_exactly_one_wins(url: str, tmp_path: Path) -> None:
    given = [Invocation("claim", number) for number in range(1, RACES + 1)]
    config = config_for(tmp_path, sig={"cap": 10**6})
    for first, second in race(url, config, BOTH, given, NOW):
        assert sorted((first.refusal, second.refusal), key=str) == [None, "conflict"]
    assert claims(url) == dict.fromkeys(range(1, RACES + 1), 1)


def test_two_who_ask_for_the_next_at_once_get_two(url: str, tmp_path: Path) -> None:
    config = config_for(tmp_path, sig={"cap": 10**6})
    for first, second in race(url, config, BOTH, [Invocation("next", words="anyway")] * NEXTS, NOW):
        assert first.ticket is not None
        assert second.ticket is not None
        assert first.ticket != second.ticket
    assert list(claims(url).values()) == [1] * (2 * NEXTS)
