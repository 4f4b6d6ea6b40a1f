"""https://modern.ircdocs.horse/#rplisupport-005"""

from __future__ import annotations

import pytest

from bridges.irc.isupport import ServerLimits


def limits(*tokens: str) -> ServerLimits:
    told = ServerLimits()
    for token in tokens:
        told.read(token)
    return told


def test_escapes() -> None:
    assert limits("NETWORK=Example\\x20Network\\x3D1").network == "Example Network=1"
    assert limits("NETWORK=\\xC3\\xA9t\\xc3\\xa9").network == "été"
    assert limits("NETWORK=\\xZZ").network == "\\xZZ"


def test_negation_gives_the_default_back() -> None:
    told = limits("NICKLEN=30", "MONITOR=5", "TARGMAX=JOIN:1", "CHANTYPES=#", "WHOX", "UTF8ONLY", "PREFIX=(o)@")
    for name in ("NICKLEN", "MONITOR", "TARGMAX", "CHANTYPES", "WHOX", "UTF8ONLY", "PREFIX", "NOTHING", ""):
        told.read(f"-{name}")
    assert told == ServerLimits()


def test_rooms_and_marks() -> None:
    told = limits("CHANTYPES=#!", "PREFIX=(qo)~@", "CHANMODES=be,k,l,imnt", "MAXTARGETS=4", "UTF8ONLY")
    assert "!" in told.chantypes
    assert "&" not in told.chantypes
    assert told.status("@") == "o"
    assert (told.maxtargets, told.utf8only) == (4, True)
    takes = [mode for mode in "obklm" if told.takes_parameter(mode, adding=True)]
    assert takes == ["o", "b", "k", "l"]
    assert not told.takes_parameter("l", adding=False)
    assert limits("PREFIX=").prefixes == {}


@pytest.mark.parametrize(
    ("denied", "passes"),
    [
        ("", True),
        ("*", False),
        ("*,-draft/react", True),
        ("draft/react", False),
        ("typing", True),
        ("*,-typing", False),
    ],
)
def test_which_client_tags_get_through(denied: str, passes: bool) -> None:
    """https://ircv3.net/specs/extensions/message-tags: CLIENTTAGDENY"""
    assert limits(f"CLIENTTAGDENY={denied}").passes_tag("draft/react") is passes


def test_history() -> None:
    told = limits("CHATHISTORY=200", "MSGREFTYPES=msgid,timestamp")
    assert (told.chathistory, told.msgreftypes) == (200, ("msgid", "timestamp"))
