"""How an answer looks where it is read: two lines on IRC, a list and a link on Matrix and the web."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.events import MessageId, RoomId, SendMessage, ToRoom
from bridges.irc.protocol import Prefix, ServerLimits
from bridges.irc.speaking import Ears
from bridges.matrix.compose import outgoing
from bridges.text import Text, html
from bridges.web.links import with_links
from helpdesk.desk import questions
from helpdesk.deskevents import Answered
from helpdesk.effects import Effect, InRoom, Message, Say, SetQuestion
from helpdesk.model import Choice, QuestionStatus
from helpdesk.outbox import SHORT
from helpdesk.view import View
from helpdesk.words import Words
from kb.model import Answer, Citation, Evidence, Suggestions
from tests.desk import LIST, WIKI
from tests.unit.desk.making import ANNA, CONFIG, DIRECT, NOW, one, question, replies
from tests.unit.irc.saying import lines_of

SOURCE = Citation("irc/nick", "steps", "Register a nick", "Steps", "https://help.example.org/kb/irc/nick#steps")
STEPS = (
    "Do this:\n1. Say `/msg NickServ REGISTER <password> <address>`.\n2. Follow **the link** in the mail.\n3. Log in."
)
EARS = Ears(ServerLimits(), Prefix("helpdesk", "desk", "a-host.example.org"), "helpdesk", "#help")


def answer(*parts: str, lang: str = "en", **more) -> Text:
    asked = question(QuestionStatus.ASKING, lang=lang, parts=(), citations=())
    return text(questions.answered(Answered(1, Answer(SOURCE, parts, 0.9, **more)), View(question=asked), CONFIG, NOW))


def text(effects: Sequence[Effect]) -> Text:
    say = one(Say, effects)
    assert isinstance(say.message, Message)
    return Words().text(say.message, say.lang)


def on_irc(said: Text) -> tuple[str, ...]:
    return lines_of(SendMessage(ToRoom(RoomId("#help")), said, lines=SHORT), EARS, "anna", notices=False)


def on_matrix(said: Text) -> dict[str, str]:
    [content] = outgoing("key", SendMessage(ToRoom(RoomId("#help")), said))
    return content


def test_on_irc_an_answer_is_a_line_with_its_source_and_a_line_of_what_can_be_said_next() -> None:
    assert on_irc(answer(STEPS, "More.")) == (
        (
            "anna: Do this: · 1. Say `/msg NickServ REGISTER <password> <address>`. · 2. Follow \x02the link\x02 in the mail."
            " · 3. Log in. → Register a nick (https://help.example.org/kb/irc/nick#steps)"
        ),
        "Did that help? !yes · !no (a person takes over) · !more",
    )


def test_on_matrix_steps_are_a_list_code_is_code_and_the_source_a_link() -> None:
    content = on_matrix(answer(STEPS))
    assert content["format"] == "org.matrix.custom.html"
    assert content["formatted_body"] == (
        "Do this:<ol><li>Say <code>/msg NickServ REGISTER &lt;password&gt; &lt;address&gt;</code>.</li>"
        "<li>Follow <strong>the link</strong> in the mail.</li><li>Log in.</li></ol>"
        ' → <a href="https://help.example.org/kb/irc/nick#steps">Register a nick</a>'
        "<br>Did that help? !yes · !no (a person takes over)"
    )
    assert content["body"].startswith(
        "Do this:\n1. Say /msg NickServ REGISTER <password> <address>.\n2. Follow the link"
    )


def test_on_the_web_it_links_to_the_cited_section() -> None:
    shown = html(with_links(answer(STEPS)))
    assert '<a href="https://help.example.org/kb/irc/nick#steps">Register a nick</a>' in shown
    assert "<ol><li>Say <code>/msg" in shown


WORD = st.sampled_from(["word", "wörter", "слово", "`/msg x`", "日本語", "\n2. step", "[here](https://x.example/)"])
PART = st.lists(WORD, min_size=1, max_size=80).map(lambda words: "1. " + " ".join(words))


@given(PART, st.booleans(), st.sampled_from(["en", "de"]), st.text("Tü ", max_size=120), st.sampled_from(["", "fr"]))
def test_any_answer_is_two_lines_on_irc_and_keeps_its_source(
    part: str, more: bool, lang: str, title: str, asked: str
) -> None:
    found = Answer(
        Citation("a", "", title, title, SOURCE.url), (part, "x")[: 1 + more], 0.9, evidence=Evidence(lang=asked)
    )
    effects = questions.answered(
        Answered(1, found), View(question=question(QuestionStatus.ASKING, lang=lang)), CONFIG, NOW
    )
    lines = on_irc(text(effects))
    assert 1 <= len(lines) <= 2
    assert all(len(line.encode()) <= 400 and line.strip() for line in lines)
    both = " ".join(lines)
    assert SOURCE.url in both
    assert "!yes" in both
    assert ("!more" in both) is more
    assert both.count("`") % 2 == 0


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("lang", ["en", "de"])
def test_suggestions_are_two_lines_on_irc_with_every_name(count: int, lang: str) -> None:
    citations = tuple(
        Citation(f"a/{n}", "", f"Long title number {n} " * 4, "", f"https://x.example/{n}/{'y' * 80}")
        for n in range(count)
    )
    asked = question(QuestionStatus.ASKING, lang=lang)
    lines = on_irc(
        text(questions.answered(Answered(1, Suggestions(citations, 0.4)), View(question=asked), CONFIG, NOW))
    )
    assert len(lines) <= 2
    assert all(len(line.encode()) <= 400 for line in lines)
    for number in range(count):
        assert f"{number + 1}) Long title number {number}" in " ".join(lines)
    assert "!pick 1" in " ".join(lines)


# --- going on ---------------------------------------------------------------------------------------------------------

LONG = question(parts=tuple(f"{n}. Step {n}." for n in range(1, 31)), told=1, citations=(SOURCE,))


def test_where_there_are_threads_the_rest_goes_below_the_answer_in_one_list() -> None:
    effects = questions.more(LONG, View(person=ANNA, root=MessageId("answer")), CONFIG)
    say = one(Say, effects)
    assert isinstance(say.to, InRoom)
    assert (say.to.thread, say.to.reply_to, say.to.addressed) == ("answer", None, ANNA.identity.sender)
    assert '<ol start="2"><li>Step 2.</li>' in on_matrix(text(effects))["formatted_body"]
    assert one(SetQuestion, effects).told == 1 + questions.AT_ONCE
    assert "!more goes on" in on_matrix(text(effects))["body"]


def test_without_an_answer_to_hang_it_on_or_alone_with_the_desk_it_goes_on_by_portions() -> None:
    for asked, root in ((LONG, None), (question(parts=LONG.parts, told=1, origin=DIRECT), MessageId("answer"))):
        effects = questions.more(asked, View(person=ANNA, root=root), CONFIG)
        say = one(Say, effects)
        assert isinstance(say.to, InRoom)
        assert say.to.thread is None
        assert one(SetQuestion, effects).told == 2


@pytest.mark.parametrize("root", [None, MessageId("answer")])
def test_more_says_every_portion_once_and_then_that_it_was_all(root: MessageId | None) -> None:
    asked, said = LONG, ""
    for _ in LONG.parts:
        effects = questions.more(asked, View(person=ANNA, root=root), CONFIG)
        said += "\n" + on_matrix(text(effects))["body"]
        asked = question(parts=LONG.parts, told=one(SetQuestion, effects).told or 0, citations=(SOURCE,))
        if asked.told == len(LONG.parts):
            break
    assert re.findall(r"Step (\d+)\.", said) == [str(n) for n in range(2, 31)]
    assert said.count("That was all of it") == 1
    assert "That was all I have" in replies(questions.more(asked, View(person=ANNA, root=root), CONFIG))


def test_a_picked_suggestion_goes_on_to_its_end() -> None:
    suggested = question(
        QuestionStatus.SUGGESTED, told=0, parts=(), choices=(Choice(LIST, ("a", "b")), Choice(WIKI, ("c",)))
    )
    kept = one(SetQuestion, questions.pick(suggested, 1, View(person=ANNA), CONFIG, "!"))
    assert (kept.parts, kept.told, kept.citations) == (("a", "b"), 1, (LIST,))
