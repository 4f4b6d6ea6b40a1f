"""The result as people read it: a table in the terminal, and the same in Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from tests.bench.knowledge.engine import KINDS
from tests.bench.knowledge.row import FolderRow, Row

NONE = "–"
HEADS = (
    "engine", "build s", "MB", "open + first ms", "question ms", "keywords ms", "save ms", "resident MB",
)  # fmt: skip
QUALITY_HEADS = ("engine", "documents", "set", "MAP", "MRR", "P@1", "nDCG@10")
TEXT_HEADS = ("engine", "set", "ours on files")
FOLDER_HEADS = ("ours on files", "first open s", "open + answer ms", "refresh ms", "watch ms", "resident MB")


def figure(value: float | None) -> str:
    """Two digits that count, more only before the point."""
    if value is None:
        return NONE
    if value >= 9.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 0.995 else f"{value:.2f}"


def pair(first: float | None, second: float | None) -> str:
    return NONE if first is None and second is None else f"{figure(first)} / {figure(second)}"


def sizes(rows: Sequence[Row]) -> list[int]:
    return sorted({row.size for row in rows})


def sets(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row.quality))


def cells(row: Row) -> list[str]:
    return [
        KINDS[row.engine].label,
        figure(row.build_s),
        figure(row.index_mb),
        figure(row.open_ms),
        pair(row.natural_p50, row.natural_p99),
        pair(row.keywords_p50, row.keywords_p99),
        figure(row.save_ms),
        pair(row.opened_mb, row.asked_mb),
    ]


def quality_cells(row: Row, size: int) -> Iterator[list[str]]:
    """A line for each set."""
    for name, measures in row.quality.items():
        values = [NONE if value is None else f"{value:.1f}" for value in measures.values()]
        yield [KINDS[row.engine].label, f"{size:,}", name, *values]


def caption(rows: Sequence[Row], size: int) -> str:
    whole = max(row.documents for row in rows if row.size == size)
    more = f" and {whole - size:,} of the sets that are asked" if whole > size else ""
    clock = ", processor time" if any(row.clock == "cpu" for row in rows if row.size == size) else ""
    return f"{size:,} documents{more}{clock}"


def markdown(rows: Sequence[Row], folders: Sequence[FolderRow]) -> str:
    lines: list[str] = []
    for size in sizes(rows):
        held = [row for row in rows if row.size == size]
        lines += [f"**{caption(rows, size)}**", "", *_lines(HEADS, [cells(row) for row in held])]
        for note in notes(held):
            lines += [note, ""]
    told = [cell for row in rows for cell in quality_cells(row, row.size)]
    if told:
        lines += _lines(QUALITY_HEADS, told)
    if folders:
        lines += _lines(FOLDER_HEADS, [folder_cells(row) for row in folders])
    return "\n".join(lines)


def notes(rows: Sequence[Row]) -> list[str]:
    return [f"{KINDS[row.engine].label}: {row.note}." for row in rows if row.note]


def folder_cells(row: FolderRow) -> list[str]:
    values = (row.first_s, row.open_ms, row.refresh_ms, row.watch_ms, row.asked_mb)
    return [f"{row.tier}, {row.files:,} files", *map(figure, values)]


def _lines(heads: Sequence[str], told: Sequence[Sequence[str]]) -> list[str]:
    return [_line(heads), _line(["---"] * len(heads)), *map(_line, told), ""]


def _line(told: Sequence[str]) -> str:
    return f"| {' | '.join(one.replace('|', '/') for one in told)} |"


def terminal(rows: Sequence[Row], folders: Sequence[FolderRow]) -> list[Table]:
    tables = []
    for size in sizes(rows):
        held = [row for row in rows if row.size == size]
        tables.append(_table(caption(rows, size), HEADS, [cells(row) for row in held], "\n".join(notes(held))))
    told = [cell for row in rows for cell in quality_cells(row, row.size)]
    if told:
        tables.append(_table("Ranking, percent", QUALITY_HEADS, told))
    if folders:
        title = "A folder of Markdown files, as a service has it"
        tables.append(_table(title, FOLDER_HEADS, [folder_cells(row) for row in folders]))
    return tables


def _table(title: str, heads: Sequence[str], told: Sequence[Sequence[str]], under: str = "") -> Table:
    table = Table(title=title, title_justify="left", caption=under or None, caption_justify="left")
    for head in heads:
        table.add_column(head, justify="left" if head in TEXT_HEADS else "right", no_wrap=True)
    for one in told:
        table.add_row(*one, style="bold" if one[0].startswith("ours") else "")
    return table
