"""The dispatcher: takes all that waits, decides each event in order, and commits once.

It owns the inbox. What follows a commit (a question for the knowledge base, a parcel for the outbox) is told to whoever
listens, never done here. It never waits for a network.
"""

from __future__ import annotations

import asyncio
import traceback
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import Connection

from bridges.events import (
    Checkpoint,
    Event,
    MessageReceived,
    RoomId,
)
from helpdesk.batch import PAGES, Committed, Entry, awake, by_network, event_id, heard_on, looks, new_parcels
from helpdesk.config import Config
from helpdesk.desk.decide import decide
from helpdesk.desk.intake import Heard, read
from helpdesk.desk.secrets import mask
from helpdesk.deskevents import AnyEvent, Backlog, TimerDue
from helpdesk.effects import Relay, Remember
from helpdesk.links import Links
from helpdesk.live import Live
from helpdesk.metrics import Metrics
from helpdesk.model import Outcome
from helpdesk.settled import Following, Settled, settle
from helpdesk.store import events as seen
from helpdesk.store import outbox
from helpdesk.store.applied import Applied, Asked
from helpdesk.store.apply import Applier
from helpdesk.store.engine import Database, transient
from helpdesk.store.nearby import Nearby
from helpdesk.store.notify import News, tell
from helpdesk.store.outbox import Parcel
from helpdesk.store.standing import NOTHING_STANDS, Standing, standing
from helpdesk.store.views import glance, looks_nothing_up, view
from helpdesk.words import Words
from kb.model import Article

INBOX = 2000
"""Events that may wait; a network that reports more waits with them."""
BATCH = 200
FORGOTTEN = 10_000
"""Entries that were taken back and are still known to have been."""
RETRY_SECONDS = (0.05, 0.2, 1, 3, 10)

log = structlog.get_logger(__name__)


class DeskError(Exception):
    """The desk could not handle what was submitted; it was set aside for the operator."""


class LostLeaseError(Exception):
    """Another worker owns the networks now: what this one heard there is that one's to hear."""

    def __init__(self, networks: set[str]) -> None:
        super().__init__(", ".join(sorted(networks)))
        self.networks = frozenset(networks)


class Listener(Protocol):
    """Who is told what a commit brought."""

    def asked(self, questions: Sequence[Asked]) -> None: ...

    def parcels(self, networks: set[str], woken: set[str], new: Sequence[Parcel] = ()) -> None: ...

    def scheduled(self) -> None: ...

    def settled(self, settled: Sequence[Settled]) -> None: ...

    def linked(self, links: Links) -> None: ...


