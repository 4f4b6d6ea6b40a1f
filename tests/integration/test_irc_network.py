"""The IRC network on real servers: InspIRCd with atheme, and ngIRCd as the plain end of the scale."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bridges.events import (
    Attribution,
    Gap,
    GuestGone,
    PersonId,
    PersonIdentified,
    PersonSeen,
    RoomEntered,
    RoomExited,
    RoomId,
    Sender,
    SendMessage,
    SetVoice,
    ToPerson,
    ToRoom,
)
from bridges.irc.client import Pace
from bridges.irc.network import IrcNetwork
from bridges.irc.settings import IrcSettings
from bridges.network import Away, Context, Gone, Misconfigured, Permanent, Transient
from bridges.text import Plain, from_plain
from tests.servers.irc import PASSWORD, InspIRCd, IrcPeer, NgIRCd, free_port, unique
from tests.servers.listening import Listening

pytestmark = pytest.mark.irc

QUICK = Pace(
    tick=0.02,
    ping_every=0.5,
    ping_within=5,
    echo_within=1,
    join_again=0.2,
    rejoin=0.05,
    regain_every=0.3,
    checkpoint_every=0.1,
    back_off=0.05,
    back_off_most=0.2,
)
HELP = ToRoom(RoomId("#help"))


@pytest.fixture(scope="module")
def inspircd() -> Iterator[InspIRCd]:
    server = InspIRCd(services=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def ngircd() -> Iterator[NgIRCd]:
    server = NgIRCd()
    server.start()
    yield server
    server.stop()


def settings(server: InspIRCd | NgIRCd, **more: Any) -> IrcSettings:
    given = {"host": "localhost", "port": server.port, "tls": False, "rooms": ("#help",), "flood_rate": 50}
    return IrcSettings(**(given | more))


def network(server: InspIRCd | NgIRCd, tmp_path: Path, pace: Pace = QUICK, **more: Any) -> IrcNetwork:
    if "nick" not in more:
        more["nick"] = unique("desk")
    return IrcNetwork("irc", settings(server, **more), Context(tmp_path, "helpdesk"), pace)


@asynccontextmanager
async def listening(net: IrcNetwork) -> AsyncIterator[Listening]:
    ears = Listening(net)
    ears.start()
    try:
        yield ears
    finally:
        await ears.stop()


def say(words: str, to: ToRoom | ToPerson = HELP, **more: Any) -> SendMessage:
    return SendMessage(to, from_plain(words), **more)


def nick_of(net: IrcNetwork) -> str:
    found = re.match(r"registered as ([^,;]+)", net.health().detail)
    assert found, net.health()
    return found[1]


def gone(guest: PersonId) -> Any:
    return lambda e: e.guest == guest


# --- in and out -------------------------------------------------------------------------------------------------------


async def test_join_is_confirmed_and_words_go_both_ways(inspircd: InspIRCd, tmp_path: Path) -> None:
    """The room's id is its name in the configuration, whatever the server calls it."""
    peer = await IrcPeer.connect(inspircd, unique("anna"))
    await peer.join("#help")
    net = network(inspircd, tmp_path, rooms=("#HELP",))
    async with listening(net) as ears:
        entered = await ears.expect(RoomEntered)
        assert entered.room.id == "#HELP"
        assert net.health().ok
        await peer.say("#help", "helpdesk: how do I \x02join\x02?")
        heard = await ears.message("how do I join?")
        assert (heard.room.id, heard.addressed, heard.sender.authenticated) == ("#HELP", True, False)
        assert heard.id == heard.message
        receipt = await net.send("k1", say("like this", ToRoom(RoomId("#HELP")), addressed=heard.sender))
        await peer.expect(rf"PRIVMSG #(help|HELP) :{peer.nick}: like this")
        assert receipt.messages[0]
        assert await net.send("k1", say("like this", ToRoom(RoomId("#HELP")), addressed=heard.sender)) == receipt
        await peer.synced()
        assert sum("like this" in line for line in peer.heard) == 1
        assert ears.messages() == ["how do I join?"]
        await peer.quit()


