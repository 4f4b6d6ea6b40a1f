from pathlib import Path

import pytest

from helpdesk.app import locked

CONFIGURATION = """
[networks.m]
kind = "matrix"
homeserver = "http://127.0.0.1:9"
user = "@desk:example.org"
password_env = "DESK_PASSWORD"
"""


@pytest.fixture(autouse=True)
def _configured(here: Path) -> None:
    (here / "helpdesk.toml").write_text(CONFIGURATION)


def test_another_network_has_no_identity(run) -> None:
    result = run("matrix", "reset-identity", "irc", "--yes")
    assert result.exit_code == 1
    assert "its Matrix networks: m" in result.stderr


def test_it_asks_first(run) -> None:
    result = run("matrix", "reset-identity", "m", typed="n\n")
    assert result.exit_code == 1
    assert "Replace the identity of @desk:example.org?" in result.output


def test_a_running_service_is_not_disturbed(run, here: Path) -> None:
    with locked(here / "state"):
        result = run("matrix", "reset-identity", "m", "--yes")
    assert result.exit_code == 4
    assert "stop it" in result.stderr


def test_an_account_that_never_logged_in_is_told_so(run) -> None:
    result = run("matrix", "reset-identity", "m", "--yes")
    assert result.exit_code == 1
    assert "let the service run once" in result.stderr
    assert "Traceback" not in result.output
