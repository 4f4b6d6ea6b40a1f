"""A logical copy of PostgreSQL's tables through COPY: no `pg_dump` of a matching version has to be there.

Knows tables and sequences as the database has them, whatever its schema's revision. Must never import the desk.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from helpdesk.store import search_schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

_BLOCK = 1 << 20

Dump: TypeAlias = tuple[str | None, tuple[str, ...], tuple[tuple[str, int, bool], ...]]
"""The schema's revision; the tables, parents before children; each sequence's name, last value, whether it was used."""


class BackupError(Exception):
    """The backup can't be taken or restored; `mend` says what to do."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.mend = mend


@contextlib.contextmanager
def _postgres(url: str) -> Iterator[Connection]:
    """One transaction that sees one moment."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DBAPIError

    from helpdesk.store.engine import StoreError

    try:
        import psycopg
    except ModuleNotFoundError as error:
        raise BackupError("PostgreSQL's driver is missing", 'pip install "community-helpdesk[postgres]"') from error
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    try:
        with engine.begin() as connection:
            yield connection
    except StoreError as error:
        raise BackupError(str(error)) from error
    except psycopg.Error as error:
        raise BackupError(f"the database: {_line(error)}", "look whether it runs and has room") from error
    except DBAPIError as error:
        raise BackupError(
            f"the database: {_line(error.orig)}", "look whether it runs and what [database] says"
        ) from error
    finally:
        engine.dispose()


def _line(error: object) -> str:
    return " ".join(str(error).split())


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def dump(url: str, folder: Path) -> Dump:
    """Write each table into a file of its name, in COPY's text format, all as of one moment. Raise BackupError."""
    from sqlalchemy import MetaData, text

    with _postgres(url) as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        if "alembic_version" not in metadata.tables:
            raise BackupError("the database holds no helpdesk", "there is nothing to back up before the first run")
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        # The index of words is filled again as the tickets are loaded.
        left_out = ("alembic_version", search_schema.TABLE)
        tables = [table for table in metadata.sorted_tables if table.name not in left_out]
        for table in tables:
            with (
                (folder / table.name).open("wb") as out,
                _driver(connection).cursor().copy(_copy(table, "TO STDOUT")) as data,
            ):
                for block in data:
                    out.write(block)
        names = connection.execute(text("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()"))
        sequences = tuple(
            (name, *connection.execute(text(f'SELECT last_value, is_called FROM "{name}"')).one())  # noqa: S608 - the catalogue's own name
            for name in names.scalars().all()
        )
    return revision, tuple(table.name for table in tables), sequences


def _copy(table: Any, direction: str) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'COPY "{table.name}" ({columns}) {direction}'


def load(url: str, table: Callable[[str], IO[bytes] | None], dumped: Dump, *, force: bool) -> None:
    """Replace what the database holds by a dump, in one transaction. Raise BackupError, and change nothing then."""
    revision, tables, sequences = dumped
    from sqlalchemy import MetaData, text

    from helpdesk.store.migrate import build

    if revision is None:
        raise BackupError("the backup names no schema revision", "it was not made by `helpdesk db backup`")
    with _postgres(url) as connection:
        present = MetaData()
        present.reflect(connection)
        foreign = set(present.tables) - {*tables, "alembic_version"}
        if foreign and "alembic_version" not in present.tables:
            raise BackupError(
                f"the database holds tables of something else: {', '.join(sorted(foreign))}",
                "give the helpdesk its own",
            )
        if not force and any(_has_rows(connection, name) for name in present.tables if name != "alembic_version"):
            raise BackupError("the database holds data", "back it up; then --force replaces what it holds")
        present.drop_all(connection)
        build(connection, revision)
        made = MetaData()
        made.reflect(connection)
        for name in tables:
            member = table(name)
            if name not in made.tables or member is None:
                raise BackupError(
                    f"the backup's table {name} can't be restored", "use the program's version that made it"
                )
            with _driver(connection).cursor().copy(_copy(made.tables[name], "FROM STDIN")) as data:
                while block := member.read(_BLOCK):
                    data.write(block)
        for name, value, used in sequences:
            connection.execute(
                text("SELECT setval(CAST(:name AS regclass), :value, :used)"),
                {"name": f'"{name}"', "value": value, "used": used},
            )


def _has_rows(connection: Connection, table: str) -> bool:
    from sqlalchemy import text

    return connection.execute(text(f'SELECT 1 FROM "{table}" LIMIT 1')).first() is not None  # noqa: S608 - the catalogue's own name
