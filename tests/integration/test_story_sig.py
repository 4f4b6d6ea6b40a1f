"""The SIG on real servers: people who join, learn and are one person everywhere, and what they do together."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.servers.community import Community, shared_irc, shared_plain
from tests.servers.irc import unique as nick
from tests.servers.people import OnIrc, OnMatrix, met, number_in, opened, unknown
from tests.servers.synapse import need_synapse
from tests.servers.synapse import shared as shared_matrix
from tests.servers.town import Town

pytestmark = [pytest.mark.irc, pytest.mark.matrix]

LONG = 60.0
"""Seconds: a service that was killed starts again, and finds its networks."""
ANSWER = "The caretaker in room 1 has the spare key."


@pytest.fixture(scope="module")
def sig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town with a lead, Lea; her account is on the rich server."""
    need_synapse()
    folder, servers = tmp_path_factory.mktemp("sig"), (shared_irc(), shared_plain(), shared_matrix())
    community = Community(folder, *servers, voice=True, leads=("lea",))
    agreeing = {"mailing-list": {"approvers": ["lead"]}}
    desk = asyncio.run(community.settle(requests=agreeing))
    desk.start()
    try:
        asyncio.run(community.until_present())
        yield Town(community, desk)
    finally:
        desk.stop()
    assert desk.troubles() == []


@pytest.fixture
async def people() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


def lea(town: Town) -> str:
    return town.community.account("lea")


async def test_claims_run_out_and_no_timer_is_lost(tmp_path: Path, people: AsyncExitStack) -> None:
    """A claim nobody acts on is given back for all to see, even if the service is killed meanwhile."""
    need_synapse()
    community = Community(tmp_path, shared_irc(), matrix=shared_matrix())
    desk = await community.settle(sig={"first_reply": "4s", "offers": 0})
    try:
        await asyncio.to_thread(desk.start)
        await community.until_present()
        vera, victor, anna = await met(
            people, community.irc_volunteer("vera"), community.matrix_volunteer("victor"), community.on_matrix()
        )
        assert isinstance(victor, OnMatrix)
        await victor.say("!next")
        await victor.hear("Nothing unclaimed waits")
        number = await opened(anna, unknown())
        await vera.say(f"!claim {number}")
        await vera.hear(f"#{number} is yours")
        await victor.hear(f"#{number} is with {vera.name}")
        await vera.hear(f"I’ve given #{number} back")
        await vera.hear(f"#{number} is open again: {vera.name} didn’t get to it")
        await victor.hear(f"#{number} is open again: {vera.name} didn’t get to it")

        await vera.say(f"!claim {number}")
        await vera.hear(f"#{number} is yours")
        await vera.say(f"!handover {number} @{victor.name} it is the blue one")
        await vera.hear(f"#{number} is with {victor.name} now")
        await asyncio.to_thread(desk.restart, crash=True)
        await victor.hear_directly(f"{vera.name} hands #{number} over to you: it is the blue one")
        await victor.hear(f"#{number} is open again: {victor.name} didn’t get to it", timeout=LONG)
        await vera.hear(f"#{number} is open again: {victor.name} didn’t get to it", timeout=LONG)
        await victor.say(f"!answer {number} {ANSWER}")
        assert ANSWER in await anna.hear(f"#{number}, {victor.name} answers:", timeout=LONG)
        await anna.say("!yes")
        await anna.hear(f"#{number} is closed")
        await vera.say(f"!show {number}")
        await vera.hear("it is the blue one")
        bodies = [str(event["content"].get("body", "")) for event in await community.history("sig")]
        assert sum(f"{victor.name} didn’t get to it" in body for body in bodies) == 1
        await asyncio.to_thread(desk.stop)
    finally:
        await asyncio.to_thread(desk.kill)
    assert desk.troubles() == []


