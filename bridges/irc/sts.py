"""Strict transport security: a server that once asked for TLS is never again spoken to without it. Pure.

Source: https://ircv3.net/specs/extensions/sts. Times are seconds since 1970; hosts are told as the operator wrote them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DURATION_MOST = 10 * 365 * 86_400
"""Ten years: what a server asks for beyond that is a slip of the pen."""
_NUMBER = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Offer:
    """The capability's value. What is missing or no number is None."""

    port: int | None = None
    duration: int | None = None
    """Seconds."""


def parse(value: str) -> Offer:
    """`port=6697,duration=300`; other keys are ignored, and so is a key that comes twice after its first time."""
    found: dict[str, int] = {}
    for token in value.split(",")[:100]:
        key, _, number = token.partition("=")
        if key not in found and _NUMBER.fullmatch(number):
            found[key] = int(number)
    port, duration = found.get("port"), found.get("duration")
    return Offer(
        port if port is not None and 0 < port < 65_536 else None,
        None if duration is None else min(duration, DURATION_MOST),
    )


@dataclass(frozen=True, slots=True)
class Policy:
    """TLS only, on this port, until then."""

    port: int
    duration: int
    expires: float


class Policies:
    """What is known of each host."""

    def __init__(self, known: Mapping[str, Policy] | None = None) -> None:
        self._known = dict(known or {})

    def live(self, host: str, now: float) -> Policy | None:
        """The policy that holds for this host, if one does."""
        policy = self._known.get(_key(host))
        return policy if policy is not None and policy.expires > now else None

    def learned(self, host: str, port: int, offer: Offer, now: float) -> bool:
        """A secure connection to `port` carried this offer. Whether the table changed.

        To be told again when the connection ends, so that the time begins there ("Rescheduling expiry on disconnect").
        Without a duration there is no persistence policy; a duration of 0 takes one back ("The duration key").
        """
        if offer.duration is None:
            return False
        if offer.duration == 0:
            return self._known.pop(_key(host), None) is not None
        self._known[_key(host)] = Policy(port, offer.duration, now + offer.duration)
        return True

    def dump(self) -> str:
        """As JSON, for `load`."""
        table = {
            host: {"port": policy.port, "duration": policy.duration, "expires": policy.expires}
            for host, policy in sorted(self._known.items())
        }
        return json.dumps({"version": 1, "policies": table}, indent=1) + "\n"

    @classmethod
    def load(cls, text: str) -> Policies:
        """Raise ValueError for what `dump` did not write: to guess would be to downgrade."""
        try:
            table: dict[str, Any] = json.loads(text)["policies"]
            known = {
                str(host): Policy(int(entry["port"]), int(entry["duration"]), float(entry["expires"]))
                for host, entry in table.items()
            }
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"not a list of STS policies: {error}") from None
        return cls(known)


def _key(host: str) -> str:
    return host.rstrip(".").lower()
