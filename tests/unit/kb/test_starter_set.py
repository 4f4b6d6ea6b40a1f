"""The starter knowledge base as an evaluation folder: everything public is in it, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.library import Library, starter_folder
from kb.model import Audience
from tests.unit.kb.starter_set import asked, main, public_articles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    main([str(tmp_path / "made" / "set")])
    return tmp_path / "made" / "set"


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_all_that_is_public_and_every_question_is_there(folder: Path) -> None:
    documents = [str(entry["id"]) for entry in lines(folder / "docs.jsonl")]
    assert sorted(documents) == sorted(article.id for article in public_articles())
    right: dict[str, set[str]] = {}
    for row in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        query, article, score = row.split("\t")
        assert (article in documents, score) == (True, "1")
        right.setdefault(query, set()).add(article)
    read = [(entry["text"], right.get(str(entry["id"]), set())) for entry in lines(folder / "queries.jsonl")]
    assert read == [(question.text, question.right) for question in asked()]


def test_a_document_is_the_summary_and_then_each_section_as_one_part(folder: Path) -> None:
    written = {entry["id"]: entry for entry in lines(folder / "docs.jsonl")}
    for article in public_articles():
        entry = written[article.id]
        summary, *parts = str(entry["text"]).split("\n\n")
        assert (entry["title"], entry["questions"], summary) == (
            article.title,
            list(article.questions),
            article.summary,
        )
        said = [section for section in article.sections if section.heading or section.text.strip()]
        assert [part.split() for part in parts] == [f"{part.heading} {part.text}".split() for part in said]


def test_what_is_for_volunteers_stays_out(folder: Path) -> None:
    internal = [a for a in Library([starter_folder()]).articles.values() if a.audience is Audience.VOLUNTEERS]
    assert internal
    told = " ".join(f"{entry['id']} {entry['text']}" for entry in lines(folder / "docs.jsonl"))
    assert [article.id for article in internal if article.id in told or article.summary in told] == []


def test_a_question_nobody_answers_has_no_row(folder: Path) -> None:
    head, *rows = (folder / "qrels.tsv").read_text("utf-8").splitlines()
    assert head == "query-id\tcorpus-id\tscore"
    judged = {row.split("\t")[0] for row in rows}
    ids = [str(entry["id"]) for entry in lines(folder / "queries.jsonl")]
    unanswered = [name for name, question in zip(ids, asked(), strict=True) if not question.right]
    assert unanswered
    assert judged == set(ids) - set(unanswered)
