"""Replacing the cross-signing identity of a Matrix account: `matrix reset-identity`."""

from __future__ import annotations

import click

from helpdesk.cli.shared import Failure, Shared, pass_shared, run_async


@click.command(
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
