"""Small pictures of numbers, as SVG for a page: no script, no style but the page's classes, words for who can't see them.

Pure. Whatever stands in a label is text: it is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 640, 200
_TOP, _BOTTOM, _LEFT = 14, 26, 40
_CELL = 22


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    values: tuple[float, ...]
    """One of each series; each has a class of its own: `bar-0`, `bar-1`."""
    told: str = ""
    """What it says, for who points at it or can't see it."""


@dataclass(frozen=True, slots=True)
class Cell:
    level: int
    """How dark: 0 to 4."""
    marked: bool
    told: str


def columns(name: str, title: str, about: str, bars: Sequence[Bar]) -> Markup:
    """Standing bars, those of one label side by side. `name` is the picture's id on its page."""
    most = max((value for bar in bars for value in bar.values), default=0) or 1
    top = _round(most)
    plot, step = HEIGHT - _TOP - _BOTTOM, (WIDTH - _LEFT) / max(1, len(bars))
    every = max(1, -(-len(bars) // 9))
    parts: list[Markup] = [_scale(top, plot)]
    for number, bar in enumerate(bars):
        left, wide = _LEFT + number * step, step * 0.8 / max(1, len(bar.values))
        rects = [
            _rect(left + step * 0.1 + at * wide, _TOP + plot * (1 - value / top), wide, plot * value / top, f"bar-{at}")
            for at, value in enumerate(bar.values)
        ]
        parts.append(_told(rects, bar.told))
        if number % every == 0:
            parts.append(_text(left + step / 2, HEIGHT - 8, bar.label, "middle"))
    return _picture(name, title, about, WIDTH, HEIGHT, parts)


def rows(name: str, title: str, about: str, bars: Sequence[Bar]) -> Markup:
    """Lying bars, one below the other, each with its label in front."""
    most = max((value for bar in bars for value in bar.values), default=0) or 1
    tall, front = 28, 200
    parts: list[Markup] = []
    for number, bar in enumerate(bars):
        top, thick = number * tall + 4, (tall - 8) / max(1, len(bar.values))
        rects = [
            _rect(front, top + at * thick, (WIDTH - front - 50) * value / most, thick, f"bar-{at}")
            for at, value in enumerate(bar.values)
        ]
        parts.append(_told(rects, bar.told))
        parts.append(_text(front - 8, top + tall / 2, bar.label, "end"))
        end = front + (WIDTH - front - 50) * max(bar.values, default=0) / most + 6
        parts.append(_text(end, top + tall / 2, f"{max(bar.values, default=0):g}", "start"))
    return _picture(name, title, about, WIDTH, max(1, len(bars)) * tall, parts)


def week(name: str, title: str, about: str, days: Sequence[str], cells: Sequence[Cell]) -> Markup:
    """The hours of a week: a row for each day, a cell for each hour, the darker the more; what is marked has a frame."""
    parts: list[Markup] = [
        _text(_LEFT + hour * _CELL + _CELL / 2, 12, f"{hour:02}", "middle") for hour in range(0, 24, 3)
    ]
    parts += [_text(_LEFT - 8, 20 + day * _CELL + _CELL * 0.7, label, "end") for day, label in enumerate(days)]
    for number, cell in enumerate(cells):
        day, hour = divmod(number, 24)
        kind = f"heat-{cell.level}{' marked' if cell.marked else ''}"
        rect = _rect(_LEFT + hour * _CELL + 1, 20 + day * _CELL + 1, _CELL - 2, _CELL - 2, kind)
        parts.append(_told([rect], cell.told))
    return _picture(name, title, about, _LEFT + 24 * _CELL + 4, 24 + 7 * _CELL, parts)


def level(value: float, most: float) -> int:
    """How dark a cell is: 0 only for nothing."""
    return 0 if value <= 0 or most <= 0 else min(4, 1 + int(4 * value / (most + 1)))


def _round(value: float) -> float:
    """The next number from which on people like to read a scale."""
    step = 1.0
    while True:
        for nice in (1, 2, 5):
            if value <= nice * step:
                return nice * step
        step *= 10


def _scale(top: float, plot: float) -> Markup:
    """Lines at whole numbers: what is counted has no halves."""
    return Markup("").join(
        Markup('<line class="axis" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>{}').format(
            _LEFT, WIDTH, _TOP + plot * (1 - part), _TOP + plot * (1 - part),
            _text(_LEFT - 6, _TOP + plot * (1 - part) + 4, f"{top * part:g}", "end"),
        )
        for part in ((0, 0.5, 1) if top % 2 == 0 else (0, 1))
    )  # fmt: skip


def _rect(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        kind, x, y, width, height
    )


def _told(parts: Sequence[Markup], told: str) -> Markup:
    title = Markup("<title>{}</title>").format(told) if told else Markup("")
    return Markup("<g>{}{}</g>").format(title, Markup("").join(parts))


def _text(x: float, y: float, words: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, words)


def _picture(name: str, title: str, about: str, width: float, height: float, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {0:g} {1:g}" role="img" aria-labelledby="{2}-title {2}-about">'
        '<title id="{2}-title">{3}</title><desc id="{2}-about">{4}</desc>{5}</svg>'
    ).format(width, height, escape(name), title, about, Markup("").join(parts))
