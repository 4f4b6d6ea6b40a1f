"""The leads' report and an export on the website: who may see them, and that nothing in them is more than text."""

from __future__ import annotations

import json
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from aiohttp.test_utils import TestClient

from helpdesk.desk.spans import Span
from helpdesk.model import Page, Role
from helpdesk.nouns.report import Alone, Growing, Hour, Lapse, Load, Report, Share, Times, Week
from helpdesk.report_csv import TABLES, table
from helpdesk.web import svg
from tests.unit.web.fakes import NOW, World
from tests.unit.web.test_pages import join, page, post

EVIL = "<script>alert(1)</script>"
HOUR = timedelta(hours=1)
REPORT = Report(
    NOW - timedelta(days=30),
    NOW,
    "",
    "UTC",
    40,
    30,
    10,
    Lapse(Times(9, HOUR, 5 * HOUR), Times(9, HOUR / 2, HOUR)),
    Lapse(Times(9, 2 * HOUR, 70 * HOUR), Times(9, 2 * HOUR, 70 * HOUR)),
    Share(3, 4),
    Share(9, 10),
    20,
    7,
    3,
    weeks=(Week(date(2026, 11, 2), 12, 9), Week(date(2026, 11, 9), 7, 11)),
    loads=(Load(1, EVIL, 9, 9, 5, 0.9, 6, 5, 13, 4, ("claims",)),),
    alone=(Alone("irc", "=cmd()", 4),),
    growing=(Growing(EVIL, 9, 3),),
    hours=tuple(Hour(at // 24, at % 24, at % 5, at % 3 > 0, HOUR if at % 5 else None) for at in range(168)),
    topics={"wiki": 9, EVIL: 3},
)


async def test_the_report_is_for_leads(client: TestClient, world: World) -> None:
    await page(client, "/desk/report", status=403)
    await join(client, world)
    for path in ("/desk/report", "/desk/report/people.csv"):
        assert "Reports are for leads." in await page(client, path, status=403)
    assert "/desk/report" not in await page(client, "/desk")
    assert world.reader.spans == []


async def test_a_lead_sees_numbers_pictures_and_tables(client: TestClient, world: World) -> None:
    world.reader.report = REPORT
    await join(client, world, Role.LEAD)
    assert '"/desk/report"' in await page(client, "/desk")
    html = await page(client, "/desk/report?span=week")
    assert world.reader.spans == [Span("week", timedelta(days=7))]
    for shown in ("<td>75%</td>", "<td>60 min</td>", "<td>6/5</td>", "has more tickets than they wanted", "3 → 9"):
        assert shown in html
    assert html.count('<svg class="chart"') == 3
    assert "<strong>When people ask</strong>" in html
    assert '<span class="series series-1">Resolved</span>' in html
    assert "<script>alert" not in html
    assert ' style="' not in html
    async with client.get("/desk/report/weeks.csv?span=week") as answer:
        assert answer.content_type == "text/csv"
        assert answer.headers["Cache-Control"] == "no-store"
        assert (await answer.text()).splitlines() == ["begins,opened,resolved", "2026-11-02,12,9", "2026-11-09,7,11"]
    await page(client, "/desk/report/nothing.csv", status=404)
    await page(client, "/desk/report?span=nonsense", status=400)


async def test_a_report_of_nothing_is_a_page_too(client: TestClient, world: World) -> None:
    await join(client, world, Role.LEAD)
    assert "Nobody did anything" in await page(client, "/desk/report")


async def test_an_export_is_handed_out_by_its_button_until_its_time_is_over(client: TestClient, world: World) -> None:
    until = NOW + timedelta(hours=1)
    world.reader.pages["secret"] = Page("export", "", NOW, until, reference="1")
    for _ in range(2):
        assert "What the desk knows of you" in await page(client, "/export/secret")
    answer = await post(client, "/export/secret", form="/export/secret")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="helpdesk-export.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert json.loads(await answer.text()) == {"person": 1}
    await page(client, "/r/secret", status=404)
    await page(client, "/f/secret/x", status=404)
    world.reader.pages["late"] = Page("export", "", NOW, NOW, reference="1")
    assert "an hour only" in await page(client, "/export/late", status=410)
    world.reader.pages["text"] = Page("text", "#help", NOW, until)
    await page(client, "/export/text", status=404)
    await page(client, "/export/nothing", status=404)


async def test_an_export_of_who_was_forgotten_is_gone(client: TestClient, world: World) -> None:
    world.reader.pages["secret"] = Page("export", "", NOW, NOW + timedelta(hours=1), reference="2")
    answer = await post(client, "/export/secret", form="/export/secret")
    assert answer.status == 410


# --- pictures and tables ----------------------------------------------------------------------------------------------


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)


@pytest.mark.parametrize("values", [[], [(0.0, 0.0)], [(3.0, 7.0)] * 53, [(1e6, 0.5)]])
def test_a_picture_is_well_formed_and_nothing_in_it_is_outside(values: list[tuple[float, ...]]) -> None:
    bars = [svg.Bar(EVIL, value, EVIL) for value in values]
    for make in (svg.columns, svg.rows):
        picture = parsed(make("x", EVIL, "about", bars))
        _, _, width, height = map(float, picture.attrib["viewBox"].split())
        rects = list(picture.iter("rect"))
        assert len(rects) == sum(len(value) for value in values)
        for rect in rects:
            left, top, wide, tall = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
            assert min(left, top, wide, tall) >= 0
            assert left + wide <= width + 0.2
            assert top + tall <= height + 0.2
        assert not list(picture.iter("script"))


def test_a_picture_says_what_it_shows() -> None:
    picture = parsed(svg.columns("weeks", "Title", "What it shows", [svg.Bar("a", (1,), "one")]))
    named = {element.attrib.get("id"): element.text for element in picture}
    assert picture.attrib["role"] == "img"
    assert [named[name] for name in picture.attrib["aria-labelledby"].split()] == ["Title", "What it shows"]


def test_twice_the_number_is_twice_as_high() -> None:
    picture = parsed(svg.columns("x", "t", "a", [svg.Bar("a", (4,)), svg.Bar("b", (8,))]))
    low, high = (float(rect.attrib["height"]) for rect in picture.iter("rect"))
    assert high == pytest.approx(2 * low, abs=0.2)


def test_the_more_the_darker_and_none_is_not_few() -> None:
    assert [svg.level(value, 10) for value in (0, 1, 3, 6, 9, 10)] == [0, 1, 2, 3, 4, 4]
    assert svg.level(0, 0) == 0
    cells = [svg.Cell(2, number == 5, f"hour {number}") for number in range(168)]
    picture = parsed(svg.week("x", "t", "a", ["d"] * 7, cells))
    kinds = [rect.attrib["class"] for rect in picture.iter("rect")]
    assert (len(kinds), kinds[5], kinds[6]) == (168, "heat-2 marked", "heat-2")


def test_every_table_has_as_many_cells_in_each_row_and_runs_nothing() -> None:
    for name in TABLES:
        rows = table(REPORT, name).splitlines()
        assert len({row.count(",") for row in rows}) == 1, name
    assert "irc,0,,'=cmd()" in table(REPORT, "topics")
    assert "first_response_median_sig_hours,0.5" in table(REPORT, "numbers")
