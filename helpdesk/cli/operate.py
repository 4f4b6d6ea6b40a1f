"""Running the service, and talking to one that runs: `run`, `demo`, `status`, `networks`, `invite`, `tell`."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpdesk.cli.shared import (
    FAILED,
    OK,
    Failure,
    RunningAlready,
    Shared,
    ask_service,
    config_failure,
    demo_config,
    json_option,
    leave,
    pass_shared,
    print_json,
    print_table,
    run_async,
    state_option,
)

if TYPE_CHECKING:
    from helpdesk.app import Service
    from helpdesk.config import Config

DEMO_PORT = 8080
DEMO_INVITATION_HOURS = 24


@click.command(
    epilog="""\b
Examples:
  helpdesk run
  helpdesk -c /etc/helpdesk/helpdesk.toml run

It ends in order on Ctrl-C or SIGTERM: what was promised stands in the database and goes out at the next start.
"""
)
@pass_shared
def run(shared: Shared) -> None:
    """Serve, as the configuration says."""
    from helpdesk.logs import set_up

    config = shared.config()
    set_up(config.helpdesk.log_format, shared.verbose)
    leave(_serve(config))


@click.command(
    epilog="""\b
Examples:
  helpdesk demo
  helpdesk demo --port 9000
  helpdesk demo --state /tmp/desk --port 0      any free port

It listens on this machine only (127.0.0.1). In a second terminal, with the same --state:
  helpdesk queue list --state DIR
  helpdesk invite --state DIR
"""
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where it keeps what it is told; a second start goes on there.  [default: ./state/demo]",
    show_default=False,
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"The website's port; 0 takes any free one.  [default: {DEMO_PORT}, or the next free one]",
    show_default=False,
)
@pass_shared
def demo(shared: Shared, state: Path | None, port: int | None) -> None:
    """Try the whole helpdesk on this machine, with nothing to set up."""
    from rich.console import Console

    from helpdesk.logs import set_up

    state = state or _demo_state()
    console = Console(highlight=False)
    port = _free_port(port)
    config = demo_config(state, port)
    set_up("text", shared.verbose, quiet=not shared.verbose)
    progress = console.status("Reading the articles and starting …") if console.is_terminal else None
    if progress:
        progress.start()
    else:
        click.echo("Reading the articles and starting …")

    def ready(service: Service, link: str) -> None:
        if progress:
            progress.stop()
        click.echo()
        click.secho("The helpdesk is running.", bold=True)
        click.echo(f"  Ask a question:      {service.url}")
        click.echo(f"  Be the volunteer:    {link}")
        click.echo("                       (works once; open it in another browser or a private window)")
        click.echo(f"  Kept in:             {config.state}")
        click.echo("  Stop it:             Ctrl-C")
        click.echo()

    try:
        code = _serve(config, ready)
    finally:
        if progress:
            progress.stop()
    if code == OK:
        click.echo("Stopped. The next start goes on where this one ended.")
    leave(code)


def _demo_state() -> Path:
    """`state/demo` here, or the user's state folder where nothing can be written here."""
    if os.access(Path.cwd(), os.W_OK):
        return Path("state") / "demo"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "community-helpdesk" / "demo"


def _free_port(wanted: int | None) -> int:
    """The port to listen on. Raise Failure when the operator's own choice is taken."""
    for port in [wanted] if wanted is not None else [*range(DEMO_PORT, DEMO_PORT + 20), 0]:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                if wanted is not None:
                    raise Failure(
                        f"port {port} can't be used: {error.strerror}", "choose another with --port, such as --port 0"
                    ) from error
                continue
            return port
    raise Failure("no free port was found", "name one with --port")


def _serve(config: Config, ready: Callable[[Service, str], None] | None = None) -> int:
    """Run the service until a signal ends it. `ready` is given the service and a volunteer's single-use link."""
    from helpdesk.app import AlreadyRunning
    from helpdesk.config import ConfigError
    from helpdesk.store.engine import StoreError

    try:
        return run_async(_until_stopped(config, ready))
    except AlreadyRunning as error:
        raise RunningAlready(
            f"a helpdesk runs on {config.state} already", "stop it first, or use another state folder"
        ) from error
    except ConfigError as error:
        raise config_failure(error) from error
    except StoreError as error:
        raise Failure(str(error)) from error
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            where = f"{config.web.host}:{config.web.port}"
            raise Failure(
                f"the website can't listen on {where}: {os.strerror(error.errno)}",
                "set another web.port or web.host (`--port` for the demo), or end the program that listens there",
            ) from error
        raise


