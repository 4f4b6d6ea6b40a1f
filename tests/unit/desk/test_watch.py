"""The unanswered-question watch as rules: what is a question to nobody, what answers it, and when the desk speaks up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bridges.events import EventId, MessageId, MessageReceived, MessageRedacted, Room, RoomId
from bridges.text import Mention, Plain, from_plain
from helpdesk.desk import questions_like
from helpdesk.desk.decide import decide
from helpdesk.desk.intake import Heard, read
from helpdesk.deskevents import Answered, TimerDue
from helpdesk.effects import Ask, Effect, OpenTicket, Say, SetQuestion
from helpdesk.model import QuestionStatus
from helpdesk.nouns.watch import SEVERAL, HeardOther, SettleWatched, Watched, WatchQuestion, WatchView
from helpdesk.view import View
from kb.model import Answer, NoAnswer, Suggestions
from tests.desk import LIST, WIKI, config_for
from tests.unit.desk.making import ANNA, BERT, FRESH, NOW, PUBLIC, VERA, Person, of, one, question, replies, told
from tests.unit.desk.making import give as give_command
from tests.unit.desk.making import said as says

ROOMS = {
    "#help": {"watch": "on"},
    "#shy": {"watch": "suggest"},
    "#quiet": {},
    "#sig": {"volunteers": True, "watch": "on"},
}
CONFIG = config_for(
    Path("state"), networks={"chat": {"kind": "memory", "rooms": ROOMS}}, members={"volunteers": [], "leads": []}
)
ASKED = Watched(5, "chat", RoomId("#help"), MessageId("w0"), ANNA.identity.sender, "how do I join the wiki?", NOW)


@pytest.mark.parametrize(
    "asked",
    [
        "how do I join the wiki?",
        "Hi all, does anyone know where the minutes are?",
        "hello! is the list down again?",
        "the bridge eats my messages, is that known?",
        "My key was rejected. What do I do now? I tried twice.",
        "how do I get voice in the channel",
        "Wie komme ich an einen Wiki-Zugang?",
        "weiß jemand wie man die Liste abbestellt",
        "Hallo zusammen, gibt es heute ein Treffen?",
        "kann mir jemand sagen wo das Protokoll liegt",
    ],
)
def test_a_question_to_nobody_is_recognised(asked: str) -> None:
    assert questions_like.to_nobody(from_plain(asked))


@pytest.mark.parametrize(
    "other",
    [
        "what?",
        "really?",
        "ok so?",
        "I wonder how that works.",
        "bert: how do I join the wiki?",
        "bert, can you look at it?",
        "@bert how do I join the wiki?",
        "can you ask @bert about the wiki?",
        "> how do I join the wiki?",
        "/me asks how this works?",
        "what a day",
        "was für ein Tag war das heute",
        "how nice of you",
        "x" * 2000 + "?",
    ],
)
def test_talk_and_questions_to_somebody_are_not(other: str) -> None:
    assert not questions_like.to_nobody(from_plain(other))


def test_a_mention_is_somebody() -> None:
    assert not questions_like.to_nobody((Mention(BERT.identity.key, "bert"), Plain(" how do I join the wiki?")))


def hear(
    text: str, who: Person = ANNA, room: str = "#help", *, waiting: tuple[Watched, ...] = (), **more: Any
) -> list[Effect]:
    view = View(watch=WatchView(open=waiting), **more.pop("view", {}))
    event: MessageReceived = says(text, who, room, **more)
    return decide(event, read(event, CONFIG), view, CONFIG, NOW)


def test_a_question_is_looked_after_when_people_have_had_their_time() -> None:
    effects = hear("how do I join the wiki?")
    here = ("chat", RoomId("#help"), MessageId("w1"))
    due = NOW + timedelta(minutes=4)
    assert effects == [WatchQuestion(*here, ANNA.identity.sender, "how do I join the wiki?", NOW, due)]


@pytest.mark.parametrize("room", ["#quiet", "#sig", "direct:anna"])
def test_other_rooms_are_none_of_its_business(room: str) -> None:
    assert not of(WatchQuestion, hear("how do I join the wiki?", room=room))


@pytest.mark.parametrize(
    "more",
    [
        {"reply_to": MessageId("x")},
        {"thread": "x"},
        {"style": "notice"},
        {"style": "emote"},
        {"relayed": True},
        {"addressed": True},
        {"view": {"level": "muted"}},
        {"view": {"level": "rate"}},
        {"room": Room(RoomId("#help"), "#help", encrypted=True)},
    ],
    ids=str,
)
def test_what_is_not_for_everybody_or_not_by_people_is_not_watched(more: dict[str, Any]) -> None:
    room = more.pop("room", None)
    event: MessageReceived = says("how do I join the wiki?", **{k: v for k, v in more.items() if k != "view"})
    event = replace(event, room=room) if room else event
    view = View(**more.get("view", {}))
    assert not of(WatchQuestion, decide(event, read(event, CONFIG), view, CONFIG, NOW))


def test_the_secrets_in_it_are_masked() -> None:
    assert "hunter2!7" not in one(WatchQuestion, hear("why is password: hunter2!7 refused by the wiki?")).text


def test_who_asks_again_is_watched_once() -> None:
    assert not of(WatchQuestion, hear("does anyone know about the wiki?", waiting=(ASKED,)))


def test_what_was_caught_up_with_has_its_time_too_unless_it_is_over() -> None:
    assert one(WatchQuestion, hear("is the wiki down today?", late=True, at=NOW)).due == NOW + timedelta(minutes=4)
    some = hear("is the wiki down today?", late=True, at=NOW - timedelta(minutes=10))
    assert one(WatchQuestion, some).due == NOW + timedelta(seconds=30)
    assert not of(WatchQuestion, hear("is the wiki down today?", late=True, at=NOW - timedelta(hours=2)))


# --- what answers it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"text": "ask for it", "reply_to": MessageId("w0")},
        {"text": "ask for it", "thread": "w0"},
        {"text": "anna: ask for it"},
        {"text": "anna try the list"},
        {"text": "@anna which one?"},
    ],
    ids=str,
)
def test_words_to_the_asker_are_an_answer(more: dict[str, Any]) -> None:
    assert hear(more.pop("text"), BERT, waiting=(ASKED,), **more) == [SettleWatched(5)]


@pytest.mark.parametrize("words_", ["nvm", "never mind, found it", "thanks!", "hat sich erledigt"])
def test_the_asker_may_say_that_it_is_settled(words_: str) -> None:
    assert hear(words_, waiting=(ASKED,)) == [SettleWatched(5)]


def test_who_turns_to_the_desk_needs_no_watch() -> None:
    event: MessageReceived = says("how do I join the wiki?", addressed=True)
    view = View(person=ANNA, watch=WatchView(open=(ASKED,)))
    assert SettleWatched(5) in decide(event, read(event, CONFIG), view, CONFIG, NOW)


def test_one_other_person_who_speaks_may_have_answered() -> None:
    assert hear("it is at the top of the page", BERT, waiting=(ASKED,)) == [HeardOther(5, "chat:bert")]
    spoke = replace(ASKED, other="chat:bert")
    assert hear("and then you log in", BERT, waiting=(spoke,)) == []
    assert hear("the weather is fine", VERA, waiting=(spoke,)) == [HeardOther(5, SEVERAL)]


def test_an_asker_who_goes_on_talking_with_somebody_is_answered() -> None:
    assert hear("ok, I see it", waiting=(replace(ASKED, other=SEVERAL),)) == [SettleWatched(5)]
    assert hear("it says 403", waiting=(ASKED,)) == []


@pytest.mark.parametrize(
    "more",
    [
        {"text": "vera: the build is green"},
        {"text": "agreed", "reply_to": MessageId("x")},
        {"text": "agreed", "thread": "x"},
        {"text": "where is the meeting today?"},
    ],
    ids=str,
)
def test_words_for_somebody_else_are_no_answer(more: dict[str, Any]) -> None:
    effects = hear(more.pop("text"), BERT, waiting=(ASKED,), **more)
    assert not of(SettleWatched, effects)
    assert not of(HeardOther, effects)


def test_a_question_that_was_taken_back_is_forgotten() -> None:
    room = Room(RoomId("#help"), "#help")
    gone = MessageRedacted("chat", EventId("e"), NOW, room, ANNA.identity.sender, MessageId("w0"))
    view = View(watch=WatchView(open=(ASKED,)))
    assert decide(gone, Heard(), view, CONFIG, NOW) == [SettleWatched(5)]
    assert decide(replace(gone, target=MessageId("w9")), Heard(), view, CONFIG, NOW) == []


# --- when it is due ---------------------------------------------------------------------------------------------------


def due(watched: Watched | None = ASKED, **more: Any) -> list[Effect]:
    view = View(watch=WatchView(watched, ANNA, more.pop("helped", None)), **more)
    return decide(TimerDue(1, "watch.due", 5), Heard(), view, CONFIG, NOW)


@pytest.mark.parametrize("other", ["", SEVERAL])
def test_what_nobody_answered_is_looked_up(other: str) -> None:
    effects = due(replace(ASKED, other=other))
    assert SettleWatched(5, tried=True) in effects
    asked = one(Ask, effects)
    assert asked.unasked
    assert (asked.text, asked.origin.message) == ("how do I join the wiki?", "w0")


def test_it_is_let_be_where_it_is_not_needed_or_not_wanted() -> None:
    assert due(None) == []
    for effects in (
        due(replace(ASKED, other="chat:bert")),
        due(helped=NOW - timedelta(minutes=14)),
        due(level="muted"),
        due(replace(ASKED, room=RoomId("#quiet"))),
    ):
        assert effects == [SettleWatched(5)]
    assert of(Ask, due(helped=NOW - timedelta(minutes=15)))


WATCHING = question(QuestionStatus.WATCHING, text=ASKED.text, citations=())


def looked_up(outcome: Any, room: str = "#help") -> list[Effect]:
    origin = replace(PUBLIC, room=RoomId(room))
    view = View(person=ANNA, question=replace(WATCHING, origin=origin), fresh=FRESH)
    return decide(Answered(1, outcome), Heard(), view, CONFIG, NOW)


def test_a_sure_answer_is_told() -> None:
    effects = looked_up(Answer(LIST, ("Ask the desk for a list.",), 0.9))
    assert told(effects, "#help").startswith(
        "Nobody has answered yet, so here is what I have: Ask the desk for a list."
    )
    assert one(SetQuestion, effects).status is QuestionStatus.ANSWERED


@pytest.mark.parametrize(
    "outcome", [Suggestions((WIKI, LIST), 0.4, ((), ())), NoAnswer(0.2, (WIKI,))], ids=["unsure", "none"]
)
def test_without_one_the_desk_offers_people_and_no_ticket_is_opened(outcome: Any) -> None:
    effects = looked_up(outcome)
    assert "Shall I ask the volunteers? !yes" in told(effects, "#help")
    assert one(SetQuestion, effects).status is QuestionStatus.OFFERED
    assert one(SetQuestion, effects).topic == "collaboration"
    assert not of(OpenTicket, effects)


def test_where_it_may_only_suggest_it_never_answers() -> None:
    assert "Shall I ask the volunteers?" in told(looked_up(Answer(LIST, ("x",), 0.9), "#shy"), "#shy")


def test_where_it_was_switched_off_meanwhile_it_keeps_silent() -> None:
    assert not of(Say, looked_up(Answer(LIST, ("x",), 0.9), "#quiet"))


OFFERED = question(QuestionStatus.OFFERED, text=ASKED.text, citations=())


def test_a_yes_to_the_offer_opens_the_ticket() -> None:
    effects = give_command(ANNA, "yes", question=OFFERED, fresh=FRESH)
    assert one(OpenTicket, effects).text == ASKED.text
    assert "asked the volunteers" in told(effects, "#help")


def test_a_no_to_the_offer_is_peace() -> None:
    effects = give_command(ANNA, "no", question=OFFERED, fresh=FRESH)
    assert one(SetQuestion, effects).status is QuestionStatus.DROPPED
    assert not of(OpenTicket, effects)
    assert "keep out" in replies(effects)