async def test_plain_server(ngircd: NgIRCd, tmp_path: Path) -> None:
    net = network(ngircd, tmp_path)
    async with listening(net) as ears:
        await ears.expect(RoomEntered)
        peer = await IrcPeer.connect(ngircd, unique("anna"))
        await peer.join("#help")
        await peer.say("#help", "hello")
        heard = await ears.message("hello")
        assert not heard.sender.authenticated
        await net.send("k1", say("hello yourself"))
        await peer.expect("hello yourself")
        await peer.quit()
        await ears.expect(GuestGone, gone(heard.sender.id))
        with pytest.raises(Gone):
            await net.send("k2", say("secret", ToPerson(heard.sender.id)))
        with pytest.raises(Gone):
            await net.send("k3", say("secret", addressed=heard.sender, must_reach=True))
        await net.send("k4", say("to whom it concerns", addressed=heard.sender))


async def test_direct_message_on_a_server_without_monitor_is_bound_to_the_connection(
    ngircd: NgIRCd, tmp_path: Path
) -> None:
    net = network(ngircd, tmp_path)
    async with listening(net) as ears:
        await ears.expect(RoomEntered)
        nick = unique("anna")
        peer = await IrcPeer.connect(ngircd, nick, user="one")
        await peer.say(nick_of(net), "in private")
        heard = await ears.message("in private")
        assert heard.addressed
        assert heard.room.direct
        await net.send("k1", say("first\nsecond", ToPerson(heard.sender.id)))
        await peer.expect(rf"PRIVMSG {nick} :first")
        await peer.expect(rf"PRIVMSG {nick} :second")
        await peer.quit()
        other = await IrcPeer.connect(ngircd, nick, user="two")
        with pytest.raises(Gone):
            await net.send("k2", say("secret", ToPerson(heard.sender.id)))
        await other.synced()
        assert other.texts(nick) == []
        await ears.expect(GuestGone, gone(heard.sender.id))
        await other.quit()


async def test_direct_message_with_monitor_ends_with_the_nick(inspircd: InspIRCd, tmp_path: Path) -> None:
    net = network(inspircd, tmp_path)
    async with listening(net) as ears:
        await ears.expect(RoomEntered)
        nick = unique("anna")
        peer = await IrcPeer.connect(inspircd, nick)
        await peer.say(nick_of(net), "in private")
        heard = await ears.message("in private")
        receipt = await net.send("k1", say("an answer", ToRoom(heard.room.id)))
        assert receipt.room == heard.room.id
        await peer.expect(rf"PRIVMSG {nick} :an answer")
        await peer.rename(unique("other"))
        await ears.expect(GuestGone, gone(heard.sender.id))
        thief = await IrcPeer.connect(inspircd, nick)
        with pytest.raises(Gone):
            await net.send("k2", say("secret", ToPerson(heard.sender.id)))
        await thief.synced()
        assert thief.texts(nick) == []
        await thief.quit()
        await peer.quit()


async def test_guest_follows_its_nick_and_ends_at_the_last_part(inspircd: InspIRCd, tmp_path: Path) -> None:
    net = network(inspircd, tmp_path)
    async with listening(net) as ears:
        await ears.expect(RoomEntered)
        nick = unique("anna")
        peer = await IrcPeer.connect(inspircd, nick)
        await peer.join("#help")
        await peer.say("#help", "one")
        first = await ears.message("one")
        await peer.rename(unique("berta"))
        await peer.say("#help", "two")
        assert (await ears.message("two")).sender.id == first.sender.id
        await net.send("k1", say("here you are", addressed=first.sender, must_reach=True))
        await peer.expect(rf"PRIVMSG #help :{peer.nick}: here you are")
        thief = await IrcPeer.connect(inspircd, nick)
        await thief.join("#help")
        await thief.say("#help", "three")
        assert (await ears.message("three")).sender.id != first.sender.id
        await peer.leave("#help")
        await ears.expect(GuestGone, gone(first.sender.id))
        assert not net.reachable(first.sender.id)
        await peer.join("#help")
        await peer.say("#help", "four")
        assert (await ears.message("four")).sender.id != first.sender.id
        await peer.quit()
        await thief.quit()


# --- who they are -----------------------------------------------------------------------------------------------------


