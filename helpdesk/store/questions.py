"""Questions: asked, looked up, answered, and found again by the next `!yes`, `!more` or follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Update, bindparam, insert, select, update

from bridges.events import PersonId, RoomId
from helpdesk.effects import Ask, SetQuestion, Understood
from helpdesk.model import Identity, Question, QuestionStatus
from helpdesk.store.codec import decode, encode
from helpdesk.store.schema import questions
from helpdesk.store.tickets import origin_of
from kb.model import Audience

_NO_QUESTION = (
    QuestionStatus.REFUSED,
    QuestionStatus.SEARCHING,
    QuestionStatus.SEARCHED,
    QuestionStatus.WATCHING,
)
"""Rows that a `!yes`, a `!more` or a follow-up is never about."""

# Statements on the way of every question are built once: building one costs as much as running it.
_QUESTION = select(questions).where(questions.c.id == bindparam("by_id")).with_for_update()
_LAST_QUESTION = (
    select(questions)
    .where(
        questions.c.person == bindparam("by_person"),
        questions.c.network == bindparam("by_network"),
        questions.c.room == bindparam("by_room"),
        questions.c.status.not_in(_NO_QUESTION),
    )
    .order_by(questions.c.id.desc())
    .limit(1)
)
_BEFORE = (
    select(questions)
    .where(
        questions.c.person == bindparam("by_person"),
        questions.c.id < bindparam("by_id"),
        questions.c.status.not_in(_NO_QUESTION),
    )
    .order_by(questions.c.id.desc())
    .limit(1)
)
_ASK = insert(questions).returning(questions.c.id)


def _question(row: Row[Any]) -> Question:
    identity = Identity(row.network, PersonId(row.identity_key), row.identity_name, row.identity_authenticated)
    return Question(
        row.id,
        row.person,
        identity,
        origin_of(row),
        row.text,
        row.lang,
        row.asked_at,
        QuestionStatus(row.status),
        decode(row.citations),
        decode(row.parts),
        row.told,
        row.topic,
        row.ticket,
        row.previous,
        row.read_as,
        Audience(row.audience),
        decode(row.choices),
    )


def question(connection: Connection, number: int) -> Question | None:
    found = connection.execute(_QUESTION, {"by_id": number}).one_or_none()
    return None if found is None else _question(found)


def last_question(connection: Connection, person: int, network: str, room: RoomId) -> Question | None:
    """The person's latest question in this room."""
    found = connection.execute(
        _LAST_QUESTION, {"by_person": person, "by_network": network, "by_room": room}
    ).one_or_none()
    return None if found is None else _question(found)


def before(connection: Connection, question: Question) -> Question | None:
    """What the same person asked before, in any room."""
    found = connection.execute(_BEFORE, {"by_person": question.person, "by_id": question.id}).one_or_none()
    return None if found is None else _question(found)


def unanswered(connection: Connection, until: datetime) -> Sequence[Question]:
    """Questions asked and words looked up until then whose result never came: the service stopped in between."""
    waiting = (QuestionStatus.ASKING, QuestionStatus.SEARCHING, QuestionStatus.WATCHING)
    query = (
        select(questions).where(questions.c.status.in_(waiting), questions.c.asked_at <= until).order_by(questions.c.id)
    )
    return [_question(row) for row in connection.execute(query)]


def ask(connection: Connection, effect: Ask) -> int:
    origin, identity = effect.origin, effect.person.identity
    row = {
        "person": effect.person.id,
        "identity_key": identity.key,
        "identity_name": identity.name,
        "identity_authenticated": identity.authenticated,
        "network": origin.network,
        "room": origin.room,
        "direct": origin.direct,
        "encrypted": origin.encrypted,
        "message": origin.message,
        "thread": origin.thread,
        "text": effect.text,
        "lang": effect.lang,
        "asked_at": effect.asked_at,
        "status": _status(effect),
        "citations": [],
        "parts": [],
        "told": 0,
        "topic": "",
        "previous": effect.previous,
        "read_as": "",
        "audience": effect.audience,
        "choices": [],
    }
    number: int = connection.execute(_ASK, row).scalar_one()
    return number


def _status(effect: Ask) -> QuestionStatus:
    if effect.refused:
        return QuestionStatus.REFUSED
    if effect.unasked:
        return QuestionStatus.WATCHING
    return QuestionStatus.SEARCHING if effect.search else QuestionStatus.ASKING


def understood(connection: Connection, effect: Understood) -> None:
    values = {"lang": effect.lang, "read_as": effect.read_as}
    connection.execute(_change(frozenset(values)), {"by_id": effect.question, **values})


def set_question(connection: Connection, effect: SetQuestion) -> None:
    values: dict[str, object] = {"status": effect.status}
    if effect.citations is not None:
        values["citations"] = encode(effect.citations)
    if effect.parts is not None:
        values["parts"] = encode(effect.parts)
    if effect.choices is not None:
        values["choices"] = encode(effect.choices)
    values |= {name: value for name in ("told", "topic", "ticket") if (value := getattr(effect, name)) is not None}
    connection.execute(_change(frozenset(values)), {"by_id": effect.question, **values})


@cache
def _change(columns: frozenset[str]) -> Update:
    """The statement that sets these columns of a question; there are a handful of such sets."""
    values = {name: bindparam(name, type_=questions.c[name].type) for name in sorted(columns)}
    return update(questions).where(questions.c.id == bindparam("by_id")).values(**values)
