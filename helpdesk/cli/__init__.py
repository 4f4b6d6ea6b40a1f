"""The command line. Loads nothing heavy: each command imports what it uses when it runs (`--help` stays quick)."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.core import ParameterSource

from helpdesk import __version__
from helpdesk.cli.ask import ask
from helpdesk.cli.audit import audit
from helpdesk.cli.calibrate import calibrate
from helpdesk.cli.data import db
from helpdesk.cli.event import event
from helpdesk.cli.knowledge import kb
from helpdesk.cli.matrix import matrix
from helpdesk.cli.operate import demo, invite, networks, run, status, tell
from helpdesk.cli.person import person
from helpdesk.cli.report import report
from helpdesk.cli.setup import check, config, init
from helpdesk.cli.shared import CONFIG_FILE, Shared
from helpdesk.cli.sig_report import report as sig_report
from helpdesk.cli.tickets import queue

# A question is too small to be shared out among processors: numpy's threads would only wait for each other, and take the time of
# what else runs here. It looks at this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_EPILOG = """\b
First steps:
  helpdesk demo                  try it here, nothing to set up
  helpdesk init                  write helpdesk.toml for your community
  helpdesk check                 try all that it says, before anybody relies on it
  helpdesk run                   serve

\b
Exit codes:
  0  done
  1  it failed, or found faults
  2  wrong usage or configuration
  3  no helpdesk is running
  4  a helpdesk is running already

\b
Completion of commands in your shell (bash; zsh and fish alike):
  eval "$(_HELPDESK_COMPLETE=bash_source helpdesk)"
"""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100, "show_default": True},
    epilog=_EPILOG,
)
@click.option(
    "-c",
    "--config",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=CONFIG_FILE,
    envvar="HELPDESK_CONFIG",
    show_envvar=True,
    help="The configuration file.",
)
@click.option("-v", "--verbose", is_flag=True, help="Log what the program does in detail.")
@click.version_option(__version__, prog_name="helpdesk")
@click.pass_context
def main(context: click.Context, file: Path, verbose: bool) -> None:
    """A helpdesk for volunteer communities, where they talk: IRC, Matrix and the web."""
    given = context.get_parameter_source("file") is not ParameterSource.DEFAULT
    context.obj = Shared(file, given, verbose)


kb.add_command(report)
kb.add_command(calibrate)
queue.add_command(sig_report)
for _command in (
    init,
    check,
    run,
    demo,
    status,
    networks,
    audit,
    invite,
    tell,
    ask,
    kb,
    queue,
    event,
    person,
    matrix,
    db,
    config,
):
    main.add_command(_command)
