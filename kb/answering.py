"""One state of the knowledge base being asked: how a question is read, in which languages it is looked for, and what comes of how
sure we are. Every method blocks for some milliseconds; must never import an engine.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kb import markup, reading
from kb.chat import chat_parts
from kb.confidence import Calibration
from kb.index import analyse, language
from kb.language import recognise
from kb.model import Answer, Article, Audience, Citation, Evidence, NoAnswer, Outcome, Section, Status, Suggestions
from kb.options import Options
from kb.ranking import Ranker, Ranking
from kb.search import Finder
from kb.snapshot import Snapshot
from kb.spelling import Speller
from kb.synonyms import Synonyms
from kb.translations import root, translations

MAX_QUESTION = 2000
"""Characters looked at; a question is shorter."""
MAX_SUGGESTIONS = 3
_SPELLING = threading.Lock()
NEAR = 3.0
"""A suggestion is at most this far behind the first, in units of the score: a twentieth as likely."""


@dataclass(frozen=True)
class State:
    """What answers now; replaced as a whole."""

    articles: Mapping[str, Article] = field(default_factory=dict)
    snapshot: Snapshot = field(default_factory=Snapshot)
    rankers: Mapping[Audience, Mapping[str, Ranker]] = field(default_factory=dict)
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Articles' portions that are the same whatever the question; filled as they are asked for."""
    spellers: dict[tuple[Audience, str], Speller] = field(default_factory=dict)
    """Made when the first word is not known; the same for all states of one snapshot."""
    finders: dict[Audience, Finder] = field(default_factory=dict)
    """Made when somebody searches."""

    def speller(self, audience: Audience, code: str) -> Callable[[], Speller]:
        """Knows the words of what this audience may read in the language."""

        def made() -> Speller:
            with _SPELLING:
                if (audience, code) in self.spellers:
                    return self.spellers[audience, code]
                read = [a for a in self.articles.values() if may_read(a, audience) and language(a.lang) == code]
                said = (text for a in read for text in (a.title, a.summary, *a.questions, *a.tags))
                self.spellers[audience, code] = Speller(w for text in said for w in re.findall(r"[^\W\d_]+", text))
            return self.spellers[audience, code]

        return made


