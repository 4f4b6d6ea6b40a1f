"""Who may send what, by the rules of `m.room.power_levels` and of room version 12."""

from __future__ import annotations

import math
from typing import Any

import pytest

from bridges.matrix.powers import Powers

DESK = "@helpdesk:example.org"


def powers(levels: dict[str, Any] | None, version: str = "11", **create: Any) -> Powers:
    made = {
        "type": "m.room.create",
        "state_key": "",
        "sender": "@anna:x",
        "content": {"room_version": version, **create},
    }
    known = Powers().after(made)
    if levels is None:
        return known
    return known.after({"type": "m.room.power_levels", "state_key": "", "content": levels})


def test_what_is_not_known_forbids_nothing() -> None:
    assert Powers().may_send(DESK, "m.room.message")


@pytest.mark.parametrize(
    ("levels", "may"),
    [
        ({}, True),
        ({"events_default": 50}, False),
        ({"events_default": 50, "users": {DESK: 50}}, True),
        ({"events_default": 50, "users_default": 50}, True),
        ({"events_default": 50, "events": {"m.room.message": 0}}, True),
        ({"events": {"m.room.message": 1}}, False),
        ({"events_default": "50"}, False),
        ({"events_default": "lots", "users": [], "events": "none"}, True),
        ({"events_default": True, "users": {DESK: True}}, True),
    ],
)
def test_levels(levels: dict[str, Any], may: bool) -> None:
    assert powers(levels).may_send(DESK, "m.room.message") is may


def test_a_kind_may_be_allowed_where_another_is_not() -> None:
    known = powers({"events_default": 50, "events": {"m.reaction": 0}})
    assert known.may_send(DESK, "m.reaction")
    assert not known.may_send(DESK, "m.room.encrypted")


@pytest.mark.parametrize(("version", "level"), [("11", 0), ("12", math.inf), ("org.example.v", 0), ("2", 0)])
def test_creators_stand_above_all_from_version_12_on(version: str, level: float) -> None:
    known = powers({"events_default": 100}, version, additional_creators=[DESK])
    assert known.of("@anna:x") == level
    assert known.of(DESK) == level
    assert known.of("@carl:x") == 0


def test_a_creator_rules_while_there_are_no_levels() -> None:
    assert powers(None).of("@anna:x") == 100
    assert powers(None).of(DESK) == 0


def test_taking_back_what_others_said() -> None:
    assert not powers({}).may_redact_others(DESK)
    assert powers({"users": {DESK: 50}}).may_redact_others(DESK)
    assert not powers({"users": {DESK: 50}, "events": {"m.room.redaction": 60}}).may_redact_others(DESK)
    assert powers({"redact": 0}).may_redact_others(DESK)


def test_other_state_changes_nothing() -> None:
    known = powers({"events_default": 50})
    assert known.after({"type": "m.room.power_levels", "state_key": "x", "content": {}}) == known
    assert known.after({"type": "m.room.power_levels", "state_key": "", "content": "x"}) == known
