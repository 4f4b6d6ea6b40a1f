"""Who is asking, as far as the request itself tells: address behind trusted proxies, language, and whether a form is ours.

Pure functions over headers and cookies: no store, no session is looked up here.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

CHAT_COOKIE = "helpdesk_chat"
DESK_COOKIE = "helpdesk_desk"
"""Volunteers have a session of their own, made when the invitation is redeemed: no cookie that was there before, or was
planted, gains a right, and an asker in the next tab stays an asker."""
FORM_COOKIE = "helpdesk_form"
FLASH_COOKIE = "helpdesk_flash"

_SEED = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Client:
    address: str
    secure: bool
    """Reached over https, as far as a trusted proxy says."""
    language: str
    seed: str
    """Of the tokens in this browser's forms."""
    new_seed: bool


def trusted(address: str, proxies: Sequence[str]) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(known in ipaddress.ip_network(proxy, strict=False) for proxy in proxies)


def origin_of(peer: str, headers: Mapping[str, str], proxies: Sequence[str]) -> tuple[str, bool]:
    """The visitor's address and whether they came over https.

    X-Forwarded-For is read from its end, for as long as each hop is one of ours: what stands before was written by
    anybody.
    """
    if not trusted(peer, proxies):
        return peer, False
    address = peer
    for hop in reversed(headers.get("X-Forwarded-For", "").split(",")):
        try:
            address = str(ipaddress.ip_address(hop.strip()))
        except ValueError:
            break
        if not trusted(address, proxies):
            break
    return address, headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower() == "https"


def language_of(header: str, known: Sequence[str], default: str) -> str:
    """The known language that `Accept-Language` (RFC 9110, 12.5.4) likes best."""
    wishes: list[tuple[float, int, str]] = []
    for place, item in enumerate(header[:500].split(",")):
        tag, _, weight = item.strip().partition(";")
        found = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", weight) if weight else None
        quality = float(found[1]) if found else 0.0 if weight else 1.0
        if tag and quality > 0:
            wishes.append((-quality, place, tag.lower()))
    for _, _, tag in sorted(wishes):
        for candidate in (tag, tag.partition("-")[0]):
            if candidate in known:
                return candidate
    return default


def form_token(seed: str) -> str:
    """What a form must bring back. Only who can read our pages with this browser's cookie knows it."""
    return hmac.new(seed.encode(), b"helpdesk form", hashlib.sha256).hexdigest()


def valid_seed(cookie: str) -> bool:
    return bool(_SEED.fullmatch(cookie))


def ours(headers: Mapping[str, str], host: str, public_url: str) -> bool:
    """Whether the browser says that the request comes from one of our own pages, or says nothing of it.

    A page without referrer sends `Origin: null`, which says nothing; `Sec-Fetch-Site` then still does.
    """
    site = headers.get("Sec-Fetch-Site", "same-origin")
    if site not in ("same-origin", "none"):
        return False
    origin = headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc in (host, urlsplit(public_url).netloc)
