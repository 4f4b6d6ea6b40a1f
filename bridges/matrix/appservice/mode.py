"""All that a Matrix network has more when it is an application service, in one hand: for `bridges.matrix.network`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridges.matrix.appservice.api import ServiceApi
from bridges.matrix.appservice.book import GhostBook
from bridges.matrix.appservice.ghosts import Ghosts, GhostVoices
from bridges.matrix.appservice.journal import Journal
from bridges.matrix.appservice.login import log_in, registration_of
from bridges.matrix.appservice.service import ServiceLoop
from bridges.matrix.client import MatrixClient
from bridges.matrix.hearing import Hearing, epoch
from bridges.matrix.recent import Authors
from bridges.matrix.rooms import Rooms
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.sync import Chore
from bridges.matrix.voices import OwnVoice
from bridges.network import Misconfigured


@dataclass(frozen=True)
class Service:
    """One life's application service."""

    client: MatrixClient
    settings: MatrixSettings
    state: Path
    journal: Journal
    ghosts: Ghosts

    @classmethod
    def open(cls, client: MatrixClient, settings: MatrixSettings, state: Path) -> Service | None:
        """None where the settings name no registration. Raise Misconfigured."""
        if settings.appservice_file is None:
            return None
        api = ServiceApi(client, registration_of(settings))
        try:
            journal = Journal(state / "transactions")
        except OSError as error:
            mend = f"let the helpdesk's user write in {state}, and see that the disk is not full"
            raise Misconfigured(f"cannot open the journal of the homeserver's words: {error}", mend) from None
        return cls(client, settings, state, journal, Ghosts(client, api, settings, GhostBook(state), epoch))

    async def log_in(self) -> None:
        await log_in(self.client, self.ghosts.api, self.settings, self.state)

    def voices(self, own: OwnVoice, authors: Authors) -> GhostVoices:
        return GhostVoices(self.ghosts, own, authors)

    def loop(
        self, rooms: Rooms, hearing: Hearing, chores: Sequence[Chore], trouble: Callable[[str], None]
    ) -> ServiceLoop:
        return ServiceLoop(self.client, rooms, hearing, self.ghosts, self.journal, chores, trouble)

    def close(self) -> None:
        self.journal.close()
        self.ghosts.book.close()
