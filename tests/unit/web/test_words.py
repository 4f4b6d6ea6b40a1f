"""Every word of the website is in its Fluent files, in both languages, and none is left over."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message, Placeable, VariableReference
from fluent.syntax.visitor import Visitor

from helpdesk.desk.spans import SPANS
from helpdesk.model import ChangeKind, Priority, Role, TicketStatus
from helpdesk.web.library import topic_title
from helpdesk.web.show import SAID

MADE_UP = {
    *(f"web-status-{status}" for status in TicketStatus),
    *(f"web-ticket-about-{status}" for status in TicketStatus),
    *(f"web-change-{kind}" for kind in ChangeKind),
    *(f"web-button-{verb}" for verb in SAID),
    *(f"web-priority-{priority.name.lower()}" for priority in Priority if priority is not Priority.NORMAL),
    *(f"web-report-span-{span}" for span in SPANS),
    *(f"web-join-{role.name.lower()}-role" for role in (Role.SHADOW, Role.PAIR)),
    "web-ticket-about-answered",
    "web-kind-note",
    "web-kind-ask-back",
}
"""Ids that templates put together."""


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Placeable(self, node: Placeable) -> None:
        self.generic_visit(node)

    def visit_VariableReference(self, node: VariableReference) -> None:
        self.names.add(node.id.name)


def messages(language: str) -> dict[str, set[str]]:
    """Each id with the values it wants."""
    folder = files("helpdesk") / "locale" / language
    source = "\n".join(file.read_text(encoding="utf-8") for file in folder.iterdir())
    found = {}
    for entry in FluentParser().parse(source).body:
        if isinstance(entry, Message):
            if not entry.id.name.startswith("web-"):
                continue
            variables = _Variables()
            variables.visit(entry)
            found[entry.id.name] = variables.names
        else:
            assert type(entry).__name__ != "Junk", entry.content
    return found


def used() -> set[str]:
    web = files("helpdesk.web")
    sources = [path for folder in ("templates", "pages") for path in (web / folder).iterdir() if path.is_file()]
    sources += [path for path in web.iterdir() if path.name.endswith(".py")]
    found = {match for path in sources for match in re.findall(r'"(web-[a-z0-9-]+[a-z0-9])"', path.read_text("utf-8"))}
    return found | MADE_UP


def test_every_word_used_is_there_and_every_word_there_is_used() -> None:
    assert used() == set(messages("en"))


@pytest.mark.parametrize("language", ["de"])
def test_the_other_language_says_the_same(language: str) -> None:
    assert messages(language) == messages("en")


@pytest.mark.parametrize(
    ("topic", "title"),
    [
        ("mailing-lists", "Mailing lists"),
        ("irc", "IRC"),
        ("de/accounts", "Accounts (de)"),
        ("events/2027", "2027"),
        ("", ""),
    ],
)
def test_a_topic_is_told_apart_from_its_translations(topic: str, title: str) -> None:
    assert topic_title(topic) == title
