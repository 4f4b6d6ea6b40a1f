"""What people do in our hearing, from bytes: reactions, redactions, multiline, moves, splits, modes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridges.events import PersonId
from bridges.irc.people import Ended
from bridges.irc.reports import (
    Echoed,
    Invited,
    Moved,
    NotLetIn,
    Reaction,
    Redaction,
    Refused,
    Report,
    Said,
    Split,
    Throttled,
    Writing,
)
from tests.unit.irc.test_session import CAPS, Wire, said

FULL = f"{CAPS} draft/multiline draft/message-redaction draft/relaymsg"


def room(**more: str) -> Wire:
    """A room with anna in it, who has no account."""
    wire = Wire().in_room(**({"caps": FULL} | more))
    wire.gets(":anna!u@h JOIN #help * :Anna")
    wire.sent()
    return wire


def moves(reports: list[Report]) -> list[tuple[str, str, str]]:
    return [(m.how, m.who.nick, m.room) for m in reports if isinstance(m, Moved)]


# --- reactions and redactions -----------------------------------------------------------------------------------------


def test_a_reaction_says_to_what_and_by_whom() -> None:
    """https://ircv3.net/specs/client-tags/react: with +draft/reply, on TAGMSG"""
    wire = room()
    (reaction,) = wire.gets("@msgid=r1;+draft/reply=m1;+draft/react=👍 :anna!u@h TAGMSG #help")
    assert isinstance(reaction, Reaction)
    assert (reaction.target, reaction.key, reaction.msgid, reaction.taken_back) == ("m1", "👍", "r1", False)
    assert reaction.who.mask == "anna!u@h"
    (words,) = said(wire.gets(":anna!u@h PRIVMSG #help :hi"))
    assert words.person == reaction.who.person
    (back,) = wire.gets("@+draft/reply=m1;+draft/unreact=👍 :anna!u@h TAGMSG #help")
    assert isinstance(back, Reaction)
    assert back.taken_back


@pytest.mark.parametrize(
    "line",
    [
        "@+draft/react=👍 :anna!u@h TAGMSG #help",
        "@+typing=dancing :anna!u@h TAGMSG #help",
        "@+typing=active :stranger!u@h TAGMSG #help",
        "@+typing=active :stranger!u@h TAGMSG desk",
        "@+draft/reply=m1;+draft/react=👍 :stranger!u@h TAGMSG #help",
        "@+draft/reply=m1;+draft/react=👍 :anna!u@h TAGMSG desk",
        ":stranger!u@h REDACT #help m1",
    ],
)
def test_what_is_no_reaction_of_somebody_here_is_none(line: str) -> None:
    assert room().gets(line) == []


@pytest.mark.parametrize(("state", "lasts"), [("active", 6.0), ("paused", 30.0), ("done", 0.0)])
def test_who_writes_says_so_to_the_room_or_to_the_desk(state: str, lasts: float) -> None:
    """https://ircv3.net/specs/client-tags/typing"""
    wire = room()
    (words,) = said(wire.gets(":anna!u@h PRIVMSG #help :hi"))
    for target, where in (("#help", "#help"), ("desk", None)):
        (writing,) = wire.gets(f"@+typing={state} :anna!u@h TAGMSG {target}")
        assert isinstance(writing, Writing)
        assert (writing.who.person, writing.room, writing.lasts) == (words.person, where, lasts)


def test_a_redaction_names_its_message() -> None:
    """https://ircv3.net/specs/extensions/message-redaction#command"""
    (redaction,) = room().gets("@msgid=x :anna!u@h REDACT #help m1 :spam")
    assert isinstance(redaction, Redaction)
    assert (redaction.target, redaction.room, redaction.who.nick) == ("m1", "#help", "anna")


