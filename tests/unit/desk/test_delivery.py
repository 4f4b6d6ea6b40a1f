"""What follows when words for an asker arrived, wait, or never will arrive."""

from __future__ import annotations

from bridges.events import MessageId, RoomId
from helpdesk.desk.delivery import delivery
from helpdesk.deskevents import Delivery
from helpdesk.effects import ReactTo, Record
from helpdesk.model import ChangeKind, Confirm, TicketStatus
from helpdesk.view import View
from tests.unit.desk.making import CONFIG, DIRECT, PUBLIC, VERA, of, one, ticket, told


def became(result: str, *, origin=PUBLIC, confirm=None, reason: str = "she left"):
    found = ticket(TicketStatus.WAITING, VERA, origin=origin)
    return delivery(Delivery(1, 7, result, reason, confirm), View(ticket=found), CONFIG)  # type: ignore[arg-type]


def test_what_arrived_is_marked_where_it_was_written() -> None:
    confirm = Confirm("chat", RoomId("#sig"), MessageId("m"))
    assert became("delivered", confirm=confirm) == [ReactTo("chat", RoomId("#sig"), MessageId("m"), "✅")]
    assert became("delivered") == []


def test_what_waits_is_told_to_the_volunteers_and_is_no_change() -> None:
    effects = became("held")
    assert "anna is away" in told(effects, "#sig")
    assert of(Record, effects) == []


def test_what_never_arrives_is_told_and_stands_in_the_history() -> None:
    effects = became("undeliverable")
    assert "she left" in told(effects, "#sig")
    record = one(Record, effects)
    assert (record.kind, record.text) == (ChangeKind.UNDELIVERED, "she left")


def test_a_private_asker_is_named_in_private_rooms_only() -> None:
    for result in ("held", "undeliverable"):
        effects = became(result, origin=DIRECT)
        assert "#7" in told(effects, "#sig")
        assert "anna" not in told(effects, "#sig")
        assert "she left" not in told(effects, "#sig")
        assert "anna" in told(effects, "#team")


def test_of_a_ticket_that_is_gone_there_is_nothing_to_say() -> None:
    assert delivery(Delivery(1, 7, "held"), View(), CONFIG) == []
