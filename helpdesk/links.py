"""Which rooms read as one: those linked in the configuration, and those that a lead linked by command. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bridges.events import RoomId
from helpdesk.ledger import Place


@dataclass(frozen=True, slots=True)
class Pair:
    """A link that was made by command."""

    source: Place
    target: Place
    both: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class Links:
    """For each linked room, where its words go. Links join: rooms linked with the same one are linked with each other."""

    beyond: Mapping[Place, tuple[Place, ...]] = field(default_factory=dict)
    made: tuple[Pair, ...] = ()
    besides: tuple[Place, ...] = ()
    """Other rooms that only a command named: those of community events."""

    @classmethod
    def of(
        cls, configured: Mapping[Place, Iterable[Place]], made: Iterable[Pair] = (), besides: tuple[Place, ...] = ()
    ) -> Links:
        """`configured` is where to the words of each room go by the configuration."""
        pairs = tuple(made)
        edges: dict[Place, dict[Place, None]] = {place: dict.fromkeys(others) for place, others in configured.items()}
        for pair in pairs:
            edges.setdefault(pair.source, {})[pair.target] = None
            if pair.both:
                edges.setdefault(pair.target, {})[pair.source] = None
        return cls({place: _reached(place, edges) for place in edges}, pairs, besides)

    def from_(self, place: Place) -> tuple[Place, ...]:
        """Where to what is said there is brought."""
        return self.beyond.get(place, ())

    def hears(self, place: Place) -> bool:
        """Whether anything is brought to this room, or from it."""
        return place in self.beyond or any(place in targets for targets in self.beyond.values())

    def around(self, place: Place) -> frozenset[Place]:
        """The room and all that it reads as one with, in either direction."""
        return frozenset(
            (place, *self.from_(place), *(source for source, targets in self.beyond.items() if place in targets))
        )

    def kept(self, network: str) -> tuple[RoomId, ...]:
        """The network's rooms that only a command named: it has to be in them."""
        places = {place: None for pair in self.made for place in (pair.source, pair.target)}
        places |= dict.fromkeys(self.besides)
        return tuple(room for name, room in places if name == network)


def _reached(start: Place, edges: Mapping[Place, Iterable[Place]]) -> tuple[Place, ...]:
    found: dict[Place, None] = {}
    waiting = list(edges[start])
    while waiting:
        place = waiting.pop(0)
        if place != start and place not in found:
            found[place] = None
            waiting += edges.get(place, ())
    return tuple(found)