def test_our_own_reaction_and_redaction_are_echoes() -> None:
    """https://ircv3.net/specs/extensions/echo-message"""
    wire = room()
    assert wire.gets("@label=s1;msgid=r :desk!u@h TAGMSG #help") == [Echoed("#help", "s1", "r")]
    assert wire.gets("@label=s2;msgid=q :desk!u@h REDACT #help m1") == [Echoed("#help", "s2", "q")]
    assert wire.gets("@label=s3 :s ACK") == [Echoed("", "s3", "")]


# --- multiline --------------------------------------------------------------------------------------------------------


def test_lines_of_a_batch_are_one_message() -> None:
    """https://ircv3.net/specs/extensions/multiline#batch-types: joined by line feeds, but for concatenated ones"""
    wire = room()
    reports = wire.gets(
        "@msgid=m1;+draft/reply=m0 :anna!u@h BATCH +b draft/multiline #help",
        "@batch=b :anna!u@h PRIVMSG #help :hello",
        "@batch=b :anna!u@h PRIVMSG #help :how is ",
        "@batch=b;draft/multiline-concat :anna!u@h PRIVMSG #help :everyone?",
    )
    assert reports == []
    (words,) = said(wire.gets(":s BATCH -b"))
    assert (words.text, words.msgid, words.reply_to) == ("hello\nhow is everyone?", "m1", "m0")


def test_our_own_batch_is_one_echo() -> None:
    wire = room()
    echo = wire.gets(
        "@label=s1;msgid=m1 :desk!u@h BATCH +b draft/multiline #help",
        "@batch=b :desk!u@h PRIVMSG #help :one",
        "@batch=b :desk!u@h PRIVMSG #help :two",
        ":s BATCH -b",
    )
    assert echo == [Echoed("#help", "s1", "m1")]


def test_a_batch_in_a_batch_keeps_the_label() -> None:
    """https://ircv3.net/specs/extensions/batch: nested batches; labeled-response around our echo"""
    wire = room()
    echo = wire.gets(
        "@label=s1 :s BATCH +a labeled-response",
        "@batch=a;msgid=m1 :desk!u@h BATCH +b draft/multiline #help",
        "@batch=b :desk!u@h PRIVMSG #help :one",
        "@batch=b :desk!u@h PRIVMSG #help :two",
        "@batch=a :s BATCH -b",
        ":s BATCH -a",
    )
    assert echo == [Echoed("#help", "s1", "m1")]


# --- relays -----------------------------------------------------------------------------------------------------------


def test_a_relayed_line_is_told_as_one_and_ours_is_an_echo() -> None:
    """draft/relaymsg: the tag names the one who relays"""
    wire = room()
    (words,) = said(wire.gets("@draft/relaymsg=bridge;msgid=m :berta/xmpp!r@s PRIVMSG #help :hi"))
    assert words.relayed
    assert not words.authenticated
    assert wire.session.people.get("berta/xmpp") is None
    assert wire.gets("@draft/relaymsg=desk;label=s1;msgid=n :anna/matrix!r@s PRIVMSG #help :hi") == [
        Echoed("#help", "s1", "n")
    ]


# --- who comes and goes -----------------------------------------------------------------------------------------------


def test_each_move_is_told_for_the_rooms_that_are_shared() -> None:
    wire = room()
    wire.session.join([("#sig", "")])
    wire.gets(":desk!u@h JOIN #sig desk :Desk", ":anna!u@h JOIN #sig * :A")
    assert moves(wire.gets(":berta!u@h JOIN #help * :B", moves=True)) == [("joined", "berta", "#help")]
    renamed = wire.gets(":anna!u@h NICK anni", moves=True)
    assert moves(renamed) == [("renamed", "anni", "#help"), ("renamed", "anni", "#sig")]
    assert all(isinstance(m, Moved) and m.was == "anna" for m in renamed)
    (left,) = wire.gets(":berta!u@h PART #help :bye", moves=True)
    assert isinstance(left, Moved)
    assert (left.how, left.reason) == ("left", "bye")
    (removed,) = wire.gets(":op!u@h KICK #sig anni :spam", moves=True)
    assert isinstance(removed, Moved)
    assert (removed.how, removed.reason) == ("removed", "kicked by op: spam")
    assert moves(wire.gets(":anni!u@h QUIT :Quit: gone home", moves=True)) == [("quit", "anni", "#help")]


