"""Which networks are this worker's. With several workers on one PostgreSQL each network belongs to one at a time.

Every commit of what a network said checks the lease's fencing token in its own transaction, so that a worker that was
thought dead and wakes up can write nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from helpdesk.hub import LostLeaseError
from helpdesk.store import events
from helpdesk.store.engine import Database

TERM = timedelta(seconds=30)
RENEW = 10.0
"""Seconds between renewals, and between two tries to get a lease somebody else holds."""


class Leases:
    """One for a service."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        *,
        term: timedelta = TERM,
        renew: float = RENEW,
    ) -> None:
        self.database = database
        self.clock = clock
        self.worker = database.worker
        self._term = term
        self._renew = renew
        self._tokens: dict[str, int] = {}
        self._released = asyncio.Event()

    async def acquire(self, network: str) -> None:
        """Wait until the network is ours."""
        while True:
            released = self._released
            if await self._take(network):
                return
            try:
                async with asyncio.timeout(self._renew):
                    await released.wait()
            except TimeoutError:
                continue

    def wake(self) -> None:
        """Another worker let go of its leases."""
        self._released.set()
        self._released = asyncio.Event()

    async def keep(self, network: str) -> None:
        """Renew the lease until cancelled. Raise LostLeaseError when somebody else has it."""
        while True:
            await asyncio.sleep(self._renew)
            token = self._tokens[network]
            if not await self._take(network) or self._tokens[network] != token:
                raise LostLeaseError({network})

    async def _take(self, network: str) -> bool:
        now = self.clock()
        token = await self.database.write(events.lease, network, self.worker, now, now + self._term)
        if token is None:
            self._tokens.pop(network, None)
            return False
        self._tokens[network] = token
        return True

    def guard(self, connection: Connection, networks: set[str]) -> None:
        """Raise LostLeaseError with those of these networks that are not ours (any more)."""
        tokens = dict(self._tokens)
        lost = {
            network
            for network in sorted(networks)
            if network not in tokens or not events.holds(connection, network, self.worker, tokens[network])
        }
        if lost:
            raise LostLeaseError(lost)

    async def release(self) -> None:
        """Let the other workers have them at once."""
        await self.database.write(events.release, self.worker, self.clock())
        self._tokens.clear()