async def _until_stopped(config: Config, ready: Callable[[Service, str], None] | None) -> int:
    import asyncio
    import signal
    from datetime import timedelta

    from helpdesk.app import Service
    from helpdesk.model import Role

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        stop.set()
        for number in (signal.SIGTERM, signal.SIGINT):  # the second one ends it at once
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)

    greeting: list[asyncio.Task[None]] = []

    async def greet(service: Service, tell: Callable[[Service, str], None]) -> None:
        services = service.services
        expires = services.clock() + timedelta(hours=DEMO_INVITATION_HOURS)
        token = await services.reader.new_invitation(Role.SOLO, expires)
        tell(service, f"{service.url.rstrip('/')}/join/{token}")

    def on_ready(service: Service) -> None:
        if ready is not None:
            task = asyncio.create_task(greet(service, ready))
            task.add_done_callback(lambda done: stop.set() if not done.cancelled() and done.exception() else None)
            greeting.append(task)

    code = await Service(config).run(stop, on_ready)
    for task in greeting:
        await task
    return code


@click.command(epilog="Exit code 1: a part does not work; 3: no helpdesk is running.")
@json_option
@state_option
@pass_shared
def status(shared: Shared, as_json: bool, state: Path | None) -> None:
    """Is the running service well? All its parts."""
    config = shared.config_at(state)
    about = ask_service(config, "ping")
    parts = ask_service(config, "health")
    if as_json:
        print_json({**about, "parts": parts})
        leave(OK if all(part["ok"] for part in parts) else FAILED)
    click.echo(f"helpdesk {about['version']} at {about['url']} (process {about['pid']})")
    print_table(
        ["", "PARTS", "STATE"],
        [
            [
                "ok" if part["ok"] else "FAIL",
                part["name"],
                part["detail"] + (f" → {part['mend']}" if part["mend"] else ""),
            ]
            for part in parts
        ],
    )
    leave(OK if all(part["ok"] for part in parts) else FAILED)


@click.command(
    epilog="""\b
SINCE    since when the state is so, and how often the network came back after it was down
HEARD    when it last reported anything
OUTBOX   what is promised and not yet sent, and how long the first of it has waited

Exit code 1: a network is not well; 3: no helpdesk is running.
"""
)
@json_option
@state_option
@pass_shared
def networks(shared: Shared, as_json: bool, state: Path | None) -> None:
    """The state of each network of the running service."""
    rows = ask_service(shared.config_at(state), "networks")
    ok = all(row["ok"] for row in rows)
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("No networks are configured.")
    else:
        print_table(["", "NETWORK", "STATE", "SINCE (UTC)", "HEARD (UTC)", "OUTBOX"], [_network(row) for row in rows])
    leave(OK if ok else FAILED)


def _network(row: dict[str, Any]) -> list[str]:
    since = _moment(row["since"])
    if row["reconnects"]:
        since += f" (back {row['reconnects']}×)"
    if row["restarts"]:
        since += f" (restarted {row['restarts']}×)"
    outbox = f"{row['waiting']}, oldest {_length(row['lag'])}" if row["waiting"] else "empty"
    return [
        "ok" if row["ok"] else "FAIL",
        row["name"],
        row["detail"] + (f" → {row['mend']}" if row["mend"] else ""),
        since,
        _moment(row["last_event"]),
        outbox,
    ]


def _moment(at: str | None) -> str:
    return f"{at[:10]} {at[11:19]}" if at else "–"


def _length(seconds: float) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


@click.command(
    epilog="""\b
Examples:
  helpdesk invite                          one volunteer, within a day
  helpdesk invite --role lead --hours 1

Whoever opens the link first and confirms has the role, in that browser. Send it in private.
"""
)
@click.option(
    "--role",
    type=click.Choice(["shadow", "pair", "solo", "lead", "staff"]),
    default="solo",
    help="What it makes of them.",
)
@click.option("--hours", type=click.FloatRange(0, 720, min_open=True), default=24, help="How long the link is good.")
@json_option
@state_option
@pass_shared
def invite(shared: Shared, role: str, hours: float, as_json: bool, state: Path | None) -> None:
    """Make a single-use link that makes a volunteer."""
    made = ask_service(shared.config_at(state), "invite", role=role, hours=hours)
    if as_json:
        print_json(made)
    else:
        click.echo(made["url"])
        click.echo(
            f"Makes one person a {made['role']}; good until {made['expires'][:16].replace('T', ' ')} UTC.", err=True
        )


@click.command(
    epilog="""\b
Examples:
  helpdesk tell queue
  helpdesk tell "sig add libera:anna solo"
  helpdesk tell help

The operator may do what a lead may.
"""
)
@click.argument("words", nargs=-1, required=True)
@json_option
@state_option
@pass_shared
def tell(shared: Shared, words: tuple[str, ...], as_json: bool, state: Path | None) -> None:
    """Give the running desk a command, without the `!`."""
    outcome = ask_service(shared.config_at(state), "tell", text=" ".join(words))
    if as_json:
        print_json(outcome)
    else:
        for line in outcome["said"]:
            click.echo(line, err=bool(outcome["refusal"]))
    leave(FAILED if outcome["refusal"] else OK)
