"""What decisions mean for a ticket's times: leases, who waits for whom, what is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bridges.events import MessageId, RoomId
from helpdesk.config import ConfigError
from helpdesk.desk import life
from helpdesk.desk.decide import decide
from helpdesk.desk.intake import Heard
from helpdesk.deskevents import TimerDue
from helpdesk.effects import Assign, Record, Reply, Schedule, SetStatus
from helpdesk.model import ChangeKind, Identity, Priority, Role, Ticket, TicketKind, TicketStatus
from helpdesk.nouns.hours import Span
from helpdesk.nouns.life import Back, LifeView, Wanted
from helpdesk.nouns.rota import OnDuty, RotaView, Shift
from helpdesk.nouns.sig import AddDraft, Volunteer
from helpdesk.nouns.tickets import Keep, SetTicket
from helpdesk.view import View
from tests.desk import config_for
from tests.unit.desk.making import (
    ANNA,
    CONFIG,
    DIRECT,
    ENCRYPTED,
    LEA,
    NOW,
    OLGA,
    VERA,
    VICTOR,
    hear,
    of,
    one,
    replies,
    said,
    ticket,
    told,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HELD = ticket(TicketStatus.CLAIMED, lease_until=NOW + 30 * MINUTE, waits_since=NOW)
ANSWERED = ticket(TicketStatus.WAITING, answered_at=NOW)


def given(who, words: str, about: Ticket | None = None, room: str = "#sig", config=CONFIG, **view: Any) -> list:
    """What a command comes to, with all that follows for the ticket's times."""
    return hear(said(words, who, room), config, person=who, ticket=about, **view)


def times(effects: list) -> dict[str, Any]:
    """What was set of tickets, without telling in how many steps."""
    return {
        name: value
        for effect in of(SetTicket, effects)
        for name in ("lease_until", "waits_since", "answered_at", "resolved_at", "solved", "escalated")
        if not isinstance(value := getattr(effect, name), Keep)
    }


def timers(effects: list) -> dict[str, Any]:
    return {effect.kind: effect.due - NOW for effect in of(Schedule, effects)}


def fire(kind: str, about: Ticket | None, after: timedelta = timedelta(), config=CONFIG, **view: Any) -> list:
    return decide(TimerDue(1, kind, 7), Heard(), View(ticket=about, **view), config, NOW + after)


# --- what follows -----------------------------------------------------------------------------------------------------


def test_a_new_ticket_is_offered_and_looked_at_again() -> None:
    from tests.unit.desk.making import FRESH

    effects = given(ANNA, "!human the badge is broken", room="#help", fresh=FRESH)
    assert timers(effects) == {"rota.offer": timedelta(), "life.first": 3 * HOUR, "life.resolve": 3.75 * DAY}
    opened = next(record for record in of(Record, effects) if record.kind is ChangeKind.OPENED)
    assert (opened.room, opened.message) == ("#help", "w1"), "what is edited there is edited here"


def test_a_claim_lasts_half_an_hour_and_its_claimant_is_warned() -> None:
    effects = given(VERA, "!claim 7", ticket(waits_since=NOW))
    assert times(effects) == {"lease_until": NOW + 30 * MINUTE}
    assert timers(effects) == {"life.lease": 25 * MINUTE}
    for_ever = config_for(Path("state"), sig={"first_reply": "0s"})
    assert times(given(VERA, "!claim 7", ticket(), config=for_ever)) == {}


def test_an_answer_ends_the_waiting_and_the_lease() -> None:
    effects = given(VERA, "!answer 7 come by", replace(HELD, escalated=2))
    assert times(effects) == {"waits_since": None, "escalated": 0, "answered_at": NOW, "lease_until": None}
    assert timers(effects) == {"life.quiet": 7 * DAY}
    again = times(given(VERA, "!answer 7 come by", replace(HELD, answered_at=NOW - DAY)))
    assert "answered_at" not in again, "the first word stays the first"
    assert "waits_since" in times(given(VERA, "!ask-back 7 which?", HELD))


