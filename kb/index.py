"""The index: it analyses text for each language, keeps the postings in the state folder, and hands them out as plain arrays for
`kb.ranking`. It is a cache: whatever is wrong with it, it is made anew from the articles. Only `kb` files that say so import Whoosh.

A document is an article: its title (three times), its questions and summary (twice) and its text in one field.
"""

# mypy: disallow-untyped-calls=False
# Whoosh has no types.
from __future__ import annotations

import pickle
import struct
import threading
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from kb import words
from kb.generations import Generations, Manifest
from kb.model import Article, Audience, Status
from kb.postings import field_of
from kb.ranking import Token
from kb.snapshot import Live, Segment, Snapshot, Snapshots

with warnings.catch_warnings():
    # Whoosh 2.7.4 predates Python's warnings about its escape sequences; it must import where warnings are errors.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", SyntaxWarning)
    import whoosh.codec.whoosh3
    from whoosh import analysis, fields, query, reading, searching
    from whoosh import index as whoosh_index
    from whoosh.filedb.filestore import FileStorage, RamStorage
    from whoosh.lang.snowball import classes as _stemmers
    from whoosh.lang.stopwords import stoplists

SCHEMA_VERSION = 2
ANALYSIS_VERSION = 1
"""Raise these when the schema or the words a text gives change: every index is then made anew."""
STAMP = f"schema {SCHEMA_VERSION}, analysis {ANALYSIS_VERSION}, whoosh {'.'.join(map(str, whoosh.__version__))}"

TITLE_WEIGHT = 3
QUESTIONS_WEIGHT = 2
ARRAYS = "arrays_"
"""How the files with a segment's arrays begin; Whoosh sweeps none of that name."""
OTHER = "xx"
"""Stands for every language without a stemmer."""
LANGUAGES = (*sorted(_stemmers), OTHER)

_DAMAGE = (
    OSError, ValueError, LookupError, TypeError, AttributeError, ImportError, EOFError, AssertionError, NameError,
    struct.error, zlib.error, zipfile.BadZipFile, pickle.PickleError, whoosh_index.IndexError, reading.ReaderClosed,
)  # fmt: skip
"""What Whoosh raises on files that are not what it wrote: it checks nothing, so nearly anything."""


def language(tag: str) -> str:
    """The language whose analysis serves `tag`, such as `pt` for `pt-BR`."""
    base = tag.partition("-")[0].lower()
    return base if base in LANGUAGES else OTHER


@lru_cache(maxsize=100_000)
def _stem(word: str, code: str) -> str:
    if code == OTHER or len(word) < 3 or not word.isalpha():
        return word
    return str(_stemmer(code).stem(word))


@lru_cache(maxsize=32)
def _stemmer(code: str) -> Any:
    return _stemmers[code]()


@lru_cache(maxsize=32)
def _stop_words(code: str) -> frozenset[str]:
    return words.ENGLISH_FUNCTION_WORDS if code == "en" else frozenset(stoplists.get(code, ()))


@lru_cache(maxsize=1)
def light_terms() -> frozenset[str]:
    """Terms that say little of what an English question is about."""
    return frozenset(_stem(word, "en") for word in words.ENGLISH_LIGHT_WORDS)


def tokens(text: str, tag: str = "en") -> Iterator[Token]:
    """The terms of a text with their places, function words left out."""
    code = language(tag)
    stop = _stop_words(code)
    for word in words.words(text):
        parts = tuple(_stem(part, code) for part in word.parts if part not in stop)
        if word.whole not in stop:
            yield Token(_stem(word.whole, code), word.start, word.end, parts)
        elif parts:
            yield Token(parts[0], word.start, word.end, parts[1:])


def stem(word: str, tag: str = "en") -> str:
    """The term of one word in lower case; empty for a function word."""
    code = language(tag)
    return "" if word in _stop_words(code) else _stem(word, code)


def analyse(text: str, tag: str = "en") -> list[str]:
    """The terms of a text in order: each whole word, then what a compound is made of."""
    return [term for token in tokens(text, tag) for term in (token.term, *token.parts)]


