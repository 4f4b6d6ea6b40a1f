"""Replacing the account's identity: an operator's deliberate act, while the service stands still."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bridges.matrix.client import MatrixClient
from bridges.matrix.errors import AuthNeeded, Refused
from bridges.matrix.identity import reset
from bridges.matrix.login import a_login
from bridges.matrix.settings import MatrixSettings
from bridges.network import Misconfigured


async def reset_identity(settings: MatrixSettings, state: Path, told: Callable[[str], None]) -> None:
    """Give the account a new cross-signing identity, under the recovery key that is configured or a new one.

    The desk's session is signed when the service starts next. `told` hears where a new recovery key was put. Raise
    Misconfigured with the mend, or Transient.
    """
    client = MatrixClient(settings)
    try:
        await a_login(client, settings, state)
        await reset(client, settings, state, told)
    except AuthNeeded as wanted:
        where = f" at {wanted.url}" if wanted.url else ""
        mend = (
            f"approve the reset as {settings.user}{where} and repeat the command; or do it in a client such as Element "
            "and give the desk the recovery key from there"
        )
        raise Misconfigured(f"the homeserver does not let the desk replace the identity: {wanted}", mend) from None
    except Refused as refusal:
        mend = "ask the homeserver's administrator whether cross-signing is supported"
        raise Misconfigured(f"the homeserver refuses the new identity: {refusal}", mend) from None
    finally:
        await client.close()
