"""The SIG's pages in a real browser: forms without scripts, the leads' report, a ticket with words for a mentor."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from helpdesk.deskevents import Invoked
from helpdesk.model import ChangeKind, Role, TicketStatus
from helpdesk.nouns.requests import FormSent
from helpdesk.nouns.sig import Draft
from tests.browser.plausible import REPORT
from tests.browser.test_website import NAMELESS, PALE, PHONE, join, kb, site, world
from tests.servers.browser import browser, open_page
from tests.unit.web.fakes import NOW, World, identity, ticket

__all__ = ["browser", "kb", "site", "world"]

pytestmark = pytest.mark.browser

PAULA = identity("paula")
WORDS = "Come on Monday.\nBring the card."


async def can_be_read(page: Page) -> None:
    """It fits, every control has a name, and nothing is pale."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate(PALE) == []


async def test_a_form_is_filled_in_without_scripts(browser: Browser, world: World, site: str) -> None:
    async with open_page(browser, site, java_script_enabled=False, viewport=PHONE) as page:
        await page.goto("/requests")
        await page.get_by_role("link", name="Mailing list").click()
        name = page.get_by_label("What should the list be called?")
        await name.fill("Makers!")
        await page.get_by_label("What is it for?").fill("Making\nthings")
        await page.get_by_role("button", name="Send the request").click()
        await expect(page.get_by_role("alert")).to_contain_text("Some answers need another look")
        await expect(name).to_have_attribute("aria-invalid", "true")
        await expect(name).to_have_value("Makers!")
        await expect(page.get_by_label("What is it for?")).to_have_value("Making\nthings")
        assert world.hub.submitted == []
        await name.fill("makers")
        await page.get_by_label("Who looks after it?").fill("anna@example.org")
        await page.get_by_role("group", name="May everybody read its archive?").get_by_label("Yes").check()
        await page.get_by_role("button", name="Send the request").click()
        await page.wait_for_url("**/t/*")
        [sent] = world.hub.submitted
        assert isinstance(sent, FormSent)
        assert sent.fields["name"] == "makers"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_of_the_sig_fit_a_phone_and_can_be_read(
    browser: Browser, world: World, site: str, scheme: str
) -> None:
    world.reader.report = REPORT
    world.reader.add(ticket(7, "my key", status=TicketStatus.CLAIMED, claimant=9, claimant_identity=PAULA))
    world.reader.drafts[7] = Draft(1, 7, 9, PAULA, ChangeKind.ANSWER, WORDS, "waiting", NOW)
    async with open_page(browser, site, viewport=PHONE, color_scheme=scheme) as page:
        await join(page, world, "Mira")
        world.reader.roles = dict.fromkeys(world.reader.roles, Role.LEAD)
        for path in ("/desk/report", "/desk/7", "/desk/me", "/requests", "/requests/loan"):
            await page.goto(path)
            await expect(page.locator("h1").first).to_be_visible()
            await can_be_read(page)
        await page.goto("/desk/report")
        for chart in await page.get_by_role("img").all():
            box = await chart.bounding_box()
            assert box
            assert box["height"] > 60


async def test_a_mentor_sends_what_a_pair_wrote(browser: Browser, world: World, site: str) -> None:
    world.reader.add(ticket(7, "my key", status=TicketStatus.CLAIMED, claimant=9, claimant_identity=PAULA))
    world.reader.drafts[7] = Draft(1, 7, 9, PAULA, ChangeKind.ANSWER, WORDS, "waiting", NOW)
    async with open_page(browser, site) as page:
        await join(page, world, "Mira")
        await page.goto("/desk/7")
        draft = page.get_by_role("region", name="paula’s words wait for a mentor")
        words = draft.get_by_label("As the asker will read them")
        await expect(words).to_have_value(WORDS)
        await words.fill("Come on Tuesday.")
        await draft.get_by_role("button", name="Send them").click()
        await expect(page.get_by_text("Done: approve 7.")).to_be_visible()
        await expect(draft).to_have_count(0)
        given = [event.invocation for event in world.hub.submitted if isinstance(event, Invoked)]
        assert [(one.verb, one.words) for one in given] == [("approve", "Come on Tuesday.")]
