"""What was lately said, as far as later words need it. Bounded, in memory only, and never more than a help. Pure."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

_TAILS = 2_000
_AUTHORS = 20_000


@dataclass
class Tails:
    """The last known event of each thread, for clients that show threads as replies."""

    _last: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def note(self, root: str, event_id: str) -> None:
        self._last[root] = event_id
        self._last.move_to_end(root)
        if len(self._last) > _TAILS:
            self._last.popitem(last=False)

    def of(self, root: str | None) -> str:
        return self._last.get(root, "") if root else ""


@dataclass
class Authors:
    """Who sent an event."""

    _senders: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def note(self, event_id: str, sender: str) -> None:
        self._senders[event_id] = sender
        if len(self._senders) > _AUTHORS:
            self._senders.popitem(last=False)

    def of(self, event_id: str) -> str | None:
        """The sender; None when it is not known here."""
        return self._senders.get(event_id)
