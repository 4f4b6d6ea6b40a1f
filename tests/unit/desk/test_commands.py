"""Every command, as a rule: who may give it, what it needs, what it does, and what it refuses."""

from __future__ import annotations

import pytest

from helpdesk.commands.registry import COMMANDS, near
from helpdesk.effects import Ask, Assign, GrantRole, OpenTicket, Record, Refuse, Reply, Say, SetQuestion, SetStatus
from helpdesk.model import Change, ChangeKind, Choice, Counts, QuestionStatus, Role, TicketStatus
from helpdesk.nouns.life import LifeView
from tests.desk import LIST, WIKI
from tests.unit.desk.making import (
    ANNA,
    BERT,
    DIRECT,
    FRESH,
    GUEST,
    LEA,
    NOW,
    OLGA,
    VERA,
    VICTOR,
    give,
    of,
    one,
    question,
    refusal,
    replies,
    ticket,
    told,
)

OPEN = ticket()
PRIVATE = ticket(origin=DIRECT)
MINE = ticket(TicketStatus.CLAIMED, VERA)
CLOSED = (ticket(TicketStatus.RESOLVED), ticket(TicketStatus.CANCELLED))
FOR_VOLUNTEERS = [name for name, command in COMMANDS.items() if command.role is Role.SOLO]
WITH_NUMBER = ["claim", "release", "answer", "ask-back", "note", "resolve", "reopen", "show"]


@pytest.mark.parametrize("verb", FOR_VOLUNTEERS)
def test_the_work_is_for_volunteers_who_are_logged_in(verb: str) -> None:
    given = {"number": 7, "words": "x", "ticket": OPEN, "queue": (OPEN,)}
    assert refusal(give(ANNA, verb, **given)) == "forbidden"
    assert refusal(give(GUEST, verb, **given)) == "forbidden"
    assert "logged in" in replies(give(GUEST, verb, **given))


@pytest.mark.parametrize("verb", WITH_NUMBER)
def test_a_number_that_is_missing_or_unknown_is_said(verb: str) -> None:
    assert refusal(give(VERA, verb, words="x")) == "invalid"
    assert f"!{verb} N" in replies(give(VERA, verb, words="x"))
    assert refusal(give(VERA, verb, number=99, words="x")) == "not-found"


@pytest.mark.parametrize("verb", ["claim", "answer", "ask-back", "resolve", "release"])
@pytest.mark.parametrize("closed", CLOSED, ids=["resolved", "cancelled"])
def test_a_closed_ticket_is_not_worked_on(verb: str, closed) -> None:
    assert refusal(give(VERA, verb, number=7, words="x", ticket=closed)) == "conflict"


@pytest.mark.parametrize("verb", ["claim", "answer", "ask-back", "resolve", "release"])
def test_what_another_has_is_refused_by_their_name(verb: str) -> None:
    effects = give(VICTOR, verb, number=7, words="x", ticket=MINE)
    assert one(Refuse, effects).refusal == "conflict"
    assert replies(effects).startswith("vera has #7.")
    kept = [(record.kind, record.text) for record in of(Record, effects)]
    assert kept == ([(ChangeKind.NOTE, "x")] if verb in ("answer", "ask-back") else []), "words are not lost"
    assert of(Say, effects) == [], "the asker hears one of them only"


@pytest.mark.parametrize("verb", ["answer", "ask-back", "note", "add"])
def test_without_words_there_is_nothing_to_say(verb: str) -> None:
    who = ANNA if verb == "add" else VERA
    assert refusal(give(who, verb, number=7, ticket=OPEN, mine=(OPEN,))) == "invalid"


@pytest.mark.parametrize("verb", ["answer", "ask-back", "note", "add"])
def test_secrets_are_blanked_in_all_that_is_kept(verb: str) -> None:
    who = ANNA if verb == "add" else VERA
    effects = give(who, verb, "#sig", number=7, words="the password is hunter22", ticket=OPEN)
    assert of(Record, effects)
    assert "hunter22" not in str(effects)


