"""Markdown line by line: fences, headings, links, plain text, and lists as Python-Markdown wants them. Pure text in, text
out: must never import an engine, and every pattern here is linear, since the text may be anybody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{([a-z][a-z_-]*)\}")
"""A place in a canned reply that the desk fills."""

_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})([^`]*)$")
_ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_SETEXT = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_ITEM = re.compile(r"^(\s*)([-*+]|\d{1,9}[.)])([ \t]+)(?=\S)")
_NOT_PARAGRAPH = re.compile(r"^\s*(?:[-*+>|]|\d{1,9}[.)]\s| {4}|\t)")
_EXPLICIT_ANCHOR = re.compile(r"\{#([A-Za-z0-9][\w.-]*)\}$")
_CODE_SPAN = re.compile(r"(?<!`)(`{1,3})(?!`)([^`]+)\1(?!`)")
_LINK = re.compile(r"(!?)\[([^\[\]]*)\]\(\s{0,9}(<[^<>\n]*>|[^()\s]*)(?:\s{1,9}(?:\"[^\"]*\"|'[^']*'))?\s{0,9}\)")
_REFERENCE = re.compile(r"^ {0,3}\[([^\[\]]+)\]:[ \t]*(<[^<>]*>|\S+)(?:[ \t]+.*)?$")
_REFERENCE_USE = re.compile(r"\[([^\[\]]+)\]\[([^\[\]]*)\]")
_AUTOLINK = re.compile(r"<((?:https?|mailto|ircs?|matrix):[^<>\s]+|[^<>\s@]+@[^<>\s@]+)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--[^<>]*-->")
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3})(?=\S)([^*_\n]+)(?<=\S)\1")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|])")
_ADMONITION = re.compile(r'^!!! {0,4}[\w-]*(?: {1,4}"([^"]*)")?\s*$')
_RULE = re.compile(r"^\s*(?:[-*_][ \t]*){3,}$")
_SIGN = re.compile(r"[`\[\]<>*_\\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Heading:
    line: int
    """Index of its first line in the text."""
    end: int
    """Index of the line after it."""
    level: int
    text: str
    anchor: str
    """As written in `{#anchor}`; empty when the author left it to us."""


@dataclass(frozen=True, slots=True)
class Link:
    line: int
    """Index of its line in the text."""
    label: str
    target: str
    image: bool


def tidy(text: str) -> str:
    """Line ends as `\\n`, and no control characters but these and tabs, nor halves of characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"))


def in_code(lines: list[str]) -> list[bool]:
    """Which lines belong to a fenced code block, the fences included."""
    marks: list[bool] = []
    fence = ""
    for line in lines:
        match = _FENCE.match(line)
        if fence:
            marks.append(True)
            if match and match[2].startswith(fence) and not match[3].strip():
                fence = ""
        else:
            marks.append(match is not None)
            if match:
                fence = match[2]
    return marks


def headings(lines: list[str]) -> Iterator[Heading]:
    code = in_code(lines)
    skip = -1
    for number, line in enumerate(lines):
        if code[number] or number <= skip:
            continue
        if match := _ATX.match(line):
            yield _heading(number, number + 1, len(match[1]), _closed(match[2] or ""))
        elif (
            line.strip()
            and number + 1 < len(lines)
            and not code[number + 1]
            and (under := _SETEXT.match(lines[number + 1]))
            and (number == 0 or not lines[number - 1].strip() or number - 1 == skip)
            and not _NOT_PARAGRAPH.match(line)
            and not _RULE.match(line)
        ):
            yield _heading(number, number + 2, 1 if under[1][0] == "=" else 2, line.strip())
            skip = number + 1


def _closed(text: str) -> str:
    """An ATX heading without the hashes that may close it."""
    text = text.strip()
    bare = text.rstrip("#")
    return bare.rstrip() if bare != text and (not bare or bare[-1] in " \t") else text


def _heading(line: int, end: int, level: int, text: str) -> Heading:
    anchor, text = "", text.rstrip()
    if match := _EXPLICIT_ANCHOR.search(text):
        text, anchor = text[: match.start()].rstrip(), match[1]
    return Heading(line, end, level, plain_inline(text), anchor)


def slug(text: str) -> str:
    """A heading as an anchor: letters and digits of any script, hyphens between."""
    return re.sub(r"[\s_-]+", "-", re.sub(r"[^\w\s-]", "", text.casefold())).strip("-") or "section"


def links(markdown: str) -> Iterator[Link]:
    """Every link and image outside code, in order."""
    lines = markdown.split("\n")
    for number, (line, code) in enumerate(zip(lines, in_code(lines), strict=True)):
        if code:
            continue
        if match := _REFERENCE.match(line):
            yield Link(number, match[1], match[2].strip("<>"), image=False)
            continue
        bare = _CODE_SPAN.sub("", line)
        for match in _LINK.finditer(bare):
            yield Link(number, match[2], match[3].strip("<>"), image=bool(match[1]))
        for match in _AUTOLINK.finditer(bare):
            yield Link(number, match[1], match[1], image=False)


