"""The main job on real servers: asker on one network, volunteer on another, the whole service between them."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack

import pytest

from tests.servers.people import OnEncryptedMatrix, OnIrc, OnMatrix, Person, met, number_in, opened, unknown
from tests.servers.town import Town

pytestmark = [pytest.mark.irc, pytest.mark.matrix]

KNOWN = "how do I get a mailing list for my project?"
SOURCE = "/kb/mailing-lists/request-a-list"
ANSWER = "Ask the caretaker in room 1, she has the spare keys."


PRIVATE = ("irc directly", "matrix directly", "matrix encrypted", "web")
OPEN = ("irc", "plain irc", "matrix")


@pytest.mark.parametrize("where", ["irc", "matrix", "web"])
async def test_the_story(town: Town, people: AsyncExitStack, where: str) -> None:
    """Askers everywhere, one after the other; the volunteer on one network, and a second one who would like to help."""
    vera, victor, *askers = await met(
        people,
        town.volunteer(where, "vera"),
        town.community.irc_volunteer("victor"),
        *(town.asker(place) for place in (*OPEN, *PRIVATE)),
    )
    assert isinstance(victor, OnIrc)
    for place, anna in zip((*OPEN, *PRIVATE), askers, strict=True):
        await the_story(town, anna, vera, victor, open_room=place in OPEN, live=where != "web")


async def the_story(town: Town, anna: Person, vera: Person, victor: OnIrc, *, open_room: bool, live: bool) -> None:
    await anna.say(KNOWN)
    answer = await anna.hear(town.desk.url + SOURCE)
    assert "list" in answer
    if isinstance(anna, OnIrc):
        await anna.hear("Did that help?")
        assert len(anna.lines()) == 2, "an answer is one or two lines on IRC"

    question = unknown()
    number = await opened(anna, question)
    if isinstance(anna, OnEncryptedMatrix):
        await anna.hear("this room is encrypted, but the volunteers may read your question where it is not")
    announced = await victor.hear(f"#{number}")
    await victor.hear(f"!claim {number} takes it")
    assert (question in announced) is open_room
    assert (f"{anna.name} on " in announced) is open_room
    if live:
        await vera.hear(f"!claim {number}")

    await vera.say(f"!claim {number}")
    claimed = await vera.hear(f"#{number} is yours")
    assert question in claimed or await vera.hear(question)
    await anna.hear(f"{vera.name} is looking at #{number}")
    await victor.say(f"!claim {number}")
    await victor.hear(f"{vera.name} has #{number}")

    await vera.say(f"!answer {number} {ANSWER}")
    await vera.hear(f"#{number} are on their way")
    told = await anna.hear(f"#{number}, {vera.name} answers:")
    assert ANSWER in told
    await anna.say("!yes")
    await anna.hear(f"#{number} is closed")
    await victor.hear(f"#{number} is solved")
    if not open_room:
        assert not any(question in line for line in victor.lines()), "what was asked in private stays private"
        assert not any(f"{anna.name} on " in line for line in victor.lines())


@pytest.mark.parametrize("asker", ["plain irc", "matrix directly"])
async def test_a_tickets_thread_is_the_conversation(town: Town, people: AsyncExitStack, asker: str) -> None:
    """On Matrix the claimant just writes in the thread; what went out is marked, and notes stay among volunteers."""
    volunteers = (town.community.matrix_volunteer(name) for name in ("vera", "victor"))
    anna, vera, victor = await met(people, town.asker(asker), *volunteers)
    assert isinstance(vera, OnMatrix)
    assert isinstance(victor, OnMatrix)
    number = await opened(anna, unknown())
    await vera.hear(f"!claim {number} takes it")
    root = vera.event["event_id"]
    await vera.peer.thread(vera.room, root, "!claim")
    await vera.hear(f"#{number} is yours")
    assert vera.event["content"]["m.relates_to"]["event_id"] == root, "the desk answers in the thread"
    await anna.hear(f"is looking at #{number}")
    await vera.peer.thread(vera.room, root, "// she was here yesterday")
    await victor.peer.thread(victor.room, root, "I know her")
    said = await vera.peer.thread(vera.room, root, ANSWER)
    told = await anna.hear(f"#{number}, {vera.name} answers:")
    assert ANSWER in told
    await vera.sees_reaction(said, "✅")
    await anna.say("!no")
    await anna.hear("stays open")
    await vera.hear(f"#{number} is not solved yet" if asker == "matrix directly" else f"that #{number} is not solved")
    assert vera.event["content"]["m.relates_to"]["event_id"] == root
    if isinstance(anna, OnMatrix):
        await anna.peer.reply(anna.room, anna.event["event_id"], "And who has the other keys?")
        await anna.hear(f"Passed on to the volunteers of #{number}")
        await vera.hear(f"#{number}", "the other keys")
    await vera.say(f"!show {number}")
    shown = await vera.hear(f"#{number}", "note")
    assert "she was here yesterday" in shown
    assert "I know her" in shown
    assert anna.count("yesterday") + anna.count("I know her") == 0


async def test_a_thumb_says_it_too_and_more_goes_on(town: Town, people: AsyncExitStack) -> None:
    anna = await people.enter_async_context(town.community.on_matrix())
    await anna.say(KNOWN)
    await anna.hear(SOURCE)
    content = anna.event["content"]
    assert content["msgtype"] == "m.notice"
    assert f'<a href="{town.desk.url}{SOURCE}">' in content["formatted_body"]
    assert content["m.relates_to"]["m.in_reply_to"]["event_id"]
    answer = anna.event["event_id"]
    await anna.say("!more")
    await anna.hear("That was all of it")
    assert anna.event["content"]["m.relates_to"]["rel_type"] == "m.thread", "the rest is folded below the answer"
    assert anna.event["content"]["m.relates_to"]["event_id"] == answer
    await anna.peer.react(anna.room, answer, "👎")
    number = number_in(await anna.hear("Sorry that it didn’t help", "Your ticket is"))
    victor = await people.enter_async_context(town.community.irc_volunteer("victor"))
    await victor.say(f"!show {number}")
    await victor.hear(f"#{number}", KNOWN)


async def test_talk_among_people_is_left_alone(town: Town, people: AsyncExitStack) -> None:
    """A silence that a later answer ends: nothing before it was meant for the desk."""
    anna = await people.enter_async_context(town.asker("irc"))
    assert isinstance(anna, OnIrc)
    await anna.peer.say(anna.room, "has anyone seen the printer?")
    await anna.peer.say(anna.room, "!seen vera")
    await anna.peer.say(anna.room, "how do I get a mailing list?")
    await anna.peer.say(anna.room, f"{anna.desk}: how do I get a mailing list?", notice=True)
    await anna.say("!status")
    await anna.hear("no open ticket")
    assert len(anna.lines()) == 1
    berta = await people.enter_async_context(town.community.on_matrix())
    assert isinstance(berta, OnMatrix)
    await berta.peer.say(berta.room, "how do I get a mailing list?")
    await berta.peer.say(berta.room, "helpdesk: how do I get a mailing list?", msgtype="m.notice")
    await berta.say("!status")
    await berta.hear("no open ticket")
    assert [e for e in berta.peer.waiting if e["sender"] == berta.desk] == []


async def test_rights_follow_the_account_never_the_nick(town: Town, people: AsyncExitStack) -> None:
    name = town.community.irc_volunteers[0]
    stealing = town.community.on_irc(name=name, room=town.community.sig_room)
    anna, thief, mallory = await met(people, town.asker("irc"), stealing, town.community.on_matrix())
    assert isinstance(thief, OnIrc)
    number = await opened(anna, unknown())
    await thief.say(f"!claim {number}")
    await thief.hear("logged in")
    await thief.peer.rename(f"{name}x")
    await mallory.say(f"!claim {number}")
    await mallory.hear("volunteer")
    await anna.say("!status")
    await anna.hear(f"#{number}: waiting for a volunteer")


async def test_a_guest_calls_a_human_and_cancels(town: Town, people: AsyncExitStack) -> None:
    """`!human` at once, `!cancel`, and a guest gets a private page."""
    anna, victor = await met(people, town.community.on_plain(), town.community.irc_volunteer("victor"))
    question = unknown()
    await anna.say(f"!human {question}")
    number = number_in(await anna.hear("A person will look at it"))
    link = re.search(r"http://\S+/t/\S+", await anna.hear(f"private page for ticket #{number}"))
    assert link
    await anna.say("!cancel")
    await anna.hear(f"#{number} is cancelled")
    await victor.hear(f"#{number} was cancelled")


async def test_the_volunteers_room_hears_each_thing_once(town: Town, people: AsyncExitStack) -> None:
    """Put down, taken, closed, opened again: one line where it was said, one in every other volunteers' room."""
    anna, vera, far = await met(
        people, town.asker("irc"), town.community.irc_volunteer("vera"), town.community.matrix_volunteer("victor")
    )
    assert isinstance(vera, OnIrc)
    number = await opened(anna, unknown())
    await vera.hear(f"!claim {number} takes it")
    before = len(vera.lines())
    for command, here, there in (
        (f"!claim {number}", f"{vera.name}: #{number} is yours", f"#{number} is with {vera.name}"),
        (f"!release {number}", f"{vera.name}: Thank you", f"{vera.name} gave #{number} back"),
        (f"!resolve {number} by phone", f"{vera.name}: #{number} is closed", f"{vera.name} closed #{number}"),
        (f"!reopen {number}", f"{vera.name}: #{number} is open again", f"#{number} is open again"),
        (f"!note {number} by phone", f"{vera.name}: Noted", ""),
    ):
        await vera.say(command)
        await vera.hear(here)
        if there:
            await far.hear(there)
    await vera.hear(f"#{number}, {anna.name} on irc asked")
    lines = [line for line in vera.lines()[before:] if "They asked before" not in line]
    assert len(lines) == 6
    await anna.hear(f"#{number} is closed as solved", "!no")