def test_nobody_moves_while_we_enter_and_we_never_do() -> None:
    wire = Wire().in_room()
    lines = (":s 353 desk = #help :@desk +anna berta!u@h", ":s 354 desk 152 #help u h anna 0")
    assert wire.gets(*lines, moves=True) == []
    assert wire.gets(":desk!u@h NICK desk3", moves=True) == []


def test_a_join_that_is_told_again_is_no_move() -> None:
    """As after a change of host without chghost, or a second line of a NAMES reply."""
    assert room().gets(":anna!u@h JOIN #help * :A", ":s 353 desk = #help :anna", moves=True) == []


def test_who_is_not_there_does_not_move() -> None:
    wire = room()
    assert wire.gets(":stranger!u@h PART #help", ":stranger!u@h QUIT :x", ":x!u@h NICK y", moves=True) == []


# --- netsplits --------------------------------------------------------------------------------------------------------


def split_lines(batched: bool) -> list[str]:
    quits = [f":{nick}!u@h QUIT :irc.hub.example irc.leaf.example" for nick in ("anna", "berta")]
    if not batched:
        return quits
    start = ":s BATCH +n netsplit irc.hub.example irc.leaf.example"
    return [start, *(f"@batch=n {line}" for line in quits), ":s BATCH -n"]


@pytest.mark.parametrize("batched", [True, False])
def test_a_split_is_told_once_and_so_is_the_return(batched: bool) -> None:
    """https://ircv3.net/specs/batches/netsplit; without batches the reason tells (two names of servers)"""
    wire = room()
    wire.gets(":berta!u@h JOIN #help * :B")
    guest = said(wire.gets(":anna!u@h PRIVMSG #help :hi"))[0].person
    reports = wire.gets(*split_lines(batched), moves=True)
    assert reports == [Ended(guest)]
    assert wire.session.tick(wire.now + timedelta(seconds=1)) == []
    (split,) = wire.session.tick(wire.now + timedelta(seconds=6))
    assert isinstance(split, Split)
    assert ([who.nick for who in split.people], split.servers, split.back) == (
        ["anna", "berta"],
        "irc.hub.example irc.leaf.example",
        False,
    )
    wire.now += timedelta(minutes=5)
    joins = [f":{nick}!u@h JOIN #help * :x" for nick in ("anna", "berta")]
    if batched:
        netjoin = ":s BATCH +j netjoin irc.hub.example irc.leaf.example"
        joins = [netjoin, *(f"@batch=j {line}" for line in joins), ":s BATCH -j"]
    assert wire.gets(*joins, moves=True) == []
    (back,) = wire.session.tick(wire.now + timedelta(seconds=6))
    assert isinstance(back, Split)
    assert back.back
    assert len(back.people) == 2
    assert wire.session.tick(wire.now + timedelta(minutes=2)) == []


def test_who_comes_back_much_later_has_joined() -> None:
    wire = room()
    wire.gets(*split_lines(batched=False))
    wire.session.tick(wire.now + timedelta(seconds=6))
    wire.now += timedelta(hours=1)
    wire.session.tick(wire.now)
    assert moves(wire.gets(":anna!u@h JOIN #help * :x", moves=True)) == [("joined", "anna", "#help")]


def test_a_split_that_goes_on_is_told_in_time() -> None:
    wire = room()
    told: list[Report] = []
    for second in range(60):
        wire.now += timedelta(seconds=1)
        wire.gets(f":p{second}!u@h JOIN #help * :x", f":p{second}!u@h QUIT :a.example b.example")
        told += wire.session.tick(wire.now)
    assert [type(report) for report in told] == [Split, Split][: len(told)]
    assert told


