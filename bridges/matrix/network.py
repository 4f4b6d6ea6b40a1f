"""The Matrix network: one login's life, and the contract of `bridges.network` on top of it.

What is heard is `hearing`'s, the loop `sync`'s, what is said `speaking`'s. Importing this is heavy (nio): only the
registry's factory does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from bridges.events import Action, PersonId, Position, Receipt, RoomId
from bridges.matrix import calls
from bridges.matrix.appservice.login import probe as probe_service
from bridges.matrix.appservice.mode import Service
from bridges.matrix.appservice.service import ServiceLoop
from bridges.matrix.attachments import decrypt_attachment, download
from bridges.matrix.client import MatrixClient
from bridges.matrix.entering import Entering
from bridges.matrix.errors import Limited, Refused, TokenDead
from bridges.matrix.files import referred
from bridges.matrix.hearing import Hearing, epoch
from bridges.matrix.login import log_in, probe
from bridges.matrix.pace import Backoff, Limiter, patiently
from bridges.matrix.recent import Authors, Tails
from bridges.matrix.rooms import Rooms
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.speaking import Speaker
from bridges.matrix.sync import Chore, SyncLoop, parse
from bridges.matrix.translate import Us
from bridges.matrix.unread import Unread
from bridges.matrix.vault import Attempts, Book
from bridges.matrix.voices import OwnVoice
from bridges.network import Context, Emit, Finding, Health, NetworkError, NetworkSettings, Permanent, Transient

log = structlog.get_logger(__name__)

SILENT = 120.0
"""Seconds without an answer to a sync after which the network is not well."""


@dataclass
class _Life:
    """What exists while the network runs."""

    client: MatrixClient
    rooms: Rooms
    entering: Entering
    speaker: Speaker
    unread: Unread
    hearing: Hearing
    courtesies: Limiter = field(default_factory=Limiter)
    """For what nobody misses: its refusals hold back no words."""

    def may_be_courteous(self, room_id: str, now: float) -> bool:
        waits = self.speaker.limiter.wait(room_id, now) or self.courtesies.wait(room_id, now)
        return room_id in self.client.rooms and not waits


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
        self._logged = ""
        """The trouble that the log has, as long as it lasts."""
        self._loop: SyncLoop | ServiceLoop | None = None
        self._position: Position | None = None
        self._kept: tuple[RoomId, ...] | None = None
        """None until somebody says which: then those of the run before stay."""
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
            life = self._life = await self._begin(client, attempts, emit, service)
            chores += [
                Chore(client.crypto.tend),
                Chore(lambda: life.entering.enter_due(epoch())),
                Chore(lambda: life.entering.accept_due(epoch())),
                Chore(life.entering.leave_due),
                Chore(lambda: self._tell_read(life)),
                Chore(lambda: life.unread.tell(epoch())),
            ]
            limiter = life.speaker.limiter
            if service is not None:
                self._loop = service.loop(life.rooms, life.hearing, chores, self._note_trouble)
            else:
                self._loop = SyncLoop(client, life.rooms, life.hearing, chores, self._note_trouble, limiter)
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
        self._kept = tuple(rooms)
        if self._life is not None:
            self._life.entering.keep(self._kept)
        if self._loop is not None:
            self._loop.nudge()

    async def typing(self, room: RoomId, *, on: bool) -> None:
        life = self._life
        found = life.rooms.real(room) if life is not None else None
        if life is None or found is None or not life.may_be_courteous(found, epoch()):
            return
        try:
            await calls.typing(life.client, found, on=on)
        except Limited as limit:
            life.courtesies.refused(None, limit.retry_after, epoch())
        except NetworkError as error:
            log.debug("typing not shown", room=room, reason=str(error))

    async def fetch(self, reference: str) -> AsyncIterator[bytes]:
        try:
            mxc, file = referred(reference)
        except ValueError:
            raise Permanent("this names no file on Matrix") from None
        life = self._life
        if life is None:
            raise Transient(f"not connected to {self.settings.homeserver} yet")
        pieces = download(life.client, mxc)
        async for piece in pieces if file is None else decrypt_attachment(file, pieces):
            yield piece

    def health(self) -> Health:
        life = self._life
        if life is None or self._synced_at is None:
            return Health(ok=False, detail=self._trouble)
        age = epoch() - self._synced_at
        found = {room: life.rooms.real(room) for room in life.rooms.wanted}
        named = [room for room, room_id in found.items() if room_id in life.client.rooms]
        others = len(life.client.rooms) - len({found[room] for room in named})
        where = ", ".join(named) if named else "no configured room"
        detail = f"{self.settings.user} in {where}" + (f" and {others} other rooms" if others > 0 else "")
        if refusals := list(life.rooms.refused.values()):
            whys, mends = "; ".join(r.why for r in refusals), "; ".join(r.mend for r in refusals)
            return Health(ok=False, detail=f"{detail}; {whys}", mend=mends)
        mend = ""
        if silent := [room for room in named if not life.speaker.may_speak(str(found[room]))]:
            detail += f"; may not speak in {', '.join(silent)}"
            mend = (
                f"give {self.settings.user} the right to send messages in {', '.join(silent)}, if it is to speak there"
            )
        standing = life.client.crypto.identity.standing
        if standing is not None and not standing.ok:
            detail += f"; {standing.what}"
            mend = "; ".join(filter(None, (mend, standing.mend)))
        if self._trouble:
            return Health(age < SILENT, f"{detail}; last heard {age:.0f} s ago: {self._trouble}", mend)
        return Health(age < SILENT, f"{detail}; last heard {age:.0f} s ago", mend)

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
        if trouble and trouble != self._logged:
            log.warning("matrix trouble", network=self.name, reason=trouble)
        elif not trouble and self._logged:
            log.info("matrix well again", network=self.name)
        self._logged = self._trouble = trouble

    async def _begin(self, client: MatrixClient, attempts: Attempts, emit: Emit, service: Service | None) -> _Life:
        book = Book.load(self._context.state)
        rooms = Rooms(client, self.settings, book)
        entering = Entering(client, self.settings, book, rooms)
        rooms.kept = tuple(book.kept)
        if self._kept is not None:
            entering.keep(self._kept)
        await self._patiently(entering.resolve)
        rooms.m_direct = await self._patiently(client.direct_rooms)
        profile = await self._patiently(client.display_name)
        names = (self._context.desk_name, self.settings.user[1:].partition(":")[0], profile)
        us = Us(self.settings.user, tuple(dict.fromkeys(n for n in names if n)))
        if service is not None:
            us = replace(us, others=service.ghosts.pattern, called=service.ghosts.nick_of)
        tails, authors = Tails(), Authors()
        unread = Unread(client, book, self.settings.unreadable, self.settings.withheld, self.unread_grace)
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
            authors,
            typing_in=self._context.typing_in,
        )
        own = OwnVoice(client)
        voices = service.voices(own, authors) if service is not None else own
        speaker = Speaker(client, rooms, attempts, tails, voices, us, authors)
        return _Life(client, rooms, entering, speaker, unread, hearing)

    async def _tell_read(self, life: _Life) -> None:
        """Say how far the desk has read; what the server does not want to hear now is said with what comes next."""
        if not self.settings.read_receipts:
            return
        pending, life.hearing.read = life.hearing.read, {}
        for room_id, event_id in pending.items():
            if not life.may_be_courteous(room_id, epoch()):
                continue
            try:
                await calls.read(life.client, room_id, event_id)
            except Limited as limit:
                life.courtesies.refused(None, limit.retry_after, epoch())
            except Refused as refusal:
                log.info("reading not told", room=room_id, reason=str(refusal))


def create(name: str, settings: NetworkSettings, context: Context) -> MatrixNetwork:
    """Make the network. It connects when it is run."""
    if not isinstance(settings, MatrixSettings):
        raise TypeError(f"the Matrix network takes MatrixSettings, not {type(settings).__name__}")
    return MatrixNetwork(name, settings, context)
