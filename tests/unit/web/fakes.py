"""Doubles of the services that the website is given: small, in memory, with the promises of the Protocols."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bridges.events import PersonId, RoomId, Sender
from bridges.network import Context
from bridges.text import from_markup, from_plain
from bridges.web.log import MemoryWebLog
from bridges.web.network import WebNetwork, create
from bridges.web.settings import WebSettings
from helpdesk.config import Config, build
from helpdesk.desk.spans import Span
from helpdesk.deskevents import AnyEvent, AskerWrote, Invoked, RoleGranted
from helpdesk.live import Live
from helpdesk.model import Change, ChangeKind, Identity, Origin, Outcome, Page, Role, Ticket, TicketStatus
from helpdesk.nouns.life import LifeView
from helpdesk.nouns.report import Report
from helpdesk.nouns.requests import FormSent
from helpdesk.nouns.rota import RotaView
from helpdesk.nouns.sig import Draft
from helpdesk.pulse import NetworkState
from helpdesk.services import PartHealth, Services
from helpdesk.words import Words
from kb.answer import KnowledgeBase

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


def identity(name: str, network: str = "libera") -> Identity:
    return Identity(network, PersonId(name), name, authenticated=True)


def ticket(number: int, text: str, **changes: Any) -> Ticket:
    asker = changes.pop("asker_identity", identity("anna"))
    known = Ticket(
        number=number,
        status=TicketStatus.OPEN,
        topic="mailing-lists",
        text=text,
        private=False,
        lang="en",
        asker=1,
        asker_identity=asker,
        origin=Origin(asker.network, RoomId("#help"), direct=False, encrypted=False),
        claimant=None,
        claimant_identity=None,
        opened_at=NOW - timedelta(minutes=12),
        changed_at=NOW - timedelta(minutes=12),
        question=None,
    )
    return replace(known, **changes)


ARTICLES = {
    "mailing-lists/request-a-list.md": """---
title: Request a mailing list
summary: Open an issue with the list's name and two owners.
questions: [how do i get a mailing list]
redirect_from: [lists/new]
---

Every project may have one.

## Before you ask

Find **two owners**. <script>alert('article')</script>

## Steps

1. Open an issue. <img src=x onerror="alert('article')">
2. Wait for [an answer](javascript:alert('article')).
""",
    "sig/on-duty.md": """---
title: Being on duty
summary: What a volunteer does in a week.
questions: [what do i do on duty]
audience: volunteers
---

## Every day

Look at the queue twice a day.
""",
    "sig/draft.md": """---
title: Not ready
summary: Nobody may read this yet.
questions: [draft]
status: draft
---

## Some day

