"""`python -m bridges.irc`: the desk's own IRC client at a terminal, for operators in trouble and for tests.

Events come out and actions go in as JSON lines; docs/networks/irc.md shows both. Ends at the end of its input, once all
that was asked is confirmed or refused, or with exit code 1 when there is no reaching the server.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import re
import signal
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from bridges.events import Action, Event
from bridges.irc.jsonlines import action, encode
from bridges.irc.network import IrcNetwork
from bridges.irc.settings import IrcSettings
from bridges.network import Context, Health, Misconfigured, NetworkError, Transient

_LINE_LIMIT = 1_000_000
_TICK = 0.5
_VALUES = {
    "ca_file": "a private authority's certificate (PEM)",
    "tls_fingerprint": "SHA-256 of the server's certificate: take this one and no other",
    "client_cert": "our own certificate (PEM, with its key)",
    "client_key": "the key of --client-cert, when it is in a file of its own",
    "proxy": "socks5://[user@]host:port",
    "proxy_password_file": "the proxy user's password",
    "sasl_user": "the services account",
    "sasl_password_file": "the account's password",
    "sasl_password_env": "the environment variable that holds it, instead",
    "nickserv": "the services' nick, or nick@server",
    "nickserv_password_file": "what to tell NickServ where there is no SASL",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bridges.irc",
        description="Connect to an IRC server; print events and read actions as JSON lines.",
        epilog='Actions: {"say": "#room", "text": "hello"} or {"do": "React", "room": "#room", "target": "…", "key": "+1"}',
        allow_abbrev=False,
    )
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, help="6697, or 6667 with --no-tls")
    parser.add_argument("--nick", required=True)
    parser.add_argument("--tls", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument(
        "--sts", action=argparse.BooleanOptionalAction, default=True, help="follow a server's wish for TLS"
    )
    parser.add_argument("--sts-store", type=Path, metavar="FILE", help="where to keep it over restarts")
    parser.add_argument("--sasl", choices=("auto", "plain", "external", "scram-sha-256"), default="auto")
    parser.add_argument("--sasl-optional", action="store_true", help="go on when the login fails")
    for name, words in _VALUES.items():
        parser.add_argument(_option(name), help=words, metavar=name.rpartition("_")[2].upper())
    parser.add_argument("--join", action="append", default=[], metavar="ROOM", help="as '#help'; may be given again")
    parser.add_argument("--within", type=float, default=120.0, metavar="SECONDS", help="how long to try an action")
    return parser


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _settings(options: argparse.Namespace) -> IrcSettings:
    """Raise ValueError that names the option and the mend."""
    given: dict[str, Any] = {name: getattr(options, name) for name in _VALUES if getattr(options, name) is not None}
    given |= {name: getattr(options, name) for name in ("host", "nick", "tls", "sts", "sasl")}
    given |= {"port": options.port or (6697 if options.tls else 6667), "rooms": tuple(options.join)}
    given["sasl_required"] = not options.sasl_optional
    try:
        return IrcSettings(**given)
    except ValidationError as error:
        wrong = error.errors()[0]
        words = wrong["msg"].removeprefix("Value error, ")
        where = str(wrong["loc"][0]) if wrong["loc"] else ""
        about = {"rooms": "--join: "}.get(where, f"{_option(where)}: " if where else "")
        raise ValueError(about + _as_options(words)) from None


def _as_options(words: str) -> str:
    """A setting's name as the option of the same name, so that the mend can be typed."""
    words = re.sub(r"\btls = true\b", "--tls", words)
    words = re.sub(r"\bsasl = '([a-z0-9-]+)'", r"--sasl \1", words)
    names = sorted((*_VALUES, "sasl_password"), key=len, reverse=True)
    pattern = "|".join(name for name in names if "_" in name)
    return re.sub(rf"\b({pattern})\b", lambda found: _option(found[0]), words)


def _print(**line: object) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


async def _emit(event: Event) -> None:
    made = encode(event)
    if isinstance(made, dict):
        _print(event=made.pop("is"), **made)


