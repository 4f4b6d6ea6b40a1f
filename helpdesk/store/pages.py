"""Pages of the relay: long texts, collapsed lines and files. Their tokens are secrets: only hashes of them are kept."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bridges.text import Text
from helpdesk.model import Page, PageKind, Said
from helpdesk.store.codec import decode, encode
from helpdesk.store.people import token_hash
from helpdesk.store.schema import pages

KEEP_EXPIRED = timedelta(days=30)
"""How long an expired page is still known, to say that it expired; its words and reference go at once."""

_EMPTY: dict[str, Any] = {
    "kind": "expired",
    "text": [],
    "title": "",
    "network": "",
    "reference": "",
    "type": "",
    "name": "",
    "size": None,
}


def new_token() -> str:
    """URL-safe, 192 bits."""
    return secrets.token_urlsafe(24)


def make(
    connection: Connection,
    kind: PageKind,
    title: str,
    lines: Sequence[Said],
    *,
    now: datetime,
    expires: datetime,
    network: str = "",
    reference: str = "",
    type: str = "",  # noqa: A002 - the field's name
    name: str = "",
    size: int | None = None,
    token: str = "",
) -> str:
    """Write a page and return the token of its address, drawn here unless given (`new_token`).

    `title`: the room. `lines`: what was said; for a file its author and caption. `network`, `reference`, `type`, `name`
    and `size`: a file's `Attachment`.
    """
    token = token or new_token()
    connection.execute(
        insert(pages).values(
            token_hash=token_hash(token),
            kind=kind,
            title=title,
            text=[_put(said) for said in lines],
            network=network,
            reference=reference,
            type=type,
            name=name,
            size=size,
            created_at=now,
            expires_at=expires,
        )
    )
    return token


def find(connection: Connection, token: str) -> Page | None:
    """The page, expired or not."""
    row = connection.execute(select(pages).where(pages.c.token_hash == token_hash(token))).one_or_none()
    if row is None:
        return None
    return Page(
        row.kind,
        row.title,
        row.created_at,
        row.expires_at,
        tuple(_got(said) for said in row.text),
        row.network,
        row.reference,
        row.type,
        row.name,
        row.size,
    )


def expire(connection: Connection, token: str, now: datetime) -> bool:
    """End a page before its time: its words were taken back. Whether there was one."""
    mine = pages.c.token_hash == token_hash(token)
    return bool(connection.execute(update(pages).where(mine).values(_EMPTY | {"expires_at": now})).rowcount)


def sweep(connection: Connection, now: datetime) -> int:
    """Empty what has expired, forget what expired long ago, and return how many pages were emptied."""
    over = connection.execute(update(pages).where(pages.c.expires_at <= now, pages.c.kind != "expired").values(_EMPTY))
    connection.execute(delete(pages).where(pages.c.expires_at <= now - KEEP_EXPIRED))
    return over.rowcount


def _put(said: Said) -> dict[str, object]:
    return {"author": said.author, "at": said.at.isoformat(), "text": encode(said.text), "network": said.network}


def _got(row: dict[str, str]) -> Said:
    text: Text = decode(row["text"])
    return Said(row["author"], datetime.fromisoformat(row["at"]), text, row["network"])
