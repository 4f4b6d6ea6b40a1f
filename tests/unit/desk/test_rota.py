"""The rota: shifts by the wall clock of whoever has them, swaps, gaps, reminders, voice, and who is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.events import Room, RoomEntered, RoomId
from helpdesk.config import Config, build
from helpdesk.desk import rota
from helpdesk.desk.talk import command
from helpdesk.deskevents import TimerDue
from helpdesk.effects import Audited, Direct, Effect, InRoom, Say
from helpdesk.model import Identity, Invocation, Person, Role
from helpdesk.nouns.hours import spans
from helpdesk.nouns.rota import (
    AddShift,
    EndShift,
    GoOffDuty,
    GoOnDuty,
    LinkCalendar,
    LookAgain,
    OfferSwap,
    OnDuty,
    RotaView,
    SettleSwap,
    Shift,
    ShowVoice,
    Swap,
    number_of,
)
from helpdesk.nouns.sig import Volunteer
from helpdesk.nouns.stretches import gaps, occurrences, on_duty, presence, without
from helpdesk.view import View
from tests.unit.desk.making import ANNA, LEA, OLGA, VERA, VICTOR, of, one, person, place, refusal, replies, told, words

MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
"""The week at whose end Europe's clocks go forward."""
BERLIN = "Europe/Berlin"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SAM = person("sam", 40, Role.SHADOW)


def made_config(**sig: Any) -> Config:
    rooms = {"#help": {"voice": True}, "#sig": {"volunteers": True}}
    return build(
        {
            "sig": {"zone": BERLIN} | sig,
            "web": {"enabled": True},
            "queues": {"events": {"title": "Events", "topics": ["events"]}},
            "networks": {
                "chat": {"kind": "memory", "rooms": rooms},
                "other": {"kind": "memory", "rooms": {"#team": {"volunteers": True, "private": True}}},
            },
        }
    )


CONFIG = made_config()


def volunteer(who: Person, **more: Any) -> Volunteer:
    return replace(Volunteer(who.id, who.identity, who.role, joined_at=MONDAY, zone=BERLIN), **more)


def shift(number: int, who: Person, hours: str, *, queue: str = "", zone: str = BERLIN, **more: Any) -> Shift:
    [span] = spans(hours)
    return replace(Shift(number, who.id, queue, span, zone, MONDAY - 30 * DAY), **more)


def made(*shifts: Shift, people: tuple[Volunteer, ...] | None = None, **more: Any) -> RotaView:
    known = people or tuple(map(volunteer, (VERA, VICTOR, OLGA, LEA, SAM)))
    identities = {one.person: (one.identity,) for one in known}
    return RotaView(known, shifts, identities=identities, next_shift=50, next_swap=9, token="t" * 32, **more)


def give(
    who: Person,
    verb: str,
    words: str = "",
    *,
    now: datetime = MONDAY,
    room: str = "#sig",
    known: RotaView | None = None,
) -> list[Effect]:
    view = View(person=who, rota=known or made())
    return command(Invocation(verb, None, words), place(who, room), view, CONFIG, now)


TUESDAY = shift(3, VERA, "tue 18-20")
FIRST = MONDAY + DAY + 17 * HOUR
"""Tuesday 18:00 in Berlin, while it is winter time."""


def tick(known: RotaView, since: datetime, now: datetime | None = None, config: Config = CONFIG) -> list[Effect]:
    event = TimerDue(1, rota.TICK, number_of(since))
    return rota.due(event, View(rota=replace(known, looks_at=since)), config, now or since)


# --- in time ----------------------------------------------------------------------------------------------------------


def test_a_shift_stays_at_six_when_the_clocks_change() -> None:
    found = occurrences(made(TUESDAY), MONDAY, MONDAY + 14 * DAY)
    assert [one.starts for one in found] == [FIRST, FIRST + 7 * DAY - HOUR]


def test_it_begins_when_it_was_made_and_ends_when_it_was_ended() -> None:
    late = replace(TUESDAY, since=FIRST + 3 * HOUR, until=FIRST + 8 * DAY)
    assert [one.starts for one in occurrences(made(late), MONDAY, MONDAY + 30 * DAY)] == [FIRST + 7 * DAY - HOUR]


