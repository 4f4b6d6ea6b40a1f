"""What happens where the rules of several nouns meet: a ticket that is merged, gathered, held, a task, or private."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bridges.events import RoomId
from bridges.text import plain
from helpdesk.commands.registry import COMMANDS
from helpdesk.desk import clock, eventwords, life, rota
from helpdesk.desk.decide import decide
from helpdesk.desk.gather import together
from helpdesk.desk.intake import Heard, read
from helpdesk.desk.loanwords import lent
from helpdesk.deskevents import AskerWrote, TimerDue
from helpdesk.effects import Message, OpenTicket, Reply, Schedule, SetStatus
from helpdesk.model import ChangeKind, Role, TicketKind, TicketStatus
from helpdesk.nouns.gather import Gather, GatherView
from helpdesk.nouns.hours import spans
from helpdesk.nouns.life import LifeView
from helpdesk.nouns.privacy import PrivacyView, Subject
from helpdesk.nouns.requests import Form, Request, RequestView, SetForm
from helpdesk.nouns.rota import OfferSwap, RotaView, Shift
from helpdesk.nouns.sig import Draft, SigView, Volunteer
from helpdesk.nouns.tickets import SetTicket
from helpdesk.store.nouns.gather import through
from helpdesk.view import View
from helpdesk.words import Words
from tests.unit.desk.making import (
    ANNA,
    BERT,
    CONFIG,
    DIRECT,
    ENCRYPTED,
    LEA,
    NOW,
    VERA,
    give,
    of,
    one,
    person,
    refusal,
    replies,
    said,
    ticket,
    told,
)

STAFF = person("stefan", 16, Role.STAFF)
PAIR = person("paul", 15, Role.PAIR)
MERGED = ticket(TicketStatus.MERGED, number=7, merged_into=8)
INTO = ticket(TicketStatus.CLAIMED, VERA, number=8, asker=BERT)
INCIDENT = ticket(TicketStatus.CLAIMED, VERA, number=9, kind=TicketKind.INCIDENT, title="The wiki is down")
TASK = ticket(number=10, asker=LEA, kind=TicketKind.TASK, title="Book the hall")


# --- merged -----------------------------------------------------------------------------------------------------------


def test_what_goes_on_in_another_ticket_is_not_reopened_beside_it() -> None:
    found = give(VERA, "reopen", number=7, ticket=MERGED)
    assert refusal(found) == "conflict"
    assert "#8" in replies(found)


def test_who_takes_a_merged_one_back_takes_back_theirs_alone() -> None:
    seen = View(person=ANNA, ticket=through(MERGED, INTO), gather=GatherView(into=(INTO,)))
    found = decide(AskerWrote(7, "", cancel=True, key="k"), Heard(), seen, CONFIG, NOW)
    assert [(e.ticket, e.status) for e in of(SetStatus, found)] == [(7, TicketStatus.CANCELLED)]
    heard = told(found, "#sig")
    assert "7" in heard
    assert "#8 " not in heard


def test_a_request_that_goes_on_elsewhere_is_not_granted_beside_it() -> None:
    merged = replace(MERGED, kind=TicketKind.REQUEST)
    asked = RequestView(request=Request(7, "mailing-list", {}, "approval"))
    assert refusal(give(LEA, "grant", "#sig", number=7, ticket=merged, request=asked)) == "conflict"


def test_whose_ticket_went_into_that_of_somebody_forgotten_still_gets_an_answer() -> None:
    open_ = replace(INTO, asker=ANNA.id, asker_identity=ANNA.identity)
    other = replace(MERGED, asker=BERT.id, asker_identity=BERT.identity)
    leaving = PrivacyView(subject=Subject(ANNA.id, ANNA.identity), asked_at=NOW, open=(open_,))
    seen = View(person=ANNA, privacy=leaving, gather=GatherView(gathered=(other,)))
    found = decide(said("!forget me yes", ANNA), read(said("!forget me yes", ANNA), CONFIG), seen, CONFIG, NOW)
    changes = {e.ticket: e.status for e in of(SetStatus, found)}
    assert changes == {8: TicketStatus.CANCELLED, 7: TicketStatus.CLAIMED}


@pytest.mark.parametrize(("one", "into"), [(ticket(number=7), TASK), (TASK, ticket(number=7))])
def test_nobody_waits_for_a_task_so_no_question_becomes_part_of_one(one: object, into: object) -> None:
    found = give(
        VERA, "merge", number=one.number, words=f"into {into.number}", ticket=one, gather=GatherView(other=into)
    )  # type: ignore[attr-defined]
    assert refusal(found) == "invalid"


def test_an_incident_gathers_no_task() -> None:
    found = give(VERA, "incident", number=9, words="add 10", ticket=INCIDENT, gather=GatherView(named=(TASK,)))
    assert refusal(found) == "invalid"


def test_nobody_is_reminded_of_a_request_that_nobody_agreed_to_yet() -> None:
    held = ticket(number=7, kind=TicketKind.REQUEST, waits_since=None)
    found = decide(AskerWrote(7, "it hurries", key="k"), Heard(), View(person=ANNA, ticket=held), CONFIG, NOW)
    assert not of(Schedule, found)
    agreed = replace(held, waits_since=NOW)
    assert not of(SetTicket, decide(AskerWrote(7, "it hurries", key="k"), Heard(), View(ticket=agreed), CONFIG, NOW))


# --- incidents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", [ticket(), ticket(origin=DIRECT)])
def test_an_incident_is_made_by_its_own_command_only(one: object) -> None:
    found = give(PAIR, "kind", "#sig", number=7, words="incident", ticket=one)
    assert refusal(found) == "invalid"
    assert "!incident 7" in replies(found)


def test_an_incident_stays_one_while_it_gathers() -> None:
    gathered = GatherView(gathered=(ticket(number=7, incident=9),))
    found = give(PAIR, "kind", "#sig", number=9, words="question", ticket=INCIDENT, gather=gathered)
    assert refusal(found) == "invalid"


def test_who_came_to_an_incident_after_its_last_word_is_not_closed_out_with_it() -> None:
    answered = replace(INCIDENT, status=TicketStatus.WAITING, changed_at=NOW - CONFIG.sig.close_after)
    late = ticket(number=7, incident=9, waits_since=NOW)
    seen = View(ticket=answered, gather=GatherView(gathered=(late,)))
    found = decide(TimerDue(1, life.QUIET, 9), Heard(), seen, CONFIG, NOW)
    assert SetStatus(9, TicketStatus.CLOSED) in found
    assert of(Gather, found) == [Gather(7, None)]
    assert {e.kind for e in of(Schedule, found) if e.about == 7} >= {life.OFFER, life.FIRST}


def test_a_ticket_that_is_alone_again_is_offered_and_watched_again() -> None:
    gathered = ticket(number=7, incident=9, waits_since=NOW)
    found = give(VERA, "incident", number=9, words="remove 7", ticket=INCIDENT, gather=GatherView(named=(gathered,)))
    assert of(Gather, found) == [Gather(7, None)]
    seen = View(person=VERA, ticket=INCIDENT, gather=GatherView(named=(gathered,)))
    kept = life.kept(AskerWrote(7, "", key=""), found, seen, CONFIG, NOW)
    assert {e.kind for e in of(Schedule, kept) if e.about == 7} >= {life.OFFER, life.FIRST}


def test_somebody_is_reminded_of_an_incident_that_askers_wait_for() -> None:
    quiet = replace(INCIDENT, waits_since=None)
    one = ticket(number=7, waits_since=NOW)
    found = give(VERA, "incident", number=9, words="add 7", ticket=quiet, gather=GatherView(named=(one,)))
    seen = View(person=VERA, ticket=quiet, gather=GatherView(named=(one,)))
    kept = life.kept(AskerWrote(7, "", key=""), together(found, seen, CONFIG), seen, CONFIG, NOW)
    assert SetTicket(9, waits_since=NOW) in kept
    assert [e.about for e in of(Schedule, kept) if e.kind == life.FIRST] == [9]


# --- private ----------------------------------------------------------------------------------------------------------


def test_a_private_task_is_claimed_in_a_room_without_its_words() -> None:
    task = ticket(number=10, origin=DIRECT, asker=LEA, kind=TicketKind.TASK, title="my wage slip", text="my wage slip")
    found = give(VERA, "claim", "#sig", number=10, ticket=task)
    assert "wage" not in replies(found, private=False)


def test_a_public_room_does_not_hear_which_private_tickets_there_are() -> None:
    private = ticket(origin=DIRECT)
    assert "Nothing waits" in replies(give(VERA, "queue", "#help", life=LifeView(listed=(private,))))
    assert "#7" in replies(give(VERA, "queue", "#sig", life=LifeView(listed=(private,))))
    draft = Draft(1, 7, PAIR.id, PAIR.identity, ChangeKind.ANSWER, "try this", "waiting", NOW)
    seen = SigView(drafts=(draft,), tickets=(private,))
    assert "#7" not in replies(give(VERA, "drafts", "#help", sig=seen))
    assert "#7" in replies(give(VERA, "drafts", "#sig", sig=seen))
    for who in (VERA, LEA):
        assert "wiki" not in replies(give(who, "show", "#help", number=7, ticket=private), private=False)


def test_how_a_private_ticket_is_does_not_stand_in_a_public_room() -> None:
    private = ticket(TicketStatus.CLAIMED, VERA, origin=DIRECT, waits_since=NOW)
    for given in ({"mine": (private,)}, {"mine": (private, ticket(number=8))}, {"number": 7, "ticket": private}):
        found = give(ANNA, "status", "#help", **given)  # type: ignore[arg-type]
        assert "#7" in replies(found, private=True)
        assert "#7" not in replies(found, private=False)
    assert "#7" in replies(give(ANNA, "status", "direct", mine=(private,)), private=False)
    there = ticket(origin=ENCRYPTED)
    assert "#7" in replies(give(ANNA, "status", "#vault", mine=(there,)), private=False)


def test_what_one_asked_for_is_told_directly() -> None:
    asked = RequestView(mine=(Request(7, "mailing-list", {}, "approval"),))
    found = give(ANNA, "request", "#help", words="status", request=asked, mine=(ticket(origin=DIRECT),))
    assert "#7" in replies(found, private=True)
    assert not replies(found, private=False)


def test_a_form_goes_on_when_its_fields_were_changed_meanwhile() -> None:
    fields = [field.name for field in CONFIG.catalogue["mailing-list"].fields]
    gone = Form(ANNA.id, "mailing-list", "colour", {"smell": "roses"}, False, "chat", RoomId(""), NOW)
    complete = replace(gone, field="", fields=dict.fromkeys(fields[:-1], "x"))
    for form, asked in ((gone, fields[0]), (complete, fields[-1])):
        found = give(ANNA, "request", "direct", words="resume", request=RequestView(form=form))
        assert [effect.form.field for effect in of(SetForm, found) if effect.form] == [asked]
        heard = said("send", ANNA, "direct")
        effects = decide(heard, read(heard, CONFIG), View(person=ANNA, request=RequestView(form=form)), CONFIG, NOW)
        assert not of(OpenTicket, effects)


def test_a_sign_that_only_looks_like_a_number_is_none() -> None:
    fields = CONFIG.catalogue["mailing-list"].fields
    form = Form(ANNA.id, "mailing-list", fields[0].name, {}, False, "chat", RoomId(""), NOW)
    assert give(ANNA, "request", "direct", words="change ²", request=RequestView(form=form))


# --- community events -------------------------------------------------------------------------------------------------


def test_what_was_asked_at_an_event_hurries_no_more_when_it_is_over() -> None:
    on = CONFIG.model_copy(update={"occasions": {"berlin": 3}})
    asked = ticket(queue="berlin", event=3, waits_since=NOW)
    during, after = clock.step(asked, on, 2), clock.step(replace(asked, queue=""), CONFIG, 2)
    assert during is not None
    assert after is not None
    assert during - NOW == (after - NOW) * CONFIG.events.faster
    assert after == clock.step(replace(asked, queue="", event=None), CONFIG, 2)


@pytest.mark.parametrize("title", ["Main", "All", "Alle"])
def test_an_event_has_no_name_that_means_another_queue(title: str) -> None:
    assert eventwords.tag_for(title, None, ()) == f"{title.lower()}-2"


# --- what people type -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "9999-12-31 23:00 to 24:00", "0001-01-01 0:00"])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/New_York"])
def test_a_day_that_nobody_sees_is_no_date(day: str, zone: str) -> None:
    with pytest.raises(eventwords.WhenError):
        eventwords.when(day, zone)
    with pytest.raises(eventwords.WhenError):
        lent(f"projector to ben until {day}", NOW, zone)


@pytest.mark.parametrize("verb", sorted(COMMANDS))
@pytest.mark.parametrize("lang", ["en", "de"])
def test_each_command_explains_itself_in_every_language(verb: str, lang: str) -> None:
    found = one(Reply, give(STAFF, "help", "#sig", words=verb))
    assert isinstance(found.message, Message)
    text = plain(Words("en").text(found.message, lang))
    assert text.startswith(f"!{verb}")
    assert len(text.encode()) <= 420, "one line of IRC"


def test_a_break_of_years_offers_the_shifts_that_come_soon() -> None:
    away = Volunteer(VERA.id, VERA.identity, VERA.role, state="break", break_until=NOW + timedelta(days=3660))
    daily = tuple(
        Shift(n, VERA.id, "", span, "UTC", NOW - timedelta(days=20)) for n, span in enumerate(spans("daily 9-17"))
    )
    offered = of(OfferSwap, rota.gone(VERA.id, RotaView(volunteers=(away,), shifts=daily), CONFIG, NOW))
    assert 55 <= len(offered) <= 61
