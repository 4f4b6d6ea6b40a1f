"""How the desk's account logs in by the right of the application service, and the dry run of it for `helpdesk check`."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from bridges.matrix.appservice.api import KIND, ServiceApi
from bridges.matrix.appservice.listener import Listener
from bridges.matrix.appservice.registration import Registration, read
from bridges.matrix.client import MatrixClient
from bridges.matrix.errors import Refused
from bridges.matrix.login import kept_login, lives
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.vault import Login
from bridges.network import Finding, Misconfigured, NetworkError, Transient


def registration_of(settings: MatrixSettings) -> Registration:
    """Raise Misconfigured."""
    assert settings.appservice_file is not None
    return read(settings.appservice_file, settings.appservice_url, settings.user, settings.ghost_prefix)


async def log_in(client: MatrixClient, api: ServiceApi, settings: MatrixSettings, state: Path) -> None:
    """Give the client a living token of a device, the same as before where there was one. Raise Misconfigured or Transient."""
    kept = kept_login(settings, state)
    if kept is not None and await lives(client, kept):
        return
    try:
        await api.register(settings.user[1:].partition(":")[0])
        body = {
            "type": KIND,
            "identifier": {"type": "m.id.user", "user": settings.user},
            "initial_device_display_name": settings.device_name,
            **({"device_id": kept.device} if kept else {}),
        }
        answer = await api.call("POST", "v3/login", body)
    except Refused as refusal:
        raise Misconfigured(
            f"{settings.homeserver} refuses to let the application service log {settings.user} in: {refusal}",
            "see that the homeserver has the newest registration file and was restarted with it, and that it allows "
            f"logins of the kind {KIND}",
        ) from refusal
    login = Login(answer["user_id"], answer["device_id"], answer["access_token"])
    login.save(state)
    client.use(login)


async def probe(settings: MatrixSettings) -> Sequence[Finding]:
    """The lines of `helpdesk check` that only an application service has."""
    try:
        registration = registration_of(settings)
        client = MatrixClient(settings)
    except Misconfigured as error:
        return (Finding(str(error), ok=False, mend=error.mend),)
    findings = [Finding(f"registration {settings.appservice_file}", ok=True)]
    api = ServiceApi(client, registration)
    try:
        await api.call("GET", "v3/account/whoami")
        findings.append(Finding(f"{settings.homeserver} knows the registration {registration.id}", ok=True))
        findings.append(await _probe_ghosts(api))
        findings.append(await _probe_way_back(api, settings))
    except Misconfigured as error:
        findings.append(Finding(str(error), ok=False, mend=error.mend))
    except NetworkError as error:
        mend = f"see that {settings.homeserver} is the homeserver's address and that it is running"
        findings.append(Finding(str(error), ok=False, mend=mend))
    finally:
        await client.close()
    return findings


async def _probe_ghosts(api: ServiceApi) -> Finding:
    """Whether the homeserver would let the service be a ghost. Makes none: for one that is not there it says so."""
    registration = api.registration
    ghosts = f"@{registration.prefix}…:{registration.server}"
    try:
        await api.call("GET", "v3/account/whoami", user=f"@{registration.prefix}check_-_helpdesk:{registration.server}")
    except Refused as refusal:
        if "masquerade" in str(refusal).lower():
            mend = "give the homeserver the registration file as it is now, and restart it"
            return Finding(f"ghosts {ghosts}: {refusal}", ok=False, mend=mend)
    return Finding(f"ghosts {ghosts} may be registered", ok=True)


async def _probe_way_back(api: ServiceApi, settings: MatrixSettings) -> Finding:
    """Whether the homeserver reaches us: the running desk, or an ear put up for the while."""
    url = api.registration.url
    ear = Listener(api.registration.hs_token, None, lambda _: False, lambda: None)
    with contextlib.suppress(
        Misconfigured
    ):  # the running desk has the port; if it is something else, the ping will tell
        await ear.start(settings.appservice_host, settings.appservice_port)
    try:
        await api.ping()
    except (Transient, Refused) as error:
        mend = (
            f"see that {url} leads from the homeserver to {settings.appservice_host}:{settings.appservice_port} here, and "
            "that the homeserver has the newest registration file"
        )
        return Finding(str(error), ok=False, mend=mend)
    finally:
        await ear.stop()
    return Finding(f"the homeserver reaches the desk at {url}", ok=True)
