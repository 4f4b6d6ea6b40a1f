"""One Markdown file with front matter becomes one frozen Article with Sections, or Problems that say how to mend it. Reads no
file and must never import an engine. The format is described in docs/articles.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

import yaml

from kb import markup
from kb.model import Article, Audience, Problem, Section, Status

MAX_BYTES = 1024 * 1024
MAX_FRONT_MATTER = 64 * 1024
MAX_SUMMARY = 300
MAX_TITLE = 150

KEYS = (
    "title", "summary", "questions", "tags", "lang", "audience", "status", "owner", "review_by", "redirect_from",
    "translation_of", "translated_digest",
)  # fmt: skip

_DIGEST = re.compile(r"[0-9a-f]{12}")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C where the package has it: ten times as fast, and each start reads all articles."""
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TAG_PREFIX = "tag:yaml.org,2002:"
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass
class _Reader:
    """The front matter's values by key, with the line of each, and what was wrong with them."""

    path: Path
    nodes: dict[str, yaml.Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, code: str, line: int, message: str, mend: str, severity: str = "error") -> None:
        self.problems.append(Problem(self.path, line, code, message, mend, severity))

    def load(self, front: str) -> None:
        try:
            node = yaml.compose(front, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 2 if mark else 1
            what = error.problem or error.context or "it can't be read"
            self.problem(
                "front-matter-yaml", line, f"The front matter is not YAML: {what}.",
                "Put text that contains : or # or begins with a sign in double quotes.",
            )  # fmt: skip
            return
        except (yaml.YAMLError, ValueError, RecursionError):
            self.problem(
                "front-matter-yaml", 1, "The front matter is not YAML.", "Write plain `key: value` lines and lists."
            )
            return
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            self.problem(
                "front-matter-yaml",
                2,
                "The front matter is not a list of `key: value` lines.",
                "Begin with `title: …`.",
            )
            return
        for key, value in node.value:
            line = key.start_mark.line + 2
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name not in KEYS:
                known = ", ".join(KEYS)
                self.problem(
                    "front-matter-key",
                    line,
                    f"The key {name[:60]!r} is not known.",
                    f"Remove it, or use one of {known}.",
                )
            elif name in self.nodes:
                self.problem("front-matter-twice", line, f"{name} is given twice.", "Keep one of them.")
            else:
                self.nodes[name] = value
                self.lines[name] = line

    def _scalar(self, name: str, node: yaml.Node, what: str) -> str:
        """A string as written; empty for nothing at all."""
        line = node.start_mark.line + 2
        if isinstance(node, yaml.ScalarNode):
            kind = node.tag.removeprefix(_TAG_PREFIX)
            if kind == "null":
                return ""
            if kind == "str":
                return " ".join(markup.tidy(node.value).split())
            self.problem(
                "front-matter-type", line, f"{name}: {node.value[:60]} is read as {_ARTICLES.get(kind, kind)}, not as text.",
                f'Put it in quotes: "{node.value[:60]}".',
            )  # fmt: skip
        else:
            self.problem("front-matter-type", line, f"{name} has to be {what}.", f"Write {_EXAMPLES[name]}.")
        return ""

    def text(self, name: str) -> str:
        node = self.nodes.get(name)
        return "" if node is None else self._scalar(name, node, "one line of text")

    def list(self, name: str) -> tuple[str, ...]:
        node = self.nodes.get(name)
        if node is None or (isinstance(node, yaml.ScalarNode) and node.tag == _TAG_PREFIX + "null"):
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self.problem(
                "front-matter-type", self.lines[name], f"{name} has to be a list.", f"Write {_EXAMPLES[name]}."
            )
            return ()
        entries = (self._scalar(name, entry, "a list of lines of text") for entry in node.value)
        return tuple(dict.fromkeys(entry for entry in entries if entry))

    def choice(self, name: str, kind: type[_Choice], default: _Choice) -> _Choice:
        value = self.text(name)
        if not value:
            return default
        try:
            return kind(value)
        except ValueError:
            allowed = ", ".join(kind)
            self.problem(
                "front-matter-value", self.lines[name], f"{name} can't be {value[:60]!r}.", f"Use one of {allowed}."
            )
            return default

    def date(self, name: str) -> date | None:
        node = self.nodes.get(name)
        if node is None or (isinstance(node, yaml.ScalarNode) and node.tag == _TAG_PREFIX + "null"):
            return None
        if isinstance(node, yaml.ScalarNode) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", node.value):
            try:
                return date.fromisoformat(node.value)
            except ValueError:
                pass
        self.problem(
            "front-matter-date", self.lines[name], f"{name} is not a date of the calendar.", "Write it as 2027-03-31."
        )
        return None


_ARTICLES = {"int": "a number", "float": "a number", "bool": "yes or no", "timestamp": "a date"}
_EXAMPLES = {
    "title": "title: Ask for a mailing list",
    "summary": "summary: one sentence that answers",
    "questions": 'a line "questions:" and below it lines such as "  - how do I get a list?"',
    "tags": "tags: [lists, projects]",
    "lang": "lang: en",
    "audience": "audience: public",
    "status": "status: published",
    "owner": "owner: the lists team",
    "review_by": "review_by: 2027-03-31",
    "redirect_from": "redirect_from: [lists/old-name]",
    "translation_of": "translation_of: mailing-lists/request-a-list",
    "translated_digest": 'translated_digest: "0123456789ab"',
}


def parse(path: Path, article_id: str, source: bytes) -> tuple[Article | None, tuple[Problem, ...]]:
    """The article, or None when a problem of severity `error` forbids to take it. Never raises, whatever the bytes."""
    reader = _Reader(path)
    if len(source) > MAX_BYTES:
        reader.problem("too-large", 0, "The file is larger than 1 MiB.", "Split it into several articles.")
        return None, tuple(reader.problems)
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        reader.problem("encoding", line, "The file is not UTF-8.", "Save it with the encoding UTF-8.")
        return None, tuple(reader.problems)
    lines = markup.tidy(text).split("\n")
    body_at = _front_matter_end(lines, reader)
    if body_at is None:
        return None, tuple(reader.problems)
    reader.load("\n".join(lines[1 : body_at - 1]))
    article = _article(reader, article_id, lines, body_at, hashlib.sha256(source).hexdigest())
    failed = any(problem.severity == "error" for problem in reader.problems)
    return None if failed else article, tuple(sorted(reader.problems, key=lambda problem: problem.line))


def _front_matter_end(lines: list[str], reader: _Reader) -> int | None:
    """The index of the body's first line."""
    if lines[0].rstrip() != "---":
        reader.problem(
            "front-matter-missing", 1, "The file does not begin with front matter.",
            "Begin it with a line ---, then title: …, then another line ---.",
        )  # fmt: skip
        return None
    size = 0
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            return number + 1
        size += len(line)
        if size > MAX_FRONT_MATTER:
            break
    reader.problem(
        "front-matter-open", 1, "The front matter does not end.", "Close it with a line that holds only ---."
    )
    return None


def _article(reader: _Reader, article_id: str, lines: list[str], body_at: int, digest: str) -> Article:
    title, summary = reader.text("title"), reader.text("summary")
    if not title and not reader.problems:
        line = reader.lines.get("title", 1)
        reader.problem("title-missing", line, "The article has no title.", "Add a line such as title: Ask for a list.")
    if len(title) > MAX_TITLE:
        reader.problem(
            "title-long", reader.lines["title"], f"The title has {len(title)} characters.",
            f"Use at most {MAX_TITLE}; the rest belongs into summary.",
        )  # fmt: skip
    if len(summary) > MAX_SUMMARY:
        reader.problem(
            "summary-long", reader.lines["summary"], f"The summary has {len(summary)} characters.",
            f"Use at most {MAX_SUMMARY}: it has to fit into one line of chat.",
        )  # fmt: skip
    lang = reader.text("lang") or "en"
    if not _LANG.fullmatch(lang):
        reader.problem(
            "front-matter-value",
            reader.lines["lang"],
            f"lang can't be {lang[:60]!r}.",
            "Use a code such as en or pt-BR.",
        )
    translated = reader.text("translated_digest")
    if translated and not _DIGEST.fullmatch(translated):
        reader.problem(
            "front-matter-value", reader.lines["translated_digest"], f"translated_digest can't be {translated[:60]!r}.",
            "Leave it out: lint says what it has to be.",
        )  # fmt: skip
    return Article(
        id=article_id,
        title=title,
        summary=summary,
        questions=reader.list("questions"),
        tags=tuple(dict.fromkeys(tag.lower() for tag in reader.list("tags"))),
        lang=lang,
        audience=reader.choice("audience", Audience, Audience.PUBLIC),
        status=reader.choice("status", Status, Status.PUBLISHED),
        owner=reader.text("owner"),
        review_by=reader.date("review_by"),
        redirect_from=tuple(old.strip("/").removesuffix(".md") for old in reader.list("redirect_from")),
        translation_of=reader.text("translation_of").strip("/").removesuffix(".md"),
        translated_digest=translated,
        sections=tuple(_sections(reader, lines[body_at:], body_at + 1)),
        markdown="\n".join(lines[body_at:]),
        path=reader.path,
        digest=digest,
    )


def _sections(reader: _Reader, body: list[str], first_line: int) -> Iterator[Section]:
    """The top, then one section a heading. A heading keeps its anchor while its text and those before it stay."""
    found = list(markup.headings(body))
    end = found[0].line if found else len(body)
    top = "\n".join(body[:end])
    yield Section("", "", (), 0, top.strip("\n"), None, first_line)
    taken = {""} | {heading.anchor for heading in found if heading.anchor}
    explicit: set[str] = set()
    above: list[tuple[int, str]] = []
    repeats: dict[str, int] = {}
    for heading, after in zip_longest(found, found[1:]):
        line = first_line + heading.line
        wanted = heading.anchor or markup.slug(heading.text)
        anchor = wanted
        if heading.anchor and heading.anchor not in explicit:
            explicit.add(anchor)
        else:
            count = repeats.get(wanted, 1)
            while anchor in taken:
                count += 1
                anchor = f"{wanted}-{count}"
            repeats[wanted] = count
            if heading.anchor:
                reader.problem(
                    "anchor-duplicate", line, f"The anchor {wanted} is given twice.", "Choose another.", "warning"
                )
        taken.add(anchor)
        if heading.level == 1:
            reader.problem(
                "heading-title", line, "The body has a heading of the first level.",
                "Begin with ##: the title is in the front matter.", "warning",
            )  # fmt: skip
        above = [entry for entry in above if entry[0] < heading.level]
        above.append((heading.level, heading.text))
        text = "\n".join(body[heading.end : after.line if after else len(body)])
        path = tuple(name for _, name in above)
        yield Section(anchor, heading.text, path, heading.level, text.strip("\n"), None, line)
