"""The IRC network on a scripted server, for what no installable server offers. Each test cites what it holds to."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from irctokens.line import Line

from bridges.events import (
    Attribution,
    EditMessage,
    Gap,
    MessageId,
    MessageReceived,
    MessageRedacted,
    PersonId,
    PersonMoved,
    React,
    Reacted,
    Receipt,
    Redact,
    RoomEntered,
    RoomExited,
    RoomId,
    RoomSplit,
    SendMessage,
    ToRoom,
)
from bridges.irc.network import IrcNetwork
from bridges.irc.pace import Pace
from bridges.irc.settings import IrcSettings
from bridges.network import Context, Permanent, Transient
from bridges.text import from_plain, plain
from tests.servers.listening import Listening
from tests.servers.scripted_irc import NAME, Client, ScriptedIrc

QUICK = Pace(tick=0.02, ping_every=0.5, ping_within=5, echo_within=1, join_again=0.2, rejoin=0.05, checkpoint_every=0.1,
             back_off=0.02, back_off_most=0.05, typing_every=3600)  # fmt: skip
HELP = RoomId("#help")
ANNA = Attribution("Anna", "matrix", PersonId("@anna:example.org"))
A = "A\u2060nna"
TALK = {"draft/chathistory": "", "draft/message-redaction": "", "draft/relaymsg": "/"}
MULTILINE = {"draft/multiline": "max-bytes=4096,max-lines=10"}


@dataclass
class Town:
    """The server's memory: what was said in #help, in order."""

    server: ScriptedIrc
    said: list[tuple[str, str, str, str]] = field(default_factory=list)
    """msgid, time, source, text"""
    deaf: bool = False
    """Take words, and never show them to who said them."""

    def __post_init__(self) -> None:
        self.server.on("PRIVMSG", self.hear)
        self.server.on("CHATHISTORY", self.history)

    def add(self, source: str, text: str) -> str:
        msgid, now = self.server.msgid(), datetime.now(UTC)
        self.said.append((msgid, now.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z", source, text))
        return msgid

    def hear(self, client: Client, line: Line) -> None:
        if (line.tags or {}).get("batch"):
            return
        msgid = self.add(client.mask, line.params[1])
        label = (line.tags or {}).get("label", "")
        if not self.deaf:
            client.send(
                f"@label={label};msgid={msgid};time={self.said[-1][1]} :{client.mask} PRIVMSG #help :{line.params[1]}"
            )

    def say(self, client: Client | None, nick: str, text: str) -> str:
        msgid = self.add(f"{nick}!u@h", text)
        if client is not None:
            client.send(f"@msgid={msgid};time={self.said[-1][1]} :{nick}!u@h PRIVMSG #help :{text}")
        return msgid

    def history(self, client: Client, line: Line) -> None:
        _, _, reference, most = line.params
        kind, _, value = reference.partition("=")
        column = {"msgid": 0, "timestamp": 1}[kind]
        after = [row for row in self.said if row[1] > value]
        if column == 0:
            ids = [row[0] for row in self.said]
            after = self.said[ids.index(value) + 1 :] if value in ids else []
        label = (line.tags or {}).get("label", "")
        client.send(f"@label={label} :{NAME} BATCH +h chathistory #help")
        for msgid, time, source, text in after[: int(most)]:
            client.send(f"@batch=h;msgid={msgid};time={time} :{source} PRIVMSG #help :{text}")
        client.send(f":{NAME} BATCH -h")

    def texts(self, nick: str = "desk") -> list[str]:
        return [text for _, _, source, text in self.said if source.startswith(f"{nick}!")]


def network(server: ScriptedIrc, folder: Path, **more: Any) -> IrcNetwork:
    given = {"host": "127.0.0.1", "port": server.port, "tls": False, "nick": "desk", "rooms": ("#help",)}
    settings = IrcSettings(**(given | {"flood_rate": 100, "flood_burst": 50, "colours": False} | more))
    return IrcNetwork("irc", settings, Context(folder, "helpdesk"), QUICK)


@asynccontextmanager
async def listening(net: IrcNetwork) -> AsyncIterator[Listening]:
    ears = Listening(net)
    ears.start()
    try:
        yield ears
    finally:
        await ears.stop()


@asynccontextmanager
async def talking(
    folder: Path, caps: dict[str, str] | None = None, isupport: tuple[str, ...] = (), **more: Any
) -> AsyncIterator[tuple[IrcNetwork, Listening, Client, Town]]:
    """The desk in #help with anna."""
    async with ScriptedIrc(
        caps=TALK | (caps or {}), isupport=("CASEMAPPING=ascii", "CHANTYPES=#", *isupport)
    ) as server:
        town = Town(server)
        server.members["#help"] = ("anna",)
        net = network(server, folder, **more)
        async with listening(net) as ears:
            client = await server.accept()
            await ears.expect(RoomEntered)
            yield net, ears, client, town


def say(words: str, **more: Any) -> SendMessage:
    return SendMessage(ToRoom(HELP), from_plain(words), "text", **more)


async def again(net: IrcNetwork, ears: Listening, key: str, action: SendMessage) -> Receipt:
    """As the outbox does."""
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(Transient):
                return await net.send(key, action)
            await ears.until_ready()


# --- words ------------------------------------------------------------------------------------------------------------


async def test_multiline_goes_as_one_message_with_one_id(tmp_path: Path) -> None:
    """https://ircv3.net/specs/extensions/multiline: client-initiated batch; the label on its beginning only"""
    async with talking(tmp_path, MULTILINE) as (net, _, client, _):

        def batch(client: Client, line: Line) -> None:
            if line.params[0].startswith("-"):
                opened = next(heard for heard in client.heard if heard.startswith("@") and " BATCH +" in heard)
                label = re.search(r"label=(\w+)", opened)
                assert label
                client.send(f"@label={label[1]};msgid=whole :{client.mask} BATCH +e draft/multiline #help")
                client.send(f"@batch=e :{client.mask} PRIVMSG #help :one", f":{NAME} BATCH -e")

        client.server.on("BATCH", batch)
        receipt = await net.send("k", say("one\ntwo\nthree", reply_to=MessageId("m9"), attribution=ANNA))
        assert receipt.messages == ("whole",)
        opened = await client.expect(r" BATCH \+b\d+ draft/multiline #help$")
        assert re.search(r"\+draft/reply=m9", opened)
        reference = re.search(r"BATCH \+(\w+)", opened)
        assert reference
        for word in ("one", "two", "three"):
            assert await client.expect("PRIVMSG") == f"@batch={reference[1]} PRIVMSG #help :<{A}> {word}"
        await client.expect(f"^BATCH -{reference[1]}$")


async def test_a_server_that_refuses_multiline_gets_lines(tmp_path: Path) -> None:
    """https://ircv3.net/specs/extensions/multiline#errors"""
    async with talking(tmp_path, MULTILINE) as (net, _, client, town):

        def refuse(client: Client, line: Line) -> None:
            if line.params[0].startswith("-"):
                client.send(f":{NAME} FAIL BATCH MULTILINE_MAX_BYTES 10 :too many bytes")

        client.server.on("BATCH", refuse)
        with pytest.raises(Transient):
            await net.send("k", say("one\ntwo"))
        await net.send("k", say("one\ntwo"))
        assert town.texts() == ["one", "two"]


async def test_relaymsg_speaks_for_people_and_is_never_reported(tmp_path: Path) -> None:
    """draft/relaymsg: RELAYMSG <channel> <nick> :<text>; the echo bears our nick in the tag"""
    async with talking(tmp_path, relaymsg=True) as (net, ears, client, town):

        def relay(client: Client, line: Line) -> None:
            room, nick, text = line.params
            label = (line.tags or {})["label"]
            client.send(f"@label={label};msgid=r1;draft/relaymsg=desk :{nick}!r@s PRIVMSG {room} :{text}")

        client.server.on("RELAYMSG", relay)
        receipt = await net.send("k", say("hello", attribution=ANNA))
        assert receipt.messages == ("r1",)
        await client.expect(r"RELAYMSG #help Anna/matrix hello$")
        client.send("@msgid=r2;draft/relaymsg=other :carl/xmpp!r@s PRIVMSG #help :from elsewhere")
        town.say(client, "anna", "and I")
        heard = await ears.message("from elsewhere")
        assert heard.relayed
        assert not heard.sender.authenticated
        await ears.message("and I")
        assert ears.messages() == ["from elsewhere", "and I"]


async def test_where_relaymsg_is_refused_the_name_stands_in_front(tmp_path: Path) -> None:
    async with talking(tmp_path, relaymsg=True) as (net, _, client, town):
        client.server.on(
            "RELAYMSG",
            lambda client, line: client.send(f"@label={(line.tags or {})['label']} :{NAME} 482 desk #help :no"),
        )
        with pytest.raises(Transient):
            await net.send("k", say("hello", attribution=ANNA))
        await net.send("k", say("hello", attribution=ANNA))
        assert town.texts() == [f"<{A}> hello"]


async def test_an_edit_says_the_change_once_or_nothing(tmp_path: Path) -> None:
    async with talking(tmp_path) as (net, _, _, town):
        before, after = from_plain("I read teh manual today"), from_plain("I read the manual today")
        edit = EditMessage(HELP, (MessageId("m"),), after, before, ANNA)
        receipt = await net.send("k", edit)
        assert await net.send("k", edit) == receipt
        assert len(town.texts()) == len(receipt.messages) == 1
        assert "teh" in town.texts()[0]
        trivial = EditMessage(HELP, (MessageId("m"),), from_plain("same  words"), from_plain("same words"), ANNA)
        assert (await net.send("k2", trivial)).messages == ()
        assert len(town.texts()) == 1


async def test_redactions_go_natively_else_a_moderators_is_said(tmp_path: Path) -> None:
    """https://ircv3.net/specs/extensions/message-redaction#command and #errors"""
    async with talking(tmp_path) as (net, _, client, town):

        def redact(client: Client, line: Line) -> None:
            room, msgid, *_ = line.params
            label = (line.tags or {})["label"]
            if msgid == "old":
                client.send(f"@label={label} :{NAME} FAIL REDACT REDACT_WINDOW_EXPIRED {room} old 60 :too late")
            else:
                client.send(f"@label={label};msgid=x :{client.mask} REDACT {room} {msgid}")

        client.server.on("REDACT", redact)
        receipt = await net.send("k1", Redact(HELP, (MessageId("m1"), MessageId("m2")), "spam"))
        assert receipt.messages == ("m1", "m2")
        await client.expect(r"REDACT #help m1 :?spam$")
        await client.expect(r"REDACT #help m2 :?spam$")
        assert (await net.send("k2", Redact(HELP, (MessageId("old"),)))).messages == ()
        assert town.texts() == []
        await net.send("k3", Redact(HELP, (MessageId("old"),), moderator="mod", author="anna"))
        assert [text.replace("\u2060", "") for text in town.texts()] == ["* mod took back a message of anna"]


async def test_reactions_go_natively_where_the_server_lets_them(tmp_path: Path) -> None:
    """https://ircv3.net/specs/client-tags/react, and CLIENTTAGDENY of message-tags"""
    react = React(HELP, MessageId("m1"), "👍")
    async with talking(tmp_path / "a") as (net, _, client, _):
        assert len((await net.send("k", react)).messages) == 1
        line = await client.expect("TAGMSG #help")
        assert "+draft/react=👍" in line
        assert "+draft/reply=m1" in line
        unknown = React(HELP, MessageId(f"{'0' * 32}:7"), "👍")
        assert (await net.send("k2", unknown)).messages == ()
    for deny in ("CLIENTTAGDENY=*", "CLIENTTAGDENY=draft/react"):
        async with talking(tmp_path / deny[-3:], isupport=(deny,)) as (net, _, client, _):
            assert (await net.send("k", react)).messages == ()
            assert not any("TAGMSG" in line for line in await client.synced())


async def test_typing_is_a_hint(tmp_path: Path) -> None:
    """https://ircv3.net/specs/client-tags/typing: at most one active notice in three seconds"""
    async with talking(tmp_path) as (net, _, client, _):
        await net.typing(HELP, on=False)
        for _ in range(5):
            await net.typing(HELP, on=True)
        await client.expect(r"^@\+typing=active TAGMSG #help$")
        await net.typing(HELP, on=False)
        await client.expect(r"^@\+typing=done TAGMSG #help$")
        assert sum("+typing" in line for line in client.heard) == 2
        await net.typing(RoomId("#nowhere"), on=True)


async def test_there_are_no_files(tmp_path: Path) -> None:
    async with talking(tmp_path) as (net, *_):
        with pytest.raises(Permanent):
            net.fetch("anything")


# --- hearing ----------------------------------------------------------------------------------------------------------


async def test_events_of_people(tmp_path: Path) -> None:
    async with talking(tmp_path, MULTILINE) as (_, ears, client, town):
        first = town.say(client, "anna", "hi")
        client.send(
            f"@msgid=r1;+draft/reply={first};+draft/react=👍 :anna!u@h TAGMSG #help",
            f"@msgid=r2;+draft/reply={first};+draft/unreact=👍 :anna!u@h TAGMSG #help",
            f"@msgid=d1 :anna!u@h REDACT #help {first}",
            "@msgid=m8 :anna!u@h BATCH +b draft/multiline #help",
            "@batch=b :anna!u@h PRIVMSG #help :one",
            "@batch=b :anna!u@h PRIVMSG #help :two",
            ":anna!u@h BATCH -b",
            ":berta!u@h JOIN #help * :B",
            ":berta!u@h NICK bert",
            ":bert!u@h QUIT :a.example b.example",
        )
        reacted = await ears.expect(Reacted)
        assert (reacted.target, reacted.key, reacted.id, reacted.sender.mask) == (first, "👍", "r1", "anna!u@h")
        await ears.expect(MessageRedacted, lambda e: e.target == "r1")
        await ears.expect(MessageRedacted, lambda e: e.target == first)
        assert plain((await ears.message("one\ntwo")).text) == "one\ntwo"
        moved = [await ears.expect(PersonMoved, lambda e, how=how: e.how == how) for how in ("joined", "renamed")]
        assert moved[0].sender.id == moved[1].sender.id
        assert (moved[1].was, moved[1].sender.name) == ("berta", "bert")


# --- the past ---------------------------------------------------------------------------------------------------------


async def test_what_was_missed_is_told_late_and_nothing_twice(tmp_path: Path) -> None:
    """https://ircv3.net/specs/extensions/chathistory, over a lost link and over a restart"""
    async with talking(tmp_path) as (_, ears, first, town):
        town.say(first, "anna", "heard")
        await ears.message("heard")
        first.abort()
        for n in range(3):
            town.say(None, "anna", f"missed {n}")
        client = await town.server.accept()
        await ears.message("missed 2")
        town.say(client, "anna", "live")
        await ears.message("live")
        await ears.stop()
        town.say(None, "anna", "missed by the stopped")
        ears.start()
        client = await town.server.accept()
        late = await ears.message("missed by the stopped")
        assert late.late
        town.say(client, "anna", "the end")
        await ears.message("the end")
        assert ears.messages() == [
            "heard", "missed 0", "missed 1", "missed 2", "live", "missed by the stopped", "the end"
        ]  # fmt: skip
        events = [e for e in ears.events if isinstance(e, MessageReceived)]
        assert [e.late for e in events] == [False, True, True, True, False, True, False]
        assert [e.at for e in events] == sorted(e.at for e in events)
        assert not any(isinstance(e, Gap) for e in ears.events)


async def test_past_the_bound_there_is_a_gap(tmp_path: Path) -> None:
    async with talking(tmp_path, catch_up=2) as (_, ears, client, town):
        town.say(client, "anna", "heard")
        await ears.message("heard")
        client.abort()
        for n in range(5):
            town.say(None, "anna", f"missed {n}")
        await town.server.accept()
        gap = await ears.expect(Gap)
        assert gap.since == (await ears.message("missed 1")).at
        assert ears.messages() == ["heard", "missed 0", "missed 1"]


async def test_nothing_is_there_twice_where_history_tells(tmp_path: Path) -> None:
    """The link dies after the server took our lines and before it said so."""
    async with talking(tmp_path) as (net, ears, client, town):
        town.say(client, "anna", "heard")
        await ears.message("heard")
        town.deaf = True
        action = say("one\ntwo\ntwo", attribution=ANNA)
        sending = asyncio.create_task(net.send("k", action))
        for word in ("one", "two", "two"):
            await client.expect(rf"> {word}$")
        town.said.pop()  # the last one was lost on the way
        client.abort()
        with pytest.raises(Transient):
            await sending
        town.deaf = False
        receipt = await again(net, ears, "k", action)
        assert town.texts() == [f"<{A}> one", f"<{A}> two", f"<{A}> two"]
        assert list(receipt.messages) == [row[0] for row in town.said if row[2].startswith("desk!")]


async def test_nothing_is_there_twice_after_a_crash_of_the_desk(tmp_path: Path) -> None:
    """What another process began is looked for too."""
    async with talking(tmp_path) as (net, ears, client, town):
        town.say(client, "anna", "heard")
        await ears.message("heard")
        town.deaf = True
        sending = asyncio.create_task(net.send("k", say("only once")))
        await client.expect("only once")
        await ears.stop()
        with pytest.raises(Transient):
            await sending
        town.deaf = False
        other = network(town.server, tmp_path)
        async with listening(other) as new_ears:
            await town.server.accept()
            await new_ears.expect(RoomEntered)
            await other.send("k", say("only once"))
            await other.send("k2", say("only once"))
        assert town.texts() == ["only once", "only once"]


# --- rooms and health -------------------------------------------------------------------------------------------------


async def test_rooms_are_kept_and_left_at_any_time(tmp_path: Path) -> None:
    async with talking(tmp_path) as (net, ears, client, _):
        net.keep([RoomId("#sig"), HELP])
        await client.expect(r"^JOIN #sig$")
        await ears.expect(RoomEntered, lambda e: e.room.id == "#sig")
        assert "#sig" in net.health().detail
        net.keep([])
        await client.expect(r"^PART #sig$")
        await ears.expect(RoomExited, lambda e: e.room.id == "#sig")
        assert net.health().ok, net.health()
        with pytest.raises(Permanent):
            await net.send("k", SendMessage(ToRoom(RoomId("#sig")), from_plain("x")))
        net.keep([RoomId("#sig")])
        await client.expect(r"^JOIN #sig$")


async def test_a_room_that_lets_nobody_in_until_an_invitation(tmp_path: Path) -> None:
    """https://modern.ircdocs.horse/#errinviteonlychan-473, INVITE"""
    async with talking(tmp_path) as (net, ears, client, _):
        invited = False

        def join(client: Client, line: Line) -> None:
            if line.params[0] == "#secret" and not invited:
                client.numeric("473", "#secret", "Cannot join channel (invite only)")
            else:
                client.default(line)

        client.server.on("JOIN", join)
        net.keep([RoomId("#secret")])
        await client.expect("JOIN #secret")
        await client.synced()
        health = net.health()
        assert not health.ok
        assert "invite" in health.mend
        invited = True
        client.send(":op!u@h INVITE desk #secret")
        await ears.expect(RoomEntered, lambda e: e.room.id == "#secret")
        assert net.health().ok


async def test_health_says_what_is_known(tmp_path: Path) -> None:
    async with talking(tmp_path) as (net, ears, client, town):
        await net.send("k", say("hello"))
        await client.expect(r"^PING k\d")
        await client.synced()
        assert net.health().detail == "registered as desk, in #help, PING answered, own words echoed"
        client.send(f":{NAME} 324 desk #help +m")
        town.say(client, "anna", "moderated now")
        await ears.message("moderated now")
        health = net.health()
        assert not health.ok
        assert "voice" in health.mend
        client.send(":op!u@h MODE #help +v desk")
        town.say(client, "anna", "and heard")
        await ears.message("and heard")
        assert net.health().ok


async def test_a_server_that_stops_showing_our_words_is_not_well(tmp_path: Path) -> None:
    async with talking(tmp_path) as (net, _, _, town):
        town.deaf = True
        await net.send("k", say("hello"))  # confirmed by a PING
        assert not net.health().ok
        town.deaf = False
        await net.send("k2", say("hello again"))
        assert net.health().ok


async def test_a_complaint_makes_the_desk_slower_and_nothing_is_lost(tmp_path: Path) -> None:
    """FAIL … RATE_LIMITED (standard-replies): remembered over a reconnect"""
    async with talking(tmp_path) as (net, ears, client, town):
        limited = True

        def hear(client: Client, line: Line) -> None:
            nonlocal limited
            if limited:
                limited = False
                label = (line.tags or {})["label"]
                client.send(f"@label={label} :{NAME} FAIL PRIVMSG RATE_LIMITED #help :slow down")
            else:
                town.hear(client, line)

        client.server.on("PRIVMSG", hear)
        with pytest.raises(Transient) as raised:
            await net.send("k", say("hello"))
        assert raised.value.retry_after
        await net.send("k", say("hello"))
        assert town.texts() == ["hello"]
        client.close("Closing link: Excess Flood")
        await town.server.accept()
        await ears.expect(RoomEntered, lambda e: e is not next(x for x in ears.events if isinstance(x, RoomEntered)))
        assert re.search(r"at 2\d% of flood_rate", net.health().detail), net.health()


async def test_a_split_is_one_event(tmp_path: Path) -> None:
    async with talking(tmp_path) as (_, ears, client, _):
        client.send(":anna!u@h QUIT :hub.example leaf.example")
        split = await ears.expect(RoomSplit)
        assert [person.name for person in split.people] == ["anna"]
