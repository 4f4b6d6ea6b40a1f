"""The town of a test run: all three servers, one service, and everybody who may want to speak there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from tests.servers.community import Community
from tests.servers.people import Person
from tests.servers.service import Helpdesk


@dataclass
class Town:
    """A community, and the service that runs there."""

    community: Community
    desk: Helpdesk

    def asker(self, where: str) -> AbstractAsyncContextManager[Person]:
        community = self.community
        places: dict[str, Callable[[], AbstractAsyncContextManager[Person]]] = {
            "irc": lambda: community.on_irc(account=community.account("asker"), room=community.help_room),
            "irc directly": community.on_irc,
            "plain irc": community.on_plain,
            "matrix": community.on_matrix,
            "matrix directly": community.on_matrix_directly,
            "matrix encrypted": community.on_encrypted_matrix,
            "web": lambda: community.on_the_web(self.desk),
        }
        return places[where]()

    def volunteer(self, where: str, name: str) -> AbstractAsyncContextManager[Person]:
        if where == "irc":
            return self.community.irc_volunteer(name)
        if where == "matrix":
            return self.community.matrix_volunteer(name)
        return self.community.web_volunteer(self.desk, name)
