"""What is searched: the documents of a folder of sets, at any size. Pure but for reading and writing files; must know no engine.

DIR holds folders in the form `kb.evaluate` reads. A set without queries is *bulk*; sets with queries are merged into it, their ids
below their names. Where the bulk is too small it is enlarged: the sentences and titles of all its documents are dealt out anew, each
document getting as many as before, so that vocabulary and lengths stay as they are; the copies' ids end in `~1`, `~2` and so on.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

SEED = 3
_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")


@dataclass(frozen=True)
class Document:
    """What a line of `docs.jsonl` holds."""

    id: str
    title: str
    text: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    text: str
    right: frozenset[str]
    """Ids of the documents that answer it; empty when none does."""


@dataclass(frozen=True)
class QuestionSet:
    """Documents, and the questions people ask about them; bulk has none."""

    name: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether each of its questions has an answer: it tells how well an engine ranks, not when it should be silent."""
        return bool(self.questions) and all(question.right for question in self.questions)


@dataclass(frozen=True)
class Corpus:
    """What one run searches, and the questions whose right answers are known, by the set they are of."""

    size: int
    """Documents of the bulk."""
    documents: tuple[Document, ...]
    quality: dict[str, tuple[Question, ...]] = field(default_factory=dict)


def read(folder: Path) -> list[QuestionSet]:
    """The sets of a folder by name. Raise OSError, ValueError, KeyError or TypeError for files of another form."""
    from kb import (
        evaluate,
    )  # not above: the rivals' processes read `documents` only, and stay without our parts in memory

    found = []
    for below in sorted(path for path in folder.iterdir() if path.is_dir()):
        if not ((below / "docs.jsonl").exists() or (below / "docs.jsonl.gz").exists()):
            continue
        asked = evaluate.queries(below) if (below / "queries.jsonl").exists() else ()
        held = (
            Document(one.id, one.title, "\n\n".join(section.text for section in one.sections), one.questions)
            for one in evaluate.documents(below)
        )
        found.append(QuestionSet(below.name, tuple(held), tuple(Question(one.text, one.right) for one in asked)))
    return found


def chosen(sets: Sequence[QuestionSet], names: Sequence[str]) -> list[QuestionSet]:
    """The sets whose questions are asked: those named, else those that are answerable throughout, else the first with queries.

    Raise ValueError for a name that no set with queries has.
    """
    asking = {one.name: one for one in sets if one.questions}
    if unknown := [name for name in names if name not in asking]:
        raise ValueError(
            f"no set with queries is called {', '.join(unknown)}; there are: {', '.join(asking) or 'none'}"
        )
    if names:
        return [asking[name] for name in names]
    return [one for one in asking.values() if one.answerable] or list(asking.values())[:1]


def corpus(sets: Sequence[QuestionSet], asked: Sequence[QuestionSet], size: int) -> Corpus:
    """`size` documents of the bulk, and those of the sets that are asked. Without any bulk, the documents of all sets are it."""
    bulk = [document for one in sets if not one.questions for document in _named(one)]
    bulk = bulk or [document for one in sets if one not in asked for document in _named(one)]
    bulk = bulk or [document for one in sets for document in _named(one)]
    merged = {document.id: document for one in asked for document in _named(one)}
    filled = [document for document in scaled(bulk, size) if document.id not in merged]
    quality = {
        one.name: tuple(
            Question(question.text, frozenset(f"{one.name}/{name}" for name in question.right))
            for question in one.questions
            if question.right
        )
        for one in asked
    }
    return Corpus(len(filled), (*filled, *merged.values()), quality)


def _named(one: QuestionSet) -> Iterator[Document]:
    for document in one.documents:
        yield replace(document, id=f"{one.name}/{document.id}")


def scaled(bulk: Sequence[Document], size: int) -> list[Document]:
    """So many documents: evenly spaced ones of the bulk where it has enough, else all of it and copies dealt out anew."""
    if not bulk:
        return []
    if size <= len(bulk):
        return [bulk[at * len(bulk) // size] for at in range(size)]
    found = list(bulk)
    copy = 0
    while len(found) < size:
        copy += 1
        found += _dealt(bulk, copy)[: size - len(found)]
    return found


def _dealt(bulk: Sequence[Document], copy: int) -> list[Document]:
    chance = random.Random(f"{SEED} {copy}")
    pieces = [sentences(document.text) for document in bulk]
    pool = [sentence for piece in pieces for sentence in piece]
    titles = [document.title for document in bulk]
    chance.shuffle(pool)
    chance.shuffle(titles)
    dealt = []
    at = 0
    for document, piece, title in zip(bulk, pieces, titles, strict=True):
        text = "\n".join(pool[at : at + len(piece)])
        at += len(piece)
        dealt.append(Document(f"{document.id}~{copy}", title, text))
    return dealt


def sentences(text: str) -> list[str]:
    return [piece.strip() for piece in _SENTENCE.split(text) if piece.strip()]


def write(documents: Iterable[Document], folder: Path) -> None:
    """`docs.jsonl`, for the engines' processes."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "docs.jsonl").open("w", encoding="utf-8") as file:
        for one in documents:
            entry = {"id": one.id, "title": one.title, "text": one.text, "questions": one.questions}
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def documents(folder: Path) -> Iterator[Document]:
    """What `write` wrote."""
    with (folder / "docs.jsonl").open(encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            yield Document(entry["id"], entry["title"], entry["text"], tuple(entry["questions"]))
