"""What became of a parcel, and how its row follows: kept, held for somebody who is away, or failed for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from bridges.events import EditMessage, MessageId, PersonId, React, Receipt, Redact, RoomId, SendMessage
from helpdesk.deskevents import Delivery, Unrelayed
from helpdesk.ledger import Copy, copy_of
from helpdesk.store import ledger, outbox
from helpdesk.store.outbox import Anchor, Parcel


@dataclass(frozen=True, slots=True)
class Settled:
    """The outbox's word to the hub, so that rows change in the hub's transactions only."""

    parcel: Parcel
    result: Literal["delivered", "held", "undeliverable"]
    receipt: Receipt | None = None
    reason: str = ""

    @property
    def tracked(self) -> bool:
        """Whether the desk wants to know."""
        return (self.parcel.tracked and self.parcel.ticket is not None) or self.unrelayed

    @property
    def unrelayed(self) -> bool:
        """Somebody's words never reach a linked room."""
        words = self.parcel.relayed is not None and isinstance(self.parcel.action, SendMessage)
        return words and self.result == "undeliverable"


@dataclass(slots=True)
class Following:
    """What letting the rows follow brings about."""

    parcels: list[Parcel] = field(default_factory=list)
    """To be written."""
    woken: set[str] = field(default_factory=set)
    """Networks where held parcels may go out."""
    disclosed: set[PersonId] = field(default_factory=set)
    """What people of encrypted rooms have been told by now: new parcels need not wait for it."""
    copies: dict[PersonId, MessageId] = field(default_factory=dict)
    """What new reactions need not wait for: the copies that are there by now."""


def settle(
    connection: Connection, settled: Sequence[Settled], now: datetime, following: Following | None = None
) -> list[Delivery | Unrelayed]:
    """Let the rows follow, and return what the desk wants to know."""
    following = following or Following()
    if not settled:
        return []
    delivered = [one for one in settled if one.result == "delivered"]
    outbox.delivered(connection, [one.parcel.id for one in delivered])
    outbox.add_anchors(
        connection,
        (
            Anchor(
                one.parcel.network,
                one.receipt.room,
                message,
                one.parcel.ticket,
                one.parcel.question,
                one.parcel.announces,
            )
            for one in delivered
            if one.receipt is not None and (one.parcel.ticket is not None or one.parcel.question is not None)
            for message in one.receipt.messages
        ),
    )
    taken_back = ledger.add_copies(
        connection,
        [
            (one.parcel.relayed, one.parcel.network, one.receipt.room, one.receipt.messages)
            for one in delivered
            if one.receipt is not None
            and one.parcel.relayed is not None
            and isinstance(one.parcel.action, (SendMessage, React))
        ],
    )
    words = {
        copy_of(one.parcel.relayed, (one.parcel.network, one.receipt.room)): one.receipt.messages[0]
        for one in delivered
        if one.receipt is not None
        and one.receipt.messages
        and one.parcel.relayed is not None
        and isinstance(one.parcel.action, SendMessage)
    }
    if words:
        following.woken |= outbox.copied(connection, words)
        following.copies |= words
    if taken_back:
        following.parcels += [_redaction(one) for one in delivered if one.parcel.relayed in taken_back and one.receipt]
    for one in delivered:
        action, receipt = one.parcel.action, one.receipt
        if isinstance(action, EditMessage) and one.parcel.relayed is not None and receipt and receipt.messages:
            copy = Copy(one.parcel.network, receipt.room, receipt.messages)
            ledger.change_copies(connection, one.parcel.relayed, copy, action.targets)
        told = _disclosing(one)
        if told is not None:
            ledger.tell_once(connection, one.parcel.network, told, ledger.DISCLOSED, now)
            following.woken |= outbox.wake_everywhere(connection, told)
            following.disclosed.add(told)
    for one in settled:
        if one.result != "delivered" and (untold := _disclosing(one)) is not None:
            ledger.untell(connection, one.parcel.network, untold, ledger.DISCLOSING)  # the next words try again
        if one.result == "held" and one.parcel.waits_for is not None:
            outbox.hold(connection, one.parcel.id, one.parcel.waits_for)
        elif one.result != "delivered":
            outbox.fail(connection, one.parcel.id, one.reason)
    told_of: list[Delivery | Unrelayed] = []
    for one in settled:
        if one.unrelayed:
            told_of.append(Unrelayed((one.parcel.network, RoomId(one.parcel.lane)), one.reason))
        elif one.tracked and one.parcel.ticket is not None:
            told_of.append(Delivery(one.parcel.id, one.parcel.ticket, one.result, one.reason, one.parcel.confirm))
    return told_of


def _disclosing(one: Settled) -> PersonId | None:
    """What the people of an encrypted room are told by it, if it is a notice of that kind."""
    waits_for = one.parcel.waits_for
    notice = waits_for is not None and waits_for.startswith("disclosed:") and one.parcel.relayed is None
    return waits_for if notice else None


def _redaction(one: Settled) -> Parcel:
    """The words were taken back while they were on their way."""
    parcel, receipt = one.parcel, one.receipt
    assert receipt is not None
    action = Redact(receipt.room, receipt.messages)
    return Parcel(0, parcel.network, parcel.lane, f"{parcel.key}-back", action, parcel.created_at)
