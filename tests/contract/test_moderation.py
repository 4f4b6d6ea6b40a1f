"""The rules, the audit log and the relay's pages, kept on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bridges.events import EventId, MessageId, PersonId, PolicyChanged, Room, RoomId, Sender
from bridges.text import from_markup
from helpdesk.config import Config
from helpdesk.desk.moderation import Rulebook, from_policy
from helpdesk.effects import AddRule, Audited, Effect, LiftRule, Remember
from helpdesk.model import Page, Said
from helpdesk.store import ledger, moderation, pages, people
from helpdesk.store.apply import Applier
from helpdesk.store.engine import Database
from helpdesk.store.nearby import Nearby
from helpdesk.store.schema import pages as pages_table
from helpdesk.store.standing import NOTHING_STANDS, standing
from helpdesk.view import View
from helpdesk.words import Words
from tests.desk import config_for
from tests.servers.migrated import migrated_database, ready

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
EVE = Sender(PersonId("@eve:evil.example"), "eve", True)
BAN = AddRule("ban", "account:eve", "irc", "flood", by="lea")


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
    policy = {"chat": {"kind": "memory", "rooms": {"#help": {}, "#list": {"policy": True}}}}
    return config_for(tmp_path, networks=policy, members={"volunteers": [], "leads": ["chat:lea"]})


def listed(room: str = "#list", entity: str = "@eve:*", **more: str) -> PolicyChanged:
    sender = Sender(PersonId("@mod:x"), "mod", True)
    made = PolicyChanged("chat", EventId("$1"), NOW, Room(RoomId(room), room), sender, "r1", "user", entity, "m.ban")
    return replace(made, **more)


# --- rules ------------------------------------------------------------------------------------------------------------


async def test_a_rule_is_kept_as_it_was_made(database: Database) -> None:
    until = NOW + timedelta(hours=1)
    number = await database.write(moderation.add, replace(BAN, until=until), NOW)
    [rule] = await database.read(moderation.load)
    assert (rule.id, rule.kind, rule.pattern, rule.network) == (number, "ban", "account:eve", "irc")
    assert (rule.reason, rule.source, rule.by, rule.at, rule.until) == ("flood", "", "lea", NOW, until)
    assert await database.read(moderation.rule, number) == rule
    assert await database.read(moderation.rule, 99) is None


async def test_the_same_said_again_replaces_what_was_said(database: Database) -> None:
    await database.write(moderation.add, BAN, NOW)
    await database.write(moderation.add, replace(BAN, reason="spam"), NOW)
    await database.write(moderation.add, replace(BAN, kind="mute"), NOW)
    await database.write(moderation.add, AddRule("rate", "10"), NOW)
    await database.write(moderation.add, AddRule("rate", "20"), NOW)
    await database.write(moderation.add, AddRule("rate", "30", "irc"), NOW)
    rules = await database.read(moderation.load)
    assert [(rule.kind, rule.pattern, rule.reason) for rule in rules] == [
        ("ban", "account:eve", "spam"),
        ("mute", "account:eve", "flood"),
        ("rate", "20", ""),
        ("rate", "30", ""),
    ]


async def test_what_stands_is_read_anew_only_when_it_changed(database: Database, config: Config) -> None:
    empty = await database.read(standing, NOTHING_STANDS, config)
    assert empty.rules.empty
    number = await database.write(moderation.add, BAN, NOW)
    made = await database.read(standing, empty, config)
    assert [rule.id for rule in made.rules.rules] == [number]
    assert made.links is empty.links
    assert await database.read(standing, made, config) is made
    assert not await database.write(moderation.lift, LiftRule(99), NOW)
    assert await database.read(standing, made, config) is made
    assert await database.write(moderation.lift, LiftRule(number), NOW)
    lifted = await database.read(standing, made, config)
    assert lifted.rules.empty


async def test_rules_that_are_over_are_swept(database: Database) -> None:
    await database.write(moderation.add, replace(BAN, until=NOW), NOW - timedelta(hours=1))
    await database.write(moderation.add, replace(BAN, pattern="account:mallory", until=NOW + timedelta(1)), NOW)
    await database.write(moderation.add, replace(BAN, pattern="account:oscar"), NOW)
    assert await database.write(moderation.sweep, NOW) == 1
    assert [rule.pattern for rule in await database.read(moderation.load)] == ["account:mallory", "account:oscar"]


async def test_what_a_policy_room_says_again_changes_nothing(database: Database, config: Config) -> None:
    [effect] = from_policy(listed(reason="spam"))
    assert isinstance(effect, AddRule)
    number = await database.write(moderation.add, effect, NOW)
    stands = await database.read(standing, NOTHING_STANDS, config)
    assert await database.write(moderation.add, effect, NOW) == number
    assert await database.read(standing, stands, config) is stands
    await database.write(moderation.add, replace(effect, pattern="@eve*:*"), NOW)
    assert [rule.pattern for rule in await database.read(moderation.load)] == ["@eve*:*"]
    [lift] = from_policy(listed(entity=""))
    assert isinstance(lift, LiftRule)
    assert await database.write(moderation.lift, lift, NOW)
    assert not await database.write(moderation.lift, lift, NOW)
    told = [(entry.action, entry.about, entry.room) for entry in await database.read(moderation.entries)]
    assert told == [("policy-lift", "@eve*:*", "#list"), ("policy", "@eve*:*", "#list"), ("policy", "@eve:*", "#list")]


async def test_a_list_that_is_not_subscribed_to_any_more_holds_no_more(database: Database, config: Config) -> None:
    for room in ("#list", "#help", "#gone"):
        for effect in from_policy(listed(room, entity=f"@eve:{room[1:]}")):
            assert isinstance(effect, AddRule)
            await database.write(moderation.add, effect, NOW)
    await database.write(moderation.add, BAN, NOW)
    book = await database.read(moderation.rulebook, config)
    assert [rule.pattern for rule in book.rules] == ["@eve:list", "account:eve"]


async def test_the_configurations_leads_are_spared(database: Database, config: Config) -> None:
    await database.write(moderation.add, AddRule("ban", "id:lea"), NOW)
    book = await database.read(moderation.rulebook, config)
    lea = Sender(PersonId("lea"), "lea", True)
    assert book.judge(lea, "chat", "", NOW).level == "allowed"
    assert Rulebook(book.rules).judge(lea, "chat", "", NOW).level == "banned"


async def test_effects_become_rows(database: Database, config: Config) -> None:
    effects: list[Effect] = [
        BAN,
        AddRule("word", "casino"),
        Audited("ban", "irc:account:eve", "flood", "irc", "#sig", "account:lea", "lea"),
    ]
    applier = Applier(config, Words())

    def applied(connection: Connection, effects: list[Effect]) -> None:
        nearby = Nearby(connection, (), NOTHING_STANDS, config, NOW)
        applier.apply(connection, listed(), View(), effects, NOW, nearby)

    await database.write(applied, effects)
    rules = await database.read(moderation.load)
    await database.write(applied, [LiftRule(rules[0].id)])
    assert [rule.pattern for rule in await database.read(moderation.load)] == ["casino"]
    [entry] = await database.read(moderation.entries)
    assert (entry.at, entry.actor, entry.actor_name, entry.network, entry.room) == (
        NOW,
        "account:lea",
        "lea",
        "irc",
        "#sig",
    )
    assert (entry.action, entry.about, entry.detail) == ("ban", "irc:account:eve", "flood")


async def test_the_log_is_read_from_its_end(database: Database) -> None:
    for number in range(5):
        await database.write(moderation.record, Audited("ban", str(number)), NOW)
    assert [entry.about for entry in await database.read(moderation.entries, 2)] == ["4", "3"]


async def test_people_are_found_by_the_name_they_go_by(database: Database, config: Config) -> None:
    def said(connection, network: str, person: str, name: str, at: datetime = NOW) -> None:
        room, message = RoomId("#help"), MessageId(f"{person}{at}")
        said = Remember("message", network, room, message, PersonId(person), name, at, ())
        ledger.add(connection, [(ledger.take_numbers(connection, 1), said)])

    await database.write(said, "irc", "account:eve", "Eve")
    await database.write(said, "irc", "account:eve", "Eve", NOW - timedelta(minutes=1))
    await database.write(said, "irc", "guest:1:1", "eve")
    await database.write(said, "irc", "account:old", "Eve", NOW - moderation.SEEN_LATELY)
    await database.write(said, "irc", "account:anna", "Anna")
    await database.write(people.person_of, config, "chat", Sender(PersonId("eve"), "EVE", True), NOW)
    found = await database.read(moderation.called, "eve", NOW)
    known = [(who.network, who.key, who.authenticated) for who in found]
    assert known == [("chat", "eve", True), ("irc", "account:eve", True), ("irc", "guest:1:1", False)]


# --- pages ------------------------------------------------------------------------------------------------------------

LINES = (Said("anna", NOW, from_markup("**one**\nand more"), "irc"), Said("bert", NOW + timedelta(seconds=1), ()))
WEEK = timedelta(days=7)


async def test_a_page_is_found_by_its_token_only(database: Database) -> None:
    def make(connection) -> str:
        return pages.make(connection, "lines", "#help", LINES, now=NOW, expires=NOW + WEEK)

    token = await database.write(make)
    assert len(token) >= 22  # 128 bits and more
    assert await database.read(pages.find, token) == Page("lines", "#help", NOW, NOW + WEEK, LINES)
    assert await database.read(pages.find, token[:-1]) is None
    stored = await database.read(lambda connection: connection.execute(select(pages_table.c.token_hash)).scalar_one())
    assert stored == people.token_hash(token)
    assert token not in stored


async def test_a_files_page_knows_where_the_file_is(database: Database) -> None:
    def make(connection, token: str) -> str:
        return pages.make(
            *(connection, "file", "#help", LINES[:1]),
            now=NOW,
            expires=NOW + WEEK,
            network="matrix",
            reference='{"url": "mxc://x/y"}',
            type="image/png",
            name="cat.png",
            size=2**40,
            token=token,
        )

    given = pages.new_token()
    assert await database.write(make, given) == given
    page = await database.read(pages.find, given)
    assert page is not None
    assert (page.network, page.reference, page.type, page.name) == (
        "matrix",
        '{"url": "mxc://x/y"}',
        "image/png",
        "cat.png",
    )
    assert page.size == 2**40


async def test_an_expired_page_keeps_nothing_but_that_it_was(database: Database) -> None:
    def make(connection) -> str:
        return pages.make(connection, "text", "#help", LINES[:1], now=NOW, expires=NOW + WEEK, name="x", reference="y")

    token, other = await database.write(make), await database.write(make)
    assert await database.write(pages.sweep, NOW + WEEK - timedelta(seconds=1)) == 0
    assert await database.write(pages.expire, people.token_hash(other), NOW)
    assert not await database.write(pages.expire, "unknown", NOW)
    assert await database.write(pages.sweep, NOW + WEEK) == 1
    assert await database.write(pages.sweep, NOW + WEEK) == 0
    page = await database.read(pages.find, token)
    assert page == Page("expired", "", NOW, NOW + WEEK)
    assert await database.read(pages.find, other) == Page("expired", "", NOW, NOW)
    await database.write(pages.sweep, NOW + WEEK + pages.KEEP_EXPIRED)
    assert await database.read(pages.find, token) is None
