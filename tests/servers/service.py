"""The whole service in a process of its own, `helpdesk run`, that can be ended in order, killed, and started again.

It is synchronised by its log: `logged` waits for an event the service writes, such as `ready` or `network stopped`.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from tests.servers.irc import free_port

REPOSITORY = Path(__file__).resolve().parents[2]


@cache
def _indexed() -> Path:
    """Where the first service's index of the starter articles is kept for those that start after it."""
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-index-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / "kb"


def toml(value: Any) -> str:
    """A value as TOML, tables inline: what a configuration for a test needs."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)


class Helpdesk:
    """`tables` are the configuration's; the website's port is chosen once and kept over restarts."""

    def __init__(self, folder: Path, **tables: Any) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.file = folder / "helpdesk.toml"
        web = {"port": free_port()} | tables.pop("web", {})
        self.url = f"http://127.0.0.1:{web['port']}"
        general = {"state": "state", "log_format": "json"} | tables.pop("helpdesk", {})
        # The small model: the large one would read the articles for half a minute beside each test.
        articles = {"semantic": "static"} | tables.pop("kb", {})
        config = {"helpdesk": general, "web": web, "kb": articles} | tables
        folder.mkdir(parents=True, exist_ok=True)
        self.file.write_text("".join(f"{name} = {toml(table)}\n" for name, table in config.items()))
        self.log: list[dict[str, Any]] = []
        """Of all its runs."""
        self._looked_at = 0
        self._news = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None

    def start(self, timeout: float = 60) -> None:
        """Return when it is ready: the website open, the networks on their way."""
        if _indexed().exists() and not (self.state / "kb").exists():
            shutil.copytree(_indexed(), self.state / "kb")
        self._looked_at = len(self.log)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "helpdesk", "-c", str(self.file), "run"],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        self.logged("ready", timeout)

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None
        with process.stderr:
            for raw in process.stderr:
                line = raw.decode("utf-8", "replace").rstrip()
                entry: dict[str, Any] = {"event": line, "level": "raw"}
                with suppress(ValueError):
                    entry = json.loads(line)
                with self._news:
                    self.log.append(entry)
                    self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def logged(self, event: str, timeout: float = 30, **fields: Any) -> dict[str, Any]:
        """The next entry of the log that is this event, with these fields. Blocks: use `asyncio.to_thread`."""
        deadline = time.monotonic() + timeout
        with self._news:
            while True:
                while self._looked_at < len(self.log):
                    entry = self.log[self._looked_at]
                    self._looked_at += 1
                    if entry.get("event") == event and fields.items() <= entry.items():
                        return entry
                left = deadline - time.monotonic()
                ended = self._process is None or self._process.poll() is not None
                if left <= 0 or (ended and self._reader is not None and not self._reader.is_alive()):
                    raise AssertionError(f"the service never logged {event!r}; last: {self.log[-8:]}")
                self._news.wait(min(left, 1))

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def troubles(self) -> list[dict[str, Any]]:
        """What it logged as an error, and every traceback."""
        return [e for e in self.log if e.get("level") in ("error", "critical", "raw") or "exception" in e]

    def stop(self) -> None:
        """In order, as on SIGTERM. Its exit code must be 0."""
        if self._process is not None:
            process, self._process = self._process, None
            process.send_signal(signal.SIGTERM)
            code = process.wait(30)
            self._join()
            assert code == 0, (code, self.log[-8:])
            if not _indexed().exists():
                shutil.copytree(self.state / "kb", _indexed())

    def kill(self) -> None:
        """As a crash: no goodbye."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.wait(30)
            self._join()

    def _join(self) -> None:
        assert self._reader is not None
        self._reader.join(10)

    def restart(self, *, crash: bool = False) -> None:
        if crash:
            self.kill()
        else:
            self.stop()
        self.start()

    def command(self, *arguments: str) -> str:
        """`helpdesk ARGUMENTS` on this service's configuration; what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "helpdesk", "-c", str(self.file), *arguments],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done
        return done.stdout
