"""A person's rights over their data, for the operator: `person export` and `person forget`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpdesk.cli.shared import (
    Failure,
    Shared,
    ask_service,
    open_database,
    pass_shared,
    print_json,
    run_async,
    state_option,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from helpdesk.config import Config


@click.group()
def person() -> None:
    """Hand out, or forget, what the desk knows of somebody."""


@person.command(
    epilog="""\b
Examples:
  helpdesk person export libera:anna > anna.json
  helpdesk person export matrix:@anna:example.org | jq '.tickets[].number'

Works whether the service runs or not. Be sure who asks you: it holds what they asked in private.
"""
)
@click.argument("who", metavar="NETWORK:NAME")
@state_option
@pass_shared
def export(shared: Shared, who: str, state: Path | None) -> None:
    """All that is known of somebody, as JSON."""
    config = shared.config_at(state)
    found = _found(config, who)
    if found is None:
        raise Failure(f"nobody is known by {who}", "`helpdesk queue list` shows names and networks")
    print_json(found)


def _found(config: Config, who: str) -> Mapping[str, Any] | None:
    from helpdesk.store.exporting import export as export_of
    from helpdesk.store.people import find

    try:
        network, key = config.person_key(who)
    except ValueError as error:
        raise Failure(str(error)) from error

    def read(connection: Connection) -> Mapping[str, Any] | None:
        number = find(connection, network, key)
        return None if number is None else export_of(connection, number)

    database = open_database(config)
    try:
        return run_async(database.read(read))
    finally:
        database.close()


@person.command(
    epilog="""\b
Examples:
  helpdesk person forget libera:anna
  helpdesk person forget --yes matrix:@anna:example.org

Their open tickets are cancelled and their claims given back; what was said in public stays under nobody's name. Backups
hold them until you throw the backups away. A role in the configuration is yours to take out.
"""
)
@click.argument("who", metavar="NETWORK:NAME")
@click.option("--yes", "sure", is_flag=True, help="Don't ask.")
@state_option
@pass_shared
def forget(shared: Shared, who: str, sure: bool, state: Path | None) -> None:
    """Make the desk forget somebody. Nothing brings it back."""
    config = shared.config_at(state)
    if not sure:
        click.echo(_told(config, f"forget {who}"))
        click.confirm("Forget them?", abort=True)
    click.echo(_told(config, f"forget {who} yes"))


def _told(config: Config, text: str) -> str:
    """What the service says to it."""
    reply = ask_service(config, "tell", text=text)
    said = "\n".join(reply["said"])
    if reply["refusal"]:
        raise Failure(said)
    return said