def test_more_from_the_asker_starts_the_waiting_again() -> None:
    effects = given(ANNA, "!add 7 still broken", ANSWERED, "#help")
    assert times(effects) == {"waits_since": NOW, "lease_until": NOW + DAY}
    assert timers(effects) == {"life.lease": 20 * HOUR, "life.next": 18 * HOUR}
    held = replace(HELD, waits_since=NOW - HOUR)
    assert times(given(ANNA, "!add 7 hello?", held, "#help")) == {}, "who waits goes on waiting, and so does the lease"


def test_what_the_asker_and_the_volunteer_said_stands_with_its_message() -> None:
    for who, words, about in (
        (ANNA, "!add 7 it is blue", ANSWERED),
        (VERA, "!answer 7 come by", HELD),
        (VICTOR, "!note 7 x", HELD),
    ):
        record = one(Record, given(who, words, about))
        assert (record.room, record.message) == (RoomId("#sig"), MessageId("w1"))


def test_what_is_solved_waits_for_nothing_and_what_is_opened_again_does() -> None:
    solved = given(VERA, "!resolve 7", HELD)
    assert times(solved) == {"waits_since": None, "lease_until": None, "resolved_at": NOW}
    assert timers(solved) == {"life.quiet": 7 * DAY}
    closed = ticket(TicketStatus.CLOSED, resolved_at=NOW - DAY, solved="assumed", answered_at=NOW - DAY)
    opened = given(ANNA, "!no 7", closed, "#help")
    assert times(opened) == {"waits_since": NOW, "resolved_at": None, "solved": "denied", "lease_until": NOW + DAY}
    confirmed = given(ANNA, "!yes 7", closed, "#help")
    assert times(confirmed) == {"solved": "confirmed"}
    assert times(given(ANNA, "!yes 7", replace(ANSWERED, solved="denied"), "#help"))["solved"] == "confirmed"


def test_what_was_merged_by_mistake_waits_again() -> None:
    merged = ticket(TicketStatus.MERGED, merged_into=5)
    parted = life.kept(said("x", VERA), [SetStatus(7, TicketStatus.OPEN)], View(ticket=merged), CONFIG, NOW)
    assert times(parted) == {"waits_since": NOW}
    assert timers(parted) == {"rota.offer": timedelta(), "life.first": 3 * HOUR}
    held = ticket(TicketStatus.CLAIMED, waits_since=NOW, lease_until=NOW + HOUR)
    joined = life.kept(said("x", VERA), [SetStatus(7, TicketStatus.MERGED)], View(ticket=held), CONFIG, NOW)
    assert times(joined) == {"waits_since": None, "lease_until": None}


def test_what_is_given_back_is_offered_again() -> None:
    effects = given(VERA, "!release 7 lunch", HELD)
    assert timers(effects) == {"rota.offer": timedelta()}
    assert times(effects) == {"lease_until": None}
    assert one(Record, effects).text == "lunch"


def test_a_draft_that_waits_for_a_mentor_keeps_the_claim() -> None:
    draft = AddDraft(7, VERA.id, VERA.identity, ChangeKind.ANSWER, "come by")
    effects = life.kept(said("x", VERA), [draft], View(ticket=HELD), CONFIG, NOW)
    assert times(effects) == {"lease_until": NOW + DAY}


def test_a_ticket_known_by_its_number_only_is_still_given_back_whole() -> None:
    effects = life.kept(said("x", VERA), [Assign(9, None), SetStatus(9, TicketStatus.OPEN)], View(), CONFIG, NOW)
    assert one(SetTicket, effects) == SetTicket(9, lease_until=None)
    assert timers(effects) == {"rota.offer": timedelta()}


def test_tasks_and_incidents_have_times_of_their_own() -> None:
    task = replace(ticket(), kind=TicketKind.TASK)
    assert times(given(VERA, "!claim 7", task)) == {}


