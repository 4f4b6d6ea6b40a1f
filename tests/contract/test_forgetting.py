"""Who is forgotten is nowhere any more, in whatever table they stood, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Connection, Float, String, Table, Text, insert, select, update

from helpdesk.store.engine import Database
from helpdesk.store.forgetting import Veil, forget
from helpdesk.store.personal import FORGOTTEN, KEPT
from helpdesk.store.schema import Instant, metadata, outbox, people, tickets
from tests.desk import config_for
from tests.servers.migrated import migrated_database, ready

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
NAME, KEY = "Zaphod", "account:zaphod"
WORDS = "ask Zaphod, or account:zaphod, about it"
ME, OTHER = 1, 2


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """To a database with all migrations."""
    if request.param == "sqlite":
        yield from _migrated(f"sqlite:///{tmp_path}/desk.db")
        return
    with migrated_database() as given:
        yield from _migrated(config_for(tmp_path, database={"url": given}).database_url())


def _migrated(url: str) -> Iterator[Connection]:
    ready(url)
    database = Database.open(url)
    try:
        database.upgrade()
        with database.writing.begin() as connection:
            yield connection
    finally:
        database.close()


# --- the walk through the schema --------------------------------------------------------------------------------------


def worded(table: Table) -> set[str]:
    return {column.name for column in table.columns if isinstance(column.type, (String, Text, JSON))}


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_column_of_words_is_forgotten_or_kept_for_a_reason(table: Table) -> None:
    forgotten, kept = set(FORGOTTEN.get(table.name, ())), set(KEPT.get(table.name, {}))
    assert forgotten & kept == set()
    missing = worded(table) - forgotten - kept
    assert not missing, f"say in store/personal.py, and do in store/forgetting.py, what becomes of {sorted(missing)}"
    assert forgotten | kept == worded(table), "there is no such column any more"


def test_there_are_no_other_tables() -> None:
    assert FORGOTTEN.keys() | KEPT.keys() <= metadata.tables.keys()


# --- the person, everywhere -------------------------------------------------------------------------------------------

_NAMES = {"name", "asker_name", "claimant_name", "actor_name", "identity_name", "author_name", "borrower", "contact"}
_NAMES |= {"granted_by", "by", "folded", "taker_name"}
_KEYS = {
    "key",
    "asker_key",
    "claimant_key",
    "identity_key",
    "author_key",
    "person",
    "actor",
    "author",
    "waits_for",
    "taker_key",
}
_GIVEN: dict[str, Any] = {
    "web_lines.key": "visitor:1:zaphod",
    "web_lines.room": "chat:zaphod",
    "web_sessions.room": "chat:zaphod",
    "tickets.room": "direct:zaphod",
    "questions.room": "direct:zaphod",
    "needs.room": "direct:zaphod",
    "changes.room": "direct:zaphod",
    "anchors.room": "direct:zaphod",
    "outbox.lane": "direct:zaphod",
    "outbox.relayed": None,
    "outbox.key": "random",
    "outbox.action": {
        "$": "SendMessage",
        "to": {"$": "ToRoom", "room": "#sig"},
        "text": [{"$": "Plain", "text": WORDS}],
    },
    "outbox.status": "pending",
    "pages.kind": "export",
    "pages.reference": "1",
    "relayed.kind": "message",
    "relayed.pages": [],
    "tickets.status": "closed",
    "questions.status": "answered",
    "drafts.status": "sent",
    "swaps.status": "open",
    "rules.pattern": "*",
    "audit.about": f"chat:{KEY}",
}


def _value(table: Table, column: Column[Any], *, private: bool) -> Any:
    name = f"{table.name}.{column.name}"
    if name in _GIVEN:
        return _GIVEN[name]
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        return ME if target.table.name == "people" else 1
    if isinstance(column.type, Instant):
        return NOW
    if isinstance(column.type, Boolean):
        return private or column.name == "direct"
    if isinstance(column.type, JSON):
        return {"words": WORDS} if column.name in FORGOTTEN.get(table.name, ()) else []
    if isinstance(column.type, (String, Text)):
        if column.name.endswith("network"):
            return "chat"
        if column.name not in FORGOTTEN.get(table.name, ()):
            return "kept"
        return NAME if column.name in _NAMES else KEY if column.name in _KEYS else WORDS
    return 0.5 if isinstance(column.type, Float) else 1


def fill(connection: Connection, *, private: bool) -> None:
    """A row of theirs in every table."""
    for table in metadata.sorted_tables:
        connection.execute(
            insert(table).values({column.name: _value(table, column, private=private) for column in table.columns})
        )


def everything(connection: Connection) -> dict[str, str]:
    return {
        table.name: json.dumps([list(row) for row in connection.execute(select(table))], default=str)
        for table in metadata.sorted_tables
    }


@pytest.mark.parametrize("private", [True, False])
def test_nothing_anywhere_leads_to_who_was_forgotten(connection: Connection, private: bool) -> None:
    fill(connection, private=private)
    before = everything(connection)
    for table, columns in FORGOTTEN.items():
        if columns != ("lang",):
            assert "zaphod" in before[table].lower(), f"the test puts nobody into {table}"
    forget(connection, ME, NOW)
    led = {table: rows for table, rows in everything(connection).items() if "zaphod" in rows.lower()}
    assert led == {}


def test_the_ticket_and_its_history_stay(connection: Connection) -> None:
    fill(connection, private=False)
    forget(connection, ME, NOW)
    [ticket] = connection.execute(select(tickets)).all()
    assert (ticket.asker_name, ticket.asker, ticket.claimant, ticket.status) == ("somebody", ME, None, "closed")
    assert ticket.text == "ask somebody, or somebody, about it"
    [change] = connection.execute(select(metadata.tables["changes"])).all()
    assert (change.actor_name, change.text) == ("somebody", "ask somebody, or somebody, about it")


def test_words_said_in_private_go_altogether(connection: Connection) -> None:
    fill(connection, private=True)
    forget(connection, ME, NOW)
    assert connection.execute(select(tickets.c.text)).scalar_one() == ""
    assert connection.execute(select(metadata.tables["changes"].c.text)).scalar_one() == ""
    assert connection.execute(select(metadata.tables["needs"].c.text)).scalar_one() == ""


def test_a_need_said_in_an_encrypted_room_goes_altogether_too(connection: Connection) -> None:
    fill(connection, private=True)
    needs = metadata.tables["needs"]
    connection.execute(update(needs).values(direct=False, private=True, room="#vault"))
    forget(connection, ME, NOW)
    assert connection.execute(select(needs.c.text)).scalar_one() == ""


def test_others_stay_as_they_are(connection: Connection) -> None:
    fill(connection, private=False)
    connection.execute(insert(people).values(id=OTHER, lang="de", created_at=NOW))
    before = everything(connection)
    forget(connection, OTHER, NOW)
    after = everything(connection)
    assert after.pop("people") != before.pop("people")
    assert after == before


def test_what_is_promised_to_others_names_nobody_and_what_is_promised_to_them_goes(connection: Connection) -> None:
    fill(connection, private=False)
    row = dict(connection.execute(select(outbox)).one()._mapping)
    row |= {"waits_for": None, "lane": "#sig", "relayed": None}
    addressed = {**row["action"], "addressed": {"$": "Sender", "id": KEY, "name": NAME, "authenticated": True}}
    connection.execute(insert(outbox).values(row | {"id": 2, "key": "2"}))
    connection.execute(insert(outbox).values(row | {"id": 3, "key": "3", "action": addressed}))
    connection.execute(insert(outbox).values(row | {"id": 4, "key": "4", "lane": f"person:{KEY}"}))
    forget(connection, ME, NOW)
    [left] = connection.execute(select(outbox)).all()
    assert (left.id, left.action["text"][0]["text"]) == (2, "ask somebody, or somebody, about it")


def test_it_can_be_done_again_and_to_who_was_never_seen(connection: Connection) -> None:
    fill(connection, private=False)
    assert forget(connection, ME, NOW) == {1}
    after = everything(connection)
    forget(connection, ME, NOW + timedelta(days=1))
    again = everything(connection)
    assert again.pop("tickets") != after.pop("tickets"), "the secret of its page is another one"
    assert again == after
    assert forget(connection, 99, NOW) == set()


# --- names in words ---------------------------------------------------------------------------------------------------


def test_a_name_is_hidden_where_it_stands_as_a_word() -> None:
    veil = Veil({"anna", "anna [afk]", "al", "@anna:example.org"})
    assert veil("Anna, ANNA! and @anna:example.org") == "somebody, somebody! and somebody"
    assert veil("anna [afk] said so") == "somebody said so"
    assert veil("bananna and joanna stay, and so does al") == "bananna and joanna stay, and so does al"
    assert veil.over({"$": "anna", "text": ["anna"]}) == {"$": "anna", "text": ["somebody"]}
    assert Veil(())("anna") == "anna"
