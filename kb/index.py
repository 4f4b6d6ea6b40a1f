"""The index: the only file that imports Whoosh. It analyses text for each language, keeps the postings in the state folder, and
hands them out as plain arrays for `kb.ranking`. It is a cache: whatever is wrong with it, it is made anew from the articles.

A document is a section, with its article's title (three times), questions (twice) and summary (twice) in front, all in one
field; an article ranks by its best section. Against one document an article that gave, as MAP / P@1 in percent, 85.8 / 78.4
and 84.1 / 75.9 on StackFAQ (whose sections are its answers), 88.5 / 81.3 and 87.2 / 80.0 on it with holes, and on the starter
articles with tests/unit/kb/starter_questions.tsv 94.6 / 92.7 and 93.8 / 91.7, with 77 and 69 of 96 answered right. Measure it
with `python -m kb.evaluate DIR --unit section` and `--unit article`.
"""

# mypy: disallow-untyped-calls=False
# Whoosh has no types.
from __future__ import annotations

import pickle
import struct
import threading
import warnings
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kb import words
from kb.generations import Generations, Manifest
from kb.model import Article, Audience, Section, Status
from kb.ranking import Token
from kb.snapshot import Place, Segment, Snapshot, views_of

with warnings.catch_warnings():
    # Whoosh 2.7.4 predates Python's warnings about its escape sequences; it must import where warnings are errors.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", SyntaxWarning)
    import whoosh.codec.whoosh3
    from whoosh import analysis, fields, qparser, query, reading, searching
    from whoosh import index as whoosh_index
    from whoosh.filedb.filestore import FileStorage, RamStorage
    from whoosh.lang.snowball import classes as _stemmers
    from whoosh.lang.stopwords import stoplists

SCHEMA_VERSION = 1
ANALYSIS_VERSION = 1
"""Raise these when the schema or the words a text gives change: every index is then made anew."""
STAMP = f"schema {SCHEMA_VERSION}, analysis {ANALYSIS_VERSION}, whoosh {'.'.join(map(str, whoosh.__version__))}"

TITLE_WEIGHT = 3
QUESTIONS_WEIGHT = 2
MAX_QUERY = 300
OTHER = "xx"
"""Stands for every language without a stemmer."""
LANGUAGES = (*sorted(_stemmers), OTHER)