class TermAnalyzer(analysis.Analyzer):
    """Our analysis as Whoosh wants it. It is stored in the index by name."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __call__(self, value: str, **options: Any) -> Iterator[Any]:
        token: Any = analysis.Token(**{"mode": "", **options})
        position = int(options.get("start_pos", 0))
        for weight, text in _weighed(value):
            for said in tokens(text, self.code):
                for term in (said.term, *said.parts):
                    token.text = token.original = term
                    token.pos = position
                    token.startchar, token.endchar = said.start, said.end
                    token.boost = weight
                    token.stopped = False
                    yield token
                    position += 1
            position += GAP


def _schema() -> Any:
    schema = fields.Schema(article=fields.ID(stored=True), audience=fields.STORED)
    for code in LANGUAGES:
        schema.add(f"words_{code}", fields.TEXT(analyzer=TermAnalyzer(code), phrase=True, spelling=False))
    return schema


_WEIGHT = "\x1e"
"""Before a text that counts more: no text of an article holds it, since control characters are taken out."""
GAP = 8
"""Positions between texts, so that no phrase reaches from one into the other."""


def _weighed(value: str) -> Iterator[tuple[float, str]]:
    plain, *heavier = value.split(_WEIGHT)
    if plain:
        yield 1.0, plain
    for text in heavier:
        yield float(text[:1]), text[1:]


def _text(article: Article) -> str:
    """What an article is found by, for TermAnalyzer."""
    body = "\n".join(text for section in article.sections for text in (section.heading, section.text))
    title = f"{_WEIGHT}{TITLE_WEIGHT}{article.title}"
    questions = [f"{_WEIGHT}{QUESTIONS_WEIGHT}{text}" for text in (article.summary, *article.questions) if text]
    return "".join([body, title, *questions])


class _Opened:
    """One state of an index. What Whoosh reads itself is opened when somebody searches: questions don't need it."""

    def __init__(self, index: Any, folder: Path | None) -> None:
        self.index = index
        self.folder = folder
        """None when it is in memory."""
        self.toc = index._read_toc()  # noqa: SLF001 - the public way opens all files
        self._searcher: searching.Searcher | None = None

    @property
    def searcher(self) -> searching.Searcher:
        """Of this very state, though others may have been written since."""
        if self._searcher is None:
            toc = self.toc
            reader = self.index._reader(self.index.storage, toc.schema, toc.segments, toc.generation)  # noqa: SLF001
            self._searcher = searching.Searcher(reader, fromindex=self.index)
        return self._searcher

    def close(self) -> None:
        if self._searcher is not None:
            self._searcher.close()


