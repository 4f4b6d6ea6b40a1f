"""The result as a picture: SVG, written by hand so that it needs no library, readable in light and in dark. Pure.

For each size a row an engine: on a logarithmic scale a line from p50 to p99 of a natural question, and a bar for the ranking.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from tests.bench.knowledge.engine import KINDS
from tests.bench.knowledge.row import Row
from tests.bench.knowledge.table import NONE, caption, pair, sets, sizes

WIDTH = 960
MARGIN = 24
ROW = 26
HEAD = 64
GAP = 30
TOP = 98
FOOT = 44
PLOT = (196.0, 540.0)
SAID = 640.0
BAR = (676.0, 880.0)

STYLE = """
svg { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d8dee4; --ours: #0757ad; --others: #87909a;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-size: 13px; }
@media (prefers-color-scheme: dark) { svg { --paper: #0d1117; --ink: #e6edf3; --soft: #9aa4af; --line: #2f363d; --ours: #6cb6ff;
  --others: #848d97; } }
.paper { fill: var(--paper); } text { fill: var(--ink); } .soft { fill: var(--soft); } .small { font-size: 11.5px; }
.title { font-size: 19px; font-weight: 650; } .size { font-size: 14.5px; font-weight: 650; } .number { font-variant-numeric: tabular-nums; }
.grid { stroke: var(--line); } .track { fill: var(--line); opacity: .55; }
.ours { fill: var(--ours); stroke: var(--ours); } .others { fill: var(--others); stroke: var(--others); }
text.ours { stroke: none; font-weight: 650; } text.others { stroke: none; fill: var(--ink); } .bar { stroke: none; }
""".strip()


def scale(value: float, low: float, high: float) -> float:
    """Where a figure stands on the logarithmic axis; beyond its ends at its ends."""
    share = math.log(min(max(value, low), high) / low) / math.log(high / low)
    return PLOT[0] + share * (PLOT[1] - PLOT[0])


def axis(rows: Sequence[Row]) -> tuple[float, float]:
    """Powers of ten around all latencies."""
    values = [value for row in rows for value in (row.natural_p50, row.natural_p99) if value]
    if not values:
        return 0.1, 10.0
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return 10.0**low, 10.0 ** max(high, low + 1)


def summary(rows: Sequence[Row]) -> str:
    """What the picture shows, for those who do not see it."""
    told = []
    for size in sizes(rows):
        figures = [
            f"{KINDS[row.engine].label} {pair(row.natural_p50, row.natural_p99)}"
            for row in rows
            if row.size == size and row.natural_p50 is not None
        ]
        told.append(f"{caption(rows, size)}: {', '.join(figures) or 'nothing measured'}.")
    ranked = [
        f"{KINDS[row.engine].label} {value:.1f}" for row in _nearest(rows) if (value := _map(row, rows)) is not None
    ]
    quality = f" MAP on {sets(rows)[0]}: {', '.join(ranked)}." if ranked else ""
    return "Milliseconds of a natural question, p50 / p99, on one core. " + " ".join(told) + quality


def draw(rows: Sequence[Row]) -> str:
    names = sizes(rows)
    height = TOP + sum(HEAD + ROW * sum(row.size == size for row in rows) + GAP for size in names) - GAP + FOOT
    low, high = axis(rows)
    body: list[str] = []
    y = float(TOP)
    for size in names:
        held = [row for row in rows if row.size == size]
        body += _block(held, rows, y, low, high)
        y += HEAD + ROW * len(held) + GAP
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title desc">',
            '<title id="title">How fast and how well questions are answered, engine by engine</title>',
            f'<desc id="desc">{escape(summary(rows))}</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{height}" rx="8"/>',
            _text(MARGIN, 38, "A question of 8 to 15 words, engine by engine", "title"),
            _text(MARGIN, 59, "Dot: the middle question (p50). End of the line: the slowest in a hundred (p99).", "soft small"),
            _text(
                MARGIN, 75, "One core, milliseconds; each line across is ten times the one before. Bars: how well it ranks.", "soft small"
            ),
            *body,
            _text(MARGIN, height - 18, "make bench-kb; docs/measurements.md says how it was measured.", "soft small"),
            "</svg>",
            "",
        ]
    )  # fmt: skip


def _block(held: Sequence[Row], rows: Sequence[Row], y: float, low: float, high: float) -> Iterator[str]:
    bottom = y + HEAD + ROW * len(held) - 4
    yield _text(MARGIN, y + 18, caption(rows, held[0].size), "size")
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        x = scale(10.0**power, low, high)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{y + 50}" y2="{bottom}"/>'
        yield _text(x, y + 42, f"{10.0**power:g} ms", "soft small number", "middle")
    yield _text(SAID, y + 42, "p50 / p99", "soft small", "end")
    ranked = sets(rows)
    if ranked:
        yield _text(BAR[0], y + 42, f"MAP on {ranked[0]}, percent", "soft small")
    for place, row in enumerate(held):
        yield from _row(row, rows, y + HEAD + ROW * place + 8, low, high)


def _row(row: Row, rows: Sequence[Row], y: float, low: float, high: float) -> Iterator[str]:
    kind = "ours" if row.engine.startswith("ours") else "others"
    yield _text(MARGIN, y + 4.5, KINDS[row.engine].label, kind)
    if row.natural_p50 is None or row.natural_p99 is None:
        yield _text(PLOT[0], y + 4.5, "not measured", "soft small")
    else:
        first, last = scale(row.natural_p50, low, high), scale(row.natural_p99, low, high)
        yield f'<line class="{kind}" x1="{first:.1f}" x2="{last:.1f}" y1="{y}" y2="{y}" stroke-width="2.5"/>'
        yield f'<line class="{kind}" x1="{last:.1f}" x2="{last:.1f}" y1="{y - 5}" y2="{y + 5}" stroke-width="2.5"/>'
        yield f'<circle class="{kind}" cx="{first:.1f}" cy="{y}" r="5"/>'
        yield _text(SAID, y + 4.5, pair(row.natural_p50, row.natural_p99), "number", "end")
    if sets(rows):
        value = _map(row, rows)
        whole = BAR[1] - BAR[0]
        yield f'<rect class="track" x="{BAR[0]}" y="{y - 7}" width="{whole}" height="14" rx="3"/>'
        if value is not None:
            yield f'<rect class="bar {kind}" x="{BAR[0]}" y="{y - 7}" width="{whole * value / 100:.1f}" height="14" rx="3"/>'
        yield _text(WIDTH - MARGIN, y + 4.5, NONE if value is None else f"{value:.1f}", "number", "end")


def _map(row: Row, rows: Sequence[Row]) -> float | None:
    return row.quality.get(sets(rows)[0], {}).get("map") if sets(rows) else None


def _nearest(rows: Sequence[Row]) -> list[Row]:
    """Those of the size in the middle, which all engines hold."""
    names = sizes(rows)
    return [row for row in rows if row.size == names[len(names) // 2]] if names else []


def _text(x: float, y: float, said: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'
