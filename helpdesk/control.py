"""The control socket: how the operator's commands reach the running service. JSON lines over a Unix socket.

A request is `{"do": VERB, …}`, its reply `{"ok": true, "result": …}` or `{"ok": false, "error": …, "mend": …}`. The
socket lies in the state folder with mode 0600: who may open it is the operator. The client half must stay light.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpdesk.pulse import NetworkState
    from helpdesk.services import Services

NAME = "control.sock"
_LONGEST_LINE = 64 * 1024
_LONGEST_PATH = 100  # bytes of sun_path that every Unix has


class NotRunningError(Exception):
    """No service runs on this state folder. Start it with `helpdesk run`."""


class ControlError(Exception):
    """The service could not do what was asked; `mend` says what to do."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.mend = mend


@contextlib.contextmanager
def _address(path: Path) -> Iterator[str]:
    """The path in a form that fits a socket address, however deep the state folder lies."""
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


# --- the operator's side ----------------------------------------------------------------------------------------------


def call(path: Path, do: str, timeout: float = 30, **arguments: Any) -> Any:
    """Ask the running service and return its result.

    Raise NotRunningError when nothing listens on `path`, and ControlError when the service refuses or does not reply in
    `timeout` seconds.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(timeout)
        try:
            with _address(path) as address:
                link.connect(address)
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
            raise NotRunningError(f"no helpdesk runs on {path.parent}") from error
        except PermissionError as error:
            raise ControlError(f"{path}: not allowed", "run the command as the user the service runs as") from error
        try:
            link.sendall(json.dumps({"do": do, **arguments}).encode() + b"\n")
            with link.makefile("rb") as stream:
                line = stream.readline()
        except TimeoutError as error:
            raise ControlError(
                f"the service did not reply within {timeout:.0f} s", "look into its log; restart it if it is stuck"
            ) from error
        except ConnectionError as error:
            raise ControlError("the service stopped before it replied", "start it again, then repeat this") from error
    if not line.endswith(b"\n"):
        raise ControlError("the service stopped before it replied", "start it again, then repeat this")
    reply = json.loads(line)
    if not reply["ok"]:
        raise ControlError(reply["error"], reply.get("mend", ""))
    return reply["result"]


# --- the service's side -----------------------------------------------------------------------------------------------


class ControlServer:
    """Serves the socket until it is stopped. Made by `serve_control`."""

    def __init__(self, services: Services, path: Path, url: str) -> None:
        self._services = services
        self._path = path
        self._url = url
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._path.unlink(missing_ok=True)  # the state folder's lock is ours: a socket here is a dead service's
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with _address(self._path) as address:
                listener.bind(address)
            self._path.chmod(0o600)  # before anybody can connect: it does not listen yet
            self._server = await asyncio.start_unix_server(self._client, sock=listener, limit=_LONGEST_LINE)
        except BaseException:
            listener.close()
            raise

    async def stop(self) -> None:
        """Take no more requests, and end those under way."""
        if self._server is None:
            return
        self._server.close()
        for task in self._clients:
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        self._server = None
        self._path.unlink(missing_ok=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._clients.add(task)
            task.add_done_callback(self._clients.discard)
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await self._reply(line), ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass  # the caller went away, or sent a line without an end
        finally:
            writer.close()

    async def _reply(self, line: bytes) -> Mapping[str, object]:
        try:
            request = json.loads(line)
            return {"ok": True, "result": await self._do(request if isinstance(request, dict) else {})}
        except ValueError:
            return {"ok": False, "error": "a request is a JSON object on one line", "mend": 'send {"do": "ping"}'}
        except ControlError as error:
            return {"ok": False, "error": str(error), "mend": error.mend}

    async def _do(self, request: Mapping[str, Any]) -> object:
        match request.get("do"):
            case "ping":
                from helpdesk import __version__

                return {"version": __version__, "pid": os.getpid(), "url": self._url}
            case "health":
                parts = self._services.health()
                return [{"name": part.name, "ok": part.ok, "detail": part.detail, "mend": part.mend} for part in parts]
            case "networks":
                return [_told(state) for state in await self._services.states()]
            case "invite":
                return await self._invite(request)
            case "tell":
                return await self._tell(request)
            case other:
                raise ControlError(f"{other!r}: no such request", "use the helpdesk command of the service's version")

    async def _invite(self, request: Mapping[str, Any]) -> Mapping[str, object]:
        from helpdesk.model import Role

        roles = {role.name.lower(): role for role in Role if role > Role.ASKER}
        role = roles.get(str(request.get("role", "solo")))
        hours = request.get("hours", 24)
        if role is None:
            raise ControlError("no such role", f"ask for one of {', '.join(roles)}")
        if isinstance(hours, bool) or not isinstance(hours, (int, float)) or not 0 < hours <= 24 * 30:
            raise ControlError("hours: out of range", "write more than 0 and at most 720 hours")
        if not self._services.config.web.enabled:
            raise ControlError("links need the website, which is off", "set web.enabled = true, or use !sig in a room")
        expires = self._services.clock() + timedelta(hours=hours)
        token = await self._services.reader.new_invitation(role, expires)
        return {
            "url": f"{self._services.config.public_url}join/{token}",
            "role": role.name.lower(),
            "expires": expires.isoformat(),
        }

    async def _tell(self, request: Mapping[str, Any]) -> Mapping[str, object]:
        from bridges.events import PersonId, Sender
        from bridges.text import plain
        from helpdesk.commands.registry import BY_VERB, near
        from helpdesk.desk.intake import parse
        from helpdesk.deskevents import Invoked

        verb, _, rest = str(request.get("text", "")).strip().lstrip("!").partition(" ")
        command = BY_VERB.get(verb.lower())
        if command is None:
            guess = near(verb)
            raise ControlError(
                f"{verb!r}: no such command", f"did you mean {guess}?" if guess else "`help` lists the commands"
            )
        outcome = await self._services.hub.submit(
            Invoked(
                network="operator",
                sender=Sender(PersonId("operator"), "operator", authenticated=True),
                invocation=parse(command, rest),
                operator=True,
            )
        )
        return {
            "refusal": outcome.refusal,
            "said": [plain(text) for text in outcome.said],
            "ticket": outcome.ticket,
        }


def _told(state: NetworkState) -> Mapping[str, object]:
    """As JSON has it; moments in ISO 8601, UTC."""
    values = asdict(state)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


async def serve_control(services: Services, path: Path, url: str) -> ControlServer:
    """Serve the socket at `path`; `url` is where the website listens. The caller awaits `stop()`."""
    server = ControlServer(services, path, url)
    await server.start()
    return server
