"""Passwords that people paste are masked, and plain speech about passwords is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.desk.secrets import MASK, mask


@pytest.mark.parametrize(
    ("words", "secret"),
    [
        ("my password is hunter22", "hunter22"),
        ("Password: correcthorse", "correcthorse"),
        ("passwort ist geheim99", "geheim99"),
        ("pw=abcd", "abcd"),
        ('token = "abc-def-1234"', "abc-def-1234"),
        ("/msg NickServ identify anna s3cret", "s3cret"),
        ("/msg nickserv IDENTIFY lonelyword", "lonelyword"),
        ("ghp_" + "a1" * 18, "a1a1"),
        ("use glpat-abcdefghijklmnopqrst", "glpat-abcdefghijklmnopqrst"),
        ("AKIAABCDEFGHIJKLMNOP", "AKIAABCDEFGHIJKLMNOP"),
        ("git clone https://anna:pa55@git.example/x", "anna:pa55"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefgh", "eyJzdWIi"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nabc\ndef\n-----END OPENSSH PRIVATE KEY-----", "abc\ndef"),
        ("-----BEGIN RSA PRIVATE KEY-----\ncut off", "cut off"),
    ],
)
def test_an_obvious_secret_is_masked(words: str, secret: str) -> None:
    masked, found = mask(words)
    assert found
    assert secret not in masked
    assert MASK in masked


@pytest.mark.parametrize(
    "words",
    [
        "my password is wrong",
        "the password is not accepted.",
        "how do I reset my password?",
        "mein Passwort ist abgelaufen",
        "is a token needed?",
    ],
)
def test_speech_about_secrets_is_left_alone(words: str) -> None:
    assert mask(words) == (words, False)


@given(st.text(max_size=200))
def test_masking_twice_masks_nothing_more(words: str) -> None:
    masked, _ = mask(words)
    assert mask(masked)[0] == masked
