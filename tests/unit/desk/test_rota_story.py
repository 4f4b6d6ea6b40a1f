"""The rota and the offers through hub, store, timers and outbox, with a virtual clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bridges.events import PersonId, PersonSeen, Room, RoomEntered, RoomId, Sender, SetVoice
from helpdesk.config import Config
from helpdesk.deskevents import TimerDue
from helpdesk.store import events
from helpdesk.store.nouns import rota
from helpdesk.store.schema import timers
from tests.desk import Desk, config_for, running

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 1, 5, 12, tzinfo=UTC)


@dataclass
class Clock:
    """Time that passes when told to."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def made(tmp_path: Path) -> Config:
    rooms = {"#help": {"voice": True}, "#sig": {"volunteers": True}}
    networks = {
        "chat": {"kind": "memory", "rooms": rooms},
        "other": {"kind": "memory", "rooms": {"#team": {"volunteers": True, "private": True}}},
    }
    return config_for(tmp_path, networks=networks)


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[Desk]:
    async with running(made(tmp_path), f"sqlite:///{tmp_path}/desk.db", clock=clock) as found:
        yield found


async def pass_time(desk: Desk, clock: Clock, until: datetime) -> None:
    """Each timer at its moment, as a clock that runs would have it."""
    while True:
        await desk.quiet()
        due = await desk.database.read(events.next_timer)
        if due is None or due > until:
            break
        clock.at = max(clock.at, due)
        desk.timers.wake()
        while (later := await desk.database.read(events.next_timer)) is not None and later <= clock.at:
            await desk.quiet()
    clock.at = until


async def joined(desk: Desk, who: str, words: str, *, network: str = "chat") -> None:
    desk[network].say(f"!sig join {words}", by=who, direct=True)
    await desk.says(network, "You are in")


def voices(desk: Desk) -> list[str]:
    return [sent.text for sent in desk["chat"].sent if isinstance(sent.action, SetVoice)]


async def test_a_ticket_is_offered_to_whom_it_fits_and_later_to_the_next(desk: Desk, clock: Clock) -> None:
    chat = desk["chat"]
    await joined(desk, "vera", "skills: collaboration")
    await joined(desk, "victor", "skills: video · quiet: 0-6")
    await joined(desk, "olga", "skills: mail", network="other")
    chat.say("helpdesk: the wiki eats my page")
    await desk.says("chat", "Do you mean one of these?")
    chat.say("!no")
    await desk.says("chat", "#1")
    await desk.quiet()
    await pass_time(desk, clock, clock.at + timedelta(minutes=1))
    first = await desk.says("chat", "#1", "fits you")
    assert first.receipt.room == "direct:vera"
    assert not [sent for sent in desk["other"].sent if "fits you" in sent.text]
    await pass_time(desk, clock, clock.at + timedelta(minutes=11))
    second = await desk.says("chat", "#1", "fits you")
    assert second.receipt.room == "direct:victor"
    await desk.says("other", "#1", "fits you")
    chat.say("!claim", by="victor", direct=True, reply_to=second.receipt.messages[0])
    await desk.says("chat", "#1 is yours")


async def test_without_profiles_the_room_hears_of_a_ticket_and_nobody_is_messaged(desk: Desk, clock: Clock) -> None:
    for who in ("vera", "victor"):
        desk["chat"].say("!whoami", by=who, direct=True)
    desk["chat"].say("helpdesk: my badge is broken")
    await desk.says("chat", "#1", "!claim 1 takes it")
    await pass_time(desk, clock, clock.at + 3 * HOUR)
    assert not [sent for sent in desk["chat"].sent if "fits you" in sent.text]


async def test_whoever_comes_back_is_offered_what_waits_once_in_a_while(desk: Desk, clock: Clock) -> None:
    def seen(who: str) -> PersonSeen:
        return PersonSeen("chat", clock.at, Sender(PersonId(who), who, True))

    def welcomed() -> list[str]:
        return [sent.receipt.room for sent in chat.sent if "Welcome back! #" in sent.text]

    chat = desk["chat"]
    await joined(desk, "vera", "skills: collaboration · hours: mon 18-20")
    await joined(desk, "victor", "skills: video · hours: mon 18-20")
    for asker in ("anna", "bert"):
        chat.say("helpdesk: my badge is broken", by=asker)
        await desk.says("chat", "#", "I don’t know")
    for who in ("zoe", "victor", "vera", "vera"):
        chat.emit(seen(who))
    await desk.says("chat", "Welcome back! #1")
    await desk.quiet()
    assert welcomed() == ["direct:vera"]
    clock.at += timedelta(minutes=270)
    chat.say("!queue", by="vera", room="#sig")
    again = await desk.says("chat", "Welcome back! #2")
    assert again.receipt.room == "direct:vera"
    assert welcomed() == ["direct:vera", "direct:vera"]


