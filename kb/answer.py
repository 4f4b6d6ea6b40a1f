"""Questions in, outcomes out: the knowledge base as the rest of the program sees it. Every method but `watch` blocks for some
milliseconds and may be called from any thread; must never import Whoosh itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kb import markup
from kb.answering import MAX_QUESTION, Answering, Explanation, Links, State, may_read
from kb.confidence import Calibration
from kb.index import ArticleIndex, language, light_terms, stem, tokens
from kb.library import Library
from kb.model import (
    Article,
    Audience,
    Citation,
    Hit,
    Outcome,
    Problem,
    Section,
    Status,
)
from kb.options import Options
from kb.ranking import Ranker
from kb.render import target_of
from kb.search import Finder
from kb.semantic.encoder import ModelError
from kb.semantic.meaning import Meaning
from kb.semantic.models import open_encoder
from kb.synonyms import SynonymFiles
from kb.translations import translations

CALIBRATION = "calibration.json"
_DEFAULTS = Options()


@dataclass(frozen=True, slots=True)
class Health:
    ready: bool
    articles: int
    """Published ones."""
    errors: int
    """Articles or parts that could not be taken in their newest version."""
    message: str
    """Empty when all is well."""
    meaning: str = ""
    """What judges the meaning, and how far it is."""


class KnowledgeBase:
    """Open it with `KnowledgeBase.open`; keep it fresh with `watch`; `close` it at the end."""

    def __init__(self, library: Library, index: ArticleIndex, state: Path, options: Options) -> None:
        self.library = library
        self._index = index
        self._folder = state
        self._options = options
        self._base_url = options.base_url.rstrip("/")
        self._refreshing = threading.Lock()
        self._behind: threading.Thread | None = None
        self._meaning: Meaning | None = None
        self._meaning_trouble = ""
        self._calibration_trouble = ""
        self._calibration: tuple[int, Calibration] = (0, Calibration.default())
        self._closed = False
        self._synonyms = SynonymFiles(library.folders, stem)
        self._state = State()

    @classmethod
    def open(cls, folders: Sequence[Path], state: Path, options: Options = _DEFAULTS) -> KnowledgeBase:
        """Load the articles and the index kept below `state`. Where that index is outdated it answers meanwhile, and is made
        anew in a thread; where there is none this takes some seconds for a thousand articles. Meaning is looked at as soon
        as the model is loaded and has read the articles. Never raises for a bad article, folder, index or model: see
        `problems`.
        """
        base = cls(Library(folders), ArticleIndex(state / "index"), state, options)
        if base._index.load() and base._index.outdated:
            base._publish()
        else:
            base._update()
        base._behind = threading.Thread(target=base._settle, name="knowledge base")
        base._behind.start()
        return base

    def _settle(self) -> None:
        """What opening leaves for later."""
        if self._index.outdated:
            self._update()
        try:
            encoder = open_encoder(self._options.tier, self._options.model, self._options.model_sha256)
            if encoder is None:
                return
            meaning = Meaning(encoder, self._folder / "meaning", self._published)
        except (ModelError, OSError, ValueError) as error:
            self._meaning_trouble = str(error)
            return
        with self._refreshing:
            if self._closed:
                meaning.close()
                return
            self._meaning = meaning
            self._publish()

    def settled(self) -> tuple[int, int]:
        """How many articles the model has read, and how many there are to read; (0, 0) while it is being loaded or there is
        none.
        """
        return self._meaning.progress if self._meaning else (0, 0)

    def wait(self) -> None:
        """Until the model is loaded and has read all articles, or can't."""
        if self._behind:
            self._behind.join()
        if self._meaning:
            self._meaning.wait()

    # What answers

    def answer(
        self, question: str, *, lang: str | None = None, audience: Audience = Audience.PUBLIC, previous: str = ""
    ) -> Outcome:
        """See `Answering.answer`. Never raises, whatever the text."""
        return self._answering().answer(question, lang or "", audience, previous)

    def explain(self, outcome: Outcome) -> Explanation:
        """Why this outcome and no other, as things are now."""
        return self._answering().explain(outcome)

    def _answering(self) -> Answering:
        links = Links(self._citation, self._chat_link)
        return Answering(
            self._state, self.library.articles, self._calibrated(), self._synonyms.current(), self._options, links
        )

    def _calibrated(self) -> Calibration:
        """The community's calibration where there is one, read anew when it has changed."""
        path = self._folder / CALIBRATION
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            changed = 0
        if changed != self._calibration[0]:
            held, self._calibration_trouble = Calibration.default(), ""
            try:
                held = Calibration.load(path) if changed else held
            except (OSError, ValueError) as error:
                self._calibration_trouble = str(error)
            self._calibration = changed, held
        return self._calibration[1]

    def article(self, article_id: str) -> Article | None:
        """By its id or a former one, whatever its audience and status: the caller decides who may see it."""
        return self.library.article(article_id)

    def articles(self, audience: Audience = Audience.PUBLIC) -> list[Article]:
        """The published ones this audience may read, by id."""
        return [article for _, article in sorted(self.library.articles.items()) if may_read(article, audience)]

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
        if other is None or not self._base_url or not may_read(other, Audience.PUBLIC):
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
        if self._calibration_trouble:
            found.append(
                Problem(
                    self._folder / CALIBRATION, 0, "calibration", f"It can't be used: {self._calibration_trouble}.",
                    "Write it anew with `helpdesk kb calibrate`, or remove it.", "warning",
                )
            )  # fmt: skip
        trouble = self._meaning_trouble or (self._meaning.trouble if self._meaning else "")
        if trouble:
            found.append(
                Problem(
                    self._options.model or self._folder, 0, "meaning", f"The meaning of questions can't be judged: {trouble}.",
                    "Questions are answered by their words meanwhile.", "warning",
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
        return Health(self.ready, count, len(errors), message, self._meaning_told())

    def _meaning_told(self) -> str:
        if self._meaning is None:
            return "off"
        done, wanted = self._meaning.progress
        tier = self._meaning.encoder.tier
        return tier if done == wanted else f"{tier}, {100 * done // max(1, wanted)} % read"

    def close(self) -> None:
        if self._behind:
            self._behind.join()
        with self._refreshing:
            self._closed = True
            self._index.close()
        if self._meaning:
            self._meaning.close()

    def _wanted(self) -> dict[str, str]:
        return {a.id: a.digest for a in self.library.articles.values() if a.status is Status.PUBLISHED}

    def _update(self) -> None:
        with self._refreshing:
            if self._closed:
                return
            self._index.update(list(self.library.articles.values()))
            self._publish()

    def _published(self) -> None:
        """The model has read more."""
        with self._refreshing:
            if not self._closed:
                self._publish(wants=False)

    def _publish(self, *, wants: bool = True) -> None:
        """Answer from the index as it is now. Articles it does not hold yet wait; what changed is read as it is now."""
        articles, snapshot, meaning = self.library.articles, self._index.snapshot, self._meaning
        if meaning and wants:
            known = [a for a in articles.values() if a.status is Status.PUBLISHED and self._known(a.lang)]
            meaning.want(known)
        rankers: dict[Audience, dict[str, Ranker]] = {}
        for audience, views in snapshot.views.items():
            rankers[audience] = {
                code: Ranker(
                    view,
                    tokens,
                    code,
                    light_terms() if code == "en" else frozenset(),
                    meaning.of(view.shown) if meaning and self._known(code) else None,
                    meaning.encoder.tier if meaning else "off",
                )
                for code, view in views.items()
            }
        spellers = self._state.spellers if self._state.snapshot is snapshot else {}
        self._state = State(articles, snapshot, rankers, spellers=spellers)

    def _known(self, lang: str) -> bool:
        return language(lang) in {language(known) for known in self._options.model_languages}

    # Search for people

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        audience: Audience = Audience.PUBLIC,
        tag: str | None = None,
        lang: str | None = None,
    ) -> list[Hit]:
        """Articles that fit the query (kb.query has its language), best first, one hit an article, and one of several that are
        translations of each other; those in `lang` first. Nothing a reader types is an error.
        """
        text, synonyms = markup.tidy(query[:MAX_QUESTION]), self._synonyms.current()
        return self._still(
            self._finder(audience).search(text, synonyms, limit, lang=lang or "", tag=tag or ""), audience
        )

    def suggest(self, query: str, *, audience: Audience = Audience.PUBLIC, lang: str | None = None) -> str:
        """The query as it was probably meant, from words this audience may read, when that finds something; else empty."""
        text, synonyms = markup.tidy(query[:MAX_QUESTION]), self._synonyms.current()
        return self._finder(audience).suggest(text, synonyms, lang=lang or "")

    def complete(
        self, text: str, *, limit: int = 8, audience: Audience = Audience.PUBLIC, lang: str | None = None
    ) -> list[Hit]:
        """Articles that somebody who has typed this may be looking for, best first, by their titles and questions; `excerpt` is
        the one that fits. Those in `lang` first. Takes a few milliseconds; the first time after a change some 50 µs an article more.
        """
        return self._still(
            self._finder(audience).complete(markup.tidy(text[:MAX_QUESTION]), limit, lang or ""), audience
        )

    def translations(self, article_id: str, audience: Audience = Audience.PUBLIC) -> dict[str, Article]:
        """The article and its translations by language, as far as this audience may read them."""
        return translations(self.library.articles, article_id, lambda article: may_read(article, audience))

    def _still(self, hits: list[Hit], audience: Audience) -> list[Hit]:
        """Those that this audience may read now: an article may have been withdrawn since it was indexed."""
        articles = self.library.articles
        return [hit for hit in hits if (a := articles.get(hit.citation.article)) and may_read(a, audience)]

    def _finder(self, audience: Audience) -> Finder:
        state = State() if self._closed else self._state
        if audience not in state.finders:
            state.finders[audience] = Finder(
                state.rankers.get(audience, {}),
                state.articles,
                lambda article: may_read(article, audience),
                self._index.neighbours,
                lambda code: state.speller(audience, code)(),
                self._citation,
            )
        return state.finders[audience]
