"""What must hold for whatever a stranger sends, a function a parser: each takes bytes and raises when it does not.

`test_fuzz.py` gives them what hypothesis thinks of, `make fuzz` what atheris finds by coverage.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from itertools import pairwise

from bridges.irc.login import Plan
from bridges.irc.protocol import LINE_LIMIT, LineDecoder, sendable, split
from bridges.irc.session import Session
from bridges.text import (
    LENGTH_LIMIT,
    LINKABLE,
    CodeBlock,
    Coloured,
    Items,
    Link,
    Quote,
    Spoiler,
    Styled,
    Text,
    from_html,
    from_irc,
    from_plain,
    html,
    irc,
    plain,
    take_address,
    walk,
    web,
)
from bridges.text.change import WHOLE, change
from bridges.text.hypertext import DEPTH, NESTED_BLOCKS
from bridges.text.names import NAME_LIMIT, fit_name, unpinging

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
GROWTH = 40
"""Entries of a session's tables that one line may add: a line names at most some people with a handful of facts each."""
BASE = 400
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_TAG = re.compile(
    r"</?(?:strong|em|u|del|code|pre|blockquote|ul|li|details|summary|span)>|<br>|<ol(?: start=\"\d+\")?>|</ol>"
    r"|<a href=\"(?:https?|mailto|ircs?|matrix):[^\"<>]*\">|</a>"
    r"|<span(?: data-mx-color=\"#[0-9a-f]{6}\")?(?: data-mx-bg-color=\"#[0-9a-f]{6}\")?>"
    r"|<span data-mx-spoiler(?:=\"[^\"<>]*\")?>|<span class=\"hue-[a-z]+\">|<details class=\"spoiler\">",
    re.IGNORECASE,
)


def chunks(data: bytes) -> Iterator[bytes]:
    """The bytes in pieces of uneven length, which the first byte decides."""
    step = (data[0] if data else 0) % 61 + 1
    for start, end in pairwise([*range(0, len(data), step), len(data)]):
        yield data[start:end]


def decoder(data: bytes) -> None:
    """Lines are the same however the bytes come, and an endless one is not kept."""
    apart, whole = LineDecoder(), LineDecoder()
    lines = []
    for piece in chunks(data):
        lines += apart.push(piece)
        assert apart.held <= LINE_LIMIT
    assert [line.format() for line in lines] == [line.format() for line in whole.push(data)]
    assert apart.dropped == whole.dropped


def size(root: object) -> int:
    """How many entries there are in all tables that can be reached from it."""
    seen: set[int] = set()
    waiting = deque([root])
    entries = 0
    while waiting:
        thing = waiting.popleft()
        if id(thing) in seen or isinstance(thing, (str, bytes, int, float, type, datetime)):
            continue
        seen.add(id(thing))
        if isinstance(thing, dict):
            entries += len(thing)
            waiting.extend(thing.values())
        elif isinstance(thing, (list, set, frozenset, tuple, deque)):
            entries += len(thing)
            waiting.extend(thing)
        elif is_dataclass(thing):
            waiting.extend(getattr(thing, field.name) for field in fields(thing))
        elif type(thing).__module__.startswith("bridges."):
            waiting.extend(vars(thing).values() if hasattr(thing, "__dict__") else ())
    return entries


WELCOME = (
    b":s CAP * LS :account-notify account-tag batch chghost echo-message extended-join labeled-response message-tags "
    b"server-time multi-prefix setname away-notify\r\n:s CAP desk ACK :account-notify account-tag batch chghost "
    b"echo-message extended-join labeled-response message-tags server-time\r\n:s 001 desk :Hi\r\n"
    b":s 005 desk CASEMAPPING=rfc1459 MONITOR=100 WHOX PREFIX=(ov)@+ :are supported\r\n:s 376 desk :-\r\n"
    b":desk!u@h JOIN #help desk :Desk\r\n"
)


