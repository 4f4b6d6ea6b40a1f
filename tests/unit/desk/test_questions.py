"""A question's way: within the limits, answered with its source, or handed over."""

from __future__ import annotations

import pytest

from helpdesk.desk import questions
from helpdesk.deskevents import Answered
from helpdesk.effects import Ask, Direct, OpenTicket, Record, Say, SetQuestion
from helpdesk.model import Choice, Counts, QuestionStatus, TicketStatus
from helpdesk.view import View
from kb.model import Answer, Citation, NoAnswer, Suggestions
from tests.desk import LIST, WIKI
from tests.unit.desk.making import (
    ANNA,
    CONFIG,
    DIRECT,
    FRESH,
    NOW,
    VERA,
    hear,
    of,
    one,
    question,
    replies,
    said,
    ticket,
    told,
    words,
)


def done(outcome, asked=None, **view):
    return questions.answered(Answered(1, outcome), View(question=asked, **view), CONFIG, NOW)


ASKING = question(QuestionStatus.ASKING, citations=(), parts=(), told=0)


def test_words_to_the_desk_are_put_to_the_knowledge_base() -> None:
    asked = one(Ask, hear(said("how do I …?", addressed=True), person=ANNA))
    assert (asked.text, asked.person, asked.lang, asked.refused) == ("how do I …?", ANNA, "en", False)


def test_a_secret_is_masked_before_it_is_kept_and_its_owner_warned_in_private() -> None:
    effects = hear(said("my password is hunter22", addressed=True), person=ANNA)
    assert "hunter22" not in one(Ask, effects).text
    assert "blanked" in replies(effects, private=True)


def test_a_question_is_kept_to_a_bounded_length() -> None:
    asked = one(Ask, hear(said("x" * 5000, addressed=True), person=ANNA))
    assert len(asked.text) == CONFIG.limits.question_length


@pytest.mark.parametrize("field", ["questions_person", "questions_room"])
def test_over_the_limit_it_is_counted_and_refused_and_far_over_it_in_silence(field: str) -> None:
    limit = getattr(CONFIG.limits, {"questions_person": "questions_per_person"}.get(field, "questions_per_room"))

    def asks(count: int):
        return hear(said("how?", addressed=True), person=ANNA, counts=Counts(**{field: count}))

    assert not one(Ask, asks(limit - 1)).refused
    refused = asks(limit)
    assert (one(Ask, refused).refused, one(Ask, refused).text) == (True, "")
    assert replies(refused)
    assert asks(limit * 2) == []


def test_an_answer_is_said_where_it_was_asked_with_its_source() -> None:
    effects = done(Answer(LIST, ("Ask the desk.", "Wait."), 0.9), ASKING)
    say = one(Say, effects)
    assert "Ask the desk." in words(say)
    assert LIST.url in str(say.message)
    assert "!more" in words(say)
    assert say.to.addressed == ANNA.identity.sender
    kept = one(SetQuestion, effects)
    assert (kept.status, kept.told, kept.topic) == (QuestionStatus.ANSWERED, 1, "mailing-lists")


def test_an_answer_of_one_portion_promises_no_more() -> None:
    assert "!more" not in words(one(Say, done(Answer(LIST, ("All.",), 0.9), ASKING)))


def test_a_guest_who_logged_in_is_answered_directly() -> None:
    moved = question(QuestionStatus.ASKING, origin=DIRECT.__class__("chat", "", True, False))
    assert one(Say, done(Answer(LIST, ("All.",), 0.9), moved)).to == Direct("chat", ANNA.identity.key)


def test_no_answer_becomes_a_ticket_with_the_nearest_topic() -> None:
    effects = done(NoAnswer(0.2, (WIKI,)), ASKING, fresh=FRESH)
    assert one(OpenTicket, effects).topic == "collaboration"
    assert one(SetQuestion, effects).status is QuestionStatus.HANDED_OVER
    assert one(OpenTicket, done(NoAnswer(0.01, (WIKI,)), ASKING, fresh=FRESH)).topic == ""


def test_over_the_limit_of_tickets_the_question_is_dropped_and_said_so() -> None:
    effects = done(NoAnswer(0.0), ASKING, fresh=FRESH, counts=Counts(tickets_person=3))
    assert of(OpenTicket, effects) == []
    assert one(SetQuestion, effects).status is QuestionStatus.DROPPED
    assert "3 open tickets already" in told(effects, "#help")


@pytest.mark.parametrize("status", [status for status in QuestionStatus if status is not QuestionStatus.ASKING])
def test_a_result_that_comes_late_or_twice_is_nothing(status: QuestionStatus) -> None:
    assert done(Answer(LIST, ("All.",), 0.9), question(status)) == []
    assert done(NoAnswer(0.0), question(status), fresh=FRESH) == []
    assert done(NoAnswer(0.0), None) == []


@pytest.mark.parametrize("count", [1, 2, 3])
def test_several_that_may_be_meant_are_offered_by_number(count: int) -> None:
    citations = tuple(Citation(f"a/{n}", "", f"Title {n}", f"Heading {n}", f"http://x/{n}") for n in range(count))
    effects = done(Suggestions(citations, 0.4), ASKING)
    for number in range(count):
        assert f"{number + 1}) Title {number} – Heading {number}" in words(one(Say, effects))
    assert one(SetQuestion, effects).status is QuestionStatus.SUGGESTED


def test_more_goes_on_to_the_end_and_no_further() -> None:
    effects = questions.more(question(told=1), View(), CONFIG)
    assert "two" in words(one(Say, effects))
    assert one(SetQuestion, effects).told == 2
    ended = questions.more(question(told=2), View(), CONFIG)
    assert of(SetQuestion, ended) == []
    assert "That was all" in replies(ended)
    assert "nothing to go on" in replies(questions.more(question(citations=(), parts=()), View(), CONFIG))


def test_of_suggestions_one_is_picked_before_there_is_more() -> None:
    choices = (Choice(LIST, ("a",)), Choice(WIKI, ("b",)))
    suggested = question(QuestionStatus.SUGGESTED, citations=(LIST, WIKI), parts=(), told=0, choices=choices)
    effects = questions.more(suggested, View(), CONFIG)
    assert of(Say, effects) == []
    assert "from 1 to 2" in replies(effects)


def test_what_no_article_answers_in_a_direct_chat_goes_on_with_the_ticket_answered_there() -> None:
    asked = question(QuestionStatus.ASKING, citations=(), parts=(), told=0, origin=DIRECT)
    waiting = ticket(TicketStatus.WAITING, claimant=VERA, origin=DIRECT, number=3)
    effects = done(NoAnswer(0.1), asked, mine=(waiting,), fresh=FRESH)
    assert not of(OpenTicket, effects)
    assert one(Record, effects).ticket == 3
    assert one(SetQuestion, effects).ticket == 3
    assert of(OpenTicket, done(NoAnswer(0.1), asked, mine=(ticket(TicketStatus.CLAIMED, origin=DIRECT),), fresh=FRESH))
