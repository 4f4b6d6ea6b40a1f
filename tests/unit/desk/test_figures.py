"""The numbers leads look at, by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from helpdesk.desk.figures import report, times
from helpdesk.model import TicketStatus
from helpdesk.nouns.hours import Hours
from helpdesk.nouns.report import Alone, Deed, Fact, Growing, Material, Report, Share, Times, Week, Worker

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
"""A Sunday."""
SINCE = NOW - timedelta(days=28)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VERA, VICTOR, OLGA = (Worker(number, name, cap=5) for number, name in enumerate(("vera", "victor", "olga"), 1))


def fact(number: int, opened: datetime, status: TicketStatus = TicketStatus.OPEN, **more: Any) -> Fact:
    given: dict[str, Any] = {"answered_at": None, "resolved_at": None, "solved": "", "claimant": None, "topic": "wiki"}
    given |= {"changed_at": opened, **more}
    return Fact(number, status, opened_at=opened, **given)


def done(number: int, opened: datetime, took: timedelta, **more: Any) -> Fact:
    given = {"answered_at": opened + took, "resolved_at": opened + took, "solved": "confirmed", **more}
    return fact(number, opened, TicketStatus.RESOLVED, **given)


def of(*facts: Fact, **more: Any) -> Report:
    given: dict[str, Any] = {"deeds": (), "workers": (VERA, VICTOR, OLGA), "hours": Hours()}
    return report(Material(SINCE, NOW, "", facts, **{**given, **more}))


# --- times ------------------------------------------------------------------------------------------------------------


def test_the_median_and_the_ninth_decile() -> None:
    assert times([]) == Times(0, None, None)
    assert times([HOUR]) == Times(1, HOUR, HOUR)
    assert times([HOUR * n for n in range(1, 11)]) == Times(10, HOUR * 5.5, HOUR * 9)


def test_times_are_told_by_the_clock_and_in_the_sigs_hours() -> None:
    friday = datetime(2026, 3, 20, 17, tzinfo=UTC)
    found = of(done(1, friday, timedelta(days=2, hours=17)), hours=Hours.of("mon-fri 10-18"))
    assert found.first.wall.median == timedelta(days=2, hours=17)
    assert found.first.hours.median == HOUR
    assert found.resolution.hours.p90 == HOUR


def test_a_ticket_that_does_not_say_when_it_was_answered_is_asked_by_its_history() -> None:
    opened = NOW - DAY
    deeds = (Deed(1, opened + 3 * HOUR, "answer", 1, "wiki"), Deed(1, opened + HOUR, "ask-back", 1, "wiki"))
    assert of(fact(1, opened), deeds=deeds).first.wall == Times(1, HOUR, HOUR)


def test_the_share_that_was_answered_in_time_is_of_those_that_were_opened_long_enough_ago() -> None:
    old, young = NOW - 5 * DAY, NOW - 10 * HOUR
    found = of(
        done(1, old, HOUR),
        done(2, old, 30 * HOUR),
        fact(3, old),
        done(4, young, HOUR),
        fact(5, young),
        fact(6, old, TicketStatus.CANCELLED),
        fact(7, old, TicketStatus.MERGED),
    )
    assert found.within_day == Share(1, 3)
    assert found.within_three == Share(2, 3)
    assert found.opened == 7


def test_what_was_confirmed_is_apart_from_what_was_assumed_and_denied() -> None:
    at = NOW - 5 * DAY
    found = of(
        done(1, at, HOUR),
        done(2, at, HOUR, solved="assumed"),
        fact(3, at, TicketStatus.CLOSED, resolved_at=at + HOUR),
        done(4, at, HOUR, solved=""),
        fact(5, at, TicketStatus.CLAIMED, solved="denied"),
    )
    assert (found.confirmed, found.assumed, found.denied, found.unsaid) == (1, 2, 1, 1)
    assert (found.resolved, found.open) == (4, 1)


def test_what_ended_in_this_time_counts_although_it_was_opened_before() -> None:
    old = SINCE - 3 * DAY
    found = of(done(1, old, 10 * DAY), done(2, old, DAY), fact(3, old))
    assert (found.opened, found.resolved, found.open) == (0, 1, 1)


def test_weeks_begin_on_monday_in_the_sigs_zone_and_none_is_left_out() -> None:
    monday_in_auckland = datetime(2026, 3, 22, 12, tzinfo=UTC)
    found = of(fact(1, monday_in_auckland), hours=Hours((), "Pacific/Auckland"))
    assert [week.begins.isoformat() for week in found.weeks] == [
        "2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30",
    ]  # fmt: skip
    assert found.weeks[-2] == Week(date(2026, 3, 23), 1, 0)


# --- people -----------------------------------------------------------------------------------------------------------


def deeds(person: int, count: int, *, topic: str = "wiki", kind: str = "answer", step: timedelta = HOUR) -> list[Deed]:
    noon = datetime(2026, 3, 28, 12, tzinfo=UTC)
    return [Deed(person, noon - step * n, kind, n, topic) for n in range(count)]


def worries(found: Report) -> dict[str, tuple[str, ...]]:
    return {load.name: load.worries for load in found.loads}


def test_everybody_who_did_something_stands_there_by_name_with_all_they_did() -> None:
    did = [*deeds(2, 1, kind="tags"), *deeds(2, 1, kind="dreamt"), *deeds(1, 3)]
    found = of(done(1, NOW - DAY, HOUR, claimant=2), deeds=tuple(did))
    assert [(load.name, load.answers, load.deeds, load.solved) for load in found.loads] == [
        ("vera", 3, 3, 0),
        ("victor", 0, 1, 1),
    ]


def test_who_gives_much_more_than_others_is_a_worry_where_there_are_people_and_answers_enough() -> None:
    others = [*deeds(2, 6), *deeds(3, 6)]
    assert worries(of(deeds=(*deeds(1, 9), *others)))["vera"] == ("share",)
    assert worries(of(deeds=(*deeds(1, 8), *others)))["vera"] == ()
    assert worries(of(deeds=(*deeds(1, 15), *deeds(2, 6))))["vera"] == ()
    assert worries(of(deeds=(*deeds(1, 5), *deeds(2, 1), *deeds(3, 1))))["vera"] == ()


def test_more_tickets_than_they_wanted_are_a_worry() -> None:
    assert worries(of(workers=(Worker(1, "vera", cap=5, claims=6),))) == {"vera": ("claims",)}
    assert worries(of(workers=(Worker(1, "vera", cap=5, claims=5),))) == {"vera": ()}


def test_no_day_off_is_a_worry() -> None:
    assert worries(of(deeds=tuple(deeds(1, 12, step=DAY))))["vera"] == ("days",)
    assert worries(of(deeds=tuple(deeds(1, 11, step=DAY))))["vera"] == ()
    assert of(deeds=tuple(deeds(1, 28, step=DAY))).loads[0].days == 13


def test_nights_are_those_on_their_own_wall() -> None:
    def night(zone: str) -> Report:
        late = tuple(Deed(1, NOW - DAY * n + 14.5 * HOUR, "answer", n, "") for n in range(1, 6))
        return of(deeds=late, workers=(Worker(1, "vera", zone, 5),))

    assert night("UTC").loads[0].nights == 5
    assert night("America/New_York").loads[0].nights == 0
    assert worries(night("UTC"))["vera"] == ("nights",)


def test_one_night_is_one_although_the_date_changes_in_it() -> None:
    late = tuple(Deed(1, datetime(2026, 3, 27, 23, tzinfo=UTC) + HOUR * n, "answer", n, "") for n in range(5))
    assert of(deeds=late).loads[0].nights == 1


def test_a_topic_that_one_person_alone_answers_is_named() -> None:
    did = (*deeds(1, 3), *deeds(1, 4, topic="irc"), *deeds(2, 1, topic="irc"), *deeds(2, 2, topic="lists"))
    assert of(deeds=did).alone == (Alone("wiki", "vera", 3),)


# --- topics and hours -------------------------------------------------------------------------------------------------


def test_topics_that_grow_are_named_with_their_counts() -> None:
    def many(topic: str, count: int, at: datetime, first: int) -> list[Fact]:
        return [fact(first + n, at, topic=topic) for n in range(count)]

    before, now = SINCE - DAY, NOW - DAY
    found = of(
        *many("wiki", 2, before, 0), *many("wiki", 4, now, 10),
        *many("irc", 4, before, 20), *many("irc", 5, now, 30),
        *many("new", 3, now, 40), *many("rare", 2, now, 50),
        *many("ages", 9, SINCE - 40 * DAY, 60), *many("ages", 3, now, 80),
    )  # fmt: skip
    assert found.growing == (Growing("ages", 3, 0), Growing("new", 3, 0), Growing("wiki", 4, 2))


def test_hours_in_which_people_ask_and_nobody_is_there() -> None:
    tuesday = datetime(2026, 3, 24, tzinfo=UTC)
    asked = [fact(n, tuesday + 9.5 * HOUR) for n in range(2)] + [fact(9, tuesday + 19 * HOUR)]
    rota = (Hours.of("tue 18-20"), Hours.of("mon 9-10"))
    found = of(*asked, duty=rota)
    assert [(gap.weekday, gap.hour, gap.opened) for gap in found.gaps] == [(1, 9, 2)]
    assert of(*asked).gaps == (), "nobody said when they are there"
    assert [gap.hour for gap in of(*asked, hours=Hours.of("tue 9-10")).gaps] == [19]


def test_the_wait_of_an_hour_is_that_of_what_was_opened_in_it() -> None:
    tuesday = datetime(2026, 3, 24, 9, 30, tzinfo=UTC)
    found = of(done(1, tuesday, HOUR), done(2, tuesday, 3 * HOUR), fact(3, tuesday))
    hour = found.hours[24 + 9]
    assert (hour.opened, hour.waited) == (3, 2 * HOUR)
    assert len(found.hours) == 168


def test_nothing_at_all_is_a_report_too() -> None:
    found = of()
    assert (found.opened, found.within_day.value, found.loads, found.alone) == (0, None, (), ())
