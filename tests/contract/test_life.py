"""Queues, places and usual times as the store finds them, on SQLite and on PostgreSQL, and by an index each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, insert, update

from bridges.events import MessageId, PersonId, RoomId, Sender
from helpdesk.config import Config
from helpdesk.deskevents import TimerDue
from helpdesk.effects import OpenTicket, Record
from helpdesk.model import ChangeKind, Fresh, Invocation, Origin, Person, Priority, Role, TicketStatus
from helpdesk.nouns.tickets import SetTicket
from helpdesk.store import events, people, tickets
from helpdesk.store.applied import Applied
from helpdesk.store.engine import Database
from helpdesk.store.nouns import life
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema import tickets as table
from helpdesk.store.schema import timers
from helpdesk.store.schema_sig import volunteers
from tests.desk import config_for
from tests.servers.migrated import migrated_database

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        found = Database.open(f"sqlite:///{tmp_path}/desk.db")
        found.upgrade()
        yield found
        found.close()
        return
    with migrated_database() as given:
        found = Database.open(config_for(tmp_path, database={"url": given}).database_url())
        found.upgrade()
        yield found
        found.close()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return config_for(tmp_path, queues={"events": {}})


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing.begin() as found:
        yield found


def person(connection: Connection, config: Config, name: str = "anna", network: str = "chat") -> Person:
    return people.person_of(connection, config, network, Sender(PersonId(name), name, authenticated=True), NOW)


def opened(
    connection: Connection,
    asker: Person,
    minute: int,
    *,
    queue: str = "",
    priority: Priority = Priority.NORMAL,
    answered: timedelta | None = None,
    **values: object,
) -> int:
    number, at = tickets.next_number(connection), NOW + minute * MINUTE
    fresh = Fresh(number, f"token-{number}")
    where = Origin("chat", RoomId("#help"), False, False, MessageId("m1"))
    effect = OpenTicket(
        fresh, asker.id, asker.identity, where, "wiki", "words", False, "en", None, queue=queue, priority=priority
    )
    tickets.open_ticket(connection, effect, at)
    given = values | ({"answered_at": at + answered} if answered is not None else {})
    if given:
        connection.execute(update(table).where(table.c.number == number).values(**given))
    return number


def look(connection: Connection, config: Config, verb: str, who: Person, words: str = "", **more: object) -> Look:
    return Look(connection, config, NOW, who, invocation=Invocation(verb, None, words), **more)  # type: ignore[arg-type]


def test_what_waits_is_listed_urgent_and_aged_first_and_what_is_in_work_last(
    connection: Connection, config: Config
) -> None:
    anna, vera = person(connection, config), person(connection, config, "vera")
    held = opened(connection, anna, 0, status=TicketStatus.CLAIMED)
    low = opened(connection, anna, 1, priority=Priority.LOW)
    normal = opened(connection, anna, 2)
    urgent = opened(connection, anna, 3, priority=Priority.URGENT)
    high = opened(connection, anna, 4, priority=Priority.HIGH)
    aged = opened(connection, anna, -25 * 60)
    other = opened(connection, anna, 5, queue="events")
    opened(connection, anna, 6, status=TicketStatus.CLOSED)
    listed = life.view(look(connection, config, "queue", vera)).listed
    assert [t.number for t in listed] == [urgent, aged, high, normal, low, held]
    assert [t.number for t in life.view(look(connection, config, "queue", vera, "events")).listed] == [other]
    assert len(life.view(look(connection, config, "queue", vera, "all")).listed) == 7
    assert life.view(look(connection, config, "queue", vera, "nowhere")).queues == ()
    assert [t.number for t in tickets.waiting(connection, ("",), limit=2)] == [urgent, aged]
    assert len(tickets.queue(connection)) == 7


def test_a_volunteers_own_queues_are_shown(connection: Connection, config: Config) -> None:
    anna, vera = person(connection, config), person(connection, config, "vera")
    opened(connection, anna, 1)
    other = opened(connection, anna, 2, queue="events")
    connection.execute(
        insert(volunteers).values(
            person=vera.id,
            state="active",
            name="vera",
            network="chat",
            key="vera",
            skills=[],
            languages=[],
            queues=["events"],
            zone="UTC",
            hours="",
            quiet="",
            joined_at=NOW,
        )
    )
    assert [t.number for t in life.view(look(connection, config, "queue", vera)).listed] == [other]


def test_a_place_counts_what_comes_before_in_the_same_queue(connection: Connection, config: Config) -> None:
    anna, bert = person(connection, config), person(connection, config, "bert")
    first = opened(connection, bert, 1)
    mine = opened(connection, anna, 2)
    opened(connection, bert, 3)
    opened(connection, bert, 4, priority=Priority.URGENT)
    opened(connection, bert, 0, queue="events")
    opened(connection, bert, 0, status=TicketStatus.CLAIMED)
    found = life.view(look(connection, config, "status", anna))
    assert found.places == {mine: 3}
    assert found.waiting == {"": 4, "events": 1}
    assert life.view(look(connection, config, "status", bert)).places[first] == 2


def test_how_long_it_usually_takes_is_the_median_of_late(connection: Connection, config: Config) -> None:
    anna = person(connection, config)
    for hours in (1, 2, 3, 50):
        opened(connection, anna, -60 * 60, answered=hours * HOUR)
    assert life.view(look(connection, config, "human", anna)).usual == {}, "too few tell nothing"
    opened(connection, anna, -60 * 60, answered=4 * HOUR)
    for _ in range(9):
        opened(connection, anna, -60 * 24 * 60, answered=9 * HOUR)
    assert life.view(look(connection, config, "human", anna)).usual == {"": 3 * HOUR}, "what is older does not count"


def test_who_is_named_is_found_by_name_and_by_network(connection: Connection, config: Config) -> None:
    vera = person(connection, config, "vera")
    named = life.view(look(connection, config, "handover", vera, "@Olga, please")).named
    assert [(p.name, p.identity.network, p.role) for p in named] == [("olga", "other", Role.SOLO)]
    again = life.view(look(connection, config, "handover", vera, "other:olga")).named
    assert [p.id for p in again] == [p.id for p in named]
    assert life.view(look(connection, config, "handover", vera, "anna")).named == (), "she is no volunteer"


def test_who_stands_in_the_configuration_is_found_by_the_name_they_go_by(
    connection: Connection, tmp_path: Path
) -> None:
    """A Matrix ID is not how people call each other."""
    config = config_for(tmp_path, members={"volunteers": ["chat:@olga-7:localhost"]})
    sender = Sender(PersonId("@olga-7:localhost"), "Olga", authenticated=True)
    met = people.person_of(connection, config, "chat", sender, NOW)
    for words in ("@Olga", "@olga-7:localhost the blue one", "chat:@olga-7:localhost", "chat:olga"):
        view = life.view(look(connection, config, "handover", met, words))
        assert [found.id for found in view.named] == [met.id], words


def test_a_wish_holds_until_its_claimant_does_something(connection: Connection, config: Config) -> None:
    anna, vera, victor = (person(connection, config, name) for name in ("anna", "vera", "victor"))
    number = opened(connection, anna, 0)
    tickets.assign(connection, number, vera, NOW)

    def wanted() -> str:
        ticket = tickets.ticket(connection, number)
        found = life.view(look(connection, config, "take", victor, ticket=ticket)).wanted
        return found.by.name if found is not None else ""

    assert wanted() == ""
    tickets.record(connection, Record(number, ChangeKind.WANTED, "", victor.id, "victor", "chat"), NOW)
    assert wanted() == "victor"
    tickets.record(connection, Record(number, ChangeKind.ASKER, "hello?", anna.id, "anna", "chat"), NOW)
    assert wanted() == "victor"
    tickets.record(connection, Record(number, ChangeKind.NOTE, "on it", vera.id, "vera", "chat"), NOW)
    assert wanted() == ""


def test_what_the_desk_keeps_by_the_way_is_no_change_of_the_ticket(connection: Connection, config: Config) -> None:
    number = opened(connection, person(connection, config), 0)
    life.apply(connection, SetTicket(number, escalated=2, lease_until=NOW), NOW + DAY, Applied())
    life.apply(connection, SetTicket(number), NOW + DAY, Applied())
    found = tickets.ticket(connection, number)
    assert found is not None
    assert (found.escalated, found.lease_until, found.changed_at) == (2, NOW, NOW)
    life.apply(connection, SetTicket(number, tags=("wifi",)), NOW + DAY, Applied())
    found = tickets.ticket(connection, number)
    assert found is not None
    assert (found.tags, found.changed_at) == (("wifi",), NOW + DAY)


def test_the_asker_s_last_one_is_found_when_it_is_closed_too(connection: Connection, config: Config) -> None:
    anna = person(connection, config)
    number = opened(connection, anna, 0, status=TicketStatus.CLOSED)
    opened(connection, anna, 1, status=TicketStatus.MERGED)
    found = tickets.last_resolved(connection, anna.id)
    assert found is not None
    assert found.number == number


def test_a_timer_fires_once_even_if_its_id_was_given_to_another_one(connection: Connection) -> None:
    events.schedule(connection, "life.first", 7, NOW)
    timer = TimerDue(*events.due_timers(connection, NOW)[0])
    assert events.take_timer(connection, timer, NOW)
    connection.execute(insert(timers).values(id=timer.timer, kind="rota.offer", about=7, due_at=NOW))
    assert not events.take_timer(connection, timer, NOW)
    assert events.due_timers(connection, NOW) == [(timer.timer, "rota.offer", 7)]


def test_every_query_on_tickets_is_by_an_index(tmp_path: Path, config: Config) -> None:
    """SQLite tells its plan whatever the table's size."""
    database = Database.open(f"sqlite:///{tmp_path}/plans.db")
    database.upgrade()
    said: list[tuple[str, object]] = []
    with database.writing.begin() as connection:
        anna = person(connection, config)
        opened(connection, anna, 0)

        @event.listens_for(connection, "before_cursor_execute")
        def _(_conn: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
            if statement.startswith("SELECT") and "tickets" in statement:
                said.append((statement, parameters))

        for verb, words in (("queue", "all"), ("status", ""), ("extend", ""), ("human", "")):
            life.view(look(connection, config, verb, anna, words))
        tickets.queue(connection, closed=True)
        tickets.last_resolved(connection, anna.id)
        queries = list(said)
        assert len(queries) > 10
        for statement, parameters in queries:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]
            steps = [row[3] for row in plan if "tickets" in row[3]]
            assert all("SEARCH" in step and "INDEX" in step for step in steps), (statement, steps)
    database.close()