async def test_a_newcomer_learns_with_a_mentor(sig: Town, people: AsyncExitStack) -> None:
    """Mia on Matrix, her lead and her mentor on IRC; who asks is on yet another network."""
    community = sig.community
    mia, lead, mentor, anna, berta = await met(
        people,
        community.on_matrix("sig"),
        community.on_irc(account=lea(sig), room=community.sig_room),
        community.irc_volunteer("vera"),
        community.on_plain(),
        community.on_matrix(),
    )
    assert isinstance(mia, OnMatrix)
    assert isinstance(berta, OnMatrix)
    who = f"matrix:{mia.peer.id}"
    await mia.say("!sig join skills: doors · languages: en · tz: Berlin · hours: mon-sun 0-24")
    await mia.hear("The leads hear of it")
    assert "doors" in await lead.hear(f"{mia.name} ({who}) would like to join")
    await mentor.say(f"!sig approve {who} pair")
    await mentor.hear("it takes the role of a lead")
    await lead.say(f"!sig approve {who} pair mentor {mentor.name}")
    await lead.hear(f"{who} is a pair volunteer now")
    await mia.hear_directly("Welcome to the SIG!", f"{mentor.name} reads it before the asker does")

    # Her words wait for her mentor, and go out in her name.
    number = await opened(anna, unknown())
    await mia.hear(f"!claim {number} takes it")
    root = mia.event["event_id"]
    await mia.peer.thread(mia.room, root, "!claim")
    await mia.hear(f"#{number} is yours")
    await anna.hear(f"{mia.name} is looking at #{number}")
    await mia.peer.thread(mia.room, root, "Try the other door.")
    await mia.hear(f"{mentor.name} reads your words for #{number} first")
    await mentor.hear(f"#{number}", f"{mia.name} would answer: Try the other door.")
    await mentor.say(f"!return {number} which other door?")
    await mia.hear("gives your words", "which other door?")
    said = await mia.peer.thread(mia.room, root, ANSWER)
    await mentor.hear(f"#{number}", f"{mia.name} would answer: {ANSWER}")
    assert anna.count("answers:") == 0
    await mentor.say(f"!approve {number}")
    await mentor.hear(f"{mia.name}’s answer to #{number}")
    assert ANSWER in await anna.hear(f"#{number}, {mia.name} answers:")
    await mia.sees_reaction(said, "✅")
    assert anna.count("other door") == 0
    await anna.say("!yes")
    await mia.hear(f"#{number} is solved")

    # Both have done something, and Mia may go on alone.
    await mia.say("!me")
    assert "1 solved" in await mia.hear("1 answer")
    await mentor.say("!me")
    await mentor.hear("2 mentored")
    await lead.say(f"!sig promote {who}")
    await lead.hear("is a solo volunteer now")
    await mia.hear("You are a solo volunteer now")
    read = mentor.count("would answer")
    number = await opened(berta, unknown())
    await mia.say(f"!answer {number} {ANSWER}")
    assert ANSWER in await berta.hear(f"#{number}, {mia.name} answers:")
    await berta.peer.react(berta.room, berta.event["event_id"], "👍")
    await berta.hear(f"#{number} is closed")
    await mia.hear(f"#{number} is solved")
    assert mentor.count("would answer") == read, "nobody reads her words first any more"


async def test_one_person_on_two_networks(sig: Town, people: AsyncExitStack) -> None:
    """Vic claims on IRC and answers from Matrix, since both accounts said so; who has only the nick gets nothing."""
    community = sig.community
    vic, other, anna = await met(
        people, community.irc_volunteer("victor"), community.on_matrix_directly(), community.on_plain()
    )
    assert isinstance(vic, OnIrc)
    assert isinstance(other, OnMatrix)
    number = await opened(anna, unknown())
    await other.say(f"!claim {number}")
    await other.hear("role")
    directly = OnIrc(vic.peer, vic.desk)
    await directly.say("!link")
    code = re.search(r"!link (\S+) from", await directly.hear("from your other account"))
    assert code
    await other.say(f"!link {code[1].lower()}")
    await other.hear(f"The code is {vic.name}’s")
    await directly.hear(f"{other.name} (matrix:{other.peer.id}) wants to be one person with you")
    await directly.say("!link yes")
    await directly.hear("Noted")
    await other.say(f"!claim {number}")
    await other.hear("role")
    await other.say("!link yes")
    await other.hear("are one person now")
    await directly.hear("are one person now")

    await vic.say(f"!claim {number}")
    await vic.hear(f"#{number} is yours")
    await anna.hear(f"{vic.name} is looking at #{number}")
    await other.say(f"!answer {number} {ANSWER}")
    await other.hear(f"#{number} are on their way")
    assert ANSWER in await anna.hear(f"#{number},", "answers:")
    await anna.say("!yes")
    await anna.hear(f"#{number} is closed")

    # Somebody takes the nick, on the server and on the other network: neither is Vic.
    number = await opened(anna, unknown())
    account = vic.name
    await vic.peer.rename(f"{account}x")
    thief, far = await met(people, community.on_irc(name=account, room=community.sig_room), community.on_plain())
    assert isinstance(far, OnIrc)
    await far.peer.rename(account)
    for somebody in (thief, far):
        await somebody.say(f"!claim {number}")
        await somebody.hear("logged in")
        await somebody.say("!link yes")
        await somebody.hear("logged in")
    await directly.say(f"!claim {number}")
    await directly.hear(f"#{number} is yours")

    await directly.say(f"!unlink matrix:{other.peer.id}")
    await directly.hear("stands alone now")
    await other.hear("was parted from your other accounts")
    await other.say(f"!answer {number} {ANSWER}")
    await other.hear("role")
    await directly.say(f"!resolve {number} by phone")
    await anna.hear(f"#{number} is closed as solved")


