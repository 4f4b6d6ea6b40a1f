"""The SIG as it was read last, kept while nobody has changed it: people, shifts, swaps and duty are needed for most events and
change rarely.

Whoever writes any of it says so by `changed`, in the same transaction; whoever needs it compares one small row. What is kept
belongs to a connection to the database, so that every worker and every reader has its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from helpdesk.store.schema import counters

T = TypeVar("T")

COUNTER = "sig"
"""Drawn, not counted: what a transaction read of its own that was rolled back is never taken for what another one wrote."""
_VERSION = select(counters.c.value).where(counters.c.name == COUNTER)
_ROW: dict[str, BindParameter[Any]] = {"name": bindparam("name"), "value": bindparam("value")}
_CHANGED = {
    name: kind(counters).values(_ROW).on_conflict_do_update(index_elements=["name"], set_={"value": bindparam("value")})
    for name, kind in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
}


def changed(connection: Connection) -> None:
    """Something of the SIG is written in this transaction."""
    connection.execute(_CHANGED[connection.dialect.name], {"name": COUNTER, "value": secrets.randbits(62)})


def remembered(connection: Connection, name: str, given: object, load: Callable[[], T]) -> T:
    """What `load` found last under this name with the same thing given, or finds now."""
    version = connection.execute(_VERSION).scalar()
    known, kept = connection.info.get(COUNTER, (None, {}))
    if known != version or version is None:
        # Without a version nothing was ever written: nobody would say that it is no longer so.
        kept = {}
        connection.info[COUNTER] = (version, kept)
    if name not in kept or kept[name][0] != given:
        kept[name] = (given, load())
    return cast("T", kept[name][1])
