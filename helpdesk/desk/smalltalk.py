"""What people say that asks nothing: greetings, thanks, goodbyes, chatter. In English and German. Pure, in linear time."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, TypeAlias

from helpdesk.effects import Effect, Message, Reply

Kind: TypeAlias = Literal["greeting", "thanks", "goodbye", "invitation", "wordless", "assent", "chatter"]

LONGEST = 80
"""Whoever says more says something."""


@dataclass(frozen=True, slots=True)
class Smalltalk:
    kind: Kind
    lang: str = ""
    """The language it was said in; empty where that can't be told."""


# Phrases are compared without marks, in lower case, and fit whole or not at all.
_TO_ALL_EN = r"(?: (?:there|all|everyone|everybody|folks|friends|guys|people|team|again|bot|helpdesk))*"
_TO_ALL_DE = (
    r"(?: (?:alle|allerseits|leute|ihr(?: lieben)?|zusammen|miteinander|liebe leute|team|mal wieder|bot|helpdesk))*"
)
_MAYBE_HELLO_EN = rf"(?:(?:hi|hello|hey){_TO_ALL_EN} )?"
_MAYBE_HELLO_DE = rf"(?:(?:hi|hallo|hey|moin|guten (?:morgen|tag|abend)){_TO_ALL_DE} )?"

_PHRASES: tuple[tuple[Kind, str, str], ...] = (
    # What people say in any language.
    ("greeting", "", r"(?:hi|hey|hello|yo)(?: (?:team|bot|helpdesk))?"),
    ("thanks", "", r"(?:thx|ty|merci|cheers)"),
    ("goodbye", "", r"(?:bye(?: bye)?|ciao|cu|cya)"),
    ("invitation", "", r"(?:ping|test)"),
    (
        "greeting",
        "en",
        (
            r"(?:hi|hello|hey|heya|hiya|howdy|yo|greetings|good (?:morning|evening|afternoon|day))"
            rf"{_TO_ALL_EN}(?: (?:how are (?:you|things)(?: doing)?(?: today)?|how is it going|whats up|what s up))?"
        ),
    ),
    (
        "greeting",
        "de",
        (
            r"(?:hallo|hallöchen|moin(?: moin)?|servus|grüezi|gr(?:ü|ue)(?:ß|ss) (?:gott|dich|euch)|guten (?:morgen|tag|abend)|tach)"
            rf"{_TO_ALL_DE}(?: wie geht (?:s|es)(?: (?:dir|euch|ihnen))?(?: so)?)?"
        ),
    ),
    ("greeting", "de", rf"(?:hi|hey){_TO_ALL_DE.removesuffix('*')}+"),
    (
        "thanks",
        "en",
        (
            r"(?:(?:ok|okay|great|perfect|awesome|nice|cool|yes|ah) )?(?:many |big )?"
            r"(?:thanks?|thank you|thx|ty|tysm|cheers|much appreciated|merci)"
            r"(?: (?:so much|very much|a lot|a bunch|again|anyway|you|all|everyone|for (?:the|your) help))*"
        ),
    ),
    (
        "thanks",
        "de",
        (
            r"(?:(?:ok|okay|super|perfekt|toll|prima|ja|ah) )?(?:vielen |lieben |herzlichen |besten |tausend )?"
            r"(?:danke?|dankesch(?:ö|oe)n)(?: (?:schön|schoen|sehr|dir|euch|ihnen|vielmals|nochmal|für die hilfe|für deine hilfe))*"
        ),
    ),
    (
        "goodbye",
        "en",
        (
            r"(?:bye(?: bye)?|good ?bye|see (?:you|ya)(?: (?:later|soon|tomorrow))?|cu|cya|later|good night|take care"
            rf"|have a (?:nice|good|great) (?:day|one|evening|night|weekend)){_TO_ALL_EN}"
        ),
    ),
    (
        "goodbye",
        "de",
        (
            r"(?:tsch(?:ü|ue)(?:ss?|ß|ssi)|ciao|auf wiedersehen|bis (?:dann|bald|später|morgen|dahin)|gute nacht|mach(?:t)? s gut"
            rf"|(?:einen )?schönen (?:tag|abend)(?: noch)?|schönes wochenende){_TO_ALL_DE}"
        ),
    ),
    (
        "invitation",
        "en",
        (
            rf"{_MAYBE_HELLO_EN}(?:"
            r"(?:is )?(?:any(?:one|body)|some(?:one|body))(?: (?:here|there|around|awake|online|alive|home))*"
            r"|(?:are )?you (?:here|there|around|awake|online|alive)"
            r"|(?:can|could|may) i (?:please )?ask (?:you )?(?:something|sth|anything|a (?:quick )?question|here)(?: here| please)*"
            r"|(?:i (?:have|ve|have got|ve got|got) )?(?:a |another )?(?:quick |small |short )?question"
            r"|(?:i )?(?:really )?need (?:some |your )?help(?: please)?"
            r"|(?:please )?help(?: me)?(?: please)?"
            r"|(?:can|could) (?:you|any(?:one|body)|some(?:one|body)) (?:please )?help(?: me| us)?(?: (?:here|out|please))*"
            r"|who can help(?: me)?|ping|test|testing|is this (?:thing )?(?:on|working))"
        ),
    ),
    (
        "invitation",
        "de",
        (
            rf"{_MAYBE_HELLO_DE}(?:"
            r"(?:ist )?(?:hier |da |grad(?:e)? )?(?:jemand|wer|irgendwer|irgendjemand)(?: (?:da|hier|wach|online|gerade|anwesend))*"
            r"|bist du (?:da|hier|wach)"
            r"|(?:kann|darf|dürfte|könnte) ich (?:hier |dich |euch |mal |bitte |kurz )*"
            r"(?:et)?was fragen|(?:kann|darf|dürfte|könnte) ich (?:hier |dich |euch |mal |bitte |kurz )*(?:eine|ne) frage stellen"
            r"|(?:ich (?:habe|hab|hätte) )?(?:da )?(?:mal )?(?:eine|ne|noch eine|noch ne) (?:kurze |kleine )?frage"
            r"|(?:ich )?(?:brauche|bräuchte) (?:mal |bitte |dringend )*(?:hilfe|eure hilfe|deine hilfe)(?: bitte)?"
            r"|(?:bitte )?hilfe(?: bitte)?"
            r"|(?:kann|könnte) (?:mir|uns) (?:bitte |mal |hier )*(?:jemand|einer|wer) (?:bitte |mal )*helfen"
            r"|(?:kannst|könntest) du (?:mir |uns |bitte |mal )*helfen|(?:könnt|könntet) ihr (?:mir |uns |bitte |mal )*helfen)"
        ),
    ),
    (
        "assent",
        "",
        (
            r"(?:ok|okay|okey|k|kk|sure|alright|all right|fine|good|will do|got it|i see|of course|maybe|klar|alles klar|gut|mach ich"
            r"|verstehe|verstanden|vielleicht|passt|in ordnung)(?: (?:then|dann|thanks|danke))?"
        ),
    ),
    (
        "chatter",
        "",
        (
            r"(?:lo+l|rofl|lmao|xd|ha(?:ha)+h?|he(?:he)+|hi(?:hi)+|brb|afk|gtg|wb|re|h+m+|a+h+|o+h+|uh|oops|ups|wow|cool|nice|great|awesome"
            r"|perfect|super|toll|prima|never ?mind|nvm|np|no (?:problem|worries)|you re welcome|yw|kein problem|gern(?: geschehen)?"
            r"|egal|schon gut|just testing|good bot|sorry|tut mir leid|entschuldigung)"
        ),
    ),
)
_KNOWN = tuple((Smalltalk(kind, lang), re.compile(pattern)) for kind, lang, pattern in _PHRASES)
_MARKS = re.compile(r"[^\w]+|_+")
_FACE = re.compile(r"[:;=8xX]['^o-]?[)(\]\[DPpOo/|3*]+|<3|\^\^|[oO0]\.?[oO0]|\\o/|o/|\\m/")
"""One of them: many in a row without space between could be told apart in too many ways."""
_OPERATORS = frozenset({"and", "or", "not", "title", "tag", "lang"})
_EMOJI_PARTS = frozenset("#*0123456789\u200d\ufe0e\ufe0f\u20e3")


