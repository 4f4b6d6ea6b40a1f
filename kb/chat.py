"""A section as short chat text, in portions: the summary or the best sentences first, then its steps. Markup as
`kb.model.Answer.parts` allows it. Pure; must never import an engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from kb import markup
from kb.model import Article, Section

FIRST = 300
PORTION = 350
MAX_PARTS = 60
"""An article is told to its end; one that has more than this is a book."""

_ATOM = re.compile(r"(?:`[^`]+`|\*\*[^*]+\*\*|\[[^\[\]]*\]\([^()\s]*\)|\S)+")
_SPAN = re.compile(r"`[^`]+`|\[[^\[\]]*\]\([^()\s]*\)")
_SENTENCE_END = re.compile(r"[.!?…。][\"')\]*»“”]*$")
_ABBREVIATIONS = (
    "e.g.",
    "i.e.",
    "etc.",
    "vs.",
    "cf.",
    "no.",
    "approx.",
    "mr.",
    "ms.",
    "dr.",
    "z.b.",
    "d.h.",
    "bzw.",
    "ca.",
    "nr.",
)
_INLINE = re.compile(
    r"(`{1,3})(?!`)(?P<code>[^`]+)\1(?!`)"
    r"|(?P<image>!?)\[(?P<label>[^\[\]]*)\]\(\s{0,9}(?P<target><[^<>\n]*>|[^()\s]*)(?:\s{1,9}(?:\"[^\"]*\"|'[^']*'))?\s{0,9}\)"
    r"|<(?P<auto>(?:https?|mailto|ircs?|matrix):[^<>\s]+)>"
    r"|\*\*(?P<bold>[^*`\[\]\n]+)\*\*"
)
_STARTS_SENTENCE = re.compile(r"[\"'(\[`*]*[A-Z0-9`]|[\[`*#!/]")

Link = Callable[[str], str]
"""A target as written in the article to the URL for readers; empty when there is none they could open."""
Terms = Callable[[str], Collection[str]]
"""A text to its terms."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, a step or a line of code: what is kept together."""

    text: str
    block: int
    line: bool
    """It stands on a line of its own."""


def chat_parts(
    article: Article, section: Section, question_terms: Collection[str], terms: Terms, link: Link
) -> tuple[str, ...]:
    """The portions of an answer, at least one. The first has at most 300 characters, the others at most 350; fewer in
    scripts that take more bytes, since chat counts those.
    """
    units = list(_units(section, link))
    if not section.anchor and article.summary:
        summary = [_Unit(sentence, 0, line=False) for sentence in sentences(inline(article.summary, link))]
        return _bounded([*_portions(summary, FIRST), *_portions(_follow(article, section, units, link))])
    if not units:
        units = [_Unit(section.heading or article.summary or article.title, 0, line=False)]
    whole = list(_portions(units, FIRST))
    if len(whole) == 1:
        return tuple(whole)
    first, rest = _best(units, question_terms, terms)
    return _bounded([first, *_portions(rest)])


