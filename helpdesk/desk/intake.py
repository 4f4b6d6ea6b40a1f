"""What somebody's words mean: a command, a question, or talk among people. Pure, and without looking anything up."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bridges.events import MessageReceived
from bridges.text import plain, shorten
from helpdesk.commands.base import Command, Grammar
from helpdesk.commands.registry import BY_VERB, COMMANDS, near
from helpdesk.config import Config
from helpdesk.desk import smalltalk
from helpdesk.desk.smalltalk import Smalltalk
from helpdesk.effects import Message
from helpdesk.model import Invocation, Role

_WORD = re.compile(r"(?P<verb>[A-Za-zÄÖÜäöüß][\w-]*)(?P<rest>.*)", re.DOTALL)
_NUMBER = re.compile(r"\s*#?(?P<number>\d{1,9})(?!\w)(?P<rest>.*)", re.DOTALL)
_CHOICE = re.compile(r"#?(?P<number>[1-9])[.):]?")
_SAME = {"yep": "yes", "yeah": "yes", "yup": "yes", "jo": "yes", "jep": "yes", "nope": "no", "nah": "no", "nö": "no"}
_MARKS = " .!?,:)"

# Variation selectors and skin tones do not change what a thumb says.
_DECORATION = dict.fromkeys((0xFE0E, 0xFE0F, *range(0x1F3FB, 0x1F400)))
_YES = frozenset({"👍", "✅", "🎉", "❤", "💯"})
_NO = frozenset({"👎", "❌"})
_MERRY = frozenset({"🎉", "❤", "❤️", "💯"})
"""On the desk's words they say that these helped; alone they may be about anything."""
_KEYCAP = re.compile("([1-9])\u20e3")


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message is to the desk. At most one of `command`, `mistake`, `question`, `smalltalk` is set."""

    command: Invocation | None = None
    mistake: Message | None = None
    question: str = ""
    smalltalk: Smalltalk | None = None
    words: str = ""
    """All that was said, as plain text."""
    bare: bool = False
    """The command was given without its prefix: it may be an answer to somebody."""
    watched: bool = False
    """Said among people, where the desk looks after questions that nobody answers."""

    @property
    def concerns(self) -> bool:
        """Whether what is known of the person decides what to make of it."""
        return self.command is not None or bool(self.question) or self.smalltalk is not None


def read(event: MessageReceived, config: Config) -> Heard:
    """Read a message. A machine's notice and an unknown verb in a public room are nothing to the desk."""
    settings = config.room(event.network, event.room.id)
    heard = _read(event, settings.prefix)
    if settings.volunteers and heard.command is None and heard.mistake is None and event.style == "text":
        heard = replace(heard, mistake=_slip(heard.words, settings.prefix))
    if settings.watch == "off" or settings.volunteers or event.room.encrypted or event.style != "text":
        return heard
    return replace(heard, watched=not event.room.direct)


def _read(event: MessageReceived, prefix: str) -> Heard:
    words = plain(event.text).strip()
    spoken_to = event.addressed or event.room.direct
    if event.style == "notice" or not words:
        empty_call = event.style == "text" and spoken_to
        return Heard(smalltalk=Smalltalk("greeting") if empty_call else None, words=words)
    if words.startswith(prefix) and (found := _WORD.match(words, len(prefix))):
        return _command(found["verb"], found["rest"], words, prefix, spoken_to=spoken_to)
    if not spoken_to or event.style == "emote":
        return Heard(words=words)
    command = _spoken(words)
    if command is not None:
        return Heard(command=command, words=words, bare=True)
    talk = smalltalk.heard(words)
    return Heard(smalltalk=talk, words=words) if talk else Heard(question=words, words=words)


def _slip(words: str, prefix: str) -> Message | None:
    """A slip of the finger where volunteers work: `!clam 12`. What else begins so there may be another bot's."""
    found = _WORD.fullmatch(words, len(prefix)) if words.startswith(prefix) else None
    if found is None or (found["rest"].strip() and not _NUMBER.match(found["rest"])):
        return None
    verb, guess = shorten(found["verb"], 40), near(found["verb"])
    if not guess or COMMANDS[guess].role < Role.SHADOW:
        return None
    return Message("unknown-command-near", {"verb": verb, "prefix": prefix, "near": guess})


def sign(key: str) -> Invocation | None:
    """What a reaction, or a message that is nothing but an emoji, tells the desk: yes, no, or a choice."""
    key = key.translate(_DECORATION)
    if found := _KEYCAP.fullmatch(key):
        return Invocation("pick", int(found[1]))
    return Invocation("yes") if key in _YES else Invocation("no") if key in _NO else None


def _command(verb: str, rest: str, words: str, prefix: str, *, spoken_to: bool) -> Heard:
    command = BY_VERB.get(verb.lower())
    if command is None:
        if not spoken_to:
            return Heard(words=words)
        verb = shorten(verb, 40)  # it is repeated to them
        guess = near(verb)
        if guess:
            return Heard(
                mistake=Message("unknown-command-near", {"verb": verb, "prefix": prefix, "near": guess}), words=words
            )
        return Heard(mistake=Message("unknown-command", {"verb": verb, "prefix": prefix}), words=words)
    return Heard(command=parse(command, rest), words=words)


def parse(command: Command, rest: str) -> Invocation:
    """The rest of the line by the command's grammar. What is missing is the command's own affair to say."""
    number = None
    if command.grammar in (Grammar.NUMBER, Grammar.NUMBER_WORDS) and (found := _NUMBER.match(rest)):
        number, rest = int(found["number"]), found["rest"]
    return Invocation(command.name, number, rest.strip())


def _spoken(words: str) -> Invocation | None:
    """Words to the desk that are a command without its prefix: `claim 12`, `mod lift 5`, `yes`, `2`."""
    if chosen := _CHOICE.fullmatch(words):
        return Invocation("pick", int(chosen["number"]))
    if words not in _MERRY and (signed := sign(words)) is not None:
        return signed
    found = _WORD.fullmatch(words)
    verb = found["verb"].lower() if found else ""
    command = BY_VERB.get(_SAME.get(verb, verb))
    if found is None or command is None:
        return None
    first, *more = found["rest"].lstrip(_MARKS).split(maxsplit=1) or [""]
    first = first.lower() if more else first.rstrip(_MARKS).lower()
    if first in command.verbs:
        return parse(command, " ".join((first, *more)))
    rest = found["rest"].strip(_MARKS)
    kind = talk.kind if (talk := smalltalk.heard(rest)) else ""
    invocation = parse(command, "" if command.name in ("yes", "no") and kind == "thanks" else rest)
    complete = invocation.number is not None if command.grammar is Grammar.NUMBER_WORDS else not invocation.words
    complete = complete or (command.name == "help" and invocation.words.lower() in BY_VERB)
    return invocation if complete and command.bare else None