def test_what_was_taken_is_the_takers_and_may_be_given_on() -> None:
    taken = Swap(1, 3, FIRST, FIRST + 2 * HOUR, VERA.id, None, VICTOR.id, "taken")
    again = Swap(2, 3, FIRST, FIRST + 2 * HOUR, VICTOR.id, None, None, "open")
    known = made(TUESDAY, swaps=(taken, again))
    [first, second] = occurrences(known, MONDAY, MONDAY + 10 * DAY)
    assert (first.person, first.offered, second.person) == (VICTOR.id, again, VERA.id)
    assert [duty.person for duty in on_duty(known, FIRST)] == [VICTOR.id]


def test_of_each_queue_it_is_known_whether_somebody_is_there_and_else_when_somebody_comes() -> None:
    known = made(TUESDAY, shift(4, VICTOR, "wed 9-10", queue="events"))
    assert presence(made(), FIRST) == {}
    assert presence(known, FIRST) == {"": None, "events": datetime(2026, 3, 25, 8, tzinfo=UTC)}
    assert presence(known, FIRST + 2 * HOUR)[""] == FIRST + 7 * DAY - HOUR, "the clocks change meanwhile"


def test_whoever_is_on_a_break_is_not_on_duty() -> None:
    away = made(TUESDAY, people=(volunteer(VERA, state="break", break_until=FIRST + DAY),))
    assert on_duty(away, FIRST) == []
    assert [duty.until for duty in on_duty(made(TUESDAY), FIRST)] == [FIRST + 2 * HOUR]


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9))),
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9))),
)
def test_what_is_left_of_the_hours_is_what_nobody_covers(
    wanted: list[tuple[int, int]], covered: list[tuple[int, int]]
) -> None:
    def stretches(made: list[tuple[int, int]]) -> list[tuple[datetime, datetime]]:
        return [(MONDAY + start * HOUR, MONDAY + (start + length) * HOUR) for start, length in made]

    def hours(made: list[tuple[datetime, datetime]]) -> set[int]:
        return {n for n in range(70) if any(start <= MONDAY + n * HOUR < end for start, end in made)}

    left = without(stretches(wanted), stretches(covered))
    assert hours(left) == hours(stretches(wanted)) - hours(stretches(covered))


# --- !duty ------------------------------------------------------------------------------------------------------------


def test_a_shift_is_added_in_ones_own_time() -> None:
    effects = give(VERA, "duty", "add tue 18:00-20:00")
    added = one(AddShift, effects)
    assert (added.id, added.person, added.queue, added.zone) == (50, VERA.id, "", BERLIN)
    assert one(LookAgain, effects).at == MONDAY + DAY - 7 * HOUR  # the day before at 18:00
    assert "Shift 50" in replies(effects)


@pytest.mark.parametrize("said", ["add events UTC tue 18-20", "add tue 18-20 events utc", "ADD Tue 18-20 UTC Events"])
def test_queue_and_zone_may_be_said_in_any_order(said: str) -> None:
    added = one(AddShift, give(VERA, "duty", said))
    assert (added.queue, added.zone) == ("events", "UTC")


def test_a_zone_is_known_whatever_its_case() -> None:
    assert one(AddShift, give(VERA, "duty", "add tue 18-20 america/new_york")).zone == "America/New_York"


def test_several_days_are_several_shifts() -> None:
    added = of(AddShift, give(VERA, "duty", "add sat/sun 10-12, wed 9-10"))
    assert [(found.id, found.span.weekday) for found in added] == [(50, 2), (51, 5), (52, 6)]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("add", "invalid"),
        ("add tue", "invalid"),
        ("add tue 18-20 Mars/Olympus", "invalid"),
        ("add tue 18-20 @nobody", "not-found"),
        ("remove 77", "not-found"),
        ("remove", "invalid"),
        ("on for ever", "invalid"),
        ("gaps soon", "invalid"),
        ("dance", "invalid"),
    ],
)
def test_what_can_not_be_done_says_so(said: str, why: str) -> None:
    assert refusal(give(VERA, "duty", said)) == why


def test_leads_add_for_others_who_hear_of_it_and_it_is_audited() -> None:
    assert refusal(give(VERA, "duty", "add tue 18-20 @victor")) == "forbidden"
    effects = give(LEA, "duty", "add tue 18-20 @Victor")
    assert one(AddShift, effects).person == VICTOR.id
    assert "lea put you on the rota" in told(effects, "direct:victor")
    assert one(Audited, effects).about == "victor"


