"""The database and its backups: `db upgrade`, `db backup`, `db restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from helpdesk.cli.shared import Failure, Shared, config_failure, json_option, pass_shared, print_json, state_option

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def db() -> None:
    """Care for the database: upgrade, back up, restore."""


@db.command(epilog="`helpdesk run` does the same when it starts; this is for those who want it apart.")
@json_option
@state_option
@pass_shared
def upgrade(shared: Shared, as_json: bool, state: Path | None) -> None:
    """Bring the database's schema up to date. Take a backup first."""
    from helpdesk.config import ConfigError
    from helpdesk.store.engine import Database, StoreError

    config = shared.config_at(state)
    config.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        database = Database.open(config.database_url())
        try:
            applied = database.upgrade()
        finally:
            database.close()
    except ConfigError as error:
        raise config_failure(error) from error
    except StoreError as error:
        raise Failure(str(error)) from error
    if as_json:
        print_json({"applied": applied})
    else:
        click.echo(f"Applied: {', '.join(applied)}" if applied else "The database is up to date.")


@db.command(
    epilog="""\b
Examples:
  helpdesk db backup desk-$(date +%F).tar.gz
  helpdesk db backup --force /backup/desk.tar.gz      from a timer, over yesterday's

It holds the database and the networks' keys and tokens: whoever has it can read all tickets and speak as the desk.
It is written with mode 0600. The knowledge base's index is left out; articles of your own are files of yours.
"""
)
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@json_option
@state_option
@pass_shared
def backup(shared: Shared, file: Path, force: bool, as_json: bool, state: Path | None) -> None:
    """Write everything that can't be made anew into FILE, while the service runs."""
    from helpdesk.backup import BackupError, describe
    from helpdesk.backup import backup as take
    from helpdesk.config import ConfigError

    try:
        made = take(shared.config_at(state), file, datetime.now(UTC), force=force)
    except BackupError as error:
        raise Failure(str(error), error.mend) from error
    except ConfigError as error:
        raise config_failure(error) from error
    if as_json:
        print_json({"file": str(made.file), "bytes": made.bytes, "members": made.members, **describe(made.manifest)})
    else:
        click.echo(f"{made.file}: {made.members} members, {made.bytes / 1024:.0f} KiB")


@db.command(
    epilog="""\b
Examples:
  helpdesk db restore desk-2026-01-31.tar.gz
  helpdesk db restore --force desk.tar.gz

Stop the service first. With --force, what the state folder holds is set aside in it, in a folder replaced-DATE-TIME;
tables of PostgreSQL are replaced. A backup of an older version is brought up to date at the next start.
"""
)
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Restore over data that is there.")
@json_option
@state_option
@pass_shared
def restore(shared: Shared, file: Path, force: bool, as_json: bool, state: Path | None) -> None:
    """Put the content of a backup in place."""
    from helpdesk.backup import BackupError, describe
    from helpdesk.backup import restore as put
    from helpdesk.config import ConfigError

    try:
        manifest = put(shared.config_at(state), file, datetime.now(UTC), force=force)
    except BackupError as error:
        raise Failure(str(error), error.mend) from error
    except ConfigError as error:
        raise config_failure(error) from error
    if as_json:
        print_json(describe(manifest))
    else:
        click.echo(f"Restored what was backed up on {manifest.made}. Start the service: `helpdesk run`")
