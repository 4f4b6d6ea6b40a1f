"""Ordered, retrying, idempotent delivery: each room is a lane, and a lane sends one parcel at a time.

A parcel's key is its idempotency key on the network. What became of it goes to the hub as `Settled`; this module reads
rows and writes none.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

import structlog

from bridges.events import EditMessage, MessageId, PersonSeen, Receipt, RoomId, Sender, SendMessage, ToPerson, ToRoom
from bridges.network import Away, Misconfigured, Network, Permanent, Transient
from bridges.text import fold
from helpdesk.deskevents import Backlog
from helpdesk.hub import DeskError, Hub
from helpdesk.metrics import Metrics
from helpdesk.settled import Settled
from helpdesk.store import outbox
from helpdesk.store.engine import Database
from helpdesk.store.outbox import Parcel

FIRST_DELAY, LONGEST_DELAY = 0.5, 60.0
SHORTEST = 5.0
"""Seconds that a growing delay is waited out at most before a sign of life may cut it short."""
PAGE = 1000
ROOTS = 10_000
"""Threads whose beginning is remembered; the store knows the others."""
SHORT = 2
"""Lines of an answer where a network has room for short ones only."""
KEPT = 5
"""Of a backlog that becomes a page, the latest messages, which are said all the same."""
FRESH = timedelta(seconds=0.2)
"""A relayed message older than this may have been taken back while it waited: its row is looked at again."""
FAULTS = 5
"""How often a send may fail by a fault of ours before its parcel is given up."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Lane:
    key: tuple[str, str]
    """Network and room."""
    parcels: deque[Parcel] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None
    endless: bool = False
    """What waits can't become a page."""


