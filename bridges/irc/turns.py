"""Whose line goes next: what is urgent, then the protocol's and the desk's, then relays; between places in turn. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from enum import IntEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Rank(IntEnum):
    URGENT = 0
    """Goes even when the flood limit says wait."""
    DESK = 1
    RELAY = 2


class Turns(Generic[T]):
    """One queue for each place and rank; each place has its turn, so that no room waits for another's long text."""

    def __init__(self) -> None:
        self._ranks: tuple[OrderedDict[str, deque[T]], ...] = tuple(OrderedDict() for _ in Rank)

    def __bool__(self) -> bool:
        return any(self._ranks)

    def __iter__(self) -> Iterator[T]:
        for places in self._ranks:
            for queue in places.values():
                yield from queue

    @property
    def urgent(self) -> bool:
        return bool(self._ranks[Rank.URGENT])

    def put(self, item: T, place: str, rank: Rank) -> None:
        self._ranks[rank].setdefault(place, deque()).append(item)

    def next(self) -> T:
        """Raise LookupError when nothing waits."""
        for places in self._ranks:
            for place, queue in places.items():
                item = queue.popleft()
                if queue:
                    places.move_to_end(place)
                else:
                    del places[place]
                return item
        raise LookupError("nothing waits")

    def clear(self) -> None:
        for places in self._ranks:
            places.clear()
