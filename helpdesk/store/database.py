"""The database with the reads that pages and the CLI ask of it, and the web chat's log."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from bridges.events import MessageId, PersonId, RoomId, Sender
from bridges.web.log import Line, Session
from helpdesk.config import Config
from helpdesk.desk.spans import Span
from helpdesk.model import Change, Identity, Page, Role, Ticket
from helpdesk.nouns.gather import Hit
from helpdesk.nouns.life import LifeView
from helpdesk.nouns.report import Report
from helpdesk.nouns.rota import RotaView
from helpdesk.nouns.sig import Draft
from helpdesk.store import pages, people, search, tickets
from helpdesk.store.engine import Database
from helpdesk.store.exporting import export
from helpdesk.store.notify import News, tell
from helpdesk.store.nouns import gather, life, report, requests, rota
from helpdesk.store.nouns.sig import waiting_draft
from helpdesk.store.schema import web_lines, web_sessions


class Reader:
    """`helpdesk.services.DeskReader` over a database."""

    def __init__(self, database: Database, config: Config) -> None:
        self.database = database
        self.config = config

    async def queue(self, *, closed: bool = False, limit: int = 200) -> Sequence[Ticket]:
        return await self.database.read(tickets.queue, closed=closed, limit=limit)

    async def ticket(self, number: int) -> Ticket | None:
        return await self.database.read(tickets.ticket, number)

    async def history(self, number: int) -> Sequence[Change]:
        return await self.database.read(tickets.history, number)

    async def ticket_by_token(self, token: str) -> Ticket | None:
        return await self.database.read(_by_token, token)

    async def prospects(self, ticket: Ticket, now: datetime) -> LifeView:
        return await self.database.read(life.prospects, self.config, ticket, now)

    async def tickets_of(self, sender: Sender, network: str) -> Sequence[Ticket]:
        return await self.database.read(tickets.of_sender, network, sender)

    async def role(self, sender: Sender, network: str) -> Role:
        return await self.database.read(people.role_of, self.config, network, sender)

    async def person(self, sender: Sender, network: str) -> int | None:
        return await self.database.read(people.find, network, sender.id)

    async def accounts(self, sender: Sender, network: str) -> Sequence[Identity]:
        return await self.database.read(people.accounts, network, sender.id)

    async def draft(self, number: int) -> Draft | None:
        return await self.database.read(waiting_draft, number)

    async def agreement(self, number: int, person: int | None, role: Role) -> bool | None:
        return await self.database.read(requests.agreement, self.config, number, person, role)

    async def members(self) -> Sequence[tuple[Identity, Role]]:
        return await self.database.read(people.all_members, self.config)

    async def new_invitation(self, role: Role, expires: datetime) -> str:
        token = secrets.token_urlsafe(24)
        await self.database.write(people.add_invitation, token, role, expires)
        return token

    async def invitation(self, token: str, now: datetime) -> Role | None:
        return await self.database.read(people.invitation, token, now)

    async def sig_report(self, span: Span, now: datetime) -> Report:
        return await self.database.read(report.report, self.config, now, span)

    async def export(self, person: int) -> Mapping[str, Any] | None:
        return await self.database.read(export, person)

    async def rota(self, now: datetime) -> RotaView:
        return await self.database.read(rota.rota, self.config, now, rota.A_YEAR)

    async def whose_calendar(self, token: str) -> int | None:
        return await self.database.read(rota.whose_calendar, token)

    async def find(self, words: str, limit: int = 20) -> Sequence[Hit]:
        """The operator's search over tickets: all of them, and nobody is `me`."""
        return await self.database.read(search.find, words, 0, "all", limit)

    async def page(self, token: str) -> Page | None:
        return await self.database.read(pages.find, token)

    async def redeem(self, token: str, now: datetime) -> Role | None:
        return await self.database.write(people.redeem, token, now)


def _by_token(connection: Connection, token: str) -> Ticket | None:
    return gather.seen(connection, tickets.by_token(connection, token))


def _line(row: Row[Any]) -> Line:
    return Line(
        row.seq,
        RoomId(row.room),
        row.at,
        row.side,
        PersonId(row.author) if row.author else None,
        row.key,
        row.html,
        row.plain,
        MessageId(row.reply_to) if row.reply_to else None,
        row.reaction,
    )


def _append(connection: Connection, line: Line, worker: str) -> Line:
    if connection.dialect.name == "postgresql":
        # Numbers are given before the commit: without this, a reader could pass over a line that commits later.
        connection.exec_driver_sql("LOCK TABLE web_lines IN EXCLUSIVE MODE")
    known = connection.execute(select(web_lines).where(web_lines.c.key == line.key)).one_or_none()
    if known is not None:
        return _line(known)
    row = connection.execute(
        insert(web_lines)
        .values(
            room=line.room,
            at=line.at,
            side=line.side,
            author=line.author,
            key=line.key,
            html=line.html,
            plain=line.plain,
            reply_to=line.reply_to,
            reaction=line.reaction,
        )
        .returning(web_lines)
    ).one()
    tell(connection, worker, News(line=row.seq))
    return _line(row)


def _since(connection: Connection, seq: int, room: RoomId | None, limit: int) -> list[Line]:
    query = select(web_lines).where(web_lines.c.seq > seq)
    if room is not None:
        query = query.where(web_lines.c.room == room)
    return [_line(row) for row in connection.execute(query.order_by(web_lines.c.seq).limit(limit))]


def _last_seq(connection: Connection) -> int:
    found = connection.execute(select(func.max(web_lines.c.seq))).scalar()
    return int(found) if found is not None else 0


def _session(connection: Connection, condition: Any) -> Session | None:
    row = connection.execute(select(web_sessions).where(condition)).one_or_none()
    if row is None:
        return None
    return Session(row.token_hash, PersonId(row.person), row.name, RoomId(row.room), row.created_at, row.seen_at)


def _add_session(connection: Connection, session: Session) -> None:
    connection.execute(
        insert(web_sessions).values(
            token_hash=session.token_hash,
            person=session.person,
            name=session.name,
            room=session.room,
            created_at=session.created_at,
            seen_at=session.seen_at,
        )
    )


class SqlWebLog:
    """`bridges.web.log.WebLog` in the database. Whoever writes a line wakes its readers, in other workers by notice."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._last = 0
        self._grown = asyncio.Event()

    async def append(self, line: Line) -> Line:
        stored = await self.database.write(_append, line, self.database.worker)
        self.grown(stored.seq)
        return stored

    def grown(self, seq: int = 0) -> None:
        """There are lines up to `seq`, or some that nobody told us of. Call on the event loop."""
        self._last = max(self._last, seq)
        self._grown.set()
        self._grown = asyncio.Event()

    async def since(self, seq: int, *, room: RoomId | None = None, limit: int = 500) -> Sequence[Line]:
        return await self.database.read(_since, seq, room, limit)

    async def last_seq(self) -> int:
        return await self.database.read(_last_seq)

    async def wait(self, seq: int, timeout: float) -> None:
        grown = self._grown
        if self._last > seq or await self.last_seq() > seq:
            return
        try:
            async with asyncio.timeout(timeout):
                await grown.wait()
        except TimeoutError:
            return

    async def session(self, token_hash: str) -> Session | None:
        return await self.database.read(_session, web_sessions.c.token_hash == token_hash)

    async def session_of(self, person: PersonId) -> Session | None:
        return await self.database.read(_session, web_sessions.c.person == person)

    async def add_session(self, session: Session) -> None:
        await self.database.write(_add_session, session)
