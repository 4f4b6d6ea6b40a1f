"""People of the SIG through hub, store and outbox: joining, learning with a mentor, resting, being one on two networks."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpdesk.model import TicketStatus
from tests.desk import Desk, config_for, running


@dataclass
class Clock:
    """Time that passes when told to."""

    at: datetime = datetime(2026, 1, 5, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[Desk]:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db", clock=clock) as found:
        yield found


async def pass_time(desk: Desk, clock: Clock, length: timedelta) -> None:
    await desk.quiet()
    clock.at += length
    desk.timers.wake()


async def learner(desk: Desk) -> None:
    """Paula is a pair, and vera is her mentor."""
    desk["chat"].say("hello there", by="vera", room="#sig")
    desk["chat"].say("!whoami", by="vera", room="#sig")
    await desk.says("chat", "You are vera")
    desk["chat"].say("!sig join skills: wiki, irc · tz=berlin · hours: mon-fri 18-22", by="paula")
    await desk.says("chat", "Leads: !sig approve chat:paula")
    await desk.says("chat", "Thank you! The leads hear of it")
    desk["chat"].say("!sig approve paula pair mentor @vera", by="lea", room="#sig")
    await desk.says("chat", "Welcome to the SIG!", "vera reads it before")


async def test_a_pairs_words_reach_the_asker_when_the_mentor_sends_them(desk: Desk) -> None:
    chat, other = desk["chat"], desk["other"]
    await learner(desk)
    chat.say("helpdesk: my badge is broken")
    await desk.says("other", "#1", "my badge is broken")
    chat.say("!answer 1 Come on Monday.", by="paula", room="#sig")
    await desk.says("chat", "paula is looking at #1")
    await desk.says("chat", "vera reads your words for #1 first")
    asked = await desk.says("chat", "paula would answer: Come on Monday.", "!approve 1")
    direct = await desk.says("chat", "paula would answer: Come on Monday.")
    assert {asked.receipt.room, direct.receipt.room} == {"#sig", "direct:vera"}
    other.say("!drafts", by="olga", room="#team")
    await desk.says("other", "#1 paula: Come on Monday.")
    chat.say("!approve 1", by="paula", room="#sig")
    await desk.says("chat", "“approve” is not for everybody")
    assert not [sent for sent in chat.sent if "paula answers" in sent.text]
    chat.say("!approve 1", by="vera", room="#sig")
    await desk.says("chat", "paula answers: Come on Monday.")
    await desk.says("chat", "vera sent your words for #1 as they are")
    await desk.quiet()
    assert [change.kind for change in await desk.reader.history(1)][-3:] == ["draft", "approved", "answer"]
    assert (await desk.reader.history(1))[-1].actor_name == "paula"


async def test_in_the_tickets_thread_a_pair_writes_and_the_mentor_gives_back_and_sends(desk: Desk) -> None:
    chat = desk["chat"]
    await learner(desk)
    chat.say("helpdesk: my badge is broken")
    announced = await desk.says("chat", "anna on chat asks: my badge is broken")
    root = announced.receipt.messages[0]
    chat.say("!claim", by="paula", room="#sig", thread=root)
    await desk.says("chat", "#1 is yours")
    said = chat.say("Come sometime.", by="paula", room="#sig", thread=root)
    await desk.says("chat", "paula would answer: Come sometime.")
    chat.say("!return when is that?", by="victor", room="#sig", thread=root)
    await desk.says("chat", "victor gives your words for #1 back to you: when is that?", "Come sometime.")
    chat.say("!approve", by="vera", room="#sig", thread=root)
    await desk.says("chat", "Nothing waits for a mentor on #1")
    said = chat.say("Come on Monday.", by="paula", room="#sig", thread=root)
    chat.say("!approve Come on Monday, please.", by="vera", room="#sig", thread=root)
    await desk.says("chat", "paula answers: Come on Monday, please.")
    await desk.says("chat", "put like this: Come on Monday, please.")
    mark = await desk.says("chat", "✅")
    assert getattr(mark.action, "target", None) == said.message


async def test_a_draft_that_nobody_reads_is_offered_to_others(desk: Desk, clock: Clock) -> None:
    chat = desk["chat"]
    await learner(desk)
    desk["other"].say("!whoami", by="olga", room="#team")
    chat.say("!human my badge is broken", direct=True)
    await desk.says("other", "#1", "my badge is broken")
    chat.say("!answer 1 The blue one is Anna Secret’s.", by="paula", direct=True)
    room = await desk.says("chat", "#1", "a mentor is to read them")
    assert "Secret" not in room.text
    await desk.says("chat", "paula would answer: The blue one is Anna Secret’s.")
    await pass_time(desk, clock, timedelta(hours=2, minutes=1))
    await desk.says("chat", "#1", "still wait for a mentor. !drafts 1")
    direct = await desk.says("other", "still wait for a mentor: The blue one")
    assert direct.receipt.room in ("#team", "direct:olga")
    await desk.quiet()
    assert not [sent for sent in chat.sent if sent.receipt.room == "#sig" and "Secret" in sent.text]


async def test_a_break_hands_everything_over_and_ends_by_itself(desk: Desk, clock: Clock) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: my badge is broken")
    await desk.says("other", "#1")
    chat.say("!claim 1", by="vera", room="#sig")
    await desk.says("chat", "#1 is yours")
    chat.say("!break 2w walking", by="vera", room="#sig")
    await desk.says("other", "vera gave #1 back; it is open again.")
    await desk.says("chat", "Enjoy your break! Your ticket is open for others.", "until 2026-01-19 12:00 UTC")
    ticket = await desk.reader.ticket(1)
    assert ticket is not None
    assert (ticket.status, ticket.claimant) == (TicketStatus.OPEN, None)
    chat.say("!sig show vera", by="victor", room="#sig")
    await desk.says("chat", "on a break until 2026-01-19 12:00 UTC")
    await pass_time(desk, clock, timedelta(days=14, minutes=1))
    await desk.says("chat", "Your break is over")
    chat.say("!sig show vera", by="victor", room="#sig")
    await desk.says("chat", "vera (chat:vera): solo volunteer, active")


async def test_the_shifts_of_a_break_look_for_somebody_else(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("!duty add thu 18:00-20:00", by="vera", room="#sig")
    await desk.says("chat", "on the rota, every week")
    chat.say("!break 1w", by="vera", room="#sig")
    await desk.says("chat", "Enjoy your break!")
    await desk.says("other", "Thu 2026-01-08 18:00–20:00")


async def test_a_mentored_reply_and_citation_wait_like_an_answer(desk: Desk) -> None:
    chat = desk["chat"]
    await learner(desk)
    chat.say("helpdesk: my badge is broken")
    await desk.says("other", "#1", "my badge is broken")
    chat.say("!reply 1 Come on Monday.", by="paula", room="#sig")
    await desk.says("chat", "vera reads your words for #1 first")
    await desk.quiet()
    assert not [sent for sent in chat.sent if "paula answers" in sent.text]
    ticket = await desk.reader.ticket(1)
    assert ticket is not None
    assert ticket.lease_until is None


async def test_who_leaves_has_no_rights_any_more_and_may_come_back(desk: Desk) -> None:
    chat = desk["chat"]
    await learner(desk)
    chat.say("!sig leave", by="paula", direct=True)
    await desk.says("chat", "Thank you for everything!")
    await desk.says("chat", "paula has left the SIG")
    chat.say("!queue", by="paula", direct=True)
    await desk.says("chat", "“queue” is not for everybody")
    chat.say("!sig join", by="paula", direct=True)
    await desk.says("chat", "Thank you! The leads hear of it")


async def test_two_accounts_become_one_person_when_both_agree(desk: Desk) -> None:
    chat, other = desk["chat"], desk["other"]
    chat.say("!claim 1", by="vera", room="#sig")
    await desk.says("chat", "There is no ticket #1")
    other.say("!human my badge is broken", by="vreni")
    await desk.says("other", "#1", "my badge is broken")
    await desk.says("other", "A person will look", "#1")
    chat.say("!link", by="vera", direct=True)
    told = await desk.says("chat", "from your other account")
    code = re.search(r"!link (\S+)", told.text)
    assert code
    other.say(f"!link {code[1].lower()}", by="vreni", direct=True)
    await desk.says("other", "The code is vera’s (chat:vera)")
    await desk.says("chat", "vreni (other:vreni) wants to be one person with you")
    other.say("!queue", by="vreni", direct=True)
    await desk.says("other", "“queue” is not for everybody")
    other.say("!link yes", by="vreni", direct=True)
    await desk.says("other", "Now !link yes as vera")
    chat.say("!link yes", by="vera", direct=True)
    await desk.says("other", "You and vera (chat:vera) are one person now")
    await desk.says("chat", "You and vreni (other:vreni) are one person now")
    other.say("!queue", by="vreni", direct=True)
    await desk.says("other", "One ticket waits")
    chat.say("!status", by="vera", direct=True)
    await desk.says("chat", "#1: waiting for a volunteer")
    other.say("!whoami", by="vreni", direct=True)
    await desk.says("other", "solo volunteer", "chat:vera, other:vreni")
    other.say("!unlink chat:vera", by="vreni", direct=True)
    await desk.says("other", "chat:vera stands alone now")
    other.say("!queue", by="vreni", direct=True)
    await desk.says("other", "“queue” is not for everybody")
    chat.say("!status", by="vera", direct=True)
    await desk.says("chat", "no open ticket")
    other.say("!status", by="vreni", direct=True)
    await desk.says("other", "#1: waiting")


async def test_a_stolen_nick_and_a_phished_code_get_nothing(desk: Desk) -> None:
    chat, other = desk["chat"], desk["other"]
    chat.say("!link", by="vera", authenticated=False, direct=True)
    await desk.says("chat", "only join accounts that are logged in")
    chat.say("!link", by="vera", direct=True)
    told = await desk.says("chat", "from your other account")
    code = re.search(r"!link (\S+)", told.text)
    assert code
    other.say(f"!link {code[1]}", by="mallory", direct=True)
    await desk.says("other", "The code is vera’s")
    other.say("!link yes", by="mallory", direct=True)
    await desk.says("other", "Now !link yes as vera")
    other.say("!queue", by="mallory", direct=True)
    await desk.says("other", "“queue” is not for everybody")
    await desk.says("chat", "mallory (other:mallory) wants to be one person with you")
    chat.say("!link no", by="vera", direct=True)
    await desk.says("other", "said no; nothing was joined")
    other.say("!link yes", by="mallory", direct=True)
    await desk.says("other", "Nothing waits for a yes")


async def test_a_code_is_void_after_ten_minutes_and_cannot_be_guessed(desk: Desk, clock: Clock) -> None:
    chat, other = desk["chat"], desk["other"]
    chat.say("!link", by="vera", direct=True)
    told = await desk.says("chat", "from your other account")
    code = re.search(r"!link (\S+)", told.text)
    assert code
    await pass_time(desk, clock, timedelta(minutes=10))
    other.say(f"!link {code[1]}", by="vreni", direct=True)
    await desk.says("other", "I don’t know that code, or its time is over")
    for number in range(7):
        other.say(f"!link ABCDE-FGHJ{number + 2}", by="vreni", direct=True)
        await desk.says("other", "I don’t know that code")
    other.say("!link ABCDE-FGHJ2", by="vreni", direct=True)
    await desk.says("other", "That was too often")
