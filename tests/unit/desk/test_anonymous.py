"""What leads to a person is masked before a question's words are logged; what was asked stays readable."""

from __future__ import annotations

import base64
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.desk.anonymous import anonymised
from helpdesk.desk.secrets import MASK


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("write to anna.b+x@example.org, please", f"write to {MASK} please"),
        ("mailto:anna@example.org", MASK),
        ("anna＠example.org", MASK),
        ("anna (at) example.org", MASK),
        ("anna at example dot org", MASK),
        ("@anna:matrix.org can't log in", f"{MASK} can't log in"),
        ("ping @anna!", f"ping {MASK}"),
        ("anna!~anna@host.example is banned", f"{MASK} is banned"),
        ("in #help:example.org", f"in {MASK}"),
        ("from 192.168.1.17.", f"from {MASK}."),
        ("connect to 10.0.0.1:6697", f"connect to {MASK}:6697"),
        ("fe80::1 is me", f"{MASK} is me"),
        ("[2001:db8::17]:80", f"[{MASK}]:80"),
        ("AA:bb:cc:dd:ee:ff", MASK),
        ("see https://anna:pw@git.example/wiki?token=x#me now", "see https://git.example/wiki now"),
        ("https://matrix.to/#/@anna:example.org", "https://matrix.to/"),
        ("example.org/find?q=anna", "example.org/find"),
        ("call +49 (30) 123-4567", f"call {MASK}"),
        ("call 030 1234567 today", f"call {MASK} today"),
        ("session d41d8cd98f00b204e9800998ecf8427e", f"session {MASK}"),
        ("id 550e8400-e29b-41d4-a716-446655440000", f"id {MASK}"),
        ("key aGVsbG8gd29ybGQgMTIzNDU2", f"key {MASK}"),
        ("in /home/anna/.config", f"in /home/{MASK}/.config"),
        (r"C:\Users\Anna\Desktop", rf"C:\Users\{MASK}\Desktop"),
        ("my password is hunter22", f"my password is {MASK}"),
    ],
)
def test_what_leads_to_a_person(words: str, left: str) -> None:
    assert anonymised(words) == left


@pytest.mark.parametrize(
    "words",
    [
        "how do I register my nick on irc.libera.chat:6697?",
        "Firefox 128.0.3 on Debian 12.5 says PR_CONNECT_RESET_ERROR",
        "getElementsByTagName throws NullPointerException in std::vector",
        "error 0x80070005 since linux-image-6-1-0-25-amd64",
        "the meeting at 12:34:56 in room 12, is it at 10?",
        "read collaboration/how-do-i-share-a-very-long-file-name",
        "wie richte ich Zwei-Faktor-Authentifizierung ein: geht das?",
        "what does !help do, and #help?",
        "https://example.org/kb/irc/nick",
        "メーリングリストを作りたい",
    ],
)
def test_what_was_asked_stays(words: str) -> None:
    assert anonymised(words) == words


AROUND = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
NAME = st.text("abcdefghijklmnopqrstuvwxyz0123456789._-", min_size=3, max_size=20).map(lambda part: f"q{part}z")
DIGITS = st.text("0123456789", min_size=9, max_size=12)
HELD = st.one_of(
    st.tuples(NAME, NAME).map(lambda pair: (f"{pair[0]}@{pair[1]}.example", pair[0])),
    st.tuples(NAME, NAME).map(lambda pair: (f"@{pair[0]}:{pair[1]}.example", pair[0])),
    NAME.map(lambda name: (f"@{name}", name)),
    st.ip_addresses(v=4).map(lambda address: (str(address), str(address))),
    st.integers(2**112, 2**128 - 1).map(lambda n: str(ipaddress.IPv6Address(n))).map(lambda text: (text, text)),
    st.tuples(NAME, NAME).map(lambda pair: (f"https://{pair[0]}@example.org/x?k={pair[1]}", pair[0])),
    NAME.map(lambda name: (f"https://example.org/x?user={name}", name)),
    DIGITS.map(lambda digits: (f"+{digits}", digits)),
    st.binary(min_size=16, max_size=40).map(bytes.hex).map(lambda text: (text, text)),
    st.binary(min_size=24, max_size=48)
    .map(lambda data: base64.b64encode(b"\x00\x10" + data).decode())
    .map(lambda t: (t, t)),
)


@given(AROUND, HELD, AROUND)
def test_it_is_masked_whatever_stands_around_it(before: str, held: tuple[str, str], after: str) -> None:
    written, secret = held
    assert secret not in anonymised(f"{before.replace(secret, '')} {written} {after.replace(secret, '')}")


@given(st.text(max_size=300))
def test_nothing_grows_without_bound(words: str) -> None:
    assert len(anonymised(words)) <= max(len(MASK), 1) * (len(words) + 1)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1",
        "1 ",
        ":",
        "@",
        "a.",
        "?a=",
        "http://",
        "Aa",
        "aA1",
        "a at ",
        "a(at)",
        "ab:",
        "1.1.",
        "( ",
        "+",
        "/home/",
    ],
)
def test_a_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    """A quadratic pattern would take minutes for this."""
    anonymised(piece * (100_000 // len(piece)))
