"""Single requests of the Client-Server API that need nothing of nio. Each raises what `MatrixClient.send` raises."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from bridges.matrix.client import Json, MatrixClient
from bridges.matrix.errors import Refused

TYPING_SECONDS = 30
_PAGES = 10


async def redact(client: MatrixClient, room_id: str, event_id: str, reason: str, transaction: str) -> str:
    """Take an event back and give the redaction's id (API v1.15, "Redactions")."""
    path = f"v3/rooms/{_q(room_id)}/redact/{_q(event_id)}/{_q(transaction)}"
    return str((await client.api("PUT", path, {"reason": reason} if reason else {}))["event_id"])


async def edits_of(client: MatrixClient, room_id: str, event_id: str, sender: str) -> list[str]:
    """The events of the sender's that replace one, newest first (API v1.15, "Relationships API")."""
    path = f"v1/rooms/{_q(room_id)}/relations/{_q(event_id)}/m.replace"
    found: list[str] = []
    query = {"limit": "100"}
    for _ in range(_PAGES):
        try:
            answer = await client.api("GET", path, query=query)
        except Refused:
            return found
        found += [str(e["event_id"]) for e in answer.get("chunk", []) if e.get("sender") == sender]
        if not answer.get("next_batch"):
            break
        query["from"] = str(answer["next_batch"])
    return found


async def sender_of(client: MatrixClient, room_id: str, event_id: str) -> str:
    """Who sent an event; empty when the server does not show it."""
    try:
        return str((await client.api("GET", f"v3/rooms/{_q(room_id)}/event/{_q(event_id)}")).get("sender", ""))
    except Refused:
        return ""


async def directory(client: MatrixClient, alias: str) -> tuple[str, list[str]]:
    """The room that an address leads to, and servers that are in it."""
    answer = await client.api("GET", f"v3/directory/room/{_q(alias)}")
    servers = answer.get("servers")
    return str(answer["room_id"]), [str(s) for s in servers] if isinstance(servers, list) else []


async def join(client: MatrixClient, room: str, via: Sequence[str]) -> str:
    """Enter a room by address or id through the servers named, and give its id. Being there already is fine."""
    return str((await client.api("POST", f"v3/join/{_q(room)}{_via(via)}", {}))["room_id"])


async def knock(client: MatrixClient, room: str, via: Sequence[str], reason: str) -> str:
    """Ask to be let into a room (API v1.15, "Knocking on rooms")."""
    return str((await client.api("POST", f"v3/knock/{_q(room)}{_via(via)}", {"reason": reason}))["room_id"])


async def leave(client: MatrixClient, room_id: str) -> None:
    await client.api("POST", f"v3/rooms/{_q(room_id)}/leave", {})


async def typing(client: MatrixClient, room_id: str, *, on: bool) -> None:
    body: Json = {"typing": True, "timeout": TYPING_SECONDS * 1000} if on else {"typing": False}
    await client.api("PUT", f"v3/rooms/{_q(room_id)}/typing/{_q(client.user_id)}", body)


async def read(client: MatrixClient, room_id: str, event_id: str) -> None:
    """Tell the room that all up to the event was read."""
    await client.api("POST", f"v3/rooms/{_q(room_id)}/receipt/m.read/{_q(event_id)}", {})


def _via(servers: Sequence[str]) -> str:
    # `server_name` is what servers before v1.12 of the API look at.
    pairs = [(name, server) for name in ("via", "server_name") for server in dict.fromkeys(servers)]
    return f"?{urlencode(pairs)}" if pairs else ""


def _q(part: str) -> str:
    return quote(part, safe="")
