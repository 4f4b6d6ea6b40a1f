"""Where a network's secrets come from: a file with nothing else in it, or the environment; never the configuration."""

from __future__ import annotations

import os
from pathlib import Path

from bridges.network import Misconfigured


def read_secret(what: str, path: Path | None = None, variable: str | None = None) -> str:
    """The secret in the file, or else in the environment variable. Raise Misconfigured when it is not there."""
    if path is not None:
        return from_file(what, path)
    value = os.environ.get(variable or "", "").strip()
    if not value:
        raise Misconfigured(
            f"the environment variable {variable} is not set", f"set {variable} to {what} where the service is started"
        )
    return value


def from_file(what: str, path: Path) -> str:
    """The secret in the file. Raise Misconfigured when it can't be read or is empty."""
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Misconfigured(
            f"cannot read {what} in {path}: {reason}", f"put {what} into {path}, readable by the helpdesk's user only"
        ) from None
    if not value:
        raise Misconfigured(f"{path} is empty", f"put {what} into {path}")
    return value