async def test_account_by_each_route(inspircd: InspIRCd, tmp_path: Path) -> None:
    who = [inspircd.register_account(unique("acc")) for _ in range(3)]
    before = await IrcPeer.connect(inspircd, unique("before"), account=who[0])
    await before.join("#help")
    net = network(inspircd, tmp_path)
    async with listening(net) as ears:
        found = await ears.expect(PersonSeen, lambda e: e.sender.id == f"account:{who[0]}")  # WHOX
        assert found.sender.authenticated
        joins = await IrcPeer.connect(inspircd, unique("joins"), account=who[1])
        await joins.join("#help")
        await ears.expect(PersonSeen, lambda e: e.sender.id == f"account:{who[1]}")  # extended-join
        guest = await IrcPeer.connect(inspircd, unique("guest"))
        await guest.join("#help")
        await guest.say("#help", "who am I")
        unknown = await ears.message("who am I")
        await guest.identify(who[2])
        identified = await ears.expect(PersonIdentified)  # account-notify
        assert (identified.guest, identified.sender.id) == (unknown.sender.id, f"account:{who[2]}")
        desk = nick_of(net)
        await joins.leave("#help")
        await joins.say(desk, "in private")
        private = await ears.message("in private")  # account-tag
        assert private.sender == Sender(PersonId(f"account:{who[1]}"), joins.nick, True, private.sender.mask)
        assert net.reachable(private.sender.id)
        await net.send("k1", say("psst", ToPerson(private.sender.id)))
        await joins.expect("psst")
        await joins.quit()
        await before.quit()
        await guest.synced()
        await guest.say("#help", "still here")
        await ears.message("still here")
        with pytest.raises(Away):
            await net.send("k2", say("psst", ToPerson(PersonId(f"account:{who[0]}"))))
        with pytest.raises(Away):
            await net.send("k3", say("hey", addressed=found.sender, must_reach=True))
        await guest.quit()


async def test_login_with_sasl(inspircd: InspIRCd, tmp_path: Path) -> None:
    account = inspircd.register_account(unique("acc"))
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n")
    nick = unique("desk")
    net = network(inspircd, tmp_path, nick=nick, sasl_user=account, sasl_password_file=secret)
    async with listening(net) as ears:
        await ears.expect(RoomEntered)
        peer = await IrcPeer.connect(inspircd, unique("peer"))
        peer.send(f"WHOIS {nick}")
        await peer.expect(rf" 330 \S+ {nick} {account} ")
        await peer.quit()
    secret.write_text("wrong")
    ears = Listening(net)
    ears.start()
    error = await ears.ended()
    assert isinstance(error, Misconfigured)
    assert "sasl_user" in error.mend


async def test_nick_in_use_is_regained(inspircd: InspIRCd, tmp_path: Path) -> None:
    nick = unique("desk")
    holder = await IrcPeer.connect(inspircd, nick)
    watcher = await IrcPeer.connect(inspircd, unique("peer"))
    await watcher.join("#help")
    net = network(inspircd, tmp_path, nick=nick, alternatives=(f"{nick}alt",), pace=Pace(tick=0.02))
    async with listening(net) as ears:
        await ears.expect(RoomEntered)
        await watcher.expect(rf":{nick}alt!\S+ JOIN")
        await holder.quit()
        await watcher.expect(rf":{nick}alt!\S+ NICK :?{nick}$")
        await watcher.say("#help", f"{nick}: hello")
        assert (await ears.message("hello")).addressed
    await watcher.quit()


# --- TLS and trouble --------------------------------------------------------------------------------------------------


async def test_tls_with_a_private_authority(inspircd: InspIRCd, tmp_path: Path) -> None:
    net = network(inspircd, tmp_path, port=inspircd.tls_port, tls=True, ca_file=inspircd.ca_file)
    async with listening(net) as ears:
        await ears.expect(RoomEntered)
    unknown = network(inspircd, tmp_path, port=inspircd.tls_port, tls=True)
    ears = Listening(unknown)
    ears.start()
    error = await ears.ended()
    assert isinstance(error, Misconfigured)
    assert "ca_file" in error.mend


