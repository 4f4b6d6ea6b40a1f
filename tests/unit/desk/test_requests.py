"""Forms and requests as rules: asked one by one, checked, sent, granted by others, handed out, and told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bridges.events import MessageReceived, RoomId
from helpdesk import catalogue
from helpdesk.config import Config, ConfigError
from helpdesk.desk import fields, forms
from helpdesk.desk.decide import decide
from helpdesk.desk.intake import read
from helpdesk.desk.secrets import MASK
from helpdesk.desk.talk import command
from helpdesk.deskevents import TimerDue
from helpdesk.effects import Audited, Effect, Message, OpenTicket, Record, Refuse, Reply, Say, Schedule, SetStatus
from helpdesk.model import ChangeKind, Counts, Invocation, Person, TicketKind, TicketStatus
from helpdesk.nouns.requests import Approver, Form, FormSent, Request, RequestView, SetForm, SetRequest
from helpdesk.sig_sections import RequestField
from helpdesk.view import View
from kb.article import parse
from tests.desk import config_for
from tests.unit.desk.making import (
    ANNA,
    BERT,
    DIRECT,
    FRESH,
    LEA,
    NOW,
    VERA,
    of,
    one,
    person,
    place,
    replies,
    told,
    words,
)
from tests.unit.desk.making import question as asked_question
from tests.unit.desk.making import said as heard_words
from tests.unit.desk.making import ticket as any_ticket

KEY = {
    "title": "Door key",
    "approvers": ["lead"],
    "fields": [
        {"name": "door", "ask": "Which door?", "kind": "choice", "choices": ["front", "side", "workshop"]},
        {"name": "days", "ask": "For how many days?", "kind": "number", "optional": True},
        {"name": "code", "ask": "Your member number?", "pattern": r"\d{4}", "hint": "Four digits, as on your badge."},
    ],
}
LOCKER = {
    "title": "Locker",
    "approvers": ["chat:bert"],
    "secret": True,
    "fields": [{"name": "phone", "ask": "Your phone?", "personal": True}],
}
CONFIG: Config = config_for(Path("state"), requests={"key": KEY, "locker": LOCKER})
PLACES = {"#help": RoomId("#help"), "direct": RoomId("")}


def form(field: str, answers: dict[str, str] | None = None, *, item: str = "key", room: str = "", **more: Any) -> Form:
    made = Form(ANNA.id, item, field, answers or {}, False, "chat", RoomId(room), NOW)
    return replace(made, **more)


def tell(
    words_: str, now_at: Form | None, room: str = "direct", *, addressed: bool = True, **view: Any
) -> list[Effect]:
    """Anna says it to the desk, who is filling in this form."""
    event: MessageReceived = heard_words(words_, ANNA, room, addressed=addressed)
    request = RequestView(form=now_at, **view.pop("request", {}))
    seen = View(person=ANNA, request=request, fresh=FRESH, **view)
    return decide(event, read(event, CONFIG), seen, CONFIG, NOW)


def give(who: Person, verb: str, text: str = "", room: str = "direct", *, number: int | None = None, **view: Any):
    where = place(who, room)
    seen = View(person=who, fresh=FRESH, **view)
    return command(Invocation(verb, number, text), where, seen, CONFIG, NOW)


def kept(effects: list[Effect]) -> Form:
    found = one(SetForm, effects).form
    assert found is not None
    return found


def spoken(effects: list[Effect]) -> str:
    return "\n".join(words(effect) for effect in effects if isinstance(effect, (Say, Reply, Refuse)))


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_there_is_a_catalogue_without_any_setting() -> None:
    names = ["mailing-list", "video-room", "shared-folder", "calendar", "account", "loan", "event-kit"]
    assert list(config_for(Path("state")).catalogue) == names
    for name in names:
        assert name in spoken(give(ANNA, "request"))


def test_what_comes_with_the_program_is_changed_and_switched_off_by_its_name() -> None:
    own = config_for(
        Path("state"), requests={"mailing-list": {"approvers": ["lead"]}, "loan": {"enabled": False}}
    ).catalogue
    assert own["mailing-list"].approvers == ("lead",)
    assert own["mailing-list"].fields == catalogue.BUILT_IN["mailing-list"].fields
    assert "loan" not in own


@pytest.mark.parametrize(
    ("item", "mend"),
    [
        ({"new": {"fields": []}}, "give it a title"),
        ({"status": {"title": "x", "fields": [{"name": "a", "ask": "?"}]}}, "choose another name"),
        ({"Key": {"title": "x", "fields": [{"name": "a", "ask": "?"}]}}, "lower case"),
        ({"key": {"title": "x", "fields": [{"name": "a"}]}}, "`ask` is missing"),
        ({"key": {"title": "x", "fields": [{"name": "a", "ask": "?"}] * 2}}, "a name of its own"),
        ({"key": {"title": "x", "fields": [{"name": "a", "ask": "?", "kind": "choice"}]}}, "name two or more"),
        ({"key": {"title": "x", "fields": [{"name": "a", "ask": "?", "pattern": "("}]}}, "no regular expression"),
        ({"key": KEY | {"approvers": ["nowhere:x"]}}, "NETWORK:NAME"),
    ],
)
def test_a_fault_in_the_catalogue_names_its_mend(item: dict[str, Any], mend: str) -> None:
    with pytest.raises(ConfigError, match="requests") as fault:
        config_for(Path("state"), requests=item)
    assert mend in str(fault.value)


# --- what counts as an answer -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("text", "  some\nwords ", "some words"),
        ("long", "two\nlines", "two\nlines"),
        ("choice", "2", "blue"),
        ("choice", "#1", "red"),
        ("choice", "BLUE", "blue"),
        ("choice", "bl", "blue"),
        ("choice", "3", None),
        ("choice", "green", None),
        ("yes-no", "Ja!", "yes"),
        ("yes-no", "nope", "no"),
        ("yes-no", "maybe", None),
        ("number", "25", "25"),
        ("number", "about 25", "25"),
        ("number", "many", None),
        ("number", "-3", None),
        ("date", "2027-02-06", "2027-02-06"),
        ("date", "6 Feb 2027", "2027-02-06"),
        ("date", "6. März 2027", "2027-03-06"),
        ("date", "February 6th, 2027", "2027-02-06"),
        ("date", "6.2.2027", "2027-02-06"),
        ("date", "30 Feb 2027", None),
        ("date", "tomorrow", None),
        ("address", "anna@example.org", "anna@example.org"),
        ("address", "<anna@example.org>", "anna@example.org"),
        ("address", "anna at example", None),
        ("person", "chat:bert", "chat:bert"),
        ("person", "bert", None),
        ("person", "nowhere:bert", None),
    ],
)
def test_an_answer_is_read_as_people_write_it(kind: str, written: str, value: str | None) -> None:
    asked = RequestField(name="a", ask="?", kind=kind, choices=("red", "blue"))
    found = fields.read(asked, written, CONFIG)
    assert isinstance(found, Message) if value is None else found == value


def test_a_pattern_tells_its_own_hint() -> None:
    code = CONFIG.catalogue["key"].fields[2]
    assert fields.read(code, "1234", CONFIG) == "1234"
    assert "Four digits" in words(Reply(fields.read(code, "12345", CONFIG)))


def test_what_is_too_long_is_no_answer() -> None:
    assert isinstance(fields.read(RequestField(name="a", ask="?"), "x" * 201, CONFIG), Message)
    assert isinstance(fields.read(RequestField(name="a", ask="?", kind="long"), "x" * 2001, CONFIG), Message)


# --- the form ---------------------------------------------------------------------------------------------------------


def test_a_form_begins_with_its_first_question() -> None:
    effects = give(ANNA, "request", "key")
    assert kept(effects) == form("door")
    assert "Door key: 3 questions" in spoken(effects)
    assert "(1/3) Which door? 1) front · 2) side · 3) workshop" in spoken(effects)


@pytest.mark.parametrize("written", ["Door Key", "KEY", "mailing list", "mailing-list please"])
def test_an_item_is_found_by_its_name_or_its_title(written: str) -> None:
    assert kept(give(ANNA, "request", written)).item in ("key", "mailing-list")


def test_an_unknown_item_is_told_with_what_was_meant() -> None:
    assert "Did you mean !request mailing-list?" in spoken(give(ANNA, "request", "mailinglist"))
    assert "There is no “unicorn”" in spoken(give(ANNA, "request", "unicorn"))


def test_each_answer_leads_to_the_next_question() -> None:
    effects = tell("2", form("door"))
    assert kept(effects) == form("days", {"door": "side"})
    assert "(2/3) For how many days?" in spoken(effects)
    assert "Or skip" in spoken(effects)


def test_a_wrong_answer_says_how_to_write_it_and_keeps_all() -> None:
    effects = tell("some", form("days", {"door": "side"}))
    assert not of(SetForm, effects)
    assert "whole number" in spoken(effects)


def test_a_question_in_the_middle_is_pointed_to_the_way_that_answers_it() -> None:
    assert "put !ask before it" in spoken(tell("how long may I keep it?", form("days", {"door": "side"})))


def test_commands_with_their_prefix_are_commands_in_the_middle_of_a_form() -> None:
    assert not of(SetForm, tell("!status", form("door")))
    assert "You have no open ticket" in spoken(tell("!status", form("door")))


def test_what_is_optional_may_be_skipped_and_nothing_else() -> None:
    assert kept(tell("skip", form("days", {"door": "side"}))).fields == {"door": "side", "days": ""}
    effects = tell("skip", form("door"))
    assert not of(SetForm, effects)
    assert "I need an answer" in spoken(effects)


def test_back_asks_the_one_before_again_and_keeps_the_rest() -> None:
    effects = tell("back", form("days", {"door": "side"}))
    assert kept(effects) == form("door", {"door": "side"})
    assert kept(tell("workshop", kept(effects))) == form("days", {"door": "workshop"})
    assert kept(tell("zurück", form("door"))) == form("door")


DONE = {"door": "side", "days": "", "code": "1234"}


def test_at_the_end_it_is_read_back_and_asked_for_a_yes() -> None:
    effects = tell("1234", form("code", {"door": "side", "days": ""}))
    assert kept(effects).field == ""
    assert "Door key – door: side · code: 1234" in spoken(effects)
    assert "Shall I send it?" in spoken(effects)


@pytest.mark.parametrize("written", ["change door", "ändern DOOR", "change 1", "change dor"])
def test_an_answer_may_be_changed(written: str) -> None:
    effects = tell(written, form("", DONE))
    assert kept(effects) == form("door", DONE)
    assert "Which door?" in spoken(effects)
    again = kept(tell("front", form("door", DONE)))
    assert (again.field, again.fields["door"]) == ("", "front")


def test_words_that_only_begin_like_a_change_are_an_answer() -> None:
    asked = form("purpose", {"name": "x"}, item="mailing-list")
    assert kept(tell("change the world together", asked)).fields["purpose"] == "change the world together"


def test_nothing_is_sent_before_a_yes() -> None:
    for written in ("ok", "why?", "2"):
        effects = tell(written, form("", DONE))
        assert not of(OpenTicket, effects)
        assert "Say yes to send" in spoken(effects)
    assert "There are questions left" in spoken(give(ANNA, "request", "send", request=RequestView(form=form("door"))))


def test_a_form_is_dropped_by_a_word() -> None:
    effects = tell("cancel", form("days", {"door": "side"}))
    assert one(SetForm, effects).form is None
    assert "nothing was sent" in spoken(effects)


def test_a_paused_form_takes_no_words_until_it_is_resumed() -> None:
    paused = kept(tell("later", form("door")))
    assert paused.paused
    assert not of(SetForm, tell("side", paused))
    effects = give(ANNA, "request", "resume", request=RequestView(form=paused))
    assert kept(effects) == form("door")
    assert "Which door?" in spoken(effects)


def test_a_form_that_slept_takes_no_words_until_it_is_resumed() -> None:
    asleep = form("door", changed=NOW - forms.ASLEEP - timedelta(seconds=1))
    assert not of(SetForm, tell("side", asleep))
    assert kept(give(ANNA, "request", "resume", request=RequestView(form=asleep))).changed == NOW


def test_a_form_goes_on_elsewhere_directly_and_never_in_another_room() -> None:
    begun = form("days", {"door": "side"}, room="#help")
    effects = give(ANNA, "request", "resume", "#other", request=RequestView(form=begun))
    assert kept(effects).room == ""
    assert "For how many days?" in told(effects, "direct:anna")
    assert "directly" in replies(effects)
    assert "door" not in replies(effects)


def test_other_networks_answer_the_form_only_after_it_was_brought_there() -> None:
    begun = form("days", {"door": "side"}, network="other")
    assert not of(SetForm, tell("3", begun))
    assert "brings it to you" in spoken(give(ANNA, "request", "skip", request=RequestView(form=begun)))
    assert kept(give(ANNA, "request", "resume", request=RequestView(form=begun))).network == "chat"


def test_in_a_room_only_words_to_the_desk_are_answers() -> None:
    begun = form("days", {"door": "side"}, room="#help")
    assert kept(tell("3", begun, "#help")).fields["days"] == "3"
    assert not of(SetForm, tell("3", begun, "#elsewhere"))
    assert "helpdesk: …" in spoken(give(ANNA, "request", "key", "#help"))


def test_what_a_form_says_stays_in_its_room() -> None:
    begun = form("code", {"door": "side", "days": "3"}, room="#help")
    assert all(not say.linked for say in of(Say, tell("1234", begun, "#help")))


def test_what_is_personal_is_asked_directly() -> None:
    effects = give(ANNA, "request", "locker", "#help")
    assert kept(effects).room == ""
    assert "Your phone?" in told(effects, "direct:anna")
    assert "phone" not in replies(effects)


def test_a_form_in_the_middle_is_not_lost_to_another() -> None:
    effects = give(ANNA, "request", "loan", request=RequestView(form=form("days", {"door": "side"})))
    assert not of(SetForm, effects)
    assert "in the middle of “Door key”" in spoken(effects)


def test_a_secret_in_an_answer_is_masked_and_its_writer_warned() -> None:
    asked = form("reason", {"service": "wiki", "name": "anna", "address": "a@b.example"}, item="account")
    effects = tell("my password is hunter2!7", asked)
    assert kept(effects).fields["reason"] == f"my password is {MASK}"
    assert "blanked it out" in replies(effects, private=True)


def test_what_a_volunteer_asked_since_is_answered_before_the_form() -> None:
    waiting = any_ticket(TicketStatus.WAITING, asked_back=True, origin=DIRECT, changed_at=NOW + timedelta(seconds=1))
    assert not of(SetForm, tell("it is side", form("door"), mine=(waiting,)))
    older = replace(waiting, changed_at=NOW - timedelta(seconds=1))
    assert of(SetForm, tell("side", form("door"), mine=(older,)))


def test_a_yes_to_an_answer_in_between_is_about_the_answer() -> None:
    answered = asked_question(origin=DIRECT, asked_at=NOW + timedelta(seconds=1))
    assert not of(OpenTicket, tell("yes", form("", DONE), question=answered))


@pytest.mark.parametrize("written", ["!yes", "yes", "ja", "send", "👍"])
def test_yes_sends_it(written: str) -> None:
    effects = tell(written, form("", DONE), request={"approvers": (Approver(LEA.identity, LEA.id),)})
    assert one(SetForm, effects).form is None
    assert one(OpenTicket, effects).kind is TicketKind.REQUEST


def test_a_prefixed_cancel_is_the_forms_only_without_an_open_ticket() -> None:
    assert one(SetForm, tell("!cancel", form("door"))).form is None
    assert not of(SetForm, tell("!cancel", form("door"), mine=(any_ticket(),)))


def test_a_form_is_forgotten_after_a_month_without_a_word() -> None:
    event = TimerDue(1, forms.FORGET, ANNA.id)
    old = form("door", changed=NOW - forms.KEEP)
    assert decide(event, read_nothing(), View(request=RequestView(form=old)), CONFIG, NOW) == [SetForm(ANNA.id, None)]
    newer = form("door", changed=NOW - timedelta(days=3))
    assert one(Schedule, decide(event, read_nothing(), View(request=RequestView(form=newer)), CONFIG, NOW)).due == (
        newer.changed + forms.KEEP
    )


def read_nothing():
    from helpdesk.desk.intake import Heard

    return Heard()


# --- sent -------------------------------------------------------------------------------------------------------------


def send(
    item: str = "key", answers: dict[str, str] | None = None, *approvers: Approver, room: str = ""
) -> list[Effect]:
    filled = form("", answers or DONE, item=item, room=room)
    return tell("yes", filled, room or "direct", request={"approvers": approvers})


LISTED = {"name": "makers", "purpose": "making", "owner": "a@b.example", "second-owner": "", "open-archive": "yes"}


def test_where_nobody_must_agree_the_volunteers_hear_at_once() -> None:
    effects = send("mailing-list", LISTED, room="#help")
    opened = one(OpenTicket, effects)
    assert (opened.title, opened.tags, opened.topic) == ("mailing list", ("mailing-list",), "mailing-lists")
    assert opened.text.splitlines()[:2] == ["mailing list", "name: makers"]
    assert one(SetRequest, effects).request == Request(7, "mailing-list", LISTED, "approved")
    assert "mailing list" in told(effects, "#sig")


def test_a_request_made_directly_is_private() -> None:
    opened = one(OpenTicket, send("mailing-list", LISTED))
    assert opened.private
    assert not one(OpenTicket, send("mailing-list", LISTED, room="#help")).private
    assert "makers" not in told(send("mailing-list", LISTED), "#sig")


def test_where_somebody_must_agree_only_they_hear_of_it() -> None:
    effects = send("key", DONE, Approver(LEA.identity, LEA.id))
    assert one(SetRequest, effects).request.state == "approval"
    assert told(effects, "#sig") == ""
    assert "!grant 7" in told(effects, "direct:lea")
    assert "door: side" in told(effects, "direct:lea")


def test_nobody_is_asked_in_their_quiet_hours_but_when_they_end() -> None:
    morning = NOW + timedelta(hours=5)
    effects = send("key", DONE, Approver(LEA.identity, LEA.id, quiet_until=morning))
    assert told(effects, "direct:lea") == ""
    assert [timer.due for timer in of(Schedule, effects) if timer.kind == "request.ask"] == [morning]


def test_they_are_asked_again_until_they_say_so() -> None:
    waiting = any_ticket(kind=TicketKind.REQUEST)
    seen = View(ticket=waiting, request=RequestView(request=asked(), approvers=(Approver(LEA.identity, LEA.id),)))
    again = decide(TimerDue(1, "request.ask", 7), read_nothing(), seen, CONFIG, NOW + timedelta(days=1))
    assert "!grant 7" in told(again, "direct:lea")
    assert of(Schedule, again)
    decided = replace(seen, request=RequestView(request=asked("approved")))
    assert decide(TimerDue(1, "request.ask", 7), read_nothing(), decided, CONFIG, NOW) == []


def test_where_nobody_else_may_agree_the_volunteers_are_told() -> None:
    effects = send("key", DONE, Approver(ANNA.identity, ANNA.id), room="#help")
    assert told(effects, "direct:anna") == ""
    assert "nobody else who may" in told(effects, "#sig")


def test_who_has_too_many_tickets_open_keeps_the_form() -> None:
    effects = tell("yes", form("", DONE), counts=Counts(tickets_person=3))
    assert one(Refuse, effects).refusal == "limit"
    assert not of(SetForm, effects)


# --- granted, declined ------------------------------------------------------------------------------------------------


def asked(state: str = "approval", item: str = "key") -> Request:
    return Request(7, item, DONE, state)  # type: ignore[arg-type]


def decide_about(who: Person, verb: str, state: str = "approval", item: str = "key", **more: Any) -> list[Effect]:
    ticket = more.pop("ticket", any_ticket(kind=TicketKind.REQUEST, title="Door key", tags=(item,)))
    known = frozenset({(who.identity.network, who.identity.key)}) if who.identity.authenticated else frozenset()
    view = RequestView(request=asked(state, item), identities=known)
    text = more.pop("text", "fine by me")
    return give(who, verb, text, "#sig", number=7, ticket=ticket, request=view)


def test_a_lead_grants_it_and_the_volunteers_hear_of_it() -> None:
    effects = decide_about(LEA, "grant")
    assert one(SetRequest, effects) == SetRequest(asked("approved"), LEA.id)
    assert one(Record, effects).kind is ChangeKind.GRANTED
    assert "granted by lea" in told(effects, "#help")
    assert "!claim 7" in told(effects, "#sig")
    assert of(Audited, effects)


@pytest.mark.parametrize("verb", ["grant", "decline"])
def test_only_its_approvers_decide(verb: str) -> None:
    assert one(Refuse, decide_about(VERA, verb)).refusal == "forbidden"
    assert one(Refuse, decide_about(LEA, verb, item="locker")).refusal == "forbidden"
    assert of(SetRequest, decide_about(BERT, verb, item="locker"))


@pytest.mark.parametrize("verb", ["grant", "decline"])
def test_a_name_without_a_login_decides_nothing(verb: str) -> None:
    stranger = person("bert", 3, guest=True)
    assert one(Refuse, decide_about(stranger, verb, item="locker")).refusal == "forbidden"


@pytest.mark.parametrize("verb", ["grant", "decline"])
def test_nobody_decides_about_their_own(verb: str) -> None:
    own = any_ticket(kind=TicketKind.REQUEST, asker=LEA)
    assert "your own request" in spoken(decide_about(LEA, verb, ticket=own))


def test_what_is_declined_is_closed_and_its_asker_hears_why() -> None:
    effects = decide_about(LEA, "decline", text="no keys are left")
    assert one(SetRequest, effects).request.state == "declined"
    assert one(SetStatus, effects).status is TicketStatus.RESOLVED
    assert "declined by lea: no keys are left" in told(effects, "#help")
    assert one(Record, effects).text == "no keys are left"


def test_declining_needs_a_reason() -> None:
    assert one(Refuse, decide_about(LEA, "decline", text="")).refusal == "invalid"


@pytest.mark.parametrize(("verb", "state"), [("grant", "approved"), ("grant", "delivered"), ("decline", "delivered")])
def test_what_is_decided_stays_so(verb: str, state: str) -> None:
    assert one(Refuse, decide_about(LEA, verb, state)).refusal == "conflict"


def test_who_declined_may_think_again() -> None:
    declined = any_ticket(TicketStatus.RESOLVED, kind=TicketKind.REQUEST)
    effects = decide_about(LEA, "grant", "declined", ticket=declined)
    assert one(SetStatus, effects).status is TicketStatus.OPEN


@pytest.mark.parametrize("verb", ["claim", "take"])
def test_nobody_works_on_what_may_still_be_declined(verb: str) -> None:
    waits = any_ticket(kind=TicketKind.REQUEST, tags=("key",))
    refused = give(VERA, verb, number=7, ticket=waits, request=RequestView(request=asked()))
    assert one(Refuse, refused).refusal == "conflict"
    assert "Somebody has to agree to #7 first" in spoken(refused)
    assert not of(Refuse, give(VERA, verb, number=7, ticket=waits, request=RequestView(request=asked("approved"))))


def test_what_may_still_be_declined_is_not_merged() -> None:
    waits = any_ticket(kind=TicketKind.REQUEST, tags=("key",))
    refused = give(VERA, "merge", "into 8", number=7, ticket=waits, request=RequestView(request=asked()))
    assert "Somebody has to agree to #7 first" in spoken(refused)


@pytest.mark.parametrize(("state", "announced"), [("approval", False), ("approved", True)])
def test_what_may_still_be_declined_moves_without_being_announced(state: str, announced: bool) -> None:
    rooms = {"#help": {}, "#sig": {"volunteers": True}, "#keys": {"volunteers": True, "queue": "keys"}}
    networks = {"chat": {"kind": "memory", "rooms": rooms}}
    config = config_for(
        Path("state"), requests={"key": KEY}, queues={"keys": {}}, networks=networks, members={"volunteers": []}
    )
    waits = any_ticket(kind=TicketKind.REQUEST, tags=("key",))
    seen = View(person=VERA, ticket=waits, request=RequestView(request=asked(state)))
    moved = command(Invocation("move", 7, "keys"), place(VERA, "direct"), seen, config, NOW)
    assert any(say.announces for say in of(Say, moved)) is announced


def test_a_question_is_no_request() -> None:
    effects = give(LEA, "grant", "", "#sig", number=7, ticket=any_ticket())
    assert "is no request" in spoken(effects)


# --- handed out -------------------------------------------------------------------------------------------------------


def deliver(text: str, state: str = "approved", item: str = "key", room: str = "#sig", **more: Any) -> list[Effect]:
    ticket = any_ticket(TicketStatus.CLAIMED, kind=TicketKind.REQUEST, title="Door key", tags=(item,), **more)
    view = RequestView(request=asked(state, item))
    return give(VERA, "deliver", text, room, number=7, ticket=ticket, request=view)


def test_the_result_goes_to_the_asker_and_closes_the_ticket() -> None:
    effects = deliver("It lies at the desk.")
    assert one(SetRequest, effects).request == replace(asked("delivered"), result="It lies at the desk.")
    assert "It lies at the desk." in told(effects, "#help")
    assert [record.kind for record in of(Record, effects)] == [ChangeKind.DELIVERED, ChangeKind.RESOLVED]
    assert TicketStatus.RESOLVED in [status.status for status in of(SetStatus, effects)]


@pytest.mark.parametrize("state", ["approval", "declined", "delivered"])
def test_nothing_is_delivered_that_is_not_granted(state: str) -> None:
    assert one(Refuse, deliver("here", state)).refusal == "conflict"


@pytest.mark.parametrize(
    ("text", "item"), [("the code is 4711", "locker"), ("your password: hunter2!7", "key")], ids=["item", "words"]
)
def test_a_secret_result_is_told_directly_and_kept_nowhere(text: str, item: str) -> None:
    secret = text.rpartition(" ")[2]
    effects = deliver(text, item=item)
    assert secret in told(effects, "direct:anna")
    assert secret not in told(effects, "#help")
    assert "sent you the result directly" in told(effects, "#help")
    assert secret not in one(SetRequest, effects).request.result
    assert all(secret not in record.text for record in of(Record, effects))
    assert secret not in told(effects, "#sig")


def test_whoever_writes_a_secret_where_others_read_is_warned() -> None:
    assert "others read here" in replies(deliver("the code is 4711", item="locker"))
    assert "others read here" not in replies(deliver("the code is 4711", item="locker", room="direct"))


def test_whoever_claims_a_request_is_shown_how_it_is_handed_out() -> None:
    waiting = any_ticket(kind=TicketKind.REQUEST, tags=("mailing-list",))
    source = b"---\ntitle: How lists are made\nsummary: So.\nquestions: [how]\n---\n\nSo.\n"
    article, _ = parse(Path("x.md"), "mailing-lists/request-a-list", source)
    shelf = {"mailing-lists/request-a-list": article}
    assert "http://help.example/kb/mailing-lists/request-a-list" in spoken(
        give(VERA, "claim", "", "#sig", number=7, ticket=waiting, articles=shelf)
    )
    assert "!deliver 7" in spoken(give(VERA, "claim", "", "#sig", number=7, ticket=waiting))
    assert "!deliver" not in spoken(give(VERA, "claim", "", "#sig", number=7, ticket=any_ticket()))


# --- how it is, and the website ---------------------------------------------------------------------------------------


def test_the_asker_sees_how_their_requests_are() -> None:
    open_one = any_ticket(number=8, kind=TicketKind.REQUEST)
    view = RequestView(
        form=form("days", {"door": "side"}), mine=(replace(asked("approved"), ticket=8), asked("approval"))
    )
    said = spoken(give(ANNA, "request", "status", request=view, mine=(open_one,)))
    assert "“Door key” waits" in said
    assert "#8 Door key: waiting for a volunteer" in said
    assert "#7 Door key: waits for somebody to agree" in said


def sent_from_page(answers: dict[str, str], item: str = "key", **view: Any) -> list[Effect]:
    event = FormSent("web", ANNA.identity.sender, item, answers, RoomId("visitor"), token="t" * 24)
    return decide(event, read_nothing(), View(person=ANNA, fresh=FRESH, **view), CONFIG, NOW)


def test_a_form_of_the_website_is_checked_again_and_opens_a_private_ticket() -> None:
    opened = one(OpenTicket, sent_from_page({"door": "1", "days": "", "code": "1234"}))
    assert opened.private
    assert opened.fresh.token == "t" * 24
    assert "door: front" in opened.text
    assert one(Refuse, sent_from_page({"door": "attic", "code": "1234"})).refusal == "invalid"
    assert one(Refuse, sent_from_page({}, "unicorn")).refusal == "not-found"
    assert one(Refuse, sent_from_page({"door": "1", "code": "1234"}, level="muted")).refusal == "forbidden"


def test_the_page_tells_who_is_banned_that_they_are() -> None:
    event = FormSent("web", ANNA.identity.sender, "key", {}, RoomId("visitor"))
    assert decide(event, read_nothing(), View(level="banned"), CONFIG, NOW)[0] == Refuse("forbidden", Message("banned"))
