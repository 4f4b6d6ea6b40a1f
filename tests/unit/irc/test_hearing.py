"""Since when a room was not heard, and what is said about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bridges.events import Event, Gap, PersonId, Position, RoomEntered, RoomExited, Typing
from bridges.irc.hearing import Hearing
from bridges.irc.marks import Marks
from bridges.irc.reports import CaughtUp, Entered, Exited, Report, Who, Writing

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


def hearing(marks: Marks, why: str = "the desk was not running") -> Hearing:
    return Hearing("irc", "c", {"#help": "#Help"}, marks, why)


def heard(ears: Hearing, report: Report, at: datetime) -> list[Event]:
    return list(ears.events([report], [], at))


def entered(ears: Hearing, marks: Marks, at: datetime) -> list[Event]:
    """Into the room, and nothing is to be had of what was said there before."""
    events = heard(ears, Entered("#help"), at)
    mark = marks.missed("#Help")
    return events + (heard(ears, CaughtUp("#help", (mark.at, at)), at) if mark else [])


def test_the_first_time_nothing_was_missed() -> None:
    assert [type(e) for e in heard(hearing(Marks(None)), Entered("#help"), NOON)] == [RoomEntered]


def test_a_restart_is_a_gap_with_an_id_that_stays() -> None:
    marks = Marks(None)
    heard(hearing(marks), Entered("#help"), NOON)
    position = marks.position(NOON + timedelta(minutes=1))
    gaps = []
    for at in (LATER, LATER + timedelta(hours=1)):
        again = Marks(position)
        _, gap = entered(hearing(again), again, at)
        assert isinstance(gap, Gap)
        assert (gap.since, gap.until) == (NOON + timedelta(minutes=1), at)
        gaps.append(gap)
    assert gaps[0].id == gaps[1].id
    assert gaps[0].room is not None
    assert gaps[0].room.id == "#Help"


def test_a_kick_is_a_gap_of_its_own_even_over_a_restart() -> None:
    marks = Marks(None)
    ears = hearing(marks)
    heard(ears, Entered("#help"), NOON)
    assert isinstance(heard(ears, Exited("#help", "kicked by op"), LATER)[0], RoomExited)
    position = marks.position(LATER + timedelta(hours=1))
    _, gap = entered(ears, marks, LATER + timedelta(hours=2))
    assert isinstance(gap, Gap)
    assert gap.since == LATER
    assert "kicked by op" in gap.reason
    again = Marks(position)
    _, gap = entered(hearing(again), again, LATER + timedelta(hours=2))
    assert isinstance(gap, Gap)
    assert gap.since == LATER


@pytest.mark.parametrize("position", ["", "nonsense", "[1]", '{"#Help": "yesterday"}', '{"#Help": 3}', "2026-05-01"])
def test_a_position_of_another_making_is_borne(position: str) -> None:
    assert len(heard(hearing(Marks(Position(position))), Entered("#help"), NOON)) == 1


def test_who_writes_is_told_of_direct_chats_and_of_rooms_where_it_is_wanted() -> None:
    who = Who(PersonId("account:vera"), "vera", authenticated=True)
    ears = hearing(Marks(None))
    assert heard(ears, Writing(who, "#help", 6.0), NOON) == []
    (typing,) = heard(ears, Writing(who, None, 6.0), NOON)
    assert isinstance(typing, Typing)
    assert (typing.room.id, typing.room.direct, typing.on, typing.lasts) == ("direct:account:vera", True, True, 6.0)
    wanted = Hearing("irc", "c", {"#help": "#Help"}, Marks(None), "", frozenset({"#Help"}))
    (done,) = heard(wanted, Writing(who, "#help", 0.0), NOON)
    assert isinstance(done, Typing)
    assert (done.room.id, done.sender.id, done.on) == ("#Help", "account:vera", False)
