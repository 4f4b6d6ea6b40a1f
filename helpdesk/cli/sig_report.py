"""How the SIG gets on: `queue report`. Reads the database, whether the service runs or not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from helpdesk.cli.shared import (
    Failure,
    Shared,
    json_option,
    open_database,
    pass_shared,
    print_json,
    run_async,
    state_option,
)

if TYPE_CHECKING:
    from helpdesk.config import Config
    from helpdesk.desk.spans import Span
    from helpdesk.nouns.report import Report


@click.command(
    epilog="""\b
Examples:
  helpdesk queue report
  helpdesk queue report --span 90d --queue events
  helpdesk queue report --span year --csv report/
  helpdesk queue report --json | jq .first.wall

It names people and counts what was asked in private: it is for leads, not for the public.
"""
)
@click.option("--span", default="month", help="How far it looks back: week, month, quarter, year, 90d …")
@click.option("--queue", "queue_name", default="", help="One queue only; `-` is the one there always is.")
@click.option(
    "--csv", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write tables there."
)
@json_option
@state_option
@pass_shared
def report(shared: Shared, span: str, queue_name: str, folder: Path | None, as_json: bool, state: Path | None) -> None:
    """How long people wait, what was solved, who has too much."""
    from helpdesk.desk.spans import span_of

    config = shared.config_at(state)
    wanted = span_of(f"{span} {queue_name}", config)
    if wanted is None:
        queues = ", ".join(("-", *config.queues))
        raise Failure(
            f"{span} {queue_name}: no such time or queue", f"write week, month, year or 90d; queues: {queues}"
        )
    found = _read(config, wanted)
    if folder is not None:
        _write(found, folder)
    elif as_json:
        print_json(_json(found))
    else:
        _show(found, wanted)


def _read(config: Config, span: Span) -> Report:
    from helpdesk.store.database import Reader

    database = open_database(config)
    try:
        return run_async(Reader(database, config).sig_report(span, datetime.now(UTC)))
    finally:
        database.close()


def _write(found: Report, folder: Path) -> None:
    from helpdesk.report_csv import TABLES, table

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            (folder / f"{name}.csv").write_text(table(found, name), encoding="utf-8", newline="")
    except OSError as error:
        raise Failure(f"{folder}: {error.strerror}", "name a folder you may write to") from error
    click.echo(f"{folder}: {', '.join(f'{name}.csv' for name in TABLES)}")


def _show(found: Report, span: Span) -> None:
    from bridges.text import plain
    from helpdesk.desk.figures_told import lines
    from helpdesk.words import Words

    words = Words("en")
    for line in lines(found, span.name):
        click.echo(plain(words.text(line)))


def _json(found: Report) -> dict[str, object]:
    from dataclasses import asdict
    from datetime import timedelta

    def told(value: object) -> object:
        """Lengths in seconds, moments in ISO 8601."""
        match value:
            case timedelta():
                return value.total_seconds()
            case datetime():
                return value.isoformat()
            case dict():
                return {name: told(item) for name, item in value.items()}
            case list() | tuple():
                return [told(item) for item in value]
        return value

    return {name: told(value) for name, value in asdict(found).items()}
