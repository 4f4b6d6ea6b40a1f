import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from helpdesk.first import Answers, Irc, Matrix, render
from helpdesk.reference import json_schema, markdown, tables

ROOT = Path(__file__).parents[2]
SCHEMA = jsonschema.Draft202012Validator(json_schema())


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize(
    "text",
    [
        (ROOT / "config" / "helpdesk.toml").read_text(encoding="utf-8"),
        render(Answers()),
        render(
            Answers(irc=Irc("irc.example.org", rooms=("#a",)), matrix=Matrix("https://m.example.org", "@d:example.org"))
        ),
        "[desk]\nfollow_up = 90",
    ],
    ids=["config/helpdesk.toml", "init --yes", "init", "duration as a number"],
)
def test_it_takes_what_the_program_takes(text: str) -> None:
    assert [error.message for error in SCHEMA.iter_errors(tomllib.loads(text))] == []


@pytest.mark.parametrize(
    "data",
    [
        {"web": {"prot": 80}},
        {"web": {"port": 70000}},
        {"desk": {"follow_up": "soon"}},
        {"networks": {"x": {"kind": "icq"}}},
        {"networks": {"x": {"kind": "irc"}}},
        {"networks": {"x": {"kind": "irc", "host": "h", "rooms": {"#a": {"volunter": True}}}}},
        {"networks": {"Big": {"kind": "irc", "host": "h"}}},
        {"rooms": {}},
        {"links": [{"rooms": ["a:b"]}]},
    ],
    ids=str,
)
def test_it_refuses_what_the_program_refuses(data: dict[str, Any]) -> None:
    assert list(SCHEMA.iter_errors(data))


def test_every_setting_is_described() -> None:
    assert [f"{table.header} {row.key}" for table in tables() for row in table.settings if not row.description] == []


def test_a_table_is_a_table() -> None:
    for line in markdown().splitlines():
        if line.startswith("| "):
            assert line.replace("\\|", "").count("|") == 5, line
