"""Requests that the application service makes by its own right, as itself or as one of its accounts.

Application Service API v1.15, "Identity assertion" (`user_id`), "Registering users", "Login"; MSC2659 (ping). Shares the HTTP
session of the desk's client.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from bridges.matrix.appservice.registration import Registration
from bridges.matrix.client import Json, MatrixClient
from bridges.matrix.errors import Refused, TokenDead
from bridges.network import Misconfigured, Permanent, Transient

KIND = "m.login.application_service"


class ServiceApi:
    """Raises what `MatrixClient.send` raises, and Misconfigured where the homeserver does not know the registration."""

    def __init__(self, client: MatrixClient, registration: Registration) -> None:
        self._client = client
        self.registration = registration

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        user: str = "",
        query: Mapping[str, str] | None = None,
    ) -> Json:
        """A request below `/_matrix/client/`, by the service's sender or by `user`."""
        asked = dict(query or {}) | ({"user_id": user} if user else {})
        headers = {"Authorization": f"Bearer {self.registration.as_token}"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body)
        url = f"/_matrix/client/{path}" + (f"?{urlencode(asked)}" if asked else "")
        try:
            answer = await self._client.send(method, url, data, headers)
        except TokenDead:
            raise Misconfigured(
                f"the homeserver does not know the registration {self.registration.id}",
                "name the registration file in the homeserver's configuration (Synapse: app_service_config_files) and "
                "restart the homeserver",
            ) from None
        except Misconfigured as error:
            if not user:
                raise
            # A ghost that an administrator has put out of use is no fault of the desk's.
            raise Permanent(f"{user} does not speak any more: {error}") from error
        value: Json = await answer.json(content_type=None)
        return value

    async def register(self, localpart: str) -> None:
        """Make an account of the namespaces; that it exists is fine."""
        try:
            await self.call("POST", "v3/register", {"type": KIND, "username": localpart, "inhibit_login": True})
        except Refused as refusal:
            if refusal.code != "M_USER_IN_USE":
                raise

    async def ping(self) -> None:
        """Have the homeserver call the desk, and send now what waits. Raise Transient where it cannot reach it."""
        registration = self.registration
        try:
            await self.call("POST", f"v1/appservice/{registration.id}/ping", {"transaction_id": "helpdesk"})
        except Refused as refusal:
            if refusal.status == 404 and refusal.code == "M_UNRECOGNIZED":
                return  # a homeserver before v1.7 of the specification
            raise
        except Transient as error:
            await self.call("GET", "v3/account/whoami")  # otherwise it is the homeserver itself that is away
            raise Transient(f"the homeserver cannot reach the desk at {registration.url}: {error}") from error
