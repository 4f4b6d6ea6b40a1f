"""The quality figures of the answers, from files anyone can bring: ranking, knowing when not to answer, calibration, speed and
memory. `helpdesk kb eval DIR` prints them; it needs no state folder and leaves nothing behind.

A folder holds `docs.jsonl` or `docs.jsonl.gz` ({id, title, text[, questions]}; blank lines part the text into sections),
`queries.jsonl` ({id, text}) and `qrels.tsv` (query-id, corpus-id, score, with a line of headings). A query without a row has no
answer in the documents.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.confidence import Calibration, Observation, calibration_error, fit
from kb.index import ArticleIndex, light_terms, tokens
from kb.model import Article, Audience, Section, Status
from kb.options import Tier
from kb.ranking import Ranker, Ranking
from kb.semantic.encoder import ModelError
from kb.semantic.meaning import Meaning
from kb.semantic.models import open_encoder

FOLDS = 5
ENOUGH = 50
"""So many right and wrong ones are fitted by themselves; fewer are drawn to what comes with the program."""
REJECTED = 0.9
"""Share of the unanswerable that is turned away for `right_at_90_rejected`."""


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    right: frozenset[str]
    """Ids of the articles that answer it; empty when none does."""


def documents(folder: Path) -> Iterator[Article]:
    """Raise OSError, ValueError, KeyError or TypeError for files of another form."""
    packed = folder / "docs.jsonl.gz"
    with (
        gzip.open(packed, "rt", encoding="utf-8")
        if packed.exists()
        else (folder / "docs.jsonl").open(encoding="utf-8") as file
    ):
        for line in file:
            if line.strip():
                yield _article(json.loads(line))


def queries(folder: Path) -> list[Query]:
    """Raise OSError, ValueError, KeyError or TypeError for files of another form."""
    right: dict[str, set[str]] = {}
    for row in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        query, article, score = row.split("\t")
        if float(score) > 0:
            right.setdefault(query, set()).add(article)
    lines = (folder / "queries.jsonl").read_text("utf-8").splitlines()
    entries = [json.loads(line) for line in lines if line.strip()]
    return [Query(str(entry["text"]), frozenset(right.get(str(entry["id"]), ()))) for entry in entries]


def _article(entry: Mapping[str, object]) -> Article:
    questions = entry.get("questions", ())
    if not isinstance(questions, (list, tuple)):
        raise TypeError("questions has to be a list")
    texts = [text.strip() for text in str(entry["text"]).split("\n\n") if text.strip()] or [""]
    sections = tuple(
        Section(f"part-{number}" if number else "", "", (), 0, text, text, 1) for number, text in enumerate(texts)
    )
    return Article(
        id=str(entry["id"]),
        title=str(entry["title"]),
        summary="",
        questions=tuple(map(str, questions)),
        tags=(),
        lang="en",
        audience=Audience.PUBLIC,
        status=Status.PUBLISHED,
        owner="",
        review_by=None,
        redirect_from=(),
        sections=sections,
        markdown="",
        path=Path(str(entry["id"])),
        digest=str(entry["id"]),
    )


class Opened:
    """Documents that can be asked, without their texts in memory: what `build` wrote, opened as a service opens it."""

    def __init__(self, folder: Path, state: Path, tier: Tier) -> None:
        """Raise ModelError."""
        encoder = open_encoder(tier)
        self._meaning = Meaning(encoder, state / "meaning", lambda: None) if encoder else None
        self._index = ArticleIndex(state / "index")
        view = self._index.snapshot.views[Audience.PUBLIC].get("en") if self._index.load() else None
        if view is None:
            raise ValueError("docs.jsonl holds no documents with words")
        meanings = None
        if self._meaning:
            _read(self._meaning, folder)
            meanings = self._meaning.of(view.shown)
        self.ranker = Ranker(view, tokens, "en", light_terms(), meanings, encoder.tier if encoder else "off")

    def close(self) -> None:
        self._index.close()
        if self._meaning:
            self._meaning.close()


def build(folder: Path, state: Path, tier: Tier) -> float:
    """Write index and vectors of a folder's documents below `state`, in a process of its own whose memory is not ours. Returns
    how many seconds it took. Raise ValueError with what it said when it failed.
    """
    began = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    environment["OPENBLAS_NUM_THREADS"] = str(os.cpu_count() or 1)  # nobody waits for anything else meanwhile
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-W", "ignore", "-m", "kb.evaluate", str(folder.absolute()), str(state), tier],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    if done.returncode:
        raise ValueError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "the build failed")
    return time.perf_counter() - began


def _build(folder: Path, state: Path, tier: Tier) -> None:
    index = ArticleIndex(state / "index")
    index.update(documents(folder))
    index.close()
    encoder = open_encoder(tier)
    if encoder:
        meaning = Meaning(encoder, state / "meaning", lambda: None)
        _read(meaning, folder)
        meaning.close()


def _read(meaning: Meaning, folder: Path) -> None:
    """Raise ModelError when not all of the documents could be read: what came of it would be another tier's figures."""
    meaning.want(documents(folder))
    meaning.wait()
    if meaning.trouble:
        raise ModelError(meaning.trouble)


@dataclass(frozen=True)
class Run:
    """A folder's queries, ranked."""

    queries: Sequence[Query]
    rankings: Sequence[Ranking]
    took: Sequence[float]
    """Milliseconds."""
    build_s: float
    rss_mb: float

    def observations(self) -> list[Observation]:
        return [
            Observation(ranking.features, rank_of(query, ranking) == 1, ranking.tier)
            for query, ranking in zip(self.queries, self.rankings, strict=True)
        ]


