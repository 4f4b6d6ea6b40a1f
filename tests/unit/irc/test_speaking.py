from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.events import Attribution, EditMessage, MessageId, PersonId, Redact, Replying, RoomId, SendMessage, ToRoom
from bridges.irc.delivery import Undelivered
from bridges.irc.protocol import Prefix, ServerLimits
from bridges.irc.speaking import (
    RELAYED_LINES,
    SAID_LINES,
    Ears,
    Manner,
    Spoken,
    again,
    changed,
    command_of,
    relay_nick,
    speaker,
    spoken,
    taken_back,
)
from bridges.irc.trouble import as_network_error
from bridges.network import Away, Gone, Permanent, Transient
from bridges.text import Plain, from_irc, from_markup, from_plain, plain
from tests.unit.irc.saying import lines_of

EARS = Ears(ServerLimits(), Prefix("desk", "u", "host.example"), "helpdesk", "#help")


def say(words: str, **more: Any) -> SendMessage:
    return SendMessage(ToRoom(RoomId("#help")), from_plain(words), **more)


def test_lines_address_attribution_and_formatting() -> None:
    assert lines_of(say("one\n\ntwo"), EARS, "anna", notices=False) == ("anna: one", "two")
    relay = say("one\ntwo", attribution=Attribution("Anna\nQUIT", "matrix"))
    assert lines_of(relay, EARS, "", notices=False) == ("<A\u2060nna QUIT> one", "<A\u2060nna QUIT> two")
    bold = SendMessage(ToRoom(RoomId("#help")), from_markup("**now**"))
    assert lines_of(bold, EARS, "", notices=False) == ("\x02now\x02",)
    assert lines_of(say("\n \n"), EARS, "anna", notices=False) == ()


def test_a_column_of_lines_does_not_keep_the_desk_busy() -> None:
    relay = lines_of(say("a\n" * 9_000, attribution=Attribution("Anna", "matrix")), EARS, "", notices=False)
    assert len(relay) == RELAYED_LINES
    assert relay[-2:] == ("<A\u2060nna> a", "<A\u2060nna> … (+8989)")
    assert len(lines_of(say("a\n" * 9_000), EARS, "", notices=False)) == SAID_LINES
    whole = lines_of(say("word " * 4_000), EARS, "", notices=False)
    assert "".join(whole).split() == ["word"] * 4_000


def test_notices_only_where_wanted() -> None:
    assert command_of(say("x"), notices=False) == "PRIVMSG"
    assert command_of(say("x"), notices=True) == "NOTICE"
    assert command_of(say("x", style="text"), notices=True) == "PRIVMSG"
    assert command_of(say("x", style="emote"), notices=True) == "ACTION"


@given(st.text(max_size=2000), st.text(max_size=100), st.sampled_from(["text", "notice", "emote"]))
def test_whatever_is_said_fits_and_stays_one_line(words: str, name: str, style: Any) -> None:
    action = SendMessage(
        ToRoom(RoomId("#help")), (Plain(words),), style=style, attribution=Attribution(name, "matrix") if name else None
    )
    for line in lines_of(action, EARS, "", notices=False):
        assert not any(c in line for c in "\r\n\0\x01")
        front = ":helpdesk!u@host.example PRIVMSG #help :" + ("\x01ACTION \x01" if style == "emote" else "")
        assert len((front + line + "\r\n").encode()) <= 512


@pytest.mark.parametrize(
    ("code", "person", "kind"),
    [
        ("401", "guest:c:1", Gone),
        ("401", "account:anna", Away),
        ("404", None, Permanent),
        ("442", None, Transient),
        ("439", None, Transient),
        ("417", None, Permanent),
    ],
)
def test_refusals_become_the_errors_the_outbox_knows(code: str, person: str | None, kind: type[Exception]) -> None:
    error = as_network_error(Undelivered(code, "no"), "there", PersonId(person) if person else None, out=False)
    assert type(error) is kind


def test_a_refusal_after_we_left_is_not_for_ever() -> None:
    assert isinstance(as_network_error(Undelivered("404", "no"), "#help", None, out=True), Transient)


# --- relays -----------------------------------------------------------------------------------------------------------

NOW = datetime(2026, 5, 1, 15, tzinfo=UTC)
ANNA = Attribution("Anna", "matrix", PersonId("@anna:example.org"))
A = "A\u2060nna"


PLAINLY = Manner()


def relay(words: str, manner: Manner = PLAINLY, **more: Any) -> Spoken:
    return spoken(say(words, style="text", attribution=ANNA, **more), EARS, "", manner, NOW)


def texts(said: Spoken) -> list[str]:
    return [text for unit in said.units for text, _ in unit]


def test_who_speaks_where_and_in_which_colour() -> None:
    assert speaker(replace(ANNA, mark="matrix")) == f"<{A}/matrix> "
    coloured = speaker(ANNA, colours=True)
    assert coloured.startswith("<\x03")
    assert plain(from_irc(coloured)) == speaker(ANNA)
    assert coloured == speaker(replace(ANNA, name="Anna"), colours=True)
    assert speaker(Attribution("Anna", "matrix"), colours=True) == f"<{A}> "  # whose id is not known has no colour


