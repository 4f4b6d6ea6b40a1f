"""`python -m bridges.irc`, as an operator runs it: JSON lines in and out, against the scripted server."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bridges.events import (
    Attribution,
    EditMessage,
    MessageId,
    PersonId,
    React,
    Redact,
    Replying,
    RoomId,
    Sender,
    SendMessage,
    ToPerson,
    ToRoom,
)
from bridges.irc.__main__ import main
from bridges.irc.jsonlines import action, encode
from bridges.text import Break, Items, Link, Plain, Styled, from_plain
from tests.servers.irc import authority
from tests.servers.scripted_irc import ScriptedIrc, signed


class Command:
    """The program at work."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []

    def say(self, **asked: object) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(asked).encode() + b"\n")

    async def until(self, wanted: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        assert self.process.stdout
        async with asyncio.timeout(60):
            while raw := await self.process.stdout.readline():
                self.lines.append(json.loads(raw))
                if wanted(self.lines[-1]):
                    return self.lines[-1]
        raise AssertionError(f"it ended: {self.lines}")

    async def end(self) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        async with asyncio.timeout(60):
            self.lines += [json.loads(raw) for raw in (await self.process.stdout.read()).splitlines()]
            return await self.process.wait()


@asynccontextmanager
async def command(server: ScriptedIrc, *options: str) -> AsyncIterator[Command]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bridges.irc", "--host", "localhost", "--port", str(server.port), "--nick", "desk"),
        *options,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Command(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_events_come_out_and_actions_go_in() -> None:
    async with ScriptedIrc() as server:
        server.members["#help"] = ("anna",)
        async with command(server, "--no-tls", "--join", "#help") as desk:
            await desk.until(lambda line: line.get("event") == "RoomEntered")
            client = await server.accept()
            client.send("@msgid=x :anna!a@host PRIVMSG #help :h\u00e9llo \x02there\x02")
            heard = await desk.until(lambda line: line.get("event") == "MessageReceived")
            assert heard["plain"] == "h\u00e9llo there"
            assert heard["room"]["id"] == "#help"
            assert heard["sender"]["name"] == "anna"
            desk.say(say="#help", text="hi", id="first")
            done = await desk.until(lambda line: "result" in line)
            assert done == {
                "result": "done",
                "id": "first",
                "receipt": {"is": "Receipt", "room": "#help", "messages": ["m1"]},
            }
            desk.say(say="#nowhere", text="hi")
            desk.say(nonsense=1)
            refused = [await desk.until(lambda line: "result" in line) for _ in range(2)]
            assert [line["error"] for line in refused] == ["Permanent", "BadAction"]
            desk.say(say="#help", text="bye")
            assert await desk.end() == 0
            assert desk.lines[-1]["result"] == "done"
            await client.expect("PRIVMSG #help :?bye")
            await client.expect("^QUIT")


async def test_what_was_asked_before_the_connection_is_done_before_the_end() -> None:
    async with ScriptedIrc() as server, command(server, "--no-tls", "--join", "#help") as desk:
        desk.say(say="#help", text="hi")
        assert await desk.end() == 0
        assert [line["result"] for line in desk.lines if "result" in line] == ["done"]


async def test_it_reconnects(tmp_path: Path) -> None:
    async with ScriptedIrc() as server, command(server, "--no-tls", "--join", "#help") as desk:
        await desk.until(lambda line: line.get("event") == "RoomEntered")
        server.clients[0].close("bye")
        desk.say(say="#help", text="again")
        await desk.until(lambda line: line.get("result") == "done")
        assert len(server.clients) == 2


async def test_it_follows_sts_and_keeps_it(tmp_path: Path) -> None:
    store = tmp_path / "policies.json"
    password = tmp_path / "password"
    password.write_text("s3cret")
    async with ScriptedIrc(
        certificate=signed(), sts="duration=600", caps={"sasl": "SCRAM-SHA-256"}, accounts={"desk": "s3cret"}
    ) as safe:
        options = ("--no-tls", "--ca-file", str(authority() / "ca.pem"), "--sts-store", str(store), "--join", "#help")
        login = ("--sasl", "scram-sha-256", "--sasl-user", "desk", "--sasl-password-file", str(password))
        async with ScriptedIrc(sts=f"port={safe.port}") as plain:
            for _ in range(2):
                async with command(plain, *options, *login) as desk:
                    assert await desk.end() == 0
                    assert any(line.get("event") == "RoomEntered" for line in desk.lines)
            assert (len(plain.clients), len(safe.clients)) == (1, 2)
            assert safe.clients[1].account == "desk"


async def test_what_stops_it_is_told_with_the_mend() -> None:
    async with ScriptedIrc(certificate=signed()) as server, command(server) as desk:
        stopped = await desk.until(lambda line: "stopped" in line)
        assert "ca_file" in stopped["mend"]
        assert await desk.end() == 1


@pytest.mark.parametrize(
    ("options", "mend"),
    [
        (["--tls-fingerprint", "abc"], r"--tls-fingerprint: .*64 hex digits"),
        (["--sasl-user", "desk"], r"--sasl-password-file"),
        (["--sasl", "external"], r"--client-cert"),
        (["--join", "help"], r"--join: .*as #help"),
        (["--proxy", "http://x:1"], r"--proxy: .*socks5://host:port"),
        (["--no-tls", "--no-sts", "--ca-file", "x"], r"--tls"),
        (["--sasl", "other"], r"scram-sha-256"),
    ],
)
def test_wrong_options_name_the_mend(options: list[str], mend: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--host", "localhost", "--nick", "desk", *options])
    assert ended.value.code == 2
    assert re.search(mend, capsys.readouterr().err)


ACTIONS = [
    SendMessage(
        ToRoom(RoomId("#help")),
        (Plain("a "), Styled("bold", (Link("https://x.example", (Plain("b"),)), Break())), Items(((Plain("c"),),))),
        "emote",
        Sender(PersonId("account:anna"), "anna", authenticated=True),
        must_reach=True,
        reply_to=MessageId("m1"),
        attribution=Attribution("Anna", "matrix", PersonId("@anna:x"), "m"),
        lines=2,
        rest="https://x.example/1",
        replying=Replying("bob", "words", recent=False),
        said_at=datetime(2026, 1, 1, tzinfo=UTC),
    ),
    SendMessage(ToPerson(PersonId("guest:1")), from_plain("hi")),
    EditMessage(RoomId("#help"), (MessageId("m1"),), from_plain("new"), from_plain("old")),
    Redact(RoomId("#help"), (MessageId("m1"), MessageId("m2")), "spam", "mod", "anna"),
    React(RoomId("#help"), MessageId("m1"), "\U0001f44d"),
]


@pytest.mark.parametrize("made", ACTIONS, ids=lambda made: type(made).__name__)
def test_every_action_can_be_written(made: Any) -> None:
    written = encode(made)
    assert isinstance(written, dict)
    line = json.dumps({"do": written.pop("is"), "id": 7} | written)
    assert action(line) == (made, {"id": 7})


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("hello", '"say"'),
        ("[]", "object"),
        ('{"do": "Dance"}', "React"),
        ('{"do": ["React"]}', "React"),
        ('{"do": "React", "room": "#a"}', "target, key"),
        ('{"do": "React", "room": "#a", "target": "m", "key": 1}', "wants a text"),
        ('{"say": "#a"}', "needs text"),
        ('{"say": 1, "text": "x"}', "#room"),
        ('{"say": "#a", "text": "x", "loud": true}', "loud"),
        ('{"say": "#a", "text": "x", "style": "loud"}', "emote"),
        ('{"say": "#a", "text": [{"is": "Script"}]}', "no span"),
        ('{"say": "#a", "text": [{"is": "clean"}]}', "no span"),
        ('{"say": "#a", "text": "x", "lines": true}', "wants a int"),
        ('{"do": "SendMessage", "to": {"is": "ToMars"}, "text": "x"}', "ToRoom, ToPerson"),
        ('{"say": "#a", "text": "x", "said_at": "noon"}', "a time"),
        ('{"do": "Redact", "room": "#a", "targets": "m1"}', "an array"),
    ],
)
def test_what_is_no_action_is_told_with_the_mend(line: str, mend: str) -> None:
    with pytest.raises(ValueError, match=mend):
        action(line)


def test_nesting_is_bounded() -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [{"is": "Quote", "children": deep}]
    with pytest.raises(ValueError, match="deeply"):
        action(json.dumps({"say": "#a", "text": deep}))
    with pytest.raises(ValueError, match="JSON"):
        action("[" * 100_000)


async def test_it_ends_when_the_input_has_ended_and_nobody_is_there() -> None:
    async with ScriptedIrc() as server:
        pass
    async with command(server, "--no-tls") as desk:
        assert await desk.end() == 1
        assert "connection refused" in desk.lines[-1]["stopped"]
