"""Which rooms to be in, and when to ask again."""

from __future__ import annotations

from bridges.events import RoomId
from bridges.irc.pace import Pace
from bridges.irc.rooms import AT_ONCE, Rooms

PACE = Pace(join_again=30, rejoin=5, join_most=600)


def rooms(*names: str) -> Rooms:
    made = Rooms(names, PACE)
    made.connected(str.lower)
    return made


def test_kept_rooms_come_and_go_and_configured_ones_stay() -> None:
    made = rooms("#Help")
    made.keep([RoomId("#sig"), RoomId("#help")])
    assert made.changed(()) == []
    assert sorted(made.due(0.0, 0)) == ["#help", "#sig"]
    assert made.names["#help"] == "#Help"
    made.entered("#sig", 0.0)
    made.keep([])
    assert made.changed(("#help", "#sig")) == ["#sig"]
    made.exited("#sig", "as we were told", 1.0)
    assert made.out == {"#help": made.out["#help"]}


def test_many_rooms_are_asked_for_in_parallel_and_not_all_at_once() -> None:
    made = rooms(*(f"#r{n}" for n in range(100)))
    first = made.due(0.0, 0)
    assert len(first) == AT_ONCE
    assert made.due(0.0, AT_ONCE) == []
    more = made.due(0.0, AT_ONCE - 3)
    assert len(more) == 3
    assert not set(more) & set(first)


def test_a_room_that_does_not_let_us_in_is_asked_ever_more_rarely() -> None:
    made = rooms("#help")
    now, pauses = 0.0, []
    for _ in range(8):
        made.due(now, 0)
        made.not_let_in("#help", "474", "banned", now)
        pauses.append(made.out["#help"].again_at - now)
        now = made.out["#help"].again_at
    assert pauses == [30, 60, 120, 240, 480, 600, 600, 600]
    trouble = made.trouble()
    assert trouble is not None
    assert "banned" in trouble[0]
    assert "lift the ban" in trouble[1]
    made.invited("#help", 5.0)
    assert made.due(5.0, 0) == ["#help"]


def test_what_needs_the_operator_is_told_first() -> None:
    made = rooms("#a", "#b")
    made.not_let_in("#b", "475", "bad key", 0.0)
    trouble = made.trouble()
    assert trouble is not None
    assert trouble[0].startswith("not in #b: bad key (and 1 more)")


def test_a_name_that_is_none_is_told_and_never_sent() -> None:
    made = rooms("#help")
    made.keep([RoomId("#a\r\nQUIT"), RoomId("nothing"), RoomId("#ok")])
    made.changed(())
    assert set(made.names) == {"#help", "#ok"}
    trouble = made.trouble()
    assert trouble is not None
    assert trouble[0] == "not in #a QUIT: that is not the name of an IRC room"
