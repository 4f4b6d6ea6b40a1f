"""The engines that are always there find what they hold, take operators for words, and find what was just saved."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.bench.knowledge import corpus, folder
from tests.bench.knowledge.__main__ import main
from tests.bench.knowledge.corpus import Document
from tests.bench.knowledge.engine import KINDS, combined

DOCUMENTS = [
    Document("tls", "Connect with TLS", "Use port 6697 and switch encryption on.", ("which port",)),
    Document("list", "Get a mailing list", "Ask the list masters."),
    Document("wiki", "Edit the wiki", "Log in first."),
]
HERE = ["ours-off", "whoosh", "fts5"]


def test_a_rival_gets_one_field_with_the_title_three_times() -> None:
    assert combined(DOCUMENTS[0]).count("Connect with TLS") == 3
    assert combined(DOCUMENTS[0]).endswith("which port\nUse port 6697 and switch encryption on.")


@pytest.mark.parametrize("name", HERE)
def test_it_finds_what_it_holds_and_what_was_just_saved(name: str, tmp_path: Path) -> None:
    corpus.write(DOCUMENTS, tmp_path)
    state = tmp_path / name
    state.mkdir()
    maker = KINDS[name].load()
    maker.build(tmp_path, corpus.documents(tmp_path), state)
    engine = maker.open(tmp_path, state)
    assert engine.ask("which port do I need for tls", 10)[0] == "tls"
    assert engine.ask("wiki", 10) == ["wiki"]
    assert engine.ask('"wiki" AND NOT (* "', 1) == ["wiki"]
    assert engine.ask("", 10) == engine.ask("zyxomma0", 10) == []
    engine.prepare({document.id: document for document in DOCUMENTS})
    engine.save(replace(DOCUMENTS[1], text="Ask the list masters for a zyxomma0."))
    assert engine.ask("zyxomma0", 10) == ["list"]
    assert engine.ask("mailing list", 10) == ["list"]
    engine.close()


@pytest.mark.parametrize(
    ("document_id", "name"),
    [
        ("a/b c/D.1", "a/b-c/D.1.md"),
        ("../../etc/passwd", "x/x/etc/passwd.md"),
        ("/.ssh/_k", "x/ssh/k.md"),
        ("", "x.md"),
    ],
)
def test_an_id_becomes_a_file_below_the_folder(document_id: str, name: str) -> None:
    assert folder.file_name(document_id) == name


def test_a_run_writes_figures_and_draws_them(tmp_path: Path) -> None:
    data = tmp_path / "data" / "faq"
    corpus.write(DOCUMENTS, data)
    (data / "queries.jsonl").write_text(json.dumps({"id": 1, "text": "which port do I need to connect with tls"}))
    (data / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\ttls\t1\n")
    bulk = [
        Document(f"d{n}", f"Thing {n}", f"How the wonderful thing number{n} works when nobody looks at it closely.")
        for n in range(30)
    ]
    corpus.write(bulk, tmp_path / "data" / "bulk")
    arguments = [
        "--sizes",
        "20",
        "--engines",
        "whoosh,fts5",
        "--json",
        str(tmp_path / "f.json"),
        "--chart",
        str(tmp_path / "c.svg"),
    ]
    done = CliRunner().invoke(main, [str(tmp_path / "data"), *arguments])
    assert done.exit_code == 0, done.output
    whoosh, fts5 = json.loads((tmp_path / "f.json").read_text())["rows"]
    for row in (whoosh, fts5):
        assert row["note"] == ""
        assert row["documents"] == 23
        assert row["quality"]["faq"]["map"] == 100
        assert 0 < row["natural_p50"] <= row["natural_p99"]
        assert 0 < row["opened_mb"] <= row["asked_mb"] + 1
        assert min(row[name] for name in ("build_s", "index_mb", "open_ms", "save_ms")) > 0
    assert "Whoosh" in (tmp_path / "c.svg").read_text()


def test_a_folder_without_sets_is_said_to_be_none(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, [str(tmp_path)])
    assert done.exit_code == 1
    assert "holds no sets" in done.output
