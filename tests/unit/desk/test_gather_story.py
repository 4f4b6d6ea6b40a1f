"""Merged tickets and incidents through hub, store and outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from helpdesk.model import ChangeKind, TicketStatus
from tests.desk import Desk, config_for, running


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as opened:
        yield opened


async def ask(desk: Desk, number: int, words: str, by: str, *, network: str = "chat", direct: bool = False) -> None:
    desk[network].say(words if direct else f"helpdesk: {words}", by=by, direct=direct)
    await desk.says(network, "icket", f"#{number}")


async def status(desk: Desk, number: int) -> TicketStatus:
    await desk.quiet()
    ticket = await desk.reader.ticket(number)
    assert ticket is not None
    return ticket.status


async def kinds(desk: Desk, number: int) -> list[str]:
    await desk.quiet()
    return [change.kind.value for change in await desk.reader.history(number)]


async def test_the_askers_of_merged_tickets_hear_the_answer_where_they_asked_and_speak_into_it(desk: Desk) -> None:
    chat, other = desk["chat"], desk["other"]
    await ask(desk, 1, "the badge printer is dead", "anna")
    await ask(desk, 2, "mein Ausweis lässt sich nicht drücken", "bert", network="other", direct=True)
    chat.say("!claim 1", by="vera", room="#sig")
    await desk.says("chat", "vera is looking at #1")
    chat.say("!merge 2 into 1", by="vera", room="#sig")
    await desk.says("chat", "#2 goes on in #1")
    await desk.says("other", "dasselbe gefragt", "#2")
    assert await status(desk, 2) is TicketStatus.MERGED
    chat.say("!answer 1 It is switched on again.", by="vera", room="#sig")
    await desk.says("chat", "Ticket #1, vera answers: It is switched on again.")
    answer = await desk.says("other", "#2, vera antwortet: It is switched on again.")
    assert answer.receipt.room == "direct:bert"
    other.say("!status 2", by="bert", direct=True)
    await desk.says("other", "#2: vera")
    other.say("!no", by="bert", direct=True)
    await desk.says("chat", "#1 is not solved yet, says the asker")
    assert await status(desk, 1) is TicketStatus.CLAIMED
    other.say("!add 2 it prints white pages", by="bert", direct=True)
    await desk.says("chat", "The asker of #1 wrote more.")
    shown = await desk.says("other", "#1, bert writes: it prints white pages")
    assert shown.receipt.room == "#team"
    # What was said in private stays with the private ticket.
    assert "asker" in await kinds(desk, 2)
    assert "it prints white pages" not in [change.text for change in await desk.reader.history(1)]
    chat.say("!resolve 1", by="vera", room="#sig")
    await desk.says("chat", "Ticket #1 is closed as solved")
    await desk.says("other", "#2")
    assert await status(desk, 1) is TicketStatus.RESOLVED
    assert await kinds(desk, 2) == ["opened", "merged", "answer", "asker", "asker", "resolved"]


async def test_unmerged_it_is_with_whoever_has_the_other_one(desk: Desk) -> None:
    chat = desk["chat"]
    await ask(desk, 1, "the badge printer is dead", "anna")
    await ask(desk, 2, "the printer prints no badges", "bert")
    chat.say("!merge 2 1", by="vera", room="#sig")
    await desk.says("chat", "#2 goes on in #1")
    chat.say("!claim 2", by="vera", room="#sig")
    await desk.says("chat", "#2 is part of #1 now")
    chat.say("!claim 1", by="vera", room="#sig")
    await desk.says("chat", "vera is looking at #2")
    chat.say("!unmerge 2", by="vera", room="#sig")
    await desk.says("chat", "#2 stands by itself again")
    await desk.quiet()
    ticket = await desk.reader.ticket(2)
    assert ticket is not None
    assert ticket.status is TicketStatus.CLAIMED
    assert ticket.claimant_identity is not None
    assert ticket.claimant_identity.name == "vera"
    assert ticket.merged_into is None


async def test_who_takes_theirs_back_leaves_it_to_the_others(desk: Desk) -> None:
    chat = desk["chat"]
    await ask(desk, 1, "the badge printer is dead", "anna")
    await ask(desk, 2, "the printer prints no badges", "bert")
    await ask(desk, 3, "badges come out white", "carl")
    chat.say("!merge 3 2", by="vera", room="#sig")
    await desk.says("chat", "#3 goes on in #2")
    chat.say("!merge 2 1", by="vera", room="#sig")
    await desk.says("chat", "#2 goes on in #1")
    third = await desk.reader.ticket(3)
    assert third is not None
    assert third.merged_into == 1
    chat.say("!cancel 3", by="carl")
    await desk.says("chat", "#3 is cancelled")
    assert await status(desk, 1) is TicketStatus.OPEN
    assert await status(desk, 3) is TicketStatus.CANCELLED
    chat.say("!cancel 1", by="anna")
    await desk.says("chat", "#2 stands by itself again")
    assert await status(desk, 1) is TicketStatus.CANCELLED
    assert await status(desk, 2) is TicketStatus.OPEN


async def test_what_was_asked_in_public_is_never_part_of_what_was_asked_in_private(desk: Desk) -> None:
    chat = desk["chat"]
    await ask(desk, 1, "the badge printer is dead", "anna", direct=True)
    await ask(desk, 2, "the printer prints no badges", "bert")
    chat.say("!merge 2 into 1", by="vera", room="#sig")
    await desk.says("chat", "the other way round", "!merge 1 into 2")
    assert await status(desk, 2) is TicketStatus.OPEN


async def test_an_incident_answers_the_same_question_and_all_its_askers(desk: Desk) -> None:
    chat, other = desk["chat"], desk["other"]
    await ask(desk, 1, "the badge printer is dead", "anna")
    chat.say("!incident new The badge printer in hall 2 is down", by="vera", room="#sig")
    await desk.says("chat", "#2", "Incident: The badge printer in hall 2 is down")
    await desk.says("other", "#2", "Incident")
    chat.say("!incident 2 says We are getting another one until noon.", by="vera", room="#sig")
    await desk.says("chat", "Whoever asks the same", "until noon")
    chat.say("!incident 2 add 1", by="vera", room="#sig")
    await desk.says("chat", "Incident #2 gathers #1 now")
    await desk.says("chat", "Your #1 is part of something bigger", "until noon")
    chat.say("helpdesk: badge printer at hall 2 down?", by="bert")
    await desk.says("chat", "We know of this", "until noon", "#3")
    await desk.says("chat", "#2: bert asks the same (#3)")
    chat.say("helpdesk: is the badge printer in hall 2 still down?", by="bert")
    await desk.says("chat", "Still so", "#3")
    other.say("my badge is not printed, the badge printer in the hall is down", by="carl", direct=True)
    await desk.says("other", "We know of this", "#4")
    await desk.says("chat", "#2: somebody asks the same in private (#4)")
    chat.say("!queue", by="victor", room="#sig")
    await desk.says("chat", "One ticket waits")
    chat.say("!incident list", by="victor", room="#sig")
    await desk.says("chat", "#2", "3 tickets", "until noon")
    chat.say("!answer 2 The new one is there.", by="vera", room="#sig")
    await desk.says("chat", "Ticket #1, vera answers: The new one is there.")
    await desk.says("chat", "Ticket #3, vera answers: The new one is there.")
    answer = await desk.says("other", "Ticket #4, vera answers: The new one is there.")
    assert answer.receipt.room == "direct:carl"
    chat.say("!resolve 2", by="vera", room="#sig")
    await desk.says("chat", "Ticket #1 is closed")
    await desk.says("chat", "Ticket #3 is closed")
    await desk.says("other", "Ticket #4 is closed")
    for number in (1, 2, 3, 4):
        assert await status(desk, number) is TicketStatus.RESOLVED
    # Over: the next one who asks is asked about by people again.
    chat.say("helpdesk: badge printer at hall 2 down?", by="dora")
    await desk.says("chat", "#5", "I don’t know")
    # Whom it did not help has something else.
    chat.say("!no", by="bert")
    await desk.says("chat", "#3", "bert on chat asks")
    third = await desk.reader.ticket(3)
    assert third is not None
    assert (third.status, third.incident) == (TicketStatus.OPEN, None)
    assert await status(desk, 1) is TicketStatus.RESOLVED
    assert ChangeKind.GATHERED in [change.kind for change in await desk.reader.history(3)]


async def test_who_asked_something_else_gets_a_person(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("!incident new The badge printer in hall 2 is down", by="vera", room="#sig")
    await desk.says("chat", "#1", "Incident")
    chat.say("helpdesk: my badge for hall 2 is down at the printer", by="bert")
    await desk.says("chat", "working on it", "#2")
    chat.say("!human", by="bert")
    await desk.says("chat", "A person looks at #2 by itself")
    await desk.says("chat", "#2", "bert on chat asks")
    chat.say("!next", by="victor", room="#sig")
    await desk.says("chat", "#2 is yours")


async def test_words_of_a_merged_tickets_asker_open_a_closed_one_again_and_the_clock_runs(desk: Desk) -> None:
    chat, other = desk["chat"], desk["other"]
    await ask(desk, 1, "the badge printer is dead", "anna")
    await ask(desk, 2, "no badges today?", "bert")
    await ask(desk, 3, "my badge is white", "carl", network="other", direct=True)
    for merged in (2, 3):
        chat.say(f"!merge {merged} into 1", by="vera", room="#sig")
        await desk.says("chat", f"#{merged} goes on in #1")
    chat.say("!resolve 1", by="vera", room="#sig")
    await desk.says("chat", "Ticket #2 is closed as solved")
    assert await status(desk, 1) is TicketStatus.RESOLVED
    chat.say("!add 2 it is dead again", by="bert")
    await desk.says("chat", "#1, bert writes: it is dead again")
    assert await status(desk, 1) is TicketStatus.OPEN
    first = await desk.reader.ticket(1)
    assert first is not None
    assert first.waits_since is not None, "its asker waits, as if they had said it to #1"
    chat.say("!answer 1 Try now.", by="vera", room="#sig")
    await desk.says("chat", "Ticket #2, vera answers: Try now.")
    answered = await desk.reader.ticket(1)
    assert answered is not None
    assert answered.waits_since is None
    other.say("!add 3 still white", by="carl", direct=True)
    await desk.says("chat", "The asker of #1 wrote more.")
    assert await status(desk, 1) is TicketStatus.CLAIMED
    again = await desk.reader.ticket(1)
    assert again is not None
    assert again.waits_since is not None, "also when the words stay with the private ticket"
    third = await desk.reader.ticket(3)
    assert third is not None
    assert (third.status, third.waits_since) == (TicketStatus.MERGED, None)


@pytest.mark.parametrize("says_yes", ["anna", "bert"])
async def test_one_askers_yes_is_told_to_the_others_who_may_say_no(desk: Desk, says_yes: str) -> None:
    chat = desk["chat"]
    numbers = {"anna": 1, "bert": 2, "carl": 3}
    await ask(desk, 1, "the badge printer is dead", "anna")
    await ask(desk, 2, "no badges today?", "bert")
    await ask(desk, 3, "my badge is white", "carl")
    for merged in (2, 3):
        chat.say(f"!merge {merged} into 1", by="vera", room="#sig")
        await desk.says("chat", f"#{merged} goes on in #1")
    chat.say("!answer 1 Try now.", by="vera", room="#sig")
    await desk.says("chat", "Ticket #3, vera answers: Try now.")
    chat.say(f"!yes {numbers.pop(says_yes)}", by=says_yes)
    await desk.says("chat", "Glad it helped!")
    for number in numbers.values():
        told = await desk.says("chat", "Somebody who asked the same", f"#{number}", f"!no {number}")
        assert says_yes not in told.text
    await desk.quiet()
    assert sum("Somebody who asked the same" in sent.text for sent in chat.sent) == 2
    assert await status(desk, 1) is TicketStatus.RESOLVED
    chat.say("!no 3", by="carl")
    await desk.says("chat", "Sorry", "#3")
    assert await status(desk, 1) is TicketStatus.CLAIMED
