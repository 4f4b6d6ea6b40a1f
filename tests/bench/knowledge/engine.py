"""What an engine has to do to be measured, and which there are. Must not import one before it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from tests.bench.knowledge.corpus import Document

TITLE_WEIGHT = 3
"""A rival gets one combined field with the title so many times: summing fields of their own ranks worse with all of them."""


class MissingError(Exception):
    """Why an engine can't be measured here."""


class Engine(Protocol):
    """Opened on what `build` wrote."""

    def ask(self, question: str, limit: int) -> list[str]:
        """Ids of the documents that fit, best first."""
        ...

    def prepare(self, everything: Mapping[str, Document]) -> None:
        """Called before the first `save` with all documents by id, for what an engine has at hand when one is saved."""
        ...

    def save(self, changed: Document) -> None:
        """What is asked after this returns finds the document as it is now."""
        ...

    def close(self) -> None: ...


class Maker(Protocol):
    """The module or object that makes an engine. Both raise MissingError where a part of it is not installed."""

    def build(self, corpus: Path, documents: Iterable[Document], folder: Path) -> float:
        """Write what it needs below `folder`. Returns the seconds an earlier run spent on what is there already."""
        ...

    def open(self, corpus: Path, folder: Path) -> Engine:
        """`corpus` is the folder of the documents."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    """As `--engines` has it."""
    label: str
    module: str
    maker: str
    library: str
    """What a service has imported before it opens its index."""
    upon: str = ""
    """An engine whose files are the beginning of this one's, if it was built before: they are copied, and its seconds added."""
    resumes: bool = False
    """Of a build that was cut off it uses what is there, but for the index."""
    most: int = 10**9
    """Documents it is asked to hold unless everything is wanted: beyond, building takes most of an hour."""
    rebuilds: bool = False
    """Saving one document is building anew: done once."""

    def load(self) -> Maker:
        maker: Maker = getattr(import_module(f"tests.bench.knowledge.{self.module}"), self.maker)
        return maker


KINDS = {
    kind.name: kind
    for kind in (
        Kind("ours-off", "ours, words only", "ours", "OFF", "kb.answer"),
        Kind("ours-static", "ours, static vectors", "ours", "STATIC", "kb.answer", upon="ours-off"),
        Kind(
            "ours-transformer",
            "ours, transformer",
            "ours",
            "TRANSFORMER",
            "kb.answer",
            upon="ours-off",
            resumes=True,
            most=20_000,
        ),
        Kind("whoosh", "Whoosh", "rivals", "WHOOSH", "whoosh.index"),
        Kind("fts5", "SQLite FTS5", "rivals", "FTS5", "sqlite3"),
        Kind("tantivy", "tantivy", "rivals", "TANTIVY", "tantivy"),
        Kind("bm25s", "bm25s", "rivals", "BM25S", "bm25s", rebuilds=True),
    )
}


def combined(document: Document) -> str:
    """The one field of a rival."""
    return "\n".join([*[document.title] * TITLE_WEIGHT, *document.questions, document.text])
