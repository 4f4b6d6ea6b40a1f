"""Askers who leave: an account's answer waits for it, a guest's stands on its private page, nobody else is told."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack

import pytest

from tests.servers.community import page
from tests.servers.people import OnIrc, OnMatrix, met, opened, unknown
from tests.servers.town import Town

pytestmark = [pytest.mark.irc, pytest.mark.matrix]

ANSWER = "The caretaker has the spare key."


@pytest.mark.parametrize("directly", [False, True])
async def test_an_accounts_answer_waits_until_the_account_is_seen(
    town: Town, people: AsyncExitStack, *, directly: bool
) -> None:
    """Under whatever nick; and whoever takes the nick meanwhile hears nothing."""
    community = town.community
    account = community.account("asker")
    room = "" if directly else community.help_room
    where = [community.on_irc(account=account, room=community.help_room)]
    (anna, vera) = await met(people, *where, community.matrix_volunteer("vera"))
    assert isinstance(anna, OnIrc)
    asking = OnIrc(anna.peer, anna.desk, room)
    number = await opened(asking, unknown())
    await vera.hear(f"!claim {number} takes it")
    await anna.peer.quit()
    (thief,) = await met(people, community.on_irc(name=account, room=community.help_room))
    assert isinstance(thief, OnIrc)
    await vera.say(f"!answer {number} {ANSWER}")
    await vera.hear(f"The answer to #{number} waits")
    await thief.say("!status")
    await thief.hear("no open ticket")
    assert thief.count(ANSWER) == 0
    nick = f"{account}b"
    (back,) = await met(people, community.on_irc(account=account, name=nick, room=community.help_room))
    told = await back.hear(f"#{number}, {vera.name} answers:")
    assert ANSWER in told
    await thief.peer.synced()
    heard_by_thief = [line for line in thief.lines() if ANSWER in line]
    assert heard_by_thief == ([] if directly else [told]), "the room hears it, addressed to who asked"
    if not directly:
        assert told.startswith(f"{nick}: ")
    await back.say("!yes")
    await back.hear(f"#{number} is closed")


@pytest.mark.parametrize("where", ["plain irc", "irc directly"])
async def test_a_guests_answer_stands_on_the_private_page_only(town: Town, people: AsyncExitStack, where: str) -> None:
    community = town.community
    guest, vera = await met(people, town.asker(where), community.matrix_volunteer("vera"))
    assert isinstance(guest, OnIrc)
    number = await opened(guest, unknown())
    told = await guest.hear(f"private page for ticket #{number}")
    link = re.search(r"http://\S+/t/\S+", told)
    assert link
    await vera.hear(f"!claim {number} takes it")
    await guest.peer.quit()
    again = community.on_plain(name=guest.name) if where == "plain irc" else community.on_irc(name=guest.name)
    (other,) = await met(people, again)
    assert isinstance(other, OnIrc)
    await vera.say(f"!answer {number} {ANSWER}")
    await vera.hear(f"The answer to #{number} can’t be delivered", "private page")
    await other.say("!status")
    await other.hear("no open ticket")
    await other.say("!yes")
    await other.hear("I don’t know what that is about")
    assert other.count(ANSWER) == 0
    status, shown = await page(link[0])
    assert status == 200
    assert ANSWER in shown
    status, _ = await page(link[0][:-1] + ("A" if link[0][-1] != "A" else "B"))
    assert status == 404


async def test_the_private_page_goes_on_with_the_conversation(town: Town, people: AsyncExitStack) -> None:
    """The guest comes back by the link: writes more, and the volunteers hear of it."""
    community = town.community
    guest, vera, browser = await met(
        people, community.on_plain(), community.matrix_volunteer("vera"), community.on_the_web(town.desk)
    )
    number = await opened(guest, unknown())
    link = re.search(r"/t/\S+", await guest.hear(f"private page for ticket #{number}"))
    assert link
    await vera.say(f"!claim {number}")
    await vera.hear(f"#{number} is yours")
    status, shown = await browser.browsing.post(link[0], text="It is the door in the cellar.")
    assert status == 200
    assert "It is the door in the cellar." in shown
    await vera.hear(f"#{number}", "It is the door in the cellar.")


async def test_a_web_askers_answer_waits_on_the_page(town: Town, people: AsyncExitStack) -> None:
    """The page is closed, nobody listens; it is there when the page is opened again."""
    asker, victor = await met(people, town.asker("web"), town.community.irc_volunteer("victor"))
    question = unknown()
    number = await opened(asker, question)
    await victor.hear(f"!claim {number} takes it")
    await victor.say(f"!answer {number} {ANSWER}")
    await victor.hear(f"#{number} are on their way")
    assert ANSWER in await asker.hear(f"#{number},", "answers:")
    _, shown = await asker.browsing.get("/")
    assert shown.count(ANSWER) == 1
    assert question in shown


async def test_a_matrix_asker_who_left_the_room_is_told_directly(town: Town, people: AsyncExitStack) -> None:
    anna, other, victor = await met(
        people, town.asker("matrix"), town.asker("matrix"), town.community.irc_volunteer("victor")
    )
    assert isinstance(anna, OnMatrix)
    number = await opened(anna, unknown())
    await victor.hear(f"!claim {number} takes it")
    await anna.peer.leave(anna.room)
    await other.say("!status")
    await other.hear("no open ticket")
    await victor.say(f"!answer {number} {ANSWER}")
    direct = await anna.peer.expect_invite()
    await anna.peer.join(direct)
    assert ANSWER in await anna.hear(f"#{number},", "answers:")
    assert anna.event["room_id"] == direct
    await anna.peer.say(direct, "!yes")
    await anna.hear(f"#{number} is closed")
    assert other.count(ANSWER) == 0
