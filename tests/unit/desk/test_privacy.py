"""Who asks to be forgotten is asked once more, leaves first, and is told what can't be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bridges.events import MessageId, Redact, RoomId
from helpdesk.commands.base import Place
from helpdesk.desk.privacy import CONFIRM, EXPORT
from helpdesk.desk.talk import command
from helpdesk.effects import Assign, Audited, Direct, Effect, Forget, Record, Relay, Say, SetStatus
from helpdesk.ledger import Copy, Entry
from helpdesk.model import Invocation, Person, Role, TicketStatus
from helpdesk.nouns.privacy import AskToForget, ForgetPerson, OfferExport, PrivacyView, Subject
from helpdesk.view import View
from tests.desk import config_for
from tests.unit.desk.making import (
    ANNA,
    BERT,
    CONFIG,
    GUEST,
    LEA,
    NOW,
    VERA,
    give,
    of,
    one,
    person,
    refusal,
    replies,
    ticket,
    told,
)


def knows(who: Person = ANNA, **more: Any) -> PrivacyView:
    return PrivacyView(Subject(who.id, who.identity, (who.name,)), token="secret", **more)


def forget(who: Person = ANNA, words: str = "me yes", room: str = "#help", **view: Any) -> list[Effect]:
    return give(who, "forget", room, words=words, privacy=knows(who, **{"asked_at": NOW, **view}))


def test_it_is_said_what_would_happen_and_nothing_happens_yet() -> None:
    effects = forget(words="me", asked_at=None, tickets=4, open=(ticket(),))
    assert of(AskToForget, effects) == [AskToForget("chat", ANNA.identity.key)]
    assert of(ForgetPerson, effects) == []
    words = replies(effects, private=True)
    assert "Of your tickets (4)" in words
    assert "open ones (1)" in words
    assert "!forget me yes" in words


def test_a_yes_without_the_question_or_long_after_it_is_asked_again() -> None:
    for asked in (None, NOW - CONFIRM - timedelta(seconds=1)):
        effects = forget(asked_at=asked)
        assert of(ForgetPerson, effects) == []
        assert of(AskToForget, effects)
    assert one(ForgetPerson, forget(asked_at=NOW - CONFIRM)) == ForgetPerson(ANNA.id)


def test_a_guest_is_forgotten_as_everybody_is() -> None:
    assert one(ForgetPerson, forget(GUEST, "mich ja")) == ForgetPerson(GUEST.id)


def test_their_open_tickets_are_cancelled_and_their_claims_given_back_under_nobodys_name() -> None:
    theirs, held = ticket(TicketStatus.OPEN, asker=VERA), ticket(TicketStatus.CLAIMED, VERA, number=8)
    effects = forget(VERA, open=(theirs,), claims=(held,))
    assert [(e.ticket, e.status) for e in of(SetStatus, effects)] == [
        (7, TicketStatus.CANCELLED),
        (8, TicketStatus.OPEN),
    ]
    assert Assign(8, None) in effects
    assert {record.actor_name for record in of(Record, effects)} == {"somebody"}
    assert "vera" not in told(effects, "#sig")
    assert effects.index(one(ForgetPerson, effects)) > max(effects.index(e) for e in of(Record, effects))


def entry(*copies: Copy) -> Entry:
    at = (RoomId("#help"), MessageId("m"), "message", ANNA.identity.key, "anna", NOW, ())
    return Entry(5, "chat", *at, None, copies)


def test_what_was_said_elsewhere_is_taken_back_where_that_can_be_done() -> None:
    there = Copy("other", RoomId("#help"), (MessageId("c1"), MessageId("c2")))
    said = ((("chat", RoomId("#sig")), MessageId("a1")),)
    effects = forget(relayed=(entry(there),), said=said)
    assert of(Relay, effects) == [
        Relay("other", Redact(RoomId("#help"), (MessageId("c1"), MessageId("c2"))), 5),
        Relay("chat", Redact(RoomId("#sig"), (MessageId("a1"),))),
    ]
    assert of(Forget, effects) == [Forget(5)]


def test_it_is_told_where_nothing_can_be_taken_back() -> None:
    config = config_for(CONFIG.state, networks={"libera": {"kind": "irc", "host": "irc.example", "nick": "helpdesk"}})
    copy = Copy("libera", RoomId("#help"), (MessageId("c1"),))
    view = View(person=ANNA, privacy=knows(asked_at=NOW, relayed=(entry(copy),)))
    place = Place("chat", ANNA.identity.sender, None)
    for words in ("me", "me yes"):
        effects = command(Invocation("forget", None, words), place, view, config, NOW)
        assert "rooms of libera I can’t take back" in replies(effects)
        assert of(Relay, effects) == []


def test_who_has_a_role_by_configuration_is_told_to_ask_the_operator() -> None:
    subject = Subject(VERA.id, VERA.identity, ("vera",), Role.SOLO)
    effects = give(VERA, "forget", words="me yes", privacy=PrivacyView(subject, NOW))
    assert "stands in the configuration" in replies(effects)


def test_nobody_makes_the_desk_forget_somebody_else_but_the_operator() -> None:
    assert refusal(give(LEA, "forget", words="chat:anna yes", privacy=knows())) == "invalid"
    assert refusal(give(BERT, "forget", privacy=knows())) == "invalid"
    operator = person("operator", 99, Role.LEAD, network="operator")
    place = Place("operator", operator.identity.sender)

    def told_to(words: str) -> list[Effect]:
        view = View(person=operator, privacy=knows())
        return command(Invocation("forget", None, words), place, view, CONFIG, NOW)

    assert of(ForgetPerson, told_to("chat:anna")) == []
    effects = told_to("chat:anna yes")
    assert one(ForgetPerson, effects) == ForgetPerson(ANNA.id)
    assert "anna" not in repr(one(Audited, effects))


def export(who: Person = ANNA, room: str = "#help", words: str = "me", config: Any = None) -> list[Effect]:
    if config is None:
        config = config_for(CONFIG.state, web={"enabled": True})
    where = Place(who.identity.network, who.identity.sender, None if room == "page" else _room(room), MessageId("c1"))
    return command(Invocation("export", None, words), where, View(person=who, privacy=knows(who)), config, NOW)


def _room(name: str) -> Any:
    from tests.unit.desk.making import place

    return place(ANNA, name).room


def test_the_link_to_ones_data_is_told_to_oneself_alone_and_works_for_a_while() -> None:
    effects = export()
    assert one(OfferExport, effects) == OfferExport(ANNA.id, "secret", NOW + EXPORT)
    assert "http://help.example/export/secret" in told(effects, "direct:anna")
    assert one(Say, effects).to == Direct("chat", ANNA.identity.key)
    assert "secret" not in replies(effects)
    assert "/export/secret" in replies(export(room="direct:anna"))


def test_an_export_needs_the_website_and_is_of_oneself() -> None:
    assert "helpdesk person export" in replies(export(config=CONFIG))
    assert refusal(export(words="bert")) == "invalid"
