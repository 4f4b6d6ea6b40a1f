"""What a person may have of the desk about themselves: all of it, or none any more. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class PrivacyView:
    tickets: int = 0
    """How many the person has asked."""


@dataclass(frozen=True, slots=True)
class ForgetPerson:
    """Anonymise the person everywhere; their tickets stay."""

    person: int


PrivacyEffect: TypeAlias = ForgetPerson
