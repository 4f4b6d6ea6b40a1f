"""Messages that could not be decrypted: kept until their key comes, and said plainly in their room meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import structlog

from bridges.matrix.client import Json, MatrixClient
from bridges.matrix.speaking import transaction_id
from bridges.matrix.vault import Book
from bridges.network import Permanent, Transient

log = structlog.get_logger(__name__)

KEPT = 200
KEPT_SECONDS = 7 * 86_400.0
AGAIN = 3600.0
"""Seconds between two notices in one room."""


@dataclass
class Unread:
    client: MatrixClient
    book: Book
    notice: str
    grace: float
    """Seconds a key may come later than its message before anyone is told."""
    _told: dict[str, float] = field(default_factory=dict)

    def note(self, room_id: str, source: Json, now: float) -> None:
        if any(entry["source"]["event_id"] == source["event_id"] for entry in self.book.unread):
            return
        self.book.unread.append({"room": room_id, "source": source, "since": now, "told": False})
        self.book.unread[:] = [e for e in self.book.unread if now - e["since"] < KEPT_SECONDS][-KEPT:]
        self.book.save()

    def readable(self) -> Iterator[tuple[str, Json]]:
        """Room id and decrypted event of what has become readable. Forgets it afterwards."""
        for entry in list(self.book.unread):
            clear = self.client.decrypt_source(entry["room"], entry["source"])
            if clear is not None:
                yield entry["room"], clear
                self.book.unread.remove(entry)
                self.book.save()

    async def tell(self, now: float) -> None:
        """Say it where a message is still unreadable, at most once an hour in a room."""
        for entry in list(self.book.unread):
            if entry["told"] or now - entry["since"] < self.grace:
                continue
            room_id = entry["room"]
            if room_id in self.client.rooms and now - self._told.get(room_id, -AGAIN) >= AGAIN:
                event_id = entry["source"]["event_id"]
                content = {
                    "msgtype": "m.notice",
                    "body": self.notice,
                    "m.mentions": {},
                    "m.relates_to": {"m.in_reply_to": {"event_id": event_id}},
                }
                try:
                    await self.client.put_event(
                        room_id, "m.room.message", content, transaction_id(f"unread {event_id}")
                    )
                except Transient:
                    continue
                except Permanent as refusal:
                    log.warning("could not say that a message is unreadable", room=room_id, reason=str(refusal))
                self._told[room_id] = now
            entry["told"] = True
            self.book.save()
