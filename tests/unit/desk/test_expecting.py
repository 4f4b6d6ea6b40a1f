"""What an asker may expect: their place, when somebody is awake, how long it usually takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from helpdesk.model import Change, ChangeKind, TicketStatus
from helpdesk.nouns.life import LifeView
from tests.desk import config_for
from tests.unit.desk.making import ANNA, DIRECT, FRESH, LEA, NOW, VERA, hear, replies, said, ticket, told

EVENINGS = config_for(
    Path("state"),
    sig={"hours": "fri 18-20"},
    queues={"events": {"welcome": "Welcome to the events team!", "hours": "sun 10-12"}},
    networks={
        "chat": {"kind": "memory", "rooms": {"#help": {}, "#booth": {"queue": "events"}, "#sig": {"volunteers": True}}}
    },
)
SUNDAY = datetime(2026, 1, 4, 10, tzinfo=UTC)
LIFE = LifeView(waiting={"": 2}, usual={"": timedelta(hours=5)}, places={7: 3})


def opened(room: str = "#help", life: LifeView = LIFE, config=EVENINGS) -> str:
    return told(hear(said("!human the badge", ANNA, room), config, person=ANNA, fresh=FRESH, life=life), room)


def test_a_new_ticket_says_who_is_before_it_when_somebody_is_awake_and_how_long_it_takes() -> None:
    text = opened()
    assert "Your ticket is #7" in text
    assert (
        "2 tickets are before yours. Nobody is usually here until 18:00 UTC. The first word usually takes about 5 hours."
        in text
    )


def test_what_is_not_known_is_not_said() -> None:
    always = config_for(Path("state"))
    assert opened(life=LifeView(), config=always).count("\n") == 0


def test_where_there_is_a_rota_it_says_when_somebody_comes() -> None:
    assert "Nobody is on duty until Sunday, 10:00 UTC" in opened(life=replace(LIFE, duty={"": SUNDAY}))
    assert "until" not in opened(life=replace(LIFE, duty={"": None})), "somebody is on duty, whatever the hours say"
    assert "until 18:00 UTC" in opened(life=replace(LIFE, duty={"events": SUNDAY})), "another queue's rota is no matter"


def test_of_several_tickets_each_has_its_place() -> None:
    both = (ticket(number=9, waits_since=NOW), ticket(waits_since=NOW))
    text = replies(hear(said("!status"), EVENINGS, person=ANNA, mine=both, life=LifeView(places={7: 1, 9: 3})))
    assert "#9: waiting for a volunteer · 2 tickets are before yours." in text
    assert "#7: waiting for a volunteer · You are next." in text


def test_what_was_said_to_all_of_an_incident_names_nobody() -> None:
    nobodys = replace(ticket(TicketStatus.WAITING), claimant=None, claimant_identity=None)
    text = replies(hear(said("!status"), EVENINGS, person=ANNA, mine=(nobodys,)))
    assert "#7: answered; does it help?" in text


def test_a_queue_has_hours_and_words_of_welcome_of_its_own() -> None:
    text = opened("#booth", LifeView())
    assert "until Sunday, 10:00 UTC" in text
    assert "Welcome to the events team!" in text


def status(about, life: LifeView = LIFE) -> str:
    return replies(hear(said("!status 7"), EVENINGS, person=ANNA, ticket=about, life=life))


def test_status_says_the_same_while_the_asker_waits() -> None:
    assert "2 tickets are before yours" in status(ticket(waits_since=NOW))
    assert "You are next" in status(ticket(waits_since=NOW), LifeView(places={7: 1}))
    assert "More than 100" in status(ticket(waits_since=NOW), LifeView(places={7: 101}))
    claimed = status(ticket(TicketStatus.CLAIMED, waits_since=NOW))
    assert "before yours" not in claimed
    assert "until 18:00" in claimed
    assert "until" not in status(ticket(TicketStatus.WAITING))
    assert "goes on in #5" in status(ticket(TicketStatus.MERGED, merged_into=5))


def changes(count: int) -> tuple[Change, ...]:
    return tuple(Change(7, NOW, ChangeKind.NOTE, f"note {n}", VERA.id, "vera", "chat") for n in range(1, count + 1))


def history(who, words: str, room: str, **more: Any) -> list:
    return hear(said(words, who, room), person=who, **more)


def test_the_whole_history_comes_in_portions_and_a_long_one_directly() -> None:
    short = history(VERA, "!show 7 --history", "#sig", ticket=ticket(), life=LifeView(changes=changes(3)))
    assert "2026-01-02 03:04 vera (chat), note: note 3" in replies(short, private=False)
    long = history(VERA, "!show 7 history", "#sig", ticket=ticket(), life=LifeView(changes=changes(23)))
    assert "sent you the history" in replies(long, private=False)
    shown = replies(long, private=True)
    assert "note 1\n" in shown
    assert "note 11" not in shown
    assert "Part 1 of 3; !show 7 history 2" in shown
    last = history(VERA, "!show 7 history 3", "direct", ticket=ticket(), life=LifeView(changes=changes(23)))
    assert "note 23" in replies(last)
    assert "goes on" not in replies(last)


def test_the_history_of_what_was_asked_in_private_is_shown_to_nobody_else() -> None:
    private = ticket(TicketStatus.CLAIMED, VERA, origin=DIRECT)
    for who, room in ((LEA, "#sig"), (VERA, "#sig")):
        shown = history(who, "!show 7 history", room, ticket=private, life=LifeView(changes=changes(3)))
        assert "note 1" not in replies(shown, private=False)
        assert "note 1" in replies(shown, private=True)
    from tests.unit.desk.making import VICTOR

    other = history(VICTOR, "!show 7 history", "direct", ticket=private, life=LifeView(changes=changes(3)))
    assert "note 1" not in replies(other)


def test_the_queue_shows_what_hurries_and_how_old_it_is() -> None:
    from helpdesk.model import Priority

    urgent = ticket(priority=Priority.URGENT, opened_at=NOW - timedelta(hours=3))
    shown = replies(history(VERA, "!queue", "#sig", life=LifeView(listed=(urgent,))))
    assert "#7 (wiki, urgent, 3 hours) anna" in shown
    nowhere = history(VERA, "!queue nowhere", "#sig", life=LifeView(queues=()))
    assert "no queue “nowhere”. There is: main" in replies(nowhere)
