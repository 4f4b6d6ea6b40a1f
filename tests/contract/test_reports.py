"""What reports and thanks read of the store, on SQLite and on PostgreSQL alike, and that they find it by index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, insert, text, update

from bridges.events import MessageId, PersonId, RoomId, Sender
from helpdesk.config import Config
from helpdesk.desk.spans import Span, span_of
from helpdesk.effects import OpenTicket, Record
from helpdesk.model import ChangeKind, Fresh, Invocation, Origin, Person, TicketStatus
from helpdesk.nouns.credit import Given, Thank, ThanksTold
from helpdesk.store import people, tickets
from helpdesk.store.applied import Applied
from helpdesk.store.engine import Database
from helpdesk.store.exporting import export
from helpdesk.store.nouns import credit, report, rota
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema import tickets as tickets_table
from helpdesk.store.schema_sig import shifts
from tests.desk import config_for
from tests.servers.migrated import migrated_database, ready

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HERE = Origin("chat", RoomId("#help"), False, False, MessageId("m1"))
MONTH = Span("month", 30 * DAY)


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


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return config_for(tmp_path, queues={"events": {}})


def person(connection: Connection, config: Config, name: str) -> Person:
    return people.person_of(connection, config, "chat", Sender(PersonId(name), name, authenticated=True), NOW)


def ticket(connection: Connection, asker: Person, at: datetime, *, by: Person | None = None, queue: str = "") -> int:
    """Opened then, and answered and resolved an hour later by `by`."""
    number = tickets.next_number(connection)
    opened = OpenTicket(
        Fresh(number, f"t{number}"), asker.id, asker.identity, HERE, "wiki", "words", False, "en", None, queue=queue
    )
    tickets.open_ticket(connection, opened, at)
    tickets.record(connection, Record(number, ChangeKind.OPENED, "words", asker.id, asker.name, "chat"), at)
    if by is not None:
        tickets.assign(connection, number, by, at)
        said = "see http://help.example/kb/wiki/start"
        tickets.record(connection, Record(number, ChangeKind.ANSWER, said, by.id, by.name, "chat"), at + HOUR)
        tickets.set_status(connection, number, TicketStatus.RESOLVED, at + HOUR, asked_back=False)
        this = tickets_table.c.number == number
        connection.execute(update(tickets_table).where(this).values(solved="confirmed", resolved_at=at + HOUR))
    return number


def test_a_report_is_made_of_what_happened_in_its_time_and_queue(connection: Connection, config: Config) -> None:
    anna, vera = person(connection, config, "anna"), person(connection, config, "vera")
    ticket(connection, anna, NOW - 3 * DAY, by=vera)
    ticket(connection, anna, NOW - 40 * DAY, by=vera)
    ticket(connection, anna, NOW - 2 * DAY, queue="events")
    ticket(connection, vera, NOW - 2 * DAY, by=vera)
    task = ticket(connection, vera, NOW - 2 * DAY)
    connection.execute(
        update(tickets_table).where(tickets_table.c.number == task).values(kind="task")
    )  # nobody asked for it
    found = report.report(connection, config, NOW, MONTH)
    assert (found.opened, found.resolved, found.open, found.confirmed) == (3, 2, 1, 2)
    assert found.first.wall.median == HOUR
    [load] = found.loads
    assert (load.name, load.answers, load.cap) == ("vera", 1, 5)
    events = span_of("month events", config)
    assert events is not None
    assert report.report(connection, config, NOW, events).opened == 1
    assert report.report(connection, config, NOW, Span("month", 30 * DAY, "")).opened == 2


def test_more_than_is_looked_at_is_said(connection: Connection, config: Config) -> None:
    anna = person(connection, config, "anna")
    for _ in range(4):
        ticket(connection, anna, NOW - DAY)
    assert report.report(connection, config, NOW, MONTH, 3).partial
    assert not report.report(connection, config, NOW, MONTH, 5).partial


def test_the_rota_says_when_somebody_is_there(connection: Connection, config: Config) -> None:
    vera = person(connection, config, "vera")
    shift = {"person": vera.id, "queue": "", "weekday": 4, "start": 180, "length": 60, "zone": "UTC"}
    connection.execute(insert(shifts).values(**shift, since=NOW - DAY))
    connection.execute(insert(shifts).values(**(shift | {"start": 600}), since=NOW - DAY, until=NOW - HOUR))
    covered = [
        (hour.weekday, hour.hour) for hour in report.report(connection, config, NOW, MONTH).hours if hour.covered
    ]
    assert covered == [(4, 3)]


def test_who_asks_hears_when_somebody_comes(connection: Connection, config: Config) -> None:
    assert rota.presence(connection, config, NOW) == {}
    vera = person(connection, config, "vera")
    starts = NOW.replace(minute=0, second=0, microsecond=0) + 2 * HOUR
    shift = {"person": vera.id, "queue": "", "weekday": starts.weekday(), "start": starts.hour * 60, "length": 60}
    connection.execute(insert(shifts).values(**shift, zone="UTC", since=NOW - DAY))
    assert rota.presence(connection, config, NOW) == {"": starts}
    assert rota.presence(connection, config, starts) == {"": None}


@pytest.mark.parametrize("connection", ["sqlite"], indirect=True)
def test_no_query_reads_all_tickets(connection: Connection, config: Config) -> None:
    """What runs in the hub's transaction must stay quick with a million tickets; SQLite says how it would read."""
    anna, vera = person(connection, config, "anna"), person(connection, config, "vera")
    number = ticket(connection, anna, NOW - DAY, by=vera)
    said: list[tuple[str, object]] = []
    listener = lambda _c, _cursor, statement, parameters, _x, _m: said.append((statement, parameters))  # noqa: E731
    event.listen(connection, "before_cursor_execute", listener)
    report.report(connection, config, NOW, MONTH)
    for who, verb, about in ((vera, "me", None), (anna, "thanks", number), (anna, "thanks", None)):
        known = tickets.ticket(connection, about) if about else None
        credit.view(Look(connection, config, NOW, who, known, Invocation(verb)))
    event.remove(connection, "before_cursor_execute", listener)
    assert len(said) > 10
    for statement, parameters in said:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        scans = [step[-1] for step in plan if step[-1].startswith(("SCAN tickets", "SCAN changes"))]
        assert all("USING" in scan for scan in scans), (statement, scans)


