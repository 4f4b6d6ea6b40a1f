"""`--help` answers at once: it loads none of the heavy parts."""

import subprocess
import sys

import pytest

from helpdesk.cli import main
from helpdesk.cli.describe import commands

HEAVY = (
    "aiohttp",
    "alembic",
    "fluent",
    "jinja2",
    "nio",
    "numpy",
    "psycopg",
    "pydantic",
    "rich",
    "sqlalchemy",
    "whoosh",
)
ALL = [name.split()[1:] for name, _ in commands(main)]


def _imported(*arguments: str) -> set[str]:
    code = (
        "import sys\n"
        "from helpdesk.cli import main\n"
        f"main({list(arguments)!r}, prog_name='helpdesk', standalone_mode=False)\n"
        "print(*sys.modules, sep='\\n', file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "Usage: helpdesk" in done.stdout
    return {line.partition(".")[0] for line in done.stderr.splitlines()}


def test_the_help_loads_nothing_heavy() -> None:
    assert _imported("--help").isdisjoint(HEAVY)


@pytest.mark.parametrize("command", [["run"], ["check"], ["kb", "search"]], ids=" ".join)
def test_a_commands_help_loads_nothing_heavy(command: list[str]) -> None:
    assert _imported(*command, "--help").isdisjoint(HEAVY)


@pytest.mark.parametrize(("name", "command"), list(commands(main)), ids=[name for name, _ in commands(main)])
def test_every_command_teaches(name: str, command: object) -> None:
    assert command.help  # type: ignore[attr-defined]
    assert len(command.get_short_help_str(limit=70)) <= 66  # type: ignore[attr-defined]
    if name not in ("helpdesk db upgrade", "helpdesk status", "helpdesk networks", "helpdesk run"):
        assert "Example" in (command.epilog or "") or "docs/" in (command.epilog or ""), name  # type: ignore[attr-defined]
