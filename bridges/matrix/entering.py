"""Getting into the rooms the desk is wanted in, and out of those it is not wanted in any more.

By address, by id through other servers, by invitation, by knocking, and after an upgrade into what came next. Each room
in its own slow pace: nothing here waits for a room that can't be entered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from bridges.events import RoomId
from bridges.matrix import calls
from bridges.matrix.client import MatrixClient
from bridges.matrix.errors import Refused
from bridges.matrix.rooms import Refusal, Rooms
from bridges.matrix.settings import MatrixSettings, is_room
from bridges.matrix.vault import Book
from bridges.network import Transient

log = structlog.get_logger(__name__)

JOIN_AGAIN = 300.0
"""Seconds between attempts to enter a wanted room that refused us."""
ALIAS_AGAIN = 3_600.0
"""Seconds between looks whether an address still leads to its room."""
MOVE_AGAIN = 5.0
"""Seconds between looks for what replaced a room: it comes a moment later."""
KNOCK_AGAIN = 86_400.0
"""Seconds between two knocks at one room."""


@dataclass
class Entering:
    client: MatrixClient
    settings: MatrixSettings
    book: Book
    rooms: Rooms
    _tried: dict[str, float] = field(default_factory=dict)
    """Wanted name to when it was looked at last (epoch seconds)."""
    _due: dict[str, float] = field(default_factory=dict)
    """Successor to when it may be tried again."""
    _invite_due: dict[str, float] = field(default_factory=dict)

    # --- which --------------------------------------------------------------------------------------------------------

    def keep(self, names: Sequence[RoomId]) -> None:
        """Want these besides the configured ones, and no others any more. Survives a restart."""
        bad = [name for name in names if not is_room(name)]
        kept = tuple(name for name in dict.fromkeys(map(str, names)) if is_room(name))
        dropped = [name for name in self.book.kept if name not in kept and name not in self.settings.rooms]
        for name in dropped:
            self.rooms.refused.pop(name, None)
            self._tried.pop(name, None)
        self.rooms.kept = kept
        for name in bad:
            mend = "link a room by its address (#name:server) or its internal id (!…)"
            self.rooms.refused[name] = Refusal(f"{name!r} is not a Matrix room", mend)
        leaving = [name for name in dict.fromkeys([*self.book.leaving, *dropped]) if name not in self.rooms.wanted]
        if list(kept) != self.book.kept or leaving != self.book.leaving:
            self.book.kept, self.book.leaving = list(kept), leaving
            self.book.save()

    async def resolve(self) -> None:
        """Find out which rooms the wanted addresses mean, before anything is reported under their names."""
        for name in self.rooms.wanted:
            if name.startswith("#"):
                try:
                    await self._look_up(name)
                except Refused as refusal:
                    self._refuse(name, refusal)

    async def _look_up(self, alias: str) -> None:
        room_id, servers = await calls.directory(self.client, alias)
        if self.book.aliases.get(alias) != room_id or self.book.servers.get(room_id) != servers[:5]:
            self.book.aliases[alias] = room_id
            self.book.servers[room_id] = servers[:5]
            self.book.save()

    # --- entering -----------------------------------------------------------------------------------------------------

    async def enter_due(self, now: float) -> None:
        """Enter the wanted rooms the desk is not in, and what replaced the rooms it is in."""
        for name in list(self.rooms.left):
            del self.rooms.left[name]
            self._tried[name] = now
        for name in self.rooms.wanted:
            real = self.rooms.real(name)
            moved, settled = self.rooms.is_abandoned(real), real in self.client.rooms
            if settled and name not in self._tried:
                self._tried[name] = now
            pause = MOVE_AGAIN if moved else ALIAS_AGAIN if settled else JOIN_AGAIN
            if now < self._tried.get(name, -pause) + pause or (settled and not name.startswith("#")):
                continue
            self._tried[name] = now
            try:
                if name.startswith("#"):
                    await self._look_up(name)
                real = self.rooms.real(name)
                if real is not None and real not in self.client.rooms:
                    await self._enter(name, real, now)
            except Refused as refusal:
                self._refuse(name, refusal)
            except Transient as trouble:
                log.info("room not entered yet", room=name, reason=str(trouble))
        for old, (new, server) in list(self.rooms.successors.items()):
            if self.rooms.is_abandoned(old) and new not in self.client.rooms and now >= self._due.get(new, 0.0):
                self._due[new] = now + JOIN_AGAIN
                await self._enter_successor(old, new, server, now)

    async def _enter(self, name: str, room_id: str, now: float) -> None:
        """Raise Refused with the room's word, unless it may be knocked at."""
        via = self._servers(room_id)
        try:
            await calls.join(self.client, room_id, via)
        except Refused as refusal:
            if refusal.code != "M_FORBIDDEN" or not await self._knock(room_id, via, now):
                raise
            mend = f"accept the request of {self.client.user_id} to join {name}, or invite it"
            self.rooms.refused[name] = Refusal(f"the desk has asked to be let into {name} and waits", mend)

    async def _enter_successor(self, old: str, new: str, server: str, now: float) -> None:
        name = self.rooms.public(old)
        self.book.servers[new] = [server] if server else []
        try:
            await self._enter(name, new, now)
        except Refused as refusal:
            if not self.rooms.names_of(old):
                log.info("replaced room cannot be entered", room=new, reason=str(refusal))
                return
            mend = f"invite {self.client.user_id} to {new}"
            self.rooms.refused[name] = Refusal(f"{name} was replaced by {new}, which refuses the desk: {refusal}", mend)
        except Transient as trouble:
            self._due[new] = now + MOVE_AGAIN
            log.info("replaced room not entered yet", room=name, reason=str(trouble))

    def _servers(self, room_id: str) -> list[str]:
        """Who might know the way: the id of a room of version 12 names no server."""
        invite = self.book.invites.get(room_id, {})
        servers = [*self.book.servers.get(room_id, ()), str(invite.get("by", "")).partition(":")[2]]
        servers += [room_id.partition(":")[2], self.client.user_id.partition(":")[2]]
        return list(dict.fromkeys(server for server in servers if server))

    async def _knock(self, room_id: str, via: Sequence[str], now: float) -> bool:
        """Whether we wait before the door."""
        if room_id in self.rooms.knocking:
            return True
        if not self.settings.knock or now - self.book.knocks.get(room_id, -KNOCK_AGAIN) < KNOCK_AGAIN:
            return False
        try:
            await calls.knock(self.client, room_id, via, self.settings.knock)
        except Refused as refusal:
            log.info("no knocking", room=room_id, reason=str(refusal))
            return False
        self.rooms.knocking.add(room_id)
        self.book.knocks[room_id] = now
        self.book.save()
        return True

    def _refuse(self, name: str, refusal: Refused) -> None:
        if self.rooms.real(name) in self.client.rooms:
            return  # the alias was taken away; the room is the same
        if refusal.status == 404 and name.startswith("#"):
            mend = f"create the room or correct its address: {name} leads nowhere"
        else:
            mend = f"invite {self.client.user_id} to {name}, or take the room out of the configuration"
        self.rooms.refused[name] = Refusal(f"cannot enter {name}: {refusal}", mend)

    # --- invitations --------------------------------------------------------------------------------------------------

    async def accept_due(self, now: float) -> None:
        """Accept the invitations that the policy allows. The others wait: the operator may yet configure the room."""
        for room_id, invite in list(self.book.invites.items()):
            if now < self._invite_due.get(room_id, 0.0) or not self.welcome(room_id, invite):
                continue
            self._invite_due[room_id] = now + JOIN_AGAIN
            person = str(invite["by"])
            if invite["direct"]:
                self.book.direct[room_id] = person  # before we are in: the first words there are already direct
                self.book.save()
            try:
                await calls.join(self.client, room_id, self._servers(room_id))
                if invite["direct"]:
                    await self.rooms.remember_direct(person, room_id)
            except Refused as refusal:
                log.warning("invitation could not be accepted", room=room_id, by=person, reason=str(refusal))
                self.book.invites.pop(room_id, None)
                self.book.direct.pop(room_id, None)
                self.book.save()
            except Transient as trouble:
                log.info("invitation not accepted yet", room=room_id, reason=str(trouble))

    def welcome(self, room_id: str, invite: Mapping[str, Any]) -> bool:
        if self.rooms.names_of(room_id) or any(new == room_id for new, _ in self.rooms.successors.values()):
            return True
        server = str(invite["by"]).partition(":")[2]
        if self.settings.allow_servers and server not in self.settings.allow_servers:
            return False
        return self.settings.invites == "all" or (self.settings.invites == "direct" and bool(invite["direct"]))

    # --- leaving ------------------------------------------------------------------------------------------------------

    async def leave_due(self) -> None:
        """Leave what is not kept any more."""
        for name in list(self.book.leaving):
            room_id = self.rooms.real(name)
            if room_id in self.client.rooms and room_id is not None and not self.rooms.names_of(room_id):
                try:
                    await calls.leave(self.client, room_id)
                except Refused as refusal:
                    log.info("cannot leave", room=name, reason=str(refusal))
            if name in self.book.leaving:
                self.book.leaving.remove(name)
                self.book.save()
