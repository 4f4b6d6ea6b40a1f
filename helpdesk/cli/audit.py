"""Reading the audit log from the command line: reads the database, whether the service runs or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
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
    from helpdesk.config import Config
    from helpdesk.model import AuditEntry


@click.command(
    epilog="""\b
Examples:
  helpdesk audit                   the last 20
  helpdesk audit --last 500 --json

Who made and lifted rules of moderation, linked rooms and gave roles, and what policy rooms changed. It is kept for ever.
"""
)
@click.option("--last", type=click.IntRange(1, 100_000), default=20, help="How many entries, newest first.")
@json_option
@state_option
@pass_shared
def audit(shared: Shared, last: int, as_json: bool, state: Path | None) -> None:
    """What leads and policy rooms did to people and rooms. Works whether the service runs or not."""
    entries = _read(shared.config_at(state), last)
    if as_json:
        print_json([asdict(entry) | {"at": entry.at.isoformat()} for entry in entries])
    elif not entries:
        click.echo("Nothing has been done yet.")
    else:
        print_table(["AT (UTC)", "WHO", "WHERE", "DID", "ABOUT", "DETAIL"], [_row(entry) for entry in entries])


def _read(config: Config, last: int) -> Sequence[AuditEntry]:
    from helpdesk.store import moderation

    database = open_database(config)
    try:
        return run_async(database.read(moderation.entries, last))
    finally:
        database.close()


def _row(entry: AuditEntry) -> list[str]:
    same = entry.actor in ("", entry.actor_name)
    return [
        f"{entry.at:%Y-%m-%d %H:%M:%S}",
        entry.actor_name if same else f"{entry.actor_name} ({entry.actor})",
        f"{entry.network}:{entry.room}" if entry.room else entry.network,
        entry.action,
        entry.about,
        entry.detail,
    ]
