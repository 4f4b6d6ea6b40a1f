from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb import evaluate


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


@pytest.mark.parametrize("unit", ["section", "article"])
def test_figures_as_one_flat_object(data: Path, capsys: pytest.CaptureFixture[str], unit: str) -> None:
    assert evaluate.main([str(data), "--json", "--unit", unit]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["queries"], figures["answerable"]) == (3, 2)
    assert figures["map"] == figures["mrr@10"] == figures["p@1"] == figures["recall@3"] == 100
    assert figures["auroc_in_scope"] == figures["right_at_90_rejected"] == 100


def test_a_table_for_people(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main([str(data)]) == 0
    assert "p@1                           100.00" in capsys.readouterr().out


def test_a_folder_of_another_form_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main([str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_auroc_counts_ties_half() -> None:
    assert evaluate.auroc([2, 3], [1]) == 1
    assert evaluate.auroc([1], [1]) == 0.5
    assert evaluate.auroc([0, 2], [1]) == 0.5
