"""What a question goes on from, in which language the desk speaks about it, what is picked, and what is looked up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bridges.events import EventId, MessageId, Reacted, Room, RoomId
from bridges.text import plain
from helpdesk.desk import questions
from helpdesk.desk.decide import decide
from helpdesk.desk.intake import Heard
from helpdesk.deskevents import Answered, Searched
from helpdesk.effects import Ask, OpenTicket, Say, SetLanguage, SetQuestion, Understood
from helpdesk.model import Choice, Counts, Question, QuestionStatus, Role, TicketStatus
from helpdesk.view import View
from helpdesk.words import Words
from kb.model import Answer, Audience, Citation, Evidence, Hit, NoAnswer, Suggestions
from tests.desk import LIST, WIKI, config_for
from tests.unit.desk.making import (
    ANNA,
    BERT,
    CONFIG,
    FRESH,
    NOW,
    give,
    hear,
    of,
    one,
    question,
    refusal,
    replies,
    said,
    ticket,
    words,
)

BEFORE = question(text="how do I log in on Matrix?", asked_at=NOW - timedelta(minutes=9))


def previous(words_: str = "and on IRC?", *, config=CONFIG, thread: str = "", **view) -> str:
    return one(Ask, hear(said(words_, addressed=True, thread=thread), config, person=ANNA, **view)).previous


# --- follow-ups -------------------------------------------------------------------------------------------------------


def test_a_question_is_put_with_the_one_before_it() -> None:
    assert previous(question=BEFORE) == "how do I log in on Matrix?"
    assert previous() == ""
    assert one(Ask, give(ANNA, "ask", words="and on IRC?", question=BEFORE)).previous == BEFORE.text


def test_as_the_one_before_was_understood() -> None:
    assert (
        previous(question=replace(BEFORE, text="and on IRC?", read_as="how do I log in on IRC?"))
        == "how do I log in on IRC?"
    )


def test_after_a_while_it_stands_alone() -> None:
    assert previous(question=replace(BEFORE, asked_at=NOW - timedelta(minutes=10, seconds=1))) == ""
    short = config_for(Path("state"), desk={"follow_up": "1m"})
    assert previous(config=short, question=BEFORE) == ""
    never = config_for(Path("state"), desk={"follow_up": "0s"})
    assert previous(config=never, question=replace(BEFORE, asked_at=NOW)) == ""


def test_another_thread_is_another_conversation() -> None:
    assert previous(thread="other", question=BEFORE) == ""
    there = replace(BEFORE, origin=replace(BEFORE.origin, thread=MessageId("other")))
    assert previous(thread="other", question=there) == BEFORE.text


def test_in_reply_to_an_answer_it_goes_on_from_there_however_long_ago() -> None:
    old = replace(BEFORE, asked_at=NOW - timedelta(days=9))
    assert previous(question=old, anchored=True) == BEFORE.text


def test_in_reply_to_a_ticket_it_goes_on_from_nothing_old() -> None:
    old = replace(BEFORE, asked_at=NOW - timedelta(days=9))
    closed = ticket(TicketStatus.CANCELLED)
    assert previous(question=old, anchored=True, ticket=closed) == ""


def test_volunteers_read_what_a_follow_up_goes_on_from() -> None:
    asked = replace(ASKING, text="and on IRC?", previous="how do I  log in on Matrix?")
    evidence = Evidence(read_as="How do I log in on Matrix? and on IRC?")
    opened = one(OpenTicket, done(NoAnswer(0.1, evidence=evidence), asked, fresh=FRESH))
    assert opened.text == "how do I log in on Matrix? … and on IRC?"
    for read_as in ("", "and on irc mended?"):
        alone = done(NoAnswer(0.1, evidence=Evidence(read_as=read_as)), asked, fresh=FRESH)
        assert one(OpenTicket, alone).text == "and on IRC?"
    long = replace(asked, previous="x" * 5000, read_as="x" * 5000)
    assert len(one(OpenTicket, give(ANNA, "no", question=long, fresh=FRESH)).text) < 130


def test_what_went_before_is_bounded() -> None:
    assert len(previous(question=replace(BEFORE, read_as="x" * 9000))) == CONFIG.limits.question_length


# --- languages --------------------------------------------------------------------------------------------------------

ASKING = question(QuestionStatus.ASKING, citations=(), parts=(), told=0)


def done(outcome, asked: Question = ASKING, **view):
    return questions.answered(Answered(1, outcome), View(question=asked, person=ANNA, **view), CONFIG, NOW)


def spoken(effects) -> str:
    say = of(Say, effects)[0]
    return plain(Words().text(say.message, say.lang))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "german"),
    [
        (Answer(LIST, ("Text.",), 0.9), "Hat das geholfen?"),
        (Suggestions((LIST, WIKI), 0.4), "Ich bin nicht sicher"),
        (NoAnswer(0.1), "Das weiß ich nicht"),
    ],
)
def test_the_desk_speaks_the_questions_language_where_it_has_words_for_it(outcome, german: str) -> None:
    effects = done(replace(outcome, evidence=Evidence(lang="de")), fresh=FRESH)
    assert german in spoken(effects)
    assert one(Understood, effects).lang == "de"
    for lang in ("", "fr", "xx"):
        effects = done(replace(outcome, evidence=Evidence(lang=lang)), fresh=FRESH)
        assert german not in spoken(effects)
        assert of(Understood, effects) == []


def test_a_ticket_goes_on_in_the_questions_language() -> None:
    effects = done(NoAnswer(0.1, evidence=Evidence(lang="de")), fresh=FRESH)
    assert one(OpenTicket, effects).lang == "de"


def test_words_about_a_question_are_in_its_language() -> None:
    german = question(lang="de", told=2)
    for effects in (give(ANNA, "more", question=german), give(ANNA, "yes", question=german)):
        assert [getattr(effect, "lang", "de") for effect in effects][-1] == "de"


@pytest.mark.parametrize(
    ("asked", "written", "note"),
    [("de", "en", "Das habe ich nur auf Englisch: Text."), ("fr", "de", "I only have this in German: Text.")],
)
def test_an_answer_in_another_language_says_so(asked: str, written: str, note: str) -> None:
    effects = done(Answer(LIST, ("Text.",), 0.9, lang=written, evidence=Evidence(lang=asked)))
    say = one(Say, effects)
    assert plain(Words().text(say.message, say.lang)).startswith(note)  # type: ignore[arg-type]


@pytest.mark.parametrize(("asked", "written"), [("", "de"), ("en", "en"), ("en-GB", "en"), ("de", "de-AT"), ("en", "")])
def test_where_the_language_is_the_same_or_unknown_there_is_no_note(asked: str, written: str) -> None:
    effects = done(Answer(LIST, ("Text.",), 0.9, lang=written, evidence=Evidence(lang=asked)))
    assert words(one(Say, effects)).startswith("Text.")


def test_a_language_without_a_name_is_another_language() -> None:
    effects = done(Answer(LIST, ("Text.",), 0.9, lang="eo", evidence=Evidence(lang="en")))
    assert words(one(Say, effects)).startswith("I only have this in another language: Text.")


def test_who_asks_twice_in_a_language_speaks_it() -> None:
    german = Answer(LIST, ("Text.",), 0.9, evidence=Evidence(lang="de"))
    assert one(SetLanguage, done(german, before=question(lang="de"))).lang == "de"
    for before in (None, question(lang="en")):
        assert of(SetLanguage, done(german, before=before)) == []
    speaks = replace(ANNA, lang="de")
    again = questions.answered(
        Answered(1, german), View(question=ASKING, person=speaks, before=question(lang="de")), CONFIG, NOW
    )
    assert of(SetLanguage, again) == []


def test_how_it_was_read_is_kept_for_the_next_one() -> None:
    assert (
        one(Understood, done(Answer(LIST, ("x",), 0.9, evidence=Evidence(read_as="before how?")))).read_as
        == "before how?"
    )
    assert of(Understood, done(Answer(LIST, ("x",), 0.9, evidence=Evidence(read_as=ASKING.text)))) == []


# --- picking ----------------------------------------------------------------------------------------------------------

CHOICES = (Choice(WIKI, ("In the wiki.", "More.")), Choice(LIST, ("A list.",)))
SUGGESTED = question(QuestionStatus.SUGGESTED, citations=(WIKI, LIST), parts=(), told=0, choices=CHOICES)


def reacts(key: str, found: Question | None, who=ANNA):
    event = Reacted("chat", EventId("r"), NOW, Room(RoomId("#help"), "#help"), who.identity.sender, MessageId("m"), key)
    return decide(event, Heard(), View(person=who, question=found, anchored=True, fresh=FRESH), CONFIG, NOW)


@pytest.mark.parametrize("key", ["1️⃣", "1\u20e3"])
def test_a_keycap_on_suggestions_picks_one(key: str) -> None:
    assert one(SetQuestion, reacts(key, SUGGESTED)).citations == (WIKI,)
    assert refusal(reacts(key.replace("1", "3"), SUGGESTED)) == "invalid"
    assert reacts(key, SUGGESTED, BERT) == []
    assert reacts(key, question()) == []
    assert reacts(key, None) == []


def test_a_thumb_on_the_only_suggestion_picks_it_and_so_does_yes() -> None:
    only = replace(SUGGESTED, choices=CHOICES[:1])
    for effects in (reacts("👍", only), give(ANNA, "yes", question=only)):
        assert one(SetQuestion, effects).citations == (WIKI,)
    assert one(SetQuestion, reacts("👍", SUGGESTED)).status is QuestionStatus.HELPED


def test_the_wrong_one_can_be_changed_until_people_have_it() -> None:
    picked = replace(SUGGESTED, status=QuestionStatus.ANSWERED, citations=(WIKI,))
    assert one(SetQuestion, give(ANNA, "pick", number=2, question=picked)).citations == (LIST,)
    given_away = replace(SUGGESTED, status=QuestionStatus.HANDED_OVER, ticket=7)
    assert "ticket #7 already" in replies(give(ANNA, "pick", number=2, question=given_away))
    assert "ticket #7 already" in replies(reacts("2️⃣", given_away))


def test_a_pick_of_what_was_never_offered_gets_a_clear_word() -> None:
    assert "nothing to pick from" in replies(give(ANNA, "pick", number=1))
    assert "nothing to pick from" in replies(hear(said("2", addressed=True), person=ANNA, question=question()))


# --- searching --------------------------------------------------------------------------------------------------------

SEARCHING = question(QuestionStatus.SEARCHING, text="mailing <b>list", citations=(), parts=(), told=0)


def searched(*citations: Citation, found: Question = SEARCHING, **more):
    hits = tuple(Hit(citation, 1.0, "", "", ()) for citation in citations)
    return decide(Searched(1, hits, **more), Heard(), View(question=found, person=ANNA), CONFIG, NOW)


def test_search_puts_its_words_to_the_knowledge_base_within_the_limits() -> None:
    asked = one(Ask, give(ANNA, "search", words="mailing list", question=BEFORE))
    assert (asked.search, asked.text, asked.previous) == (True, "mailing list", "")
    over = give(ANNA, "search", words="mailing list", counts=Counts(questions_person=8))
    assert one(Ask, over).refused
    assert refusal(give(ANNA, "search")) == "invalid"


def test_what_was_found_is_said_with_names_and_addresses() -> None:
    said_ = words(one(Say, searched(LIST, WIKI)))
    assert said_ == ("Found for “mailing <b>list”:\nRequest a mailing list (http://kb/list)\nThe wiki (http://kb/wiki)")
    assert "The wiki" not in words(one(Say, searched(LIST, LIST, LIST, WIKI)))
    assert one(SetQuestion, searched(LIST)).status is QuestionStatus.SEARCHED


def test_nothing_found_is_said_with_a_better_spelling_where_there_is_one() -> None:
    assert "Nothing found" in words(one(Say, searched()))
    assert "Did you mean !search mailing?" in words(one(Say, searched(near="mailing")))
    assert "can’t search" in words(one(Say, searched(broken=True)))


@pytest.mark.parametrize("status", [s for s in QuestionStatus if s is not QuestionStatus.SEARCHING])
def test_a_result_that_comes_twice_is_nothing(status: QuestionStatus) -> None:
    assert searched(LIST, found=replace(SEARCHING, status=status)) == []
    assert done(Answer(LIST, ("x",), 0.9), SEARCHING) == []


def test_who_was_a_volunteer_hears_nothing_of_theirs_any_more() -> None:
    direct = replace(SEARCHING.origin, direct=True)
    asked = replace(SEARCHING, audience=Audience.VOLUNTEERS, origin=direct)
    assert "Nothing found" in words(one(Say, searched(LIST, near="secret", found=asked)))
    answered = replace(asked, status=QuestionStatus.ASKING)
    assert of(OpenTicket, done(Answer(LIST, ("x",), 0.9), answered, fresh=FRESH))
    offered = replace(SUGGESTED, audience=Audience.VOLUNTEERS, origin=direct)
    assert refusal(give(ANNA, "pick", "direct", number=1, question=offered)) == "not-found"
    told = replace(question(told=1), audience=Audience.VOLUNTEERS, origin=direct)
    assert "nothing to go on" in replies(give(ANNA, "more", "direct", question=told))
    volunteer = replace(ANNA, role=Role.SOLO)
    assert of(Say, give(volunteer, "more", "direct", question=told))
