"""The quality figures of the answers, from files anyone can bring: recall, MAP, MRR, P@1, and how well confidence tells what can
be answered. `python -m kb.evaluate DIR` prints them; needs no state folder and writes nothing that stays.

A folder holds `docs.jsonl` ({id, title, text[, questions]}; blank lines part the text into sections), `queries.jsonl` ({id,
text}) and `qrels.tsv` (query-id, corpus-id, score, with a line of headings). A query without a row has no answer.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.index import ArticleIndex, light_terms, tokens
from kb.model import Article, Audience, Section, Status
from kb.ranking import Ranker, Ranking


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    right: frozenset[str]
    """Ids of the articles that answer it; empty when none does."""


def load(folder: Path) -> tuple[list[Article], list[Query]]:
    """Raises OSError, ValueError or KeyError for files of another form."""
    articles = [_article(entry) for entry in _lines(folder / "docs.jsonl")]
    right: dict[str, set[str]] = {}
    for row in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        query, article, score = row.split("\t")
        if float(score) > 0:
            right.setdefault(query, set()).add(article)
    queries = [
        Query(str(entry["text"]), frozenset(right.get(str(entry["id"]), ())))
        for entry in _lines(folder / "queries.jsonl")
    ]
    return articles, queries


def _lines(path: Path) -> Iterator[dict[str, object]]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


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
        markdown=str(entry["text"]),
        path=Path(str(entry["id"])),
        digest=str(entry["id"]),
    )


def rank_all(
    articles: Iterable[Article], queries: Sequence[Query], *, split: bool = True
) -> tuple[list[Ranking], list[float]]:
    """Each query's ranking, and how many milliseconds each took."""
    held = {article.id: article for article in articles}
    with tempfile.TemporaryDirectory() as state:
        index = ArticleIndex(Path(state), split=split)
        index.update(held.values())
        ranker = Ranker(index.snapshot.views[Audience.PUBLIC]["en"], held, tokens, "en", light_terms())
        index.close()
    rankings, took = [], []
    for query in queries:
        began = time.perf_counter()
        rankings.append(ranker.rank(query.text))
        took.append((time.perf_counter() - began) * 1000)
    return rankings, took


def auroc(above: Sequence[float], below: Sequence[float]) -> float:
    """How often a member of the first is greater than one of the second; a tie counts half."""
    if not above or not below:
        return float("nan")
    ordered = sorted(below)
    wins = sum((bisect_left(ordered, value) + bisect_right(ordered, value)) / 2 for value in above)
    return wins / len(above) / len(below)


def measure(queries: Sequence[Query], rankings: Sequence[Ranking], took: Sequence[float]) -> dict[str, float]:
    """Percent, but for the numbers of queries, the milliseconds and the threshold."""
    pairs = list(zip(queries, rankings, strict=True))
    ranks = [_rank(query, ranking) for query, ranking in pairs if query.right]
    answerable = len(ranks) or 1
    inside = [ranking.confidence for query, ranking in pairs if query.right]
    outside = [ranking.confidence for query, ranking in pairs if not query.right]
    right = [ranking.confidence for query, ranking in pairs if _rank(query, ranking) == 1]
    wrong = [ranking.confidence for query, ranking in pairs if _rank(query, ranking) != 1]
    threshold = sorted(outside)[int(0.9 * len(outside))] if outside else 0.0
    ordered = sorted(took)
    return {
        "queries": len(pairs),
        "answerable": len(ranks),
        "map": 100 * sum(_average_precision(query, ranking) for query, ranking in pairs if query.right) / answerable,
        "mrr@10": 100 * sum(1 / rank for rank in ranks if 0 < rank <= 10) / answerable,
        "p@1": 100 * sum(rank == 1 for rank in ranks) / answerable,
        "recall@3": 100 * sum(0 < rank <= 3 for rank in ranks) / answerable,
        "recall@10": 100 * sum(0 < rank <= 10 for rank in ranks) / answerable,
        "auroc_in_scope": 100 * auroc(inside, outside),
        "auroc_right": 100 * auroc(right, wrong),
        "threshold_at_90_rejected": threshold,
        "right_at_90_rejected": 100 * sum(value > threshold for value in right) / answerable,
        "ms_p50": ordered[len(ordered) // 2] if ordered else 0.0,
        "ms_p99": ordered[int(len(ordered) * 0.99)] if ordered else 0.0,
    }


def _rank(query: Query, ranking: Ranking) -> int:
    """The place of the first right article, from 1; 0 when it is not among those found."""
    places = (place for place, found in enumerate(ranking.candidates, 1) if found.article in query.right)
    return next(places, 0)


def _average_precision(query: Query, ranking: Ranking) -> float:
    """Over the articles found, which are at most ten."""
    right, total = 0, 0.0
    for place, found in enumerate(ranking.candidates, 1):
        if found.article in query.right:
            right += 1
            total += right / place
    return total / len(query.right)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m kb.evaluate", description="Measure how well questions are answered."
    )
    parser.add_argument("folder", type=Path, help="a folder with docs.jsonl, queries.jsonl and qrels.tsv")
    parser.add_argument("--unit", choices=["section", "article"], default="section", help="what the index holds as one")
    parser.add_argument("--json", action="store_true", help="one flat object instead of a table")
    options = parser.parse_args(arguments)
    try:
        articles, queries = load(options.folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"{options.folder} can't be read: {error!r}. See the head of kb/evaluate.py for its form.\n")
        return 2
    figures = measure(queries, *rank_all(articles, queries, split=options.unit == "section"))
    if options.json:
        flat = {key: None if math.isnan(value) else round(value, 4) for key, value in figures.items()}
        sys.stdout.write(json.dumps(flat) + "\n")
    else:
        sys.stdout.writelines(f"{key:26}{value:10.2f}\n" for key, value in figures.items())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