async def test_a_shift_with_reminders_voice_and_a_swap(desk: Desk, clock: Clock) -> None:
    chat, other = desk["chat"], desk["other"]
    other.say("!whoami", by="olga", room="#team")
    chat.say("!duty add tue 18-20", by="vera", room="#sig")
    await desk.says("chat", "Shift 1 is on the rota")
    chat.say("!duty add wed 9-10", by="victor", room="#sig")
    await desk.says("chat", "Shift 2 is on the rota")
    await pass_time(desk, clock, MONDAY + 7 * HOUR)
    reminded = await desk.says("chat", "You are on duty: Tue 2026-01-06 18:00–20:00 UTC")
    assert reminded.receipt.room == "direct:vera"
    chat.say("!swap 1", by="vera", direct=True)
    await desk.says("chat", "Offered as swap 1")
    await desk.says("other", "vera gives a shift away", "!swap take 1")
    chat.say("!swap take 1", by="victor", direct=True)
    await desk.says("chat", "It is yours")
    taken = await desk.says("chat", "victor takes over your shift")
    assert taken.receipt.room == "direct:vera"
    other.say("!swap take 1", by="olga", room="#team")
    await desk.says("other", "victor has taken swap 1")
    await pass_time(desk, clock, MONDAY + 29 * HOUR + timedelta(minutes=50))
    soon = await desk.says("chat", "about to begin: Tue 2026-01-06")
    assert soon.receipt.room == "direct:victor"
    assert voices(desk)[-1:] != ["+v victor"]
    await pass_time(desk, clock, MONDAY + 31 * HOUR)
    assert voices(desk)[-1] == "+v victor"
    chat.say("!oncall", by="vera", room="#sig")
    await desk.says("chat", "On duty: victor until Tue 20:00 UTC")
    chat.emit(RoomEntered("chat", clock.at, Room(RoomId("#help"), "#help")))
    await desk.quiet()
    assert voices(desk)[-2:] == ["+v victor", "+v victor"]
    await pass_time(desk, clock, MONDAY + 33 * HOUR)
    assert voices(desk)[-1] == "-v victor"


async def test_timers_of_the_rota_do_not_pile_up(desk: Desk, clock: Clock) -> None:
    def waiting(connection: object) -> int:
        query = select(func.count()).select_from(timers).where(timers.c.kind == "rota.tick")
        return int(connection.execute(query).scalar_one())  # type: ignore[attr-defined]

    chat = desk["chat"]
    for hours in ("sun 9-10", "sat 9-10", "fri 9-10", "thu 9-10", "wed 9-10"):
        chat.say(f"!duty add {hours}", by="vera", room="#sig")
        await desk.says("chat", "is on the rota")
    await pass_time(desk, clock, MONDAY + timedelta(days=30))
    assert await desk.database.read(waiting) == 1


async def test_a_timer_that_was_lost_is_set_again(desk: Desk, clock: Clock) -> None:
    desk["chat"].say("!duty add wed 9-10", by="vera", room="#sig")
    await desk.says("chat", "Shift 1")
    due = await desk.database.read(rota.looks_at)
    assert due is not None
    [timer] = [TimerDue(*found) for found in await desk.database.read(events.due_timers, due)]
    assert await desk.database.write(events.take_timer, timer, due)
    clock.at = due + 2 * HOUR
    await desk.database.write(rota.see_to_it, clock.at)
    assert await desk.database.read(rota.looks_at) == clock.at
    await pass_time(desk, clock, MONDAY + timedelta(days=3))
    await desk.says("chat", "about to begin")


async def test_a_break_puts_the_shifts_up_and_leads_hear_of_it(desk: Desk, clock: Clock) -> None:
    chat = desk["chat"]
    chat.say("!whoami", by="lea", direct=True)
    await joined(desk, "vera", "skills: wiki")
    chat.say("!duty add tue 18-20", by="vera", room="#sig")
    await desk.says("chat", "Shift 1")
    chat.say("!break 2w", by="vera", direct=True)
    await desk.quiet()
    await pass_time(desk, clock, clock.at + timedelta(minutes=1))
    told = await desk.says("chat", "vera is away, and these shifts")
    assert told.receipt.room == "direct:lea"
    chat.say("!swap list", by="victor", room="#sig")
    await desk.says("chat", "1: Tue 2026-01-06 18:00–20:00 UTC", "from vera")
    chat.say("!oncall", by="victor", room="#sig")
    await desk.says("chat", "Next: vera from Tue 18:00")
