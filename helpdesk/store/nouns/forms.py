"""The forms that people fill in: each has one at most."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select, update

from bridges.events import RoomId
from helpdesk.nouns.requests import Form
from helpdesk.store.schema_sig import forms

# On the way of all words to the desk: built once.
_FORM = select(forms).where(forms.c.person == bindparam("by_person"))


def form(connection: Connection, person: int) -> Form | None:
    """The one somebody fills in."""
    row = connection.execute(_FORM, {"by_person": person}).one_or_none()
    if row is None:
        return None
    return Form(row.person, row.item, row.field, row.fields, row.paused, row.network, RoomId(row.room), row.changed_at)


def move_form(connection: Connection, was: int, person: int) -> None:
    """What a guest began, their account goes on with; a form of the account's own stays."""
    if form(connection, person) is None:
        connection.execute(update(forms).where(forms.c.person == was).values(person=person))
    else:
        connection.execute(delete(forms).where(forms.c.person == was))
