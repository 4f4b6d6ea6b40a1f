"""What the desk learns from its decisions: what was offered, what people said of it, what volunteers cited."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bridges.events import RoomId
from helpdesk.desk.decide import decide
from helpdesk.desk.intake import Heard
from helpdesk.desk.learning import (
    HandedOver,
    Lesson,
    Made,
    Offered,
    OpenedAgain,
    Picked,
    Solved,
    VolunteerSaid,
    cited,
    counted,
    lessons,
)
from helpdesk.desk.record import Success, wilson
from helpdesk.desk.secrets import MASK
from helpdesk.deskevents import Answered, AnyEvent
from helpdesk.effects import Effect, Judge
from helpdesk.model import Choice, Origin, QuestionStatus, TicketStatus, Verdict
from helpdesk.view import View
from kb.model import Answer, Evidence, NoAnswer, Outcome, Suggestions
from tests.desk import LIST, WIKI, config_for
from tests.unit.desk.making import ANNA, CONFIG, DIRECT, FRESH, NOW, PUBLIC, VERA, give, question, said, ticket

EVIDENCE = Evidence(
    "static", {"top": 1.5, "odd": float("nan")}, ((LIST.article, 3.0), ("x/y", float("inf"))), ("word",), lang="de"
)
ANSWER = Answer(LIST, ("Ask.",), 0.9, evidence=EVIDENCE)
SUGGESTIONS = Suggestions((WIKI, LIST), 0.4, (("Read.",), ("Ask.",)), EVIDENCE)
ASKING = question(QuestionStatus.ASKING, citations=(), parts=(), told=0, text="mail anna@example.org?")
CHOICES = (Choice(WIKI, ("Read.",)), Choice(LIST, ("Ask.",)))
SUGGESTED = question(QuestionStatus.SUGGESTED, citations=(WIKI, LIST), parts=(), told=0, choices=CHOICES)


def learned(event: AnyEvent, view: View, config=CONFIG) -> list[Lesson]:
    return list(lessons(event, view, decide(event, Heard(), view, config, NOW), config, NOW))


def taught(effects: list[Effect]) -> list[Lesson]:
    """By a command of somebody's."""
    return list(lessons(said("!x"), View(), effects, CONFIG, NOW))


def offered(outcome: Outcome, asked=ASKING, config=CONFIG) -> Offered:
    [found] = [
        lesson
        for lesson in learned(Answered(1, outcome), View(question=asked, fresh=FRESH), config)
        if isinstance(lesson, Offered)
    ]
    return found


def test_an_answer_is_logged_with_its_evidence_and_without_the_asker() -> None:
    found = offered(ANSWER)
    assert (found.made, found.told, found.offered, found.nearest) == (
        Made.ANSWER,
        True,
        ((LIST.article, ""),),
        LIST.article,
    )
    assert (found.confidence, found.tier, found.lang, found.network) == (0.9, "static", "de", "chat")
    assert found.features == {"top": 1.5}, "what no database takes is left out"
    assert found.candidates == ((LIST.article, 3.0),)
    assert found.text == f"mail {MASK}"
    for private in ("anna", ASKING.origin.room, "word"):
        assert private not in repr(found)


def test_suggestions_are_logged_in_their_order() -> None:
    found = offered(SUGGESTIONS)
    assert (found.made, found.told) == (Made.SUGGESTIONS, True)
    assert [article for article, _ in found.offered] == [WIKI.article, LIST.article]


def test_no_answer_is_logged_with_the_nearest_article_and_its_ticket() -> None:
    first, second = learned(Answered(1, NoAnswer(0.2, (WIKI,))), View(question=ASKING, fresh=FRESH))
    assert isinstance(first, Offered)
    assert (first.made, first.offered, first.nearest) == (Made.NO_ANSWER, (), WIKI.article)
    assert second == HandedOver(1, FRESH.ticket)


def test_what_came_after_the_asker_turned_to_people_was_not_told() -> None:
    [found] = learned(Answered(1, ANSWER), View(question=replace(ASKING, status=QuestionStatus.HANDED_OVER, ticket=7)))
    assert isinstance(found, Offered)
    assert (found.told, found.ticket) == (False, 7)


@pytest.mark.parametrize(
    "origin",
    [DIRECT, replace(PUBLIC, encrypted=True), Origin("other", RoomId("#team"), False, False)],
    ids=["direct", "encrypted", "volunteers only"],
)
def test_words_asked_in_private_are_kept_only_if_the_operator_wants_it(origin: Origin, tmp_path: Path) -> None:
    asked = replace(ASKING, origin=origin)
    found = offered(ANSWER, asked)
    assert (found.text, found.private) == (None, True)
    wanted = config_for(tmp_path, learning={"keep_private_text": True})
    assert offered(ANSWER, asked, wanted).text == f"mail {MASK}"


def test_no_words_are_kept_where_none_are_wanted(tmp_path: Path) -> None:
    assert offered(ANSWER, config=config_for(tmp_path, learning={"keep_text": "0s"})).text is None


