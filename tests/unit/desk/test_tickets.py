"""A ticket's life, and who is told of each step: the asker, the volunteers, and nobody who has no business with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.desk import telling, tickets
from helpdesk.desk.decide import decide
from helpdesk.desk.intake import Heard
from helpdesk.deskevents import AskerWrote, TimerDue
from helpdesk.effects import (
    Assign,
    Direct,
    InRoom,
    Message,
    OpenTicket,
    Record,
    Reply,
    Say,
    SetQuestion,
    SetStatus,
)
from helpdesk.model import ChangeKind, Counts, Origin, TicketStatus
from helpdesk.nouns.tickets import SetTicket
from helpdesk.view import View
from tests.unit.desk.making import (
    ANNA,
    CONFIG,
    DIRECT,
    ENCRYPTED,
    FRESH,
    GUEST,
    LEA,
    NOW,
    OLGA,
    PUBLIC,
    VERA,
    VICTOR,
    of,
    one,
    refusal,
    replies,
    ticket,
    told,
    words,
)


def opened(origin: Origin = PUBLIC, asker=ANNA, text: str = "the badge is broken", **view):
    return tickets.open_ticket(
        View(fresh=FRESH, **view),
        CONFIG,
        NOW,
        asker=asker.id,
        identity=asker.identity,
        origin=origin,
        text=text,
        lang="en",
        topic="lists",
        question=5,
        because="because-unknown",
    )


def test_the_asker_hears_the_number_and_what_happens_next() -> None:
    effects = opened()
    assert "#7" in told(effects, "#help")
    assert "!status" in told(effects, "#help")
    assert one(Record, effects).kind is ChangeKind.OPENED
    assert one(SetQuestion, effects).ticket == 7
    assert not one(OpenTicket, effects).private


def test_every_volunteers_room_hears_of_it_and_begins_its_thread() -> None:
    announced = [say for say in of(Say, opened()) if say.announces]
    assert [say.to.room for say in announced] == ["#sig", "#team"]
    assert all("the badge is broken" in words(say) and "!claim 7" in words(say) for say in announced)


def test_an_announcement_is_one_harmless_line() -> None:
    shown = told(opened(text="look\nhere @room " + "x" * 900), "#sig")
    assert "look here @\u2060room" in shown
    assert len(shown) < 300


@pytest.mark.parametrize("origin", [DIRECT, ENCRYPTED])
def test_what_was_asked_in_private_is_shown_in_private_rooms_only(origin: Origin) -> None:
    effects = opened(origin)
    assert one(OpenTicket, effects).private
    assert "badge" not in told(effects, "#sig")
    assert "anna" not in told(effects, "#sig")
    assert "#7 (lists)" in told(effects, "#sig")
    assert "badge" in told(effects, "#team")


def test_who_asks_where_it_is_encrypted_is_told_who_may_read_it_before_anybody_does() -> None:
    said = [(say.to.room, words(say)) for say in of(Say, opened(ENCRYPTED))]
    warned = next(index for index, (_, text) in enumerate(said) if "encrypted" in text)
    announced = next(index for index, (room, _) in enumerate(said) if room in ("#sig", "#team"))
    assert warned < announced


def test_the_private_page_is_for_the_asker_alone() -> None:
    assert "secret-token" not in str(of(Say, opened()))
    assert "http://help.example/t/secret-token" in told(opened(DIRECT), "direct:anna")
    effects = opened(asker=GUEST)
    assert "t/secret-token" in told(effects, "direct:gast")
    assert not any("secret-token" in told(effects, room) for room in ("#help", "#sig", "#team"))


def test_a_guest_of_a_direct_room_that_is_gone_is_told_directly() -> None:
    effects = opened(replace(DIRECT, room=""))
    assert "#7" in told(effects, "direct:anna")
    assert all(say.to.room for say in of(Say, effects) if isinstance(say.to, InRoom))


@pytest.mark.parametrize("counts", [Counts(tickets_person=3), Counts(tickets_room=100)])
def test_over_the_limit_nothing_is_opened_and_the_asker_told(counts: Counts) -> None:
    effects = opened(counts=counts)
    assert of(OpenTicket, effects) == []
    assert [say.to.room for say in of(Say, effects)] == ["#help"]


def test_claiming_tells_the_others_and_the_asker() -> None:
    effects = tickets.claim(ticket(), VERA, CONFIG, "chat", ("chat", "#sig"))
    assert one(Assign, effects).claimant == VERA
    assert one(SetStatus, effects).status is TicketStatus.CLAIMED
    assert told(effects, "#sig") == ""
    assert "with vera" in told(effects, "#team")
    assert "vera is looking" in told(effects, "#help")


@pytest.mark.parametrize("status", [TicketStatus.RESOLVED, TicketStatus.CANCELLED])
def test_a_closed_ticket_can_be_claimed_by_nobody(status: TicketStatus) -> None:
    for person in (VERA, VICTOR, LEA):
        refused = tickets.not_claimable(ticket(status, VERA), person)
        assert refused is not None
        assert "closed already" in words(refused) or "cancelled already" in words(refused)


def test_who_has_it_may_go_on_and_all_others_are_told_who_has_it() -> None:
    mine = ticket(TicketStatus.CLAIMED, VERA)
    assert tickets.not_claimable(mine, VERA) is None
    refused = tickets.not_claimable(mine, VICTOR)
    assert refused is not None
    assert (refused.refusal, words(refused)) == ("conflict", "vera has #7.")


def test_an_answer_goes_to_the_asker_where_they_asked_and_only_if_they_are_there() -> None:
    effects = tickets.answer(ticket(TicketStatus.CLAIMED), VERA, (), "come by", CONFIG, "chat", ask_back=False)
    say = one(Say, effects)
    assert isinstance(say.to, InRoom)
    assert (say.to.room, say.to.addressed, say.to.listener) == ("#help", ANNA.identity.sender, "anna")
    assert say.to.must_reach
    assert say.tracked
    assert one(SetStatus, effects).status is TicketStatus.WAITING


def test_who_answers_first_has_the_ticket_and_the_others_hear_of_it() -> None:
    effects = tickets.answer(ticket(), VERA, (), "come by", CONFIG, "chat", ask_back=False, besides=("chat", "#sig"))
    assert one(Assign, effects).claimant == VERA
    assert [record.kind for record in of(Record, effects)] == [ChangeKind.CLAIMED, ChangeKind.ANSWER]
    assert "with vera" in told(effects, "#team")
    assert of(SetStatus, effects)[-1].status is TicketStatus.WAITING


def test_the_asker_of_a_direct_room_that_is_gone_is_answered_directly() -> None:
    moved = ticket(TicketStatus.CLAIMED, origin=replace(DIRECT, room=""))
    assert telling.to_asker(moved) == Direct("chat", ANNA.identity.key)


def test_more_from_the_asker_reaches_who_works_on_it_without_telling_others() -> None:
    private = ticket(TicketStatus.WAITING, VERA, origin=DIRECT)
    effects = tickets.asker_wrote(private, "it is blue", CONFIG, "chat")
    assert "blue" not in told(effects, "#sig")
    assert "blue" in told(effects, "#team")
    assert "blue" in told(effects, "direct:vera"), "she reads in no private room"
    assert one(SetStatus, effects).status is TicketStatus.CLAIMED
    theirs = tickets.asker_wrote(ticket(TicketStatus.WAITING, OLGA, origin=DIRECT), "it is blue", CONFIG, "chat")
    assert told(theirs, "direct:olga") == "", "she reads in #team"


def test_a_claimant_on_no_network_of_ours_is_promised_nothing() -> None:
    operator = replace(VERA, identity=replace(VERA.identity, network="operator"))
    effects = tickets.asker_wrote(ticket(TicketStatus.CLAIMED, operator, origin=DIRECT), "blue", CONFIG, "chat")
    assert all(say.to.network in CONFIG.networks for say in of(Say, effects))


def test_words_to_a_closed_ticket_open_it_again_in_the_same_hands() -> None:
    for by, status in ((VERA, TicketStatus.CLAIMED), (None, TicketStatus.OPEN)):
        closed = replace(ticket(TicketStatus.RESOLVED, VERA), claimant=by.id if by else None)
        effects = tickets.asker_wrote(closed, "still broken", CONFIG, "chat")
        assert one(SetStatus, effects).status is status
        assert [record.kind for record in of(Record, effects)] == [ChangeKind.ASKER, ChangeKind.REOPENED]


def test_who_came_back_to_a_private_ticket_is_not_named() -> None:
    effects = tickets.reopen(ticket(TicketStatus.RESOLVED, origin=DIRECT), None, CONFIG, "chat", "anna")
    assert "open again" in told(effects, "#sig")
    assert "anna" not in told(effects, "#sig")
    assert "anna" in told(effects, "#team")
    by_vera = tickets.reopen(ticket(TicketStatus.RESOLVED, origin=DIRECT), VERA, CONFIG, "chat")
    assert "vera" in told(by_vera, "#sig")


def test_a_yes_resolves_once() -> None:
    assert one(SetStatus, tickets.helped(ticket(TicketStatus.WAITING), CONFIG, "chat")).status is TicketStatus.RESOLVED
    again = tickets.helped(ticket(TicketStatus.RESOLVED, solved="confirmed"), CONFIG, "chat")
    assert of(SetStatus, again) == of(Record, again) == []


def test_whether_it_is_solved_may_be_said_after_closing_and_again_otherwise() -> None:
    for status in (TicketStatus.RESOLVED, TicketStatus.CLOSED):
        yes = tickets.helped(ticket(status, solved="assumed"), CONFIG, "chat")
        assert one(SetTicket, yes).solved == "confirmed"
        assert one(Record, yes).kind is ChangeKind.CONFIRMED
        assert of(SetStatus, yes) == []
        no = tickets.not_helped(ticket(status, solved="confirmed"), CONFIG, "chat")
        assert one(SetTicket, no).solved == "denied"
        assert one(SetStatus, no).status is TicketStatus.CLAIMED


def test_words_to_a_merged_ticket_are_read_where_it_goes_on() -> None:
    effects = tickets.asker_wrote(ticket(TicketStatus.MERGED, merged_into=5), "it is blue", CONFIG, "chat")
    assert one(Record, effects).ticket == 5
    assert of(SetStatus, effects) == []
    assert "#5, anna writes: it is blue" in told(effects, "#sig")
    merged = ticket(TicketStatus.MERGED, merged_into=5)
    assert "part of #5" in replies(tickets.helped(merged, CONFIG, "chat"))
    assert refusal(tickets.not_helped(merged, CONFIG, "chat")) == "conflict"


def test_a_cancelled_one_is_neither_solved_nor_not() -> None:
    assert refusal(tickets.helped(ticket(TicketStatus.CANCELLED), CONFIG, "chat")) == "conflict"


def test_a_no_puts_it_back_to_who_has_it() -> None:
    for status in (TicketStatus.WAITING, TicketStatus.RESOLVED):
        effects = tickets.not_helped(ticket(status, VERA), CONFIG, "chat")
        assert one(SetStatus, effects).status is TicketStatus.CLAIMED
        assert "not solved" in told(effects, "#sig")
    assert refusal(tickets.not_helped(ticket(TicketStatus.CANCELLED), CONFIG, "chat")) == "conflict"


# --- the private page -------------------------------------------------------------------------------------------------


def page(written: AskerWrote, found) -> list:
    return decide(written, Heard(), View(ticket=found), CONFIG, NOW)


def test_the_page_adds_cancels_and_refuses() -> None:
    added = page(AskerWrote(7, "it is blue, password: hunter22"), ticket())
    assert "hunter22" not in str(added)
    assert one(Record, added).kind is ChangeKind.ASKER
    assert "Passed on" in replies(added)
    assert refusal(page(AskerWrote(7, "  "), ticket())) == "invalid"
    assert refusal(page(AskerWrote(7, "x"), None)) == "not-found"
    assert one(SetStatus, page(AskerWrote(7, "", cancel=True), ticket())).status is TicketStatus.CANCELLED
    assert refusal(page(AskerWrote(7, "", cancel=True), ticket(TicketStatus.RESOLVED))) == "conflict"


def test_the_page_says_whether_it_is_solved() -> None:
    answered = ticket(TicketStatus.WAITING)
    assert one(SetStatus, page(AskerWrote(7, "", solved=True), answered)).status is TicketStatus.RESOLVED
    assert one(SetStatus, page(AskerWrote(7, "", solved=False), answered)).status is TicketStatus.CLAIMED


def test_an_unknown_timer_is_no_secret() -> None:
    with pytest.raises(ValueError, match="no timer 'x'"):
        decide(TimerDue(1, "x", 7), Heard(), View(ticket=ticket()), CONFIG, NOW)


def test_a_topic_without_a_name_is_general() -> None:
    assert telling.topic_name("a/b-c") == "a / b c"
    assert telling.topic_name("") == Message("topic-general")
    assert isinstance(one(Reply, tickets.helped(ticket(TicketStatus.WAITING), CONFIG, "chat")), Reply)
