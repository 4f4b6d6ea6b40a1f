"""How Matrix writes bytes and signed objects: base64 without padding, base58, canonical JSON. Pure.

Matrix specification v1.15, appendices "Unpadded Base64" and "Canonical JSON".
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LARGEST = 2**53 - 1


def to_base64(raw: bytes) -> str:
    """The bytes in the standard alphabet, without padding."""
    return base64.b64encode(raw).decode("ascii").rstrip("=")


def from_base64(text: object) -> bytes:
    """The bytes of base64 in either alphabet, padded or not. Raise ValueError for anything else."""
    if not isinstance(text, str):
        raise ValueError("base64 is text")  # noqa: TRY004 - what comes from the network has any type
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("this is not base64") from None


def to_base58(raw: bytes) -> str:
    """The bytes in the alphabet of Bitcoin addresses."""
    number, digits = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return _BASE58[0] * (len(raw) - len(raw.lstrip(b"\0"))) + digits


def from_base58(text: str) -> bytes:
    """Raise ValueError when a character is none of the alphabet."""
    number = 0
    for character in text:
        number = number * 58 + _BASE58.index(character)
    zeros = len(text) - len(text.lstrip(_BASE58[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def canonical_json(value: Any) -> bytes:
    """The one form of a JSON value that signatures are made over. Raise ValueError for what has no such form."""
    _check(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError("keys are text")  # noqa: TRY004 - callers ask whether it has a form
            _check(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check(inner)
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) > _LARGEST):
        raise ValueError(f"canonical JSON has no number {value}")
