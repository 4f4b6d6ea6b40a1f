"""Looking at the queue from the command line: reads the database, whether the service runs or not."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from helpdesk.cli.shared import (
    Failure,
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
    from helpdesk.model import Change, Ticket
    from helpdesk.nouns.gather import Hit
    from helpdesk.services import DeskReader
    from helpdesk.store.database import Reader

T = TypeVar("T")


@click.group()
def queue() -> None:
    """Look at the tickets. Works whether the service runs or not."""


@queue.command(
    "list",
    epilog="""\b
Examples:
  helpdesk queue list
  helpdesk queue list --closed --limit 20
  helpdesk queue list --json | jq '.[].number'
""",
)
@click.option("--closed", is_flag=True, help="The latest resolved and cancelled ones instead.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=200, help="At most so many.")
@json_option
@state_option
@pass_shared
def list_(shared: Shared, closed: bool, limit: int, as_json: bool, state: Path | None) -> None:
    """The tickets that wait: unclaimed and oldest first."""
    found = _read(shared.config_at(state), lambda reader: reader.queue(closed=closed, limit=limit))
    if as_json:
        print_json([_ticket(ticket) for ticket in found])
    elif not found:
        click.echo("No closed tickets." if closed else "The queue is empty.")
    else:
        print_table(
            ["#", "STATUS", "SINCE", "WITH", "ASKER", "QUESTION"],
            [
                [
                    str(ticket.number),
                    ticket.status,
                    f"{ticket.opened_at:%Y-%m-%d %H:%M}",
                    ticket.claimant_identity.name if ticket.claimant_identity else "",
                    f"{ticket.asker_identity.name} ({ticket.asker_identity.network})",
                    _short(ticket.text),
                ]
                for ticket in found
            ],
        )


@queue.command(
    epilog="""\b
Examples:
  helpdesk queue show 12
  helpdesk queue show 12 --json
"""
)
@click.argument("number", type=click.IntRange(1))
@json_option
@state_option
@pass_shared
def show(shared: Shared, number: int, as_json: bool, state: Path | None) -> None:
    """One ticket with its whole history, notes included."""

    async def both(reader: DeskReader) -> tuple[Ticket | None, list[Change]]:
        return await reader.ticket(number), list(await reader.history(number))

    ticket, history = _read(shared.config_at(state), both)
    if ticket is None:
        raise Failure(
            f"there is no ticket {number}", "`helpdesk queue list` shows those there are (--closed: the others)"
        )
    if as_json:
        print_json({**_ticket(ticket), "history": [_change(change) for change in history]})
        return
    with_whom = f", with {ticket.claimant_identity.name}" if ticket.claimant_identity else ""
    click.secho(f"Ticket {ticket.number}: {ticket.status}{with_whom}", bold=True)
    asker = ticket.asker_identity
    click.echo(f"Asked by {asker.name} on {asker.network}{' in private' if ticket.private else ''}, {ticket.topic}")
    click.echo(ticket.text)
    for change in history:
        click.echo(f"\n{change.at:%Y-%m-%d %H:%M}  {change.kind}  {change.actor_name}")
        if change.text:
            click.echo("  " + change.text.replace("\n", "\n  "))


@queue.command(
    epilog="""\b
Examples:
  helpdesk queue find badge printer
  helpdesk queue find '"badge printer" -label status:resolved tag:berlin'
"""
)
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="At most so many.")
@json_option
@state_option
@pass_shared
def find(shared: Shared, words: tuple[str, ...], limit: int, as_json: bool, state: Path | None) -> None:
    """Search the tickets and all that was said in them, newest first, with the articles' query language."""
    query = " ".join(words)

    async def look(reader: Reader) -> Sequence[Hit]:
        return await reader.find(query, limit)

    found = _read(shared.config_at(state), look)
    if as_json:
        print_json([{**_ticket(hit.ticket), "snippet": hit.snippet} for hit in found])
    elif not found:
        click.echo("No ticket holds that.")
    else:
        print_table(
            ["#", "STATUS", "SINCE", "WORDS"],
            [
                [str(hit.ticket.number), hit.ticket.status, f"{hit.ticket.opened_at:%Y-%m-%d}", _short(hit.snippet, 80)]
                for hit in found
            ],
        )


def _read(config: Config, work: Callable[[Reader], Coroutine[Any, Any, T]]) -> T:
    from helpdesk.store.database import Reader

    database = open_database(config)
    try:
        return run_async(work(Reader(database, config)))
    finally:
        database.close()


def _short(text: str, limit: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _ticket(ticket: Ticket) -> dict[str, object]:
    return {
        "number": ticket.number,
        "status": ticket.status,
        "topic": ticket.topic,
        "text": ticket.text,
        "private": ticket.private,
        "language": ticket.lang,
        "asker": ticket.asker_identity.name,
        "network": ticket.asker_identity.network,
        "claimant": ticket.claimant_identity.name if ticket.claimant_identity else None,
        "opened_at": ticket.opened_at.isoformat(),
        "changed_at": ticket.changed_at.isoformat(),
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "at": change.at.isoformat(),
        "kind": change.kind,
        "by": change.actor_name,
        "network": change.network,
        "text": change.text,
    }
