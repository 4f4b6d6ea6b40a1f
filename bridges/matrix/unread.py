"""Messages that could not be decrypted: kept until their key comes, and said plainly in their room meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import structlog

from bridges.matrix.client import Json, MatrixClient
from bridges.matrix.crypto import Withheld
from bridges.matrix.speaking import transaction_id
from bridges.matrix.vault import Book
from bridges.network import Permanent, Transient

log = structlog.get_logger(__name__)

KEPT = 200
REASONS_KEPT = 500
KEPT_SECONDS = 7 * 86_400.0
AGAIN = 3600.0
"""Seconds between two notices in one room."""


@dataclass
class Unread:
    client: MatrixClient
    book: Book
    notice: str
    reasons: Mapping[str, str]
    """A sentence for each code of `m.room_key.withheld`."""
    grace: float
    """Seconds a key may come later than its message before anyone is told."""
    _told: dict[str, float] = field(default_factory=dict)

    def note(self, room_id: str, source: Json, now: float) -> None:
        if any(entry["source"]["event_id"] == source["event_id"] for entry in self.book.unread):
            return
        self.book.unread.append({"room": room_id, "source": source, "since": now, "told": False})
        kept = [e for e in self.book.unread if now - e["since"] < KEPT_SECONDS][-KEPT:]
        wanted = {_session(entry) for entry in kept}
        self.client.crypto.give_up_on({_session(e) for e in self.book.unread} - wanted)
        self.book.unread[:] = kept
        self.client.crypto.ask_for_key(room_id, source)
        self.book.save()

    def note_withheld(self, said: Withheld, now: float) -> None:
        """A device gives us no key. It may say so before its message comes, or after."""
        key = f"{said.sender} {said.room} {said.session}"
        self.book.withheld.pop(key, None)
        self.book.withheld[key] = {"code": said.code, "at": now}
        kept = [(k, v) for k, v in self.book.withheld.items() if now - v["at"] < KEPT_SECONDS]
        self.book.withheld = dict(kept[-REASONS_KEPT:])
        self.book.save()

    def _reason(self, entry: Json) -> str:
        """Why the key does not come, as far as the sender's app told; empty otherwise."""
        sender = entry["source"].get("sender")
        for key in (f"{sender} {entry['room']} {_session(entry)}", f"{sender}  "):
            if key in self.book.withheld:
                return self.reasons.get(self.book.withheld[key]["code"], "")
        return ""

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
                    "body": f"{self.notice} {self._reason(entry)}".rstrip(),
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


def _session(entry: Json) -> str:
    return str(entry["source"].get("content", {}).get("session_id", ""))
