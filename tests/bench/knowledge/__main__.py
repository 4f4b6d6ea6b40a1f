"""`make bench-kb DATA=DIR`: our knowledge base in each tier beside Whoosh, SQLite FTS5, tantivy and bm25s, in one run on the same
documents and questions. Nothing here is asserted.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tests.bench.knowledge import corpus, table, workload
from tests.bench.knowledge.chart import draw
from tests.bench.knowledge.engine import KINDS, Kind
from tests.bench.knowledge.row import FolderRow, Row

SIZES = "1000,9002,100000"
FOLDER_SIZE = 9002
"""The real files are measured at the size that is nearest to this."""
FOLDER_TIERS = {"ours-off": "off", "ours-static": "static"}
QUESTIONS = 400
LIMIT_S = 3600
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
console = Console(width=None if sys.stdout.isatty() else 140)


def say(text: str) -> None:
    console.print(f"[dim]{time.strftime('%H:%M:%S')}[/dim] {text}", highlight=False)


def run(verb: str, engine: str, documents: Path, state: Path, clock: str) -> dict[str, Any]:
    """A process of its own; what it wrote, or a note why it wrote nothing."""
    environment = {
        **os.environ,
        **dict.fromkeys(ONE_THREAD, "1"),
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONWARNINGS": "ignore",
    }
    with tempfile.TemporaryDirectory() as name:
        result = Path(name) / "result.json"
        places = [str(documents), str(state), str(result)]
        command = [sys.executable, "-m", f"{__package__}.child", verb, engine, *places, clock]
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired:
            return {"note": f"{verb}: not finished in {LIMIT_S // 60} minutes"}
        if done.returncode or not result.exists():
            said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
            return {"note": f"{verb}: {said[-1]}"}
        found: dict[str, Any] = json.loads(result.read_text("utf-8"))
        return found


def measured(kind: Kind, size: int, documents: int, place: Path, clock: str, *, everything: bool) -> Row:
    if documents > kind.most and not everything:
        return Row(kind.name, size, documents, note="not built at this size without --everything: it takes hours")
    state = place / kind.name
    if (state / "built.json").exists():
        built = json.loads((state / "built.json").read_text("utf-8"))
    else:
        built = run("build", kind.name, place, state, clock)
    if "note" in built:
        return Row(kind.name, size, documents, note=built["note"])
    say(f"  {kind.label}: built in {built['build_s']:.1f} s")
    with tempfile.TemporaryDirectory(dir=place) as scratch:  # what was built stays as it is: asking saves documents too
        asked = run("ask", kind.name, place, Path(shutil.copytree(state, scratch, dirs_exist_ok=True)), clock)
    row = Row(**{"engine": kind.name, "size": size, "documents": documents, "clock": clock, **built, **asked})
    say(f"  {kind.label}: p50 {table.figure(row.natural_p50)} ms, p99 {table.figure(row.natural_p99)} ms {row.note}")
    return row


@contextmanager
def kept(folder: Path | None) -> Iterator[Path]:
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    else:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)


def everywhere(
    folder: Path,
    sizes: list[int],
    kinds: list[Kind],
    quality: list[str],
    keep: Path | None,
    clock: str,
    *,
    everything: bool,
) -> Iterator[Row | FolderRow]:
    sets = corpus.read(folder)
    if not sets:
        raise ValueError("it holds no sets, that is folders with docs.jsonl or docs.jsonl.gz")
    asked = corpus.chosen(sets, quality)
    at_files = min(sizes, key=lambda size: abs(size - FOLDER_SIZE))
    with kept(keep) as root:
        for size in sizes:
            place = root / str(size)
            documents = corpus.corpus(sets, asked, size)
            corpus.write(documents.documents, place)
            workload.write(workload.workload(documents, QUESTIONS), place / "workload.json")
            say(f"{len(documents.documents):,} documents")
            for kind in kinds:
                yield measured(kind, size, len(documents.documents), place, clock, everything=everything)
            if size == at_files:
                yield from files(place, [FOLDER_TIERS[kind.name] for kind in kinds if kind.name in FOLDER_TIERS])


def files(place: Path, tiers: list[str]) -> Iterator[FolderRow]:
    for tier in tiers:
        with tempfile.TemporaryDirectory() as state:
            told = run("folder", tier, place, Path(state), "wall")
        if "note" in told:
            say(f"  ours on Markdown files, {tier}: {told['note']}")
        else:
            yield FolderRow(**told)
            say(f"  ours on Markdown files, {tier}: opened and answered in {told['open_ms']:.0f} ms")


def keep_figures(path: Path | None, rows: list[Row], folders: list[FolderRow]) -> None:
    if path:
        content = {"rows": [asdict(row) for row in rows], "folders": [asdict(row) for row in folders]}
        path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def numbers(_context: click.Context, _parameter: click.Parameter, value: str) -> list[int]:
    if not all(one.isdigit() and int(one) for one in value.split(",")):
        raise click.BadParameter("numbers of documents with commas between them, such as 1000,9002")
    return [int(one) for one in value.split(",")]


def names(_context: click.Context, _parameter: click.Parameter, value: str) -> list[Kind]:
    if unknown := [one for one in value.split(",") if one not in KINDS]:
        raise click.BadParameter(f"no engine is called {', '.join(unknown)}; there are: {', '.join(KINDS)}")
    return [KINDS[one] for one in value.split(",")]


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--sizes", default=SIZES, show_default=True, callback=numbers, help="Documents.")
@click.option("--engines", default=",".join(KINDS), show_default=True, callback=names)
@click.option(
    "--quality", default="", help="Sets to merge and ask, instead of those whose every question has an answer."
)
@click.option(
    "--everything", is_flag=True, help="Also what takes hours: the transformer at more than 20,000 documents."
)
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Keep what is built here; what is here is not built again."
)
@click.option(
    "--clock", type=click.Choice(["wall", "cpu"]), default="wall", show_default=True,
    help="What building and asking are timed by: cpu on a machine that has other work.",
)  # fmt: skip
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures here, as they come.")
@click.option(
    "--from", "earlier", type=click.Path(exists=True, path_type=Path), multiple=True,
    help="Show the figures of earlier runs; measure nothing.",
)  # fmt: skip
@click.option("--chart", type=click.Path(path_type=Path), help="Draw them here, as SVG.")
@click.option("--markdown", is_flag=True, help="Print tables in Markdown too.")
def main(
    folder: Path | None, sizes: list[int], engines: list[Kind], quality: str, everything: bool, keep: Path | None,
    clock: str, json_file: Path | None, earlier: tuple[Path, ...], chart: Path | None, markdown: bool,
) -> None:  # fmt: skip
    rows: list[Row] = []
    folders: list[FolderRow] = []
    for path in earlier:
        content = json.loads(path.read_text("utf-8"))
        rows += [Row.read(entry) for entry in content["rows"]]
        folders += [FolderRow(**entry) for entry in content["folders"]]
    if not (folder or earlier):
        raise click.UsageError("Name a folder of sets, or --from a file of figures.")
    if folder and not earlier:
        asked = [name for name in quality.split(",") if name]
        try:
            for one in everywhere(folder, sizes, engines, asked, keep, clock, everything=everything):
                if isinstance(one, Row):
                    rows.append(one)
                else:
                    folders.append(one)
                keep_figures(json_file, rows, folders)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise click.ClickException(f"{folder} can't be measured: {error}") from error
    rows.sort(key=lambda row: (row.size, list(KINDS).index(row.engine)))
    keep_figures(json_file, rows, folders)
    for shown in table.terminal(rows, folders):
        console.print(shown)
    if markdown:
        click.echo(table.markdown(rows, folders))
    if chart:
        chart.write_text(draw(rows), "utf-8")


if __name__ == "__main__":
    main()
