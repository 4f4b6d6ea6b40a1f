"""Lines from and to arbitrary bytes and text."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.irc.protocol import (
    LINE_LIMIT,
    LineDecoder,
    Prefix,
    ServerLimits,
    ctcp,
    nick_candidates,
    prefix,
    room_for_text,
    said_at,
    sendable,
    split,
    wire,
)

NOW = datetime(2026, 5, 1, tzinfo=UTC)
any_text = st.text(st.characters())


@given(st.lists(st.binary(max_size=300)))
def test_any_bytes_are_read_without_raising_and_without_growing(chunks: list[bytes]) -> None:
    decoder = LineDecoder()
    for chunk in chunks:
        for line in decoder.push(chunk):
            assert line.command
        assert decoder.held <= LINE_LIMIT


def test_a_line_without_end_is_dropped_and_the_next_is_read() -> None:
    decoder = LineDecoder()
    for _ in range(20):
        assert decoder.push(b"x" * 10_000) == []
        assert decoder.held <= LINE_LIMIT
    assert [line.command for line in decoder.push(b"tail\r\nPING a\r\n")] == ["PING"]
    assert decoder.dropped == 1


@given(st.binary(max_size=200), st.integers(1, 50))
def test_it_does_not_matter_how_the_bytes_were_cut(data: bytes, size: int) -> None:
    whole, parts = LineDecoder(), LineDecoder()
    expected = [line.format() for line in whole.push(data)]
    got = [line.format() for n in range(0, len(data), size) for line in parts.push(data[n : n + size])]
    assert got == expected


def test_bytes_that_are_not_utf8_are_read_as_latin1() -> None:
    assert LineDecoder().push(b":a PRIVMSG #b :gr\xfc\xdfe\r\n")[0].params[1] == "grüße"


@given(any_text)
def test_no_text_reaches_the_wire_as_another_line(text: str) -> None:
    for line in sendable(text):
        raw = wire("PRIVMSG", "#help", line)
        assert raw.endswith(b"\r\n")
        assert not re.search(rb"[\r\n\x00\x01]", raw[:-2])


@given(any_text)
def test_sending_loses_no_letter(text: str) -> None:
    def letters(words: str) -> str:
        return "".join(c for c in words if c.isalnum())

    assert "".join(map(letters, sendable(text))) == letters(text.encode("utf-8", "replace").decode()).replace(
        "\x00", ""
    )


@given(st.text(st.characters(exclude_categories=("Cs",))), st.integers(4, 450))
def test_splitting_joins_again_and_never_exceeds_the_limit(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert "".join(pieces) == text
    assert all(0 < len(piece.encode()) <= limit for piece in pieces)


def test_splitting_prefers_words() -> None:
    assert split("how do I join the channel", 10) == ["how do I ", "join the ", "channel"]


@pytest.mark.parametrize("command", [("PRIVMSG", "a b", "c"), ("PRIVMSG", ":a", "c"), ("PRIVMSG", "", "c")])
def test_a_line_that_would_say_something_else_is_refused(command: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"spaces|colon|empty"):
        wire(*command)


@given(any_text)
def test_wire_never_lets_a_line_end_through(text: str) -> None:
    try:
        raw = wire("TEST", text)
    except ValueError:
        return
    assert not re.search(rb"[\r\n\x00]", raw[:-2])


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=3000),
    st.sampled_from([Prefix("helpdesk"), Prefix("helpdesk", "~help", "a.host.example")]),
)
def test_what_the_server_relays_fits_its_limit(text: str, own: Prefix) -> None:
    limits = ServerLimits()
    fits = room_for_text(limits, own, "helpdesk", "PRIVMSG", "#help")
    user, host = own.user or "x" * 11, own.host or "x" * 63
    for line in sendable(text):
        for piece in split(line, fits):
            relayed = f":{own.nick}!{user}@{host} PRIVMSG #help :{piece}\r\n"
            assert len(relayed.encode()) <= 512


def test_what_the_server_can_do() -> None:
    """https://modern.ircdocs.horse/#rplisupport-005"""
    limits = ServerLimits()
    for token in ["CASEMAPPING=ascii", "LINELEN=1024", "NICKLEN=30", "WHOX", "MONITOR=30", "TARGMAX=JOIN:,PRIVMSG:4"]:
        limits.read(token)
    assert (limits.linelen, limits.nicklen, limits.whox, limits.monitor) == (1024, 30, True, 30)
    assert limits.targmax == {"JOIN": 0, "PRIVMSG": 4}
    assert limits.fold("A[]") == "a[]"


@given(st.text(max_size=60))
def test_nonsense_about_itself_is_borne(token: str) -> None:
    limits = ServerLimits()
    for name in ("", "CASEMAPPING=", "LINELEN=", "NICKLEN=", "TARGMAX=", "MONITOR=", "BOT=", "CHANTYPES="):
        limits.read(name + token)
    assert limits.linelen >= 512
    assert limits.nicklen >= 1


@pytest.mark.parametrize(
    ("mapping", "folded"), [("ascii", "a[\\]^"), ("rfc1459", "a{|}~"), ("rfc1459-strict", "a{|}^")]
)
def test_casemapping(mapping: str, folded: str) -> None:
    limits = ServerLimits()
    limits.read(f"CASEMAPPING={mapping}")
    assert limits.fold("A[\\]^") == folded
    assert limits.fold(limits.fold("A[\\]^")) == folded


def test_small_things() -> None:
    assert prefix("anna!~a@host") == Prefix("anna", "~a", "host")
    assert prefix("irc.example") == Prefix("irc.example")
    assert ctcp("hello") is None
    request = ctcp("\x01action waves about\x01")
    assert request is not None
    assert (request.verb, request.text) == ("ACTION", "waves about")
    assert said_at({"time": "2026-01-02T03:04:05.678Z"}, NOW).hour == 3
    assert said_at({"time": "yesterday"}, NOW) == NOW
    assert said_at(None, NOW) == NOW


def test_nicks_to_try_are_different_and_short() -> None:
    nicks = list(nick_candidates("helpdesk", ("desk",)))
    assert nicks[:4] == ["helpdesk", "desk", "helpdesk_", "helpdesk__"]
    assert len(nicks) == len(set(nicks))
    assert all(len(nick) <= 9 for nick in nicks[4:])
