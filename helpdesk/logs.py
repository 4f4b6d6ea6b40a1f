"""How the service's log looks: text for people or JSON for machines, with secrets masked. Standard error only.

`structlog` and the standard library's `logging` come out of the same handler. Imports nothing of the application.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

MASK = "***"

_SECRET_KEY = re.compile(
    r"(token|password|passwd|passphrase|secret|authorization|cookie|credential|api[-_]?key|private[-_]?key|pickle[-_]?key)",
    re.IGNORECASE,
)
# What stands in a text by itself: `Bearer …`, `access_token=…`, `"password": "…"`, the password of a URL, and a link that gives rights.
_SECRET_TEXT = re.compile(
    r"""(?ix)
    (?P<before>
        \b(?:bearer|basic)\s+
      | \b(?:[a-z_]*token|password|passwd|passphrase|secret|authorization)["']?\s*[=:]\s*["']?(?:bearer\s+|basic\s+)?
      | \b[a-z][a-z0-9+.-]*://[^\s/:@]*:(?=[^\s/@]+@)
      | /join/
      | /[rft]/(?=[\w-]{16})
    )
    (?!\*\*\*)
    [^\s"'&,;@}]+
    """
)


def mask_text(text: str) -> str:
    """The text with what looks like a credential replaced by `***`."""
    return _SECRET_TEXT.sub(lambda found: found["before"] + MASK, text)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, Mapping):
        return {key: MASK if _is_secret(key) and item else _masked(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(item) for item in value]
    if isinstance(value, BaseException):
        return mask_text(f"{type(value).__name__}: {value}")
    return value


def _is_secret(key: object) -> bool:
    return isinstance(key, str) and _SECRET_KEY.search(key) is not None


def mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The structlog processor: a value under a secret's name, or that looks like one, is never written."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = MASK if _is_secret(key) and value else _masked(value)
    return event


def set_up(format: str = "text", verbose: bool = False, *, quiet: bool = False) -> None:  # noqa: A002 - the setting's name
    """Send all logging to standard error.

    `format` is `text` or `json`. `verbose` shows debugging of our own code; `quiet` shows warnings only (the demo).
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    rendering: list[Any] = (
        [structlog.processors.format_exc_info, mask, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if format == "json"
        else [
            structlog.processors.format_exc_info,
            mask,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
            ),
        ]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if quiet else logging.INFO)
    level = logging.WARNING if quiet else logging.DEBUG if verbose else logging.INFO
    for ours in ("helpdesk", "bridges", "kb"):
        logging.getLogger(ours).setLevel(level)
    # Chatty at INFO about what is no news to an operator, and nio repeats bodies of requests.
    for theirs in ("nio", "peewee", "aiohttp.access", "alembic", "watchfiles"):
        logging.getLogger(theirs).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
