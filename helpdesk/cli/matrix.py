"""What only Matrix needs: `matrix registration`, `matrix reset-identity`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from helpdesk.cli.shared import BadConfiguration, Failure, Shared, pass_shared, run_async

if TYPE_CHECKING:
    from bridges.matrix.settings import MatrixSettings


@click.group()
def matrix() -> None:
    """What only Matrix networks need."""


@matrix.command(
    epilog="""\b
Examples:
  helpdesk matrix registration matrix --write
  helpdesk matrix registration matrix          print it; it holds two secrets
Then name the file to the homeserver (Synapse: app_service_config_files in homeserver.yaml), restart the homeserver, and
see with `helpdesk check` that they know each other.
"""
)
@click.argument("network")
@click.option("--write", is_flag=True, help="Write it to the network's appservice_file, for this user only.")
@pass_shared
def registration(shared: Shared, network: str, write: bool) -> None:
    """Make the file by which a homeserver knows the desk as an application service.

    NETWORK is the Matrix network's name in the configuration. What is there already is not made anew.
    """
    from bridges.matrix.appservice.registration import make, read
    from bridges.matrix.appservice.registration import write as put
    from bridges.network import Misconfigured

    settings = _settings(shared, network)
    file = settings.appservice_file
    assert file is not None
    asked = (settings.appservice_url, settings.user, settings.ghost_prefix)
    if file.exists():
        try:
            read(file, *asked)
        except Misconfigured as error:
            raise Failure(str(error), error.mend) from error
        if not write:
            click.echo(file.read_text(encoding="utf-8"), nl=False)
        else:
            click.echo(f"{file} is there already, and fits the configuration.")
        return
    made = make(network, *asked)
    if not write:
        click.echo(made.text(), nl=False)
        return
    try:
        put(file, made)
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", "name a file in a folder where you may write") from error
    click.echo(f"Wrote {file}.")
    click.echo(
        "\nNow give the homeserver a copy that its user can read, name it there (Synapse: app_service_config_files), "
        "restart the homeserver, and run helpdesk check."
    )


@matrix.command(
    "reset-identity",
    epilog="""\b
Example:
  helpdesk matrix reset-identity matrix --yes

Stop the service first, and start it again afterwards: it then signs its own session. Everybody who verified the account
has to do so again, and its other sessions are no longer vouched for. Where the configuration names no recovery key,
a new one is put into the network's state folder.
""",
)
@click.argument("network")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@pass_shared
def reset_identity(shared: Shared, network: str, yes: bool) -> None:
    """Replace the cross-signing identity of the account, when its recovery key is lost."""
    from bridges.matrix.settings import MatrixSettings
    from bridges.network import Misconfigured, NetworkError
    from helpdesk.app import AlreadyRunning, locked
    from helpdesk.cli.shared import RunningAlready

    config = shared.config()
    settings = config.networks.get(network)
    if not isinstance(settings, MatrixSettings):
        known = ", ".join(name for name, kind in config.kinds.items() if kind == "matrix") or "none"
        raise Failure(f"{network} is no Matrix network of this configuration", f"its Matrix networks: {known}")
    if not yes:
        click.confirm(f"Replace the identity of {settings.user}? Who verified it has to do so again.", abort=True)
    from bridges.matrix.reset import reset_identity as reset

    state = config.state / "networks" / network
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with locked(config.state):
            run_async(reset(settings, state, click.echo))
    except AlreadyRunning as error:
        raise RunningAlready("the service is running", "stop it, then repeat the command") from error
    except Misconfigured as error:
        raise Failure(str(error), error.mend) from error
    except NetworkError as error:
        raise Failure(str(error), "try again when the homeserver answers") from error
    click.echo(f"{settings.user} has a new identity. Start the service: it signs its session.")


def _settings(shared: Shared, network: str) -> MatrixSettings:
    """Raise Failure unless the network is one that can be an application service."""
    from bridges.matrix.settings import MatrixSettings

    networks = shared.config().networks
    settings = networks.get(network)
    if settings is None:
        known = ", ".join(name for name, found in networks.items() if isinstance(found, MatrixSettings))
        raise BadConfiguration(
            f"there is no network {network}", f"Matrix networks are: {known or 'none; add [networks.matrix]'}"
        )
    if not isinstance(settings, MatrixSettings):
        raise BadConfiguration(f"{network} is no Matrix network", 'name one of kind = "matrix"')
    if settings.appservice_file is None:
        raise BadConfiguration(
            f"{network} is a plain account",
            f'to make it an application service, put appservice_file = "/etc/helpdesk/registration.yaml" into '
            f"[networks.{network}] and take its password or access token out",
        )
    return settings
