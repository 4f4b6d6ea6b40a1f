"""When two texts are about the same, on examples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.desk.incidents import about
from helpdesk.desk.likeness import covered, likeness, troubled, words
from helpdesk.model import TicketKind
from helpdesk.nouns.gather import Incident
from kb.model import Answer, Citation, NoAnswer
from tests.desk import LIST
from tests.unit.desk.making import question, ticket

ABOUT = Incident(
    ticket(number=9, kind=TicketKind.INCIDENT, title="Mailing lists are down", text="Mailing lists are down"),
    ("Mailing lists are down", "no mail from the announce list arrives since noon"),
    (LIST.article,),
)
ANSWER = Answer(LIST, ("Ask the desk.",), 0.9)
ELSEWHERE = NoAnswer(0.1, (Citation("irc/nick", "", "Nick", "Nick", ""),))


@pytest.mark.parametrize(
    ("asked", "outcome", "same"),
    [
        ("are the mailing lists down?", ELSEWHERE, True),
        ("Mailinglist down, is that known?", ANSWER, False),
        ("the mailng list seems to be down", ELSEWHERE, True),
        ("since noon no mail arrives from the announce list", ELSEWHERE, True),
        ("my mail does not arrive on the list", ANSWER, True),
        ("my post never arrives at the list", ANSWER, True),
        ("my post never arrives at the list", ELSEWHERE, False),
        ("how do I request a mailing list?", ANSWER, False),
        ("how do I register my nick?", ELSEWHERE, False),
        ("it is down", ANSWER, False),
        ("", ANSWER, False),
    ],
)
def test_a_question_is_about_the_incident_or_not(asked: str, outcome: Answer | NoAnswer, same: bool) -> None:
    assert (about(replace(question(), text=asked), outcome, (ABOUT,)) is ABOUT) is same


def test_the_incident_that_is_most_alike_is_meant() -> None:
    wiki = Incident(replace(ABOUT.ticket, number=10, title="Wiki and mailing lists down", text=""), (), ())
    assert about(replace(question(), text="wiki down, mailing lists too"), ELSEWHERE, (ABOUT, wiki)) is wiki


def test_endings_slips_and_common_words_do_not_count() -> None:
    assert words("How do I print the badges?") == words("print badge")
    assert likeness("Der Drucker druckt keine Ausweise", "Ausweis: Drucker druckt nicht") == 1.0
    assert likeness("the registration form", "registraton forms") == 1.0
    assert likeness("one printer", "printer") == 0.0
    assert covered("Badge printer in hall 2", "hall 2: the badge printer hums") == 1.0


def test_what_is_broken_sounds_broken() -> None:
    assert all(
        troubled(text) for text in ("it doesn’t load", "geht nicht", "I get a 502", "the wiki is down", "kein Ton")
    )
    assert not any(troubled(text) for text in ("how do I join?", "where is the wiki?", "wie melde ich mich an?"))