def session(data: bytes) -> None:
    """A registered session survives whatever a server says, sends whole lines only and keeps no more than it was told."""
    desk = Session(Plan("desk", ("desk2",)), "c")
    desk.start()
    desk.join([("#help", "")])
    desk.receive(WELCOME, NOW)
    _sent(desk)
    start = size(desk)
    sizes = []
    for _ in range(3):  # the same again tells nothing new
        for piece in chunks(data):
            desk.receive(piece, NOW)
            _sent(desk)
        desk.receive(b"\r\n", NOW)
        sizes.append(size(desk))
    told = data.count(b"\n") + data.count(b" ") + data.count(b",") + data.count(b"=") + 1
    assert sizes[-1] <= start + BASE + GROWTH * told, f"{sizes[-1]} entries after {told} words"
    assert sizes[2] <= sizes[1] + 2 * GROWTH, f"grows with every repetition: {sizes}"
    desk.closed()
    _sent(desk)


def _sent(desk: Session) -> None:
    for out in desk.take():
        assert out.data.endswith(b"\r\n")
        assert not set(b"\r\n\x00") & set(out.data[:-2])


def mirc(data: bytes) -> None:
    """Any line of IRC becomes clean spans that every network can show."""
    line = data.decode("utf-8", "replace")
    text = from_irc(line)
    _clean(text)
    assert "\n" not in plain(text)
    once = from_irc(irc(text))
    assert from_irc(irc(once)) == once
    _shown(text)


def matrix_html(data: bytes) -> None:
    """Any HTML becomes clean spans of bounded depth that every network can show."""
    text = from_html(data.decode("utf-8", "replace"))
    _clean(text)
    assert _depth(text) <= 2 * DEPTH
    assert len(plain(text)) <= (LENGTH_LIMIT * 2 + 2_000) * (2 * NESTED_BLOCKS + 4)
    _shown(text)


def edits(data: bytes) -> None:
    """Any two texts have a difference that can be said in short lines, and none of a text and itself."""
    words = data.decode("utf-8", "replace")
    cut = words.find("\x00")
    before, after = (words[:cut], words[cut + 1 :]) if cut >= 0 else (words, words[::-1])
    assert change(before, before) is None
    for line in (change(before, after) or "").split("\n"):
        assert len(line) <= max(len(after), WHOLE) + 10


def names(data: bytes) -> None:
    """Any name can be shown in a line, and shown again."""
    name = data.decode("utf-8", "replace")
    shown = fit_name(name)
    assert 0 < len(shown) <= NAME_LIMIT
    assert fit_name(unpinging(name)) == shown == fit_name(shown)
    assert not _CONTROL.search(shown)


def _clean(text: Text) -> None:
    for span in walk(text):
        words = getattr(span, "text", "")
        assert not _CONTROL.search(
            words if not isinstance(span, CodeBlock) else words.replace("\n", "").replace("\t", "")
        )
        if isinstance(span, Link):
            assert LINKABLE.match(span.url)
            assert not _CONTROL.search(span.url)


def _depth(text: Text) -> int:
    """Counted without recursion, which deep trees would end."""
    deepest, waiting = 0, [(text, 1)]
    while waiting:
        level, depth = waiting.pop()
        deepest = max(deepest, depth)
        for span in level:
            if isinstance(span, (Styled, Link, Coloured, Spoiler, Quote)):
                waiting.append((span.children, depth + 1))
            elif isinstance(span, Items):
                waiting.extend((item, depth + 1) for item in span.items)
    return deepest


def _shown(text: Text) -> None:
    for shown in (html(text, pill=lambda person, _: f"https://matrix.to/#/{person}"), web(text)):
        assert "<" not in _TAG.sub("", shown)
    for line in sendable(irc(text)):
        assert "".join(split(line, 400)) == line
    from_plain(plain(text))
    take_address(text, ["desk", "Help Desk"])


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (decoder, session, mirc, matrix_html, edits, names)
}

