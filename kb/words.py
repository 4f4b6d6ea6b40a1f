"""Text into words: `TLS 1.3`, `#channel`, `2FA`, `e-mail`, `matrix.org` each as people mean them. Where the words stand in the
text is kept for marking them. Must never import an engine; stemming is the index's business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"#?[^\W_]+(?:[.'’\-_/@+:][^\W_]+){0,20}(?:\+\+|#(?!\w))?")
_SEPARATOR = re.compile(r"[.\-_/@+:]")
_VERSION = re.compile(r"v?\d+(?:[.:]\d+)+")
MAX_WORD = 64

_FUNCTION_WORDS = """
    a about above after again all also am an and any are arent as at be because been before being below between both but
    by can cannot cant could couldnt did didnt do does doesnt doing dont down during each either else ever every few for from
    further had hadnt has hasnt have havent having he her here hers herself him himself his how however i id if ill im in into
    is isnt it its itself ive just let lets may me might mine more most much must my myself neither no nor not of off on once
    only or other our ours ourselves out over own same shall she should shouldnt so some such than that thats the their theirs
    them themselves then there theres these they theyre theyve this those though through thus to too under until up upon us
    very was wasnt we were werent weve what whats when where wheres whether which while who whom whos whose why will with
    within without wont would wouldnt yes yet you youd your youre yours yourself yourselves youve
    hi hello hey please pls plz thanks thank thx ok okay oh um eh hmm lol dear sir anyone anybody somebody someone
"""
ENGLISH_FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Left out of the index and of a question: they say nothing of what it is about."""

_LIGHT_WORDS = """
    able actually always anything best better big bit come day different easy easily everything exactly find get gets
    getting give go goes going gone good got happen happens help instead keep kind know known like little long look looking
    lot made make makes making many maybe mean need needed needs never new now old one ones possible possibly proper properly
    put question quick quickly really right say see seem show simple something somehow sort start stuff sure take tell thing
    things think time today tried try trying use used uses using want wanted wants way ways well without wonder work working
    works wrong year
"""
ENGLISH_LIGHT_WORDS = frozenset(_LIGHT_WORDS.split())
"""Words that many questions hold whatever they are about: they count for less than their rarity in a small library says."""


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    end: int
    """Where it stands in the text."""
    whole: str
    """Folded to lower case: `email` for `E-mail`, `wifi` for `Wi-Fi`, `matrix.org`, `1.3`, `#channel`."""
    parts: tuple[str, ...]
    """What a compound is made of, by itself: `two`, `factor` for `two-factor`. Empty for a simple word."""


def words(text: str) -> Iterator[Word]:
    for match in _WORD.finditer(text):
        folded = unicodedata.normalize("NFKC", match[0]).casefold().replace("’", "'")
        folded = folded.removesuffix("'s").replace("'", "")
        if not folded:
            continue
        if _VERSION.fullmatch(folded):
            yield Word(match.start(), match.end(), folded[:MAX_WORD], ())
            continue
        bare = folded.removeprefix("#")
        pieces = tuple(piece[:MAX_WORD] for piece in _SEPARATOR.split(bare) if len(piece.rstrip("+#")) > 1)
        if folded != bare:
            yield Word(match.start(), match.end(), folded[:MAX_WORD], pieces or (bare[:MAX_WORD],))
        elif _SEPARATOR.search(bare.rstrip("+")):
            addressed = any(sign in bare for sign in "./@:")
            whole = bare if addressed else re.sub(r"[-_+]", "", bare)
            yield Word(match.start(), match.end(), whole[:MAX_WORD], pieces)
        else:
            yield Word(match.start(), match.end(), bare[:MAX_WORD], ())
