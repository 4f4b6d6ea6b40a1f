"""The watch through hub, store, timers and outbox, and what a restart remembers of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bridges.events import EventId, PersonId, Reacted, Room, RoomId, Sender
from helpdesk.config import Config
from helpdesk.store import events
from helpdesk.store.schema_sig import watched
from tests.desk import Desk, config_for, running

ANNA = Sender(PersonId("anna"), "anna", authenticated=True)


class Clock:
    """Goes on by itself, and by leaps."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def config(folder: Path, watch: str = "on", **more: object) -> Config:
    rooms = {"#help": {"watch": watch}, "#talk": {}, "#sig": {"volunteers": True}}
    other = {"kind": "memory", "rooms": {"#help": {}, "#team": {"volunteers": True, "private": True}}}
    return config_for(folder, networks={"chat": {"kind": "memory", "rooms": rooms}, "other": other}, **more)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[Desk]:
    async with running(config(tmp_path), f"sqlite:///{tmp_path}/desk.db", clock=clock) as found:
        yield found


async def heard(desk: Desk) -> None:
    """All that was said until now is decided: it was said before this."""
    for network in ("chat", "other"):
        desk[network].say("!whoami", by="zoe", room="#talk")
        await desk.says(network, "You are zoe")
    await desk.quiet()


async def later(desk: Desk, clock: Clock, minutes: float) -> None:
    await heard(desk)
    clock.ahead += timedelta(minutes=minutes)
    desk.timers.wake()
    while await desk.database.read(events.due_timers, clock()):
        await desk.quiet()


async def waiting(desk: Desk) -> int:
    await heard(desk)
    return await desk.database.read(
        lambda connection: connection.execute(
            select(func.count()).select_from(watched).where(watched.c.status == "open")
        ).scalar_one()
    )


def spoken(desk: Desk) -> list[str]:
    return [sent.text for sent in desk["chat"].sent if "You are zoe" not in sent.text]


async def test_what_nobody_answers_the_desk_answers_if_it_is_sure(desk: Desk, clock: Clock) -> None:
    desk["chat"].say("how do I get a mailing list?")
    await later(desk, clock, 5)
    await desk.says("chat", "Nobody has answered yet", "Ask the desk for a list.", "!more")
    desk["chat"].say("!more")
    await desk.says("chat", "Choose a name")
    assert await waiting(desk) == 0


@pytest.mark.parametrize("yes", ["!yes", "helpdesk: yes", "👍"])
async def test_else_it_offers_the_volunteers(desk: Desk, clock: Clock, yes: str) -> None:
    chat = desk["chat"]
    chat.say("how do I fix my badge?")
    await later(desk, clock, 5)
    offer = await desk.says("chat", "Shall I ask the volunteers?")
    assert await desk.reader.queue() == ()
    if yes == "👍":
        room = Room(RoomId("#help"), "#help")
        chat.emit(Reacted("chat", EventId("r1"), clock(), room, ANNA, offer.receipt.messages[0], "👍"))
    else:
        chat.say(yes)
    await desk.says("chat", "I’ve asked the volunteers", "#1")
    await desk.says("chat", "how do I fix my badge?", "!claim 1")


async def test_what_somebody_answers_is_none_of_its_business(desk: Desk, clock: Clock) -> None:
    chat = desk["chat"]
    chat.say("how do I get a mailing list?")
    assert await waiting(desk) == 1
    chat.say("anna: ask the SIG", by="bert")
    assert await waiting(desk) == 0
    chat.say("where is the wiki today?")
    chat.say("at the old address", by="bert")
    await later(desk, clock, 5)
    assert await waiting(desk) == 0
    assert spoken(desk) == []


async def test_it_rests_for_a_while_after_it_spoke_up(desk: Desk, clock: Clock) -> None:
    chat = desk["chat"]
    chat.say("how do I fix my badge?")
    await later(desk, clock, 5)
    await desk.says("chat", "Shall I ask the volunteers?")
    chat.say("how do I fix my key then?", by="bert")
    await later(desk, clock, 5)
    assert await waiting(desk) == 0
    chat.say("how do I fix my bike then?", by="carl")
    await later(desk, clock, 15)
    await desk.says("chat", "Shall I ask the volunteers?")
    assert len(spoken(desk)) == 2


async def test_a_restart_forgets_no_question(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    async with running(config(tmp_path, "suggest"), url, clock=clock) as desk:
        desk["chat"].say("how do I get a mailing list?")
        assert await waiting(desk) == 1
    clock.ahead += timedelta(minutes=5)
    async with running(config(tmp_path, "suggest"), url, clock=clock) as desk:
        await desk.says("chat", "Shall I ask the volunteers?")


async def test_an_answer_in_a_linked_room_counts_and_the_question_counts_once(tmp_path: Path, clock: Clock) -> None:
    linked = config(tmp_path, links=[{"rooms": ["chat:#help", "other:#help"]}])
    async with running(linked, f"sqlite:///{tmp_path}/desk.db", clock=clock) as desk:
        desk["chat"].say("how do I get a mailing list?")
        await desk.says("other", "how do I get a mailing list?")
        assert await waiting(desk) == 1
        desk["other"].say("anna: ask the SIG", by="olga")
        await desk.says("chat", "ask the SIG")
        assert await waiting(desk) == 0


async def test_a_room_without_a_watch_costs_nothing(desk: Desk) -> None:
    desk["chat"].say("how do I get a mailing list?", room="#talk")
    desk["other"].say("how do I get a mailing list?")
    assert await waiting(desk) == 0
