"""What was begun and not confirmed, over restarts."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bridges.irc.attempts import Attempt, Attempts, digest
from bridges.irc.past import Mark

AT = datetime.now(UTC)


def attempt(at: datetime = AT) -> Attempt:
    return Attempt("#help", Mark(at, "m1", at), (digest("hello"), digest("world")), "c1")


def test_what_is_open_is_known_after_a_crash(tmp_path: Path) -> None:
    first = Attempts(tmp_path)
    first.begin("k1", attempt(), keep=True)
    first.begin("k2", attempt(), keep=True)
    first.begin("k3", attempt(), keep=False)
    first.done("k2")
    first.close()  # as a crash does
    again = Attempts(tmp_path)
    found = again.get("k1")
    assert found is not None
    assert (found.place, found.since, found.lines, found.connection) == ("#help", attempt().since, attempt().lines, "")
    assert again.get("k2") is None
    assert again.get("k3") is None


def test_the_file_is_private_holds_no_words_and_does_not_grow_for_ever(tmp_path: Path) -> None:
    for n in range(50):
        one = Attempts(tmp_path)
        one.begin(f"k{n}", attempt(), keep=True)
        one.done(f"k{n}")
        one.close()
    Attempts(tmp_path).get("k0")
    (file,) = tmp_path.glob("irc-sendings*")
    assert file.read_text() == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    one = Attempts(tmp_path)
    one.begin("k", attempt(), keep=True)
    one.close()
    assert "hello" not in file.read_text()


def test_old_and_damaged_lines_are_borne(tmp_path: Path) -> None:
    one = Attempts(tmp_path)
    one.begin("old", attempt(AT - timedelta(days=30)), keep=True)
    one.begin("new", attempt(), keep=True)
    one.close()
    file = tmp_path / "irc-sendings.jsonl"
    file.write_text(file.read_text() + '{"key": "x", "at": 3}\n{"key"\n[1]\n{"key": "new2", "pla')
    again = Attempts(tmp_path)
    assert again.get("old") is None
    assert again.get("new") is not None
    assert again.get("x") is None
