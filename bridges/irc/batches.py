"""Batches: lines that belong together, and what is held until they are complete. Sans-I/O.

Source: https://ircv3.net/specs/extensions/batch. A batch may stand in another one. Netsplits, history and multiline
messages are collected and handed over whole; what is inside any other kind goes on line by line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from irctokens.line import Line

HISTORY = ("chathistory", "playback", "history")
"""The last part of the kind's name: servers and bouncers differ in what stands before it."""
MULTILINE = ("draft/multiline", "multiline")
_SPLITS = ("netsplit", "netjoin")
_OPEN_LIMIT = 64
_HELD_LIMIT = 8_000_000
"""Characters of lines that wait for the end of their batch."""


@dataclass(eq=False)
class Batch:
    kind: str
    params: tuple[str, ...]
    opened: Line
    parent: Batch | None
    items: list[Line | Batch] = field(default_factory=list)
    cut: bool = False
    """There was more of it than may be held."""

    @property
    def is_history(self) -> bool:
        return self.kind.rpartition("/")[2] in HISTORY

    @property
    def is_multiline(self) -> bool:
        return self.kind in MULTILINE

    @property
    def collects(self) -> bool:
        return self.is_history or self.is_multiline or self.kind in _SPLITS

    @property
    def label(self) -> str:
        """The label of the request that it answers (https://ircv3.net/specs/extensions/labeled-response)."""
        own = (self.opened.tags or {}).get("label", "")
        return own or (self.parent.label if self.parent else "")

    def lines(self) -> Iterator[Line]:
        for item in self.items:
            if isinstance(item, Batch):
                yield from item.lines()
            else:
                yield item


class Batches:
    """Give it every line; it gives back what is complete."""

    def __init__(self) -> None:
        self._open: dict[str, Batch] = {}
        self._held = 0

    def __len__(self) -> int:
        return len(self._open)

    def push(self, line: Line) -> Line | Batch | None:
        """A line to look at now, a batch that is complete, or None while it is not."""
        if line.command == "BATCH":
            return self._batch(line)
        batch = self.of(line)
        collecting = _collecting(batch)
        if batch is None or collecting is None:
            return line
        size = 100 + sum(map(len, line.params)) + sum(len(k) + len(v or "") for k, v in (line.tags or {}).items())
        if self._held + size > _HELD_LIMIT:
            batch.cut = collecting.cut = True
            return None
        self._held += size
        (batch if batch.collects else collecting).items.append(line)
        return None

    def of(self, line: Line) -> Batch | None:
        return self._open.get((line.tags or {}).get("batch") or "")

    def label(self, line: Line) -> str:
        """The label of the request that a line answers, by itself or in a batch; empty for none."""
        own = (line.tags or {}).get("label") or ""
        batch = self.of(line)
        return own or (batch.label if batch else "")

    def _batch(self, line: Line) -> Batch | None:
        params = line.params
        reference = params[0][1:] if params else ""
        if params and params[0].startswith("+") and reference:
            if len(self._open) < _OPEN_LIMIT:  # a server that leaves them open gains nothing
                kind = params[1] if len(params) > 1 else ""
                self._open[reference] = Batch(kind, tuple(params[2:]), line, self.of(line))
            return None
        batch = self._open.pop(reference, None)
        if batch is None or not batch.collects:
            return None
        outer = _collecting(batch.parent)
        if outer is not None:
            outer.items.append(batch)
            return None
        if not any(_collecting(other) for other in self._open.values()):
            self._held = 0
        return batch


def _collecting(batch: Batch | None) -> Batch | None:
    """The nearest one that is collected: itself or one around it."""
    for _ in range(_OPEN_LIMIT):
        if batch is None or batch.collects:
            return batch
        batch = batch.parent
    return None
