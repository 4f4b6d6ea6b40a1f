"""Two accounts become one person only when both, logged in, have seen who the other is and agreed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.effects import Audited
from helpdesk.nouns.sig import (
    CODE_LIVES,
    TRIES,
    CountTry,
    DropJoining,
    Joining,
    JoinPeople,
    MakeCode,
    PartIdentity,
    SetJoining,
    SigView,
)
from tests.unit.desk.making import BERT, GUEST, NOW, OLGA, VERA, give, of, one, refusal, replies, told

CODE = "ABCDEFGHJK"
OFFERED = Joining("hash", VERA.id, VERA.identity, None, maker_agrees=False, taker_agrees=False)
TAKEN = replace(OFFERED, taker=OLGA.identity)


def test_a_code_is_told_to_whoever_asked_for_it_alone() -> None:
    effects = give(VERA, "link", "#help", sig=SigView(code=CODE))
    made = one(MakeCode, effects)
    assert (made.code, made.identity, made.expires) == (CODE, VERA.identity, NOW + CODE_LIVES)
    assert "ABCDE-FGHJK" in replies(effects, private=True)
    assert replies(effects, private=False) == ""


@pytest.mark.parametrize("words", ["abcde-fghjk", "ABCDE FGHJK", "ABCDEFGHJK"])
def test_said_on_the_other_side_it_tells_each_who_the_other_is_and_joins_nothing(words: str) -> None:
    effects = give(OLGA, "link", "direct", words=words, sig=SigView(offered=OFFERED))
    taken = one(SetJoining, effects).joining
    assert (taken.taker, taken.maker_agrees, taken.taker_agrees) == (OLGA.identity, False, False)
    assert "chat:vera" in replies(effects)
    assert "other:olga" in told(effects, "direct:vera")
    assert of(JoinPeople, effects) == []


def test_nobody_else_can_say_a_code_that_was_said() -> None:
    effects = give(BERT, "link", "direct", words=CODE, sig=SigView(offered=TAKEN))
    assert one(CountTry, effects).identity == BERT.identity
    assert of(SetJoining, effects) == []
    assert told(effects, "direct:vera") == ""


@pytest.mark.parametrize("first", [VERA, OLGA])
def test_one_yes_is_not_enough_and_the_second_makes_them_one(first: object) -> None:
    second = OLGA if first is VERA else VERA
    half = one(SetJoining, give(first, "link", "direct", words="yes", sig=SigView(joining=TAKEN))).joining  # type: ignore[arg-type]
    again = give(first, "link", "direct", words="yes", sig=SigView(joining=half))  # type: ignore[arg-type]
    assert of(JoinPeople, again) == []
    effects = give(second, "link", "direct", words="Yes", sig=SigView(joining=half))
    assert one(JoinPeople, effects) == JoinPeople(VERA.identity, OLGA.identity)
    assert one(DropJoining, effects) == DropJoining("hash")
    assert one(Audited, effects).about == "chat:vera"


def test_a_no_on_either_side_ends_it() -> None:
    for who, other in ((VERA, "direct:olga"), (OLGA, "direct:vera")):
        effects = give(who, "link", "direct", words="no", sig=SigView(joining=TAKEN))
        assert one(DropJoining, effects) == DropJoining("hash")
        assert "said no" in told(effects, other)


def test_a_yes_before_anybody_said_the_code_is_a_yes_to_nobody() -> None:
    assert refusal(give(VERA, "link", "direct", words="yes", sig=SigView(joining=OFFERED))) == "not-found"
    assert refusal(give(VERA, "link", "direct", words="yes")) == "not-found"


def test_guests_are_nobody_to_be_one_with() -> None:
    for verb, words in (("link", ""), ("link", CODE), ("link", "yes"), ("unlink", "chat:gast")):
        assert refusal(give(GUEST, verb, "direct", words=words, sig=SigView(offered=OFFERED))) == "forbidden"


def test_too_many_codes_are_too_many() -> None:
    for words in ("", CODE):
        assert refusal(give(VERA, "link", "direct", words=words, sig=SigView(code=CODE, tries=TRIES))) == "limit"
    assert refusal(give(VERA, "link", "direct", words=CODE, sig=SigView(offered=OFFERED))) == "conflict"


def test_an_account_goes_and_the_rest_is_told_where_they_are() -> None:
    both = SigView(identities=(VERA.identity, OLGA.identity))
    parted = one(PartIdentity, give(VERA, "unlink", "direct", words="other:olga", sig=both))
    assert (parted.identity, parted.remaining) == (OLGA.identity, VERA.identity)
    parted = one(PartIdentity, give(VERA, "unlink", "direct", words="chat:vera", sig=both))
    assert (parted.identity, parted.remaining) == (VERA.identity, OLGA.identity)
    assert refusal(give(VERA, "unlink", "direct", words="chat:bert", sig=both)) == "not-found"
    assert (
        refusal(give(VERA, "unlink", "direct", words="chat:vera", sig=SigView(identities=(VERA.identity,))))
        == "not-found"
    )
