"""Lines of the chat as pages show them: what the desk offers in words becomes buttons."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bridges.events import RoomId
from bridges.text import html, plain
from bridges.web.log import Line
from helpdesk.desk import questions
from helpdesk.deskevents import Answered
from helpdesk.effects import Message, Say
from helpdesk.model import QuestionStatus
from helpdesk.view import View
from helpdesk.web.show import Conversation
from helpdesk.words import Words
from kb.model import Answer, Suggestions
from tests.desk import LIST, WIKI
from tests.unit.desk.making import CONFIG, NOW, one, question


def shown(outcome, lang: str = "en"):
    asked = question(QuestionStatus.ASKING, lang=lang)
    say = one(Say, questions.answered(Answered(1, outcome), View(question=asked), CONFIG, NOW))
    assert isinstance(say.message, Message)
    text = Words().text(say.message, say.lang)
    at = datetime(2026, 1, 2, tzinfo=UTC)
    line = Line(1, RoomId("r"), at, "desk", None, "k", html(text), plain(text), None, "")
    return Conversation("!").add(line)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_suggestions_have_their_numbers_as_buttons(lang: str) -> None:
    found = shown(Suggestions((LIST, WIKI), 0.4), lang)
    assert found.choices == ("1", "2")
    assert found.offers == ("human",)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_an_answer_has_buttons_in_place_of_its_hints(lang: str) -> None:
    found = shown(Answer(LIST, ("Do it:\n1. Step.", "More."), 0.9), lang)
    assert found.choices == ()
    assert found.offers == ("yes", "no", "more", "human")
    assert "!yes" not in found.body
    assert "<ol><li>Step.</li></ol>" in found.body
