"""Each kind of data goes when its time is over, and not before, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Connection, Table, func, insert, select, update

from bridges.events import MessageId, PersonId, RoomId, Sender
from helpdesk.config import Config
from helpdesk.effects import Ask, OpenTicket, Record
from helpdesk.model import ChangeKind, Fresh, Origin, Person, Role, TicketStatus
from helpdesk.store import pages, people, questions, retention, tickets
from helpdesk.store.engine import Database
from helpdesk.store.people import token_hash
from helpdesk.store.schema import audit, changes, dead_letters, identities, web_lines
from helpdesk.store.schema import questions as questions_table
from helpdesk.store.schema import tickets as tickets_table
from helpdesk.store.schema_sig import attachments, drafts, forms, link_codes, needs, requests, watched
from tests.desk import config_for
from tests.servers.migrated import migrated_database, ready

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
DAY = timedelta(days=1)
HERE = Origin("chat", RoomId("#help"), False, False, MessageId("m1"))
FOR_EVER = dict.fromkeys(
    ("tickets", "attachments", "people", "needs", "audit", "chat", "questions", "dead_letters"), "0s"
)


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


def keeping(**given: str) -> Config:
    return config_for(Path("state"), retention=FOR_EVER | given)


def sweep(connection: Connection, config: Config, now: datetime = NOW) -> int:
    """Until nothing is left. How many portions it took."""
    portions = 1
    while retention.sweep(connection, now, config):
        portions += 1
        assert portions < 100, "it never ends"
    return portions


def person(connection: Connection, name: str = "anna", at: datetime = NOW) -> Person:
    return people.person_of(connection, keeping(), "chat", Sender(PersonId(name), name, authenticated=True), at)


def ticket(
    connection: Connection, status: TicketStatus, at: datetime, asker: Person | None = None, question: int | None = None
) -> int:
    who = asker or person(connection)
    number = tickets.next_number(connection)
    fresh = Fresh(number, f"token-{number}")
    effect = OpenTicket(fresh, who.id, who.identity, HERE, "wiki", "words", False, "en", question, title="a title")
    tickets.open_ticket(connection, effect, at)
    tickets.record(connection, Record(number, ChangeKind.OPENED, "words", who.id, who.name, "chat"), at)
    tickets.set_status(connection, number, status, at, asked_back=False)
    return number


def count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _empty(kind: type) -> Any:
    return NOW if kind is datetime else kind()


def add(connection: Connection, table: Table, **values: Any) -> None:
    """A row with something in every column."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name in values:
            row[column.name] = values[column.name]
        elif not column.nullable and not column.primary_key and column.server_default is None:
            row[column.name] = {} if isinstance(column.type, JSON) else _empty(column.type.python_type)
    connection.execute(insert(table).values(row))


# --- tickets ----------------------------------------------------------------------------------------------------------


def test_the_words_of_tickets_that_are_over_go_and_the_tickets_stay(connection: Connection) -> None:
    asked = questions.ask(connection, Ask(person(connection), HERE, "words", "en", NOW - 40 * DAY))
    old = ticket(connection, TicketStatus.CLOSED, NOW - 40 * DAY, question=asked)
    who = person(connection).id
    add(connection, requests, ticket=old, fields={"mail": "a@b"}, item="list", result="words", state="delivered")
    add(connection, drafts, ticket=old, author=who, kind="answer", text="words", status="sent", at=NOW)
    cancelled = ticket(connection, TicketStatus.CANCELLED, NOW - 31 * DAY)
    young = ticket(connection, TicketStatus.CLOSED, NOW - 29 * DAY)
    waits = ticket(connection, TicketStatus.WAITING, NOW - 40 * DAY)
    sweep(connection, keeping(tickets="30d"))
    said = {row.number: (row.text, row.title, row.topic) for row in connection.execute(select(tickets_table))}
    assert said[old] == said[cancelled] == ("", "", "wiki")
    assert said[young] == said[waits] == ("words", "a title", "wiki")
    worded = select(changes.c.ticket).where(changes.c.text != "")
    assert sorted(connection.execute(worded).scalars()) == [young, waits]
    assert connection.execute(select(requests.c.fields, requests.c.result)).one() == ({}, "")
    assert connection.execute(select(drafts.c.text)).scalar_one() == ""
    assert connection.execute(select(questions_table.c.text)).scalar_one() == ""


