"""Questions in, outcomes out: the knowledge base as the rest of the program sees it. Every method but `watch` blocks for some
milliseconds and may be called from any thread; must never import Whoosh itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from kb import markup
from kb.chat import chat_parts
from kb.index import ArticleIndex, analyse, language, light_terms, tokens
from kb.library import Library
from kb.model import (
    Answer,
    Article,
    Audience,
    Citation,
    Hit,
    NoAnswer,
    Outcome,
    Problem,
    Section,
    Status,
    Suggestions,
)
from kb.ranking import Candidate, Ranker, Ranking
from kb.render import excerpt_html, target_of
from kb.snapshot import Snapshot

THRESHOLD = 0.55
"""At least this sure, or the asker gets suggestions: none of 35 questions the starter articles can't answer passes, 77 of 96
they can are answered right and one wrong (tests/unit/kb/starter_questions.tsv).
"""
SUGGEST_SHARE = 0.65
"""Below this share of the threshold nothing is suggested either."""
MAX_QUESTION = 1000
"""Characters looked at; a question is shorter."""
MAX_SUGGESTIONS = 3
MAX_EXCERPT_SOURCE = 20_000


@dataclass(frozen=True)
class _State:
    """What answers now; replaced as a whole."""

    articles: Mapping[str, Article] = field(default_factory=dict)
    snapshot: Snapshot = field(default_factory=Snapshot)
    rankers: Mapping[Audience, Mapping[str, Ranker]] = field(default_factory=dict)
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Articles' portions that are the same whatever the question; filled as they are asked for."""


@dataclass(frozen=True, slots=True)
class Health:
    ready: bool
    articles: int
    """Published ones."""
    errors: int
    """Articles or parts that could not be taken in their newest version."""
    message: str
    """Empty when all is well."""


def _may_read(article: Article, audience: Audience) -> bool:
    published = article.status is Status.PUBLISHED
    return published and (article.audience is Audience.PUBLIC or audience is Audience.VOLUNTEERS)


