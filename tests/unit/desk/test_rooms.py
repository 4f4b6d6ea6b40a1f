"""Deafness is said, and so is being put out of a room."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bridges.events import EventId, Gap, PersonId, PersonIdentified, PersonSeen, Room, RoomExited, RoomId, Sender
from helpdesk.desk.decide import decide
from helpdesk.desk.intake import Heard
from helpdesk.deskevents import RoleGranted
from helpdesk.effects import MergeGuest, Say, Wake
from helpdesk.model import Role
from helpdesk.view import View
from tests.desk import config_for
from tests.unit.desk.making import ANNA, CONFIG, GUEST, NOW, of, one, refusal, replies, told


def follows(event, config=CONFIG):
    return decide(event, Heard(), View(), config, NOW)


def gap(seconds: int, room: Room | None = None) -> Gap:
    return Gap("chat", EventId("g"), NOW, NOW + timedelta(seconds=seconds), "the server was gone", room)


def test_a_blink_is_said_unless_the_operator_thinks_it_not_worth_a_line() -> None:
    assert follows(gap(4))
    assert follows(gap(4), config_for(Path("state"), desk={"gap_notice": "5s"})) == []


def test_how_long_it_was_deaf_is_said_in_each_room_of_that_network() -> None:
    effects = follows(gap(65))
    assert {say.to.room for say in of(Say, effects)} == {"#help", "#sig"}
    assert "from 03:04:05 to 03:05:10 UTC (the server was gone)" in told(effects, "#help")
    assert [say.to.room for say in of(Say, follows(gap(65, Room(RoomId("#sig"), "#sig"))))] == ["#sig"]


def test_who_put_it_out_is_told_to_the_volunteers_that_are_left() -> None:
    effects = follows(RoomExited("chat", NOW, Room(RoomId("#sig"), "#sig"), "kicked"))
    assert [say.to.room for say in of(Say, effects)] == ["#team"]
    assert "no longer in #sig on chat: kicked" in told(effects, "#team")


def test_nobody_hears_of_a_private_chat_that_ended() -> None:
    direct = Room(RoomId("!direct"), "Anna", direct=True)
    assert follows(RoomExited("chat", NOW, direct, "removed by @anna:example.org: my secret")) == []
    # When it is told, the network may no longer know what the room was.
    assert follows(RoomExited("chat", NOW, Room(RoomId("!direct"), "!direct"), "removed")) == []


def test_who_is_seen_gets_what_waits_and_a_guest_never_does() -> None:
    assert follows(PersonSeen("chat", NOW, ANNA.identity.sender)) == [Wake("chat", PersonId("anna"))]
    assert follows(PersonSeen("chat", NOW, GUEST.identity.sender)) == []


def test_a_guest_who_logs_in_is_that_person_from_then_on() -> None:
    effects = follows(PersonIdentified("chat", NOW, PersonId("gast"), ANNA.identity.sender))
    assert one(MergeGuest, effects).guest == "gast"
    assert one(Wake, effects).person == "anna"


def test_a_role_is_granted_to_the_authenticated_only() -> None:
    assert "volunteer now" in replies(follows(RoleGranted("chat", ANNA.identity.sender, Role.SOLO)))
    guest = Sender(PersonId("gast"), "gast", authenticated=False)
    assert refusal(follows(RoleGranted("chat", guest, Role.SOLO))) == "forbidden"