def test_who_only_watches_has_no_duty() -> None:
    assert refusal(give(SAM, "duty", "add tue 18-20")) == "forbidden"
    assert refusal(give(SAM, "duty", "on")) == "forbidden"
    assert refusal(give(LEA, "duty", "add tue 18-20 @sam")) == "invalid"
    assert refusal(give(ANNA, "duty")) == "forbidden"


def test_the_same_shift_is_not_there_twice() -> None:
    assert refusal(give(VERA, "duty", "add tue 18-20", known=made(TUESDAY))) == "conflict"


def test_mine_with_their_numbers_in_my_time_with_utc_beside() -> None:
    taken = Swap(1, 4, FIRST, FIRST + HOUR, VICTOR.id, None, VERA.id, "taken")
    known = made(TUESDAY, shift(4, VICTOR, "tue 18-19"), swaps=(taken,))
    listed = replies(give(VERA, "duty", known=known))
    assert "3: Tue 18:00–20:00 Europe/Berlin (17:00 UTC now)" in listed
    assert "You took over: Tue 2026-03-24 18:00–19:00 (17:00 UTC)" in listed
    assert "4:" not in listed
    assert "no shifts" in replies(give(OLGA, "duty", known=known))


def test_a_shift_is_removed_by_its_owner_or_a_lead() -> None:
    known = made(TUESDAY)
    assert one(EndShift, give(VERA, "duty", "remove 3", known=known)).shift == 3
    assert refusal(give(VICTOR, "duty", "remove 3", known=known)) == "forbidden"
    effects = give(LEA, "duty", "remove #3", known=known)
    assert one(EndShift, effects).shift == 3
    assert "took your shift 3 off" in told(effects, "direct:vera")


def test_on_duty_for_a_while_and_off_again() -> None:
    effects = give(VERA, "duty", "on 2h")
    assert one(GoOnDuty, effects).until == MONDAY + 2 * HOUR
    assert one(LookAgain, effects).at == MONDAY + 2 * HOUR
    assert "until Mon 03:00 (02:00 UTC)" in replies(effects)
    assert one(ShowVoice, effects) == ShowVoice("chat", RoomId("#help"), VERA.identity.key, True)
    here = OnDuty(1, VERA.id, "", None, VERA.identity, MONDAY, MONDAY + HOUR)
    ended = give(VERA, "duty", "off", known=made(duty=(here,)))
    assert one(GoOffDuty, ended) == GoOffDuty(VERA.id)
    assert one(ShowVoice, ended).on is False
    assert "were not on duty" in replies(give(VERA, "duty", "off"))


def test_nobody_loses_a_voice_by_what_has_nothing_to_do_with_now() -> None:
    assert of(ShowVoice, give(VERA, "duty", "add tue 18-20")) == []
    assert of(ShowVoice, give(VERA, "duty", "remove 3", known=made(TUESDAY))) == []
    assert one(ShowVoice, give(VERA, "duty", "remove 3", known=made(TUESDAY), now=FIRST)).on is False
    taken = give(VICTOR, "swap", "take 9", known=made(TUESDAY, swaps=(OFFERED,)), now=FIRST + HOUR)
    assert {(found.person, found.on) for found in of(ShowVoice, taken)} == {
        (VERA.identity.key, False),
        (VICTOR.identity.key, True),
    }
    assert of(ShowVoice, gone(made(TUESDAY, people=(volunteer(VERA, state="left"), volunteer(LEA))))) == []


def test_a_shift_is_not_ended_by_a_word() -> None:
    effects = give(VERA, "duty", "off", known=made(TUESDAY), now=FIRST + HOUR)
    assert refusal(effects) == "conflict"
    assert "!swap 3" in replies(effects)


def test_the_calendar_link_is_told_directly() -> None:
    effects = give(VERA, "duty", "calendar")
    assert one(LinkCalendar, effects).person == VERA.id
    assert "/duty/" in replies(effects, private=True)
    assert "/duty/" not in replies(effects, private=False)


# --- !oncall ----------------------------------------------------------------------------------------------------------


def test_who_is_on_duty_until_when_and_who_is_next() -> None:
    known = made(TUESDAY, shift(4, VICTOR, "wed 9-10"))
    assert "vera until Tue 20:00 (19:00 UTC). Then: victor from Wed 09:00 (08:00 UTC)" in replies(
        give(LEA, "oncall", known=known, now=FIRST)
    )
    assert "Nobody is on duty now. Next: vera from Tue 18:00 (17:00 UTC)" in replies(give(LEA, "oncall", known=known))
    assert "no rota" in replies(give(LEA, "oncall", "events", known=known))
    assert refusal(give(LEA, "oncall", "nonsense", known=known)) == "not-found"