async def test_tls_on_a_port_without_it(inspircd: InspIRCd, tmp_path: Path) -> None:
    async def plaintext(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"NOTICE * :*** Looking up your host\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(plaintext, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        ears = Listening(network(inspircd, tmp_path, host="127.0.0.1", port=port, tls=True))
        ears.start()
        error = await ears.ended()
    assert isinstance(error, Misconfigured)
    assert "tls = false" in error.mend


async def test_probe_tells_each_fault_apart(
    inspircd: InspIRCd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = inspircd.register_account(unique("acc"))
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)
    good = network(inspircd, tmp_path, sasl_user=account, sasl_password_env="DESK_PASSWORD")
    assert all(finding.ok for finding in await good.probe())

    async def fault(**more: Any) -> str:
        *before, last = await network(inspircd, tmp_path, **more).probe()
        assert all(f.ok for f in before)
        assert not last.ok
        assert last.mend
        return last.what

    assert "cannot connect" in await fault(port=free_port())
    assert "not known" in await fault(host="nowhere.invalid")
    assert "not to be trusted" in await fault(port=inspircd.tls_port, tls=True)
    monkeypatch.setenv("DESK_PASSWORD", "wrong")
    assert "refused the login" in await fault(sasl_user=account, sasl_password_env="DESK_PASSWORD")
    monkeypatch.delenv("DESK_PASSWORD")
    assert "not set" in await fault(sasl_user=account, sasl_password_env="DESK_PASSWORD")


async def test_killed_server_is_found_again_and_the_gap_is_said(tmp_path: Path) -> None:
    server = InspIRCd()
    server.start()
    net = network(server, tmp_path, pace=QUICK)
    try:
        async with listening(net) as ears:
            await ears.expect(RoomEntered)
            peer = await IrcPeer.connect(server, "anna")
            await peer.join("#help")
            await peer.say("#help", "before")
            heard = await ears.message("before")
            before = len(ears.events)
            server.kill()
            guest_gone = await ears.expect(GuestGone, gone(heard.sender.id))
            with pytest.raises(Transient):
                await net.send("k1", say("said at a bad time"))
            assert not net.health().ok
            server.start()
            gap = await ears.expect(Gap)
            assert gap.room is not None
            assert gap.room.id == "#help"
            assert gap.since <= guest_gone.at <= gap.until
            assert any(isinstance(e, RoomEntered) for e in ears.events[before:])
            again = await IrcPeer.connect(server, "anna")
            await again.join("#help")
            await net.send("k1", say("said at a bad time"))
            await again.expect("said at a bad time")
            with pytest.raises(Gone):
                await net.send("k2", say("secret", ToPerson(heard.sender.id)))
    finally:
        server.stop()


async def test_restart_of_the_desk_is_a_gap(inspircd: InspIRCd, tmp_path: Path) -> None:
    net = network(inspircd, tmp_path)
    ears = Listening(net)
    ears.start()
    await ears.until_ready()
    assert not any(isinstance(e, Gap) for e in ears.events)
    await ears.stop()
    ears.start()
    gap = await ears.expect(Gap)
    assert gap.reason == "the desk was not running"
    assert gap.since <= gap.until
    await ears.stop()


async def test_what_was_unconfirmed_when_the_link_died_is_transient_and_only_that_is_said_again(
    inspircd: InspIRCd, tmp_path: Path
) -> None:
    """A proxy between lets three lines through and then swallows everything, as a dead link does."""
    swallow = asyncio.Event()
    writers: list[asyncio.StreamWriter] = []

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, mute: bool) -> None:
        try:
            while data := await reader.read(65_536):
                if not (mute and swallow.is_set()):
                    writer.write(data)
                if mute and b"echoed three" in data:
                    swallow.set()
        except OSError:
            pass
        finally:
            writer.close()

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", inspircd.port)
        writers.extend((writer, back))
        await asyncio.gather(pump(reader, back, mute=False), pump(there, writer, mute=True))

    listener = await asyncio.start_server(proxy, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    pace = Pace(tick=0.02, ping_every=0.2, ping_within=0.5, back_off=0.02, back_off_most=0.02)
    net = network(inspircd, tmp_path, pace=pace, host="127.0.0.1", port=port)
    peer = await IrcPeer.connect(inspircd, unique("anna"))
    await peer.join("#help")
    words = "echoed one\nechoed two\nechoed three\necho lost four\necho lost five"
    async with listener, listening(net) as ears:
        await ears.expect(RoomEntered)
        with pytest.raises(Transient):
            await net.send("k1", say(words))
        swallow.clear()
        await ears.expect(Gap)
        receipt = await net.send("k1", say(words))
        assert len(receipt.messages) == 5
    await peer.synced()
    said = peer.texts("#help")
    assert said.count("echoed one") == said.count("echoed two") == said.count("echoed three") == 1
    assert said[-1] == "echo lost five"
    for writer in writers:
        writer.close()
    await peer.quit()


# --- saying -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plain_server", [False, True])
async def test_sixty_sends_stay_in_order(
    plain_server: bool, inspircd: InspIRCd, ngircd: NgIRCd, tmp_path: Path
) -> None:
    server = ngircd if plain_server else inspircd
    net = network(server, tmp_path, flood_rate=100, flood_burst=5)
    peer = await IrcPeer.connect(server, unique("anna"))
    await peer.join("#help")
    async with listening(net) as ears:
        await ears.expect(RoomEntered)
        receipts = await asyncio.gather(*(net.send(f"k{n}", say(f"line {n}")) for n in range(60)))
        await peer.expect("line 59")
        assert peer.texts("#help") == [f"line {n}" for n in range(60)]
        assert len({receipt.messages for receipt in receipts}) == 60
        assert not any("Flood" in line for line in peer.heard)
    await peer.quit()


async def test_bucket_keeps_us_in_a_room_that_kicks_for_floods(tmp_path: Path) -> None:
    with InspIRCd(connect='fakelag="no" commandrate="1000"', more='<module name="messageflood">') as server:
        op = await IrcPeer.connect(server, "oper")
        await op.join("#help")
        op.send("MODE #help +f 12:2")
        await op.synced()
        net = network(server, tmp_path, pace=Pace(tick=0.02), flood_rate=3, flood_burst=3)
        async with listening(net) as ears:
            await ears.expect(RoomEntered)
            for n in range(15):
                await net.send(f"k{n}", say(f"line {n}"))
            await op.expect("line 14")
            assert not any(isinstance(e, RoomExited) for e in ears.events)
        await op.quit()


async def test_line_that_got_us_kicked_is_transient(tmp_path: Path) -> None:
    with InspIRCd(more='<module name="messageflood">') as server:
        op = await IrcPeer.connect(server, "oper")
        await op.join("#help")
        op.send("MODE #help +f 4:10")
        await op.synced()
        net = network(server, tmp_path, pace=Pace(tick=0.02), flood_rate=100)
        async with listening(net) as ears:
            await ears.expect(RoomEntered)
            with pytest.raises(Transient):
                await asyncio.gather(*(net.send(f"k{n}", say(f"line {n}")) for n in range(6)))
            await ears.expect(RoomExited)
        await op.quit()


async def test_long_and_hostile_text_arrives_whole(inspircd: InspIRCd, tmp_path: Path) -> None:
    net = network(inspircd, tmp_path)
    peer = await IrcPeer.connect(inspircd, unique("anna"))
    await peer.join("#help")
    async with listening(net) as ears:
        await ears.expect(RoomEntered)
        words = " ".join(f"wörd{n}" for n in range(300))
        await net.send("k1", say(words))
        await peer.expect("wörd299")
        assert "".join(peer.texts("#help")) == words
        hostile = SendMessage(HELP, (Plain("a\r\nQUIT :gone\x00\x01b\n\n@room"),))
        await net.send("k2", hostile)
        assert (await peer.expect("PRIVMSG #help :a$")).endswith(":a")
        await peer.expect("PRIVMSG #help :QUIT :gone")
        relay = say("hi", attribution=Attribution("Anna", "matrix"))
        await net.send("k3", relay)
        await peer.expect("PRIVMSG #help :<A\u2060nna> hi")
        await net.send("k4", say("waves", style="emote"))
        await peer.expect("\x01ACTION waves\x01")
        assert net.health().ok
    await peer.quit()


async def test_refusals_say_what_mends_them(inspircd: InspIRCd, tmp_path: Path) -> None:
    room = unique("#quiet")
    op = await IrcPeer.connect(inspircd, unique("op"))
    await op.join(room)
    net = network(inspircd, tmp_path, rooms=("#help", room))
    async with listening(net) as ears:
        await ears.expect(RoomEntered, lambda e: e.room.id == room)
        op.send(f"MODE {room} +m")
        await op.synced()
        with pytest.raises(Permanent, match="voice"):
            await net.send("k1", say("hello", ToRoom(RoomId(room))))
        with pytest.raises(Permanent, match="configuration"):
            await net.send("k2", say("hello", ToRoom(RoomId("#elsewhere"))))
        with pytest.raises(Permanent):
            await net.send("k3", say("hello", ToPerson(PersonId("@anna:example.org"))))
        desk = nick_of(net)
        op.send(f"MODE {room} -m+b {desk}!*@*", f"KICK {room} {desk} :out")
        await op.synced()
        exited = await ears.expect(RoomExited)
        assert "out" in exited.reason
        with pytest.raises(Transient):
            await net.send("k4", say("hello", ToRoom(RoomId(room))))
        assert not net.health().ok
        op.send(f"MODE {room} -b {desk}!*@*")
        await ears.expect(Gap, lambda e: e.room is not None and e.room.id == room)
        await net.send("k5", say("back", ToRoom(RoomId(room))))
        assert net.health().ok
    await op.quit()


async def test_locked_room(inspircd: InspIRCd, tmp_path: Path) -> None:
    room = unique("#locked")
    op = await IrcPeer.connect(inspircd, unique("op"))
    await op.join(room)
    op.send(f"MODE {room} +k sesame")
    await op.synced()
    key = tmp_path / "key"
    key.write_text("sesame\n")
    async with listening(network(inspircd, tmp_path, rooms=(room,), room_key_files={room: key})) as ears:
        await ears.expect(RoomEntered)
    await op.quit()


async def test_notices_and_ctcp_start_nothing(inspircd: InspIRCd, tmp_path: Path) -> None:
    net = network(inspircd, tmp_path)
    peer = await IrcPeer.connect(inspircd, unique("anna"))
    async with listening(net) as ears:
        await ears.expect(RoomEntered)
        desk = nick_of(net)
        await peer.say(desk, "a notice", notice=True)
        peer.send(f"PRIVMSG {desk} :\x01VERSION\x01")
        await peer.expect("NOTICE .*VERSION")
        await peer.join("#help")
        await peer.say("#help", "spoken to the room", notice=True)
        await peer.say("#help", "\x01ACTION waves\x01")
        notice = await ears.message("spoken to the room")
        emote = await ears.message("waves")
        assert (notice.style, emote.style) == ("notice", "emote")
        assert ears.messages() == ["spoken to the room", "waves"]
    await peer.quit()


async def test_replay_safe_ids(inspircd: InspIRCd, ngircd: NgIRCd, tmp_path: Path) -> None:
    """With msgid two listeners name a message alike; without, the id is the connection's own."""
    async with listening(network(inspircd, tmp_path)) as one, listening(network(inspircd, tmp_path)) as two:
        await one.expect(RoomEntered)
        await two.expect(RoomEntered)
        peer = await IrcPeer.connect(inspircd, unique("anna"))
        await peer.join("#help")
        await peer.say("#help", "who hears")
        assert (await one.message("who hears")).id == (await two.message("who hears")).id
        await peer.quit()
    async with listening(network(ngircd, tmp_path)) as one:
        await one.expect(RoomEntered)
        peer = await IrcPeer.connect(ngircd, unique("anna"))
        await peer.join("#help")
        await peer.say("#help", "first")
        await peer.say("#help", "second")
        ids = {(await one.message(words)).id for words in ("first", "second")}
        assert len(ids) == 2
        await peer.quit()


# --- on duty ----------------------------------------------------------------------------------------------------------


async def test_who_is_on_duty_has_voice_when_the_desk_is_an_operator(inspircd: InspIRCd, tmp_path: Path) -> None:
    account = inspircd.register_account(unique("mia"))
    founder = await IrcPeer.connect(inspircd, unique("founder"))
    room = f"#{unique('duty')}"
    await founder.join(room)
    net = network(inspircd, tmp_path, rooms=(room,))
    async with listening(net) as ears:
        await ears.expect(RoomEntered)
        mia = await IrcPeer.connect(inspircd, unique("mia"))
        await mia.identify(account)
        await mia.join(room)
        person = PersonId(f"account:{account.lower()}")
        await ears.expect(PersonSeen, lambda e: e.sender.id == person)
        await net.send("k1", SetVoice(RoomId(room), person, on=True))
        await net.send("k2", say("no operator yet", ToRoom(RoomId(room))))
        await founder.expect(rf"{room} :no operator yet")
        assert not any("+v" in line for line in founder.heard)
        founder.send(f"MODE {room} +o {nick_of(net)}")
        await founder.expect(rf"MODE {room} \+v :?{mia.nick}")
        await net.send("k3", SetVoice(RoomId(room), person, on=False))
        await founder.expect(rf"MODE {room} -v :?{mia.nick}")
        await mia.quit()
        await founder.quit()
