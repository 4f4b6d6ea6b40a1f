"""Due work enters the hub as events. Every timer is a moment in the store, so that no restart loses one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from helpdesk.deskevents import TimerDue
from helpdesk.hub import DeskError, Hub
from helpdesk.store import events, learning, ledger, moderation, pages, retention
from helpdesk.store.engine import Database
from helpdesk.store.nouns import rota

LONGEST = 60.0
"""Seconds between two looks at the store: a changed clock is noticed by then."""
SWEEP = timedelta(hours=6)


class Timers:
    """Run it once; `wake` when something was scheduled."""

    def __init__(self, database: Database, hub: Hub, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.hub = hub
        self.clock = clock
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        swept: datetime | None = None
        while True:
            self._woken.clear()
            now = self.clock()
            if swept is None or now - swept > SWEEP:
                await self.database.write(events.sweep, now)
                await self.database.write(rota.see_to_it, now)
                await self.database.write(pages.sweep, now)
                await self.database.write(moderation.sweep, now)
                while await self.database.write(ledger.sweep, now - self.hub.config.relay.remember, now):
                    pass
                # In batches, so that no claim waits for years to be forgotten.
                while await self.database.write(learning.sweep, now, self.hub.config.learning):
                    pass
                while await self.database.write(retention.sweep, now, self.hub.config):
                    pass
                swept = now
            for number, kind, about in await self.database.read_surely(events.due_timers, now):
                timer = TimerDue(number, kind, about)
                try:
                    await self.hub.submit(timer)
                except DeskError:
                    # It was set aside with its traceback; left due, it would be tried for ever.
                    await self.database.write(events.take_timer, timer, now)
            due = await self.database.read_surely(events.next_timer)
            wait = LONGEST if due is None else min(LONGEST, max(0.0, (due - self.clock()).total_seconds()))
            try:
                async with asyncio.timeout(wait):
                    await self._woken.wait()
            except TimeoutError:
                continue
