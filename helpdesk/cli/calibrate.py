"""`kb calibrate`: the knowledge base's confidence, learned from the community's own outcomes. The service need not run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from helpdesk.cli.shared import (
    FAILED,
    Failure,
    Shared,
    json_option,
    leave,
    open_database,
    pass_shared,
    print_json,
    run_async,
    state_option,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from helpdesk.calibration import Refit
    from helpdesk.config import Config
    from kb.confidence import Observation


@click.command(
    epilog="""\b
Examples:
  helpdesk kb calibrate --dry-run      what would it change?
  helpdesk kb calibrate                from a timer, once a week

It learns from !yes, !no, picks, and the articles that volunteers cite in their answers. It needs 50 such outcomes, good and bad
ones, begins at the program's own calibration each time, and keeps that one where the new one proves no better. A service that
runs takes the new one up by itself. Exit code 1: there is too little to learn from; nothing was written.
"""
)
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@json_option
@state_option
@pass_shared
def calibrate(shared: Shared, dry_run: bool, as_json: bool, state: Path | None) -> None:
    """Fit the desk's confidence to what came of its answers."""
    from helpdesk.calibration import LEAST, enough, refit
    from kb.confidence import Calibration

    config = shared.config_at(state)
    observed = _observed(config)
    if not enough(observed):
        right = sum(taught.right for taught in observed)
        if as_json:
            print_json({"written": False, "observations": len(observed), "right": right, "needed": LEAST})
        else:
            wrong = len(observed) - right
            click.echo(
                f"Too little to learn from: {right} right and {wrong} wrong answers are known, and it takes {LEAST}, some "
                "of each kind. Nothing was written.",
                err=True,
            )
        leave(FAILED)
    found = refit(observed, Calibration.default())
    path = config.state / "kb" / "calibration.json"
    if found.better and not dry_run:
        try:
            found.calibration.save(path)
        except OSError as error:
            raise Failure(f"{path}: {error.strerror}", "run it as the user the service runs as") from error
    if as_json:
        print_json(_json(found, observed, path, dry_run))
    else:
        _show(found, observed, path, dry_run)


def _observed(config: Config) -> Sequence[Observation]:
    from helpdesk.calibration import observations
    from helpdesk.checks import article_folders
    from helpdesk.store import learning
    from kb.library import Library
    from kb.translations import root

    library = Library(article_folders(config))

    def current(article_id: str) -> str | None:
        """Translations of each other count as one."""
        found = library.article(article_id)
        return root(library.articles, found.id) if found else None

    def read(connection: Connection) -> Sequence[Observation]:
        return observations(learning.every(lambda after: learning.judged(connection, after=after)), current)

    database = open_database(config)
    try:
        return run_async(database.read(read))
    finally:
        database.close()


def _json(found: Refit, observed: Sequence[Observation], path: Path, dry_run: bool) -> dict[str, object]:
    return {
        "written": found.better and not dry_run,
        "better": found.better,
        "observations": len(observed),
        "right": sum(taught.right for taught in observed),
        "ece_before": round(found.before, 4),
        "ece_after": round(found.after, 4),
        "file": str(path),
    }


def _show(found: Refit, observed: Sequence[Observation], path: Path, dry_run: bool) -> None:
    right = sum(taught.right for taught in observed)
    click.echo(
        f"{len(observed)} outcomes: {right} times the first article was right, {len(observed) - right} times not."
    )
    click.echo(f"Calibration error with the program's own calibration: {found.before:.3f}")
    click.echo(f"Learned from these, on those it had not seen:         {found.after:.3f}")
    if not found.better:
        click.echo("That is no better: nothing was written, and what is used stays as it is.")
    elif dry_run:
        click.echo("Nothing was written (--dry-run).")
    else:
        click.echo(f"Wrote {path}. A service that runs takes it up by itself.")