def heard(words: str) -> Smalltalk | None:
    """What was said if it asks nothing; None for everything else."""
    words = words.strip()
    if len(words) > LONGEST:
        return None if any(c.isalnum() for c in words) else Smalltalk("wordless")
    if words and all(_FACE.fullmatch(word) for word in words.split()):
        return Smalltalk("chatter")
    if not any(c.isalnum() and c not in _EMOJI_PARTS for c in words) and any(_pictures(c) for c in words):
        return Smalltalk("chatter")
    bare = " ".join(_MARKS.sub(" ", words.lower()).split())
    if not bare or all(word in _OPERATORS for word in bare.split()):
        return Smalltalk("wordless")
    return next((found for found, pattern in _KNOWN if pattern.fullmatch(bare)), None)


def _pictures(letter: str) -> bool:
    """Whether it is an emoji or another picture, not a mark as large as one."""
    return letter not in "❓❔❗❕⁉‼" and (unicodedata.category(letter) == "So" or letter == "\u20e3")


def reply(said: Smalltalk, prefix: str) -> list[Effect]:
    """A short kind word, in the language it was said in, or silence."""
    match said.kind:
        case "greeting" | "thanks" | "goodbye" | "invitation" | "wordless":
            return [Reply(Message(said.kind, {"prefix": prefix} if said.kind in _WITH_HELP else {}), lang=said.lang)]
        case "assent" | "chatter":
            return []


_WITH_HELP = frozenset({"greeting", "wordless"})
