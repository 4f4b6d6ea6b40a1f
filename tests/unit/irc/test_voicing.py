"""Voice for who is on duty (RFC 2812, section 3.2.3), from bytes."""

from __future__ import annotations

from bridges.events import PersonId, RoomId
from bridges.irc.voicing import Voicing
from tests.unit.irc.test_session import Wire

ROOM = RoomId("#Help")
MIA = PersonId("account:mia")
JOIN = ":mia!u@h JOIN #help mia :Mia"


def due(wire: Wire, voicing: Voicing) -> list[str]:
    wire.sent()
    voicing.due(wire.session)
    return wire.sent()


def op(*, there: bool = True) -> tuple[Wire, Voicing]:
    wire, voicing = Wire().in_room(), Voicing()
    wire.gets(":ChanServ!s@s MODE #help +o desk")
    if there:
        wire.gets(JOIN)
    return wire, voicing


def test_who_is_there_gets_it_once() -> None:
    wire, voicing = op()
    voicing.wish(ROOM, MIA, on=True)
    assert due(wire, voicing) == ["MODE #help +v mia"]
    assert due(wire, voicing) == []


def test_who_comes_later_gets_it_then_and_again_when_they_come_back_under_another_nick() -> None:
    wire, voicing = op(there=False)
    voicing.wish(ROOM, MIA, on=True)
    assert due(wire, voicing) == []
    wire.gets(JOIN)
    assert due(wire, voicing) == ["MODE #help +v mia"]
    wire.gets(":mia!u@h PART #help", ":mimi!u@h JOIN #help mia :Mia")
    assert due(wire, voicing) == ["MODE #help +v mimi"]


def test_a_nick_without_the_account_gets_nothing() -> None:
    wire, voicing = op(there=False)
    voicing.wish(ROOM, MIA, on=True)
    wire.gets(":mia!u@h JOIN #help * :Mia")
    assert due(wire, voicing) == []
    wire.gets(":mia!u@h ACCOUNT mia")
    assert due(wire, voicing) == ["MODE #help +v mia"]


def test_nothing_is_sent_where_the_desk_may_not_and_all_when_it_may() -> None:
    wire, voicing = Wire().in_room(), Voicing()
    wire.gets(JOIN)
    voicing.wish(ROOM, MIA, on=True)
    wire.gets(":ChanServ!s@s MODE #help +v desk")
    assert due(wire, voicing) == []
    wire.gets(":ChanServ!s@s MODE #help +o desk")
    assert due(wire, voicing) == ["MODE #help +v mia"]


def test_it_is_taken_again_and_then_forgotten() -> None:
    wire, voicing = op()
    voicing.wish(ROOM, MIA, on=True)
    due(wire, voicing)
    voicing.wish(ROOM, MIA, on=False)
    assert due(wire, voicing) == ["MODE #help -v mia"]
    assert due(wire, voicing) == []


def test_a_new_connection_gives_it_again() -> None:
    wire, voicing = op()
    voicing.wish(ROOM, MIA, on=True)
    due(wire, voicing)
    wire.session.closed()
    voicing.over()
    again, _ = op()
    assert due(again, voicing) == ["MODE #help +v mia"]
