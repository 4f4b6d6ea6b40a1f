"""A desk in a world with a clock of its own: the real rules, hub and store, and people and networks that are made up.

Nothing sleeps and nothing is asynchronous: the world goes from one moment at which something happens to the next, whether it is
somebody's word or a timer of the desk's. Events enter by the hub's own transaction, parcels leave by the outbox's rows.
"""

from __future__ import annotations

import heapq
import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from bridges.events import (
    EventId,
    MessageId,
    MessageReceived,
    PersonId,
    PersonSeen,
    Receipt,
    Room,
    RoomId,
    Sender,
    SendMessage,
    ToPerson,
)
from bridges.text import from_plain, plain
from helpdesk.batch import Committed, Entry
from helpdesk.config import Config
from helpdesk.deskevents import Answered, AnyEvent, Searched, TimerDue
from helpdesk.hub import Hub
from helpdesk.live import Live
from helpdesk.metrics import Metrics
from helpdesk.model import Outcome
from helpdesk.settled import Settled
from helpdesk.store import events, learning, outbox
from helpdesk.store.applied import Asked
from helpdesk.store.engine import Database
from helpdesk.store.outbox import Parcel
from helpdesk.words import Words
from kb.model import Outcome as KbOutcome

SWEEP = timedelta(days=7)
AFTER_A_QUESTION = timedelta(seconds=1)
PATIENCE = 10_000
"""Timers that may be due at one moment; more of them go round in circles."""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody, as a network knows them."""

    network: str
    name: str
    authenticated: bool = True

    @property
    def sender(self) -> Sender:
        return Sender(PersonId(self.name), self.name, self.authenticated)

    @property
    def direct(self) -> Room:
        return Room(RoomId(f"direct:{self.name}"), self.name, direct=True)


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody reads of the desk's words."""

    network: str
    room: RoomId
    text: str
    message: MessageId
    mine: bool
    """Said to them: directly, or with their name in front."""


Reads = Callable[[Line], None]


def public(name: str) -> Room:
    return Room(RoomId(name), name)


@dataclass
class Networks:
    """Where words go. People are away or gone; what was sent under a key is sent once."""

    inbox: dict[tuple[str, str], Reads] = field(default_factory=dict)
    """Who reads what is said to them, by network and id."""
    rooms: dict[tuple[str, str], list[Reads]] = field(default_factory=dict)
    """Who reads all that is said in a room."""
    away: set[tuple[str, str]] = field(default_factory=set)
    gone: set[tuple[str, str]] = field(default_factory=set)
    sent: dict[str, Receipt] = field(default_factory=dict)
    """By key, until the desk has heard of it."""
    watch: Callable[[Parcel], None] | None = None
    """Looks at every message as it goes out."""

    def send(self, parcel: Parcel) -> Settled:
        if parcel.waits_for is not None:
            person = (parcel.network, str(parcel.waits_for))
            if person in self.gone:
                return Settled(parcel, "undeliverable", reason="they have left")
            if person in self.away:
                return Settled(parcel, "held")
        known = self.sent.get(parcel.key)
        if known is not None:
            return Settled(parcel, "delivered", known)
        action = parcel.action
        if not isinstance(action, SendMessage):
            return Settled(parcel, "delivered", Receipt(action.room, ()))
        person_id = action.to.person if isinstance(action.to, ToPerson) else None
        room = RoomId(f"direct:{person_id}") if person_id is not None else RoomId(parcel.lane)
        receipt = Receipt(room, (MessageId(f"sent:{parcel.key}"),))
        self.sent[parcel.key] = receipt
        if self.watch is not None:
            self.watch(parcel)
        self._read(parcel, action, receipt)
        return Settled(parcel, "delivered", receipt)

    def _read(self, parcel: Parcel, action: SendMessage, receipt: Receipt) -> None:
        if receipt.room.startswith("direct:"):
            to: str | None = receipt.room.removeprefix("direct:")
        else:
            to = action.addressed.id if action.addressed is not None else None
        reader = self.inbox.get((parcel.network, to)) if to is not None else None
        everybody = self.rooms.get((parcel.network, receipt.room), ())
        if reader is None and not everybody:
            return
        text = plain(action.text)
        for reads in everybody:
            reads(Line(parcel.network, receipt.room, text, receipt.messages[0], reads == reader))
        if reader is not None and reader not in everybody:
            reader(Line(parcel.network, receipt.room, text, receipt.messages[0], mine=True))


