"""Search over tickets finds the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, update

from bridges.events import PersonId, RoomId, Sender
from helpdesk.effects import OpenTicket, Record
from helpdesk.model import ChangeKind, Fresh, Origin, Person, Role
from helpdesk.nouns.tickets import SetTicket
from helpdesk.store import people, search, tickets
from helpdesk.store.applied import Applied
from helpdesk.store.engine import Database
from helpdesk.store.nouns import life
from helpdesk.store.schema import changes
from helpdesk.store.schema import tickets as table
from helpdesk.store.search import Reach
from tests.contract.test_store import NOW
from tests.desk import config_for
from tests.servers.migrated import migrated_database, ready


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    if request.param == "sqlite":
        yield from _filled(f"sqlite:///{tmp_path}/desk.db", tmp_path)
        return
    with migrated_database() as given:
        yield from _filled(config_for(tmp_path, database={"url": given}).database_url(), tmp_path)


def _filled(url: str, state: Path) -> Iterator[Connection]:
    ready(url)
    database = Database.open(url)
    database.upgrade()
    with database.writing.begin() as connection:
        config = config_for(state)
        anna, vera = (
            people.person_of(connection, config, "chat", Sender(PersonId(name), name, authenticated=True), NOW)
            for name in ("anna", "vera")
        )
        _open(connection, 1, anna, "The badge printer is broken")
        _open(connection, 2, anna, "Wo ist das WLAN? Überall weiß", lang="de")
        _open(connection, 3, anna, "my badge says Anna Secret", private=True)
        _open(connection, 4, vera, "the stream has no sound: error E42-b on badge.example.org")
        _say(connection, 1, ChangeKind.ANSWER, "Switch the printer's second fuse.", vera)
        _say(connection, 4, ChangeKind.NOTE, "Ask the broadcasting team", vera)
        _say(connection, 4, ChangeKind.MERGED, "#77 zebra", vera)
        tickets.assign(connection, 4, vera, NOW)
        life.apply(connection, SetTicket(4, tags=("audio", "main-hall")), NOW, Applied())
        yield connection
    database.close()


def _open(
    connection: Connection, number: int, who: Person, text: str, *, lang: str = "en", private: bool = False
) -> None:
    assert tickets.next_number(connection) == number
    origin = Origin("chat", RoomId("#help"), private, False)
    fresh = Fresh(number, f"token-{number}")
    tickets.open_ticket(connection, OpenTicket(fresh, who.id, who.identity, origin, "", text, private, lang, None), NOW)
    _say(connection, number, ChangeKind.OPENED, text, who)


def _say(connection: Connection, number: int, kind: ChangeKind, text: str, who: Person) -> None:
    tickets.record(connection, Record(number, kind, text, who.id, who.name, "chat"), NOW)


def found(connection: Connection, query: str, *, person: int = 2, reach: Reach = "all", limit: int = 9) -> list[int]:
    return [hit.ticket.number for hit in search.find(connection, query, person, reach, limit)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("badge", [4, 3, 1]),
        ("BADGE printer", [1]),
        ("fuse broken", [1]),
        ("badge zebra", [4, 3, 1]),
        ("zebra", []),
        ('"badge printer"', [1]),
        ('"printer badge"', []),
        ("badge -printer", [4, 3]),
        ("badge -printer -sound", [3]),
        ("-printer", []),
        ("prin*", [1]),
        ("wlan", [2]),
        ("ÜBERALL", [2]),
        ("e42", [4]),
        ("badge.example.org", [4]),
        ("tag:audio", [4]),
        ("tag:main-hall", [4]),
        ("tag:badge", []),
        ("badge tag:audio", [4]),
        ("lang:de", [2]),
        ("badge lang:de", []),
        ("(fuse OR wlan)", [2, 1]),
        ("printer AND fuse", [1]),
        ("+badge nothing", [4, 3, 1]),
        ("badge status:open", [4, 3, 1]),
        ("badge status:resolved", []),
        ("badge -status:open", []),
        ("badge status:nonsense", []),
        ("status:active", [1, 2, 3, 4]),
        ("asker:me", [4]),
        ("asker:anna badge", [3, 1]),
        ("claimant:me", [4]),
        ("badge -claimant:vera", []),
        ("queue:books", []),
        ("badge queue:main", [4, 3, 1]),
        ("", []),
        ("'; DROP TABLE tickets; --", []),
        ('" OR * NEAR( ^ : & | ! <-> badge', [4, 3, 1]),
    ],
)
def test_a_query_finds(connection: Connection, query: str, numbers: list[int]) -> None:
    result = found(connection, query)
    assert (sorted(result) if query == "status:active" else result) == numbers


def test_what_was_asked_in_private_is_found_by_those_only_who_may_read_it(connection: Connection) -> None:
    assert found(connection, "badge", reach="public") == [4, 1]
    assert found(connection, "secret", reach="own") == []
    vera = Person(2, people.all_members(connection, config_for(Path()))[0][0], Role.SOLO, "")
    tickets.assign(connection, 3, vera, NOW)
    assert found(connection, "secret", reach="own") == [3]
    assert found(connection, "secret", reach="public") == []


def test_the_newest_come_first_and_no_more_than_wanted(connection: Connection) -> None:
    assert found(connection, "badge", limit=2) == [4, 3]


def test_a_snippet_shows_where_the_words_stand(connection: Connection) -> None:
    [hit] = search.find(connection, "fuse", 2, "all", 5)
    assert hit.snippet == "Switch the printer's second fuse."
    long = " ".join(f"word{number}" for number in range(99))
    connection.execute(update(changes).where(changes.c.text.like("Switch%")).values(text=f"{long} fuse {long}"))
    [hit] = search.find(connection, "fuse", 2, "all", 5)
    assert hit.snippet.startswith("… word")
    assert " fuse " in hit.snippet
    assert len(hit.snippet) < 170


def test_what_is_edited_or_forgotten_is_found_no_more(connection: Connection) -> None:
    connection.execute(update(changes).where(changes.c.text.like("Switch%")).values(text="Use the other one."))
    assert found(connection, "fuse") == []
    assert found(connection, "badge other") == [1]
    connection.execute(delete(changes).where(changes.c.text.like("Use the%")))
    assert found(connection, "other") == []
    assert found(connection, "printer") == [1]
    connection.execute(update(table).where(table.c.number == 1).values(title="Lamps out"))
    assert found(connection, "lamps broken") == [1]
    connection.execute(delete(changes).where(changes.c.ticket == 1))
    connection.execute(delete(table).where(table.c.number == 1))
    assert found(connection, "lamps") == []


def test_the_index_is_asked_first(tmp_path: Path) -> None:
    """With many tickets, no query looks at all of them. What PostgreSQL does with a handful of rows says nothing of it."""
    [connection] = [one for one in _filled(f"sqlite:///{tmp_path}/desk.db", tmp_path) if _all_by_index(one)]
    assert connection.closed


def _all_by_index(connection: Connection) -> bool:
    for query in ("badge", "tag:audio", "claimant:me", "asker:me", "status:open", "badge status:open"):
        plans = _plans(connection, query)
        assert not [step for step in plans if step.startswith("SCAN tickets")], (query, plans)
    return True


def _plans(connection: Connection, query: str) -> list[str]:
    from sqlalchemy import event

    statements: list[tuple[str, object]] = []

    def heard(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", heard)
    found(connection, query)
    event.remove(connection, "before_cursor_execute", heard)
    steps: list[str] = []
    for statement, parameters in statements:
        explained = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
        steps += [row[3] for row in explained]
    return steps


def test_what_only_says_what_is_not_wanted_looks_at_nothing(connection: Connection) -> None:
    assert not search.read("-badge queue:main").narrow
    assert search.read("badge -x").narrow
    assert replace(search.read("x"), fields=()).narrow
