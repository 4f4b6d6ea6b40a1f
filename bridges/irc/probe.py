"""Trying the configuration without disturbing a running service: under another nick, in no room."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Sequence

from bridges.irc.bucket import Bucket
from bridges.irc.client import Connection, open_streams
from bridges.irc.delivery import Lost
from bridges.irc.login import Plan
from bridges.irc.reports import Registered, Report
from bridges.irc.session import Session
from bridges.irc.settings import IrcSettings
from bridges.network import Finding, Misconfigured

_WITHIN = 40.0


class _Welcome(Exception):
    """The server let us in: all that the probe wants to know."""


async def probe(settings: IrcSettings, nick: str) -> Sequence[Finding]:
    """What works, line by line, up to the first thing that does not."""
    where = f"{settings.host}:{settings.port}"
    findings: list[Finding] = []
    try:
        password = settings.sasl_password() if settings.sasl_user else ""
        keys = settings.room_keys()
    except Misconfigured as error:
        return (Finding(str(error), ok=False, mend=error.mend),)
    if settings.sasl_user or keys:
        findings.append(Finding("secrets can be read", ok=True))
    try:
        streams = await open_streams(settings)
    except Lost as lost:
        return (*findings, Finding(str(lost), ok=False, mend=lost.mend or f"make {where} reachable from here"))
    findings.append(Finding(f"connected to {where}" + (" with TLS" if settings.tls else " without TLS"), ok=True))

    async def handle(reports: list[Report]) -> None:
        if any(isinstance(report, Registered) for report in reports):
            raise _Welcome

    other_nick = f"{nick[:6]}{uuid.uuid4().hex[:3]}"
    plan = Plan(other_nick, (), settings.username, settings.realname, settings.sasl_user, password)
    session = Session(plan, uuid.uuid4().hex)
    bucket = Bucket(settings.flood_rate, settings.flood_burst, time.monotonic())
    try:
        async with asyncio.timeout(_WITHIN):
            await Connection(streams, session, bucket, handle).run()
    except _Welcome:
        as_whom = f"logged in as {settings.sasl_user}" if settings.sasl_user else "without an account"
        findings.append(Finding(f"the server let a test nick in, {as_whom}", ok=True))
    except Lost as lost:
        mend = lost.mend or "see what the server says; a full or throttled server will do later"
        findings.append(Finding(str(lost), ok=False, mend=mend))
    except TimeoutError:
        findings.append(Finding(f"{where} did not let a test nick in in time", ok=False, mend="ask its operators why"))
    return tuple(findings)
