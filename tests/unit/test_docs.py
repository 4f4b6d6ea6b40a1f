"""Documentation is tested: everything a person can set, say, run or measure has its place in docs/."""

import re
from pathlib import Path

import pytest

from bridges.registry import KINDS
from helpdesk.cli import main
from helpdesk.cli.describe import BEGIN, commands, generated, replaced
from helpdesk.commands.registry import COMMANDS
from helpdesk.config import ConfigError, build
from helpdesk.metrics import Metrics
from helpdesk.reference import tables

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CONFIGURATION = (DOCS / "configuration.md").read_text(encoding="utf-8")
OPERATORS = (DOCS / "operators.md").read_text(encoding="utf-8")
METRICS = {
    metric.name + ("_total" if metric.type == "counter" else ""): metric for metric in Metrics().registry.collect()
}


@pytest.mark.parametrize("name", generated(main))
def test_the_generated_parts_are_true(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    assert BEGIN in text
    assert replaced(text, generated(main)[name]()) == text, "out of date: run `make docs`"


@pytest.mark.parametrize("name", [name for name, _ in commands(main)])
def test_every_command_of_the_program(name: str) -> None:
    assert f"### `{name}`" in (DOCS / "cli.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_desk(name: str) -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    for verb in (name, *COMMANDS[name].aliases):
        assert f"`!{verb}" in text


@pytest.mark.parametrize("table", tables(), ids=lambda table: f"{table.header} {table.settings[0].type}")
def test_every_setting(table) -> None:
    for setting in table.settings:
        assert re.search(rf"^\| `{re.escape(setting.key)}` \|", CONFIGURATION, re.MULTILINE)
        assert setting.description, f"{table.header} {setting.key}: write what it is for, below it in its class"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "memory"])
def test_every_network(kind: str) -> None:
    assert f'of kind `"{kind}"`' in CONFIGURATION
    assert f"| `{kind}` |" in CONFIGURATION  # how its people are named in [members]


@pytest.mark.parametrize("name", METRICS)
def test_every_metric(name: str) -> None:
    assert f"| `{name}` | {METRICS[name].documentation}. |" in OPERATORS


def test_no_metric_that_is_not_there() -> None:
    named = set(re.findall(r"^\| `(helpdesk_\w+)`", OPERATORS, re.MULTILINE))
    assert named == set(METRICS)


FILES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])


def _all_settings() -> set[str]:
    """As they are written in running text: `web.port`."""
    return {
        f"{table.header.strip('[]')}.{setting.key}"
        for table in tables()
        if table.header.startswith("[") and "NAME" not in table.header and not table.header.startswith("[[")
        for setting in table.settings
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_no_setting_that_is_not_there(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    sections = {setting.partition(".")[0] for setting in _all_settings()}
    named = {
        f"{section}.{key}"
        for section, key in re.findall(r"`([a-z]+)\.([a-z_]+)(?: = [^`]*)?`", text)
        if section in sections and key not in ("md", "toml", "ftl", "py", "db", "sock", "service", "conf", "answer")
    }
    assert named <= _all_settings()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_examples_of_configuration_work(file: Path) -> None:
    """Every TOML block names only settings that there are. What else the example leaves out may be missing."""
    import tomllib

    for block in re.findall(r"^```toml\n(.*?)^```", file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        fault = ""
        try:
            build(tomllib.loads(block))
        except ConfigError as error:
            fault = str(error)
        assert "no such setting" not in fault, block


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_no_command_that_is_not_there(file: Path) -> None:
    known = {name for name, _ in commands(main)} | {" ".join(name.split()[:2]) for name, _ in commands(main)}
    for words in re.findall(r"`helpdesk ([a-z]+(?: [a-z][a-z-]*)?)[^`]*`", file.read_text(encoding="utf-8")):
        first = words.split()[0]
        assert f"helpdesk {first}" in known, f"`helpdesk {words}`"
        group = any(name.startswith(f"helpdesk {first} ") for name in known)
        assert not group or " " not in words or f"helpdesk {words}" in known, f"`helpdesk {words}`"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(file: Path) -> None:
    text = re.sub(r"^(`{3,}).*?^\1|`[^`\n]+`", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (file.parent / target).exists(), target
