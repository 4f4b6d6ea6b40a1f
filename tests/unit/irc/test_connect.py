"""TLS, pins, certificates of our own, STS and proxies, with a scripted server over real sockets."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from irctokens.line import tokenise
from structlog.testing import capture_logs

from bridges.events import RoomEntered
from bridges.irc.client import Pace
from bridges.irc.connect import Dialer
from bridges.irc.login import Login
from bridges.irc.network import IrcNetwork
from bridges.irc.settings import IrcSettings
from bridges.irc.sts import Policies
from bridges.network import Context, Misconfigured
from tests.servers.irc import authority
from tests.servers.listening import Listening
from tests.servers.scripted_irc import Certificate, ScriptedIrc, self_signed, signed
from tests.servers.socks import SocksProxy

QUICK = Pace(tick=0.02, back_off=0.05, back_off_most=0.2)
CA = authority() / "ca.pem"


@pytest.fixture(scope="module")
def own() -> Certificate:
    return self_signed()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("s3cret\n")
    return path


def network(server: ScriptedIrc, state: Path, **more: Any) -> IrcNetwork:
    given = {"host": "localhost", "port": server.port, "nick": "desk", "rooms": ("#help",), "flood_rate": 50}
    return IrcNetwork("irc", IrcSettings(**(given | more)), Context(state, "helpdesk"), QUICK)


@asynccontextmanager
async def running(net: IrcNetwork) -> AsyncIterator[Listening]:
    desk = Listening(net)
    desk.start()
    try:
        yield desk
    finally:
        await desk.stop()


async def stopped(net: IrcNetwork) -> Misconfigured:
    desk = Listening(net)
    desk.start()
    error = await desk.ended()
    assert isinstance(error, Misconfigured)
    return error


# --- pins and certificates --------------------------------------------------------------------------------------------


async def test_a_pinned_certificate_needs_no_authority(own: Certificate, tmp_path: Path) -> None:
    colons = ":".join(own.fingerprint.upper()[n : n + 2] for n in range(0, 64, 2))
    async with ScriptedIrc(certificate=own) as server:
        async with running(network(server, tmp_path, tls_fingerprint=colons)) as desk:
            await desk.expect(RoomEntered)
        unknown = await stopped(network(server, tmp_path))
        assert "tls_fingerprint" in unknown.mend


async def test_another_certificate_than_the_pinned_one_is_refused(tmp_path: Path, own: Certificate) -> None:
    """Also one that an authority signed: the pin says which."""
    async with ScriptedIrc(certificate=signed()) as server:
        other = await stopped(network(server, tmp_path, tls_fingerprint=own.fingerprint, ca_file=CA))
        assert signed().fingerprint in str(other)
        assert "tls_fingerprint" in other.mend
        assert (await server.accept()).heard == []


async def test_sasl_external_shows_the_certificate(own: Certificate, tmp_path: Path) -> None:
    server = ScriptedIrc(
        certificate=signed(), caps={"sasl": "PLAIN,EXTERNAL"}, certificates={own.fingerprint: "deskaccount"}
    )
    server.client_certificates = [own.path]
    async with server, running(network(server, tmp_path, ca_file=CA, client_cert=own.path)) as desk:
        await desk.expect(RoomEntered)
        client = await server.accept()
        assert client.account == "deskaccount"
        assert client.fingerprint == own.fingerprint


async def test_client_certificates_that_are_of_no_use(tmp_path: Path, own: Certificate) -> None:
    async with ScriptedIrc(certificate=signed()) as server:
        for content in (None, "no certificate"):
            path = tmp_path / "client.pem"
            if content:
                path.write_text(content)
            error = await stopped(network(server, tmp_path, ca_file=CA, client_cert=path))
            assert "client_cert" in error.mend


# --- SCRAM over the wire ----------------------------------------------------------------------------------------------


async def test_scram_is_preferred_and_computed_beside_the_loop(tmp_path: Path, secret: Path) -> None:
    """RFC 7677, with a server that asks for many rounds."""
    server = ScriptedIrc(caps={"sasl": "PLAIN,SCRAM-SHA-256"}, accounts={"desk": "s3cret"}, iterations=50_000)
    async with server:
        given = {"tls": False, "sasl_user": "desk", "sasl_password_file": secret}
        async with running(network(server, tmp_path, **given)) as desk:
            await desk.expect(RoomEntered)
            client = await server.accept()
            assert client.account == "desk"
            assert any(line == "AUTHENTICATE SCRAM-SHA-256" for line in client.heard)
            assert not any("PLAIN" in line for line in client.heard)
        findings = await network(server, tmp_path, **given).probe()
        assert all(finding.ok for finding in findings)
        assert any("SCRAM-SHA-256" in finding.what for finding in findings)


async def test_a_server_that_lies_ends_the_network(tmp_path: Path, secret: Path) -> None:
    async with ScriptedIrc(caps={"sasl": "PLAIN,SCRAM-SHA-256"}, accounts={"desk": "s3cret"}, lie=True) as server:
        error = await stopped(network(server, tmp_path, tls=False, sasl_user="desk", sasl_password_file=secret))
        assert "knows the account's password" in str(error)
        assert not any("PLAIN" in line for line in (await server.accept()).heard)


# --- STS, by the sections of https://ircv3.net/specs/extensions/sts ---------------------------------------------------


async def test_the_desk_goes_over_to_tls_and_never_back(tmp_path: Path, secret: Path) -> None:
    """ "Mechanism", "The `port` key": close the insecure connection, come back securely; then only so, restarts too."""
    async with ScriptedIrc(certificate=signed()) as safe:
        safe.sts = "duration=600"
        plain = ScriptedIrc(sts=f"duration=9,port={safe.port}", caps={"sasl": "PLAIN"})
        safe.caps["sasl"] = "PLAIN"
        safe.accounts["desk"] = "s3cret"
        given: dict[str, Any] = {
            "tls": False,
            "ca_file": CA,
            "sasl_user": "desk",
            "sasl_password_file": secret,
        }
        async with plain:
            async with running(network(plain, tmp_path, **given)) as desk:
                await desk.expect(RoomEntered)
            first = await plain.accept()
            assert not any(line.startswith(("AUTHENTICATE", "CAP REQ")) for line in first.heard)
            assert (await safe.accept()).account == "desk"
            store = tmp_path / "sts.json"
            assert stat.S_IMODE(store.stat().st_mode) == 0o600

            async with running(network(plain, tmp_path, **given)) as desk:  # as after a restart
                await desk.expect(RoomEntered)
            assert len(plain.clients) == 1, "the plain port was used under a policy"
            assert len(safe.clients) == 2

            findings = await network(plain, tmp_path, **given).probe()
            assert all(finding.ok for finding in findings), findings
            assert any("STS" in finding.what for finding in findings)
            assert len(plain.clients) == 1


async def test_a_certificate_that_fails_under_a_policy_is_fatal(tmp_path: Path, own: Certificate) -> None:
    """ "No immediate user recourse"."""
    async with ScriptedIrc(certificate=own) as safe, ScriptedIrc(sts=f"port={safe.port}") as plain:
        error = await stopped(network(plain, tmp_path, tls=False))
        assert "ca_file" in error.mend
        assert len(plain.clients) == 1


async def test_a_duration_of_0_takes_the_policy_back(tmp_path: Path) -> None:
    """ "The `duration` key"."""
    async with ScriptedIrc(certificate=signed(), sts="duration=600") as safe:
        net = network(safe, tmp_path, ca_file=CA)
        store = tmp_path / "sts.json"
        async with running(net) as desk:
            await desk.expect(RoomEntered)
            assert Policies.load(store.read_text()).live("localhost", 0) is not None
            safe.sts = "duration=0"
            (await safe.accept()).send(":s CAP desk NEW :sts=duration=0")
            await safe.clients[0].synced()
        assert Policies.load(store.read_text()).live("localhost", 0) is None


async def test_the_time_begins_anew_when_the_connection_ends(tmp_path: Path) -> None:
    """ "Rescheduling expiry on disconnect"."""
    now = [1000.0]
    async with ScriptedIrc(certificate=signed(), sts="duration=600") as safe:
        settings = IrcSettings(host="localhost", port=safe.port, ca_file=CA)
        dialer = Dialer(settings, tmp_path / "sts.json", lambda: now[0])
        _, writer = await dialer.open()
        login = Login(dialer.plan("desk"), lambda _: None)
        login.receive(tokenise(":s CAP * LS :sts=duration=600"))
        dialer.learn(login)
        assert dialer.policy().expires == 1600  # type: ignore[union-attr]
        now[0] = 1500
        assert not dialer.over(login)
        assert dialer.policy().expires == 2100  # type: ignore[union-attr]
        now[0] = 2100
        assert dialer.policy() is None
        writer.transport.abort()


async def test_a_store_that_can_not_be_read_is_no_licence_to_downgrade(tmp_path: Path) -> None:
    (tmp_path / "sts.json").write_text("{")
    async with ScriptedIrc() as plain:
        error = await stopped(network(plain, tmp_path, tls=False))
        assert "sts.json" in error.mend
        assert plain.clients == []


async def test_sts_can_be_turned_off(tmp_path: Path) -> None:
    async with ScriptedIrc(sts="port=1") as plain, running(network(plain, tmp_path, tls=False, sts=False)) as desk:
        await desk.expect(RoomEntered)


# --- proxies ----------------------------------------------------------------------------------------------------------


async def test_through_a_proxy_with_tls_and_a_password(tmp_path: Path, secret: Path) -> None:
    """RFC 1928, RFC 1929; the proxy looks the name up, and the certificate is the server's."""
    async with ScriptedIrc(certificate=signed()) as server, SocksProxy(server.port, ("anna", "s3cret")) as proxy:
        url = f"socks5://anna@127.0.0.1:{proxy.port}"
        given = {"ca_file": CA, "proxy": url, "proxy_password_file": secret}
        async with running(network(server, tmp_path, **given)) as desk:
            await desk.expect(RoomEntered)
        assert proxy.asked == [("localhost", server.port)]
        secret.write_text("wrong")
        error = await stopped(network(server, tmp_path, **given))
        assert "proxy" in error.mend
        assert "wrong" not in str(error)


