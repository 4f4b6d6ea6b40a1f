"""What the knowledge base speaks of: articles, sections, and the three kinds of outcome. Plain types, no engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from kb import markup


class Audience(StrEnum):
    PUBLIC = "public"
    VOLUNTEERS = "volunteers"


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading. The text above the first heading is the section with the empty anchor."""

    anchor: str
    """Stable, unique in its article; empty for the article's top."""
    heading: str
    path: tuple[str, ...]
    """The headings above it and its own, outermost first."""
    level: int
    """1 to 6; 0 for the top."""
    markdown: str
    """The section's own text without its heading and without its subsections."""
    plain: str | None
    """The same as plain text, where it was given as that."""
    line: int
    """Where it begins in the file, counted from 1."""

    @property
    def text(self) -> str:
        """The section as plain text. Worked out when it is wanted: thousands of articles are read at each start, few are told."""
        return markup.plain(self.markdown) if self.plain is None else self.plain


@dataclass(frozen=True, slots=True)
class Article:
    id: str
    """The file's path below its folder, without `.md`, such as `mailing-lists/request-a-list`."""
    title: str
    summary: str
    """One answer for a chat line, at most 300 characters; may be empty."""
    questions: tuple[str, ...]
    """How people ask it."""
    tags: tuple[str, ...]
    lang: str
    audience: Audience
    status: Status
    owner: str
    review_by: date | None
    redirect_from: tuple[str, ...]
    sections: tuple[Section, ...]
    markdown: str
    """The body, without front matter."""
    path: Path
    digest: str
    """SHA-256 of the file's bytes, hexadecimal."""
    translation_of: str = ""
    """The id of the article it was translated from."""
    translated_digest: str = ""
    """What `kb.translations.content_digest` gave for that article when it was translated."""

    @property
    def topic(self) -> str:
        """The folder it stands in, such as `mailing-lists`; empty at the top."""
        return self.id.rpartition("/")[0]

    def section(self, anchor: str) -> Section | None:
        return next((s for s in self.sections if s.anchor == anchor), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a contributor should mend."""

    path: Path
    line: int
    """Counted from 1; 0 when it concerns the whole file."""
    code: str
    """Stable and short, such as `front-matter-key`."""
    message: str
    mend: str
    severity: str = "error"
    """`error`: the article is not taken; `warning`: it is."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {self.message} [{self.code}] {self.mend}"


@dataclass(frozen=True, slots=True)
class Citation:
    article: str
    """The article's id."""
    anchor: str
    title: str
    heading: str
    """The section's heading; the article's title for the top."""
    url: str
    """Absolute when the knowledge base was given a base URL."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an outcome is what it is: for `--explain`, for the log of questions, and for `kb.confidence` to learn from."""

    tier: str = "off"
    """What judged the meaning: `off`, `static` or `transformer`."""
    features: Mapping[str, float] = field(default_factory=dict)
    """By name; empty when nothing was found."""
    candidates: tuple[tuple[str, float], ...] = ()
    """Ids of the articles considered, best first, with their scores."""
    terms: tuple[str, ...] = ()
    """What the question was reduced to."""
    matched: tuple[str, ...] = ()
    """Those of them that the first article holds."""
    lang: str = ""
    """The language the question was recognised to be in; empty when it is too short to tell."""
    read_as: str = ""
    """The question as it was looked up, where that differs: a follow-up with its predecessor, a typo mended."""


@dataclass(frozen=True, slots=True)
class Answer:
    citation: Citation
    parts: tuple[str, ...]
    """The answer in portions for `!more`: the first stands by itself (the summary, or the section's best sentences, at
    most 300 characters). Inline markup only: `**bold**`, `` `code` ``, `[label](url)`; list items as lines that begin with
    `1. ` or `- `."""
    confidence: float
    """0 to 1."""
    tags: tuple[str, ...] = ()
    lang: str = "en"
    """The article's."""
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Several articles may be meant: at most three, best first."""

    citations: tuple[Citation, ...]
    confidence: float
    parts: tuple[tuple[str, ...], ...] = ()
    """For each citation what `Answer.parts` would be, for whoever picks it."""
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing fits well enough; `nearest` is for volunteers, never for the asker."""

    confidence: float
    nearest: tuple[Citation, ...] = ()
    evidence: Evidence = Evidence()


Outcome: TypeAlias = Answer | Suggestions | NoAnswer


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result."""

    citation: Citation
    score: float
    excerpt: str
    """Safe HTML, with the words that matched in `<mark>`."""
    summary: str
    tags: tuple[str, ...]
    lang: str = "en"
    """The article's."""
