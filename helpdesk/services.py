"""What the website, the control socket and the CLI are given of the running service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bridges.events import Sender
from bridges.network import Network
from helpdesk.config import Config
from helpdesk.desk.spans import Span
from helpdesk.deskevents import AnyEvent
from helpdesk.live import Live
from helpdesk.model import Change, Identity, Outcome, Page, Role, Ticket
from helpdesk.nouns.life import LifeView
from helpdesk.nouns.report import Report
from helpdesk.nouns.rota import RotaView
from helpdesk.nouns.sig import Draft
from helpdesk.pulse import NetworkState
from helpdesk.words import Words
from kb.answer import KnowledgeBase


class Submitter(Protocol):
    async def submit(self, event: AnyEvent) -> Outcome:
        """Let the desk decide, and return what became of it after the commit."""
        ...


class DeskReader(Protocol):
    """Reads of the store, off the event loop. `Database` has them."""

    async def queue(self, *, closed: bool = False, limit: int = 200) -> Sequence[Ticket]:
        """Active tickets, unclaimed and urgent or old ones first; with `closed`, the latest resolved and cancelled ones instead."""
        ...

    async def ticket(self, number: int) -> Ticket | None: ...

    async def history(self, number: int) -> Sequence[Change]:
        """All changes, oldest first. Show an asker only those of `helpdesk.model.CONVERSATION`."""
        ...

    async def ticket_by_token(self, token: str) -> Ticket | None:
        """The ticket whose private page this is."""
        ...

    async def prospects(self, ticket: Ticket, now: datetime) -> LifeView:
        """How many wait before the ticket, and how long the first word usually takes."""
        ...

    async def tickets_of(self, sender: Sender, network: str) -> Sequence[Ticket]:
        """The person's own tickets as an asker, newest first, closed ones too."""
        ...

    async def role(self, sender: Sender, network: str) -> Role:
        """What they may do; ASKER for anybody who is not authenticated."""
        ...

    async def person(self, sender: Sender, network: str) -> int | None:
        """Who that is, whichever of their accounts they use; None for whom the desk never heard."""
        ...

    async def accounts(self, sender: Sender, network: str) -> Sequence[Identity]:
        """All accounts of the same person, this one included."""
        ...

    async def draft(self, number: int) -> Draft | None:
        """A pair's words on this ticket that wait for a mentor."""
        ...

    async def agreement(self, number: int, person: int | None, role: Role) -> bool | None:
        """Whether this person may grant the ticket's request; None where none waits for that."""
        ...

    async def members(self) -> Sequence[tuple[Identity, Role]]: ...

    async def new_invitation(self, role: Role, expires: datetime) -> str:
        """A single-use token that makes its redeemer a member."""
        ...

    async def invitation(self, token: str, now: datetime) -> Role | None:
        """What the token would grant, without using it up."""
        ...

    async def sig_report(self, span: Span, now: datetime) -> Report:
        """The numbers of the stretch of time that ends now: for leads only."""
        ...

    async def export(self, person: int) -> Mapping[str, Any] | None:
        """All that is known of the person; None for nobody."""
        ...

    async def rota(self, now: datetime) -> RotaView:
        """The people of the SIG, their shifts, and what was swapped in the last year."""
        ...

    async def whose_calendar(self, token: str) -> int | None:
        """Whose secret calendar link this is."""
        ...

    async def page(self, token: str) -> Page | None:
        """The relay's page of this address, expired or not."""
        ...

    async def redeem(self, token: str, now: datetime) -> Role | None:
        """Use the token up: exactly one caller gets the role."""
        ...


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One configured part of the service."""

    name: str
    """Such as `network libera`, `database`, `articles`."""
    ok: bool
    detail: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Services:
    config: Config
    kb: KnowledgeBase
    hub: Submitter
    reader: DeskReader
    networks: Mapping[str, Network]
    words: Words
    live: Live
    health: Callable[[], Sequence[PartHealth]]
    states: Callable[[], Awaitable[Sequence[NetworkState]]]
    """Every network, with how it has been."""
    metrics: Callable[[], bytes]
    """The Prometheus text format, version 0.0.4."""
    clock: Callable[[], datetime]
    """Now, in UTC."""
