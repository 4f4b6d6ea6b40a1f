"""What only Matrix needs: `matrix registration`, `matrix reset-identity`."""

from __future__ import annotations

import click

from helpdesk.cli.identity import reset_identity
from helpdesk.cli.registration import registration


@click.group()
def matrix() -> None:
    """What only Matrix networks need."""


matrix.add_command(registration)
matrix.add_command(reset_identity)
