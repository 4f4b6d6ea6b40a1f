"""The unanswered-question watch: a question to nobody in particular that people leave unanswered gets help. Pure.

An answer is: a reply to it, or words to its asker by name; the asker's own word that it is settled, or their going on talking
when somebody else spoke; words of one other person while nobody else speaks. Where several talk, their talk is their own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bridges.events import MessageReceived, MessageRedacted
from bridges.text import plain
from helpdesk.config import Config
from helpdesk.desk import language, questions, questions_like, telling
from helpdesk.desk.intake import Heard
from helpdesk.desk.secrets import mask
from helpdesk.deskevents import Answered, TimerDue
from helpdesk.effects import Ask, Effect, Message, Say, SetQuestion, Understood
from helpdesk.model import Origin, Question, QuestionStatus
from helpdesk.nouns.watch import SEVERAL, HeardOther, SettleWatched, Watched, WatchQuestion
from helpdesk.sections import RoomSettings
from helpdesk.view import View
from kb.model import Answer, Citation, NoAnswer, Suggestions

MOST = 10
"""Questions that are watched in a room at a time."""
LATE = timedelta(minutes=30)
"""What was asked longer ago when the desk caught up with it is over."""
PATIENCE = timedelta(seconds=30)
"""For people, who may have caught up with it just now too."""


def heard(event: MessageReceived, said: Heard, view: View, config: Config, now: datetime) -> list[Effect]:
    """Somebody said something where questions are watched: a question, or what may be an answer to one."""
    if event.style != "text" or view.level != "allowed":
        return []
    effects: list[Effect] = []
    for question in view.watch.open:
        effects += _answers(event, said, question, view)
    settled = {effect.question for effect in effects if isinstance(effect, SettleWatched)}
    waiting = [question for question in view.watch.open if question.id not in settled]
    if said.watched and not said.concerns and said.mistake is None and _asks(event, waiting, config):
        due = _due(event, config, now)
        if due is not None:
            text = mask(said.words)[0][: config.limits.question_length]
            here = (event.network, event.room.id)
            effects.append(WatchQuestion(*here, event.message, event.sender, text, now, due))
    return effects


def _asks(event: MessageReceived, waiting: list[Watched], config: Config) -> bool:
    if event.reply_to is not None or event.thread is not None or event.relayed or event.attachments:
        return False
    if len(waiting) >= MOST or any(_by(event, question) for question in waiting):
        return False
    prefix = config.room(event.network, event.room.id).prefix  # before a verb that other bots know
    return questions_like.to_nobody(event.text) and not plain(event.text).lstrip().startswith(prefix)


def _due(event: MessageReceived, config: Config, now: datetime) -> datetime | None:
    """When people have had their time. When it was said is its sender's server's to say: believed only of the past."""
    after = config.watch.after
    if not event.late:
        return now + after
    if now - event.at > LATE:
        return None
    return min(max(event.at + after, now + PATIENCE), now + after)


def _by(event: MessageReceived, question: Watched) -> bool:
    return (event.network, event.sender.id) == (question.network, question.sender.id)


def _answers(event: MessageReceived, said: Heard, question: Watched, view: View) -> list[Effect]:
    """What these words mean for a question that waits."""
    if _by(event, question):
        talks = bool(question.other) and not questions_like.to_nobody(event.text)
        if said.concerns or talks or questions_like.settles(said.words):
            return [SettleWatched(question.id)]
        return []
    if _about(event, question, view) or questions_like.calls(event.text, question.sender.name):
        return [SettleWatched(question.id)]
    elsewhere = event.reply_to is not None or event.thread is not None or said.concerns or said.mistake is not None
    if elsewhere or questions_like.calls_other(event.text, question.sender.name):
        return []
    if questions_like.to_nobody(event.text):
        return []
    other = f"{event.network}:{event.sender.id}"
    known = other if question.other in ("", other) else SEVERAL
    return [HeardOther(question.id, known)] if known != question.other else []


def _about(event: MessageReceived, question: Watched, view: View) -> bool:
    """Whether it replies to the question, or stands in its thread, there or in a linked room."""
    if (event.network, event.room.id) == (question.network, question.room):
        return question.message in (event.reply_to, event.thread)
    near = (view.near.about, view.near.root)
    asked = (question.network, question.room, question.message)
    return any(entry is not None and (entry.network, entry.room, entry.message) == asked for entry in near)


def redacted(event: MessageRedacted, view: View) -> list[Effect]:
    """A question that was taken back is not asked any more."""
    here = (event.network, event.room.id)
    return [
        SettleWatched(question.id)
        for question in view.watch.open
        if (question.network, question.room) == here and question.message == event.target
    ]


# --- when people have had their time ----------------------------------------------------------------------------------


def due(event: TimerDue, view: View, config: Config, now: datetime) -> list[Effect]:
    """Nobody answered: see what the knowledge base has, unless the desk spoke up there a moment ago."""
    del event
    question, person, helped = view.watch.question, view.watch.person, view.watch.helped
    if question is None or person is None:
        return []
    settings = config.room(question.network, question.room)
    answered = bool(question.other) and question.other != SEVERAL
    resting = helped is not None and now - helped < config.watch.cool_down
    if not on(settings) or answered or resting or view.level != "allowed":
        return [SettleWatched(question.id)]
    origin = Origin(question.network, question.room, False, False, question.message)
    lang = language.expected(person, origin, config)
    return [
        SettleWatched(question.id, tried=True),
        Ask(person, origin, question.text, lang, now, unasked=True),
    ]


def on(settings: RoomSettings) -> bool:
    return settings.watch != "off" and not settings.volunteers


def answered(event: Answered, view: View, config: Config) -> list[Effect]:
    """What the knowledge base has for a question that was not put to the desk: a sure answer, else the offer of people."""
    question = view.question
    if question is None:
        return []
    settings = config.room(question.origin.network, question.origin.room)
    if not on(settings):
        return [SetQuestion(question.id, QuestionStatus.DROPPED)]
    evidence = event.outcome.evidence
    known = replace(question, lang=language.spoken(evidence.lang) or question.lang)
    effects: list[Effect] = []
    if isinstance(event.outcome, Answer) and settings.watch == "on":
        found = event.outcome
        offered = questions.offer(known, found.citation, found.parts, config, evidence.lang, found.lang)
        effects += [_unasked(effect) for effect in offered]
    else:
        effects += _offer(known, event, settings.prefix)
    if known != question:
        effects.append(Understood(known.id, known.lang, known.read_as))
    return effects


def _unasked(effect: Effect) -> Effect:
    """The same answer, with the word that it was not asked for."""
    if isinstance(effect, Say) and isinstance(effect.message, Message):
        return replace(effect, message=Message("watch-answer", {"answer": effect.message}))
    return effect


def _offer(question: Question, event: Answered, prefix: str) -> list[Effect]:
    place = telling.asker_place(question.origin, question.identity)
    return [
        Say(place, Message("watch-offer", {"prefix": prefix}), question.lang, question=question.id),
        SetQuestion(question.id, QuestionStatus.OFFERED, topic=_topic(event)),
    ]


def _topic(event: Answered) -> str:
    """That of the nearest article, for whoever takes the ticket."""
    near: tuple[Citation, ...]
    match event.outcome:
        case Answer(citation):
            near = (citation,)
        case Suggestions(citations):
            near = citations[:1]
        case NoAnswer(confidence, nearest):
            near = nearest[:1] if confidence >= questions.TOPIC_FLOOR else ()
    return near[0].article.rpartition("/")[0] if near else ""