_DAMAGE = (
    OSError, ValueError, LookupError, TypeError, AttributeError, ImportError, EOFError, AssertionError, NameError,
    struct.error, zlib.error, pickle.PickleError, whoosh_index.IndexError, reading.ReaderClosed,
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


def analyse(text: str, tag: str = "en") -> list[str]:
    """The terms of a text in order: each whole word, then what a compound is made of."""
    return [term for token in tokens(text, tag) for term in (token.term, *token.parts)]


class TermAnalyzer(analysis.Analyzer):
    """Our analysis as Whoosh wants it. It is stored in the index by name."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __call__(self, value: str, **options: Any) -> Iterator[Any]:
        token: Any = analysis.Token(**{"mode": "", **options})
        start = int(options.get("start_pos", 0))
        found = ((term, said) for said in tokens(value, self.code) for term in (said.term, *said.parts))
        for position, (term, said) in enumerate(found, start):
            token.text = token.original = term
            token.pos = position
            token.startchar, token.endchar = said.start, said.end
            token.boost = 1.0
            token.stopped = False
            yield token


def _schema() -> Any:
    schema = fields.Schema(article=fields.ID(stored=True), anchor=fields.STORED, audience=fields.STORED)
    for code in LANGUAGES:
        schema.add(f"words_{code}", fields.TEXT(analyzer=TermAnalyzer(code), phrase=True, spelling=False))
    return schema


def section_text(article: Article, section: Section) -> str:
    """What a section is found by."""
    front = [article.title] * TITLE_WEIGHT + [*article.questions, article.summary] * QUESTIONS_WEIGHT
    return "\n".join([*front, *section.path, section.text])


@dataclass
class _Opened:
    index: Any
    searcher: searching.Searcher
    folder: Path | None
    """None when it is in memory."""


class ArticleIndex:
    """`snapshot` may be read from any thread; `load`, `update` and `close` want one caller at a time."""

    def __init__(self, root: Path, *, split: bool = True) -> None:
        self.root = root
        self.outdated = False
        """What was loaded was written by another version: it answers, and `update` replaces it."""
        self._generations = Generations(root)
        self._split = split
        self._lock = threading.Lock()  # guards the searcher, which is not made for several threads
        self._opened: _Opened | None = None
        self._segments: dict[str, Segment] = {}
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
            self._use(FileStorage(str(folder)).open_index(), manifest.entries, folder)
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
                    self._generations.seal(folder, Manifest(STAMP, entries))
                self._use(index, entries, folder)
                return
            except _DAMAGE:
                pass  # a fresh one is made below; if the disk is the trouble, that fails too and says so
        folder = self._generations.fresh()
        index = FileStorage(str(folder)).create_index(_schema())
        self._write(index, wanted, {})
        self._generations.seal(folder, Manifest(STAMP, entries))
        self._use(index, entries, folder)
        self._generations.publish(folder)

    def _update_memory(self, wanted: Mapping[str, Article]) -> None:
        opened, held = self._opened, self.snapshot.entries
        if opened is None or opened.folder is not None:
            index, held = RamStorage().create_index(_schema()), {}
        else:
            index = opened.index
        entries = {article.id: article.digest for article in wanted.values()}
        if entries != held or opened is None or index is not opened.index:
            self._write(index, wanted, held)
            self._use(index, entries, None)

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

    def _add(self, writer: Any, article: Article) -> None:
        name = f"words_{language(article.lang)}"
        place = {"article": article.id, "audience": article.audience.value}
        if self._split:
            for section in article.sections:
                if section.text or not section.anchor:
                    writer.add_document(**place, anchor=section.anchor, **{name: section_text(article, section)})
        else:
            rest = [text for part in article.sections[1:] for text in (*part.path, part.text)]
            text = "\n".join([section_text(article, article.sections[0]), *rest])
            writer.add_document(**place, anchor="", **{name: text})

    def _use(self, index: Any, entries: Mapping[str, str], folder: Path | None) -> None:
        searcher = index.searcher()
        try:
            snapshot = self._read(searcher.reader(), entries)
        except BaseException:
            searcher.close()
            raise
        with self._lock:
            old, self._opened = self._opened, _Opened(index, searcher, folder)
            self.snapshot = snapshot
            if old:
                old.searcher.close()

    def _read(self, reader: Any, entries: Mapping[str, str]) -> Snapshot:
        segments: dict[str, Segment] = {}
        live: list[tuple[Segment, frozenset[int]]] = []
        for leaf, _ in reader.leaf_readers():
            if leaf.segment() is None:
                continue  # an empty index
            key = str(leaf.segment().segment_id())
            segments[key] = segment = self._segments.get(key) or _segment(leaf)
            deleted = frozenset(number for number in range(len(segment.places)) if leaf.is_deleted(number))
            live.append((segment, deleted))
        self._segments = segments
        places = [
            None if number in deleted else place
            for segment, deleted in live
            for number, place in enumerate(segment.places)
        ]
        has_private = any(place and place.audience is not Audience.PUBLIC for place in places)
        public = views_of(live, public=True)
        views = {Audience.PUBLIC: public, Audience.VOLUNTEERS: views_of(live, public=False) if has_private else public}
        return Snapshot(views, tuple(places), dict(entries))

    def matching(self, text: str, audience: Audience) -> dict[str, tuple[set[str], set[str]]]:
        """For each language the documents (as `article#anchor`) a search query asks for, and its terms.

        `"a phrase"`, `+must`, `-not`, `begin*`, `AND`, `OR`, `NOT` and brackets are understood; whatever else is written is
        taken as words. Empty when the index can't be asked just now.
        """
        text = text[:MAX_QUERY].replace("\x00", " ")
        views = self.snapshot.views.get(audience, {})
        found: dict[str, tuple[set[str], set[str]]] = {}
        with self._lock:
            if self._opened is None:
                return found
            searcher, places = self._opened.searcher, self.snapshot.places
            for code, view in views.items():
                name = f"words_{code}"
                try:
                    asked = _parser(name, self._opened.index.schema).parse(text)
                    numbers, terms = _evaluate(asked, searcher)
                    keys = {
                        f"{place.article}#{place.anchor}"
                        for number in numbers
                        if (place := places[number]) and (audience is not Audience.PUBLIC or place.audience is audience)
                    }
                except (*_DAMAGE, RuntimeError, query.QueryError):
                    # Operators in an order Whoosh's parser gives up on, or files damaged since they were read.
                    terms = set(analyse(text, code))
                    held = (view.terms[term][0] for term in terms & view.terms.keys())
                    keys = {view.documents[number] for numbers in held for number in numbers}
                found[code] = keys, terms & view.terms.keys()
        return found

    def close(self) -> None:
        with self._lock:
            if self._opened:
                self._opened.searcher.close()
                self._opened = None


def _parser(name: str, schema: Any) -> Any:
    plugins = [
        qparser.WhitespacePlugin(),
        qparser.PhrasePlugin(),
        qparser.PrefixPlugin(),
        qparser.OperatorsPlugin(),
        qparser.PlusMinusPlugin(r"(?<!\S)\+", r"(?<!\S)-"),  # before a word, not inside one such as e-mail
        qparser.GroupPlugin(),
    ]
    return qparser.QueryParser(name, schema, plugins=plugins, group=qparser.OrGroup)


def _evaluate(asked: Any, searcher: Any) -> tuple[set[int], set[str]]:
    """The documents a parsed query asks for, and the terms they were to hold. Whoosh's own matchers forget the second half of
    `(a AND b) ANDNOT c`, so only words, beginnings and phrases are looked up by it.
    """
    match asked:
        case query.And() | query.Or():
            wanted = [_evaluate(part, searcher) for part in asked.subqueries if not isinstance(part, query.Not)]
            kept = [numbers for numbers, _ in wanted] or [_everything(searcher)]
            found = set[int].intersection(*kept) if isinstance(asked, query.And) else set[int]().union(*kept)
            for part in asked.subqueries:
                if isinstance(part, query.Not):
                    found -= _evaluate(part.query, searcher)[0]
            return found, {term for _, terms in wanted for term in terms}
        case query.AndNot():
            numbers, terms = _evaluate(asked.a, searcher)
            return numbers - _evaluate(asked.b, searcher)[0], terms
        case query.AndMaybe():
            (numbers, terms), (_, more) = _evaluate(asked.a, searcher), _evaluate(asked.b, searcher)
            return numbers, terms | more
        case query.Not():
            return _everything(searcher) - _evaluate(asked.query, searcher)[0], set()
        case _:
            said = asked.existing_terms(searcher.reader(), phrases=True, expand=True)
            return set(searcher.docs_for_query(asked)), {term.decode() for _, term in said}


def _everything(searcher: Any) -> set[int]:
    return set(searcher.reader().all_doc_ids())


def _segment(leaf: Any) -> Segment:
    held: dict[str, dict[str, tuple[array[int], array[float]]]] = {}
    for name, term in leaf.all_terms():
        if not name.startswith("words_"):
            continue
        numbers, counts = array("I"), array("f")
        matcher = leaf.postings(name, term)
        while matcher.is_active():
            numbers.append(matcher.id())
            counts.append(matcher.weight())
            matcher.next()
        held.setdefault(name.removeprefix("words_"), {})[term.decode("utf-8")] = (numbers, counts)
    places = []
    for number in range(leaf.doc_count_all()):
        stored = leaf.stored_fields(number)
        places.append(Place(stored.get("article", ""), stored.get("anchor", ""), Audience(stored.get("audience"))))
    return Segment(held, tuple(places))
