"""What linked rooms hear of each other: on a desk between networks in memory, one of which is as plain as IRC."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridges.events import (
    Attachment,
    EditMessage,
    EventId,
    Gap,
    MessageEdited,
    MessageId,
    MessageReceived,
    MessageRedacted,
    PersonId,
    PersonMoved,
    React,
    Reacted,
    Redact,
    Room,
    RoomEntered,
    RoomId,
    RoomSplit,
    Sender,
    SendMessage,
)
from bridges.memory import MemorySettings, Sent
from bridges.network import Capabilities, Permanent, Transient
from bridges.text import Mention, from_plain, plain
from helpdesk.config import Config
from helpdesk.deskevents import Invoked
from helpdesk.model import Invocation
from helpdesk.store import pages
from tests.desk import Desk, config_for, running

HELP = Room(RoomId("#help"), "#help")
_numbers = itertools.count(1)


class Short(MemorySettings):
    """As IRC: lines only, and nothing that was said can be changed."""

    capabilities = Capabilities(short_lines=True)


def config(folder: Path, **tables: object) -> Config:
    """`chat` is rich, as Matrix is; `other` is plain."""
    relay = {"edit_hold": "0s", **tables.pop("relay", {})}  # type: ignore[dict-item]
    found = config_for(
        folder, links=[{"rooms": ["chat:#help", "other:#help"]}], relay=relay, web={"enabled": True}, **tables
    )
    rooms = found.networks["other"].rooms
    return found.model_copy(update={"networks": {**found.networks, "other": Short(rooms=rooms)}})


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(config(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        yield desk


def sender(name: str) -> Sender:
    return Sender(PersonId(name), name, authenticated=True)


def event(kind: type, network: str, by: str, **more: object) -> object:
    number = next(_numbers)
    return kind(network, EventId(f"e{number}"), datetime.now(UTC), HELP, sender(by), **more)


async def relayed(desk: Desk, network: str, words: str) -> Sent:
    """It arrived, and the ledger knows as what."""
    sent = await desk.says(network, words)
    await desk.quiet()
    return sent


async def test_words_go_over_under_their_author_s_name(desk: Desk) -> None:
    desk["chat"].say("hello all")
    action = (await desk.says("other", "hello all")).action
    assert isinstance(action, SendMessage)
    assert action.attribution is not None
    assert (action.attribution.name, action.attribution.origin, action.attribution.person) == ("anna", "chat", "anna")
    assert action.attribution.mark == ""
    desk["chat"].say("waves", style="emote")
    action = (await desk.says("other", "waves")).action
    assert isinstance(action, SendMessage)
    assert action.style == "emote"


async def test_machines_and_secrets_stay(desk: Desk) -> None:
    desk["chat"].say("beep", style="notice")
    desk["chat"].say("my password is hunter22")
    assert "hunter22" not in (await desk.says("other", "my password")).text
    assert not any("beep" in sent.text for sent in desk["other"].sent)


async def test_a_named_relay_bot_is_heard_by_nobody(tmp_path: Path) -> None:
    bots = config(tmp_path, relay={"bots": ["chat:bridge*"]})
    async with running(bots, f"sqlite:///{tmp_path}/desk.db") as desk:
        desk["chat"].say("<bert> hi", by="bridge-1")
        desk["chat"].say("!help", by="bridge-1")
        desk["chat"].say("after it")
        await relayed(desk, "other", "after it")
        assert [sent.text for sent in desk["other"].sent] == ["after it"]
        assert desk["chat"].sent == []


async def test_who_shares_a_name_with_somebody_elsewhere_is_marked(desk: Desk) -> None:
    desk["chat"].say("I am Anna", by="anna")
    await relayed(desk, "other", "I am Anna")
    desk["other"].say("so am I", by="Anna")
    action = (await desk.says("chat", "so am I")).action
    assert isinstance(action, SendMessage)
    assert action.attribution is not None
    assert action.attribution.mark == "other"


async def test_a_reply_finds_what_it_answers_in_every_room(desk: Desk) -> None:
    first = desk["other"].say("who is there?", by="bert")
    copy = await relayed(desk, "chat", "who is there?")
    desk["chat"].say("me", reply_to=copy.receipt.messages[0])
    action = (await desk.says("other", "me")).action
    assert isinstance(action, SendMessage)
    assert action.reply_to == first.message
    assert action.replying is not None
    assert (action.replying.name, action.replying.recent, action.replying.here) == ("bert", True, True)
    assert action.replying.words == "who is there?"


async def test_words_that_begin_with_a_name_are_a_reply_and_a_mention(desk: Desk) -> None:
    first = desk["chat"].say("shall we meet?", by="anna")
    await relayed(desk, "other", "shall we meet?")
    desk["other"].say("anna: at ten", by="bert")
    action = (await desk.says("chat", "at ten")).action
    assert isinstance(action, SendMessage)
    assert action.reply_to == first.message
    assert action.text[0] == Mention(PersonId("anna"), "anna")
    assert plain(action.text) == "anna: at ten"


async def test_a_thread_is_a_thread_where_there_are_threads(tmp_path: Path) -> None:
    both = config_for(tmp_path, links=[{"rooms": ["chat:#help", "other:#help"]}])
    async with running(both, f"sqlite:///{tmp_path}/desk.db") as desk:
        root = desk["chat"].say("the root")
        copy = await relayed(desk, "other", "the root")
        desk["chat"].say("in the thread", thread=root.message)
        action = (await desk.says("other", "in the thread")).action
        assert isinstance(action, SendMessage)
        assert action.thread == copy.receipt.messages[0]


async def test_only_the_change_of_an_edit_goes_where_nothing_can_be_changed(desk: Desk) -> None:
    first = desk["chat"].say("teh cat")
    copy = await relayed(desk, "other", "teh cat")
    desk["chat"].emit(event(MessageEdited, "chat", "anna", target=first.message, text=from_plain("the cat")))  # type: ignore[arg-type]
    action = (await desk.says("other", "the cat")).action
    assert isinstance(action, EditMessage)
    assert (action.targets, plain(action.before)) == (copy.receipt.messages, "teh cat")
    assert action.attribution is not None
    assert action.attribution.name == "anna"


async def test_an_edit_changes_the_copy_where_it_can_be_changed(desk: Desk) -> None:
    first = desk["other"].say("teh cat", by="bert")
    copy = await relayed(desk, "chat", "teh cat")
    desk["other"].emit(event(MessageEdited, "other", "bert", target=first.message, text=from_plain("the cat")))  # type: ignore[arg-type]
    action = (await desk.says("chat", "the cat")).action
    assert isinstance(action, EditMessage)
    assert action.targets == copy.receipt.messages


async def test_an_edit_by_somebody_else_changes_nothing(desk: Desk) -> None:
    first = desk["chat"].say("mine")
    await relayed(desk, "other", "mine")
    desk["chat"].emit(event(MessageEdited, "chat", "mallory", target=first.message, text=from_plain("yours")))  # type: ignore[arg-type]
    desk["chat"].say("the end")
    await relayed(desk, "other", "the end")
    assert not any(isinstance(sent.action, EditMessage) for sent in desk["other"].sent)


async def test_edits_can_be_turned_off(tmp_path: Path) -> None:
    async with running(config(tmp_path, relay={"edits": False}), f"sqlite:///{tmp_path}/desk.db") as desk:
        first = desk["chat"].say("teh cat")
        await relayed(desk, "other", "teh cat")
        desk["chat"].emit(event(MessageEdited, "chat", "anna", target=first.message, text=from_plain("the cat")))  # type: ignore[arg-type]
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        assert not any(isinstance(sent.action, EditMessage) for sent in desk["other"].sent)


async def test_several_edits_in_a_row_are_one(tmp_path: Path) -> None:
    held = config(tmp_path, relay={"edit_hold": "1h"})
    later = timedelta(0)
    async with running(held, f"sqlite:///{tmp_path}/desk.db", clock=lambda: datetime.now(UTC) + later) as desk:
        first = desk["chat"].say("on")
        await relayed(desk, "other", "on")
        for words in ("one", "one tw", "one two"):
            desk["chat"].emit(event(MessageEdited, "chat", "anna", target=first.message, text=from_plain(words)))  # type: ignore[arg-type]
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        assert not any(isinstance(sent.action, EditMessage) for sent in desk["other"].sent)
        later = timedelta(hours=2)
        desk.timers.wake()
        await desk.says("other", "one two")
        assert sum(isinstance(sent.action, EditMessage) for sent in desk["other"].sent) == 1


async def test_what_is_taken_back_is_taken_back_everywhere(desk: Desk) -> None:
    first = desk["chat"].say("oh no")
    copy = await relayed(desk, "other", "oh no")
    desk["chat"].emit(event(MessageRedacted, "chat", "anna", target=first.message))  # type: ignore[arg-type]
    await desk.quiet()
    sent = await desk["other"].next_sent()
    assert isinstance(sent.action, Redact)
    assert (sent.action.targets, sent.action.moderator) == (copy.receipt.messages, "")


async def test_a_moderator_takes_back_a_copy_and_with_it_what_it_is_a_copy_of(desk: Desk) -> None:
    first = desk["other"].say("buy pills", by="spammer")
    copy = await relayed(desk, "chat", "buy pills")
    desk["chat"].emit(event(MessageRedacted, "chat", "mod", target=copy.receipt.messages[0]))  # type: ignore[arg-type]
    sent = await desk["other"].next_sent()
    assert isinstance(sent.action, Redact)
    assert (sent.action.targets, sent.action.moderator, sent.action.author) == ((first.message,), "mod", "spammer")


async def test_what_is_taken_back_before_it_is_out_is_not_said(desk: Desk) -> None:
    desk["other"].failures.extend([ConnectionError("a fault")] * 2)
    first = desk["chat"].say("not for you")
    desk["chat"].emit(event(MessageRedacted, "chat", "anna", target=first.message))  # type: ignore[arg-type]
    desk["chat"].say("the end")
    await desk.says("other", "the end")
    await desk.quiet()
    await desk.quiet()
    said = [sent for sent in desk["other"].sent if sent.text == "not for you"]
    taken = [sent.action for sent in desk["other"].sent if isinstance(sent.action, Redact)]
    assert len(said) == len(taken)


async def test_a_reaction_reaches_the_other_room_and_leaves_it_again(desk: Desk) -> None:
    first = desk["other"].say("done!", by="bert")
    copy = await relayed(desk, "chat", "done!")
    liked = event(Reacted, "other", "clara", target=first.message, key="🎉")
    desk["other"].emit(liked)  # type: ignore[arg-type]
    sent = await desk.says("chat", "🎉")
    assert isinstance(sent.action, React)
    assert sent.action.target == copy.receipt.messages[0]
    await desk.quiet()
    gone = event(MessageRedacted, "other", "clara", target=MessageId(liked.id))  # type: ignore[attr-defined]
    desk["other"].emit(gone)  # type: ignore[arg-type]
    back = await desk["chat"].next_sent()
    assert isinstance(back.action, Redact)
    assert back.action.targets == sent.receipt.messages


async def test_a_reaction_waits_for_what_it_is_about(desk: Desk) -> None:
    desk["chat"].failures.append(Transient("not now", 0.2))
    first = desk["other"].say("done!", by="bert")
    desk["other"].emit(event(Reacted, "other", "clara", target=first.message, key="🎉"))  # type: ignore[arg-type]
    words = await desk.says("chat", "done!")
    sent = await desk.says("chat", "🎉")
    assert isinstance(sent.action, React)
    assert sent.action.target == words.receipt.messages[0]


async def test_long_words_come_with_a_link_and_their_author_is_told_once(desk: Desk) -> None:
    for _ in range(2):
        desk["chat"].say("\n".join(f"line {n}" for n in range(9)))
        action = (await desk.says("other", "line 8")).action
        assert isinstance(action, SendMessage)
        assert action.lines == 3
        assert action.rest.startswith("http://help.example/r/")
    await desk.says("chat", "first 3 lines", "http://help.example/r/")
    await desk.quiet()
    assert sum("first 3 lines" in sent.text for sent in desk["chat"].sent) == 1


async def test_the_page_of_long_words_ends_when_they_are_taken_back(desk: Desk) -> None:
    long = desk["chat"].say("\n".join(f"line {n}" for n in range(9)))
    action = (await relayed(desk, "other", "line 8")).action
    assert isinstance(action, SendMessage)
    token = action.rest.rpartition("/")[2]
    page = await desk.database.read(pages.find, token)
    assert page is not None
    assert plain(page.lines[0].text) == plain(long.text)
    desk["chat"].emit(event(MessageRedacted, "chat", "anna", target=long.message))  # type: ignore[arg-type]
    await desk["other"].next_sent()
    ended = await desk.database.read(pages.find, token)
    assert ended is not None
    assert (ended.kind, ended.lines) == ("expired", ())


async def test_a_file_is_named_and_linked_through_the_desk(desk: Desk) -> None:
    file = Attachment("image", "cat.png", "mxc://secret", "image/png", 120_400)
    said = MessageReceived(
        "chat",
        EventId("f1"),
        datetime.now(UTC),
        HELP,
        sender("anna"),
        from_plain("my cat"),
        MessageId("f1"),
        attachments=(file,),
    )
    desk["chat"].emit(said)
    words = (await desk.says("other", "my cat")).text
    assert "[image: cat.png, 120 kB] http://help.example/f/" in words
    assert words.endswith("/cat.png")
    assert "secret" not in words


async def test_words_said_long_ago_bear_their_time(desk: Desk) -> None:
    then = datetime.now(UTC) - timedelta(hours=3)
    old = replace(desk["chat"].say("old news"), at=then, id=EventId("old"), message=MessageId("old"), late=True)
    fresh = (await desk.says("other", "old news")).action
    assert isinstance(fresh, SendMessage)
    assert fresh.said_at is None
    desk["chat"].emit(old)
    late = (await desk.says("other", "old news")).action
    assert isinstance(late, SendMessage)
    assert late.said_at == then


async def test_comings_and_goings_of_those_who_spoke(desk: Desk) -> None:
    desk["other"].emit(event(PersonMoved, "other", "lurker", how="joined"))  # type: ignore[arg-type]
    desk["other"].say("hi", by="bert")
    await relayed(desk, "chat", "hi")
    desk["other"].emit(event(PersonMoved, "other", "bert", how="quit", reason="ping timeout"))  # type: ignore[arg-type]
    assert "ping timeout" in (await desk.says("chat", "is gone")).text
    assert not any("lurker" in sent.text.replace("\u2060", "") for sent in desk["chat"].sent)


async def test_a_netsplit_is_one_line(desk: Desk) -> None:
    for name in ("bert", "clara"):
        desk["other"].say(f"{name} speaks", by=name)
        await relayed(desk, "chat", f"{name} speaks")
    people = tuple(sender(name) for name in ("bert", "clara", "lurker"))
    desk["other"].emit(
        RoomSplit("other", EventId("split"), datetime.now(UTC), HELP, people, "hub.example leaf.example")
    )
    words = (await desk.says("chat", "lost sight")).text.replace("\u2060", "")
    assert "bert, clara and 1 more" in words


async def test_what_goes_round_in_circles_is_stopped_and_told(desk: Desk) -> None:
    words = "did anybody try the new build?"
    desk["chat"].say(words)
    await relayed(desk, "other", words)
    loop = words
    for name in ("bot", "bot", "bot", "bot"):
        loop = f"<{name}> {loop}"
        desk["other"].say(loop, by="otherbridge")
    await desk.says("chat", "goes round in circles")
    desk["other"].say("innocent now", by="otherbridge")
    desk["other"].say("somebody else", by="bert")
    await relayed(desk, "chat", "somebody else")
    assert sum(words in sent.text and isinstance(sent.action, SendMessage) for sent in desk["chat"].sent) <= 2
    assert not any("innocent now" in sent.text for sent in desk["chat"].sent)
    assert "loops_total" in desk.metrics.text().decode()


async def test_a_backlog_becomes_one_line_with_a_link(tmp_path: Path) -> None:
    async with running(config(tmp_path, relay={"backlog": 10}), f"sqlite:///{tmp_path}/desk.db") as desk:
        desk["other"].failures.extend(ConnectionError("down") for _ in range(1))
        for number in range(40):
            desk["chat"].say(f"line {number}")
        line = await desk.says("other", "more messages were said")
        assert "http://help.example/r/" in line.text
        await desk.says("other", "line 39")
        await desk.quiet()
        said = [sent.text for sent in desk["other"].sent]
        assert said.index(line.text) < said.index("line 39")
        counted = int(line.text.split()[0])
        assert counted + sum(words.startswith("line ") for words in said) == 40


async def test_an_encrypted_room_hears_first_where_its_words_go(desk: Desk) -> None:
    desk["chat"].failures.append(ConnectionError("a fault"))
    for words in ("sealed one", "sealed two"):
        desk["chat"].say(words, encrypted=True)
    await desk.says("chat", "also read, unencrypted, in other:#help")
    assert (await desk.says("other", "sealed")).text == "sealed one"
    assert (await desk.says("other", "sealed")).text == "sealed two"
    desk["chat"].say("sealed three", encrypted=True)
    await relayed(desk, "other", "sealed three")
    assert sum("unencrypted" in sent.text for sent in desk["chat"].sent) == 1


async def test_volunteers_hear_once_that_words_do_not_arrive(desk: Desk) -> None:
    desk["other"].failures.extend([Permanent("no voice; give the desk +v")] * 2)
    desk["chat"].say("one")
    desk["chat"].say("two")
    assert "other:#help: no voice; give the desk +v" in (await desk.says("chat", "does not reach")).text
    desk["chat"].say("three")
    await relayed(desk, "other", "three")
    assert sum("does not reach" in sent.text for sent in desk["chat"].sent) == 1


async def test_a_linked_room_hears_what_did_not_arrive_there(desk: Desk) -> None:
    now = datetime.now(UTC)
    reason = "the connection was lost: [Errno 111] Connect call failed ('127.0.0.1', 6667)"
    desk["other"].emit(Gap("other", EventId("gap"), now - timedelta(minutes=2), now, reason, HELP))
    here = (await desk.says("other", "couldn’t hear this room")).text
    there = (await desk.says("chat", "other:#help", "did not arrive here")).text
    assert "(the connection was lost)" in here
    assert "(the connection was lost)" in there
    await desk.quiet()
    assert sum("did not arrive" in sent.text for sent in desk["chat"].sent) == 1


async def test_an_encrypted_room_hears_it_when_the_desk_enters(desk: Desk) -> None:
    desk["chat"].emit(RoomEntered("chat", datetime.now(UTC), replace(HELP, encrypted=True)))
    await desk.says("chat", "also read, unencrypted, in other:#help")
    await desk.quiet()
    desk["chat"].say("now it goes at once", encrypted=True)
    await relayed(desk, "other", "now it goes at once")
    assert sum("unencrypted" in sent.text for sent in desk["chat"].sent) == 1


# --- linked by command ------------------------------------------------------------------------------------------------


async def test_a_lead_links_and_parts_rooms(tmp_path: Path) -> None:
    plain_config = config_for(tmp_path)
    url = f"sqlite:///{tmp_path}/desk.db"
    async with running(plain_config, url) as desk:
        desk["chat"].say("!bridge link other:#elsewhere", by="lea")
        await desk.says("chat", "read as one now")
        await desk.says("other", "lea linked this room with chat:#help")
        desk["chat"].say("!bridge list", by="lea")
        await desk.says("chat", "chat:#help ⇄ other:#elsewhere")
        desk["chat"].say("over there?")
        sent = await desk.says("other", "over there?")
        assert sent.receipt.room == "#elsewhere"
        assert desk["other"].kept == ("#elsewhere",)
    async with running(plain_config, url) as desk:
        assert desk["other"].kept == ("#elsewhere",)
        desk["chat"].restarted(100)
        desk["chat"].say("!bridge unlink other:#elsewhere", by="lea")
        await desk.says("chat", "not linked any more")
        await desk.says("other", "parted this room from chat:#help")
        desk["chat"].say("nobody hears", by="anna")
        desk["chat"].say("!bridge list", by="lea")
        await desk.says("chat", "No rooms are linked")
        assert desk["other"].kept == ()
        assert not any("nobody hears" in sent.text for sent in desk["other"].sent)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("!bridge link nowhere:#x", "configured network"),
        ("!bridge link other:x", "with its mark"),
        ("!bridge link chat:#help", "with itself"),
        ("!bridge link other:#help", "as one already"),
        ("!bridge link other:#team", "volunteers alone read"),
        ("!bridge unlink other:#help", "linked in the configuration"),
        ("!bridge unlink other:#x", "not linked"),
        ("!bridge dance", "bridge link NETWORK:ROOM"),
    ],
)
async def test_what_can_t_be_linked_is_said_with_its_mend(words: str, told: str, desk: Desk) -> None:
    desk["chat"].say(words, by="lea")
    await desk.says("chat", told)


async def test_a_link_may_have_one_direction(tmp_path: Path) -> None:
    links = [{"rooms": ["chat:#help", "other:#help"], "one_way": True}]
    async with running(config_for(tmp_path, links=links), f"sqlite:///{tmp_path}/desk.db") as desk:
        desk["other"].say("not back")
        desk["chat"].say("over")
        await relayed(desk, "other", "over")
        assert desk["chat"].sent == []


async def test_volunteers_link_nothing(desk: Desk) -> None:
    desk["chat"].say("!bridge list", by="vera")
    await desk.says("chat", "takes the role of a lead")


# --- moderation -------------------------------------------------------------------------------------------------------


async def test_the_muted_are_not_relayed_and_ask_nothing(desk: Desk) -> None:
    desk["chat"].say("!mod mute chat:mallory", by="lea")
    await desk.says("chat", "is muted")
    desk["chat"].say("buy pills", by="mallory")
    desk["chat"].say("helpdesk: how do I get a mailing list?", by="mallory")
    desk["chat"].say("hello", by="anna")
    await relayed(desk, "other", "hello")
    assert not any("pills" in sent.text or "mailing list" in sent.text for sent in desk["other"].sent)
    assert not any("Ask the desk for a list" in sent.text for sent in desk["chat"].sent)


async def test_what_leads_command_stays_in_its_room(desk: Desk) -> None:
    desk["chat"].say("!mod mute chat:mallory", by="lea")
    await desk.says("chat", "is muted")
    desk["chat"].say("helpdesk: mod list", by="lea")
    await desk.says("chat", "#1 mute")
    desk["chat"].say("!mod log", by="anna")
    desk["chat"].say("hello", by="anna")
    await relayed(desk, "other", "hello")
    told = [sent.text for sent in desk["other"].sent]
    assert not [text for text in told if "mod " in text], told


async def test_the_banned_are_not_heard_at_all(desk: Desk) -> None:
    desk["chat"].say("!mod ban chat:mallory", by="lea")
    await desk.says("chat", "is banned")
    desk["chat"].say("!human give me a person", by="mallory")
    desk["chat"].say("hello", by="mallory")
    desk["chat"].say("the end")
    await relayed(desk, "other", "the end")
    assert not any(word in sent.text for sent in desk["other"].sent for word in ("hello", "person"))
    refused = await desk.hub.submit(Invoked("chat", sender("mallory"), Invocation("status")))
    assert refused.refusal == "forbidden"


async def test_who_says_a_forbidden_word_is_told_once(desk: Desk) -> None:
    desk["chat"].say("!mod word casino", by="lea")
    await desk.says("chat", "casino")
    for _ in range(2):
        desk["chat"].say("come to my casino", by="mallory")
    desk["chat"].say("the end")
    await relayed(desk, "other", "the end")
    await desk.says("chat", "words that are not relayed")
    assert sum("words that are not relayed" in sent.text for sent in desk["chat"].sent) == 1
    assert not any("my casino" in sent.text for sent in desk["other"].sent)