class Outbox:
    """`wake` it when there may be parcels; `start` and `stop` with a network."""

    def __init__(self, database: Database, hub: Hub, metrics: Metrics, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.hub = hub
        self.metrics = metrics
        self.clock = clock
        self._networks: dict[str, Network] = {}
        self._lanes: dict[tuple[str, str], _Lane] = {}
        self._taken: set[int] = set()
        """Parcels in lanes, and those whose rows have not followed yet."""
        self._after: dict[str, int] = {}
        self._roots: dict[tuple[str, RoomId, int], MessageId] = {}
        self._woken = asyncio.Event()
        self._loading = False
        self._kicks: dict[str, asyncio.Event] = {}
        self._rewoken: set[int] = set()
        """Parcels that were given one more try by ourselves; from then on it is the network's to say who is back."""
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, network: Network) -> None:
        """The network is this worker's: send what is promised there."""
        self._networks[network.name] = network
        self._kicks[network.name] = asyncio.Event()
        self.reload({network.name})

    def stop(self, name: str) -> None:
        """The network is no longer this worker's. What was in its lanes is still promised, for whoever has it next."""
        self._networks.pop(name, None)
        for lane in [lane for lane in self._lanes.values() if lane.key[0] == name]:
            del self._lanes[lane.key]
            if lane.task is not None:
                lane.task.cancel()
            self._taken -= {parcel.id for parcel in lane.parcels}

    def wake(self) -> None:
        """New parcels may wait."""
        self._woken.set()

    def offer(self, parcels: Sequence[Parcel]) -> None:
        """New parcels as they were committed: straight to their lanes, where nothing older can still be in the store."""
        if not parcels or self._woken.is_set() or self._loading or not self.database.sqlite:
            self.wake()
            return
        for parcel in parcels:
            if parcel.network in self._networks:
                self._taken.add(parcel.id)
                self._enqueue(parcel)

    def reload(self, networks: set[str]) -> None:
        """Parcels that were passed over once may go out now."""
        for name in networks:
            self._after[name] = 0
        self._woken.set()

    def kick(self, name: str) -> None:
        """The network shows signs of life: what failed for now need not wait out its delay."""
        if name in self._kicks:
            self._kicks[name].set()
            self._kicks[name] = asyncio.Event()

    def settled(self, settled: Sequence[Settled]) -> None:
        """The rows have followed."""
        for one in settled:
            parcel = one.parcel
            self._taken.discard(parcel.id)
            network = self._networks.get(parcel.network)
            # The person may have come back between the attempt and the commit, unheard by the row.
            if one.result == "held" and network and parcel.waits_for and network.reachable(parcel.waits_for):
                if parcel.id in self._rewoken:
                    continue
                if len(self._rewoken) >= ROOTS:
                    self._rewoken.clear()
                self._rewoken.add(parcel.id)
                back = PersonSeen(parcel.network, self.clock(), Sender(parcel.waits_for, "", authenticated=True))
                task = asyncio.create_task(self.hub.emit(back))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def drained(self) -> None:
        """Return when every lane is empty."""
        while self._woken.is_set() or self._loading or self._lanes:
            tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
            if tasks:
                await asyncio.wait(tasks)
            else:
                await asyncio.sleep(0)

    async def run(self) -> None:
        """Until cancelled: bring waiting parcels to their lanes."""
        try:
            while True:
                await self._woken.wait()
                self._woken.clear()
                self._loading = True
                while await self._load():
                    pass
                self._loading = False
        finally:
            for name in list(self._networks):
                self.stop(name)

    async def _load(self) -> bool:
        """Whether there may be more."""
        marks = {name: self._after.get(name, 0) for name in self._networks}
        after = min(marks.values(), default=0)
        parcels = await self.database.read_surely(outbox.pending, list(marks), after, PAGE)
        for parcel in parcels:
            if parcel.id not in self._taken and parcel.network in self._networks:
                self._taken.add(parcel.id)
                self._enqueue(parcel)
        if parcels:
            for name, mark in marks.items():
                # Set back meanwhile (`reload`): then this page may have been read too early for what was woken.
                if self._after.get(name, 0) == mark:
                    self._after[name] = max(mark, parcels[-1].id)
        return len(parcels) == PAGE

    def _enqueue(self, parcel: Parcel) -> None:
        key = (parcel.network, parcel.lane)
        lane = self._lanes.setdefault(key, _Lane(key))
        lane.parcels.append(parcel)
        if lane.task is None:
            lane.task = asyncio.create_task(self._drive(lane), name=f"lane {parcel.network} {parcel.lane}")

    async def _drive(self, lane: _Lane) -> None:
        """Send the lane's parcels in order until there are none."""
        while lane.parcels:
            await self._collapse(lane)
            outdone = self._outdone(lane)
            settled = Settled(lane.parcels[0], "delivered") if outdone else await self._deliver(lane.parcels[0])
            if settled is None:
                self._taken.discard(lane.parcels[0].id)
            else:
                await self.hub.put(settled)
            # Only now: what is stopped while the hub is full is still in the lane, and so is sent again.
            lane.parcels.popleft()
        lane.task = None
        del self._lanes[lane.key]

    def _outdone(self, lane: _Lane) -> bool:
        """Whether a later edit of the same message waits too: it says all that this one would have changed."""
        first = lane.parcels[0]
        if not isinstance(first.action, EditMessage) or self._networks[first.network].capabilities.short_lines:
            return False
        later = itertools.islice(lane.parcels, 1, None)
        return any(isinstance(p.action, EditMessage) and p.action.targets == first.action.targets for p in later)

    async def _collapse(self, lane: _Lane) -> None:
        """What waits for a room of short lines becomes a page when it is too much; the latest stays as it was said."""
        most = self.hub.config.relay.backlog
        network = self._networks[lane.key[0]]
        if len(lane.parcels) <= max(most, KEPT + 1) + 1 or lane.endless or not network.capabilities.short_lines:
            return
        waiting = [p.id for p in list(lane.parcels)[1:] if p.relayed is not None and isinstance(p.action, SendMessage)]
        if len(waiting) <= max(most, KEPT + 1):
            return
        *gone, last = waiting[:-KEPT]
        try:
            await self.hub.submit(Backlog((network.name, RoomId(lane.key[1])), (*gone, last)))
        except DeskError:
            log.exception("what waits could not be made a page", network=network.name, lane=lane.key[1])
            lane.endless = True
            return
        left = {parcel.id: parcel for parcel in await self.database.read_surely(outbox.promised, [*gone, last])}
        if len(left) == len(gone) + 1:
            lane.endless = True  # there is no website to read it on
            return
        lane.parcels = deque(left.get(p.id, p) for p in lane.parcels if p.id in left or p.id not in (*gone, last))
        self._taken -= set(gone)

    async def _withdrawn(self, parcel: Parcel, network: Network, attempt: int) -> bool:
        """Whether it was taken back while it waited. What was tried, and may have arrived, goes on where it can still be
        taken back by its receipt.
        """
        late = self.clock() - parcel.created_at > FRESH
        if parcel.relayed is None or not (attempt or late) or (attempt and not network.capabilities.short_lines):
            return False
        if self.database.sqlite and parcel.relayed not in self.hub.forgotten:
            return False  # nobody else takes anything back
        return not await self.database.read_surely(outbox.promised, [parcel.id])

    async def _deliver(self, parcel: Parcel) -> Settled | None:
        """Try until the network has it, or never can have it; None when it was taken back before that."""
        attempt = faults = 0
        while True:
            network, kick = self._networks[parcel.network], self._kicks[parcel.network]
            told: float | None = None
            if await self._withdrawn(parcel, network, attempt):
                return None
            try:
                receipt = await self._send(network, parcel)
            except Away as error:
                if parcel.waits_for is None:
                    return self._settled(parcel, "undeliverable", reason=str(error))
                return self._settled(parcel, "held", reason=str(error))
            except Permanent as error:
                return self._settled(parcel, "undeliverable", reason=str(error))
            except Transient as error:
                told = error.retry_after
            except Misconfigured:
                pass
            except Exception:
                log.exception("a send failed by a fault of ours", network=parcel.network, parcel=parcel.id)
                faults += 1
                if faults >= FAULTS:
                    return self._settled(parcel, "undeliverable", reason="a fault in the program; see its log")
            else:
                return self._settled(parcel, "delivered", receipt)
            self.metrics.retries.labels(parcel.network).inc()
            await self.pause(attempt, told, kick)
            attempt += 1

    @staticmethod
    async def pause(attempt: int, told: float | None, kick: asyncio.Event) -> None:
        """Wait before the next try: for as long as the network said, else exponentially with jitter.

        Our own delay is cut short when the network shows signs of life (`kick`); the network's word never is.
        """
        if told is not None:
            await asyncio.sleep(told)
            return
        delay = random.uniform(0.5, 1) * min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempt, 10))
        await asyncio.sleep(min(delay, SHORTEST))
        if delay > SHORTEST:
            try:
                async with asyncio.timeout(delay - SHORTEST):
                    await kick.wait()
            except TimeoutError:
                return

    def _settled(
        self,
        parcel: Parcel,
        result: Literal["delivered", "held", "undeliverable"],
        receipt: Receipt | None = None,
        reason: str = "",
    ) -> Settled:
        if result == "delivered":
            self.metrics.sent.labels(parcel.network).inc()
            self.metrics.lag.labels(parcel.network).observe(max(0, (self.clock() - parcel.created_at).total_seconds()))
            if receipt is not None and parcel.announces and parcel.ticket is not None and receipt.messages:
                if len(self._roots) >= ROOTS:
                    self._roots.clear()
                self._roots[parcel.network, receipt.room, parcel.ticket] = receipt.messages[0]
        elif result == "undeliverable":
            self.metrics.undeliverable.labels(parcel.network).inc()
            log.warning("undeliverable", network=parcel.network, lane=parcel.lane, ticket=parcel.ticket, reason=reason)
        return Settled(parcel, result, receipt, reason)

    async def _send(self, network: Network, parcel: Parcel) -> Receipt | None:
        action = parcel.action
        if isinstance(action, SendMessage) and action.said_at is not None:
            late = self.clock() - action.said_at > self.hub.config.relay.late
            action = action if late else replace(action, said_at=None)
        if isinstance(action, SendMessage) and parcel.thread_of is not None and isinstance(action.to, ToRoom):
            root = await self._root(network, action.to.room, parcel.thread_of)
            action = replace(action, thread=root if network.capabilities.threads else None)
        if isinstance(action, SendMessage) and network.capabilities.short_lines:
            if parcel.question is not None:
                action = replace(action, lines=SHORT)
            elif parcel.tracked:
                action = replace(action, text=fold(action.text, SHORT))  # a volunteer's words stay whole
        try:
            return await network.send(parcel.key, action)
        except Away:
            # Not in the room they asked in, and yet on the network: then directly.
            if (
                not isinstance(action, SendMessage)
                or parcel.waits_for is None
                or not network.reachable(parcel.waits_for)
            ):
                raise
            direct = replace(
                action, to=ToPerson(parcel.waits_for), addressed=None, must_reach=False, reply_to=None, thread=None
            )
            return await network.send(f"{parcel.key}-direct", direct)

    async def _root(self, network: Network, room: RoomId, ticket: int) -> MessageId | None:
        if not network.capabilities.threads:
            return None
        known = self._roots.get((network.name, room, ticket))
        if known is None:
            known = await self.database.read_surely(outbox.thread_root, network.name, room, ticket)
        return known
