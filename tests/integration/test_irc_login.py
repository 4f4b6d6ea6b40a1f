"""Getting onto real servers: InspIRCd and atheme with SASL PLAIN and EXTERNAL, NickServ, a nick taken back, STS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridges.events import RoomEntered
from bridges.irc.client import Pace
from bridges.irc.network import IrcNetwork
from bridges.irc.settings import IrcSettings
from bridges.network import Context, Misconfigured
from tests.servers.irc import PASSWORD, InspIRCd, IrcPeer, unique
from tests.servers.listening import Listening
from tests.servers.scripted_irc import Certificate, self_signed

pytestmark = pytest.mark.irc

# Nothing here may come about by the clock: no nick is asked for again by itself.
PATIENT = Pace(tick=0.02, ping_every=0.5, back_off=0.05, back_off_most=0.2, regain_every=1e6)
HOME = "NickServ@services.test.example"


@pytest.fixture(scope="module")
def server() -> Iterator[InspIRCd]:
    with InspIRCd(services=True) as server:
        yield server


@pytest.fixture(scope="module")
def without_sasl() -> Iterator[InspIRCd]:
    with InspIRCd(services=True, without=("sasl",)) as server:
        yield server


@pytest.fixture(scope="module")
def own() -> Certificate:
    return self_signed("desk")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(PASSWORD)
    return path


def network(server: InspIRCd, tmp_path: Path, *, tls: bool = True, pace: Pace = PATIENT, **more: Any) -> IrcNetwork:
    given: dict[str, Any] = {"host": "localhost", "tls": tls, "rooms": ("#help",), "flood_rate": 50}
    given |= {"port": server.tls_port if tls else server.port, "ca_file": server.ca_file, "nick": unique("desk")}
    return IrcNetwork("irc", IrcSettings(**(given | more)), Context(tmp_path, "helpdesk"), pace)


@asynccontextmanager
async def running(net: IrcNetwork) -> AsyncIterator[Listening]:
    desk = Listening(net)
    desk.start()
    try:
        yield desk
    finally:
        await desk.stop()


async def account_of(server: InspIRCd, nick: str) -> str:
    """The account that WHOIS shows, in a line of the server's; empty without one."""
    peer = await IrcPeer.connect(server, unique("asker"))
    peer.send(f"WHOIS {nick}")
    line = await peer.expect(r" (330|318|401) ")
    await peer.quit()
    return line.split()[4] if " 330 " in line else ""


async def test_sasl_plain_over_tls(server: InspIRCd, tmp_path: Path, secret: Path) -> None:
    account = server.register_account(unique("account"))
    net = network(server, tmp_path, sasl_user=account, sasl_password_file=secret)
    async with running(net) as desk:
        await desk.expect(RoomEntered)
        assert await account_of(server, net._nick) == account
    findings = await net.probe()
    assert all(finding.ok for finding in findings)
    assert any("SASL PLAIN" in finding.what for finding in findings)


async def test_sasl_external_by_the_certificates_fingerprint(
    server: InspIRCd, tmp_path: Path, own: Certificate
) -> None:
    account = server.register_account(unique("account"), own.fingerprint)
    net = network(server, tmp_path, client_cert=own.path)
    async with running(net) as desk:
        await desk.expect(RoomEntered)
        assert await account_of(server, net._nick) == account
    findings = await net.probe()
    assert all(finding.ok for finding in findings)
    assert any("SASL EXTERNAL" in finding.what for finding in findings)


async def test_an_unknown_certificate_falls_back_to_the_password(
    server: InspIRCd, tmp_path: Path, secret: Path
) -> None:
    account = server.register_account(unique("account"))
    stranger = self_signed("stranger").path
    net = network(server, tmp_path, client_cert=stranger, sasl_user=account, sasl_password_file=secret)
    async with running(net) as desk:
        await desk.expect(RoomEntered)
        assert await account_of(server, net._nick) == account
    only = Listening(network(server, tmp_path, client_cert=stranger, sasl="external"))
    only.start()
    error = await only.ended()
    assert isinstance(error, Misconfigured)
    assert "cert add" in error.mend


