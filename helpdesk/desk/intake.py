"""What somebody's words mean: a command, a question, or talk among people. Pure, and without looking anything up."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bridges.events import MessageReceived
from bridges.text import plain, shorten
from helpdesk.commands.base import Command, Grammar
from helpdesk.commands.registry import BY_VERB, near
from helpdesk.config import Config
from helpdesk.effects import Message
from helpdesk.model import Invocation

_WORD = re.compile(r"(?P<verb>[A-Za-zÄÖÜäöüß][\w-]*)(?P<rest>.*)", re.DOTALL)
_NUMBER = re.compile(r"\s*#?(?P<number>\d{1,9})(?!\w)(?P<rest>.*)", re.DOTALL)
_THANKS = re.compile(
    r"(?:many )?(?:thanks?|thank you|thx|ty|cheers|danke(?: ?schön)?|merci)(?: (?:so much|a lot|you|sehr))?",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|hallo|moin|good (?:morning|evening|afternoon)|yo)(?: (?:there|all|everyone|zusammen))?",
    re.IGNORECASE,
)

_MARKS = " .!?,:)"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message is to the desk. At most one of `command`, `mistake`, `question`, `pleasantry` is set."""

    command: Invocation | None = None
    mistake: Message | None = None
    question: str = ""
    pleasantry: str = ""
    words: str = ""
    """All that was said, as plain text."""


def read(event: MessageReceived, config: Config) -> Heard:
    """Read a message. A machine's notice and an unknown verb in a public room are nothing to the desk."""
    words = plain(event.text).strip()
    if event.style == "notice" or not words:
        empty_call = event.style == "text" and event.addressed
        return Heard(pleasantry="greeting" if empty_call else "", words=words)
    spoken_to = event.addressed or event.room.direct
    prefix = config.room(event.network, event.room.id).prefix
    if words.startswith(prefix) and (found := _WORD.match(words, len(prefix))):
        return _command(found["verb"], found["rest"], words, prefix, spoken_to=spoken_to)
    if not spoken_to or event.style == "emote":
        return Heard(words=words)
    return _spoken(words) or Heard(question=words, words=words)


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


def is_thanks(words: str) -> bool:
    """Thanks, and nothing else."""
    return _THANKS.fullmatch(words.rstrip(_MARKS)) is not None


def _spoken(words: str) -> Heard | None:
    """Words to the desk that are a command without its prefix (`claim 12`, `yes`), or only kind."""
    if words.isdecimal() and len(words) == 1:
        return Heard(command=Invocation("pick", int(words)), words=words)
    if is_thanks(words):
        return Heard(pleasantry="thanks", words=words)
    if _GREETING.fullmatch(words.rstrip(_MARKS)):
        return Heard(pleasantry="greeting", words=words)
    found = _WORD.fullmatch(words)
    command = BY_VERB.get(found["verb"].lower()) if found else None
    if found is None or command is None:
        return None
    rest = found["rest"].strip(_MARKS)
    invocation = parse(command, "" if command.name in ("yes", "no") and is_thanks(rest) else rest)
    complete = invocation.number is not None if command.grammar is Grammar.NUMBER_WORDS else not invocation.words
    complete = complete or (command.name == "help" and invocation.words.lower() in BY_VERB)
    return Heard(command=invocation, words=words) if complete and command.bare else None