def test_past_so_many_lines_a_relay_says_where_the_rest_is() -> None:
    said = relay("one\ntwo\nthree\nfour", lines=2, rest="https://x.example/p/1")
    assert texts(said) == [f"<{A}> one", f"<{A}> two … (+2 lines) https://x.example/p/1"]
    assert texts(relay("one\ntwo", lines=2, rest="https://x.example/p/1")) == [f"<{A}> one", f"<{A}> two"]
    long = relay("one\n" + "word " * 300, lines=2, rest="https://x.example/p/1")
    assert len(long.units) == 2
    assert all(len(f":helpdesk!u@host.example PRIVMSG #help :{t}\r\n".encode()) <= 512 for t in texts(long))
    assert texts(long)[-1].endswith("lines) https://x.example/p/1")


def test_a_reply_calls_by_name_and_a_late_one_quotes() -> None:
    recent = Replying("Berta", "does it work?", recent=True)
    assert texts(relay("yes", replying=recent)) == [f"<{A}> B\u2060erta: yes"]
    assert texts(relay("yes", replying=replace(recent, here=True))) == [f"<{A}> Berta: yes"]
    gone = Replying("Berta", "", recent=False)
    assert texts(relay("yes", replying=gone)) == [f"<{A}> B\u2060erta: yes"]
    old = Replying("Berta", "does\nit " + "really " * 40 + "work?", recent=False)
    quote, answer = texts(relay("yes", replying=old))
    assert quote.startswith(f"<{A}> > does it really")
    assert len(quote) < 110
    assert answer == f"<{A}> yes"


def test_what_comes_late_says_when_it_was_said() -> None:
    at = datetime(2026, 5, 1, 14, 3, tzinfo=UTC)
    assert texts(relay("hi", said_at=at)) == [f"<{A}> [14:03] hi"]
    assert texts(relay("hi", said_at=at.replace(month=4))) == [f"<{A}> [2026-04-01 14:03] hi"]


def test_relaymsg_speaks_under_a_name_that_nobody_else_can_have() -> None:
    """draft/relaymsg: one of the separators must stand in the nick"""
    said = relay("hi", Manner(relaymsg="/"))
    assert (said.command, said.before, texts(said)) == ("RELAYMSG", ("Anna/matrix",), ["hi"])
    emote = spoken(say("waves", style="emote", attribution=ANNA), EARS, "", Manner(relaymsg="/"), NOW)
    assert texts(emote) == ["\x01ACTION waves\x01"]
    assert spoken(say("hi"), EARS, "", Manner(relaymsg="/"), NOW).command == "PRIVMSG"


@given(st.text(max_size=80), st.sampled_from(["/", "|", ""]))
def test_a_relayed_nick_is_one_word(name: str, separators: str) -> None:
    nick = relay_nick(Attribution(name, "my net\r\n"), separators)
    assert not any(c in nick for c in " \r\n\0!@,:")
    assert (separators or "/") in nick
    assert not nick[0].isdigit()


def test_multiline_sends_all_as_one_message() -> None:
    """https://ircv3.net/specs/extensions/multiline: max-bytes counts the line feeds too"""
    whole = relay("one\ntwo\nthree", Manner(multiline=(4096, 10)), lines=2, rest="https://x.example")
    assert whole.units == (((f"<{A}> one", False), (f"<{A}> two", False), (f"<{A}> three", False)),)
    assert len(relay("one\ntwo\nthree", Manner(multiline=(4096, 2)), lines=2).units) == 2
    assert len(relay("one\ntwo\nthree", Manner(multiline=(20, 10)), lines=2).units) == 2


def test_multiline_of_the_desk_goes_on_in_the_line_before() -> None:
    said = spoken(say("word " * 200, style="text"), EARS, "", Manner(multiline=(4096, 10)), NOW)
    (unit,) = said.units
    assert [goes_on for _, goes_on in unit] == [False, True, True]
    assert "".join(text for text, _ in unit).split() == ["word"] * 200
    bounded = spoken(say("a\nb\nc\nd\ne", style="text"), EARS, "", Manner(multiline=(4096, 2)), NOW)
    assert [len(unit) for unit in bounded.units] == [2, 2, 1]


def test_the_same_for_a_server_that_does_less() -> None:
    action = say("one\ntwo", style="text", attribution=ANNA)
    said = spoken(action, EARS, "", Manner(multiline=(4096, 10)), NOW)
    assert texts(again(said, action, Manner())) == texts(said)
    assert all(len(unit) == 1 for unit in again(said, action, Manner()).units)
    under_own_name = spoken(action, EARS, "", Manner(relaymsg="/"), NOW)
    plain_again = again(under_own_name, action, Manner())
    assert (plain_again.command, plain_again.before) == ("PRIVMSG", ())
    assert texts(plain_again) == [f"<{A}> one", f"<{A}> two"]


def edit(before: str, after: str) -> EditMessage:
    return EditMessage(RoomId("#help"), (MessageId("m"),), from_plain(after), from_plain(before), ANNA)


def test_of_an_edit_only_the_change_is_said_and_nothing_of_a_trivial_one() -> None:
    words = changed(edit("I read teh manual today", "I read the manual today"))
    assert words is not None
    (line,) = texts(spoken(words, EARS, "", Manner(), NOW))
    assert line.startswith(f"<{A}> ")
    assert "teh" in line
    assert "the" in line
    assert changed(edit("same words", "same  words")) is None


def test_what_a_moderator_took_back_is_said_and_what_its_author_did_is_not() -> None:
    assert taken_back(Redact(RoomId("#help"), (), author="anna")) is None
    words = taken_back(Redact(RoomId("#help"), (), reason="spam\r\n", moderator="mod", author="anna"))
    assert words is not None
    (line,) = texts(spoken(words, EARS, "", Manner(), NOW))
    assert line.replace("\u2060", "") == "* mod took back a message of anna: spam"