@pytest.mark.parametrize(("priority", "part"), [("low", 2.0), ("high", 0.5), ("urgent", 0.1)])
def test_what_hurries_is_due_sooner(priority: str, part: float) -> None:
    effects = given(VERA, f"!priority 7 {priority}", ticket(waits_since=NOW))
    assert timers(effects) == {"life.first": 3 * HOUR * part, "life.resolve": 3.75 * DAY * part}


# --- leases -----------------------------------------------------------------------------------------------------------


def test_before_a_claim_runs_out_its_claimant_is_asked_directly_and_nobody_else() -> None:
    effects = fire("life.lease", HELD, 25 * MINUTE)
    assert "still on #7? In 5 minutes" in told(effects, "direct:vera")
    assert told(effects, "#sig") == ""
    assert timers(effects) == {"life.lease": 30 * MINUTE}
    assert fire("life.lease", HELD, 10 * MINUTE) == [], "it was extended since"


def test_a_claim_that_ran_out_is_given_back_kindly_for_all_to_see() -> None:
    effects = fire("life.lease", HELD, 30 * MINUTE)
    assert one(Assign, effects).claimant is None
    assert one(SetStatus, effects).status is TicketStatus.OPEN
    assert one(Record, effects).kind is ChangeKind.LAPSED
    for room in ("#sig", "#team"):
        assert "#7 is open again: vera didn’t get to it" in told(effects, room)
    assert "No harm done" in told(effects, "direct:vera")
    assert timers(effects) == {"rota.offer": 30 * MINUTE}


def test_nobody_is_written_to_in_their_quiet_hours() -> None:
    asleep = RotaView((volunteer(VERA, quiet="daily 0-24"),))
    assert told(fire("life.lease", HELD, 25 * MINUTE, rota=asleep), "direct:vera") == ""
    lapsed = fire("life.lease", HELD, 30 * MINUTE, rota=asleep)
    assert told(lapsed, "direct:vera") == ""
    assert "open again" in told(lapsed, "#sig")


def test_the_asker_is_told_that_they_wait_again_but_not_every_time() -> None:
    words = "vera had to give #7 back; it is in the queue again, place 2."
    lapsed = fire("life.lease", HELD, 30 * MINUTE, life=LifeView(back=Back(2, lately=False)))
    assert words in told(lapsed, "#help")
    given_up = given(VERA, "!release 7", HELD, life=LifeView(back=Back(2, lately=False)))
    assert words in told(given_up, "#help")
    for effects in (
        fire("life.lease", HELD, 30 * MINUTE, life=LifeView(back=Back(2, lately=True))),
        given(VERA, "!release 7", HELD, life=LifeView(back=Back(2, lately=True))),
    ):
        assert told(effects, "#help") == "", "they were told within the hour"
    many = fire("life.lease", HELD, 30 * MINUTE, life=LifeView(back=Back(101, lately=False)))
    assert told(many, "#help") == "vera had to give #7 back; it is in the queue again."


@pytest.mark.parametrize("status", sorted(set(TicketStatus) - {TicketStatus.CLAIMED}))
def test_a_lease_runs_only_while_somebody_has_it_and_the_asker_waits(status: TicketStatus) -> None:
    assert fire("life.lease", replace(ticket(status), lease_until=NOW), HOUR) == []


def test_a_lease_can_be_made_longer_and_never_shorter() -> None:
    longer = given(VERA, "!extend 7 2h", HELD)
    assert times(longer) == {"lease_until": NOW + 2 * HOUR}
    assert timers(longer) == {"life.lease": 2 * HOUR - 5 * MINUTE}
    assert "#7 is yours until 05:04 UTC" in replies(longer)
    assert times(given(VERA, "!extend 7", HELD)) == {"lease_until": NOW + HOUR}
    assert times(given(VERA, "!extend 7 1m", HELD)) == {}
    only = given(VERA, "!extend 2h", life=LifeView(held=(HELD,)))
    assert times(only) == {"lease_until": NOW + 2 * HOUR}
    both = LifeView(held=(HELD, replace(HELD, number=8)))
    assert "#7, #8" in replies(given(VERA, "!extend", life=both))
    assert "doesn’t run out" in replies(given(VERA, "!extend 7", ANSWERED))
    assert "vera has #7" in replies(given(VICTOR, "!extend 7", HELD))
    assert "!extend [N]" in replies(given(VERA, "!extend 7 a bit", HELD))


