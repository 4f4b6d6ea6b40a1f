"""Alembic, run from inside the package and imported only here, when there is something to migrate."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

    from helpdesk.store.engine import Database

_LOCK = 0x6865_6C71


@cache
def _folder() -> Path:
    # A wheel is installed as files, so this is the folder itself and nothing is copied.
    with as_file(files("helpdesk") / "store" / "migrations") as folder:
        return folder


@cache
def head() -> str:
    """The newest revision, read from the files' names: no need for Alembic to answer this."""
    return max(path.stem.split("_")[0] for path in (_folder() / "versions").glob("[0-9]*_*.py"))


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_folder()))
    return config


def upgrade(database: Database) -> list[str]:
    """Apply what is missing, in one transaction, and return the revisions."""
    from alembic import command
    from alembic.script import ScriptDirectory

    from helpdesk.store.engine import StoreError, revision_of

    config = _config()
    script = ScriptDirectory.from_config(config)
    known = [revision.revision for revision in script.walk_revisions()]
    with database.writing.begin() as connection:
        if not database.sqlite:
            # Several workers may start at once: one migrates, the others find it done.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        before = revision_of(connection)
        if before is not None and before not in known:
            raise StoreError(
                f"the database is of a newer version (revision {before}); update the program, or restore a backup"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    applied = known[: known.index(before)] if before else known
    return list(reversed(applied))


def build(connection: Connection, revision: str) -> None:
    """Make an empty database's schema as it was at `revision`, for a restore. Raise StoreError for an unknown one."""
    from alembic import command
    from alembic.util import CommandError

    from helpdesk.store.engine import StoreError

    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise StoreError(f"revision {revision} is of a newer version; update the program, then restore") from error
