"""Secrets that a homeserver keeps and cannot read: the recovery key, and what is encrypted under it. Pure.

Client-Server API v1.15, "Secrets" (m.secret_storage.v1.aes-hmac-sha2); appendix "Cryptographic key representation".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from typing import Any, TypeAlias

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF

from bridges.matrix.encoding import from_base58, from_base64, to_base58, to_base64

ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"
KEY_EVENT = "m.secret_storage.key."
DEFAULT_KEY_EVENT = "m.secret_storage.default_key"
_PREFIX = b"\x8b\x01"
_ZEROS = b"\0" * 32

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class RecoveryKey:
    """The one key that opens the account's secrets. It shows itself in no repr."""

    raw: bytes = field(repr=False)
    """32 bytes."""

    @classmethod
    def parse(cls, text: str) -> RecoveryKey:
        """From the words people keep (`EsTj 3yST …`); spaces do not matter. Raise ValueError, which never quotes them."""
        try:
            whole = from_base58("".join(text.split()))
        except ValueError:
            raise ValueError("a recovery key is made of letters and digits, without 0, O, I and l") from None
        if len(whole) != 35 or not whole.startswith(_PREFIX):
            raise ValueError("a recovery key has twelve groups of four characters and begins with Es")
        if reduce(xor, whole):
            raise ValueError("the recovery key has a typing mistake: its parity is wrong")
        return cls(whole[2:34])

    @property
    def text(self) -> str:
        """In groups of four, as people write it down."""
        payload = _PREFIX + self.raw
        written = to_base58(payload + bytes([reduce(xor, payload)]))
        return " ".join(written[start : start + 4] for start in range(0, len(written), 4))

    def describe(self, iv: bytes) -> Json:
        """The key's description for account data. `iv`: 16 random bytes."""
        iv = _iv(iv)
        _, mac = self._seal("", iv, _ZEROS)
        return {"name": "Community helpdesk", "algorithm": ALGORITHM, "iv": to_base64(iv), "mac": to_base64(mac)}

    def opens(self, description: Mapping[str, Any]) -> bool:
        """Whether the description is of this key. One that cannot be checked is taken for it, as the specification asks."""
        if description.get("algorithm") != ALGORITHM:
            return False
        if "iv" not in description or "mac" not in description:
            return True
        try:
            _, mac = self._seal("", from_base64(description["iv"]), _ZEROS)
            return hmac.compare_digest(mac, from_base64(description["mac"]))
        except ValueError:
            return False

    def encrypt(self, name: str, secret: str, iv: bytes) -> Json:
        """What account data of the type `name` keeps under the key's id. `iv`: 16 random bytes."""
        iv = _iv(iv)
        ciphertext, mac = self._seal(name, iv, secret.encode())
        return {"iv": to_base64(iv), "ciphertext": to_base64(ciphertext), "mac": to_base64(mac)}

    def decrypt(self, name: str, data: object) -> str:
        """Raise ValueError when it was encrypted under another key or name, or was changed."""
        if not isinstance(data, Mapping):
            raise ValueError("this is no secret")  # noqa: TRY004 - what comes from the network has any type
        iv, ciphertext = from_base64(data.get("iv")), from_base64(data.get("ciphertext"))
        aes, mac = self._derive(name)
        if not hmac.compare_digest(_mac(mac, ciphertext), from_base64(data.get("mac"))):
            raise ValueError("the recovery key does not open this secret")
        return _ctr(aes, iv, ciphertext).decode()

    def _seal(self, name: str, iv: bytes, clear: bytes) -> tuple[bytes, bytes]:
        aes, mac = self._derive(name)
        ciphertext = _ctr(aes, iv, clear)
        return ciphertext, _mac(mac, ciphertext)

    def _derive(self, name: str) -> tuple[bytes, bytes]:
        """The AES key and the MAC key for a secret of that name."""
        both = HKDF(self.raw, 64, _ZEROS, SHA256, 1, context=name.encode())
        assert isinstance(both, bytes)
        return both[:32], both[32:]


def _iv(random: bytes) -> bytes:
    """Sixteen bytes with bit 63 at zero, around which implementations of AES-CTR differ."""
    if len(random) != 16:
        raise ValueError("an initialization vector has 16 bytes")
    return random[:8] + bytes([random[8] & 0x7F]) + random[9:]


def _mac(key: bytes, ciphertext: bytes) -> bytes:
    return hmac.new(key, ciphertext, hashlib.sha256).digest()


def _ctr(key: bytes, iv: bytes, text: bytes) -> bytes:
    if len(iv) != 16:
        raise ValueError("an initialization vector has 16 bytes")
    return AES.new(key, AES.MODE_CTR, nonce=b"", initial_value=iv).encrypt(text)