async def test_services_that_come_later_are_logged_in_to(tmp_path: Path, secret: Path) -> None:
    """https://ircv3.net/specs/extensions/sasl-3.2#sasl-reauthentication; InspIRCd 3 sends no CAP NEW, so the desk asks."""
    with InspIRCd(services=True) as server:
        account = server.register_account(unique("account"))
        server.stop_services()
        given: dict[str, Any] = {"sasl_user": account, "sasl_password_file": secret, "sasl_required": False}
        net = network(server, tmp_path, pace=replace(PATIENT, regain_every=0.3), **given)
        async with running(net) as desk:
            await desk.expect(RoomEntered)
            peer = await IrcPeer.connect(server, unique("peer"), caps=("account-notify",))
            await peer.join("#help")
            assert await account_of(server, net._nick) == ""
            assert "without its account" in net.health().detail
            await asyncio.to_thread(server.start_services)
            await peer.expect(rf"^:{net._nick}!\S+ ACCOUNT :?{account}$")


@pytest.mark.parametrize("services", ["NickServ", HOME])
async def test_nickserv_where_there_is_no_sasl(
    without_sasl: InspIRCd, tmp_path: Path, secret: Path, services: str
) -> None:
    account = without_sasl.register_account(unique("account"))
    net = network(without_sasl, tmp_path, sasl_user=account, nickserv_password_file=secret, nickserv=services)
    async with running(net) as desk:
        peer = await IrcPeer.connect(without_sasl, unique("peer"), caps=("extended-join", "account-notify"))
        await desk.expect(RoomEntered)
        assert await account_of(without_sasl, net._nick) == account
        await peer.quit()
    findings = await net.probe()
    assert all(finding.ok for finding in findings), findings
    assert any("by NickServ" in finding.what for finding in findings)


async def test_nickserv_refuses_or_is_elsewhere(without_sasl: InspIRCd, tmp_path: Path, secret: Path) -> None:
    account = without_sasl.register_account(unique("account"))
    given: dict[str, Any] = {"sasl_user": account, "nickserv_password_file": secret}
    elsewhere = Listening(network(without_sasl, tmp_path, **given, nickserv="NickServ@irc.test.example"))
    elsewhere.start()
    error = await elsewhere.ended()
    assert isinstance(error, Misconfigured)
    assert "services.test.example" in str(error)
    secret.write_text("wrong")
    refused = Listening(network(without_sasl, tmp_path, **given))
    refused.start()
    error = await refused.ended()
    assert isinstance(error, Misconfigured)
    assert "nickserv_password_file" in error.mend


async def test_the_nick_is_taken_back_from_whoever_holds_it(
    without_sasl: InspIRCd, tmp_path: Path, secret: Path
) -> None:
    """atheme 7.2 has GHOST and no REGAIN: the second of the two is what works."""
    nick = without_sasl.register_account(unique("desk"))
    squatter = await IrcPeer.connect(without_sasl, nick)
    net = network(without_sasl, tmp_path, nick=nick, sasl_user=nick, nickserv_password_file=secret)
    async with running(net) as desk:
        peer = await IrcPeer.connect(without_sasl, unique("peer"))
        await peer.join("#help")
        await squatter.expect(r"^ERROR|KILL")
        await desk.expect(RoomEntered)
        peer.send("NAMES #help")
        if nick not in (await peer.expect(r" 353 ")).split():
            await peer.expect(rf"NICK :?{nick}$")
        assert await account_of(without_sasl, nick) == nick


async def test_sts_leads_to_tls_and_stays(tmp_path: Path) -> None:
    with InspIRCd(sts=True) as server:
        net = network(server, tmp_path, tls=False)
        async with running(net) as desk:
            await desk.expect(RoomEntered)
            peer = await IrcPeer.connect(server, unique("peer"))
            peer.send(f"WHOIS {net._nick}")
            await peer.expect(r" 671 ")  # is using a secure connection
            await peer.quit()
        findings = await net.probe()
        assert all(finding.ok for finding in findings), findings
        assert any("STS" in finding.what for finding in findings)
        assert not any("without TLS" in finding.what for finding in findings)
