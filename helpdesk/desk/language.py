"""Which language the desk speaks about a question, and when it knows that of a person. Pure."""

from __future__ import annotations

from helpdesk.config import Config
from helpdesk.effects import Effect, Message, SetLanguage, Value
from helpdesk.model import Origin, Person, Question
from helpdesk.words import languages

NAMED = ("de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "uk")
"""Languages that have a name in the locale files."""


def expected(person: Person, origin: Origin, config: Config) -> str:
    """The language of words whose own was not recognised: the room's, then the person's, then the configuration's."""
    return config.room(origin.network, origin.room).language or person.lang or config.helpdesk.language


def spoken(lang: str) -> str:
    """The language, if the desk has words in it; else nothing."""
    base = lang.partition("-")[0].lower()
    return base if base in languages() else ""


def remember(question: Question, recognised: str, person: Person | None, before: Question | None) -> list[Effect]:
    """Who asks twice in a language speaks it."""
    lang = spoken(recognised)
    if not lang or person is None or person.lang == lang or before is None or before.lang != lang:
        return []
    return [SetLanguage(question.person, lang)]


def elsewhere(answer: Message, recognised: str, article: str) -> Message:
    """The answer, with a word in front where its article is in another language than the question."""
    asked, written = (lang.partition("-")[0].lower() for lang in (recognised, article))
    if not asked or not written or asked == written:
        return answer
    name: Value = Message(f"language-{written}" if written in NAMED else "language-other")
    return Message("other-language", {"only": Message("only-in", {"language": name}), "answer": answer})
