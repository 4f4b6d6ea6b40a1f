"""What a yes, a no, a call for a human or a thumb is about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridges.events import EventId, MessageId, Reacted, Room, RoomId
from helpdesk.desk.decide import decide
from helpdesk.desk.intake import Heard
from helpdesk.effects import OpenTicket, SetQuestion, SetStatus
from helpdesk.model import QuestionStatus, TicketStatus
from helpdesk.view import View
from tests.unit.desk.making import ANNA, BERT, CONFIG, FRESH, NOW, give, of, one, question, replies, ticket

ANSWERED = ticket(TicketStatus.WAITING)
LATER = NOW + timedelta(minutes=5)


def test_a_yes_is_about_the_answered_ticket() -> None:
    assert one(SetStatus, give(ANNA, "yes", mine=(ANSWERED,))).status is TicketStatus.RESOLVED


def test_whoever_asked_on_since_means_the_last_question() -> None:
    effects = give(ANNA, "yes", mine=(ANSWERED,), question=question(asked_at=LATER))
    assert of(SetStatus, effects) == []
    assert one(SetQuestion, effects).status is QuestionStatus.HELPED


def test_the_question_the_ticket_came_from_is_not_asking_on() -> None:
    came_from = question(QuestionStatus.HANDED_OVER, ticket=7, asked_at=LATER)
    assert one(SetStatus, give(ANNA, "no", mine=(ANSWERED,), question=came_from)).status is TicketStatus.CLAIMED


def test_a_ticket_that_waits_for_the_askers_own_words_is_not_answered_yet() -> None:
    asked_back = ticket(TicketStatus.WAITING, asked_back=True)
    assert of(SetStatus, give(ANNA, "yes", mine=(asked_back,))) == []


def test_a_no_to_an_answer_becomes_a_ticket() -> None:
    assert one(OpenTicket, give(ANNA, "no", question=question(), fresh=FRESH)).text == "how?"


def test_whoever_said_yes_may_say_no_after_all() -> None:
    assert of(OpenTicket, give(ANNA, "no", question=question(QuestionStatus.HELPED), fresh=FRESH))


def test_a_no_after_it_was_closed_as_solved_opens_it_again() -> None:
    """As the desk itself says: "If it isn't, say !no"."""
    effects = give(ANNA, "no", resolved=ticket(TicketStatus.RESOLVED))
    assert one(SetStatus, effects).status is TicketStatus.CLAIMED
    assert "stays open" in replies(effects)


def test_a_yes_after_it_was_closed_as_solved_is_only_kind() -> None:
    effects = give(ANNA, "yes", resolved=ticket(TicketStatus.RESOLVED))
    assert of(SetStatus, effects) == []
    assert "Glad it helped" in replies(effects)


@pytest.mark.parametrize("verb", ["yes", "no"])
def test_about_nothing_there_is_no_verdict(verb: str) -> None:
    assert "don’t know what that is about" in replies(give(ANNA, verb))
    assert "don’t know what that is about" in replies(give(ANNA, verb, question=question(QuestionStatus.DROPPED)))


def test_what_has_a_ticket_gets_no_second_one() -> None:
    effects = give(ANNA, "human", question=question(QuestionStatus.HANDED_OVER, ticket=7), fresh=FRESH)
    assert of(OpenTicket, effects) == []
    assert "#7 already" in replies(effects)


def test_a_human_is_there_at_once_even_while_it_is_looked_up() -> None:
    effects = give(ANNA, "human", question=question(QuestionStatus.ASKING), fresh=FRESH)
    assert one(SetQuestion, effects).status is QuestionStatus.HANDED_OVER
    assert one(OpenTicket, give(ANNA, "human", words="the door", fresh=FRESH)).text == "the door"
    assert "What is it about?" in replies(give(ANNA, "human"))


# --- thumbs -----------------------------------------------------------------------------------------------------------


def react(key: str, who=ANNA, **view):
    room = Room(RoomId("#help"), "#help")
    event = Reacted("chat", EventId("r"), NOW, room, who.identity.sender, MessageId("m"), key)
    seen = View(person=who, anchored=True, fresh=FRESH, **view)
    return decide(event, Heard(), seen, CONFIG, NOW)


@pytest.mark.parametrize("thumb", ["👍", "👍🏽", "❤️"])
def test_a_thumb_up_on_an_answer_is_a_yes(thumb: str) -> None:
    assert one(SetQuestion, react(thumb, question=question())).status is QuestionStatus.HELPED
    assert one(SetStatus, react(thumb, ticket=ANSWERED)).status is TicketStatus.RESOLVED


def test_a_thumb_down_on_an_answer_is_a_no() -> None:
    assert of(OpenTicket, react("👎🏿", question=question()))
    assert one(SetStatus, react("👎", ticket=ANSWERED)).status is TicketStatus.CLAIMED
    assert one(SetStatus, react("👎", ticket=ticket(TicketStatus.RESOLVED))).status is TicketStatus.CLAIMED


@pytest.mark.parametrize("status", [TicketStatus.OPEN, TicketStatus.CLAIMED, TicketStatus.CANCELLED])
def test_a_thumb_on_word_of_a_ticket_that_is_not_answered_says_only_that_it_was_read(status: TicketStatus) -> None:
    for thumb in "👍👎":
        assert react(thumb, ticket=ticket(status)) == []


def test_a_thumb_of_somebody_else_or_of_another_kind_is_nothing() -> None:
    assert react("👍", BERT, ticket=ANSWERED) == []
    assert react("👍", BERT) == []
    assert react("🎈", question=question()) == []
    assert react("👎", question=question(QuestionStatus.HANDED_OVER)) == []