@pytest.mark.parametrize(
    ("verb", "verdict"), [("yes", Verdict.HELPED), ("no", Verdict.NOT_HELPED), ("human", Verdict.HUMAN)]
)
def test_the_asker_judges(verb: str, verdict: Verdict) -> None:
    found = taught(give(ANNA, verb, question=question(), fresh=FRESH))
    assert Judge(1, verdict) in found
    assert (HandedOver(1, FRESH.ticket) in found) is (verb != "yes")


def test_a_no_counts_even_when_no_ticket_can_be_opened() -> None:
    limit = CONFIG.limits.open_tickets_per_person
    counts = replace(View().counts, tickets_person=limit)
    assert taught(give(ANNA, "no", question=question(), fresh=FRESH, counts=counts)) == [Judge(1, Verdict.NOT_HELPED)]


def test_what_was_never_offered_is_not_judged() -> None:
    waiting = question(QuestionStatus.HANDED_OVER, ticket=7)
    assert taught(give(ANNA, "no", question=waiting, fresh=FRESH)) == []


def test_one_of_the_suggestions_is_picked() -> None:
    assert taught(give(ANNA, "pick", number=2, question=SUGGESTED)) == [Picked(1, (LIST.article, ""))]


def test_a_yes_to_the_only_suggestion_picks_it() -> None:
    only = replace(SUGGESTED, citations=(WIKI,), choices=CHOICES[:1])
    assert taught(give(ANNA, "yes", question=only)) == [Picked(1, (WIKI.article, ""))]


def test_what_was_searched_for_is_not_judged() -> None:
    searched = question(QuestionStatus.SEARCHED)
    assert not [one for one in taught(give(ANNA, "no", question=searched, fresh=FRESH)) if isinstance(one, Judge)]


def test_going_on_with_an_answer_picks_nothing() -> None:
    assert taught(give(ANNA, "more", question=question())) == []


def test_a_call_for_a_person_at_once_is_a_question_too() -> None:
    [found] = taught(give(ANNA, "human", words="my badge at anna@example.org", fresh=FRESH))
    assert isinstance(found, Offered)
    assert (found.made, found.ticket, found.text) == (Made.UNASKED, FRESH.ticket, f"my badge at {MASK}")


def test_a_volunteer_cites_an_article() -> None:
    words = "see http://help.example/kb/mailing-lists/request-a-list#how."
    [found] = taught(give(VERA, "answer", "#sig", number=7, words=words, ticket=ticket(TicketStatus.CLAIMED)))
    assert found == VolunteerSaid(7, ("mailing-lists/request-a-list", "how"))
    closed = give(VERA, "resolve", "#sig", number=7, words=words, ticket=ticket(TicketStatus.CLAIMED))
    [closing] = [lesson for lesson in taught(closed) if isinstance(lesson, VolunteerSaid)]
    assert closing == VolunteerSaid(7, ("mailing-lists/request-a-list", "how"), closing=True)


def test_a_question_back_answers_nothing() -> None:
    held = ticket(TicketStatus.CLAIMED)
    assert taught(give(VERA, "ask-back", "#sig", number=7, words="which kb:irc/nick?", ticket=held)) == []


def test_a_ticket_is_solved_and_opened_again() -> None:
    assert Solved(7) in taught(give(ANNA, "yes", mine=(ticket(TicketStatus.WAITING),)))
    again = give(VERA, "reopen", "#sig", number=7, ticket=ticket(TicketStatus.RESOLVED))
    assert OpenedAgain(7) in taught(again)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("kb:irc/register-a-nick", ("irc/register-a-nick", "")),
        ("(see kb:irc/register-a-nick#how).", ("irc/register-a-nick", "how")),
        ("http://help.example/kb/irc/nick, please", ("irc/nick", "")),
        ("https://help.example/kb/irc/nick?x=1", ("irc/nick", "")),
        ("two: kb:a/b kb:c/d", ("a/b", "")),
        ("http://help.example/kb/topic/r%C3%A4ume", ("topic/räume", "")),
        ("http://other.example/kb/irc/nick", None),
        ("http://help.example/queue", None),
        ("wkb:irc/nick", None),
        ("kb:", None),
        ("kb:%00%0a", None),
        ("kb:../../etc/passwd", None),
        ("the kb says", None),
    ],
)
def test_links_to_articles(words: str, place: tuple[str, str] | None) -> None:
    assert cited(words, "http://help.example/") == place


def test_the_metrics_count_what_no_other_metric_counts() -> None:
    told = [
        Judge(1, Verdict.HELPED),
        Picked(1, ("a", "")),
        HandedOver(1, 2),
        VolunteerSaid(2, ("a", "")),
        OpenedAgain(2),
    ]
    assert [counted(lesson) for lesson in told] == ["helped", "picked", "handed-over", "cited", "opened-again"]
    assert [counted(lesson) for lesson in (offered(ANSWER), VolunteerSaid(2, None), Solved(2))] == ["", "", ""]


def test_success_with_its_interval() -> None:
    """Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3: 81/263, 15/148."""
    assert [round(bound, 4) for bound in wilson(81, 263)] == [0.2553, 0.3662]
    assert [round(bound, 4) for bound in wilson(15, 148)] == [0.0624, 0.1605]
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 20)[0] == 0.0
    assert Success(5, 3, 1).share == 0.75
    assert Success(5).share is None
