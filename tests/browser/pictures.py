"""The pictures in the documentation, taken of a running demonstration: `.venv/bin/python -m tests.browser.pictures`.

It plays the README's story in Chromium and writes docs/images/*.png. Nothing is asserted; look at them afterwards.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright

from helpdesk.model import Role
from helpdesk.web.server import make_app, serving
from kb.answer import KnowledgeBase
from kb.options import Options, Tier
from tests.browser.plausible import REPORT
from tests.servers.browser import ARGUMENTS, CHROMIUM
from tests.unit.web.fakes import world as make_world
from tests.unit.web.fakes import write_articles

IMAGES = Path(__file__).parents[2] / "docs" / "images"
PORT = 8080
WIDE = {"width": 960, "height": 700}
QUEUE = (
    "My Matrix messages do not arrive since yesterday evening",
    "The projector in room 4 shows everything green",
    "Where do we sleep during the all-hands?",
)
ANSWER = "Hotel Adler, next to the station. Your room is booked under your community name; breakfast is at eight."


async def start(state: Path) -> tuple[asyncio.subprocess.Process, str]:
    """A demonstration, and its volunteer's link."""
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "helpdesk", "demo", "--state", str(state), "--port", str(PORT)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert demo.stdout is not None
    async for raw in demo.stdout:
        if found := re.search(r"http\S+/join/\S+", raw.decode()):
            return demo, found[0]
    raise SystemExit(f"the demonstration did not start; is port {PORT} free?")


async def person(browser: Browser) -> Page:
    """Somebody with a browser of their own."""
    context = await browser.new_context(
        base_url=f"http://127.0.0.1:{PORT}", viewport=WIDE, device_scale_factor=1.5, locale="en-GB"
    )
    return await context.new_page()


async def ask(page: Page, words: str) -> Locator:
    """Ask, and return the desk's word on it."""
    lines = page.locator(".line-desk")
    before = await lines.count()
    await page.get_by_label("Your question").fill(words)
    await page.get_by_role("button", name="Ask", exact=True).click()
    said = lines.nth(before)
    await said.wait_for()
    return said


async def call_a_person(page: Page, words: str) -> None:
    """Ask what no article answers, or none well enough."""
    said = await ask(page, words)
    if "Your ticket" not in await said.inner_text():
        await ask(page, "!human")


async def take(page: Page, name: str, bottom: Locator | None = None, *, top: float = 0) -> None:
    """The page from `top` to just below `bottom`."""
    await page.mouse.move(0, 0)
    box = await bottom.bounding_box() if bottom else None
    end = box["y"] + box["height"] + 28 if box else WIDE["height"]
    clip = {"x": 0, "y": top, "width": WIDE["width"], "height": end - top}
    await page.screenshot(path=IMAGES / name, clip=clip, full_page=True, animations="disabled")


async def story(browser: Browser, link: str) -> None:
    asker, volunteer = await person(browser), await person(browser)
    await asker.goto("/")
    await (await ask(asker, "How do I get a mailing list for my project?")).get_by_role("button").first.wait_for()
    await take(asker, "ask.png", asker.locator(".below"))
    for words in QUEUE[:2]:
        other = await person(browser)
        await other.goto("/")
        await call_a_person(other, words)
    await call_a_person(asker, QUEUE[2])

    await volunteer.goto(link)
    await volunteer.get_by_label("The name others will see").fill("Vera")
    await volunteer.get_by_role("button", name="Join").click()
    await volunteer.locator(".ticket").filter(has_text=QUEUE[2]).click()
    await volunteer.get_by_role("button", name="Claim").click()
    await volunteer.get_by_label("Your answer").wait_for()
    await volunteer.reload()
    await volunteer.get_by_label("Your answer").fill(ANSWER)
    await volunteer.evaluate("document.activeElement.blur()")
    await take(volunteer, "ticket.png", volunteer.locator("form.reply"))
    await volunteer.get_by_role("link", name="Desk", exact=True).first.click()
    await volunteer.locator(".claimant").wait_for()
    await take(volunteer, "desk.png", volunteer.locator(".ticket").last)


async def report(browser: Browser, folder: Path) -> None:
    """The leads' page, with the numbers of a SIG that has been at it for a while."""
    base = KnowledgeBase.open([write_articles(folder / "articles")], folder, Options(tier=Tier.OFF))
    shown = make_world(base, {"queues": {"events": {}}})
    shown.reader.report = REPORT
    shown.reader.invitations["lead"] = Role.LEAD
    async with serving(make_app(shown.services), "127.0.0.1", PORT):
        lead = await person(browser)
        await lead.goto("/join/lead")
        await lead.get_by_label("The name others will see").fill("Lea")
        await lead.get_by_role("button", name="Join").click()
        await lead.goto("/desk/report?span=quarter")
        await take(lead, "report.png", lead.locator("figure.picture").nth(1))
    base.close()


async def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as state:
        demo, link = await start(Path(state))
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
                await story(browser, link)
                await browser.close()
        finally:
            demo.terminate()
            await demo.wait()
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
            await report(browser, Path(folder))
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
