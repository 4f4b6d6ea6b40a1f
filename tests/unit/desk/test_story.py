"""The desk's main story through hub, store and outbox, on networks in memory."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bridges.events import EventId, PersonId, PersonSeen, React, Reacted, Room, RoomId, Sender, SendMessage
from bridges.memory import Sent
from helpdesk.model import TicketStatus
from tests.desk import Desk, ScriptedKb, config_for, running


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as found:
        yield found


async def test_a_question_is_answered_with_its_source_and_goes_on(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: how do I get a mailing list?")
    answer = await desk.says("chat", "Ask the desk for a list.", "http://kb/list", "!more")
    chat.say("!more")
    rest = await desk.says("chat", "1. Choose a name.\n2. Wait a day.\nThat was all")
    assert isinstance(rest.action, SendMessage)
    assert rest.action.thread == answer.receipt.messages[0]
    chat.say("!more")
    await desk.says("chat", "That was all I have", "http://kb/list")
    chat.say("!yes")
    await desk.says("chat", "Glad it helped")


async def test_alone_with_the_desk_an_answer_goes_on_portion_by_portion(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("how do I get a mailing list?", direct=True)
    await desk.says("chat", "Ask the desk for a list.", "!more")
    chat.say("more", direct=True)
    await desk.says("chat", "Choose a name", "!more")
    chat.say("more", direct=True)
    await desk.says("chat", "Wait a day", "That was all")


async def test_a_follow_up_is_put_with_what_went_before_and_so_is_the_one_after_it(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: how do I get a mailing list?")
    first = await desk.says("chat", "Ask the desk for a list.")
    chat.say("helpdesk: and for a project?")
    await desk.says("chat", "Ask the desk for a list.")
    chat.say("helpdesk: and for two?")
    await desk.says("chat", "Ask the desk for a list.")
    chat.say("helpdesk: and for three?", by="bert")
    await desk.says("chat", "I don’t know")
    chat.say("helpdesk: and for three?", room="#sig")
    await desk.says("chat", "I don’t know")
    chat.say("helpdesk: and in the thread?", thread=first.receipt.messages[0])
    await desk.says("chat", "Ask the desk for a list.")


async def test_a_follow_up_that_a_crash_interrupted_is_put_again_with_what_went_before(tmp_path: Path) -> None:
    class Stuck(ScriptedKb):
        def answer(self, question: str, **more: Any) -> Any:
            if question.startswith("and "):
                started.set()
                stopped.wait(10)
            return super().answer(question, **more)

    started, stopped = threading.Event(), threading.Event()
    url = f"sqlite:///{tmp_path}/desk.db"
    async with running(config_for(tmp_path), url, kb=Stuck()) as desk:
        desk["chat"].say("helpdesk: how do I get a mailing list?")
        await desk.says("chat", "Ask the desk for a list.")
        desk["chat"].say("helpdesk: and for a project?")
        desk["chat"].say("!search wiki")
        await asyncio.to_thread(started.wait, 10)
        await desk.says("chat", "The wiki")
        await desk.close()
        stopped.set()
    async with running(config_for(tmp_path), url) as desk:
        await desk.says("chat", "Ask the desk for a list.")


async def test_small_talk_never_becomes_a_ticket(desk: Desk) -> None:
    chat = desk["chat"]
    for words in ("lol", "ok", "brb", "🎈🎉", "??", "bye", "danke!", "can I ask something?", "AND OR", "!ask hi all"):
        chat.say(words, direct=True)
    await desk.says("chat", "Hello!")
    await desk.quiet()
    assert [sent.text.split(" ")[0] for sent in chat.sent] == ["I", "Bye,", "Gern", "I’m", "I", "Hello!"]
    assert await desk.reader.queue() == ()


async def test_a_yes_answers_the_volunteer_who_asked_back(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: my badge is broken")
    await desk.says("chat", "badge is broken")
    for words in ("yes", "2", "ok"):
        chat.say("!ask-back 1 Is it blue?", by="vera", room="#sig")
        await desk.says("chat", "vera asks")
        chat.say(f"helpdesk: {words}")
        await desk.says("chat", "Passed on")
    assert [c.text for c in await desk.reader.history(1) if c.kind == "asker"] == ["yes", "2", "ok"]


async def test_the_desk_speaks_the_language_it_is_asked_in_and_remembers_it(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: wo ist der Schlüssel?")
    await desk.says("chat", "Das weiß ich nicht", "#1")
    chat.say("!status")
    await desk.says("chat", "#1: waiting")
    chat.say("helpdesk: eine Mailingliste für uns?")
    await desk.says("chat", "Hat das geholfen?")
    chat.say("!status")
    await desk.says("chat", "#1: ", "wartet")
    chat.say("helpdesk: hi")
    await desk.says("chat", "Hallo!")
    chat.say("helpdesk: where is the mailing list?")
    await desk.says("chat", "Did that help?")


async def test_words_are_looked_up_and_never_become_a_ticket(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: how do I get a mailing list?")
    await desk.says("chat", "Ask the desk for a list.")
    chat.say("!search i")
    await desk.says("chat", "Found for “i”:", "Request a mailing list (http://kb/list)", "The wiki (http://kb/wiki)")
    chat.say("!search mialing")
    await desk.says("chat", "Nothing found for “mialing”", "!search mailing?")
    chat.say("!search nothing")
    await desk.says("chat", "Nothing found for “nothing”. Try other words")
    chat.say("!search")
    await desk.says("chat", "!search words")
    chat.say("!yes")
    await desk.says("chat", "Glad it helped")
    assert await desk.reader.queue() == ()


async def test_what_people_say_to_each_other_is_none_of_its_business(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("how do I get a mailing list?")
    chat.say("!seen vera")
    chat.say("helpdesk is great")
    chat.say("helpdesk: how do I get a mailing list?", style="notice")
    chat.say("!status", by="bert")
    await desk.says("chat", "no open ticket")
    assert len(chat.sent) == 1


async def test_what_it_does_not_know_becomes_a_ticket_that_a_volunteer_elsewhere_answers(desk: Desk) -> None:
    chat, other = desk["chat"], desk["other"]
    chat.say("helpdesk: my badge is broken")
    await desk.says("chat", "I don’t know", "#1")
    await desk.says("chat", "#1", "anna on chat asks: my badge is broken")
    await desk.says("other", "#1", "!claim 1")
    other.say("!claim 1", by="olga", room="#team")
    await desk.says("chat", "#1 is with olga now")
    await desk.says("chat", "olga is looking at #1")
    await desk.says("other", "#1 is yours", "my badge is broken")
    chat.say("!claim 1", by="vera", room="#sig")
    await desk.says("chat", "olga has #1")
    other.say("!answer 1 Come to the desk on Monday.", by="olga", room="#team")
    await desk.says("other", "on their way")
    answer = await desk.says("chat", "olga answers: Come to the desk on Monday.")
    assert isinstance(answer.action, SendMessage)
    assert answer.action.addressed == Sender(PersonId("anna"), "anna", authenticated=True)
    chat.say("!yes")
    await desk.says("chat", "#1", "solved")
    await desk.says("chat", "Glad it helped", "#1")
    ticket = await desk.reader.ticket(1)
    assert ticket is not None
    assert ticket.status is TicketStatus.RESOLVED


async def test_no_opens_a_ticket_and_human_always_works(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("!ask how do I get a mailing list?")
    await desk.says("chat", "Ask the desk")
    chat.say("!no")
    await desk.says("chat", "Sorry", "#1")
    await desk.says("chat", "anna on chat asks: how do I get a mailing list?")
    chat.say("!human the door is locked", by="bert")
    await desk.says("chat", "A person will look", "#2")
    await desk.says("chat", "#2", "the door is locked")
    chat.say("!human", by="carl")
    await desk.says("chat", "What is it about?")
    chat.say("!status")
    await desk.says("chat", "#1: waiting for a volunteer")
    chat.say("!cancel")
    await desk.says("chat", "#1 was cancelled")
    await desk.says("chat", "#1 is cancelled")


async def test_a_private_question_is_told_only_to_those_who_work_on_it(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("my badge says Anna Secret", direct=True)
    await desk.says("chat", "#1")
    await desk.says("chat", "private page", "http://help.example/t/")
    public = await desk.says("chat", "#1", "asked in private")
    assert "Secret" not in public.text
    await desk.says("other", "Anna Secret")
    chat.say("!claim 1", by="vera", room="#sig")
    await desk.says("other", "with vera")
    await desk.says("chat", "vera is looking")
    public = await desk.says("chat", "#1 is yours")
    assert "Secret" not in public.text
    direct = await desk.says("chat", "Anna Secret")
    assert direct.receipt.room == "direct:vera"
    chat.say("!show 1", by="victor", room="#sig")
    shown = await desk.says("chat", "in private")
    assert "Secret" not in shown.text


async def test_words_in_the_tickets_thread_go_to_the_asker_and_are_marked(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: my badge is broken")
    await desk.says("chat", "#1")
    announced = await desk.says("chat", "badge is broken")
    root = announced.receipt.messages[0]
    chat.say("!claim", by="vera", room="#sig", thread=root)
    await desk.says("chat", "vera is looking")
    claimed = await desk.says("chat", "#1 is yours")
    assert isinstance(claimed.action, SendMessage)
    assert claimed.action.thread == root
    chat.say("// she was here yesterday", by="vera", room="#sig", thread=root)
    chat.say("I know her", by="victor", room="#sig", thread=root)
    said = chat.say("Come to the desk.", by="vera", room="#sig", thread=root)
    await desk.says("chat", "vera answers: Come to the desk.")
    mark = await desk.says("chat", "✅")
    assert mark.action == React(RoomId("#sig"), said.message, "✅")
    await desk.quiet()
    kinds = [(change.kind, change.text) for change in await desk.reader.history(1)]
    assert kinds == [
        ("opened", "my badge is broken"),
        ("claimed", ""),
        ("note", "she was here yesterday"),
        ("note", "I know her"),
        ("answer", "Come to the desk."),
    ]


async def test_the_answer_waits_for_who_is_away_and_the_volunteers_hear_of_it(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: my badge is broken")
    await desk.says("chat", "#1")
    await desk.says("chat", "badge is broken")
    chat.away.add(PersonId("anna"))
    chat.say("!answer 1 Come by.", by="vera", room="#sig")
    await desk.says("chat", "on their way")
    await desk.says("chat", "anna is away")
    chat.away.clear()
    chat.emit(PersonSeen("chat", desk.clock(), Sender(PersonId("anna"), "anna", authenticated=True)))
    await desk.says("chat", "vera answers: Come by.")


async def test_the_answer_finds_who_left_the_room_and_is_still_there(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: my badge is broken")
    await desk.says("chat", "badge is broken")
    chat.elsewhere.add((PersonId("anna"), RoomId("#help")))
    chat.say("!answer 1 Come by.", by="vera", room="#sig")
    answer = await desk.says("chat", "vera answers: Come by.")
    assert answer.receipt.room == "direct:anna"


async def test_words_from_an_encrypted_room_wait_until_their_asker_knows_who_reads_them(desk: Desk) -> None:
    chat = desk["chat"]
    chat.away.add(PersonId("anna"))
    chat.say("helpdesk: my badge is broken", encrypted=True)
    await desk.says("chat", "Your ticket is #1")
    await desk.says("other", "#1", "asked in private")
    await desk.quiet()
    assert not any("badge" in sent.text for name in ("chat", "other") for sent in desk[name].sent)
    chat.away.clear()
    chat.emit(PersonSeen("chat", desk.clock(), Sender(PersonId("anna"), "anna", authenticated=True)))
    await desk.says("chat", "this room is encrypted")
    await desk.says("other", "my badge is broken")
    await desk.says("chat", "asked in private")


async def test_who_cannot_be_told_who_reads_has_a_ticket_without_words(desk: Desk) -> None:
    chat = desk["chat"]
    chat.gone.add(PersonId("anna"))
    chat.say("helpdesk: my badge is broken", encrypted=True)
    await desk.says("other", "#1", "asked in private")
    await desk.quiet()
    assert not any("badge" in sent.text for name in ("chat", "other") for sent in desk[name].sent)


async def test_a_guest_who_left_is_told_nothing_and_the_volunteers_know(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: my badge is broken", by="guest-1", authenticated=False)
    await desk.says("chat", "#1")
    link = await desk.says("chat", "private page")
    await desk.says("chat", "badge is broken")
    chat.gone.add(PersonId("guest-1"))
    chat.say("!answer 1 Come by.", by="vera", room="#sig")
    await desk.says("chat", "on their way")
    await desk.says("chat", "can’t be delivered", "private page")
    found = await desk.reader.ticket_by_token(link.text.split("/t/")[1].split(" ")[0])
    assert found is not None
    assert found.number == 1
    assert [c.text for c in await desk.reader.history(1) if c.kind == "answer"] == ["Come by."]


async def test_asked_back_the_next_words_belong_to_the_ticket(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("my badge is broken", direct=True)
    for _ in range(3):
        await desk.says("chat", "#1")
    chat.say("!ask-back 1 which badge?", by="vera", room="#sig")
    await desk.says("chat", "on their way")
    await desk.says("chat", "vera asks: which badge?")
    chat.say("the blue one, how do I get a mailing list?", direct=True)
    await desk.says("chat", "The asker of #1 wrote more")
    await desk.says("chat", "Passed on")
    await desk.says("other", "#1")
    assert [c.text for c in await desk.reader.history(1) if c.kind == "asker"] == [
        "the blue one, how do I get a mailing list?"
    ]


async def test_a_thumb_is_a_yes_or_a_no_from_the_asker_only(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: how do I get a mailing list?")
    answer = await desk.says("chat", "Ask the desk")
    room = Room(RoomId("#help"), "#help")
    for number, name in enumerate(("bert", "anna")):
        sender = Sender(PersonId(name), name, authenticated=True)
        chat.emit(Reacted("chat", f"r{number}", desk.clock(), room, sender, answer.receipt.messages[0], "👎🏽"))  # type: ignore[arg-type]
    await desk.says("chat", "Sorry", "#1")


async def test_suggestions_are_picked_by_number(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("where is the wiki?", direct=True)
    await desk.says("chat", "1) The wiki", "2) Request a mailing list")
    chat.say("3", direct=True)
    await desk.says("chat", "from 1 to 2")
    chat.say("2", direct=True)
    await desk.says("chat", "Ask the desk for a list.", "http://kb/list", "!yes")


async def test_suggestions_are_picked_by_reaction_and_picked_again(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: where is the wiki?")
    offered = await desk.says("chat", "1) The wiki", "2) Request a mailing list")
    room = Room(RoomId("#help"), "#help")

    def reacts(key: str, by: str = "anna", target: Sent = offered) -> None:
        sender = Sender(PersonId(by), by, authenticated=True)
        number = next(numbers)
        chat.emit(Reacted("chat", EventId(f"r{number}"), desk.clock(), room, sender, target.receipt.messages[0], key))

    numbers = itertools.count()
    reacts("1️⃣", by="bert")
    reacts("4️⃣")
    await desk.says("chat", "from 1 to 2")
    reacts("1️⃣")
    answer = await desk.says("chat", "Read and write in the wiki.")
    reacts("2\u20e3")
    await desk.says("chat", "Ask the desk for a list.", "!more")
    chat.say("!more")
    await desk.says("chat", "Then wait.", "That was all")
    reacts("👎")
    await desk.says("chat", "Sorry", "#1")
    reacts("1️⃣", target=answer)
    await desk.says("chat", "That is ticket #1 already")


async def test_rights_follow_the_authenticated_identity_only(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("!queue", by="vera", room="#sig", authenticated=False)
    await desk.says("chat", "logged in")
    chat.say("!queue", by="anna")
    await desk.says("chat", "volunteer")
    chat.say("!sig add chat:anna", by="vera", room="#sig")
    await desk.says("chat", "lead")
    chat.say("!sig add anna", by="lea", room="#sig")
    await desk.says("chat", "anna is a solo volunteer now")
    chat.say("!queue", by="anna")
    await desk.says("chat", "Nothing waits")
    chat.say("!sig", by="anna")
    await desk.says("chat", "lead: lea (chat)", "anna (chat)")


async def test_secrets_are_masked_and_the_asker_is_warned(desk: Desk) -> None:
    desk["chat"].say("helpdesk: my badge is broken, the password is hunter22")
    warned = await desk.says("chat", "blanked")
    assert warned.receipt.room == "direct:anna"
    await desk.says("chat", "#1")
    announced = await desk.says("chat", "badge")
    assert "hunter22" not in announced.text
    ticket = await desk.reader.ticket(1)
    assert ticket is not None
    assert "hunter22" not in ticket.text


async def test_the_volunteers_rooms_are_not_flooded_by_one_asker(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("!human my badge is broken", direct=True)
    await desk.says("chat", "#1")
    allowed = desk.config.limits.questions_per_person * 3 - 1
    for number in range(allowed):
        chat.say(f"!add more {number}", direct=True)
    chat.say("!add too much", direct=True)
    await desk.says("chat", "a lot at once")
    await desk.quiet()
    assert len([change for change in await desk.reader.history(1) if change.kind == "asker"]) == allowed


async def test_linked_rooms_read_as_one(tmp_path: Path) -> None:
    config = config_for(tmp_path, links=[{"rooms": ["chat:#help", "other:#help"]}])
    async with running(config, f"sqlite:///{tmp_path}/desk.db") as desk:
        desk["chat"].say("hello all")
        relayed = await desk.says("other", "hello all")
        assert isinstance(relayed.action, SendMessage)
        assert relayed.action.attribution is not None
        assert relayed.action.attribution.name == "anna"
        desk["other"].say("helpdesk: how do I get a mailing list?", by="olga")
        await desk.says("chat", "how do I get")
        await desk.says("chat", "o\u2060lga: Ask the desk")


async def test_a_restart_remembers_what_was_asked_and_promised(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    async with running(config_for(tmp_path), url) as desk:
        heard = desk["chat"].say("helpdesk: my badge is broken")
        await desk.says("chat", "#1")
        await desk.says("chat", "badge is broken")
        desk["chat"].away.add(PersonId("anna"))
        desk["chat"].say("!answer 1 Come by.", by="vera", room="#sig")
        await desk.says("chat", "on their way")
        await desk.says("chat", "is away")
        await desk.quiet()
    async with running(config_for(tmp_path), url) as desk:
        desk["chat"].emit(heard)
        desk["chat"].emit(PersonSeen("chat", desk.clock(), Sender(PersonId("anna"), "anna", authenticated=True)))
        await desk.says("chat", "vera answers: Come by.")
        await desk.quiet()
        assert len(desk["chat"].sent) == 1
        assert len(await desk.reader.queue()) == 1
