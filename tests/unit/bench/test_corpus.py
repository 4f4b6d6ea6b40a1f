"""The documents and questions of `make bench-kb` are the same in every run, and as many as were asked for."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.bench.knowledge import corpus, workload
from tests.bench.knowledge.corpus import Corpus, Document, Question, QuestionSet

BULK = [
    Document(
        f"d{n}", f"Title {n}", f"First sentence of number {n}. Second one is about thing{n}.\nA third: with more words."
    )
    for n in range(10)
]
ASKED = QuestionSet(
    "faq",
    (
        Document("tls", "Connect with TLS", "Use port 6697.", ("which port",)),
        Document("wiki", "Edit the wiki", "Log in."),
    ),
    (Question("which port is the one that I need for tls", frozenset({"tls"})),),
)


def words(documents: list[Document]) -> Counter[str]:
    return Counter(word for document in documents for word in document.text.split())


def test_fewer_documents_are_evenly_spaced_ones() -> None:
    assert [document.id for document in corpus.scaled(BULK, 4)] == ["d0", "d2", "d5", "d7"]


def test_more_documents_have_the_words_of_all_dealt_out_anew() -> None:
    found = corpus.scaled(BULK, 20)
    copies = found[10:]
    assert found[:10] == BULK
    assert [document.id for document in copies] == [f"d{n}~1" for n in range(10)]
    assert words(copies) == words(BULK)
    assert sorted(document.title for document in copies) == sorted(document.title for document in BULK)
    assert all(len(corpus.sentences(document.text)) == 4 for document in copies)
    assert [document.text for document in copies] != ["\n".join(corpus.sentences(document.text)) for document in BULK]


def test_scaling_is_the_same_every_time_and_no_copy_is_another() -> None:
    found = corpus.scaled(BULK, 45)
    assert len(found) == 45 == len({document.id for document in found})
    assert found == corpus.scaled(BULK, 45)
    assert [document.text for document in found[10:20]] != [document.text for document in found[20:30]]


def test_nothing_can_be_made_of_no_bulk() -> None:
    assert corpus.scaled([], 5) == []


def test_sets_with_questions_are_merged_into_the_bulk_below_their_names() -> None:
    made = corpus.corpus([QuestionSet("bulk", tuple(BULK)), ASKED], [ASKED], 5)
    assert made.size == 5
    assert [document.id for document in made.documents][-3:] == ["bulk/d8", "faq/tls", "faq/wiki"]
    assert made.quality == {"faq": (Question(ASKED.questions[0].text, frozenset({"faq/tls"})),)}


def test_without_bulk_the_sets_are_it() -> None:
    made = corpus.corpus([ASKED], [ASKED], 3)
    assert [document.id for document in made.documents] == ["faq/tls~1", "faq/tls", "faq/wiki"]


def test_sets_that_are_answerable_throughout_are_asked_by_default() -> None:
    holes = QuestionSet("holes", ASKED.documents, (*ASKED.questions, Question("pizza", frozenset())))
    bulk = QuestionSet("bulk", tuple(BULK))
    assert corpus.chosen([bulk, holes, ASKED], []) == [ASKED]
    assert corpus.chosen([bulk, holes], []) == [holes]
    assert corpus.chosen([bulk, holes, ASKED], ["holes"]) == [holes]
    with pytest.raises(ValueError, match=r"called bulk; there are: holes, faq"):
        corpus.chosen([bulk, holes, ASKED], ["bulk"])


def test_sets_are_read_from_folders_packed_or_not(tmp_path: Path) -> None:
    (tmp_path / "bulk").mkdir()
    with gzip.open(tmp_path / "bulk" / "docs.jsonl.gz", "wt") as file:
        file.write(json.dumps({"id": "a", "title": "A", "text": "One.\n\nTwo."}))
    faq = tmp_path / "faq"
    faq.mkdir()
    (faq / "docs.jsonl").write_text(json.dumps({"id": "b", "title": "B", "text": "x", "questions": ["who"]}))
    (faq / "queries.jsonl").write_text(json.dumps({"id": 1, "text": "who is it"}))
    (faq / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\tb\t1\n")
    (tmp_path / "README.md").write_text("not a set")
    bulk, asked = corpus.read(tmp_path)
    assert bulk == QuestionSet("bulk", (Document("a", "A", "One.\n\nTwo."),))
    assert asked == QuestionSet("faq", (Document("b", "B", "x", ("who",)),), (Question("who is it", frozenset({"b"})),))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    held = [Document("a/ü", "Ünder", "x\n\ny", ("q",)), *BULK]
    corpus.write(held, tmp_path)
    assert list(corpus.documents(tmp_path)) == held


LONG = Corpus(
    40,
    tuple(
        Document(f"d{n}", f"Title{n}", f"Start an activity matching number{n} action and a given category now.")
        for n in range(40)
    ),
    {
        "faq": tuple(
            Question(f"{text} {n}", frozenset({"x"}))
            for n in range(30)
            for text in ("too short", "how do I ever get out of here")
        )
    },
)


def test_natural_questions_are_of_8_to_15_words_half_of_them_peoples() -> None:
    work = workload.workload(LONG, 20)
    assert len(work.natural) == len(set(work.natural)) == 20
    assert all(8 <= len(text.split()) <= 15 for text in work.natural)
    assert sum(text.startswith("how do I ever") for text in work.natural) == 10


def test_keywords_are_two_or_three_telling_words_of_one_document() -> None:
    work = workload.workload(LONG, 20)
    texts = [f"{one.title} {one.text}".lower() for one in LONG.documents]
    assert len(work.keywords) == 20
    for asked in map(str.split, work.keywords):
        assert len(asked) in {2, 3}
        assert not {"and", "now", "an"} & set(asked)
        assert any(all(word in text for word in asked) for text in texts)


def test_the_workload_is_the_same_every_time_and_survives_a_file(tmp_path: Path) -> None:
    work = workload.workload(LONG, 20)
    assert work == workload.workload(LONG, 20)
    workload.write(work, tmp_path / "workload.json")
    assert workload.read(tmp_path / "workload.json") == work
