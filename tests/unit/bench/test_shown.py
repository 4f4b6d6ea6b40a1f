"""How `make bench-kb` shows what it measured: percentiles, quality, tables and the chart."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from tests.bench.figures import percentile
from tests.bench.knowledge import chart, table
from tests.bench.knowledge.__main__ import main
from tests.bench.knowledge.corpus import Question
from tests.bench.knowledge.row import FolderRow, Row, quality, spread

QUALITY = {"faq": {"map": 75.0, "mrr": 76.0, "p_at_1": 60.04, "ndcg_at_10": 80.0}}
LOWER = {"faq": {**QUALITY["faq"], "map": 50.0}}
ROWS = [
    Row("ours-off", 1000, 1125, "", "wall", 2.0, 3.0, 40.0, 0.5, 1.25, 0.1, 0.2, 7.0, 50.0, 52.0, QUALITY),
    Row("whoosh", 1000, 1125, "", "wall", 3.0, 4.0, 90.0, 30.0, 150.0, 2.0, 9.0, 20.0, 40.0, 45.0, LOWER),
    Row("tantivy", 1000, 1125, note="tantivy is not installed"),
    Row("ours-off", 90000, 90125, "", "wall", 20.0, 30.0, 140.0, 1.5, 4.25, 0.2, 0.3, 9.0, 150.0, 152.0, QUALITY),
]
FOLDERS = [FolderRow("off", 1125, 12.5, 340.0, 80.0, 160.0, 99.0)]
SVG = "{http://www.w3.org/2000/svg}"


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([5, 1, 4, 2, 3], 0.5) == 2
    assert spread([float(n) for n in range(1, 101)]) == (50.0, 99.0)
    assert spread([7.0]) == (7.0, 7.0)


def test_quality_is_what_kb_eval_says() -> None:
    asked = [Question("a", frozenset({"x"})), Question("b", frozenset({"y"})), Question("c", frozenset({"z"}))]
    told = quality(asked, [["x", "y"], ["x", "y"], []])
    assert told == pytest.approx(
        {"map": 50, "mrr": 50, "p_at_1": 100 / 3, "ndcg_at_10": 100 * (1 + 0.63093) / 3}, abs=0.01
    )


@pytest.mark.parametrize(
    ("value", "said"), [(None, "–"), (0.094, "0.09"), (0.999, "1.0"), (9.96, "10"), (1234.5, "1,234")]
)
def test_figures_have_the_digits_that_count(value: float | None, said: str) -> None:
    assert table.figure(value) == said


def test_the_markdown_table_has_a_line_for_each_engine_and_says_what_is_missing() -> None:
    said = table.markdown(ROWS, FOLDERS).splitlines()
    assert "**1,000 documents and 125 of the sets that are asked**" in said
    assert "| ours, words only | 2.0 | 3.0 | 40 | 0.50 / 1.2 | 0.10 / 0.20 | 7.0 | 50 / 52 |" in said
    assert "| tantivy | – | – | – | – | – | – | – |" in said
    assert "tantivy: tantivy is not installed." in said
    assert "| Whoosh | 1,000 | faq | 50.0 | 76.0 | 60.0 | 80.0 |" in said
    assert "| off, 1,125 files | 12 | 340 | 80 | 160 | 99 |" in said
    tables = [line.count("|") for line in said if line.startswith("|")]
    assert set(tables) == {9, 8, 7}  # every line of a table has its columns


def test_the_chart_is_svg_that_says_in_words_what_it_shows() -> None:
    root = ET.fromstring(chart.draw(ROWS))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    assert (root.findtext(f"{SVG}title") or "").startswith("How fast")
    said = root.findtext(f"{SVG}desc") or ""
    assert "1,000 documents and 125 of the sets that are asked: ours, words only 0.50 / 1.2, Whoosh 30 / 150." in said
    assert "prefers-color-scheme: dark" in (root.findtext(f"{SVG}style") or "")


def test_everything_in_the_chart_stands_inside_it_and_no_row_on_another() -> None:
    root = ET.fromstring(chart.draw(ROWS))
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    for mark in root.iter():
        for name, most in (
            ("x", width),
            ("x1", width),
            ("x2", width),
            ("cx", width),
            ("y", height),
            ("y1", height),
            ("y2", height),
            ("cy", height),
        ):
            assert 0 <= float(mark.get(name, 0)) <= most
    labels = [
        float(mark.attrib["y"])
        for mark in root.iter(f"{SVG}text")
        if mark.text in {"ours, words only", "Whoosh", "tantivy"}
    ]
    assert len(labels) == 4
    assert all(after - before >= chart.ROW for before, after in pairwise(labels))


def test_the_chart_draws_p50_and_p99_to_scale_and_bars_of_their_length() -> None:
    low, high = chart.axis(ROWS)
    assert (low, high) == (0.1, 1000.0)
    assert chart.scale(low, low, high) == chart.PLOT[0]
    assert chart.scale(10.0, low, high) == pytest.approx(sum(chart.PLOT) / 2)
    assert chart.scale(5000.0, low, high) == chart.PLOT[1]
    root = ET.fromstring(chart.draw(ROWS))
    dots = [(mark.get("class"), float(mark.attrib["cx"])) for mark in root.iter(f"{SVG}circle")]
    assert dots == [
        (kind, pytest.approx(chart.scale(value, low, high), abs=0.06))
        for kind, value in (("ours", 0.5), ("others", 30.0), ("ours", 1.5))
    ]
    bars = [
        float(mark.attrib["width"]) for mark in root.iter(f"{SVG}rect") if (mark.get("class") or "").startswith("bar")
    ]
    assert bars == pytest.approx([share * (chart.BAR[1] - chart.BAR[0]) for share in (0.75, 0.5, 0.75)], abs=0.06)


def test_a_chart_of_nothing_is_still_one() -> None:
    said = chart.draw([Row("whoosh", 10, 10, note="gone")])
    assert "not measured" in said
    ET.fromstring(said)


def test_names_of_sets_are_data() -> None:
    hostile = {'<script>&"': QUALITY["faq"]}
    assert "<script>" not in chart.draw([Row("whoosh", 10, 10, natural_p50=1.0, natural_p99=2.0, quality=hostile)])


def test_it_says_when_the_processors_time_was_counted() -> None:
    rows = [replace(row, clock="cpu") for row in ROWS]
    assert table.caption(rows, 1000) == f"{table.caption(ROWS, 1000)}, processor time"
    assert "sets that are asked, processor time" in chart.draw(rows)


def test_figures_are_shown_again_from_their_files(tmp_path: Path) -> None:
    large, small = tmp_path / "large.json", tmp_path / "small.json"
    large.write_text(json.dumps({"rows": [asdict(ROWS[3])], "folders": []}))
    small.write_text(
        json.dumps({"rows": [asdict(row) for row in ROWS[:3]], "folders": [asdict(row) for row in FOLDERS]})
    )
    done = CliRunner().invoke(
        main, ["--from", str(large), "--from", str(small), "--chart", str(tmp_path / "c.svg"), "--markdown"]
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "c.svg").read_text() == chart.draw(ROWS)
    assert table.markdown(ROWS, FOLDERS) in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Name a folder of sets"),
        (["--engines", "lucene"], "no engine is called lucene; there are: ours-off,"),
        (["--sizes", "10,0"], "numbers of documents"),
    ],
)
def test_a_wrong_argument_is_named(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert said in done.output