class World:
    """Open it, let people live in it (`at`, `after`), and `run` it."""

    def __init__(
        self, url: str, config: Config, start: datetime, answering: Callable[[Asked], KbOutcome], *, workers: int = 1
    ) -> None:
        self.url = url
        self.workers = workers
        self.config = config
        self.now = start
        self.answering = answering
        self.networks = Networks()
        self.committed = 0
        """Transactions."""
        self.handled = 0
        """Events."""
        self.fired = 0
        """Timers."""
        self.each_week: list[Callable[[], None]] = []
        self._plans: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._said = itertools.count(1)
        self._settled: list[Settled] = []
        self._seen = 0
        """The last parcel that was sent."""
        self._next_timer: datetime | None = None
        self._hubs: list[Hub] = []
        self._metrics = Metrics()
        self._words = Words("en")
        self.open(create=True)

    # --- the service --------------------------------------------------------------------------------------------------

    def open(self, *, create: bool = False) -> None:
        """With `workers` processes' worth of hubs, each with connections of its own."""
        self._hubs = []
        for number in range(self.workers):
            database = Database.open(self.url)
            if database.sqlite:
                with database.writing.connect() as connection:
                    # No power fails here.
                    driver: Any = connection.connection.driver_connection
                    driver.execute("PRAGMA synchronous=OFF")
            if create and number == 0:
                database.create()
            self._hubs.append(Hub(database, self.config, self._words, Live(), self._metrics, lambda: self.now))
        self.turn(0)
        self._next_timer = self.read(events.next_timer)

    def turn(self, worker: int) -> None:
        """What comes next is decided by this worker."""
        self.hub = self._hubs[worker % self.workers]
        self.database = self.hub.database

    def restart(self) -> None:
        """As after a crash: what was sent and not settled is sent again, under the same keys."""
        self._settled.clear()
        self.close()
        self.open()
        self._deliver(self.read(outbox.pending, tuple(self.config.networks), 0))

    def close(self) -> None:
        for hub in self._hubs:
            hub.database.close()

    def read(self, work: Callable[..., Any], *given: Any) -> Any:
        with self.database.reading.begin() as connection:
            return work(connection, *given)

    def write(self, work: Callable[..., Any], *given: Any) -> Any:
        return self.database.write_now(work, *given)

    # --- what happens -------------------------------------------------------------------------------------------------

    def at(self, when: datetime, do: Callable[[], None]) -> None:
        """Somebody means to do something then."""
        heapq.heappush(self._plans, (max(when, self.now), next(self._order), do))

    def after(self, wait: timedelta, do: Callable[[], None]) -> None:
        self.at(self.now + wait, do)

    def run(self, until: datetime) -> None:
        """Everything that happens before then."""
        week = self.now + SWEEP
        while True:
            planned = self._plans[0][0] if self._plans else until
            due = self._next_timer or until
            if min(planned, due, week) >= until:
                break
            if week <= min(planned, due):
                self.now, week = week, week + SWEEP
                self._sweep()
            elif due <= planned:
                self.now = max(self.now, due)
                self.fire()
            else:
                self.now, _, do = heapq.heappop(self._plans)
                do()
        self.now = until
        self.flush()

    def fire(self) -> None:
        """Whatever timers are due now."""
        for _ in range(PATIENCE):
            due = self.read(events.due_timers, self.now)
            for number, kind, about in due:
                self.fired += 1
                self.hear(TimerDue(number, kind, about))
            self._next_timer = self.read(events.next_timer)
            if self._next_timer is None or self._next_timer > self.now:
                return
        raise AssertionError(f"timers that never end, such as {due[0]}")

    def _sweep(self) -> None:
        self.write(events.sweep, self.now)
        while self.write(learning.sweep, self.now, self.config.learning):
            pass
        for look in self.each_week:
            look()

    def say(self, who: Who, room: Room, words: str, **more: Any) -> Outcome:
        """Somebody says something. What a person would learn from the desk's reply is the outcome."""
        number = next(self._said)
        more.setdefault("message", MessageId(f"said:{number}"))
        event = MessageReceived(
            who.network, EventId(f"said:{number}"), self.now, room, who.sender, from_plain(words), **more
        )
        return self.hear(event)

    def back(self, who: Who) -> None:
        """Somebody can be reached again."""
        self.networks.away.discard((who.network, who.name))
        self.hear(PersonSeen(who.network, self.now, who.sender))

    def hear(self, event: AnyEvent) -> Outcome:
        """One event, in a batch with what the networks have said of parcels since the last."""
        batch = [*(Entry(settled) for settled in self._settled), Entry(event)]
        self._settled.clear()
        return self._process(batch)

    def now_planned(self) -> None:
        """Do at once what people and the knowledge base were about to do."""
        while self._plans:
            heapq.heappop(self._plans)[2]()

    def flush(self) -> None:
        """What the networks said of parcels, and what follows from it."""
        while self._settled:
            batch = [Entry(settled) for settled in self._settled]
            self._settled.clear()
            self._process(batch)

    def _process(self, batch: list[Entry]) -> Outcome:
        done = self._decide(batch, alone=False)
        for entry in batch:
            if isinstance(entry.event, Settled):
                self.networks.sent.pop(entry.event.parcel.key, None)
        self._after(done)
        for entry, _ in done.failed:
            done = self._decide([entry], alone=True)
            self._after(done)
        entry, applied = done.applied[-1] if done.applied else (None, None)
        return applied.outcome if applied is not None and entry is batch[-1] else Outcome()

    def _decide(self, batch: list[Entry], *, alone: bool) -> Committed:
        def work(connection: Connection) -> Committed:
            done = self.hub._process(connection, batch, self.now, alone)
            if any(applied.scheduled for _, applied in done.applied):
                self._next_timer = events.next_timer(connection)
            return done

        found: Committed = self.write(work)
        return found

    def _after(self, done: Committed) -> None:
        self.committed += 1
        self.handled += len(done.applied)
        self.hub._standing = done.standing
        for _, applied in done.applied:
            for asked in applied.asked:
                self.after(AFTER_A_QUESTION, lambda asked=asked: self._answer(asked))  # type: ignore[misc]
        woken = done.woken or any(applied.woken for _, applied in done.applied)
        if woken:
            self._deliver(self.read(outbox.pending, tuple(self.config.networks), 0))
        elif done.networks:
            parcels = done.parcels or self.read(outbox.pending, tuple(self.config.networks), self._seen)
            self._deliver(parcels)

    def _answer(self, asked: Asked) -> None:
        if asked.search:
            self.hear(Searched(asked.id, ()))
        else:
            self.hear(Answered(asked.id, self.answering(asked)))

    def _deliver(self, parcels: Any) -> None:
        waiting = {settled.parcel.id for settled in self._settled}
        for parcel in parcels:
            if parcel.id not in waiting:
                self._seen = max(self._seen, parcel.id)
                self._settled.append(self.networks.send(parcel))


def quiet() -> None:
    """Warnings of the service are not for this screen; a dead letter is counted."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def count(connection: Connection, table: Any) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