class Hub:
    """Start `run` once; `emit` and `submit` from anywhere on the loop."""

    def __init__(
        self,
        database: Database,
        config: Config,
        words: Words,
        live: Live,
        metrics: Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self.database = database
        self.config = config
        self.live = live
        self.metrics = metrics
        self.clock = clock
        self.listener: Listener | None = None
        self.guard: Callable[[Connection, set[str]], None] | None = None
        """Raises `LostLeaseError` when a network of the batch belongs to another worker."""
        self.shelf: Callable[[], Mapping[str, Article]] = dict
        """The articles as they are now: commands name them."""
        self.trouble = ""
        """Why the database does not take what is decided; empty when it does."""
        self._applier = Applier(config, words)
        self._standing = NOTHING_STANDS
        self.forgotten: OrderedDict[int, None] = OrderedDict()
        """Entries of the ledger that were taken back of late: what of them waits to be sent is not promised any more."""
        self._inbox: asyncio.Queue[Entry] = asyncio.Queue(INBOX)
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False

    # --- the way in ---------------------------------------------------------------------------------------------------

    async def emit(self, event: Event) -> None:
        """A network's word. Waits while the inbox is full."""
        self._idle.clear()
        await self._inbox.put(Entry(event))

    async def put(self, event: AnyEvent | Settled) -> None:
        """A word of the service's own, whose outcome nobody waits for."""
        self._idle.clear()
        await self._inbox.put(Entry(event))

    async def submit(self, event: AnyEvent) -> Outcome:
        """The committed outcome. Raise DeskError when the desk could not handle it."""
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._idle.clear()
        await self._inbox.put(Entry(event, done))
        return await done

    def look(self) -> None:
        """Another worker changed what stands: find out, also when nothing else is to be decided."""
        self._idle.clear()
        with suppress(asyncio.QueueFull):
            self._inbox.put_nowait(Entry(Backlog(("", RoomId("")), ())))

    async def drained(self) -> None:
        """Return when nothing waits and nothing is being decided."""
        await self._idle.wait()

    # --- the loop -----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled. What was taken from the inbox is committed before it ends."""
        while True:
            batch = [await self._inbox.get()]
            while len(batch) < BATCH and not self._inbox.empty():
                batch.append(self._inbox.get_nowait())
            work = asyncio.ensure_future(self._handle(batch))
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                self._stopping = True
                await work
                raise
            if self._inbox.empty():
                self._idle.set()

    async def _handle(self, batch: list[Entry]) -> None:
        await self._commit(batch, alone=False)

    async def _commit(self, batch: list[Entry], *, alone: bool) -> None:
        attempt = 0
        while True:
            try:
                with self.metrics.batch.time():
                    committed = await self.database.write(self._process, batch, self.clock(), alone)
                break
            except LostLeaseError as lost:
                log.warning("lease lost", networks=str(lost))
                batch = [entry for entry in batch if heard_on(entry.event) not in lost.networks]
                if not batch:
                    return
            except Exception as error:  # noqa: BLE001 - whatever it is, the stream goes on
                if not transient(error):
                    if alone:
                        await self._set_aside(batch[0], error)
                        return
                    # Something in the batch breaks the batch itself: find it by deciding one at a time.
                    for entry in batch:
                        await self._commit([entry], alone=True)
                    return
                if self._stopping and attempt >= len(RETRY_SECONDS) - 1:
                    log.error("the database is away while the service stops", batch=len(batch))  # noqa: TRY400
                    self._abandon(batch)
                    return
                delay = RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)]
                attempt += 1
                self.trouble = f"does not take what is decided: {error}"
                log.warning("the database did not take a batch; trying again", error=str(error), delay=delay)
                await asyncio.sleep(delay)
        self.trouble = ""
        self._after(committed)
        for entry, _ in committed.failed:
            await self._commit([entry], alone=True)
        if committed.withheld:
            await self._commit(committed.withheld, alone=False)

    async def _set_aside(self, entry: Entry, error: BaseException) -> None:
        """The last resort: the event can't be written at all, and the stream goes on without it."""
        trace = "".join(traceback.format_exception(error))
        log.error("an event was set aside", about=type(entry.event).__name__, traceback=trace)
        network = getattr(entry.event, "network", PAGES)
        self.metrics.dead_letters.labels(network).inc()
        identity = event_id(entry.event)

        await self.database.write(seen.bury, network, mask(repr(entry.event))[0], trace, self.clock())
        try:
            await self.database.write(seen.remember, [identity] if identity else [], self.clock())
        except Exception:
            # Its id may be the very thing that no database takes; then a replay is set aside again.
            log.exception("the id of an event that was set aside can't be remembered")
        if entry.done is not None:
            _fail(entry.done, error)

    def _abandon(self, batch: list[Entry]) -> None:
        """Nothing of this is stored, no checkpoint either: networks report it again, and submitters are told."""
        for entry in batch:
            if entry.done is not None and not entry.done.done():
                entry.done.set_exception(DeskError("the service stops and its database is away; try again later"))

    def _after(self, committed: Committed) -> None:
        questions: list[Asked] = []
        linked = committed.standing.links is not self._standing.links
        self._standing = committed.standing
        woken: set[str] = set(committed.woken)
        touched = scheduled = False
        for entry, applied in committed.applied:
            questions += applied.asked
            woken |= applied.woken
            touched = touched or bool(applied.tickets)
            scheduled = scheduled or applied.scheduled
            for name in applied.learned:
                self.metrics.outcomes.labels(name).inc()
            for number in applied.forgotten:
                self.forgotten[number] = None
                if len(self.forgotten) > FORGOTTEN:
                    self.forgotten.popitem(last=False)
            for name in applied.looped:
                log.warning("a relay goes round in circles; whoever says it is held back", network=name)
                self.metrics.loops.labels(name).inc()
            if entry.done is not None and not entry.done.done():
                entry.done.set_result(applied.outcome)
        for entry in committed.replayed:
            self.metrics.replays.labels(getattr(entry.event, "network", PAGES)).inc()
            if entry.done is not None and not entry.done.done():
                entry.done.set_result(Outcome())
        if touched:
            self.live.touch()
        if self.listener is not None:
            if questions:
                self.listener.asked(questions)
            if committed.networks or woken:
                self.listener.parcels(committed.networks, woken, committed.parcels)
            if scheduled:
                self.listener.scheduled()
            if committed.settled:
                self.listener.settled(committed.settled)
            if linked:
                self.listener.linked(self._standing.links)

    # --- on the writer thread -----------------------------------------------------------------------------------------

    def _process(self, connection: Connection, batch: list[Entry], now: datetime, alone: bool) -> Committed:
        """One transaction: everything in order, a savepoint for each event that looks something up."""
        committed = Committed()
        stands = committed.standing = standing(connection, self._standing, self.config)
        config = stands.config or self.config
        if self.guard is not None:
            self.guard(connection, {network for entry in batch if (network := heard_on(entry.event)) is not None})
        # What stands alone in its transaction needs no savepoint: when it fails, the batch is tried again one by one.
        apart = alone or sum(looks(entry.event) for entry in batch) > 1
        ids = [event_id(entry.event) for entry in batch]
        known = seen.known(connection, by_network(ids))
        before = frozenset(known)
        checkpoints: dict[str, Checkpoint] = {}
        nearby = Nearby(connection, (entry.event for entry in batch), stands, config, now)
        for entry, identity in zip(batch, ids, strict=True):
            event = entry.event
            if identity is not None and identity in known:
                committed.replayed.append(entry)
            elif isinstance(event, Checkpoint):
                checkpoints[event.network] = event
            elif isinstance(event, Settled) and not event.tracked:
                committed.settled.append(event)
            else:
                self._one(connection, entry, event, now, committed, stands, nearby, alone=alone, apart=apart)
                if identity is not None and not (committed.failed and committed.failed[-1][0] is entry):
                    known.add(identity)
        nearby.flush()
        following = Following(new_parcels(committed))
        settle(connection, committed.settled, now, following)
        committed.woken = following.woken
        # What waits for what these very rows say was done is written too late to be woken by it.
        parcels = [awake(parcel, following) for parcel in following.parcels]
        committed.parcels = outbox.add(connection, parcels)
        committed.settled += [entry.event for entry, _ in committed.applied if isinstance(entry.event, Settled)]
        committed.networks = {parcel.network for parcel in parcels}
        failed = {id(entry) for entry, _ in committed.failed}
        fresh = {
            identity
            for entry, identity in zip(batch, ids, strict=True)
            if identity is not None and id(entry) not in failed
        }
        seen.remember(connection, sorted(fresh - before), now)
        unheard = {heard_on(entry.event) for entry, _ in committed.failed}
        for network, checkpoint in checkpoints.items():
            if network in unheard:
                committed.withheld.append(Entry(checkpoint))
            else:
                seen.set_checkpoint(connection, network, checkpoint.position)
        every = [applied for _, applied in committed.applied]
        if any(applied.linked for applied in every):
            committed.standing = standing(connection, stands, self.config)
        news = News(
            parcels=tuple(sorted(committed.networks)),
            woken=tuple(sorted({*committed.woken, *(network for applied in every for network in applied.woken)})),
            tickets=any(applied.tickets for applied in every),
            scheduled=any(applied.scheduled for applied in every),
            linked=any(applied.linked for applied in every),
        )
        tell(connection, self.database.worker, news)
        return committed

    def _one(
        self,
        connection: Connection,
        entry: Entry,
        event: AnyEvent | Settled,
        now: datetime,
        committed: Committed,
        stands: Standing,
        nearby: Nearby,
        *,
        alone: bool,
        apart: bool,
    ) -> None:
        config = stands.config or self.config
        heard = read(event, config) if isinstance(event, MessageReceived) else Heard()
        try:
            if not isinstance(event, Settled) and looks_nothing_up(event, heard, stands, self.config):
                known = glance(event, now, stands, nearby)
                effects = decide(event, heard, known, config, now)
                applied = Applied()
                light = not apart or all(isinstance(effect, (Remember, Relay)) for effect in effects)
                if not light:
                    nearby.before(event)
                if effects:
                    with nullcontext() if light else connection.begin_nested():
                        applied = self._applier.apply(connection, event, known, effects, now, nearby)
            else:
                nearby.before(event)
                with connection.begin_nested() if apart else nullcontext():
                    applied = self._decided(connection, event, heard, now, stands, nearby)
        except Exception as error:
            if transient(error) or not apart:
                raise
            trace = traceback.format_exc()
            if not alone:
                log.warning(
                    "an event could not be handled; trying it alone", about=type(event).__name__, error=repr(error)
                )
                committed.failed.append((entry, trace))
                return
            log.exception("an event was set aside", about=type(event).__name__)
            network = getattr(event, "network", PAGES)
            seen.bury(connection, network, mask(repr(event))[0], trace, now)
            self.metrics.dead_letters.labels(network).inc()
            applied = Applied()
            if isinstance(event, Settled):
                settle(connection, [event], now)
            if entry.done is not None:
                entry.done.get_loop().call_soon_threadsafe(_fail, entry.done, error)
        if isinstance(event, MessageReceived):
            self.metrics.events.labels(event.network).inc()
        nearby.add(applied.remembered)
        committed.applied.append((entry, applied))

    def _decided(
        self,
        connection: Connection,
        event: AnyEvent | Settled,
        heard: Heard,
        now: datetime,
        stands: Standing,
        nearby: Nearby,
    ) -> Applied:
        if isinstance(event, Settled):
            delivery = settle(connection, [event], now)
            if not delivery:
                return Applied()
            event = delivery[0]
        if isinstance(event, TimerDue) and not seen.take_timer(connection, event, now):
            return Applied()
        config = stands.config or self.config
        seen_now = view(connection, event, heard, config, now, stands, nearby, self.shelf())
        if writing := self.live.writing:
            seen_now = replace(seen_now, writing=writing)
        effects = decide(event, heard, seen_now, config, now)
        return self._applier.apply(connection, event, seen_now, effects, now, nearby)


def _fail(done: asyncio.Future[Outcome], error: BaseException) -> None:
    if not done.done():
        done.set_exception(DeskError(f"the desk could not handle this ({error!r}); it was set aside for the operator"))
