from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpdesk.cli import main
from kb import evaluate
from kb.ranking import Candidate, Ranking


@pytest.fixture
def data(tmp_path: Path) -> Path:
    docs = [
        {"id": "tls", "title": "Connect with TLS", "text": "Use port 6697.\n\nSwitch TLS on."},
        {"id": "list", "title": "Get a mailing list", "text": "Ask.", "questions": ["we need a list"]},
        {"id": "wiki", "title": "Edit the wiki", "text": "Log in."},
    ]
    queries = [
        {"id": "1", "text": "which port for tls"},
        {"id": "2", "text": "mailing list please"},
        {"id": "3", "text": "pizza"},
    ]
    (tmp_path / "docs.jsonl").write_text("\n".join(map(json.dumps, docs)))
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\ttls\t1\n2\tlist\t1\n3\twiki\t0\n")
    return tmp_path


RUNNER = CliRunner()


@pytest.mark.parametrize("tier", ["off", "static"])
def test_figures_as_one_flat_object(data: Path, tier: str) -> None:
    done = RUNNER.invoke(main, ["kb", "eval", str(data), "--json", "--semantic", tier])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert list(figures) == [
        "map", "mrr", "p_at_1", "p_at_5", "recall_at_10", "ndcg_at_10", "auroc_scope", "auroc_right",
        "right_at_90_rejected", "precision_at_30", "precision_at_50", "precision_at_70", "ece", "query_ms_p50",
        "query_ms_p99", "build_s", "rss_mb",
    ]  # fmt: skip
    assert figures["map"] == figures["mrr"] == figures["p_at_1"] == figures["recall_at_10"] == 100
    assert figures["p_at_5"] == 20
    assert figures["auroc_scope"] == figures["auroc_right"] == figures["right_at_90_rejected"] == 100
    assert figures["precision_at_50"] == 100
    assert 0 < figures["ece"] < 1
    assert min(figures[name] for name in ("query_ms_p50", "build_s", "rss_mb")) > 0


def test_what_a_set_cannot_tell_is_null(data: Path) -> None:
    (data / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\ttls\t1\n2\tlist\t1\n3\twiki\t1\n")
    figures = json.loads(RUNNER.invoke(main, ["kb", "eval", str(data), "--json", "--semantic", "off"]).stdout)
    assert figures["auroc_scope"] is None
    assert figures["right_at_90_rejected"] is None


def test_packed_documents_are_read_too(data: Path) -> None:
    plain = (data / "docs.jsonl").read_bytes()
    (data / "docs.jsonl").unlink()
    (data / "docs.jsonl.gz").write_bytes(gzip.compress(plain))
    assert [article.id for article in evaluate.documents(data)] == ["tls", "list", "wiki"]


def test_a_table_for_people(data: Path) -> None:
    done = RUNNER.invoke(main, ["kb", "eval", str(data), "--semantic", "off", "--calibration", "fit"])
    assert done.exit_code == 0
    assert "the first article is right" in done.stdout


@pytest.mark.parametrize("wrong", ["{", '{"id": "a"}', '{"id": "a", "title": "b", "text": "c", "questions": 3}'])
def test_a_folder_of_another_form_is_named(data: Path, wrong: str) -> None:
    (data / "docs.jsonl").write_text(wrong)
    done = RUNNER.invoke(main, ["kb", "eval", str(data), "--semantic", "off"])
    assert done.exit_code != 0
    assert str(data) in done.stderr


def test_an_empty_set_is_named(data: Path) -> None:
    (data / "docs.jsonl").write_text("")
    done = RUNNER.invoke(main, ["kb", "eval", str(data), "--semantic", "off"])
    assert done.exit_code != 0
    assert "no documents" in done.stderr


def test_auroc_counts_ties_half() -> None:
    assert evaluate.auroc([2, 3], [1]) == 1
    assert evaluate.auroc([1], [1]) == 0.5
    assert evaluate.auroc([0, 2], [1]) == 0.5


def test_nine_of_ten_unanswerable_are_turned_away_and_not_ten() -> None:
    right, wrong = evaluate.Query("a", frozenset({"x"})), evaluate.Query("b", frozenset())
    found = Ranking((Candidate("x", 1.0),))
    run = evaluate.Run([right] * 10 + [wrong] * 10, [found] * 20, [1.0] * 20, 1.0, 1.0)
    figures = evaluate.measure(run, [0.95] * 10 + [n / 10 for n in range(1, 11)])
    assert figures["right_at_90_rejected"] == 100
    assert figures["auroc_scope"] == 90
    assert figures["precision_at_50"] == 90
    lower = evaluate.measure(run, [0.85] * 10 + [n / 10 for n in range(1, 11)])
    assert lower["right_at_90_rejected"] == 0


def test_the_ranks_make_the_figures() -> None:
    asked = [evaluate.Query("a", frozenset({"x", "y"})), evaluate.Query("b", frozenset({"z"}))]
    candidates = tuple(Candidate(name, 1.0) for name in ("x", "z", "y"))
    run = evaluate.Run(asked, [Ranking(candidates)] * 2, [1.0, 1.0], 1.0, 1.0)
    figures = evaluate.measure(run, [0.9, 0.4])
    assert figures["map"] == pytest.approx(100 * ((1 + 2 / 3) / 2 + 1 / 2) / 2, abs=1e-3)
    assert figures["mrr"] == 75
    assert figures["p_at_1"] == 50
    assert figures["p_at_5"] == pytest.approx(30)
    assert figures["recall_at_10"] == 100
    ideal, second = 1 + 1 / math.log2(3), 1 / math.log2(3)
    assert figures["ndcg_at_10"] == pytest.approx(100 * ((1 + 1 / math.log2(4)) / ideal + second) / 2, abs=1e-3)
