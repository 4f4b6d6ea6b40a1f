"""What words mean to the desk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.desk.intake import read
from helpdesk.desk.smalltalk import Smalltalk
from helpdesk.model import Invocation
from tests.unit.desk.making import ANNA, CONFIG, said


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("!claim 12", Invocation("claim", 12)),
        ("!claim #12", Invocation("claim", 12)),
        ("!Claim 12", Invocation("claim", 12)),
        ("!q", Invocation("queue")),
        ("!answer 12 Come by at 8.", Invocation("answer", 12, "Come by at 8.")),
        ("!answer Come by at 8.", Invocation("answer", None, "Come by at 8.")),
        ("!answer 8am suits me", Invocation("answer", None, "8am suits me")),
        ("!ask how do I …?", Invocation("ask", None, "how do I …?")),
        ("!yes", Invocation("yes")),
        ("!add 3 it is the blue one", Invocation("add", 3, "it is the blue one")),
    ],
)
def test_a_command_is_its_verb_its_number_and_the_rest(words: str, command: Invocation) -> None:
    assert read(said(words), CONFIG).command == command


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("claim 12", Invocation("claim", 12)),
        ("yes!", Invocation("yes")),
        ("Yes, thanks!", Invocation("yes")),
        ("no", Invocation("no")),
        ("2", Invocation("pick", 2)),
        ("human", Invocation("human")),
        ("ja", Invocation("yes")),
        ("mod lift 5", Invocation("mod", None, "lift 5")),
        ("Mod Rate 3", Invocation("mod", None, "rate 3")),
        ("mod log!", Invocation("mod", None, "log")),
        ("mod word what now?", Invocation("mod", None, "word what now?")),
        ("bridge list", Invocation("bridge", None, "list")),
        ("bridge link irc:#help one-way", Invocation("bridge", None, "link irc:#help one-way")),
        ("sig add irc:vera", Invocation("sig", None, "add irc:vera")),
    ],
)
def test_spoken_to_directly_the_prefix_is_not_needed(words: str, command: Invocation) -> None:
    assert read(said(words, room="direct"), CONFIG).command == command
    assert read(said(words, addressed=True), CONFIG).command == command
    assert read(said(words), CONFIG).command is None


@pytest.mark.parametrize(
    "words",
    [
        "help me get a list",
        "status of my list?",
        "add 5 people to my list",
        "no idea how to log in",
        "bridge between IRC and Matrix?",
        "bridge",
        "mod my account, please",
        "sig of my mail, how?",
        "how do I …?",
        "12",
    ],
)
def test_a_sentence_that_begins_like_a_command_is_a_question(words: str) -> None:
    assert read(said(words, room="direct"), CONFIG).question == words


def test_talk_among_people_is_nothing_to_the_desk() -> None:
    heard = read(said("how do I get a list?"), CONFIG)
    assert (heard.command, heard.question, heard.mistake, heard.smalltalk) == (None, "", None, None)


def test_an_unknown_verb_is_ignored_in_public_and_answered_where_the_desk_was_meant() -> None:
    assert read(said("!seen vera"), CONFIG).mistake is None
    near = read(said("!stauts", room="direct"), CONFIG).mistake
    assert near is not None
    assert near.args["near"] == "status"
    far = read(said("!xyzzy", addressed=True), CONFIG).mistake
    assert far is not None
    assert far.id == "unknown-command"


def test_where_volunteers_work_a_slip_in_their_commands_is_answered_and_other_bots_are_left_alone() -> None:
    for words, meant in (("!clam 12", "claim"), ("!relase #3", "release"), ("!quue", "queue")):
        slip = read(said(words, room="#sig"), CONFIG).mistake
        assert slip is not None
        assert slip.args["near"] == meant
        assert read(said(words, room="#help"), CONFIG).mistake is None
    for words in ("!kick eve", "!mode +m", "!stauts", "!seen vera", "clam 12", "how is !clam 12 done?"):
        assert read(said(words, room="#sig"), CONFIG).mistake is None, words


@pytest.mark.parametrize("words", ["!claim 1", "how do I …?", "thanks"])
def test_a_machines_notice_means_nothing(words: str) -> None:
    heard = read(said(words, room="direct", style="notice"), CONFIG)
    assert (heard.command, heard.question, heard.smalltalk) == (None, "", None)


def test_an_emote_asks_nothing() -> None:
    assert read(said("wonders how to log in", addressed=True, style="emote"), CONFIG).question == ""


def test_a_bare_call_is_greeted() -> None:
    for words in ("", "\x00\x02", "hello!"):
        assert read(said(words, addressed=True), CONFIG).smalltalk == Smalltalk("greeting")
        assert read(said(words, room="direct"), CONFIG).smalltalk == Smalltalk("greeting")
        assert read(said(words), CONFIG).smalltalk is None


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("2️⃣", Invocation("pick", 2)),
        ("#3", Invocation("pick", 3)),
        ("1.", Invocation("pick", 1)),
        ("👍🏽", Invocation("yes")),
        ("👎", Invocation("no")),
        ("yep", Invocation("yes")),
        ("Nope.", Invocation("no")),
    ],
)
def test_a_sign_is_the_command_it_stands_for(words: str, command: Invocation) -> None:
    heard = read(said(words, room="direct"), CONFIG)
    assert (heard.command, heard.bare) == (command, True)
    assert not read(said(f"!{command.verb}", room="direct"), CONFIG).bare


@pytest.mark.parametrize(
    "words", ["hi all, how do I register?", "danke, aber wie registriere ich mich?", "ok and on Android?"]
)
def test_what_begins_kindly_is_a_question_all_the_same(words: str) -> None:
    assert read(said(words, room="direct"), CONFIG).question == words


@given(st.text(max_size=80), st.booleans(), st.booleans())
def test_any_words_mean_one_thing_at_most(words: str, addressed: bool, direct: bool) -> None:
    heard = read(said(words, ANNA, "direct" if direct else "#help", addressed=addressed), CONFIG)
    meanings = [heard.command, heard.mistake, heard.question, heard.smalltalk]
    assert sum(bool(meaning) for meaning in meanings) <= 1


def test_an_endless_verb_is_not_repeated_whole() -> None:
    mistake = read(said("!" + "x" * 15_000, room="direct"), CONFIG).mistake
    assert mistake is not None
    assert len(str(mistake.args["verb"])) <= 40
