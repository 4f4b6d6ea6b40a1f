"""What a homeserver's refusals become (Client-Server API, "Standard error response", "Rate limiting")."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bridges.matrix.errors import Refused, TokenDead, error_for
from bridges.network import Misconfigured, Transient

NOW = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "body", "header", "wait"),
    [
        (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500}, None, 1.5),
        (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500}, "7", 7.0),
        (429, {}, "Wed, 01 Jan 2025 00:00:30 GMT", 30.0),
        (429, {}, "nonsense", None),
        (429, {}, None, None),
        (502, {}, None, None),
        (503, {}, "20", 20.0),
        (500, {"errcode": "M_UNKNOWN"}, None, None),
        (404, {}, None, None),
        (401, {}, None, None),
    ],
)
def test_time_may_mend_it(status: int, body: dict[str, Any], header: str | None, wait: float | None) -> None:
    error = error_for(status, body, header, NOW)
    assert isinstance(error, Transient)
    assert error.retry_after == wait


def test_the_operator_must_act() -> None:
    dead = error_for(401, {"errcode": "M_UNKNOWN_TOKEN", "error": "Invalid access token"}, None, NOW)
    assert isinstance(dead, TokenDead)
    assert "access token" in dead.mend
    locked = error_for(403, {"errcode": "M_USER_DEACTIVATED"}, None, NOW)
    assert isinstance(locked, Misconfigured)
    assert "administrator" in locked.mend


def test_a_refusal_keeps_its_code() -> None:
    refused = error_for(403, {"errcode": "M_FORBIDDEN", "error": "no"}, None, NOW)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.status, str(refused)) == ("M_FORBIDDEN", 403, "no")
