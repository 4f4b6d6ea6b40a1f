"""Thanks and credit, and the numbers leads look at. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from helpdesk.model import Identity
from helpdesk.nouns.hours import Hours
from helpdesk.nouns.report import Report


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who may be thanked, and where and when they are told of it."""

    person: int
    identity: Identity
    lang: str = ""
    quiet: str = ""
    """When they must not be paged, as they wrote it."""
    zone: str = "UTC"

    def quiet_until(self, at: datetime) -> datetime:
        """The first moment from then on at which they may be told."""
        if not self.quiet:
            return at
        return Hours.of(self.quiet, self.zone).closes(at) or at


@dataclass(frozen=True, slots=True)
class Given:
    """For what somebody said thanks, and when."""

    helper: int | None
    ticket: int | None
    article: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Untold:
    """Thanks that their helper has not heard of yet."""

    giver: str
    ticket: int | None
    article: str
    words: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody did. Changes of tickets are counted by their kinds; `helpdesk.desk.credit` says what these mean."""

    changes: Mapping[str, int] = field(default_factory=dict)
    recent: Mapping[str, int] = field(default_factory=dict)
    """Of them, those of the last `RECENT`."""
    solved: int = 0
    solved_recent: int = 0
    thanks: int = 0
    thanks_recent: int = 0
    approved: int = 0
    """Drafts of newcomers that they let go out."""
    approved_recent: int = 0
    claims: int = 0
    cap: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class CreditView:
    sig: tuple[Helper, ...] = ()
    """Who may be thanked by name, or as an article's author."""
    helpers: tuple[Helper, ...] = ()
    """Who answered the ticket, the latest first."""
    articles: tuple[str, ...] = ()
    """What they cited in it."""
    ticket: int | None = None
    """The ticket that is meant: the one that was named, else the last of the person's own that was answered."""
    given: tuple[Given, ...] = ()
    """By the person, the latest first."""
    waiting: frozenset[int] = frozenset()
    """Helpers who will be told of thanks anyway."""
    told: Mapping[int, datetime] = field(default_factory=dict)
    """When these helpers last heard of thanks."""
    untold: tuple[Untold, ...] = ()
    """Of the helper a timer is about."""
    helper: Helper | None = None
    """The helper a timer is about."""
    standing: Standing = field(default_factory=Standing)
    """Of whoever asks."""
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Thank:
    """Thanks to a helper, for a ticket or an article; without a helper they count for the article."""

    giver: int
    helper: int | None
    ticket: int | None = None
    article: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ThanksTold:
    """The helper was told of all thanks there are."""

    helper: int


CreditEffect: TypeAlias = Thank | ThanksTold
