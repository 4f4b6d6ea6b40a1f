"""SCRAM-SHA-256 from the specification's own example, and servers that get it wrong."""

from __future__ import annotations

import base64

import pytest

from bridges.irc.scram import Scram, Unproven, prepare
from tests.servers.scripted_irc import ScramServer

NONCE = "rOprNGfwEbeRWgbNEkqO"
CHALLENGE = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"


def test_the_example_of_rfc_7677_section_3() -> None:
    client = Scram("user", "pencil", NONCE)
    assert client.first() == b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    derivation = client.challenged(CHALLENGE)
    assert derivation.rounds == 4096
    assert client.final(derivation.run()) == (
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    )
    client.verify(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")


def test_a_server_that_does_not_know_the_password_is_not_believed() -> None:
    client = Scram("user", "pencil", NONCE)
    client.final(client.challenged(CHALLENGE).run())
    with pytest.raises(Unproven, match="can't show"):
        client.verify(b"v=" + base64.b64encode(bytes(32)))
    with pytest.raises(Unproven, match="unknown-user"):
        client.verify(b"e=unknown-user")
    with pytest.raises(Unproven, match="can't show"):
        client.verify(b"x=1")


@pytest.mark.parametrize(
    ("challenge", "why"),
    [
        (b"r=other,s=W22Z,i=4096", "belong"),
        (b"r=rOprNGfwEbeRWgbNEkqO,s=W22Z,i=4096", "belong"),
        (b"r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=4095", "4095 rounds"),
        (b"r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=1000001", "1000001 rounds"),
        (b"r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=-4096", "no number"),
        (b"r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=9999999999", "no number"),
        (b"r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096", "salt"),
        (b"r=rOprNGfwEbeRWgbNEkqOx,s=***,i=4096", "form"),
        (b"r=rOprNGfwEbeRWgbNEkqOx,i=4096,s=W22Z", "form"),
        (b"m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=4096", "form"),
        (b"r=rOprNGfwEbeRWgbNEkqOx,r=y,s=W22Z,i=4096", "form"),
        (b"", "form"),
        (b"\xff", "not text"),
    ],
)
def test_challenges_that_are_none(challenge: bytes, why: str) -> None:
    """RFC 5802 section 5.1, RFC 7677 section 4."""
    with pytest.raises(Unproven, match=why):
        Scram("user", "pencil", NONCE).challenged(challenge)


def test_names_and_passwords_are_prepared() -> None:
    """RFC 4013 section 3: its examples; RFC 5802 section 5.1: `=` and `,` in names."""
    assert prepare("I\u00adX") == "IX"
    assert prepare("user") == "user"
    assert prepare("USER") == "USER"
    assert prepare("\u00aa") == "a"
    assert prepare("\u2168") == "IX"
    assert prepare("a\u00a0b") == "a b"
    assert prepare("\u0627\u0628") == "\u0627\u0628"
    for wrong in ("\u0007", "\u06271", "a\u0627"):
        with pytest.raises(ValueError, match="SASLprep"):
            prepare(wrong)
    assert Scram("a=b,c", "x", NONCE).first() == b"n,,n=a=3Db=2Cc,r=rOprNGfwEbeRWgbNEkqO"
    with pytest.raises(ValueError, match="nonce"):
        Scram("a", "x", "with,comma")


def test_secrets_do_not_show() -> None:
    assert "pencil" not in repr(Scram("user", "pencil", NONCE).challenged(CHALLENGE))


def test_the_servers_side_agrees() -> None:
    for lie, right in ((False, True), (True, False)):
        # The server of the tests prepares nothing: its password is the prepared one.
        server = ScramServer({"a,b": "password"}, lie=lie)
        client = Scram("a,b", "pass\u00adword", NONCE)
        challenge = server.first(client.first().decode())
        verdict = server.final(client.final(client.challenged(challenge.encode()).run()).decode())
        assert verdict is not None
        if right:
            client.verify(verdict.encode())
        else:
            with pytest.raises(Unproven):
                client.verify(verdict.encode())
