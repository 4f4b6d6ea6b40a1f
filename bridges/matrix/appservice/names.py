"""What ghosts are called: account and display name of somebody who speaks from another network. Pure.

A localpart may hold `a-z 0-9 . _ - = /` (Matrix appendices, "User identifiers"); all else, and `_` and `=` themselves, are
written as `=` and two hexadecimal digits for each byte, as the appendices propose for "Mapping from other character sets".
"""

from __future__ import annotations

import hashlib
import re

from bridges.events import Attribution
from bridges.text import one_line

_PLAIN = re.compile(rb"[a-z0-9.-]")
LONGEST = 255
"""Bytes of a Matrix user id, with `@` and server."""
_NAME_BYTES = 255
"""Bytes of a display name that Synapse takes are 256."""


def localpart(prefix: str, attribution: Attribution, server: str) -> str:
    """One for each person of each network: `irc_libera_account=3aanna`.

    A guest's id is never used again, so that a guest is recognised by name: `irc_libera_-_bob`. Where it would be too long,
    a hash stands for the person, and nobody can read the id out of it.
    """
    readable = f"-_{_escape(attribution.name)}" if attribution.guest else _escape(attribution.person)
    front = f"{prefix}{_escape(attribution.origin)}_"
    if len(f"@{front}{readable}:{server}") <= LONGEST:
        return front + readable
    digest = hashlib.sha256((front + readable).encode()).hexdigest()[:40]
    return f"{prefix}=={digest}"


def _escape(text: str) -> str:
    octets = (bytes([byte]) for byte in text.encode(errors="surrogateescape"))
    return "".join(octet.decode() if _PLAIN.fullmatch(octet) else f"={octet[0]:02x}" for octet in octets)


def display_name(template: str, attribution: Attribution) -> str:
    """`anna (libera)`, by the template's `{name}` and `{network}`; within what a homeserver takes."""
    name = one_line(attribution.name, 100) or "?"
    whole = template.replace("{network}", one_line(attribution.origin, 60)).replace("{name}", name)
    return whole.encode()[:_NAME_BYTES].decode(errors="ignore")
