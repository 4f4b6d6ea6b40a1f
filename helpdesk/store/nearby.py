"""What the relay looks at and writes in one transaction: looked up for the whole batch at once, and kept up with it."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bridges.events import (
    MessageEdited,
    MessageReceived,
    MessageRedacted,
    PersonId,
    PersonMoved,
    Reacted,
    RoomSplit,
)
from helpdesk.config import Config
from helpdesk.desk import relay
from helpdesk.desk.relay import Inquiry
from helpdesk.deskevents import Backlog, TimerDue
from helpdesk.effects import Remember
from helpdesk.ledger import Place, Speaker, Surroundings, folded
from helpdesk.store import ledger
from helpdesk.store.standing import Standing

_NOTHING = Surroundings()
_NUMBERS = 50
"""Of new entries, taken at a time."""
_TOKEN = 24
"""Bytes of chance in the address of a page."""


class Nearby:
    """One for a batch. Entries are numbered when they are made and written together; `flush` before they are read."""

    def __init__(
        self, connection: Connection, events: Iterable[object], standing: Standing, config: Config, now: datetime
    ) -> None:
        self._connection = connection
        self._standing = standing
        self._config = config
        self._now = now
        self._new: list[tuple[int, Remember]] = []
        self._spoke: Counter[tuple[str, str]] = Counter()
        self._spare: list[int] = []
        self._around: dict[Place, frozenset[Place]] = {}
        inquiries = [inquiry for event in events if (inquiry := self._inquiry(event)) is not None]
        names = {name for inquiry in inquiries for name in inquiry.names}
        self._speakers: dict[tuple[str, str, str], Speaker] = {}
        self._same: dict[str, int] = {}
        self._stopped: set[tuple[str, str]] = set()
        if inquiries:
            self._know(ledger.named(connection, sorted(names)))
            self._same = ledger.same(connection, sorted({i.digest for i in inquiries if i.digest}), now)
            self._stopped = ledger.stopped(connection, now)

    def _know(self, speakers: Iterable[Speaker]) -> None:
        for one in speakers:
            self._speakers[one.network, one.room, one.person] = one

    def _inquiry(self, event: object) -> Inquiry | None:
        match event:
            case MessageRedacted():  # also where words are only brought to, and where rooms are linked no longer
                return relay.inquiry(event, self._standing.links, self._config)
            case MessageReceived() | MessageEdited() | Reacted() | PersonMoved() | RoomSplit():
                if not self._standing.links.from_((event.network, event.room.id)):
                    return None
                return relay.inquiry(event, self._standing.links, self._config)
            case _:
                return None

    def look(self, event: object) -> Surroundings:
        """What the relay may know around the event."""
        match event:
            case TimerDue(kind=relay.EDIT | relay.EDIT_ALL, about=number):
                return Surroundings(about=ledger.entry(self._connection, number))
            case Backlog():
                return Surroundings(tokens=self._tokens(1))
            case _:
                inquiry = self._inquiry(event)
                return _NOTHING if inquiry is None else self._looked(inquiry)

    def _looked(self, inquiry: Inquiry) -> Surroundings:
        connection, network = self._connection, inquiry.place[0]
        near = _NOTHING
        if inquiry.about or inquiry.root:
            near = Surroundings(
                ledger.find(connection, inquiry.place, inquiry.about) if inquiry.about else None,
                ledger.find(connection, inquiry.place, inquiry.root) if inquiry.root else None,
            )
        same = self._same.get(inquiry.digest, 0)
        if near.about is not None and near.about.kind == "reaction":
            same = ledger.others(connection, near.about)
        told = bool(inquiry.disclosure) and ledger.told(connection, network, inquiry.disclosure, ledger.DISCLOSED)
        if inquiry.people:
            self._know(ledger.people(connection, network, inquiry.people))
        return replace(
            near,
            speakers=self._those(inquiry) if inquiry.names or inquiry.people else (),
            same=same,
            stopped=(network, inquiry.sender) in self._stopped,
            disclosed=told,
            tokens=self._tokens(inquiry.tokens),
        )

    def spoke(self, network: str, person: PersonId) -> int:
        """How many messages of this person's were relayed in the last minute, those of this batch with them."""
        return ledger.spoke(self._connection, network, person, self._now) + self._spoke[network, person]

    def _those(self, inquiry: Inquiry) -> tuple[Speaker, ...]:
        """Latest words first."""
        around = self._around.get(inquiry.place)
        if around is None:
            around = self._around[inquiry.place] = self._standing.links.around(inquiry.place)
        names, people = set(inquiry.names), set(inquiry.people)
        found = [
            one
            for one in self._speakers.values()
            if one.place in around and (one.person in people or folded(one.name) in names)
        ]
        return tuple(sorted(found, key=lambda one: one.at, reverse=True))

    def _tokens(self, many: int) -> tuple[str, ...]:
        return tuple(secrets.token_urlsafe(_TOKEN) for _ in range(many))

    # --- what is new --------------------------------------------------------------------------------------------------

    def number(self) -> int:
        """For a new entry."""
        if not self._spare:
            first = ledger.take_numbers(self._connection, _NUMBERS)
            self._spare = list(range(first + _NUMBERS - 1, first - 1, -1))
        return self._spare.pop()

    def before(self, event: object) -> None:
        """A savepoint follows: what must not be rolled back with it is done now."""
        self.flush()
        if not self._spare and self._inquiry(event) is not None:
            self._spare.append(self.number())

    def add(self, entries: Iterable[tuple[int, Remember]]) -> None:
        """Entries of an event that was decided."""
        for number, effect in entries:
            self._new.append((number, effect))
            lately = effect.at > self._now - relay.REPEATED
            if lately and effect.kind == "message":
                self._spoke[effect.network, effect.person] += 1
            if lately and effect.digest:
                self._same[effect.digest] = self._same.get(effect.digest, 0) + 1
            if effect.kind == "message":
                speaker = Speaker(effect.network, effect.room, effect.person, effect.name, effect.message, effect.at)
                self._know((speaker,))

    def stop(self, network: str, person: str) -> None:
        """The circuit breaker holds them back from now on."""
        self._stopped.add((network, person))

    def flush(self) -> None:
        """Write what is new."""
        ledger.add(self._connection, self._new)
        self._new = []
        self._spoke.clear()
