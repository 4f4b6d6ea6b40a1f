"""What must hold for whatever a stranger sends, with what hypothesis thinks of; `make fuzz` goes further."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bridges.irc.login import Plan
from bridges.irc.session import Session
from tests.fuzz.targets import DICTIONARIES, NOW, SEEDS, TARGETS, WELCOME, decoder, matrix_html, session, size

KEPT = settings(max_examples=60, deadline=None)


def shaped(target: str) -> st.SearchStrategy[bytes]:
    """Bytes that are mostly made of what means something to the target."""
    piece = st.one_of(st.sampled_from(DICTIONARIES[target]), st.sampled_from(SEEDS[target]), st.binary(max_size=8))
    return st.lists(piece, max_size=30).map(b" ".join) | st.lists(piece, max_size=30).map(b"".join)


@pytest.mark.parametrize("target", TARGETS)
def test_it_begins_with_what_holds(target: str) -> None:
    for seed in SEEDS[target]:
        TARGETS[target](seed)


@pytest.mark.parametrize("target", TARGETS)
def test_any_bytes(target: str) -> None:
    @KEPT
    @given(st.binary(max_size=300))
    def holds(data: bytes) -> None:
        TARGETS[target](data)

    holds()


@pytest.mark.parametrize("target", TARGETS)
def test_bytes_that_mean_something(target: str) -> None:
    @KEPT
    @given(shaped(target))
    def holds(data: bytes) -> None:
        TARGETS[target](data)

    holds()


_NICK = st.sampled_from(["a", "b", "[c]", "{C}", "desk", "*", "s"])
_ROOM = st.sampled_from(["#help", "#HELP", "#other", "&x", "desk"])
_TAGS = st.sampled_from(
    ["", "@account=x ", "@batch=1 ", "@msgid=1;time=2026-05-01T12:00:00.000Z ", "@time=x;label=7 ", "@+draft/reply=1 "]
)
_VERB = st.sampled_from([word.decode() for word in DICTIONARIES["session"] if word.isalnum() and word != b"desk"])
_PARAM = st.one_of(
    _NICK,
    _ROOM,
    st.sampled_from(["+1", "-1", "LS", "ACK", "DEL", "NEW", "=", "152", "+o-v", "netsplit", "chathistory"]),
)
_LAST = st.one_of(st.sampled_from(["", "@a +b desk", "batch sasl", "\x01PING 1\x01", "x" * 300]), st.text(max_size=20))


@st.composite
def server_line(draw: st.DrawFn) -> bytes:
    params = " ".join(draw(st.lists(_PARAM, max_size=4)))
    source = f":{draw(_NICK)}{draw(st.sampled_from(['', '!u@h', '!~u@v']))} " if draw(st.booleans()) else ""
    return f"{draw(_TAGS)}{source}{draw(_VERB)} {params} :{draw(_LAST)}\r\n".encode("utf-8", "replace")


@settings(max_examples=150, deadline=None)
@given(st.lists(server_line(), max_size=40).map(b"".join))
def test_a_server_that_knows_the_grammar(data: bytes) -> None:
    session(data)


@pytest.mark.parametrize(
    "line",
    [
        b":a{n}!u@h JOIN #help\r\n:a{n}!u@h PART #help\r\n",
        b":a{n}!u@h PRIVMSG #help :x\r\n",
        b":a{n}!u@h PRIVMSG desk :\x01VERSION\x01\r\n",
        b":s BATCH +{n} netsplit a b\r\n",
        b":desk!u@h JOIN #r{n}\r\n:desk!u@h PART #r{n}\r\n",
        b":s 473 desk #r{n} :x\r\n",
        b":a{n}!u@h NICK b{n}\r\n",
        b":s 005 desk X{n}=1 :are supported\r\n",
        b":s CAP desk NEW :cap{n}\r\n:s CAP desk DEL :cap{n}\r\n",
        b"@label={n} :s ACK\r\n",
        b":s PONG s :{n}\r\n",
    ],
)
def test_what_is_over_is_forgotten(line: bytes) -> None:
    """Two thousand strangers who come and go leave no more behind than one thousand."""
    desk = Session(Plan("desk", ()), "c")
    desk.start()
    desk.join([("#help", "")])
    desk.receive(WELCOME, NOW)
    kept = []
    for number in range(2_200):
        desk.receive(line.replace(b"{n}", str(number).encode()), NOW)
        desk.take()
        if number in {1_099, 2_199}:
            kept.append(size(desk))
    assert kept[1] <= kept[0] + 20


def test_an_endless_line_is_not_kept() -> None:
    decoder(b"\x3c" + b"x" * 50_000 + b"\r\nPING :a\r\n" + b"y" * 50_000)


@example(b"<blockquote>" * 40 + b"a<br>" * 7_000)
@example(b"<ul><li>" * 40 + b"a<li>" * 7_000)
@example(b"<a href='https://a.example/" + b"x" * 1_900 + b"'>" * 40 + b"a")
@settings(max_examples=1, deadline=None)
@given(st.just(b""))
def test_the_longest_html_stays_bounded(data: bytes) -> None:
    matrix_html(data)
