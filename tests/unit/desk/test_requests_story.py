"""Requests through hub, store and outbox: asked in one place, gone on with in another, granted, handed out, delivered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bridges.events import PersonId, PersonIdentified, Room, RoomId, Sender, SendMessage, ToPerson
from bridges.memory import Sent
from helpdesk.model import ChangeKind, TicketKind, TicketStatus
from helpdesk.nouns.requests import FormSent
from helpdesk.store.schema_sig import forms, requests
from tests.desk import Desk, config_for, running

KEY = {
    "title": "Door key",
    "approvers": ["lead"],
    "secret": True,
    "fields": [
        {"name": "door", "ask": "Which door?", "kind": "choice", "choices": ["front", "side"]},
        {"name": "days", "ask": "For how many days?", "kind": "number"},
    ],
}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    config = config_for(tmp_path, requests={"key": KEY})
    async with running(config, f"sqlite:///{tmp_path}/desk.db") as found:
        yield found


def directly(sent: Sent, person: str) -> bool:
    action = sent.action
    return isinstance(action, SendMessage) and action.to == ToPerson(PersonId(person))


async def ask_for_a_key(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("!request key", direct=True)
    await desk.says("chat", "(1/2) Which door?", "1) front")
    chat.say("2", direct=True)
    await desk.says("chat", "(2/2) For how many days?")
    chat.say("3", direct=True)
    await desk.says("chat", "door: side · days: 3", "Shall I send it?")
    chat.say("yes", direct=True)


async def test_from_the_first_question_to_the_result(desk: Desk) -> None:
    chat = desk["chat"]
    await ask_for_a_key(desk)
    await desk.says("chat", "Somebody has to agree first", "#1")
    assert directly(await desk.says("chat", "anna on chat asks for: Door key", "!grant 1"), "lea")
    chat.say("!next", by="vera", room="#sig")
    await desk.says("chat", "Nothing unclaimed waits")
    chat.say("!deliver 1 it is 4711", by="vera", room="#sig")
    await desk.says("chat", "#1 is not granted yet")
    chat.say("!status", direct=True)
    await desk.says("chat", "#1: waits for somebody to agree")
    chat.say("!grant 1 welcome", by="lea", direct=True)
    await desk.says("chat", "Your request #1 is granted by lea", "“welcome”")
    await desk.says("chat", "asked in private", "!claim 1")
    chat.say("!claim 1", by="vera", room="#sig")
    await desk.says("chat", "!deliver 1")
    chat.say("!deliver 1 the code is 4711", by="vera", room="#sig")
    await desk.says("chat", "Door key", "is ready, says vera: the code is 4711")
    await desk.says("chat", "#1 is closed as solved")
    ticket = await desk.reader.ticket(1)
    assert ticket is not None
    assert (ticket.kind, ticket.status) == (TicketKind.REQUEST, TicketStatus.RESOLVED)
    assert ticket.answered_at is not None
    kinds = [change.kind for change in await desk.reader.history(1)]
    wanted = [ChangeKind.OPENED, ChangeKind.GRANTED, ChangeKind.CLAIMED, ChangeKind.DELIVERED, ChangeKind.RESOLVED]
    assert [kind for kind in kinds if kind in wanted] == wanted
    assert all("4711" not in change.text for change in await desk.reader.history(1))
    rows = await desk.database.read(lambda connection: connection.execute(select(requests)).all())
    assert [(row.state, "4711" in row.result) for row in rows] == [("delivered", False)]
    chat.say("!request status", direct=True)
    await desk.says("chat", "#1 Door key: delivered")


async def test_what_is_declined_is_over(desk: Desk) -> None:
    await ask_for_a_key(desk)
    await desk.says("chat", "!grant 1")
    desk["chat"].say("!decline 1 no keys are left", by="lea", direct=True)
    await desk.says("chat", "declined by lea: no keys are left")
    assert await desk.reader.queue() == ()


async def test_a_form_outlives_a_restart_and_a_question_in_between(tmp_path: Path) -> None:
    config, url = config_for(tmp_path, requests={"key": KEY}), f"sqlite:///{tmp_path}/desk.db"
    async with running(config, url) as desk:
        desk["chat"].say("!request key")
        await desk.says("chat", "helpdesk: …", "Which door?")
    async with running(config, url) as desk:
        chat = desk["chat"]
        chat.say("this id was heard before the restart")
        chat.say("!ask how do I get a mailing list?")
        await desk.says("chat", "Ask the desk for a list.")
        chat.say("the front one has a nice colour", by="bert")
        chat.say("helpdesk: front")
        await desk.says("chat", "For how many days?")


async def test_in_a_room_a_reply_to_the_question_is_an_answer_and_other_talk_is_none(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("!request key")
    question = await desk.says("chat", "Which door?")
    await desk.quiet()
    mine = chat.say("side")
    chat.say("front", reply_to=mine.message)
    chat.say("front", by="bert", reply_to=question.receipt.messages[0])
    chat.say("side", reply_to=question.receipt.messages[0])
    await desk.says("chat", "For how many days?")
    rows = await desk.database.read(lambda connection: connection.execute(select(forms)).all())
    assert [row.fields for row in rows] == [{"door": "side"}]


async def test_what_is_personal_is_never_asked_in_a_room(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("!request account")
    await desk.says("chat", "I’ll ask you directly")
    assert directly(await desk.says("chat", "For which service?"), "anna")
    chat.say("wiki", direct=True)
    await desk.says("chat", "Which user name")


async def test_a_guest_who_logs_in_goes_on_with_their_form(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("!request key", by="gast", authenticated=False, direct=True)
    await desk.says("chat", "Which door?")
    sender = Sender(PersonId("gina"), "gina", authenticated=True)
    chat.emit(PersonIdentified("chat", desk.clock(), PersonId("gast"), sender))
    chat.say("front", by="gina", direct=True)
    await desk.says("chat", "For how many days?")


async def test_a_form_of_the_website_opens_the_ticket_behind_the_address_it_was_given(desk: Desk) -> None:
    sender, token = Sender(PersonId("v1"), "visitor", authenticated=True), "t" * 24
    event = FormSent("chat", sender, "loan", {}, RoomId("direct:v1"), "k1", token)
    refused = await desk.hub.submit(event)
    assert refused.refusal == "invalid"
    answers = {"what": "projector", "from": "2027-02-06", "until": "2027-02-08", "where": "the hall"}
    event = FormSent("chat", sender, "loan", answers, RoomId("direct:v1"), "k2", token)
    assert (await desk.hub.submit(event)).ticket == 1
    assert (await desk.hub.submit(event)).ticket is None
    found = await desk.reader.ticket_by_token(token)
    assert found is not None
    assert found.private
    assert "what: projector" in found.text
    assert Room(found.origin.room, "visitor", direct=True).id == "direct:v1"