class KnowledgeBase:
    """Open it with `KnowledgeBase.open`; keep it fresh with `watch`; `close` it at the end."""

    def __init__(self, library: Library, index: ArticleIndex, *, base_url: str, threshold: float) -> None:
        self.library = library
        self._index = index
        self._base_url = base_url.rstrip("/")
        self._threshold = threshold
        self._refreshing = threading.Lock()
        self._behind: threading.Thread | None = None
        self._closed = False
        self._state = _State()

    @classmethod
    def open(
        cls, folders: Sequence[Path], state: Path, *, base_url: str = "", threshold: float = THRESHOLD
    ) -> KnowledgeBase:
        """Load the articles and the index kept below `state`; articles are read below `base_url`. Where that index is outdated it answers meanwhile, and is made
        anew in a thread; where there is none this takes some seconds for a thousand articles. Never raises for a bad
        article, folder or index: see `problems`.
        """
        base = cls(Library(folders), ArticleIndex(state / "index"), base_url=base_url, threshold=threshold)
        if base._index.load() and base._index.outdated:
            base._publish()
            base._behind = threading.Thread(target=base._update, name="knowledge base")
            base._behind.start()
        else:
            base._update()
        return base

    # What answers

    def answer(
        self, question: str, *, lang: str | None = None, audience: Audience = Audience.PUBLIC, previous: str = ""
    ) -> Outcome:
        """An answer when we are sure enough, else suggestions, else an honest nothing. Never raises, whatever the text.
        `previous` is what the same person asked before, for a question that only makes sense after it.

        With `lang` articles in that language are preferred, and others are taken when these have no answer.
        """
        state = self._state
        text = markup.tidy(f"{previous} {question}".strip()[-MAX_QUESTION:])
        rankers = state.rankers.get(audience, {})
        preferred = language(lang) if lang else ""
        outcome: Outcome = NoAnswer(0.0)
        if preferred in rankers:
            outcome = self._outcome(state, rankers[preferred], rankers[preferred].rank(text))
        if not isinstance(outcome, Answer):
            for code, ranker in sorted(rankers.items(), key=lambda entry: (entry[0] != "en", entry[0])):
                if code != preferred:
                    other = self._outcome(state, ranker, ranker.rank(text))
                    outcome = other if _better(other, outcome) else outcome
        return outcome

    def _outcome(self, state: _State, ranker: Ranker, ranking: Ranking) -> Outcome:
        if not ranking.candidates:
            return NoAnswer(0.0)
        first = ranking.candidates[0]
        if ranking.confidence >= self._threshold:
            article = state.articles[first.article]
            section = self._section(article, ranker, ranking)
            return Answer(
                citation=self._citation(article, section),
                parts=self._parts(state, article, section, ranking),
                confidence=ranking.confidence,
                tags=article.tags,
                lang=article.lang,
            )
        near = [
            (article, self._section(article, ranker, ranking))
            for article in self._nearest(state, ranking.candidates[:MAX_SUGGESTIONS])
        ]
        citations = tuple(self._citation(article, section) for article, section in near)
        if ranking.confidence < self._threshold * SUGGEST_SHARE:
            return NoAnswer(ranking.confidence, citations)
        parts = tuple(self._parts(state, article, section, ranking) for article, section in near)
        return Suggestions(citations, ranking.confidence, parts)

    @staticmethod
    def _section(article: Article, ranker: Ranker, ranking: Ranking) -> Section:
        """The one that fits the question best."""
        return article.section(ranker.best_section(article.id, ranking.terms)) or article.sections[0]

    def _parts(self, state: _State, article: Article, section: Section, ranking: Ranking) -> tuple[str, ...]:
        alike = not section.anchor and bool(article.summary)
        if alike and article.id in state.told:
            return state.told[article.id]
        parts = chat_parts(
            article,
            section,
            ranking.terms,
            lambda text: analyse(text, article.lang),
            lambda target: self._chat_link(article, target),
        )
        if alike:
            state.told[article.id] = parts
        return parts

    @staticmethod
    def _nearest(state: _State, candidates: Sequence[Candidate]) -> list[Article]:
        """Those not far behind the first."""
        return [state.articles[c.article] for c in candidates if c.score >= candidates[0].score / 2]

    def search(
        self, query: str, *, limit: int = 10, audience: Audience = Audience.PUBLIC, tag: str | None = None
    ) -> list[Hit]:
        """Articles that hold the words, best first, one hit an article. `"a phrase"`, `+must`, `-not`, `begin*`, `AND`, `OR`,
        `NOT` and brackets are understood; nothing a reader types is an error.
        """
        state = self._state
        text = markup.tidy(query[:MAX_QUESTION])
        found: dict[str, tuple[float, str, frozenset[str]]] = {}
        for code, (keys, terms) in self._index.matching(text, audience).items():
            view = state.snapshot.views.get(audience, {}).get(code)
            scores = view.scores(dict.fromkeys(terms, 1.0)) if view else dict[int, float]()
            for number, score in scores.items():
                key = view.documents[number] if view else ""
                name, _, anchor = key.partition("#")
                if key in keys and score > found.get(name, (0.0,))[0]:
                    found[name] = score, anchor, frozenset(terms)
        hits: list[Hit] = []
        for name, (score, anchor, matched) in sorted(found.items(), key=lambda entry: (-entry[1][0], entry[0])):
            article = state.articles.get(name)
            if article is None or not _may_read(article, audience) or (tag and tag.lower() not in article.tags):
                continue
            if len(hits) >= limit:
                break
            hits.append(self._hit(article, article.section(anchor) or article.sections[0], score, matched))
        return hits

    def _hit(self, article: Article, section: Section, score: float, terms: frozenset[str]) -> Hit:
        text = " ".join((section.text or article.summary)[:MAX_EXCERPT_SOURCE].split())
        excerpt = excerpt_html(text, list(tokens(text, article.lang)), terms)
        return Hit(self._citation(article, section), score, excerpt, article.summary, article.tags)

    def article(self, article_id: str) -> Article | None:
        """By its id or a former one, whatever its audience and status: the caller decides who may see it."""
        return self.library.article(article_id)

    def articles(self, audience: Audience = Audience.PUBLIC) -> list[Article]:
        """The published ones this audience may read, by id."""
        return [article for _, article in sorted(self.library.articles.items()) if _may_read(article, audience)]

    def url(self, article_id: str, anchor: str = "") -> str:
        """Where an article is read; relative to where articles are when no base URL was given."""
        path = quote(article_id) + (f"#{quote(anchor)}" if anchor else "")
        return f"{self._base_url}/{path}" if self._base_url else path

    def _citation(self, article: Article, section: Section) -> Citation:
        url = self.url(article.id, section.anchor)
        return Citation(article.id, section.anchor, article.title, section.heading or article.title, url)

    def _chat_link(self, article: Article, target: str) -> str:
        """A link in an answer as chat needs it: absolute, or none."""
        inside = target_of(article.id, target)
        if inside is None:
            return target if target.startswith(("https://", "http://", "mailto:", "ircs:", "irc:")) else ""
        other = self.library.article(inside[0])
        if other is None or not self._base_url or not _may_read(other, Audience.PUBLIC):
            return ""
        return self.url(other.id, inside[1])

    # What keeps it fresh

    def refresh(self) -> bool:
        """Read what changed on disk; True when answers or problems are others than before."""
        changes = self.library.refresh()
        if changes or self._index.trouble or self._state.snapshot.entries != self._wanted():
            self._update()
        return bool(changes)

    async def watch(self, on_change: Callable[[], None] | None = None) -> None:
        """Runs until cancelled: what is saved answers within a second. `on_change` is called in the event loop after each
        change that has become visible.
        """
        async with contextlib.aclosing(self.library.watch()) as changes:
            async for _ in changes:
                await asyncio.to_thread(self._update)
                if on_change:
                    on_change()

    def problems(self) -> list[Problem]:
        """What is wrong with the files, and with keeping the index; what is wrong between articles tells `kb.lint`."""
        found = self.library.problems()
        if self._index.trouble:
            found.append(
                Problem(
                    self._index.root, 0, "index-state", f"The index can't be kept: {self._index.trouble}.",
                    "Give the service the right and the room to write there. It answers from memory meanwhile.", "warning",
                )
            )  # fmt: skip
        return found

    @property
    def ready(self) -> bool:
        return not self._closed and bool(self._state.articles)

    def health(self) -> Health:
        problems = self.problems()
        errors = [problem for problem in problems if problem.severity == "error"]
        count = len(self.articles(Audience.VOLUNTEERS))
        message = str(errors[0]) if errors else ""
        if not self.ready:
            message = (
                message or "There are no published articles: add some, or correct the folders in the configuration."
            )
        return Health(self.ready, count, len(errors), message)

    def close(self) -> None:
        if self._behind:
            self._behind.join()
        with self._refreshing:
            self._closed = True
            self._index.close()

    def _wanted(self) -> dict[str, str]:
        return {a.id: a.digest for a in self.library.articles.values() if a.status is Status.PUBLISHED}

    def _update(self) -> None:
        with self._refreshing:
            if self._closed:
                return
            self._index.update(list(self.library.articles.values()))
            self._publish()

    def _publish(self) -> None:
        """Answer from the index as it is now. Articles it does not hold yet wait; what changed is read as it is now."""
        articles, snapshot = self.library.articles, self._index.snapshot
        rankers: dict[Audience, dict[str, Ranker]] = {}
        for audience, views in snapshot.views.items():
            readable = {name: article for name, article in articles.items() if _may_read(article, audience)}
            rankers[audience] = {
                code: Ranker(
                    view,
                    {name: a for name, a in readable.items() if language(a.lang) == code},
                    tokens,
                    code,
                    light_terms() if code == "en" else frozenset(),
                )
                for code, view in views.items()
            }
        self._state = _State(articles, snapshot, rankers)


def _better(one: Outcome, other: Outcome) -> bool:
    def worth(outcome: Outcome) -> tuple[int, float]:
        kind = 2 if isinstance(outcome, Answer) else 1 if isinstance(outcome, Suggestions) else 0
        return kind, outcome.confidence

    return worth(one) > worth(other)