# --- thanks -----------------------------------------------------------------------------------------------------------


def test_who_helped_what_they_cited_and_what_was_said_for_it(connection: Connection, config: Config) -> None:
    anna, vera = person(connection, config, "anna"), person(connection, config, "vera")
    number = ticket(connection, anna, NOW - DAY, by=vera)
    ticket(connection, anna, NOW - HOUR)

    def look() -> Look:
        return Look(connection, config, NOW, anna, None, Invocation("thanks"), "chat")

    found = credit.view(look())
    assert found.ticket == number
    assert [one.identity.name for one in found.helpers] == ["vera"]
    assert found.articles == ("wiki/start",)
    assert (found.given, found.waiting) == ((), frozenset())
    credit.apply(connection, Thank(anna.id, vera.id, number, "", "so quick"), NOW, Applied())
    found = credit.view(look())
    assert found.given == (Given(vera.id, number, "", NOW),)
    assert (found.waiting, found.told) == (frozenset({vera.id}), {})
    due = Look(connection, config, NOW, None, None, Invocation("credit.tell", vera.id))
    [untold] = credit.view(due).untold
    assert (untold.giver, untold.ticket, untold.words) == ("anna", number, "so quick")
    credit.apply(connection, ThanksTold(vera.id), NOW + HOUR, Applied())
    assert credit.view(due).untold == ()
    found = credit.view(look())
    assert (found.waiting, found.told) == (frozenset(), {vera.id: NOW + HOUR})


def test_what_somebody_did_is_counted_for_ever_and_of_late(connection: Connection, config: Config) -> None:
    anna, vera = person(connection, config, "anna"), person(connection, config, "vera")
    ticket(connection, anna, NOW - 3 * DAY, by=vera)
    ticket(connection, anna, NOW - 90 * DAY, by=vera)
    ticket(connection, vera, NOW - DAY, by=vera)
    credit.apply(connection, Thank(anna.id, vera.id, 1), NOW - 40 * DAY, Applied())
    found = credit.view(Look(connection, config, NOW, vera, None, Invocation("me"))).standing
    assert (found.changes, found.recent) == ({"answer": 2}, {"answer": 1})
    assert (found.thanks, found.thanks_recent, found.asked, found.cap) == (1, 0, 1, 5)


# --- exports ----------------------------------------------------------------------------------------------------------


def test_an_export_holds_ones_own_and_nothing_of_others(connection: Connection, config: Config) -> None:
    anna, vera = person(connection, config, "anna"), person(connection, config, "vera")
    number = ticket(connection, anna, NOW - DAY, by=vera)
    credit.apply(connection, Thank(anna.id, vera.id, number, "", "so quick"), NOW, Applied())
    connection.execute(text("UPDATE people SET lang = 'de'"))
    mine, hers = export(connection, anna.id), export(connection, vera.id)
    assert mine is not None
    assert hers is not None
    assert (mine["language"], len(mine["tickets"]), mine["work"]["did"]) == ("de", 1, [])
    assert [entry["kind"] for entry in mine["tickets"][0]["conversation"]] == ["opened", "answer"]
    assert (hers["tickets"], hers["work"]["holds"], len(hers["work"]["did"])) == ([], [number], 1)
    assert hers["thanks"]["got"][0]["words"] == "so quick"
    assert export(connection, 99) is None