# --- words that are missing -------------------------------------------------------------------------------------------


def volunteer(who, **more: Any) -> Volunteer:
    return Volunteer(who.id, who.identity, who.role, **more)


WAITS = ticket(waits_since=NOW)
ROTA = RotaView(
    (volunteer(VERA), volunteer(VICTOR), volunteer(LEA)),
    duty=(OnDuty(1, VICTOR.id, "", None, VICTOR.identity, NOW, None),),
)


def test_a_part_of_the_time_has_passed_and_who_is_on_duty_is_reminded() -> None:
    effects = fire("life.first", WAITS, 3 * HOUR, rota=ROTA)
    assert "#7 (wiki, with nobody yet) waits" in told(effects, "direct:victor")
    assert told(effects, "direct:vera") == told(effects, "direct:lea") == told(effects, "#sig") == ""
    assert times(effects)["escalated"] == 1
    assert timers(effects) == {"life.first": 4 * HOUR}
    claimed = fire("life.first", replace(HELD, lease_until=None), 3 * HOUR, rota=ROTA)
    assert "with vera) waits" in told(claimed, "direct:vera")
    assert told(claimed, "direct:victor") == ""


def test_who_has_a_shift_now_is_on_duty() -> None:
    rota = RotaView((volunteer(VERA),), shifts=(Shift(1, VERA.id, "", Span(4, 0, 24 * 60), "UTC", NOW - DAY),))
    assert "waits" in told(fire("life.first", WAITS, 3 * HOUR, rota=rota), "direct:vera")


def test_all_of_it_has_passed_and_it_is_offered_and_announced_again() -> None:
    effects = fire("life.first", replace(WAITS, escalated=1), 4 * HOUR, rota=ROTA)
    assert "still waits" in told(effects, "#sig")
    assert timers(effects) == {"rota.offer": 4 * HOUR, "life.first": 6 * HOUR}
    private = fire("life.first", replace(WAITS, escalated=1, origin=DIRECT, private=True), 4 * HOUR)
    assert "anna" not in told(private, "#sig")
    assert "anna" in told(private, "#team")


def test_then_leads_are_told_those_on_duty_and_never_while_they_sleep() -> None:
    late = replace(WAITS, escalated=2)
    effects = fire("life.first", late, 6 * HOUR, rota=ROTA)
    assert "waits" in told(effects, "direct:lea")
    assert told(effects, "direct:vera") == ""
    assert (one(Record, effects).kind, one(Record, effects).text) == (ChangeKind.ESCALATED, "lea")
    asleep = RotaView((volunteer(LEA, quiet="daily 0-24"),))
    effects = fire("life.first", late, 6 * HOUR, rota=asleep)
    assert told(effects, "direct:lea") == ""
    assert "still waits" in told(effects, "#sig"), "rooms hear of it all the same"
    on_duty = replace(ROTA, volunteers=(volunteer(LEA), volunteer(replace(VICTOR, role=Role.LEAD))))
    effects = fire("life.first", late, 6 * HOUR, rota=on_duty)
    assert told(effects, "direct:lea") == "", "another lead is on duty"
    assert "waits" in told(effects, "direct:victor")


def test_then_the_second_line_wherever_it_is() -> None:
    config = config_for(Path("state"), sig={"second_line": ["other:#team", "chat:sten"]})
    effects = fire("life.first", replace(WAITS, escalated=3), 8 * HOUR, config)
    assert "waits" in told(effects, "#team")
    assert "waits" in told(effects, "direct:sten")
    assert one(Record, effects).text == "#team, sten"
    assert timers(effects) == {"life.first": 12 * HOUR}


