"""How alike two short texts are: by their words, whatever their endings and small slips. Lexical alone, and pure."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
_COMMON = (
    "a about after all also am an and any are as at be been but by can could did do does for from get got had has have he "
    "hello help her here hey hi how i if in into is it its just me my no not now of off on or our please she since so some "
    "still that the their them then there these they this to today too up us was we were what when where which who why will "
    "with would you your anybody anyone else somebody someone thanks thank morning yesterday "
    "aber alle als am an auch auf aus bei bin bitte da das dass dem den der des die doch du ein eine einen einer er es euch "
    "für geht gerade habe hallo hat heute hier ich ihr im in ist ja jemand kann kein keine man mal mein meine mir mit nach "
    "nicht noch nun oder seit sich sie sind so und uns vom von war warum was wenn wer wie wieder wir wird wo zu zum zur"
)
_STOP = frozenset(_COMMON.split())
_TROUBLE = re.compile(
    r"\b(?:down|broken?|breaks|dead|gone|fail(?:s|ed|ing|ure)?|errors?|timeouts?|timed out|times out|slow|stuck|hangs?|hanging"
    r"|offline|unreachable|unavailable|outage|crash(?:es|ed)?|lost|missing|refused|rejected|nothing|never|no longer|anymore"
    r"|not|no|cannot|can ?t|can['’]t|\w+n['’]t|dont|doesnt|wont|didnt|isnt|5\d\d"
    r"|kaputt|tot|weg|fehler|fehlt|langsam|hängt|geht nicht|nicht|kein\w*|nichts|abgestürzt|störung|ausfall)\b",
    re.IGNORECASE,
)
_ENDINGS = ("ings", "ing", "ies", "ern", "en", "er", "em", "es", "ed", "s", "e", "n")
_ALIKE = 0.6
"""Of two words' letters in threes, so many must be the same for them to be one word, misspelled or bent."""
_LEAST = 2
"""Words that must be the same: one alone says too little."""


def words(text: str) -> tuple[str, ...]:
    """What the text is about: its words without endings, each once, and none of those that all texts have."""
    found = (word for word in _WORD.findall(text.lower()) if word not in _STOP and len(word) > 1)
    return tuple(dict.fromkeys(stem(word) for word in found))


def stem(word: str) -> str:
    """Without its ending, in English and in German more or less."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def covered(text: str, by: str) -> float:
    """Which part of the words of `text` stand in `by` too, 0 to 1; 0 where only one does and more are said."""
    wanted, given = words(text), words(by)
    same = sum(any(_same(word, other) for other in given) for word in wanted)
    return same / len(wanted) if same >= _LEAST else 0.0


def likeness(one: str, other: str) -> float:
    """How alike they are, 0 to 1: the words they share, of all they have (Dice)."""
    first, second = words(one), words(other)
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    same = sum(any(_same(word, another) for another in second) for word in first)
    return 2 * same / (len(first) + len(second)) if same >= _LEAST else 0.0


def troubled(text: str) -> bool:
    """Whether it says that something does not work, rather than asking how something is done."""
    return _TROUBLE.search(text) is not None


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if one[:2] != other[:2] or min(len(one), len(other)) < 4:
        return False
    first, second = _threes(one), _threes(other)
    return 2 * len(first & second) / (len(first) + len(second)) >= _ALIKE


def _threes(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
