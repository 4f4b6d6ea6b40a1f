from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import article
from kb.chat import FIRST, MAX_PARTS, PORTION, chat_parts, inline, sentences, size, wrap
from kb.index import analyse
from kb.model import Article


def parsed(body: str, summary: str = "") -> Article:
    text = f"---\ntitle: A\nsummary: '{summary}'\n---\n{body}"
    found, problems = article.parse(Path("a.md"), "a", text.encode())
    assert found is not None, problems
    return found


def link(target: str) -> str:
    return target if target.startswith("https://") else ""


def parts(body: str, question: str = "", *, anchor: str = "", summary: str = "") -> tuple[str, ...]:
    found = parsed(body, summary)
    section = found.section(anchor)
    assert section is not None
    return chat_parts(found, section, analyse(question), analyse, link)


LONG = " ".join(f"Sentence number {n} speaks of thing{n} at some length and then comes to its end." for n in range(20))


def test_the_summary_comes_first_then_the_article() -> None:
    said = parts("Intro.\n\n## Steps\n\n1. One\n2. Two\n", summary="Do *it* with **care**.")
    assert said == ("Do it with **care**.", "Intro.\n**Steps**\n1. One\n2. Two")


def test_a_short_section_is_said_whole() -> None:
    assert parts("Top.\n\n## Steps\n\nFirst:\n\n- one\n- two\n", anchor="steps") == ("First:\n- one\n- two",)


def test_of_a_long_section_the_best_sentences_come_first_and_nothing_is_lost() -> None:
    said = parts(f"## S\n\n{LONG}", "what about thing13", anchor="s")
    assert "thing13" in said[0]
    assert len(said[0]) <= FIRST
    assert {f"thing{n}" for n in range(20)} <= set(re.findall(r"thing\d+", " ".join(said)))
    assert all(len(part) <= PORTION for part in said)


def test_steps_begin_with_the_first() -> None:
    steps = "\n".join(f"{n}. Step {n} does a thing called thing{n} which takes a while." for n in range(1, 20))
    assert parts(f"## S\n\n{steps}", "thing3", anchor="s")[0].startswith("1. Step 1")


def test_a_portion_holds_as_many_bytes_whatever_the_script() -> None:
    text = " ".join(f"Предложение номер {n} говорит о вещи{n} довольно долго." for n in range(40))
    for said in (parts(f"## S\n\n{text}", "вещи13", anchor="s"), parts(text, summary=text[:290])):
        assert len(said[0].encode()) <= FIRST * 3 // 2
        assert all(len(part.encode()) <= PORTION * 3 // 2 for part in said)
    assert " ".join(parts("", summary=text[:290])) == text[:290].rstrip()


def test_an_article_is_told_to_its_end() -> None:
    many = parts(" ".join([LONG] * 8), summary="Short.")
    assert len(many) > 12
    assert many[-1].endswith("its end.")
    book = parts(" ".join([LONG] * 40), summary="Short.")
    assert (len(book), book[-1]) == (MAX_PARTS, "…")


def test_markup_is_reduced_to_what_chat_knows() -> None:
    assert inline("*i* __b__ **bold** `a *b*` [l](https://x.example/) [m](b.md) ![pic](x.png) <b>x</b> \\*", link) == (
        "i b **bold** `a *b*` [l](https://x.example/) m pic x *"
    )


def test_code_lines_tables_and_notes() -> None:
    said = parts(
        "## S\n\n```sh\nmake run\n```\n\n| a | b |\n|---|---|\n| c | `d` |\n\n> quoted\n\n!!! note\n    Mind.\n",
        anchor="s",
    )
    assert said == ("`make run`\n- c – `d`\nquoted\nMind.",)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three? Four", 4),
        ("See e.g. the list. Next.", 2),
        ("Use v1.3. Then `x`.", 2),
        ("At 6 p.m. we go.", 1),
        ("Erst so. Über Nacht warten. «Да.» Потом это.", 4),
        ("Nimm z.B. Matrix. Das geht.", 2),
        ("", 0),
    ],
)
def test_sentences_end_where_they_end(text: str, count: int) -> None:
    found = sentences(text)
    assert len(found) == count
    assert " ".join(found) == text


def test_an_article_without_any_text_still_says_something() -> None:
    assert parts("") == ("A",)


@given(st.text(alphabet=st.sampled_from("ab .!?`*[]()\n-1#|>~_\\<"), max_size=600), st.integers(20, 80))
def test_wrapping_keeps_every_word(text: str, limit: int) -> None:
    lines = wrap(text, limit)
    assert all(len(line) <= limit for line in lines)
    assert all(line.strip() for line in lines)
    if all(len(word) <= limit for word in text.split()) and not re.search(r"[`*\[]", text):
        assert " ".join(lines).split() == text.split()


@given(st.text(alphabet=st.sampled_from("abcdéж日 .!?`*[]()\n-1#|>~_\\<:/"), max_size=1500), st.text(max_size=20))
def test_any_section_becomes_parts_within_their_bounds(body: str, question: str) -> None:
    found = parsed(body)
    for section in found.sections:
        said = chat_parts(found, section, analyse(question), analyse, link)
        assert said
        assert size(said[0]) <= FIRST
        assert all(0 < size(part) <= PORTION and part.strip() for part in said)
        assert all(part.count("`") % 2 == 0 for part in said)
