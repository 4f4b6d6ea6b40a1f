"""The log of questions as people make it: through hub, store and outbox, on networks in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from helpdesk.desk.learning import Made
from helpdesk.desk.record import Logged
from helpdesk.model import Verdict
from helpdesk.store import learning
from tests.desk import LIST, WIKI, Desk, config_for, running

EVER = datetime(1970, 1, 1, tzinfo=UTC)


async def log(desk: Desk) -> Sequence[Logged]:
    await desk.quiet()
    return await desk.database.read(learning.logged, EVER)


def at(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/desk.db"


async def test_what_people_make_of_the_answers(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), at(tmp_path)) as desk:
        chat = desk["chat"]
        chat.say("helpdesk: how do I get a mailing list? mail me at anna@example.org")
        await desk.says("chat", "Ask the desk for a list.")
        chat.say("!yes")
        await desk.says("chat", "Glad it helped")
        chat.say("helpdesk: where is the wiki?")
        await desk.says("chat", "1")
        chat.say("!pick 2")
        await desk.says("chat", "Ask the desk for a list.")
        chat.say("!no")
        await desk.says("chat", "#1")
        chat.say("helpdesk: my badge is broken", by="bert")
        await desk.says("chat", "#2")
        chat.say("!answer 2 See http://help.example/kb/events/badges", by="vera", room="#sig")
        await desk.says("chat", "vera answers")
        answer, suggestions, unknown = await log(desk)
        assert (answer.made, answer.article, answer.verdict) == (Made.ANSWER, LIST.article, Verdict.HELPED)
        assert answer.text is not None
        assert "anna" not in answer.text
        assert (suggestions.made, suggestions.picked, suggestions.article) == (Made.SUGGESTIONS, 2, LIST.article)
        assert (suggestions.verdict, suggestions.handed_over) == (Verdict.NOT_HELPED, True)
        assert (unknown.made, unknown.nearest) == (Made.NO_ANSWER, WIKI.article)
        assert (unknown.handed_over, unknown.answered, unknown.cited) == (True, True, "events/badges")
        counted = desk.metrics.text().decode()
        for line in ("helped", "picked", "not-helped", "cited"):
            assert f'helpdesk_outcomes_total{{outcome="{line}"}} 1.0' in counted


async def test_nothing_is_logged_where_the_operator_wants_none(tmp_path: Path) -> None:
    async with running(config_for(tmp_path, learning={"enabled": False}), at(tmp_path)) as desk:
        desk["chat"].say("helpdesk: how do I get a mailing list?")
        await desk.says("chat", "Ask the desk for a list.")
        desk["chat"].say("!yes")
        await desk.says("chat", "Glad it helped")
        assert await log(desk) == []
        assert 'helpdesk_outcomes_total{outcome="helped"} 1.0' in desk.metrics.text().decode()


async def test_what_was_kept_long_enough_is_forgotten_by_a_service_that_runs(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), at(tmp_path)) as desk:
        desk["chat"].say("helpdesk: how do I get a mailing list?")
        await desk.says("chat", "Ask the desk for a list.")
        assert len(await log(desk)) == 1
    later = datetime.now(UTC) + timedelta(days=731)
    async with running(config_for(tmp_path), at(tmp_path), clock=lambda: later) as desk, asyncio.timeout(10):
        while await desk.database.read(learning.logged, EVER):
            pass  # the first sweep comes at the start