def size(text: str) -> int:
    """Its length, where a letter of two bytes counts for more: two lines of IRC hold 300 letters of any script."""
    return max(len(text), (len(text.encode()) * 2 + 2) // 3)


def _bounded(parts: Sequence[str]) -> tuple[str, ...]:
    """All of them, or as many as can be told and a sign that there is more to read."""
    return tuple(parts) if len(parts) <= MAX_PARTS else (*parts[: MAX_PARTS - 1], "…")


def _follow(article: Article, section: Section, units: Sequence[_Unit], link: Link) -> Iterator[_Unit]:
    """After the summary: the introduction, then the sections one after the other under their headings."""
    yield from units
    for number, other in enumerate(article.sections, 1):
        if other.anchor != section.anchor:
            below = list(_units(other, link))
            if below:
                yield _Unit(f"**{_safe_text(other.heading).replace('*', '')}**", -number, line=True)
                yield from (_Unit(unit.text, number * 10_000 + unit.block, unit.line) for unit in below)


def _units(section: Section, link: Link) -> Iterator[_Unit]:
    lines = section.markdown.split("\n")
    paragraph: list[str] = []
    block = 0

    def flush() -> Iterator[_Unit]:
        text = " ".join(paragraph)
        paragraph.clear()
        if match := markup.item(text):
            _, marker, rest = match
            yield _Unit(f"{marker} {inline(rest, link)}", block, line=True)
        elif text:
            yield from (_Unit(sentence, block, line=False) for sentence in sentences(inline(text, link)))

    marks = markup.in_code(lines)
    for line, code, after in zip(lines, marks, [*lines[1:], ""], strict=True):
        bare = line.strip()
        if code:
            yield from flush()
            if bare and not bare.startswith(("```", "~~~")):
                yield _Unit(f"`{bare.replace('`', chr(39))}`", block, line=True)
            continue
        if not bare or markup.says_nothing(line):
            yield from flush()
            block += not bare
            continue
        bare = markup.outside_quote(bare)
        if bare.startswith("|"):
            yield from flush()
            if markup.table_rule(after):
                continue  # the names of the columns: in a line of chat they name nothing
            cells = [cell for cell in (cell.strip() for cell in bare.strip("|").split("|")) if cell]
            yield _Unit("- " + inline(" – ".join(cells), link), block, line=True)
            continue
        if markup.item(bare):
            yield from flush()
        paragraph.append(bare)
    yield from flush()


def inline(text: str, link: Link) -> str:
    """Markdown's inline markup reduced to bold, code and links; links nobody could open become their label."""
    pieces: list[str] = []
    last = 0
    for match in _INLINE.finditer(text):
        pieces += [_safe_text(text[last : match.start()])]
        last = match.end()
        if match["code"] is not None:
            pieces.append(f"`{' '.join(match['code'].split())}`")
        elif match["auto"] is not None:
            pieces.append(match["auto"].removeprefix("mailto:"))
        elif match["bold"] is not None:
            pieces.append(f"**{_safe_text(match['bold'])}**" if match["bold"].strip() else "")
        else:
            label = _safe_text(match["label"]).replace("[", "(").replace("]", ")")
            url = "" if match["image"] else link(match["target"].strip("<>"))
            pieces.append(f"[{label}]({url})" if url and label and not re.search(r"[()\s]", url) else label)
    pieces.append(_safe_text(text[last:]))
    return " ".join("".join(pieces).split())


def _safe_text(text: str) -> str:
    """Text outside code: other markup removed, backticks that open nothing too; outer blanks kept."""
    if not text.strip():
        return " " if text else ""
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() else ""
    return before + markup.plain_inline(text).replace("`", "'") + after


def sentences(text: str) -> list[str]:
    """Split where a sentence ends, never inside code, a link or bold text."""
    found: list[str] = []
    current: list[str] = []
    atoms = _ATOM.findall(text)
    for atom, after in zip_longest(atoms, atoms[1:], fillvalue=""):
        current.append(atom)
        ends = _SENTENCE_END.search(atom) and atom.lower() not in _ABBREVIATIONS
        if ends and (_STARTS_SENTENCE.match(after) or after.lstrip("\"'([`*«„“")[:1].isupper()):
            found.append(" ".join(current))
            current = []
    if current:
        found.append(" ".join(current))
    return found


def wrap(text: str, limit: int) -> list[str]:
    """Cut between words only; what is longer than the limit by itself (a key, an address) is cut where it must be."""
    found: list[str] = []
    current = ""
    for atom in _ATOM.findall(text):
        pieces = [atom] if size(atom) <= limit else list(_long(atom, limit))
        for piece in pieces:
            if current and size(f"{current} {piece}") > limit:
                found.append(current)
                current = piece
            else:
                current = f"{current} {piece}" if current else piece
    return [*found, current] if current else found


def _long(atom: str, limit: int) -> Iterator[str]:
    """An atom over the limit: by the words inside it, as plain text."""
    for word in _SPAN.sub(lambda match: match[0].strip("`"), atom).replace("**", "").replace("`", "'").split():
        step = limit if word.isascii() else limit * 3 // 8  # four bytes a letter at most
        yield from (word[at : at + step] for at in range(0, len(word), step))


def _joined(units: Sequence[_Unit]) -> str:
    text = ""
    for before, unit in zip([None, *units[:-1]], units, strict=True):
        if before is None:
            text = unit.text
        else:
            apart = unit.line or before.line or unit.block != before.block
            text += ("\n" if apart else " ") + unit.text
    return text


def _portions(units: Iterable[_Unit], limit: int = PORTION) -> Iterator[str]:
    held: list[_Unit] = []
    for unit in units:
        for text in [unit.text] if size(unit.text) <= limit else wrap(unit.text, limit):
            piece = _Unit(text, unit.block, unit.line)
            if held and size(_joined([*held, piece])) > limit:
                heading = held.pop() if len(held) > 1 and held[-1].block < 0 else None  # goes with what follows it
                yield _joined(held)
                held = [heading] if heading and size(_joined([heading, piece])) <= limit else []
            held.append(piece)
    if held:
        yield _joined(held)


def _best(units: Sequence[_Unit], question_terms: Collection[str], terms: Terms) -> tuple[str, list[_Unit]]:
    """The run of whole sentences that holds most of the question's terms, steps from the first one on; and what is left."""
    asked = frozenset(question_terms)
    said = [asked.intersection(terms(unit.text)) for unit in units]
    starts = [at for at, unit in enumerate(units) if size(unit.text) <= FIRST] or [0]
    best, most = starts[0], -1
    for start in starts:
        if units[start].line and start and units[start - 1].line:
            continue  # the middle of a list
        held: set[str] = set()
        for at in _run(units, start):
            held |= said[at]
        if len(held) > most:
            best, most = start, len(held)
    run = list(_run(units, best))
    if run:
        return _joined([units[at] for at in run]), [unit for at, unit in enumerate(units) if at not in run]
    cut, *more = wrap(units[best].text, FIRST - 2)
    remaining = [_Unit(text, units[best].block, units[best].line) for text in more]
    return f"{cut} …", [*units[:best], *remaining, *units[best + 1 :]]


def _run(units: Sequence[_Unit], start: int) -> Iterator[int]:
    so_far = 0
    for at in range(start, len(units)):
        so_far += size(units[at].text) + bool(so_far)
        if so_far > FIRST:
            return
        yield at
