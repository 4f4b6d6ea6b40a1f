"""What people say of an event is understood in any order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpdesk.desk.eventwords import Described, When, WhenError, describe, kind_of, tag_for, when
from helpdesk.desk.loanwords import lent

KINDS = frozenset({"meet-up", "brown-bag", "conference-booth", "sprint", "round-table"})
WHEN = When(datetime(2027, 2, 6, 9, tzinfo=UTC), datetime(2027, 2, 6, 17, tzinfo=UTC), "Europe/Brussels")
WHOLE = Described("FOSDEM stand", "conference-booth", "ULB, building K", None, WHEN, 40, "mia")


@pytest.mark.parametrize(
    "words",
    [
        "FOSDEM stand · conference booth · ULB, building K · 2027-02-06 10:00 to 18:00 Europe/Brussels · 40 people · contact mia",
        "2027-02-06 10:00 - 18:00 Europe/Brussels | FOSDEM stand | contact: mia | ULB, building K | booth | people: 40",
        "FOSDEM stand; kind booth; place ULB, building K; 6.2.2027 10:00 bis 18:00 Europe/Brussels; ca. 40 Leute; Kontakt mia",
        "title FOSDEM stand\nCONFERENCE-BOOTH\nULB, building K\n2027-02-06T10:00 until 18:00 Europe/Brussels\n~40 guests\ncontact mia",
    ],
)
def test_in_any_order_and_with_any_mark_between(words: str) -> None:
    assert describe(words, "UTC", KINDS) == WHOLE


def test_one_sentence_is_enough() -> None:
    found = describe("Berlin meetup 2027-03-01 18:30", "Europe/Berlin", KINDS)
    assert (found.title, found.kind) == ("Berlin meetup", "meet-up")
    assert found.when == When(
        datetime(2027, 3, 1, 17, 30, tzinfo=UTC), datetime(2027, 3, 1, 20, 30, tzinfo=UTC), "Europe/Berlin"
    )


def test_commas_part_where_nothing_else_does() -> None:
    found = describe("Docs sprint, online at https://meet.example, sprint, 2027-03-01 10:00, 12 people", "UTC", KINDS)
    assert found == Described("Docs sprint", "sprint", "https://meet.example", True, found.when, 12)


def test_what_is_not_said_is_not_made_up() -> None:
    assert describe("Something nice", "UTC", KINDS) == Described("Something nice")


@pytest.mark.parametrize(
    ("words", "starts", "ends"),
    [
        ("2027-02-06 to 2027-02-07", datetime(2027, 2, 6), datetime(2027, 2, 8)),
        ("2027-02-06", datetime(2027, 2, 6), datetime(2027, 2, 7)),
        ("2027-02-06 22:00 to 2:00", datetime(2027, 2, 6, 22), datetime(2027, 2, 7, 2)),
        ("2027-02-06 10:00 to 2027-02-07 16:00", datetime(2027, 2, 6, 10), datetime(2027, 2, 7, 16)),
        ("2027-02-06 9am to 5pm", datetime(2027, 2, 6, 9), datetime(2027, 2, 6, 17)),
        ("6.2.2027 18 Uhr bis 21 Uhr", datetime(2027, 2, 6, 18), datetime(2027, 2, 6, 21)),
    ],
)
def test_dates_as_people_write_them(words: str, starts: datetime, ends: datetime) -> None:
    assert when(words, "UTC") == When(starts.replace(tzinfo=UTC), ends.replace(tzinfo=UTC), "UTC")


def test_an_event_over_the_change_of_the_clocks_is_an_hour_shorter() -> None:
    found = when("2027-03-28 to 2027-03-28 Europe/Berlin", "UTC")
    assert found is not None
    assert (found.ends - found.starts).total_seconds() == 23 * 3600


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("2027-02-30 10:00", "event-bad-date"),
        ("2027-02-06 10:00 to 2027-02-05 10:00", "event-ends-before"),
        ("2027-02-06 27:00", "event-bad-time"),
        ("2027-02-06 10:00 Europe/Atlantis", "event-bad-zone"),
    ],
)
def test_a_date_that_is_none_is_said(words: str, message: str) -> None:
    with pytest.raises(WhenError) as error:
        when(words, "UTC")
    assert error.value.id == message


@pytest.mark.parametrize(
    ("words", "kind"),
    [("Meetup", "meet-up"), ("brown bag", "brown-bag"), ("Runder Tisch", "round-table"), ("concert", "")],
)
def test_kinds_by_their_names(words: str, kind: str) -> None:
    assert kind_of(words, KINDS) == kind


def test_a_tag_is_short_and_free() -> None:
    assert tag_for("Berlin meet-up", 2027, (), "meet-up") == "berlin-2027"
    assert tag_for("FOSDEM 2027", 2027, {"fosdem-2027"}) == "fosdem-2027-2"
    assert tag_for("Größentreffen", 2027, ()) == "groessentreffen-2027"


NOW = datetime(2027, 2, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "what", "who", "until", "ticket", "event"),
    [
        ("projector to ben until 2027-02-08", "projector", "ben", datetime(2027, 2, 8, 20), None, ""),
        ("#12 two mics to @ben until 2027-02-08 10:00", "two mics", "@ben", datetime(2027, 2, 8, 10), 12, ""),
        ("router an ben bis 8.2.2027 event 3", "router", "ben", datetime(2027, 2, 8, 20), None, "3"),
        ("the router to ben for 2 weeks event berlin-2027", "the router", "ben", datetime(2027, 2, 15, 12), None, "berlin-2027"),
    ],
)  # fmt: skip
def test_what_is_lent(words: str, what: str, who: str, until: datetime, ticket: int | None, event: str) -> None:
    found = lent(words, NOW, "UTC")
    assert found is not None
    assert (found.what, found.who, found.until, found.ticket, found.event) == (
        what, who, until.replace(tzinfo=UTC), ticket, event,
    )  # fmt: skip


@pytest.mark.parametrize("words", ["projector", "projector to ben", "to ben until 2027-02-08", "x to y until whenever"])
def test_what_is_no_loan(words: str) -> None:
    assert lent(words, NOW, "UTC") is None
