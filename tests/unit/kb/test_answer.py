from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.answer import KnowledgeBase
from kb.confidence import Calibration
from kb.model import Answer, Audience, NoAnswer, Suggestions
from kb.options import Options, Tier

QUESTION = "how do I get a mailing list for my project?"
Write = Callable[..., Path]


def everything(outcome: object) -> str:
    return repr(outcome).casefold()


def test_an_answer_is_cited_and_stands_by_itself(kb: KnowledgeBase) -> None:
    outcome = kb.answer(QUESTION)
    assert isinstance(outcome, Answer)
    assert outcome.citation.article == "lists/get"
    assert outcome.citation.url == "https://help.example.org/kb/lists/get"
    assert outcome.parts[0] == "Ask the desk with `!human`; say the name, the purpose and two owners."
    assert outcome.tags == ("lists", "request")
    assert outcome.lang == "en"
    assert 0.5 < outcome.confidence <= 1


def test_a_section_is_cited_when_its_heading_names_what_was_asked(kb: KnowledgeBase) -> None:
    outcome = kb.answer("how do I moderate a mailing list")
    assert isinstance(outcome, Answer)
    assert outcome.citation.url == "https://help.example.org/kb/lists/get#moderate-it"
    assert outcome.citation.heading == "Moderate it"
    assert outcome.parts == ("Held messages wait for you in the web page of the list. Look there once a day.",)


@pytest.mark.parametrize(
    "question",
    [
        "what is the best pizza in Berlin?",
        "my coffee machine broke",
        "how do I get a parking permit for the office garage?",
    ],
)
def test_what_is_not_known_is_not_answered(kb: KnowledgeBase, question: str) -> None:
    assert isinstance(kb.answer(question), NoAnswer)


@pytest.mark.parametrize(
    "question",
    ["", "   ", "how do I get it", "the of and", "\x00\x01\x02", "?!…", "AND OR NOT", '+-*"()', "\u202e\u2066", "a" * 100_000,
     "word " * 20_000, "()" * 50_000, "\ud800", "🦓🦓🦓"],
)  # fmt: skip
def test_degenerate_questions_find_nothing_and_quickly(kb: KnowledgeBase, question: str) -> None:
    began = time.perf_counter()
    outcome = kb.answer(question)
    assert time.perf_counter() - began < 0.5
    assert isinstance(outcome, NoAnswer)
    assert outcome.confidence < 0.1
    assert len(kb.search(question)) <= 10


