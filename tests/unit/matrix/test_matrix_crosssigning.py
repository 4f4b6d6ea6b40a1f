"""Keys that vouch for devices: what they sign, and that nothing else passes for it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from vodozemac import Ed25519PublicKey, Ed25519Signature

from bridges.matrix.crosssigning import Identity, PublicIdentity, SigningKey, has_identity, is_signed, with_signature
from bridges.matrix.encoding import canonical_json, from_base64

USER = "@desk:example.org"
IDENTITY = Identity.from_seeds(USER, bytes(range(96)))
DEVICE = {
    "user_id": USER,
    "device_id": "PHONE",
    "algorithms": ["m.megolm.v1.aes-sha2"],
    "keys": {"ed25519:PHONE": "abc", "curve25519:PHONE": "def"},
    "signatures": {USER: {"ed25519:PHONE": "its own"}},
    "unsigned": {"device_display_name": "phone"},
}


def answer(identity: Identity = IDENTITY) -> dict[str, Any]:
    body = identity.published()
    return {f"{name}s": {identity.user: key} for name, key in body.items()}


def test_the_public_key_and_signature_are_those_of_the_specification() -> None:
    """Appendix "Signing JSON", its test vectors: seed, and signatures of `{}` and of `{"one": 1, "two": "Two"}`."""
    key = SigningKey.from_text("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1")
    assert key.public == "XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI"
    empty = "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"
    assert key.sign({}) == empty
    words = "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw"
    assert key.sign({"one": 1, "two": "Two"}) == words


def test_a_signature_is_added_and_leaves_out_what_is_not_signed() -> None:
    signed = IDENTITY.signed_device(DEVICE)
    public = IDENTITY.self_signing.public
    assert signed["signatures"][USER]["ed25519:PHONE"] == "its own"
    assert "unsigned" not in signed
    message = canonical_json({k: v for k, v in DEVICE.items() if k not in {"signatures", "unsigned"}})
    # By another library than the one that signs.
    Ed25519PublicKey.from_base64(public).verify_signature(
        message, Ed25519Signature.from_base64(signed["signatures"][USER][f"ed25519:{public}"])
    )
    assert DEVICE["signatures"] == {USER: {"ed25519:PHONE": "its own"}}


def test_an_identity_that_holds_together_vouches_for_its_devices() -> None:
    public = PublicIdentity.of(USER, answer())
    assert public is not None
    assert public.is_of(IDENTITY)
    assert public.vouches_for("PHONE", IDENTITY.signed_device(DEVICE))
    assert public.vouches_for("PHONE", {**IDENTITY.signed_device(DEVICE), "unsigned": {"x": 1}})


@pytest.mark.parametrize(
    "device",
    [
        DEVICE,
        {**IDENTITY.signed_device(DEVICE), "keys": {"ed25519:PHONE": "another"}},
        IDENTITY.signed_device({**DEVICE, "user_id": "@other:example.org"}),
        IDENTITY.signed_device({**DEVICE, "device_id": "OTHER"}),
        Identity.from_seeds(USER, bytes(96)).signed_device(DEVICE),
        with_signature(DEVICE, USER, IDENTITY.self_signing.public, IDENTITY.master),
        {**DEVICE, "signatures": None},
        {**DEVICE, "signatures": {USER: []}},
        {**DEVICE, "x": 1.5, "signatures": {USER: {f"ed25519:{IDENTITY.self_signing.public}": "AAAA"}}},
        {},
    ],
)
def test_it_vouches_for_nothing_else(device: dict[str, Any]) -> None:
    public = PublicIdentity.of(USER, answer())
    assert public is not None
    assert not public.vouches_for("PHONE", device)


def _swap_self_signing(made: dict[str, Any]) -> None:
    other = Identity.from_seeds(USER, bytes(96))
    made["self_signing_keys"] = answer(other)["self_signing_keys"]


def _drop_signature(made: dict[str, Any]) -> None:
    del made["self_signing_keys"][USER]["signatures"]


def _other_owner(made: dict[str, Any]) -> None:
    made["master_keys"][USER]["user_id"] = "@other:example.org"


def _other_usage(made: dict[str, Any]) -> None:
    made["master_keys"][USER]["usage"] = ["user_signing"]


def _two_keys(made: dict[str, Any]) -> None:
    made["master_keys"][USER]["keys"]["ed25519:x"] = "x"


def _lying_key_id(made: dict[str, Any]) -> None:
    made["master_keys"][USER]["keys"] = {"ed25519:x": IDENTITY.master.public}


def _nothing(made: dict[str, Any]) -> None:
    made["self_signing_keys"] = None


@pytest.mark.parametrize(
    "spoil",
    [_swap_self_signing, _drop_signature, _other_owner, _other_usage, _two_keys, _lying_key_id, _nothing],
)
def test_an_identity_that_does_not_hold_together_is_none_and_still_there(spoil: Any) -> None:
    made = copy.deepcopy(answer())
    spoil(made)
    assert PublicIdentity.of(USER, made) is None
    assert has_identity(USER, made)


def test_who_has_no_identity_has_none() -> None:
    assert not has_identity(USER, {})
    assert not has_identity(USER, {"master_keys": {"@other:example.org": {}}})
    assert PublicIdentity.of(USER, {}) is None


def test_the_secrets_make_the_same_identity() -> None:
    again = Identity.from_secrets(USER, IDENTITY.secrets)
    assert again.published() == IDENTITY.published()
    assert len(from_base64(IDENTITY.secrets["master"])) == 32
    with pytest.raises(ValueError, match="user_signing"):
        Identity.from_secrets(USER, {"master": "x", "self_signing": "y"})
    with pytest.raises(ValueError, match="32 bytes"):
        Identity.from_secrets(USER, dict.fromkeys(IDENTITY.secrets, "AAAA"))


def test_nothing_hostile_is_taken_for_a_signature_or_raises() -> None:
    public = IDENTITY.master.public
    for value in (
        {},
        {"signatures": {USER: {f"ed25519:{public}": 5}}},
        {"signatures": {USER: {f"ed25519:{public}": "é"}}},
    ):
        assert not is_signed(value, USER, public, public)
        assert not is_signed(value, USER, public, "no key")


def test_private_keys_are_in_no_repr() -> None:
    assert IDENTITY.master.text not in repr(IDENTITY)
    assert repr(IDENTITY.master.seed) not in repr(IDENTITY)
