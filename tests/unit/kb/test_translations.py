"""Translations: which articles belong together, which is behind, and what lint says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.article import parse
from kb.library import Library
from kb.lint import lint
from kb.model import Article
from kb.translations import content_digest, root, stale, translations
from tests.unit.kb.conftest import Write


def article(name: str, lang: str = "en", of: str = "", **keys: str) -> Article:
    lines = [f"title: {keys.pop('title', name)}", f"lang: {lang}", *(f"translation_of: {of}" for _ in (of,) if of)]
    lines += [f"{key}: {value}" for key, value in keys.items() if key != "body"]
    text = "---\n" + "\n".join(lines) + f"\n---\n{keys.get('body', 'Text.')}\n"
    found, problems = parse(Path(f"{name}.md"), name, text.encode())
    assert found is not None, problems
    return found


def library(*articles: Article) -> dict[str, Article]:
    return {one.id: one for one in articles}


def test_whichever_is_asked_the_group_is_the_same() -> None:
    articles = library(
        article("a"), article("b", "de", "a"), article("c", "fr", "b"), article("d", "nl"), article("e", "de", "d")
    )
    for name in "abc":
        assert {lang: one.id for lang, one in translations(articles, name).items()} == {"en": "a", "de": "b", "fr": "c"}
    assert list(translations(articles, "d")) == ["de", "nl"]
    assert translations(articles, "nowhere") == {}


def test_only_what_may_be_read_is_named_and_the_group_holds_without_it() -> None:
    articles = library(article("a"), article("b", "de", "a"), article("c", "fr", "b"))
    assert list(translations(articles, "c", lambda one: one.id != "b")) == ["en", "fr"]


def test_of_two_in_a_language_the_one_that_is_asked_for_counts() -> None:
    articles = library(article("a"), article("b", "de", "a"), article("c", "de", "a"))
    assert translations(articles, "a")["de"].id == "b"
    assert translations(articles, "c")["de"].id == "c"


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", *"abcdefg"]), min_size=1))
def test_however_they_are_linked_each_belongs_to_one_group(links: dict[str, str]) -> None:
    articles = library(*(article(name, of=of) for name, of in links.items()))
    for name in articles:
        assert root(articles, root(articles, name)) == root(articles, name)
        assert translations(articles, name)["en"].id == name


def test_the_digest_is_of_what_a_translator_translates() -> None:
    one = article("a", title="A title", summary="In short.", body="Text.")
    assert content_digest(one) == content_digest(
        article("b", "en", title="A title", summary="In short.", tags="[x]", owner="me")
    )
    for changed in ({"title": "Another"}, {"summary": "At length."}, {"body": "Other."}):
        keys = {"title": "A title", "summary": "In short.", "body": "Text."} | changed
        assert content_digest(article("a", **keys)) != content_digest(one)  # type: ignore[arg-type]
    assert len(content_digest(one)) == 12


def test_a_translation_is_stale_when_its_source_has_changed_or_nobody_can_tell() -> None:
    source = article("a")
    fresh = article("b", "de", "a", translated_digest=f'"{content_digest(source)}"')
    assert not stale(fresh, library(source, fresh))
    assert stale(fresh, library(article("a", body="New."), fresh))
    assert stale(article("b", "de", "a"), library(source))
    assert not stale(fresh, {})


# Lint


def told(folder: Path) -> list[tuple[str, str]]:
    problems = lint(Library([folder]))
    return [(p.path.stem, p.code) for p in problems if p.code.startswith(("translation", "front"))]


def put(write: Write, name: str, *lines: str) -> None:
    write(name, "---\ntitle: T\n" + "\n".join(lines) + "\n---\nText.\n")


def test_lint_gives_the_new_digest_and_where_to_look(folder: Path, write: Write) -> None:
    put(write, "a")
    put(write, "b", "lang: de", "translation_of: a", 'translated_digest: "0123456789ab"')
    (problem,) = [problem for problem in lint(Library([folder])) if problem.code == "translation-stale"]
    assert (problem.path.name, problem.line, problem.severity) == ("b.md", 5, "warning")
    assert f'"{content_digest(Library([folder]).articles["a"])}"' in problem.mend
    assert str(folder / "a.md") in problem.mend
    put(write, "b", "lang: de", "translation_of: a", problem.mend.partition("then set ")[2].rstrip("."))
    assert told(folder) == []


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (("lang: de", "translation_of: nowhere"), ["translation-broken"]),
        (("translation_of: a",), ["translation-same-language", "translation-stale"]),
        (("lang: de", "translation_of: b"), ["translation-broken"]),
        (("lang: de", "translation_of: [a]"), ["front-matter-type"]),
        (("lang: de", "translation_of: a", "translated_digest: 123456789012"), ["front-matter-type"]),
        (("lang: de", "translation_of: a", "translated_digest: xyz"), ["front-matter-value"]),
        (("lang: de", "translation_of: a", "status: archived"), []),
    ],
)
def test_lint_names_what_is_wrong(folder: Path, write: Write, lines: tuple[str, ...], codes: list[str]) -> None:
    put(write, "a")
    put(write, "b", *lines)
    assert told(folder) == [("b", code) for code in codes]


def test_lint_finds_circles_twins_and_where_an_article_went(folder: Path, write: Write) -> None:
    put(write, "a", "lang: de", "translation_of: b")
    put(write, "b", "translation_of: a")
    assert {code for _, code in told(folder)} == {"translation-broken"}
    put(write, "a", "redirect_from: [old]")
    put(write, "b", "lang: de", "translation_of: old")
    assert "Did you mean a?" in next(p.mend for p in lint(Library([folder])) if p.code == "translation-broken")
    for name in "bc":
        put(write, name, "lang: de", "translation_of: a")
    assert ("c", "translation-same-language") in told(folder)
    assert ("b", "translation-same-language") not in told(folder)
