"""What is tried, and how messages are cut and put together."""

from __future__ import annotations

import pytest

from bridges.irc.sasl import Assembler, Credentials, Exchange, chunks, mechanisms
from bridges.irc.scram import Unproven

PASSWORD = Credentials("ann", "secret")
BOTH = Credentials("ann", "secret", certificate=True)
OPEN = Credentials("ann", "secret", private=False)
SCRAM = "SCRAM-SHA-256"


@pytest.mark.parametrize(
    ("credentials", "offered", "tried"),
    [
        (PASSWORD, ["PLAIN"], ["PLAIN"]),
        (PASSWORD, ["PLAIN", "EXTERNAL", SCRAM], [SCRAM, "PLAIN"]),
        (PASSWORD, ["plain", "scram-sha-256"], [SCRAM, "PLAIN"]),
        (PASSWORD, ["EXTERNAL", "ECDSA-NIST256P-CHALLENGE"], []),
        (PASSWORD, [], [SCRAM, "PLAIN"]),
        (BOTH, ["PLAIN", "EXTERNAL", SCRAM], ["EXTERNAL", SCRAM, "PLAIN"]),
        (Credentials(certificate=True), ["PLAIN", "EXTERNAL"], ["EXTERNAL"]),
        (OPEN, ["PLAIN", SCRAM], [SCRAM]),  # no password for who reads along, only because SCRAM failed
        (OPEN, [], [SCRAM]),
        (OPEN, ["PLAIN"], ["PLAIN"]),  # the operator chose tls = false, and this is all there is
        (Credentials("ann", "secret", wish="plain", private=False), ["PLAIN", SCRAM], ["PLAIN"]),
        (Credentials("ann", "secret", wish="plain"), [SCRAM], []),
        (Credentials("ann", "secret", certificate=True, wish="external"), ["PLAIN", "EXTERNAL"], ["EXTERNAL"]),
        (Credentials("ann", "secret", wish="scram-sha-256"), ["PLAIN", SCRAM], [SCRAM]),
        (Credentials("ann", ""), ["PLAIN"], []),
    ],
)
def test_the_best_that_both_have_comes_first(credentials: Credentials, offered: list[str], tried: list[str]) -> None:
    """https://ircv3.net/specs/extensions/sasl-3.2#mechanism-list-in-cap-ls"""
    assert mechanisms(credentials, offered) == tried


def test_messages_in_pieces_of_400_both_ways() -> None:
    """https://ircv3.net/specs/extensions/sasl-3.1#the-authenticate-command"""
    assert chunks(b"") == ["+"]
    assert [len(piece) for piece in chunks(b"x" * 300)] == [400, 1]
    assert chunks(b"x" * 300)[-1] == "+"
    for size in (0, 1, 299, 300, 301, 600, 2000):
        assembler = Assembler()
        *first, last = chunks(b"y" * size)
        assert all(assembler.push(piece) is None for piece in first)
        assert assembler.push(last) == b"y" * size
        assert assembler.push("+") == b""


@pytest.mark.parametrize("params", [["***"], ["A" * 401], ["A" * 400] * 41])
def test_nonsense_is_not_believed_and_not_kept(params: list[str]) -> None:
    assembler = Assembler()
    *first, last = params
    assert all(assembler.push(param) is None for param in first)
    with pytest.raises(Unproven):
        assembler.push(last)
    assert assembler.push("+") == b""


def test_what_each_says() -> None:
    assert Exchange("PLAIN", PASSWORD, "n").answer(b"") == b"ann\0ann\0secret"
    external = Exchange("EXTERNAL", BOTH, "n")
    assert external.answer(b"") == b""
    with pytest.raises(Unproven, match="more"):
        external.answer(b"")
    assert not Exchange("SCRAM-SHA-256", PASSWORD, "n").proven
    assert "secret" not in repr(PASSWORD)
