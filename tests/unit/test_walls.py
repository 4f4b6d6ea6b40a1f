"""The walls that the tools hold: proof that they hold, and only where they should."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUFF = (sys.executable, "-m", "ruff", "check")
CHANCE = "import secrets\nimport time\nfrom datetime import UTC, datetime\n\nprint(time.time(), datetime.now(UTC), secrets)\n"


def _banned(file: str) -> int:
    """How many clock and chance calls ruff would refuse in this file."""
    done = subprocess.run(
        [*RUFF, "--select", "TID251", "--no-cache", "--output-format", "concise", "--stdin-filename", file, "-"],
        input=CHANCE,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    return done.stdout.count("TID251")


@pytest.mark.parametrize(
    "file",
    [
        "helpdesk/desk/tickets.py",
        "helpdesk/commands/claim.py",
        "helpdesk/effects.py",
        "helpdesk/model.py",
        "bridges/events.py",
        "bridges/text/spans.py",
        "bridges/text/change.py",
        "bridges/irc/protocol.py",
        "bridges/irc/session.py",
        "bridges/matrix/translate.py",
    ],
)
def test_the_pure_parts_have_no_clock_and_no_chance(file: str) -> None:
    assert (ROOT / file).exists()
    assert _banned(file) == 3


@pytest.mark.parametrize(
    "file", ["helpdesk/hub.py", "bridges/irc/client.py", "kb/answer.py", "tests/unit/test_walls.py"]
)
def test_the_others_may_look_at_the_clock(file: str) -> None:
    assert (ROOT / file).exists()
    assert _banned(file) == 0
