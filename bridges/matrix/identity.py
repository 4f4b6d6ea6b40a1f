"""The account's own identity on its homeserver: made once, kept under the recovery key, and its signature on our device.

An identity that is there already is never replaced; only `reset` does that, when an operator asks for it. Client-Server
API v1.15, "Cross-signing", "Secrets" and "User-Interactive Authentication"; first upload without a password: MSC3967.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import structlog

from bridges.matrix.crosssigning import USAGES, Identity, Json, PublicIdentity, Usage, has_identity
from bridges.matrix.errors import AuthNeeded, Refused
from bridges.matrix.secretstorage import DEFAULT_KEY_EVENT, KEY_EVENT, RecoveryKey
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.vault import write_private
from bridges.network import Misconfigured

if TYPE_CHECKING:
    from bridges.matrix.client import MatrixClient

log = structlog.get_logger(__name__)

FILE = "recovery-key"
"""In the network's state folder, where the configuration names no other place."""
_KEYS_TRIED = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the desk's device is vouched for."""

    ok: bool
    what: str
    mend: str = ""


SIGNED = Standing(ok=True, what="its session is cross-signed")


def recovery_key(settings: MatrixSettings, state: Path) -> RecoveryKey | None:
    """The key from where the configuration says, or the one the desk made; None: there is none yet.

    Raise Misconfigured when it cannot be read.
    """
    text = settings.recovery_key()
    where = str(settings.recovery_key_file or settings.recovery_key_env or state / FILE)
    if text is None:
        try:
            text = (state / FILE).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            text = ""
    try:
        return RecoveryKey.parse(text)
    except ValueError as error:
        mend = f"put the recovery key of {settings.user} into {where}, as it was given out (Es…)"
        raise Misconfigured(f"{where} holds no recovery key: {error}", mend) from None


class OwnIdentity:
    """The identity of the account that the client is logged in as."""

    def __init__(self, client: MatrixClient, settings: MatrixSettings, state: Path) -> None:
        self._client = client
        self._settings = settings
        self._state = state
        self.standing: Standing | None = None
        """None until it is known."""
        self.public: PublicIdentity | None = None
        """Ours beyond doubt: the recovery key opened its private part."""
        self._shown: PublicIdentity | None = None

    def note_shown(self, answer: Json) -> None:
        """An answer to `/keys/query` with our account in it: if somebody changed the identity, look again."""
        if self.standing is not None and PublicIdentity.of(self._client.user_id, answer) != self._shown:
            self.standing, self.public = None, None

    async def settle(self, ours: Mapping[str, str], names: str) -> None:
        """See to it, once, that there is an identity and that it signs our device.

        `ours`: the device's public keys, `ed25519` and `curve25519`. `names`: the configured name of the network.
        Raise Transient, TokenDead or Misconfigured; what only people can mend becomes the `standing`.
        """
        if self.standing is not None:
            return
        try:
            self.standing = await self._settle(ours, names)
        except AuthNeeded as wanted:
            self.standing = _needs(wanted, self._settings.user)
        except Refused as refusal:
            what = f"the homeserver refuses its cross-signing keys: {refusal}"
            self.standing = Standing(
                False, what, "ask the homeserver's administrator whether cross-signing is supported"
            )
        if not self.standing.ok:
            log.warning(
                "not cross-signed", user=self._settings.user, reason=self.standing.what, mend=self.standing.mend
            )

    async def _settle(self, ours: Mapping[str, str], names: str) -> Standing:
        client, user, own = self._client, self._client.user_id, str(self._client.device_id)
        key = recovery_key(self._settings, self._state)
        answer = await query(client)
        self._shown = PublicIdentity.of(user, answer)
        device = (answer.get("device_keys") or {}).get(user, {}).get(own)
        if device is None or any(device.get("keys", {}).get(f"{kind}:{own}") != k for kind, k in ours.items()):
            what = "the homeserver shows other keys for its session than the desk has"
            return Standing(False, what, "log the session out and start the desk again: it makes a new one")
        if not has_identity(user, answer):
            key = key or _make_key(self._state)
            identity = await stored_identity(client, key) or Identity.from_seeds(user, secrets.token_bytes(96))
            await store(client, key, identity)
            await publish(client, self._settings, identity)
            log.info("made an identity for the account", user=user)
            shown = PublicIdentity(user, identity.master.public, identity.self_signing.public)
        else:
            found = PublicIdentity.of(user, answer)
            opened = await stored_identity(client, key) if key is not None else None
            if found is None or opened is None or not found.is_of(opened):
                if found is not None and found.vouches_for(own, device):
                    return SIGNED
                return _locked(user, key, names)
            shown, identity = found, opened
        if not shown.vouches_for(own, device):
            await sign(client, identity, device)
            log.info("signed the desk's session", user=user, device=own)
        self._shown = self.public = shown
        return SIGNED


async def outlook(client: MatrixClient, settings: MatrixSettings, state: Path, device: str) -> Standing:
    """How the identity stands, or will when the service runs; nothing is changed. For `helpdesk check`."""
    user, key, answer = client.user_id, recovery_key(settings, state), await query(client)
    if not has_identity(user, answer):
        return Standing(True, "the account has no cross-signing identity: one is made when the service runs")
    found = PublicIdentity.of(user, answer)
    ours = (answer.get("device_keys") or {}).get(user, {}).get(device)
    if found is not None and ours is not None and found.vouches_for(device, ours):
        return SIGNED
    opened = await stored_identity(client, key) if key is not None else None
    if found is None or opened is None or not found.is_of(opened):
        return _locked(user, key, state.name)
    return Standing(True, "its session will be cross-signed when the service runs")


