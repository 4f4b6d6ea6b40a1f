"""The locale files: whole, complete, and rendering hostile values as nothing but text."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Message, VariableReference
from fluent.syntax.visitor import Visitor
from hypothesis import given
from hypothesis import strategies as st

from bridges.text import Link, html, plain
from helpdesk.commands.registry import COMMANDS
from helpdesk.desk.language import NAMED
from helpdesk.desk.smalltalk import Kind
from helpdesk.effects import Message as Said
from helpdesk.model import ChangeKind, Role, TicketStatus
from helpdesk.words import Words, languages

LOCALE = Path(str(files("helpdesk") / "locale"))
ROOT = Path(str(files("helpdesk")))


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:
        self.names.add(node.id.name)


def messages(language: str) -> dict[str, set[str]]:
    """Each message's id and the variables it uses."""
    found: dict[str, set[str]] = {}
    for file in sorted((LOCALE / language).glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, Junk), f"{file}: {entry.content!r}"
            if isinstance(entry, Message):
                assert entry.id.name not in found, f"{entry.id.name} stands twice"
                visitor = _Variables()
                visitor.visit(entry)
                found[entry.id.name] = visitor.names
    return found


@pytest.mark.parametrize("language", languages())
def test_every_language_says_everything_with_the_same_values(language: str) -> None:
    assert messages(language) == messages("en")


@pytest.mark.parametrize("language", languages())
def test_every_word_comes_out_with_its_values_and_no_markup_left_over(language: str) -> None:
    numbers = {"minutes", "count", "unclaimed"}
    for identity, names in messages(language).items():
        values = {name: 2 if name in numbers else f"http://{name}" for name in names}
        shown = plain(Words().text(Said(identity, values), language))
        assert shown.strip()
        assert "**" not in shown
        assert "](" not in shown
        for name in names - numbers:
            assert f"http://{name}" in shown, identity


@pytest.mark.parametrize("language", languages())
def test_the_desk_names_only_commands_there_are(language: str) -> None:
    for file in (LOCALE / language).glob("*.ftl"):
        named = set(re.findall(r"\{ \$prefix \}([a-z][a-z-]*)", file.read_text(encoding="utf-8")))
        assert named - set(COMMANDS) == set()


def test_every_word_the_desk_can_say_exists() -> None:
    known = messages("en")
    wanted = {
        identity
        for folder in ("desk", "commands")
        for file in (ROOT / folder).glob("*.py")
        for identity in re.findall(r'Message\(\s*"([a-z0-9-]+)"', file.read_text(encoding="utf-8"))
    }
    wanted |= {f"{kind}-{name}" for name in COMMANDS for kind in ("help", "usage")}
    wanted |= {f"role-{role.name.lower()}" for role in Role} | {f"change-{kind}" for kind in ChangeKind}
    wanted |= {f"state-{status}" for status in TicketStatus} | {f"suggestions-{count}" for count in (1, 2, 3)}
    wanted |= {f"search-{count}" for count in (1, 2, 3)} | {f"language-{code}" for code in NAMED}
    wanted |= set(get_args(Kind)) - {"assent", "chatter"}
    assert wanted - known.keys() == set()


@given(st.text(max_size=300))
def test_values_are_never_read_as_markup(value: str) -> None:
    text = Words().text(Said("passed-on", {"number": value}))
    assert not any(isinstance(span, Link) for span in text)
    shown = html(text)
    assert "<strong>" not in shown
    assert "<a" not in shown


def test_addresses_and_numbers_come_out_as_they_can_be_copied() -> None:
    text = Words().text(Said("ticket-link", {"number": "1042", "url": "http://x/t/a_b*c*"}))
    assert "#1042: " not in plain(text)
    assert "#1042" in plain(text)
    assert '<a href="http://x/t/a_b*c*">' in html(text)
