"""The rota's rows and the choice of the next ticket, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, text

from bridges.events import PersonId, RoomId, Sender, SetVoice
from helpdesk.config import Config
from helpdesk.desk.routing import OFFER
from helpdesk.deskevents import TimerDue
from helpdesk.effects import OpenTicket
from helpdesk.model import Fresh, Identity, Invocation, Origin, Person, Priority, TicketKind, TicketStatus
from helpdesk.nouns.hours import Span
from helpdesk.nouns.rota import (
    AddShift,
    Came,
    EndShift,
    GoOffDuty,
    GoOnDuty,
    LinkCalendar,
    LookAgain,
    MakeOffer,
    OfferSwap,
    RotaEffect,
    RotaView,
    SettleSwap,
    ShowVoice,
)
from helpdesk.nouns.tickets import SetTicket
from helpdesk.store import people, remembered, tickets, waiting
from helpdesk.store.applied import Applied
from helpdesk.store.engine import Database
from helpdesk.store.nouns import life, registry, rota
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema import timers
from helpdesk.store.schema_sig import volunteers
from tests.desk import config_for
from tests.servers.migrated import migrated_database, ready

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
VERA = Sender(PersonId("vera"), "vera", authenticated=True)
VICTOR = Sender(PersonId("victor"), "victor", authenticated=True)
ANNA = Sender(PersonId("anna"), "anna", authenticated=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    def opened(url: str) -> Iterator[Database]:
        ready(url)
        found = Database.open(url)
        found.upgrade()
        yield found
        found.close()

    if request.param == "sqlite":
        yield from opened(f"sqlite:///{tmp_path}/desk.db")
        return
    with migrated_database() as given:
        yield from opened(config_for(tmp_path, database={"url": given}).database_url())


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return config_for(tmp_path)


def person(connection: Connection, config: Config, sender: Sender = VERA) -> Person:
    return people.person_of(connection, config, "chat", sender, NOW)


def profile(connection: Connection, who: Person, **more: Any) -> None:
    said = {"state": "active", "name": who.name, "network": "chat", "key": who.identity.key, "zone": "UTC"}
    said |= {"skills": [], "languages": [], "queues": [], "hours": "", "quiet": "", "joined_at": NOW}
    connection.execute(insert(volunteers).values(person=who.id, **(said | more)))
    remembered.changed(connection)


def waits(connection: Connection, asker: Person, hours: float = 1, **more: Any) -> int:
    number = tickets.next_number(connection)
    origin = Origin("chat", RoomId("#help"), False, False, None)
    effect = OpenTicket(
        Fresh(number, f"t{number}"), asker.id, asker.identity, origin, "wiki", "words", False, "en", None
    )
    tickets.open_ticket(connection, replace(effect, **more), NOW - hours * HOUR)
    return number


def write(connection: Connection, *effects: RotaEffect, now: datetime = NOW) -> Applied:
    applied = Applied()
    for effect in effects:
        rota.apply(connection, effect, now, applied)
    return applied


# --- rows -------------------------------------------------------------------------------------------------------------


def test_shifts_and_swaps_come_back_as_they_were_written(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        vera, victor = person(connection, config), person(connection, config, VICTOR)
        write(connection, AddShift(1, vera.id, "", Span(1, 1080, 120), "Europe/Berlin"))
        write(connection, OfferSwap(1, 1, NOW + HOUR, NOW + 3 * HOUR, vera.id), SettleSwap(1, "taken", victor.id))
        write(
            connection, OfferSwap(2, 1, NOW + 2 * HOUR, NOW + 3 * HOUR, vera.id, victor.id), SettleSwap(2, "withdrawn")
        )
        found = rota.rota(connection, config, NOW)
        [shift], [swap] = found.shifts, found.swaps
        assert (shift.id, shift.person, shift.span, shift.zone, shift.until) == (
            1,
            vera.id,
            Span(1, 1080, 120),
            "Europe/Berlin",
            None,
        )
        assert (swap.id, swap.taker, swap.status, swap.starts) == (1, victor.id, "taken", NOW + HOUR)
        assert {one.identity.name for one in found.volunteers} == {"vera", "victor"}
        assert found.identities[vera.id] == (vera.identity,)
        write(connection, EndShift(1))
        assert rota.rota(connection, config, NOW).shifts[0].until == NOW
        assert rota.rota(connection, config, NOW + timedelta(days=30)).shifts == ()
        assert len(rota.rota(connection, config, NOW + timedelta(days=30), rota.A_YEAR).shifts) == 1


def test_numbers_of_shifts_and_swaps_count_up(database: Database, config: Config) -> None:
    def numbers(connection: Connection) -> tuple[int, int]:
        found = rota.view(Look(connection, config, NOW, invocation=Invocation("duty")))
        return found.next_shift, found.next_swap

    with database.writing.begin() as connection:
        vera = person(connection, config)
        assert numbers(connection) == (1, 1)
        write(
            connection, AddShift(1, vera.id, "", Span(1, 0, 60), "UTC"), AddShift(2, vera.id, "", Span(2, 0, 60), "UTC")
        )
        write(connection, OfferSwap(1, 1, NOW, NOW + HOUR, vera.id))
        assert numbers(connection) == (3, 2)


def test_one_is_on_duty_once_and_on_site_besides(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        vera = person(connection, config)
        on = GoOnDuty(vera.id, vera.identity, "", NOW + HOUR)
        write(connection, on, replace(on, until=NOW + 2 * HOUR), replace(on, event=7, until=None))
        found = rota.rota(connection, config, NOW).duty
        assert [(one.event, one.until) for one in found] == [(None, NOW + 2 * HOUR), (7, None)]
        write(connection, GoOffDuty(vera.id))
        assert [one.event for one in rota.rota(connection, config, NOW).duty] == [7]


def test_one_timer_at_a_time_counts(database: Database) -> None:
    with database.writing.begin() as connection:
        assert write(connection, LookAgain(NOW + 2 * HOUR)).scheduled
        assert not write(connection, LookAgain(NOW + 3 * HOUR)).scheduled
        assert write(connection, LookAgain(NOW + HOUR)).scheduled
        assert rota.looks_at(connection) == NOW + HOUR
        assert write(connection, LookAgain(NOW + 5 * HOUR), now=NOW + HOUR).scheduled
        assert rota.looks_at(connection) == NOW + 5 * HOUR
        rota.see_to_it(connection, NOW + 4 * HOUR)
        assert connection.execute(select(func.count()).select_from(timers)).scalar_one() == 3
        rota.see_to_it(connection, NOW + 7 * HOUR)
        assert rota.looks_at(connection) == NOW + 7 * HOUR


def test_a_calendars_link_is_kept_as_a_hash_and_the_last_one_counts(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        vera = person(connection, config)
        write(connection, LinkCalendar(vera.id, "one"), LinkCalendar(vera.id, "two"))
        assert rota.whose_calendar(connection, "one") is None
        assert rota.whose_calendar(connection, "two") == vera.id


def test_voice_is_a_promise_of_the_outbox(database: Database) -> None:
    with database.writing.begin() as connection:
        [parcel] = write(connection, ShowVoice("chat", RoomId("#help"), VERA.id, True)).parcels
        assert (parcel.network, parcel.lane, parcel.action) == (
            "chat",
            "#help",
            SetVoice(RoomId("#help"), VERA.id, True),
        )


def _offering(connection: Connection, config: Config, number: int) -> Look:
    ticket = tickets.ticket(connection, number)
    return Look(connection, config, NOW, ticket=ticket, invocation=Invocation(OFFER, number))


def test_what_an_offer_looks_at(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        vera, anna = person(connection, config), person(connection, config, ANNA)
        profile(connection, vera, skills=["wiki"])
        number, other = waits(connection, anna), waits(connection, anna)
        tickets.assign(connection, other, vera, NOW)
        tickets.set_status(connection, other, TicketStatus.CLAIMED, NOW, asked_back=False)
        write(connection, MakeOffer(number, vera.id, 1), MakeOffer(number, vera.id, 2))
        found = rota.view(_offering(connection, config, number))
        assert [(offer.person, offer.round, offer.at) for offer in found.offers] == [(vera.id, 2, NOW)]
        assert found.claims == {vera.id: 1}
        assert found.asked == {vera.id: 1}
        assert found.recent == {}
        # For one that does not wait nobody is looked for.
        assert rota.view(_offering(connection, config, other)) == RotaView()


# --- the next one -----------------------------------------------------------------------------------------------------


def test_the_next_one_fits_and_is_never_ones_own(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        vera, anna = person(connection, config), person(connection, config, ANNA)
        profile(connection, vera, skills=["video"])
        waits(connection, vera, 90)
        waits(connection, anna, 80, queue="other")
        later = waits(connection, anna, 70, kind=TicketKind.TASK, due_at=NOW + timedelta(days=30))
        gathered = waits(connection, anna, 60)
        life.apply(connection, SetTicket(gathered, incident=later), NOW, Applied())
        old, fits = waits(connection, anna, 3), waits(connection, anna, 1, topic="video")
        urgent = waits(connection, anna, 1, priority=Priority.URGENT)
        order = []
        for _ in range(4):
            first, known = rota.next_ticket(connection, config, vera, "", NOW)
            order += [found.number for found in first]
            for found in first:
                tickets.assign(connection, found.number, vera, NOW)
                tickets.set_status(connection, found.number, TicketStatus.CLAIMED, NOW, asked_back=False)
        assert order == [urgent, fits, old]
        assert known.held == (old, fits, urgent)
        assert rota.next_ticket(connection, config, vera, "other", NOW)[0][0].queue == "other"


def test_who_comes_back_is_known_by_their_profile_and_once_in_a_while(database: Database, config: Config) -> None:
    def back(at: datetime) -> Any:
        return rota.back(connection, config, vera.id, vera.identity, vera.role, at)

    with database.writing.begin() as connection:
        vera, anna = person(connection, config), person(connection, config, ANNA)
        one, two = waits(connection, anna, 2), waits(connection, anna, 1)
        assert back(NOW) is None
        profile(connection, vera)
        assert back(NOW).ticket.number == one
        write(connection, Came(vera.id), MakeOffer(one, vera.id, 0))
        assert back(NOW + HOUR) is None
        assert (back(NOW + 5 * HOUR).ticket.number, back(NOW + 5 * HOUR).asked_at) == (two, NOW)


def test_the_choice_reads_by_its_index_and_never_the_whole_table(database: Database) -> None:
    """Whatever number of tickets there is: rows are found by status, queue and priority, oldest first."""
    given = {"of_queue": "", "of_priority": 1, "but_of": 0, "due_before": NOW}
    with database.writing.begin() as connection:
        if connection.dialect.name == "sqlite":
            literal = waiting.OLDEST.params(**given).compile(connection, compile_kwargs={"literal_binds": True})
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {literal}")).all()
            told = " ".join(str(row) for row in plan)
            assert "USING INDEX ix_tickets_waiting (status=? AND queue=? AND priority=?)" in told
            assert "TEMP B-TREE" not in told
        else:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_sort = off"))
            literal = waiting.OLDEST.params(**given).compile(connection, compile_kwargs={"literal_binds": True})
            told = " ".join(str(row[0]) for row in connection.execute(text(f"EXPLAIN {literal}")))
            assert "ix_tickets_waiting" in told


def test_an_unknown_person_is_nobody_of_the_sig(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        assert rota.rota(connection, config, NOW).volunteers == ()
        vera = person(connection, config)
        [only] = rota.rota(connection, config, NOW).volunteers
        assert only.identity == Identity("chat", VERA.id, "vera", True)
        assert only.person == vera.id


def test_who_is_configured_and_was_never_seen_can_be_put_on_the_rota(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        lea = people.person_of(connection, config, "chat", Sender(PersonId("lea"), "lea", authenticated=True), NOW)
        for verb, words, seen in (("duty", "add tue 18-20 @vic", 0), ("duty", "add tue 18-20 @Victor", 1)):
            look = Look(connection, config, NOW, lea, None, Invocation(verb, None, words), "chat")
            found = [one for one in rota.view(look).volunteers if one.identity.key == "victor"]
            assert len(found) == seen
        assert people.find(connection, "chat", PersonId("victor")) is not None
        assert people.find(connection, "chat", PersonId("vera")) is None, "nobody else is met"


@pytest.mark.parametrize(
    ("kind", "about_ticket"),
    [
        ("life.lease", True),
        ("rota.offer", True),
        ("sig.draft", True),
        ("rota.gone", False),
        ("credit.tell", False),
        ("community.loan", False),
        ("watch.due", False),
    ],
)
def test_only_timers_about_tickets_lock_one(kind: str, about_ticket: bool) -> None:
    assert registry.about_ticket(TimerDue(1, kind, 7)) is about_ticket
