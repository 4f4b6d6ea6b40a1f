"""The pages as a browser meets them: forms, sessions, streams, and what happens to those who try more."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from helpdesk.deskevents import AskerWrote, Invoked, RoleGranted
from helpdesk.model import ChangeKind, Role, TicketStatus
from helpdesk.services import PartHealth
from helpdesk.web import limits
from helpdesk.web.server import BODY_LIMIT, make_app, serve
from kb.answer import KnowledgeBase
from tests.unit.web.fakes import World, fields, identity, ticket
from tests.unit.web.fakes import world as make_world

XSS = "<script>alert('visitor')</script><img src=x onerror=alert(1)>"


async def page(client: TestClient, path: str, status: int = 200, **options: Any) -> str:
    async with client.get(path, **options) as answer:
        assert answer.status == status, path
        return await answer.text()


async def post(client: TestClient, path: str, form: str = "/", **data: str) -> ClientResponse:
    """Fill in the form of the page at `form` and send it to `path`."""
    hidden = fields(await page(client, form, status=200))
    return await client.post(path, data={**hidden, **data}, allow_redirects=False)


async def say(client: TestClient, words: str) -> dict[str, Any]:
    hidden = fields(await page(client, "/"))
    async with client.post("/chat", data={**hidden, "text": words}, headers={"Accept": "application/json"}) as answer:
        assert answer.status == 200
        return await answer.json()


async def join(client: TestClient, world: World, role: Role = Role.SOLO) -> None:
    world.reader.invitations["invite"] = role
    answer = await post(client, "/join/invite", form="/join/invite", name="Mira")
    assert (answer.status, answer.headers["Location"]) == (303, "/desk")


class Stream:
    """An open event stream, read one event at a time."""

    def __init__(self, answer: ClientResponse) -> None:
        self.answer = answer

    async def next(self) -> tuple[str, str, str]:
        parts: dict[str, str] = {}
        async with asyncio.timeout(5):
            while line := (await self.answer.content.readline()).decode():
                if line == "\n":
                    if "data" in parts:
                        return parts["event"], parts["id"], parts["data"]
                    parts = {}
                elif not line.startswith(":"):
                    name, _, value = line.rstrip("\n").partition(": ")
                    parts[name] = value
        raise EOFError


# --- every response ---------------------------------------------------------------------------------------------------


async def test_every_response_bears_the_strict_headers(client: TestClient) -> None:
    for path in ("/", "/kb", "/nowhere", "/static/style.css", "/healthz", "/robots.txt"):
        async with client.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"]


async def test_no_page_has_a_script_or_a_style_inline(client: TestClient, world: World) -> None:
    world.reader.add(ticket(7, "help"), token="secret")
    await say(client, "hello")
    await join(client, world)
    for path in ("/", "/kb", "/kb/mailing-lists/request-a-list", "/search?q=list", "/t/secret", "/desk", "/desk/7"):
        html = await page(client, path)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html)), path
        assert not re.search(r"<[^>]*(?:\sstyle=|\son\w+=|javascript:)", html), path
        assert "<h1" in html
        assert '<main id="main"' in html


async def test_a_page_speaks_the_browsers_language(client: TestClient) -> None:
    html = await page(client, "/", headers={"Accept-Language": "de-CH,de;q=0.9"})
    assert '<html lang="de">' in html
    assert "Wie können wir helfen?" in html
    assert "How can we help?" in await page(client, "/", headers={"Accept-Language": "xx"})


async def test_static_files_are_kept_for_ever_under_their_hash_only(client: TestClient) -> None:
    link = re.search(r"/static/style\.css\?v=\w+", await page(client, "/"))
    assert link
    async with client.get(link[0]) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    async with client.get("/static/style.css?v=other") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
    for name in ("nothing.js", "..%2fserver.py", "__init__.py"):
        await page(client, f"/static/{name}", status=404)


# --- forms ------------------------------------------------------------------------------------------------------------


async def test_a_form_without_its_token_is_refused(client: TestClient, world: World) -> None:
    hidden = fields(await page(client, "/"))
    for form in ("", "0" * 64, hidden["form"][:-1]):
        async with client.post("/chat", data={"text": "hello", "key": "k", "form": form}) as answer:
            assert answer.status == 403
    assert await world.log.last_seq() == 0


async def test_a_form_of_another_site_is_refused_even_with_a_token(client: TestClient, world: World) -> None:
    hidden = fields(await page(client, "/"))
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site", "Origin": "null"}):
        async with client.post("/chat", data={**hidden, "text": "hello"}, headers=headers) as answer:
            assert answer.status == 403
    assert await world.log.last_seq() == 0


async def test_another_browsers_form_token_does_not_work(client: TestClient, world: World) -> None:
    async with TestClient(client.server) as other:
        hidden = fields(await page(other, "/"))
        await page(client, "/")
        async with client.post("/chat", data={**hidden, "text": "hello"}) as answer:
            assert answer.status == 403


async def test_what_is_too_long_is_told_so(client: TestClient) -> None:
    hidden = fields(await page(client, "/"))
    async with client.post("/chat", data={**hidden, "text": "x" * (BODY_LIMIT + 1)}) as answer:
        assert answer.status == 413
        assert "too long" in await answer.text()


async def test_who_writes_too_fast_is_told_when_to_go_on(client: TestClient) -> None:
    for number in range(limits.SESSION_POSTS.burst + 1):
        await say(client, f"line {number}")  # the first one has no session yet
    hidden = fields(await page(client, "/"))
    async with client.post("/chat", data={**hidden, "text": "once more"}) as answer:
        assert answer.status == 429
        assert int(answer.headers["Retry-After"]) >= 1
    async with client.post(
        "/chat", data={**hidden, "text": "once more"}, headers={"Accept": "application/json"}
    ) as answer:
        assert "too fast" in (await answer.json())["error"]


async def test_one_address_is_not_any_number_of_visitors(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.web.pages.home._PATIENCE", 0.01)
    monkeypatch.setattr(limits, "ADDRESS_VISITORS", limits.Rate(2, 0.001))
    for status in (303, 303, 429):
        client.session.cookie_jar.clear()
        hidden = fields(await page(client, "/"))
        async with client.post("/chat", data={**hidden, "text": "hello"}, allow_redirects=False) as answer:
            assert answer.status == status
    assert int(answer.headers["Retry-After"]) >= 1


# --- the chat ---------------------------------------------------------------------------------------------------------


async def test_the_chat_works_without_scripts(client: TestClient, world: World) -> None:
    hidden = fields(await page(client, "/"))
    asking = asyncio.create_task(
        client.post("/chat", data={**hidden, "text": "how do I get a list?"}, allow_redirects=False)
    )
    async with asyncio.timeout(5):
        await world.log.wait(0, 5)
        (line,) = await world.log.since(0)
        await world.desk_says(line.room, "Open an **issue**.\nDid that help? !yes · !no", "a")
        answer = await asking
    assert (answer.status, answer.headers["Location"]) == (303, "/#latest")
    html = await page(client, "/")
    assert "how do I get a list?" in html
    assert "<strong>issue</strong>" in html
    assert re.findall(r'value="(!\w+)"', html) == ["!yes", "!no", "!human", "!human"]
    assert "Did that help?</div>" in html
    again = await client.post("/chat", data={**hidden, "text": "how do I get a list?"}, allow_redirects=False)
    assert again.status == 303
    assert await world.log.last_seq() == 2  # sent twice, said once


async def test_the_buttons_words_read_as_words(client: TestClient) -> None:
    told = await say(client, "!human")
    assert "I would like to talk to a person." in told["item"]
    assert "!human" not in told["item"]


async def test_a_session_is_made_by_us_and_never_adopted(client: TestClient, world: World) -> None:
    planted = "planted-token-" + "x" * 29
    client.session.cookie_jar.update_cookies({"helpdesk_chat": planted, "helpdesk_desk": planted})
    await say(client, "hello")
    cookies = {cookie.key: cookie for cookie in client.session.cookie_jar}
    assert cookies["helpdesk_chat"].value != planted
    assert await world.network.session(planted) is None
    chat = cookies["helpdesk_chat"]
    assert (chat["httponly"], chat["samesite"], chat["path"]) == (True, "Lax", "/")


async def test_joining_makes_a_new_session_and_leaves_the_chats_without_rights(
    client: TestClient, world: World
) -> None:
    await say(client, "hello")
    before = {cookie.key: cookie.value for cookie in client.session.cookie_jar}
    await join(client, world)
    after = {cookie.key: cookie.value for cookie in client.session.cookie_jar}
    assert after["helpdesk_chat"] == before["helpdesk_chat"]
    assert after["helpdesk_desk"] != before["helpdesk_chat"]
    chat = await world.network.session(after["helpdesk_chat"])
    assert chat is not None
    assert chat.person not in world.reader.roles


async def test_a_stream_goes_on_after_the_last_event_and_loses_nothing(client: TestClient, world: World) -> None:
    first = await say(client, "one")
    (line,) = await world.log.since(0)
    async with client.get("/chat/stream?after=0") as answer:
        assert answer.content_type == "text/event-stream"
        stream = Stream(answer)
        name, identity_of_first, data = await stream.next()
        assert (name, identity_of_first) == ("line", str(first["seq"]))
        assert "one" in json.loads(data)["item"]
        await world.desk_says(line.room, "two", "d2")
        _, last, data = await stream.next()
        assert "two" in json.loads(data)["item"]
    for number in range(3, 9):  # said while the connection was gone
        await world.desk_says(line.room, f"number {number}", f"d{number}")
    headers = {"Last-Event-ID": last}
    async with client.get("/chat/stream?after=0", headers=headers) as answer:
        stream = Stream(answer)
        heard = [json.loads((await stream.next())[2])["item"] for _ in range(6)]
    assert [re.search(r"number (\d)", item)[1] for item in heard] == list("345678")  # type: ignore[index]


async def test_a_stream_is_ones_own(client: TestClient, world: World) -> None:
    async with client.get("/chat/stream") as answer:
        assert answer.status == 204
    await say(client, "anna's secret")
    async with TestClient(client.server) as other:
        told = await say(other, "ben's question")
        async with other.get("/chat/stream?after=0") as answer:
            _, seq, data = await Stream(answer).next()
        assert seq == str(told["seq"])
        assert "secret" not in data
        assert "secret" not in await page(other, "/")


@pytest.mark.parametrize("after", ["-1", "x", "1" * 30])
async def test_nonsense_as_last_event_is_refused(client: TestClient, after: str) -> None:
    await say(client, "hello")
    async with client.get("/chat/stream", headers={"Last-Event-ID": after}) as answer:
        assert answer.status == 400


async def test_what_a_visitor_writes_is_inert_wherever_it_is_shown(client: TestClient, world: World) -> None:
    told = await say(client, XSS)
    world.reader.add(ticket(7, XSS, topic=XSS, asker_identity=identity(XSS)), token="secret")
    for kind in ChangeKind:
        world.reader.record(7, kind, XSS, XSS)
    await join(client, world)
    shown = [told["item"]]
    shown += [await page(client, path) for path in ("/", "/t/secret", "/desk", "/desk/7", "/search?q=" + XSS)]
    for html in shown:
        assert "<img src=x" not in html
        assert "<script>alert" not in html


# --- articles ---------------------------------------------------------------------------------------------------------


async def test_an_article_has_contents_anchors_and_no_script(client: TestClient) -> None:
    html = await page(client, "/kb/mailing-lists/request-a-list")
    for anchor in ("before-you-ask", "steps"):
        assert f'id="{anchor}"' in html
        assert f'href="#{anchor}"' in html
    assert "<strong>two owners</strong>" in html
    assert "<script>alert" not in html
    assert "<img" not in html
    assert 'href="javascript:' not in html


async def test_topics_and_articles_are_found_by_their_address(client: TestClient) -> None:
    assert "Request a mailing list" in await page(client, "/kb")
    assert "Open an issue" in await page(client, "/kb/mailing-lists")
    assert 'href="/kb/mailing-lists"' in await page(client, "/")
    async with client.get("/kb/lists/new", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (301, "/kb/mailing-lists/request-a-list")
    for path in ("/kb/nothing", "/kb/sig/draft", "/kb/../etc/passwd"):
        await page(client, path, status=404)


async def test_what_is_for_volunteers_is_for_volunteers(client: TestClient, world: World) -> None:
    await page(client, "/kb/sig/on-duty", status=404)
    await page(client, "/kb/sig", status=404)
    assert "on duty" not in await page(client, "/kb") + await page(client, "/search?q=duty")
    await join(client, world)
    assert "twice a day" in await page(client, "/kb/sig/on-duty")
    assert "Being on duty" in await page(client, "/kb") + await page(client, "/search?q=duty")


async def test_a_search_shows_excerpts_and_an_unknown_page_offers_one(client: TestClient) -> None:
    html = await page(client, "/search?q=issue")
    assert "<mark>" in html
    assert "/kb/mailing-lists/request-a-list" in html
    assert "Nothing found" in await page(client, "/search?q=zebra")
    assert 'action="/search"' in await page(client, "/nowhere", status=404)


# --- a ticket's private page ------------------------------------------------------------------------------------------


async def test_the_private_page_shows_the_conversation_only(client: TestClient, world: World) -> None:
    world.reader.add(ticket(7, "my key is refused"), token="secret")
    world.reader.record(7, ChangeKind.NOTE, "they are new here", "Mira")
    world.reader.record(7, ChangeKind.ANSWER, "make a new one: https://example.org/keys", "Mira")
    async with client.get("/t/secret") as answer:
        html = await answer.text()
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Cache-Control"] == "no-store"
    assert "my key is refused" in html
    assert '<a href="https://example.org/keys">' in html
    assert "they are new here" not in html


async def test_the_private_page_tells_an_answer_from_a_question(client: TestClient, world: World) -> None:
    waiting = ticket(7, "my key is refused", status=TicketStatus.WAITING)
    world.reader.add(waiting, token="secret")
    assert "A volunteer has answered." in await page(client, "/t/secret")
    world.reader.tickets[7] = replace(waiting, asked_back=True)
    assert "needs to know something from you" in await page(client, "/t/secret")


async def test_a_wrong_link_is_an_unknown_page(client: TestClient) -> None:
    unknown = re.sub(r'value="[^"]*"', "", await page(client, "/nowhere", status=404))
    assert re.sub(r'value="[^"]*"', "", await page(client, "/t/wrong", status=404)) == unknown
    hidden = fields(await page(client, "/"))
    async with client.post("/t/wrong", data={**hidden, "text": "x"}) as answer:
        assert answer.status == 404
    await page(client, "/t/wrong/stream", status=404)


async def test_the_asker_writes_more_and_cancels(client: TestClient, world: World) -> None:
    world.reader.add(ticket(7, "my key is refused"), token="secret")
    answer = await post(client, "/t/secret", form="/t/secret", text="it is a new laptop")
    assert answer.status == 303
    assert "Passed on." not in await page(client, "/t/secret", headers={"X-Live": "1"})
    html = await page(client, "/t/secret")
    assert "it is a new laptop" in html
    assert "Passed on." in html
    assert "Passed on." not in await page(client, "/t/secret")
    await post(client, "/t/secret", form="/t/secret", do="cancel")
    assert "taken back" in await page(client, "/t/secret")
    written, cancelled = world.hub.submitted
    assert isinstance(written, AskerWrote)
    assert isinstance(cancelled, AskerWrote)
    assert (written.text, written.cancel, cancelled.cancel) == ("it is a new laptop", False, True)


async def test_the_private_page_says_what_to_expect(client: TestClient, world: World) -> None:
    mine = ticket(7, "my key is refused")
    world.reader.add(replace(mine, waits_since=mine.opened_at), token="secret")
    world.reader.add(replace(ticket(6, "x"), opened_at=mine.opened_at - timedelta(hours=1)))
    shown = await page(client, "/t/secret")
    assert "One ticket is before yours. The first word usually takes about" in shown
    world.reader.add(replace(mine, status=TicketStatus.WAITING), token="secret")
    assert "before yours" not in await page(client, "/t/secret")


async def test_the_private_page_asks_whether_it_is_solved(client: TestClient, world: World) -> None:
    world.reader.add(replace(ticket(7, "my key is refused"), status=TicketStatus.CLOSED), token="secret")
    assert "Did that solve it?" in await page(client, "/t/secret")
    await post(client, "/t/secret", form="/t/secret", do="no")
    [said] = world.hub.submitted
    assert isinstance(said, AskerWrote)
    assert (said.solved, said.text, said.cancel) == (False, "", False)
    world.reader.add(ticket(8, "my key is refused"), token="open")
    assert "Did that solve it?" not in await page(client, "/t/open")


async def test_the_private_page_hears_of_changes(client: TestClient, world: World) -> None:
    world.reader.add(ticket(7, "my key is refused"), token="secret")
    version = re.search(r'data-version="([^"]+)"', await page(client, "/t/secret"))
    assert version
    async with client.get(f"/t/secret/stream?after={version[1]}") as answer:
        stream = Stream(answer)
        world.live.touch()
        name, seen, _ = await stream.next()
        assert name == "changed"
        assert seen != version[1]
    async with client.get("/t/secret/stream", headers={"Last-Event-ID": "of-an-earlier-run"}) as answer:
        assert (await Stream(answer).next())[1] == seen


# --- joining and the desk ---------------------------------------------------------------------------------------------


async def test_looking_at_an_invitation_does_not_use_it_up(client: TestClient, world: World) -> None:
    world.reader.invitations["invite"] = Role.SOLO
    for _ in range(2):
        assert "You were invited" in await page(client, "/join/invite")
    async with client.head("/join/invite") as answer:
        assert answer.status == 200
    await join(client, world)
    (granted,) = world.hub.submitted
    assert isinstance(granted, RoleGranted)
    assert (granted.network, granted.sender.name, granted.role) == ("web", "Mira", Role.SOLO)
    await page(client, "/join/invite", status=404)


async def test_the_desk_is_for_volunteers(client: TestClient, world: World) -> None:
    world.reader.add(ticket(7, "my key is refused"))
    await say(client, "hello")
    for path in ("/desk", "/desk/7", "/desk/stream"):
        html = await page(client, path, status=403)
        assert "invitation link" in html
        assert "my key" not in html
    hidden = fields(await page(client, "/"))
    async with client.post("/desk/7", data={**hidden, "verb": "claim"}) as answer:
        assert answer.status == 403
    assert world.hub.submitted == []
    assert 'href="/desk"' not in await page(client, "/")


async def test_a_volunteer_claims_answers_and_resolves(client: TestClient, world: World) -> None:
    world.reader.add(ticket(7, "my key is refused"))
    await join(client, world)
    assert "my key is refused" in await page(client, "/desk")
    assert (await post(client, "/desk/7", form="/desk/7", verb="claim")).status == 303
    assert "Done: claim 7." in await page(client, "/desk/7")
    await post(client, "/desk/7", form="/desk/7", verb="answer", words="make a new one")
    await post(client, "/desk/7", form="/desk/7", verb="note", words="was RSA 1024")
    html = await page(client, "/desk/7")
    assert "make a new one" in html
    assert "was RSA 1024" in html
    await post(client, "/desk/7", form="/desk/7", verb="resolve")
    assert "my key" not in await page(client, "/desk")
    assert "my key" in await page(client, "/desk?closed=1")
    invoked = [event for event in world.hub.submitted if isinstance(event, Invoked)]
    assert [(event.invocation.verb, event.invocation.number) for event in invoked] == [
        ("claim", 7),
        ("answer", 7),
        ("note", 7),
        ("resolve", 7),
    ]
    assert len({event.key for event in invoked}) == 4


async def test_a_form_sent_twice_is_one_submission(client: TestClient, world: World) -> None:
    world.reader.add(ticket(7, "my key is refused"))
    await join(client, world)
    data = {**fields(await page(client, "/desk/7")), "verb": "note", "words": "once"}
    for _ in range(2):
        async with client.post("/desk/7", data=data, allow_redirects=False) as answer:
            assert answer.status == 303
    assert [change.text for change in world.reader.changes[7]].count("once") == 1


async def test_the_second_claimer_is_told_who_has_it_and_keeps_the_words(client: TestClient, world: World) -> None:
    ben = {"status": TicketStatus.CLAIMED, "claimant": 9, "claimant_identity": identity("Ben", "matrix")}
    world.reader.add(ticket(7, "my key is refused"))
    await join(client, world)
    hidden = fields(await page(client, "/desk/7"))
    world.reader.tickets[7] = replace(world.reader.tickets[7], **ben)
    data = {**hidden, "verb": "claim"}
    async with client.post("/desk/7", data=data, allow_redirects=False) as answer:
        assert answer.status == 409
        html = await answer.text()
    assert "Ben has ticket 7." in html
    assert 'href="/desk/7"' in html


@pytest.mark.parametrize(("data", "said"), [({"verb": "sig"}, "could not read"), ({"verb": "answer"}, "no words")])
async def test_nonsense_on_the_desk_is_refused(
    client: TestClient, world: World, data: dict[str, str], said: str
) -> None:
    world.reader.add(ticket(7, "my key is refused"))
    await join(client, world)
    answer = await post(client, "/desk/7", form="/desk/7", **data)
    assert answer.status == 400
    assert said in await answer.text()
    await page(client, "/desk/99", status=404)


async def test_the_desk_hears_of_changes_until_the_role_is_gone(client: TestClient, world: World) -> None:
    await join(client, world)
    version = re.search(r'data-version="([^"]+)"', await page(client, "/desk"))
    assert version
    async with client.get("/desk/stream?after=" + version[1]) as answer:
        stream = Stream(answer)
        world.live.touch()
        assert (await stream.next())[0] == "changed"
        world.reader.roles.clear()
        world.live.touch()
        with pytest.raises(EOFError):
            await stream.next()
    await page(client, "/desk", status=403)


async def test_signing_out_leaves_the_desk(client: TestClient, world: World) -> None:
    await join(client, world)
    await post(client, "/desk/leave", form="/desk")
    await page(client, "/desk", status=403)


# --- machines ---------------------------------------------------------------------------------------------------------


async def test_health_is_503_when_a_part_is_not_well(client: TestClient, world: World) -> None:
    async with client.get("/healthz") as answer:
        assert (answer.status, (await answer.json())["ok"]) == (200, True)
    world.parts.append(PartHealth("network libera", ok=False, detail="no connection", mend="look at the server"))
    async with client.get("/healthz") as answer:
        told = await answer.json()
        assert (answer.status, told["ok"]) == (503, False)
        assert [part["name"] for part in told["parts"] if not part["ok"]] == ["network libera"]
        assert (told["parts"][1]["detail"], told["parts"][1]["mend"]) == ("no connection", "look at the server")


async def test_metrics_are_there_when_they_are_wanted(client: TestClient, kb: KnowledgeBase) -> None:
    assert "helpdesk_up 1.0" in await page(client, "/metrics")
    other = make_world(kb, {"web": {"metrics": False}})
    async with TestClient(TestServer(make_app(other.services))) as silent:
        await page(silent, "/metrics", status=404)


async def test_a_broken_page_is_told_kindly_and_the_site_goes_on(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(world.services.kb, "search", broken)
    html = await page(client, "/search?q=list", status=500)
    assert "Something broke on our side" in html
    assert "secret detail" not in html
    await page(client, "/")


async def test_a_sub_path_holds_the_whole_site(kb: KnowledgeBase) -> None:
    world = make_world(kb, {"helpdesk": {"public_url": "https://example.org/help/desk"}})
    async with TestClient(TestServer(make_app(world.services))) as client:
        html = await page(client, "/help/desk/")
        links = re.findall(r'(?:href|src|action|data-stream)="(/[^"]*)"', html)
        assert links
        assert all(link.startswith("/help/desk/") for link in links)
        for link in links:
            if link.split("?")[0] not in ("/help/desk/chat", "/help/desk/chat/stream"):
                await page(client, link)
        async with client.get("/", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/help/desk/"
        await page(client, "/healthz")
        assert "Disallow: /help/desk/t/" in await page(client, "/robots.txt")
        async with client.get("/help/desk/") as answer:
            cookie = answer.cookies["helpdesk_form"]
            assert (cookie["path"], cookie["secure"]) == ("/help/desk/", True)


async def test_limits_count_the_visitor_and_not_the_proxy(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ADDRESS", limits.Rate(2, 0.001))
    world = make_world(kb, {"web": {"trusted_proxies": ["127.0.0.0/8"]}})
    async with TestClient(TestServer(make_app(world.services))) as client:
        for address in ("198.51.100.1", "198.51.100.2"):
            headers = {"X-Forwarded-For": address}
            for status in (200, 200, 429):
                await page(client, "/kb", status=status, headers=headers)


async def test_the_server_stops_within_a_second_though_streams_are_open(world: World) -> None:
    app = make_app(world.services)
    server = await serve(app, "127.0.0.1", 0)
    token, _ = await world.network.open_session("Anna")
    async with TestClient(TestServer(app)) as client:
        url = f"http://127.0.0.1:{server.port}/chat/stream"
        async with client.session.get(url, headers={"Cookie": f"helpdesk_chat={token}"}) as answer:
            assert answer.status == 200
            async with asyncio.timeout(1):
                await server.close()
