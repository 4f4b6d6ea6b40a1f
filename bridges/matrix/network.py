"""The Matrix network: our own sync loop around nio, and what it reports.

An answer of the server is processed first and its position given out last. Importing this is heavy (nio): only the
registry's factory does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from bridges.events import (
    Action,
    Checkpoint,
    Event,
    EventId,
    Gap,
    PersonId,
    PersonSeen,
    Position,
    Receipt,
    Room,
    RoomEntered,
    RoomExited,
    RoomId,
    Sender,
)
from bridges.matrix.client import Json, MatrixClient
from bridges.matrix.errors import Refused, TokenDead
from bridges.matrix.history import missed
from bridges.matrix.login import log_in, probe
from bridges.matrix.pace import Backoff, patiently
from bridges.matrix.rooms import Rooms
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.speaking import Speaker, Tails
from bridges.matrix.translate import Us, arrival, incoming
from bridges.matrix.unread import Unread
from bridges.matrix.vault import Attempts, Book
from bridges.network import (
    Context,
    Emit,
    Finding,
    Health,
    NetworkSettings,
    Permanent,
    Transient,
)

log = structlog.get_logger(__name__)

VERIFICATION_LASTS = 600.0
"""Seconds after which a request to verify counts for nothing (Client-Server API v1.15, "Key verification framework")."""
SILENT = 120.0
"""Seconds without an answer to a sync after which the network is not well."""


@dataclass
class _Life:
    """What exists while the network runs."""

    client: MatrixClient
    rooms: Rooms
    speaker: Speaker
    unread: Unread
    tails: Tails
    us: Us
    entered: set[str]


class _Chore:
    """Work beside the sync loop, one at a time; its failure is raised in the loop."""

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._task: asyncio.Task[None] | None = None

    def go(self) -> None:
        if self._task is not None:
            if not self._task.done():
                return
            self._task.result()
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            await self._work()
        except (Transient, TokenDead) as trouble:
            log.info("put off", reason=str(trouble))  # the sync loop meets the same and acts
        except Permanent as refusal:
            log.warning("refused", reason=str(refusal))

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


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
        self._synced_at: float | None = None
        self._resumed_at = 0.0
        self._position: Position | None = None
        self._emit: Emit | None = None
        self.unread_grace = 20.0

    # --- the contract -------------------------------------------------------------------------------------------------

    async def run(self, emit: Emit, position: Position | None) -> None:
        self._emit, self._position = emit, position
        backoff = Backoff()
        while True:
            try:
                await self._live()
            except TokenDead as error:
                if not self.settings.uses_password:
                    raise
                self._note_trouble(f"{error}; logging in again")
                await asyncio.sleep(backoff.next())

    async def _live(self) -> None:
        """One login's life: until it is cancelled or its token dies."""
        self._trouble = f"connecting to {self.settings.homeserver}"
        state = self._context.state
        attempts = Attempts(state, _now())
        client = MatrixClient(self.settings, state)
        chores: list[_Chore] = []
        try:
            await self._patiently(lambda: log_in(client, self.settings, state))
            life = await self._begin(client, attempts)
            chores = [
                _Chore(client.crypto.tend),
                _Chore(lambda: life.rooms.enter_due(_now())),
                _Chore(lambda: life.rooms.accept_due(_now())),
                _Chore(lambda: life.unread.tell(_now())),
            ]
            await self._sync_for_ever(life, chores)
        finally:
            self._life = None
            self._trouble = "not running"
            for chore in chores:
                await chore.stop()
            await client.close()
            attempts.close()

    async def send(self, key: str, action: Action) -> Receipt:
        life = self._life
        if life is None or self._synced_at is None:
            raise Transient(f"not connected to {self.settings.homeserver} yet")
        try:
            return await life.speaker.send(key, action)
        except TokenDead as error:
            if self.settings.uses_password:
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
        age = _now() - self._synced_at
        named = [room for room in self.settings.rooms if life.rooms.real(room) in life.client.rooms]
        others = len(life.client.rooms) - len(named)
        where = ", ".join(named) if named else "no configured room"
        detail = f"{self.settings.user} in {where}" + (f" and {others} other rooms" if others > 0 else "")
        if refusals := list(life.rooms.refused.values()):
            whys, mends = "; ".join(r.why for r in refusals), "; ".join(r.mend for r in refusals)
            return Health(ok=False, detail=f"{detail}; {whys}", mend=mends)
        standing = life.client.crypto.identity.standing
        mend = ""
        if standing is not None and not standing.ok:
            detail, mend = f"{detail}; {standing.what}", standing.mend
        if self._trouble:
            return Health(age < SILENT, f"{detail}; last heard {age:.0f} s ago: {self._trouble}", mend)
        return Health(age < SILENT, f"{detail}; last heard {age:.0f} s ago", mend)

    async def probe(self) -> Sequence[Finding]:
        return await probe(self.settings, self._context.state)

    # --- the loop -----------------------------------------------------------------------------------------------------

    async def _patiently(self, work: Callable[[], Awaitable[Any]]) -> Any:
        return await patiently(work, self._note_trouble)

    def _note_trouble(self, trouble: str) -> None:
        if trouble != self._trouble:
            log.warning("matrix trouble", network=self.name, reason=trouble)
        self._trouble = trouble

    async def _begin(self, client: MatrixClient, attempts: Attempts) -> _Life:
        state = self._context.state
        book = Book.load(state)
        rooms = Rooms(client, self.settings, book)
        await self._patiently(rooms.resolve)
        rooms.m_direct = await self._patiently(client.direct_rooms)
        profile = await self._patiently(client.display_name)
        names = (self._context.desk_name, self.settings.user[1:].partition(":")[0], profile)
        tails = Tails()
        self._life = _Life(
            client,
            rooms,
            Speaker(client, rooms, attempts, tails),
            Unread(client, book, self.settings.unreadable, self.settings.withheld, self.unread_grace),
            tails,
            Us(self.settings.user, tuple(dict.fromkeys(n for n in names if n))),
            set(),
        )
        return self._life

    async def _sync_for_ever(self, life: _Life, chores: Sequence[_Chore]) -> None:
        since, heard = _parse(self._position)
        self._synced_at, self._resumed_at = None, heard
        backoff = Backoff()
        full_state = True
        while True:
            life.rooms.note_sync_begins()
            try:
                raw, clear = await life.client.sync_once(since, full_state=full_state and since is not None)
            except Transient as error:
                self._note_trouble(str(error))
                await asyncio.sleep(backoff.next(error.retry_after))
                continue
            except Refused as refusal:
                self._note_trouble(f"the homeserver refuses to sync: {refusal}")
                if since is not None and refusal.status == 400:
                    await self._report_lost_position(life, since, heard)
                    since = None
                await asyncio.sleep(backoff.next())
                continue
            await self._take(life, raw, clear, since)
            since, full_state, heard = str(raw["next_batch"]), False, _now()
            backoff.reset()
            self._synced_at, self._trouble = heard, ""
            self._position = Position(f"{int(heard * 1000)} {since}")
            await self._say(Checkpoint(self.name, self._position))
            life.rooms.note_synced()
            for chore in chores:
                chore.go()

    async def _report_lost_position(self, life: _Life, since: str, heard: float) -> None:
        """The server does not know where we stopped: what was said since cannot be told from what was said before."""
        life.entered.clear()
        reason = "the homeserver no longer knows where the desk stopped listening"
        until = datetime.now(UTC)
        await self._say(Gap(self.name, EventId(f"lost {since}"), _when(heard), until, reason))

    async def _say(self, event: Event) -> None:
        assert self._emit is not None
        await self._emit(event)

    # --- one answer ---------------------------------------------------------------------------------------------------

    async def _take(self, life: _Life, raw: Json, clear: Mapping[str, Json], since: str | None) -> None:
        """Report all that the answer holds. Rooms known from before are state only when there was no position."""
        for event in raw.get("account_data", {}).get("events", []):
            if event.get("type") == "m.direct":
                content = event.get("content", {})
                life.rooms.m_direct = {who: list(ids) for who, ids in content.items() if isinstance(ids, list)}
        rooms = raw.get("rooms", {})
        for room_id, data in rooms.get("invite", {}).items():
            life.rooms.note_invite(room_id, data.get("invite_state", {}).get("events", []))
        life.rooms.keep()
        for room_id, data in rooms.get("join", {}).items():
            await self._joined(life, room_id, data, clear, since)
        for room_id, data in rooms.get("leave", {}).items():
            await self._left(life, room_id, data)
        for said in life.client.crypto.withheld(raw):
            life.unread.note_withheld(said, _now())
        if raw.get("to_device", {}).get("events"):  # keys may have come
            for room_id, source in life.unread.readable():
                await self._heard(life, room_id, source)

    async def _joined(
        self, life: _Life, room_id: str, data: Json, clear: Mapping[str, Json], since: str | None
    ) -> None:
        timeline = data.get("timeline", {})
        events: list[Json] = list(timeline.get("events", []))
        life.rooms.note_state(room_id, [*data.get("state", {}).get("events", []), *events])
        life.rooms.note_entered(room_id)
        room = life.rooms.room(room_id)
        if room_id not in life.entered:
            life.entered.add(room_id)
            await self._say(RoomEntered(self.name, datetime.now(UTC), room))
        if since is None:
            return
        start = arrival(events, life.us.user, direct=room.direct)
        if start is not None:
            events = events[start:]
        elif timeline.get("limited") and timeline.get("prev_batch"):
            events = await self._page_back(life, room_id, room, timeline["prev_batch"], since) + events
        for source in events:
            await self._heard(life, room_id, clear.get(str(source.get("event_id"))) or source)

    async def _page_back(self, life: _Life, room_id: str, room: Room, before: str, since: str) -> list[Json]:
        """What the timeline left out. More than the bound, or nothing we may see, is said as a gap."""
        bound = self.settings.catch_up
        missing = f"more than {bound} messages were said meanwhile; the older of them were not read"
        until = datetime.now(UTC)
        try:
            events, complete = await self._patiently(
                lambda: missed(life.client, room_id, before, since, bound=bound, direct=room.direct)
            )
        except Refused as refusal:
            events, complete, missing = [], False, f"the homeserver refuses to show what was said meanwhile: {refusal}"
        if not complete:
            if events:
                until = _when(events[0].get("origin_server_ts", 0) / 1000)
            start = min(_when(self._synced_at or self._resumed_at), until)
            await self._say(Gap(self.name, EventId(f"gap {room_id} {before}"), start, until, missing, room))
        return list(events)

    async def _heard(self, life: _Life, room_id: str, source: Json) -> None:
        """Report one event of a room."""
        sender = str(source.get("sender", ""))
        if source.get("type") == "m.room.encrypted" and "content" in source and source["content"]:
            clear = life.client.decrypt_source(room_id, source)
            if clear is None:
                if sender != life.us.user:
                    life.unread.note(room_id, source, _now())
                return
            source = clear
        age = _now() - source.get("origin_server_ts", 0) / 1000
        if life.client.crypto.is_verification(room_id, source, fresh=age < VERIFICATION_LASTS):
            return
        content = source.get("content") or {}
        relation = content.get("m.relates_to") if isinstance(content, dict) else None
        if isinstance(relation, dict) and relation.get("rel_type") == "m.thread":
            life.tails.note(str(relation.get("event_id")), str(source.get("event_id")))
        if source.get("type") == "m.room.member":
            await self._maybe_seen(life, room_id, source)
            return
        if room_id not in life.client.rooms:
            return
        room, name = life.rooms.room(room_id), life.rooms.person_name(room_id, sender)
        try:
            event: Event | None = incoming(self.name, source, room, name, life.us)
        except Exception:
            # One message that our reading fails on must not keep all others from being heard, now and after a restart.
            identity = str(source.get("event_id"))[:255]
            log.exception("a Matrix event can't be read", about=identity, room=room_id)
            at = datetime.now(UTC)
            event = Gap(self.name, EventId(f"unread {identity}"), at, at, "one message could not be read", room)
        if event is not None:
            await self._say(event)

    async def _maybe_seen(self, life: _Life, room_id: str, source: Json) -> None:
        """Somebody came into a room: what waits for them there can be told."""
        who = str(source.get("state_key", ""))
        before = source.get("unsigned", {}).get("prev_content", {}).get("membership")
        if who and who != life.us.user and source["content"].get("membership") == "join" and before != "join":
            name = life.rooms.person_name(room_id, who)
            await self._say(PersonSeen(self.name, datetime.now(UTC), Sender(PersonId(who), name, authenticated=True)))

    async def _left(self, life: _Life, room_id: str, data: Json) -> None:
        """We are out of a room, by our own or another's doing; nio tells nobody of it."""
        events = [*data.get("state", {}).get("events", []), *data.get("timeline", {}).get("events", [])]
        ours = [e for e in events if e.get("type") == "m.room.member" and e.get("state_key") == life.us.user]
        last = ours[-1] if ours else {}
        reason = _why_left(last)
        room = life.rooms.room(room_id) if room_id in life.client.rooms else Room(life.rooms.public(room_id), room_id)
        was_in = room_id in life.entered or last.get("unsigned", {}).get("prev_content", {}).get("membership") == "join"
        life.rooms.note_left(room_id, reason, _now())
        life.entered.discard(room_id)
        if was_in:
            await self._say(RoomExited(self.name, datetime.now(UTC), room, reason))


def _why_left(member: Json) -> str:
    content = member.get("content", {})
    by = str(member.get("sender", "the homeserver"))
    done = "banned" if content.get("membership") == "ban" else "removed"
    said = f": {content['reason']}" if content.get("reason") else ""
    return f"{done} by {by}{said}" if by != member.get("state_key") else f"left{said}"


def _now() -> float:
    return datetime.now(UTC).timestamp()


def _when(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _parse(position: Position | None) -> tuple[str | None, float]:
    """The sync token in a position and when it was given (epoch seconds)."""
    stamp, _, token = (position or "").partition(" ")
    if not token or not stamp.isdigit():
        return None, _now()
    return token, int(stamp) / 1000


def create(name: str, settings: NetworkSettings, context: Context) -> MatrixNetwork:
    """Make the network. It connects when it is run."""
    if not isinstance(settings, MatrixSettings):
        raise TypeError(f"the Matrix network takes MatrixSettings, not {type(settings).__name__}")
    return MatrixNetwork(name, settings, context)