# --- volunteers -------------------------------------------------------------------------------------------------------


def test_claim_gives_the_ticket_and_its_words() -> None:
    effects = give(VERA, "claim", "#sig", number=7, ticket=OPEN)
    assert one(Assign, effects).claimant == VERA
    assert "#7 is yours" in replies(effects)
    assert "the badge of mine" in replies(effects)


def test_claim_of_a_private_ticket_tells_the_words_directly() -> None:
    effects = give(VERA, "claim", "#sig", number=7, ticket=PRIVATE)
    assert "badge" not in replies(effects, private=False)
    assert "anna" not in replies(effects, private=False)
    assert "badge" in replies(effects, private=True)
    assert "badge" in replies(give(OLGA, "claim", "#team", number=7, ticket=PRIVATE), private=False)


def test_claiming_again_changes_nothing() -> None:
    effects = give(VERA, "claim", number=7, ticket=MINE)
    assert of(Assign, effects) == of(Record, effects) == []
    assert "yours already" in replies(effects)


def test_next_takes_the_one_that_was_found_or_says_that_there_is_none() -> None:
    assert one(Assign, give(VERA, "next", queue=(OPEN,))).ticket == 7
    assert "Nothing unclaimed" in replies(give(VERA, "next"))


def test_release_is_for_its_holder_and_for_leads() -> None:
    for who in (VERA, LEA):
        effects = give(who, "release", number=7, words="no time", ticket=MINE)
        assert one(Assign, effects).claimant is None
        assert one(SetStatus, effects).status is TicketStatus.OPEN
        assert one(Record, effects).text == "no time"
    assert refusal(give(VERA, "release", number=7, ticket=OPEN)) == "conflict"


def test_an_answer_that_is_underway_keeps_a_private_asker_unnamed() -> None:
    assert "anna" in replies(give(VERA, "answer", "#sig", number=7, words="x", ticket=OPEN))
    assert "anna" not in replies(give(VERA, "answer", "#sig", number=7, words="x", ticket=PRIVATE))
    assert "anna" in replies(give(OLGA, "answer", "#team", number=7, words="x", ticket=PRIVATE))


def test_asking_back_waits_for_the_askers_words() -> None:
    effects = give(VERA, "ask-back", number=7, words="which?", ticket=MINE)
    assert one(SetStatus, effects).asked_back
    assert "vera asks: which?" in told(effects, "#help")


def test_a_note_is_kept_and_told_to_nobody() -> None:
    effects = give(VICTOR, "note", number=7, words="known", ticket=MINE)
    assert one(Record, effects).kind is ChangeKind.NOTE
    assert of(Say, effects) == []


def test_resolve_closes_and_tells_all() -> None:
    effects = give(VERA, "resolve", number=7, words="new badge", ticket=MINE)
    assert one(SetStatus, effects).status is TicketStatus.RESOLVED
    assert "closed as solved" in told(effects, "#help")
    assert "vera closed #7" in told(effects, "#team")


def test_reopen_is_for_closed_ones() -> None:
    assert one(SetStatus, give(VICTOR, "reopen", number=7, ticket=CLOSED[0])).status is TicketStatus.CLAIMED
    assert refusal(give(VERA, "reopen", number=7, ticket=MINE)) == "conflict"


def test_the_queue_tells_private_words_to_nobody_who_does_not_work_on_them() -> None:
    for who, room in ((VERA, "#sig"), (VERA, "direct"), (LEA, "#sig")):
        shown = replies(give(who, "queue", room, life=LifeView(listed=(PRIVATE,))))
        assert "#7 (wiki, a minute) in private on chat" in shown
        assert "badge" not in shown
        assert "anna" not in shown
    assert "badge" in replies(give(OLGA, "queue", "#team", life=LifeView(listed=(PRIVATE,))))
    assert "badge" in replies(give(LEA, "queue", "direct", life=LifeView(listed=(PRIVATE,))))
    held = ticket(TicketStatus.CLAIMED, VERA, origin=DIRECT)
    assert "badge" in replies(give(VERA, "queue", "direct", life=LifeView(listed=(held,))))


