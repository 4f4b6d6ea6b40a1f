"""The website in a real browser, over doubles of the desk: what only a browser can prove."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bridges.web.log import Line
from helpdesk.model import ChangeKind, Role
from helpdesk.web.server import Serving, make_app, serve, serving
from kb.answer import KnowledgeBase
from kb.options import Options, Tier
from tests.servers.browser import browser, open_page
from tests.unit.web.fakes import World, ticket, write_articles
from tests.unit.web.fakes import world as make_world

__all__ = ["browser"]

pytestmark = pytest.mark.browser

XSS = "<img src=x onerror=alert(1)><script>alert(2)</script>"
ANSWER = (
    "Open an **issue**. [Request a mailing list](http://localhost/kb/mailing-lists/request-a-list)\n"
    "Did that help? !yes · !no · !more"
)
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    base = KnowledgeBase.open([write_articles(tmp_path / "articles")], tmp_path, Options(tier=Tier.OFF))
    yield base
    base.close()


@pytest.fixture
def world(kb: KnowledgeBase) -> World:
    return make_world(kb)


@pytest.fixture
async def site(world: World) -> AsyncIterator[str]:
    async with serving(make_app(world.services), "127.0.0.1", 0) as server:
        yield address(server)


def address(server: Serving) -> str:
    return f"http://127.0.0.1:{server.port}"


async def ask(page: Page, words: str) -> None:
    await page.get_by_label("Your question").fill(words)
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator(".line-visitor").last).to_contain_text(words)


async def said(world: World, count: int) -> list[Line]:
    """What visitors said, once there are `count` lines."""
    seq = 0
    while True:
        lines = [line for line in await world.log.since(0) if line.side == "visitor"]
        if len(lines) >= count:
            return lines
        seq = await world.log.last_seq()
        await world.log.wait(seq, 10)
        assert await world.log.last_seq() > seq, f"only {len(lines)} lines were said"


async def join(page: Page, world: World, name: str) -> None:
    world.reader.invitations[name] = Role.SOLO
    await page.goto(f"/join/{name}")
    await page.get_by_label("The name others will see").fill(name)
    await page.get_by_role("button", name="Join").click()
    await expect(page.get_by_role("heading", name="Desk")).to_be_visible()


async def test_a_question_its_answer_and_the_buttons_live_and_after_a_reload(
    browser: Browser, world: World, site: str
) -> None:
    async with open_page(browser, site) as page:
        await page.goto("/")
        await ask(page, "how do I get a mailing list?")
        (line,) = await said(world, 1)
        await world.desk_says(line.room, ANSWER, "a1")
        await expect(page.locator(".line-desk strong")).to_have_text("issue")
        await page.get_by_role("button", name="Not quite").click()
        assert (await said(world, 2))[1].plain == "!no"
        await expect(page.locator(".line-visitor").last).to_contain_text("That did not help.")
        await world.desk_says(line.room, "Ticket 7 is open.", "a2")
        await expect(page.locator(".line")).to_have_count(4)
        await expect(page.locator("[data-typing]")).to_be_hidden()
        await page.reload()
        await expect(page.locator(".line")).to_have_count(4)
        await ask(page, "thank you")
        await expect(page.locator(".line")).to_have_count(5)


async def test_what_was_said_while_the_service_was_down_arrives_once(browser: Browser, world: World) -> None:
    server = await serve(make_app(world.services), "127.0.0.1", 0)
    async with open_page(browser, address(server)) as page:
        await page.goto("/")
        await ask(page, "hello?")
        await expect(page.locator("[data-live=yes]")).to_be_visible()
        (line,) = await said(world, 1)
        await world.desk_says(line.room, "before", "a1")
        await expect(page.locator(".line-desk .words")).to_have_text(["before"])
        await server.close()
        await world.desk_says(line.room, "meanwhile", "a2")
        server = await serve(make_app(world.services), "127.0.0.1", server.port)
        await world.desk_says(line.room, "after", "a3")
        await expect(page.locator(".line-desk .words")).to_have_text(["before", "meanwhile", "after"])
    await server.close()


async def test_a_hidden_page_closes_its_stream_and_catches_up_when_it_is_seen(
    browser: Browser, world: World, site: str
) -> None:
    async with open_page(browser, site) as page:
        await page.goto("/")
        await ask(page, "hello?")
        await expect(page.locator("[data-live=yes]")).to_be_visible()
        await show(page, hidden=True)
        await expect(page.locator("[data-live=no]")).to_be_visible()
        (line,) = await said(world, 1)
        await world.desk_says(line.room, "while you were away", "a1")
        await show(page, hidden=False)
        await expect(page.locator(".line-desk .words")).to_have_text(["while you were away"])


async def show(page: Page, *, hidden: bool) -> None:
    await page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


async def test_it_works_without_scripts(browser: Browser, world: World, site: str) -> None:
    async with open_page(browser, site, java_script_enabled=False) as page:
        await page.goto("/")
        await page.get_by_label("Your question").fill("how do I get a list?")
        async with page.expect_navigation():
            await page.get_by_role("button", name="Ask", exact=True).click(no_wait_after=True)
            (line,) = await said(world, 1)
            await world.desk_says(line.room, ANSWER, "a1")
        await expect(page.locator(".line-visitor")).to_contain_text("how do I get a list?")
        await expect(page.locator(".line-desk")).to_contain_text("Open an issue")
        await page.get_by_role("button", name="That helped").click(no_wait_after=True)
        assert (await said(world, 2))[1].plain == "!yes"


async def test_nothing_that_is_written_runs(browser: Browser, world: World, site: str) -> None:
    world.reader.add(ticket(7, XSS, topic=XSS), token="secret")
    world.reader.record(7, ChangeKind.ANSWER, XSS, XSS)
    async with open_page(browser, site) as page:
        await page.goto("/")
        await ask(page, XSS)
        await page.reload()
        await expect(page.locator(".line-visitor .words")).to_have_text(XSS)
        await join(page, world, "Mira")
        for path in ("/desk", "/desk/7", "/t/secret", "/kb/mailing-lists/request-a-list", "/search?q=" + XSS):
            await page.goto(path)
            assert await page.locator("main img, main script").count() == 0
            await expect(page.locator("h1").first).to_be_visible()


async def test_two_volunteers_at_once(browser: Browser, world: World, site: str) -> None:
    world.reader.add(ticket(7, "my key is refused"), token="secret")
    async with (
        open_page(browser, site) as mira,
        open_page(browser, site) as ben,
        open_page(browser, site, viewport=PHONE) as anna,
    ):
        await join(mira, world, "Mira")
        await join(ben, world, "Ben")
        await anna.goto("/t/secret")
        world.reader.add(ticket(8, "no sound on the stream"))
        world.live.touch()
        await expect(mira.get_by_role("link", name="no sound on the stream")).to_be_visible()
        for page in (mira, ben):
            await page.goto("/desk/7")
        stale = await mira.evaluate(
            "new URLSearchParams(new FormData(document.querySelector('#actions form'))).toString()"
        )
        await ben.get_by_role("button", name="Claim").click()
        await expect(ben.get_by_text("Done: claim 7.")).to_be_visible()
        await expect(mira.locator("#head")).to_contain_text("claimed by Ben")
        refused = await mira.evaluate(
            """async stale => {
                const body = new URLSearchParams(stale + "&verb=claim");
                const answer = await fetch("/desk/7", { method: "POST", body });
                return [answer.status, await answer.text()];
            }""",
            stale,
        )
        assert refused[0] == 409
        assert "Ben has ticket 7." in refused[1]
        await ben.get_by_label("Your answer").fill("make a new one")
        await ben.get_by_role("button", name="Send the answer").click()
        await expect(anna.locator("#talk")).to_contain_text("make a new one")
        await expect(mira.locator("#talk")).to_contain_text("make a new one")


async def test_a_draft_outlives_changes_and_reloads_until_it_is_sent(browser: Browser, world: World, site: str) -> None:
    world.reader.add(ticket(7, "my key is refused"))
    async with open_page(browser, site) as page:
        await join(page, world, "Mira")
        await page.goto("/desk/7")
        await page.get_by_role("button", name="Claim").click()
        box = page.get_by_label("Your answer")
        await box.fill("half a thou")
        world.reader.record(7, ChangeKind.ASKER, "any news?", "anna")
        world.live.touch()
        await expect(page.locator("#talk")).to_contain_text("any news?")
        await expect(box).to_have_value("half a thou")
        await page.reload()
        await expect(box).to_have_value("half a thou")
        await page.get_by_role("button", name="Keep as a note").click()
        await expect(page.locator("#talk .line-note")).to_contain_text("half a thou")
        await expect(box).to_have_value("")


async def test_articles_are_offered_while_one_types_and_taken_by_the_keyboard(browser: Browser, site: str) -> None:
    async with open_page(browser, site) as page:
        await page.goto("/search")
        box = page.get_by_role("combobox", name="Search the articles")
        options = page.get_by_role("option")
        await box.fill("mail")
        await expect(options).to_have_text("Request a mailing list")
        await expect(box).to_have_attribute("aria-expanded", "true")
        await expect(page.get_by_role("status").filter(has_text="One article")).to_be_attached()
        await box.press("Escape")
        await expect(options).to_be_hidden()
        await expect(box).to_have_value("mail")
        await box.press("ArrowDown")
        await expect(options).to_have_attribute("aria-selected", "true")
        await box.press("Enter")
        await expect(page.get_by_role("heading", name="Request a mailing list", level=1)).to_be_visible()
        await page.goto("/search")
        await box.fill("mail")
        await options.click()
        await page.wait_for_url("**/kb/mailing-lists/request-a-list")
        await page.goto("/kb/mailing-lists/request-a-list#steps")
        await expect(page.locator("section:has(> :target)")).to_contain_text("Wait for")
        await page.goto("/search")
        await box.fill("<b>owners")
        await box.press("Enter")
        await page.wait_for_url("**/search?q=**")
        await expect(page.locator(".hits mark").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_fits_a_phone_names_its_controls_and_can_be_read(
    browser: Browser, world: World, site: str, scheme: str
) -> None:
    world.reader.add(ticket(7, "a-very-long-word-" * 20, private=True), token="secret")
    async with open_page(browser, site, viewport=PHONE, color_scheme=scheme) as page:
        await page.goto("/")
        await ask(page, "x" * 300)
        (line,) = await said(world, 1)
        await world.desk_says(line.room, ANSWER, "a1")
        await join(page, world, "Mira")
        for path in ("/", "/kb", "/kb/mailing-lists/request-a-list", "/search?q=list", "/t/secret", "/desk", "/desk/7"):
            await page.goto(path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
            assert await page.evaluate(NAMELESS) == [], path
            assert await page.evaluate(PALE) == [], path


NAMELESS = """() => Array.from(document.querySelectorAll("input:not([type=hidden]), textarea, button, a, nav"))
    .filter(e => !(e.labels?.length || e.textContent.trim() || e.getAttribute("aria-label")))
    .map(e => e.outerHTML)"""

PALE = """() => {
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = e => { for (; e; e = e.parentElement) {
        const colour = numbers(getComputedStyle(e).backgroundColor);
        if (colour.length === 3 || colour[3] === 1) return colour;
    } return [255, 255, 255]; };
    const pale = [];
    for (const e of document.querySelectorAll("body *")) {
        const own = Array.from(e.childNodes).some(n => n.nodeType === 3 && n.data.trim());
        if (!own || !e.checkVisibility() || e.closest("[aria-hidden=true], svg")) continue;
        const [a, b] = [light(numbers(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5) pale.push(`${ratio.toFixed(2)} ${e.outerHTML.slice(0, 120)}`);
    }
    return pale;
}"""
"""Texts whose contrast is below WCAG 2.2, 1.4.3."""
