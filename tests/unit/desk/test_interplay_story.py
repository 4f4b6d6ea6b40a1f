"""The way through store and outbox where the rules of several nouns meet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.desk import Desk, config_for, running


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    config = config_for(tmp_path, members={"volunteers": ["chat:vera", "chat:victor"], "leads": ["chat:lea"]})
    async with running(config, f"sqlite:///{tmp_path}/desk.db") as desk:
        yield desk


async def test_whose_ticket_went_into_that_of_somebody_forgotten_is_still_waited_for(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("!human the projector is dark", by="anna", room="#help")
    await desk.says("chat", "#1")
    chat.say("!human the projector shows nothing", by="bert", room="#help")
    await desk.says("chat", "#2")
    await desk.quiet()
    chat.say("!merge 2 into 1", by="vera", room="#sig")
    await desk.quiet()
    chat.say("!forget me", by="anna", room="direct:anna", direct=True)
    await desk.quiet()
    chat.say("!forget me yes", by="anna", room="direct:anna", direct=True)
    await desk.quiet()
    chat.say("!queue", by="vera", room="#sig")
    await desk.says("chat", "#2", "projector shows nothing")


async def test_who_takes_a_merged_ticket_back_says_nothing_of_the_other(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("!human the projector is dark", by="anna", room="#help")
    await desk.says("chat", "#1")
    chat.say("!human the projector shows nothing", by="bert", room="#help")
    await desk.says("chat", "#2")
    await desk.quiet()
    chat.say("!merge 2 into 1", by="vera", room="#sig")
    await desk.quiet()
    chat.say("!reopen 2", by="vera", room="#sig")
    await desk.says("chat", "#2", "#1")
    chat.say("!cancel 2", by="bert", room="#help")
    await desk.says("chat", "#2", "cancel")
    await desk.quiet()
    chat.say("!queue", by="vera", room="#sig")
    await desk.says("chat", "#1", "projector is dark")


async def test_each_command_that_is_asked_for_help_gives_it(desk: Desk) -> None:
    desk["chat"].say("!help duty", by="vera", room="#sig")
    await desk.says("chat", "!duty add")
