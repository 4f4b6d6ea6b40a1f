"""Folders of articles, held in memory: load, refresh by digest, watch. One bad file never takes the others down: its last
good version stays and the problem is shown. Must never import an engine.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import threading
import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from stat import S_ISREG
from types import MappingProxyType

import watchfiles

from kb import article
from kb.model import Article, Problem

_SKIPPED = {"readme.md", "license.md"}
_ID = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*")
_RACY_NS = 2_000_000_000
"""A file changed this short a time ago may change again within one tick of the file system's clock: read it anew."""
DEBOUNCE_MS = 100
HEARTBEAT_MS = 1000
FULL_LOOK_BEATS = 10
RETRY_SECONDS = 1.0


def starter_folder() -> Path:
    """The articles that come with the program."""
    return Path(str(resources.files("kb"))) / "articles"


@dataclass(frozen=True, slots=True)
class Changes:
    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    problems: bool = False
    """The problems are others than before."""

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.problems)


@dataclass(frozen=True, slots=True)
class _File:
    """What is known of one file: `stamp` tells without reading whether it changed."""

    stamp: tuple[int, int, int]
    complete: bool
    """It could be read."""
    article: Article | None
    """The last good version."""
    problems: tuple[Problem, ...]


@dataclass
class _Scan:
    files: dict[Path, tuple[str, os.stat_result]] = field(default_factory=dict)
    """Path to article id."""
    unreadable: list[Path] = field(default_factory=list)
    """Folders that could not be listed: what was known below them stays."""
    problems: list[Problem] = field(default_factory=list)


