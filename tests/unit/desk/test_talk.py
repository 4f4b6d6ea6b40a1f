"""Words in a ticket's thread, in reply, and between linked rooms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from helpdesk.config import ConfigError
from helpdesk.effects import Ask, Record, Reply, Say, SetStatus
from helpdesk.model import ChangeKind, TicketStatus
from tests.desk import config_for
from tests.unit.desk.making import (
    ANNA,
    BERT,
    DIRECT,
    GUEST,
    VERA,
    VICTOR,
    hear,
    of,
    one,
    replies,
    said,
    ticket,
    told,
    words,
)

CLAIMED = ticket(TicketStatus.CLAIMED, VERA)


def in_thread(text: str, who, room: str = "#sig", found=CLAIMED, *, addressed: bool = False, **view):
    event = said(text, who, room, thread="root", addressed=addressed)
    return hear(event, person=who, ticket=found, anchored=True, **view)


def test_the_claimants_words_go_to_the_asker_and_are_confirmed() -> None:
    say = one(Say, in_thread("Come by.", VERA))
    assert "vera answers: Come by." in words(say)
    assert say.tracked
    assert say.confirm is not None
    assert (say.confirm.room, say.confirm.message) == ("#sig", "w1")


@pytest.mark.parametrize(("text", "who"), [("// she was here", VERA), ("I know her", VICTOR)])
def test_the_others_words_and_slashed_ones_are_notes(text: str, who) -> None:
    effects = in_thread(text, who)
    record = one(Record, effects)
    assert (record.kind, record.text) == (ChangeKind.NOTE, text.removeprefix("// "))
    assert of(Say, effects) == []


@pytest.mark.parametrize("status", [TicketStatus.RESOLVED, TicketStatus.CANCELLED])
def test_in_a_closed_tickets_thread_everything_is_a_note(status: TicketStatus) -> None:
    effects = in_thread("Good work!", VERA, found=ticket(status, VERA))
    assert one(Record, effects).kind is ChangeKind.NOTE


@pytest.mark.parametrize("who", [BERT, GUEST, replace(VERA, role=ANNA.role)])
def test_who_is_no_volunteer_does_nothing_in_a_thread(who) -> None:
    assert in_thread("Come by.", who) == []


def test_a_secret_in_an_answer_is_blanked_before_it_is_sent() -> None:
    effects = in_thread("the password is hunter22", VERA)
    assert "hunter22" not in str(effects)
    assert "blanked" in replies(effects)


def test_the_askers_reply_is_more_for_the_ticket() -> None:
    effects = in_thread("it is the blue one", ANNA, "#help")
    assert one(Record, effects).kind is ChangeKind.ASKER
    assert "anna writes: it is the blue one" in told(effects, "#sig")
    assert "Passed on" in replies(effects)


def test_somebody_elses_reply_to_the_askers_answer_is_talk() -> None:
    assert in_thread("me too", BERT, "#help") == []


def test_thanks_open_nothing_again() -> None:
    resolved = ticket(TicketStatus.RESOLVED)
    assert in_thread("Thank you!", ANNA, "#help", resolved) == []
    effects = in_thread("thanks", ANNA, "direct", resolved)
    assert of(SetStatus, effects) == []
    assert "welcome" in replies(effects)


def test_words_to_a_cancelled_ticket_are_a_new_question() -> None:
    effects = in_thread("how do I …?", ANNA, "#help", ticket(TicketStatus.CANCELLED), addressed=True)
    assert one(Ask, effects).text == "how do I …?"


def test_the_claimant_may_answer_where_they_were_told_directly() -> None:
    private = ticket(TicketStatus.CLAIMED, VERA, origin=DIRECT)
    assert one(Say, in_thread("Come by.", VERA, "direct", private)).tracked
    assert not any(say.tracked for say in of(Say, in_thread("Come by.", VICTOR, "direct", private)))


ASKED_BACK = ticket(TicketStatus.WAITING, VERA, asked_back=True)


def test_asked_back_the_next_words_there_belong_to_the_ticket() -> None:
    effects = hear(said("the blue one", addressed=True), person=ANNA, mine=(ASKED_BACK,))
    assert one(Record, effects).text == "the blue one"
    directly = hear(said("the blue one", room="direct"), person=ANNA, mine=(ASKED_BACK,))
    assert one(Record, directly).text == "the blue one"


def test_asked_back_in_private_a_question_in_public_stays_a_question() -> None:
    private = ticket(TicketStatus.WAITING, VERA, origin=DIRECT, asked_back=True)
    effects = hear(said("how do I …?", addressed=True), person=ANNA, mine=(private,))
    assert one(Ask, effects).text == "how do I …?"


# --- linked rooms -----------------------------------------------------------------------------------------------------


def test_a_private_room_reads_as_one_with_private_rooms_only() -> None:
    with pytest.raises(ConfigError, match="private = true for all of them, or for none"):
        config_for(Path("state"), links=[{"rooms": ["chat:#sig", "other:#team"]}])


def test_who_only_greets_is_greeted() -> None:
    assert "Ask me in a sentence" in replies(hear(said("hello", addressed=True)))
    assert isinstance(one(Reply, hear(said("thanks!", room="direct"))), Reply)
