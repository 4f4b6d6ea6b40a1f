"""Events, loans and needs keep their word on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from bridges.events import PersonId, RoomId, Sender
from helpdesk.config import Config
from helpdesk.effects import Ask, OpenTicket, Record
from helpdesk.model import ChangeKind, Fresh, Invocation, Origin, Person, QuestionStatus, TicketKind
from helpdesk.nouns.community import (
    CommunityEvent,
    CommunityView,
    EventRoom,
    Loan,
    SetEvent,
    SetLoan,
    SetWish,
    Wish,
    WriteDraft,
)
from helpdesk.nouns.rota import GoOffDuty, GoOnDuty
from helpdesk.store import people, questions, tickets, waiting
from helpdesk.store.applied import Applied
from helpdesk.store.engine import Database
from helpdesk.store.nouns import community, rota
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema import questions as question_rows
from helpdesk.store.standing import NOTHING_STANDS, standing
from tests.desk import config_for
from tests.servers.migrated import migrated_database, ready

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
HALL = RoomId("#hall")
EVENT = CommunityEvent(
    1, "planned", "Berlin", "meet-up", "c-base", False, "UTC", NOW, NOW + timedelta(hours=8), 40, "vera", "berlin-2026",
    rooms=(EventRoom("chat", HALL), EventRoom("other", RoomId("#desk"), volunteers=True)), notes="one\ntwo",
)  # fmt: skip


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
    (tmp_path / "articles").mkdir()
    return config_for(tmp_path, kb={"folders": [str(tmp_path / "articles")]})


def person(connection: Connection, config: Config, name: str) -> Person:
    return people.person_of(connection, config, "chat", Sender(PersonId(name), name, authenticated=True), NOW)


def look(
    connection: Connection, config: Config, who: Person, verb: str, words: str = "", number: int | None = None
) -> CommunityView:
    invocation = Invocation(verb, number, words)
    return community.view(Look(connection, config, NOW, who, None, invocation, "chat", HALL))


def do(connection: Connection, *effects: SetEvent | SetLoan | SetWish | WriteDraft) -> Applied:
    applied = Applied()
    for effect in effects:
        community.apply(connection, effect, NOW, applied)
    return applied


def test_an_event_is_as_it_was_written_and_numbers_go_on(connection: Connection, config: Config) -> None:
    vera = person(connection, config, "vera")
    assert look(connection, config, vera, "event", "new x").next == 1
    made = replace(EVENT, made_by=vera.id, contact_person=vera.id)
    do(connection, SetEvent(made))
    later = replace(made, id=2, tag="later", starts=None, ends=None, status="near", rooms=())
    do(connection, SetEvent(later))
    seen = look(connection, config, vera, "event", "berlin-2026")
    assert seen.event == made
    assert set(seen.events) == {made, later}
    assert seen.next == 3
    assert seen.people == ((vera.id, vera.identity),)
    do(connection, SetEvent(replace(made, title="Hamburg")))
    assert look(connection, config, vera, "event", "set 1 title x").event == replace(made, title="Hamburg")
    assert look(connection, config, vera, "community.start", number=2).event == later
    do(connection, SetEvent(replace(made, status="cancelled")))
    assert look(connection, config, vera, "event", "roster").event == later  # the only one that is ahead
    assert look(connection, config, vera, "event", "1").event == replace(made, status="cancelled")


def test_the_rooms_of_events_that_are_on_stand_and_fall_with_them(connection: Connection, config: Config) -> None:
    first = standing(connection, NOTHING_STANDS, config)
    assert standing(connection, first, config) is first
    assert do(connection, SetEvent(EVENT)).linked
    planned = standing(connection, first, config)
    assert planned.config is config
    do(connection, SetEvent(replace(EVENT, status="near")))
    near = standing(connection, planned, config)
    assert near.config is not None
    assert near.config.queue_for("chat", HALL, "") == "berlin-2026"
    assert near.links.kept("chat") == (HALL,)
    do(connection, SetEvent(replace(EVENT, status="over")))
    over = standing(connection, near, config)
    assert over.config is config
    assert over.links.kept("chat") == ()


def test_its_tickets_answers_figures_and_who_is_there(connection: Connection, config: Config) -> None:
    anna, vera = person(connection, config, "anna"), person(connection, config, "vera")
    do(connection, SetEvent(EVENT))
    on = GoOnDuty(vera.id, vera.identity, EVENT.tag, NOW + timedelta(hours=9), EVENT.id, "hall 2")
    rota.apply(connection, on, NOW, Applied())
    for number, event in ((1, 1), (2, None), (3, 1)):
        origin = Origin("chat", HALL, number == 3, False)
        opened = OpenTicket(
            Fresh(number, f"t{number}"),
            anna.id,
            anna.identity,
            origin,
            "",
            "no sound",
            number == 3,
            "en",
            None,
            event=event,
        )
        tickets.open_ticket(connection, opened, NOW)
        tickets.record(connection, Record(number, ChangeKind.ANSWER, f"answer {number}", vera.id, "vera", "chat"), NOW)
    ask = Ask(anna, Origin("chat", HALL, False, False), "how?", "en", NOW + timedelta(hours=1))
    asked = [questions.ask(connection, ask) for _ in range(3)]
    connection.execute(
        update(question_rows).where(question_rows.c.id == asked[0]).values(status=QuestionStatus.ANSWERED)
    )
    questions.ask(connection, replace(ask, asked_at=NOW + timedelta(days=9)))
    questions.ask(connection, replace(ask, origin=Origin("chat", RoomId("#help"), False, False)))
    seen = look(connection, config, vera, "event", "1")
    assert [ticket.number for ticket in seen.tickets] == [1, 3]
    assert seen.answers == ((1, "answer 1"),)  # what was said in private is not even read
    assert (seen.figures.asked, seen.figures.answered) == (3, 1)
    assert [(there.identity.name, there.place) for there in seen.on_site] == [("vera", "hall 2")]
    rota.apply(connection, GoOffDuty(vera.id, EVENT.id), NOW, Applied())
    assert look(connection, config, vera, "here").on_site == ()


def test_tasks_are_nobody_s_own_tickets(connection: Connection, config: Config) -> None:
    vera = person(connection, config, "vera")
    origin = Origin("chat", HALL, False, False)
    for number in range(1, 9):
        kind = TicketKind.TASK if number < 8 else TicketKind.QUESTION
        opened = OpenTicket(
            Fresh(number, f"t{number}"), vera.id, vera.identity, origin, "", "x", False, "en", None, kind=kind
        )
        tickets.open_ticket(connection, opened, NOW)
    assert [ticket.number for ticket in tickets.mine(connection, vera.id)] == [8]
    assert tickets.counts(connection, vera.id, "chat", HALL, NOW)[2:4] == (1, 1)


def test_a_task_waits_since_it_was_due(connection: Connection, config: Config) -> None:
    vera, anna = person(connection, config, "vera"), person(connection, config, "anna")
    origin = Origin("chat", HALL, False, False)
    for number, hours in ((1, None), (2, 5), (3, -5), (4, 99)):
        kind = TicketKind.QUESTION if hours is None else TicketKind.TASK
        due = None if hours is None else NOW + timedelta(hours=hours)
        opened = OpenTicket(
            Fresh(number, f"t{number}"),
            vera.id,
            vera.identity,
            origin,
            "",
            "x",
            False,
            "en",
            None,
            kind=kind,
            due_at=due,
        )
        tickets.open_ticket(connection, opened, NOW)
    found = {one.number: one.since for one in waiting.oldest(connection, [""], anna.id, NOW)}
    assert found == {1: NOW, 2: NOW + timedelta(hours=5), 3: NOW}  # what is due in four days has time


def test_loans_and_whom_the_desk_knows_by_a_name(connection: Connection, config: Config) -> None:
    vera, bert = person(connection, config, "vera"), person(connection, config, "bert")
    seen = look(connection, config, vera, "loan", "projector to @bert until 2026-02-01")
    assert seen.called == ((bert.id, bert.identity),)
    assert look(connection, config, vera, "loan", "projector to chat:bert until 2026-02-01").called == seen.called
    assert look(connection, config, vera, "loan", "projector to nobody until 2026-02-01").called == ()
    loan = Loan(seen.next, "projector", "bert", bert.id, vera.id, 1, None, NOW, NOW + timedelta(days=3))
    do(connection, SetLoan(loan), SetLoan(replace(loan, id=2, returned=NOW)))
    assert look(connection, config, vera, "loan", "list").loans == (loan,)
    assert look(connection, config, vera, "loan", "return 2").loan == replace(loan, id=2, returned=NOW)
    assert {one[0] for one in look(connection, config, vera, "community.loan", number=1).people} == {vera.id, bert.id}


def test_needs_are_kept_as_they_were_said_and_counted_by_day(connection: Connection, config: Config) -> None:
    anna = person(connection, config, "anna")
    wish = Wish(1, anna.id, anna.identity, HALL, False, True, "en", "a list", NOW)
    do(
        connection,
        SetWish(wish),
        SetWish(replace(wish, id=2, at=NOW - timedelta(days=2))),
        SetWish(replace(wish, id=3, status="taken", ticket=7)),
    )
    assert look(connection, config, anna, "need").wishes_person == 2
    assert look(connection, config, anna, "need").next == 4
    seen = look(connection, config, anna, "needs", "answer 3 x")
    assert [one.id for one in seen.wishes] == [1, 2]
    assert seen.wishes[0] == wish
    assert seen.wish == replace(wish, id=3, status="taken", ticket=7)


def test_a_draft_is_written_where_none_is(connection: Connection, config: Config) -> None:
    vera = person(connection, config, "vera")
    do(connection, SetEvent(EVENT))
    first = look(connection, config, vera, "event", "notes 1").draft
    assert first.endswith("articles/events/berlin-2026.md")
    do(connection, WriteDraft(first, "one"), WriteDraft(first, "two"))
    assert Path(first).read_text() == "one"
    assert look(connection, config, vera, "event", "notes 1").draft.endswith("articles/events/berlin-2026-2.md")
