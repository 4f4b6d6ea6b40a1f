"""Whom a ticket fits, who is asked and in which order, and what comes back with somebody who comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.desk import routing
from helpdesk.effects import Assign, Direct, Say, Schedule
from helpdesk.model import Person, Priority, Role, Ticket, TicketStatus
from helpdesk.nouns.hours import Span
from helpdesk.nouns.rota import Back, Came, MakeOffer, Offer, OnDuty, RotaView, Shift, Waiting
from helpdesk.nouns.sig import Volunteer
from helpdesk.view import View
from tests.unit.desk.making import (
    ANNA,
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
    person,
    refusal,
    replies,
    ticket,
    words,
)

HOUR = timedelta(hours=1)


def volunteer(who: Person, **more: Any) -> Volunteer:
    """Somebody who joined and said nothing in particular."""
    return replace(Volunteer(who.id, who.identity, who.role, joined_at=NOW), **more)


def asked(open_ticket: Ticket, *people: Volunteer, **more: Any) -> list[str]:
    """Who is asked first."""
    view = RotaView(people, **more)
    return [one.identity.name for one in routing.chosen(open_ticket, view, CONFIG, NOW)]


OPEN = ticket()


# --- to whom it is offered --------------------------------------------------------------------------------------------


def test_first_are_asked_those_who_know_the_topic_or_a_tag() -> None:
    knows, other = volunteer(VERA, skills=("Wiki",)), volunteer(VICTOR, skills=("video",))
    assert asked(OPEN, other, knows) == ["vera"]
    assert asked(ticket(tags=("video",)), other, replace(knows, skills=("lists",))) == ["victor"]


def test_then_those_who_speak_its_language_then_anybody_and_leads_last() -> None:
    speaks = volunteer(VERA, skills=("video",), languages=("en",))
    foreign = volunteer(VICTOR, languages=("fr",))
    lead = volunteer(LEA, skills=("wiki",))
    before: list[int] = []
    order = []
    for _ in range(4):
        offers = tuple(Offer(7, number, NOW - HOUR, 1) for number in before)
        view = RotaView((lead, foreign, speaks), offers=offers)
        found = routing.chosen(OPEN, view, CONFIG, NOW)
        order.append([one.identity.name for one in found])
        before += [one.person for one in found]
    assert order == [["vera"], ["victor"], ["lea"], []]


def test_an_escalated_ticket_may_be_a_leads_first() -> None:
    assert asked(ticket(escalated=1), volunteer(LEA, skills=("wiki",)), volunteer(VERA, skills=("video",))) == ["lea"]


def test_never_more_than_a_few_at_once() -> None:
    many = [volunteer(person(f"v{number}", number, Role.SOLO)) for number in range(30, 40)]
    assert len(asked(OPEN, *many)) == CONFIG.sig.offers == 2


@pytest.mark.parametrize(
    "why",
    [
        {"state": "break"},
        {"state": "pending"},
        {"quiet": "daily 0-24"},
        {"hours": "daily 18-20"},
        {"queues": ("other",)},
        {"role": Role.SHADOW},
        {"person": ANNA.id},
        {"cap": 0},
        {"joined_at": None},
    ],
)
def test_who_is_not_asked(why: dict[str, Any]) -> None:
    assert asked(OPEN, volunteer(VERA)) == ["vera"]
    assert asked(OPEN, volunteer(VERA, **why)) == []


def test_with_hands_full_nobody_is_asked() -> None:
    assert asked(OPEN, volunteer(VERA), claims={VERA.id: 4}) == ["vera"]
    assert asked(OPEN, volunteer(VERA), claims={VERA.id: 5}) == []
    assert asked(OPEN, volunteer(VERA, cap=6), claims={VERA.id: 5}) == ["vera"]


def test_who_works_with_a_mentor_is_asked_for_nothing_urgent() -> None:
    pair = volunteer(VERA, role=Role.PAIR)
    assert asked(OPEN, pair) == ["vera"]
    assert asked(ticket(priority=Priority.HIGH), pair) == []


def test_a_sig_of_three_without_profiles_is_not_messaged_but_whoever_is_on_duty_is() -> None:
    plain = volunteer(VERA, joined_at=None)
    assert asked(OPEN, plain) == []
    always = tuple(Shift(day, VERA.id, "", Span(day, 0, 1440), "UTC", NOW) for day in range(7))
    assert asked(OPEN, plain, shifts=always) == ["vera"]


def test_who_is_on_duty_comes_first_even_outside_their_hours() -> None:
    duty = Shift(1, OLGA.id, "", Span(NOW.weekday(), 0, 1440), "UTC", NOW)
    on_duty = volunteer(OLGA, hours="daily 18-20")
    assert asked(OPEN, volunteer(VERA), volunteer(VICTOR), on_duty, shifts=(duty,))[0] == "olga"


@given(st.integers(1, 8), st.integers(1, 60), st.booleans())
def test_among_equals_offers_are_fair_within_one(people: int, tickets: int, taken: bool) -> None:
    """Whether they let it pass or take what they are offered, and the same every time."""
    everybody = tuple(volunteer(person(f"v{n}", n, Role.SOLO)) for n in range(100, 100 + people))
    offered: Counter[int] = Counter()
    recent: Counter[int] = Counter()
    for number in range(1, tickets + 1):
        view = RotaView(everybody, recent=dict(recent) if taken else {}, asked=dict(offered))
        found = routing.chosen(ticket(number=number), view, CONFIG, NOW)
        assert found == routing.chosen(ticket(number=number), view, CONFIG, NOW)
        offered.update(one.person for one in found[:1] if taken)
        offered.update(one.person for one in found if not taken)
        recent.update(one.person for one in found[:1])
    counts = [(recent if taken else offered)[one.person] for one in everybody]
    assert max(counts) - min(counts) <= 1


@given(st.dictionaries(st.integers(100, 106), st.integers(0, 9)), st.integers(1, 9))
def test_no_cap_is_ever_passed(claims: dict[int, int], cap: int) -> None:
    everybody = tuple(volunteer(person(f"v{n}", n, Role.SOLO), cap=cap) for n in range(100, 107))
    found = routing.candidates(OPEN, RotaView(everybody, claims=claims), CONFIG, NOW)
    assert {one.person for one in found} == {n for n in range(100, 107) if claims.get(n, 0) < cap}


# --- the offer --------------------------------------------------------------------------------------------------------


def test_what_is_asked_at_an_event_is_for_those_on_site_and_for_the_main_queue() -> None:
    there = ticket(queue="berlin-2026", event=3)
    elsewhere, main = volunteer(VERA, queues=("design",)), volunteer(VICTOR)
    assert asked(there, elsewhere) == []
    assert asked(there, elsewhere, main) == ["victor"]
    on_site = OnDuty(1, VERA.id, "berlin-2026", 3, VERA.identity, NOW - HOUR, NOW + HOUR)
    assert asked(there, elsewhere, main, duty=(on_site,))[0] == "vera"
    assert asked(replace(there, event=None), main) == []


def test_an_offer_is_a_brief_direct_message_and_the_next_ones_are_asked_later() -> None:
    effects = routing.offer_due(OPEN, RotaView((volunteer(VERA),)), CONFIG, NOW)
    said = one(Say, effects)
    assert said.to == Direct("chat", VERA.identity.key)
    assert "#7 (wiki) fits you: the badge of mine" in words(said)
    assert "!claim 7" in words(said)
    assert one(MakeOffer, effects) == MakeOffer(7, VERA.id, 1)
    assert one(Schedule, effects) == Schedule("rota.offer", 7, NOW + CONFIG.sig.offer_wait)


def test_what_was_asked_in_private_is_offered_without_its_words() -> None:
    said = one(Say, routing.offer_due(ticket(origin=DIRECT), RotaView((volunteer(VERA),)), CONFIG, NOW))
    assert "badge" not in words(said)
    assert "anna" not in words(said)
    assert "!claim 7" in words(said)


def test_an_urgent_ticket_goes_round_ten_times_as_fast() -> None:
    effects = routing.offer_due(ticket(priority=Priority.URGENT), RotaView((volunteer(VERA),)), CONFIG, NOW)
    assert one(Schedule, effects).due == NOW + CONFIG.sig.offer_wait / 10


@pytest.mark.parametrize(
    "gone", [ticket(TicketStatus.CLAIMED), ticket(TicketStatus.CANCELLED), ticket(incident=3), None]
)
def test_what_does_not_wait_is_not_offered(gone: Ticket | None) -> None:
    assert routing.offer_due(gone, RotaView((volunteer(VERA),)), CONFIG, NOW) == []


def test_while_the_last_ones_have_time_a_second_timer_does_nothing() -> None:
    view = RotaView((volunteer(VERA),), offers=(Offer(7, VICTOR.id, NOW - timedelta(minutes=9), 1),))
    assert routing.offer_due(OPEN, view, CONFIG, NOW) == []
    later = routing.offer_due(OPEN, view, CONFIG, NOW + timedelta(minutes=1))
    assert one(MakeOffer, later).round == 2


def test_where_nobody_is_there_it_is_offered_when_somebody_comes_and_where_all_were_asked_no_more() -> None:
    sleeping = volunteer(VERA, hours="daily 18-20")
    effects = routing.offer_due(OPEN, RotaView((sleeping,)), CONFIG, NOW)
    assert effects == [Schedule("rota.offer", 7, NOW.replace(hour=18, minute=0, second=0, microsecond=0))]
    everybody = RotaView((sleeping,), offers=(Offer(7, VERA.id, NOW - HOUR, 1),))
    assert routing.offer_due(OPEN, everybody, CONFIG, NOW) == []


# --- coming back ------------------------------------------------------------------------------------------------------


def back(**more: Any) -> list[Any]:
    given_back = replace(Back(volunteer(VERA, skills=("wiki",)), OPEN), **more)
    return routing.came_back(View(rota=RotaView(back=given_back)), CONFIG, NOW)


def test_whoever_comes_back_is_offered_what_fits_once_in_a_while() -> None:
    effects = back()
    assert "Welcome back! #7 (wiki) fits you" in words(one(Say, effects))
    assert Came(VERA.id) in effects
    assert back(asked_at=NOW - HOUR) == [Came(VERA.id)]
    assert of(Say, back(asked_at=NOW - 5 * HOUR))


@pytest.mark.parametrize(
    "why",
    [
        {"ticket": None},
        {"held": 5},
        {"me": volunteer(VERA, quiet="daily 0-24")},
        {"me": volunteer(VERA, state="break")},
        {"me": volunteer(VERA, skills=("video",))},
        {"me": volunteer(VERA, languages=("fr",))},
    ],
)
def test_who_comes_back_and_is_let_be(why: dict[str, Any]) -> None:
    assert back(**why) == [Came(VERA.id)]


def test_a_command_of_somebody_who_was_away_brings_an_offer_unless_it_is_at_work_already() -> None:
    known = RotaView(back=Back(volunteer(VERA), OPEN), me=volunteer(VERA))
    assert of(Say, give(VERA, "queue", rota=known))
    claimed = give(VERA, "next", queue=(OPEN,), rota=known)
    assert not of(MakeOffer, claimed)
    assert one(Assign, claimed).ticket == 7


# --- next -------------------------------------------------------------------------------------------------------------


def waiting(number: int, hours: float = 1, **more: Any) -> Waiting:
    made = Waiting(number, ANNA.id, "wiki", (), "en", Priority.NORMAL, "", NOW - hours * HOUR)
    return replace(made, **more)


def first(me: Volunteer, *tickets: Waiting) -> int:
    return routing.best_first(me, tickets, NOW)[0].number


def test_what_fits_comes_first_and_what_has_waited_long_before_that() -> None:
    me = volunteer(VERA, skills=("video",))
    assert first(me, waiting(1, 2), waiting(2, 1, topic="video/rooms")) == 2
    assert first(me, waiting(1, 10), waiting(2, 1, topic="video/rooms")) == 1


def test_high_priority_goes_before_age_and_another_language_comes_late() -> None:
    me = volunteer(VERA, languages=("en",))
    assert first(me, waiting(1, 10), waiting(2, 1, priority=Priority.HIGH)) == 2
    assert first(me, waiting(1, 10), waiting(2, 1, priority=Priority.LOW)) == 1
    assert first(me, waiting(1, 48, lang="de"), waiting(2, 1)) == 2
    assert first(me, waiting(1, 96, lang="de"), waiting(2, 1)) == 1


def test_who_works_with_a_mentor_gets_the_urgent_one_only_when_there_is_no_other() -> None:
    me = volunteer(VERA, role=Role.PAIR)
    assert first(me, waiting(1, 1), waiting(2, 50, priority=Priority.URGENT)) == 1
    assert first(me, waiting(2, 50, priority=Priority.URGENT)) == 2


def test_nobody_gets_their_own() -> None:
    assert routing.best_first(volunteer(VERA), [waiting(1, asker=VERA.id)], NOW) == []


@given(
    st.lists(st.tuples(st.floats(0, 500), st.sampled_from(Priority), st.sampled_from(["wiki", "video"])), max_size=12)
)
def test_the_order_does_not_change_with_time(made: list[tuple[float, Priority, str]]) -> None:
    me = volunteer(VERA, skills=("video",))
    tickets = [waiting(n, hours, priority=priority, topic=topic) for n, (hours, priority, topic) in enumerate(made)]
    now = [one.number for one in routing.best_first(me, tickets, NOW)]
    assert now == [one.number for one in routing.best_first(me, tickets[::-1], NOW + 1000 * HOUR)]


def test_next_with_hands_full_says_so_kindly_and_gives_one_anyway() -> None:
    full = RotaView(me=volunteer(VERA), held=(1, 2, 3, 4, 5))
    effects = give(VERA, "next", queue=(OPEN,), rota=full)
    assert refusal(effects) == "limit"
    assert "#1, #2, #3, #4, #5" in replies(effects)
    assert "!next anyway" in replies(effects)
    assert one(Assign, give(VERA, "next", words="anyway", queue=(OPEN,), rota=full)).ticket == 7
    assert refusal(give(VERA, "next", words="please", queue=(OPEN,), rota=full)) == "invalid"
    assert refusal(give(person("sam", 40, Role.SHADOW), "next", queue=(OPEN,))) == "forbidden"
