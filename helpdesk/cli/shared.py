"""What the commands share: the configuration they run on, how they fail, how they print. Imports nothing heavy."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from helpdesk.config import Config
    from helpdesk.store.engine import Database

OK, FAILED, USAGE, NOT_RUNNING, ALREADY_RUNNING = range(5)
CONFIG_FILE = Path("helpdesk.toml")
_PIPE_WIDTH = 1000

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


class Failure(click.ClickException):
    """An operator's command can't be done: one line, and the mend. Never a traceback."""

    exit_code = FAILED

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.mend = mend

    def show(self, file: Any = None) -> None:
        out = file or sys.stderr
        click.secho("error: ", fg="red", bold=True, nl=False, file=out)
        click.echo(self.message, file=out)
        if self.mend:
            click.echo(f"  {self.mend}", file=out)


class BadConfiguration(Failure):
    exit_code = USAGE


class NotRunning(Failure):
    exit_code = NOT_RUNNING


class RunningAlready(Failure):
    exit_code = ALREADY_RUNNING


@dataclass(frozen=True, slots=True)
class Shared:
    """The global options."""

    file: Path
    given: bool
    """Whether the operator named the file (or $HELPDESK_CONFIG did)."""
    verbose: bool

    def config(self) -> Config:
        """Raise Failure when the file can't be used."""
        from helpdesk.config import ConfigError, load

        try:
            return load(self.file)
        except ConfigError as error:
            raise config_failure(error) from error

    def config_or_starter(self) -> Config:
        """The configuration, or the program's own where there is no file and none was asked for."""
        if self.given or self.file.exists():
            return self.config()
        from helpdesk.config import build

        return build({})

    def config_at(self, state: Path | None) -> Config:
        """The configuration, or that of a demonstration which keeps its state in `state`."""
        return self.config() if state is None else demo_config(state)


def demo_config(state: Path, port: int = 0) -> Config:
    """The embedded default: loopback only, the web on, the starter articles, SQLite in `state`."""
    from helpdesk.config import build

    return build(
        {
            "helpdesk": {"state": str(state.absolute())},
            "web": {"host": "127.0.0.1", "port": port},
        }
    )


def config_failure(error: Exception) -> Failure:
    first, *others = str(error).splitlines() or ["the configuration can't be used"]
    mend = "\n  ".join(others)
    return BadConfiguration(first, mend)


def ask_service(config: Config, do: str, **arguments: Any) -> Any:
    """Ask the running service over its control socket."""
    from helpdesk import control

    try:
        return control.call(config.state / control.NAME, do, **arguments)
    except control.NotRunningError as error:
        raise NotRunning(str(error), "start it with `helpdesk run` (or `helpdesk demo`)") from error
    except control.ControlError as error:
        raise Failure(str(error), error.mend) from error


def open_database(config: Config) -> Database:
    """The database as it is, with a current schema. Raise Failure with the mend."""
    from helpdesk.config import ConfigError
    from helpdesk.store.engine import Database, StoreError

    try:
        url = config.database_url()
        if url.startswith("sqlite:") and not Path(url.removeprefix("sqlite:///")).exists():
            raise Failure(f"{config.state}: no database yet", "it is made when the service first runs: `helpdesk run`")
        database = Database.open(url)
    except ConfigError as error:
        raise config_failure(error) from error
    except StoreError as error:
        raise Failure(str(error)) from error
    if database.pending_migrations():
        database.close()
        raise Failure("the database is of an older version", "bring it up to date: `helpdesk db upgrade`")
    return database


def run_async(work: Coroutine[Any, Any, T]) -> T:
    import asyncio

    return asyncio.run(work)


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table for people. Texts are data: nothing in them is read as markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH  # a program or a file reads it: nothing is folded
    console.print(table)


def leave(code: int) -> NoReturn:
    sys.exit(code)


pass_shared = click.make_pass_decorator(Shared)


def json_option(function: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(function)


def state_option(function: F) -> F:
    return click.option(
        "--state",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="The state folder of a running `helpdesk demo`, instead of a configuration.",
    )(function)
