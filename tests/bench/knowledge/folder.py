"""Our knowledge base as a service has it: a folder of Markdown files, opened by `KnowledgeBase`, changed while it is watched."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import psutil

from kb.answer import KnowledgeBase
from kb.options import Options, Tier
from tests.bench.knowledge import workload
from tests.bench.knowledge.corpus import Document, documents
from tests.bench.knowledge.row import FolderRow, spread

SAVES = 5
PATIENCE_S = 30
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


def markdown(document: Document) -> str:
    front = {"title": document.title[:150] or "Untitled", "questions": list(document.questions)}
    lines = [f"{key}: {json.dumps(value)}" for key, value in front.items()]  # JSON is YAML
    return "\n".join(["---", *lines, "---", "", document.text.strip() or document.title, ""])


def file_name(document_id: str) -> str:
    parts = (_NOT_IN_NAMES.sub("-", part).lstrip(".-_") or "x" for part in document_id.split("/"))
    return "/".join(parts) + ".md"


def measure(tier: str, corpus: Path, state: Path) -> dict[str, object]:
    files = write(corpus, state / "articles")
    work = workload.read(corpus / "workload.json")
    options = Options(tier=Tier(tier))
    began = time.perf_counter()
    base = KnowledgeBase.open([state / "articles"], state / "state", options)
    first_s = time.perf_counter() - began
    base.wait()
    base.close()
    began = time.perf_counter()
    base = KnowledgeBase.open([state / "articles"], state / "state", options)
    base.answer(work.natural[0])
    open_ms = (time.perf_counter() - began) * 1000
    base.wait()
    try:
        for question in work.natural:
            base.answer(question)
        asked_mb = psutil.Process().memory_info().rss / 1e6
        refreshed = [_refreshed(base, *files[(turn + 1) * len(files) // 20], turn) for turn in range(SAVES)]
        watched = asyncio.run(_watched(base, files[-1 - SAVES :]))
    finally:
        base.close()
    row = FolderRow(tier, len(files), first_s, open_ms, spread(refreshed)[0], spread(watched)[0], asked_mb)
    return asdict(row)


def write(corpus: Path, folder: Path) -> list[tuple[Path, str]]:
    """The files and their titles."""
    written = []
    for document in documents(corpus):
        path = folder / file_name(document.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(markdown(document), "utf-8")
        written.append((path, document.title))
    return written


def _save(path: Path, word: str) -> None:
    path.write_text(f"{path.read_text('utf-8')}\nThe word is {word}.\n", "utf-8")


def _visible(base: KnowledgeBase, word: str, title: str) -> bool:
    """Whether the first article found for its title holds the word, which no other does."""
    return word in base.answer(f"{title} {word}").evidence.matched


def _refreshed(base: KnowledgeBase, path: Path, title: str, turn: int) -> float:
    word = f"zyxomma{turn}"
    began = time.perf_counter()
    _save(path, word)
    base.refresh()
    visible = _visible(base, word, title)
    took = (time.perf_counter() - began) * 1000
    if not visible:
        raise RuntimeError(f"{word} was saved in {path.name} and is not found")
    return took


async def _watched(base: KnowledgeBase, files: list[tuple[Path, str]]) -> list[float]:
    """The first save is the watcher's warming up: it is only known to look when it has told something."""
    changed = asyncio.Event()
    watcher = asyncio.create_task(base.watch(changed.set))
    took = []
    try:
        for turn, (path, title) in enumerate(files):
            word = f"xyzomma{turn}"
            began = time.perf_counter()
            _save(path, word)
            await asyncio.wait_for(
                _until(changed, lambda word=word, title=title: _visible(base, word, title)), PATIENCE_S
            )  # type: ignore[misc]
            took.append((time.perf_counter() - began) * 1000)
    finally:
        watcher.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watcher
    return took[1:]


async def _until(changed: asyncio.Event, visible: Callable[[], bool]) -> None:
    while not visible():
        await changed.wait()
        changed.clear()
