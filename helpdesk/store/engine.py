"""Opening the database: one writer thread, a small pool of readers, and the migrations.

All calls are synchronous SQLAlchemy in threads of the store's own; the event loop only waits for their futures. Never
imports the desk.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from helpdesk.store import search_schema
from helpdesk.store.schema import metadata

T = TypeVar("T")
P = ParamSpec("P")

READERS = 3


class StoreError(Exception):
    """The database can't be used. The message says what to do."""


def _sqlite(engine: Engine, *, write: bool) -> None:
    """A write transaction takes its lock when it begins: two that read first and write later would both win."""

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


class Database:
    """The open database. Close it when done."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.worker = secrets.token_hex(8)
        """This process among those on the same database."""
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if self.sqlite:
            settings: dict[str, object] = {"connect_args": {"check_same_thread": False}}
        else:
            settings = {"pool_pre_ping": True}
        levels = (
            ({}, {}) if self.sqlite else ({"isolation_level": "READ COMMITTED"}, {"isolation_level": "REPEATABLE READ"})
        )
        self.writing = create_engine(self.url, pool_size=1, max_overflow=0, **settings, **levels[0])
        self.reading = create_engine(self.url, pool_size=READERS, max_overflow=0, **settings, **levels[1])
        if self.sqlite:
            _sqlite(self.writing, write=True)
            _sqlite(self.reading, write=False)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    @classmethod
    def open(cls, url: str) -> Database:
        """Raise StoreError when the database can't be reached."""
        try:
            database = cls(url)
        except ModuleNotFoundError as error:
            raise StoreError('PostgreSQL needs its driver: pip install "community-helpdesk[postgres]"') from error
        try:
            with database.reading.connect():
                pass
        except DBAPIError as error:
            database.close()
            raise StoreError(
                f"the database at {database.url.render_as_string(hide_password=True)} can't be opened: {error.orig}; "
                "mend [database] in the configuration, or start the database server"
            ) from error
        return database

    def close(self) -> None:
        """Wait for what is being written, then let go."""
        self._writer.shutdown()
        self._readers.shutdown()
        self.writing.dispose()
        self.reading.dispose()

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in one transaction on the writer thread; committed when this returns, rolled back if it raises."""
        return await asyncio.get_running_loop().run_in_executor(
            self._writer, lambda: self.write_now(work, *args, **kwargs)
        )

    def write_now(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same on this thread."""
        with self.writing.begin() as connection:
            return work(connection, *args, **kwargs)

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` on a reader thread, with one consistent view of the database."""

        def call() -> T:
            with self.reading.begin() as connection:
                return work(connection, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._readers, call)

    async def read_surely(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same, and again while the database is away: for what must outlive its restart."""
        delay = 0.1
        while True:
            try:
                return await self.read(work, *args, **kwargs)
            except DBAPIError as error:
                if not transient(error):
                    raise
            await asyncio.sleep(delay)
            delay = min(delay * 2, 10.0)

    # --- migrations ---------------------------------------------------------------------------------------------------

    def pending_migrations(self) -> bool:
        """Whether `upgrade` has something to do."""
        from helpdesk.store.migrate import head

        return self.revision() != head()

    def revision(self) -> str | None:
        """The database's own revision; None for an empty one."""
        with self.reading.begin() as connection:
            return revision_of(connection)

    def upgrade(self) -> list[str]:
        """Bring the schema up to date and return the revisions applied. Raise StoreError for a newer database."""
        from helpdesk.store.migrate import upgrade

        return upgrade(self) if self.pending_migrations() else []

    def create(self) -> None:
        """Make all tables at once, without history: for tests."""
        with self.writing.begin() as connection:
            metadata.create_all(connection)
            if inspect(connection).has_table(search_schema.TABLE):
                return
            for statement in search_schema.statements(connection.dialect.name):
                connection.exec_driver_sql(statement)


def revision_of(connection: Connection) -> str | None:
    """The schema's revision; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return cast("str | None", found)


def transient(error: BaseException) -> bool:
    """Whether the same transaction may succeed when tried again: a lock, a lost connection, a deadlock."""
    return isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated)
