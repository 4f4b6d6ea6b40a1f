"""The recovery key and what it opens, against values that other implementations publish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.matrix.encoding import canonical_json, from_base58, from_base64, to_base58, to_base64
from bridges.matrix.secretstorage import RecoveryKey

WORDS = "EsTj 3yST y93F SLpB jJsz eAXc 2XzA ygD3 w69H fGaN TKBj jXEd"
DESCRIPTION = {
    "algorithm": "m.secret_storage.v1.aes-hmac-sha2",
    "iv": "xv5b6/p3ExEw++wTyfSHEg==",
    "mac": "ujBBbXahnTAMkmPUX2/0+VTfUh63pGyVRuBcDMgmJC8=",
}
"""A key and its description as matrix-rust-sdk's tests have them."""


def test_a_published_key_opens_its_description() -> None:
    assert RecoveryKey.parse(WORDS).opens(DESCRIPTION)
    assert RecoveryKey.parse(WORDS.replace(" ", "")).opens(DESCRIPTION)
    assert RecoveryKey.parse(f"  {WORDS}\n").text == WORDS


def test_another_key_does_not_open_it() -> None:
    assert not RecoveryKey(b"\x01" * 32).opens(DESCRIPTION)
    assert not RecoveryKey.parse(WORDS).opens({**DESCRIPTION, "algorithm": "org.example"})
    assert not RecoveryKey.parse(WORDS).opens({**DESCRIPTION, "mac": "§"})
    assert not RecoveryKey.parse(WORDS).opens({**DESCRIPTION, "iv": ""})


def test_a_description_that_cannot_be_checked_counts_as_right() -> None:
    assert RecoveryKey.parse(WORDS).opens({"algorithm": DESCRIPTION["algorithm"]})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (WORDS.replace("jXEd", "jXEe"), "typing mistake"),
        (WORDS[:-5], "twelve groups"),
        ("", "twelve groups"),
        (WORDS.replace("EsTj", "0sTj"), "without 0"),
        ("a passphrase, not a key", "without 0"),
        (to_base58(b"\x8b\x02" + b"\x01" * 32 + b"\x89"), "twelve groups"),
    ],
)
def test_what_is_no_recovery_key_is_told_apart_and_never_quoted(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        RecoveryKey.parse(text)
    assert not text or text not in str(caught.value)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16), st.text())
def test_what_is_encrypted_is_read_again_under_the_same_key_and_name_only(raw: bytes, iv: bytes, secret: str) -> None:
    key = RecoveryKey(raw)
    assert RecoveryKey.parse(key.text) == key
    assert key.opens(key.describe(iv))
    sealed = key.encrypt("m.cross_signing.master", secret, iv)
    assert key.decrypt("m.cross_signing.master", sealed) == secret
    assert from_base64(sealed["iv"])[8] < 0x80
    for other, name in (
        (key, "m.cross_signing.self_signing"),
        (RecoveryKey(raw[::-1] + b"\x01"), "m.cross_signing.master"),
    ):
        with pytest.raises(ValueError, match="does not open"):
            other.decrypt(name, sealed)


@pytest.mark.parametrize("data", [None, [], {}, {"iv": 1}, {"iv": "", "ciphertext": "", "mac": ""}])
def test_what_is_no_secret_is_refused(data: object) -> None:
    with pytest.raises(ValueError):
        RecoveryKey.parse(WORDS).decrypt("x", data)


def test_the_key_is_in_no_repr() -> None:
    key = RecoveryKey.parse(WORDS)
    assert "EsTj" not in repr(key)
    assert repr(key.raw) not in repr(key)


@given(st.binary(max_size=80))
def test_bytes_come_back_from_text(raw: bytes) -> None:
    assert from_base58(to_base58(raw)) == raw
    assert from_base64(to_base64(raw)) == raw


def test_canonical_json_is_as_the_specification_has_it() -> None:
    """Appendix "Canonical JSON", its examples."""
    assert canonical_json({"one": 1, "two": "Two"}) == b'{"one":1,"two":"Two"}'
    assert canonical_json({"b": "2", "a": "1"}) == b'{"a":"1","b":"2"}'
    assert canonical_json({"a": "日本語"}) == '{"a":"日本語"}'.encode()
    assert canonical_json({"本": 2, "日": 1}) == '{"日":1,"本":2}'.encode()
    assert canonical_json({"a": None, "b": [True, -1]}) == b'{"a":null,"b":[true,-1]}'
    for none in (1.5, 2**53, {1: "x"}, [float("nan")]):
        with pytest.raises(ValueError):
            canonical_json({"a": none})