def test_and_it_is_never_forgotten() -> None:
    effects = fire("life.first", replace(WAITS, escalated=40), 200 * HOUR)
    assert "still waits" in told(effects, "#sig")
    assert timers(effects)["life.first"] > 200 * HOUR


def test_what_has_become_pointless_decides_nothing() -> None:
    for about in (
        None,
        ANSWERED,
        ticket(TicketStatus.CANCELLED),
        ticket(TicketStatus.CLOSED),
        replace(WAITS, answered_at=NOW),
    ):
        assert fire("life.first", about, 9 * HOUR) == []
    assert fire("life.next", WAITS, 99 * HOUR) == []
    with pytest.raises(ValueError, match="no timer"):
        fire("life.else", WAITS)


def test_a_timer_that_comes_too_early_looks_again_in_time() -> None:
    assert fire("life.first", WAITS, HOUR) == [Schedule("life.first", 7, NOW + 3 * HOUR)]
    low = replace(WAITS, priority=Priority.LOW)
    assert fire("life.first", low, 3 * HOUR) == [Schedule("life.first", 7, NOW + 6 * HOUR)]


def test_time_passes_in_the_sigs_hours_only() -> None:
    # NOW is Friday 03:04; open are 18 to 20.
    config = config_for(Path("state"), sig={"hours": "daily 18-20"})
    assert fire("life.first", WAITS, 3 * HOUR, config) == [
        Schedule("life.first", 7, NOW.replace(day=3, hour=19, minute=0, second=0))
    ]


def test_what_is_not_solved_in_time_is_told_to_leads_once() -> None:
    late = replace(HELD, opened_at=NOW)
    assert "should be solved" in told(fire("life.resolve", late, 4 * DAY), "direct:vera")
    effects = fire("life.resolve", late, 5 * DAY, rota=ROTA)
    assert "should be solved" in told(effects, "direct:lea")
    assert one(Record, effects).kind is ChangeKind.OVERDUE
    assert fire("life.resolve", late, 6 * DAY, rota=ROTA, life=LifeView(overdue=True)) == []
    waiting = replace(late, status=TicketStatus.WAITING)
    assert fire("life.resolve", waiting, 5 * DAY) == [Schedule("life.resolve", 7, NOW + 6 * DAY)]


# --- quiet tickets ----------------------------------------------------------------------------------------------------


def test_what_was_solved_and_stays_quiet_is_closed_and_its_asker_may_still_say_no() -> None:
    solved = ticket(TicketStatus.RESOLVED, resolved_at=NOW)
    assert fire("life.quiet", solved, 6 * DAY) == [Schedule("life.quiet", 7, NOW + 7 * DAY)]
    effects = fire("life.quiet", solved, 7 * DAY)
    assert one(SetStatus, effects).status is TicketStatus.CLOSED
    assert times(effects)["solved"] == "assumed"
    assert "Did that solve it? !yes 7 · !no 7" in told(effects, "#help")
    sure = fire("life.quiet", replace(solved, solved="confirmed"), 7 * DAY)
    assert times(sure) == {}
    assert told(sure, "#help") == "", "who said yes is asked nothing more"


def test_an_answer_that_nobody_minds_is_taken_as_good_and_an_unanswered_question_is_not() -> None:
    effects = fire("life.quiet", ANSWERED, 7 * DAY)
    assert (times(effects)["solved"], times(effects)["resolved_at"]) == ("assumed", NOW + 7 * DAY)
    asked = fire("life.quiet", replace(ANSWERED, asked_back=True), 7 * DAY)
    assert one(SetStatus, asked).status is TicketStatus.CLOSED
    assert "solved" not in times(asked)
    assert "!add 7" in told(asked, "#help")
    for status in (TicketStatus.OPEN, TicketStatus.CLAIMED, TicketStatus.CLOSED, TicketStatus.MERGED):
        assert fire("life.quiet", ticket(status), 99 * DAY) == []


