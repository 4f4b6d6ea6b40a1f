"""Who is thanked for what, when they hear of it, and what counts as work."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bridges.events import EventId, MessageId, Reacted
from helpdesk.desk import credit
from helpdesk.desk.credit import KINDS, TELL, Credit
from helpdesk.desk.decide import decide
from helpdesk.desk.due import due
from helpdesk.desk.intake import Heard
from helpdesk.deskevents import TimerDue
from helpdesk.effects import Effect, Say, Schedule
from helpdesk.model import ChangeKind, Person, QuestionStatus, TicketStatus
from helpdesk.nouns.credit import CreditView, Given, Helper, Standing, Thank, ThanksTold, Untold
from helpdesk.view import View
from kb.model import Article, Audience
from tests.desk import LIST
from tests.unit.desk.making import (
    ANNA,
    BERT,
    CONFIG,
    DIRECT,
    LEA,
    NOW,
    OLGA,
    VERA,
    VICTOR,
    give,
    of,
    one,
    place,
    question,
    refusal,
    replies,
    ticket,
    told,
)


def helper(person: Person, **more: Any) -> Helper:
    return Helper(person.id, person.identity, **more)


SIG = tuple(helper(one) for one in (VERA, VICTOR, OLGA, LEA))


def article(owner: str = "", name: str = LIST.article) -> Article:
    return Article(
        name,
        "Request a list",
        "",
        (),
        (),
        "en",
        Audience.PUBLIC,
        "published",
        owner,
        date(2027, 1, 1),
        (),
        (),
        "",
        Path("x.md"),
        "",
    )


def knows(**more: Any) -> CreditView:
    return CreditView(sig=SIG, **more)


def thanks(who: Person = ANNA, words: str = "", room: str = "#help", **view: Any) -> list[Effect]:
    return give(who, "thanks", room, words=words, **view)


# --- who is thanked ---------------------------------------------------------------------------------------------------


def test_thanks_for_a_ticket_go_to_whoever_answered_it_and_they_hear_of_it() -> None:
    view = knows(helpers=(helper(VERA), helper(VICTOR)), ticket=7)
    effects = give(ANNA, "thanks", number=7, words="so quick!", ticket=ticket(TicketStatus.RESOLVED), credit=view)
    assert of(Thank, effects) == [Thank(1, 11, 7, "", "so quick!"), Thank(1, 12, 7, "", "so quick!")]
    assert of(Schedule, effects) == [Schedule(TELL, 11, NOW), Schedule(TELL, 12, NOW)]
    assert "vera, victor" in replies(effects)


def test_thanks_without_a_number_are_for_the_last_ticket_that_was_answered() -> None:
    effects = thanks(credit=knows(helpers=(helper(VERA),), ticket=7))
    assert of(Thank, effects) == [Thank(1, 11, 7)]


def test_somebody_is_thanked_by_name_for_what_they_answered_last_or_for_nothing_in_particular() -> None:
    assert of(Thank, thanks(words="@Vera, you are kind", credit=knows())) == [Thank(1, 11, None, "", "you are kind")]
    view = knows(helpers=(helper(VERA),), ticket=7)
    assert of(Thank, thanks(words="vera", credit=view)) == [Thank(1, 11, 7)]
    assert of(Thank, thanks(words="@other:olga", credit=view)) == [Thank(1, 13)]


def test_a_name_that_nobody_has_or_several_have_thanks_nobody() -> None:
    assert refusal(thanks(words="@nobody", credit=knows())) == "not-found"
    twin = replace(SIG[0], person=99, identity=replace(VERA.identity, network="other"))
    view = CreditView(sig=(*SIG, twin))
    assert "chat:vera, other:vera" in replies(thanks(words="@vera", credit=view))
    assert of(Thank, thanks(words="@chat:vera", credit=view)) == [Thank(1, 11)]


def test_nobody_thanks_themselves() -> None:
    assert refusal(thanks(VERA, "@vera", credit=knows())) == "invalid"
    view = knows(helpers=(helper(VERA),), ticket=7)
    assert refusal(give(VERA, "thanks", number=7, ticket=ticket(TicketStatus.RESOLVED), credit=view)) == "invalid"
    vera_wrote_it = {LIST.article: article("chat:vera")}
    asked = question(QuestionStatus.HELPED)
    assert of(Thank, thanks(VERA, question=asked, articles=vera_wrote_it, credit=knows())) == []


def test_nobody_is_thanked_twice_for_the_same_and_for_nothing_in_particular_once_a_day() -> None:
    view = knows(helpers=(helper(VERA),), ticket=7, given=(Given(11, 7, "", NOW - timedelta(days=90)),))
    again = thanks(credit=view)
    assert of(Thank, again) == []
    assert "on its way" in replies(again)
    today = knows(given=(Given(11, None, "", NOW - timedelta(hours=2)),))
    assert of(Thank, thanks(words="@vera", credit=today)) == []
    yesterday = knows(given=(Given(11, None, "", NOW - timedelta(hours=25)),))
    assert of(Thank, thanks(words="@vera", credit=yesterday)) == [Thank(1, 11)]


def test_a_private_ticket_is_not_there_for_whoever_may_not_know_of_it() -> None:
    private = ticket(TicketStatus.RESOLVED, origin=DIRECT)
    view = knows(helpers=(helper(VERA),), ticket=7)
    assert refusal(give(BERT, "thanks", number=7, ticket=private, credit=view)) == "not-found"
    assert of(Thank, give(ANNA, "thanks", number=7, ticket=private, credit=view)) == [Thank(1, 11, 7)]
    assert of(Thank, give(LEA, "thanks", number=7, ticket=private, credit=view)) == [Thank(14, 11, 7)]


def test_a_ticket_that_nobody_answered_thanks_nobody() -> None:
    assert "Nobody has answered #7" in replies(give(ANNA, "thanks", number=7, ticket=ticket(), credit=knows(ticket=7)))


# --- articles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("owner", ["chat:vera", "Vera", "@vera"])
def test_an_articles_author_is_thanked_for_the_answer_it_gave(owner: str) -> None:
    view = {"question": question(QuestionStatus.HELPED), "articles": {LIST.article: article(owner)}}
    assert of(Thank, thanks(credit=knows(), **view)) == [Thank(1, 11, None, LIST.article)]


@pytest.mark.parametrize("owner", ["", "the wiki team", "chat:stranger", "chat:"])
def test_an_article_of_nobody_known_is_thanked_itself(owner: str) -> None:
    view = {"question": question(), "articles": {LIST.article: article(owner)}}
    effects = thanks(credit=knows(), **view)
    assert effects[0] == Thank(1, None, None, LIST.article)
    assert of(Schedule, effects) == []
    assert "counts for the article" in replies(effects)


def test_the_author_of_a_cited_article_is_thanked_beside_the_helper() -> None:
    view = knows(helpers=(helper(VERA),), articles=(LIST.article,), ticket=7)
    effects = thanks(credit=view, articles={LIST.article: article("other:olga")})
    assert of(Thank, effects) == [Thank(1, 11, 7), Thank(1, 13, None, LIST.article)]


# --- a thumb ----------------------------------------------------------------------------------------------------------


def thumb(key: str = "👍", who: Person = ANNA, **view: Any) -> list[Effect]:
    where = place(who)
    assert where.room is not None
    event = Reacted("chat", EventId("e"), NOW, where.room, where.sender, MessageId("m"), key)
    return decide(event, Heard(), View(person=who, anchored=True, **view), CONFIG, NOW)


def test_a_thumb_on_an_answer_is_thanks() -> None:
    view = knows(helpers=(helper(VERA),), ticket=7)
    answered = ticket(TicketStatus.WAITING)
    assert of(Thank, thumb(ticket=answered, credit=view)) == [Thank(1, 11, 7)]
    assert of(Thank, thumb("👎", ticket=answered, credit=view)) == []
    assert of(Thank, thumb(who=BERT, ticket=answered, credit=view)) == []
    assert of(Thank, thumb(ticket=replace(answered, asked_back=True), credit=view)) == []
    assert of(Thank, thumb(ticket=ticket(TicketStatus.CLAIMED), credit=view)) == []


def test_a_thumb_on_the_desks_own_answer_thanks_the_articles_author() -> None:
    mine = {LIST.article: article("chat:vera")}
    assert of(Thank, thumb(question=question(), articles=mine, credit=knows())) == [Thank(1, 11, None, LIST.article)]
    assert of(Thank, thumb(question=question(QuestionStatus.SUGGESTED), articles=mine, credit=knows())) == []


# --- when they hear of it ---------------------------------------------------------------------------------------------


def test_many_thanks_become_one_message_a_day() -> None:
    waiting = knows(helpers=(helper(VERA),), ticket=7, waiting=frozenset({11}))
    assert of(Schedule, thanks(credit=waiting)) == []
    lately = knows(helpers=(helper(VERA),), ticket=7, told={11: NOW - timedelta(hours=4)})
    assert of(Schedule, thanks(credit=lately)) == [Schedule(TELL, 11, NOW + timedelta(hours=20))]


def test_nobody_is_told_in_their_quiet_hours() -> None:
    sleeps = helper(VERA, quiet="daily 22-8", zone="Europe/Berlin")
    morning = datetime(2026, 1, 2, 7, tzinfo=UTC)
    [scheduled] = of(Schedule, thanks(credit=knows(helpers=(sleeps,), ticket=7)))
    assert scheduled.due == morning
    view = CreditView(helper=sleeps, untold=(Untold("anna", 7, "", ""),))
    assert tells(view) == [Schedule(TELL, 11, morning)]
    assert of(Say, tells(view, morning))


def tells(view: CreditView, now: datetime = NOW) -> list[Effect]:
    return due(TimerDue(1, TELL, 11), View(credit=view, articles={LIST.article: article()}), CONFIG, now)


def test_a_helper_is_told_of_all_thanks_at_once() -> None:
    untold = (Untold("anna", 7, "", "so quick"), Untold("bert", None, LIST.article, ""), Untold("", None, "", ""))
    effects = tells(CreditView(helper=helper(VERA), untold=untold))
    assert told(effects, "direct:vera") == "Thanks came for you: anna (#7) “so quick” · bert (Request a list) · …"
    assert one(ThanksTold, effects) == ThanksTold(11)
    many = tells(CreditView(helper=helper(VERA), untold=untold * 4))
    assert told(many, "direct:vera").endswith("and 7 more")


def test_a_timer_without_thanks_or_helper_says_nothing() -> None:
    assert tells(CreditView(helper=helper(VERA))) == []
    assert tells(CreditView(untold=(Untold("anna", 7, "", ""),))) == []


# --- what one did -----------------------------------------------------------------------------------------------------


def test_me_shows_all_kinds_of_work_alike_and_only_to_oneself() -> None:
    did = {"answer": 3, "ask-back": 1, "tags": 2, "moved": 1, "merged": 1, "note": 2, "claimed": 9}
    standing = Standing(did, {"answer": 1}, solved=3, approved=2, thanks=4, thanks_recent=1, claims=2, cap=5)
    mine = {LIST.article: article("chat:vera"), "x": article("chat:victor", "x")}
    effects = give(VERA, "me", credit=knows(standing=standing), articles=mine)
    assert replies(effects, private=True) == (
        "In 30 days: 1 answer · 1 × thanks.\n"
        "Ever: 4 answers · 3 solved · 3 sorted · 1 joined · 2 mentored · 2 notes · 1 article · 4 × thanks.\n"
        "You have 2 of 5 tickets."
    )
    assert replies(give(VERA, "me", "direct:vera", credit=knows(standing=standing)), private=True) == ""


def test_who_did_nothing_yet_is_told_what_counts() -> None:
    assert "Whatever you do here counts" in replies(give(ANNA, "me", credit=knows()))
    assert "You asked one ticket." in replies(give(ANNA, "me", credit=knows(standing=Standing(asked=1))))


def test_what_the_asker_says_is_no_credit_and_unknown_kinds_count_as_nothing() -> None:
    assert credit.counted({"answer": 2, "dreamt": 5, "note": 1}) == {Credit.ANSWERS: 2, Credit.NOTES: 1}
    assert not {ChangeKind.OPENED, ChangeKind.ASKER, ChangeKind.CANCELLED} & set(KINDS)