def test_between_sure_and_not_there_are_suggestions(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = KnowledgeBase.open([filled], tmp_path / "state", Options(tier=Tier.OFF))
    sure = 0.59
    monkeypatch.setattr(Calibration, "confidence", lambda *_: sure)
    monkeypatch.setattr(Calibration, "cutoffs", lambda *_: (0.6, 0.3))
    outcome = base.answer(QUESTION)
    assert isinstance(outcome, Suggestions)
    assert outcome.citations[0].article == "lists/get"
    assert 1 <= len(outcome.citations) <= 3
    sure = 0.2
    outcome = base.answer(QUESTION)
    assert isinstance(outcome, NoAnswer)
    assert outcome.nearest[0].article == "lists/get"
    sure = 0.6
    assert isinstance(base.answer(QUESTION), Answer)
    base.close()


ZEBRA = [
    "what about zebras",
    "handle a zebra escalation",
    "zebra keeper",
    "mailing list of keepers is private",
    '"zebra keeper"',
    "zeb*",
]


@pytest.mark.parametrize("text", ZEBRA)
def test_what_is_for_volunteers_never_reaches_the_public(kb: KnowledgeBase, text: str) -> None:
    assert "zebra" not in everything(kb.answer(text))
    assert "zebra" not in everything(kb.search(text))
    assert "zebra" not in everything(kb.articles())
    assert "sig/zebra" in {article.id for article in kb.articles(Audience.VOLUNTEERS)}


def test_volunteers_are_answered_from_theirs(kb: KnowledgeBase) -> None:
    outcome = kb.answer("what about zebras", audience=Audience.VOLUNTEERS)
    assert isinstance(outcome, Answer)
    assert outcome.citation.article == "sig/zebra"
    assert kb.search("zebra", audience=Audience.VOLUNTEERS)[0].citation.article == "sig/zebra"


def test_the_public_is_answered_the_same_whether_volunteers_have_articles_or_not(
    filled: Path, tmp_path: Path, kb: KnowledgeBase
) -> None:
    before = [kb.answer(text) for text in (QUESTION, *ZEBRA)]
    (filled / "sig" / "zebra.md").unlink()
    kb.refresh()
    assert [kb.answer(text) for text in (QUESTION, *ZEBRA)] == before


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_only_what_is_published_is_answered(kb: KnowledgeBase, write: Write, status: str) -> None:
    write("new", f"---\ntitle: Feed the xylophone\nstatus: {status}\n---\nXylophone food.\n")
    assert kb.refresh()
    assert isinstance(kb.answer("feed the xylophone"), NoAnswer)
    assert kb.search("xylophone") == []
    assert "new" not in {article.id for article in kb.articles(Audience.VOLUNTEERS)}
    assert kb.article("new") is not None


def test_an_article_that_becomes_private_is_gone_from_the_public(kb: KnowledgeBase, write: Write, filled: Path) -> None:
    text = (filled / "irc" / "tls.md").read_text()
    write("irc/tls", text.replace("---\nIRC", "audience: volunteers\n---\nIRC"))
    assert kb.refresh()
    assert "irc/tls" not in everything(kb.answer("which port for irc"))
    assert "irc/tls" not in everything(kb.search("TLS port"))


def test_search_understands_operators_tags_and_limits(kb: KnowledgeBase) -> None:
    def found(query: str, **options: object) -> list[str]:
        return [hit.citation.article for hit in kb.search(query, **options)]  # type: ignore[arg-type]

    assert found('"port 6697"') == ["irc/tls"]
    assert found('"6697 port"') == []
    assert "irc/tls" in found("TLS list")
    assert found("+list -purpose +moderate") == []
    assert set(found("wiki camera")) == {"more/wiki", "more/camera"}
    assert found("wiki AND camera") == []
    assert len(found("text", limit=2)) == 2
    assert found("list", tag="Lists") == ["lists/get"]
    assert found("list", tag="other") == []
    assert found("list NOT purpose") == found("list -purpose") == []
    assert found("poll -nothing") == ["more/poll"]
    assert found("NOT poll") == []  # nothing to rank by
    assert found("(wiki OR camera) AND camera") == ["more/camera"]
    assert found("two-owners") == ["lists/get"]
    assert found("camer*") == ["more/camera"]


def test_a_hit_has_a_safe_excerpt(kb: KnowledgeBase, write: Write) -> None:
    write("x", "---\ntitle: X\n---\nPut the <script>alert(1)</script> xylophone & drum away.\n")
    kb.refresh()
    (hit,) = kb.search("xylophones")
    assert "<mark>xylophone</mark> &amp; drum" in hit.excerpt
    assert "<script" not in hit.excerpt


def test_former_ids_lead_to_the_article(kb: KnowledgeBase) -> None:
    article = kb.article("old/lists")
    assert article is not None
    assert article.id == "lists/get"
    assert kb.article("no/such") is None


def test_the_language_asked_for_comes_first_and_others_are_not_refused(kb: KnowledgeBase, write: Write) -> None:
    write(
        "de/liste",
        "---\ntitle: Mailingliste bekommen\nlang: de\nsummary: Frag das Desk.\nquestions: [wie bekomme ich eine mailingliste]\n---\nText.\n",
    )
    kb.refresh()
    outcome = kb.answer("Wie bekomme ich eine Mailingliste?", lang="de-AT")
    assert isinstance(outcome, Answer)
    assert (outcome.citation.article, outcome.lang) == ("de/liste", "de")
    outcome = kb.answer(QUESTION, lang="de")
    assert isinstance(outcome, Answer)
    assert outcome.citation.article == "lists/get"


def test_links_in_answers_are_absolute_or_only_words(filled: Path, tmp_path: Path, kb: KnowledgeBase) -> None:
    outcome = kb.answer(QUESTION)
    assert isinstance(outcome, Answer)
    assert "[TLS](https://help.example.org/kb/irc/tls#ports)" in "\n".join(outcome.parts)
    plain = KnowledgeBase.open([filled], tmp_path / "other", Options(tier=Tier.OFF))
    outcome = plain.answer(QUESTION)
    assert isinstance(outcome, Answer)
    assert outcome.citation.url == "lists/get"
    assert "](" not in "\n".join(outcome.parts)
    plain.close()


def test_problems_and_health_are_told(kb: KnowledgeBase, write: Write) -> None:
    assert kb.health().ready
    assert kb.health().message == ""
    write("bad", "---\ntitle: [\n---\n")
    assert kb.refresh()
    assert [problem.code for problem in kb.problems()] == ["front-matter-yaml"]
    assert kb.health().ready
    assert kb.health().errors == 1
    assert "bad.md" in kb.health().message


def test_no_articles_at_all(tmp_path: Path) -> None:
    base = KnowledgeBase.open([tmp_path / "missing"], tmp_path / "state", Options(tier=Tier.OFF))
    assert isinstance(base.answer(QUESTION), NoAnswer)
    assert base.search("list OR lang:en") == base.complete("list", lang="de") == []
    assert base.suggest("list") == ""
    assert not base.ready
    assert "missing" in base.health().message
    base.close()


def test_after_closing_it_answers_no_searches_and_does_not_break(kb: KnowledgeBase) -> None:
    kb.close()
    assert kb.search("list") == kb.complete("list") == []
    assert kb.suggest("mailng") == ""
    assert not kb.ready
    kb.refresh()
    kb.close()


async def test_a_saved_article_answers_within_a_second(kb: KnowledgeBase, write: Write) -> None:
    changed = asyncio.Event()
    watching = asyncio.create_task(kb.watch(changed.set))

    async def until(visible: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not visible():
                changed.clear()
                await changed.wait()

    write("first", "---\ntitle: Tune the lute\n---\nGently.\n")
    await until(lambda: bool(kb.search("lute")))  # from here on the watcher is known to run
    took = []
    for word in ("xylophone", "harpsichord", "theremin"):
        write("new", f"---\ntitle: Feed the {word}\nquestions: [how do i feed the {word}]\n---\nFood.\n")
        began = time.monotonic()
        await until(lambda: isinstance(kb.answer(f"how do I feed the {word}?"), Answer))  # noqa: B023 - called at once
        took.append(time.monotonic() - began)
    assert sorted(took)[1] <= 1.0, took
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_many_threads_ask_while_articles_change(kb: KnowledgeBase, write: Write) -> None:
    async def ask() -> None:
        for _ in range(20):
            assert isinstance(await asyncio.to_thread(kb.answer, QUESTION), Answer)
            assert await asyncio.to_thread(kb.search, '"mailing list"')

    async def change() -> None:
        for number in range(10):
            write("new", f"---\ntitle: Feed the xylophone {number}\n---\nFood.\n")
            await asyncio.to_thread(kb.refresh)

    await asyncio.gather(ask(), ask(), ask(), change())


WORDS = (*"mailing list port TLS zebra how do i use the wiki AND OR NOT".split(), "(", ")", '"', "*", "+", "-")  # noqa: SIM905


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_has_a_proper_outcome(kb: KnowledgeBase, text: str) -> None:
    outcome = kb.answer(text)
    assert isinstance(outcome, Answer | Suggestions | NoAnswer)
    assert 0 <= outcome.confidence <= 1
    if isinstance(outcome, Answer):
        assert outcome.parts
        assert all(part.strip() for part in outcome.parts)
    if isinstance(outcome, Suggestions):
        assert 1 <= len(outcome.citations) <= 3
    for hit in kb.search(text):
        assert hit.score >= 0


GERMAN_LISTS = """\
---
title: Eine Mailingliste bekommen
summary: Frag den Helpdesk mit `!human`; nenn den Namen und zwei Verantwortliche.
lang: de
questions: [wie bekomme ich eine liste]
translation_of: lists/get
---
Jedes Projekt kann eine Liste haben.
"""


def test_who_asks_in_another_language_is_told_the_translation(kb: KnowledgeBase, write: Write) -> None:
    write("de/lists", GERMAN_LISTS)
    kb.refresh()
    outcome = kb.answer("wie bekomme ich eine liste", lang="en")
    assert isinstance(outcome, Answer)
    assert (outcome.citation.article, outcome.lang) == ("de/lists", "de")
    short = kb.answer("moderate list", lang="de")
    assert isinstance(short, Suggestions)
    assert [citation.article for citation in short.citations] == ["de/lists"]  # found in English
    plain = kb.answer(QUESTION, lang="en")
    assert isinstance(plain, Answer)
    assert plain.citation.article == "lists/get"


def test_an_article_in_another_language_does_not_answer_but_may_be_suggested(kb: KnowledgeBase, write: Write) -> None:
    write("de/drucker", "---\ntitle: Drucker xerografieren\nlang: de\n---\nDrucker xerografieren mit Papier.\n")
    kb.refresh()
    question = "how do I get the drucker xerografieren to work for my team"
    assert isinstance(kb.answer(question, lang="en"), Suggestions | NoAnswer)
    found = kb.answer("wie kann ich den Drucker xerografieren?")
    assert isinstance(found, Answer)
    assert found.citation.article == "de/drucker"
    assert found.evidence.lang == "de"


def test_a_follow_up_is_read_with_the_question_before_it(kb: KnowledgeBase) -> None:
    alone = kb.answer("and which port?")
    after = kb.answer("and which port?", previous="how do I connect to IRC with TLS?")
    assert after.confidence > alone.confidence
    assert isinstance(after, Answer)
    assert after.citation.article == "irc/tls"
    assert "how do I connect to IRC with TLS?" in after.evidence.read_as
    other = kb.answer(QUESTION, previous="how do I connect to IRC with TLS?")
    assert other.evidence.read_as == ""


@pytest.mark.parametrize(
    "question",
    [
        "how do i get a mialing list for my project",
        (
            "Hello everyone, I hope you are all well today. We started a project last week and it grows. "
            "How do I get a mailing list for my project? Thank you so much for your patience with me."
        ),
        (
            "2026-11-24 10:00:00 ERROR mta refused everything it was given by the client with code 550\n"
            "2026-11-24 10:00:01 WARN giving up after the third attempt to reach the remote side\n"
            "how do I get a mailing list for my project?"
        ),
        "https://lists.example.org/new?x=1 how do I get a mailing list for my project",
        "how do I get a " + "ｍａｉｌｉｎｇ list for my project\u202e\u200d 🙂",
        "\x00\x07how do I get a mailing list for my project?\x1b[31m",
    ],
)
def test_a_question_is_found_in_what_surrounds_it(kb: KnowledgeBase, question: str) -> None:
    outcome = kb.answer(question)
    assert isinstance(outcome, Answer)
    assert outcome.citation.article == "lists/get"


def test_a_synonym_that_no_article_knows_finds_what_it_means(kb: KnowledgeBase) -> None:
    outcome = kb.answer("can somebody make an ml for us")
    assert outcome.evidence.candidates[0][0] == "lists/get"
    assert "list" in outcome.evidence.terms


@pytest.mark.parametrize(
    "text", ["AND OR NOT", '"" + - ( )', "مرحبا بالعالم", "🙂🙂🙂", "a" * 100_000, "how " * 25_000, ""]
)
def test_odd_questions_have_an_outcome(kb: KnowledgeBase, text: str) -> None:
    assert not isinstance(kb.answer(text), Answer)
    kb.search(text)


def test_the_calibration_of_the_community_is_taken_up_when_it_changes(kb: KnowledgeBase, tmp_path: Path) -> None:
    before = kb.answer(QUESTION)
    never = Calibration({tier: replace(model, intercept=-30.0) for tier, model in Calibration.default().models.items()})
    never.save(tmp_path / "state" / "calibration.json")
    assert kb.answer(QUESTION).confidence < 0.01 < before.confidence
    (tmp_path / "state" / "calibration.json").write_text("{")
    assert kb.answer(QUESTION).confidence == before.confidence


def test_explaining_says_why(kb: KnowledgeBase) -> None:
    answered, missed = kb.answer(QUESTION), kb.answer("what is the best pizza in Berlin?")
    assert kb.explain(answered).verdict.startswith("answered: ")
    assert kb.explain(answered).shares.keys() == answered.evidence.features.keys()
    assert kb.explain(missed).verdict.startswith("not answered: ")


@pytest.mark.parametrize(
    "question", ["is there a mailing list?", "how do I get a list there?", "and how about a mailing list?"]
)
def test_what_speaks_of_something_else_is_not_answered_by_the_article_before(kb: KnowledgeBase, question: str) -> None:
    for previous in ("how do I connect to IRC with TLS?", "how do I connect to IRC with TLS and which port? " * 30):
        outcome = kb.answer(question, previous=previous)
        assert outcome.evidence.candidates[0][0] == "lists/get"


def test_after_a_long_question_the_new_words_are_read(kb: KnowledgeBase) -> None:
    outcome = kb.answer("and which port?", previous="how do I connect to IRC with TLS? " + "I tried all day. " * 60)
    assert outcome.evidence.candidates[0][0] == "irc/tls"
    assert "port" in outcome.evidence.terms


def test_a_language_without_stems_is_answered_too(kb: KnowledgeBase, write: Write) -> None:
    question = "jak mogę zarejestrować swój pseudonim na kanale"
    write("pl/nick", f"---\ntitle: Rejestracja pseudonimu\nlang: pl\nquestions: [{question}]\n---\nNapisz do bota.\n")
    kb.refresh()
    outcome = kb.answer(question, lang="en")
    assert isinstance(outcome, Answer)
    assert (outcome.citation.article, outcome.evidence.lang) == ("pl/nick", "pl")


def test_what_was_withdrawn_is_told_to_nobody_while_the_index_waits(
    kb: KnowledgeBase, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(kb.answer(QUESTION), Answer)
    path = filled / "lists" / "get.md"
    path.write_text(path.read_text().replace("title:", "audience: volunteers\ntitle:", 1))
    monkeypatch.setattr(kb, "_update", lambda: None)
    kb.refresh()
    for said in (kb.answer(QUESTION), kb.search("mailing list"), kb.complete("get a mail")):
        assert "lists/get" not in everything(said)


def test_half_a_character_stops_nothing(kb: KnowledgeBase, write: Write) -> None:
    write("half", '---\ntitle: "Broken \\ud83d title about xylophones"\n---\nFood.\n')
    write("other", "---\ntitle: Feed the yak\n---\nFood.\n")
    assert kb.refresh()
    assert kb.search("yak")
    assert kb.search("xylophones") or "half" in str(
        kb.problems()[0].path
    )  # libyaml refuses it, Python's parser does not
    assert not isinstance(kb.answer("\ud800 pads how"), Answer)


def test_a_calibration_that_cannot_be_used_is_told(kb: KnowledgeBase, tmp_path: Path) -> None:
    text = tmp_path / "state" / "calibration.json"
    Calibration.default().save(text)
    text.write_text(text.read_text().replace('"intercept": ', '"intercept": NaN, "was": ', 1))
    assert isinstance(kb.answer(QUESTION), Answer)
    assert [problem.code for problem in kb.problems()] == ["calibration"]
