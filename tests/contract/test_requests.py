"""Forms, requests and watched questions as rows, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text

from bridges.events import MessageId, PersonId, RoomId, Sender
from helpdesk.config import Config
from helpdesk.effects import OpenTicket
from helpdesk.model import Fresh, Identity, Invocation, Person, TicketKind
from helpdesk.nouns.requests import Form, Request, SetForm, SetRequest
from helpdesk.nouns.watch import SEVERAL, HeardOther, SettleWatched, WatchQuestion
from helpdesk.store import people, tickets, waiting
from helpdesk.store.applied import Applied
from helpdesk.store.engine import Database
from helpdesk.store.nouns import forms, requests, watch
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema_sig import volunteers
from tests.contract.test_store import Open, config, database, opened, origin, person, url
from tests.desk import config_for

__all__ = ["Open", "config", "database", "opened", "url"]

NOW = datetime(2026, 2, 3, 12, tzinfo=UTC)
LEA = Sender(PersonId("lea"), "lea", authenticated=True)
BERT = Sender(PersonId("bert"), "bert", authenticated=True)
HELP = ("chat", RoomId("#help"))


def put(connection: Connection, effect: Any, now: datetime = NOW) -> Applied:
    applied = Applied()
    module = watch if isinstance(effect, (WatchQuestion, HeardOther, SettleWatched)) else requests
    module.apply(connection, effect, now, applied)
    return applied


def form_of(who: Person, **more: Any) -> Form:
    made = Form(who.id, "loan", "from", {"what": "projector"}, False, "chat", RoomId(""), NOW)
    return replace(made, **more)


def test_each_has_one_form_which_comes_back_as_it_was_kept(database: Database, config: Config) -> None:
    def work(connection: Connection) -> None:
        anna = person(connection, config)
        put(connection, SetForm(anna.id, form_of(anna)))
        assert forms.form(connection, anna.id) == form_of(anna)
        later = form_of(anna, item="calendar", field="", fields={}, paused=True, room=RoomId("#help"))
        put(connection, SetForm(anna.id, later))
        assert forms.form(connection, anna.id) == later
        put(connection, SetForm(anna.id, None))
        assert forms.form(connection, anna.id) is None

    in_one(database, work)


def in_one(database: Database, work: Any) -> None:
    with database.writing.begin() as connection:
        work(connection)


def test_what_a_guest_began_their_account_goes_on_with(database: Database, config: Config) -> None:
    def work(connection: Connection) -> None:
        guest = person(connection, config, Sender(PersonId("guest"), "gast", authenticated=False))
        put(connection, SetForm(guest.id, form_of(guest)))
        people.merge_guest(connection, config, "chat", PersonId("guest"), BERT, NOW)
        bert = person(connection, config, BERT)
        assert forms.form(connection, bert.id) == form_of(guest, person=bert.id)

    in_one(database, work)


def opened_request(connection: Connection, config: Config, state: str) -> Person:
    anna = person(connection, config)
    fresh = Fresh(tickets.next_number(connection), f"token-{state}")
    made = OpenTicket(
        fresh, anna.id, anna.identity, origin(), "requests", "x", False, "en", None,
        kind=TicketKind.REQUEST, held=state == "approval",
    )  # fmt: skip
    tickets.open_ticket(connection, made, NOW)
    put(connection, SetRequest(Request(fresh.ticket, "loan", {"what": "x"}, state)))  # type: ignore[arg-type]
    return anna


def test_a_request_waits_for_no_volunteer_before_it_is_granted(database: Database, config: Config) -> None:
    def work(connection: Connection) -> None:
        opened_request(connection, config, "approval")
        opened_request(connection, config, "approved")
        lea = person(connection, config, LEA)
        assert [one.number for one in waiting.oldest(connection, [""], lea.id, NOW)] == [2]
        held = tickets.ticket(connection, 1)
        assert held is not None
        assert held.waits_since is None
        put(connection, SetRequest(Request(1, "loan", {"what": "x"}, "approved"), lea.id))
        assert [one.number for one in waiting.oldest(connection, [""], lea.id, NOW)] == [1, 2]

    in_one(database, work)


def test_a_command_sees_the_ticket_s_request_and_the_person_s_own(database: Database, config: Config) -> None:
    def work(connection: Connection) -> None:
        anna = opened_request(connection, config, "approved")
        look = Look(connection, config, NOW, anna, tickets.ticket(connection, 1), Invocation("grant", 1))
        seen = requests.view(look)
        assert seen.request == Request(1, "loan", {"what": "x"}, "approved")
        assert seen.mine == (seen.request,)
        assert seen.identities == {("chat", "anna")}

    in_one(database, work)


def test_approvers_are_found_by_role_and_by_name_and_their_quiet_hours_with_them(
    database: Database, tmp_path: Any
) -> None:
    config = config_for(tmp_path, requests={"loan": {"approvers": ["lead", "chat:bert"]}})

    def work(connection: Connection) -> None:
        lea, bert = (people.person_of(connection, config, "chat", sender, NOW) for sender in (LEA, BERT))
        row = {"person": lea.id, "state": "active", "name": "lea", "network": "chat", "key": "lea", "joined_at": NOW}
        lists = {"skills": [], "languages": [], "queues": [], "zone": "UTC", "hours": "", "quiet": "daily 11-14"}
        connection.execute(insert(volunteers).values(**row, **lists))
        found = {one.person: one.quiet_until for one in requests.approvers(connection, config, "loan", NOW)}
        assert found == {lea.id: NOW + timedelta(hours=2), bert.id: None}

    in_one(database, work)


def asked(connection: Connection, message: str = "w0") -> int:
    here = (*HELP, MessageId(message))
    applied = put(connection, WatchQuestion(*here, BERT, "how do I?", NOW, NOW + timedelta(minutes=4)))
    assert applied.scheduled
    return watch.waiting(connection, [HELP]).open[-1].id


def due(connection: Connection, config: Config, number: int) -> Any:
    return watch.view(Look(connection, config, NOW, invocation=Invocation("watch.due", number)))


def test_a_watched_question_comes_back_with_who_asked_it(database: Database, config: Config) -> None:
    def work(connection: Connection) -> None:
        number = asked(connection)
        put(connection, HeardOther(number, SEVERAL))
        seen = due(connection, config, number)
        assert (seen.question.sender, seen.question.other, seen.question.at) == (BERT, SEVERAL, NOW)
        assert seen.person.identity == Identity("chat", PersonId("bert"), "bert", True)
        assert seen.helped is None
        assert watch.waiting(connection, [("chat", RoomId("#other"))]).open == ()

    in_one(database, work)


def test_of_what_people_said_nothing_is_kept_once_it_is_settled(database: Database, config: Config) -> None:
    def work(connection: Connection) -> None:
        put(connection, SettleWatched(asked(connection)))
        assert connection.execute(text("SELECT count(*) FROM watched")).scalar() == 0
        put(connection, SettleWatched(asked(connection), tried=True))
        put(connection, SettleWatched(asked(connection, "w1"), tried=True), NOW + timedelta(minutes=1))
        [row] = connection.execute(text("SELECT text, name, key, message FROM watched")).all()
        assert not any(row)
        assert due(connection, config, asked(connection, "w2")).helped == NOW + timedelta(minutes=1)

    in_one(database, work)


@pytest.mark.parametrize("number", [0, 99])
def test_a_question_that_was_settled_is_seen_no_more(database: Database, config: Config, number: int) -> None:
    in_one(database, lambda connection: _nothing(connection, config, number))


def _nothing(connection: Connection, config: Config, number: int) -> None:
    assert due(connection, config, number).question is None
