"""The articles that come with the program are sound, and answer what people really type: kb.evaluate's figures have floors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pytest

from kb.answer import KnowledgeBase
from kb.library import Library, starter_folder
from kb.lint import lint
from kb.model import Answer, NoAnswer, Status, Suggestions
from kb.options import Options, Tier
from tests.unit.kb.starter_set import KINDS, asked, public_articles

QUESTIONS = asked()
ANSWERABLE = [question for question in QUESTIONS if question.right]
CLOSE, FAR = ([question for question in QUESTIONS if question.kind == kind] for kind in ("close", "far"))


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    base = KnowledgeBase.open([starter_folder()], tmp_path_factory.mktemp("state"), Options(tier=Tier.STATIC))
    base.wait()
    yield base
    base.close()


def test_there_are_forty_and_none_has_errors() -> None:
    library = Library([starter_folder()])
    errors = [str(problem) for problem in lint(library, today=date(2026, 1, 1)) if problem.severity == "error"]
    assert errors == []
    assert sum(article.status is Status.PUBLISHED for article in library.articles.values()) >= 40


def plainly(question: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", question.casefold()))


def test_the_questions_are_many_and_of_every_kind() -> None:
    assert len(QUESTIONS) >= 300
    assert len(CLOSE) >= 80
    assert len(FAR) <= 35
    drawn = Counter(question.kind for question in QUESTIONS)
    assert set(drawn) == set(KINDS)
    assert min(drawn.values()) >= 5


def test_none_of_the_close_and_far_ones_has_an_answer_and_all_others_have() -> None:
    assert {question.text for question in CLOSE + FAR} == {
        question.text for question in QUESTIONS if not question.right
    }


def test_every_public_article_is_asked_for_and_no_other() -> None:
    wanted = Counter(article for question in QUESTIONS for article in question.right)
    assert set(wanted) == {article.id for article in public_articles()}
    assert [article for article, times in wanted.items() if times < 2] == []


def test_no_question_is_there_twice_or_given_away_by_an_article() -> None:
    times = Counter(plainly(question.text) for question in QUESTIONS)
    assert [question for question, count in times.items() if count > 1] == []
    library = Library([starter_folder()])
    given = {plainly(question) for article in library.articles.values() for question in article.questions}
    assert times.keys() & given == set()


def test_the_question_of_the_first_page(starter: KnowledgeBase) -> None:
    outcome = starter.answer("how do I get a mailing list for my project?")
    assert isinstance(outcome, Answer)
    assert outcome.citation.article == "mailing-lists/request-a-list"


@pytest.mark.parametrize(
    "question",
    [
        "what is the best pizza in Berlin?",
        "my coffee machine broke",
        "how do I get a parking permit for the office garage?",
    ],
)
def test_what_is_near_but_not_known(starter: KnowledgeBase, question: str) -> None:
    assert isinstance(starter.answer(question), NoAnswer)


def named(outcome: Answer | Suggestions | NoAnswer) -> str:
    """The first article it names, whoever is told."""
    match outcome:
        case Answer(citation=citation):
            return citation.article
        case Suggestions(citations=citations):
            return citations[0].article
        case NoAnswer(nearest=nearest):
            return nearest[0].article if nearest else ""


class Floors(NamedTuple):
    """Shares: of the answerable, what must be first or answered right; of answers and suggestions, what may be wrong; of the
    unanswerable, what may be answered."""

    first: float
    right: float
    wrong: float
    suggested_wrong: float
    close: float
    far: float


FLOORS = {  # beside each what was measured, of 305 answerable, 123 close and 33 far
    Tier.OFF: Floors(
        0.62, 0.34, 0.11, 0.27, 0.08, 0.04
    ),  # 195 first; 109 of 120 answers right; 102 of 135 suggestions; 8; 0
    Tier.STATIC: Floors(0.66, 0.36, 0.04, 0.24, 0.09, 0.05),  # 208; 113 of 115; 95 of 120; 9; 1
}


class Said(NamedTuple):
    floors: Floors
    outcomes: dict[str, Answer | Suggestions | NoAnswer]
    """By question."""


@pytest.fixture(scope="module", params=FLOORS)
def said(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """All questions are asked once. The transformer is too slow for a unit test: `helpdesk kb eval` measures it."""
    base = KnowledgeBase.open([starter_folder()], tmp_path_factory.mktemp("state"), Options(tier=request.param))
    base.wait()
    outcomes = {question.text: base.answer(question.text, lang="en") for question in QUESTIONS}
    base.close()
    assert request.param in {outcome.evidence.tier for outcome in outcomes.values()}
    return Said(FLOORS[request.param], outcomes)


def test_the_right_article_comes_first(said: Said) -> None:
    missed = [question.text for question in ANSWERABLE if named(said.outcomes[question.text]) not in question.right]
    assert len(missed) <= (1 - said.floors.first) * len(ANSWERABLE), missed


def test_what_is_answered_is_rarely_wrong(said: Said) -> None:
    answers = [(question, said.outcomes[question.text]) for question in ANSWERABLE]
    given = [(question, outcome) for question, outcome in answers if isinstance(outcome, Answer)]
    wrong = [question.text for question, outcome in given if outcome.citation.article not in question.right]
    assert len(given) - len(wrong) >= said.floors.right * len(ANSWERABLE)
    assert len(wrong) <= said.floors.wrong * len(given), wrong


def test_suggestions_mostly_hold_the_right_article(said: Said) -> None:
    answers = [(question, said.outcomes[question.text]) for question in ANSWERABLE]
    offered = [(question, outcome) for question, outcome in answers if isinstance(outcome, Suggestions)]
    missed = [q.text for q, outcome in offered if q.right.isdisjoint(c.article for c in outcome.citations)]
    assert offered
    assert len(missed) <= said.floors.suggested_wrong * len(offered), missed


@pytest.mark.parametrize("kind", ["close", "far"])
def test_what_is_not_known_is_hardly_ever_answered(said: Said, kind: str) -> None:
    questions = [question.text for question in QUESTIONS if question.kind == kind]
    false = [question for question in questions if isinstance(said.outcomes[question], Answer)]
    assert len(false) <= getattr(said.floors, kind) * len(questions), false
