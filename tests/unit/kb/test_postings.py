from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.model import Audience
from kb.postings import K1, B, Field, Terms, View, field_of
from kb.snapshot import Live, Segment, Snapshots

TERMS = ["ask", "irc", "list", "nick", "über", "z"]
Document = tuple[str, Counter[str], bool, bool]
"""Its article, its terms, whether it is public, whether it is kept."""

document = st.tuples(
    st.dictionaries(st.sampled_from(TERMS), st.integers(1, 9), min_size=1), st.booleans(), st.booleans()
)
segments = st.lists(st.lists(document, min_size=1, max_size=5), min_size=1, max_size=4)


def segment_of(documents: list[Document]) -> Segment:
    held: dict[str, tuple[list[int], list[float]]] = {}
    for number, (_, terms, _, _) in enumerate(documents):
        for term, count in terms.items():
            numbers, counts = held.setdefault(term, ([], []))
            numbers.append(number)
            counts.append(count)
    fronts = [(number, set(list(terms)[:2])) for number, (_, terms, _, _) in enumerate(documents)]
    public = np.array([public for _, _, public, _ in documents])
    return Segment(tuple(d[0] for d in documents), public, {"en": field_of(held, fronts, len(documents))})


def named(drawn: list[list[tuple[dict[str, int], bool, bool]]]) -> list[list[Document]]:
    return [
        [(f"{s}-{d}", Counter(terms), public, kept) for d, (terms, public, kept) in enumerate(part)]
        for s, part in enumerate(drawn)
    ]


def naive(documents: list[Document], term: str, mean: float) -> dict[str, float]:
    """BM25 as its paper has it."""
    holders = [d for d in documents if d[1][term]]
    idf = math.log(1 + (len(documents) - len(holders) + 0.5) / (len(holders) + 0.5))
    return {
        name: idf * (K1 + 1) * terms[term] / (terms[term] + K1 * (1 - B + B * terms.total() / mean))
        for name, terms, _, _ in holders
    }


@settings(deadline=None)
@given(segments)
def test_scores_are_bm25_over_what_the_audience_may_read(drawn: list[list[tuple[dict[str, int], bool, bool]]]) -> None:
    parts = named(drawn)
    live = [Live(str(s), segment_of(part), np.array([d[3] for d in part])) for s, part in enumerate(parts)]
    snapshot = Snapshots().take(live, {})
    everything = [d for part in parts for d in part if d[3]]
    public = [d for d in everything if d[2]]
    lengths = [d[1].total() for d in public or everything]
    for audience, readable in ((Audience.PUBLIC, public), (Audience.VOLUNTEERS, everything)):
        view = snapshot.views[audience].get("en")
        if not readable:
            assert view is None
            continue
        assert view is not None
        assert view.size == len(readable)
        assert sorted(filter(None, view.shown)) == sorted(d[0] for d in readable)
        for term in TERMS:
            wanted = naive(readable, term, sum(lengths) / len(lengths))
            found = view.known(term)
            assert (found is None) == (not wanted) == (term not in view)
            if found is not None:
                scores = view.scores([(found, 1.0)])
                got = {name: float(score) for name, score in zip(view.ids, scores, strict=True) if score}
                assert got == pytest.approx(wanted, rel=1e-3, abs=1e-3)
                assert {view.ids[n] for n in view.holding(found)} == wanted.keys()
        assert view.terms() == {term for d in readable for term in d[1]}
        assert all(view.shows(n) == bool(name) for n, name in enumerate(view.shown))
        likened(view, readable)


def likened(view: View, readable: list[Document]) -> None:
    """The cosine with each front, terms weighted by their rarity."""
    for name, terms, _, _ in readable:
        front = list(terms)[:2]
        asked = [(found, 1.0) for term in front if (found := view.known(term))]
        length = math.sqrt(sum(found.idf for found, _ in asked))
        assert float(view.likeness(asked, length)[list(view.ids).index(name)]) == pytest.approx(1, abs=1e-3)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    segment = segment_of(named([[({"irc": 2, "über": 300}, True, True), ({"nick": 1}, False, True)]])[0])
    segment.save(tmp_path / "a.npz")
    again = Segment.load(tmp_path / "a.npz")
    assert again.ids == segment.ids
    assert again.public.tolist() == [True, False]
    for name in ("starts", "documents", "counts", "front_starts", "fronts", "owners", "lengths"):
        assert np.array_equal(getattr(again.fields["en"], name), getattr(segment.fields["en"], name))
    assert list(again.fields["en"].terms) == ["irc", "nick", "über"]
    assert again.fields["en"].counts.tolist() == [2, 1, 255]


def test_arrays_that_do_not_fit_together_are_refused() -> None:
    field = segment_of(named([[({"irc": 2}, True, True)]])[0]).fields["en"]
    with pytest.raises(ValueError, match="do not fit"):
        Field(field.terms, field.starts[:-1], *(getattr(field, n) for n in ("documents", "counts", "front_starts", "fronts", "owners", "lengths")))  # fmt: skip


@given(st.sets(st.text(min_size=1, max_size=8)), st.text(max_size=8))
def test_terms_are_found_by_themselves_and_by_their_beginning(names: set[str], wanted: str) -> None:
    ordered = sorted((name for name in names if name.isprintable()), key=str.encode)
    terms = Terms.of(ordered)
    assert list(terms) == ordered
    for place, name in enumerate(ordered):
        assert terms.find(name) == place
    if wanted.isprintable():
        assert terms.find(wanted) == (ordered.index(wanted) if wanted in ordered else -1)
        assert [ordered[n] for n in terms.begin(wanted)] == [name for name in ordered if name.startswith(wanted)]
