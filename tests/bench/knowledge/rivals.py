"""The engines ours is compared with, each as its own documentation advises: one combined field, a question's words joined by OR,
English stemming where the engine brings it. Whoosh stays as plain as it comes.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.bench.knowledge.corpus import Document
from tests.bench.knowledge.engine import Engine, MissingError, combined

_WORD = re.compile(r"\w+")
HEAP_BYTES = 128_000_000
CONNECTION = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"


def _words(question: str) -> list[str]:
    """No operators: what people type is words."""
    return list(dict.fromkeys(_WORD.findall(question.lower())))


# Whoosh 2.7.4: TEXT's own analyser, BM25F, OR


def _whoosh() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import whoosh.index
        import whoosh.query
    return whoosh


class WhooshEngine:
    def __init__(self, folder: Path) -> None:
        self._whoosh = _whoosh()
        self._index = self._whoosh.index.open_dir(folder)
        self._searcher = self._index.searcher()
        self._analyse = self._index.schema["words"].analyzer

    def ask(self, question: str, limit: int) -> list[str]:
        query = self._whoosh.query
        terms = dict.fromkeys(token.text for token in self._analyse(question))
        asked = query.Or([query.Term("words", term) for term in terms])
        return [hit["id"] for hit in self._searcher.search(asked, limit=limit)]

    def prepare(self, everything: Mapping[str, Document]) -> None:
        """Nothing: one document is enough for it."""

    def save(self, changed: Document) -> None:
        writer = self._index.writer()
        writer.update_document(id=changed.id, words=combined(changed))
        writer.commit()
        self._searcher = self._searcher.refresh()

    def close(self) -> None:
        self._searcher.close()


class WhooshMaker:
    def build(self, corpus: Path, documents: Iterable[Document], folder: Path) -> float:
        whoosh = _whoosh()
        from whoosh import fields

        schema = fields.Schema(id=fields.ID(unique=True, stored=True), words=fields.TEXT())
        writer = whoosh.index.create_in(folder, schema).writer(limitmb=256)
        for document in documents:
            writer.add_document(id=document.id, words=combined(document))
        writer.commit()
        return 0.0

    def open(self, corpus: Path, folder: Path) -> Engine:
        return WhooshEngine(folder)


# SQLite's FTS5: porter stemming, bm25()


class Fts5Engine:
    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path)
        self._base.executescript(CONNECTION)

    def ask(self, question: str, limit: int) -> list[str]:
        asked = " OR ".join(f'"{word}"' for word in _words(question))
        if not asked:
            return []
        rows = self._base.execute("SELECT id FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (asked, limit))
        return [name for (name,) in rows]

    def prepare(self, everything: Mapping[str, Document]) -> None:
        """Nothing: one document is enough for it."""

    def save(self, changed: Document) -> None:
        with self._base:
            (row,) = self._base.execute("SELECT row FROM names WHERE id = ?", (changed.id,)).fetchone()
            self._base.execute("DELETE FROM words WHERE rowid = ?", (row,))
            self._base.execute(
                "INSERT INTO words (rowid, id, text) VALUES (?, ?, ?)", (row, changed.id, combined(changed))
            )

    def close(self) -> None:
        self._base.close()


class Fts5Maker:
    def build(self, corpus: Path, documents: Iterable[Document], folder: Path) -> float:
        base = sqlite3.connect(folder / "words.db")
        base.executescript(CONNECTION)
        try:
            base.execute("CREATE VIRTUAL TABLE words USING fts5(id UNINDEXED, text, tokenize = 'porter unicode61')")
        except sqlite3.OperationalError as error:
            raise MissingError(f"this Python's SQLite can't do it: {error}") from error
        base.execute("CREATE TABLE names (id TEXT PRIMARY KEY, row INTEGER)")  # a key to delete by
        with base:
            for row, document in enumerate(documents, 1):
                base.execute(
                    "INSERT INTO words (rowid, id, text) VALUES (?, ?, ?)", (row, document.id, combined(document))
                )
                base.execute("INSERT INTO names VALUES (?, ?)", (document.id, row))
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        base.close()
        return 0.0

    def open(self, corpus: Path, folder: Path) -> Engine:
        return Fts5Engine(folder / "words.db")


# tantivy: its English stemmer, BM25


def _tantivy() -> ModuleType:
    try:
        import tantivy
    except ImportError as error:
        raise MissingError("tantivy is not installed") from error
    module: ModuleType = tantivy
    return module


class TantivyEngine:
    def __init__(self, folder: Path) -> None:
        self._tantivy = _tantivy()
        self._index = self._tantivy.Index.open(str(folder))
        self._index.reload()
        self._searcher = self._index.searcher()
        self._writer: Any = None

    def ask(self, question: str, limit: int) -> list[str]:
        words = _words(question)
        if not words:
            return []
        asked = self._index.parse_query(" ".join(f'"{word}"' for word in words), ["words"])
        hits = self._searcher.search(asked, limit).hits
        return [self._searcher.doc(address)["id"][0] for _, address in hits]

    def prepare(self, everything: Mapping[str, Document]) -> None:
        """Nothing: one document is enough for it."""

    def save(self, changed: Document) -> None:
        self._writer = self._writer or self._index.writer(HEAP_BYTES, 1)
        self._writer.delete_documents("id", changed.id)
        self._writer.add_document(self._tantivy.Document(id=changed.id, words=combined(changed)))
        self._writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def close(self) -> None:
        """Nothing is kept open that the end of the process does not end."""


class TantivyMaker:
    def build(self, corpus: Path, documents: Iterable[Document], folder: Path) -> float:
        tantivy = _tantivy()
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("id", stored=True, tokenizer_name="raw")
        schema.add_text_field("words", tokenizer_name="en_stem")
        index = tantivy.Index(schema.build(), path=str(folder))
        writer = index.writer(HEAP_BYTES, 1)
        for document in documents:
            writer.add_document(tantivy.Document(id=document.id, words=combined(document)))
        writer.commit()
        writer.wait_merging_threads()
        return 0.0

    def open(self, corpus: Path, folder: Path) -> Engine:
        return TantivyEngine(folder)


# bm25s: scores worked out beforehand in sparse matrices, PyStemmer's English; there is no update but building anew


def _bm25s() -> tuple[ModuleType, Any]:
    try:
        import bm25s
        import Stemmer
    except ImportError as error:
        raise MissingError(f"{error.name} is not installed") from error
    return bm25s, Stemmer.Stemmer("english")


class Bm25sEngine:
    def __init__(self, folder: Path) -> None:
        self._bm25s, self._stemmer = _bm25s()
        self._folder = folder
        self._everything: dict[str, Document] = {}
        self._open()

    def _open(self) -> None:
        self._scores = self._bm25s.BM25.load(self._folder, load_corpus=False)
        self._ids = json.loads((self._folder / "ids.json").read_text("utf-8"))

    def ask(self, question: str, limit: int) -> list[str]:
        terms = self._bm25s.tokenize([question], stopwords="en", stemmer=self._stemmer, show_progress=False)
        if not terms.vocab:
            return []
        count = min(limit, len(self._ids))
        numbers, scores = self._scores.retrieve(terms, k=count, show_progress=False, n_threads=0)
        return [self._ids[number] for number, score in zip(numbers[0], scores[0], strict=True) if score > 0]

    def prepare(self, everything: Mapping[str, Document]) -> None:
        self._everything = dict(everything)

    def save(self, changed: Document) -> None:
        self._everything[changed.id] = changed
        shutil.rmtree(self._folder)
        self._folder.mkdir()
        Bm25sMaker().build(self._folder, self._everything.values(), self._folder)
        self._open()

    def close(self) -> None:
        """Nothing is open."""


class Bm25sMaker:
    def build(self, corpus: Path, documents: Iterable[Document], folder: Path) -> float:
        bm25s, stemmer = _bm25s()
        ids, texts = [], []
        for document in documents:
            ids.append(document.id)
            texts.append(combined(document))
        scores = bm25s.BM25()
        scores.index(bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)
        scores.save(folder)
        (folder / "ids.json").write_text(json.dumps(ids), "utf-8")
        return 0.0

    def open(self, corpus: Path, folder: Path) -> Engine:
        return Bm25sEngine(folder)


WHOOSH, FTS5, TANTIVY, BM25S = WhooshMaker(), Fts5Maker(), TantivyMaker(), Bm25sMaker()
