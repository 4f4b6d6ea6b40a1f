"""One connection: a socket, a reader, a writer, and a session between them. Knows nothing of the desk's events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from bridges.irc.bucket import Bucket
from bridges.irc.delivery import Ledger, Lost, Speech, Undelivered, Withdrawn
from bridges.irc.pace import Pace as Pace  # noqa: PLC0414
from bridges.irc.reports import Broken, Echoed, Exited, Ponged, Refused, Report, Throttled
from bridges.irc.session import Session
from bridges.irc.turns import Rank, Turns

_CLOSE_WITHIN = 2.0
_MARK_AFTER = 10
"""Lines that may stand unconfirmed before a PING is sent between them."""


async def first_of(*work: Coroutine[Any, Any, None]) -> None:
    """Run all until one ends, then end the others. What one raised is raised."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()):
            raise error


class Connection:
    """Run it once; `say` lines while it runs. Ends by raising Lost."""

    def __init__(
        self,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        session: Session,
        bucket: Bucket,
        handle: Callable[[list[Report]], Awaitable[None]],
    ) -> None:
        self._reader, self._writer = streams
        self._batch: list[bytes] = []
        self.session = session
        self._bucket = bucket
        self._handle = handle
        self._turns: Turns[bytes | Speech] = Turns()
        self._wake = asyncio.Event()
        self._ledger = Ledger()
        self._over: Lost | None = None
        self._pings = 0
        self._heard = False
        self._secure = self._writer.get_extra_info("ssl_object") is not None
        self._asked = ""
        self.pinged = False
        """A PING of ours was answered."""
        self.echoed = False
        """The last line known to be taken came back to us."""
        self.unechoed = 0
        """Lines since then that the server took without showing them to us, though it said it would."""
        self.heard_at = datetime.now(UTC)
        """When the server last sent anything."""

    async def run(self, *beside: Coroutine[Any, Any, None]) -> None:
        """Read and write until the connection is over; `beside` runs along and may end it by raising Lost."""
        self.session.start()
        self.flush()
        error = Lost("the desk is stopping")
        try:
            await first_of(self._read(), self._write(), *beside)
        except Lost as lost:
            error = lost
            raise
        finally:
            self._close(error)
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(_CLOSE_WITHIN):
                    await self._writer.wait_closed()
            self._writer.transport.abort()

    def say(self, speech: Speech) -> None:
        if self._over is not None:
            speech.taken.set_exception(self._over)
            return
        rank = Rank.URGENT if speech.urgent else Rank.RELAY if speech.relay else Rank.DESK
        self._turns.put(speech, speech.place, rank)
        self._wake.set()

    def hint(self, data: bytes) -> None:
        """Send a line that is of no use later, such as a typing notice: lost when others wait or the flood limit says so."""
        if self._over is None and not self._turns and not self._bucket.wait(time.monotonic()):
            self._turns.put(data, "", Rank.DESK)
            self._wake.set()

    def flush(self) -> None:
        """Take what the session wants sent."""
        for out in self.session.take():
            self._turns.put(out.data, "", Rank.URGENT if out.urgent else Rank.DESK)
        self._wake.set()

    def ping(self) -> None:
        """Ask whether the server is there; `unanswered` until it says so."""
        self._pings += 1
        self._asked = f"k{self._pings}"
        self.session.ping(self._asked)
        self.flush()

    @property
    def unanswered(self) -> bool:
        return bool(self._asked)

    @property
    def unconfirmed_for(self) -> float:
        """Seconds that the oldest line waits for the server's word on it."""
        since = self._ledger.waiting_since()
        return 0.0 if since is None else time.monotonic() - since

    def answered_lately(self, within: float) -> bool:
        return (datetime.now(UTC) - self.heard_at).total_seconds() < within

    def confirm(self, older_than: float) -> None:
        """Ask by PING for lines written `older_than` seconds ago that were not echoed."""
        since = self._ledger.unmarked_since()
        if since is not None and time.monotonic() - since >= older_than:
            self._mark()

    def _mark(self) -> None:
        self.session.ping(self._ledger.mark())
        self.flush()

    async def _read(self) -> None:
        while True:
            try:
                data = await self._reader.read(65_536)
            except OSError as error:
                raise Lost(f"the connection broke: {error.strerror or error}") from None
            if not data:
                hint = "" if self._heard or self._secure else "; is this its TLS port? then set tls = true"
                raise Lost(f"the server closed the connection{hint}")
            self._heard = True
            self.heard_at = datetime.now(UTC)
            reports = self.session.receive(data, self.heard_at)
            if derivation := self.session.login.take_derivation():
                self.session.login.derived(await asyncio.to_thread(derivation.run))
            self.flush()
            for report in reports:
                match report:
                    case Echoed():
                        self._ledger.echoed(report)
                        self.echoed, self.unechoed = self.echoed or bool(report.target), 0
                    case Refused():
                        self._ledger.refused(report)
                    case Exited(room):
                        self._ledger.left(room)
                    case Ponged(token):
                        confirmed = self._ledger.ponged(token)
                        if "echo-message" in self.session.login.caps:
                            self.unechoed += confirmed
                        self.pinged = self.pinged or token == self._asked
                        self._asked = "" if token == self._asked else self._asked
                    case Throttled():
                        self._bucket.slow_down(time.monotonic())
                    case _:
                        pass
            await self._handle(reports)
            for report in reports:
                if isinstance(report, Broken):
                    raise Lost(report.reason, report.mend, login=report.login)

    async def _write(self) -> None:
        while True:
            if not self._turns:
                self._wake.clear()
                await self._wake.wait()
                continue
            if not self._turns.urgent and (wait := self._bucket.wait(time.monotonic())):
                self._wake.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._wake.wait()
                continue
            self._put(self._turns.next())
            if self._turns.urgent or (self._turns and not self._bucket.wait(time.monotonic())):
                continue  # lines of one answer in one packet: servers hold a second one back until the first is ACKed
            try:
                self._writer.write(b"".join(self._batch))
                self._batch.clear()
                await self._writer.drain()
            except OSError as error:
                raise Lost(f"the connection broke: {error.strerror or error}") from None

    def _put(self, item: bytes | Speech) -> None:
        if isinstance(item, bytes):
            self._batch.append(item)
            self._bucket.spend(time.monotonic())
            return
        if item.taken.done():
            return  # nobody waits for it any more
        target = item.target()
        if target is None:
            item.taken.set_exception(Withdrawn())
            return
        caps = self.session.login.caps
        label = self._ledger.label() if {"labeled-response", "batch"} <= caps else ""
        try:
            data = item.packed(target, label, f"b{self._ledger.number()}")
        except ValueError as error:
            item.taken.set_exception(Undelivered("unsendable", str(error)))
            return
        self._batch.append(data)
        self._bucket.spend(time.monotonic(), item.cost)
        self._ledger.written(item, self.session.limits.fold(target), label, time.monotonic())
        waiting = any(isinstance(other, Speech) for other in self._turns)
        if "echo-message" not in caps and (not waiting or self._ledger.unmarked >= _MARK_AFTER):
            self._mark()

    def _close(self, error: Lost) -> None:
        self._over = error
        self._ledger.lost(error)
        for item in self._turns:
            if isinstance(item, Speech) and not item.taken.done():
                item.taken.set_exception(error)
        self._turns.clear()
        self._writer.write(b"".join(self._batch))
        self.session.quit("until soon")
        for out in self.session.take():
            with suppress(OSError):
                self._writer.write(out.data)
        self._writer.close()
