"""What workers on one PostgreSQL tell each other: a commit brought something that another one waits for.

A notice is sent inside the transaction and arrives after its commit (https://www.postgresql.org/docs/current/sql-notify.html).
It only wakes: what there is to do stands in the tables. Never imports the desk.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, text

from helpdesk.store.engine import Database

CHANNEL = "helpdesk"
FIRST_DELAY, LONGEST_DELAY = 0.2, 30.0

log = structlog.get_logger(__name__)

_NOTIFY = text("SELECT pg_notify(:channel, :payload)")


@dataclass(frozen=True, slots=True)
class News:
    """What a commit brought."""

    parcels: tuple[str, ...] = ()
    """Networks with new parcels."""
    woken: tuple[str, ...] = ()
    """Networks where held parcels may go out again."""
    tickets: bool = False
    scheduled: bool = False
    line: int = 0
    """The newest line of the web chat."""
    linked: bool = False
    """Rooms were linked or unlinked."""
    released: bool = False
    """Networks are free to be run."""


def tell(connection: Connection, worker: str, news: News) -> None:
    """Wake the other workers when this transaction is committed. Does nothing on SQLite, where there are none."""
    if connection.dialect.name == "postgresql" and news != News():
        payload = json.dumps({"worker": worker, **asdict(news)})
        connection.execute(_NOTIFY, {"channel": CHANNEL, "payload": payload})


def _news(payload: str, worker: str) -> News | None:
    """None for a worker's own."""
    told: dict[str, Any] = json.loads(payload)
    if told.pop("worker") == worker:
        return None
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return News(**values)


class Notices:
    """Listens for what other workers commit. Run it once."""

    def __init__(self, database: Database, hear: Callable[[News], None], missed: Callable[[], None]) -> None:
        """`missed` is called whenever something may have been: at the start, and after every lost connection."""
        self.database = database
        self.hear = hear
        self.missed = missed

    async def run(self) -> None:
        """Until cancelled; connects again for ever."""
        from psycopg import AsyncConnection, OperationalError

        _, arguments = self.database.writing.dialect.create_connect_args(self.database.url)
        delay = FIRST_DELAY
        while True:
            try:
                async with await AsyncConnection.connect(autocommit=True, **arguments) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.missed()
                    delay = FIRST_DELAY
                    async for notice in connection.notifies():
                        news = _news(notice.payload, self.database.worker)
                        if news is not None:
                            self.hear(news)
            except OperationalError as error:
                log.warning("notices of other workers are not heard; connecting again", reason=str(error), delay=delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)
