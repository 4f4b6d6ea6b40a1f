"""The rules of community events, loans and needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bridges.events import RoomId
from helpdesk.desk import checklist, community, digest, loans, needs
from helpdesk.desk.eventwords import When
from helpdesk.desk.queues import and_events
from helpdesk.desk.talk import command
from helpdesk.deskevents import TimerDue
from helpdesk.effects import (
    Assign,
    Effect,
    InRoom,
    MakePage,
    Message,
    OpenTicket,
    Record,
    Refuse,
    Say,
    Schedule,
    SetStatus,
    TellOnce,
)
from helpdesk.model import ChangeKind, Invocation, Role, Ticket, TicketKind, TicketStatus
from helpdesk.nouns.community import (
    CommunityEvent,
    CommunityView,
    EventRoom,
    Figures,
    Loan,
    OnSite,
    SetEvent,
    SetLoan,
    SetWish,
    Wish,
    WriteDraft,
)
from helpdesk.nouns.requests import SetForm
from helpdesk.nouns.rota import GoOffDuty, GoOnDuty
from helpdesk.nouns.tickets import SetTicket
from helpdesk.view import View
from kb.article import parse
from kb.library import Library, starter_folder
from kb.model import Article, Status
from tests.unit.desk.making import (
    ANNA,
    BERT,
    CONFIG,
    DIRECT,
    FRESH,
    LEA,
    NOW,
    OLGA,
    VERA,
    VICTOR,
    give,
    hear,
    of,
    one,
    person,
    place,
    refusal,
    replies,
    said,
    ticket,
    told,
    words,
)  # fmt: skip

LIST = """---
title: Check-list
audience: volunteers
status: {status}
lang: {lang}
---
- [ ] 14d before: Network: ask the *venue*.
- [ ] 3h before: Door: open it.
- [ ] during: Help desk: be there.
* [x] 2 days after: Thanks: say `thanks`.
- [ ] nothing of a date
"""
STARTS, ENDS = datetime(2026, 4, 4, 8, tzinfo=UTC), datetime(2026, 4, 4, 16, tzinfo=UTC)
EVENT = CommunityEvent(
    3, "planned", "Berlin meet-up", "meet-up", "c-base", False, "Europe/Berlin", STARTS, ENDS, 40, "vera", "berlin-2026",
    VERA.id, VERA.id,
)  # fmt: skip
RUNNING = replace(EVENT, status="running", starts=NOW - timedelta(hours=1), ends=NOW + timedelta(hours=3))
SHADOW = person("sam", 20, Role.SHADOW)


def article(name: str, *, status: str = "published", lang: str = "en", text: str = LIST) -> Article:
    found, problems = parse(Path(f"{name}.md"), name, text.format(status=status, lang=lang).encode())
    assert found is not None, problems
    return found


ARTICLES = {"events/templates/meet-up": article("events/templates/meet-up")}


def event(who: Any, said_: str, *, room: str = "#sig", seen: CommunityView | None = None, **more: Any) -> list[Effect]:
    return give(who, "event", room, words=said_, community=seen or _seen(), fresh=FRESH, articles=ARTICLES, **more)


def _seen(given: CommunityEvent = EVENT, **more: Any) -> CommunityView:
    return CommunityView(given, (given,), next=4, **more)


def task(number: int, due: datetime, **more: Any) -> Ticket:
    made = ticket(
        number=number,
        asker=VERA,
        kind=TicketKind.TASK,
        due_at=due,
        event=3,
        title=f"Task {number}",
        queue="berlin-2026",
    )
    return replace(made, waits_since=None, **more)


def when(timer: str, seen: CommunityView, now: datetime) -> list[Effect]:
    return community.due(TimerDue(1, timer, 3), View(community=seen), CONFIG, now)


# --- made -------------------------------------------------------------------------------------------------------------


def test_an_event_becomes_tasks_with_dates_by_the_clock_on_the_wall() -> None:
    effects = event(VERA, "new Docs day · meet-up · Hall · 2026-04-04 10:00 to 18:00 Europe/Berlin · 9 people")
    made = one(SetEvent, effects).event
    assert (made.id, made.contact, made.contact_person, made.tag) == (4, "vera", VERA.id, "docs-day-2026")
    tasks = of(OpenTicket, effects)
    assert [(made_.fresh.ticket, made_.title, made_.due_at) for made_ in tasks] == [
        (7, "Network", datetime(2026, 3, 21, 9, tzinfo=UTC)),  # ten o'clock before the clocks change, too
        (8, "Door", datetime(2026, 4, 4, 5, tzinfo=UTC)),
        (9, "Help desk", ENDS),
        (10, "Thanks", ENDS + timedelta(days=2)),
    ]
    assert {(made_.kind, made_.private, made_.event, made_.queue, made_.asker) for made_ in tasks} == {
        (TicketKind.TASK, False, 4, "docs-day-2026", VERA.id)
    }
    assert tasks[0].text == "Network: ask the *venue*."
    assert tasks[3].text == "Thanks: say thanks."
    assert [say for say in of(Say, effects) if say.announces] == []
    assert "4 tasks" in told(effects, "#team")
    assert told(effects, "#sig") == ""


def test_what_should_be_done_already_is_due_in_a_day() -> None:
    soon = NOW + timedelta(days=3)
    effects = event(VERA, f"new Docs day · meet-up · Hall · {soon:%Y-%m-%d} 10:00 · 9 people")
    assert of(OpenTicket, effects)[0].due_at == NOW + timedelta(days=1)


def test_what_is_missing_is_asked_and_then_there_are_tasks() -> None:
    effects = event(VERA, "new Something nice")
    assert "!event set 4 dates 2027-02-06" in replies(effects)
    assert of(OpenTicket, effects) == []
    bare = replace(EVENT, starts=None, ends=None)
    assert "kind" in replies(
        event(VERA, "set 3 title Other", seen=_seen(replace(bare, kind="", starts=STARTS, ends=ENDS)))
    )
    given = event(VERA, "set 3 dates 2026-04-04 10:00 to 18:00", seen=_seen(bare))
    assert len(of(OpenTicket, given)) == 4
    assert one(SetEvent, given).event.starts == STARTS


@pytest.mark.parametrize("who", [ANNA, SHADOW, person("pia", 21, Role.PAIR)], ids=lambda who: who.name)
def test_events_are_made_from_solo_on(who: Any) -> None:
    assert refusal(event(who, "new Docs day")) == "forbidden"


@pytest.mark.parametrize("words", ["set 3 title X", "cancel 3", "room 3", "start 3", "end 3"])
def test_who_made_it_its_contact_and_leads_change_it_and_nobody_else(words: str) -> None:
    assert refusal(event(VICTOR, words)) == "forbidden"
    for who in (VERA, LEA):
        assert not any(isinstance(effect, Refuse) and effect.refusal == "forbidden" for effect in event(who, words))


@pytest.mark.parametrize(
    "words", ["new Old · 2020-01-01", "new Bad · 2026-02-30", "set 3 dates 2020-01-01", "set 3 people many", "set 3", "set 3 zone X/Y"]
)  # fmt: skip
def test_what_can_not_be_is_refused(words: str) -> None:
    assert refusal(event(LEA, words)) == "invalid"


def test_an_unknown_event_is_said_to_be_none() -> None:
    assert refusal(event(LEA, "9", seen=replace(_seen(), event=None))) == "not-found"
    assert refusal(event(LEA, "cancel munich-2026")) == "not-found"


def test_everybody_sees_an_event_and_volunteers_its_check_list() -> None:
    tasks = (task(8, NOW - timedelta(days=1)), task(9, STARTS), task(10, STARTS, status=TicketStatus.RESOLVED))
    shown = replies(event(ANNA, "3", room="#help", seen=_seen(tickets=tasks)))
    assert "2026-04-04 10:00 – 18:00 Europe/Berlin, c-base" in shown
    assert "Task" not in shown
    shown = replies(event(SHADOW, "berlin-2026", seen=_seen(tickets=tasks)))
    assert "Overdue: #8 Task 8" in shown
    assert "To do: #9 Task 9" in shown
    assert "1 of 3 done" in shown


# --- check-lists ------------------------------------------------------------------------------------------------------


def test_a_community_s_own_check_list_stands_before_the_program_s_and_a_draft_does_not() -> None:
    ours = article("ours/templates/meet-up", text=LIST.replace("Network", "Cake"))
    found = checklist.template("meet-up", {**ARTICLES, ours.id: ours}, "en")
    assert found is ours
    assert checklist.template("meet-up", {**ARTICLES, ours.id: replace(ours, status=Status.DRAFT)}, "en") is not ours
    german = article("de/events/templates/meet-up", lang="de")
    both = {**ARTICLES, german.id: german}
    assert checklist.template("meet-up", both, "de") is german
    assert checklist.template("meet-up", both, "en") is ARTICLES["events/templates/meet-up"]


def test_an_article_of_that_name_without_a_list_is_no_template() -> None:
    plain = article("events/meet-up", text="---\ntitle: Meet-up\nstatus: {status}\nlang: {lang}\n---\nHow to.")
    assert checklist.template("meet-up", {plain.id: plain}, "en") is None


@pytest.mark.parametrize("kind", ["meet-up", "brown-bag", "conference-booth", "sprint", "round-table"])
def test_the_program_s_lists_have_what_every_event_needs(kind: str) -> None:
    library = Library([starter_folder()])
    found = checklist.template(kind, library.articles, "en")
    assert found is not None
    labels = " · ".join(item.label for item in checklist.items(found))
    for label in ("Network", "Power", "Sound and picture", "Streaming and recording", "Video room", "Loan equipment",
                  "Accessibility", "Sign-up page", "Code of conduct contact", "Recordings published", "Thanks sent"):  # fmt: skip
        assert label in labels
    assert kind in checklist.kinds(library.articles)


def test_tasks_move_with_the_beginning_or_with_the_end_by_the_clock_on_the_wall() -> None:
    before, after = task(8, datetime(2026, 3, 21, 9, tzinfo=UTC)), task(9, ENDS + timedelta(days=2))
    done = task(10, STARTS, status=TicketStatus.RESOLVED)
    moved = event(VERA, "set 3 dates 2026-03-21 10:00 to 2026-03-22 18:00", seen=_seen(tickets=(before, after, done)))
    assert {(set_.ticket, set_.due_at) for set_ in of(SetTicket, moved)} == {
        (8, datetime(2026, 3, 7, 9, tzinfo=UTC)),
        (9, datetime(2026, 3, 24, 17, tzinfo=UTC)),
    }
    assert of(OpenTicket, moved) == []
    assert "was moved" in told(moved, "#team")


def test_another_zone_keeps_the_time_on_the_wall() -> None:
    moved = one(SetEvent, event(VERA, "set 3 zone America/New_York", seen=_seen(tickets=(task(8, STARTS),)))).event
    assert moved.starts == datetime(2026, 4, 4, 14, tzinfo=UTC)


def test_distance_is_kept_both_ways() -> None:
    old, new = When(STARTS, ENDS, "UTC"), When(STARTS + timedelta(days=40), ENDS + timedelta(days=41), "Europe/Berlin")
    first = [
        set_.due_at
        for set_ in checklist.moved([task(8, STARTS), task(9, ENDS)], old, new)
        if isinstance(set_, SetTicket)
    ]
    back = checklist.moved([task(8, first[0]), task(9, first[1])], new, old)  # type: ignore[arg-type]
    assert [set_.due_at for set_ in back if isinstance(set_, SetTicket)] == [STARTS, ENDS]


# --- tasks have no asker ----------------------------------------------------------------------------------------------


def test_nobody_is_told_of_a_task_and_its_maker_may_take_it() -> None:
    mine = task(7, STARTS)
    taken = give(VERA, "claim", "#sig", number=7, ticket=mine)
    assert one(Assign, taken).claimant == VERA
    assert "Task" in replies(taken) or "yours" in replies(taken)
    assert told(taken, "#help") == ""
    done = give(
        VERA,
        "resolve",
        "#sig",
        number=7,
        words="done",
        ticket=replace(mine, status=TicketStatus.CLAIMED, claimant=VERA.id),
    )
    assert told(done, "#help") == ""
    assert TicketStatus.RESOLVED in {status.status for status in of(SetStatus, done)}


def test_a_task_is_not_answered_and_no_question_becomes_one() -> None:
    assert "nobody waits" in replies(give(VERA, "answer", "#sig", number=7, words="hi", ticket=task(7, STARTS)))
    assert refusal(give(VERA, "answer", "#sig", number=7, words="hi", ticket=task(7, STARTS))) == "invalid"
    assert refusal(give(VERA, "kind", "#sig", number=7, words="task", ticket=ticket())) == "invalid"


def test_words_in_a_task_s_thread_are_notes() -> None:
    mine = task(7, STARTS, status=TicketStatus.CLAIMED, claimant=VICTOR.id, claimant_identity=VICTOR.identity)
    effects = hear(
        said("they have a guest network", VICTOR, "#sig", thread="t1"), person=VICTOR, ticket=mine, anchored=True
    )
    assert one(Record, effects).kind is ChangeKind.NOTE


# --- by itself --------------------------------------------------------------------------------------------------------


def test_it_is_near_begins_and_ends_at_its_times() -> None:
    assert one(SetEvent, when(community.NEAR, _seen(), STARTS - timedelta(days=1))).event.status == "near"
    rooms = replace(EVENT, status="near", rooms=(EventRoom("chat", RoomId("#hall")),))
    begun = when(community.START, _seen(rooms), STARTS)
    assert one(SetEvent, begun).event.status == "running"
    assert "begins! " in told(begun, "#hall")
    assert "!here berlin-2026" in told(begun, "#sig")
    over = when(community.END, _seen(replace(rooms, status="running")), ENDS)
    assert one(SetEvent, over).event.status == "over"
    left = _seen(
        replace(rooms, status="running"), tickets=(ticket(number=20, event=3, queue="berlin-2026"), task(8, ENDS))
    )
    moved = one(SetTicket, when(community.END, left, ENDS))
    assert (moved.ticket, moved.queue) == (20, "")
    assert one(Schedule, over) == Schedule(community.AFTER, 3, ENDS + timedelta(days=1))


@pytest.mark.parametrize(
    ("timer", "given", "now"),
    [
        (community.NEAR, EVENT, STARTS - timedelta(days=2)),
        (community.START, EVENT, STARTS - timedelta(minutes=1)),
        (community.START, replace(EVENT, status="cancelled"), STARTS),
        (community.START, replace(EVENT, status="running"), STARTS),
        (community.END, replace(EVENT, status="running"), ENDS - timedelta(minutes=1)),
        (community.END, replace(EVENT, status="cancelled"), ENDS),
        (community.AFTER, replace(EVENT, status="cancelled"), ENDS),
        (community.TASKS, replace(EVENT, status="cancelled"), ENDS),
        (community.START, replace(EVENT, starts=None, ends=None), STARTS),
    ],
)
def test_a_timer_that_has_become_pointless_decides_nothing(timer: str, given: CommunityEvent, now: datetime) -> None:
    assert when(timer, _seen(given, tickets=(task(8, STARTS),)), now) == []


def test_whoever_has_a_task_is_reminded_and_of_the_others_the_contact_and_the_rooms() -> None:
    held = task(8, STARTS, status=TicketStatus.CLAIMED, claimant=VICTOR.id, claimant_identity=VICTOR.identity)
    seen = _seen(
        tickets=(held, task(9, STARTS), task(10, ENDS + timedelta(days=9))), people=((VERA.id, VERA.identity),)
    )
    effects = when(community.TASKS, seen, STARTS - timedelta(days=2))
    directly = {tell.person: words(Say(InRoom("chat", RoomId("x")), tell.message)) for tell in of(TellOnce, effects)}
    assert set(directly) == {"victor", "vera"}
    assert "#8" in directly["victor"]
    assert "#9" not in directly["victor"]
    assert "#9" in directly["vera"]
    assert when(community.TASKS, seen, STARTS - timedelta(days=3)) == []
    again = of(TellOnce, when(community.TASKS, seen, STARTS - timedelta(days=1)))
    assert {tell.what for tell in again} == {tell.what for tell in of(TellOnce, effects)}  # said once


def test_an_event_that_runs_goes_on_when_its_end_moves() -> None:
    later = event(LEA, f"set 3 dates {NOW - timedelta(hours=1):%Y-%m-%d %H:%M} to 23:00", seen=_seen(RUNNING))
    assert one(SetEvent, later).event.status == "running"
    ahead = event(LEA, "set 3 dates 2026-05-05 10:00", seen=_seen(RUNNING))
    assert one(SetEvent, ahead).event.status == "planned"


# --- rooms ------------------------------------------------------------------------------------------------------------


def test_its_rooms_are_its_own_while_it_is_on() -> None:
    hall, desk = EventRoom("chat", RoomId("#help")), EventRoom("other", RoomId("#desk"), volunteers=True)
    config = CONFIG.with_events(
        [replace(RUNNING, rooms=(hall, desk, EventRoom("gone", RoomId("#x")), EventRoom("chat", RoomId("#sig"))))]
    )
    assert config.room("chat", RoomId("#sig")).queue == ""  # the SIG goes on with all else there
    assert config.queue_for("chat", RoomId("#help"), "wiki") == "berlin-2026"
    assert config.queue_for("other", RoomId("#help"), "wiki") == ""
    assert config.rooms_of("berlin-2026") == (("other", "#desk"),)
    assert set(config.rooms_of("")) == {("chat", "#sig"), ("other", "#team")}
    assert config.occasions == {"berlin-2026": 3}
    assert not config.room("other", RoomId("#desk")).private
    assert and_events(("",), config) == ("", "berlin-2026")
    assert and_events(("design",), config) == ("design",)
    assert ("gone", "#x") not in config.rooms
    assert CONFIG.with_events([]) is CONFIG
    assert CONFIG.rooms_of("berlin-2026") == CONFIG.rooms_of("")


def test_a_room_is_given_and_taken_and_a_volunteers_room_stays_what_it_is() -> None:
    given = one(SetEvent, event(VERA, "room 3 other:#hall", seen=_seen())).event
    assert given.rooms == (EventRoom("other", RoomId("#hall")),)
    assert one(SetEvent, event(VERA, "room 3", room="#help")).event.rooms == (EventRoom("chat", RoomId("#help")),)
    helpers = one(SetEvent, event(VERA, "room 3 other:#hall volunteers", seen=_seen(given))).event
    assert helpers.rooms == (EventRoom("other", RoomId("#hall"), volunteers=True),)
    assert one(SetEvent, event(VERA, "room 3 other:#hall off", seen=_seen(given))).event.rooms == ()
    assert refusal(event(VERA, "room 3", room="#sig")) == "conflict"
    assert refusal(event(VERA, "room 3", room="direct")) == "invalid"
    assert refusal(event(VERA, "room 3 nowhere:#x")) == "invalid"
    assert refusal(event(VERA, "room 3 other:x")) == "invalid"


def test_who_is_there_says_so_and_is_listed() -> None:
    here = EventRoom("chat", RoomId("#help"))
    other = replace(RUNNING, id=5, tag="hamburg-2026", title="Hamburg")
    seen = CommunityView(events=(replace(RUNNING, rooms=(here,)), other))
    set_ = one(GoOnDuty, give(SHADOW, "here", "#help", words="hall 2", community=seen))
    assert (set_.event, set_.queue, set_.place, set_.until) == (
        3,
        "berlin-2026",
        "hall 2",
        RUNNING.ends + timedelta(hours=1),
    )  # type: ignore[operator]
    assert refusal(give(SHADOW, "here", "#sig", community=seen)) == "not-found"
    named = one(GoOnDuty, give(SHADOW, "here", "#sig", words="hamburg-2026 gate", community=seen))
    assert (named.event, named.place) == (5, "gate")
    assert refusal(give(ANNA, "here", "#help", community=seen)) == "forbidden"
    assert refusal(give(SHADOW, "here", "#sig", community=CommunityView(events=(EVENT,)))) == "not-found"
    there = OnSite(SHADOW.id, SHADOW.identity, 3, "hall 2", NOW, None)
    assert "sam (hall 2)" in replies(event(VERA, "roster 3", seen=_seen(RUNNING, on_site=(there,))))
    off = one(GoOffDuty, give(SHADOW, "here", "#sig", words="off", community=CommunityView(on_site=(there,))))
    assert off.event == 3


# --- afterwards -------------------------------------------------------------------------------------------------------


def test_the_digest_and_the_article_have_what_was_asked_in_public_and_nothing_else() -> None:
    answered = ticket(number=20, event=3, answered_at=NOW + timedelta(minutes=6), text="no *sound*\nin the hall")
    covered = ticket(number=21, event=3, answered_at=NOW + timedelta(minutes=10), text="where is the wiki")
    private = ticket(number=22, event=3, origin=DIRECT, text="I was insulted")
    out = Loan(1, "projector", "ben", None, VERA.id, 3, None, NOW, NOW)
    seen = _seen(
        replace(RUNNING, status="over", notes="more cake"),
        tickets=(answered, covered, private, task(8, STARTS)),
        answers=((20, "turn it on"), (21, f"see {CONFIG.public_url}kb/collaboration/wiki")),
        loans=(out, replace(out, id=2, what="router", returned=NOW)),
    )
    text = replies(event(SHADOW, "digest 3", seen=seen))
    assert "8 minutes" in text
    assert "2 went to people" in text
    assert "#20" in text
    assert "#21" not in text
    assert "projector (ben)" in text
    assert "router" not in text
    draft = one(WriteDraft, event(VERA, "notes 3", seen=replace(seen, draft="/kb/events/x.md")))
    for told_ in (text, draft.text):
        assert "insulted" not in told_
        assert "22" not in told_
    found, problems = parse(Path("x.md"), "events/x", draft.text.encode())
    assert found is not None, problems
    assert found.status is Status.DRAFT
    assert "no \\*sound\\* in the hall" in draft.text
    assert "- more cake" in draft.text


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (Figures(0, 0), ("nothing was asked in public.", "no article that is missing")),
        (Figures(3, 3), ("I answered 3; none went to people.", "Articles answered all")),
        (Figures(1, 0), ("I answered 0; none went to people.", "nobody asked a person")),
    ],
)
def test_the_digest_says_what_it_knows_and_no_more(figures: Figures, words: tuple[str, ...]) -> None:
    text = replies(event(SHADOW, "digest 3", seen=_seen(replace(RUNNING, status="over"), figures=figures)))
    for word in words:
        assert word in text


def test_without_a_folder_the_article_is_a_page() -> None:
    assert refusal(event(VERA, "notes 3")) == "conflict"  # the tests' configuration has no website
    shown = CONFIG.model_copy(update={"web": CONFIG.web.model_copy(update={"enabled": True})})
    seen = View(person=VERA, community=_seen(), fresh=FRESH, articles=ARTICLES)
    effects = command(Invocation("event", None, "notes 3"), place(VERA, "#sig"), seen, shown, NOW)
    assert one(MakePage, effects).token == FRESH.token
    assert "http://help.example/r/secret-token" in replies(effects, private=True)


def test_notes_are_bounded() -> None:
    assert one(SetEvent, event(SHADOW, "note 3 people want badges")).event.notes == "people want badges"
    assert refusal(event(SHADOW, "note 3 x", seen=_seen(replace(EVENT, notes="y" * 20_000)))) == "limit"
    assert refusal(event(ANNA, "note 3 x")) == "forbidden"


# --- loans ------------------------------------------------------------------------------------------------------------

LOAN = Loan(4, "projector", "bert", BERT.id, VERA.id, None, None, NOW, NOW + timedelta(days=5))
BOTH = ((VERA.id, VERA.identity), (BERT.id, BERT.identity))


def test_a_loan_is_noted_with_whom_the_desk_knows() -> None:
    seen = CommunityView(next=4, called=((BERT.id, BERT.identity),), events=(EVENT,))
    made = give(VERA, "loan", "#sig", words="#12 projector to @bert until 2026-01-07 event 3", community=seen)
    assert one(SetLoan, made).loan == replace(LOAN, event=3, ticket=12, due=datetime(2026, 1, 7, 20, tzinfo=UTC))
    assert "remind you both" in replies(made)
    assert [schedule.due.day for schedule in of(Schedule, made)] == [5, 7]
    unknown = give(
        VERA, "loan", "#sig", words="projector to the baker until 2026-01-07", community=CommunityView(next=4)
    )
    assert "remind you only" in replies(unknown)
    assert refusal(give(SHADOW, "loan", "#sig", words="x to y until 2026-01-07", community=seen)) == "forbidden"
    assert refusal(give(VERA, "loan", "#sig", words="x to y until 2020-01-07", community=seen)) == "invalid"
    assert refusal(give(VERA, "loan", "#sig", words="x", community=seen)) == "invalid"


def test_both_are_reminded_until_it_is_back() -> None:
    def at(days: int, **more: Any) -> list[Effect]:
        seen = CommunityView(loan=replace(LOAN, **more), people=BOTH)
        return loans.due(View(community=seen), CONFIG, NOW + timedelta(days=days))

    assert {tell.person for tell in of(TellOnce, at(3))} == {"vera", "bert"}
    assert of(Schedule, at(3)) == []
    assert one(Schedule, at(5)).due == NOW + timedelta(days=12)
    assert of(Schedule, at(60)) == []
    assert at(2) == []
    assert at(5, returned=NOW) == []
    back = give(VERA, "loan", "#sig", words="return 4", community=CommunityView(loan=LOAN))
    assert one(SetLoan, back).loan.returned == NOW
    assert (
        refusal(give(VERA, "loan", "#sig", words="return 4", community=CommunityView(loan=replace(LOAN, returned=NOW))))
        == "conflict"
    )
    assert refusal(give(VERA, "loan", "#sig", words="return 9", community=CommunityView())) == "not-found"


# --- needs ------------------------------------------------------------------------------------------------------------


def wish(number: int, text: str, who: Any = ANNA, room: str = "#help", **more: Any) -> Wish:
    return Wish(number, who.id, who.identity, RoomId(room), False, False, "en", text, NOW, **more)


HALL = wish(1, "a mailing list for the Berlin group")
SAME = wish(2, "could Berlin have a mailing list?", BERT)
SECRET = replace(
    wish(3, "mailing list for berlin, my boss must not know", OLGA, "direct:olga"), direct=True, private=True
)
ALONE = replace(wish(4, "help with burn-out", OLGA, "direct:olga"), direct=True, private=True)
ALL = CommunityView(wishes=(HALL, SAME, SECRET, ALONE), wish=HALL)


def test_a_need_is_noted_and_private_where_it_was_said_in_private() -> None:
    noted = one(SetWish, give(ANNA, "need", "#help", words="a list", community=CommunityView(next=9))).wish
    assert (noted.id, noted.private, noted.text) == (9, False, "a list")
    assert one(SetWish, give(ANNA, "need", "direct", words="a list", community=CommunityView(next=9))).wish.private
    assert one(SetWish, give(OLGA, "need", "#team", words="a list", community=CommunityView(next=9))).wish.private
    assert (
        refusal(give(ANNA, "need", "#help", words="x", community=CommunityView(wishes_person=needs.A_DAY))) == "limit"
    )
    assert refusal(give(ANNA, "need", "#help", community=CommunityView())) == "invalid"


def test_leads_see_them_grouped_and_private_ones_without_words_in_rooms() -> None:
    listed = replies(give(LEA, "needs", "#sig", community=ALL))
    assert "1) 3 people: a mailing list for the Berlin group" in listed
    assert "4) one person, said in private" in listed
    assert "burn-out" not in listed
    assert "burn-out" in replies(give(LEA, "needs", "direct", community=ALL))
    one_ = replies(give(LEA, "needs", "#sig", words="1", community=ALL))
    assert "boss" not in one_
    assert "olga" not in one_
    assert "boss" in replies(give(LEA, "needs", "direct", words="1", community=ALL))
    assert refusal(give(VERA, "needs", "#sig", community=ALL)) == "forbidden"


def test_an_answer_goes_to_all_of_the_group_where_each_said_it() -> None:
    effects = give(LEA, "needs", "#sig", words="answer 1 Say !human", community=ALL)
    assert {set_.wish.id: set_.wish.status for set_ in of(SetWish, effects)} == {
        1: "answered",
        2: "answered",
        3: "answered",
    }
    assert "anna, bert needed" in told(effects, "#help")
    assert "boss" not in told(effects, "#help")
    assert "Say !human" in told(effects, "direct:olga")
    done = replace(ALL, wish=replace(HALL, status="answered", answer="yes"))
    assert refusal(give(LEA, "needs", "#sig", words="answer 1 x", community=done)) == "conflict"


def test_a_need_becomes_a_task_without_what_was_said_in_private() -> None:
    effects = give(LEA, "needs", "#sig", words="task 1", community=ALL, fresh=FRESH)
    made = one(OpenTicket, effects)
    assert (made.kind, made.private) == (TicketKind.TASK, False)
    assert "boss" not in made.text
    assert "#7" in told(effects, "direct:olga")
    private = give(LEA, "needs", "direct", words="article 4", community=replace(ALL, wish=ALONE), fresh=FRESH)
    assert one(OpenTicket, private).private
    assert "burn-out" not in told(private, "#sig")


def test_a_need_for_something_of_the_catalogue_says_how_to_ask_for_it() -> None:
    assert refusal(give(LEA, "needs", "#sig", words="request 1 spaceship", community=ALL, fresh=FRESH)) == "invalid"
    effects = give(LEA, "needs", "#sig", words="request 1 mailing-list", community=ALL, fresh=FRESH)
    begun = {form.person: form.form for form in of(SetForm, effects)}
    assert set(begun) == {wish.person for wish in ALL.wishes}
    assert {form and (form.item, form.room) for form in begun.values()} == {("mailing-list", "")}
    assert "I ask" in told(effects, "#help")
    assert "You can have that" in told(effects, "direct:olga")
    busy = replace(ALL, filling=frozenset(begun))
    effects = give(LEA, "needs", "#sig", words="request 1 mailing-list", community=busy, fresh=FRESH)
    assert of(SetForm, effects) == [], "who fills in another form goes on with that"
    assert "!request mailing-list" in told(effects, "#help")
    assert "!request mailing-list" in told(effects, "direct:olga")
    assert of(OpenTicket, effects) == []


def test_what_is_said_stays_one_message() -> None:
    row = community.joined([Message("event-task", {"number": str(n), "what": "x", "due": ""}) for n in range(9)])
    assert row.id == "event-more"
    assert digest.note(replace(EVENT, notes="a"), "b\nc") == "a\nb c"
