"""Keeps each network running: starts it again when it fails, stops it when only the operator can mend it."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass

import structlog

from bridges.events import Checkpoint, Event, Gap, MessageReceived, RoomEntered, RoomExited, Typing
from bridges.network import Health, Misconfigured, Network
from helpdesk.hub import Hub, LostLeaseError
from helpdesk.leases import Leases
from helpdesk.metrics import Metrics
from helpdesk.outbox import Outbox
from helpdesk.pulse import Pulse
from helpdesk.store import events

FIRST_DELAY, LONGEST_DELAY = 1.0, 300.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Fault:
    message: str
    mend: str


class Supervisor:
    """One for all networks of a service."""

    def __init__(self, hub: Hub, outbox: Outbox, metrics: Metrics, leases: Leases | None) -> None:
        self.hub = hub
        self.outbox = outbox
        self.metrics = metrics
        self.leases = leases
        self.pulse = Pulse()
        self._faults: dict[str, _Fault] = {}
        self._elsewhere: set[str] = set()

    def health(self, network: Network) -> Health:
        """The network's own word, unless it does not run."""
        found = self._health(network)
        self.pulse.look(network.name, self.hub.clock(), ok=found.ok)
        return found

    def _health(self, network: Network) -> Health:
        fault = self._faults.get(network.name)
        if fault is not None:
            return Health(ok=False, detail=f"stopped: {fault.message}", mend=fault.mend)
        if network.name in self._elsewhere:
            return Health(ok=True, detail="run by another worker")
        return network.health()

    async def run(self, network: Network) -> None:
        """Until cancelled, or until the network says that the operator must act."""
        attempt = 0
        while True:
            started = time.monotonic()
            try:
                if self.leases is not None:
                    self._elsewhere.add(network.name)
                    await self.leases.acquire(network.name)
                    self._elsewhere.discard(network.name)
                    started = time.monotonic()
                await self._once(network)
            except Misconfigured as error:
                self._faults[network.name] = _Fault(str(error), error.mend)
                log.error("network stopped", network=network.name, reason=str(error), mend=error.mend)  # noqa: TRY400
                return
            except LostLeaseError:
                log.warning("network taken over by another worker", network=network.name)
                continue
            except Exception:
                log.exception("network failed; starting it again", network=network.name, attempt=attempt)
            if time.monotonic() - started > LONGEST_DELAY:
                attempt = 0
            self.metrics.restarts.labels(network.name).inc()
            self.pulse.restarted(network.name)
            await asyncio.sleep(random.uniform(0.5, 1) * min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempt, 9)))
            attempt += 1

    async def _once(self, network: Network) -> None:
        position = await self.hub.database.read(events.checkpoint, network.name)

        async def emit(event: Event) -> None:
            if isinstance(event, Typing):
                # Nothing is decided by it, so that it costs no transaction.
                self.hub.live.typing(event)
                return
            if isinstance(event, MessageReceived):
                self.hub.live.wrote(network.name, event.sender.id)
            if isinstance(event, (RoomEntered, Checkpoint)):
                self.outbox.kick(network.name)
            self.pulse.heard(network.name, self.hub.clock())
            if not self.pulse.of(network.name).ok or isinstance(event, (RoomEntered, RoomExited, Gap)):
                self.health(network)
            await self.hub.emit(event)

        self.outbox.start(network)
        try:
            if self.leases is None:
                await network.run(emit, position)
                return
            running = asyncio.ensure_future(network.run(emit, position))
            keeping = asyncio.ensure_future(self.leases.keep(network.name))
            try:
                await asyncio.wait({running, keeping}, return_when=asyncio.FIRST_COMPLETED)
                (running if running.done() else keeping).result()
            finally:
                for task in (running, keeping):
                    task.cancel()
                await asyncio.gather(running, keeping, return_exceptions=True)
        finally:
            self.outbox.stop(network.name)
