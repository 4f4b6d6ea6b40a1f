"""What a review of linked rooms found: races, directions, what stays after words are taken back, ways round the rules."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bridges.events import (
    Attachment,
    EditMessage,
    EventId,
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
    RoomExited,
    RoomId,
    Sender,
    SendMessage,
)
from bridges.network import Permanent, Transient
from bridges.text import from_plain, plain
from helpdesk.batch import Entry
from helpdesk.config import Config
from helpdesk.settled import Settled
from helpdesk.store import pages
from helpdesk.store.apply import Applier
from helpdesk.store.schema import outbox as parcels
from helpdesk.store.schema import pages as page_rows
from tests.desk import Desk, config_for, running
from tests.unit.desk.test_relay import HELP, config, event, relayed, sender


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/desk.db"


def three(folder: Path) -> Config:
    """`chat` is only read in `other`, which reads as one with `third`."""
    rooms = {"kind": "memory", "rooms": {"#help": {}}}
    links = [
        {"rooms": ["chat:#help", "other:#help"], "one_way": True},
        {"rooms": ["other:#help", "third:#help"]},
    ]
    return config_for(folder, links=links, networks={"third": rooms}, relay={"edit_hold": "0s"})


async def waiting(desk: Desk) -> int:
    def count(connection: Connection) -> int:
        return len(connection.execute(parcels.select().where(parcels.c.status == "waiting")).all())

    return int(await desk.database.read(count))


# --- races ------------------------------------------------------------------------------------------------------------


async def test_words_decided_together_with_the_delivery_of_the_notice_are_not_held_for_ever(tmp_path: Path) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        desk["chat"].say("sealed one", encrypted=True)
        await desk.says("other", "sealed one")
        await desk.quiet()
        # Links change, so the people must be told anew; the next words are in the batch that settles the notice.
        desk["chat"].say("!bridge link other:#more", by="lea", encrypted=True)
        await desk.says("chat", "read as one now")
        await desk.quiet()
        taken: list[Entry] = []
        real = desk.hub._commit

        async def late(batch: list[Entry], *, alone: bool) -> None:
            if any(isinstance(entry.event, Settled) and entry.event.parcel.waits_for for entry in batch):
                words = MessageReceived(
                    "chat",
                    EventId("race"),
                    datetime.now(UTC),
                    Room(RoomId("#help"), "#help", encrypted=True),
                    sender("anna"),
                    from_plain("said in the same moment"),
                    MessageId("race"),
                )
                taken.append(Entry(words))
                batch = [taken[-1], *batch]
                desk.hub._commit = real  # type: ignore[method-assign]
            await real(batch, alone=alone)

        desk.hub._commit = late  # type: ignore[method-assign]
        desk["chat"].say("sealed two", encrypted=True)
        await desk.says("other", "sealed two")
        assert taken
        await desk.says("other", "said in the same moment")
        assert await waiting(desk) == 0


async def test_a_reaction_decided_together_with_the_arrival_of_what_it_is_about_is_not_held_for_ever(
    tmp_path: Path,
) -> None:
    rich = config_for(tmp_path, links=[{"rooms": ["chat:#help", "other:#help"]}])
    async with running(rich, url(tmp_path)) as desk:
        real = desk.hub._commit
        first = desk["chat"].say("done!")

        async def late(batch: list[Entry], *, alone: bool) -> None:
            if any(isinstance(entry.event, Settled) for entry in batch):
                desk.hub._commit = real  # type: ignore[method-assign]
                batch = [Entry(event(Reacted, "chat", "clara", target=first.message, key="🎉")), *batch]  # type: ignore[arg-type]
            await real(batch, alone=alone)

        desk.hub._commit = late  # type: ignore[method-assign]
        copy = await desk.says("other", "done!")
        action = (await desk.says("other", "🎉")).action
        assert isinstance(action, React)
        assert action.target == copy.receipt.messages[0]


async def test_sealed_words_taken_back_while_they_wait_never_leave(tmp_path: Path) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        desk["chat"].failures.extend([Transient("slow", 0.3)])
        first = desk["chat"].say("sealed secret", encrypted=True)
        desk["chat"].say("sealed two", encrypted=True)
        await desk.hub.drained()
        desk["chat"].emit(event(MessageRedacted, "chat", "anna", target=first.message))  # type: ignore[arg-type]
        await desk.says("other", "sealed two")
        await desk.quiet()
        assert not any("sealed secret" in sent.text for sent in desk["other"].sent)


async def test_what_is_said_and_taken_back_in_one_batch_is_not_said(tmp_path: Path) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        first = desk["chat"].say("not for you")
        desk["chat"].emit(event(MessageRedacted, "chat", "anna", target=first.message))  # type: ignore[arg-type]
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        assert not any("not for you" in sent.text for sent in desk["other"].sent)


async def test_what_is_taken_back_while_the_room_is_away_is_not_said_when_it_is_back(tmp_path: Path) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        desk["other"].failures.append(Transient("away", 0.5))
        desk["chat"].say("the first")
        second = desk["chat"].say("a leak")
        await desk.hub.drained()
        desk["chat"].emit(event(MessageRedacted, "chat", "anna", target=second.message))  # type: ignore[arg-type]
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        assert not any("a leak" in sent.text for sent in desk["other"].sent)


async def test_words_wait_no_longer_for_a_notice_that_failed(tmp_path: Path) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        desk["chat"].failures.append(Permanent("the desk may not speak here"))
        desk["chat"].say("sealed one", encrypted=True)
        while desk["chat"].failures:
            await asyncio.sleep(0)
        await desk.quiet()
        desk["chat"].say("sealed two", encrypted=True)
        await desk.says("other", "sealed one")
        await desk.says("other", "sealed two")


async def test_the_smallest_backlog_is_no_page_of_one_line(tmp_path: Path) -> None:
    async with running(config(tmp_path, relay={"backlog": 5}), url(tmp_path)) as desk:
        desk["other"].failures.append(ConnectionError("down"))
        for number in range(7):
            desk["chat"].say(f"line {number}")
        await relayed(desk, "other", "line 6")
        said = [sent.text for sent in desk["other"].sent]
        assert said == [f"line {number}" for number in range(7)]
        made = await desk.database.read(lambda connection: connection.execute(page_rows.select()).all())
        assert not made


# --- direction --------------------------------------------------------------------------------------------------------


async def test_what_moderators_of_a_reading_room_take_back_stays_where_it_was_said(tmp_path: Path) -> None:
    async with running(three(tmp_path), url(tmp_path)) as desk:
        first = desk["chat"].say("an announcement")
        copy = await relayed(desk, "other", "an announcement")
        await relayed(desk, "third", "an announcement")
        desk["other"].emit(event(MessageRedacted, "other", "mod", target=copy.receipt.messages[0]))  # type: ignore[arg-type]
        action = (await desk["third"].next_sent()).action
        assert isinstance(action, Redact)
        await desk.quiet()
        assert desk["chat"].sent == []
        # And its author's edits don't bring it back there.
        desk["chat"].emit(event(MessageEdited, "chat", "anna", target=first.message, text=from_plain("new words")))  # type: ignore[arg-type]
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        assert not any(isinstance(sent.action, EditMessage) for sent in desk["other"].sent)


async def test_what_a_moderator_takes_back_goes_even_when_its_author_takes_back_the_rest(tmp_path: Path) -> None:
    async with running(three(tmp_path), url(tmp_path)) as desk:
        first = desk["chat"].say("an announcement")
        copy = await relayed(desk, "other", "an announcement")
        await relayed(desk, "third", "an announcement")
        desk["other"].emit(event(MessageRedacted, "other", "mod", target=copy.receipt.messages[0]))  # type: ignore[arg-type]
        await desk.hub.emit(event(MessageRedacted, "chat", "anna", target=first.message))  # type: ignore[arg-type]
        assert isinstance((await desk["third"].next_sent()).action, Redact)


async def test_what_was_relayed_is_taken_back_though_the_rooms_are_linked_no_longer(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), url(tmp_path)) as desk:
        desk["chat"].say("!bridge link other:#elsewhere", by="lea")
        await desk.says("chat", "read as one now")
        first = desk["chat"].say("oh no")
        copy = await relayed(desk, "other", "oh no")
        desk["chat"].say("!bridge unlink other:#elsewhere", by="lea")
        await desk.says("chat", "not linked any more")
        desk["chat"].emit(event(MessageRedacted, "chat", "anna", target=first.message))  # type: ignore[arg-type]
        while not isinstance((sent := await desk["other"].next_sent()).action, Redact):
            pass
        assert sent.action.targets == copy.receipt.messages


async def test_an_edit_doesn_t_bring_back_what_the_last_room_s_moderators_took_back(tmp_path: Path) -> None:
    links = [{"rooms": ["chat:#help", "other:#help"], "one_way": True}]
    async with running(config_for(tmp_path, links=links, relay={"edit_hold": "0s"}), url(tmp_path)) as desk:
        first = desk["chat"].say("an announcement")
        copy = await relayed(desk, "other", "an announcement")
        desk["other"].emit(event(MessageRedacted, "other", "mod", target=copy.receipt.messages[0]))  # type: ignore[arg-type]
        await desk.quiet()
        await desk.quiet()
        desk["chat"].emit(event(MessageEdited, "chat", "anna", target=first.message, text=from_plain("new words")))  # type: ignore[arg-type]
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        assert desk["chat"].sent == []
        assert not any(isinstance(sent.action, EditMessage) for sent in desk["other"].sent)


# --- rights and rules -------------------------------------------------------------------------------------------------


async def test_a_name_gives_no_command_with_the_desk_s_rights(tmp_path: Path) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        said = desk["chat"].say("helpdesk: hello", by="mallory")
        desk["chat"].emit(
            replace(
                said,
                id=EventId("named"),
                message=MessageId("named"),
                sender=Sender(PersonId("m"), "!kick bert bye", authenticated=True),
            )
        )
        echoed = await desk.says("other", "bert bye")
        assert isinstance(echoed.action, SendMessage)
        assert echoed.action.attribution is None
        assert not echoed.text.startswith("!kick")


async def test_the_rate_holds_within_one_batch(tmp_path: Path) -> None:
    async with running(config(tmp_path, relay={"backlog": 1000}), url(tmp_path)) as desk:
        desk["chat"].say("!mod rate 5", by="lea")
        await desk.says("chat", "no more than 5 a minute")
        for number in range(50):
            desk["chat"].say(f"flood number {number}", by="mallory")
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        assert sum("flood" in sent.text for sent in desk["other"].sent) == 5


@pytest.mark.parametrize("years", [-30, 30])
async def test_the_rate_holds_whatever_the_sender_s_clock_says(tmp_path: Path, years: int) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        desk["chat"].say("!mod rate 5", by="lea")
        await desk.says("chat", "no more than 5 a minute")
        then = datetime.now(UTC) + timedelta(days=365 * years)
        for number in range(20):
            said = MessageReceived(
                "chat",
                EventId(f"m{number}"),
                then,
                HELP,
                sender("mallory"),
                from_plain(f"flood number {number}"),
                MessageId(f"m{number}"),
            )
            await desk.hub.emit(said)
            await desk.hub.drained()
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        assert sum("flood" in sent.text for sent in desk["other"].sent) == 5


async def test_reactions_and_reasons_are_held_to_the_forbidden_words(tmp_path: Path) -> None:
    async with running(config_for(tmp_path, links=[{"rooms": ["chat:#help", "other:#help"]}]), url(tmp_path)) as desk:
        desk["chat"].say("!mod word casino", by="lea")
        await desk.says("chat", "casino")
        first = desk["chat"].say("hello there", by="mallory")
        await relayed(desk, "other", "hello there")
        desk["chat"].emit(event(Reacted, "chat", "mallory", target=first.message, key="come to my casino"))  # type: ignore[arg-type]
        desk["chat"].emit(event(PersonMoved, "chat", "mallory", how="quit", reason="come to my casino"))  # type: ignore[arg-type]
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        assert not any(isinstance(sent.action, React) for sent in desk["other"].sent)
        assert not any("to my casino" in sent.text for sent in desk["other"].sent)


async def test_a_name_may_hold_no_forbidden_word(tmp_path: Path) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        desk["chat"].say("!mod word casino", by="lea")
        await desk.says("chat", "casino")
        desk["chat"].say("hello", by="come to my casino")
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        assert not any(sent.text == "hello" for sent in desk["other"].sent)


async def test_an_event_that_fails_half_way_is_done_whole_the_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        faults = [RuntimeError("a fault of ours")]
        real = Applier._say

        def faulty(self: Applier, *given: Any, **named: Any) -> None:
            if faults:
                raise faults.pop()
            real(self, *given, **named)

        monkeypatch.setattr(Applier, "_say", faulty)
        desk["chat"].say("first")
        desk["chat"].say("\n".join(f"line {n}" for n in range(9)))
        desk["chat"].say("the end")
        await desk.says("other", "line 8")
        await desk.says("chat", "first 3 lines")
        assert sum("line 8" in sent.text for sent in desk["other"].sent) == 1


async def test_volunteers_hear_that_the_desk_was_put_out_of_a_room_linked_by_command(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), url(tmp_path)) as desk:
        desk["chat"].say("!bridge link other:#elsewhere", by="lea")
        await desk.says("chat", "read as one now")
        room = Room(RoomId("#elsewhere"), "#elsewhere")
        desk["other"].emit(RoomExited("other", datetime.now(UTC), room, "banned by op"))
        await desk.says("chat", "#elsewhere", "banned by op")


async def test_the_desk_s_answer_leaves_an_encrypted_room_after_the_words_it_answers(tmp_path: Path) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        desk["chat"].failures.append(Transient("slow", 0.2))
        desk["chat"].say("helpdesk: hello", encrypted=True)
        await desk.says("chat", "Ask me in a sentence")
        await desk.says("other", "Ask me in a sentence")
        assert [sent.text[:5] for sent in desk["other"].sent] == ["hello", "a\u2060nna"]
        assert "unencrypted" in desk["chat"].sent[0].text


async def test_the_reactions_of_a_named_relay_bot_are_not_relayed(tmp_path: Path) -> None:
    async with running(config(tmp_path, relay={"bots": ["other:bridge*"]}), url(tmp_path)) as desk:
        first = desk["other"].say("done!", by="bert")
        await relayed(desk, "chat", "done!")
        desk["other"].emit(event(Reacted, "other", "bridge-1", target=first.message, key="🎉"))  # type: ignore[arg-type]
        desk["other"].say("the end", by="bert")
        await relayed(desk, "chat", "the end")
        assert not any(isinstance(sent.action, React) for sent in desk["chat"].sent)


async def test_a_room_that_became_private_is_linked_with_public_ones_no_longer(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), url(tmp_path)) as desk:
        desk["chat"].say("!bridge link chat:#sig other:#help", by="lea")
        await desk.says("chat", "read as one now")
        await desk.quiet()
    rooms = {"kind": "memory", "rooms": {"#help": {}, "#sig": {"volunteers": True, "private": True}}}
    async with running(config_for(tmp_path, networks={"chat": rooms}), url(tmp_path)) as desk:
        desk["chat"].restarted(100)
        desk["chat"].say("among ourselves", room="#sig", by="vera")
        desk["chat"].say("!help", by="anna")
        await desk.says("chat", "!help")
        await desk.quiet()
        assert desk["other"].sent == []


async def test_a_flood_of_edits_is_one_where_they_wait(tmp_path: Path) -> None:
    rich = config_for(tmp_path, links=[{"rooms": ["chat:#help", "other:#help"]}])
    async with running(rich, url(tmp_path)) as desk:
        first = desk["chat"].say("on")
        await relayed(desk, "other", "on")
        for number in range(100):
            words = from_plain(f"edit {number}")
            desk["chat"].emit(event(MessageEdited, "chat", "anna", target=first.message, text=words))  # type: ignore[arg-type]
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        edits = [sent.text for sent in desk["other"].sent if isinstance(sent.action, EditMessage)]
        assert edits[-1] == "edit 99"
        assert len(edits) < 10


async def test_three_who_hug_are_no_loop(tmp_path: Path) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        for name in ("anna", "bert", "clara", "dora"):
            desk["chat"].say("*hugs*", by=name)
        desk["chat"].say("the end", by="dora")
        await relayed(desk, "other", "the end")
        assert sum("hugs" in sent.text for sent in desk["other"].sent) == 4


async def test_what_was_said_over_a_day_is_no_loop_when_it_is_caught_up(tmp_path: Path) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        for hour in range(14):
            at = datetime.now(UTC) - timedelta(hours=20 - hour)
            words = MessageReceived(
                "chat",
                EventId(f"d{hour}"),
                at,
                HELP,
                sender(f"p{hour}"),
                from_plain("good morning everybody"),
                MessageId(f"d{hour}"),
                late=True,
            )
            desk["chat"].emit(words)
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        assert sum("good morning" in sent.text for sent in desk["other"].sent) == 14


# --- what pages keep --------------------------------------------------------------------------------------------------


async def test_what_is_taken_back_leaves_the_page_of_a_backlog(tmp_path: Path) -> None:
    async with running(config(tmp_path, relay={"backlog": 10}), url(tmp_path)) as desk:
        desk["other"].failures.append(ConnectionError("down"))
        said = [desk["chat"].say(f"line {number}") for number in range(40)]
        line = await desk.says("other", "more messages were said")
        await desk.says("other", "line 39")
        await desk.quiet()
        token = line.text.rpartition("/")[2]
        page = await desk.database.read(pages.find, token)
        assert page is not None
        assert any(plain(one.text) == "line 20" for one in page.lines)
        desk["chat"].emit(event(MessageRedacted, "chat", "anna", target=said[20].message))  # type: ignore[arg-type]
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        after = await desk.database.read(pages.find, token)
        assert after is not None
        assert len(after.lines) == len(page.lines) - 1
        assert not any(plain(one.text) == "line 20" for one in after.lines)


async def test_the_page_of_long_words_follows_an_edit(tmp_path: Path) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        words = [f"line {n}" for n in range(9)]
        long = desk["chat"].say("\n".join([*words, "my cat is called Tom"]))
        action = (await relayed(desk, "other", "line 8")).action
        assert isinstance(action, SendMessage)
        desk["chat"].emit(
            event(MessageEdited, "chat", "anna", target=long.message, text=from_plain("\n".join(words)))  # type: ignore[arg-type]
        )
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        page = await desk.database.read(pages.find, action.rest.rpartition("/")[2])
        assert page is not None
        assert "Tom" not in plain(page.lines[0].text)


async def test_long_words_that_are_edited_before_they_are_out_are_edited_whole(tmp_path: Path) -> None:
    rich = config_for(tmp_path, links=[{"rooms": ["chat:#help", "other:#help"]}], relay={"edit_hold": "0s"})
    async with running(rich, url(tmp_path)) as desk:
        desk["other"].failures.append(Transient("away", 0.3))
        first = desk["chat"].say("word " * 600 + "teh end")
        desk["chat"].emit(
            event(MessageEdited, "chat", "anna", target=first.message, text=from_plain("word " * 600 + "the end"))  # type: ignore[arg-type]
        )
        await desk.says("other", "teh end")
        action = (await desk["other"].next_sent()).action
        assert isinstance(action, EditMessage)
        assert plain(action.text) == "word " * 600 + "the end"


async def test_no_page_of_a_file_keeps_a_secret(tmp_path: Path) -> None:
    async with running(config(tmp_path), url(tmp_path)) as desk:
        said = MessageReceived(
            "chat",
            EventId("f1"),
            datetime.now(UTC),
            HELP,
            sender("anna"),
            from_plain("my password is hunter22"),
            MessageId("f1"),
            attachments=(Attachment("image", "cat.png", "mxc://x", "image/png", 1),),
        )
        desk["chat"].emit(said)
        await relayed(desk, "other", "cat.png")
        rows = await desk.database.read(lambda connection: connection.execute(page_rows.select()).all())
        assert rows
        assert "hunter22" not in str(rows)


async def test_nothing_of_a_direct_chat_is_relayed(tmp_path: Path) -> None:
    async with running(config_for(tmp_path, relay={}), url(tmp_path)) as desk:
        await desk.hub.drained()
        desk["chat"].say("!bridge link chat:#help other:#help", by="lea", direct=True)
        await desk.says("chat", "read as one now")
        said = desk["chat"].say("x")
        await relayed(desk, "other", "x")
        private = replace(
            said, id=EventId("p"), message=MessageId("p"), room=Room(RoomId("#help"), "anna", direct=True)
        )
        desk["chat"].emit(replace(private, text=from_plain("between us")))
        desk["chat"].say("the end")
        await relayed(desk, "other", "the end")
        assert not any("between us" in sent.text for sent in desk["other"].sent if sent.receipt.room == "#help")
