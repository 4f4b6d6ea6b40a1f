"""Our knowledge base as an engine of the bench, in each of its tiers: index, meaning and ranker as `kb.answer` puts them together.
All the bench knows of `kb` from the inside.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kb.evaluate import documents
from kb.index import ArticleIndex, light_terms, tokens
from kb.model import Article, Audience
from kb.options import Tier
from kb.ranking import Ranker
from kb.semantic.encoder import ModelError
from kb.semantic.meaning import Meaning
from kb.semantic.models import open_encoder
from tests.bench.knowledge.corpus import Document
from tests.bench.knowledge.engine import Engine, MissingError


class Ours:
    def __init__(self, corpus: Path, folder: Path, tier: Tier) -> None:
        self._corpus = corpus
        self._articles: dict[str, Article] = {}
        self._index = ArticleIndex(folder / "index")
        self._meaning = _meaning(folder, tier)
        if not self._index.load():
            raise MissingError("its index is not what was built")
        if self._meaning:
            self._meaning.want(documents(corpus))
            self._meaning.wait()
        self._ranker = self._made()

    def _made(self) -> Ranker:
        view = self._index.snapshot.views[Audience.PUBLIC]["en"]
        meaning = self._meaning
        known = meaning.of(view.shown) if meaning else None
        return Ranker(view, tokens, "en", light_terms(), known, meaning.encoder.tier if meaning else "off")

    def ask(self, question: str, limit: int) -> list[str]:
        return [found.article for found in self._ranker.rank(question).candidates[:limit]]

    def prepare(self, everything: Mapping[str, Document]) -> None:
        """A service has its articles in memory."""
        self._articles = {article.id: article for article in documents(self._corpus)}

    def save(self, changed: Document) -> None:
        """What `KnowledgeBase` does when a file has changed."""
        before = self._articles[changed.id]
        section = replace(before.sections[0], plain=changed.text, markdown=changed.text)
        self._articles[changed.id] = replace(before, sections=(section,), digest=f"{before.digest}+")
        self._index.update(list(self._articles.values()))
        if self._meaning:
            self._meaning.want(self._articles.values())
            self._meaning.wait()
        self._ranker = self._made()

    def close(self) -> None:
        self._index.close()
        if self._meaning:
            self._meaning.close()


def _meaning(folder: Path, tier: Tier) -> Meaning | None:
    try:
        encoder = open_encoder(tier)
    except ModelError as error:
        raise MissingError(str(error)) from error
    return Meaning(encoder, folder / "meaning", lambda: None) if encoder else None


@dataclass(frozen=True, slots=True)
class OursMaker:
    tier: Tier

    def build(self, corpus: Path, _documents: Iterable[Document], folder: Path) -> float:
        """Vectors that are there already are not computed again."""
        meaning = _meaning(folder, self.tier)
        if not (folder / "index").exists():  # else it is that of another tier
            index = ArticleIndex(folder / "index")
            index.update(documents(corpus))
            index.close()
        if meaning is None:
            return 0.0
        told = folder / "vectors_s"
        before = float(told.read_text("ascii")) if told.exists() else 0.0
        began = time.perf_counter()
        meaning.want(documents(corpus))
        meaning.wait()
        meaning.close()
        told.write_text(f"{before + time.perf_counter() - began:.3f}", "ascii")
        return before

    def open(self, corpus: Path, folder: Path) -> Engine:
        return Ours(corpus, folder, self.tier)


OFF, STATIC, TRANSFORMER = OursMaker(Tier.OFF), OursMaker(Tier.STATIC), OursMaker(Tier.TRANSFORMER)
