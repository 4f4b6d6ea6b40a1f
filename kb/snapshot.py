"""The index in memory: what is in its segments, and from these the postings each audience and language may be ranked by. Plain
arrays that never change; must never import an engine or read a file.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kb.model import Audience
from kb.ranking import Postings, postings


@dataclass(frozen=True, slots=True)
class Place:
    """What a document number stands for."""

    article: str
    anchor: str
    audience: Audience


@dataclass(frozen=True)
class Snapshot:
    """Everything a question needs, in memory and unchanging. Nothing of an article for volunteers, not even how often its
    words occur, is in the view of the public.
    """

    views: Mapping[Audience, Mapping[str, Postings]] = field(default_factory=dict)
    """For each audience and language; a document's key is `article#anchor`."""
    places: tuple[Place | None, ...] = ()
    """By Whoosh's document number; None where one was deleted."""
    entries: Mapping[str, str] = field(default_factory=dict)
    """Id to digest of the articles inside."""


@dataclass(frozen=True)
class Segment:
    """What one of Whoosh's immutable segments holds."""

    fields: Mapping[str, Mapping[str, tuple[array[int], array[float]]]]
    places: tuple[Place, ...]


def views_of(live: Sequence[tuple[Segment, frozenset[int]]], *, public: bool) -> dict[str, Postings]:
    """The postings of each language, documents numbered anew without those that don't belong."""
    documents: dict[str, list[str]] = {}
    merged: dict[str, dict[str, tuple[array[int], array[float]]]] = {}
    for segment, deleted in live:
        kept = [
            number not in deleted and not (public and place.audience is not Audience.PUBLIC)
            for number, place in enumerate(segment.places)
        ]
        for code, terms in segment.fields.items():
            keys = documents.setdefault(code, [])
            into = merged.setdefault(code, {})
            of_field = sorted({number for numbers, _ in terms.values() for number in numbers if kept[number]})
            anew = {number: len(keys) + place for place, number in enumerate(of_field)}
            keys += (f"{segment.places[number].article}#{segment.places[number].anchor}" for number in of_field)
            for term, (numbers, counts) in terms.items():
                pairs = [(anew[n], c) for n, c in zip(numbers, counts, strict=True) if n in anew]
                if pairs:
                    held = into.setdefault(term, (array("I"), array("f")))
                    held[0].extend(pair[0] for pair in pairs)
                    held[1].extend(pair[1] for pair in pairs)
    return {code: postings(documents[code], merged[code]) for code in documents if documents[code]}
