"""What the log of questions tells: `kb report`. Reads the database, whether the service runs or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from helpdesk.cli.shared import (
    Shared,
    json_option,
    open_database,
    pass_shared,
    print_json,
    print_table,
    run_async,
    state_option,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from helpdesk.desk.record import Success
    from helpdesk.report import Group, Report
    from kb.library import Library

_SHOWN = 100
"""Characters of a question in a table."""


class _Names:
    """What the library says of an article's id, which may be a former one, or of an article that is gone."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def current(self, article_id: str) -> str:
        found = self.library.article(article_id)
        return found.id if found else article_id

    def answering(self) -> list[str]:
        return [article.id for article in self.library.articles.values() if article.status == "published"]

    def audience(self, article_id: str) -> str:
        found = self.library.article(article_id)
        return str(found.audience) if found else "gone"

    def marked(self, article_id: str) -> str:
        """For people: an article that the public must not hear of says so."""
        audience = self.audience(article_id) if article_id else "public"
        return article_id if audience == "public" else f"{article_id} ({audience})"


# --- report -----------------------------------------------------------------------------------------------------------


@click.command(
    epilog="""\b
Examples:
  helpdesk kb report
  helpdesk kb report --days 90 --limit 50
  helpdesk kb report --json | jq -r '.unanswered[] | select(.count > 2) | .wordings[]'

It names the volunteers' articles too, and marks them: it is for those who care for the knowledge base, not for the public.
Words asked in private, and words older than learning.keep_text, are counted without being shown.
"""
)
@click.option("--days", type=click.IntRange(1, 10_000), default=30, help="How far it looks back.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, help="At most so many rows of each table.")
@json_option
@state_option
@pass_shared
def report(shared: Shared, days: int, limit: int, as_json: bool, state: Path | None) -> None:
    """What people asked and got no answer to; articles that fail."""
    from helpdesk.checks import article_folders
    from helpdesk.report import report as made_of
    from helpdesk.store import learning
    from kb.library import Library

    config = shared.config_at(state)
    names = _Names(Library(article_folders(config)))
    since = datetime.now(UTC) - timedelta(days=days)

    def read(connection: Connection) -> Report:
        log = learning.every(lambda after: learning.logged(connection, since, after=after))
        return made_of(since, log, learning.success(connection, since), names.answering(), names.current)

    database = open_database(config)
    try:
        found = run_async(database.read(read))
    finally:
        database.close()
    if as_json:
        print_json(_report_json(found, names, days, limit))
    else:
        _show(found, names, days, limit)


def _report_json(found: Report, names: _Names, days: int, limit: int) -> dict[str, object]:
    return {
        "days": days,
        "asked": found.asked,
        "unanswered": [
            {
                "count": group.count,
                "not_helped": group.not_helped,
                "last": group.last.date().isoformat() if group.last else None,
                "nearest": group.nearest or None,
                "nearest_audience": names.audience(group.nearest) if group.nearest else None,
                "cited": group.answer or None,
                "cited_audience": names.audience(group.answer) if group.answer else None,
                "wordings": group.wordings,
            }
            for group in found.groups[:limit]
        ],
        "articles": [
            {"article": article, "audience": names.audience(article), **_success_json(did)}
            for article, did in list(found.articles.items())[:limit]
        ],
        "never_offered": [{"article": article, "audience": names.audience(article)} for article in found.never],
        "weeks": [
            {
                "begins": week.begins.isoformat(),
                "asked": week.asked,
                "answered": round(week.share(week.answered), 3),
                "suggested": round(week.share(week.suggested), 3),
                "handed_over": round(week.share(week.handed_over), 3),
                "helped": week.helped,
                "not_helped": week.not_helped,
            }
            for week in found.weeks
        ],
    }


def _success_json(did: Success) -> dict[str, object]:
    low, high = did.interval
    return {
        "offered": did.offered,
        "helped": did.helped,
        "not_helped": did.not_helped,
        "human": did.human,
        "cited": did.cited,
        "success": None if did.share is None else round(did.share, 3),
        "interval": [round(low, 3), round(high, 3)] if did.judged else None,
    }


def _show(found: Report, names: _Names, days: int, limit: int) -> None:
    if not found.asked:
        click.echo(f"Nobody asked anything in the last {days} days, or it was not logged (learning.enabled).")
        return
    click.secho(f"Not answered in the last {days} days", bold=True)
    if found.groups:
        print_table(
            ["TIMES", "LIKE", "NEAREST ARTICLE", "VOLUNTEERS CITED"],
            [_group_row(group, names) for group in found.groups[:limit]],
        )
        _more(len(found.groups), limit)
    else:
        click.echo("Nothing.")
    failing = [(article, did) for article, did in found.articles.items() if did.not_helped or did.human]
    click.secho("\nArticles that fail people", bold=True)
    if failing:
        print_table(
            ["ARTICLE", "OFFERED", "HELPED", "DID NOT", "WANTED A PERSON", "SUCCESS", "95% OF THE TIME"],
            [_article_row(article, did, names) for article, did in failing[:limit]],
        )
        _more(len(failing), limit)
    else:
        click.echo("None that anybody complained of.")
    click.secho("\nArticles that were never offered", bold=True)
    click.echo("\n".join(names.marked(article) for article in found.never[:limit]) or "None.")
    _more(len(found.never), limit)
    click.secho("\nWeek by week", bold=True)
    print_table(
        ["FROM", "ASKED", "ANSWERED", "SUGGESTED", "HANDED OVER", "HELPED", "DID NOT"],
        [
            [
                week.begins.isoformat(),
                str(week.asked),
                *(_percent(week.share(count)) for count in (week.answered, week.suggested, week.handed_over)),
                str(week.helped),
                str(week.not_helped),
            ]
            for week in found.weeks
        ],
    )


def _more(count: int, limit: int) -> None:
    if count > limit:
        click.secho(f"… and {count - limit} more: --limit", dim=True)


def _group_row(group: Group, names: _Names) -> list[str]:
    from bridges.text import one_line, shorten

    like = shorten(one_line(group.wordings[0]), _SHOWN) if group.wordings else "(words not kept)"
    return [str(group.count), like, names.marked(group.nearest), names.marked(group.answer)]


def _article_row(article: str, did: Success, names: _Names) -> list[str]:
    low, high = did.interval
    counts = (did.offered, did.helped, did.not_helped, did.human)
    judged = [_percent(did.share), f"{_percent(low)} to {_percent(high)}"] if did.share is not None else ["", ""]
    return [names.marked(article), *map(str, counts), *judged]


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%"
