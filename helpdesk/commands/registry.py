"""All commands, found by their files: a new file in this folder with a `COMMAND` is a new command."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from importlib.resources import files

from helpdesk.commands.base import Command

_NOT_COMMANDS = {"__init__", "base", "registry"}


def _found() -> dict[str, Command]:
    names = sorted(
        file.name.removesuffix(".py") for file in files("helpdesk.commands").iterdir() if file.name.endswith(".py")
    )
    commands = (import_module(f"helpdesk.commands.{name}").COMMAND for name in names if name not in _NOT_COMMANDS)
    return {command.name: command for command in commands}


COMMANDS: dict[str, Command] = _found()
BY_VERB: dict[str, Command] = {
    verb: command for command in COMMANDS.values() for verb in (command.name, *command.aliases)
}


def near(verb: str) -> str:
    """The command somebody may have meant; empty when nothing is near."""
    return next(iter(get_close_matches(verb.lower(), COMMANDS, n=1, cutoff=0.7)), "")