@dataclass(frozen=True, slots=True)
class _Found:
    """How one reading of a question went in one language."""

    ranker: Ranker
    ranking: Ranking
    confidence: float
    read_as: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an outcome is what it is, beside its evidence."""

    verdict: str
    answer_from: float
    """The confidence it takes to answer, and to suggest."""
    suggest_from: float
    shares: Mapping[str, float]
    """What each feature adds to the log-odds of being right."""


def may_read(article: Article, audience: Audience) -> bool:
    published = article.status is Status.PUBLISHED
    return published and (article.audience is Audience.PUBLIC or audience is Audience.VOLUNTEERS)


@dataclass(frozen=True)
class Links:
    """Where articles are read."""

    cite: Callable[[Article, Section], Citation]
    inside: Callable[[Article, str], str]
    """A link in an article as chat needs it: absolute, or empty."""


@dataclass(frozen=True)
class Answering:
    state: State
    current: Mapping[str, Article]
    """The articles as they are now."""
    calibration: Calibration
    synonyms: Synonyms
    options: Options
    links: Links

    def answer(self, question: str, lang: str, audience: Audience, previous: str) -> Outcome:
        """An answer when we are sure enough, else suggestions, else an honest nothing. Never raises, whatever the text.

        The question's own language comes first, then `lang`. Others are asked when it can't be told and these know nothing, and
        suggest at most, unless there are no articles in these. `previous` is what the same person asked before, for a question that only makes sense after it.
        """
        text = markup.tidy(question[:MAX_QUESTION]).strip()
        rankers = self.state.rankers.get(audience, {})
        told = recognise(text)
        before = markup.tidy(previous[:MAX_QUESTION]).strip() if reading.follows(text) else ""
        outcome: Outcome = NoAnswer(0.0, evidence=Evidence(lang=told))
        own = language(told) if told else ""
        wanted = [code for code in dict.fromkeys((own, language(lang) if lang else "")) if code in rankers]
        for code in _languages(rankers, wanted):
            elsewhere = bool(wanted) and code not in wanted
            if elsewhere and (own in rankers or not isinstance(outcome, NoAnswer)):
                break
            found = self._read(rankers[code], code, audience, text, before)
            other = self._outcome(audience, found, told, wanted, answers=not elsewhere)
            outcome = other if _better(other, outcome) else outcome
            if isinstance(outcome, Answer):
                break
        return outcome

    def explain(self, outcome: Outcome) -> Explanation:
        """Why this outcome and no other, as things are now."""
        tier, features = outcome.evidence.tier, outcome.evidence.features
        answer_from, suggest_from = self._cutoffs(tier)
        sure = f"{outcome.confidence:.0%} sure"
        match outcome:
            case Answer():
                verdict = f"answered: {sure}, and {answer_from:.0%} is enough"
            case Suggestions() if outcome.confidence >= answer_from:
                verdict = f"suggested: {sure}, and in another language than was asked in"
            case Suggestions():
                verdict = f"suggested: {sure}; to answer it takes {answer_from:.0%}, to suggest {suggest_from:.0%}"
            case NoAnswer() if not outcome.nearest:
                verdict = "not answered: no article holds anything of it"
            case NoAnswer() if not features:
                verdict = "not answered: it holds no word that says what it is about"
            case NoAnswer():
                verdict = f"not answered: {sure}, and to suggest anything it takes {suggest_from:.0%}"
        return Explanation(verdict, answer_from, suggest_from, self.calibration.shares(tier, features))

    def _read(self, ranker: Ranker, code: str, audience: Audience, text: str, before: str) -> _Found:
        """The reading that we are surest of; as it stands when that is sure enough."""
        best: _Found | None = None
        merged = reading.together(text, before) if before else ""
        for read in self._readings(ranker, code, audience, text, merged):
            ranking = ranker.rank(read)
            if read == merged and not ranker.telling(text) <= ranking.matched:
                continue  # it speaks of something that the article of the question before says nothing about
            sure = self.calibration.confidence(ranking.tier, ranking.features)
            if best is None or sure > best.confidence:
                best = _Found(ranker, ranking, sure, read if read != text else "")
            if sure >= self._cutoffs(ranking.tier)[0]:
                break
        return best or _Found(ranker, Ranking(), 0.0, "")

    def _readings(self, ranker: Ranker, code: str, audience: Audience, text: str, merged: str) -> Iterator[str]:
        """What the text may mean, the likeliest first."""
        first = merged and reading.begins(text)
        if first:
            yield merged
        yield from reading.readings(text)
        if merged and not first:
            yield merged
        speller = self.state.speller(audience, code)
        mended = reading.respelt(text, lambda word: word if ranker.knows(word) else speller().mend(word))
        if mended != text:
            yield from reading.readings(mended)
        alike = reading.with_synonyms(mended, lambda words: self.synonyms.read(words, code), ranker.knows)
        if alike != mended:
            yield alike

    def _cutoffs(self, tier: str) -> tuple[float, float]:
        return self.calibration.cutoffs(tier, self.options.answer_precision, self.options.suggest_precision)

    def _outcome(
        self, audience: Audience, found: _Found, told: str, wanted: Sequence[str], *, answers: bool
    ) -> Outcome:
        ranking, ranker = found.ranking, found.ranker
        articles = self.state.articles
        near = [c for c in ranking.candidates if c.article in articles and self._may_read(c.article, audience)]
        evidence = Evidence(
            tier=ranking.tier,
            features=ranking.features,
            candidates=tuple((c.article, c.score) for c in near[:10]),
            terms=tuple(sorted(ranking.terms)),
            matched=tuple(sorted(ranking.matched)),
            lang=told,
            read_as=found.read_as,
        )
        if not near or near[0] != ranking.candidates[0]:
            return NoAnswer(0.0, evidence=evidence)  # how sure we are is said of an article that is gone
        answer_from, suggest_from = self._cutoffs(ranking.tier)
        likely = [c for c in near[: MAX_SUGGESTIONS * 2] if c.score >= near[0].score - NEAR]
        told_in = {
            root(articles, c.article): self._told_in(articles[c.article], wanted, audience) for c in reversed(likely)
        }
        chosen = [told_in[name] for name in dict.fromkeys(root(articles, c.article) for c in likely)][:MAX_SUGGESTIONS]
        sections = [(article, self._section(article, ranker, ranking)) for article in chosen]
        citations = tuple(self.links.cite(article, section) for article, section in sections)
        first, section = sections[0]
        if answers and found.confidence >= answer_from:
            return Answer(
                citation=citations[0],
                parts=self._parts(first, section, ranking),
                confidence=found.confidence,
                tags=first.tags,
                lang=first.lang,
                evidence=evidence,
            )
        if found.confidence < suggest_from or not ranking.features:
            return NoAnswer(found.confidence, citations, evidence)
        parts = tuple(self._parts(article, section, ranking) for article, section in sections)
        return Suggestions(citations, found.confidence, parts, evidence)

    def _may_read(self, article_id: str, audience: Audience) -> bool:
        """As it was when it was indexed, and as it is on disk now: what was withdrawn is told to nobody any more."""
        now = self.current.get(article_id)
        return now is not None and may_read(now, audience) and may_read(self.state.articles[article_id], audience)

    def _told_in(self, article: Article, wanted: Sequence[str], audience: Audience) -> Article:
        """The article, or its translation into the language that is wanted most."""
        if not wanted or language(article.lang) in wanted:
            return article
        held = translations(self.state.articles, article.id, lambda other: self._may_read(other.id, audience))
        return next((other for lang, other in held.items() if language(lang) == wanted[0]), article)

    @staticmethod
    def _section(article: Article, ranker: Ranker, ranking: Ranking) -> Section:
        """The one that fits the question best."""
        return article.section(ranker.best_section(article, ranking.terms)) or article.sections[0]

    def _parts(self, article: Article, section: Section, ranking: Ranking) -> tuple[str, ...]:
        alike = not section.anchor and bool(article.summary)
        if alike and article.id in self.state.told:
            return self.state.told[article.id]
        parts = chat_parts(
            article,
            section,
            ranking.terms,
            lambda text: analyse(text, article.lang),
            lambda target: self.links.inside(article, target),
        )
        if alike:
            self.state.told[article.id] = parts
        return parts


def _languages(held: Mapping[str, Ranker], wanted: Sequence[str]) -> list[str]:
    """Those there are, the wanted ones first, then English, then as the alphabet has them."""
    first = [code for code in dict.fromkeys((*wanted, "en")) if code in held]
    return [*first, *sorted(held.keys() - set(first))]


def _better(one: Outcome, other: Outcome) -> bool:
    def worth(outcome: Outcome) -> tuple[int, float]:
        kind = 2 if isinstance(outcome, Answer) else 1 if isinstance(outcome, Suggestions) else 0
        return kind, outcome.confidence

    return worth(one) > worth(other)
