"""The starter knowledge base and its own question set as a folder for `helpdesk kb eval`: `python -m tests.unit.kb.starter_set DIR`.

Public articles only, in the questions' language; what a section says stays one part. Must never import the desk.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.library import Library, starter_folder
from kb.model import Article, Audience, Status

QUESTIONS = Path(__file__).parent / "starter_questions.tsv"

KINDS = {
    "plain": "one sentence",
    "short": "one to three words",
    "long": "several sentences",
    "log": "a pasted line of a program or server",
    "typo": "misspelt where it matters",
    "url": "with an address in it",
    "slang": "as among friends",
    "foreign": "by somebody who is learning English",
    "premise": "takes for granted what isn't so, or says nothing but that it fails",
    "close": "near the articles, and none answers it",
    "far": "about something else altogether",
}


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    right: frozenset[str]
    """Ids of the articles that answer it; empty when none does."""
    kind: str
    """One of KINDS."""


def asked(path: Path = QUESTIONS) -> list[Asked]:
    """The questions of a file with three columns: question, ids parted by commas or `-`, kind."""
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [Asked(text, frozenset() if ids == "-" else frozenset(ids.split(",")), kind) for text, ids, kind in rows]


def public_articles(lang: str = "en") -> list[Article]:
    """What the starter knowledge base tells everybody in this language."""
    articles = Library([starter_folder()]).articles.values()
    return [
        article
        for article in articles
        if (article.audience, article.status, article.lang) == (Audience.PUBLIC, Status.PUBLISHED, lang)
    ]


def _parts(article: Article) -> Iterator[str]:
    yield article.summary
    for section in article.sections:
        yield f"{section.heading}\n{section.text}"


def document(article: Article) -> dict[str, object]:
    """One line of `docs.jsonl`: blank lines stand between the summary and the sections, and nowhere else."""
    parts = ("\n".join(line for line in part.splitlines() if line.strip()) for part in _parts(article))
    return {
        "id": article.id,
        "title": article.title,
        "text": "\n\n".join(part for part in parts if part),
        "questions": list(article.questions),
    }


def write(folder: Path, articles: Iterable[Article], questions: Sequence[Asked]) -> None:
    """The three files of an evaluation folder. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    _lines(folder / "docs.jsonl", (json.dumps(document(article), ensure_ascii=False) for article in articles))
    named = [(f"q{number}", question) for number, question in enumerate(questions, 1)]
    _lines(
        folder / "queries.jsonl",
        (json.dumps({"id": name, "text": question.text}, ensure_ascii=False) for name, question in named),
    )
    rows = (f"{name}\t{article}\t1" for name, question in named for article in sorted(question.right))
    _lines(folder / "qrels.tsv", ("query-id\tcorpus-id\tscore", *rows))


def _lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.unit.kb.starter_set",
        description="Write the starter knowledge base and its questions as a folder for helpdesk kb eval.",
    )
    parser.add_argument("folder", type=Path, help="made if it isn't there; files of the same names are replaced")
    options = parser.parse_args(arguments)
    write(options.folder, public_articles(), asked())


if __name__ == "__main__":
    main()
