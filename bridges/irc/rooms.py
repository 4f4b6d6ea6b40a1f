"""Which rooms the desk should be in, which it is not in and why, and when to ask again. Time is an argument (seconds)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bridges.events import RoomId
from bridges.irc.pace import Pace
from bridges.irc.trouble import let_in_mend

AT_ONCE = 30
"""JOINs under way at a time: the rooms of a big network come back in parallel, and no server calls it a flood."""
_SETTLED_AFTER = 600.0
_ROOM = re.compile(r"[#&+!][^\x00-\x20\x07,\x7f]{1,199}")


@dataclass
class Absence:
    """A room the desk should be in and is not."""

    tries: int = 0
    again_at: float = 0.0
    code: str = ""
    why: str = "asked to join"


class Rooms:
    """`names` is folded name -> the name in the configuration; rooms stay in it while the connection lasts."""

    def __init__(self, configured: Sequence[str], pace: Pace) -> None:
        self._configured = configured
        self._pace = pace
        self._kept: tuple[str, ...] = ()
        self._fold: Callable[[str], str] = str.lower
        self.names: dict[str, str] = {}
        self.out: dict[str, Absence] = {}
        self._entered_at: dict[str, float] = {}
        self._unfit: tuple[str, ...] = ()

    def keep(self, rooms: Iterable[RoomId]) -> None:
        """Besides the configured ones, these and no others."""
        rooms = tuple(dict.fromkeys(rooms))
        self._kept = tuple(room for room in rooms if _ROOM.fullmatch(room))
        self._unfit = tuple(room for room in rooms if not _ROOM.fullmatch(room))

    def wanted(self) -> dict[str, str]:
        """Folded name -> name; what the configuration calls a room goes before what somebody else does."""
        return {self._fold(room): room for room in (*self._kept, *self._configured)}

    def is_wanted(self, folded: str) -> bool:
        return folded in self.wanted()

    def name(self, folded: str) -> str | None:
        return self.names.get(folded)

    def connected(self, fold: Callable[[str], str]) -> None:
        """A new connection, in no room."""
        self._fold = fold
        self.names.clear()
        self.names.update(self.wanted())
        self.out = {folded: Absence() for folded in self.names}

    def changed(self, inside: Iterable[str]) -> list[str]:
        """After `keep`: the rooms to leave now; the new ones are `due`."""
        wanted = self.wanted()
        for folded, name in wanted.items():
            self.names.setdefault(folded, name)
            if folded not in inside:
                self.out.setdefault(folded, Absence())
        self.out = {folded: absence for folded, absence in self.out.items() if folded in wanted}
        return [self.names[folded] for folded in inside if folded not in wanted]

    def due(self, now: float, under_way: int) -> list[str]:
        """Rooms to ask for now, by folded name; `under_way` are asked for already."""
        due = [folded for folded, absence in self.out.items() if absence.again_at <= now]
        due = due[: max(0, AT_ONCE - under_way)]
        for folded in due:
            # A JOIN that nobody answers is asked again; an answer sets its own time.
            self.out[folded].again_at = now + 2 * self._pace.join_again
        return due

    def entered(self, folded: str, now: float) -> None:
        self._entered_at[folded] = now
        self.out.pop(folded, None)

    def not_let_in(self, folded: str, code: str, reason: str, now: float) -> None:
        if self.is_wanted(folded):
            absence = self.out.setdefault(folded, Absence())
            absence.code, absence.why = code, reason
            absence.again_at = now + self._later(self._pace.join_again, absence)

    def exited(self, folded: str, reason: str, now: float) -> None:
        if not self.is_wanted(folded):
            return  # as we were told
        stayed = now - self._entered_at.get(folded, now)
        absence = self.out[folded] = Absence(why=reason)
        if stayed < _SETTLED_AFTER:
            absence.tries = 1
        absence.again_at = now + self._later(self._pace.rejoin, absence)

    def invited(self, folded: str, now: float) -> None:
        """Somebody lets us in: ask at once."""
        if folded in self.out:
            self.out[folded].again_at = now

    def why_out(self, folded: str) -> str:
        return self.out[folded].why if folded in self.out else "asked to join"

    def trouble(self) -> tuple[str, str] | None:
        """What keeps the desk out, in one line, and the mend; the one that needs the operator first."""
        if self._unfit:
            room = " ".join(self._unfit[0].split())[:80]
            return f"not in {room}: that is not the name of an IRC room", "write it with its mark, as #help"
        told = [
            (folded, absence, let_in_mend(absence.code, self.names[folded])) for folded, absence in self.out.items()
        ]
        if not told:
            return None
        folded, absence, mend = next((one for one in told if one[2]), told[0])
        more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        return f"not in {self.names[folded]}: {absence.why}{more}", mend

    def _later(self, first: float, absence: Absence) -> float:
        absence.tries += 1
        return min(self._pace.join_most, first * 2.0 ** min(absence.tries - 1, 10))
