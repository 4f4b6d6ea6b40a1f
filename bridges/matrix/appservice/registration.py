"""The registration: the file by which a homeserver and the desk know each other. Pure, but for reading and writing it.

Application Service API v1.15, "Registration". The desk's own account is in the namespaces and not the `sender_localpart`:
Synapse lets a service's sender have no sync, and without one there are no encryption keys.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bridges.network import Misconfigured

_MAKE = "write it with `helpdesk matrix registration NETWORK --write`, and give the homeserver the same file"


@dataclass(frozen=True, slots=True)
class Registration:
    """What both sides must agree on."""

    id: str
    url: str
    """Where the homeserver reaches the desk; without a slash at the end."""
    user: str
    """The desk's account."""
    prefix: str
    """How the localparts of ghosts begin."""
    as_token: str = field(repr=False)
    """By which the homeserver knows the desk."""
    hs_token: str = field(repr=False)
    """By which the desk knows the homeserver."""

    @property
    def server(self) -> str:
        return self.user.partition(":")[2]

    def text(self) -> str:
        """The file: YAML, written as JSON values, which every YAML reader takes."""
        server = re.escape(self.server).replace("\\-", "-")
        names = {
            "users": [
                {"exclusive": True, "regex": f"@{_literal(self.prefix)}.*:{server}"},
                {"exclusive": False, "regex": f"@{_literal(self.user[1:].partition(':')[0])}:{server}"},
            ],
            "aliases": [],
            "rooms": [],
        }
        rows: dict[str, Any] = {
            "id": self.id,
            "url": self.url,
            "as_token": self.as_token,
            "hs_token": self.hs_token,
            "sender_localpart": f"{self.prefix}service",
            "namespaces": names,
            "rate_limited": False,
            "receive_ephemeral": False,
        }
        return "".join(f"{key}: {json.dumps(value)}\n" for key, value in rows.items())


def _literal(part: str) -> str:
    return re.escape(part).replace("\\-", "-")


def make(name: str, url: str, user: str, prefix: str) -> Registration:
    """A new one, with tokens of 256 random bits. `name` is the network's."""
    return Registration(
        f"helpdesk-{name}", url.rstrip("/"), user, prefix, secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    )


def write(path: Path, registration: Registration) -> None:
    """Put it into a new file that only this user can read. Raise FileExistsError rather than replace one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(registration.text())


def read(path: Path, url: str, user: str, prefix: str) -> Registration:
    """The registration in the file. Raise Misconfigured where it is none, or says other things than the settings."""
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Misconfigured(f"there is no registration in {path}", _MAKE) from None
    except OSError as error:
        mend = f"let the helpdesk's user read {path}"
        raise Misconfigured(f"cannot read the registration {path}: {error.strerror}", mend) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        # The error would quote the file, and with it the tokens.
        raise Misconfigured(f"{path} is not YAML", _MAKE) from None
    if not isinstance(value, dict):
        raise Misconfigured(f"{path} is no registration of an application service", _MAKE)
    found = [value.get(key) for key in ("id", "as_token", "hs_token")]
    if not all(isinstance(part, str) and part for part in found):
        raise Misconfigured(f"{path} lacks id, as_token or hs_token", _MAKE)
    registration = Registration(
        str(value["id"]), url.rstrip("/"), user, prefix, str(value["as_token"]), str(value["hs_token"])
    )
    if faults := _differences(value, registration):
        raise Misconfigured(
            f"{path} does not fit the configuration: {'; '.join(faults)}",
            "correct the configuration, or move the file away, write it anew with "
            "`helpdesk matrix registration NETWORK --write`, and give it to the homeserver again",
        )
    return registration


def _differences(value: dict[str, Any], wanted: Registration) -> list[str]:
    faults: list[str] = []
    if str(value.get("url") or "").rstrip("/") != wanted.url:
        faults.append(f"it says the desk is at {value.get('url')}, appservice_url is {wanted.url}")
    if f"@{value.get('sender_localpart')}:{wanted.server}" == wanted.user:
        faults.append(f"sender_localpart may not be the desk's own account {wanted.user}")
    namespaces = value.get("namespaces")
    users = namespaces.get("users") if isinstance(namespaces, dict) else None
    patterns = [str(entry.get("regex")) for entry in users or [] if isinstance(entry, dict)]
    for user, what in ((wanted.user, "the desk's account"), (f"@{wanted.prefix}x:{wanted.server}", "ghosts")):
        if not any(_matches(pattern, user) for pattern in patterns):
            faults.append(f"its namespaces leave out {what} (such as {user})")
    return faults


def _matches(pattern: str, user: str) -> bool:
    try:
        return re.match(pattern, user) is not None
    except re.error:
        return False