# --- from hand to hand ------------------------------------------------------------------------------------------------


def test_who_would_take_a_ticket_asks_first() -> None:
    effects = given(VICTOR, "!take 7", HELD)
    assert of(Assign, effects) == []
    assert one(Record, effects).kind is ChangeKind.WANTED
    assert "victor would go on with #7" in told(effects, "direct:vera")
    assert "in 10 minutes" in replies(effects)
    assert timers(effects) == {"life.take": 10 * MINUTE}


def wanted(by=VICTOR, ago: timedelta = timedelta()) -> LifeView:
    return LifeView(wanted=Wanted(by, NOW - ago))


def test_it_is_theirs_when_the_claimant_says_nothing_or_gives_it() -> None:
    for effects in (
        fire("life.take", HELD, life=wanted(ago=10 * MINUTE)),
        given(VICTOR, "!take 7", HELD, life=wanted(ago=10 * MINUTE)),
        given(VERA, "!release 7", HELD, life=wanted()),
    ):
        assert one(Assign, effects).claimant == VICTOR
        assert "#7 is with victor now" in told(effects, "#team")
        assert "victor is looking at #7" in told(effects, "#help")
    assert "Thank you" in told(fire("life.take", HELD, life=wanted()), "direct:vera")
    assert "hands #7 over" in told(given(VERA, "!release 7", HELD, life=wanted()), "direct:victor")


def test_before_that_nobody_gets_it_but_a_lead() -> None:
    assert "is yours in 4 minutes" in replies(given(VICTOR, "!take 7", HELD, life=wanted(ago=6 * MINUTE)))
    assert "victor has asked vera" in replies(given(OLGA, "!take 7", HELD, life=wanted()))
    assert fire("life.take", HELD) == [], "vera went on with it"
    by_lead = given(LEA, "!take 7", HELD)
    assert one(Assign, by_lead).claimant == LEA
    assert "lea goes on with #7" in told(by_lead, "direct:vera")
    assert any(type(effect).__name__ == "Audited" for effect in by_lead)


def test_what_nobody_has_is_simply_taken() -> None:
    assert one(Assign, given(VICTOR, "!take 7", ticket())).claimant == VICTOR
    assert "yours already" in replies(given(VERA, "!take 7", HELD))


def test_a_ticket_that_waits_for_its_asker_still_does_in_other_hands() -> None:
    effects = given(
        VERA, "!handover 7 @olga ask again", replace(ANSWERED, asked_back=True), life=LifeView(named=(OLGA,))
    )
    assert of(SetStatus, effects) == []
    assert one(Assign, effects).claimant == OLGA


def test_a_handover_is_told_with_its_note() -> None:
    effects = given(VERA, "!handover 7 @olga it is the blue one", HELD, life=LifeView(named=(OLGA,)))
    assert one(Assign, effects).claimant == OLGA
    record = one(Record, effects)
    assert (record.kind, record.text) == (ChangeKind.HANDED_OVER, "olga: it is the blue one")
    assert "it is the blue one" in told(effects, "direct:olga")
    assert "the blue one" not in told(effects, "#help")
    assert times(effects) == {"lease_until": NOW + 30 * MINUTE} or times(effects) == {}


def test_a_handover_to_nobody_to_several_or_to_who_sleeps_is_refused_with_the_mend() -> None:
    assert "!sig lists them" in replies(given(VERA, "!handover 7 @nobody", HELD))
    both = LifeView(named=(OLGA, replace(OLGA, id=99, identity=Identity("chat", OLGA.identity.key, "olga", True))))
    assert "other:olga, chat:olga" in replies(given(VERA, "!handover 7 olga", HELD, life=both))
    asleep = RotaView((volunteer(OLGA, quiet="daily 0-24"),))
    refused = given(VERA, "!handover 7 olga", HELD, life=LifeView(named=(OLGA,)), rota=asleep)
    assert "away or asleep" in replies(refused)
    assert "vera has #7" in replies(given(VICTOR, "!handover 7 olga", HELD, life=LifeView(named=(OLGA,))))
    assert "!handover N" in replies(given(VERA, "!handover 7", HELD))


