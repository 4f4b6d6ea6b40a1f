"""Hours of the week: read as people write them, and right when the clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.nouns.hours import BadHoursError, Hours, Span, spans
from helpdesk.nouns.lengths import leading, length

MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
"""The week in which Europe's clocks go forward, on Sunday the 29th at 01:00 UTC."""


def at(days: int, hour: float = 0) -> datetime:
    return MONDAY + timedelta(days=days, hours=hour)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("mon 18:00-22:00", [Span(0, 1080, 240)]),
        ("Sat 10-16", [Span(5, 600, 360)]),
        ("sat/sun 10 to 16", [Span(5, 600, 360), Span(6, 600, 360)]),
        ("fri-mon 8-9", [Span(0, 480, 60), Span(4, 480, 60), Span(5, 480, 60), Span(6, 480, 60)]),
        ("monday 22:30-02:00", [Span(0, 1350, 210)]),
        ("tue 0-24", [Span(1, 0, 1440)]),
        ("daily 9-17", [Span(day, 540, 480) for day in range(7)]),
        ("9-17", [Span(day, 540, 480) for day in range(7)]),
        ("mon 9-12; mon 14-17", [Span(0, 540, 180), Span(0, 840, 180)]),
        ("", []),
    ],
)
def test_hours_as_people_write_them(text: str, wanted: list[Span]) -> None:
    assert list(spans(text)) == wanted


@pytest.mark.parametrize("text", ["mon", "mon 25-26", "xyz 9-17", "mon 9:70-10", "mo 9-17", "mon 9-9", "always"])
def test_what_can_not_be_read_says_how_to_write_it(text: str) -> None:
    with pytest.raises(BadHoursError, match=r"write|no time|no weekday"):
        spans(text)


def test_a_zone_that_is_none_is_named() -> None:
    with pytest.raises(BadHoursError, match="Europe/Berlin"):
        Hours.of("mon 9-17", "Berlin")


def test_eighteen_o_clock_stays_so_when_the_clocks_change() -> None:
    hours = Hours.of("daily 18-22", "Europe/Berlin")
    assert hours.next_open(at(4, 20)) == at(4, 20)  # Friday 21:00 in Berlin
    assert hours.next_open(at(4, 22)) == at(5, 17)  # Saturday 18:00 is 17:00 UTC
    assert hours.next_open(at(5, 22)) == at(6, 16)  # Sunday 18:00 is 16:00 UTC
    assert hours.closes(at(6, 17)) == at(6, 20)


def test_a_night_shift_over_the_change_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    hours = Hours.of("sat 22-6", "Europe/Berlin")
    assert hours.between(at(5), at(8)) == timedelta(hours=7)
    autumn = datetime(2026, 10, 24, tzinfo=UTC)
    assert hours.between(autumn, autumn + timedelta(days=3)) == timedelta(hours=9)


def test_a_time_that_a_change_leaves_out_is_no_hour_at_all() -> None:
    hours = Hours.of("sun 02:15-02:45", "Europe/Berlin")
    assert hours.between(at(6), at(7)) == timedelta(minutes=30)  # told by the clock before the change
    assert hours.next_open(at(6)) is not None


def test_without_hours_it_is_always_or_never() -> None:
    assert Hours().open(at(0))
    assert Hours().closes(at(0)) is None
    assert not Hours(always=False).open(at(0))
    assert Hours(always=False).next_open(at(0)) is None


def test_open_time_is_counted_over_nights_and_weekends() -> None:
    hours = Hours.of("mon-fri 9-17")
    assert hours.after(at(4, 16), timedelta(hours=4)) == at(7, 12)
    assert hours.between(at(4, 16), at(7, 12)) == timedelta(hours=4)
    assert Hours(always=False).after(at(0), timedelta(hours=1)) == at(0, 1)
    assert Hours().after(at(0), timedelta(days=40)) == at(40)


@given(
    st.sampled_from(["mon-fri 9-17", "daily 22-6", "sat 0-24, sun 0-24", "wed 3-4", ""]),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]),
    st.integers(0, 400 * 24 * 60),
    st.integers(1, 5 * 24 * 60),
)
def test_what_passes_until_then_is_what_was_asked_for(text: str, zone: str, since: int, length: int) -> None:
    hours = Hours.of(text, zone)
    start = MONDAY + timedelta(minutes=since)
    until = hours.after(start, timedelta(minutes=length))
    assert until > start
    assert hours.between(start, until) == timedelta(minutes=length)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2w", timedelta(weeks=2)),
        ("90m", timedelta(minutes=90)),
        ("3 days", timedelta(days=3)),
        ("an hour", timedelta(hours=1)),
        ("zwei Wochen", None),
        ("2 Wochen", timedelta(weeks=2)),
        ("0d", None),
        ("soon", None),
        ("h", None),
    ],
)
def test_lengths_as_people_say_them(text: str, wanted: timedelta | None) -> None:
    assert length(text) == wanted


def test_what_follows_a_length() -> None:
    assert leading("2w off to the sea") == (timedelta(weeks=2), "off to the sea")
    assert leading("3 days") == (timedelta(days=3), "")
    assert leading("never") is None
