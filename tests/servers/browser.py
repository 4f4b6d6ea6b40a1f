"""Debian's Chromium, driven by Playwright. Import the `browser` fixture where it is wanted.

A page made with `open_page` fails its test when a script fails, a dialog opens or the content policy is broken.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Dialog, Page, async_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TIMEOUT = 15_000
"""Milliseconds that a page gets to show what is waited for."""
_NETWORK_NOISE = "Failed to load resource"
"""What Chromium says of answers such as 404 and of a server that is gone: the tests say what they expect there."""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser of the test's own."""
    if shutil.which(CHROMIUM) is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield started
        await started.close()


@asynccontextmanager
async def open_page(browser: Browser, base_url: str, **options: Any) -> AsyncIterator[Page]:
    """A page in a profile of its own: another person. `options` are those of Playwright's `new_context`."""
    faults: list[str] = []
    context = await browser.new_context(base_url=base_url, **{"locale": "en-GB", **options})
    context.set_default_timeout(TIMEOUT)
    page = await context.new_page()

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and _NETWORK_NOISE not in message.text:
            faults.append(message.text)

    async def on_dialog(dialog: Dialog) -> None:
        faults.append(f"a dialog: {dialog.message}")
        await dialog.dismiss()

    page.on("console", on_console)
    page.on("dialog", on_dialog)
    page.on("pageerror", lambda error: faults.append(str(error)))
    try:
        yield page
        assert not faults, faults
    finally:
        await context.close()
