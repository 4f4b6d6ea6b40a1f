"""Whether words among people are a question to nobody in particular, and whether they say that one is settled. Pure.

A rule of thumb in English and German. It would rather miss a question than break into a talk.
"""

from __future__ import annotations

import re

from bridges.text import Mention, Text, plain, walk
from helpdesk.desk.names import called

SHORTEST = 12
"""Characters."""
_LONGEST = 1200
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_BEGINS = re.compile(
    r"(?:how|what|whats|which|where|when|why|who|whose|can|could|does|do|did|is|are|isn't|isn’t|has|have|should|would|will|may|anyone|anybody"
    r"|wie|was|welche[rsnm]?|wo|woher|wohin|wann|warum|wieso|weshalb|wer|wem|wen|kann|können|könnte|darf|gibt|hat|habt|ist|sind|muss|soll"
    r"|weiß|weiss|kennt)\b",
    re.IGNORECASE,
)
_ASKS_WITHOUT_MARK = re.compile(
    r"(?:how (?:do|does|can|could|would|to)|what(?:'s|’s| is| are| does)|where (?:do|can|is|are)|why (?:is|are|does|do|can)"
    r"|can (?:i|we|any|some)|could (?:any|some)|does any|is there|are there|has any|any(?:one|body) (?:know|here who)"
    r"|wie (?:kann|geht|mache?|macht|komme?|kriege?|bekomme?|funktioniert|ist|lange)|was (?:ist|muss|mache?)|wo (?:ist|finde|kann|gibt)"
    r"|warum (?:ist|geht|kann|wird)|kann (?:ich|man|mir|jemand|wer)|könnte (?:jemand|man|wer)|gibt es|gibt's|weiß (?:jemand|wer)"
    r"|hat (?:jemand|wer)|kennt (?:jemand|wer))\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|hallo|moin|servus|good (?:morning|evening|afternoon)|guten (?:morgen|tag|abend)|(?:quick |kurze )?(?:question|frage))"
    r"(?:\s+(?:all|everyone|everybody|folks|there|people|team|alle|zusammen|leute|ihr))?\s*[,:!.–-]+\s*",
    re.IGNORECASE,
)
_EVERYBODY = frozenset(
    {
        *("hi", "hello", "hey", "hallo", "moin", "servus", "all", "everyone", "everybody", "anyone", "folks", "people"),
        *(
            "team",
            "alle",
            "leute",
            "jemand",
            "so",
            "well",
            "ok",
            "okay",
            "also",
            "sorry",
            "please",
            "bitte",
            "btw",
            "hm",
        ),
        *("question", "frage", "help", "hilfe", "hi all", "hello all", "hey all", "hi everyone", "hello everyone"),
        *("hey everyone", "hey folks", "hi folks", "hallo zusammen", "hallo leute", "hi zusammen", "hi leute"),
        *("quick question", "kurze frage", "good morning", "good evening", "guten morgen", "guten tag", "guten abend"),
    }
)
_SETTLED = re.compile(
    r"\b(?:nvm|never ?mind|solved|fixed it|got it|found it|works now|it works|figured it out|thanks?|thank you|thx|ty"
    r"|erledigt|gelöst|geklärt|hat sich erledigt|gefunden|geht jetzt|geht wieder|läuft wieder|danke|schon gut)\b",
    re.IGNORECASE,
)


def to_nobody(text: Text) -> bool:
    """Whether it asks something, and nobody by name."""
    words = " ".join(plain(text).split())
    if not SHORTEST <= len(words) <= _LONGEST or words.startswith((">", "/")):
        return False
    if any(isinstance(span, Mention) for span in walk(text)) or re.search(r"(?:^|\s)@\w", words):
        return False
    name = called(text).casefold()
    if name and " " not in name and name not in _EVERYBODY and not _BEGINS.match(name):
        return False
    bare = _GREETING.sub("", words, count=1)
    count = len(_WORD.findall(bare))
    if _marked(bare):
        return count >= 3
    return count >= 4 and _ASKS_WITHOUT_MARK.match(bare) is not None


def _marked(words: str) -> bool:
    """A question mark at its end, or at that of a sentence that begins as questions do."""
    if words.rstrip(" .!)\"'”“").endswith("?"):
        return True
    sentences = re.split(r"(?<=[.!?])\s+", words)
    return any(sentence.endswith("?") and _BEGINS.match(sentence) for sentence in sentences)


def settles(words: str) -> bool:
    """Whether an asker says that there is nothing more to answer."""
    return len(words) <= 200 and _SETTLED.search(words) is not None and not words.rstrip().endswith("?")


def calls(text: Text, name: str) -> bool:
    """Whether the words are said to this person: their name in front, or a mention of them."""
    wanted = name.casefold()
    if called(text).casefold() == wanted:
        return True
    named = plain(text).casefold().lstrip("@ ")
    if named.startswith(wanted) and re.match(r"[\s:,]", named[len(wanted) :] or " "):
        return True
    return any(isinstance(span, Mention) and span.name.casefold().lstrip("@") == wanted for span in walk(text))


def calls_other(text: Text, name: str) -> bool:
    """Whether they are said to somebody else by name."""
    one = called(text).casefold()
    return bool(one) and one != name.casefold() and " " not in one and one not in _EVERYBODY