def references(markdown: str) -> str:
    """The link definitions of a text (`[x]: https://…`), so that each section can be rendered by itself."""
    lines = markdown.split("\n")
    return "\n".join(
        line for line, code in zip(lines, in_code(lines), strict=True) if not code and _REFERENCE.match(line)
    )


def plain_inline(text: str) -> str:
    """One line without its markup. Code keeps its text, a link its label, an image its description."""
    if not _SIGN.search(text):
        return " ".join(text.split())  # most lines are plain, and thousands of articles are read at each start
    pieces: list[str] = []
    last = 0
    for match in _CODE_SPAN.finditer(text):
        pieces += [_plain_outside_code(text[last : match.start()]), match[2].strip()]
        last = match.end()
    pieces.append(_plain_outside_code(text[last:]))
    return " ".join("".join(pieces).split())


def _plain_outside_code(text: str) -> str:
    text = _LINK.sub(r"\2", text)
    text = _REFERENCE_USE.sub(r"\1", text)
    text = _AUTOLINK.sub(lambda match: match[1].removeprefix("mailto:"), text)
    text = _TAG.sub("", text)
    text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    return _ESCAPE.sub(r"\1", text)


def plain(markdown: str) -> str:
    """Markdown as plain text, one line for each of its lines that say something."""
    lines = markdown.split("\n")
    said: list[str] = []
    for line, code in zip(lines, in_code(lines), strict=True):
        if code:
            said.append("" if _FENCE.match(line) else line.strip())
        elif line[:1].isalpha():
            said.append(plain_inline(line))
        elif _REFERENCE.match(line) or _RULE.match(line) or table_rule(line):
            continue
        elif match := _ADMONITION.match(line):
            said.append(match[1] or "")
        else:
            bare = re.sub(r"^[\s>]+", "", line)
            bare = _ITEM.sub("", bare)
            if bare.startswith("|"):
                bare = " ".join(cell.strip() for cell in bare.strip("|").split("|"))
            said.append(plain_inline(bare))
    return "\n".join(line for line in said if line)


def says_nothing(line: str) -> bool:
    """A line of markup without a word for readers: a rule, a link definition, a table's second line."""
    bare = outside_quote(line.strip())
    if bare.startswith("!!!"):
        return True
    return bool(_RULE.match(bare) or _REFERENCE.match(bare)) or table_rule(bare)


def outside_quote(line: str) -> str:
    """A quoted line without its signs."""
    return line.lstrip("> \t") if line.startswith(">") else line


def table_rule(line: str) -> bool:
    return "|" in line and "-" in line and not line.strip(" \t|:-")


def item(line: str) -> tuple[int, str, str] | None:
    """A list item's indent, its marker (`1.` or `-`) and its text; None for another line."""
    match = _ITEM.match(line)
    if match is None or _RULE.match(line):
        return None
    marker = "-" if match[2] in "-*+" else f"{match[2][:-1]}."
    return len(match[1].expandtabs(4)), marker, line[match.end() :].strip()


@dataclass(frozen=True, slots=True)
class CodeBlock:
    token: str
    """The paragraph that stands for it in the converted text."""
    lang: str
    text: str


def for_python_markdown(markdown: str) -> tuple[str, list[CodeBlock]]:
    """Lists as CommonMark reads them, written as Python-Markdown wants them, with tokens in the place of fenced code.

    It asks for four spaces where people indent by the width of the marker, for a blank line before a list, and knows no
    fence inside an item. Lines are indented anew; whoever renders puts the code blocks in again.
    """
    out: list[str] = []
    blocks: list[CodeBlock] = []
    code: list[str] = []
    stack: list[int] = []  # the column where each open item's text begins
    fence: tuple[str, int, str] | None = None  # its mark, its indent, its language

    def close(mark: tuple[str, int, str]) -> None:
        block = CodeBlock(f"kb{len(blocks)}codeblock", mark[2], "\n".join(code))
        code.clear()
        blocks.append(block)
        inside = 4 * len(stack) if stack else mark[1] // 4 * 4
        out.extend(["", " " * inside + block.token, ""])

    for raw in markdown.split("\n"):
        line = raw.expandtabs(4)
        indent = len(line) - len(line.lstrip(" "))
        match = _FENCE.match(line)
        if fence:
            if match is not None and match[2].startswith(fence[0]) and not match[3].strip():
                close(fence)
                fence = None
            else:
                code.append(raw[min(fence[1], len(raw) - len(raw.lstrip(" "))) :])
            continue
        if not line.strip():
            out.append("")
            continue
        blank_before = not out or not out[-1]
        found = None if _RULE.match(line) else _ITEM.match(line)
        if found is not None or blank_before or match is not None:
            while stack and indent < stack[-1]:
                stack.pop()
        if match:
            fence = match[2], indent, (match[3].split() or [""])[0]
        elif found is not None and (stack or indent < 4):
            if not blank_before and not stack and not _ITEM.match(out[-1]):
                out.append("")
            out.append(" " * (4 * len(stack)) + line.lstrip(" "))
            stack.append(found.end())
        elif stack and (indent >= stack[-1] or not blank_before):
            out.append(" " * (4 * len(stack) + max(0, indent - stack[-1])) + line.lstrip(" "))
        else:
            out.append(line)
    if fence:
        close(fence)
    return "\n".join(out), blocks
