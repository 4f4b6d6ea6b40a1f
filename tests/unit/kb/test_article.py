from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import article, markup
from kb.lint import lint
from kb.model import Article, Audience, Problem, Section, Status
from kb.render import article_html

PATH = Path("a.md")
FULL = """\
---
title: Ask for a list
summary: One line.
questions:
  - how do I get a list
  - how do I get a list
tags: [Lists, new]
lang: pt-BR
audience: volunteers
status: draft
owner: the lists team
review_by: 2027-03-31
redirect_from: [old/name.md, /other]
---
The top.

## First steps {#first}

One.

### Details

Two.

## Details

```
## not a heading
```

Setext
------

Three.
"""


def parse(text: str) -> tuple[Article | None, tuple[Problem, ...]]:
    return article.parse(PATH, "topic/a", text.encode())


def good(text: str) -> Article:
    found, problems = parse(text)
    assert found is not None, problems
    return found


def front(*lines: str) -> str:
    return "\n".join(["---", *lines, "---", "Text.", ""])


def test_everything_is_read() -> None:
    found, problems = parse(FULL)
    assert problems == ()
    assert found is not None
    assert (found.title, found.summary, found.lang, found.owner) == (
        "Ask for a list",
        "One line.",
        "pt-BR",
        "the lists team",
    )
    assert found.questions == ("how do I get a list",)
    assert found.tags == ("lists", "new")
    assert (found.audience, found.status) == (Audience.VOLUNTEERS, Status.DRAFT)
    assert found.review_by == date(2027, 3, 31)
    assert found.redirect_from == ("old/name", "other")
    assert found.topic == "topic"


def test_sections_have_unique_anchors_paths_and_lines() -> None:
    sections = good(FULL).sections
    assert [s.anchor for s in sections] == ["", "first", "details", "details-2", "setext"]
    assert sections[2].path == ("First steps", "Details")
    assert sections[3].path == ("Details",)
    assert [s.level for s in sections] == [0, 2, 3, 2, 2]
    lines = FULL.split("\n")
    assert lines[sections[1].line - 1] == "## First steps {#first}"
    assert lines[sections[4].line - 1] == "Setext"
    assert sections[3].text == "## not a heading"
    assert sections[0].text == "The top."


def test_an_explicit_anchor_is_not_taken_by_an_earlier_heading() -> None:
    found = good(front("title: A") + "## Same\n\n## Other {#same}\n")
    assert [s.anchor for s in found.sections] == ["", "same-2", "same"]


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        (["title: A", "colour: red"], "front-matter-key", 3),
        (["title: A", "tags: lists"], "front-matter-type", 3),
        (["title: A", "questions: [1]"], "front-matter-type", 3),
        (["title: 2024"], "front-matter-type", 2),
        (["summary: x"], "title-missing", 1),
        (["title:"], "title-missing", 2),
        (["title: A", "summary: " + "x" * 301], "summary-long", 3),
        (["title: A", "review_by: soon"], "front-matter-date", 3),
        (["title: A", "review_by: 2027-02-30"], "front-matter-date", 3),
        (["title: A", "status: done"], "front-matter-value", 3),
        (["title: A", "audience: all"], "front-matter-value", 3),
        (["title: A", "lang: english!"], "front-matter-value", 3),
        (["title: A", "title: B"], "front-matter-twice", 3),
        (["title: how: now"], "front-matter-yaml", 2),
        (["- title"], "front-matter-yaml", 2),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_mend(lines: list[str], code: str, line: int) -> None:
    found, problems = parse(front(*lines))
    assert found is None
    assert [(p.code, p.line, p.severity) for p in problems] == [(code, line, "error")]
    assert problems[0].mend


def test_front_matter_must_be_there_and_end() -> None:
    assert parse("# Hello")[1][0].code == "front-matter-missing"
    assert parse("---\ntitle: A\n")[1][0].code == "front-matter-open"
    assert parse("")[1][0].code == "front-matter-missing"


def test_a_summary_may_have_300_characters() -> None:
    assert len(good(front("title: A", "summary: " + "x" * 300)).summary) == 300


def test_wrong_bytes_and_too_many_of_them() -> None:
    found, problems = article.parse(PATH, "a", b"---\ntitle: \xff\n---\n")
    assert found is None
    assert (problems[0].code, problems[0].line) == ("encoding", 2)
    found, problems = article.parse(PATH, "a", b"x" * (article.MAX_BYTES + 1))
    assert found is None
    assert problems[0].code == "too-large"


def test_a_first_level_heading_warns_and_is_taken() -> None:
    found, problems = parse(front("title: A") + "# A\n")
    assert found is not None
    assert [(p.code, p.severity) for p in problems] == [("heading-title", "warning")]


def test_windows_line_ends_and_a_byte_order_mark() -> None:
    found, _ = article.parse(PATH, "a", b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert found is not None
    assert found.sections == good(FULL).sections


def test_plain_text_says_what_readers_see() -> None:
    text = "A **bold** [label](https://x.example/) and `code **x**`, <b>tags</b>.\n\n> quoted\n\n| a | b |\n|---|---|\n| c | d |\n\n1. step"
    assert markup.plain(text).split("\n") == ["A bold label and code **x**, tags.", "quoted", "a b", "c d", "step"]


@given(st.binary(max_size=400))
def test_no_bytes_raise(source: bytes) -> None:
    found, problems = article.parse(PATH, "a", source)
    assert (found is None) == any(p.severity == "error" for p in problems)


YAMLISH = st.text(alphabet=st.sampled_from("abt:-[]{}#&*!|>'\"%@`,?=~0123456789. \n"), max_size=80)


@given(YAMLISH)
def test_no_front_matter_raises(text: str) -> None:
    found, problems = parse(f"---\ntitle: A\n{text}\n---\nText.\n")
    assert found is not None or problems


@given(st.text(alphabet=st.sampled_from("#-=`~[](){}<>!|*_1.\\ \n\tabé&:\"'"), max_size=300))
def test_any_body_becomes_sections_that_lint_and_render(body: str) -> None:
    found = good("---\ntitle: A\nsummary: s\nquestions: [q]\n---\n" + body)
    anchors = [s.anchor for s in found.sections]
    assert len(set(anchors)) == len(anchors)
    assert anchors[0] == ""
    lint([found], today=date(2026, 1, 1))
    html = article_html(found)
    assert all(f' id="{_escaped(anchor)}"' in html for anchor in anchors if anchor)
    assert _sections_again(found) == found.sections


def _escaped(anchor: str) -> str:
    return anchor.replace("&", "&amp;").replace('"', "&quot;")


def _sections_again(found: Article) -> tuple[Section, ...]:
    return good("---\ntitle: A\nsummary: s\nquestions: [q]\n---\n" + found.markdown).sections


@pytest.mark.parametrize(
    "piece",
    ["[", "![](", "*a", "_a ", "`", "<a", "[a](", "| -", "#", "> ", "- ", "1. ", " ", "\\", "!!! ", "{#a", "~~~\n"],
)
@pytest.mark.timeout(20)
def test_absurd_repetition_is_read_in_linear_time(piece: str) -> None:
    found = good(front("title: A") + piece * (200_000 // len(piece)) + "x\n\n## " + piece * 20_000 + "x\n")
    lint([found], today=date(2026, 1, 1))