class Library:
    """Thread-safe. Reading is lock-free: a refresh replaces what is read in one step."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(Path(folder).absolute() for folder in folders)
        self._lock = threading.Lock()
        self._files: dict[Path, _File] = {}
        self._articles: Mapping[str, Article] = MappingProxyType({})
        self._redirects: Mapping[str, str] = {}
        self._problems: tuple[Problem, ...] = ()
        self.refresh()

    @property
    def articles(self) -> Mapping[str, Article]:
        """By id; drafts, archived ones and those for volunteers included."""
        return self._articles

    def article(self, article_id: str) -> Article | None:
        """By its id, or by one it had before."""
        found = self._articles.get(article_id)
        return found or self._articles.get(self._redirects.get(article_id, ""))

    def problems(self) -> list[Problem]:
        """What is wrong with the files; `kb.lint` adds what is wrong between articles."""
        return list(self._problems)

    def refresh(self) -> Changes:
        """Read what changed on disk. Never raises for what is wrong with a file or a folder."""
        with self._lock:
            return self._refresh()

    def _refresh(self) -> Changes:
        articles: dict[str, Article] = {}
        problems: list[Problem] = []
        files: dict[Path, _File] = {}
        seen: dict[str, Path] = {}
        for folder in self.folders:
            scan = _scan(folder)
            problems += scan.problems
            for path in self._kept(scan):
                known = self._files[path]
                files[path] = known
                problems += known.problems
                if known.article:
                    scan.files.pop(path, None)
                    articles.setdefault(known.article.id, known.article)
                    seen.setdefault(known.article.id.casefold(), path)
            for path, (article_id, stat) in scan.files.items():
                first = seen.setdefault(article_id.casefold(), path)
                if first != path:
                    problems.append(_duplicate(path, article_id, first))
                    continue
                files[path] = entry = self._read(path, article_id, stat)
                problems += entry.problems
                if entry.article:
                    articles[article_id] = entry.article
        old, old_problems = self._articles, self._problems
        self._files = files
        self._articles = MappingProxyType(articles)
        self._redirects = {
            former: article_id
            for article_id, found in sorted(articles.items(), reverse=True)
            for former in found.redirect_from
        }
        self._problems = tuple(problems)
        return Changes(
            added=frozenset(articles.keys() - old.keys()),
            changed=frozenset(i for i in articles.keys() & old.keys() if articles[i].digest != old[i].digest),
            removed=frozenset(old.keys() - articles.keys()),
            problems=self._problems != old_problems,
        )

    def _kept(self, scan: _Scan) -> Iterator[Path]:
        """Files known before in places that can't be listed now."""
        for path in self._files:
            if path not in scan.files and any(path.is_relative_to(lost) for lost in scan.unreadable):
                yield path

    def _read(self, path: Path, article_id: str, stat: os.stat_result) -> _File:
        known = self._files.get(path)
        stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        settled = time.time_ns() - stat.st_mtime_ns > _RACY_NS
        if known and known.stamp == stamp and settled and known.complete:
            return known
        last_good = known.article if known else None
        if stat.st_size > article.MAX_BYTES:
            source = b" " * (article.MAX_BYTES + 1)  # parse names the problem; the file need not be read
        else:
            try:
                source = path.read_bytes()
            except OSError as error:
                return _File(stamp, False, last_good, (_unreadable(path, error),))
        parsed, problems = article.parse(path, article_id, source)
        return _File(stamp, True, parsed or last_good, problems)

    async def watch(self) -> AsyncGenerator[Changes, None]:
        """Refresh when files change, within 200 ms of a save, and yield what changed; runs until it is cancelled.

        What the watcher missed (a lost event, a change before it began) is found by a full look at the first heartbeat
        and every tenth. When the system has no watches left, looking once a second is what remains.
        """
        while True:
            with contextlib.suppress(OSError, RuntimeError, ExceptionGroup):
                async with contextlib.aclosing(self._events()) as events:
                    async for _ in events:
                        if changes := await asyncio.to_thread(self.refresh):
                            yield changes
            await asyncio.sleep(RETRY_SECONDS)
            if changes := await asyncio.to_thread(self.refresh):
                yield changes

    async def _events(self) -> AsyncGenerator[None, None]:
        """Something may have changed. Ends when another folder stands in the place of a watched one."""
        watched = self._identities()
        notices = watchfiles.awatch(
            *(folder for folder, identity in zip(self.folders, watched, strict=True) if identity),
            watch_filter=None,
            debounce=DEBOUNCE_MS,
            step=25,
            rust_timeout=HEARTBEAT_MS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
        beats = 0
        async with contextlib.aclosing(notices):
            async for changed in notices:
                if changed or beats % FULL_LOOK_BEATS == 0:
                    yield
                beats += not changed
                if self._identities() != watched:
                    return

    def _identities(self) -> list[tuple[int, int] | None]:
        return [_identity(folder) for folder in self.folders]


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        stat = folder.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _scan(folder: Path) -> _Scan:
    """Which files of a folder are articles, without reading them, in a stable order."""
    scan = _Scan()
    try:
        root = folder.resolve(strict=True)
        next(root.iterdir(), None)
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its links go round in a circle"
        scan.problems.append(
            Problem(
                folder, 0, "folder-unreadable", f"The folder can't be read: {reason}.",
                "Create it, or correct its path in the configuration. Articles read before stay.",
            )
        )  # fmt: skip
        scan.unreadable.append(folder)
        return scan

    def lost(error: OSError) -> None:
        path = folder / os.path.relpath(error.filename, root)
        scan.unreadable.append(path)
        scan.problems.append(_unreadable(path, error))

    for where, names, files in os.walk(root, onerror=lost):
        names[:] = sorted(name for name in names if not name.startswith((".", "_")))
        for name in sorted(files):
            if name.startswith((".", "_")) or not name.endswith(".md") or name.lower() in _SKIPPED:
                continue
            _add(scan, folder, root, Path(where, name))
    return scan


def _add(scan: _Scan, folder: Path, root: Path, real: Path) -> None:
    below = real.relative_to(root)
    path = folder / below
    article_id = below.as_posix().removesuffix(".md")
    try:
        if real.is_symlink() and not real.resolve(strict=True).is_relative_to(root):
            scan.problems.append(
                Problem(
                    path, 0, "link-outside", "The file is a link to a place outside its folder.",
                    "Put the file itself here.", "warning",
                )
            )  # fmt: skip
            return
        stat = real.stat()
    except FileNotFoundError:
        return
    except (OSError, RuntimeError) as error:
        scan.unreadable.append(path)
        scan.problems.append(_unreadable(path, error))
        return
    if not S_ISREG(stat.st_mode):
        return
    if not _ID.fullmatch(article_id):
        shown = article_id.encode("utf-8", "replace").decode()
        scan.problems.append(
            Problem(
                path, 0, "file-name", f"{shown!r} can't be part of an address.",
                "Name files and folders with letters, digits, hyphens and dots only.",
            )
        )  # fmt: skip
        return
    scan.files[path] = (article_id, stat)


def _unreadable(path: Path, error: OSError | RuntimeError) -> Problem:
    reason = (error.strerror or "unknown") if isinstance(error, OSError) else "its links go round in a circle"
    return Problem(
        path,
        0,
        "unreadable",
        f"It can't be read: {reason}.",
        "Give the service the right to read it. Its last good version stays.",
    )


def _duplicate(path: Path, article_id: str, first: Path) -> Problem:
    return Problem(
        path, 0, "id-duplicate", f"Another file has the id {article_id}: {first}.",
        "Rename one of them; ids that differ only in upper and lower case count as the same.",
    )  # fmt: skip
