"""The desk on the web for those who learn and those who teach, and one's own page with one's accounts."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import TestClient

from bridges.events import PersonId
from helpdesk.deskevents import Invoked
from helpdesk.model import ChangeKind, Identity, Role, TicketStatus
from helpdesk.nouns.sig import Draft
from tests.unit.web.fakes import NOW, World, identity, ticket
from tests.unit.web.test_pages import fields, join, page, post

PAULA = identity("paula")
WORDS = "Come on Monday.\nBring the card."


def held(world: World, *, draft: bool = False, by: int = 9) -> None:
    world.reader.add(ticket(7, "my key", status=TicketStatus.CLAIMED, claimant=by, claimant_identity=PAULA))
    if draft:
        world.reader.drafts[7] = Draft(1, 7, by, PAULA, ChangeKind.ANSWER, WORDS, "waiting", NOW)


async def joined(client: TestClient, world: World, role: Role) -> None:
    await join(client, world)
    world.reader.roles = dict.fromkeys(world.reader.roles, role)


def given(world: World) -> list[tuple[str, str]]:
    invoked = [event.invocation for event in world.hub.submitted if isinstance(event, Invoked)]
    return [(invocation.verb, invocation.words) for invocation in invoked]


@pytest.mark.parametrize(
    ("role", "buttons"),
    [
        (Role.SHADOW, set()),
        (Role.PAIR, {"release", "answer", "ask-back"}),
        (Role.SOLO, {"release", "resolve", "answer", "ask-back"}),
    ],
)
async def test_the_buttons_fit_the_role(client: TestClient, world: World, role: Role, buttons: set[str]) -> None:
    await joined(client, world, role)
    held(world, by=2)
    html = await page(client, "/desk/7")
    shown = {
        verb for verb in ("claim", "release", "resolve", "answer", "ask-back", "note") if f'value="{verb}"' in html
    }
    assert shown == buttons | {"note"}
    assert ("Show it to a mentor" in html) is (role is Role.PAIR)
    assert ("You look on for now" in html) is (role is Role.SHADOW)


async def test_a_mentor_sends_a_draft_as_it_is_in_other_words_or_gives_it_back(
    client: TestClient, world: World
) -> None:
    await joined(client, world, Role.SOLO)
    for verb, words, told in (
        ("approve", WORDS.replace("\n", "\r\n"), ""),
        ("approve", "Come today.", "Come today."),
        ("return", "which card?", "which card?"),
    ):
        held(world, draft=True)
        assert "Bring the card." in await page(client, "/desk/7")
        await post(client, "/desk/7", form="/desk/7", verb=verb, words=words)
        assert given(world)[-1] == (verb, told)
    held(world, draft=True)
    answer = await post(client, "/desk/7", form="/desk/7", verb="return", words="")
    assert answer.status == 400


async def test_who_wrote_it_may_take_it_back_and_not_send_it(client: TestClient, world: World) -> None:
    await joined(client, world, Role.PAIR)
    held(world, draft=True, by=2)
    html = await page(client, "/desk/7")
    assert 'value="approve"' not in html
    await post(client, "/desk/7", form="/desk/7", verb="withdraw")
    assert given(world) == [("withdraw", "")]
    held(world, draft=True, by=9)
    html = await page(client, "/desk/7")
    assert 'value="approve"' not in html
    assert 'value="withdraw"' not in html


async def test_ones_accounts_are_joined_and_taken_apart(client: TestClient, world: World) -> None:
    await joined(client, world, Role.SOLO)
    world.reader.linked = [Identity("libera", PersonId("account:vic"), "vic", True)]
    html = await page(client, "/desk/me")
    assert "libera:vic" in html
    for verb, words in (("link", ""), ("link", "ABCDE-FGHJK"), ("link", "yes"), ("unlink", "libera:vic")):
        data = {**fields(html), "verb": verb, "words": words}
        data["key"] = f"{verb}{words}"
        async with client.post("/desk/me", data=data, allow_redirects=False) as answer:
            assert answer.status == 303
    assert given(world) == [("link", ""), ("link", "ABCDE-FGHJK"), ("link", "yes"), ("unlink", "libera:vic")]
    answer = await post(client, "/desk/me", form="/desk/me", verb="sig", words="leave")
    assert answer.status == 400


async def test_ones_own_page_is_for_volunteers(client: TestClient, world: World) -> None:
    await page(client, "/desk/me", status=403)


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.SHADOW, "look on and learn"), (Role.PAIR, "somebody experienced reads"), (Role.SOLO, "as a volunteer")],
)
async def test_an_invitation_says_to_what(client: TestClient, world: World, role: Role, words: str) -> None:
    world.reader.invitations["invite"] = role
    assert words in await page(client, "/join/invite")
