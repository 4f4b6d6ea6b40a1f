from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.events import Attribution, PersonId, RoomId, SendMessage, ToRoom
from bridges.irc.delivery import Undelivered
from bridges.irc.protocol import Prefix, ServerLimits
from bridges.irc.speaking import RELAYED_LINES, SAID_LINES, Ears, command_of, lines_of
from bridges.irc.trouble import as_network_error
from bridges.network import Away, Gone, Permanent, Transient
from bridges.text import Plain, from_markup, from_plain

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
