"""Who vouches for which device: an account's cross-signing keys, what they sign, and whether a signature is theirs. Pure.

Client-Server API v1.15, "Cross-signing"; appendix "Signing JSON". Private keys are 32-byte Ed25519 seeds (RFC 8032).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa
from vodozemac import DecodeException, Ed25519PublicKey, Ed25519Signature, KeyException, SignatureException

from bridges.matrix.encoding import canonical_json, from_base64, to_base64

Json: TypeAlias = dict[str, Any]
Usage: TypeAlias = Literal["master", "self_signing", "user_signing"]
USAGES: tuple[Usage, ...] = ("master", "self_signing", "user_signing")


@dataclass(frozen=True)
class SigningKey:
    """A private key. It shows itself in no repr."""

    seed: bytes = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> SigningKey:
        """From the base64 form in which it is stored as a secret. Raise ValueError."""
        seed = from_base64(text)
        if len(seed) != 32:
            raise ValueError("a signing key has 32 bytes")
        return cls(seed)

    @property
    def text(self) -> str:
        return to_base64(self.seed)

    @cached_property
    def public(self) -> str:
        """Base64, without padding."""
        return to_base64(self._key.public_key().export_key(format="raw"))

    def sign(self, value: Mapping[str, Any]) -> str:
        """The signature of the object without its `signatures` and `unsigned`, in base64."""
        return to_base64(eddsa.new(self._key, "rfc8032").sign(_signed_part(value)))

    @cached_property
    def _key(self) -> ECC.EccKey:
        return ECC.construct(curve="Ed25519", seed=self.seed)


def _signed_part(value: Mapping[str, Any]) -> bytes:
    return canonical_json({name: inner for name, inner in value.items() if name not in {"signatures", "unsigned"}})


def with_signature(value: Mapping[str, Any], user: str, key_id: str, key: SigningKey) -> Json:
    """The object with one signature more."""
    signatures = {who: dict(theirs) for who, theirs in (value.get("signatures") or {}).items()}
    signatures.setdefault(user, {})[f"ed25519:{key_id}"] = key.sign(value)
    return {**value, "signatures": signatures}


def is_signed(value: Mapping[str, Any], user: str, key_id: str, public: str) -> bool:
    """Whether the object carries the user's signature by this key (`public` in base64). Never raises."""
    try:
        signature = value["signatures"][user][f"ed25519:{key_id}"]
        message = _signed_part(value)
        Ed25519PublicKey.from_base64(public).verify_signature(message, Ed25519Signature.from_base64(signature))
    except (KeyError, TypeError, ValueError, DecodeException, KeyException, SignatureException):
        return False
    return True


@dataclass(frozen=True)
class Identity:
    """An account's own keys, private parts included."""

    user: str
    master: SigningKey
    self_signing: SigningKey
    user_signing: SigningKey

    @classmethod
    def from_seeds(cls, user: str, seeds: bytes) -> Identity:
        """New keys from 96 random bytes."""
        if len(seeds) != 96:
            raise ValueError("three keys take 96 bytes")
        return cls(user, *(SigningKey(seeds[start : start + 32]) for start in (0, 32, 64)))

    @classmethod
    def from_secrets(cls, user: str, secrets: Mapping[Usage, str]) -> Identity:
        """From what secret storage keeps. Raise ValueError, also when one is missing."""
        missing = [usage for usage in USAGES if usage not in secrets]
        if missing:
            raise ValueError(f"no {missing[0]} key is stored")
        return cls(user, *(SigningKey.from_text(secrets[usage]) for usage in USAGES))

    @property
    def secrets(self) -> dict[Usage, str]:
        """What secret storage keeps, by usage."""
        return {usage: self._key(usage).text for usage in USAGES}

    def _key(self, usage: Usage) -> SigningKey:
        keys = {"master": self.master, "self_signing": self.self_signing, "user_signing": self.user_signing}
        return keys[usage]

    def published(self) -> dict[str, Json]:
        """The body of `/keys/device_signing/upload`, without `auth`: the public keys, two of them signed by the first."""
        body: dict[str, Json] = {}
        for usage in USAGES:
            public = self._key(usage).public
            key = {"user_id": self.user, "usage": [usage], "keys": {f"ed25519:{public}": public}}
            if usage != "master":
                key = with_signature(key, self.user, self.master.public, self.master)
            body[f"{usage}_key"] = key
        return body

    def signed_device(self, device_keys: Mapping[str, Any]) -> Json:
        """The device's keys with the owner's signature and nothing unsigned, for `/keys/signatures/upload`."""
        bare = {name: value for name, value in device_keys.items() if name != "unsigned"}
        return with_signature(bare, self.user, self.self_signing.public, self.self_signing)


@dataclass(frozen=True, slots=True)
class PublicIdentity:
    """What a server shows of somebody's identity, once its inner signature was found right."""

    user: str
    master: str
    self_signing: str

    @classmethod
    def of(cls, user: str, answer: Mapping[str, Any]) -> PublicIdentity | None:
        """From an answer to `/keys/query`; None where there is none, or where it does not hold together."""
        master = _public(answer, "master", user)
        signing = _public(answer, "self_signing", user)
        if master is None or signing is None:
            return None
        if not is_signed(answer["self_signing_keys"][user], user, master, master):
            return None
        return cls(user, master, signing)

    def vouches_for(self, device: str, device_keys: Mapping[str, Any]) -> bool:
        """Whether these are the keys of that device, signed by their owner."""
        return (
            device_keys.get("user_id") == self.user
            and device_keys.get("device_id") == device
            and is_signed(device_keys, self.user, self.self_signing, self.self_signing)
        )

    def is_of(self, identity: Identity) -> bool:
        return self.master == identity.master.public and self.self_signing == identity.self_signing.public


def has_identity(user: str, answer: Mapping[str, Any]) -> bool:
    """Whether the server has a master key of the user's at all, sound or not."""
    return user in (answer.get("master_keys") or {})


def _public(answer: Mapping[str, Any], usage: Usage, user: str) -> str | None:
    """The one key of that usage, under the id that is the key itself."""
    try:
        key = answer[f"{usage}_keys"][user]
        ((key_id, public),) = key["keys"].items()
        right = key["user_id"] == user and usage in key["usage"] and key_id == f"ed25519:{public}"
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return public if right and isinstance(public, str) else None
