"""The barest bridge: matrix-nio and a socket, nothing stored, nothing repeated, nobody's name protected.

A process of its own. Arguments: URL USER DEVICE TOKEN ROOM_ID IRC_PORT NICK CHANNEL.
"""

from __future__ import annotations

import asyncio
import socket
import sys

from nio.client.async_client import AsyncClient
from nio.events.room_events import RoomMessageText


async def from_irc(
    client: AsyncClient, room: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, channel: str
) -> None:
    """One line after the other."""
    while line := (await reader.readline()).decode("utf-8", "replace").rstrip("\r\n"):
        if line.startswith("PING"):
            writer.write(f"PONG{line[4:]}\r\n".encode())
        elif " 001 " in line:
            writer.write(f"JOIN {channel}\r\n".encode())
        elif " 366 " in line:
            print("ready", flush=True)
        elif f" PRIVMSG {channel} :" in line:
            nick, words = line[1:].partition("!")[0], line.split(" :", 1)[1]
            await client.room_send(room, "m.room.message", {"msgtype": "m.text", "body": f"{nick}: {words}"})


async def from_matrix(client: AsyncClient, room: str, writer: asyncio.StreamWriter, channel: str) -> None:
    since = (await client.sync(timeout=0, full_state=True)).next_batch
    while True:
        response = await client.sync(timeout=30_000, since=since)
        since = response.next_batch
        info = response.rooms.join.get(room)
        for event in info.timeline.events if info else ():
            if isinstance(event, RoomMessageText) and event.sender != client.user_id:
                words = event.body.replace("\r", " ").replace("\n", " ")
                writer.write(f"PRIVMSG {channel} :<{event.sender}> {words}\r\n".encode())


async def main(url: str, user: str, device: str, token: str, room: str, port: str, nick: str, channel: str) -> None:
    client = AsyncClient(url, user)
    client.access_token, client.user_id, client.device_id = token, user, device
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    writer.write(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n".encode())
    await asyncio.gather(from_irc(client, room, reader, writer, channel), from_matrix(client, room, writer, channel))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