Later.
""",
}


def write_articles(folder: Path) -> Path:
    for name, text in ARTICLES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


class FakeReader:
    def __init__(self) -> None:
        self.tickets: dict[int, Ticket] = {}
        self.changes: dict[int, list[Change]] = {}
        self.tokens: dict[str, int] = {}
        self.roles: dict[PersonId, Role] = {}
        self.invitations: dict[str, Role] = {}
        self.duty = RotaView()
        self.calendars: dict[str, int] = {}
        self.pages: dict[str, Page] = {}
        self.spans: list[Span] = []
        self.report = Report(NOW - timedelta(days=30), NOW, "", "UTC")
        self.drafts: dict[int, Draft] = {}
        self.linked: list[Identity] = []
        self.agreements: dict[int, bool] = {}

    def add(self, known: Ticket, token: str = "") -> None:
        self.tickets[known.number] = known
        opened = Change(
            known.number, known.opened_at, ChangeKind.OPENED, known.text, 1, known.asker_identity.name, "libera"
        )
        self.changes[known.number] = [opened]
        if token:
            self.tokens[token] = known.number

    def record(self, number: int, kind: ChangeKind, text: str, name: str, at: datetime = NOW) -> None:
        self.changes[number].append(Change(number, at, kind, text, 2, name, "web"))

    async def queue(self, *, closed: bool = False, limit: int = 200) -> Sequence[Ticket]:
        return [known for known in self.tickets.values() if known.status.active is not closed][:limit]

    async def ticket(self, number: int) -> Ticket | None:
        return self.tickets.get(number)

    async def history(self, number: int) -> Sequence[Change]:
        return self.changes[number]

    async def ticket_by_token(self, token: str) -> Ticket | None:
        return self.tickets.get(self.tokens.get(token, 0))

    async def prospects(self, ticket: Ticket, now: datetime) -> LifeView:
        before = [t for t in self.tickets.values() if t.status is TicketStatus.OPEN and t.opened_at < ticket.opened_at]
        return LifeView(places={ticket.number: len(before) + 1}, usual={"": now - NOW + timedelta(hours=5)})

    async def tickets_of(self, sender: Sender, network: str) -> Sequence[Ticket]:
        mine = (network, sender.id)
        return [t for t in self.tickets.values() if (t.asker_identity.network, t.asker_identity.key) == mine]

    async def role(self, sender: Sender, network: str) -> Role:
        return self.roles.get(sender.id, Role.ASKER)

    async def person(self, sender: Sender, network: str) -> int | None:
        return self.number(sender.id)

    def number(self, key: PersonId) -> int | None:
        """Of the person: members are counted from 2."""
        return 2 + list(self.roles).index(key) if key in self.roles else None

    async def accounts(self, sender: Sender, network: str) -> Sequence[Identity]:
        return [Identity(network, sender.id, sender.name, sender.authenticated), *self.linked]

    async def draft(self, number: int) -> Draft | None:
        return self.drafts.get(number)

    async def agreement(self, number: int, person: int | None, role: Role) -> bool | None:
        return self.agreements.get(number)

    async def members(self) -> Sequence[tuple[Identity, Role]]:
        return []

    async def new_invitation(self, role: Role, expires: datetime) -> str:
        token = f"invitation-{len(self.invitations)}"
        self.invitations[token] = role
        return token

    async def invitation(self, token: str, now: datetime) -> Role | None:
        return self.invitations.get(token)

    async def sig_report(self, span: Span, now: datetime) -> Report:
        self.spans.append(span)
        return self.report

    async def export(self, person: int) -> Mapping[str, Any] | None:
        return {"person": person} if person == 1 else None

    async def rota(self, now: datetime) -> RotaView:
        return self.duty

    async def whose_calendar(self, token: str) -> int | None:
        return self.calendars.get(token)

    async def page(self, token: str) -> Page | None:
        return self.pages.get(token)

    async def redeem(self, token: str, now: datetime) -> Role | None:
        return self.invitations.pop(token, None)


class FakeHub:
    """Decides about claims, answers and grants as the desk does, for one person a name."""

    def __init__(self, reader: FakeReader, live: Live) -> None:
        self.reader = reader
        self.live = live
        self.submitted: list[AnyEvent] = []
        self._done: dict[str, Outcome] = {}

    async def submit(self, event: AnyEvent) -> Outcome:
        self.submitted.append(event)
        key = getattr(event, "key", "")
        if key in self._done:
            return self._done[key]
        match event:
            case RoleGranted():
                self.reader.roles[event.sender.id] = event.role
                outcome = Outcome(said=(from_markup("Welcome to the **desk**."),))
            case Invoked():
                outcome = self._invoked(event)
            case AskerWrote():
                kind = ChangeKind.CANCELLED if event.cancel else ChangeKind.ASKER
                self.reader.record(event.ticket, kind, event.text, "anna")
                if event.cancel:
                    self._set(event.ticket, status=TicketStatus.CANCELLED)
                outcome = Outcome(said=(from_plain("Passed on."),), ticket=event.ticket)
            case FormSent():
                number = max(self.reader.tickets, default=0) + 1
                asked = ticket(number, event.item, asker_identity=identity(event.sender.name, event.network))
                self.reader.add(asked, event.token)
                outcome = Outcome(ticket=number)
            case _:
                raise AssertionError(event)
        if key and outcome.refusal is None:
            self._done[key] = outcome
        self.live.touch()
        return outcome

    def _set(self, number: int, **changes: Any) -> None:
        self.reader.tickets[number] = replace(self.reader.tickets[number], **changes)

    def _invoked(self, event: Invoked) -> Outcome:
        number, verb, words = event.invocation.number or 0, event.invocation.verb, event.invocation.words
        known = self.reader.tickets.get(number)
        me = Identity(event.network, event.sender.id, event.sender.name, authenticated=True)
        if verb in ("link", "unlink"):
            return Outcome(said=(from_plain(f"Done: {verb} {words}."),))
        if known is None:
            return Outcome("not-found", (from_plain(f"There is no ticket {number}."),))
        if verb == "claim":
            if known.claimant_identity not in (None, me):
                return Outcome("conflict", (from_plain(f"{known.claimant_identity.name} has ticket {number}."),))
            self._set(number, status=TicketStatus.CLAIMED, claimant=self.reader.number(me.key), claimant_identity=me)
            self.reader.record(number, ChangeKind.CLAIMED, "", me.name)
        elif verb == "release":
            self._set(number, status=TicketStatus.OPEN, claimant=None, claimant_identity=None)
            self.reader.record(number, ChangeKind.RELEASED, "", me.name)
        elif verb in ("resolve", "reopen"):
            resolved = verb == "resolve"
            self._set(number, status=TicketStatus.RESOLVED if resolved else TicketStatus.OPEN)
            self.reader.record(number, ChangeKind.RESOLVED if resolved else ChangeKind.REOPENED, "", me.name)
        elif verb in ("approve", "return", "withdraw"):
            del self.reader.drafts[number]
        else:
            kinds = {
                "answer": ChangeKind.ANSWER,
                "ask-back": ChangeKind.ASK_BACK,
                "deliver": ChangeKind.DELIVERED,
                "note": ChangeKind.NOTE,
                "grant": ChangeKind.GRANTED,
                "decline": ChangeKind.DECLINED,
            }
            self.reader.record(number, kinds[verb], words, me.name)
        return Outcome(said=(from_plain(f"Done: {verb} {number}."),), ticket=number)


@dataclass
class World:
    """A website's surroundings, all within reach of a test."""

    services: Services
    reader: FakeReader
    hub: FakeHub
    log: MemoryWebLog
    network: WebNetwork
    live: Live
    parts: list[PartHealth] = field(default_factory=list)

    async def desk_says(self, room: RoomId, markup: str, key: str) -> None:
        from bridges.events import SendMessage, ToRoom

        await self.network.send(key, SendMessage(ToRoom(room), from_markup(markup)))


async def _no_states() -> Sequence[NetworkState]:
    return []


def world(kb: KnowledgeBase, config: dict[str, Any] | None = None, state: Path = Path("state")) -> World:
    settings: Config = build({"networks": {"web": {"kind": "web"}}, **(config or {})})
    log, live, reader = MemoryWebLog(), Live(), FakeReader()
    network = create("web", WebSettings(), Context(state, "helpdesk", log))
    hub = FakeHub(reader, live)
    parts = [PartHealth("database", ok=True, detail="SQLite")]
    services = Services(
        config=settings,
        kb=kb,
        hub=hub,
        reader=reader,
        networks={"web": network},
        words=Words(settings.helpdesk.language),
        live=live,
        health=lambda: parts,
        states=_no_states,
        metrics=lambda: b"helpdesk_up 1.0\n",
        clock=lambda: NOW,
    )
    return World(services, reader, hub, log, network, live, parts)


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the page's first form."""
    return {
        name: re.search(rf'name="{name}" value="([^"]+)"', page)[1]  # type: ignore[index]
        for name in ("form", "key")
    }
