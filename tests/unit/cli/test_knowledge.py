import json
from pathlib import Path

import pytest

from kb.library import starter_folder

GOOD = """---
title: Borrow the projector
summary: Ask at the front desk; it is lent for a day.
questions:
  - how do i borrow the projector
  - is there a beamer for my talk
status: published
---

The projector is lent for a day. Ask at the front desk, and bring it back charged.

## Return it

Bring the projector back to the front desk with all of its cables.
"""


@pytest.fixture
def articles(here: Path) -> Path:
    folder = here / "articles"
    (folder / "events").mkdir(parents=True)
    (folder / "events" / "projector.md").write_text(GOOD)
    (here / "helpdesk.toml").write_text('[kb]\nfolders = ["articles"]\nstarter = false\n')
    return folder


def test_ask_answers_from_the_starter_articles(run) -> None:
    result = run("ask", "--semantic", "static", "how do I get a mailing list for my project?")
    assert result.exit_code == 0
    assert "mailing-lists/" in result.stdout


def test_ask_for_programs(run, articles: Path) -> None:
    result = run("ask", "--semantic", "static", "--json", "how do i borrow the projector")
    assert result.exit_code == 0
    outcome = json.loads(result.stdout)
    assert outcome["outcome"] == "answer"
    assert outcome["citation"]["article"] == "events/projector"
    assert 0 < outcome["confidence"] <= 1


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_no_answer_is_said_by_the_exit_code(options: tuple[str, ...], run, articles: Path) -> None:
    result = run("ask", "--semantic", "static", *options, "what is the capital of mongolia")
    assert result.exit_code == 1
    if options:
        assert json.loads(result.stdout)["outcome"] == "no-answer"
    else:
        assert result.stdout == ""


def test_search(run, articles: Path) -> None:
    found = json.loads(run("kb", "search", "--json", "cables").stdout)
    assert [hit["article"] for hit in found] == ["events/projector"]
    assert "projector" in run("kb", "search", "cables").stdout
    assert run("kb", "search", "zebra").exit_code == 1


def test_search_understands_queries_and_says_what_may_be_meant(run, articles: Path) -> None:
    found = json.loads(run("kb", "search", "--json", "title:projector -lang:de").stdout)
    assert [hit["article"] for hit in found] == ["events/projector"]
    result = run("kb", "search", "projecter")
    assert result.exit_code == 1
    assert "Did you mean: projector" in result.stderr
    assert "Did you mean" not in run("kb", "search", "projector").stderr


def test_list(run, articles: Path) -> None:
    (listed,) = json.loads(run("kb", "list", "--json").stdout)
    assert (listed["id"], listed["status"]) == ("events/projector", "published")
    assert "Borrow the projector" in run("kb", "list").stdout
    assert json.loads(run("kb", "list", "--json", "--status", "draft").stdout) == []
    assert json.loads(run("kb", "list", "--json", "--topic", "irc").stdout) == []


def test_lint_of_good_articles(run, articles: Path) -> None:
    result = run("kb", "lint")
    assert result.exit_code == 0, result.output
    assert "1 articles: 0 errors" in result.stdout


@pytest.mark.parametrize("path", ["articles", "articles/events/broken.md", None])
def test_lint_names_file_line_and_mend(path: str | None, run, articles: Path) -> None:
    (articles / "events" / "broken.md").write_text(GOOD.replace("status: published", "stauts: published"))
    result = run("kb", "lint", *([path] if path else []))
    assert result.exit_code == 1
    assert "articles/events/broken.md:7: error:" in result.stdout
    (problem, *_) = json.loads(run("kb", "lint", "--json").stdout)
    assert problem["line"] == 7
    assert problem["mend"]


def test_lint_of_one_file_is_silent_about_others(run, articles: Path) -> None:
    (articles / "events" / "broken.md").write_text("no front matter")
    assert run("kb", "lint", "articles/events/projector.md").exit_code == 0
    assert run("kb", "lint").exit_code == 1


def test_lint_of_a_folder_that_is_not_configured(run, here: Path) -> None:
    (here / "other" / "topic").mkdir(parents=True)
    (here / "other" / "topic" / "one.md").write_text(GOOD)
    assert "1 articles: 0 errors" in run("kb", "lint", "other").stdout
    assert run("kb", "lint", "other/topic/one.md").exit_code == 0


def test_a_new_article_is_a_draft_that_lints(run, articles: Path) -> None:
    result = run("kb", "new", "rooms/book-a-room", "--title", 'Book "the big room": how')
    assert result.exit_code == 0
    path = articles / "rooms" / "book-a-room.md"
    assert path.exists()
    assert run("kb", "lint", str(path)).exit_code == 0, run("kb", "lint", str(path)).output
    listed = json.loads(run("kb", "list", "--json", "--status", "draft").stdout)
    assert [(article["id"], article["title"]) for article in listed] == [
        ("rooms/book-a-room", 'Book "the big room": how')
    ]


def test_a_translation_begins_with_the_text_and_its_version(run, articles: Path) -> None:
    result = run(
        "kb",
        "new",
        "events/beamer",
        "--title",
        "Den Beamer leihen",
        "--translation-of",
        "events/projector",
        "--lang",
        "de",
    )
    assert result.exit_code == 0, result.output
    path = articles / "events" / "beamer.md"
    assert run("kb", "lint", str(path)).exit_code == 0, run("kb", "lint", str(path)).output
    assert "translation-stale" not in run("kb", "lint", str(path)).stdout
    written = path.read_text()
    assert 'translation_of: "events/projector"' in written
    assert "\nlang: de\n" in written
    assert written.endswith(GOOD.partition("---\n")[2].partition("---\n")[2].strip() + "\n")
    projector = articles / "events" / "projector.md"
    projector.write_text(projector.read_text() + "\nMore.\n")
    assert "translation-stale" in run("kb", "lint", str(path)).stdout


@pytest.mark.parametrize(
    ("source", "lang", "said"), [("events/nothing", "de", "no article"), ("events/projector", "en", "--lang")]
)
def test_what_can_t_be_translated_is_said(source: str, lang: str, said: str, run, articles: Path) -> None:
    result = run("kb", "new", "a/b", "--title", "x", "--translation-of", source, "--lang", lang)
    assert result.exit_code == 1
    assert said in result.stderr
    assert not (articles / "a").exists()


def test_a_new_article_overwrites_nothing(run, articles: Path) -> None:
    result = run("kb", "new", "events/projector", "--title", "x")
    assert result.exit_code == 1
    assert (articles / "events" / "projector.md").read_text() == GOOD


@pytest.mark.parametrize("name", ["../escape", "/etc/x", "Upper", "a b", "a//b", ""])
def test_what_is_no_address(name: str, run, articles: Path) -> None:
    result = run("kb", "new", "--title", "x", "--", name)
    assert result.exit_code == 1
    assert "lower case letters" in result.stderr


def test_a_new_article_needs_a_folder(run) -> None:
    result = run("kb", "new", "a/b", "--title", "x")
    assert result.exit_code == 1
    assert "--folder" in result.stderr


def test_no_articles_at_all(run, here: Path) -> None:
    (here / "helpdesk.toml").write_text("[kb]\nstarter = false\n")
    for command in (("ask", "x"), ("kb", "list"), ("kb", "lint"), ("kb", "search", "x")):
        result = run(*command)
        assert result.exit_code == 1
        assert "kb.starter = true" in result.stderr


def test_the_starter_articles_have_no_fault(run) -> None:
    result = run("kb", "lint", "--starter")
    assert result.exit_code == 0, result.stdout
    assert len(list(starter_folder().rglob("*.md"))) >= 40
