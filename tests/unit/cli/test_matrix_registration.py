"""`helpdesk matrix registration`: the file it makes, and what it says when it can't."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from helpdesk.cli import main

PLAIN = """
[networks.matrix]
kind = "matrix"
homeserver = "https://matrix.example.org"
user = "@helpdesk:example.org"
"""
SERVICE = PLAIN + 'appservice_file = "registration.yaml"\nappservice_url = "http://desk.internal:29330/"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "helpdesk.toml").write_text(SERVICE)
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["-c", str(folder / "helpdesk.toml"), "matrix", "registration", *words])


def test_it_writes_a_private_file_once(folder: Path) -> None:
    result = run(folder, "matrix", "--write")
    assert result.exit_code == 0, result.output
    file = folder / "registration.yaml"
    assert file.stat().st_mode & 0o777 == 0o600
    made = yaml.safe_load(file.read_text())
    assert made["id"] == "helpdesk-matrix"
    assert made["url"] == "http://desk.internal:29330"
    assert made["sender_localpart"] != "helpdesk", "Synapse lets a service's sender have no sync"
    assert made["namespaces"]["users"][0] == {"exclusive": True, "regex": r"@irc_.*:example\.org"}
    assert len({made["as_token"], made["hs_token"]}) == 2
    assert made["as_token"] not in result.output

    before = file.read_text()
    assert "already" in run(folder, "matrix", "--write").output
    assert file.read_text() == before == run(folder, "matrix").output


def test_it_prints_what_it_would_write(folder: Path) -> None:
    assert yaml.safe_load(run(folder, "matrix").output)["rate_limited"] is False
    assert not (folder / "registration.yaml").exists()


def test_a_file_that_does_not_fit_is_not_replaced(folder: Path) -> None:
    run(folder, "matrix", "--write")
    (folder / "helpdesk.toml").write_text(SERVICE + 'ghost_prefix = "relay_"\n')
    result = run(folder, "matrix", "--write")
    assert result.exit_code == 1
    assert "leave out ghosts" in result.output
    assert "move the file away" in result.output


@pytest.mark.parametrize(
    ("text", "network", "mend"),
    [
        (PLAIN + 'password_env = "X"\n', "matrix", "appservice_file ="),
        (SERVICE, "libera", "Matrix networks are: matrix"),
        (SERVICE, "web", 'kind = "matrix"'),
    ],
)
def test_it_says_what_is_missing(folder: Path, text: str, network: str, mend: str) -> None:
    (folder / "helpdesk.toml").write_text(text)
    result = run(folder, network)
    assert result.exit_code == 2
    assert mend in result.output
