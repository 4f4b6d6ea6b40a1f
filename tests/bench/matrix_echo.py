"""The barest bot on matrix-nio, as a process of its own: sync, answer, nothing stored. Arguments: URL USER DEVICE TOKEN."""

from __future__ import annotations

import asyncio
import sys

from nio.client.async_client import AsyncClient
from nio.events.room_events import RoomMessageText


async def main(url: str, user: str, device: str, token: str) -> None:
    client = AsyncClient(url, user)
    client.access_token, client.user_id, client.device_id = token, user, device
    since = (await client.sync(timeout=0, full_state=True)).next_batch
    print("ready", flush=True)
    while True:
        response = await client.sync(timeout=30_000, since=since)
        since = response.next_batch
        for room, data in response.rooms.join.items():
            for event in data.timeline.events:
                if isinstance(event, RoomMessageText) and event.sender != user:
                    content = {"msgtype": "m.notice", "body": f"echo {event.body}"}
                    await client.room_send(room, "m.room.message", content)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
