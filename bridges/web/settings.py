"""The web chat's settings. It has none of its own: where the website listens is the application's affair."""

from __future__ import annotations

from bridges.events import PersonId
from bridges.network import Capabilities, NetworkSettings


class WebSettings(NetworkSettings):
    """Rooms of the web chat are made by visitors."""

    capabilities = Capabilities(formatting=True, replies=True, reactions=True)

    def person(self, name: str) -> PersonId:
        """A web session can't be named in the configuration."""
        raise ValueError(f"{name!r}: web visitors can't be named here; give them a link with `helpdesk invite`")
