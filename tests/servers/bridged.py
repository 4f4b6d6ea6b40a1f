"""A Synapse that knows the desk as an application service, and the settings that fit it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bridges.matrix.appservice.registration import make, write
from bridges.matrix.settings import MatrixSettings
from tests.servers.synapse import SERVER_NAME, Synapse, free_port, unique


def registered(server: Synapse, folder: Path, **settings: Any) -> MatrixSettings:
    """Write a registration and name it to the server, which is to be started after that."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    user, prefix = f"@{unique('desk')}:{SERVER_NAME}", "irc_"
    file = folder / "registration.yaml"
    write(file, make("matrix", url, user, prefix))
    server.serve(file)
    return MatrixSettings(
        homeserver=server.url,
        user=user,
        appservice_file=file,
        appservice_url=url,
        appservice_port=port,
        ghost_prefix=prefix,
        **settings,
    )
