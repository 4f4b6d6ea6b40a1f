"""Which texts ask for the same thing in other words, to be answered together. English and German. Pure.

Wider than `likeness.py`, by which the desk decides alone: here somebody looks at each group. Words that say nothing are left out,
endings are cut, and what remains is compared word by word: the same stem, a German compound that ends in the other word
(`Mailingliste`, `Liste`), or nearly the same letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bridges.text import shorten
from kb.words import ENGLISH_FUNCTION_WORDS, ENGLISH_LIGHT_WORDS, words

LENGTH = 2000
"""Characters of a text that are compared."""
_GERMAN = """
    ab aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist bitte brauche brauchen
    braucht da dabei dafür damit dann das dass dein deine dem den denn der des deshalb die dies diese diesem diesen dieser
    dieses doch dort du durch ein eine einem einen einer eines einfach er es etwas euch euer eure für gar gerne gern gibt ganz
    geht hab habe haben hallo hat hatte hätte hätten hier hin ich ihm ihn ihr ihre ihren im immer in ins irgendwie ist ja jede
    jeden jeder jetzt kann kannst kein keine keinen können könnte könnten lieber mal man mehr mein meine meinem meinen meiner
    mich mir mit möchte möchten muss müssen nach nicht nichts noch nun nur ob oder ohne schön schon sehr sein seine sich sie
    sind so soll sollte sollten sowie über um und uns unser unsere unserem unseren unserer unter viel vielleicht vom von vor
    wann war waren warum was wäre weil welche welchen welcher wenn wer werden wie wieder will wir wird wo wollen wünsche
    wünschen würde würden zu zum zur
"""
STOP_WORDS = ENGLISH_FUNCTION_WORDS | ENGLISH_LIGHT_WORDS | frozenset(_GERMAN.split())
_ENDINGS = (
    *[
        "ungen",
        "heiten",
        "keiten",
        "ations",
        "ingly",
        "ation",
        "ments",
        "ung",
        "ing",
        "ern",
        "ies",
        "ied",
        "est",
        "ers",
    ],
    *["ment", "en", "em", "er", "es", "ed", "ly", "e", "s", "n", "y"],
)
_STEM = 4
"""Letters that stay of a word at least."""
_NEAR = 0.6
"""From which likeness of letters two words may be the same."""


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    word = word.translate({ord("ß"): "ss", ord("ä"): "a", ord("ö"): "o", ord("ü"): "u"})
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word.removesuffix(ending)
    return word


def _stems(text: str) -> frozenset[str]:
    """What the text is about; where it has none but empty words, these."""
    said = [word.whole for word in words(shorten(text, LENGTH))]
    telling = [word for word in said if word not in STOP_WORDS]
    return frozenset(_stem(word) for word in telling or said)


def _trigrams(word: str) -> frozenset[str]:
    padded = f" {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


@lru_cache(maxsize=50_000)
def _near(one: str, other: str) -> float:
    """How much two different stems are one word: 0 to 1."""
    short, long = sorted((one, other), key=lambda word: (len(word), word))
    if len(short) < _STEM:
        return 0.0
    if long.endswith(short) or long.startswith(short):
        return 0.8
    a, b = _trigrams(short), _trigrams(long)
    dice = 2 * len(a & b) / (len(a) + len(b))
    return dice if dice >= _NEAR else 0.0


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    if not one or not other:
        return 0.0
    same = len(one & other)
    left, right = one - other, other - one
    there = sum(max((_near(word, with_) for with_ in right), default=0.0) for word in left)
    back = sum(max((_near(word, with_) for with_ in left), default=0.0) for word in right)
    dice = (2 * same + there + back) / (len(one) + len(other))
    fewer = min(len(one), len(other))
    # A short text whose every word a long one holds is about the same, if it is more than a single word.
    held = min(1.0, (same + min(there, back)) / fewer) if fewer > 1 else 0.0
    return max(dice, 0.5 * (dice + held))


def nearness(one: str, other: str) -> float:
    """0: nothing in common; 1: the same in the words that matter. Symmetric."""
    return _alike(_stems(one), _stems(other))


def groups(texts: Sequence[str], floor: float) -> list[tuple[int, ...]]:
    """The texts by what they are about, as positions: each joins the group it is most like on average, from `floor` on. The
    largest group first, then by age.
    """
    stems = [_stems(text) for text in texts]
    found: list[list[int]] = []
    for at, own in enumerate(stems):
        scores = [sum(_alike(own, stems[member]) for member in group) / len(group) for group in found]
        best = max(range(len(found)), key=lambda number: (scores[number], -number), default=None)
        if best is not None and scores[best] >= floor:
            found[best].append(at)
        else:
            found.append([at])
    return sorted((tuple(group) for group in found), key=lambda group: (-len(group), group[0]))
