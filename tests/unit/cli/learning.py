"""Entries for the log of questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from helpdesk.desk.learning import Lesson, Made, Offered
from helpdesk.store import learning
from helpdesk.store.engine import Database

NOW = datetime.now(UTC)
ANSWER = Offered(
    1, NOW, "chat", False, "en", "is there a beamer?", Made.ANSWER, True, 0.9, "off", {"score": 1.0}, (),
    (("events/projector", ""),), "events/projector",
)  # fmt: skip
UNKNOWN = replace(ANSWER, made=Made.NO_ANSWER, offered=(), confidence=0.2)


def learn(database: Database, *told: Lesson) -> None:
    with database.writing.begin() as connection:
        for lesson in told:
            learning.learn(connection, lesson)
