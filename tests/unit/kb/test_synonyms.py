"""Synonyms: the files as people write them, what they give, and what is said about mistakes in them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb.index import stem
from kb.library import Library
from kb.lint import lint
from kb.synonyms import FOLDER, SynonymFiles, Synonyms, parse, problems, shipped, spoken


def _write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def _of(tmp_path: Path, text: str, code: str = "en") -> Synonyms:
    return Synonyms([parse(_write(tmp_path, f"{code}.txt", text))], stem)


def _codes(path: Path) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in parse(path).problems]


def test_a_line_is_words_and_phrases_that_mean_the_same(tmp_path: Path) -> None:
    known = _of(tmp_path, "# a remark\n\nwifi, wi-fi, WLAN, wireless network  # another\nprojector, beamer\n")
    assert known.expand("wlan", "en") == ("wifi",)
    assert known.expand("wifi", "en") == ("wlan",)
    assert known.alternatives(("wifi",), "en") == (("wlan",), ("wireless", "network"))
    assert known.alternatives(("wireless", "network"), "en") == (("wifi",), ("wlan",))
    assert known.expand("beamer", "en") == ("projector",)
    assert known.expand("network", "en") == ()
    assert known.expand("wlan", "de") == ()


def test_words_are_compared_as_the_index_has_them(tmp_path: Path) -> None:
    known = _of(tmp_path, "channels, chans\n")
    assert known.expand(stem("channel"), "en") == (stem("chan"),)


def test_a_phrase_with_a_function_word_is_understood_but_not_looked_for(tmp_path: Path) -> None:
    known = _of(tmp_path, "login, log in, sign in\n")
    assert known.alternatives(("log", "in"), "en") == (("login",),)
    assert known.expand("login", "en") == ()
    assert known.expand("log", "en") == ()


def test_the_longest_phrase_of_a_question_is_read(tmp_path: Path) -> None:
    known = _of(tmp_path, "net, lan\nwireless network, wifi\nwireless network card, wifi card\n")
    said = spoken("My wireless network card is off the net")
    assert [(begin, end) for begin, end, _ in known.read(said, "en")] == [(1, 4), (7, 8)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("wifi\n", [(1, "synonyms-alone")]),
        ("wifi, , wlan\n", [(1, "synonyms-entry")]),
        ("wifi, one two three four five\n", [(1, "synonyms-entry")]),
        ("wifi, " + "w" * 61 + ", wlan\n", [(1, "synonyms-entry")]),
        ("a1, b1\n\nc1, A1\n", [(3, "synonyms-twice")]),
        (", ".join(f"w{n}" for n in range(31)), [(1, "synonyms-many")]),
        ("wifi, wlan\n# only, a remark\n", []),
    ],
)
def test_lint_names_line_and_fault(tmp_path: Path, text: str, found: list[tuple[int, str]]) -> None:
    path = _write(tmp_path, "en.txt", text)
    assert _codes(path) == found
    assert problems(tmp_path) == list(parse(path).problems)


def test_lint_reads_the_synonyms_of_a_folder_of_articles(tmp_path: Path) -> None:
    path = _write(tmp_path, "en.txt", "a1, b1\nc1\n")
    assert [(found.path, found.line, found.code) for found in lint(Library([tmp_path]))] == [
        (path, 2, "synonyms-alone")
    ]


@pytest.mark.parametrize(
    ("name", "source", "code"),
    [
        ("english.txt", b"a1, b1", "synonyms-name"),
        ("en.txt", b"a1, \xff", "encoding"),
        ("en.txt", b"a1, b1\n" * 50_000, "too-large"),
    ],
)
def test_a_file_that_can_t_be_used_gives_nothing(tmp_path: Path, name: str, source: bytes, code: str) -> None:
    read = parse(_write(tmp_path, name, source))
    assert [problem.code for problem in read.problems] == [code]
    assert read.lines == ()


def test_what_is_saved_counts_at_once(tmp_path: Path) -> None:
    files = SynonymFiles([tmp_path], stem)
    assert files.current().expand("zorb", "en") == ()
    path = _write(tmp_path, "en.txt", "zorb, sphere\n")
    assert files.current().expand("zorb", "en") == ("sphere",)
    assert files.current() is files.current()
    path.write_text("zorb, globe\n")
    os.utime(path, ns=(1, 1))
    assert files.current().expand("zorb", "en") == (stem("globe"),)
    path.unlink()
    assert files.current().expand("zorb", "en") == ()


def test_the_community_s_own_add_to_ours(tmp_path: Path) -> None:
    _write(tmp_path, "en.txt", "wlan, airwaves\n")
    assert set(SynonymFiles([tmp_path], stem).current().expand("wlan", "en")) >= {"wifi", stem("airwaves")}


def test_ours_are_in_order_and_say_something() -> None:
    files = sorted(shipped().glob("*.txt"))
    assert [file.stem for file in files] == ["de", "en"]
    for file in files:
        assert parse(file).problems == ()
    known = SynonymFiles([], stem).current()
    assert stem("wifi") in known.expand(stem("wlan"), "en")
    assert stem("kennwort", "de") in known.expand(stem("passwort", "de"), "de")
