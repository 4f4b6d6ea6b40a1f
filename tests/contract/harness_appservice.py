"""Matrix as an application service for the shared contract test: as the plain account, but for how it hears and logs in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bridges.events import PersonId, RoomId
from bridges.network import Context
from tests.contract.harness_matrix import MatrixHarness
from tests.servers.bridged import registered
from tests.servers.synapse import SERVER_NAME, Synapse, need_synapse, unique


@asynccontextmanager
async def open_appservice(folder: Path) -> AsyncIterator[MatrixHarness]:
    """A server of its own, since it has to know the registration. Skips where Synapse is not installed."""
    need_synapse()
    server = Synapse()
    try:
        alias = unique("help")
        room = f"#{alias}:{SERVER_NAME}"
        settings = registered(server, folder, rooms=(room,), encrypt_direct=False)
        server.start()
        (folder / "state").mkdir(mode=0o700)
        async with server.peer("anna") as peer:
            room_id = await peer.create_room(alias=alias)
            context = Context(folder / "state", "helpdesk")
            yield MatrixHarness(
                settings, context, RoomId(room), PersonId(peer.id), server, peer, room_id, tells_typing=False
            )
    finally:
        server.stop()