# --- what it is -------------------------------------------------------------------------------------------------------

QUEUES = config_for(
    Path("state"),
    queues={"events": {"title": "Events team", "topics": ["events"], "welcome": "Welcome to the events team!"}},
    networks={
        "chat": {
            "kind": "memory",
            "rooms": {
                "#help": {},
                "#sig": {"volunteers": True},
                "#events": {"volunteers": True, "queue": "events"},
            },
        },
        "other": {"kind": "memory", "rooms": {"#help": {}, "#team": {"volunteers": True, "private": True}}},
    },
)


def test_a_ticket_is_moved_announced_there_and_its_asker_told() -> None:
    effects = given(VERA, "!move 7 event", HELD, config=QUEUES, room="#team")
    assert one(Assign, effects).claimant is None
    assert "anna on chat asks" in told(effects, "#events")
    assert "in the queue Events team" in told(effects, "#sig")
    assert "with Events team now" in told(effects, "#help")
    assert timers(effects)["rota.offer"] == timedelta()
    encrypted = ticket(origin=ENCRYPTED)
    assert "badge" not in told(given(VERA, "!move 7 events", encrypted, config=QUEUES), "#events")


def test_an_unknown_queue_names_the_known_ones() -> None:
    assert "main, events" in replies(given(VERA, "!move 7 nowhere", HELD, config=QUEUES))
    back = given(VERA, "!move 7 main", replace(HELD, queue="events"), config=QUEUES)
    assert one(Record, back).text == "main"
    assert "vera has #7" in replies(given(VICTOR, "!move 7 events", HELD, config=QUEUES))


def test_tags_are_added_and_taken_away() -> None:
    tagged = given(VERA, "!tag 7 #WiFi, -vpn", replace(HELD, tags=("vpn", "badge")))
    assert one(SetTicket, tagged).tags == ("badge", "wifi")
    assert one(Record, tagged).kind is ChangeKind.TAGS
    assert "badge" in replies(given(VERA, "!tag 7", replace(HELD, tags=("badge",))))
    assert "can’t be a tag" in replies(given(VERA, "!tag 7 a/b", HELD))
    assert "more than 12" in replies(given(VERA, "!tag 7 " + " ".join(f"t{n}" for n in range(13)), HELD))


def test_priority_and_kind_forgive_a_slip_and_explain_themselves() -> None:
    assert one(SetTicket, given(VERA, "!prio 7 urgnt", HELD)).priority is Priority.URGENT
    assert "low|normal|high|urgent" in replies(given(VERA, "!priority 7", HELD))
    assert "#7 has urgent priority" in told(given(VERA, "!priority 7 urgent", HELD), "#team")
    assert one(SetTicket, given(VERA, "!kind 7 Request", HELD)).kind is TicketKind.REQUEST
    assert "question|request" in replies(given(VERA, "!kind 7 thing", HELD))


@pytest.mark.parametrize("verb", ["extend", "take", "handover", "priority", "tag", "kind", "move"])
def test_askers_work_on_no_tickets_and_each_command_explains_itself(verb: str) -> None:
    assert "not for everybody" in replies(given(ANNA, f"!{verb} 7 x", HELD))
    explained = one(Reply, given(VERA, f"!help {verb}"))
    assert f"!{verb}" in replies([explained])


def test_a_yes_or_no_to_somebody_elses_ticket_is_none() -> None:
    for verb in ("yes", "no"):
        assert "You have no ticket #7" in replies(given(VERA, f"!{verb} 7", ANSWERED))


def test_a_second_line_on_no_network_is_a_fault_that_names_the_mend() -> None:
    with pytest.raises(ConfigError, match=r"sig\.second_line: 'nowhere:#x': write NETWORK:ROOM or NETWORK:NAME"):
        config_for(Path("state"), sig={"second_line": ["nowhere:#x"]})