def run(folder: Path, tier: Tier = Tier.AUTO, state: Path | None = None) -> Run:
    """Rank every query of a folder, with index and vectors kept below `state` where it is given. Raise OSError, ValueError,
    KeyError, TypeError or ModelError.
    """
    asked = queries(folder)
    with contextlib.ExitStack() as ends:
        kept = state or Path(ends.enter_context(tempfile.TemporaryDirectory()))
        built = build(folder, kept, tier)
        opened = Opened(folder, kept, tier)
        try:
            for query in asked[:20]:
                opened.ranker.rank(query.text + " ")  # a service is not asked for the first time either
            rankings, took = [], []
            for query in asked:
                began = time.perf_counter()
                rankings.append(opened.ranker.rank(query.text))
                took.append((time.perf_counter() - began) * 1000)
            return Run(asked, rankings, took, built, resident_mb())
        finally:
            opened.close()


def resident_mb() -> float:
    """Memory of this process that is in use now, in MB; the most it ever had where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def confidences(observations: Sequence[Observation], calibration: Calibration | None = None) -> list[float]:
    """By the calibration that was given; without one by those fitted, in five folds, on the other folds each."""
    if calibration is not None:
        return [calibration.confidence(one.tier, one.features) for one in observations]
    found = [0.0] * len(observations)
    for fold in range(FOLDS):
        seen = [one for at, one in enumerate(observations) if at % FOLDS != fold]
        enough = min(sum(one.right for one in seen), sum(not one.right for one in seen)) >= ENOUGH
        held = fit(seen, None if enough else Calibration.default())
        for at in range(fold, len(observations), FOLDS):
            found[at] = held.confidence(observations[at].tier, observations[at].features)
    return found


def measure(run: Run, sure: Sequence[float]) -> dict[str, float | None]:
    """Percent, but for `ece` (0 to 1), milliseconds, seconds and megabytes; None where a set has nothing to tell it by."""
    pairs = list(zip(run.queries, run.rankings, strict=True))
    answerable = [(query, ranking) for query, ranking in pairs if query.right]
    ranks = [rank_of(query, ranking) for query, ranking in answerable]
    right = np.array([rank_of(query, ranking) == 1 for query, ranking in pairs], dtype=bool)
    inside = np.array([bool(query.right) for query in run.queries], dtype=bool)
    confident = np.array(sure, dtype=float)
    outside = np.sort(confident[~inside])
    least = outside[math.ceil(REJECTED * len(outside) - 1e-9) - 1] if len(outside) else -1.0
    took = np.array(run.took) if len(run.took) else np.zeros(1)
    figures = {
        "map": _percent([_average_precision(query, ranking) for query, ranking in answerable]),
        "mrr": _percent([1 / rank if rank else 0.0 for rank in ranks]),
        "p_at_1": _percent([float(rank == 1) for rank in ranks]),
        "p_at_5": _percent([_hits(query, ranking, 5) / 5 for query, ranking in answerable]),
        "recall_at_10": _percent([_hits(query, ranking, 10) / len(query.right) for query, ranking in answerable]),
        "ndcg_at_10": _percent([_ndcg(query, ranking) for query, ranking in answerable]),
        "auroc_scope": 100 * auroc(confident[inside].tolist(), outside.tolist()),
        "auroc_right": 100 * auroc(confident[right].tolist(), confident[~right].tolist()),
        "right_at_90_rejected": _percent((right & (confident > least))[inside].tolist()) if len(outside) else math.nan,
        **{f"precision_at_{share}": _precision(confident, right, share / 100) for share in (30, 50, 70)},
        "ece": calibration_error(confident, right.astype(float)) if len(confident) else math.nan,
        "query_ms_p50": float(np.percentile(took, 50)),
        "query_ms_p99": float(np.percentile(took, 99)),
        "build_s": run.build_s,
        "rss_mb": run.rss_mb,
    }
    return {name: None if math.isnan(value) else round(value, 4) for name, value in figures.items()}


def _percent(values: Sequence[float]) -> float:
    return 100 * sum(values) / len(values) if values else math.nan


def _precision(
    sure: np.ndarray[tuple[int], np.dtype[np.float64]], right: np.ndarray[tuple[int], np.dtype[np.bool_]], share: float
) -> float:
    """Of the most confident share of all queries, how many were answered right."""
    count = math.ceil(share * len(sure))
    return _percent(right[np.argsort(-sure, kind="stable")[:count]].tolist())


def auroc(above: Sequence[float], below: Sequence[float]) -> float:
    """How often a member of the first is greater than one of the second; a tie counts half."""
    if not above or not below:
        return math.nan
    ordered = sorted(below)
    wins = sum((bisect_left(ordered, value) + bisect_right(ordered, value)) / 2 for value in above)
    return wins / len(above) / len(below)


def rank_of(query: Query, ranking: Ranking) -> int:
    """The place of the first right article, from 1; 0 when it is not among those found."""
    places = (place for place, found in enumerate(ranking.candidates, 1) if found.article in query.right)
    return next(places, 0)


def _hits(query: Query, ranking: Ranking, depth: int) -> int:
    return sum(found.article in query.right for found in ranking.candidates[:depth])


def _average_precision(query: Query, ranking: Ranking) -> float:
    right, total = 0, 0.0
    for place, found in enumerate(ranking.candidates, 1):
        if found.article in query.right:
            right += 1
            total += right / place
    return total / len(query.right)


def _ndcg(query: Query, ranking: Ranking) -> float:
    gain = sum(
        1 / math.log2(place + 1)
        for place, found in enumerate(ranking.candidates[:10], 1)
        if found.article in query.right
    )
    return gain / sum(1 / math.log2(place + 1) for place in range(1, min(10, len(query.right)) + 1))


if __name__ == "__main__":
    _build(Path(sys.argv[1]), Path(sys.argv[2]), Tier(sys.argv[3]))
