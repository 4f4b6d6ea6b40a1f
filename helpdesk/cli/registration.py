"""`matrix registration`: the file by which a homeserver knows the desk as an application service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from helpdesk.cli.shared import BadConfiguration, Failure, Shared, pass_shared

if TYPE_CHECKING:
    from bridges.matrix.settings import MatrixSettings


@click.command(
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