SEEDS: dict[str, tuple[bytes, ...]] = {
    "decoder": (WELCOME, b"@a=b;+c=\\:\\s :n!u@h PRIVMSG #c :x\r\n", b"PING :" + b"x" * 600 + b"\r\n"),
    "session": (
        b":a!u@h JOIN #help acc :A\r\n:s 353 desk = #help :@a +b desk\r\n:s 366 desk #help :End\r\n",
        b"@account=x;msgid=1;time=2026-05-01T12:00:00.000Z :a!u@h PRIVMSG #help :\x01ACTION x\x01\r\n",
        b":s BATCH +1 netsplit a b\r\n@batch=1 :a!u@h QUIT :a b\r\n:s BATCH -1\r\n:a!u@h NICK b\r\n:a!u@h ACCOUNT *\r\n",
        b":s 354 desk 152 #help u h a H 0\r\n:s 730 desk :a!u@h\r\n:s 731 desk :a\r\n:s 005 desk CASEMAPPING=ascii -WHOX :x\r\n",
        b":s KICK #help desk :x\r\n:s 473 desk #help :x\r\n:s FAIL * X :y\r\nERROR :Excess Flood\r\n:s CAP * DEL :batch\r\n",
        b":a!u@h CHGHOST v i\r\n:a!u@h PART #help\r\n:a!u@h AWAY :x\r\n:a!u@h INVITE desk #x\r\n:s MODE #help +b x!*@*\r\n",
    ),
    "mirc": (b"\x02a\x1db\x1f\x0304,02c\x03\x0f\x11d\x11\x16e \x0301,01x\x04ABCDEF,012345y\x1e",),
    "matrix_html": (
        b'<p>a <b>b</b></p><ul><li>c<ol start="3"><li>d</li></ol></li></ul><pre><code>e\n</code></pre>',
        b'<span data-mx-spoiler="x" data-mx-color="#ff0000">a</span><a href="https://matrix.to/#/@a:b">A</a>',
        b"<mx-reply>x</mx-reply><table><tr><th>a<td>b</table><details><summary>s</summary>&#65;&amp;</details><img alt=x>",
    ),
    "edits": (b"try teh door\x00try the door", b"a\nb\nc\x00a\nx\nc", b"a/b\x00a/c"),
    "names": ("👩\u200d🚒 Kim".encode(), b"anna> hi <bob", "e\u0301\u202e".encode()),
}
"""What a target begins with: what is grammatical, so that fuzzing gets past the first check."""

DICTIONARIES: dict[str, tuple[bytes, ...]] = {
    "decoder": (b"\r\n", b"@", b";", b"=", b" :", b"\\s"),
    "session": tuple(
        b"PRIVMSG NOTICE JOIN PART QUIT NICK KICK MODE BATCH CAP ACCOUNT CHGHOST AWAY SETNAME INVITE TOPIC 353 366 354 315 "
        b"005 001 433 473 404 401 730 731 TAGMSG AUTHENTICATE FAIL PING PONG ERROR #help desk @batch=1 @account=".split()
    ),
    "mirc": (
        b"\x02",
        b"\x03",
        b"\x0304",
        b"\x0301,01",
        b"\x04ABCDEF",
        b"\x0f",
        b"\x11",
        b"\x16",
        b"\x1d",
        b"\x1e",
        b"\x1f",
    ),
    "matrix_html": tuple(
        b"<b> </b> <ul> <ol> <li> </li> <pre> <code> </code> </pre> <blockquote> <table> <tr> <td> <th> <p> <br> <hr> <h1> "
        b"<details> <summary> <mx-reply> <img <span <a href= data-mx-spoiler data-mx-color=#ff0000 alt= start= <!-- --> &#".split()
    ),
    "edits": (b"\x00", b"\n", b"/", b"\\", b" "),
    "names": ("\u200d".encode(), "\u2060".encode(), "\u0316".encode(), b"<", b">"),
}
