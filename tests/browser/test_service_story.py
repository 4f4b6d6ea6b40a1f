"""What a stranger does first, with the real demonstration: ask, become the volunteer, answer, and see it arrive."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.servers.browser import browser, open_page
from tests.servers.irc import free_port
from tests.servers.service import REPOSITORY

__all__ = ["browser"]

pytestmark = pytest.mark.browser

KNOWN = "how do I get a mailing list for my project?"
UNKNOWN = "where do we sleep during the all-hands?"
"""As in the README."""
ANSWER = "The caretaker in room 1 has the spare key."


class Demo:
    """`helpdesk demo` on one state folder and one port, started as often as wanted."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> str:
        """The volunteer's link it prints when it is ready."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "helpdesk", "demo", "--state", str(self.state), "--port", str(self.port)),
            cwd=REPOSITORY,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            async for line in self._process.stdout:
                if found := re.search(rf"{self.url}/join/\S+", line.decode()):
                    return found[0]
        raise AssertionError("the demonstration ended before it printed a link")

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(number)
            await asyncio.wait_for(process.communicate(), 30)
            assert process.returncode == (0 if number is signal.SIGTERM else -number)


async def lines(page: Page) -> list[str]:
    """The conversation on the asker's page: each line's words, in order."""
    return [" ".join(words.split()) for words in await page.locator(".line .words").all_inner_texts()]


async def ask(page: Page, words: str) -> None:
    await page.get_by_label("Your question").fill(words)
    await page.get_by_role("button", name="Ask", exact=True).click()


async def become_volunteer(page: Page, link: str, name: str) -> None:
    await page.goto(link)
    await page.get_by_label("The name others will see").fill(name)
    await page.get_by_role("button", name="Join").click()
    await expect(page.get_by_role("heading", name="Desk")).to_be_visible()


async def test_the_first_five_minutes(browser: Browser, tmp_path: Path) -> None:
    demo = Demo(tmp_path / "demo")
    link = await demo.start()
    try:
        async with (
            open_page(browser, demo.url) as anna,
            open_page(browser, demo.url) as vera,
            open_page(browser, demo.url) as mallory,
        ):
            await anna.goto("/")
            await ask(anna, KNOWN)
            answer = anna.locator(".line-desk").last
            source = answer.get_by_role("link", name="mailing list")
            await expect(source).to_have_attribute("href", f"{demo.url}/kb/mailing-lists/request-a-list")
            await ask(anna, UNKNOWN)
            await expect(anna.locator(".line-desk", has_text="Your ticket is #1")).to_be_visible()

            # The volunteer's window: the link is good once, and there is no other way in.
            await become_volunteer(vera, link, "Vera")
            await mallory.goto(link)
            await expect(mallory.get_by_label("The name others will see")).to_have_count(0)
            await mallory.goto("/desk")
            await expect(mallory.get_by_role("link", name=UNKNOWN)).to_have_count(0)
            await vera.get_by_role("link", name=UNKNOWN).click()
            await vera.get_by_role("button", name="Claim").click()
            await expect(anna.locator(".line-desk", has_text="Vera is looking at #1")).to_be_visible()

            # The service is killed in the middle; nobody reloads a page.
            before = await lines(anna)
            await demo.stop(signal.SIGKILL)
            await demo.start()
            await expect(vera.get_by_role("button", name="Send the answer")).to_be_visible()
            await vera.get_by_label("Your answer").fill(ANSWER)
            await vera.get_by_role("button", name="Send the answer").click()
            await expect(anna.locator(".line-desk", has_text=ANSWER)).to_be_visible()
            assert (await lines(anna))[: len(before)] == before

            # A reload shows the same conversation, and it goes on from there.
            seen = await lines(anna)
            await anna.reload()
            await expect(anna.locator(".line")).to_have_count(len(seen))
            assert await lines(anna) == seen
            assert sum(ANSWER in words for words in seen) == 1
            await anna.get_by_role("button", name="That helped").last.click()
            await expect(anna.locator(".line-desk", has_text="#1 is closed")).to_be_visible()
            await vera.goto("/desk?closed=1")
            await expect(vera.get_by_role("link", name=UNKNOWN)).to_be_visible()
    finally:
        await demo.stop()
