"""Databases that are migrated already, as copies of one: migrating each test's own would take most of its time."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from helpdesk.store.engine import Database
from tests.servers.postgres import copied_database, kept_database

_SQLITE = "sqlite:///"


@cache
def _file() -> Path:
    path = Path(tempfile.mkdtemp(prefix="helpdesk-migrated-")) / "desk.db"
    _migrate(f"{_SQLITE}{path}")
    return path


@cache
def _template() -> str:
    return kept_database(lambda url: _migrate(url.replace("postgresql://", "postgresql+psycopg://", 1)))


def _migrate(url: str) -> None:
    database = Database.open(url)
    database.upgrade()
    database.close()


def ready(url: str) -> None:
    """Where the address is a SQLite file that is not there yet, put a migrated one there."""
    path = Path(url.removeprefix(_SQLITE))
    if url.startswith(_SQLITE) and not path.exists():
        shutil.copyfile(_file(), path)


@contextmanager
def migrated_database() -> Iterator[str]:
    """The URL of a new database on PostgreSQL with all tables, as the configuration takes it."""
    with copied_database(_template()) as url:
        yield url
