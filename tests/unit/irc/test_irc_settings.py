from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bridges.irc.settings import IrcSettings
from bridges.network import Misconfigured


def settings(**more: Any) -> IrcSettings:
    return IrcSettings(**({"host": "irc.example.org"} | more))


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ({"host": "irc.example.org/6697"}, "port = 6697"),
        ({"rooms": ("help",)}, "with its mark, as #help"),
        ({"rooms": ("#a b",)}, "without spaces"),
        ({"nick": "9lives"}, "no digit"),
        ({"alternatives": ("a b",)}, "use letters"),
        ({"username": "a@b"}, "use letters"),
        ({"sasl_user": "desk"}, "sasl_password_file or sasl_password_env"),
        ({"sasl_password_env": "X"}, "sasl_user"),
        ({"sasl_user": "d", "sasl_password_env": "X", "sasl_password_file": "x"}, "not both"),
        ({"tls": False, "sts": False, "ca_file": "ca.pem"}, "tls = true"),
        ({"flood_rate": 0}, "greater than 0"),
        ({"sasl_password": "secret"}, "not permitted"),
        ({"tls_fingerprint": "ab:cd"}, "64 hex digits"),
        ({"sasl": "external"}, "client_cert"),
        ({"sasl": "plain"}, "sasl_password_file"),
        ({"sasl": "gssapi"}, "scram-sha-256"),
        ({"client_key": "x"}, "client_cert"),
        ({"proxy": "http://proxy:8080"}, "socks5://host:port"),
        ({"proxy": "socks5://proxy:70000"}, "socks5://host:port"),
        ({"proxy": "socks5://u:p@proxy:1080"}, "proxy_password_file"),
        ({"proxy": "socks5://u@proxy:1080"}, "proxy_password_file"),
        ({"proxy_password_env": "X"}, "socks5://user@host:port"),
        ({"nickserv": "Nick Serv"}, "NickServ@services.example.org"),
        ({"nickserv_identify": "IDENTIFY {pass}"}, "password"),
        ({"nickserv_regain": ("a\r\nQUIT",)}, "one line"),
        ({"nickserv_password_env": "X", "nickserv_password_file": "x"}, "not both"),
    ],
)
def test_wrong_settings_name_the_mend(wrong: dict[str, Any], mend: str) -> None:
    with pytest.raises(ValidationError, match=mend):
        settings(**wrong)


def test_defaults_are_safe() -> None:
    default = settings()
    assert (default.port, default.tls, default.notices) == (6697, True, False)


def test_people_are_named_by_account() -> None:
    assert settings().person("Anna") == "account:anna"
    for wrong in ("", "anna!a@host", "account:anna", "an na"):
        with pytest.raises(ValueError, match="NickServ"):
            settings().person(wrong)


def test_secrets_come_from_files_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    from_file = settings(sasl_user="desk", sasl_password_file=secret, room_key_files={"#locked": secret})
    with pytest.raises(Misconfigured, match="cannot read"):
        from_file.sasl_password()
    secret.write_text(" \n")
    with pytest.raises(Misconfigured, match="is empty"):
        from_file.room_keys()
    secret.write_text("sesame\n")
    assert from_file.sasl_password() == "sesame"
    assert from_file.room_keys() == {"#locked": "sesame"}
    from_environment = settings(sasl_user="desk", sasl_password_env="DESK_SECRET")
    with pytest.raises(Misconfigured) as error:
        from_environment.sasl_password()
    assert "DESK_SECRET" in error.value.mend
    monkeypatch.setenv("DESK_SECRET", "sesame")
    assert from_environment.sasl_password() == "sesame"


def test_a_nickserv_password_of_two_lines_is_none(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("one\ntwo")
    with pytest.raises(Misconfigured, match="one line"):
        settings(nickserv_password_file=secret).nickserv_password()
