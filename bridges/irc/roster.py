"""Who is in which room, ourselves among them: JOIN to QUIT, NAMES and WHO, modes, netsplits. Sans-I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from irctokens.line import Line

from bridges.irc.batches import Batch
from bridges.irc.ground import Ground, RoomState
from bridges.irc.people import Presence
from bridges.irc.protocol import Prefix, is_nick, prefix, wire
from bridges.irc.reports import Entered, Exited, Invited, Moved, NotLetIn
from bridges.irc.splits import Splits, servers_of
from bridges.irc.watch import Watch

WHO_MARK = "152"
_WHO_FIELDS = f"%tcuhna,{WHO_MARK}"
_JOIN_LIMIT = 10
_REASON = 200


class Roster:
    def __init__(self, ground: Ground, watch: Watch, freed: Callable[[str], None]) -> None:
        """`freed` is told of each nick that somebody gave up."""
        self._ground = ground
        self._watch = watch
        self._freed = freed
        self._wanted: set[str] = set()
        self.asked: set[str] = set()
        """Rooms that a JOIN was sent for and not answered, by their folded names."""
        self.splits = Splits()

    # --- what the owner asks for --------------------------------------------------------------------------------------

    def join(self, rooms: Iterable[tuple[str, str]]) -> None:
        most = min(self._ground.limits.targmax.get("JOIN", 0) or _JOIN_LIMIT, _JOIN_LIMIT)
        open_rooms: list[str] = []
        for name, key in rooms:
            folded = self._ground.fold(name)
            self._wanted.add(folded)
            self.asked.add(folded)
            if key:
                self._ground.send(wire("JOIN", name, key))
            else:
                open_rooms.append(name)
        for start in range(0, len(open_rooms), most):
            self._ground.send(wire("JOIN", ",".join(open_rooms[start : start + most])))

    def part(self, name: str) -> None:
        folded = self._ground.fold(name)
        self._wanted.discard(folded)
        self.asked.discard(folded)
        if folded in self._ground.rooms:
            self._ground.send(wire("PART", self._ground.rooms[folded].name))

    # --- ourselves ----------------------------------------------------------------------------------------------------

    def entered(self, name: str) -> bool:
        """Our JOIN; whether it is a room that we want."""
        room = self._ground.fold(name)
        if room not in self._wanted:
            self._ground.send(wire("PART", name.replace(",", "")))  # forwarded or forced: nobody chose it
            return False
        self.asked.discard(room)
        self._ground.rooms[room] = RoomState(name)
        if self._ground.limits.whox:
            self._ground.send(wire("WHO", name, _WHO_FIELDS))
        self._ground.send(wire("MODE", name))
        self._ground.report(Entered(room))
        return True

    def not_let_in(self, room: str, code: str, reason: str) -> None:
        if room in self.asked:
            self.asked.discard(room)
            self._ground.report(NotLetIn(room, code, reason[:_REASON]))

    def _out(self, room: str, reason: str) -> None:
        if room in self._ground.rooms:
            del self._ground.rooms[room]
            self.splits.forget(room)
            self._ground.moved(self._ground.people.room_left(room))
            self._ground.report(Exited(room, reason))

    def invited(self, nick: str, name: str, by: str) -> None:
        """INVITE; with invite-notify others' invitations are told too (https://ircv3.net/specs/extensions/invite-notify)."""
        if self._ground.is_me(nick):
            self._ground.report(Invited(self._ground.fold(name), by))

    # --- others -------------------------------------------------------------------------------------------------------

    def _member(self, who: Prefix, room: str) -> Presence:
        known = self._ground.people.get(who.nick)
        if known is not None and not known.seen_without_interruption:
            self._ground.moved(self._ground.people.end(known))
        presence, moves = self._ground.people.meet(who)
        self._ground.moved(moves)
        presence.rooms.add(room)
        self._watch.release(presence)
        return presence

    def joined(self, who: Prefix, room: str, account: str | None, now: datetime) -> None:
        if room not in self._ground.rooms:
            return
        known = self._ground.people.get(who.nick)
        again = known is not None and room in known.rooms
        presence = self._member(who, room)
        if account is not None:
            self._ground.moved(self._ground.people.account(presence, account))
        elif self._ground.limits.whox:
            self._ground.send(wire("WHO", who.nick, _WHO_FIELDS))
        someone = self._ground.who(presence)
        if not again and not self.splits.back(room, self._ground.fold(who.nick), someone, now):
            self._ground.report(Moved(now, someone, room, "joined"))

    def names(self, room: str, names: str) -> None:
        """RPL_NAMREPLY, also with multi-prefix and userhost-in-names (https://ircv3.net/specs/extensions/multi-prefix)."""
        state = self._ground.rooms.get(room)
        if state is None:
            return
        marks = "".join(self._ground.limits.prefixes.values()) + "~&@%+!*."
        for name in names.split():
            bare = name.lstrip(marks)
            who = prefix(bare)
            if self._ground.is_me(who.nick):
                state.status |= set(self._ground.limits.status(name[: len(name) - len(bare)]))
            elif is_nick(who.nick):
                self._member(who, room)

    def found(self, room: str, who: Prefix, account: str) -> None:
        """A line of a WHOX answer."""
        presence = self._ground.people.get(who.nick)
        if presence is None or self._ground.is_me(who.nick):
            return
        presence.user, presence.host = who.user, who.host
        if room in self._ground.rooms or presence.rooms:
            self._ground.moved(self._ground.people.account(presence, account))

    def left(self, who: Prefix, room: str, reason: str, now: datetime) -> None:
        if self._ground.is_me(who.nick):
            self._out(room, reason or "it left the room")
        elif presence := self._ground.people.get(who.nick):
            self._parts(presence, room, Moved(now, self._ground.who(presence), room, "left", reason[:_REASON]))

    def kicked(self, nick: str, by: str, room: str, reason: str, now: datetime) -> None:
        why = f"kicked by {by}" + (f": {reason[:_REASON]}" if reason else "")
        if self._ground.is_me(nick):
            self._out(room, why)
        elif presence := self._ground.people.get(nick):
            self._parts(presence, room, Moved(now, self._ground.who(presence), room, "removed", why))

    def _parts(self, presence: Presence, room: str, moved: Moved) -> None:
        if room in presence.rooms:
            self._ground.report(moved)
            self._ground.moved(self._ground.people.parted(presence, room))

    def quit(self, nick: str, reason: str, now: datetime, servers: str = "") -> None:
        presence = self._ground.people.get(nick)
        if presence is not None:
            self._watch.release(presence)
            servers = servers or servers_of(reason)
            who, folded = self._ground.who(presence), self._ground.fold(nick)
            for room in sorted(presence.rooms):
                if servers:
                    self.splits.lost(room, folded, who, servers, now)
                else:
                    self._ground.report(Moved(now, who, room, "quit", reason[:_REASON]))
            self._ground.moved(self._ground.people.end(presence))
        self._freed(nick)

    def renamed(self, who: Prefix, nick: str, now: datetime) -> None:
        presence = self._ground.people.get(who.nick)
        if presence is not None:
            self._watch.release(presence)
            self._ground.moved(self._ground.people.renamed(presence, nick))
            if not presence.seen_without_interruption:
                self._ground.moved(self._ground.people.end(presence))
            for room in sorted(presence.rooms):
                someone = self._ground.who(presence)
                self._ground.report(Moved(now, someone, room, "renamed", was=who.nick))
        self._freed(who.nick)

    def split(self, batch: Batch, now: datetime) -> None:
        """A `netsplit` or `netjoin` batch (https://ircv3.net/specs/batches/netsplit)."""
        servers = " ".join(batch.params[:2])[:300] or "a server"
        for line in batch.lines():
            who = prefix(line.source)
            if not is_nick(who.nick) or self._ground.is_me(who.nick):
                continue
            match line.command:
                case "QUIT":
                    self.quit(who.nick, "", now, servers)
                case "JOIN" if line.params:
                    extended = len(line.params) > 1 and "extended-join" in self._ground.login.caps
                    account = line.params[1] if extended else None
                    self.joined(who, self._ground.fold(line.params[0]), account, now)
                case _:
                    pass

    # --- modes --------------------------------------------------------------------------------------------------------

    def mode(self, line: Line) -> None:
        """MODE of a room, or RPL_CHANNELMODEIS: whether it is moderated, and whether we may speak nevertheless."""
        params = line.params[1:] if line.command == "324" else line.params
        state = self._ground.rooms.get(self._ground.fold(params[0])) if params else None
        if state is None or len(params) < 2:
            return
        arguments = iter(params[2:])
        adding = True
        for letter in params[1][:100]:
            if letter in "+-":
                adding = letter == "+"
                continue
            given = next(arguments, "") if self._ground.limits.takes_parameter(letter, adding=adding) else ""
            if letter == "m":
                state.moderated = adding
            elif letter in self._ground.limits.prefixes and self._ground.is_me(given):
                (state.status.add if adding else state.status.discard)(letter)
