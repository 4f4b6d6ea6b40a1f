"""The Matrix network: one login's life, and the contract of `bridges.network` on top of it.

What is heard is `hearing`'s, the loop `sync`'s, what is said `speaking`'s. Importing this is heavy (nio): only the
registry's factory does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bridges.events import Action, PersonId, Position, Receipt, RoomId
from bridges.matrix.appservice.login import probe as probe_service
from bridges.matrix.appservice.mode import Service
from bridges.matrix.appservice.service import ServiceLoop
from bridges.matrix.client import MatrixClient
from bridges.matrix.errors import TokenDead
from bridges.matrix.hearing import Hearing, epoch
from bridges.matrix.login import log_in, probe
from bridges.matrix.pace import Backoff, patiently
from bridges.matrix.rooms import Rooms
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.speaking import Speaker, Tails
from bridges.matrix.sync import Chore, SyncLoop, parse
from bridges.matrix.translate import Us
from bridges.matrix.unread import Unread
from bridges.matrix.vault import Attempts, Book
from bridges.network import Context, Emit, Finding, Health, NetworkSettings, Permanent, Transient

log = structlog.get_logger(__name__)

SILENT = 120.0
"""Seconds without an answer to a sync after which the network is not well."""


@dataclass
class _Life:
    """What exists while the network runs."""

    client: MatrixClient
    rooms: Rooms
    speaker: Speaker
    unread: Unread
    hearing: Hearing


class MatrixNetwork:
    """One account of the desk's on a homeserver."""

    kind = "matrix"
    capabilities = MatrixSettings.capabilities

    def __init__(self, name: str, settings: MatrixSettings, context: Context) -> None:
        self.name = name
        self.settings = settings
        self._context = context
        self._life: _Life | None = None
        self._trouble = "not started"
        self._loop: SyncLoop | ServiceLoop | None = None
        self._position: Position | None = None
        self.unread_grace = 20.0

    # --- the contract -------------------------------------------------------------------------------------------------

    async def run(self, emit: Emit, position: Position | None) -> None:
        self._position = position
        backoff = Backoff()
        while True:
            try:
                await self._live(emit)
            except TokenDead as error:
                if not self.settings.logs_in:
                    raise
                self._note_trouble(f"{error}; logging in again")
                await asyncio.sleep(backoff.next())

    async def _live(self, emit: Emit) -> None:
        """One login's life: until it is cancelled or its token dies."""
        self._trouble = f"connecting to {self.settings.homeserver}"
        state = self._context.state
        attempts = Attempts(state, epoch())
        client = MatrixClient(self.settings, state)
        chores: list[Chore] = []
        service: Service | None = None
        try:
            service = Service.open(client, self.settings, state)
            await self._patiently(service.log_in if service else lambda: log_in(client, self.settings, state))
            life = self._life = await self._begin(client, attempts, service.naming(emit) if service else emit, service)
            chores += [
                Chore(client.tend_keys),
                Chore(lambda: life.rooms.enter_due(epoch())),
                Chore(lambda: life.rooms.accept_due(epoch())),
                Chore(lambda: life.unread.tell(epoch())),
            ]
            if service is not None:
                self._loop = service.loop(life.rooms, life.hearing, chores, self._note_trouble)
            else:
                self._loop = SyncLoop(client, life.rooms, life.hearing, chores, self._note_trouble)
            await self._loop.run(self.name, emit, self._position)
        finally:
            if self._loop is not None:
                self._position = self._loop.position
            self._life = self._loop = None
            self._trouble = "not running"
            for chore in chores:
                await chore.stop()
            if service is not None:
                service.close()
            await client.close()
            attempts.close()

    async def send(self, key: str, action: Action) -> Receipt:
        life = self._life
        if life is None or self._synced_at is None:
            raise Transient(f"not connected to {self.settings.homeserver} yet")
        try:
            return await life.speaker.send(key, action)
        except TokenDead as error:
            if self.settings.logs_in:
                raise Transient("the access token died; the desk is logging in again") from error
            raise

    def reachable(self, person: PersonId) -> bool:  # noqa: ARG002 - a Matrix account can always be written to
        return True

    def keep(self, rooms: Sequence[RoomId]) -> None:
        """See `bridges.network.Network`."""

    async def typing(self, room: RoomId, *, on: bool) -> None:
        """See `bridges.network.Network`."""

    def fetch(self, reference: str) -> AsyncIterator[bytes]:
        """See `bridges.network.Network`."""
        raise Permanent(f"there is no file {reference}")

    def health(self) -> Health:
        life = self._life
        if life is None or self._synced_at is None:
            return Health(ok=False, detail=self._trouble)
        age = epoch() - self._synced_at
        named = [room for room in self.settings.rooms if life.rooms.real(room) in life.client.rooms]
        others = len(life.client.rooms) - len(named)
        where = ", ".join(named) if named else "no configured room"
        detail = f"{self.settings.user} in {where}" + (f" and {others} other rooms" if others > 0 else "")
        if refusals := list(life.rooms.refused.values()):
            whys, mends = "; ".join(r.why for r in refusals), "; ".join(r.mend for r in refusals)
            return Health(ok=False, detail=f"{detail}; {whys}", mend=mends)
        if self._trouble:
            return Health(age < SILENT, f"{detail}; last heard {age:.0f} s ago: {self._trouble}")
        return Health(age < SILENT, f"{detail}; last heard {age:.0f} s ago")

    async def probe(self) -> Sequence[Finding]:
        if self.settings.appservice_file is not None:
            return [*await probe_service(self.settings), *await probe(self.settings, self._context.state)]
        return await probe(self.settings, self._context.state)

    # --- one login ----------------------------------------------------------------------------------------------------

    @property
    def _synced_at(self) -> float | None:
        return self._loop.synced_at if self._loop is not None else None

    async def _patiently(self, work: Callable[[], Awaitable[Any]]) -> Any:
        return await patiently(work, self._note_trouble)

    def _note_trouble(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            log.warning("matrix trouble", network=self.name, reason=trouble)
        self._trouble = trouble

    async def _begin(self, client: MatrixClient, attempts: Attempts, emit: Emit, service: Service | None) -> _Life:
        book = Book.load(self._context.state)
        rooms = Rooms(client, self.settings, book)
        await self._patiently(rooms.resolve)
        rooms.m_direct = await self._patiently(client.direct_rooms)
        profile = await self._patiently(client.display_name)
        names = (self._context.desk_name, self.settings.user[1:].partition(":")[0], profile)
        us = Us(self.settings.user, tuple(dict.fromkeys(n for n in names if n)))
        tails = Tails()
        unread = Unread(client, book, self.settings.unreadable, self.unread_grace)
        hearing = Hearing(
            self.name,
            client,
            rooms,
            unread,
            tails,
            us,
            emit,
            self._patiently,
            self.settings.catch_up,
            parse(self._position)[1],
        )
        return _Life(client, rooms, Speaker(client, rooms, attempts, tails), unread, hearing)


def create(name: str, settings: NetworkSettings, context: Context) -> MatrixNetwork:
    """Make the network. It connects when it is run."""
    if not isinstance(settings, MatrixSettings):
        raise TypeError(f"the Matrix network takes MatrixSettings, not {type(settings).__name__}")
    return MatrixNetwork(name, settings, context)
