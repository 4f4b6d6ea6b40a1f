"""The backup of a service on PostgreSQL."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from helpdesk.backup import BackupError, backup, restore
from helpdesk.config import Config, build
from helpdesk.store.engine import Database
from helpdesk.store.schema import changes, counters, metadata, people, tickets
from tests.servers.postgres import empty_database, postgres_url

__all__ = ["postgres_url"]

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _config(tmp_path: Path, name: str, url: str) -> Config:
    return build({"helpdesk": {"state": str(tmp_path / name)}, "database": {"url": url}})


@pytest.fixture
def config(tmp_path: Path, postgres_url: str) -> Config:
    """A desk with a ticket that has a history, and keys in the state folder."""
    config = _config(tmp_path, "state", postgres_url)
    keys = config.state / "networks" / "matrix"
    keys.mkdir(parents=True)
    (keys / "token").write_text("syt_secret")
    database = Database.open(config.database_url())
    database.upgrade()
    with database.writing.begin() as connection:
        connection.execute(insert(people).values(id=1, created_at=NOW))
        connection.execute(insert(people).values(created_at=NOW - timedelta(days=1)).values(id=2))
        where = {"lang": "en", "network": "libera", "room": "#help", "direct": False, "encrypted": False}
        asker = {"asker": 1, "asker_key": "account:anna", "asker_name": "anna", "asker_authenticated": True}
        ticket = {
            "number": 7,
            "status": "open",
            "asked_back": False,
            "topic": "irc",
            "token_hash": "x",
            "private": True,
        }
        words = "Tab\there, newline\nthere, \\N and ünïcode ✅"
        connection.execute(
            insert(tickets).values(**where, **asker, **ticket, text=words, opened_at=NOW, changed_at=NOW)
        )
        for number in range(3):
            change = {"ticket": 7, "at": NOW, "kind": "note", "actor_name": "ben", "network": "libera"}
            connection.execute(insert(changes).values(**change, text=f"{number}"))
    database.close()
    return config


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Config]:
    """An empty database beside it."""
    with empty_database() as url:
        yield _config(tmp_path, "other", url)


def _content(config: Config) -> dict[str, list[Any]]:
    database = Database.open(config.database_url())
    with database.reading.begin() as connection:
        found = {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }
    database.close()
    return found


def test_there_and_back(config: Config, other: Config, tmp_path: Path) -> None:
    made = backup(config, tmp_path / "desk.tar.gz", NOW)
    assert made.manifest.database == "postgresql"
    restore(other, tmp_path / "desk.tar.gz", NOW)
    assert _content(other) == _content(config)
    assert (other.state / "networks" / "matrix" / "token").read_text() == "syt_secret"
    database = Database.open(other.database_url())
    assert not database.pending_migrations()
    with database.writing.begin() as connection:
        # Numbers go on where they were: an id is never given twice.
        change = {"ticket": 7, "at": NOW, "kind": "note", "actor_name": "ben", "network": "libera", "text": "x"}
        given = connection.execute(insert(changes).values(**change).returning(changes.c.id)).scalar_one()
    database.close()
    assert given == max(row[0] for row in _content(config)["changes"]) + 1


def test_it_sees_one_moment_though_the_service_writes(config: Config, other: Config, tmp_path: Path) -> None:
    database = Database.open(config.database_url())
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            with database.writing.begin() as connection:
                connection.execute(counters.delete())
                for name in ("left", "right"):
                    connection.execute(insert(counters).values(name=name, value=number))
            number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(3):
            backup(config, tmp_path / f"{number}.tar.gz", NOW)
    finally:
        stop.set()
        thread.join()
        database.close()
    for number in range(3):
        restore(other, tmp_path / f"{number}.tar.gz", NOW, force=True)
        values = {value for _, value in _content(other)["counters"]}
        assert len(values) <= 1


def test_data_is_replaced_only_by_force(config: Config, tmp_path: Path) -> None:
    backup(config, tmp_path / "desk.tar.gz", NOW)
    before = _content(config)
    database = Database.open(config.database_url())
    with database.writing.begin() as connection:
        connection.execute(insert(counters).values(name="since", value=1))
    database.close()
    with pytest.raises(BackupError, match="holds data"):
        restore(_config(tmp_path, "empty", config.database.url), tmp_path / "desk.tar.gz", NOW)
    assert ("since", 1) in _content(config)["counters"]
    restore(config, tmp_path / "desk.tar.gz", NOW, force=True)
    assert _content(config) == before


def test_a_database_of_something_else_is_left_alone(config: Config, other: Config, tmp_path: Path) -> None:
    backup(config, tmp_path / "desk.tar.gz", NOW)
    database = Database.open(other.database_url())
    with database.writing.begin() as connection:
        connection.execute(text("CREATE TABLE shop (item TEXT)"))
    with pytest.raises(BackupError, match="tables of something else: shop"):
        restore(other, tmp_path / "desk.tar.gz", NOW, force=True)
    database.close()


def test_an_empty_database_has_nothing_to_back_up(other: Config, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="holds no helpdesk"):
        backup(other, tmp_path / "desk.tar.gz", NOW)
    assert not (tmp_path / "desk.tar.gz").exists()


def test_a_server_that_is_away(tmp_path: Path) -> None:
    with pytest.raises(BackupError) as raised:
        backup(_config(tmp_path, "x", "postgresql://nobody@127.0.0.1:1/none"), tmp_path / "desk.tar.gz", NOW)
    assert raised.value.mend
