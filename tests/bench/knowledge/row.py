"""One line of the result: an engine at a size. Plain figures, and how a run of rankings becomes them. Must know no engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from tests.bench.figures import percentile
from tests.bench.knowledge.corpus import Question

MEASURES = ("map", "mrr", "p_at_1", "ndcg_at_10")


@dataclass(frozen=True)
class Row:
    engine: str
    size: int
    """Documents of the bulk."""
    documents: int = 0
    """All there are, with those of the sets merged into them."""
    note: str = ""
    """Why figures are missing."""
    clock: str = "wall"
    """What building and asking were timed by: `wall`, or `cpu` for the processor's own time."""
    build_s: float | None = None
    index_mb: float | None = None
    open_ms: float | None = None
    """Opening and the first question."""
    natural_p50: float | None = None
    """Milliseconds, as the next three."""
    natural_p99: float | None = None
    keywords_p50: float | None = None
    keywords_p99: float | None = None
    save_ms: float | None = None
    """From saving one document until a question finds it as it is now."""
    opened_mb: float | None = None
    """Resident memory after opening and the first question."""
    asked_mb: float | None = None
    """The same after all questions."""
    quality: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    """By set, MEASURES in percent."""

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Row:
        """Raise TypeError or KeyError when it is none."""
        return cls(**{one.name: content[one.name] for one in fields(cls)})


@dataclass(frozen=True)
class FolderRow:
    """Our knowledge base on a folder of Markdown files, as a service has it."""

    tier: str
    files: int
    first_s: float
    """Opening where there is no index yet."""
    open_ms: float
    """Opening where there is one, and the first answer."""
    refresh_ms: float
    """From saving a file to the answer that holds it, by `refresh`."""
    watch_ms: float
    """The same by `watch`, which is told by the file system."""
    asked_mb: float


def quality(questions: Sequence[Question], found: Sequence[Sequence[str]]) -> dict[str, float | None]:
    """Of the ids found for each question, best first: what `helpdesk kb eval` says of ours."""
    from kb.evaluate import Query, Run, measure  # not above: memory is measured in processes that import this
    from kb.ranking import Candidate, Ranking

    queries = [Query(one.text, one.right) for one in questions]
    rankings = [Ranking(tuple(Candidate(name, 1.0 / place) for place, name in enumerate(names, 1))) for names in found]
    told = measure(Run(queries, rankings, [0.0] * len(queries), 0.0, 0.0), [0.0] * len(queries))
    return {name: told[name] for name in MEASURES}


def spread(milliseconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p99."""
    return percentile(milliseconds, 0.5), percentile(milliseconds, 0.99)