def test_the_queue_is_cut_and_says_how_much_is_left() -> None:
    effects = give(VERA, "queue", life=LifeView(listed=tuple(ticket(number=n) for n in range(1, 9))))
    assert "8 tickets wait, 8 of them unclaimed" in replies(effects)
    assert "and 3 more" in replies(effects)
    assert "Nothing waits" in replies(give(VERA, "queue"))


HISTORY = (
    Change(7, NOW, ChangeKind.OPENED, "the badge of mine", 1, "anna", "chat"),
    Change(7, NOW, ChangeKind.ASKER, "it is blue", 1, "anna", "chat"),
    Change(7, NOW, ChangeKind.CLAIMED, "", 11, "vera", "chat"),
)


def test_show_tells_what_happened() -> None:
    shown = replies(give(VERA, "show", number=7, ticket=OPEN, history=HISTORY))
    assert "badge" in shown
    assert "anna, the asker: it is blue" in shown
    assert "vera, claimed" in shown


def test_show_tells_private_words_to_who_works_on_it_only_and_directly() -> None:
    held = ticket(TicketStatus.CLAIMED, VERA, origin=DIRECT)
    for room in ("#sig", "direct"):
        assert "blue" not in replies(give(VICTOR, "show", room, number=7, ticket=held, history=HISTORY))
    effects = give(VERA, "show", "#sig", number=7, ticket=held, history=HISTORY)
    assert "anna" not in replies(effects, private=False)
    assert "blue" in replies(effects, private=True)
    assert "blue" in replies(give(OLGA, "show", "#team", number=7, ticket=held, history=HISTORY), private=False)


def test_leads_make_volunteers_and_unmake_them() -> None:
    added = one(GrantRole, give(LEA, "sig", words="add bert"))
    assert (added.network, added.person, added.role) == ("chat", "bert", Role.SOLO)
    assert one(GrantRole, give(LEA, "sig", words="add other:otto lead")).role is Role.LEAD
    assert one(GrantRole, give(LEA, "sig", words="remove bert")).role is Role.ASKER
    assert refusal(give(VERA, "sig", words="add bert")) == "forbidden"
    assert refusal(give(LEA, "sig", words="add bert king")) == "invalid"
    assert refusal(give(LEA, "sig", words="befriend bert")) == "invalid"


def test_who_is_what_by_configuration_stays_so() -> None:
    assert refusal(give(LEA, "sig", words="remove vera")) == "conflict"
    assert refusal(give(LEA, "sig", words="add lea")) == "conflict"


def test_the_members_are_listed_by_role() -> None:
    members = ((LEA.identity, Role.LEAD), (VERA.identity, Role.SOLO), (OLGA.identity, Role.SOLO))
    shown = replies(give(VERA, "sig", members=members))
    assert shown == "lead: lea (chat)\nsolo volunteer: vera (chat), olga (other)"
    assert "no volunteers yet" in replies(give(VERA, "sig"))


# --- askers -----------------------------------------------------------------------------------------------------------


def test_ask_puts_the_question() -> None:
    assert one(Ask, give(ANNA, "ask", words="how?")).text == "how?"
    assert refusal(give(ANNA, "ask")) == "invalid"
    assert one(Refuse, give(ANNA, "ask", words="how?", counts=Counts(questions_person=8))).refusal == "limit"


def test_more_is_about_the_last_question_here() -> None:
    assert one(SetQuestion, give(ANNA, "more", question=question())).told == 2
    assert "nothing to go on" in replies(give(ANNA, "more"))


