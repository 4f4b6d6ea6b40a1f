"""Logging in once and staying the same device: from the state folder, with the password, or with a given token.

Also the dry run of it for `helpdesk check`, which makes no device, joins nothing and does not sync.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bridges.matrix.client import MatrixClient
from bridges.matrix.errors import Refused, TokenDead
from bridges.matrix.identity import outlook
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.vault import Book, Login, keys_file
from bridges.network import Finding, Misconfigured, NetworkError


def kept_login(settings: MatrixSettings, state: Path) -> Login | None:
    """The login of an earlier run, unless its keys are gone: a device without its keys is a new one."""
    login = Login.load(state)
    if login is None or login.user != settings.user or not keys_file(state, login.user, login.device).exists():
        return None
    return login


async def log_in(client: MatrixClient, settings: MatrixSettings, state: Path) -> None:
    """Give the client a living token. Raise Misconfigured or Transient."""
    try:
        if not settings.uses_password:
            login = await _with_token(client, settings)
        else:
            kept = kept_login(settings, state)
            if kept is not None and await lives(client, kept):
                return
            device = kept.device if kept else None
            login = await client.log_in(settings.secret(), settings.device_name, device)
    except Refused as refusal:
        raise Misconfigured(
            f"{settings.homeserver} refuses to log {settings.user} in: {refusal}",
            "correct `homeserver`, `user` or the secret; they must belong to one account",
        ) from refusal
    _must_be(settings, login.user)
    if settings.uses_password:
        login.save(state)
    client.use(login)


async def a_login(client: MatrixClient, settings: MatrixSettings, state: Path) -> None:
    """Give the client the token of an earlier run's login, or the configured one; no device is made and no key opened.

    Raise Misconfigured where there is none, or Transient.
    """
    kept = kept_login(settings, state)
    if settings.logs_in and kept is None:
        raise Misconfigured(
            f"{settings.user} has not logged in yet", "let the service run once, then repeat the command"
        )
    client.access_token = (kept.token if kept else "") if settings.logs_in else settings.secret()
    _must_be(settings, str((await client.who_am_i()).get("user_id")))
    client.user_id = settings.user


async def lives(client: MatrixClient, login: Login) -> bool:
    """Take the login up; False where the homeserver knows it no more."""
    client.use(login)
    try:
        await client.who_am_i()
    except TokenDead:
        return False
    return True


async def _with_token(client: MatrixClient, settings: MatrixSettings) -> Login:
    client.access_token = settings.secret()
    who = await client.who_am_i()
    return Login(str(who.get("user_id")), str(who.get("device_id") or ""), client.access_token)


def _must_be(settings: MatrixSettings, user: str) -> None:
    if user != settings.user:
        raise Misconfigured(
            f"the secret belongs to {user}, the configuration says {settings.user}",
            f"set `user` to {user}, or give the secret of {settings.user}",
        )


async def probe(settings: MatrixSettings, state: Path) -> Sequence[Finding]:
    """Lines of `helpdesk check`, each ok or with its mend."""
    findings: list[Finding] = []
    try:
        client = MatrixClient(settings)
    except Misconfigured as error:
        return (Finding(str(error), ok=False, mend=error.mend),)
    try:
        await client.api("GET", "versions")
        findings.append(Finding(f"{settings.homeserver} is a Matrix homeserver", ok=True))
        findings.append(await _probe_account(client, settings, state))
        if client.access_token:
            findings.extend(await _probe_identity(client, settings, state))
        book = Book.load(state)
        joined = None
        if client.access_token:
            joined = set((await client.api("GET", "v3/joined_rooms"))["joined_rooms"])
        findings.extend([await _probe_room(client, room, book, joined) for room in settings.rooms])
    except Misconfigured as error:
        findings.append(Finding(str(error), ok=False, mend=error.mend))
    except NetworkError as error:
        mend = f"see that {settings.homeserver} is the homeserver's address and that it is running"
        findings.append(Finding(str(error), ok=False, mend=mend))
    finally:
        await client.close()
    return findings


async def _probe_account(client: MatrixClient, settings: MatrixSettings, state: Path) -> Finding:
    login = kept_login(settings, state)
    client.access_token = (login.token if login else "") if settings.logs_in else settings.secret()
    if settings.uses_password:
        settings.secret()  # it must be there when it is needed
    if client.access_token:
        try:
            _must_be(settings, str((await client.who_am_i()).get("user_id")))
        except TokenDead:
            if not settings.logs_in:
                raise
            client.access_token = ""
        else:
            return Finding(f"logged in as {settings.user}", ok=True)
    if not settings.uses_password:
        return Finding(f"{settings.user} will log in by the application service on the first run", ok=True)
    flows = (await client.api("GET", "v3/login")).get("flows", [])
    if any(flow.get("type") == "m.login.password" for flow in flows):
        return Finding(f"{settings.user}: its password is not tried here; the first run will", ok=True, untried=True)
    return Finding(
        f"{settings.homeserver} allows no login by password",
        ok=False,
        mend="give the account's access token instead: access_token_file or access_token_env",
    )


async def _probe_identity(client: MatrixClient, settings: MatrixSettings, state: Path) -> Sequence[Finding]:
    """Whether the desk's session is cross-signed, or will be."""
    client.user_id = settings.user
    device = (await client.who_am_i()).get("device_id")
    if not device:
        return ()  # a token without a device has no keys
    standing = await outlook(client, settings, state, str(device))
    return (Finding(standing.what, standing.ok, standing.mend),)


async def _probe_room(client: MatrixClient, room: str, book: Book, joined: set[str] | None) -> Finding:
    room_id: str | None = room
    if room.startswith("#"):
        try:
            room_id = await client.resolve(room)
        except Refused as refusal:
            room_id = book.aliases.get(room)
            if room_id is None or joined is None or room_id not in joined:
                mend = f"create the room or correct its address: {room} leads nowhere"
                return Finding(f"{room}: {refusal}", ok=False, mend=mend)
    if joined is None:
        return Finding(f"{room}: found" if room.startswith("#") else f"{room}: will be seen after the login", ok=True)
    if room_id in joined:
        return Finding(f"{room}: joined", ok=True)
    return Finding(f"{room}: found; invite the desk unless everybody may join", ok=True)
