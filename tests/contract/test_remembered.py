"""What is read for most events and changes rarely is read again when somebody changed it, and not else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from bridges.events import PersonId, Sender
from helpdesk.config import Config
from helpdesk.model import Role
from helpdesk.store import people
from helpdesk.store.engine import Database
from helpdesk.store.nouns import rota
from tests.desk import config_for
from tests.servers.postgres import empty_database

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
VERA, ANNA, BERT = (Sender(PersonId(name), name, authenticated=True) for name in ("vera", "anna", "bert"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/desk.db"
        return
    with empty_database() as given:
        yield config_for(tmp_path, database={"url": given}).database_url()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database.open(url)
    database.create()
    yield database
    database.close()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return config_for(tmp_path)


def join(connection: Connection, config: Config, who: Sender) -> None:
    people.person_of(connection, config, "chat", who, NOW)
    people.grant(connection, "chat", who.id, who.name, Role.SOLO, "lead", NOW)


def names(connection: Connection, config: Config) -> set[str]:
    return {one.identity.name for one in rota.rota(connection, config, NOW).volunteers}


def test_nobody_changed_it_and_it_is_not_read_again(database: Database, config: Config) -> None:
    database.write_now(join, config, ANNA)
    seen: list[str] = []
    with database.writing.begin() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
        first = rota.rota(connection, config, NOW)
        assert len(seen) > 3
        seen.clear()
        assert rota.rota(connection, config, NOW) == first
        assert all("counters" in statement for statement in seen)


def test_what_another_worker_wrote_is_seen(database: Database, config: Config, url: str) -> None:
    database.write_now(join, config, ANNA)
    before = database.write_now(names, config)
    other = Database.open(url)
    try:
        other.write_now(join, config, BERT)
    finally:
        other.close()
    assert database.write_now(names, config) == before | {"bert"}


def test_what_was_rolled_back_is_not_kept(database: Database, config: Config) -> None:
    database.write_now(join, config, ANNA)
    before = database.write_now(names, config)

    def fail(connection: Connection) -> None:
        join(connection, config, BERT)
        assert "bert" in names(connection, config)
        raise LookupError

    with suppress(LookupError):
        database.write_now(fail)
    assert database.write_now(names, config) == before
    database.write_now(join, config, VERA)
    assert "bert" not in database.write_now(names, config)


def test_a_new_name_is_known(database: Database, config: Config) -> None:
    database.write_now(join, config, ANNA)
    assert "anna" in database.write_now(names, config)
    renamed = Sender(ANNA.id, "Anna the Second", authenticated=True)
    database.write_now(people.person_of, config, "chat", renamed, NOW)
    assert "Anna the Second" in database.write_now(names, config)
