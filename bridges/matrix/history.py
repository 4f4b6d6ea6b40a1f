"""Looking back in a room: what was said while a timeline was cut short, and whether something of ours is there already.

Reads only. The sync position bounds how far back it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridges.matrix.client import Json, MatrixClient
from bridges.matrix.translate import KEY_FIELD, arrival

PAGE = 100
SEARCH_LIMIT = 2_000


async def missed(
    client: MatrixClient, room_id: str, before: str, since: str, *, bound: int, direct: bool
) -> tuple[list[Json], bool]:
    """The events between the positions `since` and `before`, oldest first, and whether these are all.

    Ends where our own presence in the room begins, and after `bound` events.
    """
    newest_first: list[Json] = []
    token = before
    while len(newest_first) < bound:
        answer = await client.page(room_id, token, since, min(PAGE, bound - len(newest_first)))
        chunk: Sequence[Json] = answer.get("chunk", [])
        newest_first.extend(chunk)
        start = arrival(newest_first[::-1], client.user_id, direct=direct)
        if start is not None:
            return newest_first[::-1][start:], True
        token = str(answer.get("end") or "")
        if not chunk or not token:
            return newest_first[::-1], True
    rest = await client.page(room_id, token, since, 1)
    return newest_first[::-1], not rest.get("chunk")


async def find_ours(client: MatrixClient, room_id: str, key: str, not_before: float, sender: str) -> str | None:
    """The event of `sender`, an account of ours, that carries the idempotency key, sent at `not_before` (epoch seconds) or later."""
    token: str | None = None
    seen = 0
    while seen < SEARCH_LIMIT:
        answer = await client.page(room_id, token, None, PAGE)
        chunk: Sequence[dict[str, Any]] = answer.get("chunk", [])
        for event in chunk:
            if event.get("sender") != sender:
                continue
            clear = client.decrypt_source(room_id, event) if event.get("type") == "m.room.encrypted" else event
            if clear is not None and clear.get("content", {}).get(KEY_FIELD) == key:
                return str(event["event_id"])
        token = answer.get("end")
        # The servers' clocks differ a little.
        if not chunk or not token or chunk[-1].get("origin_server_ts", 0) < (not_before - 600) * 1000:
            return None
        seen += len(chunk)
    return None
