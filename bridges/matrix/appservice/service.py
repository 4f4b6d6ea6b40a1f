"""The loop of an application service: transactions from the journal and keys from a light sync, until it is cancelled.

Takes the place of `sync.SyncLoop`. What it tells of a room comes by transactions; a sync without rooms brings only what
encryption needs (keys for the desk's device, changed devices, how many of its keys are left) and the list of direct chats.
A position is `<milliseconds> service <number> <sync token>`: the last record of the journal that was reported.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote
from uuid import uuid4

import structlog

from bridges.events import Checkpoint, EventId, Gap, Position
from bridges.matrix.appservice import parts
from bridges.matrix.appservice.api import ServiceApi
from bridges.matrix.appservice.ghosts import Ghosts
from bridges.matrix.appservice.journal import Journal, Reader, Record
from bridges.matrix.appservice.listener import Listener
from bridges.matrix.client import FULL_SYNC_TIMEOUT, SYNC_TIMEOUT, Json, MatrixClient
from bridges.matrix.errors import Refused
from bridges.matrix.hearing import Hearing, epoch, when
from bridges.matrix.pace import Backoff, patiently
from bridges.matrix.rooms import Rooms
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.sync import Chore, parse
from bridges.matrix.translate import arrival
from bridges.network import Emit, Transient

log = structlog.get_logger(__name__)

TICK = 20.0
"""Seconds after which the chores are done though nothing came."""
HEARTBEAT = 60.0
"""Seconds between proofs that the homeserver reaches the desk."""
LEAVING = 600.0
"""Seconds between looks for ghosts that have been silent for too long."""
GLANCE = 60.0
"""Seconds between light syncs while no room is encrypted."""
PAGE = 100
READ_KEPT = 2_000
"""Events that were read before their transaction came, and are remembered."""

_NOTHING = {"not_types": ["*"]}
_LIGHT = json.dumps(
    {
        "presence": _NOTHING,
        "account_data": {"types": ["m.direct"]},
        "room": {"rooms": [], "timeline": _NOTHING, "state": _NOTHING},
    },
    separators=(",", ":"),
)


class ServiceLoop:
    """`position` and `synced_at` as `SyncLoop` has them: the second is when the homeserver last reached the desk."""

    def __init__(
        self,
        client: MatrixClient,
        rooms: Rooms,
        hearing: Hearing,
        ghosts: Ghosts,
        journal: Journal,
        chores: Sequence[Chore],
        trouble: Callable[[str], None],
    ) -> None:
        self._client, self._rooms, self._hearing, self._ghosts = client, rooms, hearing, ghosts
        self._journal, self._trouble = journal, trouble
        self._api: ServiceApi = ghosts.api
        self._settings: MatrixSettings = ghosts.settings
        self._news = asyncio.Event()
        self._listener = Listener(self._api.registration.hs_token, journal, ghosts.is_known, self._news.set)
        self._beat = Chore(self._heartbeat)
        self._beat_due = 0.0
        self._chores = [*chores, Chore(ghosts.decline)]
        self._leaving = Chore(lambda: ghosts.leave_idle(epoch()))
        self._leaving_due = 0.0
        self._light: asyncio.Task[Json] | None = None
        self._glance_due = 0.0
        """When to look for keys though no room is encrypted."""
        self._pause_until = 0.0
        """After a failure."""
        self._light_pace = Backoff()
        self._since = ""
        self._read: OrderedDict[str, None] = OrderedDict()
        self._number = 0
        self._begun = epoch()
        """What was said before is caught up with."""
        self.position: Position | None = None
        self.synced_at: float | None = None

    async def run(self, network: str, emit: Emit, position: Position | None) -> None:
        """Raise TokenDead or Misconfigured. `self.position` is where to go on from."""
        self.position = position
        reader = await self._begin(network, emit)
        await self._listener.start(self._settings.appservice_host, self._settings.appservice_port)
        try:
            while True:
                while (record := reader.next()) is not None:
                    await self._record(record)
                    await self._checkpoint(network, emit, record.number)
                    self.synced_at = epoch()
                self._rooms.note_synced()
                self._keep_going()
                await self._until_news()
                if self._light is not None and self._light.done():
                    await self._take_light()
                    await self._checkpoint(network, emit, self._number)
        finally:
            await self._stop_light()
            for chore in (self._beat, self._leaving, *self._chores):
                await chore.stop()
            await self._listener.stop()

    def nudge(self) -> None:
        """Let what goes on beside the loop be looked at now, not only with the next transaction."""
        self._news.set()

    # --- beginning ----------------------------------------------------------------------------------------------------

    async def _begin(self, network: str, emit: Emit) -> Reader:
        """Learn what the rooms are like, before anything is heard in them."""
        number, since = _place(self.position)
        raw = await self._patiently(self._whole_state)
        self._since = since or str(raw["next_batch"])
        if since:
            raw["to_device"] = {"events": []}  # they come again after the place where the light sync stopped
        # What is in the timelines came by transactions, or was said before the desk was there.
        for data in raw.get("rooms", {}).get("join", {}).values():
            told = data.get("timeline", {}).get("events", [])
            data["state"]["events"] = [*data["state"]["events"], *(event for event in told if "state_key" in event)]
            data["timeline"] = {"events": []}
        clear = await self._client.take(raw)
        await self._hearing.take(raw, clear, None)
        self._ghosts.note_rooms()
        if number is None and self.position is not None:
            since_when = when(parse(self.position)[1])
            reason = (
                "the desk was a plain account before; what was said until it became an application service is not known"
            )
            await emit(Gap(network, EventId(f"service {self.position}"), since_when, datetime.now(UTC), reason))
        if self._journal.damaged:
            now = datetime.now(UTC)
            reason = f"{self._journal.damaged} records of what the homeserver told were damaged on the disk"
            await emit(Gap(network, EventId(f"damaged {self._journal.last}"), now, now, reason))
        self._number = self._journal.last if number is None else number
        self.synced_at = epoch()
        await self._checkpoint(network, emit, self._number)
        return self._journal.reader(self._number)

    async def _whole_state(self) -> Json:
        # Synapse gives the same answer to the same question for two minutes: ask another one.
        wanted = {
            "presence": _NOTHING,
            "account_data": {"types": ["m.direct"], "not_types": [uuid4().hex]},
            "room": {"timeline": {"limit": 1}, "ephemeral": _NOTHING, "account_data": _NOTHING},
        }
        query = {"timeout": "0", "filter": json.dumps(wanted)}
        try:
            return await self._client.api("GET", "v3/sync", query=query, timeout=FULL_SYNC_TIMEOUT)
        except Refused as refusal:
            raise Transient(f"the homeserver refuses to sync: {refusal}") from refusal

    async def _checkpoint(self, network: str, emit: Emit, number: int) -> None:
        self._number = number
        self._journal.done(number)
        self._hearing.heard_at = epoch()
        self.position = Position(f"{int(self._hearing.heard_at * 1000)} service {number} {self._since}")
        await emit(Checkpoint(network, self.position))

    # --- transactions -------------------------------------------------------------------------------------------------

    async def _record(self, record: Record) -> None:
        user, ghosts = self._client.user_id, self._ghosts
        events = [event for event in record.events if str(event.get("event_id")) not in self._read]
        for part in parts.parts(events, user, ghosts.is_ghost, self._client.rooms.__contains__):
            match part:
                case parts.Said():
                    for room_id, events in part.state.items():
                        for event in events:
                            ghosts.note_member(room_id, event)
                    await self._fetch_keys(part)
                    await self._take(parts.said(part))
                case parts.Came():
                    await self._come(part)
                case parts.Went():
                    await self._take(parts.went(part))
                case parts.Invited():
                    await self._take(parts.invited(part))
                case parts.GhostInvited():
                    ghosts.note_invited(part.room_id, part.ghost)

    async def _take(self, raw: Json) -> None:
        clear = await self._client.take(raw)
        await self._hearing.take(raw, clear, raw["next_batch"], self._begun)

    async def _come(self, part: parts.Came) -> None:
        """We are in a room: what is it like, and, in a direct chat, what was said while we were only invited?"""
        path = f"v3/rooms/{quote(part.room_id, safe='')}/context/{quote(str(part.event.get('event_id')), safe='')}"
        try:
            found = await self._patiently(lambda: self._client.api("GET", path, query={"limit": "2"}))
            events = [part.event]
            if part.room_id in self._rooms.book.direct:
                events = await self._said_since_invited(part) or events
        except Refused as refusal:
            log.info("the desk is out of a room again", room=part.room_id, reason=str(refusal))
            return
        await self._take(parts.came(part.room_id, found.get("state", []), events))
        for event in found.get("state", []):
            self._ghosts.note_member(part.room_id, event)

    async def _said_since_invited(self, part: parts.Came) -> list[Json]:
        """What the room holds since the invitation, oldest first: of what was said before we joined no transaction tells.

        Read from the newest on: what was said while we joined may stand on either side of our joining. What a transaction
        brings as well is then passed over.
        """
        newest_first: list[Json] = []
        token: str | None = None
        while len(newest_first) < self._settings.catch_up:
            page = await self._patiently(partial(self._client.page, part.room_id, token, None, PAGE))
            newest_first += page.get("chunk", [])
            token = str(page.get("end") or "")
            if not token or arrival(newest_first[::-1], self._client.user_id, direct=True) is not None:
                break
        for event in newest_first:
            self._read[str(event.get("event_id"))] = None
        while len(self._read) > READ_KEPT:
            self._read.popitem(last=False)
        return newest_first[::-1]

    async def _patiently(self, work: Callable[[], Awaitable[Json]]) -> Json:
        return await patiently(work, self._trouble)

    # --- keys ---------------------------------------------------------------------------------------------------------

    def _keep_going(self) -> None:
        """Begin what is due: chores, the proof that we are reached, the light sync."""
        for chore in self._chores:
            chore.go()
        now = epoch()
        if now >= self._beat_due:
            self._beat_due = now + HEARTBEAT
            self._beat.go()
        if now >= self._leaving_due:
            self._leaving_due = now + LEAVING
            self._leaving.go()
        due = self._pause_until if self._encrypted() else max(self._pause_until, self._glance_due)
        if self._client.olm is not None and self._light is None and now >= due:
            self._light = asyncio.create_task(self._sync(SYNC_TIMEOUT if self._encrypted() else 0.0))

    def _encrypted(self) -> bool:
        return any(room.encrypted for room in self._client.rooms.values())

    async def _sync(self, wait: float) -> Json:
        query = {"timeout": str(int(wait * 1000)), "filter": _LIGHT, "since": self._since}
        return await self._client.api("GET", "v3/sync", query=query, timeout=wait + 15)

    async def _take_light(self) -> None:
        assert self._light is not None
        task, self._light = self._light, None
        try:
            raw = task.result()
        except Transient as error:
            self._trouble(str(error))
            self._pause_until = epoch() + self._light_pace.next(error.retry_after)
            return
        except Refused as refusal:
            if refusal.status == 400:  # the server does not know the place any more: only keys can have been lost
                log.warning("the light sync begins anew", reason=str(refusal))
                self._since = str((await self._patiently(self._whole_state))["next_batch"])
            self._pause_until = epoch() + self._light_pace.next()
            return
        self._light_pace.reset()
        self._glance_due = epoch() + GLANCE
        raw["rooms"] = {}
        clear = await self._client.take(raw)
        await self._hearing.take(raw, clear, self._since)
        self._since = str(raw["next_batch"])

    async def _fetch_keys(self, part: parts.Said) -> None:
        """Keys are sent before the words they open: a sync that begins now has them."""
        sealed = [
            (room_id, event)
            for room_id, events in part.timeline.items()
            for event in events
            if event.get("type") == "m.room.encrypted" and event.get("content")
        ]
        if self._client.olm is None or all(self._client.decrypt_source(*pair) is not None for pair in sealed):
            return
        await self._stop_light()
        self._light = asyncio.create_task(self._sync(0.0))
        await asyncio.wait([self._light])
        await self._take_light()

    async def _stop_light(self) -> None:
        if self._light is not None:
            self._light.cancel()
            await asyncio.gather(self._light, return_exceptions=True)
            self._light = None

    # --- waiting ------------------------------------------------------------------------------------------------------

    async def _until_news(self) -> None:
        news = asyncio.create_task(self._news.wait())
        waiting: set[asyncio.Task[object]] = {news}
        if self._light is not None:
            waiting.add(self._light)
        try:
            await asyncio.wait(waiting, timeout=TICK, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await news
        self._news.clear()

    async def _heartbeat(self) -> None:
        try:
            await self._api.ping()
        except Transient as error:
            self._trouble(str(error))
            self._beat_due = epoch() + 5.0
            return
        self._trouble(self._listener.refused)
        if not self._listener.refused:
            self.synced_at = epoch()


def _place(position: Position | None) -> tuple[int | None, str]:
    """The number and the sync token in a position of a service's; None and nothing for others."""
    words = (position or "").split(" ", 3)
    if len(words) != 4 or words[1] != "service" or not words[2].isdigit():
        return None, ""
    return int(words[2]), words[3]
