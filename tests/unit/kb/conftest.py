"""A small knowledge base to ask, and a way to write its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb.answer import KnowledgeBase
from kb.options import Options, Tier

WORDS_ALONE = Options("https://help.example.org/kb/", Tier.OFF)
"""No model: the same answers however fast one is loaded."""

LISTS = """\
---
title: Get a mailing list
summary: Ask the desk with `!human`; say the name, the purpose and two owners.
questions:
  - how do i get a mailing list for my project
  - we need a new list
tags: [lists, request]
redirect_from: [old/lists]
---
Every project can have a list.

## What to decide

1. A name.
2. Two owners, see [TLS](../irc/tls.md#ports).

## Moderate it

Held messages wait for you in the web page of the list. Look there once a day.
"""
TLS = """\
---
title: Connect to IRC with TLS
summary: Use port 6697 and switch TLS on.
questions: [which port for irc, is my connection encrypted]
---
IRC speaks TLS 1.3 on its own port.

## Ports

Port 6697 is for TLS. Port 6667 is not encrypted.
"""
SECRET = """\
---
title: Handle a zebra escalation
summary: Call the zebra keeper.
questions: [what about zebras]
audience: volunteers
---
Zebras are for volunteers only. The mailing list of keepers is private.
"""
FILLER = """\
---
title: Use the {word}
summary: The {word} is used with care.
questions: [how do i use the {word}]
---
Some text on the {word} and on what else one does with it.
"""

Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "articles"
    root.mkdir()
    return root


@pytest.fixture
def write(folder: Path) -> Write:
    def write(name: str, text: str | bytes) -> Path:
        path = folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


@pytest.fixture
def filled(folder: Path, write: Write) -> Path:
    write("lists/get", LISTS)
    write("irc/tls", TLS)
    write("sig/zebra", SECRET)
    for word in ("wiki", "calendar", "bouncer", "projector", "camera", "poll"):
        write(f"more/{word}", FILLER.format(word=word))
    return folder


@pytest.fixture
def kb(filled: Path, tmp_path: Path) -> Iterator[KnowledgeBase]:
    base = KnowledgeBase.open([filled], tmp_path / "state", WORDS_ALONE)
    yield base
    base.close()
