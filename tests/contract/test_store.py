"""The store keeps its word on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, update

from bridges.events import EventId, MessageId, MessageReceived, PersonId, Room, RoomId, Sender, SendMessage, ToRoom
from bridges.text import from_plain
from bridges.web.log import Line, Session
from helpdesk.config import Config
from helpdesk.deskevents import Invoked, TimerDue
from helpdesk.effects import Ask, OpenTicket, Record, SetQuestion, Understood
from helpdesk.hub import Hub
from helpdesk.live import Live
from helpdesk.metrics import Metrics
from helpdesk.model import (
    ChangeKind,
    Choice,
    Fresh,
    Identity,
    Invocation,
    Origin,
    Person,
    QuestionStatus,
    Role,
    TicketStatus,
)
from helpdesk.store import events, outbox, people, questions, tickets
from helpdesk.store.database import Reader, SqlWebLog
from helpdesk.store.engine import Database, StoreError
from helpdesk.store.nouns import rota
from helpdesk.store.outbox import Anchor, Parcel
from helpdesk.store.schema import metadata
from helpdesk.words import Words
from kb.model import Audience, Citation
from tests.desk import config_for
from tests.servers.migrated import migrated_database, ready
from tests.servers.postgres import empty_database

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
ANNA = Sender(PersonId("anna"), "Anna", authenticated=True)
GUEST = Sender(PersonId("guest:1"), "gast", authenticated=False)
HELP = RoomId("#help")

Open = Callable[[], Database]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with all tables; without any for a test marked so."""
    empty = request.node.get_closest_marker("empty_database") is not None
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/desk.db"
        if not empty:
            ready(address)
        yield address
        return
    with empty_database() if empty else migrated_database() as given:
        yield config_for(tmp_path, database={"url": given}).database_url()


@pytest.fixture
def opened(url: str) -> Iterator[Open]:
    """Opens the database, as often as wanted."""
    found: list[Database] = []

    def open_database() -> Database:
        found.append(Database.open(url))
        return found[-1]

    yield open_database
    for database in found:
        database.close()


@pytest.fixture
def database(opened: Open) -> Database:
    found = opened()
    found.upgrade()
    return found


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return config_for(tmp_path)


def person(connection: Connection, config: Config, sender: Sender = ANNA, network: str = "chat") -> Person:
    return people.person_of(connection, config, network, sender, NOW)


def origin(*, direct: bool = False, room: RoomId = HELP) -> Origin:
    return Origin("chat", room, direct, False, MessageId("m1"))


def open_ticket(connection: Connection, asker: Person, *, at: datetime = NOW, where: Origin | None = None) -> int:
    number = tickets.next_number(connection)
    fresh = Fresh(number, f"token-{number}")
    where = where or origin()
    effect = OpenTicket(fresh, asker.id, asker.identity, where, "wiki", "words", where.direct, "en", None)
    tickets.open_ticket(connection, effect, at)
    tickets.record(connection, Record(number, ChangeKind.OPENED, "words", asker.id, asker.name, "chat"), at)
    return number


# --- migrations -------------------------------------------------------------------------------------------------------


@pytest.mark.empty_database
def test_the_migrations_make_the_schema(database: Database) -> None:
    with database.writing.begin() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _not_the_words})
        assert compare_metadata(context, metadata) == []


def _not_the_words(name: str | None, kind: str, _: object) -> bool:
    """The index of tickets' words, and on SQLite the tables that FTS5 keeps it in, are made by `search_schema` alone."""
    return kind != "table" or not str(name).startswith("ticket_words")


@pytest.mark.empty_database
def test_migrating_twice_does_nothing_the_second_time(opened: Open) -> None:
    database = opened()
    assert database.pending_migrations()
    assert database.upgrade()
    assert not database.pending_migrations()
    assert database.upgrade() == []


@pytest.mark.empty_database
async def test_workers_that_start_together_migrate_once(opened: Open) -> None:
    several = [opened() for _ in range(3)]
    applied = await asyncio.gather(*(asyncio.to_thread(database.upgrade) for database in several))
    assert sum(bool(revisions) for revisions in applied) == 1


def test_a_newer_database_is_refused(database: Database) -> None:
    with database.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer version"):
        database.upgrade()


