"""IRC as a network of the desk: connects for ever, reports what is heard, says what it is told, knows how it is.

The protocol is `session.py`'s, the socket `client.py`'s; here they meet the desk's events and errors.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import structlog

from bridges.events import Action, Event, PersonId, Position, Receipt, RoomId
from bridges.irc.bucket import Bucket
from bridges.irc.client import Connection, first_of
from bridges.irc.connect import Dialer
from bridges.irc.delivery import Lost
from bridges.irc.hearing import Hearing
from bridges.irc.marks import Marks
from bridges.irc.now import Now
from bridges.irc.outgoing import Outgoing
from bridges.irc.pace import Pace
from bridges.irc.past import Mark
from bridges.irc.probe import probe
from bridges.irc.reports import Entered, Exited, Invited, NotLetIn, Registered, Report
from bridges.irc.rooms import Rooms
from bridges.irc.session import Session
from bridges.irc.settings import IrcSettings
from bridges.network import Capabilities, Context, Emit, Finding, Health, Misconfigured, NetworkSettings, Permanent

if TYPE_CHECKING:
    from bridges.network import Network

log = structlog.get_logger(__name__)

_INBOX = 5_000
_LOGIN_TRIES = 3


class IrcNetwork:
    """See `bridges.network.Network`."""

    kind = "irc"

    def __init__(
        self,
        name: str,
        settings: IrcSettings,
        context: Context,
        pace: Pace | None = None,
        *,
        sts_store: Path | None = None,
    ) -> None:
        self.name = name
        self._settings = settings
        self._pace = pace or Pace()
        self._nick = settings.nick or context.desk_name
        self._desk_name, self._typing_in = context.desk_name, context.typing_in
        self._sts_store = sts_store or context.state / "sts.json"
        self._dialer = Dialer(settings, self._sts_store)
        self._inbox: asyncio.Queue[Event] = asyncio.Queue(_INBOX)
        self._now = Now()
        self._rooms = Rooms(settings.rooms, self._pace)
        self._keys: dict[str, str] = {}
        self._bucket: Bucket | None = None
        self._outgoing = Outgoing(name, settings, self._nick, self._now, self._rooms, context.state)
        self._login_failures = 0
        self._logged_in_once = False
        self._upgraded = False
        self._logged = ""
        """The last reason that the log has of being without a connection; empty since the desk is registered."""

    @property
    def capabilities(self) -> Capabilities:
        """What networks of the kind can do, and reactions where this server lets them through."""
        link = self._now.ready
        reactions = link is not None and link.session.can_react
        return replace(self._settings.capabilities, reactions=reactions)

    # --- hearing ------------------------------------------------------------------------------------------------------

    async def run(self, emit: Emit, position: Position | None) -> None:
        self._inbox = asyncio.Queue(_INBOX)
        self._now.marks = Marks(position)
        try:
            await first_of(self._hand_over(emit), self._stay_connected(self._now.marks))
        finally:
            self._now.trouble = Lost("the network is stopped")
            self._outgoing.close()

    async def _hand_over(self, emit: Emit) -> None:
        # Apart from the reader, so that a full inbox does not keep it from answering PINGs.
        while True:
            await emit(await self._inbox.get())

    async def _stay_connected(self, marks: Marks) -> None:
        attempt, why_deaf = 0, "the desk was not running"
        while True:
            self._now.connection, self._upgraded = uuid.uuid4().hex, False
            began = time.monotonic()
            try:
                await self._connect(marks, why_deaf)
            except Lost as lost:
                self._now.trouble = lost
                if lost.mend and not self._may_pass(lost):
                    raise Misconfigured(str(lost), lost.mend) from None
                if not self._upgraded:
                    self._log_trouble(str(lost))
                why_deaf = f"the connection was lost: {lost}"
            finally:
                self._now.link = None
            if self._upgraded:
                continue  # the server asked for TLS: there is nothing to wait for
            attempt = 0 if time.monotonic() - began > self._pace.back_off_most else attempt + 1
            ceiling = min(self._pace.back_off_most, self._pace.back_off * 2 ** min(attempt, 16))
            await asyncio.sleep(random.uniform(0, ceiling))

    def _log_trouble(self, reason: str) -> None:
        """Once for each reason: the attempts that follow fail alike."""
        if reason != self._logged:
            log.warning("irc trouble", network=self.name, reason=reason)
        self._logged = reason

    def _may_pass(self, lost: Lost) -> bool:
        """Services that took the password before may refuse it while they restart."""
        if not lost.login:
            return False
        self._login_failures += 1
        return self._logged_in_once and self._login_failures < _LOGIN_TRIES

    async def _connect(self, marks: Marks, why_deaf: str) -> None:
        self._dialer.plan(self._nick)  # a missing secret is told before anything is opened
        self._keys = self._settings.room_keys()
        streams = await self._dialer.open()
        plan = self._dialer.plan(self._nick)
        session = Session(plan, self._now.connection, self._missed, self._settings.catch_up)
        now = time.monotonic()
        bucket = self._bucket = self._bucket or Bucket(self._settings.flood_rate, self._settings.flood_burst, now)
        bucket.reconnected(now)
        hearing = Hearing(self.name, self._now.connection, self._rooms.names, marks, why_deaf, self._typing_in)
        link: Connection

        async def handle(reports: list[Report]) -> None:
            for report in reports:
                self._note(link, report)
            await self._hear(link, hearing, reports)

        link = self._now.link = Connection(streams, session, bucket, handle)
        self._now.trouble = Lost("registering")
        try:
            await link.run(self._pulse(link, hearing))
        finally:
            self._now.link = None
            self._upgraded = self._dialer.over(session.login)
            self._outgoing.over()
            names = [session.me.nick, self._nick, self._desk_name]
            await self._report(list(hearing.events(session.closed(), names, datetime.now(UTC))))
            marks.lost(link.heard_at)
            await self._report([hearing.checkpoint(link.heard_at)])

    async def _hear(self, link: Connection, hearing: Hearing, reports: list[Report]) -> None:
        names = [link.session.me.nick, self._nick, self._desk_name]
        events = list(hearing.events(reports, names, link.heard_at))
        if events:
            await self._report([*events, hearing.checkpoint(link.heard_at)])

    def _missed(self, folded: str) -> Mark | None:
        name = self._rooms.name(folded)
        return None if name is None else self._now.marks.missed(name)

    async def _report(self, events: Sequence[Event]) -> None:
        for event in events:
            await self._inbox.put(event)

    def _note(self, link: Connection, report: Report) -> None:
        now = time.monotonic()
        self._outgoing.note(report)
        match report:
            case Registered():
                self._login_failures = 0
                self._logged = ""
                log.info("irc registered", network=self.name, nick=link.session.me.nick)
                self._logged_in_once = self._logged_in_once or link.session.login.logged_in
                self._dialer.learn(link.session.login)
                self._rooms.connected(link.session.limits.fold)
                self._join(link, now)
            case Entered(room):
                self._rooms.entered(room, now)
                self._join(link, now)
            case NotLetIn(room, code, reason):
                self._rooms.not_let_in(room, code, reason, now)
                self._join(link, now)
            case Exited(room, reason):
                self._rooms.exited(room, reason, now)
            case Invited(room, _):
                self._rooms.invited(room, now)
                self._join(link, now)
            case _:
                pass

    def _join(self, link: Connection, now: float) -> None:
        if due := self._rooms.due(now):
            names = self._rooms.names
            link.session.join((names[room], self._keys.get(names[room], "")) for room in due)
            link.flush()

    async def _pulse(self, link: Connection, hearing: Hearing) -> None:
        """What a connection does by the clock."""
        session, pace = link.session, self._pace
        began = pinged = regained = marked = time.monotonic()
        while True:
            await asyncio.sleep(pace.tick)
            now = time.monotonic()
            if not session.welcomed:
                if now - began > pace.register_within:
                    raise Lost("the server did not let the desk in in time")
                continue
            if link.unanswered and now - pinged > pace.ping_within:
                raise Lost("the server does not answer any more")
            if not link.unanswered and now - pinged > pace.ping_every:
                pinged = now
                link.ping()
            if not session.registered:
                continue  # the services are asked who we are; they have a bound of their own
            link.confirm(pace.echo_within)
            self._outgoing.show_voices(link)
            self._join(link, now)
            await self._hear(link, hearing, session.tick(datetime.now(UTC)))
            if now - regained > pace.regain_every:
                regained = now
                session.regain()
                link.flush()
            if now - marked > pace.checkpoint_every:
                marked = now
                await self._report([hearing.checkpoint(link.heard_at)])

    # --- speaking -----------------------------------------------------------------------------------------------------

    async def send(self, key: str, action: Action) -> Receipt:
        """See `bridges.network.Network`."""
        return await self._outgoing.send(key, action)

    def reachable(self, person: PersonId) -> bool:
        link = self._now.link
        return link is not None and link.session.whereabouts(person) is not None

    def keep(self, rooms: Sequence[RoomId]) -> None:
        """See `bridges.network.Network`."""
        self._rooms.keep(rooms)
        if (link := self._now.ready) is not None:
            for room in self._rooms.changed(tuple(link.session.rooms)):
                link.session.part(room)
                self._now.marks.forget(room)
            self._join(link, time.monotonic())
            link.flush()

    async def typing(self, room: RoomId, *, on: bool) -> None:
        """See `bridges.network.Network`."""
        self._outgoing.typing(room, self._pace.typing_every, on=on)

    def fetch(self, reference: str) -> AsyncIterator[bytes]:
        """See `bridges.network.Network`: nobody sends files through an IRC server."""
        raise Permanent(f"IRC has no files, so there is no {reference}")

    @property
    def unreachable(self) -> str:
        """Why the last attempt to connect failed; empty since the desk is registered."""
        return self._logged

    # --- how it is ----------------------------------------------------------------------------------------------------

    def health(self) -> Health:
        link = self._now.ready
        if link is None:
            return Health(ok=False, detail=str(self._now.trouble), mend=self._now.trouble.mend)
        session = link.session
        inside = [name for folded, name in self._rooms.names.items() if folded in session.rooms]
        detail = f"registered as {session.me.nick}" + (f", in {', '.join(inside)}" if inside else "")
        detail += ", PING answered" if link.pinged else ""
        detail += ", own words echoed" if link.echoed else ""
        if why := session.login.failure or session.identify.trouble:
            detail += f"; without its account: {why}"
        if trouble := self._rooms.trouble():
            return Health(ok=False, detail=f"{detail}; {trouble[0]}", mend=trouble[1])
        for folded, name in self._rooms.names.items():
            room = session.rooms.get(folded)
            if room is not None and room.moderated and not room.status:
                mend = f"{name}: give the desk voice (+v), or lift +m"
                return Health(ok=False, detail=f"{detail}; {name} is moderated and the desk has no voice", mend=mend)
        if link.unanswered and not link.answered_lately(self._pace.ping_within / 2):
            return Health(ok=False, detail=f"{detail}; the server is slow to answer")
        if link.unconfirmed_for > self._pace.echo_within + self._pace.ping_within / 2:
            return Health(ok=False, detail=f"{detail}; the server has not confirmed what the desk said")
        if link.unechoed:
            return Health(ok=False, detail=f"{detail}; the server does not show the desk its own words any more")
        slow = self._bucket.pace if self._bucket else 1.0
        if slow < 0.9:
            detail += f"; at {slow:.0%} of flood_rate, since the server asked for less"
        return Health(ok=True, detail=detail)

    async def probe(self) -> Sequence[Finding]:
        return await probe(self._settings, self._nick, self._sts_store)


def create(name: str, settings: NetworkSettings, context: Context) -> Network:
    """Make the network; `settings` are an `IrcSettings`."""
    return cast("Network", IrcNetwork(name, cast("IrcSettings", settings), context))