async def test_an_incident_and_what_is_the_same(sig: Town, people: AsyncExitStack) -> None:
    """Askers on two networks, one in private: one line for whoever asks meanwhile, one answer for all, one end."""
    community = sig.community
    vera, far, anna, berta, carla = await met(
        people,
        community.irc_volunteer("vera"),
        community.matrix_volunteer("victor"),
        community.on_plain(),
        community.on_matrix_directly(),
        community.on_matrix(),
    )
    assert isinstance(vera, OnIrc)
    first = await opened(anna, unknown())
    secret = unknown()
    second = await opened(berta, secret)
    await vera.say("!incident new The badge printer in the cellar is dead")
    incident = number_in(await vera.hear("Incident", "badge printer"))
    await far.hear("Incident", "badge printer")
    await vera.say(f"!incident {incident} add {first} {second}")
    await vera.hear("their askers were told")
    await anna.hear(f"Your #{first} is part of something bigger")
    await berta.hear(f"Your #{second} is part of something bigger")
    await vera.say(f"!incident {incident} says A new one comes by noon.")
    await vera.hear("is told: A new one comes by noon.")
    await carla.say("why is the badge printer in the cellar dead?")
    third = number_in(await carla.hear("We know of this", "A new one comes by noon."))
    await vera.say(f"!answer {incident} {ANSWER}")
    for asker, number in ((anna, first), (berta, second), (carla, third)):
        assert ANSWER in await asker.hear(f"#{number}, {vera.name} answers:")
    await vera.say(f"!resolve {incident}")
    for asker, number in ((anna, first), (berta, second), (carla, third)):
        await asker.hear(f"#{number} is closed as solved")
    await carla.say(f"!no {third}")
    await carla.hear(f"#{third}")
    await vera.hear(f"#{third}", "not solved")
    await vera.say(f"!resolve {third} by phone")
    await carla.hear(f"#{third} is closed as solved")

    # The same with two tickets that are one; the private one goes on in the public one, its words do not.
    first = await opened(anna, unknown())
    second = await opened(berta, secret + " again")
    await vera.say(f"!merge {first} into {second}")
    await vera.hear("the other way round")
    await vera.say(f"!merge {second} into {first}")
    await vera.hear(f"#{second} goes on in #{first}")
    await berta.hear(f"the same as your #{second}")
    await vera.say(f"!answer {first} {ANSWER}")
    assert ANSWER in await anna.hear(f"#{first}, {vera.name} answers:")
    assert ANSWER in await berta.hear(f"#{second}, {vera.name} answers:")
    await vera.say(f"!resolve {first}")
    await anna.hear(f"#{first} is closed as solved")
    await berta.hear(f"#{second} is closed as solved")
    assert not any(secret in line or berta.name in line for line in vera.lines()), "what was asked in private stays so"


async def test_a_request_is_filled_in_on_two_networks(sig: Town, people: AsyncExitStack) -> None:
    """Begun on IRC, put aside, gone on with on Matrix by the same person, granted by the lead, delivered."""
    community = sig.community
    ivo, other, lead, vera = await met(
        people,
        community.on_irc(account=community.account("ivo")),
        community.on_matrix_directly(),
        community.on_irc(account=lea(sig), room=community.sig_room),
        community.irc_volunteer("vera"),
    )
    assert isinstance(other, OnMatrix)
    await ivo.say("!link")
    code = re.search(r"!link (\S+) from", await ivo.hear("from your other account"))
    assert code
    await other.say(f"!link {code[1]}")
    await other.hear("The code is")
    await ivo.hear("wants to be one person with you")
    await other.say("!link yes")
    await other.hear("Noted")
    await ivo.say("!link yes")
    await ivo.hear("are one person now")

    await ivo.say("!request mailing-list")
    await ivo.hear("(1/5)", "What should the list be called?")
    await ivo.say("Makers!")
    await ivo.hear("Use 2 to 40 small letters")
    await ivo.say("makers")
    await ivo.hear("(2/5)")
    await ivo.say("later")
    await ivo.hear("!request resume")
    await other.say("!request resume")
    await other.hear("(2/5)")
    await other.say("For those who make things")
    await other.hear("(3/5)")
    await other.say("back")
    await other.hear("(2/5)")
    await other.say("For all who make things")
    await other.hear("(3/5)")
    await other.say("ivo@example.org")
    await other.hear("(4/5)")
    await other.say("skip")
    await other.hear("(5/5)")
    await other.say("yes")
    assert "For all who make things" in await other.hear("makers", "Shall I send it?")
    await other.say("yes")
    number = number_in(await other.hear("Sent.", "#"))

    # Somebody has to agree before volunteers are offered it, and nobody agrees to their own.
    await lead.hear(f"#{number}", "asks for: mailing list; name: makers; purpose: For all who make things")
    await lead.hear("Do you agree?", f"!grant {number}")
    await vera.say(f"!grant {number}")
    await vera.hear("for others to say")
    await lead.say(f"!grant {number} gladly")
    await lead.hear(f"#{number} is granted")
    await other.hear(f"#{number} is granted", "gladly")
    await vera.say(f"!claim {number}")
    await vera.hear(f"#{number} is yours")
    await vera.say(f"!deliver {number} It is there: makers@lists.example.org")
    await vera.hear(f"The result of #{number} is on its way")
    await other.hear(f"#{number}", "is ready", "makers@lists.example.org")
    await ivo.say("!request status")
    await ivo.hear(f"#{number}", "delivered")


