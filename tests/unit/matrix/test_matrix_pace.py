"""What a homeserver's 429 holds back, and for how long."""

from __future__ import annotations

from bridges.matrix.pace import Limiter


def test_a_refusal_holds_its_room_only() -> None:
    limiter = Limiter()
    limiter.refused("!a", 10, 100)
    assert limiter.wait("!a", 103) == 7
    assert limiter.wait("!b", 103) == 0
    assert limiter.wait("!a", 110) == 0


def test_two_rooms_refused_are_the_servers_limit() -> None:
    limiter = Limiter()
    limiter.refused("!a", 10, 100)
    limiter.refused("!b", 20, 101)
    assert limiter.wait("!c", 101) == 20
    assert limiter.wait("!a", 101) == 20
    assert limiter.wait("!c", 121) == 0


def test_two_rooms_refused_long_after_each_other_are_not() -> None:
    limiter = Limiter()
    limiter.refused("!a", 1, 100)
    limiter.refused("!b", 10, 101 + Limiter.NEAR)
    assert limiter.wait("!c", 108) == 0


def test_what_has_no_room_holds_all() -> None:
    limiter = Limiter()
    limiter.refused(None, 3, 100)
    assert limiter.wait("!a", 100) == 3


def test_without_a_time_there_is_still_a_pause() -> None:
    limiter = Limiter()
    limiter.refused("!a", None, 100)
    assert limiter.wait("!a", 100) == Limiter.UNSAID


def test_what_passed_is_held_no_more() -> None:
    limiter = Limiter()
    limiter.refused("!a", 10, 100)
    limiter.passed("!a")
    assert limiter.wait("!a", 101) == 0
    limiter.refused("!b", 10, 101)
    assert limiter.wait("!c", 101) == 0
