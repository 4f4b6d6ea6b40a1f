"""Whose line goes next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.irc.turns import Rank, Turns


def test_rooms_take_turns_and_the_desk_goes_before_relays() -> None:
    turns: Turns[str] = Turns()
    for n in range(3):
        turns.put(f"a{n}", "#a", Rank.RELAY)
    turns.put("b0", "#b", Rank.RELAY)
    turns.put("desk", "#a", Rank.DESK)
    turns.put("pong", "", Rank.URGENT)
    assert turns.urgent
    assert [turns.next() for _ in range(6)] == ["pong", "desk", "a0", "b0", "a1", "a2"]
    assert not turns
    with pytest.raises(LookupError):
        turns.next()


@given(st.lists(st.tuples(st.sampled_from(["#a", "#b", "#c"]), st.sampled_from(Rank))))
def test_nothing_is_dropped_and_each_place_keeps_its_order(put: list[tuple[str, Rank]]) -> None:
    turns: Turns[tuple[int, str, Rank]] = Turns()
    for n, (place, rank) in enumerate(put):
        turns.put((n, place, rank), place, rank)
    assert sorted(turns) == sorted((n, place, rank) for n, (place, rank) in enumerate(put))
    got = [turns.next() for _ in put]
    assert len(set(got)) == len(put)
    assert [item[2] for item in got] == sorted(item[2] for item in got)
    for place in ("#a", "#b", "#c"):
        for rank in Rank:
            numbers = [n for n, where, r in got if (where, r) == (place, rank)]
            assert numbers == sorted(numbers)
