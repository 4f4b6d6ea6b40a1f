"""Passwords and tokens that people paste into a question: found and masked before anything is stored or shown."""

from __future__ import annotations

import re
from functools import partial

MASK = "▇▇▇"

_PATTERNS = (
    # Keys and tokens that announce themselves.
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|syt_[\w-]{10,}|xox[abprs]-[\w-]{10,})"
    ),
    re.compile(r"\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{20,}\b"),
    re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}"),
    # Credentials inside an address.
    re.compile(r"(?<=://)[^\s/:@]{1,64}:[^\s/@]{1,256}(?=@)"),
)

# `password is hunter2`, `passwort: …`, `token=…`. What follows must look chosen, not spoken: "my password is wrong".
_NAMED = re.compile(
    r"(?P<name>\b(?:pass(?:word|wort|phrase|code)?|pwd|pw|secret|token|api[ _-]?key|kennwort)\b\s*(?:is|ist|=|:|->)\s*)"
    r"(?P<quote>[\"'`]?)(?P<value>[^\s\"'`]{4,256})(?P=quote)",
    re.IGNORECASE,
)
_NICKSERV = re.compile(r"(?P<name>\bidentify\s+(?:[\w\[\]{}|^-]+\s+)?)(?P<value>\S{4,256})(?=\s*$)", re.IGNORECASE)
_SPOKEN = re.compile(r"[a-zäöüß]+[.,;!?]*", re.IGNORECASE)


def mask(text: str) -> tuple[str, bool]:
    """The text with every obvious secret replaced by `MASK`, and whether there is one, masked now or before."""
    masked = text
    for pattern in _PATTERNS:
        masked = pattern.sub(MASK, masked)
    nickserv = "nickserv" in masked.lower()
    masked = _NAMED.sub(partial(_mask_value, nickserv), masked)
    if nickserv:
        masked = _NICKSERV.sub(partial(_mask_value, nickserv), masked)
    return masked, MASK in masked


def _mask_value(nickserv: bool, found: re.Match[str]) -> str:
    value = found["value"]
    sign = found["name"].rstrip()[-1:]
    if value == MASK or (_SPOKEN.fullmatch(value) and sign not in "=:>" and not nickserv):
        return found.group()
    return found["name"] + MASK