async def _lines() -> AsyncIterator[str]:
    """Standard input, read in a thread of its own that nobody waits for."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[bytes]()

    def read() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody wants the rest
            # Not through sys.stdin: its lock, held by a thread that reads, ends an ending interpreter with a fatal error.
            held = b""
            while data := os.read(0, 65_536):
                *whole, held = (held + data).split(b"\n")
                for line in whole:
                    loop.call_soon_threadsafe(lines.put_nowait, line + b"\n")
                if len(held) > _LINE_LIMIT:
                    loop.call_soon_threadsafe(lines.put_nowait, held)
                    held = b""
            if held:
                loop.call_soon_threadsafe(lines.put_nowait, held)
            loop.call_soon_threadsafe(lines.put_nowait, b"")

    threading.Thread(target=read, daemon=True).start()
    while line := await lines.get():
        if line.strip():
            yield line.decode("utf-8", "replace")


class _Unreachable(Exception):
    """The input has ended and no connection was had; the message is the reason."""


@dataclass
class _Desk:
    network: IrcNetwork
    within: float

    async def obey(self) -> None:
        """Do what the input says, one after the other; end when it ends."""
        numbers = itertools.count(1)
        async for line in _lines():
            try:
                what, beside = action(line)
            except ValueError as error:
                _print(result="error", error="BadAction", message=str(error))
                continue
            number = next(numbers)
            asked = beside.get("id", number)
            try:
                receipt = await self._do(str(beside.get("once", f"stdin-{number}")), what)
            except NetworkError as error:
                mend = {"mend": error.mend} if isinstance(error, Misconfigured) else {}
                _print(result="error", id=asked, error=type(error).__name__, message=str(error), **mend)
            else:
                _print(result="done", id=asked, receipt=encode(receipt))
        with suppress(TimeoutError):
            async with asyncio.timeout(self.within):  # at least be where --join said
                while not self.network.health().ok:
                    if reason := self.network.unreachable:
                        raise _Unreachable(reason)
                    await asyncio.sleep(_TICK)

    async def _do(self, key: str, what: Action) -> object:
        """As the desk's outbox does: what may work later is tried again."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self.within
        while True:
            try:
                return await self.network.send(key, what)
            except Transient as error:
                wait = min(error.retry_after or _TICK, 5.0)
                if loop.time() + wait > until:
                    raise
                await asyncio.sleep(wait)

    async def watch(self) -> None:
        """Print how it is, whenever that changes."""
        before: Health | None = None
        while True:
            health = self.network.health()
            if health != before:
                _print(health=health.detail, ok=health.ok, **({"mend": health.mend} if health.mend else {}))
                before = health
            await asyncio.sleep(_TICK)


async def _run(settings: IrcSettings, store: Path | None, within: float) -> int:
    with tempfile.TemporaryDirectory(prefix="bridges-irc-") as folder:
        network = IrcNetwork("irc", settings, Context(Path(folder), settings.nick), sts_store=store)
        desk = _Desk(network, within)
        running = asyncio.create_task(network.run(_emit, None))
        obeying = asyncio.create_task(desk.obey())
        watching = asyncio.create_task(desk.watch())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, obeying.cancel)
        try:
            await asyncio.wait([running, obeying, watching], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (running, obeying, watching):
                task.cancel()
            ends = await asyncio.gather(running, obeying, watching, return_exceptions=True)
        for end in ends:
            if isinstance(end, Misconfigured):
                _print(stopped=str(end), mend=end.mend)
                return 1
            if isinstance(end, _Unreachable):
                _print(stopped=str(end))
                return 1
            if isinstance(end, Exception):
                raise end
        return 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        settings = _settings(options)
    except ValueError as error:
        parser.error(str(error))
    with suppress(KeyboardInterrupt):
        return asyncio.run(_run(settings, options.sts_store, options.within))
    return 130


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # standard output is JSON lines
    sys.exit(main())