class ArticleIndex:
    """`snapshot` may be read from any thread; `load`, `update` and `close` want one caller at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.outdated = False
        """What was loaded was written by another version: it answers, and `update` replaces it."""
        self._generations = Generations(root)
        self._lock = threading.Lock()  # guards the searcher, which is not made for several threads
        self._opened: _Opened | None = None
        self._segments: dict[str, Segment] = {}
        self._snapshots = Snapshots()
        self.snapshot = Snapshot()
        self.trouble = ""
        """Why the index could not be kept in the state folder and is in memory instead."""

    def load(self) -> bool:
        """Use what the state folder holds, even if it is outdated; True when it can answer."""
        folder = self._generations.current()
        manifest = self._generations.verified(folder) if folder else None
        if folder is None or manifest is None:
            return False
        try:
            self._use(FileStorage(str(folder)).open_index(), manifest.entries, folder, {})
        except _DAMAGE:
            return False
        self.outdated = manifest.stamp != STAMP
        return True

    def update(self, articles: Iterable[Article]) -> None:
        """Bring the index up to these articles; only published ones are taken. What it held answers until then."""
        wanted = {article.id: article for article in articles if article.status is Status.PUBLISHED}
        try:
            with self._generations.lock():
                self._update(wanted)
            self.trouble = ""
        except OSError as error:
            self.trouble = str(error)
            self._update_memory(wanted)

    def _update(self, wanted: Mapping[str, Article]) -> None:
        folder = self._generations.current()
        manifest = self._generations.verified(folder) if folder else None
        entries = {article.id: article.digest for article in wanted.values()}
        if folder is not None and manifest is not None and manifest.stamp == STAMP:
            opened = self._opened
            if manifest.entries == entries == self.snapshot.entries and opened and opened.folder == folder:
                return
            try:
                index = FileStorage(str(folder)).open_index()
                if manifest.entries != entries:
                    self._write(index, wanted, manifest.entries)
                    self._use(index, entries, folder, wanted)
                    self._generations.seal(folder, Manifest(STAMP, entries))
                else:
                    self._use(index, entries, folder, wanted)
                self.outdated = False
                return
            except _DAMAGE:
                pass  # a fresh one is made below; if the disk is the trouble, that fails too and says so
        folder = self._generations.fresh()
        index = FileStorage(str(folder)).create_index(_schema())
        self._write(index, wanted, {})
        self._use(index, entries, folder, wanted)
        self._generations.seal(folder, Manifest(STAMP, entries))
        self._generations.publish(folder)
        self.outdated = False

    def _update_memory(self, wanted: Mapping[str, Article]) -> None:
        opened, held = self._opened, self.snapshot.entries
        if opened is None or opened.folder is not None:
            index, held = RamStorage().create_index(_schema()), {}
        else:
            index = opened.index
        entries = {article.id: article.digest for article in wanted.values()}
        if entries != held or opened is None or index is not opened.index:
            self._write(index, wanted, held)
            self._use(index, entries, None, wanted)

    def _write(self, index: Any, wanted: Mapping[str, Article], held: Mapping[str, str]) -> None:
        writer = index.writer(limitmb=64)
        try:
            for article_id, digest in held.items():
                if article_id not in wanted or wanted[article_id].digest != digest:
                    writer.delete_by_term("article", article_id)
            for article in wanted.values():
                if held.get(article.id) != article.digest:
                    self._add(writer, article)
        except BaseException:
            writer.cancel()
            raise
        writer.commit()

    @staticmethod
    def _add(writer: Any, article: Article) -> None:
        name = f"words_{language(article.lang)}"
        writer.add_document(article=article.id, audience=article.audience.value, **{name: _text(article)})

    def _use(
        self, index: Any, entries: Mapping[str, str], folder: Path | None, articles: Mapping[str, Article]
    ) -> None:
        """Answer from this index. Arrays of segments that have none in the folder yet are made from `articles`, which may be
        empty where there are none such.
        """
        opened = _Opened(index, folder)
        try:
            snapshot = self._read(opened, entries, articles)
        except BaseException:
            opened.close()
            raise
        with self._lock:
            old, self._opened = self._opened, opened
            self.snapshot = snapshot
            if old:
                old.close()

    def _read(self, opened: _Opened, entries: Mapping[str, str], articles: Mapping[str, Article]) -> Snapshot:
        segments: dict[str, Segment] = {}
        live: list[Live] = []
        folder = opened.folder
        for place, held in enumerate(opened.toc.segments):
            key = str(held.segment_id())
            segments[key] = segment = self._segments.get(key) or _arrays(opened, place, key, articles)
            kept = np.ones(len(segment.ids), dtype=np.bool_)
            kept[list(held.deleted_docs())] = False
            live.append(Live(key, segment, kept))
        if folder is not None and articles:
            for path in folder.glob(f"{ARRAYS}*"):
                if path.stem.removeprefix(ARRAYS) not in segments:
                    path.unlink(missing_ok=True)  # of a segment that was merged into another
        self._segments = segments
        return self._snapshots.take(live, entries)

    def neighbours(self, code: str, terms: Sequence[str]) -> set[str] | None:
        """The articles of a language, whoever may read them, that hold the terms one after the other; None when the index
        can't be asked just now.
        """
        with self._lock:
            if self._opened is None:
                return None
            try:
                asked = query.Phrase(f"words_{code}", list(terms))
                return {self.snapshot.ids[number] for number in self._opened.searcher.docs_for_query(asked)}
            except (*_DAMAGE, RuntimeError, query.QueryError):
                return None  # files damaged since they were read

    def close(self) -> None:
        with self._lock:
            if self._opened:
                self._opened.close()
                self._opened = None


def _arrays(opened: _Opened, place: int, key: str, articles: Mapping[str, Article]) -> Segment:
    """From their file, which is written where it is not there yet."""
    path = opened.folder / f"{ARRAYS}{key}.npz" if opened.folder else None
    if path is not None and path.exists():
        return Segment.load(path)
    segment = _segment(opened.searcher.reader().leaf_readers()[place][0], articles)
    if path is not None and articles:
        segment.save(path)
    return segment


def _segment(leaf: Any, articles: Mapping[str, Article]) -> Segment:
    """The arrays of one of Whoosh's segments, from its postings."""
    size = leaf.doc_count_all()
    stored = [leaf.stored_fields(number) for number in range(size)]
    held: dict[str, dict[str, tuple[list[int], list[float]]]] = {}
    for name, term in leaf.all_terms():
        if not name.startswith("words_"):
            continue
        numbers: list[int] = []
        counts: list[float] = []
        matcher = leaf.postings(name, term)
        while matcher.is_active():
            numbers.append(matcher.id())
            counts.append(matcher.weight())
            matcher.next()
        held.setdefault(name.removeprefix("words_"), {})[term.decode("utf-8")] = (numbers, counts)
    fronts: dict[str, list[tuple[int, set[str]]]] = {}
    for number, fields_ in enumerate(stored):
        article = articles.get(fields_["article"])
        for text in (article.title, *article.questions) if article else ():
            code = language(article.lang) if article else OTHER
            fronts.setdefault(code, []).append((number, set(analyse(text, code))))
    return Segment(
        tuple(fields_["article"] for fields_ in stored),
        np.array([fields_["audience"] == Audience.PUBLIC for fields_ in stored], dtype=np.bool_),
        {code: field_of(terms, fronts.get(code, ()), size) for code, terms in held.items()},
    )