def test_pick_chooses_a_suggestion_by_its_number() -> None:
    choices = (Choice(LIST, ("a list",)), Choice(WIKI, ("a wiki",)))
    offered = question(QuestionStatus.SUGGESTED, citations=(LIST, WIKI), parts=(), told=0, choices=choices)
    picked = give(ANNA, "pick", number=2, question=offered)
    assert one(SetQuestion, picked).citations == (WIKI,)
    assert "a wiki" in told(picked, "#help")
    for number in (0, 3, None):
        assert refusal(give(ANNA, "pick", number=number, question=offered)) == "invalid"
    assert refusal(give(ANNA, "pick", number=1, question=question())) == "not-found"


def test_status_is_about_ones_own() -> None:
    assert "#7: waiting for a volunteer" in replies(give(ANNA, "status", mine=(OPEN,)))
    assert "vera is looking" in replies(give(ANNA, "status", number=7, ticket=MINE))
    assert "no open ticket" in replies(give(ANNA, "status"))
    assert refusal(give(BERT, "status", number=7, ticket=MINE)) == "not-found"


def test_cancel_takes_back_ones_own_and_only_what_is_meant() -> None:
    assert one(SetStatus, give(ANNA, "cancel", mine=(OPEN,))).status is TicketStatus.CANCELLED
    assert one(SetStatus, give(ANNA, "cancel", number=7, ticket=OPEN)).status is TicketStatus.CANCELLED
    several = give(ANNA, "cancel", mine=(OPEN, ticket(number=8)))
    assert refusal(several) == "invalid"
    assert "#7, #8" in replies(several)
    assert "no open ticket" in replies(give(ANNA, "cancel"))
    assert refusal(give(BERT, "cancel", number=7, ticket=OPEN)) == "not-found"
    assert refusal(give(ANNA, "cancel", number=7, ticket=CLOSED[0])) == "conflict"


def test_add_goes_to_the_one_ticket_or_to_the_one_named() -> None:
    for given in ({"mine": (MINE,)}, {"number": 7, "ticket": MINE}):
        effects = give(ANNA, "add", words="it is blue", **given)
        assert one(Record, effects).kind is ChangeKind.ASKER
        assert "anna writes: it is blue" in told(effects, "#sig")
        assert "Passed on" in replies(effects)
    several = give(ANNA, "add", words="it is blue", mine=(OPEN, ticket(number=8)))
    assert refusal(several) == "invalid"
    assert "#7, #8" in replies(several)
    assert refusal(give(ANNA, "add", words="it is blue")) == "not-found"


def test_add_opens_what_was_solved_and_not_what_was_cancelled_or_is_anothers() -> None:
    effects = give(ANNA, "add", words="still broken", number=7, ticket=CLOSED[0])
    assert [record.kind for record in of(Record, effects)] == [ChangeKind.ASKER, ChangeKind.REOPENED]
    assert refusal(give(ANNA, "add", words="x", number=7, ticket=CLOSED[1])) == "conflict"
    assert refusal(give(BERT, "add", words="x", number=7, ticket=OPEN)) == "not-found"


def test_human_opens_a_ticket_within_the_limits() -> None:
    assert one(OpenTicket, give(ANNA, "human", words="the door", fresh=FRESH)).text == "the door"
    assert of(OpenTicket, give(ANNA, "human", words="the door", fresh=FRESH, counts=Counts(tickets_person=3))) == []


def test_help_shows_what_this_person_may_say() -> None:
    assert "For volunteers" not in replies(give(ANNA, "help"))
    assert "For volunteers" in replies(give(VERA, "help"))
    assert "!claim N" in replies(give(VERA, "help", words="!claim"))
    assert refusal(give(ANNA, "help", words="claim")) == "not-found"


def test_whoami_tells_rights() -> None:
    assert "your role: solo volunteer" in replies(give(VERA, "whoami"))
    assert "a guest" in replies(give(GUEST, "whoami"))


def test_a_slip_is_near_the_command_meant() -> None:
    assert near("claime") == "claim"
    assert near("xyzzy") == ""
    assert isinstance(one(Reply, give(ANNA, "whoami")), Reply)
