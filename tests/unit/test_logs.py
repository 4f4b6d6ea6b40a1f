import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from helpdesk.logs import mask_text, set_up


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Authorization: Bearer syt_abc.def", "syt_abc"),
        ("GET /sync?access_token=syt_abc&since=1", "syt_abc"),
        ("postgresql://desk:hunter2@host/db", "hunter2"),
        ('{"password": "hunter2", "user": "x"}', "hunter2"),
        ("POST /join/Zm9vYmFy", "Zm9vYmFy"),
        ("see https://help.example/desk/r/Zm9vYmFyYmF6cXV4MTIz", "Zm9vYmFyYmF6cXV4MTIz"),
        ("GET /f/Zm9vYmFyYmF6cXV4MTIz/cat.png", "Zm9vYmFyYmF6cXV4MTIz"),
        ("password=hunter2", "hunter2"),
    ],
)
def test_what_looks_like_a_credential_is_masked(text: str, expected: str) -> None:
    assert expected in text
    assert expected not in mask_text(text)
    assert "***" in mask_text(text)


@pytest.mark.parametrize(
    "text", ["the password is wrong", "no token for anna", "https://example.org/a:b@c", "12:30 claim 7"]
)
def test_ordinary_words_stay(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize("style", ["text", "json"])
def test_no_secret_reaches_the_log(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(style)
    log = structlog.get_logger("helpdesk.test")
    log.info("logged in", access_token="s3cret", nested={"password": "s3cret", "list": ["Bearer s3cret"]})
    logging.getLogger("bridges.test").warning("failed: %s", "postgresql://u:s3cret@h/d")
    try:
        raise ValueError("access_token=s3cret was refused")
    except ValueError:
        log.exception("it failed", token="s3cret")
    out = capsys.readouterr().err
    assert "s3cret" not in out
    for word in ("logged in", "failed: postgresql://u:***@h/d", "it failed", "ValueError"):
        assert word in out


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json")
    structlog.get_logger("helpdesk.test").info("two\nlines", room="#help")
    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert entry["event"] == "two\nlines"
    assert entry["room"] == "#help"
    assert entry["level"] == "info"
    assert entry["logger"] == "helpdesk.test"


@pytest.mark.parametrize(
    ("options", "heard"),
    [
        ({}, {"info", "warning"}),
        ({"verbose": True}, {"debug", "info", "warning"}),
        ({"quiet": True}, {"warning"}),
    ],
)
def test_how_much_is_said(options: dict[str, bool], heard: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json", **options)
    log = structlog.get_logger("helpdesk.test")
    for level in ("debug", "info", "warning"):
        getattr(log, level)("x")
    assert {json.loads(line)["level"] for line in capsys.readouterr().err.splitlines()} == heard