def test_askers_hear_times_and_no_names() -> None:
    known = made(TUESDAY)
    assert "vera" not in replies(give(ANNA, "oncall", known=known))
    assert "Nobody is on duty until Tue 18:00 (17:00 UTC)" in replies(give(ANNA, "oncall", known=known))
    assert "Somebody is on duty until" in replies(give(ANNA, "oncall", known=known, now=FIRST))


def test_another_day_in_utc_is_said() -> None:
    night = made(shift(4, VERA, "wed 0:30-2"))
    assert "Wed 00:30 (Tue 23:30 UTC)" in replies(give(LEA, "oncall", known=night))


# --- !swap ------------------------------------------------------------------------------------------------------------


def test_the_next_one_is_offered_in_the_volunteers_rooms_and_to_whom_it_fits() -> None:
    fits, sleeps = volunteer(VICTOR, hours="daily 17-22"), volunteer(OLGA, hours="daily 8-10")
    known = made(TUESDAY, people=(volunteer(VERA), fits, sleeps, volunteer(LEA)))
    effects = give(VERA, "swap", "3", known=known, room="direct:vera")
    assert one(OfferSwap, effects) == OfferSwap(9, 3, FIRST, FIRST + 2 * HOUR, VERA.id)
    assert "!swap take 9" in told(effects, "#sig")
    assert "!swap take 9" in told(effects, "#team")
    assert "!swap take 9" in told(effects, "direct:victor")
    assert not told(effects, "direct:olga")
    assert "!swap cancel 9" in replies(effects)


def test_a_certain_day_and_a_certain_person() -> None:
    effects = give(VERA, "swap", "3 2026-03-31 @victor", known=made(TUESDAY))
    offered = one(OfferSwap, effects)
    assert (offered.starts, offered.wanted) == (FIRST + 7 * DAY - HOUR, VICTOR.id)
    assert "Tue 2026-03-31 18:00–20:00 (16:00 UTC)" in told(effects, "direct:victor")
    assert not told(effects, "#team")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("77", "not-found"),
        ("3 2026-03-25", "not-found"),
        ("3 someday", "invalid"),
        ("3 @vera", "invalid"),
        ("3 @sam", "invalid"),
        ("4", "forbidden"),
        ("take 1", "not-found"),
        ("cancel", "invalid"),
    ],
)
def test_what_can_not_be_swapped(said: str, why: str) -> None:
    assert refusal(give(VERA, "swap", said, known=made(TUESDAY, shift(4, VICTOR, "wed 9-10")))) == why


OFFERED = Swap(9, 3, FIRST, FIRST + 2 * HOUR, VERA.id, None, None, "open")


def test_whoever_takes_it_has_it_and_all_hear_of_it() -> None:
    known = made(TUESDAY, swaps=(OFFERED,))
    effects = give(VICTOR, "swap", "take 9", known=known, room="direct:victor")
    assert one(SettleSwap, effects) == SettleSwap(9, "taken", VICTOR.id)
    assert "victor takes over your shift" in told(effects, "direct:vera")
    assert "victor takes over" in told(effects, "#sig")
    taken = made(TUESDAY, swaps=(replace(OFFERED, status="taken", taker=VICTOR.id),))
    assert refusal(give(OLGA, "swap", "take 9", known=taken)) == "conflict"
    assert refusal(give(VERA, "swap", "cancel 9", known=taken)) == "conflict"


def test_who_may_not_take_it() -> None:
    known = made(TUESDAY, swaps=(replace(OFFERED, wanted=VICTOR.id),))
    assert refusal(give(VERA, "swap", "take 9", known=known)) == "invalid"
    assert refusal(give(SAM, "swap", "take 9", known=made(TUESDAY, swaps=(OFFERED,)))) == "forbidden"
    assert refusal(give(OLGA, "swap", "take 9", known=known)) == "forbidden"
    assert one(SettleSwap, give(LEA, "swap", "take 9", known=known)).taker == LEA.id
    assert refusal(give(VICTOR, "swap", "take 9", known=known, now=FIRST + DAY)) == "not-found"


