"""Trying the configuration without disturbing a running service: under another nick, in no room."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bridges.irc.bucket import Bucket
from bridges.irc.client import Connection
from bridges.irc.connect import Dialer, Streams, fingerprint
from bridges.irc.delivery import Lost
from bridges.irc.reports import Registered, Report
from bridges.irc.session import Session
from bridges.irc.settings import IrcSettings
from bridges.network import Finding, Misconfigured

_WITHIN = 40.0


class _Welcome(Exception):
    """The server let us in: all that the probe wants to know."""


async def probe(settings: IrcSettings, nick: str, sts_store: Path) -> Sequence[Finding]:
    """What works, line by line, up to the first thing that does not. `sts_store` is the network's own, and is kept up."""
    findings: list[Finding] = []
    try:
        dialer = Dialer(settings, sts_store)
        other_nick = f"{nick[:6]}{uuid.uuid4().hex[:3]}"
        plan = dialer.plan(other_nick, regain=False)
        keys = settings.room_keys()
        dialer.policy()
        if plan.sasl_password or keys or (plan.services and plan.services.password):
            findings.append(Finding("secrets can be read", ok=True))
        if await _try(dialer, other_nick, findings):
            await _try(dialer, other_nick, findings)
    except Misconfigured as error:
        return (*findings, Finding(str(error), ok=False, mend=error.mend))
    return tuple(findings)


async def _try(dialer: Dialer, nick: str, findings: list[Finding]) -> bool:
    """One connection. Whether the server asked to come back with TLS."""
    settings = dialer.settings
    try:
        streams = await dialer.open()
    except Lost as lost:
        where = f"{settings.host}:{settings.port}"
        findings.append(Finding(str(lost), ok=False, mend=lost.mend or f"make {where} reachable from here"))
        return False
    findings.append(Finding(_connected(dialer, streams), ok=True))

    async def handle(reports: list[Report]) -> None:
        if any(isinstance(report, Registered) for report in reports):
            raise _Welcome

    session = Session(dialer.plan(nick, regain=False), uuid.uuid4().hex)
    bucket = Bucket(settings.flood_rate, settings.flood_burst, time.monotonic())
    try:
        async with asyncio.timeout(_WITHIN):
            await Connection(streams, session, bucket, handle).run()
    except _Welcome:
        findings.extend(_let_in(settings, session))
        dialer.learn(session.login)
    except Lost as lost:
        if dialer.over(session.login):
            findings.append(Finding(str(lost), ok=True))
            return True
        mend = lost.mend or "see what the server says; a full or throttled server will do later"
        findings.append(Finding(str(lost), ok=False, mend=mend))
    except TimeoutError:
        where = f"{settings.host}:{dialer.way.port}"
        findings.append(Finding(f"{where} did not let a test nick in in time", ok=False, mend="ask its operators why"))
    if policy := dialer.policy():
        until = datetime.fromtimestamp(policy.expires, UTC)
        findings.append(
            Finding(f"the server asks for TLS only (STS), for now until {until:%Y-%m-%d %H:%M} UTC", ok=True)
        )
    return False


def _connected(dialer: Dialer, streams: Streams) -> str:
    settings, way = dialer.settings, dialer.way
    words = f"connected to {settings.host}:{way.port}"
    if settings.proxy:
        words += " through the proxy"
    words += " with TLS" if way.secure else " without TLS"
    if way.why:
        words += f" ({way.why})"
    if way.secure and settings.tls_fingerprint:
        words += f"; its certificate is the pinned one ({fingerprint(streams)[:16]}…)"
    return words


def _let_in(settings: IrcSettings, session: Session) -> list[Finding]:
    login, identify = session.login, session.identify
    account = login.account or settings.sasl_user
    if login.mechanism is not None:
        how = f", logged in{f' as {account}' if account else ''} by SASL {login.mechanism}"
    elif identify.identified:
        how = f", logged in{f' as {account}' if account else ''} by {settings.nickserv.partition('@')[0]}"
    elif login.logged_in:
        how = f", logged in as {account}"
    else:
        how = ", without an account"
    findings = [Finding(f"the server let a test nick in{how}", ok=True)]
    if trouble := ("" if login.logged_in else identify.trouble or login.failure):
        findings.append(
            Finding(trouble, ok=False, mend="see sasl and nickserv in the settings; sasl_required = false lets it be")
        )
    if login.mechanism == "PLAIN" and not login.private:
        findings.append(
            Finding("the password went over a connection that others can read", ok=False, mend="set tls = true")
        )
    return findings
