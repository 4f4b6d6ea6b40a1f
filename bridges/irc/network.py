"""IRC as a network of the desk: connects for ever, reports what is heard, says what it is told, knows how it is.

The protocol is `session.py`'s, the socket `client.py`'s; here they meet the desk's events and errors.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast
from weakref import WeakValueDictionary

from bridges.events import Action, Event, MessageId, PersonId, Position, Receipt, RoomId, SendMessage, ToPerson
from bridges.irc.bucket import Bucket
from bridges.irc.client import Connection, Pace, first_of
from bridges.irc.connect import Dialer
from bridges.irc.delivery import Lost, Speech, Undelivered, Withdrawn
from bridges.irc.hearing import DIRECT, Hearing, Marks
from bridges.irc.people import Presence
from bridges.irc.probe import probe
from bridges.irc.protocol import ACCOUNT, GUEST
from bridges.irc.reports import Checked, Entered, Exited, NotLetIn, Registered, Report
from bridges.irc.session import Session
from bridges.irc.settings import IrcSettings
from bridges.irc.speaking import Ears, command_of, lines_of
from bridges.irc.trouble import as_network_error, let_in_mend
from bridges.network import (
    Away,
    Context,
    Emit,
    Finding,
    Gone,
    Health,
    Misconfigured,
    NetworkSettings,
    Permanent,
    Transient,
)

if TYPE_CHECKING:
    from bridges.network import Network

_INBOX = 5_000
_REMEMBERED = 2_000
_LOGIN_TRIES = 3
_SETTLED_AFTER = 600.0


@dataclass
class _Absence:
    """A room the desk should be in and is not."""

    tries: int = 0
    again_at: float = 0.0
    code: str = ""
    why: str = "asked to join"


@dataclass
class _Progress:
    """An action under way: which of its lines are known to have arrived."""

    lines: tuple[str, ...]
    arrived: list[MessageId] = field(default_factory=list)


class IrcNetwork:
    """See `bridges.network.Network`."""

    kind = "irc"
    capabilities = IrcSettings.capabilities

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
        self._desk_name = context.desk_name
        self._sts_store = sts_store or context.state / "sts.json"
        self._dialer = Dialer(settings, self._sts_store)
        self._inbox: asyncio.Queue[Event] = asyncio.Queue(_INBOX)
        self._link: Connection | None = None
        self._connection = ""
        self._rooms: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._out: dict[str, _Absence] = {}
        self._entered_at: dict[str, float] = {}
        self._checks: dict[str, list[asyncio.Future[None]]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._receipts: OrderedDict[str, Receipt] = OrderedDict()
        self._progress: OrderedDict[str, _Progress] = OrderedDict()
        self._lines_said = 0
        self._login_failures = 0
        self._logged_in_once = False
        self._upgraded = False
        self._trouble = Lost("not connected yet")

    # --- hearing ------------------------------------------------------------------------------------------------------

    async def run(self, emit: Emit, position: Position | None) -> None:
        self._inbox = asyncio.Queue(_INBOX)
        try:
            await first_of(self._hand_over(emit), self._stay_connected(Marks(position)))
        finally:
            self._trouble = Lost("the network is stopped")

    async def _hand_over(self, emit: Emit) -> None:
        # Apart from the reader, so that a full inbox does not keep it from answering PINGs.
        while True:
            await emit(await self._inbox.get())

    async def _stay_connected(self, marks: Marks) -> None:
        attempt, why_deaf = 0, "the desk was not running"
        while True:
            self._connection, self._upgraded = uuid.uuid4().hex, False
            began = time.monotonic()
            try:
                await self._connect(marks, why_deaf)
            except Lost as lost:
                self._trouble = lost
                if lost.mend and not self._may_pass(lost):
                    raise Misconfigured(str(lost), lost.mend) from None
                why_deaf = f"the connection was lost: {lost}"
            finally:
                self._link = None
            if self._upgraded:
                continue  # the server asked for TLS: there is nothing to wait for
            attempt = 0 if time.monotonic() - began > self._pace.back_off_most else attempt + 1
            ceiling = min(self._pace.back_off_most, self._pace.back_off * 2 ** min(attempt, 16))
            await asyncio.sleep(random.uniform(0, ceiling))

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
        session = Session(self._dialer.plan(self._nick), self._connection)
        bucket = Bucket(self._settings.flood_rate, self._settings.flood_burst, time.monotonic())
        hearing = Hearing(self.name, self._connection, self._rooms, marks, why_deaf)
        link: Connection

        async def handle(reports: list[Report]) -> None:
            for report in reports:
                self._note(link, report)
            names = [session.me.nick, self._nick, self._desk_name]
            events = list(hearing.events(reports, names, link.heard_at))
            if events:
                await self._report([*events, hearing.checkpoint(link.heard_at)])

        link = self._link = Connection(streams, session, bucket, handle)
        self._trouble = Lost("registering")
        try:
            await link.run(self._pulse(link, hearing))
        finally:
            self._link = None
            self._upgraded = self._dialer.over(session.login)
            for folded in tuple(self._checks):
                self._checked(folded)
            now = datetime.now(UTC)
            await self._report(list(hearing.events(session.closed(), [], now)))
            marks.lost(link.heard_at)
            await self._report([hearing.checkpoint(link.heard_at)])

    async def _report(self, events: Sequence[Event]) -> None:
        for event in events:
            await self._inbox.put(event)

    def _note(self, link: Connection, report: Report) -> None:
        now = time.monotonic()
        match report:
            case Registered():
                self._login_failures = 0
                self._logged_in_once = self._logged_in_once or link.session.login.logged_in
                self._dialer.learn(link.session.login)
                self._rooms.clear()
                self._rooms.update({link.session.limits.fold(room): room for room in self._settings.rooms})
                self._out = {folded: _Absence() for folded in self._rooms}
                self._join(link, list(self._rooms), now)
            case Entered(room):
                self._entered_at[room] = now
                self._out.pop(room, None)
            case NotLetIn(room, code, reason):
                absence = self._out.setdefault(room, _Absence())
                absence.code, absence.why = code, reason
                absence.again_at = now + self._later(self._pace.join_again, absence)
            case Exited(room, reason):
                stayed = now - self._entered_at.get(room, now)
                absence = self._out[room] = _Absence(why=reason)
                if stayed < _SETTLED_AFTER:
                    absence.tries = 1
                absence.again_at = now + self._later(self._pace.rejoin, absence)
            case Checked(nick):
                self._checked(nick)
            case _:
                pass

    def _later(self, first: float, absence: _Absence) -> float:
        absence.tries += 1
        return min(self._pace.join_most, first * 2.0 ** min(absence.tries - 1, 10))

    def _join(self, link: Connection, folded: list[str], now: float) -> None:
        for room in folded:
            # A JOIN that nobody answers is asked again; an answer sets its own time.
            self._out[room].again_at = now + 2 * self._pace.join_again
        link.session.join((self._rooms[room], self._keys.get(self._rooms[room], "")) for room in folded)
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
            if due := [room for room, absence in self._out.items() if absence.again_at <= now]:
                self._join(link, due, now)
            if now - regained > pace.regain_every:
                regained = now
                session.regain()
                link.flush()
            if now - marked > pace.checkpoint_every:
                marked = now
                await self._report([hearing.checkpoint(link.heard_at)])

    # --- speaking -----------------------------------------------------------------------------------------------------

    async def send(self, key: str, action: Action) -> Receipt:
        if not isinstance(action, SendMessage):
            raise Permanent("IRC has no reactions")
        place = self._place(action)
        lock = self._locks.setdefault(place, asyncio.Lock())
        async with lock:
            if known := self._receipts.get(key):
                return known
            receipt = Receipt(place, tuple(await self._say(key, action, place)))
            self._receipts[key] = receipt
            self._progress.pop(key, None)
            while len(self._receipts) > _REMEMBERED:
                self._receipts.popitem(last=False)
            return receipt

    def _place(self, action: SendMessage) -> RoomId:
        if isinstance(action.to, ToPerson):
            return RoomId(f"{DIRECT}{action.to.person}")
        return action.to.room

    async def _say(self, key: str, action: SendMessage, place: RoomId) -> list[MessageId]:
        person = PersonId(place.removeprefix(DIRECT)) if place.startswith(DIRECT) else None
        link = self._link
        if person and person.startswith(GUEST) and not person.startswith(f"{GUEST}{self._connection}:"):
            raise Gone("they left")
        if link is None or not link.session.registered:
            raise Transient(f"{self.name} is not connected: {self._trouble}")
        target, address = (self._whom(link, person), "") if person else self._where(link, action, place)
        progress = self._progress.get(key)
        if progress is None:
            limits = link.session.limits
            longest = target.ljust(limits.nicklen, "x") if person else target
            ears = Ears(limits, link.session.me, self._nick, longest)
            progress = _Progress(lines_of(action, ears, address, notices=self._settings.notices))
        command = command_of(action, notices=self._settings.notices)
        speeches: list[Speech] = []

        def whom() -> str | None:
            if person is None:
                return None if self._is_out(link, place) else target
            return _nick_of(link.session.whereabouts(person))

        try:
            for line in progress.lines[len(progress.arrived) :]:
                await self._queue(link, person, Speech(command, whom, line, _promise()), speeches)
            for speech in speeches:
                msgid = await speech.taken
                self._lines_said += 1
                progress.arrived.append(MessageId(msgid or f"{self._connection}:said:{self._lines_said}"))
        except Undelivered as error:
            raise as_network_error(error, target, person, out=not person and self._is_out(link, place)) from None
        except Withdrawn:
            raise (self._not_here(person) if person else Transient(f"the desk left {place}", 5.0)) from None
        except Lost as error:
            raise Transient(f"the connection was lost before the server had confirmed it: {error}") from None
        finally:
            self._abandon(speeches)
            if progress.arrived:
                self._progress[key] = progress
                while len(self._progress) > _REMEMBERED:
                    self._progress.popitem(last=False)
        return progress.arrived

    async def _queue(self, link: Connection, person: PersonId | None, speech: Speech, queued: list[Speech]) -> None:
        """Put one line in the queue. What goes to someone whom nothing watches goes right after asking who they are."""
        if person is not None:
            await self._make_sure(link, person)
            presence = link.session.whereabouts(person)
            speech.urgent = presence is not None and not presence.seen_without_interruption
        queued.append(speech)
        link.say(speech)

    async def _make_sure(self, link: Connection, person: PersonId) -> None:
        presence = link.session.whereabouts(person)
        if presence is None:
            raise self._not_here(person)
        if presence.seen_without_interruption:
            return
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._checks.setdefault(link.session.limits.fold(presence.nick), []).append(answered)
        link.session.check(presence.nick)
        link.flush()
        await answered
        if self._link is not link:
            raise Transient("the connection was lost")
        presence = link.session.whereabouts(person)
        if presence is None or not (presence.seen_without_interruption or presence.signed_on):
            raise self._not_here(person)

    def _checked(self, folded: str) -> None:
        for answered in self._checks.pop(folded, ()):
            if not answered.done():
                answered.set_result(None)

    def _whom(self, link: Connection, person: PersonId) -> str:
        if not person.startswith((ACCOUNT, GUEST)):
            raise Permanent(f"{person} is nobody on IRC")
        presence = link.session.whereabouts(person)
        if presence is None:
            raise self._not_here(person)
        return presence.nick

    def _where(self, link: Connection, action: SendMessage, place: RoomId) -> tuple[str, str]:
        """The room's name on the server, and the nick to address there."""
        folded = link.session.limits.fold(place)
        if folded not in self._rooms:
            raise Permanent(f"{place} is not one of the rooms of {self.name}; add it to the configuration")
        if folded not in link.session.rooms:
            raise Transient(f"the desk is not in {place}: {self._out.get(folded, _Absence()).why}")
        if action.addressed is None:
            return self._rooms[folded], ""
        presence = link.session.whereabouts(action.addressed.id, folded)
        if presence is None and action.must_reach:
            raise self._not_here(action.addressed.id)
        return self._rooms[folded], (presence.nick if presence else " ".join(action.addressed.name.split())[:64])

    def _not_here(self, person: PersonId) -> Away | Gone:
        return Gone("they left") if person.startswith(GUEST) else Away("they are not here now")

    def _is_out(self, link: Connection, place: RoomId) -> bool:
        return link.session.limits.fold(place) not in link.session.rooms

    def _abandon(self, speeches: list[Speech]) -> None:
        """Nobody waits for these any more; what is not written yet is not said."""
        for speech in speeches:
            if speech.taken.done() and not speech.taken.cancelled():
                speech.taken.exception()
            else:
                speech.taken.cancel()

    # --- how it is ----------------------------------------------------------------------------------------------------

    def reachable(self, person: PersonId) -> bool:
        return self._link is not None and self._link.session.whereabouts(person) is not None

    def keep(self, rooms: Sequence[RoomId]) -> None:
        """See `bridges.network.Network`."""

    async def typing(self, room: RoomId, *, on: bool) -> None:
        """See `bridges.network.Network`."""

    def fetch(self, reference: str) -> AsyncIterator[bytes]:
        """See `bridges.network.Network`."""
        raise Permanent(f"there is no file {reference}")

    def health(self) -> Health:
        link = self._link
        if link is None or not link.session.registered:
            return Health(ok=False, detail=str(self._trouble), mend=self._trouble.mend)
        rooms = [name for folded, name in self._rooms.items() if folded in link.session.rooms]
        detail = f"registered as {link.session.me.nick}" + (f", in {', '.join(rooms)}" if rooms else "")
        if self._out:
            folded, absence = next(iter(self._out.items()))
            why = f"{detail}; not in {self._rooms[folded]}: {absence.why}"
            return Health(ok=False, detail=why, mend=let_in_mend(absence.code, self._rooms[folded]))
        if link.unanswered and not link.answered_lately(self._pace.ping_within / 2):
            return Health(ok=False, detail=f"{detail}; the server is slow to answer")
        return Health(ok=True, detail=detail)

    async def probe(self) -> Sequence[Finding]:
        return await probe(self._settings, self._nick, self._sts_store)


def _promise() -> asyncio.Future[str]:
    return asyncio.get_running_loop().create_future()


def _nick_of(presence: Presence | None) -> str | None:
    return presence.nick if presence else None


def create(name: str, settings: NetworkSettings, context: Context) -> Network:
    """Make the network; `settings` are an `IrcSettings`."""
    return cast("Network", IrcNetwork(name, cast("IrcSettings", settings), context))