def test_an_offer_is_listed_and_withdrawn() -> None:
    known = made(TUESDAY, swaps=(OFFERED,))
    assert "9: Tue 2026-03-24 18:00–20:00 (17:00 UTC), the main queue, from vera" in replies(
        give(OLGA, "swap", known=known)
    )
    assert one(SettleSwap, give(VERA, "swap", "cancel 9", known=known)).status == "withdrawn"
    assert refusal(give(OLGA, "swap", "cancel 9", known=known)) == "forbidden"
    assert refusal(give(VERA, "swap", "3 2026-03-24", known=known)) == "conflict"


# --- gaps -------------------------------------------------------------------------------------------------------------


def test_gaps_are_what_the_rota_covers_otherwise() -> None:
    known = made(TUESDAY, swaps=(OFFERED,))
    assert gaps(known, None, MONDAY, MONDAY + 7 * DAY, "") == [(FIRST, FIRST + 2 * HOUR)]
    assert "Tue 2026-03-24 18:00–20:00 (17:00 UTC)" in replies(give(LEA, "duty", "gaps", known=known))
    assert "no gaps" in replies(give(LEA, "duty", "gaps 7d", known=made(TUESDAY)))
    assert "no rota" in replies(give(LEA, "duty", "gaps events", known=known))


def test_with_hours_gaps_are_what_of_these_nobody_covers() -> None:
    config = made_config(hours="tue 17-21")
    found = rota.gaps_ahead(made(TUESDAY), config, MONDAY, MONDAY + 7 * DAY, "")
    assert found == [(FIRST - HOUR, FIRST), (FIRST + 2 * HOUR, FIRST + 3 * HOUR)]


def test_before_the_week_begins_leads_hear_of_its_gaps() -> None:
    noon = MONDAY - DAY + 11 * HOUR  # Sunday 12:00 in Berlin
    known = made(TUESDAY, swaps=(OFFERED,))
    effects = tick(known, noon)
    assert "Next week nobody is on the main queue: Tue 2026-03-24 18:00" in told(effects, "direct:lea")
    assert not told(effects, "direct:vera")
    assert not told(tick(made(TUESDAY), noon), "direct:lea")
    assert not told(tick(known, noon + HOUR), "direct:lea")


# --- the timer --------------------------------------------------------------------------------------------------------


def test_reminders_come_the_day_before_and_shortly_before() -> None:
    known = made(TUESDAY)
    early = tick(known, FIRST - DAY)
    assert "You are on duty: Tue 2026-03-24 18:00–20:00 (17:00 UTC)" in told(early, "direct:vera")
    assert one(LookAgain, early).at == FIRST - timedelta(minutes=15)
    soon = tick(known, FIRST - timedelta(minutes=15))
    assert "about to begin" in told(soon, "direct:vera")
    assert one(LookAgain, soon).at == FIRST


def test_the_taker_is_reminded_and_not_the_owner() -> None:
    known = made(TUESDAY, swaps=(replace(OFFERED, status="taken", taker=VICTOR.id),))
    effects = tick(known, FIRST - DAY)
    assert told(effects, "direct:victor")
    assert not told(effects, "direct:vera")


def test_in_quiet_hours_nobody_is_reminded_but_after_them() -> None:
    quiet = made(TUESDAY, people=(volunteer(VERA, quiet="daily 17-23"),))
    assert not told(tick(quiet, FIRST - DAY), "direct:vera")
    assert told(tick(quiet, FIRST - DAY + 5 * HOUR), "direct:vera")
    assert not told(tick(quiet, FIRST - timedelta(minutes=15)), "direct:vera")


def test_what_was_missed_while_the_desk_was_away_is_made_up_for_once_and_never_late() -> None:
    known = made(TUESDAY)
    late = tick(known, FIRST - DAY, FIRST - timedelta(minutes=5))
    assert len(of(Say, late)) == 1
    assert "about to begin" in told(late, "direct:vera")
    assert not of(Say, tick(known, FIRST - DAY, FIRST + 5 * HOUR))


def test_a_timer_whose_place_another_took_does_nothing() -> None:
    event = TimerDue(1, rota.TICK, number_of(FIRST - DAY))
    view = View(rota=replace(made(TUESDAY), looks_at=FIRST - 2 * DAY))
    assert rota.due(event, view, CONFIG, FIRST - DAY) == []


def test_an_empty_rota_needs_no_timer() -> None:
    assert tick(made(), MONDAY) == []


