"""What the operator does for people and leads: export, forget, report."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bridges.events import RoomId, Sender
from helpdesk.config import load
from helpdesk.effects import OpenTicket, Record
from helpdesk.model import ChangeKind, Fresh, Origin
from helpdesk.store import people, tickets
from helpdesk.store.engine import Database

NOW = datetime.now(UTC)

LIBERA = '\n[networks.libera]\nkind = "irc"\nhost = "irc.example"\n'


@pytest.fixture
def database(database: Database) -> Database:
    """Of a desk on IRC."""
    with Path("helpdesk.toml").open("a") as file:
        file.write(LIBERA)
    return database


def ask(connection: Connection) -> None:
    config = load(Path("helpdesk.toml"))
    network, key = config.person_key("libera:anna")
    anna = people.person_of(connection, config, network, Sender(key, "Anna", authenticated=True), NOW)
    number = tickets.next_number(connection)
    origin = Origin("libera", RoomId("Anna"), True, False)
    fresh = Fresh(number, "secret")
    at = NOW - timedelta(days=3)
    opened = OpenTicket(fresh, anna.id, anna.identity, origin, "wiki", "my badge", True, "en", None)
    tickets.open_ticket(connection, opened, at)
    tickets.record(connection, Record(number, ChangeKind.OPENED, "my badge", anna.id, "Anna", "libera"), at)
    tickets.record(connection, Record(number, ChangeKind.NOTE, "she is new", None, "vera", "libera"), at)


def test_all_that_is_known_of_somebody(run, database: Database) -> None:
    asyncio.run(database.write(ask))
    found = json.loads(run("person", "export", "libera:anna").stdout)
    assert found["accounts"][0]["name"] == "Anna"
    [ticket] = found["tickets"]
    assert (ticket["text"], ticket["conversation"][0]["text"], ticket["other_entries"]) == ("my badge", "my badge", 1)
    assert "she is new" not in json.dumps(found)
    assert "token_hash" not in json.dumps(found)


def test_who_is_not_known_has_nothing_to_export(run, database: Database) -> None:
    result = run("person", "export", "libera:bert")
    assert result.exit_code == 1
    assert "nobody is known by libera:bert" in result.stderr
    assert "write NETWORK:NAME" in run("person", "export", "anna").stderr


def test_forgetting_needs_the_service(run, database: Database) -> None:
    assert run("person", "forget", "--yes", "libera:anna").exit_code == 3


def test_a_report_as_text_json_and_tables(run, database: Database) -> None:
    asyncio.run(database.write(ask))
    assert "week: 1 opened, 0 resolved, 1 open now." in run("queue", "report", "--span", "week").stdout
    found = json.loads(run("queue", "report", "--json").stdout)
    assert (found["opened"], found["within_day"]) == (1, {"part": 0, "of": 1})
    assert run("queue", "report", "--csv", "out").exit_code == 0
    assert "opened,1" in Path("out/numbers.csv").read_text()
    assert Path("out/hours.csv").exists()


def test_a_time_or_queue_that_is_none_names_the_mend(run, database: Database) -> None:
    result = run("queue", "report", "--span", "moon")
    assert result.exit_code == 1
    assert "write week, month, year or 90d; queues: -" in result.stderr
