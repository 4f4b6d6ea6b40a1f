"""The catalogue as pages: listed, filled in without a script, checked at the fields, and sent once."""

from __future__ import annotations

import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from helpdesk.deskevents import Invoked
from helpdesk.model import Invocation, Role, TicketKind
from helpdesk.nouns.requests import FormSent
from helpdesk.web.client import CHAT_COOKIE
from helpdesk.web.server import make_app
from kb.answer import KnowledgeBase
from tests.unit.web.fakes import World, fields, ticket
from tests.unit.web.fakes import world as make_world

GOOD = {
    "f-name": "makers",
    "f-purpose": "Making\nthings",
    "f-owner": "anna@example.org",
    "f-second-owner": "",
    "f-open-archive": "yes",
}


async def page(client: TestClient, path: str, status: int = 200) -> str:
    async with client.get(path) as answer:
        assert answer.status == status, path
        return await answer.text()


async def test_what_can_be_asked_for_is_listed(client: TestClient) -> None:
    listed = await page(client, "/requests")
    for words in ("Mailing list", "Video room", "Loan of equipment", 'href="/requests/event-kit"'):
        assert words in listed
    assert "/requests" in await page(client, "/")


async def test_there_is_no_link_to_an_empty_catalogue(kb: KnowledgeBase) -> None:
    names = ["mailing-list", "video-room", "shared-folder", "calendar", "account", "loan", "event-kit"]
    world = make_world(kb, {"requests": {name: {"enabled": False} for name in names}})
    async with TestClient(TestServer(make_app(world.services))) as client:
        assert "/requests" not in await page(client, "/")
        await page(client, "/requests/loan", 404)


async def test_a_form_is_sent_and_leads_to_its_private_page(client: TestClient, world: World) -> None:
    hidden = fields(await page(client, "/requests/mailing-list"))
    answer = await client.post("/requests/mailing-list", data={**hidden, **GOOD}, allow_redirects=False)
    assert answer.status == 303
    [sent] = world.hub.submitted
    assert isinstance(sent, FormSent)
    assert sent.fields["purpose"] == "Making\nthings"
    assert answer.headers["Location"] == f"/t/{sent.token}"
    assert len(sent.token) >= 22
    assert CHAT_COOKIE in answer.cookies
    assert "mailing-list" in await page(client, answer.headers["Location"])


async def test_a_form_that_is_sent_twice_is_one_request(client: TestClient, world: World) -> None:
    await client.post("/chat", data={**fields(await page(client, "/")), "text": "hi"})
    hidden = fields(await page(client, "/requests/mailing-list"))
    for _ in range(2):
        await client.post("/requests/mailing-list", data={**hidden, **GOOD}, allow_redirects=False)
    assert len({sent.key for sent in world.hub.submitted if isinstance(sent, FormSent)}) == 1


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("f-owner", "anna at example", "That is no e-mail address."),
        ("f-name", "My List!", "small letters"),
        ("f-open-archive", "", "Write something first."),
    ],
)
async def test_what_is_wrong_is_told_at_its_field_and_all_stays(
    client: TestClient, world: World, field: str, typed: str, told: str
) -> None:
    hidden = fields(await page(client, "/requests/mailing-list"))
    async with client.post("/requests/mailing-list", data={**hidden, **GOOD, field: typed}) as answer:
        assert answer.status == 400
        shown = await answer.text()
    assert re.search(rf'id="{field}-wrong">[^<]*{re.escape(told)}', shown)
    assert shown.count("-wrong") == 2
    assert "Making\nthings</textarea>" in shown
    assert world.hub.submitted == []


async def test_what_is_typed_is_text_and_nothing_else(client: TestClient) -> None:
    hidden = fields(await page(client, "/requests/mailing-list"))
    evil = '"><script>alert(1)</script>'
    async with client.post("/requests/mailing-list", data={**hidden, **GOOD, "f-owner": evil}) as answer:
        assert "<script>alert" not in await answer.text()


async def test_whoever_has_a_request_delivers_it_by_a_button(client: TestClient, world: World) -> None:
    world.reader.invitations["invite"] = Role.SOLO
    hidden = fields(await page(client, "/join/invite"))
    await client.post("/join/invite", data={**hidden, "name": "Mira"})
    world.reader.add(ticket(7, "mailing list", kind=TicketKind.REQUEST))
    hidden = fields(await page(client, "/desk/7"))
    assert 'value="deliver"' not in await page(client, "/desk/7")
    await client.post("/desk/7", data={**hidden, "verb": "claim"})
    assert 'value="deliver"' in await page(client, "/desk/7")
    hidden = fields(await page(client, "/desk/7"))
    await client.post("/desk/7", data={**hidden, "verb": "deliver", "words": "It is there."})
    sent = world.hub.submitted[-1]
    assert isinstance(sent, Invoked)
    assert sent.invocation == Invocation("deliver", 7, "It is there.")


async def test_an_approver_grants_or_declines_by_a_button_and_nobody_claims_before(
    client: TestClient, world: World
) -> None:
    world.reader.invitations["invite"] = Role.SOLO
    hidden = fields(await page(client, "/join/invite"))
    await client.post("/join/invite", data={**hidden, "name": "Mira"})
    world.reader.add(ticket(7, "mailing list", kind=TicketKind.REQUEST))
    world.reader.agreements[7] = False
    shown = await page(client, "/desk/7")
    assert "Somebody has to agree first" in shown
    for verb in ("grant", "decline", "claim"):
        assert f'value="{verb}"' not in shown
    world.reader.agreements[7] = True
    shown = await page(client, "/desk/7")
    assert 'value="grant"' in shown
    assert 'value="claim"' not in shown
    for verb, words in (("grant", ""), ("decline", "no lists are left")):
        await client.post("/desk/7", data={**fields(shown), "verb": verb, "words": words})
        sent = world.hub.submitted[-1]
        assert isinstance(sent, Invoked)
        assert sent.invocation == Invocation(verb, 7, words)
    before = len(world.hub.submitted)
    async with client.post("/desk/7", data={**fields(shown), "verb": "decline", "words": ""}) as answer:
        assert answer.status == 400, "who declines says why"
    assert len(world.hub.submitted) == before


async def test_a_form_of_another_site_is_refused(client: TestClient, world: World) -> None:
    async with client.post("/requests/mailing-list", data=GOOD) as answer:
        assert answer.status == 403
    assert world.hub.submitted == []


async def test_each_kind_of_field_has_its_control(kb: KnowledgeBase) -> None:
    key = {
        "title": "Door key",
        "approvers": ["lead"],
        "fields": [
            {"name": "door", "ask": "Which door?", "kind": "choice", "choices": ["front", "<side>"]},
            {"name": "key", "ask": "A key of which colour?", "optional": True, "hint": "Red or blue."},
            {"name": "when", "ask": "When?", "kind": "date"},
        ],
    }
    async with TestClient(TestServer(make_app(make_world(kb, {"requests": {"key": key}}).services))) as client:
        shown = await page(client, "/requests/key")
        assert "<option>&lt;side&gt;</option>" in shown
        assert 'type="date"' in shown
        assert "Red or blue." in shown
        assert "may be left out" in shown
        assert "Somebody has to agree first." in shown
        hidden = fields(shown)
        data = {**hidden, "f-door": "front", "f-key": "red", "f-when": "2027-02-06"}
        answer = await client.post("/requests/key", data=data, allow_redirects=False)
        assert answer.status == 303