def test_many_are_done_in_portions_and_none_of_one_moment_is_left_out(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        ticket(connection, TicketStatus.CLOSED, NOW - 40 * DAY)
    ticket(connection, TicketStatus.CLOSED, NOW - 39 * DAY)
    assert sweep(connection, keeping(tickets="30d")) > 1
    assert set(connection.execute(select(tickets_table.c.text)).scalars()) == {""}


def test_what_was_swept_is_not_read_again_and_what_gets_old_later_goes_later(connection: Connection) -> None:
    ticket(connection, TicketStatus.CLOSED, NOW - 40 * DAY)
    later = ticket(connection, TicketStatus.CLOSED, NOW - 20 * DAY)
    sweep(connection, keeping(tickets="30d"))
    connection.execute(update(changes).values(text="written after the sweep"))
    sweep(connection, keeping(tickets="30d"), NOW + 11 * DAY)
    left = select(changes.c.ticket).where(changes.c.text == "")
    assert connection.execute(left).scalars().all() == [later]


def test_files_of_tickets_that_are_over_go_with_their_pages(connection: Connection) -> None:
    for status, at in ((TicketStatus.CLOSED, 31), (TicketStatus.CLOSED, 29), (TicketStatus.OPEN, 31)):
        number = ticket(connection, status, NOW - at * DAY)
        pages.make(connection, "file", "#help", (), now=NOW, expires=NOW + 90 * DAY, token=f"file-{number}")
        add(connection, attachments, ticket=number, at=NOW, token_hash=token_hash(f"file-{number}"))
    sweep(connection, keeping(attachments="30d"))
    assert connection.execute(select(attachments.c.ticket).order_by(attachments.c.ticket)).scalars().all() == [2, 3]
    kinds = [found.kind if (found := pages.find(connection, f"file-{n}")) else "" for n in (1, 2, 3)]
    assert kinds == ["expired", "file", "file"]


# --- what else there is -----------------------------------------------------------------------------------------------


def test_who_asked_what_goes_and_how_many_there_were_stays(connection: Connection) -> None:
    who = person(connection)
    for days in (400, 366, 364):
        questions.ask(connection, Ask(who, HERE, "words", "en", NOW - days * DAY))
    connection.execute(update(questions_table).where(questions_table.c.id > 1).values(status="answered"))
    sweep(connection, keeping(questions="365d"))
    rows = connection.execute(select(questions_table).order_by(questions_table.c.id)).all()
    assert [(row.text, row.identity_name, row.message) for row in rows] == [
        ("words", "anna", "m1"),  # the knowledge base is still asked
        ("", "", None),
        ("words", "anna", "m1"),
    ]


@pytest.mark.parametrize(
    ("kind", "table", "values"),
    [
        ("needs", needs, {"network": "chat"}),
        ("audit", audit, {}),
        ("chat", web_lines, {"key": "k"}),
        ("dead_letters", dead_letters, {}),
    ],
)
def test_old_rows_go_and_young_ones_stay(connection: Connection, kind: str, table: Table, values: Any) -> None:
    more = {"person": person(connection).id} if kind == "needs" else {}
    for number, days in enumerate((31, 30.5, 29)):
        unique = {"key": f"k{number}"} if kind == "chat" else {}
        add(connection, table, at=NOW - days * DAY, **{**values, **more, **unique})
    sweep(connection, keeping())
    assert count(connection, table) == 3, "0s keeps it for ever"
    sweep(connection, keeping(**{kind: "30d"}))
    assert count(connection, table) == 1


def test_what_nobody_goes_on_with_goes(connection: Connection) -> None:
    who, other = person(connection).id, person(connection, "bert").id
    add(connection, forms, person=who, changed_at=NOW - 31 * DAY)
    add(connection, forms, person=other, changed_at=NOW - 29 * DAY)
    add(connection, watched, at=NOW - 3 * DAY)
    add(connection, watched, at=NOW - DAY)
    add(connection, link_codes, code_hash="a", person=who, expires_at=NOW - DAY)
    add(connection, link_codes, code_hash="b", person=who, expires_at=NOW + DAY)
    sweep(connection, keeping())
    assert [count(connection, table) for table in (forms, watched, link_codes)] == [1, 1, 1]


# --- people -----------------------------------------------------------------------------------------------------------


def known(connection: Connection) -> list[str]:
    return sorted(connection.execute(select(identities.c.key)).scalars())


def test_who_was_not_seen_is_forgotten_unless_they_have_a_role_or_something_open(connection: Connection) -> None:
    long_ago = NOW - 400 * DAY
    for name in ("gone", "seen", "writes", "waits", "works", "member", "vera"):
        person(connection, name, long_ago)
    person(connection, "seen", NOW - 10 * DAY)
    writes = person(connection, "writes", long_ago)
    questions.ask(connection, Ask(writes, HERE, "words", "en", NOW - DAY))
    ticket(connection, TicketStatus.OPEN, long_ago, person(connection, "waits", long_ago))
    held = ticket(connection, TicketStatus.CLAIMED, long_ago, person(connection, "waits", long_ago))
    tickets.assign(connection, held, person(connection, "works", long_ago), long_ago)
    people.grant(connection, "chat", PersonId("member"), "member", Role.SOLO, "lea", long_ago)
    closed = ticket(connection, TicketStatus.CLOSED, long_ago, person(connection, "gone", long_ago))
    sweep(connection, keeping())
    assert "gone" in known(connection)
    sweep(connection, keeping(people="365d"))
    assert known(connection) == ["member", "seen", "vera", "waits", "works", "writes"]
    found = tickets.ticket(connection, closed)
    assert found is not None
    assert found.asker_identity.name == "somebody"


def test_people_are_forgotten_in_portions_and_looked_at_again_the_next_time(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    monkeypatch.setattr(retention, "PEOPLE", 2)
    for number in range(7):
        person(connection, f"p{number}", NOW - 400 * DAY)
    person(connection, "young", NOW - 300 * DAY)
    sweep(connection, keeping(people="365d"))
    assert known(connection) == ["young"]
    sweep(connection, keeping(people="365d"), NOW + 70 * DAY)
    assert known(connection) == []


def test_when_somebody_was_seen_is_known_to_the_day(connection: Connection) -> None:
    person(connection, at=NOW)
    for at, seen in ((NOW + DAY / 2, NOW), (NOW + DAY, NOW + DAY)):
        person(connection, at=at)
        assert connection.execute(select(identities.c.seen_at)).scalar_one() == seen
