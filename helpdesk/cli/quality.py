"""How good the answers are: `kb eval`, on any set of questions. Works without a running service, and touches none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from helpdesk.cli.shared import Failure, json_option, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
EXPLAINED = {
    "map": "mean average precision, %",
    "mrr": "mean reciprocal rank of the first right article, %",
    "p_at_1": "the first article is right, %",
    "p_at_5": "share of right ones among the first five, %",
    "recall_at_10": "right articles among the first ten, %",
    "ndcg_at_10": "normalised discounted cumulative gain of the first ten, %",
    "auroc_scope": "confidence tells answerable from unanswerable, %",
    "auroc_right": "confidence tells right from wrong, %",
    "right_at_90_rejected": "answered right while 90 % of the unanswerable are turned away, %",
    "precision_at_30": "right among the surest 30 % of all questions, %",
    "precision_at_50": "right among the surest 50 %, %",
    "precision_at_70": "right among the surest 70 %, %",
    "ece": "expected calibration error, 0 to 1",
    "query_ms_p50": "a question's time, median, ms",
    "query_ms_p99": "a question's time, 99th percentile, ms",
    "build_s": "building index and vectors from nothing, s",
    "rss_mb": "memory of the process that answers, MB",
}


@click.command(
    "eval",
    epilog="""\b
Examples:
  helpdesk kb eval questions/
  helpdesk kb eval questions/ --semantic off --json | jq .map
  helpdesk kb eval questions/ --calibration fit

DIR holds docs.jsonl or docs.jsonl.gz (id, title, text, questions), queries.jsonl (id, text) and qrels.tsv (query, article,
score, under a line of headings). A query without a row has no answer in the documents.
""",
)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--semantic",
    type=click.Choice(["auto", "off", "static", "transformer"]),
    default="auto",
    help="What judges the meaning.",
    show_default=True,
)
@click.option(
    "--calibration",
    type=click.Choice(["default", "fit"]),
    default="default",
    help="Confidence as it comes with the program, or fitted to this set in five folds, each judged by the others.",
    show_default=True,
)
@json_option
def evaluate(folder: Path, semantic: str, calibration: str, *, as_json: bool) -> None:
    """Measure how well a folder's questions are answered."""
    import warnings

    warnings.simplefilter("ignore")  # Whoosh's old escape sequences are no news here
    from kb import evaluate as quality
    from kb.confidence import Calibration
    from kb.options import Tier
    from kb.semantic.encoder import ModelError

    try:
        run = quality.run(folder, Tier(semantic))
    except ModelError as error:
        raise Failure(str(error), "or choose another tier with --semantic") from error
    except (OSError, ValueError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise Failure(f"{folder} can't be measured: {error}", "`helpdesk kb eval --help` tells its form") from error
    sure = quality.confidences(run.observations(), Calibration.default() if calibration == "default" else None)
    figures = quality.measure(run, sure)
    if as_json:
        print_json(figures)
    else:
        _table(figures, len(run.queries))


def _table(figures: Mapping[str, float | None], count: int) -> None:
    rows = [
        [
            name,
            "–" if figures[name] is None else f"{figures[name]:.3f}" if name == "ece" else f"{figures[name]:.1f}",
            said,
        ]
        for name, said in EXPLAINED.items()
    ]
    print_table(["FIGURE", "VALUE", "WHAT IT SAYS"], rows)
    click.echo(f"{count} questions.")