async def test_a_proxy_that_is_not_there_is_waited_for(tmp_path: Path) -> None:
    async with ScriptedIrc() as server, SocksProxy(server.port) as proxy:
        gone = proxy.port
    net = network(server, tmp_path, tls=False, proxy=f"socks5://127.0.0.1:{gone}")
    findings = await net.probe()
    assert not findings[-1].ok
    assert "proxy" in findings[-1].what


# --- the log ----------------------------------------------------------------------------------------------------------


async def test_the_log_has_each_reason_once_and_the_return(tmp_path: Path) -> None:
    async with ScriptedIrc() as server:
        with capture_logs() as logs:
            async with running(network(server, tmp_path, tls=False)) as desk:
                await desk.expect(RoomEntered)
                (await server.accept()).abort()
                again = await server.accept()
                await again.registered()
                await again.synced()
        told = [(line["event"], line["log_level"]) for line in logs if line["event"].startswith("irc ")]
        back = ("irc registered", "info")
        assert told == [back, ("irc trouble", "warning"), back]


# --- the wrong port ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def listener(answer: Callable[[asyncio.StreamWriter], None]) -> AsyncIterator[int]:
    server = await asyncio.start_server(lambda _, writer: answer(writer), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _probed(port: int, state: Path, *, tls: bool, host: str = "127.0.0.1") -> str:
    settings = IrcSettings(host=host, port=port, nick="desk", tls=tls)
    findings = await IrcNetwork("irc", settings, Context(state, "helpdesk"), QUICK).probe()
    return findings[-1].what + findings[-1].mend


async def test_the_wrong_port_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridges.irc.connect._HANDSHAKE_WITHIN", 0.2)
    kept: list[asyncio.StreamWriter] = []
    async with listener(kept.append) as silent:
        assert "set port to the TLS port" in await _probed(silent, tmp_path, tls=True)
    for writer in kept:
        writer.transport.abort()
    async with listener(lambda writer: writer.close()) as closing:
        assert "then set tls = true" in await _probed(closing, tmp_path, tls=False)
    for host in ("127.0.0.1", "localhost"):
        refused = await _probed(closing, tmp_path, tls=False, host=host)
        assert "connection refused" in refused
        assert "Connect call failed" not in refused
