"""A line with mIRC formatting codes as spans, and spans as such lines. Pure.

Source: https://modern.ircdocs.horse/formatting. What IRC can express is bold, italic, underline, strike, monospace,
colours and, as words in the colour of their background, spoilers; in one canonical nesting, which `from_irc` makes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from bridges.text.colours import PALETTE, code_of
from bridges.text.harmless import LENGTH_LIMIT, clean
from bridges.text.lines import Run, lines, plain
from bridges.text.spans import Code, Coloured, Plain, Span, Spoiler, Style, Styled, Text

_CODES = re.compile(
    r"\x03(?:(?P<code>\d{1,2})(?:,(?P<behind>\d{1,2}))?)?"
    r"|\x04(?:(?P<hex>[0-9a-fA-F]{6})(?:,(?P<hexbehind>[0-9a-fA-F]{6}))?)?"
    r"|[\x02\x0f\x11\x16\x1d-\x1f]",
    re.ASCII,
)
_STYLES: dict[str, Style] = {"\x02": "bold", "\x1d": "italic", "\x1f": "underline", "\x1e": "strike"}
_TOGGLES: dict[Style, str] = {style: code for code, style in _STYLES.items()}
_DEFAULT = 99
_HIDDEN = "\x0301,01"
_SEPARATE = "\x02\x02"
"""Bold, twice: keeps words that begin with a digit or a comma out of the colour code before them."""


def from_irc(text: str) -> Text:
    """One line as spans. New lines become spaces; other control characters vanish."""
    text = text[: LENGTH_LIMIT + 1]
    if _CODES.search(text) is None:  # most lines
        words = _words(text)
        return (Plain(words),) if words else ()
    return _tree(_runs(text), _LEVELS)


def _words(text: str) -> str:
    return clean(text).replace("\n", " ").replace("\t", " ")


def _runs(text: str) -> Iterator[Run]:
    look = Run()
    reverse = False
    position = 0
    for found in (*_CODES.finditer(text), None):
        words = _words(text[position : found.start() if found else len(text)])
        if words:
            yield _seen(look, reverse=reverse)._replace(words=words)
        if found is None:
            return
        position = found.end()
        match found[0][0]:
            case "\x0f":
                look, reverse = Run(), False
            case "\x03" | "\x04":
                look = _recoloured(look, found)
            case "\x11":
                look = look._replace(code=not look.code)
            case "\x16":
                reverse = not reverse
            case toggle:
                look = look._replace(styles=look.styles ^ {_STYLES[toggle]})


def _recoloured(look: Run, found: re.Match[str]) -> Run:
    if len(found[0]) == 1:
        return look._replace(colour="", background="")
    if found["hex"]:
        behind = found["hexbehind"]
        return look._replace(
            colour=f"#{found['hex'].lower()}", background=f"#{behind.lower()}" if behind else look.background
        )
    return look._replace(
        colour=_colour(found["code"]),
        background=look.background if found["behind"] is None else _colour(found["behind"]),
    )


def _colour(code: str) -> str:
    return PALETTE[int(code)] if int(code) < _DEFAULT else ""


def _seen(look: Run, *, reverse: bool) -> Run:
    """What the codes make of the words: reversed colours are exchanged, words nobody can see are a spoiler."""
    if look.colour and look.colour == look.background:
        return look._replace(colour="", background="", spoiler=True)
    if reverse and not look.colour and not look.background:
        return look._replace(colour=PALETTE[0], background=PALETTE[1])
    return look._replace(colour=look.background, background=look.colour) if reverse else look


# --- runs to spans ----------------------------------------------------------------------------------------------------

_Level = tuple[Callable[[Run], object], Callable[[Run, Text], Span]]


def _style_level(style: Style) -> _Level:
    return lambda run: style in run.styles, lambda _, children: Styled(style, children)


_LEVELS: tuple[_Level, ...] = (
    (lambda run: run.spoiler, lambda _, children: Spoiler(children)),
    (
        lambda run: (run.colour, run.background) if run.colour or run.background else None,
        lambda run, children: Coloured(children, run.colour, run.background),
    ),
    *map(_style_level, _TOGGLES),
)


def _tree(runs: Iterable[Run], levels: Sequence[_Level]) -> Text:
    """Neighbours that share a look share a span; the first level is the outermost."""
    if not levels:
        return tuple(
            (Code if code else Plain)("".join(run.words for run in alike))
            for code, alike in groupby(runs, lambda run: run.code)
        )
    (look_of, wrap), *inner = levels
    spans: list[Span] = []
    for look, group in groupby(runs, look_of):
        alike = list(group)
        children = _tree(alike, inner)
        spans.extend((wrap(alike[0], children),) if look else children)
    return tuple(spans)


# --- spans to codes ---------------------------------------------------------------------------------------------------


def irc(text: Text) -> str:
    """Lines with mIRC codes, parted by `\\n`; each begins and ends unformatted, so that they can be sent one by one.

    Code stands between backticks, since not all clients show monospace; blocks of code and quotes are lines as they are.
    """
    if all(isinstance(span, Plain) for span in text):  # most messages
        return plain(text)
    return "\n".join(_line(runs) for runs in lines(text))


def _line(runs: Sequence[Run]) -> str:
    pieces: list[str] = []
    now = Run()
    for run in (*_marked(runs), Run()):
        codes = "".join(_TOGGLES[style] for style in _TOGGLES if (style in now.styles) != (style in run.styles))
        before, after = _colour_code(now), _colour_code(run)
        if before != after:
            partly = before and not run.spoiler and _loses(now, run)  # a colour is given up by giving up both
            codes += ("\x03" if partly or not after else "") + after
            if run.words[:1].isdigit() or run.words[:1] == ",":
                codes += _SEPARATE
        pieces += (codes, run.words)
        now = run
    return "".join(pieces)


def _loses(now: Run, run: Run) -> bool:
    return now.spoiler or bool(now.background and not run.background)


def _colour_code(run: Run) -> str:
    """How this run's colours are switched on; empty for the reader's own."""
    if run.spoiler:
        return _HIDDEN
    if not run.colour and not run.background:
        return ""
    colour = code_of(run.colour) if run.colour else _DEFAULT
    return f"\x03{colour:02d},{code_of(run.background):02d}" if run.background else f"\x03{colour:02d}"


def _marked(runs: Sequence[Run]) -> Iterator[Run]:
    for run in runs:
        bare = not run.code or "`" in run.words or not run.words.strip()
        yield run._replace(code=False, words=run.words if bare else f"`{run.words}`")
