"""What the operator may write about a Matrix network, and what they are told when it is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bridges.matrix.settings import MatrixSettings
from bridges.network import Misconfigured

GOOD: dict[str, Any] = {
    "homeserver": "https://matrix.example.org/",
    "user": "@helpdesk:example.org",
    "password_env": "HD_TEST_PASSWORD",
}


def test_the_usual_settings() -> None:
    settings = MatrixSettings(**GOOD, rooms=("#help:example.org", "!abc:example.org", "!v12-room-id"))
    assert settings.homeserver == "https://matrix.example.org"
    assert settings.invites == "direct"
    assert settings.uses_password
    assert settings.person("@anna:example.org") == "@anna:example.org"


@pytest.mark.parametrize(
    ("change", "mend"),
    [
        ({"homeserver": "matrix.example.org"}, "https://matrix.example.org"),
        ({"homeserver": "ftp://x"}, "not a web address"),
        ({"user": "helpdesk"}, "@helpdesk:example.org"),
        ({"rooms": ("help",)}, "#help:example.org"),
        ({"rooms": ("#help",)}, "#help:example.org"),
        ({"password_env": None}, "none is given"),
        ({"access_token_env": "X"}, "password_env and access_token_env are given"),
        ({"invites": "everyone"}, "direct"),
        ({"password": "secret"}, "password"),
        ({"catch_up": -1}, "catch_up"),
    ],
)
def test_mistakes_name_the_mend(change: dict[str, Any], mend: str) -> None:
    with pytest.raises(ValidationError, match=mend):
        MatrixSettings(**{**GOOD, **change})


@pytest.mark.parametrize("name", ["anna", "@anna", "anna:example.org", "@an na:example.org"])
def test_a_person_is_a_matrix_account(name: str) -> None:
    with pytest.raises(ValueError, match=r"@anna:example\.org"):
        MatrixSettings(**GOOD).person(name)


def test_secret_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HD_TEST_PASSWORD", " hush \n")
    assert MatrixSettings(**GOOD).secret() == "hush"
    monkeypatch.delenv("HD_TEST_PASSWORD")
    with pytest.raises(Misconfigured, match="HD_TEST_PASSWORD") as caught:
        MatrixSettings(**GOOD).secret()
    assert "password of @helpdesk:example.org" in caught.value.mend


def test_secret_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "token"
    settings = MatrixSettings(**{**GOOD, "password_env": None, "access_token_file": path})
    with pytest.raises(Misconfigured) as caught:
        settings.secret()
    assert str(path) in caught.value.mend
    assert "access token" in caught.value.mend
    path.write_text("")
    with pytest.raises(Misconfigured, match="empty"):
        settings.secret()
    path.write_text("syt_token\n")
    assert settings.secret() == "syt_token"


def test_reading_the_configuration_does_not_import_nio() -> None:
    code = "import sys, bridges.matrix.settings; sys.exit('nio' in sys.modules or 'aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
