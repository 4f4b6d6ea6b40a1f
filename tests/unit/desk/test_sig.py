"""The SIG's people: who may change whose role, and what follows when somebody comes, rests, leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridges.events import PersonId
from helpdesk.desk import sig
from helpdesk.desk.decide import decide
from helpdesk.desk.intake import Heard
from helpdesk.deskevents import RoleGranted, TimerDue
from helpdesk.effects import Assign, Audited, Effect, GrantRole, Schedule
from helpdesk.model import Identity, Person, Role, TicketStatus
from helpdesk.nouns.sig import SetVolunteer, SigView, Volunteer
from helpdesk.view import View
from tests.unit.desk.making import (
    ANNA,
    BERT,
    CONFIG,
    GUEST,
    LEA,
    NOW,
    VERA,
    give,
    of,
    one,
    person,
    refusal,
    replies,
    ticket,
    told,
)

PAULA = person("paula", 21, Role.PAIR)
SHARI = person("shari", 22, Role.SHADOW)
STELLA = person("stella", 23, Role.STAFF)
LEO = person("leo", 24, Role.LEAD)


def volunteer(who: Person, **more: Any) -> Volunteer:
    return Volunteer(who.id, who.identity, who.role, rights=((who.identity, who.role),), **{"joined_at": NOW, **more})


EVERYONE = tuple(map(volunteer, (LEA, VERA, PAULA, SHARI, STELLA, LEO)))


def asks(who: Person, words: str, room: str = "#sig", *, about: Volunteer | None = None, **more: Any) -> list[Effect]:
    everyone = more.pop("everyone", EVERYONE)
    if about is not None:
        everyone = (*(one for one in everyone if one.person != about.person), about)
    me = next((one for one in everyone if one.person == who.id), None)
    return give(who, "sig", room, words=words, sig=SigView(me=me, about=about, volunteers=everyone, **more))


def test_anybody_who_is_logged_in_may_ask_to_join_and_the_leads_hear_of_it() -> None:
    effects = asks(BERT, "join I run a server · skills: irc")
    assert one(SetVolunteer, effects).volunteer.state == "pending"
    assert one(SetVolunteer, effects).volunteer.skills == ("irc",)
    assert "!sig approve chat:bert" in told(effects, "#sig")
    assert "I run a server" in told(effects, "#sig")
    assert of(GrantRole, effects) == []
    assert refusal(asks(GUEST, "join")) == "forbidden"


def test_asking_again_tells_the_leads_nothing_new_that_day() -> None:
    waiting = replace(volunteer(BERT), state="pending")
    assert told(asks(BERT, "join tz: Berlin", about=waiting), "#sig") == ""
    refused = replace(waiting, state="left")
    assert told(asks(BERT, "join", about=refused), "#sig") == ""
    assert "bert" in told(asks(BERT, "join", about=replace(refused, joined_at=NOW - timedelta(days=1))), "#sig")


def test_a_lead_lets_somebody_in_and_they_are_told() -> None:
    waiting = replace(volunteer(BERT), state="pending")
    effects = asks(LEA, "approve bert pair mentor @vera", about=waiting)
    assert one(GrantRole, effects).role is Role.PAIR
    let_in = one(SetVolunteer, effects).volunteer
    assert (let_in.state, let_in.mentor, let_in.approved_at) == ("active", VERA.id, NOW)
    assert "vera reads it before" in told(effects, "direct:bert")
    assert one(Audited, effects).detail == "pair"
    assert one(GrantRole, asks(LEA, "approve bert", about=waiting)).role is Role.SHADOW


def test_a_lead_refuses_kindly_and_says_why() -> None:
    waiting = replace(volunteer(BERT), state="pending")
    effects = asks(LEA, "refuse bert we are full", about=waiting)
    assert one(SetVolunteer, effects).volunteer.state == "left"
    assert "we are full" in told(effects, "direct:bert")
    assert refusal(asks(LEA, "refuse vera")) == "not-found"


@pytest.mark.parametrize(
    "words", ["approve bert", "add bert", "promote paula", "demote vera", "remove vera", "mentor paula vera"]
)
def test_only_leads_decide_about_people(words: str) -> None:
    assert refusal(asks(VERA, words)) == "forbidden"


def test_a_name_that_anybody_can_take_gives_no_right() -> None:
    mallory = volunteer(
        Person(77, Identity("other", PersonId("mallory"), "trudy", True), Role.ASKER, ""), state="pending"
    )
    granted = one(GrantRole, asks(LEA, "approve trudy", about=mallory))
    assert (granted.network, granted.person) == ("chat", "trudy")
    granted = one(GrantRole, asks(LEA, "approve other:mallory", about=mallory))
    assert (granted.network, granted.person) == ("other", "mallory")
    assert "trudy" in replies(asks(VERA, "show trudy", about=mallory))


def test_nobody_gives_more_than_they_have_and_judges_who_stands_above_them() -> None:
    assert refusal(asks(LEA, "promote vera staff")) == "forbidden"
    assert refusal(asks(LEA, "demote stella")) == "forbidden"
    assert one(GrantRole, asks(STELLA, "promote leo staff")).role is Role.STAFF
    assert one(GrantRole, asks(LEA, "promote paula lead")).role is Role.LEAD


def test_up_and_down_a_step_at_a_time_and_to_lead_by_name_only() -> None:
    assert one(GrantRole, asks(LEA, "promote shari")).role is Role.PAIR
    assert one(GrantRole, asks(LEA, "promote paula")).role is Role.SOLO
    assert refusal(asks(LEA, "promote vera")) == "invalid"
    assert one(GrantRole, asks(LEA, "demote leo")).role is Role.SOLO
    assert one(GrantRole, asks(LEA, "demote paula")).role is Role.SHADOW
    assert refusal(asks(LEA, "demote shari")) == "invalid"
    assert refusal(asks(LEA, "promote paula shadow")) == "invalid"


def test_who_stands_in_the_configuration_stays_what_they_are() -> None:
    assert refusal(asks(LEO, "demote lea")) == "conflict"
    assert refusal(asks(LEO, "remove vera")) == "conflict"


def test_demoted_somebody_has_the_lower_role_on_every_network() -> None:
    other = Identity("other", PAULA.identity.key, "paula", True)
    both = replace(volunteer(PAULA), role=Role.LEAD, rights=((PAULA.identity, Role.SHADOW), (other, Role.LEAD)))
    granted = of(GrantRole, asks(LEO, "demote paula pair", about=both))
    assert {(one.network, one.role) for one in granted} == {("chat", Role.PAIR), ("other", Role.PAIR)}


def test_who_may_work_no_more_hands_over() -> None:
    held = ticket(TicketStatus.CLAIMED, PAULA)
    for words in ("demote paula", "remove paula"):
        effects = asks(LEA, words, about=volunteer(PAULA), claims=(held,))
        assert one(Assign, effects) == Assign(7, None)
        assert Schedule(sig.GONE, PAULA.id, NOW) in effects
    assert of(Assign, asks(LEA, "promote paula", about=volunteer(PAULA), claims=(held,))) == []


def test_a_mentor_works_alone_and_is_somebody_else() -> None:
    assert one(SetVolunteer, asks(LEA, "mentor paula vera")).volunteer.mentor == VERA.id
    assert "!approve" in told(asks(LEA, "mentor paula @vera"), "direct:vera")
    assert one(SetVolunteer, asks(LEA, "mentor paula none")).volunteer.mentor is None
    assert refusal(asks(LEA, "mentor paula shari")) == "conflict"
    assert refusal(asks(LEA, "mentor leo leo")) == "conflict"
    assert refusal(asks(LEA, "mentor paula nobody-known")) == "not-found"


def test_leaving_is_one_word_and_hands_everything_over() -> None:
    held = ticket(TicketStatus.CLAIMED, PAULA)
    effects = asks(PAULA, "leave", about=volunteer(PAULA), claims=(held,))
    assert one(GrantRole, effects).role is Role.ASKER
    assert one(SetVolunteer, effects).volunteer.state == "left"
    assert one(Assign, effects) == Assign(7, None)
    assert "paula gave #7 back" in told(effects, "#sig") or "paula gave #7 back" in told(effects, "#team")
    assert "credit stays" in replies(effects)


def test_a_break_is_one_word_and_ends_by_itself() -> None:
    held = ticket(TicketStatus.CLAIMED, VERA)
    seen = SigView(me=volunteer(VERA), volunteers=EVERYONE, claims=(held,))
    effects = give(VERA, "break", "#sig", words="2w I need air", sig=seen)
    until = NOW + timedelta(weeks=2)
    resting = one(SetVolunteer, effects).volunteer
    assert (resting.state, resting.break_until, resting.away(NOW)) == ("break", until, True)
    assert Schedule(sig.BACK, VERA.id, until) in effects
    assert one(Assign, effects) == Assign(7, None)
    due = decide(TimerDue(1, sig.BACK, VERA.id), Heard(), View(sig=SigView(me=resting)), CONFIG, until)
    assert one(SetVolunteer, due).volunteer.state == "active"
    early = decide(TimerDue(1, sig.BACK, VERA.id), Heard(), View(sig=SigView(me=resting)), CONFIG, NOW)
    assert early == []


def test_a_break_without_a_length_lasts_until_they_are_back() -> None:
    seen = SigView(me=volunteer(VERA), volunteers=EVERYONE)
    effects = give(VERA, "break", "#sig", sig=seen)
    resting = one(SetVolunteer, effects).volunteer
    assert resting.break_until is None
    assert resting.away(NOW + timedelta(days=365))
    assert [effect.kind for effect in of(Schedule, effects)] == [sig.GONE]
    assert one(SetVolunteer, give(VERA, "back", sig=SigView(me=resting))).volunteer.state == "active"
    assert refusal(give(VERA, "break", words="3 fortnights", sig=seen)) == "invalid"


def test_after_enough_good_answers_leads_hear_once_that_a_pair_may_be_ready() -> None:
    pair = volunteer(PAULA)
    ready = SigView(me=pair, volunteers=EVERYONE, good=5)
    effects = decide(TimerDue(1, sig.READY, PAULA.id), Heard(), View(sig=ready), CONFIG, NOW)
    assert "!sig promote chat:paula solo" in told(effects, "direct:lea")
    assert told(effects, "direct:vera") == ""
    assert of(GrantRole, effects) == []
    suggested = one(SetVolunteer, effects).volunteer
    again = replace(ready, me=suggested)
    effects = decide(TimerDue(1, sig.READY, PAULA.id), Heard(), View(sig=again), CONFIG, NOW)
    assert told(effects, "direct:lea") == ""
    fewer = decide(TimerDue(1, sig.READY, PAULA.id), Heard(), View(sig=replace(ready, good=4)), CONFIG, NOW)
    assert fewer == [Schedule(sig.READY, PAULA.id, NOW + sig.WEEK)]


def test_a_shadow_who_looked_on_for_a_week_and_took_notes_may_be_ready_for_a_pair() -> None:
    shadow = volunteer(SHARI, approved_at=NOW - timedelta(days=7))
    assert sig.ready_for(shadow, 0, 5, CONFIG, NOW) is Role.PAIR
    assert sig.ready_for(shadow, 0, 4, CONFIG, NOW) is None
    assert sig.ready_for(replace(shadow, approved_at=NOW - timedelta(days=6)), 0, 5, CONFIG, NOW) is None
    assert sig.ready_for(replace(shadow, state="break"), 0, 5, CONFIG, NOW) is None


def test_who_came_by_an_invitation_is_looked_at_like_all_others() -> None:
    event = RoleGranted("chat", BERT.identity.sender, Role.PAIR)
    effects = decide(event, Heard(), View(person=BERT), CONFIG, NOW)
    assert one(GrantRole, effects).role is Role.PAIR
    assert one(SetVolunteer, effects).volunteer.approved_at == NOW
    assert Schedule(sig.READY, BERT.id, NOW + sig.WEEK) in effects


def test_the_list_names_a_person_once_and_who_rests_or_waits() -> None:
    other = Identity("other", VERA.identity.key, "vera", True)
    vera = replace(volunteer(VERA), state="break", rights=((VERA.identity, Role.SOLO), (other, Role.SOLO)))
    waiting = replace(volunteer(BERT), state="pending")
    everyone = (volunteer(LEA), vera, waiting, replace(volunteer(PAULA), state="left"))
    members = ((LEA.identity, Role.LEAD), (VERA.identity, Role.SOLO), (other, Role.SOLO), (PAULA.identity, Role.PAIR))
    shown = replies(give(VERA, "sig", members=members, sig=SigView(volunteers=everyone)))
    assert shown.startswith("lead: lea (chat)\nsolo volunteer: vera (chat, other) ☾\n")
    assert "1 would like to join: chat:bert" in shown
    assert "paula" not in shown


def test_strangers_are_told_how_to_join_and_nothing_of_the_people() -> None:
    shown = replies(give(ANNA, "sig", members=((LEA.identity, Role.LEAD),)))
    assert "!sig join" in shown
    assert "lea" not in shown.replace("leads", "")
    assert refusal(give(ANNA, "sig", words="show vera", sig=SigView(volunteers=EVERYONE))) == "forbidden"
    assert refusal(give(ANNA, "sig", words="set tz Berlin")) == "not-found"