@given(st.lists(st.sampled_from(["mon 9-12", "tue 18-20", "sat 22-6", "sun 1-4", "daily 8-9"]), min_size=1, max_size=3))
def test_the_timer_never_stands_still_and_reminds_each_time_once(hours: list[str]) -> None:
    shifts = [
        Shift(n, VERA.id, "", span, BERLIN, MONDAY - DAY)
        for n, span in enumerate(s for text in dict.fromkeys(hours) for s in spans(text))
    ]
    known = made(*shifts)
    now, reminded = MONDAY, []
    while now < MONDAY + 14 * DAY:
        effects = tick(known, now)
        reminded += [words(say) for say in of(Say, effects) if say.to == Direct("chat", VERA.identity.key)]
        following = one(LookAgain, effects).at
        assert now < following <= now + 8 * DAY
        now = following
    assert len(reminded) == len(set(reminded))


# --- voice ------------------------------------------------------------------------------------------------------------


def test_voice_is_given_when_a_shift_begins_and_taken_when_it_ends() -> None:
    known = made(TUESDAY)
    assert one(ShowVoice, tick(known, FIRST)) == ShowVoice("chat", RoomId("#help"), VERA.identity.key, True)
    assert one(ShowVoice, tick(known, FIRST + 2 * HOUR)).on is False
    meeting = made(TUESDAY, shift(4, VERA, "tue 20-21"))
    assert one(ShowVoice, tick(meeting, FIRST + 2 * HOUR)).on is True


def test_in_a_room_it_enters_the_desk_gives_voice_to_who_is_on_duty() -> None:
    def seen(room: str, at: datetime) -> list[Effect]:
        event = RoomEntered("chat", at, Room(RoomId(room), room))
        return list(rota.entered(event, View(rota=made(TUESDAY)), CONFIG, at))

    assert seen("#help", FIRST) == [ShowVoice("chat", RoomId("#help"), VERA.identity.key, True)]
    assert seen("#sig", FIRST) == []
    over = seen("#help", FIRST + 5 * HOUR)
    assert over == [ShowVoice("chat", RoomId("#help"), VERA.identity.key, False)], "it ended while the desk was away"
    assert seen("#help", FIRST + 8 * DAY + 5 * HOUR)[0] == over[0]
    nobody = rota.entered(RoomEntered("chat", FIRST, Room(RoomId("#help"), "#help")), View(), CONFIG, FIRST)
    assert list(nobody) == [], "a voice that somebody else gave stays"


# --- gone -------------------------------------------------------------------------------------------------------------


def gone(known: RotaView) -> list[Effect]:
    return rota.due(TimerDue(1, rota.GONE, VERA.id), View(rota=known), CONFIG, MONDAY)


def test_the_shifts_of_who_takes_a_break_are_offered_and_leads_hear_of_it() -> None:
    away = volunteer(VERA, state="break", break_until=MONDAY + 14 * DAY)
    effects = gone(made(TUESDAY, people=(away, volunteer(LEA))))
    assert [(found.id, found.starts) for found in of(OfferSwap, effects)] == [(9, FIRST), (10, FIRST + 7 * DAY - HOUR)]
    assert "vera is away" in told(effects, "direct:lea")
    assert "vera is away" in told(effects, "#sig")
    assert not of(EndShift, effects)


def test_the_shifts_of_who_left_end_and_leads_hear_what_is_open() -> None:
    effects = gone(made(TUESDAY, people=(volunteer(LEA),)))
    assert one(EndShift, effects).shift == 3
    assert not of(OfferSwap, effects)
    assert "2026-03-24" in told(effects, "direct:lea")


def test_who_is_back_already_keeps_all() -> None:
    assert gone(made(TUESDAY)) == []


def test_where_there_is_no_lead_the_rooms_hear_it() -> None:
    effects = gone(made(TUESDAY, people=(volunteer(VERA, state="left"), volunteer(OLGA))))
    assert {say.to.room for say in of(Say, effects) if isinstance(say.to, InRoom)} == {"#sig", "#team"}


def test_names_are_found_by_id_too_and_two_of_a_name_are_asked_apart() -> None:
    twin = person("victor", 60, Role.SOLO, network="other")
    known = made(
        people=(
            *map(volunteer, (LEA, VICTOR)),
            replace(volunteer(twin), identity=Identity("other", twin.identity.key, "victor", True)),
        )
    )
    assert refusal(give(LEA, "duty", "add tue 18-20 @victor", known=known)) == "not-found"
