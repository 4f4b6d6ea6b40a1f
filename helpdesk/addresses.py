"""Addresses of pages that the desk's words link to. Pure."""

from __future__ import annotations

from urllib.parse import quote

from bridges.text import one_line
from helpdesk.config import Config

NAME_LIMIT = 100
"""Characters of a file's name that its address shows."""


def page_url(config: Config, token: str) -> str:
    """Where the whole of a long text, or collapsed lines, can be read (`helpdesk.store.pages`)."""
    return f"{config.public_url}r/{token}"


def file_url(config: Config, token: str, name: str) -> str:
    """Where a file can be had. Its name is for the eye: the token alone finds it."""
    return f"{config.public_url}f/{token}/{quote(one_line(name, NAME_LIMIT).replace('/', '-') or 'file', safe='')}"