def _locked(user: str, key: RecoveryKey | None, names: str) -> Standing:
    why = "the recovery key does not open it" if key else "the desk has no recovery key for it"
    return Standing(
        False,
        f"{user} has a cross-signing identity that does not vouch for the desk's session, and {why}",
        "give its recovery key (recovery_key_file or recovery_key_env), or verify the desk's session from another one of "
        f"the account's; if nobody has the key any more, replace the identity: helpdesk matrix reset-identity {names}",
    )


def _needs(wanted: AuthNeeded, user: str) -> Standing:
    mend = (
        f"log {user} in with a client such as Element, set up its recovery there, and give the desk that recovery key "
        "(recovery_key_file)"
    )
    if wanted.url:
        mend = f"approve it as {user} at {wanted.url} and start the desk again, or {mend}"
    return Standing(False, f"the homeserver does not let the desk set up cross-signing: {wanted}", mend)


def _make_key(state: Path) -> RecoveryKey:
    """A new key, written down before anything is encrypted under it."""
    key = RecoveryKey(secrets.token_bytes(32))
    write_private(state / FILE, key.text + "\n")
    log.warning(
        "made the account's recovery key", file=str(state / FILE), mend="keep a copy of the file in a safe place"
    )
    return key


# --- the server's side ------------------------------------------------------------------------------------------------


async def query(client: MatrixClient) -> Json:
    """What the server shows of our own account's keys."""
    return await client.api("POST", "v3/keys/query", {"device_keys": {client.user_id: []}})


async def sign(client: MatrixClient, identity: Identity, device_keys: Json) -> None:
    """Put the identity's signature on our device. Raise Refused when the server does not take it."""
    signed = {client.device_id: identity.signed_device(device_keys)}
    answer = await client.api("POST", "v3/keys/signatures/upload", {client.user_id: signed})
    if failures := answer.get("failures"):
        said = failures.get(client.user_id, {}).get(client.device_id, {})
        raise Refused(str(said.get("error", "the signature was refused")), str(said.get("errcode", "")), 200)


async def publish(client: MatrixClient, settings: MatrixSettings, identity: Identity) -> None:
    """Upload the public keys, with the account's password where the server asks. Raise AuthNeeded where that is not enough."""
    path, body = "v3/keys/device_signing/upload", identity.published()
    try:
        await client.api("POST", path, body)
    except AuthNeeded as wanted:
        if not settings.uses_password or not wanted.takes_password:
            raise
        auth = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": client.user_id},
            "password": settings.secret(),
            "session": wanted.session,
        }
        await client.api("POST", path, {**body, "auth": auth})


async def stored_identity(client: MatrixClient, key: RecoveryKey) -> Identity | None:
    """The private keys that the account data keeps, if the recovery key opens them."""
    found: dict[Usage, str] = {}
    for usage in USAGES:
        kept = await _account_data(client, f"m.cross_signing.{usage}")
        sealed = kept.get("encrypted")
        for key_id, data in list(sealed.items())[:_KEYS_TRIED] if isinstance(sealed, dict) else ():
            if key.opens(await _account_data(client, KEY_EVENT + str(key_id))):
                try:
                    found[usage] = key.decrypt(f"m.cross_signing.{usage}", data)
                except ValueError:
                    continue
                break
    try:
        return Identity.from_secrets(client.user_id, found)
    except ValueError:
        return None


async def store(client: MatrixClient, key: RecoveryKey, identity: Identity) -> None:
    """Keep the private keys in the account data, encrypted under the recovery key.

    A default key of somebody else's stays the default: other secrets hang on it.
    """
    default = (await _account_data(client, DEFAULT_KEY_EVENT)).get("key")
    key_id = str(default or "")
    if not default or not key.opens(await _account_data(client, KEY_EVENT + key_id)):
        key_id = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
        await _set_account_data(client, KEY_EVENT + key_id, key.describe(secrets.token_bytes(16)))
        if not default:
            await _set_account_data(client, DEFAULT_KEY_EVENT, {"key": key_id})
    for usage, secret in identity.secrets.items():
        name = f"m.cross_signing.{usage}"
        sealed = key.encrypt(name, secret, secrets.token_bytes(16))
        await _set_account_data(client, name, {"encrypted": {key_id: sealed}})


async def reset(client: MatrixClient, settings: MatrixSettings, state: Path, told: Callable[[str], None]) -> None:
    """Replace the account's identity by a new one: an operator's deliberate act.

    Everybody who verified the account has to do so again. Raise AuthNeeded, Refused, Transient or Misconfigured.
    """
    key = recovery_key(settings, state)
    if key is None:
        key = _make_key(state)
        told(f"the account's recovery key is now in {state / FILE}: keep a copy in a safe place")
    identity = Identity.from_seeds(client.user_id, secrets.token_bytes(96))
    # In this order nothing is lost when the server says no; broken off between the two, it can be done again.
    await publish(client, settings, identity)
    await store(client, key, identity)


def _path(client: MatrixClient, kind: str) -> str:
    return f"v3/user/{quote(client.user_id, safe='')}/account_data/{quote(kind, safe='')}"


async def _account_data(client: MatrixClient, kind: str) -> dict[str, Any]:
    """Empty where there is none."""
    try:
        return await client.api("GET", _path(client, kind))
    except Refused as refusal:
        if refusal.status == 404:
            return {}
        raise


async def _set_account_data(client: MatrixClient, kind: str, content: Json) -> None:
    await client.api("PUT", _path(client, kind), content)
