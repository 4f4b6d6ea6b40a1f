"""What survives a restart, a crash in the middle of a line, and a damaged file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridges.matrix.pace import Backoff, patiently
from bridges.matrix.vault import Attempts, Book, Login
from bridges.network import Transient


def test_login_is_private_and_comes_back(tmp_path: Path) -> None:
    assert Login.load(tmp_path) is None
    login = Login("@a:b", "DEVICE", "secret")
    login.save(tmp_path)
    assert Login.load(tmp_path) == login
    assert (tmp_path / "login.json").stat().st_mode & 0o777 == 0o600
    (tmp_path / "login.json").write_text('{"user": "@a')
    assert Login.load(tmp_path) is None


def test_the_room_book_comes_back(tmp_path: Path) -> None:
    book = Book.load(tmp_path)
    book.aliases["#a:b"] = "!1"
    book.invites["!2"] = {"by": "@c:d", "direct": True}
    book.save()
    again = Book.load(tmp_path)
    assert (again.aliases, again.invites, again.direct, again.unread) == (book.aliases, book.invites, {}, [])


def test_unconfirmed_sendings_are_remembered_over_a_crash(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path, now=1000.0)
    attempts.begin("done", 1000.0, "D")
    attempts.begin("open", 1001.0, "D")
    attempts.begin("open", 1009.0, "E")  # the first attempt counts
    attempts.done("done")
    attempts.done("never begun")
    attempts.close()
    with (tmp_path / "sendings.jsonl").open("a") as file:
        file.write('{"key": "ope')  # the crash
    again = Attempts(tmp_path, now=1010.0)
    again.close()
    assert again.earlier("done") is None
    earlier = again.earlier("open")
    assert earlier is not None
    assert (earlier.at, earlier.device) == (1001.0, "D")
    assert len((tmp_path / "sendings.jsonl").read_text().splitlines()) == 1
    late = Attempts(tmp_path, now=1001.0 + Attempts.KEEP + 1)
    late.close()
    assert late.earlier("open") is None


def test_backoff_grows_to_its_cap_and_obeys_the_server() -> None:
    backoff = Backoff(base=1.0, cap=8.0)
    for ceiling in (2.0, 4.0, 8.0, 8.0, 8.0):
        assert 0 <= backoff.next() <= ceiling
    assert backoff.next(100.0) >= 100.0
    backoff.reset()
    assert backoff.next() <= 2.0


async def test_patience_goes_on_until_it_works() -> None:
    troubles: list[str] = []
    answers = [Transient("down"), Transient("still down", 0.0), "up"]

    async def work() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Transient):
            raise answer
        return answer

    assert await patiently(work, troubles.append, Backoff(base=0.001, cap=0.002)) == "up"
    assert troubles == ["down", "still down"]
    with pytest.raises(RuntimeError):
        await patiently(_broken, troubles.append)


async def _broken() -> None:
    raise RuntimeError("a bug")
