"""The operator's socket, from both ends."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bridges.text import from_plain
from helpdesk.config import Config, build
from helpdesk.control import NAME, ControlError, NotRunningError, call, serve_control
from helpdesk.deskevents import AnyEvent, Invoked
from helpdesk.model import Invocation, Outcome, Role
from helpdesk.pulse import NetworkState
from helpdesk.services import PartHealth, Services

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass
class Desk:
    """What the socket reaches, seen from the other side."""

    config: Config
    submitted: list[AnyEvent] = field(default_factory=list)
    invited: list[tuple[Role, datetime]] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Outcome)

    async def submit(self, event: AnyEvent) -> Outcome:
        self.submitted.append(event)
        return self.outcome

    async def new_invitation(self, role: Role, expires: datetime) -> str:
        self.invited.append((role, expires))
        return "t0ken"

    def health(self) -> Sequence[PartHealth]:
        return [PartHealth("network libera", ok=False, detail="no connection", mend="look at the cable")]

    async def states(self) -> Sequence[NetworkState]:
        return [NetworkState("libera", "irc", True, "in #help", "", ["#help"], NOW, 2, 1, None, 3, 4.5)]

    @property
    def services(self) -> Services:
        made: Any = SimpleNamespace(
            config=self.config,
            hub=self,
            reader=self,
            health=self.health,
            states=self.states,
            clock=lambda: NOW,
        )
        return cast("Services", made)


@pytest.fixture
def desk() -> Desk:
    libera = {"kind": "irc", "host": "irc.example.org", "rooms": {"#help": {}}}
    return Desk(build({"helpdesk": {"public_url": "https://help.example.org/desk/"}, "networks": {"libera": libera}}))


@pytest.fixture
async def socket(desk: Desk, tmp_path: Path) -> AsyncIterator[Path]:
    server = await serve_control(desk.services, tmp_path / NAME, "http://127.0.0.1:8080/")
    yield tmp_path / NAME
    await server.stop()
    assert not (tmp_path / NAME).exists()


async def _call(path: Path, do: str, **arguments: Any) -> Any:
    return await asyncio.to_thread(call, path, do, timeout=10, **arguments)


async def test_only_the_owner_may_open_it(socket: Path) -> None:
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600


async def test_ping(socket: Path) -> None:
    assert (await _call(socket, "ping"))["url"] == "http://127.0.0.1:8080/"


async def test_the_state_of_parts_and_networks(socket: Path) -> None:
    assert await _call(socket, "health") == [
        {"name": "network libera", "ok": False, "detail": "no connection", "mend": "look at the cable"}
    ]
    assert await _call(socket, "networks") == [
        {
            "name": "libera",
            "kind": "irc",
            "ok": True,
            "detail": "in #help",
            "mend": "",
            "rooms": ["#help"],
            "since": "2026-01-02T03:04:05+00:00",
            "reconnects": 2,
            "restarts": 1,
            "last_event": None,
            "waiting": 3,
            "lag": 4.5,
        }
    ]


async def test_an_invitation_leads_to_the_address_people_use(socket: Path, desk: Desk) -> None:
    made = await _call(socket, "invite", role="lead", hours=2)
    assert made["url"] == "https://help.example.org/desk/join/t0ken"
    assert desk.invited == [(Role.LEAD, NOW + timedelta(hours=2))]


@pytest.mark.parametrize(
    "arguments", [{"role": "king"}, {"hours": 0}, {"hours": -1}, {"hours": 100_000}, {"hours": True}, {"hours": "x"}]
)
async def test_what_is_no_invitation(arguments: dict[str, Any], socket: Path, desk: Desk) -> None:
    with pytest.raises(ControlError) as raised:
        await _call(socket, "invite", **arguments)
    assert raised.value.mend
    assert desk.invited == []


async def test_without_a_website_there_are_no_links(tmp_path: Path) -> None:
    desk = Desk(build({"web": {"enabled": False}}))
    server = await serve_control(desk.services, tmp_path / NAME, "http://127.0.0.1:8080/")
    try:
        with pytest.raises(ControlError, match="website, which is off"):
            await _call(tmp_path / NAME, "invite")
    finally:
        await server.stop()


@pytest.mark.parametrize("text", ["release 12 no time", "!release #12 no time"])
async def test_the_operator_gives_a_command(text: str, socket: Path, desk: Desk) -> None:
    desk.outcome = Outcome("not-found", (from_plain("There is no ticket 12."),))
    told = await _call(socket, "tell", text=text)
    assert told == {"refusal": "not-found", "said": ["There is no ticket 12."], "ticket": None}
    (event,) = desk.submitted
    assert isinstance(event, Invoked)
    assert event.operator
    assert event.invocation == Invocation("release", 12, "no time")


async def test_an_unknown_command_is_not_submitted(socket: Path, desk: Desk) -> None:
    with pytest.raises(ControlError, match="no such command") as raised:
        await _call(socket, "tell", text="releese 12")
    assert "release" in raised.value.mend
    assert desk.submitted == []


@pytest.mark.parametrize(
    "line", [b"\n", b"{\n", b"[]\n", b"7\n", b'{"do": "dance"}\n', b'{"do": ["ping"]}\n', b"\xff\n"]
)
async def test_nonsense_gets_an_error_and_the_socket_lives_on(line: bytes, socket: Path) -> None:
    reader, writer = await asyncio.open_unix_connection(socket)
    writer.write(line + b'{"do": "ping"}\n')
    async with asyncio.timeout(10):
        reply = json.loads(await reader.readline())
        pong = json.loads(await reader.readline())
    assert reply["ok"] is False
    assert reply["mend"]
    assert pong["ok"] is True
    writer.close()
    await writer.wait_closed()


async def test_a_line_without_end_is_cut_off(socket: Path) -> None:
    reader, writer = await asyncio.open_unix_connection(socket)
    async with asyncio.timeout(10):
        try:
            writer.write(b"x" * 1_000_000)
            await writer.drain()
            assert await reader.read() == b""
        except ConnectionError:
            pass  # it had hung up before all was sent
    writer.close()
    assert (await _call(socket, "ping"))["url"]


async def test_stopping_ends_a_client_that_waits(desk: Desk, tmp_path: Path) -> None:
    server = await serve_control(desk.services, tmp_path / NAME, "http://127.0.0.1:8080/")
    reader, writer = await asyncio.open_unix_connection(tmp_path / NAME)
    writer.write(b'{"do": "ping"}\n')
    async with asyncio.timeout(10):
        await reader.readline()
        await server.stop()
        assert await reader.read() == b""
    writer.close()
    with pytest.raises(NotRunningError):
        await _call(tmp_path / NAME, "ping")


async def test_a_dead_services_socket_is_replaced(desk: Desk, tmp_path: Path) -> None:
    import socket as sockets

    with sockets.socket(sockets.AF_UNIX) as dead:
        dead.bind(str(tmp_path / NAME))
    with pytest.raises(NotRunningError):
        await _call(tmp_path / NAME, "ping")
    server = await serve_control(desk.services, tmp_path / NAME, "http://127.0.0.1:8080/")
    assert (await _call(tmp_path / NAME, "ping"))["pid"]
    await server.stop()


async def test_a_deep_state_folder(desk: Desk, tmp_path: Path) -> None:
    """The path is longer than a socket's address can be."""
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    server = await serve_control(desk.services, deep / NAME, "http://127.0.0.1:8080/")
    assert stat.S_IMODE((deep / NAME).stat().st_mode) == 0o600
    assert (await _call(deep / NAME, "ping"))["pid"]
    await server.stop()
    assert not (deep / NAME).exists()


def test_nothing_runs(tmp_path: Path) -> None:
    with pytest.raises(NotRunningError):
        call(tmp_path / "nowhere" / NAME, "ping")
    with pytest.raises(NotRunningError):
        call(tmp_path / ("d" * 60) / ("e" * 60) / NAME, "ping")