async def test_what_raises_is_not_kept(database: Database) -> None:
    def work(connection: Connection) -> None:
        events.schedule(connection, "remind", 1, NOW)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.write(work)
    assert await database.read(events.next_timer) is None


async def test_a_savepoint_takes_back_its_own_only(database: Database) -> None:
    def work(connection: Connection) -> None:
        events.schedule(connection, "remind", 1, NOW)
        savepoint = connection.begin_nested()
        events.schedule(connection, "remind", 2, NOW)
        savepoint.rollback()
        with connection.begin_nested():
            events.schedule(connection, "remind", 3, NOW)

    await database.write(work)
    assert [ticket for _, _, ticket in await database.read(events.due_timers, NOW)] == [1, 3]


# --- people -----------------------------------------------------------------------------------------------------------


def test_an_identity_is_one_person_under_its_latest_name(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        first = person(connection, config)
        again = person(connection, config, replace(ANNA, name="Anna B."))
        other = person(connection, config, network="other")
        assert first.id == again.id != other.id
        assert again.name == "Anna B."
        assert people.find(connection, "chat", ANNA.id) == first.id


def test_roles_are_for_the_authenticated(database: Database, config: Config) -> None:
    vera = Sender(PersonId("vera"), "vera", authenticated=True)
    with database.writing.begin() as connection:
        assert people.role_of(connection, config, "chat", vera) is Role.SOLO
        assert people.role_of(connection, config, "chat", replace(vera, authenticated=False)) is Role.ASKER
        assert people.role_of(connection, config, "other", vera) is Role.ASKER
        people.grant(connection, "chat", ANNA.id, "Anna", Role.LEAD, "lea", NOW)
        assert people.role_of(connection, config, "chat", ANNA) is Role.LEAD
        assert person(connection, config).role is Role.LEAD
        assert person(connection, config, replace(ANNA, authenticated=False)).role is Role.ASKER
        listed = [(identity.name, role) for identity, role in people.all_members(connection, config)]
        assert listed[:2] == [("Anna", Role.LEAD), ("lea", Role.LEAD)]
        people.grant(connection, "chat", ANNA.id, "Anna", Role.ASKER, "lea", NOW)
        assert people.role_of(connection, config, "chat", ANNA) is Role.ASKER


def test_a_guest_who_logs_in_keeps_what_they_asked(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        guest = person(connection, config, GUEST)
        direct = origin(direct=True, room=RoomId("guest-room"))
        number = open_ticket(connection, guest, where=direct)
        asked = questions.ask(connection, Ask(guest, direct, "how?", "en", NOW))
        people.merge_guest(connection, config, "chat", GUEST.id, ANNA, NOW)
        anna = person(connection, config)
        ticket = tickets.ticket(connection, number)
        question = questions.question(connection, asked)
        assert ticket is not None
        assert question is not None
        assert (ticket.asker, ticket.asker_identity.key, ticket.asker_identity.authenticated) == (anna.id, "anna", True)
        assert (question.person, question.identity.key) == (anna.id, "anna")
        assert ticket.origin.room == question.origin.room == ""
        assert people.find(connection, "chat", GUEST.id) is None
        assert person(connection, config, GUEST).id != anna.id


async def test_an_invitation_is_redeemed_by_exactly_one(opened: Open, database: Database, config: Config) -> None:
    readers = [Reader(database, config), *(Reader(opened(), config) for _ in range(3))]
    token = await readers[0].new_invitation(Role.SOLO, NOW + timedelta(hours=1))
    assert await readers[1].invitation(token, NOW) is Role.SOLO
    got = await asyncio.gather(*(reader.redeem(token, NOW) for reader in readers * 3))
    assert sorted(got, key=str) == [Role.SOLO, *[None] * 11]
    late = await readers[0].new_invitation(Role.LEAD, NOW)
    assert await readers[0].redeem(late, NOW) is None
    assert await readers[0].redeem("no such token", NOW) is None


# --- tickets and questions --------------------------------------------------------------------------------------------


def test_a_ticket_comes_back_as_it_was_opened(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        anna = person(connection, config)
        number = open_ticket(connection, anna)
        found = tickets.ticket(connection, number, lock=True)
        assert found is not None
        assert found.status is TicketStatus.OPEN
        assert found.opened_at == NOW
        assert found.origin == origin()
        assert found.asker_identity == Identity("chat", ANNA.id, "Anna", True)
        assert tickets.by_token(connection, f"token-{number}") == found
        assert tickets.by_token(connection, "token") is None
        tickets.assign(connection, number, anna, NOW)
        claimed = tickets.ticket(connection, number)
        assert claimed is not None
        assert claimed.claimant_identity == anna.identity
        assert [change.kind for change in tickets.history(connection, number)] == ["opened"]


def test_numbers_count_up_and_are_taken_by_opening_only(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        anna = person(connection, config)
        assert tickets.next_number(connection) == tickets.next_number(connection) == 1
        assert [open_ticket(connection, anna) for _ in range(3)] == [1, 2, 3]


def test_the_queue_is_unclaimed_first_then_oldest(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        anna, vera = person(connection, config), person(connection, config, Sender(PersonId("vera"), "vera", True))
        one, two, three, four = (open_ticket(connection, anna, at=NOW + timedelta(minutes=n)) for n in (2, 1, 3, 4))
        tickets.assign(connection, two, vera, NOW)
        tickets.set_status(connection, two, TicketStatus.CLAIMED, NOW, asked_back=False)
        tickets.set_status(connection, four, TicketStatus.RESOLVED, NOW, asked_back=False)
        assert [t.number for t in tickets.queue(connection)] == [one, three, two]
        assert [t.number for t in tickets.queue(connection, closed=True)] == [four]
        first, _ = rota.next_ticket(connection, config, vera, "", NOW)
        assert [t.number for t in first] == [one]
        assert rota.next_ticket(connection, config, anna, "", NOW)[0] == ()
        assert [t.number for t in tickets.mine(connection, anna.id, lock=True)] == [three, two, one]
        assert tickets.active_counts(connection) == {"open": 2, "claimed": 1, "waiting": 0}
        resolved = tickets.last_resolved(connection, anna.id)
        assert resolved is not None
        assert resolved.number == four
        assert [t.number for t in tickets.of_sender(connection, "chat", ANNA)] == [four, three, two, one]


def test_a_question_comes_back_as_it_was_set(database: Database, config: Config) -> None:
    citation = Citation("a/b", "c", "Title", "Heading", "http://x/")
    with database.writing.begin() as connection:
        anna = person(connection, config)
        number = questions.ask(connection, Ask(anna, origin(), "how?", "en", NOW))
        assert [q.id for q in questions.unanswered(connection, NOW)] == [number]
        assert questions.unanswered(connection, NOW - timedelta(seconds=1)) == []
        effect = SetQuestion(number, QuestionStatus.ANSWERED, (citation,), ("one", "two"), 1, "a", 7)
        questions.set_question(connection, effect)
        found = questions.last_question(connection, anna.id, "chat", HELP)
        assert found is not None
        assert (found.citations, found.parts, found.told, found.topic, found.ticket) == (
            (citation,),
            ("one", "two"),
            1,
            "a",
            7,
        )
        assert questions.unanswered(connection, NOW) == []
        assert questions.last_question(connection, anna.id, "chat", RoomId("#else")) is None


def test_what_a_question_goes_on_from_and_what_was_suggested_come_back(database: Database, config: Config) -> None:
    choices = (Choice(Citation("a/b", "c", "Title", "Heading", "http://x/"), ("one", "two")),)
    with database.writing.begin() as connection:
        anna = person(connection, config)
        first = questions.ask(connection, Ask(anna, origin(room=RoomId("#else")), "how?", "en", NOW))
        ask = Ask(anna, origin(), "and there?", "en", NOW, audience=Audience.VOLUNTEERS, previous="how?")
        number = questions.ask(connection, ask)
        questions.set_question(connection, SetQuestion(number, QuestionStatus.SUGGESTED, choices=choices))
        questions.understood(connection, Understood(number, "de", "how? and there?"))
        found = questions.question(connection, number)
        assert found is not None
        assert (found.previous, found.read_as, found.lang) == ("how?", "how? and there?", "de")
        assert (found.audience, found.choices) == (Audience.VOLUNTEERS, choices)
        before = questions.before(connection, found)
        assert before is not None
        assert before.id == first
        assert questions.before(connection, before) is None
        people.set_language(connection, anna.id, "de")
        assert person(connection, config).lang == "de"


def test_a_search_waits_like_a_question_and_is_none(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        anna = person(connection, config)
        question = questions.ask(connection, Ask(anna, origin(), "how?", "en", NOW))
        search = questions.ask(connection, Ask(anna, origin(), "list", "en", NOW, search=True))
        assert [q.id for q in questions.unanswered(connection, NOW)] == [question, search]
        for status in (QuestionStatus.SEARCHING, QuestionStatus.SEARCHED):
            questions.set_question(connection, SetQuestion(search, status))
            last = questions.last_question(connection, anna.id, "chat", HELP)
            assert last is not None
            assert last.id == question
        assert [q.id for q in questions.unanswered(connection, NOW)] == [question]
        assert tickets.counts(connection, anna.id, "chat", HELP, NOW - timedelta(minutes=1))[:2] == (2, 2)


def test_limits_count_the_person_and_the_room(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        anna, bert = person(connection, config), person(connection, config, Sender(PersonId("bert"), "bert", True))
        for asker, at in ((anna, NOW), (bert, NOW), (anna, NOW - timedelta(hours=1))):
            questions.ask(connection, Ask(asker, origin(), "how?", "en", at))
        questions.ask(connection, Ask(anna, origin(), "", "", NOW, refused=True))
        open_ticket(connection, anna)
        closed = open_ticket(connection, bert)
        tickets.set_status(connection, closed, TicketStatus.CANCELLED, NOW, asked_back=False)
        found = tickets.counts(connection, anna.id, "chat", HELP, NOW - timedelta(minutes=10))
        assert found == (2, 3, 1, 1, 1)
        last = questions.last_question(connection, anna.id, "chat", HELP)
        assert last is not None
        assert last.text == "how?"


# --- the outbox -------------------------------------------------------------------------------------------------------


def parcel(words: str, *, lane: str = "#help", network: str = "chat") -> Parcel:
    action = SendMessage(ToRoom(RoomId(lane)), from_plain(words))
    return Parcel(0, network, lane, f"key-{words}", action, NOW, PersonId("anna"), ticket=1, tracked=True)


def pending(connection: Connection) -> list[int]:
    return [parcel.id for parcel in outbox.pending(connection, ["chat"], 0)]


def test_parcels_keep_their_order_and_no_id_is_used_twice(database: Database) -> None:
    with database.writing.begin() as connection:
        outbox.add(connection, [parcel("one"), parcel("two"), parcel("else", network="other"), parcel("three")])
        found = outbox.pending(connection, ["chat"], 0)
        assert [p.key for p in found] == ["key-one", "key-two", "key-three"]
        assert found[0].action == SendMessage(ToRoom(HELP), from_plain("one"))
        assert [p.key for p in outbox.pending(connection, ["chat"], found[0].id, limit=1)] == ["key-two"]
        last = found[-1].id
        outbox.delivered(connection, [p.id for p in found])
    with database.writing.begin() as connection:
        outbox.add(connection, [parcel("four")])
        assert pending(connection)[0] > last


def test_held_parcels_wait_for_their_person_only(database: Database) -> None:
    with database.writing.begin() as connection:
        outbox.add(connection, [parcel("one"), parcel("two")])
        one, two = pending(connection)
        outbox.hold(connection, one, PersonId("anna"))
        outbox.fail(connection, two, "x" * 900)
        assert pending(connection) == []
        assert not outbox.wake(connection, "chat", PersonId("bert"))
        assert not outbox.wake(connection, "other", PersonId("anna"))
        assert outbox.wake(connection, "chat", PersonId("anna"))
        assert pending(connection) == [one]
        assert outbox.parcel(connection, two) is None
        assert outbox.sizes(connection) == {("chat", "pending"): 1, ("chat", "failed"): 1}


def test_a_message_is_found_by_what_it_was_about(database: Database) -> None:
    anchor = Anchor("chat", HELP, MessageId("m"), 7, None, True)
    with database.writing.begin() as connection:
        for _ in range(2):
            outbox.add_anchors(connection, [anchor, replace(anchor, message=MessageId("n"), announces=False)])
        assert outbox.anchor(connection, "chat", HELP, MessageId("m")) == anchor
        assert outbox.anchor(connection, "other", HELP, MessageId("m")) is None
        assert outbox.thread_root(connection, "chat", HELP, 7) == "m"
        assert outbox.thread_root(connection, "chat", HELP, 8) is None
        answer = Anchor("chat", HELP, MessageId("a"), None, 7, True)
        outbox.add_anchors(connection, [answer, replace(answer, message=MessageId("0"), announces=False)])
        assert outbox.question_root(connection, "chat", HELP, 7) == "a"
        assert outbox.question_root(connection, "chat", RoomId("#else"), 7) is None


@pytest.mark.postgres
async def test_no_parcel_is_numbered_before_one_that_is_yet_to_come(tmp_path: Path) -> None:
    """A reader that has seen a parcel never finds an earlier one later: numbers are given in the order of commits."""
    with empty_database() as given:
        url = config_for(tmp_path, database={"url": given}).database_url()
        first, second = Database.open(url), Database.open(url)
        first.upgrade()
        try:
            with first.writing.connect() as slow:
                slow.begin()
                outbox.add(slow, [parcel("slow")])
                fast = asyncio.create_task(second.write(outbox.add, [parcel("fast")]))
                waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                async with asyncio.timeout(10):
                    while not await first.read(lambda c: c.exec_driver_sql(waiting).scalar()):
                        assert not fast.done()
                slow.commit()
            await fast
            found = await first.read(outbox.pending, ["chat"], 0)
            assert [p.key for p in found] == ["key-slow", "key-fast"]
        finally:
            first.close()
            second.close()


# --- what was heard, timers, leases -----------------------------------------------------------------------------------


def test_what_was_heard_is_known_and_forgotten_in_time(database: Database) -> None:
    with database.writing.begin() as connection:
        events.remember(connection, [("chat", "a"), ("other", "a")], NOW)
        assert events.known(connection, {"chat": ["a", "b"], "else": ["a"]}) == {("chat", "a")}
        events.sweep(connection, NOW + timedelta(days=29))
        assert events.known(connection, {"chat": ["a"]})
        events.sweep(connection, NOW + timedelta(days=31))
        assert not events.known(connection, {"chat": ["a"]})


def test_the_latest_checkpoint_counts(database: Database) -> None:
    with database.writing.begin() as connection:
        assert events.checkpoint(connection, "chat") is None
        for position in ("one", "two"):
            events.set_checkpoint(connection, "chat", position)  # type: ignore[arg-type]
        assert events.checkpoint(connection, "chat") == "two"


async def test_a_timer_fires_once(opened: Open, database: Database) -> None:
    await database.write(events.schedule, "remind", 7, NOW)
    assert await database.read(events.due_timers, NOW - timedelta(seconds=1)) == []
    [(number, kind, ticket)] = await database.read(events.due_timers, NOW)
    assert (kind, ticket) == ("remind", 7)
    several = [database, opened(), opened()]
    fired = await asyncio.gather(*(one.write(events.take_timer, TimerDue(number, "remind", 7), NOW) for one in several))
    assert sorted(fired) == [False, False, True]


def test_a_lease_is_one_workers_and_its_token_grows_with_each_change_of_hands(database: Database) -> None:
    later, much_later = NOW + timedelta(seconds=30), NOW + timedelta(minutes=5)
    with database.writing.begin() as connection:
        assert events.lease(connection, "chat", "a", NOW, later) == 1
        assert events.lease(connection, "chat", "b", NOW, later) is None
        assert events.lease(connection, "chat", "a", NOW, later) == 1
        assert events.holds(connection, "chat", "a", 1)
        assert events.lease(connection, "chat", "b", later, much_later) == 2
        assert not events.holds(connection, "chat", "a", 1)
        assert events.lease(connection, "chat", "a", later, much_later) is None
        events.release(connection, "b", later)
        assert events.lease(connection, "chat", "a", later, much_later) == 3
        assert not events.holds(connection, "chat", "a", 1)


def test_the_dead_are_counted(database: Database) -> None:
    with database.writing.begin() as connection:
        events.bury(connection, "chat", "MessageReceived(…)", "Traceback …", NOW)
        assert events.buried(connection) == 1


# --- the web chat -----------------------------------------------------------------------------------------------------


def line(key: str, room: str = "r1") -> Line:
    return Line(0, RoomId(room), NOW, "asker", PersonId("p"), key, "<b>hi</b>", "hi", None, "")


async def test_lines_are_in_order_once_and_by_room(database: Database) -> None:
    web = SqlWebLog(database)
    stored = [await web.append(line(key, room)) for key, room in (("a", "r1"), ("b", "r2"), ("a", "r1"), ("c", "r1"))]
    assert stored[2] == stored[0] == replace(line("a"), seq=stored[0].seq)
    assert [one.key for one in await web.since(0)] == ["a", "b", "c"]
    assert [one.key for one in await web.since(stored[0].seq, room=RoomId("r1"))] == ["c"]
    assert [one.key for one in await web.since(0, limit=1)] == ["a"]
    assert await web.last_seq() == stored[-1].seq


async def test_waiting_for_a_line_ends_when_it_comes(database: Database) -> None:
    web = SqlWebLog(database)
    waiting = asyncio.create_task(web.wait(0, 30))
    await web.append(line("a"))
    async with asyncio.timeout(10):
        await waiting
        await web.wait(0, 30)


async def test_many_writers_at_once_lose_no_line(opened: Open, database: Database) -> None:
    logs = [SqlWebLog(database), SqlWebLog(opened())]
    stored = await asyncio.gather(*(logs[n % 2].append(line(f"k{n // 2}")) for n in range(40)))
    assert len({one.seq for one in stored}) == 20
    found = await logs[0].since(0)
    assert [one.seq for one in found] == sorted({one.seq for one in stored})


async def test_sessions_are_found_by_token_and_person(database: Database) -> None:
    web = SqlWebLog(database)
    session = Session("hash", PersonId("p"), "name", RoomId("r"), NOW, NOW)
    await web.add_session(session)
    assert await web.session("hash") == session
    assert await web.session_of(PersonId("p")) == session
    assert await web.session("other") is None


# --- two at once ------------------------------------------------------------------------------------------------------


def many_tickets(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        anna = person(connection, config)
        for minute in range(200):
            open_ticket(connection, anna, at=NOW + timedelta(minutes=minute))


async def test_tickets_opened_at_once_get_numbers_of_their_own(
    opened: Open, database: Database, config: Config
) -> None:
    hubs = [Hub(opened(), config, Words("en"), Live(), Metrics(), lambda: NOW) for _ in range(2)]
    running = [asyncio.create_task(hub.run()) for hub in hubs]

    def human(number: int) -> MessageReceived:
        sender = Sender(PersonId(f"asker{number}"), f"asker{number}", authenticated=True)
        told = MessageId(f"m{number}")
        return MessageReceived(
            "chat", EventId(told), NOW, Room(HELP, "#help"), sender, from_plain("!human the door"), told
        )

    try:
        async with asyncio.timeout(60):
            outcomes = await asyncio.gather(*(hubs[n % 2].submit(human(n)) for n in range(40)))
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    assert sorted(outcome.ticket or 0 for outcome in outcomes) == list(range(1, 41))


async def test_a_deadlock_is_tried_again(opened: Open, database: Database, config: Config) -> None:
    """Two batches lock two tickets in opposite order."""
    many_tickets(database, config)
    hubs = [Hub(opened(), config, Words("en"), Live(), Metrics(), lambda: NOW) for _ in range(2)]
    given = [
        [
            Invoked("chat", Sender(PersonId(name), name, authenticated=True), Invocation("note", number, "hm"))
            for number in numbers
        ]
        for name, numbers in (("vera", range(1, 41)), ("victor", range(40, 0, -1)))
    ]
    waiting = [asyncio.gather(*(hub.submit(one) for one in some)) for hub, some in zip(hubs, given, strict=True)]
    running = [asyncio.create_task(hub.run()) for hub in hubs]
    try:
        async with asyncio.timeout(60):
            assert all(outcome.refusal is None for outcomes in await asyncio.gather(*waiting) for outcome in outcomes)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    for number in range(1, 41):
        notes = [c for c in await database.read(tickets.history, number) if c.kind is ChangeKind.NOTE]
        assert len(notes) == 2


@pytest.mark.slow
async def test_reading_waits_out_a_lock_and_sees_one_state(database: Database, opened: Open, config: Config) -> None:
    many_tickets(database, config)
    other = opened()

    def half(connection: Connection) -> tuple[int, int]:
        before = len(tickets.queue(connection, limit=300))
        other.write_now(lambda c: c.execute(update(metadata.tables["tickets"]).values(status="cancelled")))
        return before, len(tickets.queue(connection, limit=300))

    before, after = await database.read(half)
    assert before == after == 200
