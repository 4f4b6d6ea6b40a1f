from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb import article, library
from kb.library import Library

GOOD = "---\ntitle: {}\n---\nText.\n"
Write = Callable[..., Path]


def codes(held: Library) -> list[str]:
    return sorted(problem.code for problem in held.problems())


def test_ids_are_paths_and_other_files_are_ignored(folder: Path, write: Write) -> None:
    for name in ("one", "topic/two", "README", "topic/readme", "_draft", ".hidden", "_x/three", ".git/four"):
        write(name, GOOD.format(name))
    (folder / "LICENSE").write_text("text")
    (folder / "picture.png").write_bytes(b"\x89")
    held = Library([folder])
    assert set(held.articles) == {"one", "topic/two"}
    assert held.problems() == []


def test_a_bad_file_keeps_its_last_good_version_and_the_others(folder: Path, write: Write) -> None:
    write("a", GOOD.format("First"))
    write("b", GOOD.format("Other"))
    held = Library([folder])
    write("a", "---\ntitle: [broken\n---\n")
    changes = held.refresh()
    assert changes.problems
    assert not changes.changed
    assert held.articles["a"].title == "First"
    assert [(p.path.name, p.code) for p in held.problems()] == [("a.md", "front-matter-yaml")]
    write("a", GOOD.format("Second"))
    assert held.refresh().changed == {"a"}
    assert held.articles["a"].title == "Second"
    assert held.problems() == []


def test_a_new_bad_file_takes_nothing_down(folder: Path, write: Write) -> None:
    write("a", GOOD.format("A"))
    write("bad", b"\xff\xfe")
    held = Library([folder])
    assert set(held.articles) == {"a"}
    assert codes(held) == ["encoding"]


def test_refresh_says_what_changed(folder: Path, write: Write) -> None:
    write("a", GOOD.format("A"))
    write("b", GOOD.format("B"))
    held = Library([folder])
    assert not held.refresh()
    write("b", GOOD.format("B2"))
    write("c", GOOD.format("C"))
    (folder / "a.md").unlink()
    changes = held.refresh()
    assert (changes.added, changes.changed, changes.removed) == ({"c"}, {"b"}, {"a"})


def test_a_change_within_one_tick_of_the_clock_and_of_equal_size_is_seen(folder: Path, write: Write) -> None:
    path = write("a", GOOD.format("A"))
    held = Library([folder])
    stat = path.stat()
    path.write_text(GOOD.format("B"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert held.refresh().changed == {"a"}


def test_ids_twice_and_differing_in_case(tmp_path: Path) -> None:
    for name, file in (("x", "topic/a"), ("y", "topic/a"), ("y", "Topic/A"), ("y", "b")):
        path = tmp_path / name / f"{file}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GOOD.format(f"{name}/{file}"))
    held = Library([tmp_path / "x", tmp_path / "y"])
    assert held.articles["topic/a"].title == "x/topic/a"
    assert set(held.articles) == {"topic/a", "b"}
    assert codes(held) == ["id-duplicate", "id-duplicate"]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path, folder: Path, write: Write) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text(GOOD.format("Secret"))
    write("real", GOOD.format("Real"))
    (folder / "file.md").symlink_to(outside / "secret.md")
    (folder / "folder").symlink_to(outside)
    (folder / "inside.md").symlink_to(folder / "real.md")
    (folder / "loop.md").symlink_to(folder / "loop.md")
    held = Library([folder])
    assert set(held.articles) == {"real", "inside"}
    assert codes(held) == ["link-outside", "unreadable"]


def test_a_folder_given_by_a_link_is_read(tmp_path: Path, folder: Path, write: Write) -> None:
    write("a", GOOD.format("A"))
    (tmp_path / "link").symlink_to(folder)
    held = Library([tmp_path / "link"])
    assert held.articles["a"].path == tmp_path / "link" / "a.md"


def test_too_large_a_file_is_a_problem(folder: Path, write: Write) -> None:
    write("a", GOOD.format("A") + "x" * article.MAX_BYTES)
    assert codes(Library([folder])) == ["too-large"]


def test_a_name_that_is_no_address_is_a_problem(folder: Path, write: Write) -> None:
    for name in ("with space", "a#b", "ümlaut"):
        write(name, GOOD.format("A"))
    (folder / os.fsdecode(b"\xff.md")).write_text(GOOD.format("A"))
    held = Library([folder])
    assert set(held.articles) == {"ümlaut"}
    assert codes(held) == ["file-name"] * 3


def test_a_folder_that_vanishes_keeps_its_articles(folder: Path, write: Write) -> None:
    write("a", GOOD.format("A"))
    held = Library([folder])
    shutil.rmtree(folder)
    assert held.refresh()
    assert "a" in held.articles
    assert codes(held) == ["folder-unreadable"]
    folder.mkdir()
    assert held.refresh().removed == {"a"}


def test_an_unreadable_file_keeps_its_last_good_version(folder: Path, write: Write) -> None:
    path = write("a", GOOD.format("A"))
    held = Library([folder])
    path.unlink()
    path.symlink_to(path)
    held.refresh()
    assert held.articles["a"].title == "A"
    assert codes(held) == ["unreadable"]


def test_a_former_id_leads_to_the_article(folder: Path, write: Write) -> None:
    write("new", "---\ntitle: A\nredirect_from: [old/name]\n---\n")
    held = Library([folder])
    assert held.article("old/name") is held.articles["new"]
    assert held.article("nothing") is None


async def seen(held: Library, what: Callable[[], bool]) -> float:
    """Watch until it holds; how long it took."""
    began = time.monotonic()
    async with asyncio.timeout(20):
        async with contextlib.aclosing(held.watch()) as changes:
            async for _ in changes:
                if what():
                    break
    return time.monotonic() - began


async def test_watch_outlives_a_folder_that_goes_and_comes(
    folder: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "HEARTBEAT_MS", 100)
    monkeypatch.setattr(library, "RETRY_SECONDS", 0.05)
    held = Library([folder])
    shutil.rmtree(folder)
    await seen(held, lambda: codes(held) == ["folder-unreadable"])
    write("a", GOOD.format("A"))
    await seen(held, lambda: "a" in held.articles)
    assert held.problems() == []


async def test_watch_looks_by_itself_when_the_system_has_no_watches(
    folder: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(library.watchfiles, "awatch", refuse)
    monkeypatch.setattr(library, "RETRY_SECONDS", 0.05)
    held = Library([folder])
    write("a", GOOD.format("A"))
    await seen(held, lambda: "a" in held.articles)
