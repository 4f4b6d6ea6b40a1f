"""Folders of a cache, one a generation: which is current, whether its files are whole, and the swap from one to the next.
Knows nothing of what the files hold, and must never import an engine.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_MANIFEST = "manifest.json"
_POINTER = "current"
LOCK_SECONDS = 15.0


class BusyError(OSError):
    """Another process holds the folder's lock for too long."""


@dataclass(frozen=True, slots=True)
class Manifest:
    stamp: str
    """What wrote it: schema and analysis."""
    entries: Mapping[str, str]
    """What it holds: id to digest."""


class Generations:
    """Several processes may share the folder: change it under `lock` only."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[Path, tuple[tuple[int, int, int], str]] = {}
        """Digests of files that have not changed since this process read them."""

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Waits in a thread; raises BusyError, or OSError when the folder can't be written."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as file:
            deadline = time.monotonic() + LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise BusyError(f"another process has been writing to {self.root} for long") from None
                    time.sleep(0.05)
            yield

    def current(self) -> Path | None:
        try:
            name = (self.root / _POINTER).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None
        folder = self.root / name
        return folder if name.startswith("generation-") and folder.parent == self.root and folder.is_dir() else None

    def fresh(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="generation-", dir=self.root))

    def seal(self, folder: Path, manifest: Manifest) -> None:
        """Remember what the folder holds and the digest of each of its files."""
        content = {"stamp": manifest.stamp, "entries": dict(manifest.entries), "files": self._digests(folder)}
        _replace(folder / _MANIFEST, json.dumps(content, sort_keys=True))

    def verified(self, folder: Path) -> Manifest | None:
        """What the folder holds; None when a file is missing, added or not as it was written."""
        try:
            content = json.loads((folder / _MANIFEST).read_bytes())
            stamp, entries, files = content["stamp"], content["entries"], content["files"]
            whole = isinstance(stamp, str) and isinstance(entries, dict) and files == self._digests(folder)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return Manifest(stamp, entries) if whole else None

    def publish(self, folder: Path) -> None:
        """From now on this is the current one; the others go."""
        _replace(self.root / _POINTER, folder.name)
        for other in self.root.glob("generation-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def _digests(self, folder: Path) -> dict[str, str]:
        known: dict[Path, tuple[tuple[int, int, int], str]] = {}
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.name != _MANIFEST and not path.name.endswith(("LOCK", ".new")):
                stat = path.stat()
                stamp = stat.st_mtime_ns, stat.st_size, stat.st_ino
                before = self._known.get(path)
                same = before is not None and before[0] == stamp
                known[path] = before if before and same else (stamp, hashlib.sha256(path.read_bytes()).hexdigest())
        self._known = known
        return {path.name: digest for path, (_, digest) in known.items()}


def _replace(path: Path, content: str) -> None:
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