def test_ones_own_words_are_no_split() -> None:
    for words in ("see you", "Quit: a.example b.example", "a.example a.example", "a b", "a.example"):
        assert moves(room().gets(f":anna!u@h QUIT :{words}", moves=True)) == [("quit", "anna", "#help")]


# --- what the server lets us do ---------------------------------------------------------------------------------------


def test_whether_we_may_speak_in_a_moderated_room() -> None:
    """https://modern.ircdocs.horse/#rplchannelmodeis-324, RPL_NAMREPLY and MODE with PREFIX and CHANMODES"""
    wire = room(isupport="PREFIX=(qaohv)~&@%+ CHANMODES=beI,k,l,imnt CASEMAPPING=ascii")
    state = wire.session.rooms["#help"]
    wire.gets(":s 324 desk #help +lmk 50 key")
    assert state.moderated
    assert not state.status
    wire.gets(":op!u@h MODE #help +kv-l key2 desk")
    assert state.status == {"v"}
    wire.gets(":op!u@h MODE #help -mv desk", ":op!u@h MODE #help +bo *!*@x other")
    assert (state.moderated, state.status) == (False, set())
    wire.gets(":s 353 desk = #help :%+desk anna")
    assert state.status == {"h", "v"}


def test_an_invitation_is_told_when_it_is_ours() -> None:
    """https://ircv3.net/specs/extensions/invite-notify"""
    wire = room()
    assert wire.gets(":op!u@h INVITE desk #Sig") == [Invited("#sig", "op")]
    assert wire.gets(":op!u@h INVITE anna #Sig") == []


def test_standard_replies() -> None:
    """https://ircv3.net/specs/extensions/standard-replies"""
    wire = room()
    assert wire.gets("@label=s1 :s FAIL REDACT UNKNOWN_MSGID #help m1 :too old") == [
        Refused("#help", "s1", "UNKNOWN_MSGID", "too old")
    ]
    assert wire.gets(":s FAIL BATCH MULTILINE_MAX_LINES 10 :too many") == [
        Refused("", "", "MULTILINE_MAX_LINES", "too many")
    ]
    assert wire.gets(":s FAIL PRIVMSG RATE_LIMITED #help :slow") == [
        Throttled("slow (RATE_LIMITED)"),
        Refused("#help", "", "RATE_LIMITED", "slow"),
    ]
    assert wire.gets(":s NOTE * HELLO :hi", ":s WARN PRIVMSG SOMETHING :hm") == []
    wire.session.join([("#sig", "")])
    assert wire.gets(":s FAIL JOIN CHANNEL_GONE #sig :no") == [NotLetIn("#sig", "CHANNEL_GONE", "no")]


def test_a_server_that_hangs_up_for_a_flood_says_so() -> None:
    for reason in ("Closing link: (desk) [Excess Flood]", "Max SendQ exceeded"):
        assert isinstance(room().gets(f"ERROR :{reason}")[0], Throttled)
    assert not any(isinstance(report, Throttled) for report in room().gets("ERROR :Ping timeout"))


def test_a_room_of_our_own_choice_is_left_and_not_entered_again() -> None:
    wire = room()
    wire.session.part("#help")
    assert wire.sent() == ["PART #help"]
    wire.gets(":desk!u@h PART #help")
    assert wire.session.rooms == {}
    wire.gets(":desk!u@h JOIN #help")
    assert wire.sent() == ["PART #help"]


def test_words_come_with_the_mask_of_who_says_them() -> None:
    (words,) = said(room().gets(":anna!~u@h.example PRIVMSG #help :hi"))
    assert words == Said(
        words.at, "", "anna", PersonId("guest:c:1"), False, "#help", "hi", "text", "", "anna!~u@h.example"
    )
