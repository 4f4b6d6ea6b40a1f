"""What asks nothing: greetings, thanks, goodbyes, chatter; and what only begins like them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.events import MessageId
from helpdesk.desk.smalltalk import Kind, Smalltalk, heard, reply
from helpdesk.effects import Ask, OpenTicket, Record, SetStatus
from helpdesk.model import TicketStatus
from tests.unit.desk.making import ANNA, NOW, give, hear, of, one, question, replies, said, ticket

SAID: dict[tuple[Kind, str], tuple[str, ...]] = {
    ("greeting", ""): ("Hi!", "hello", "Yo", "hey helpdesk :)"),
    ("thanks", ""): ("thx :)", "Merci!"),
    ("goodbye", ""): ("bye", "ciao!", "cu"),
    ("invitation", ""): ("test", "ping"),
    ("greeting", "en"): ("hello there", "Hey all 👋", "good morning everyone :)", "hi, how are you?"),
    ("greeting", "de"): ("Hallo zusammen", "Moin!", "Guten Tag.", "Grüß Gott", "hi leute", "Hallo, wie geht's?"),
    ("thanks", "en"): ("thanks", "Thank you so much!", "many thanks.", "ok, thanks a lot", "thanks for your help!"),
    ("thanks", "de"): ("danke schön", "Vielen Dank!", "Danke dir", "super, danke!", "Dankeschön"),
    ("goodbye", "en"): ("see you later", "good bye", "Have a nice day!", "good night all"),
    ("goodbye", "de"): ("Tschüss", "tschüß!", "bis morgen", "Schönen Abend noch", "Gute Nacht zusammen"),
    ("invitation", "en"): (
        "anyone here?", "Is anybody around?", "can I ask something?", "May I ask a question here please?",
        "I have a quick question", "I've got a question", "can someone help me?", "I need help!", "hi, can I ask you something",
        "are you there?", "help me please",
    ),
    ("invitation", "de"): (
        "Ist hier jemand?", "jemand da?", "Kann ich hier mal was fragen?", "Darf ich euch etwas fragen?",
        "ich hätte da mal eine Frage", "Hallo, ich habe eine Frage", "Kann mir jemand helfen?", "ich brauche Hilfe",
        "bist du da?", "Könnt ihr mir helfen?",
    ),
    ("wordless", ""): ("?", "???", "!!!", "...", "-", "AND OR", "NOT", "title:", '""', "\u200b", "«»", "%&$§", "❓❗", "?" * 200),
    ("assent", ""): ("ok", "Okay.", "alles klar!", "sure", "got it", "k"),
    ("chatter", ""): ("lol", "LOOOL", "haha", "hahahaha", "brb", ":)", ";-)", ":D", "🎉", "🎈🎉 😂", "👋🏽", "hmm", "nvm", "<3", "xD"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "lang", "words"), [(*kind, w) for kind, said in SAID.items() for w in said])
def test_small_talk_is_known(kind: Kind, lang: str, words: str) -> None:
    assert heard(words) == Smalltalk(kind, lang)


@pytest.mark.parametrize(
    "words",
    [
        "hi all, how do I get a mailing list?",
        "thanks but it is still broken",
        "danke, aber es geht nicht",
        "can I ask for a mailing list?",
        "Kann ich hier eine Mailingliste bekommen?",
        "I need help with my password",
        "ok so how do I log in",
        "bye bye button is missing",
        "hello world does not compile",
        "hilfe beim anmelden",
        "C++",
        "42",
        "what?",
        "warum",
        "🎉 does not show",
        "is anyone here allowed to merge?",
        "Wie?",
        "test fails with E501",
    ],
)
def test_what_only_begins_like_it_is_a_question(words: str) -> None:
    assert heard(words) is None
    assert of(Ask, hear(said(words, room="direct"), person=ANNA)) or words == "42"


@pytest.mark.parametrize("words", [w for said in SAID.values() for w in said])
def test_it_never_becomes_a_question_or_a_ticket(words: str) -> None:
    for effects in (hear(said(words, room="direct"), person=ANNA), give(ANNA, "ask", words=words)):
        assert of(Ask, effects) == []
        assert of(OpenTicket, effects) == []


def test_each_gets_a_short_kind_word_in_its_language_or_silence() -> None:
    assert replies(hear(said("danke", room="direct"))) == "You’re welcome!"  # rendered in English here …
    [effect] = hear(said("danke", room="direct"))
    assert getattr(effect, "lang", "") == "de"  # … and in German by the store
    assert "just ask" in replies(hear(said("anyone here?", addressed=True)))
    assert "no words" in replies(hear(said("???", addressed=True)))
    assert "Bye" in replies(hear(said("bye", addressed=True)))
    for words in SAID["chatter", ""] + SAID["assent", ""]:
        assert hear(said(words, addressed=True), person=ANNA) == []


def test_in_a_room_it_is_nothing_unless_it_was_said_to_the_desk() -> None:
    for said_ in SAID.values():
        assert hear(said(said_[0])) == []


ASKED_BACK = ticket(TicketStatus.WAITING, asked_back=True)


@pytest.mark.parametrize("words", ["ok", "yes", "no", "2", "👍", "sure"])
def test_what_may_be_an_answer_goes_to_the_volunteer_who_asked(words: str) -> None:
    effects = hear(said(words, addressed=True), person=ANNA, mine=(ASKED_BACK,))
    assert "Passed on" in replies(effects)


def test_in_reply_to_the_volunteers_question_a_yes_solves_nothing() -> None:
    event = said("yes", addressed=True, reply_to=MessageId("asked"))
    effects = hear(event, person=ANNA, ticket=ASKED_BACK, anchored=True)
    assert one(SetStatus, effects).status is TicketStatus.CLAIMED
    assert one(Record, effects).text == "yes"
    answered = hear(event, person=ANNA, ticket=ticket(TicketStatus.WAITING), anchored=True)
    assert one(SetStatus, answered).status is TicketStatus.RESOLVED


@pytest.mark.parametrize("words", ["hello", "lol", "thanks", "bye"])
def test_what_answers_nothing_does_not_use_up_the_volunteers_question(words: str) -> None:
    assert "Passed on" not in replies(hear(said(words, addressed=True), person=ANNA, mine=(ASKED_BACK,)))


def test_who_asked_the_desk_something_since_answers_the_desk() -> None:
    since = question(asked_at=NOW.replace(year=NOW.year + 1))
    assert "Glad it helped" in replies(
        hear(said("yes", addressed=True), person=ANNA, mine=(ASKED_BACK,), question=since)
    )


@pytest.mark.parametrize("words", ["lol", "thanks", "🎉", "bye"])
def test_it_opens_no_closed_ticket_again(words: str) -> None:
    event = said(words, ANNA, "#help", thread="root")
    assert hear(event, person=ANNA, ticket=ticket(TicketStatus.RESOLVED), anchored=True) == []


@given(st.text(max_size=200))
def test_any_text_is_one_kind_or_none_and_its_answer_can_be_said(words: str) -> None:
    found = heard(words)
    assert found is None or all(replies([effect]) for effect in reply(found, "!"))


def test_hostile_text_is_read_in_no_time() -> None:
    started = time.perf_counter()
    for words in (
        "hi " * 26,
        "thanks you " * 7,
        "a" * 20_000,
        "?" * 20_000,
        ":)" * 10_000,
        "ha" * 39,
        "hilfe bitte " * 6,
    ):
        heard(words)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize("words", ["xooo" * 19 + "z", "o" * 79 + "z", ":)" * 39 + "z", "8D" * 39 + "?", "x3" * 40])
def test_faces_in_a_row_are_read_in_no_time(words: str) -> None:
    """One that is read in exponential time would not end before the test's time is over."""
    heard(words)


@pytest.mark.parametrize("words", [":) :D", "<3", "\\\\o/ \\\\o/", "^^", "o.O", "8-)"])
def test_faces_are_chatter(words: str) -> None:
    found = heard(words.replace("\\\\", "\\"))
    assert found is not None
    assert found.kind == "chatter"
