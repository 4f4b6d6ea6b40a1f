"""Two people become one, and one becomes two, in every table that names a person, on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, insert, select

from bridges.events import PersonId, Sender
from helpdesk.config import Config
from helpdesk.model import Identity, Role
from helpdesk.nouns.sig import SetVolunteer, Volunteer
from helpdesk.store import events, joining, people, tickets
from helpdesk.store.applied import Applied
from helpdesk.store.engine import Database
from helpdesk.store.nouns import sig
from helpdesk.store.schema import Instant, timers
from helpdesk.store.schema import people as persons
from helpdesk.store.schema import tickets as ticket_rows
from helpdesk.store.schema_sig import offers, shifts, volunteers
from helpdesk.store.volunteers import all_volunteers
from tests.contract.test_store import Open, config, database, open_ticket, opened, person, url

__all__ = ["Open", "config", "database", "opened", "url"]
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
VERA = Sender(PersonId("vera"), "vera", authenticated=True)
VRENI = Sender(PersonId("vreni"), "vreni", authenticated=True)
VERA_HERE = Identity("chat", VERA.id, "vera", True)
VRENI_THERE = Identity("other", VRENI.id, "vreni", True)
_counter = itertools.count(100)


def _filler(column: Column[Any], own: Column[Any], who: int, ticket: int, somebody: int) -> Any:
    """Anything that fits: the person in their own column, others elsewhere."""
    if column is own:
        return who
    for key in column.foreign_keys:
        if key.column.table is persons:
            return somebody
        if key.column.table is ticket_rows:
            return ticket
        if key.column.table is shifts:
            return 1
    if isinstance(column.type, Instant):
        return NOW
    kind = column.type.python_type
    if kind is str:
        return f"x{next(_counter)}"
    if kind is bool:
        return False
    if kind is int:
        return next(_counter)
    return []


def _row(connection: Connection, table: Table, own: Column[Any], who: int, ticket: int, somebody: int) -> None:
    needed = [column for column in table.columns if column is own or not (column.nullable or column.server_default)]
    values = {column.name: _filler(column, own, who, ticket, somebody) for column in needed}
    connection.execute(insert(table).values(values))


def test_no_table_forgets_that_two_are_one(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        vera = person(connection, config, VERA).id
        vreni = person(connection, config, VRENI, "other").id
        somebody = person(connection, config, Sender(PersonId("x"), "x", authenticated=True)).id
        ticket = open_ticket(connection, person(connection, config))
        shift = {
            "id": 1,
            "person": vera,
            "queue": "",
            "weekday": 0,
            "start": 0,
            "length": 1,
            "zone": "UTC",
            "since": NOW,
        }
        connection.execute(insert(shifts).values(shift))
        mentions = joining.mentions()
        assert {"tickets.asker", "tickets.claimant", "drafts.mentor", "link_codes.person", "changes.actor"} <= {
            f"{table.name}.{column.name}" for table, column in mentions
        }
        for table, column in mentions:
            if table.name != "identities":
                _row(connection, table, column, vreni, ticket, somebody)
        joining.join(connection, vera, vreni)
        left = [
            f"{table.name}.{column.name}"
            for table, column in mentions
            if connection.execute(select(table).where(column == vreni)).first() is not None
        ]
        assert left == []
        assert people.find(connection, "other", VRENI.id) == vera
        assert connection.execute(select(persons).where(persons.c.id == vreni)).first() is None


def test_what_both_have_once_stays_the_kept_ones(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        vera = person(connection, config, VERA).id
        vreni = person(connection, config, VRENI, "other").id
        ticket = open_ticket(connection, person(connection, config))
        for number, who in enumerate((vera, vreni)):
            connection.execute(insert(offers).values(ticket=ticket, person=who, at=NOW, round=number))
        mine = Volunteer(vera, VERA_HERE, Role.SOLO, skills=("irc",), mentor=vreni, joined_at=NOW)
        theirs = Volunteer(
            vreni, VRENI_THERE, Role.ASKER, "break", skills=("wiki",), hours="daily 9-17", zone="Asia/Tokyo"
        )
        for one in (mine, theirs):
            sig.apply(connection, SetVolunteer(one), NOW, Applied())
        events.schedule(connection, "sig.back", vreni, NOW + timedelta(days=1))
        joining.join(connection, vera, vreni)
        assert [(row.person, row.round) for row in connection.execute(select(offers))] == [(vera, 0)]
        [one] = [one for one in all_volunteers(connection, config) if one.person == vera]
        assert (one.skills, one.hours, one.zone, one.state) == (("irc", "wiki"), "daily 9-17", "Asia/Tokyo", "break")
        assert one.mentor is None
        assert (one.role, len(one.rights)) == (Role.SOLO, 2)
        assert [row.about for row in connection.execute(select(timers))] == [vera]


def test_rights_are_the_highest_of_all_identities_and_end_with_the_link(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        vera = person(connection, config, VERA)
        person(connection, config, VRENI, "other")
        assert people.role_of(connection, config, "other", VRENI) is Role.ASKER
        joining.join(connection, vera.id, people.known(connection, VRENI_THERE, NOW))
        linked = people.person_of(connection, config, "other", VRENI, NOW)
        assert (linked.id, linked.role) == (vera.id, Role.SOLO)
        assert people.role_of(connection, config, "other", VRENI) is Role.SOLO
        stolen = Sender(VRENI.id, "vreni", authenticated=False)
        assert people.role_of(connection, config, "other", stolen) is Role.ASKER
        joining.part(connection, vera.id, VRENI_THERE, VERA_HERE, NOW)
        again = people.person_of(connection, config, "other", VRENI, NOW)
        assert again.id != vera.id
        assert again.role is Role.ASKER
        assert people.role_of(connection, config, "chat", VERA) is Role.SOLO


def test_parted_an_identity_keeps_what_it_asked_and_the_other_what_they_work_on(
    database: Database, config: Config
) -> None:
    with database.writing.begin() as connection:
        vera = person(connection, config, VERA)
        asker = person(connection, config, VERA, "other")
        joining.join(connection, vera.id, asker.id)
        linked = person(connection, config, VERA, "other")
        there = open_ticket(connection, linked)
        connection.execute(ticket_rows.update().where(ticket_rows.c.number == there).values(network="other"))
        here = open_ticket(connection, vera)
        worked = open_ticket(connection, person(connection, config))
        tickets.assign(connection, worked, linked, NOW)
        new = joining.part(connection, vera.id, linked.identity, VERA_HERE, NOW)
        found = {number: tickets.ticket(connection, number) for number in (there, here, worked)}
        assert [found[number].asker for number in (there, here)] == [new, vera.id]  # type: ignore[union-attr]
        held = found[worked]
        assert held is not None
        assert (held.claimant, held.claimant_identity) == (vera.id, VERA_HERE)


def test_parted_an_identity_with_a_role_of_its_own_takes_its_claims_along(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        vera = person(connection, config, VERA)
        there = person(connection, config, VRENI, "other")
        joining.join(connection, vera.id, there.id)
        linked = person(connection, config, VRENI, "other")
        asked = person(connection, config)
        as_vera, as_vreni = open_ticket(connection, asked), open_ticket(connection, asked)
        tickets.assign(connection, as_vera, vera, NOW)
        tickets.assign(connection, as_vreni, linked, NOW)
        new = joining.part(connection, vera.id, VRENI_THERE, VERA_HERE, NOW, Role.SOLO)
        held = [tickets.ticket(connection, number) for number in (as_vera, as_vreni)]
        assert [one and (one.claimant, one.claimant_identity) for one in held] == [
            (vera.id, VERA_HERE),
            (new, VRENI_THERE),
        ]


def test_who_has_only_said_things_and_no_role_is_not_there(database: Database, config: Config) -> None:
    with database.writing.begin() as connection:
        bert = person(connection, config, Sender(PersonId("bert"), "bert", authenticated=True))
        for state in ("active", "pending"):
            sig.apply(connection, SetVolunteer(Volunteer(bert.id, bert.identity, bert.role, state)), NOW, Applied())
            [one] = [one for one in all_volunteers(connection, config) if one.person == bert.id]
            assert (one.state, one.away(NOW)) == ("left" if state == "active" else "pending", True)
        assert {one.identity.name for one in all_volunteers(connection, config)} == {
            "bert",
            "vera",
            "victor",
            "olga",
            "lea",
        }
        assert connection.execute(select(volunteers)).all()
