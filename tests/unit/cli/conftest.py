import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from helpdesk.cli import main
from helpdesk.store.engine import Database

Run = Callable[..., Result]
ARTICLE = """---
title: {title}
summary: Ask at the front desk.
audience: {audience}
redirect_from: [{former}]
---
Ask at the front desk, and bring it back charged.
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and nothing of the developer's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HELPDESK_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg-state"))
    return tmp_path


@pytest.fixture
def run(here: Path) -> Iterator[Run]:
    """Run a command as the console script would, in this process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def invoke(*arguments: str, typed: str = "") -> Result:
        result = CliRunner().invoke(main, arguments, input=typed, prog_name="helpdesk")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    yield invoke
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def database(here: Path) -> Iterator[Database]:
    """Of a configured desk with one public article and two for volunteers."""
    (here / "articles" / "events").mkdir(parents=True)
    for name, audience in (("projector", "public"), ("keys", "volunteers"), ("alarm", "volunteers")):
        text = ARTICLE.format(title=name.title(), audience=audience, former=f"old/{name}")
        (here / "articles" / "events" / f"{name}.md").write_text(text)
    (here / "helpdesk.toml").write_text('[kb]\nfolders = ["articles"]\nstarter = false\n')
    (here / "state").mkdir()
    opened = Database.open(f"sqlite:///{here}/state/helpdesk.db")
    opened.upgrade()
    yield opened
    opened.close()
