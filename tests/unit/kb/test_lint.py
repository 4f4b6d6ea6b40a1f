from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.library import Library
from kb.lint import lint

TODAY = date(2026, 6, 1)
HEAD = "---\ntitle: A\nsummary: s\nquestions: [q {}]\n{}---\n"
Write = Callable[..., Path]


def head(name: str, more: str = "") -> str:
    return HEAD.format(name, more)


def found(folder: Path) -> list[tuple[str, int, str]]:
    return [(problem.code, problem.line, problem.severity) for problem in lint(Library([folder]), today=TODAY)]


def test_the_small_library_is_clean(filled: Path) -> None:
    assert lint(Library([filled]), today=TODAY) == []


@pytest.mark.parametrize(
    ("line", "code", "severity"),
    [
        ("[x](missing.md)", "link-broken", "error"),
        ("[x](../b.md#nowhere)", "anchor-broken", "error"),
        ("[x](#nowhere)", "anchor-broken", "error"),
        ("[x](/kb/b)", "link-absolute", "error"),
        ("[x](b.html)", "link-target", "error"),
        ("[x](javascript:alert)", "link-scheme", "error"),
        ("[x]: missing.md", "link-broken", "error"),
        ("![x](missing.png)", "image-missing", "error"),
        ("![x](https://x.example/y.png)", "image-outside", "error"),
        ("![](../pic.png)", "image-description", "warning"),
        ("[x](../draft.md)", "link-unpublished", "warning"),
        ("[x](../private.md)", "link-volunteers", "warning"),
        ("#### Deep", "heading-skip", "warning"),
        ("# Title", "heading-title", "warning"),
    ],
)
def test_what_is_wrong_in_the_text(folder: Path, write: Write, line: str, code: str, severity: str) -> None:
    write("topic/a", head("a") + f"Text.\n\n## Here\n\n{line}\n")
    write("b", head("b") + "Text.\n\n## There\n")
    write("draft", head("d", "status: draft\n") + "Text.\n")
    write("private", head("p", "audience: volunteers\n") + "Text.\n")
    (folder / "pic.png").write_bytes(b"\x89")
    assert found(folder) == [(code, 10, severity)]


@pytest.mark.parametrize(
    "line",
    ["[x](../b.md)", "[x](../b.md#there)", "[x](#here)", "[x](https://x.example/a.md)", "[x](mailto:a@x.example)",
     "<a@x.example>", "![pic](../pic.png)", "`[x](missing.md)`", "```\n[x](missing.md)\n```", "[x](<../b.md>)"],
)  # fmt: skip
def test_what_is_right_in_the_text(folder: Path, write: Write, line: str) -> None:
    write("topic/a", head("a") + f"Text.\n\n## Here\n\n{line}\n")
    write("b", head("b") + "Text.\n\n## There\n")
    (folder / "pic.png").write_bytes(b"\x89")
    assert found(folder) == []


def test_a_broken_link_suggests_what_was_meant(folder: Path, write: Write) -> None:
    write("topic/a", head("a") + "[x](mailing-list.md) [y](former.md) [z](mailing-lists.md#hedding)\n")
    write("topic/mailing-lists", head("m", "redirect_from: [topic/former]\n") + "Text.\n\n## Heading\n")
    mends = [problem.mend for problem in lint(Library([folder]), today=TODAY)]
    assert mends == [
        "Did you mean #heading?",
        "Did you mean topic/mailing-lists.md?",
        "Did you mean topic/mailing-lists.md?",
    ]


def test_front_matter_that_makes_an_article_hard_to_find(folder: Path, write: Write) -> None:
    write("a", "---\ntitle: A\nreview_by: 2026-05-31\n---\nText.\n")
    write("b", "---\ntitle: B\nreview_by: 2026-06-01\nsummary: s\nquestions: [q]\n---\n")
    assert found(folder) == [
        ("questions-none", 0, "warning"),
        ("summary-none", 0, "warning"),
        ("review-due", 3, "warning"),
        ("body-empty", 0, "warning"),
    ]


def test_redirects(folder: Path, write: Write) -> None:
    write("a", head("a", "redirect_from: [b, gone]\n") + "Text.\n")
    write("b", head("b", "redirect_from: [older]\n") + "Text.\n")
    write("c", head("c", "redirect_from: [gone]\n") + "Text.\n")
    problems = lint(Library([folder]), today=TODAY)
    assert [(p.path.stem, p.code, p.line) for p in problems] == [
        ("a", "redirect-taken", 5),
        ("c", "redirect-duplicate", 5),
    ]
    assert "chain" in problems[0].message


def test_the_same_question_in_two_articles(folder: Path, write: Write) -> None:
    write("a", head("same") + "Text.\n")
    write("b", head("SAME").replace("[q SAME", "['Q SAME ?'") + "Text.\n")
    write("c", head("same", "status: archived\n") + "Text.\n")
    assert [(p.path.stem, p.code, p.line) for p in lint(Library([folder]), today=TODAY)] == [
        ("b", "question-duplicate", 4)
    ]


def test_the_librarys_own_problems_come_with_it(folder: Path, write: Write) -> None:
    write("a", "no front matter")
    assert found(folder) == [("front-matter-missing", 1, "error")]


def test_every_code_is_in_the_documentation() -> None:
    root = Path(__file__).parents[3]
    source = "".join(
        (root / "kb" / f"{name}.py").read_text("utf-8") for name in ("article", "library", "lint", "answer", "synonyms")
    )
    codes = set(re.findall(r'"([a-z]+(?:-[a-z]+)+|encoding|unreadable)"', source)) - {"utf-8", "utf-8-sig"}
    page = (root / "docs" / "articles.md").read_text("utf-8")
    assert codes == set(re.findall(r"^\| `([a-z-]+)` \| (?:error|warning) \|", page, re.MULTILINE))