async def test_an_event_has_a_room_and_people_on_site(sig: Town, people: AsyncExitStack) -> None:
    community = sig.community
    hall = nick("#hall")
    lead, vera, anna = await met(
        people,
        community.on_irc(account=lea(sig), room=community.sig_room),
        community.irc_volunteer("vera"),
        community.on_irc(account=community.account("asker"), room=hall),
    )
    tomorrow = f"{datetime.now(UTC) + timedelta(hours=20):%Y-%m-%d %H:%M}"
    until = f"{datetime.now(UTC) + timedelta(hours=23):%Y-%m-%d %H:%M}"
    await lead.say(f"!event new Hack day · round table · c-base · {tomorrow} to {until} UTC · 20 people · contact lea")
    made = await lead.hear("is noted", "Hack day", "Its tag:")
    event, tag = re.findall(r"Event #(\d+).*Its tag: (\S+)", made)[0]
    await vera.say(f"!event room {event} irc:{hall}")
    await vera.hear("to change")
    await lead.say(f"!event room {event} irc:{hall}")
    await lead.hear(f"is a room of #{event}")
    await lead.say(f"!event start {event}")
    await lead.hear("is on now")
    await anna.hear("begins! Anything not working?")
    await vera.say(f"!here {tag} hall 2")
    await vera.hear("You are on duty at Hack day, hall 2")
    await lead.say(f"!event {event} roster")
    await lead.hear(vera.name, "hall 2")
    question = unknown()
    number = await opened(anna, question)
    await vera.hear(f"#{number}", question)
    await lead.say(f"!queue {tag}")
    await lead.hear(f"#{number}", question)
    await vera.say(f"!answer {number} {ANSWER}")
    assert ANSWER in await anna.hear(f"#{number}, {vera.name} answers:")
    await anna.say("!yes")
    await anna.hear(f"#{number} is closed")
    await lead.say(f"!event end {event}")
    await lead.hear(f"Event #{event} is over")
    await lead.say(f"!event digest {event}")
    await lead.hear("Hack day, afterwards")


async def test_who_is_on_duty_has_voice(sig: Town, people: AsyncExitStack) -> None:
    """It follows the account: who comes back has it again, who has only the nick has not."""
    community = sig.community
    desk, room = community.desk_nick, community.sig_room
    watch, vera = await met(people, community.on_irc(room=room), community.irc_volunteer("vera"))
    assert isinstance(watch, OnIrc)
    assert isinstance(vera, OnIrc)
    await vera.say("!duty on 2h")
    await vera.hear("You are on duty until")
    await watch.peer.expect(rf":{desk}!\S+ MODE {room} \+v :?{vera.name}")
    await vera.peer.quit()
    (thief,) = await met(people, community.on_irc(name=vera.name, room=room))
    await thief.say("!whoami")
    await thief.hear("a guest")
    assert isinstance(thief, OnIrc)
    await thief.peer.quit()
    (back,) = await met(people, community.irc_volunteer("vera"))
    await watch.peer.expect(rf":{desk}!\S+ MODE {room} \+v :?{vera.name}")
    await back.say("!duty off")
    await back.hear("You are off duty")
    await watch.peer.expect(rf":{desk}!\S+ MODE {room} -v :?{vera.name}")
    voiced = [line for line in watch.peer.heard if f"MODE {room} +v" in line]
    assert len(voiced) == 2, "the thief had none"
