"""A pair's words go to a mentor before they go to the asker."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from helpdesk.desk import mentoring
from helpdesk.desk.decide import decide
from helpdesk.desk.intake import Heard
from helpdesk.deskevents import TimerDue
from helpdesk.effects import Assign, Effect, Record, Say, Schedule
from helpdesk.model import ChangeKind, Person, Role, TicketStatus
from helpdesk.nouns.sig import AddDraft, Draft, SettleDraft, SetVolunteer, SigView, Volunteer
from helpdesk.nouns.tickets import SetTicket
from helpdesk.view import View
from tests.unit.desk.making import (
    ANNA,
    CONFIG,
    DIRECT,
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
    refusal,
    replies,
    said,
    ticket,
    told,
)

PAULA = person("paula", 21, Role.PAIR)


def volunteer(who: Person, **more: Any) -> Volunteer:
    return Volunteer(who.id, who.identity, who.role, rights=((who.identity, who.role),), **{"joined_at": NOW, **more})


PAIR = volunteer(PAULA, mentor=VERA.id)
EVERYONE = (PAIR, *map(volunteer, (VERA, VICTOR, OLGA, LEA)))
HERS = ticket(TicketStatus.CLAIMED, PAULA)
WAITING = Draft(3, 7, PAULA.id, PAULA.identity, ChangeKind.ANSWER, "Come on Monday.", "waiting", NOW)
SEEN = SigView(about=PAIR, volunteers=EVERYONE, draft=WAITING, drafts=(WAITING,), tickets=(HERS,))


def writes(words: str, **more: Any) -> list[Effect]:
    held = more.pop("ticket", HERS)
    seen = more.pop("sig", SigView(volunteers=EVERYONE))
    return give(PAULA, more.pop("verb", "answer"), "#sig", number=7, words=words, ticket=held, sig=seen)


def to_asker(effects: list[Effect]) -> str:
    return told(effects, "#help")


def test_what_a_pair_answers_waits_and_the_asker_hears_nothing() -> None:
    effects = writes("Come on Monday.")
    assert one(AddDraft, effects).kind is ChangeKind.ANSWER
    assert one(Record, effects).kind is ChangeKind.DRAFT
    assert to_asker(effects) == ""
    assert "Come on Monday." in told(effects, "#sig")
    assert "!approve 7" in told(effects, "direct:vera")
    assert told(effects, "direct:victor") == ""
    assert "vera reads your words" in replies(effects)
    assert one(AddDraft, writes("which one?", verb="ask-back")).kind is ChangeKind.ASK_BACK


def test_meanwhile_the_claim_does_not_run_out() -> None:
    assert one(SetTicket, writes("Come.")).lease_until is None
    due = one(Schedule, writes("Come."))
    assert (due.kind, due.about, due.due) == (mentoring.DRAFT, 7, NOW + timedelta(hours=2))


def test_who_writes_first_has_the_ticket() -> None:
    effects = writes("Come.", ticket=ticket())
    assert one(Assign, effects).claimant == PAULA
    assert "paula is looking" in to_asker(effects)


def test_in_the_tickets_thread_it_is_the_same() -> None:
    view = {"person": PAULA, "ticket": HERS, "anchored": True, "sig": SigView(volunteers=EVERYONE)}
    effects = hear(said("Come on Monday.", PAULA, "#sig", thread="t1"), **view)
    drafted = one(AddDraft, effects)
    assert drafted.confirm is not None
    assert drafted.confirm.message == "w1"
    assert to_asker(effects) == ""


def test_a_mentor_who_rests_or_asked_it_is_not_the_one_who_is_told() -> None:
    for away in (replace(volunteer(VERA), state="break"), replace(volunteer(VERA), quiet="daily 0-24")):
        effects = writes("Come.", sig=SigView(volunteers=(PAIR, away)))
        assert told(effects, "direct:vera") == ""
        assert "A mentor reads your words" in replies(effects)
    asked = ticket(TicketStatus.CLAIMED, PAULA, asker=VERA)
    assert told(writes("Come.", ticket=asked), "direct:vera") == ""


def test_private_words_are_shown_to_the_mentor_and_in_private_rooms_only() -> None:
    effects = writes("It is Anna’s.", ticket=ticket(TicketStatus.CLAIMED, PAULA, origin=DIRECT))
    assert "Anna" not in told(effects, "#sig")
    assert "!drafts 7" in told(effects, "#sig")
    assert "Anna" in told(effects, "#team")
    assert "Anna" in told(effects, "direct:vera")


def approves(who: Person, words: str = "", *, sig: SigView = SEEN, **more: Any) -> list[Effect]:
    return give(
        who, "approve", "#team" if who is OLGA else "#sig", number=7, words=words, sig=sig, **{"ticket": HERS, **more}
    )


def test_the_mentor_sends_it_as_it_is_in_the_pairs_name() -> None:
    effects = approves(VERA)
    assert one(SettleDraft, effects) == SettleDraft(3, "sent", VERA.id)
    assert "paula answers: Come on Monday." in to_asker(effects)
    assert [(change.kind, change.actor) for change in of(Record, effects)] == [
        (ChangeKind.APPROVED, VERA.id),
        (ChangeKind.ANSWER, PAULA.id),
    ]
    assert "as they are" in told(effects, "direct:paula")


def test_the_mentor_sends_it_in_other_words() -> None:
    effects = approves(VERA, "Please come on Monday.")
    assert one(SettleDraft, effects).status == "edited"
    assert "paula answers: Please come on Monday." in to_asker(effects)
    assert "put like this: Please come on Monday." in told(effects, "direct:paula")


def test_nobody_sends_their_own_words_nor_the_answer_to_their_own_question() -> None:
    promoted = replace(PAULA, role=Role.SOLO)
    assert refusal(approves(promoted)) == "forbidden"
    assert refusal(approves(PAULA)) == "forbidden"
    assert refusal(approves(VICTOR, ticket=ticket(TicketStatus.CLAIMED, PAULA, asker=VICTOR))) == "forbidden"
    assert refusal(approves(VERA, sig=SigView())) == "not-found"


def test_words_are_given_back_with_a_reason_and_the_claims_time_runs_again() -> None:
    effects = give(VERA, "return", "#sig", number=7, words="too short", ticket=HERS, sig=SEEN)
    assert one(SettleDraft, effects) == SettleDraft(3, "returned", VERA.id, "too short")
    assert "too short" in told(effects, "direct:paula")
    assert "Come on Monday." in told(effects, "direct:paula")
    assert one(SetTicket, effects).lease_until == NOW + CONFIG.sig.first_reply
    assert to_asker(effects) == ""
    assert refusal(give(VERA, "return", "#sig", number=7, ticket=HERS, sig=SEEN)) == "invalid"


def test_only_its_author_takes_a_draft_back() -> None:
    effects = give(PAULA, "withdraw", "#sig", number=7, ticket=HERS, sig=SEEN)
    assert one(SettleDraft, effects).status == "withdrawn"
    assert refusal(give(VERA, "withdraw", "#sig", number=7, ticket=HERS, sig=SEEN)) == "not-found"


def waits(at: timedelta, draft: Draft | None = WAITING, **more: Any) -> list[Effect]:
    seen = replace(SEEN, draft=draft, **more)
    return decide(TimerDue(1, mentoring.DRAFT, 7), Heard(), View(ticket=HERS, sig=seen), CONFIG, NOW + at)


def test_a_draft_that_waits_long_is_offered_to_others_never_to_all_at_once() -> None:
    many = tuple(volunteer(person(f"solo{number}", 100 + number, Role.SOLO)) for number in range(5))
    resting = volunteer(person("aaron", 50, Role.SOLO), state="break")
    asleep = volunteer(person("abby", 51, Role.SOLO), quiet="daily 0-24")
    first = waits(timedelta(hours=2), volunteers=(PAIR, resting, asleep, *many, volunteer(LEA)))
    asked = [say for say in of(Say, first) if hasattr(say.to, "person")]
    assert [say.to.person for say in asked] == ["solo0", "solo1", "solo2"]  # type: ignore[union-attr]
    then = waits(timedelta(hours=4), volunteers=(PAIR, *many, volunteer(LEA)))
    asked = [say for say in of(Say, then) if hasattr(say.to, "person")]
    assert [say.to.person for say in asked] == ["solo3", "solo4", "lea"]  # type: ignore[union-attr]
    assert one(Schedule, then).due == NOW + timedelta(hours=6)
    assert of(Schedule, waits(timedelta(hours=6), volunteers=(PAIR, *many, volunteer(LEA)))) == []


def test_a_draft_that_was_decided_or_replaced_asks_for_nothing() -> None:
    assert waits(timedelta(hours=2), None) == []
    assert waits(timedelta(hours=2), replace(WAITING, at=NOW + timedelta(hours=1))) == []


def test_the_fifth_good_answer_makes_leads_think_of_a_promotion() -> None:
    fifth = replace(SEEN, good=4)
    assert "chat:paula" in told(approves(VERA, sig=fifth), "direct:lea")
    assert one(SetVolunteer, approves(VERA, sig=fifth)).volunteer.suggested_at == NOW
    assert told(approves(VERA, sig=replace(SEEN, good=3)), "direct:lea") == ""
    assert told(approves(VERA, "other words", sig=fifth), "direct:lea") == ""


def test_mentors_see_all_that_waits_and_a_pair_its_own() -> None:
    other = replace(WAITING, id=4, ticket=8, author=99)
    both = replace(SEEN, draft=None, drafts=(WAITING, other), tickets=(HERS, replace(HERS, number=8)))
    assert replies(give(VERA, "drafts", "#sig", sig=both)).count("Come on Monday.") == 2
    assert replies(give(PAULA, "drafts", "#sig", sig=both)).count("Come on Monday.") == 1
    private = ticket(TicketStatus.CLAIMED, PAULA, origin=DIRECT)
    shown = give(VERA, "drafts", "#sig", number=7, ticket=private, sig=SEEN)
    assert "Monday" not in replies(shown, private=False)
    assert "Monday" in replies(shown, private=True)
    assert ANNA.name not in replies(shown, private=False)
