"""The log of questions: written with the decision that taught it, read by reports, swept as the operator wishes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import Connection, Row, case, delete, func, null, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from helpdesk.desk.learning import HandedOver, Lesson, Made, Offered, OpenedAgain, Picked, Place, Solved, VolunteerSaid
from helpdesk.desk.record import Logged, Success
from helpdesk.effects import Judge
from helpdesk.model import Verdict
from helpdesk.sections import Learning
from helpdesk.store.schema import lessons

BATCH = 500
"""Rows that one transaction of the sweep changes."""
LATE = timedelta(days=30)
"""What comes of a question may come so late: until then its entry is found by question and ticket, whatever is kept."""

# A question that is answered twice (its service died in between) is in the log once. Built once: it is on every question's way.
_OFFERED = {
    "sqlite": sqlite_insert(lessons).on_conflict_do_nothing(),
    "postgresql": postgresql_insert(lessons).on_conflict_do_nothing(),
}


def learn(connection: Connection, lesson: Lesson) -> None:
    """Write it down. What is about a question that is not in the log changes nothing."""
    match lesson:
        case Offered():
            _offered(connection, lesson)
        case Judge(question, verdict):
            _change(connection, lessons.c.question == question, verdict=verdict)
        case Picked(question, place):
            _picked(connection, question, place)
        case HandedOver(question, ticket):
            _change(connection, lessons.c.question == question, handed_over=True, ticket=ticket)
        case VolunteerSaid(ticket, cited, closing):
            values: dict[str, object] = {} if closing else {"answered": True}
            if cited is not None:
                values |= {"cited": cited[0], "cited_anchor": cited[1]}
            if values:
                _change(connection, _latest(ticket), **values)
        case Solved(ticket):
            _change(connection, _latest(ticket), solved=True)
        case OpenedAgain(ticket):
            _change(connection, _latest(ticket), opened_again=True, solved=False)
        case _:
            assert_never(lesson)


def _change(connection: Connection, which: Any, **values: object) -> None:
    connection.execute(update(lessons).where(which).values(**values))


def _latest(ticket: int) -> Any:
    """A ticket may go on with further questions: what is said answers the last of them."""
    last = select(func.max(lessons.c.id)).where(lessons.c.ticket == ticket)
    return lessons.c.id == last.scalar_subquery()


def _offered(connection: Connection, lesson: Offered) -> None:
    told = lesson.offered[0] if lesson.told and lesson.made is Made.ANSWER else ("", "")
    row = {
        "question": lesson.question,
        "ticket": lesson.ticket,
        # Nobody's question is found again by the moment it was asked.
        "at": lesson.at.replace(minute=0, second=0, microsecond=0),
        "network": lesson.network,
        "private": lesson.private,
        "lang": lesson.lang,
        "text": lesson.text,
        "made": lesson.made,
        "told": lesson.told,
        "confidence": lesson.confidence,
        "tier": lesson.tier,
        "features": dict(lesson.features),
        "candidates": lesson.candidates,
        "offered": lesson.offered,
        "nearest": lesson.nearest,
        "article": told[0],
        "anchor": told[1],
        "picked": 0,
        "verdict": "",
        "handed_over": lesson.ticket is not None,
        "answered": False,
        "cited": "",
        "cited_anchor": "",
        "solved": False,
        "opened_again": False,
    }
    connection.execute(_OFFERED[connection.dialect.name], row)


def _picked(connection: Connection, question: int, place: Place) -> None:
    offered = connection.execute(select(lessons.c.offered).where(lessons.c.question == question)).scalar() or []
    if list(place) in offered:
        # A choice made anew is judged anew.
        changed = {"article": place[0], "anchor": place[1], "picked": offered.index(list(place)) + 1, "verdict": ""}
        _change(connection, lessons.c.question == question, **changed)


# --- reading ----------------------------------------------------------------------------------------------------------

_EVIDENCE = ("features", "candidates")
_PLAIN = [column for column in lessons.c if column.name not in _EVIDENCE]


def logged(connection: Connection, since: datetime, *, after: int = 0, limit: int = 5000) -> Sequence[Logged]:
    """What was asked since then, in the order of the log, without its evidence: a page that begins after this id."""
    query = select(*_PLAIN).where(lessons.c.at >= since, lessons.c.id > after).order_by(lessons.c.id).limit(limit)
    return [_logged(row) for row in connection.execute(query)]


def judged(connection: Connection, *, after: int = 0, limit: int = 5000) -> Sequence[Logged]:
    """All of which something can be learned, with its evidence: judged by the asker, or answered by a volunteer."""
    verdicts = (Verdict.HELPED, Verdict.NOT_HELPED)
    taught = or_(lessons.c.verdict.in_(verdicts), lessons.c.answered.is_(true()), lessons.c.cited != "")
    query = select(lessons).where(taught, lessons.c.id > after).order_by(lessons.c.id).limit(limit)
    return [_logged(row) for row in connection.execute(query)]


def every(page: Callable[[int], Sequence[Logged]]) -> Iterator[Logged]:
    """All pages, one after the other: `page` is given the last id of the one before."""
    after = 0
    while found := page(after):
        yield from found
        after = found[-1].id


def success(connection: Connection, since: datetime) -> Mapping[str, Success]:
    """How each article did that was offered, or that volunteers cited, since then."""

    def said(verdict: Verdict) -> Any:
        return func.sum(case((lessons.c.verdict == verdict, 1), else_=0))

    recent = lessons.c.at >= since
    offered = connection.execute(
        select(lessons.c.article, func.count(), said(Verdict.HELPED), said(Verdict.NOT_HELPED), said(Verdict.HUMAN))
        .where(recent, lessons.c.article != "")
        .group_by(lessons.c.article)
    ).all()
    cited = connection.execute(
        select(lessons.c.cited, func.count()).where(recent, lessons.c.cited != "").group_by(lessons.c.cited)
    ).all()
    counts = {row[0]: int(row[1]) for row in cited}
    found = {
        row[0]: Success(int(row[1]), int(row[2]), int(row[3]), int(row[4]), counts.get(row[0], 0)) for row in offered
    }
    return found | {article: Success(0, cited=count) for article, count in counts.items() if article not in found}


def _logged(row: Row[Any]) -> Logged:
    held = row._mapping  # noqa: SLF001 - public, whatever its name says
    return Logged(
        row.id,
        row.at,
        row.network,
        row.private,
        row.lang,
        row.text,
        Made(row.made),
        row.told,
        row.confidence,
        row.tier,
        tuple((article, anchor) for article, anchor in row.offered),
        row.nearest,
        row.article,
        row.picked,
        Verdict(row.verdict) if row.verdict else None,
        row.handed_over,
        row.answered,
        row.cited,
        row.solved,
        row.opened_again,
        held.get("features", {}),
        tuple((article, score) for article, score in held.get("candidates", ())),
    )


# --- forgetting -------------------------------------------------------------------------------------------------------


def sweep(connection: Connection, now: datetime, keeping: Learning) -> bool:
    """Forget a batch of what has been kept long enough. Whether there may be more."""

    def first(*conditions: Any) -> Any:
        return lessons.c.id.in_(select(lessons.c.id).where(*conditions).order_by(lessons.c.at).limit(BATCH))

    gone = connection.execute(delete(lessons).where(first(lessons.c.at < now - keeping.keep))).rowcount
    worded = first(lessons.c.at < now - keeping.keep_text, lessons.c.text.is_not(None))
    speechless = connection.execute(update(lessons).where(worded).values(text=null())).rowcount
    linked = or_(lessons.c.question.is_not(None), lessons.c.ticket.is_not(None))
    late = first(lessons.c.at < now - max(keeping.keep_text, LATE), linked)
    unlinked = connection.execute(update(lessons).where(late).values(question=null(), ticket=null())).rowcount
    return BATCH in (gone, speechless, unlinked)
