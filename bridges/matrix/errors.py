"""What a homeserver's refusals mean: the one place where they become exceptions. Pure.

Client-Server API v1.15, "Standard error response" and "Rate limiting".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bridges.network import Misconfigured, NetworkError, Permanent, Transient


class TokenDead(Misconfigured):
    """The homeserver no longer knows our access token."""


class Limited(Transient):
    """The homeserver has had enough of us for now (429)."""


class Refused(Permanent):
    """The homeserver understood and said no. `code` is its error code."""

    def __init__(self, message: str, code: str, status: int) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class AuthNeeded(Refused):
    """The homeserver wants a proof of who we are first ("User-Interactive Authentication API")."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        given = body.get("flows")
        flows: list[Any] = given if isinstance(given, list) else []
        stages = [flow.get("stages") for flow in flows if isinstance(flow, dict)]
        self.flows = [some for some in stages if isinstance(some, list)]
        """Each a way to prove it: what has to be done, in order."""
        said = body.get("error") or "it wants " + (" or ".join("+".join(map(str, f)) for f in self.flows) or "a proof")
        super().__init__(str(said), str(body.get("errcode") or ""), 401)
        self.session = str(body.get("session") or "")
        params = body.get("params")
        told = params.values() if isinstance(params, Mapping) else ()
        urls = [stage["url"] for stage in told if isinstance(stage, dict) and isinstance(stage.get("url"), str)]
        self.url = urls[0] if urls else ""
        """Where the account's owner can give the proof, if the homeserver says so."""

    @property
    def takes_password(self) -> bool:
        return ["m.login.password"] in self.flows


_DISABLED = {"M_USER_DEACTIVATED": "deactivated", "M_USER_LOCKED": "locked", "M_USER_SUSPENDED": "suspended"}


def error_for(status: int, body: Mapping[str, Any], retry_after: str | None, now: datetime) -> NetworkError:
    """The exception for an HTTP answer of 400 or more. `retry_after` is the header of that name."""
    code = body.get("errcode")
    said = str(body.get("error") or code or "no reason given")
    if status == 429 or code == "M_LIMIT_EXCEEDED":
        return Limited(f"the homeserver asks us to slow down: {said}", _wait(body, retry_after, now))
    if status >= 500 or status == 408:
        return Transient(f"the homeserver is in trouble ({status}): {said}", _wait(body, retry_after, now))
    if status == 401 and isinstance(body.get("flows"), list):
        return AuthNeeded(body)
    if not isinstance(code, str):
        return Transient(f"something in front of the homeserver answered {status}; it is not Matrix that said no")
    if code in {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"}:
        return TokenDead(
            f"the homeserver does not know our access token: {said}",
            "log the account in again and put the new access token where the configuration says, "
            "or configure a password instead",
        )
    if code in _DISABLED:
        return Misconfigured(
            f"the homeserver says the account is {_DISABLED[code]}: {said}",
            "ask the homeserver's administrator to enable the account, or configure another one",
        )
    return Refused(said, code, status)


def _wait(body: Mapping[str, Any], header: str | None, now: datetime) -> float | None:
    """Seconds to wait: the header comes first, `retry_after_ms` is its deprecated form."""
    if header:
        if header.strip().isdigit():
            return float(header)
        try:
            return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
        except (ValueError, TypeError):
            pass
    millis = body.get("retry_after_ms")
    return max(0.0, millis / 1000) if isinstance(millis, (int, float)) else None
